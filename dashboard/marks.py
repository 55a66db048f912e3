"""Attributes whose names are no Python names, as ``data-part`` and ``aria-label``, for a Dash component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def marks(attributes: Mapping[str, str | int]) -> dict[str, Any]:
    """Give the attributes as keyword arguments: ``html.Div(**marks({"data-part": "deck"}))``."""
    return dict(attributes)

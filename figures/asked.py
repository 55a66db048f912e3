"""What an address asks for is read forgivingly: whatever is wrong in it counts as not said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from figures.clock import Clock, instant

MOST_RINGS = 4
FARTHEST_KM = 500.0
_LONGEST_TIME = 40
_BETWEEN = re.compile(r"[,;\s،]+")


def rings_of(text: str) -> tuple[float, ...] | None:
    """Radii in km, the smallest first, four at most; empty for ``none``; None where the text names none."""
    if text.strip().lower() in ("none", "0"):
        return ()
    radii = sorted({radius for part in _BETWEEN.split(text) if (radius := _radius(part))})
    return tuple(radii[:MOST_RINGS]) or None


def _radius(text: str) -> float | None:
    try:
        radius = round(float(text), 1)
    except (ValueError, OverflowError):
        return None
    return radius if 0 < radius <= FARTHEST_KM else None


def known_of(text: str, latest: Mapping[str, Any]) -> int | None:
    """The known time that a text asks for, in seconds; None where it asks for all that is known.

    That is also meant by what is no time, and by one after which nothing of the story was reported:
    ``latest`` is the document of all that is known.
    """
    try:
        asked = instant(text[:_LONGEST_TIME], latest)
    except (ValueError, OverflowError):
        return None
    return asked if asked < max(latest["known_at"], latest["span"][1]) else None


def known_text(document: Mapping[str, Any]) -> str:
    """How an address says the known time of a document; empty for all that is known."""
    if document["known_label"] != "asked":
        return ""
    return Clock.of(document).exact(int(document["known_at"]))

"""The ground at one instant as shapes with a state: what drawn areas and methods give the composite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from layers.composite import State

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.outline import Outline


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Ground in one state. ``shape`` is in degrees (WGS 84, longitude first), repaired and polygonal.

    ``claims`` are the ids of the claims and observations that this rests on. ``outline`` is there where its
    maker knows which stretches of the shape's boundary stood before.
    """

    state: State
    shape: BaseGeometry
    claims: tuple[str, ...] = ()
    outline: Outline | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """All ground of which something is said from ``at`` until the next snapshot; the rest is nobody's.

    Where parts overlap, the earlier one counts.
    """

    at: datetime
    parts: tuple[Part, ...]

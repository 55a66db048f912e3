"""Ground in pieces: faces, and the arcs between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

NOTHING = -1
"""The face index of ground that no face covers: unknown, or outside the land."""


class ArcKind(StrEnum):
    """What an arc is the boundary of. Only ``CELL`` and ``ROUNDED`` arcs can carry a front."""

    CELL = "cell"
    ROUNDED = "rounded"
    REACH = "reach"
    REGION = "region"
    LAND = "land"


@dataclass(frozen=True, eq=False, slots=True)
class Arc:
    """A piece of boundary between two faces.

    ``points`` has shape (n, 2): longitude, latitude in degrees. ``left`` and ``right`` are face indices as
    seen when walking from the first point to the last, or NOTHING.
    """

    points: NDArray[np.float64]
    left: int
    right: int
    kind: ArcKind


@dataclass(frozen=True, slots=True)
class Face:
    """A piece of ground that always has one holder.

    ``rings`` are arc references, the outer ring first; a reference ``i >= 0`` walks arc ``i`` forwards,
    ``~i`` backwards. ``place_id`` is the place whose cell this is part of; ``in_region`` whether area
    figures count it.
    """

    place_id: str | None
    in_region: bool
    rings: tuple[tuple[int, ...], ...]

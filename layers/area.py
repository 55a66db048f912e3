"""How many square kilometres of the region each party holds, through time.

Areas are geodesic, of the faces as they are, before any rounding for the eye.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from claims.actors import UNKNOWN
from claims.control import Certainty
from layers.basemap import Basemap
from layers.composite import Composite, State, polygons_of
from layers.course import course_of, rows_since, summed_through_time
from layers.faces import Arc, Face
from layers.ground import area_km2, areas_km2
from layers.kept import kept

_CM2_PER_KM2 = 10**10
"""Sizes are summed as whole square centimetres: none is lost, and 64 bits hold the whole earth's."""


class CountedAs(StrEnum):
    """What a square kilometre is counted as; see ``AreaRow``."""

    HELD = "held"
    CLAIMED = "claimed"
    CONTESTED = "contested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, order=True, slots=True)
class Counted:
    """What ground is counted as, and whose: ``actor`` is empty for contested and unknown ground."""

    kind: CountedAs
    actor: str = ""


def counted_as(state: State) -> Counted:
    """What ground in a state is counted as; each square kilometre is counted once."""
    if state.certainty is Certainty.CONTESTED:
        return Counted(CountedAs.CONTESTED)
    if state.certainty is Certainty.CLAIMED and state.rival is not None:
        return Counted(CountedAs.CLAIMED, state.rival)
    if state.holder != UNKNOWN:
        return Counted(CountedAs.HELD, state.holder)
    return Counted(CountedAs.UNKNOWN)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """The region's ground from ``at`` on, each square kilometre counted once.

    ``held_km2`` is ground with a standing holder that nobody disputes: assessed, inferred, stale or not
    reported. ``claimed_km2`` is ground that only the actor itself says it holds; whoever held it before is
    not counted there. ``contested_km2`` is ground that sources disagree about. ``unknown_km2`` is the rest:
    no holder known, or no listed place within reach.
    """

    at: datetime
    held_km2: Mapping[str, float]
    claimed_km2: Mapping[str, float]
    contested_km2: float
    unknown_km2: float


@dataclass(frozen=True)
class Areas:
    """The region, its geodesic area, and one row per change; a row holds until the next."""

    region_code: str
    region_names: Mapping[str, str]
    total_km2: float
    rows: tuple[AreaRow, ...]


def areas(whole: Composite, ground: Basemap, since: datetime) -> Areas:
    """Square kilometres of the region by holder: one row at ``since``, and one at each later change."""
    course, total = course_of(whole), _total_km2(ground)
    counted = sorted({counted_as(state) for state in course.states})
    kind = np.array([counted.index(counted_as(state)) for state in course.states], dtype=np.int64)
    sizes = np.rint(np.array(face_areas_km2(whole)) * _CM2_PER_KM2).astype(np.int64)
    moves = course.when, course.thing, kind[course.before()], kind[course.state]
    table = summed_through_time(sizes, len(counted), kind[course.start], moves, len(course.instants))
    ats, rows = rows_since(since, course.instants)
    found = (_row(at, counted, row, total) for at, row in zip(ats, table[rows].tolist(), strict=True))
    return Areas(ground.region_code, ground.region_names, total, tuple(found))


def face_areas_km2(whole: Composite) -> list[float]:
    """The geodesic area of each face inside the region, and 0 for faces outside it."""
    return list(_areas_km2(whole.arcs, whole.faces))


@kept()
def _areas_km2(arcs: Sequence[Arc], faces: Sequence[Face]) -> tuple[float, ...]:
    inside = [face for face in faces if face.in_region]
    sizes = iter(areas_km2(polygons_of(arcs, inside)))
    return tuple(next(sizes) if face.in_region else 0.0 for face in faces)


@kept()
def _total_km2(ground: Basemap) -> float:
    return area_km2(ground.region)


def _row(at: datetime, counted: Sequence[Counted], cm2: Sequence[int], total: float) -> AreaRow:
    sums = {one: size / _CM2_PER_KM2 for one, size in zip(counted, cm2, strict=True) if size}
    held = {one.actor: km2 for one, km2 in sums.items() if one.kind is CountedAs.HELD}
    claimed = {one.actor: km2 for one, km2 in sums.items() if one.kind is CountedAs.CLAIMED}
    contested = sums.get(Counted(CountedAs.CONTESTED), 0.0)
    known = sum(held.values()) + sum(claimed.values()) + contested
    return AreaRow(at, held, claimed, contested, max(0.0, total - known))

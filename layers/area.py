"""How many square kilometres of the region each party holds, through time.

Areas are geodesic, of the faces as they are, before any rounding for the eye.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from claims.actors import UNKNOWN
from claims.control import Certainty
from layers.basemap import Basemap
from layers.composite import Composite, State, polygons_of
from layers.faces import Arc, Face
from layers.front_line import by_instant
from layers.ground import area_km2, areas_km2
from layers.kept import kept


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
    sizes = np.array(face_areas_km2(whole))
    total = _total_km2(ground)
    seen = list(dict.fromkeys([*whole.start, *(change.state for change in whole.changes)]))
    number = {state: i for i, state in enumerate(seen)}
    now = np.array([number[state] for state in whole.start], dtype=np.int64)

    def row(at: datetime) -> AreaRow:
        in_state = np.bincount(now, weights=sizes, minlength=len(seen)).tolist()
        return _row(at, zip(seen, in_state, strict=True), total)

    rows = [row(since)]
    for at, changes in by_instant(whole.changes):
        for change in changes:
            now[change.face] = number[change.state]
        if at <= since:
            rows.clear()
        rows.append(row(max(at, since)))
    return Areas(ground.region_code, ground.region_names, total, tuple(rows))


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


def _row(at: datetime, in_state: Iterable[tuple[State, float]], total: float) -> AreaRow:
    sums: dict[Counted, float] = {}
    for state, size in in_state:
        if size != 0.0:
            counted = counted_as(state)
            sums[counted] = sums.get(counted, 0.0) + size
    held = {counted.actor: km2 for counted, km2 in sums.items() if counted.kind is CountedAs.HELD}
    claimed = {counted.actor: km2 for counted, km2 in sums.items() if counted.kind is CountedAs.CLAIMED}
    contested = sums.get(Counted(CountedAs.CONTESTED), 0.0)
    known = sum(held.values()) + sum(claimed.values()) + contested
    return AreaRow(at, held, claimed, contested, max(0.0, total - known))

"""How much ground passed from whom to whom: between two instants, and on each day.

Areas are those of ``layers.area``: geodesic, of the region, each square kilometre counted once, as held by
somebody, claimed by one party alone, contested or unknown. Only what is counted otherwise afterwards has
passed; ground that went over and came back meanwhile did not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from layers.area import Counted, counted_as, face_areas_km2
from layers.composite import Composite, FaceChange, states_at


@dataclass(frozen=True, slots=True)
class Passage:
    """Ground that was counted as ``before`` and is counted as ``after``: so many square kilometres."""

    before: Counted
    after: Counted
    km2: float


@dataclass(frozen=True, slots=True)
class PeriodGains:
    """What passed over [start, end): between the ground just before ``start`` and just before ``end``."""

    start: datetime
    end: datetime
    passed: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """Square kilometres that came to be counted so, and that ceased to be."""

    gained_km2: float = 0.0
    lost_km2: float = 0.0

    @property
    def net_km2(self) -> float:
        """What is counted so more than before; negative where it is less."""
        return self.gained_km2 - self.lost_km2


def passed_between(whole: Composite, first: datetime, last: datetime) -> tuple[Passage, ...]:
    """What passed between the ground as it is at ``first`` and as it is at ``last``.

    A change counts from its own instant on: one at ``first`` is over by then, one at ``last`` is among it.

    Raises
    ------
    ValueError
        Where ``first`` is after ``last``.
    """
    if first > last:
        raise ValueError(f"{first.isoformat()} is after {last.isoformat()}; gains run forwards")
    moved = {change.face for change in whole.changes if first < change.at <= last}
    before, after = states_at(whole, first), states_at(whole, last)
    sizes = face_areas_km2(whole)
    return _summed((counted_as(before[f]), counted_as(after[f]), sizes[f]) for f in sorted(moved))


def gains_by_period(whole: Composite, bounds: Sequence[datetime]) -> Iterator[PeriodGains]:
    """What passed in each period between these ascending instants, half-open, where anything did.

    With local midnights as bounds these are days. A change at a bound belongs to the period it begins.
    """
    sizes = face_areas_km2(whole)
    now = [counted_as(state) for state in whole.start]
    for number, changes in groupby(whole.changes, key=lambda change: bisect_right(bounds, change.at)):
        passed = _summed(_stepped(now, changes, sizes))
        if passed and 0 < number < len(bounds):
            yield PeriodGains(bounds[number - 1], bounds[number], passed)


def balances(passed: Iterable[Passage]) -> dict[Counted, Balance]:
    """What each kind of ground gained and lost in all."""
    gained: dict[Counted, float] = {}
    lost: dict[Counted, float] = {}
    for passage in passed:
        gained[passage.after] = gained.get(passage.after, 0.0) + passage.km2
        lost[passage.before] = lost.get(passage.before, 0.0) + passage.km2
    return {
        counted: Balance(gained.get(counted, 0.0), lost.get(counted, 0.0))
        for counted in sorted({*gained, *lost})
    }


def _stepped(
    now: list[Counted], changes: Iterable[FaceChange], sizes: Sequence[float]
) -> Iterator[tuple[Counted, Counted, float]]:
    """Move each face on to its last state of a period; what it was before, is now, and how large it is."""
    last = {change.face: change.state for change in changes}
    for face, state in last.items():
        before, now[face] = now[face], counted_as(state)
        yield before, now[face], sizes[face]


def _summed(moves: Iterable[tuple[Counted, Counted, float]]) -> tuple[Passage, ...]:
    """Moves of faces by what they were and are, in order; a face that is counted as before is none."""
    sums: dict[tuple[Counted, Counted], float] = {}
    for before, after, km2 in moves:
        if before != after and km2:
            sums[before, after] = sums.get((before, after), 0.0) + km2
    return tuple(Passage(before, after, km2) for (before, after), km2 in sorted(sums.items()))

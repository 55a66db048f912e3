"""Where ground of one side touches ground of another: the front line, through time.

The line is modelled between places, never surveyed. It follows the standing holders: ground that one side
merely claims keeps its colour, and the line beside it is drawn dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from claims.actors import UNKNOWN, Actor
from claims.control import Certainty
from claims.cycles import no_search_for_cycles
from layers.composite import Composite, FaceChange, State, states_at
from layers.faces import NOTHING, Arc, ArcKind
from layers.kept import kept

Numbers = NDArray[np.int64]

_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})
_SURE = frozenset({Certainty.ASSESSED, Certainty.REPORTED})


class FrontStyle(IntEnum):
    """How a piece of front is drawn: how sure the map is of the ground on both sides of it."""

    NONE = 0
    SOLID = 1
    DASHED = 2
    DOTTED = 3


_STYLES = tuple(FrontStyle)


class FrontChange(NamedTuple):
    """From ``at`` on, ``arc`` is drawn in ``style``."""

    at: datetime
    arc: int
    style: FrontStyle


def sides_of(actors: Mapping[str, Actor]) -> dict[str, str]:
    """The side of each actor that can be one side of a front: *unknown* is nobody's enemy."""
    return {actor.id: actor.side for actor in actors.values() if actor.id != UNKNOWN}


def hostile(one: str, other: str, sides: Mapping[str, str]) -> bool:
    """Whether two holders are both known and on different sides."""
    return one in sides and other in sides and sides[one] != sides[other]


def style(left: State, right: State, sides: Mapping[str, str]) -> FrontStyle:
    """The front between two states: none, solid (assessed or reported), dashed (one disputed) or dotted."""
    if not hostile(left.holder, right.holder, sides):
        return FrontStyle.NONE
    certainties = {left.certainty, right.certainty}
    if certainties & _DISPUTED:
        return FrontStyle.DASHED
    return FrontStyle.SOLID if certainties <= _SURE else FrontStyle.DOTTED


def fronts_at(whole: Composite, instant: datetime, sides: Mapping[str, str]) -> dict[int, FrontStyle]:
    """The front at an instant: the style of each arc that is a piece of it."""
    return _fronts(whole, states_at(whole, instant), sides)


def start_fronts(whole: Composite, sides: Mapping[str, str]) -> dict[int, FrontStyle]:
    """The front before the first change."""
    return _fronts(whole, whole.start, sides)


def front_changes(whole: Composite, sides: Mapping[str, str]) -> tuple[FrontChange, ...]:
    """Every change of every piece of front, sorted by (at, arc)."""
    return _front_changes(whole, frozenset(sides.items()))


@kept(most=1)
def _front_changes(whole: Composite, of_sides: frozenset[tuple[str, str]]) -> tuple[FrontChange, ...]:
    sides = dict(of_sides)
    if not whole.changes:
        return ()
    between, beside = _Between(sides), _carriers(whole.arcs)
    course = _course(whole, between)
    when, carrier = _touched(course, beside)
    left, right = (course.states(side[carrier], when) for side in (beside.left, beside.right))
    new = between.styles(left, right)
    before = between.styles(course.start[beside.left], course.start[beside.right])[carrier]
    order = np.lexsort((when, carrier))
    again = np.diff(carrier[order], prepend=NOTHING) == 0
    before[order[again]] = new[order[np.flatnonzero(again) - 1]]
    turned = np.flatnonzero(new != before)
    rows = zip(when[turned].tolist(), beside.arc[carrier[turned]].tolist(), new[turned].tolist(), strict=True)
    with no_search_for_cycles():
        return tuple([FrontChange(course.instants[at], arc, _STYLES[style]) for at, arc, style in rows])


class _Between:
    """The front between any two states, which there are few of: each is worked out once, by their numbers."""

    def __init__(self, sides: Mapping[str, str]) -> None:
        self.sides = sides
        self._numbers: dict[State, int] = {}

    def number(self, state: State) -> int:
        return self._numbers.setdefault(state, len(self._numbers))

    def styles(self, left: Numbers, right: Numbers) -> Numbers:
        """The style between each two states, by their numbers."""
        states = list(self._numbers)
        pairs, which = np.unique(left * len(states) + right, return_inverse=True)
        both = (divmod(pair, len(states)) for pair in pairs.tolist())
        found = [style(states[one], states[other], self.sides) for one, other in both]
        return np.array(found, dtype=np.int64)[which]


class _Carriers(NamedTuple):
    """The arcs that can carry a front, and the faces on both sides of each."""

    arc: Numbers
    left: Numbers
    right: Numbers


@kept()
def _carriers(arcs: Sequence[Arc]) -> _Carriers:
    found = [(number, arc.left, arc.right) for number, arc in enumerate(arcs) if carries_front(arc)]
    return _Carriers(*np.array(found, dtype=np.int64).reshape(-1, 3).T)


@dataclass(frozen=True, eq=False)
class _Course:
    """The numbers of the states of all faces through time.

    ``key`` is the number of a face times that of all instants, and the number of an instant at which its
    state became ``state``; sorted.
    """

    instants: Sequence[datetime]
    start: Numbers
    key: Numbers
    state: Numbers

    def states(self, face: Numbers, when: Numbers) -> Numbers:
        """The state of each face from an instant on."""
        at = np.searchsorted(self.key, face * len(self.instants) + when, side="right") - 1
        changed = (at >= 0) & (self.key[at] // len(self.instants) == face)
        return np.where(changed, self.state[at], self.start[face])


def _course(whole: Composite, between: _Between) -> _Course:
    start = np.array([between.number(state) for state in whole.start], dtype=np.int64)
    together = [(at, len(changes)) for at, changes in by_instant(whole.changes)]
    when = np.repeat(np.arange(len(together)), [number for _, number in together])
    key = np.array([change.face for change in whole.changes], dtype=np.int64) * len(together) + when
    state = np.array([between.number(change.state) for change in whole.changes], dtype=np.int64)
    order = np.argsort(key, kind="stable")
    last = order[np.diff(key[order], append=NOTHING) != 0]
    return _Course([at for at, _ in together], start, key[last], state[last])


def _touched(course: _Course, beside: _Carriers) -> tuple[Numbers, Numbers]:
    """Each instant at which a face beside a carrier changes, and which carrier; in that order, each once."""
    face, when = np.divmod(course.key, len(course.instants))
    sides = np.concatenate([beside.left, beside.right])
    by_face = np.argsort(sides, kind="stable")
    begins, ends = (np.searchsorted(sides[by_face], face, side) for side in ("left", "right"))
    counts = ends - begins
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    carrier = by_face[np.repeat(begins, counts) + within] % max(1, len(beside.arc))
    pairs = np.unique(np.repeat(when, counts) * len(beside.arc) + carrier)
    return np.divmod(pairs, max(1, len(beside.arc)))


def by_instant(changes: Iterable[FaceChange]) -> Iterator[tuple[datetime, list[FaceChange]]]:
    """Sorted changes, those of the same instant together."""
    return ((at, list(together)) for at, together in groupby(changes, key=lambda change: change.at))


def carries_front(arc: Arc) -> bool:
    """Whether an arc divides the ground of two places, so that a front can run along it."""
    carries = arc.kind is ArcKind.CELL or arc.kind is ArcKind.ROUNDED
    return carries and arc.left != NOTHING and arc.right != NOTHING


def _fronts(whole: Composite, states: Iterable[State], sides: Mapping[str, str]) -> dict[int, FrontStyle]:
    between, beside = _Between(sides), _carriers(whole.arcs)
    held = np.array([between.number(state) for state in states], dtype=np.int64)
    found = between.styles(held[beside.left], held[beside.right])
    drawn = np.flatnonzero(found)
    rows = zip(beside.arc[drawn].tolist(), found[drawn].tolist(), strict=True)
    return {arc: _STYLES[style] for arc, style in rows}

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
from layers.course import course_of, sides_through_time
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
    found = front_course(whole, sides)
    rows = zip(found.when.tolist(), found.arc.tolist(), found.style.tolist(), strict=True)
    with no_search_for_cycles():
        return tuple([FrontChange(found.instants[at], arc, _STYLES[style]) for at, arc, style in rows])


@dataclass(frozen=True, eq=False)
class FrontCourse:
    """The front through time as arrays: ``start`` has the style of every arc before the first change.

    The changes are in the order of instants and arcs; ``before`` is the style that an arc had until then.
    """

    instants: Sequence[datetime]
    start: Numbers
    when: Numbers
    arc: Numbers
    style: Numbers
    before: Numbers


def front_course(whole: Composite, sides: Mapping[str, str]) -> FrontCourse:
    """The same as ``start_fronts`` and ``front_changes``, for those who work with arrays."""
    return _front_course(whole, frozenset(sides.items()))


@kept(most=2)
def _front_course(whole: Composite, of_sides: frozenset[tuple[str, str]]) -> FrontCourse:
    course, beside = course_of(whole), _carriers(whole.arcs)
    styles = _Styles(course.states, dict(of_sides))
    begins = styles.between(course.start[beside.left], course.start[beside.right])
    start = np.zeros(len(whole.arcs), dtype=np.int64)
    start[beside.arc] = begins
    seen = sides_through_time(
        beside.left, beside.right, course.start, (course.when, course.thing, course.state)
    )
    new = styles.between(seen.left, seen.right)
    before = begins[seen.line]
    again = np.flatnonzero(seen.line[1:] == seen.line[:-1]) + 1
    before[again] = new[again - 1]
    turned = np.flatnonzero(new != before)
    turned = turned[np.argsort(seen.when[turned], kind="stable")]
    arc = beside.arc[seen.line[turned]]
    return FrontCourse(course.instants, start, seen.when[turned], arc, new[turned], before[turned])


class _Styles:
    """The front between any two states, which there are few of: each is worked out once, by their numbers."""

    def __init__(self, states: Sequence[State], sides: Mapping[str, str]) -> None:
        self.states, self.sides = states, sides

    def between(self, left: Numbers, right: Numbers) -> Numbers:
        """The style between each two states, by their numbers."""
        count = len(self.states)
        pairs, which = np.unique(left * count + right, return_inverse=True)
        both = (divmod(pair, count) for pair in pairs.tolist())
        found = [style(self.states[one], self.states[other], self.sides) for one, other in both]
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


def by_instant(changes: Iterable[FaceChange]) -> Iterator[tuple[datetime, list[FaceChange]]]:
    """Sorted changes, those of the same instant together."""
    return ((at, list(together)) for at, together in groupby(changes, key=lambda change: change.at))


def carries_front(arc: Arc) -> bool:
    """Whether an arc divides the ground of two places, so that a front can run along it."""
    carries = arc.kind is ArcKind.CELL or arc.kind is ArcKind.ROUNDED
    return carries and arc.left != NOTHING and arc.right != NOTHING


def _fronts(whole: Composite, states: Sequence[State], sides: Mapping[str, str]) -> dict[int, FrontStyle]:
    beside = _carriers(whole.arcs)
    seen = list(dict.fromkeys(states))
    number = {state: i for i, state in enumerate(seen)}
    held = np.array([number[state] for state in states], dtype=np.int64)
    found = _Styles(seen, sides).between(held[beside.left], held[beside.right])
    drawn = np.flatnonzero(found)
    rows = zip(beside.arc[drawn].tolist(), found[drawn].tolist(), strict=True)
    return {arc: _STYLES[style] for arc, style in rows}

"""Where ground of one side touches ground of another: the front line, through time.

The line is modelled between places, never surveyed. It follows the standing holders: ground that one side
merely claims keeps its colour, and the line beside it is drawn dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby

from claims.actors import UNKNOWN, Actor
from claims.control import Certainty
from layers.composite import Composite, FaceChange, State, states_at
from layers.faces import NOTHING, Arc, ArcKind

_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})
_SURE = frozenset({Certainty.ASSESSED, Certainty.REPORTED})
_CARRIERS = frozenset({ArcKind.CELL, ArcKind.ROUNDED})


class FrontStyle(IntEnum):
    """How a piece of front is drawn: how sure the map is of the ground on both sides of it."""

    NONE = 0
    SOLID = 1
    DASHED = 2
    DOTTED = 3


@dataclass(frozen=True, slots=True)
class FrontChange:
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


def front_changes(whole: Composite, sides: Mapping[str, str]) -> list[FrontChange]:
    """Every change of every piece of front, sorted by (at, arc)."""
    between, beside = _Between(sides), _arcs_beside_faces(whole)
    states = [between.number(state) for state in whole.start]
    arcs = [(arc.left, arc.right) for arc in whole.arcs]
    styles: dict[int, FrontStyle] = dict(_fronts(whole, whole.start, sides))
    found = []
    for at, changes in by_instant(whole.changes):
        touched: set[int] = set()
        for change in changes:
            states[change.face] = between.number(change.state)
            touched.update(beside.get(change.face, ()))
        for arc in sorted(touched):
            left, right = arcs[arc]
            new = between.style(states[left], states[right])
            if new != styles.get(arc, FrontStyle.NONE):
                styles[arc] = new
                found.append(FrontChange(at, arc, new))
    return found


class _Between:
    """The front between any two states, which there are few of: each is worked out once, by their numbers."""

    def __init__(self, sides: Mapping[str, str]) -> None:
        self.sides = sides
        self._numbers: dict[State, int] = {}
        self._states: list[State] = []
        self._styles: dict[tuple[int, int], FrontStyle] = {}

    def number(self, state: State) -> int:
        if state not in self._numbers:
            self._numbers[state] = len(self._states)
            self._states.append(state)
        return self._numbers[state]

    def style(self, left: int, right: int) -> FrontStyle:
        if (left, right) not in self._styles:
            self._styles[left, right] = style(self._states[left], self._states[right], self.sides)
        return self._styles[left, right]


def by_instant(changes: Iterable[FaceChange]) -> Iterator[tuple[datetime, list[FaceChange]]]:
    """Sorted changes, those of the same instant together."""
    return ((at, list(together)) for at, together in groupby(changes, key=lambda change: change.at))


def carries_front(arc: Arc) -> bool:
    """Whether an arc divides the ground of two places, so that a front can run along it."""
    return arc.kind in _CARRIERS and arc.left != NOTHING and arc.right != NOTHING


def _fronts(whole: Composite, states: Iterable[State], sides: Mapping[str, str]) -> dict[int, FrontStyle]:
    between = _Between(sides)
    held = [between.number(state) for state in states]
    styles = {
        i: between.style(held[arc.left], held[arc.right])
        for i, arc in enumerate(whole.arcs)
        if carries_front(arc)
    }
    return {arc: found for arc, found in styles.items() if found}


def _arcs_beside_faces(whole: Composite) -> dict[int, list[int]]:
    beside: dict[int, list[int]] = {}
    for index, arc in enumerate(whole.arcs):
        if carries_front(arc):
            beside.setdefault(arc.left, []).append(index)
            beside.setdefault(arc.right, []).append(index)
    return beside

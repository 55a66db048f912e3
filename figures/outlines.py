"""Faces that look alike become one outline, and arcs that follow each other one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeVar

Point = tuple[float, float]
Look = TypeVar("Look", bound=Hashable)


def outlines(
    looks: Iterable[tuple[Look, Sequence[Sequence[int]]]], ends: Sequence[tuple[Point, Point]]
) -> dict[Look, list[list[int]]]:
    """Rings of arcs round all faces of one look, to be filled by the even-odd rule.

    Parameters
    ----------
    looks
        For each face how it looks, and its rings of arc references; ``~i`` is arc ``i`` backwards.
    ends
        Where each arc begins and ends. Which way it is walked makes no difference.
    """
    odd: defaultdict[Look, set[int]] = defaultdict(set)
    for look, rings in looks:
        for reference in chain.from_iterable(rings):
            odd[look] ^= {reference if reference >= 0 else ~reference}
    return {look: rings_of(sorted(arcs), ends) for look, arcs in odd.items()}


def lines_of(arcs: Iterable[int], ends: Sequence[tuple[Point, Point]]) -> list[list[int]]:
    """Arcs put together to lines of references, as long as they can be: dashes begin anew with each line.

    What goes round is closed.
    """
    left = dict.fromkeys(arcs)
    meeting = _meeting(left, ends)
    odd = dict.fromkeys(end for end, some in meeting.items() if len(some) % 2)
    lines = []
    while odd:
        at = next(iter(odd))
        line, last = _walked(at, None, meeting, left, ends)
        lines.append(line)
        del odd[at], odd[last]
    return lines + rings_of(left, ends)


def rings_of(arcs: Iterable[int], ends: Sequence[tuple[Point, Point]]) -> list[list[int]]:
    """Arcs put together to rings of references, where at each end an even number of them meets."""
    left = dict.fromkeys(arcs)
    meeting = _meeting(left, ends)
    rings = []
    while left:
        first = next(iter(left))
        start, at = ends[first]
        del left[first]
        rest, _ = _walked(at, start, meeting, left, ends)
        rings.append([first, *rest])
    return rings


def _meeting(arcs: Iterable[int], ends: Sequence[tuple[Point, Point]]) -> dict[Point, list[int]]:
    meeting: defaultdict[Point, list[int]] = defaultdict(list)
    for one in arcs:
        for end in ends[one]:
            meeting[end].append(one)
    return meeting


def _walked(
    at: Point,
    goal: Point | None,
    meeting: Mapping[Point, list[int]],
    left: dict[int, None],
    ends: Sequence[tuple[Point, Point]],
) -> tuple[list[int], Point]:
    """The references from a point on, until the goal or until no arc is left there; and where that is."""
    line = []
    while at != goal and (arc := _next(meeting[at], left)) is not None:
        begin, end = ends[arc]
        forward = begin == at
        line.append(arc if forward else ~arc)
        at = end if forward else begin
        del left[arc]
    return line, at


def _next(waiting: list[int], left: dict[int, None]) -> int | None:
    while waiting:
        arc = waiting.pop()
        if arc in left:
            return arc
    return None

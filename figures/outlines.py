"""Faces that look alike become one outline: lines between two of them are gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
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


def rings_of(arcs: Iterable[int], ends: Sequence[tuple[Point, Point]]) -> list[list[int]]:
    """Arcs put together to rings of references, where at each end an even number of them meets."""
    meeting: defaultdict[Point, list[int]] = defaultdict(list)
    left = dict.fromkeys(arcs)
    for one in left:
        for end in ends[one]:
            meeting[end].append(one)
    rings = []
    while left:
        first = next(iter(left))
        ring, (start, at) = [first], ends[first]
        del left[first]
        while at != start:
            arc = _next(meeting[at], left)
            if arc is None:
                break
            begin, end = ends[arc]
            forward = begin == at
            ring.append(arc if forward else ~arc)
            at = end if forward else begin
            del left[arc]
        rings.append(ring)
    return rings


def _next(waiting: list[int], left: dict[int, None]) -> int | None:
    while waiting:
        arc = waiting.pop()
        if arc in left:
            return arc
    return None

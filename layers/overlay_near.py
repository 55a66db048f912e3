"""Boxes of the grid that overlap are found without comparing all with all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layers.overlay_days import Ints

_MOST_AT_ONCE = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Boxes:
    """Closed boxes: four numbers of steps for each."""

    west: Ints
    south: Ints
    east: Ints
    north: Ints


def overlapping(some: Boxes, others: Boxes) -> tuple[Ints, Ints]:
    """The pairs of boxes that share a point, as numbers in ``some`` and in ``others``.

    Others are sorted from west to east, those of about one width together, so that each box looks only at
    those that begin as far to its west as they can be wide. This suits many small boxes best.
    """
    found = [pairs for group in _by_width(others) for pairs in _chunks(some, others, group)]
    none = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([none, *(one for one, _ in found)]),
        np.concatenate([none, *(other for _, other in found)]),
    )


def _by_width(boxes: Boxes) -> Iterator[Ints]:
    """The numbers of boxes of about one width, from west to east."""
    width = boxes.east - boxes.west
    kind = np.frexp(width.astype(np.float64))[1] // 2
    order = np.lexsort((boxes.west, kind))
    yield from np.split(order, np.flatnonzero(np.diff(kind[order])) + 1)


def _chunks(some: Boxes, others: Boxes, group: Ints) -> Iterator[tuple[Ints, Ints]]:
    if not len(group):
        return
    west = others.west[group]
    widest = int((others.east[group] - west).max())
    begin = np.searchsorted(west, some.west - widest)
    many = np.searchsorted(west, some.east, side="right") - begin
    ends = np.cumsum(many)
    first = 0
    while first < len(many):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _MOST_AT_ONCE, side="right")))
        yield _checked(some, others, group, np.arange(first, last), begin[first:last], many[first:last])
        first = last


def _checked(
    some: Boxes, others: Boxes, group: Ints, own: Ints, begin: Ints, many: Ints
) -> tuple[Ints, Ints]:
    one = np.repeat(own, many)
    other = group[np.arange(len(one)) + np.repeat(begin - (np.cumsum(many) - many), many)]
    meet = (others.east[other] >= some.west[one]) & (others.south[other] <= some.north[one])
    meet &= others.north[other] >= some.south[one]
    return one[meet], other[meet]

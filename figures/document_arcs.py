"""Arcs are written as nodes that stand there once, and as the points between two of them.

Which ends of arcs are one node is not said: where a ring goes on from one arc to the next, they meet. A node
is written by how far it lies from the other end of the arc that first comes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.document_columns import column, values
from figures.document_rings import Rings
from figures.whole_numbers import Numbers, array, numbers, whole, written
from layers.linked import least_linked

Packed = dict[str, Any]

_NEW = 0
"""The end of an arc at a node that was not there before; other numbers say how many nodes ago it was."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of the grid in a row: where each ends, and x and y of its first point and of its steps."""

    ends: Numbers
    x: Numbers
    y: Numbers

    @classmethod
    def of(cls, arcs: Sequence[Sequence[int]]) -> Lines:
        """From arcs as they stand in a document; ValueError or TypeError where they are of another kind."""
        lengths, flat = whole(map(len, arcs)), whole(chain.from_iterable(arcs))
        if (lengths % 2).any() or (lengths < 4).any():
            raise ValueError("a line has fewer than two points, or half a point")
        return cls(np.cumsum(lengths // 2), flat[::2], flat[1::2])

    @property
    def begins(self) -> Numbers:
        """Where each line begins."""
        return np.concatenate([[0], self.ends[:-1]]) if len(self.ends) else self.ends

    def between(self) -> NDArray[np.bool_]:
        """Which points are neither the first nor the last of their line."""
        inner = np.ones(len(self.x), dtype=bool)
        inner[self.begins] = inner[self.ends - 1] = False
        return inner

    def is_same(self, other: Lines) -> bool:
        """Whether these are the same lines."""
        pairs = ((self.ends, other.ends), (self.x, other.x), (self.y, other.y))
        return all(np.array_equal(one, two) for one, two in pairs)

    def listed(self) -> list[list[int]]:
        """Each line flat."""
        flat = np.column_stack([self.x, self.y]).ravel().tolist()
        return [flat[begin:end] for begin, end in pairwise([0, *(2 * self.ends).tolist()])]


def packed_arcs(lines: Lines, rings: Rings) -> Packed:
    """Write the arcs of some faces; ValueError where ends that meet in a ring do not lie on one spot."""
    count, inner = len(lines.ends), lines.between()
    x, y = (_ends_of(lines, steps) for steps in (lines.x, lines.y))
    node = _nodes(count, rings)
    first = _first_ends(node)
    at_x, at_y = x[first], y[first]
    if (at_x[node] != x).any() or (at_y[node] != y).any():
        raise ValueError("two arcs that follow each other in a ring do not meet")
    beside = _beside(node, first)
    known = beside >= 0
    from_x, from_y = (np.where(known, at[np.maximum(beside, 0)], 0) for at in (at_x, at_y))
    return {
        "count": count,
        "nodes": {"x": written(at_x - from_x), "y": written(at_y - from_y)},
        "inner": column((lines.ends - lines.begins - 2).tolist()),
        "x": written(lines.x[inner]),
        "y": written(lines.y[inner]),
    }


def unpacked_arcs(told: Packed, rings: Rings) -> Lines:
    """The arcs that were written."""
    count = told["count"]
    steps_x, steps_y = (numbers(told["nodes"][axis]) for axis in ("x", "y"))
    if "from" in told:
        x, y = np.cumsum(whole(steps_x)), np.cumsum(whole(steps_y))
        met = whole(_nodes_met(numbers(told["from"]), numbers(told["to"]), len(x)))
    else:
        met = _nodes(count, rings)
        x, y = map(whole, _placed(met, steps_x, steps_y))
    inner = whole(values(told["inner"], count))
    if len(met) != 2 * count or (inner < 0).any():
        raise ValueError(f"{count:,} arcs have {len(met):,} ends")
    return _drawn(np.cumsum(inner + 2), met, (x, y), (array(told["x"]), array(told["y"])))


def _drawn(
    ends: Numbers, met: Numbers, at: tuple[Numbers, Numbers], between: tuple[Numbers, Numbers]
) -> Lines:
    """Lines from node to node: the step to the last point is what the others leave."""
    lines = Lines(ends, *(np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.int64) for _ in at))
    inner = lines.between()
    for line, spot, steps in zip((lines.x, lines.y), at, between, strict=True):
        line[inner] = steps
        if len(ends):
            line[ends - 1] = spot[met[1::2]] - spot[met[::2]] - np.add.reduceat(line, lines.begins)
            line[lines.begins] = spot[met[::2]]
    return lines


def _ends_of(lines: Lines, steps: Numbers) -> Numbers:
    """One coordinate of where each arc begins and ends, one after the other."""
    if not len(lines.ends):
        return steps
    return np.column_stack([steps[lines.begins], np.add.reduceat(steps, lines.begins)]).ravel()


def _first_ends(node: Numbers) -> Numbers:
    """The first end that comes to each node."""
    first = np.full(int(node.max(initial=-1)) + 1, len(node))
    np.minimum.at(first, node, np.arange(len(node)))
    return first


def _nodes(count: int, rings: Rings) -> Numbers:
    """The node of each end of each arc, first its beginning; nodes are numbered as ends come to them."""
    if not 0 <= count <= 2_000_000:
        raise ValueError(f"there are to be {count:,} arcs; the most are 2,000,000")
    walk, arc = rings.walk, rings.arc
    if len(arc) and arc.max() >= count:
        raise IndexError(f"a ring walks the arc {int(arc.max())}; there are {count:,}")
    begin, end = 2 * arc + (walk < 0), 2 * arc + (walk >= 0)
    lengths = rings.lengths[rings.lengths > 0]
    ends = np.cumsum(lengths)
    following = np.arange(1, len(walk) + 1)
    following[ends - 1] = ends - lengths
    name = least_linked(2 * count, end, begin[following] if len(walk) else begin)
    # A group is named after its first end, so names are in the order in which ends come to them.
    return np.asarray(np.cumsum(name == np.arange(2 * count))[name] - 1, dtype=np.int64)


def _beside(node: Numbers, first: Numbers) -> Numbers:
    """The node from which each one is told: the other end of the arc that first comes to it.

    Where that is not known by then it is the node before; the first is told from the corner of the grid (-1).
    """
    other = node[first ^ 1]
    own = np.arange(len(first))
    return np.where(other < own, other, own - 1)


def _placed(node: Numbers, steps_x: Sequence[int], steps_y: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where each node lies."""
    first = _first_ends(node)
    count = len(first)
    if len(steps_x) != count or len(steps_y) != count:
        raise ValueError(f"{len(steps_x):,} nodes are told of; the rings have {count:,}")
    x, y = [0] * (count + 1), [0] * (count + 1)  # the last entry is the corner of the grid, for -1
    for own, beside in enumerate(_beside(node, first).tolist()):
        x[own], y[own] = x[beside] + steps_x[own], y[beside] + steps_y[own]
    return x[:count], y[:count]


def _nodes_met(froms: Sequence[int], tos: Sequence[int], count: int) -> Iterator[int]:
    """The node at which each arc begins, the one at which it ends, and so on."""
    met = 0
    for pair in zip(froms, tos, strict=True):
        for ago in pair:
            node = met - ago
            met += ago == _NEW
            if ago < _NEW or not 0 <= node < count:
                raise IndexError(f"an arc ends {ago} nodes ago, and {met} came up before")
            yield node

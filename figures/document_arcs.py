"""Arcs are written as nodes that stand there once, and as the points between two of them.

Which ends of arcs are one node is not said: where a ring goes on from one arc to the next, they meet. A node
is written by how far it lies from the other end of the arc that first comes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import Any

import numpy as np

from figures.document_columns import column, values
from figures.whole_numbers import Numbers, numbers, written
from layers.linked import least_linked

Packed = dict[str, Any]
Part = Any
"""Arcs, as they are or as they are written."""
Line = list[int]

_NEW = 0
"""The end of an arc at a node that was not there before; other numbers say how many nodes ago it was."""


def packed_arcs(arcs: Sequence[Line], faces: Sequence[Any]) -> Packed:
    """Write the arcs of some faces; ValueError where ends that meet in a ring do not lie on one spot."""
    x, y = _ends_of(arcs)
    node = _nodes(len(arcs), faces)
    count = int(node.max()) + 1 if len(node) else 0
    first = np.full(count, len(node))
    np.minimum.at(first, node, np.arange(len(node)))
    at_x, at_y = x[first], y[first]
    if (at_x[node] != x).any() or (at_y[node] != y).any():
        raise ValueError("two arcs that follow each other in a ring do not meet")
    beside = _beside(node, first)
    known = beside >= 0
    from_x, from_y = (np.where(known, at[np.maximum(beside, 0)], 0) for at in (at_x, at_y))
    return {
        "count": len(arcs),
        "nodes": {"x": written((at_x - from_x).tolist()), "y": written((at_y - from_y).tolist())},
        "inner": column([len(line) // 2 - 2 for line in arcs]),
        "x": written([step for line in arcs for step in line[2:-2:2]]),
        "y": written([step for line in arcs for step in line[3:-2:2]]),
    }


def unpacked_arcs(told: Part, faces: Sequence[Any]) -> list[Line]:
    """Each arc as a line of the document's grid."""
    if isinstance(told, list):
        return told
    count = told["count"]
    steps_x, steps_y = (numbers(told["nodes"][axis]) for axis in ("x", "y"))
    if "from" in told:
        x, y = list(accumulate(steps_x)), list(accumulate(steps_y))
        met = list(_nodes_met(numbers(told["from"]), numbers(told["to"]), len(x)))
    else:
        node = _nodes(count, faces)
        x, y = _placed(node, steps_x, steps_y)
        met = node.tolist()
    inner = values(told["inner"], count)
    between = _points_between(numbers(told["x"]), numbers(told["y"]), inner)
    return [
        _line((x[first], y[first]), (x[last], y[last]), points)
        for first, last, points in zip(met[::2], met[1::2], between, strict=True)
    ]


def _ends_of(arcs: Sequence[Line]) -> tuple[Numbers, Numbers]:
    """Where each arc begins and ends, one after the other."""
    ends = np.array(
        [(line[0], line[1], sum(line[::2]), sum(line[1::2])) for line in arcs], dtype=np.int64
    ).reshape(-1, 4)
    return ends[:, ::2].ravel(), ends[:, 1::2].ravel()


def _nodes(count: int, faces: Sequence[Any]) -> Numbers:
    """The node of each end of each arc, first its beginning; nodes are numbered as ends come to them."""
    if not 0 <= count <= 2_000_000:
        raise ValueError(f"there are to be {count:,} arcs; the most are 2,000,000")
    rings = [ring for _, _, own in faces for ring in own if ring]
    walk = np.array([reference for ring in rings for reference in ring], dtype=np.int64)
    arc = np.where(walk >= 0, walk, ~walk)
    if len(arc) and arc.max() >= count:
        raise IndexError(f"a ring walks the arc {int(arc.max())}; there are {count:,}")
    begin, end = 2 * arc + (walk < 0), 2 * arc + (walk >= 0)
    ends = np.cumsum([len(ring) for ring in rings])
    following = np.arange(1, len(walk) + 1)
    if len(ends):
        following[ends - 1] = np.concatenate([[0], ends[:-1]])
    meeting = begin[following] if len(walk) else begin
    name = least_linked(2 * count, end, meeting)
    # A group is named after its first end, so names are in the order in which ends come to them.
    return np.asarray(np.unique(name, return_inverse=True)[1], dtype=np.int64)


def _beside(node: Numbers, first: Numbers) -> Numbers:
    """The node from which each one is told: the other end of the arc that first comes to it.

    Where that is not known by then it is the node before; the first is told from the corner of the grid (-1).
    """
    other = node[first ^ 1]
    own = np.arange(len(first))
    return np.where(other < own, other, own - 1)


def _placed(node: Numbers, steps_x: Sequence[int], steps_y: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where each node lies."""
    count = int(node.max()) + 1 if len(node) else 0
    if len(steps_x) != count or len(steps_y) != count:
        raise ValueError(f"{len(steps_x):,} nodes are told of; the rings have {count:,}")
    first = np.full(count, len(node))
    np.minimum.at(first, node, np.arange(len(node)))
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


def _points_between(xs: Sequence[int], ys: Sequence[int], inner: Sequence[int]) -> Iterator[Line]:
    every = iter([number for point in zip(xs, ys, strict=True) for number in point])
    for count in inner:
        yield list(islice(every, 2 * count))


def _line(first: tuple[int, int], last: tuple[int, int], between: Line) -> Line:
    x, y = first[0] + sum(between[::2]), first[1] + sum(between[1::2])
    return [*first, *between, last[0] - x, last[1] - y]

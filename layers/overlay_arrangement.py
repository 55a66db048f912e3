"""Edges that meet only at their ends divide the plane into arcs and faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from layers.overlay_days import Ints

OUTSIDE = 0
"""The number of the face that has no outer ring."""

_NEAR = 1e-6


@dataclass(frozen=True, eq=False, slots=True)
class Chains:
    """Edges in rows: chain ``i`` runs along the steps from ``starts[i]`` until ``starts[i + 1]``.

    A step is twice the number of an edge, and one more where the edge is walked backwards.
    """

    steps: Ints
    starts: Ints


def origins(u: Ints, v: Ints) -> Ints:
    """Where each step begins: edge ``e`` is walked from ``u`` as step 2e, and from ``v`` as step 2e + 1."""
    return np.stack([u, v], axis=1).ravel()


def chained(u: Ints, v: Ints, stops: Ints) -> Chains:
    """Join edges at vertices where just two of them meet, but not at ``stops``.

    Each chain begins at the end with the smaller number, a closed one at its smallest vertex; chains are in
    the order of where they begin.
    """
    start = origins(u, v)
    end = start.reshape(-1, 2)[:, ::-1].ravel()
    onwards = _onwards(start, end, stops)
    steps = np.arange(len(start))
    last, far, lowest = _followed(onwards, start)
    closed = onwards[last] != last
    # A ring without a node is cut at its smallest vertex.
    into_lowest = closed & (end == lowest)
    onwards = np.where(into_lowest, steps, onwards)
    if closed.any():
        last, far, _ = _followed(onwards, start)
    return _rows(start, end, last, far, onwards)


def _onwards(start: Ints, end: Ints, stops: Ints) -> Ints:
    """The step that follows each step; itself where the chain ends."""
    steps = np.arange(len(start))
    order = np.argsort(start, kind="stable")
    degree = np.bincount(start)
    through = degree == 2
    through[stops] = False
    first = np.concatenate([[0], np.cumsum(degree)])[:-1]
    passing = through[end]
    one, other = order[first[end[passing]]], order[first[end[passing]] + 1]
    back = steps[passing] ^ 1
    onwards = steps.copy()
    onwards[passing] = np.where(one == back, other, one)
    return onwards


def _followed(onwards: Ints, start: Ints) -> tuple[Ints, Ints, Ints]:
    """The last step of each step's chain, how many steps away it is, and the least vertex until there.

    Each round looks twice as far; steps of a ring never come to an end, and stop when they have been round.
    """
    last, lowest = onwards.copy(), np.minimum(start, start[onwards])
    far = (last != np.arange(len(last))).astype(np.int64)
    going = np.flatnonzero(onwards[last] != last)
    reach = 1
    while len(going) and reach <= len(onwards):
        there = last[going]
        far[going], lowest[going] = far[going] + far[there], np.minimum(lowest[going], lowest[there])
        last[going] = last[there]
        going = going[onwards[last[going]] != last[going]]
        reach *= 2
    return last, far, lowest


def _rows(start: Ints, end: Ints, last: Ints, far: Ints, onwards: Ints) -> Chains:
    """One row for each chain, walked in one of its two directions."""
    heads = np.ones(len(start), dtype=bool)
    heads[onwards[onwards != np.arange(len(onwards))]] = False
    first = np.flatnonzero(heads)
    back = last[first] ^ 1  # the first step of the same chain walked the other way
    mine, its = (start[first], end[first]), (start[back], end[back])
    kept = (mine[0] < its[0]) | (
        (mine[0] == its[0]) & ((mine[1] < its[1]) | ((mine[1] == its[1]) & (first < back)))
    )
    first = first[kept]
    first = first[np.lexsort((first, end[first], start[first]))]
    chain = np.full(len(start), -1)
    chain[last[first]] = np.arange(len(first))
    of_step = chain[last]
    own = np.flatnonzero(of_step >= 0)
    steps = own[np.lexsort((-far[own], of_step[own]))]
    starts = np.concatenate([[0], np.cumsum(far[first] + 1)])
    return Chains(steps, starts)


@dataclass(frozen=True, eq=False, slots=True)
class Lines:
    """Arcs with their geometry: arc ``i`` runs along the points from ``starts[i]`` until ``starts[i + 1]``.

    ``vertex`` are the numbers of the points, ``x`` and ``y`` of a vertex are in steps of the grid.
    """

    vertex: Ints
    starts: Ints
    x: Ints
    y: Ints

    @property
    def first(self) -> Ints:
        """The vertex at which each arc begins."""
        return self.vertex[self.starts[:-1]]

    @property
    def last(self) -> Ints:
        """The vertex at which each arc ends."""
        return self.vertex[self.starts[1:] - 1]

    def sums(self, of_pieces: NDArray[np.generic]) -> NDArray[np.generic]:
        """Per arc, the sum over its pieces of what is given for all pairs of neighbouring points."""
        padded = np.concatenate([of_pieces, np.zeros(1, dtype=of_pieces.dtype)])
        padded[self.starts[1:] - 1] = 0  # from the last point of one arc to the first of the next
        return np.asarray(np.add.reduceat(padded, self.starts[:-1]))

    def areas(self) -> Ints:
        """Twice the area between each arc and the origin, as in the shoelace formula."""
        x, y = self.x[self.vertex], self.y[self.vertex]
        return self.sums(x[:-1] * y[1:] - x[1:] * y[:-1]).astype(np.int64)

    def lengths(self) -> NDArray[np.float64]:
        """The length of each arc in steps of the grid."""
        x, y = self.x[self.vertex], self.y[self.vertex]
        return self.sums(np.hypot(np.diff(x), np.diff(y))).astype(np.float64)


def lines_of(chains: Chains, u: Ints, v: Ints, x: Ints, y: Ints) -> Lines:
    """The points of chains of edges."""
    start = origins(u, v)
    many = np.diff(chains.starts)
    starts = chains.starts + np.arange(len(chains.starts))
    vertex = np.empty(starts[-1], dtype=np.int64)
    at = np.arange(len(chains.steps)) + np.repeat(np.arange(len(many)), many)
    vertex[at] = start[chains.steps]
    vertex[starts[1:] - 1] = start[chains.steps[chains.starts[1:] - 1] ^ 1]
    return Lines(vertex, starts, x, y)


def turns(lines: Lines) -> Ints:
    """The step that follows each step of an arc round the face on its left."""
    starts, x, y = lines.starts, lines.x, lines.y
    origin = origins(lines.first, lines.last)
    towards = origins(lines.vertex[starts[:-1] + 1], lines.vertex[starts[1:] - 2])
    # Directions of pieces between vertices of the grid differ by far more than the last digit of an angle.
    angle = np.arctan2(y[towards] - y[origin], x[towards] - x[origin])
    order = np.lexsort((angle, origin))
    at = origin[order]
    first = np.concatenate([[True], at[1:] != at[:-1]])
    last_of = np.flatnonzero(np.concatenate([first[1:], [True]]))
    before = np.arange(len(order)) - 1
    before[first] = last_of
    clockwise = np.empty_like(order)
    clockwise[order] = order[before]
    return np.asarray(clockwise[np.arange(len(order)) ^ 1])


def cycles(onwards: Ints) -> Ints:
    """The ring that each step belongs to, named by its smallest step."""
    name, there = np.arange(len(onwards)), onwards
    while True:
        smaller = np.minimum(name, name[there])
        if np.array_equal(smaller, name):
            return name
        name, there = smaller, there[there]


@dataclass(frozen=True, eq=False, slots=True)
class Sides:
    """What lies beside each arc: ``left`` and ``right`` are faces, ``areas`` twice the area of each face."""

    left: Ints
    right: Ints
    areas: Ints


def sides(lines: Lines) -> Sides:
    """The faces between arcs; OUTSIDE is the ground beyond all of them, and its area means nothing."""
    name = cycles(turns(lines))
    area = lines.areas()
    rings, ring = np.unique(name, return_inverse=True)
    size = np.zeros(len(rings), dtype=np.int64)
    np.add.at(size, ring, origins(area, -area))
    face = np.where(size > 0, np.cumsum(size > 0), OUTSIDE)
    _lay_islands(face, ring, size, lines)
    areas = np.zeros(int((size > 0).sum()) + 1, dtype=np.int64)
    np.add.at(areas, face, size)
    of_step = face[ring].reshape(-1, 2)
    return Sides(of_step[:, 0], of_step[:, 1], areas)


def _lay_islands(face: Ints, ring: Ints, size: Ints, lines: Lines) -> None:
    """Say of each ring that goes round the outside of something which face that lies in."""
    lowest = np.full(len(size), len(lines.x))
    np.minimum.at(lowest, ring, np.repeat(np.minimum.reduceat(lines.vertex, lines.starts[:-1]), 2))
    islands = np.flatnonzero(size < 0)
    look = _Westwards.of(lines)
    for island in islands[np.argsort(lowest[islands])].tolist():
        step = look.step(int(lowest[island]))
        face[island] = OUTSIDE if step is None else face[ring[step]]


@dataclass(frozen=True, eq=False, slots=True)
class _Westwards:
    """Arcs as one sees them when one looks to the west."""

    lines: Lines
    west: Ints
    south: Ints
    north: Ints

    @classmethod
    def of(cls, lines: Lines) -> _Westwards:
        x, y, at = lines.x[lines.vertex], lines.y[lines.vertex], lines.starts[:-1]
        return cls(lines, np.minimum.reduceat(x, at), np.minimum.reduceat(y, at), np.maximum.reduceat(y, at))

    def step(self, vertex: int) -> int | None:
        """The first step of an arc that one meets, so walked that this vertex lies on its left."""
        lines = self.lines
        x, y = int(lines.x[vertex]), int(lines.y[vertex])
        arcs = np.flatnonzero((self.south <= y) & (self.north > y) & (self.west < x))
        begin, many = lines.starts[arcs], lines.starts[arcs + 1] - lines.starts[arcs] - 1
        at = np.repeat(begin - np.concatenate([[0], np.cumsum(many)[:-1]]), many) + np.arange(many.sum())
        x0, y0 = lines.x[lines.vertex[at]], lines.y[lines.vertex[at]]
        x1, y1 = lines.x[lines.vertex[at + 1]], lines.y[lines.vertex[at + 1]]
        # Seen from just above the vertex: a piece has its lower end, and not its upper one.
        seen = np.flatnonzero((np.minimum(y0, y1) <= y) & (np.maximum(y0, y1) > y))
        where = x0[seen] + (y - y0[seen]) * (x1 - x0)[seen] / (y1 - y0)[seen]
        seen = seen[where < x]
        if not len(seen):
            return None
        where = where[where < x]
        near = seen[where >= where.max() - _NEAR]
        best = max(near.tolist(), key=lambda i: _crossing(int(x0[i]), int(y0[i]), int(x1[i]), int(y1[i]), y))
        arc = int(arcs[np.searchsorted(np.cumsum(many), best, side="right")])
        return 2 * arc + int(y1[best] > y0[best])


def _crossing(x0: int, y0: int, x1: int, y1: int, y: int) -> tuple[Fraction, Fraction]:
    """Where a piece is at this height, and how much farther east just above it."""
    slope = Fraction(x1 - x0, y1 - y0)
    return x0 + (y - y0) * slope, slope


def rings_of(onwards: Ints, origin: Ints) -> list[list[int]]:
    """The rings of arcs as lists of steps; one that comes back to a vertex is two that touch there."""
    name = cycles(onwards)
    key = np.sort(name * (int(origin.max(initial=0)) + 1) + origin)
    pinched = set((key[1:][key[1:] == key[:-1]] // (int(origin.max(initial=0)) + 1)).tolist())
    following, begins = onwards.tolist(), origin.tolist()
    found: list[list[int]] = []
    for begin in np.flatnonzero(name == np.arange(len(name))).tolist():
        ring = [begin]
        step = following[begin]
        while step != begin:
            ring.append(step)
            step = following[step]
        found += _taken_apart(ring, begins) if begin in pinched else [ring]
    return found


def _taken_apart(ring: Sequence[int], origin: Sequence[int]) -> list[list[int]]:
    """Where a vertex was met before, what was walked since is a ring of its own."""
    found: list[list[int]] = []
    walked: list[int] = []
    met: dict[int, int] = {}
    for step in ring:
        since = met.get(origin[step])
        if since is not None:
            found.append(walked[since:])
            for left in walked[since:]:
                del met[origin[left]]
            del walked[since:]
        met[origin[step]] = len(walked)
        walked.append(step)
    return [*found, walked]

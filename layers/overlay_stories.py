"""News of boundaries become the story of each face: what is said of it, day by day.

A face is told from its neighbour: crossing an arc changes the winding numbers by what the segments along
that arc say. The faces hang in a tree from the outside; what changes across an arc of the tree changes for
the face behind it and all that hang from that, which are neighbours when the tree is walked in depth. So a
day's news becomes spans of faces at the price of what changes, and no point is looked for in a polygon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from claims.actors import UNKNOWN
from claims.control import Certainty
from layers.composite import State
from layers.overlay_arrangement import OUTSIDE, Chains, Sides
from layers.overlay_days import FIRST_SLOT, LAND, REGION, Ints, Slot, mixed, vertices_of
from layers.overlay_noding import Noding

SILENT = State(UNKNOWN, Certainty.NOT_REPORTED)
"""The state of ground of which nothing is said, yet or any more."""

_DIGITS = 8
_IN_REGION = np.uint64(0x5851F42D4C957F2D)
_COVERED = np.uint64(0x14057B7EF767814F)


@dataclass(frozen=True, eq=False, slots=True)
class News:
    """When the winding numbers beside segments grow: sorted by segment, day and slot."""

    segment: Ints
    day: Ints
    slot: Ints
    winding: Ints


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The pieces of cut segments, each once, from ``u`` to the greater ``v``.

    Those across which nothing ever differs are left out. ``edge`` says of each piece of a ``segment`` which
    edge it is (-1: none), and ``along`` whether it is walked from ``u`` to ``v``. ``x`` and ``y`` are the
    places of the vertices.
    """

    u: Ints
    v: Ints
    x: Ints
    y: Ints
    edge: Ints
    segment: Ints
    along: NDArray[np.bool_]


def edges_of(noding: Noding, news: News) -> Edges:
    """The edges of an arrangement of segments."""
    segments = np.arange(len(noding.low))
    many = np.bincount(noding.cut, minlength=len(segments)) + 2
    ends = np.cumsum(many)
    keys = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    keys[ends - many], keys[ends - 1] = noding.low, noding.high
    keys[np.arange(len(noding.cut)) + 2 * noding.cut + 1] = noding.at
    vertex = np.searchsorted(noding.hot, keys)
    inner = np.ones(len(keys), dtype=bool)
    inner[ends - 1] = False
    begin = np.flatnonzero(inner)
    start, end, segment = vertex[begin], vertex[begin + 1], np.repeat(segments, many - 1)
    along = start < end
    pairs = np.minimum(start, end) * len(noding.hot) + np.maximum(start, end)
    every, edge = np.unique(pairs, return_inverse=True)
    print_of = np.zeros(len(segments), dtype=np.uint64)
    np.add.at(print_of, news.segment, news.winding.astype(np.uint64) * mixed(news.day, news.slot))
    differs = np.zeros(len(every), dtype=np.uint64)
    np.add.at(differs, edge, np.where(along, print_of[segment], -print_of[segment]))
    alive = differs != 0
    number = np.where(alive, np.cumsum(alive) - 1, -1)
    u, v = np.divmod(every[alive], max(1, len(noding.hot)))
    return Edges(u, v, *vertices_of(noding.hot), number[edge], segment, along)


@dataclass(frozen=True, eq=False, slots=True)
class Stories:
    """What happens on each face. ``told`` is one number for a story; faces with equal ones share theirs.

    ``states`` are all states, the silent one first, and ``own`` all the claims that parts of one day do not
    share. Rows are sorted by face and day: from ``day`` on, ``face`` is in ``state``, which rests on
    ``claims`` besides those that the day's parts share. ``covered`` says whether any snapshot says anything
    of the face.
    """

    told: NDArray[np.uint64]
    covered: NDArray[np.bool_]
    in_region: NDArray[np.bool_]
    on_land: NDArray[np.bool_]
    states: tuple[State, ...]
    own: tuple[tuple[str, ...], ...]
    face: Ints
    day: Ints
    state: Ints
    claims: Ints


def stories(
    sides: Sides, chains: Chains, edges: Edges, news: News, slots: Sequence[Slot], *, everywhere: bool
) -> Stories:
    """The story of every face, from the news along the arcs of a tree of faces.

    ``everywhere`` says that there is no ground: all faces are in the region, and on land. Else nothing is
    said of a face off the land.
    """
    faces, many_slots = len(sides.areas), FIRST_SLOT + len(slots)
    face, day, slot, winding = _windings(_tree(sides), sides, chains, edges, news, many_slots)
    fixed = slot < FIRST_SLOT
    flags = np.zeros((FIRST_SLOT, faces), dtype=bool)
    flags[slot[fixed], face[fixed]] = winding[fixed] > 0
    flags[REGION] |= everywhere
    told_of = ~fixed & (flags[LAND] | everywhere)[face]
    face, day, slot, winding = (rows[told_of] for rows in (face, day, slot, winding))
    face, day, slot = _uppermost(face, day, slot, winding, many_slots)
    covered = np.zeros(faces, dtype=bool)
    covered[face[slot >= 0]] = True
    states = list(dict.fromkeys([SILENT, *(one.state for one in slots)]))
    own = list(dict.fromkeys([(), *(one.own for one in slots)]))
    # The last entry is for slot -1: nobody says anything.
    state_of = np.array([*(0 for _ in range(FIRST_SLOT)), *(states.index(one.state) for one in slots), 0])
    own_of = np.array([*(0 for _ in range(FIRST_SLOT)), *(own.index(one.own) for one in slots), 0])
    state = state_of[slot]
    first = np.diff(face, prepend=-1) != 0
    new = state != np.where(first, 0, np.roll(state, 1))
    face, day, state, claims = face[new], day[new], state[new], own_of[slot[new]]
    told = np.zeros(faces, dtype=np.uint64)
    np.add.at(told, face, mixed(day, state, claims))
    told = np.where(covered, told ^ _COVERED, 0)
    return Stories(
        told, covered, flags[REGION], flags[LAND], tuple(states), tuple(own), face, day, state, claims
    )


def regional(told: Stories) -> NDArray[np.uint64]:
    """One number for a face's story and the side of the region's border that it lies on."""
    return np.where(told.covered & told.in_region, told.told ^ _IN_REGION, told.told)


@dataclass(frozen=True, eq=False, slots=True)
class _Tree:
    """Faces in the order of a walk in depth from the outside: a face and all behind it are neighbours.

    ``face`` are the faces with a parent, ``arc`` the arcs to it, ``begin`` and ``end`` the places in the walk
    of each and all behind it; ``walk`` the faces in the order of the walk.
    """

    face: Ints
    arc: Ints
    begin: Ints
    end: Ints
    walk: Ints


def _tree(sides: Sides) -> _Tree:
    faces = len(sides.areas)
    parent, via = np.full(faces, -1), np.full(faces, -1)
    levels = []
    known = np.zeros(faces, dtype=bool)
    known[OUTSIDE] = True
    open_arcs = np.arange(len(sides.left))
    while len(open_arcs):
        left, right = sides.left[open_arcs], sides.right[open_arcs]
        from_left, from_right = known[left], known[right]
        reached = from_left ^ from_right
        if not reached.any():
            break
        beyond = np.where(from_left, right, left)[reached]
        level, at = np.unique(beyond, return_index=True)
        via[level] = open_arcs[reached][at]
        parent[level] = np.where(from_left, left, right)[reached][at]
        known[level] = True
        levels.append(level)
        open_arcs = open_arcs[~(from_left & from_right)]
    return _walked(parent, via, levels)


def _walked(parent: Ints, via: Ints, levels: Sequence[Ints]) -> _Tree:
    behind, place = np.ones(len(parent), dtype=np.int64), np.zeros(len(parent), dtype=np.int64)
    for level in reversed(levels):
        np.add.at(behind, parent[level], behind[level])
    for level in levels:
        own = level[np.argsort(parent[level], kind="stable")]
        first = np.diff(parent[own], prepend=-1) != 0
        before = np.cumsum(behind[own]) - behind[own]
        since = np.maximum.accumulate(np.where(first, before, 0))
        place[own] = place[parent[own]] + 1 + before - since
    walk = np.empty_like(place)
    walk[place] = np.arange(len(place))
    face = np.concatenate(levels) if levels else np.empty(0, dtype=np.int64)
    return _Tree(face, via[face], place[face], place[face] + behind[face], walk)


def _windings(
    tree: _Tree, sides: Sides, chains: Chains, edges: Edges, news: News, slots: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """By how much which winding number of a face grows on a day: face, day, slot and winding."""
    node, day, slot, grows = _across(tree, sides, chains, edges, news)
    places = len(tree.walk) + 1
    group = np.concatenate([day, day]) * slots + np.concatenate([slot, slot])
    key = group * places + np.concatenate([tree.begin[node], tree.end[node]])
    order = np.argsort(key, kind="stable")
    key, sums = key[order], np.cumsum(np.concatenate([grows, -grows])[order])
    last = np.flatnonzero(np.concatenate([key[1:] != key[:-1], np.ones(min(1, len(key)), dtype=bool)]))
    key, sums = key[last], sums[last]
    span = np.flatnonzero(sums)
    group, begin = np.divmod(key[span], places)
    many = key[span + 1] % places - begin
    row = np.repeat(np.arange(len(span)), many)
    at = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    day, slot = np.divmod(group[row], slots)
    return tree.walk[at], day, slot, sums[span][row]


def _across(
    tree: _Tree, sides: Sides, chains: Chains, edges: Edges, news: News
) -> tuple[Ints, Ints, Ints, Ints]:
    """The news across the arcs of the tree, from the parent to the face: its number, day, slot, winding."""
    step = chains.steps[chains.starts[tree.arc]]
    inwards = (sides.left[tree.arc] == tree.face) == (step % 2 == 0)
    wanted = np.full(len(edges.u) + 1, -1)  # the last entry is for pieces that are no edge
    wanted[step // 2] = np.arange(len(step))
    node = wanted[edges.edge]
    piece = np.flatnonzero(node >= 0)
    node, segment = node[piece], edges.segment[piece]
    sign = np.where(edges.along[piece] == inwards[node], 1, -1)
    begin, end = np.searchsorted(news.segment, segment), np.searchsorted(news.segment, segment, side="right")
    many = end - begin
    row = np.arange(many.sum()) + np.repeat(begin - (np.cumsum(many) - many), many)
    return np.repeat(node, many), news.day[row], news.slot[row], news.winding[row] * np.repeat(sign, many)


def _uppermost(face: Ints, day: Ints, slot: Ints, winding: Ints, slots: int) -> tuple[Ints, Ints, Ints]:
    """The first slot that covers a face (-1: none), on each day on which any of its winding numbers grows.

    The winding numbers of a face's own slots are digits of whole numbers, so that all are added up at once.
    """
    pairs, pair = np.unique(face * slots + slot, return_inverse=True)
    first_pair = np.searchsorted(pairs // slots, np.arange(int(face.max()) + 1 if len(face) else 0))
    rank = pair - first_pair[face]
    days = int(day.max()) + 1 if len(day) else 1
    key = face * days + day
    order = np.argsort(key, kind="stable")
    key, rank, winding = key[order], rank[order], winding[order]
    first = np.flatnonzero(np.diff(key, prepend=-1) != 0)
    face, day = np.divmod(key[first], days)
    begin = np.flatnonzero(np.diff(face, prepend=-1) != 0)
    lengths = np.diff(np.append(begin, len(face)))
    best = np.full(len(first), -1)
    for word in range(int(rank.max()) // _DIGITS, -1, -1) if len(rank) else ():
        digit = rank - word * _DIGITS
        own = (digit >= 0) & (digit < _DIGITS)
        summed = np.add.reduceat(np.where(own, winding << (8 * np.where(own, digit, 0)), 0), first)
        total = np.cumsum(summed)
        total -= np.repeat(total[begin] - summed[begin], lengths)
        best = _first_digit(total, word * _DIGITS, best)
    return face, day, np.where(best >= 0, pairs[first_pair[face] + np.maximum(best, 0)] % slots, -1)


def _first_digit(numbers: Ints, offset: int, otherwise: Ints) -> Ints:
    """The place of the first digit above 0, counted from ``offset``."""
    best, left = otherwise.copy(), numbers
    found = np.zeros(len(numbers), dtype=bool)
    for place in range(_DIGITS):
        digit = ((left + 128) & 255) - 128
        new = (digit > 0) & ~found
        best[new], found = offset + place, found | new
        left = (left - digit) >> 8
    return best

"""Snapshots become news of their boundary: which pieces of it come and go when one follows another.

A snapshot is not dissolved. Each of its parts is the directed boundary of its ground on a grid of whole
numbers; a row of *news* says by how much the winding number of a slot grows, from the right of a segment to
its left, from one day on. Winding numbers add up: what the rows of all days until an instant say of a piece
of ground is how often the parts of each slot cover it then; the first slot that covers it is its state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.composite import State
from layers.outline import Outline, Pieces, in_one, turned_over
from layers.snapshots import Part, Snapshot

Ints = NDArray[np.int64]

REGION, LAND = 0, 1
"""The slots of the region's and of the land's own boundary; those of states come after them."""
FIRST_SLOT = 2

_HALF = 1 << 30
_LOW = (1 << 32) - 1
_MOST_OVERLAPPING = 60


_Key = tuple[int, object]
"""A slot, and which of its shapes: those that share no stretches with others are known by their one."""
_Slotted = tuple[int, BaseGeometry, Outline | None]


class Slot(NamedTuple):
    """A layer of ground in one state; ``own`` are the claims of its parts that others of the day lack."""

    state: State
    own: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Segments:
    """Directed boundary: ``low`` and ``high`` are the vertices of each segment, the smaller key first.

    ``winding`` is by how much the slot's winding number grows from its right to its left, from low to high.
    """

    low: Ints
    high: Ints
    slot: Ints
    winding: Ints


def joined(pieces: Sequence[Segments]) -> Segments:
    """Several as one."""
    if not pieces:
        none = np.empty(0, dtype=np.int64)
        return Segments(none, none, none, none)
    return Segments(
        np.concatenate([one.low for one in pieces]),
        np.concatenate([one.high for one in pieces]),
        np.concatenate([one.slot for one in pieces]),
        np.concatenate([one.winding for one in pieces]),
    )


def keys_of(x: Ints, y: Ints) -> Ints:
    """One number for each vertex of the grid; they are in the order of x, then y."""
    return ((x + _HALF) << 32) | (y + _HALF)


def vertices_of(keys: Ints) -> tuple[Ints, Ints]:
    """The vertices of these keys: x and y in steps of the grid."""
    return (keys >> 32) - _HALF, (keys & _LOW) - _HALF


@dataclass(eq=False)
class Days:
    """What a fold over snapshots remembers: its slots, and the latest snapshot.

    ``order`` are the slots as they lie upon each other, the uppermost first; ``claims`` are those that any
    part of the latest snapshot rested on. ``gone`` is boundary that stood before any snapshot that was seen
    here; ``made`` are the outlines that were made here, by the id of their shape.
    """

    per_degree: float
    slots: list[Slot]
    order: list[int]
    claims: frozenset[str]
    gone: list[Segments] = field(default_factory=list)
    standing: Mapping[_Key, Outline] = field(default_factory=dict)
    made: Mapping[int, Outline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alike: dict[Slot, list[int]] = {}
        for slot, label in enumerate(self.slots, start=FIRST_SLOT):
            self.alike.setdefault(label, []).append(slot)
        self.place = {slot: place for place, slot in enumerate(self.order)}

    def news(self, snapshot: Snapshot) -> tuple[Segments, tuple[str, ...]]:
        """The boundary that this snapshot adds to the one before it, and takes away.

        Beside it, the claims that all its parts rest on and none of the snapshot before did: they belong to
        the day, and ground that stays in its state need not be told of them.
        """
        common = self._common(snapshot.parts)
        now: dict[_Key, Outline] = {}
        made: dict[int, Outline] = {}
        for slot, shape, drawn in self._slotted(snapshot.parts, common):
            if drawn:
                now[slot, len(now)] = drawn
                continue
            outline = made.get(id(shape)) or self.made.get(id(shape)) or in_one(shape)
            now[slot, outline.stretches] = made[id(shape)] = outline
        added, gone = list[Segments](), self.gone
        for (slot, _), sign, pieces in turned_over(self.standing, now):
            (added if sign > 0 else gone).append(segments(slot, pieces, self.per_degree))
        self.standing, self.made, self.gone = now, made, []
        return difference(added, gone), common

    def _common(self, parts: Sequence[Part]) -> tuple[str, ...]:
        before, self.claims = self.claims, frozenset(claim for part in parts for claim in part.claims)
        if not parts:
            return ()
        each = {part.claims: set(part.claims) for part in parts}
        shared = set.intersection(*each.values()) - before
        return tuple(claim for claim in dict.fromkeys(parts[0].claims) if claim in shared)

    def _slotted(self, parts: Sequence[Part], common: tuple[str, ...]) -> list[_Slotted]:
        """The shapes of each run of equal parts, in a slot of their own; slots lie in their order."""
        found: list[_Slotted] = []
        place = 0
        for label, run in groupby(parts, key=lambda part: Slot(part.state, _own(part, common))):
            shapes = [(part.shape, part.outline) for part in run if not part.shape.is_empty]
            if not shapes:
                continue
            slot = self._slot(label, place)
            place = self.place[slot] + 1
            if len(shapes) > _MOST_OVERLAPPING:
                shapes = [(shapely.union_all([shape for shape, _ in shapes]), None)]
            found += [(slot, *shape) for shape in shapes]
        return found

    def _slot(self, label: Slot, least: int) -> int:
        """The first slot with this label from a place on; a new one there, where there is none."""
        alike = self.alike.setdefault(label, [])
        beneath = [slot for slot in alike if self.place[slot] >= least]
        if beneath:
            return min(beneath, key=self.place.__getitem__)
        slot = FIRST_SLOT + len(self.slots)
        self.slots.append(label)
        alike.append(slot)
        self.order.insert(least, slot)
        self.place = {slot: place for place, slot in enumerate(self.order)}
        return slot


def _own(part: Part, common: tuple[str, ...]) -> tuple[str, ...]:
    if part.claims == common:
        return ()
    return tuple(claim for claim in dict.fromkeys(part.claims) if claim not in common)


def segments(slot: int, pieces: Pieces, per_degree: float) -> Segments:
    """Pieces on the grid, as boundary of a slot; those that have no length there are left out."""
    start, end = (
        keys_of(*np.rint(points.T * per_degree).astype(np.int64)) for points in (pieces.start, pieces.end)
    )
    some = np.flatnonzero(start != end)
    start, end = start[some], end[some]
    forwards = start < end
    winding = np.where(forwards == pieces.left[some], 1, -1)
    low, high = np.where(forwards, start, end), np.where(forwards, end, start)
    return Segments(low, high, np.full(len(low), slot, dtype=np.int64), winding)


def still(slot: int, shape: BaseGeometry, per_degree: float) -> Segments:
    """The boundary of ground that is there from the first day on and never changes."""
    return difference([segments(slot, in_one(shape).whole, per_degree)], [])


def difference(added: Sequence[Segments], gone: Sequence[Segments]) -> Segments:
    """What was added less what has gone, each segment of a slot once, without those that cancel."""
    went = joined(gone)
    both = joined([*added, replace(went, winding=-went.winding)])
    if not len(both.low):
        return both
    # Rows are brought together by a number made of all three; two rows that share it by chance stay two.
    order = np.argsort(mixed(both.low, both.high, both.slot))
    low, high, slot = both.low[order], both.high[order], both.slot[order]
    new = (low[1:] != low[:-1]) | (high[1:] != high[:-1]) | (slot[1:] != slot[:-1])
    first = np.concatenate([[0], np.flatnonzero(new) + 1])
    winding = np.add.reduceat(both.winding[order], first)
    first = first[winding != 0]
    return Segments(low[first], high[first], slot[first], winding[winding != 0])


def mixed(*numbers: Ints) -> NDArray[np.uint64]:
    """One number of 64 bits for each row, as if by chance: the mixing of Steele, Lea and Flood's SplitMix."""
    made = np.zeros(1, dtype=np.uint64)
    for one in numbers:
        made = (made ^ one.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        made = (made ^ (made >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        made = (made ^ (made >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        made = made ^ (made >> np.uint64(31))
    return made

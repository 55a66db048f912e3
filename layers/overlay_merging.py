"""Faces with one story that touch become one, and slivers go to their longest neighbour."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from layers.linked import least_linked
from layers.overlay_arrangement import OUTSIDE, Sides
from layers.overlay_days import Ints

NARROW = 1.0
"""Ground whose mean width is below this many steps of the grid is a sliver."""


@dataclass(frozen=True, eq=False, slots=True)
class Merged:
    """For each face the face whose story it has; how many slivers were merged, and how many faces joined."""

    into: Ints
    slivers: int
    joined: int


def merged(sides: Sides, lengths: NDArray[np.float64], told: NDArray[np.uint64]) -> Merged:
    """Join faces: ``lengths`` are those of the arcs in steps, ``told`` is one number for each face's story.

    The mean width of a face is twice its area divided by the length of its boundary. Slivers are merged from
    the smallest on, with whatever the longest piece of their boundary separates them from; two slivers become
    one, which may then be wide enough. Ground that was merged draws nothing after it as long as there is a
    choice: a line that creeps by less than the grid from day to day still moves.
    """
    into = _alike(sides, told)
    faces = int((np.bincount(into, minlength=len(into)) > 0).sum())
    left, right = into[sides.left], into[sides.right]
    areas = np.zeros(len(into), dtype=np.int64)
    np.add.at(areas, into, sides.areas)
    outer = left != right
    around = np.bincount(
        np.concatenate([left[outer], right[outer]]), weights=np.tile(lengths[outer], 2), minlength=len(into)
    ).astype(np.float64)
    narrow = areas < NARROW * around  # areas are doubled already
    narrow[OUTSIDE] = False
    narrow &= around > 0
    slivers = np.flatnonzero(narrow)
    beside = outer & (narrow[left] | narrow[right])
    found = _Slivers.among(slivers, areas, around)
    found.note(left[beside].tolist(), right[beside].tolist(), lengths[beside].tolist())
    target = np.arange(len(into))
    for sliver, neighbour in found.merged().items():
        target[sliver] = neighbour
    while not np.array_equal(target, target[target]):
        target = target[target]
    into = target[into]
    # Faces that only a sliver held apart touch now.
    return Merged(into[_alike(sides, told[into])], len(slivers), len(into) - faces)


def _alike(sides: Sides, told: NDArray[np.uint64]) -> Ints:
    """The smallest face of those that touch and have one story, for each face."""
    same = told[sides.left] == told[sides.right]
    return least_linked(len(told), sides.left[same], sides.right[same])


@dataclass(eq=False, slots=True)
class _Slivers:
    """Slivers, and how long they run beside which other faces.

    ``beside`` is along those faces' own ground, ``only`` along slivers that they have taken in.
    """

    areas: dict[int, int]
    around: dict[int, float]
    beside: dict[int, dict[int, float]]
    only: dict[int, dict[int, float]]

    @classmethod
    def among(cls, slivers: Ints, areas: Ints, around: NDArray[np.float64]) -> _Slivers:
        """The slivers among all faces."""
        numbers = slivers.tolist()
        return cls(
            dict(zip(numbers, areas[slivers].tolist(), strict=True)),
            dict(zip(numbers, around[slivers].tolist(), strict=True)),
            {number: defaultdict(float) for number in numbers},
            {number: defaultdict(float) for number in numbers},
        )

    def note(self, left: list[int], right: list[int], lengths: list[float]) -> None:
        """Note the arcs beside slivers."""
        for one, other, length in zip(left, right, lengths, strict=True):
            if one in self.beside:
                self.beside[one][other] += length
            if other in self.beside:
                self.beside[other][one] += length

    def merged(self) -> dict[int, int]:
        """What each sliver is merged into; the sliver that takes in another may be merged itself."""
        into: dict[int, int] = {}
        heap = [(area, sliver) for sliver, area in self.areas.items()]
        heapify(heap)
        while heap:
            area, sliver = heappop(heap)
            if sliver in into or area != self.areas[sliver] or area >= NARROW * self.around[sliver]:
                continue
            touching = self.beside[sliver] or self.only[sliver]
            best = min(touching, key=lambda other: (-touching[other], other))
            into[sliver] = best
            self._join(sliver, best)
            if best in self.beside:
                heappush(heap, (self.areas[best], best))
        return into

    def _join(self, sliver: int, best: int) -> None:
        """Whatever ran beside a sliver runs beside the face that took it in, if not its own ground."""
        kinds = self.beside, self.only
        mine = self.beside.pop(sliver), self.only.pop(sliver)
        length = sum(own.pop(best, 0.0) for own in mine)
        for other in {*mine[0], *mine[1]} & self.beside.keys():
            self.only[other][best] += sum(kind[other].pop(sliver, 0.0) for kind in kinds)
        if best not in self.beside:
            return
        for kind, own in zip(kinds, mine, strict=True):
            kind[best].pop(sliver, None)
            for other, along in own.items():
                kind[best][other] += along
        self.areas[best] += self.areas[sliver]
        self.around[best] += self.around[sliver] - 2 * length

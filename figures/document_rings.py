"""Faces and their rings become arrays, and arrays become faces again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np

from figures.whole_numbers import Numbers, whole


@dataclass(frozen=True, eq=False)
class Rings:
    """The faces of a document: place and region of each, how many rings it has, and all rings in a row.

    ``lengths`` says how many arcs each ring has, ``walk`` is the arc references of all of them.
    """

    place: Numbers
    inside: Numbers
    counts: Numbers
    lengths: Numbers
    walk: Numbers

    @classmethod
    def of(cls, faces: Sequence[Any]) -> Rings:
        """From faces as they stand in a document; ValueError or TypeError where they are of another kind."""
        rings = [ring for _, _, own in faces for ring in own]
        return cls(
            whole(place for place, _, _ in faces),
            whole(inside for _, inside, _ in faces),
            whole(len(own) for _, _, own in faces),
            whole(map(len, rings)),
            whole(chain.from_iterable(rings)),
        )

    @cached_property
    def arc(self) -> Numbers:
        """The arc of each reference."""
        return np.where(self.walk >= 0, self.walk, ~self.walk)

    @cached_property
    def face(self) -> Numbers:
        """The face whose ring each reference is part of."""
        return np.repeat(np.repeat(np.arange(len(self.place)), self.counts), self.lengths)

    def is_same(self, other: Rings) -> bool:
        """Whether these are the same faces."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return all(np.array_equal(one, two) for one, two in pairs)

    def listed(self) -> list[Any]:
        """Each face as ``[place index, in_region, rings]``."""
        walk, lengths = iter(self.walk.tolist()), iter(self.lengths.tolist())
        rows = zip(self.place.tolist(), self.inside.tolist(), self.counts.tolist(), strict=True)
        return [[place, inside, list(_rings(walk, islice(lengths, count)))] for place, inside, count in rows]

    def sides(self, arcs: int) -> tuple[Numbers, Numbers]:
        """The face whose ring walks each arc, and the one whose ring walks it back; −1 for none."""
        left, right = np.full(arcs, -1), np.full(arcs, -1)
        ahead = self.walk >= 0
        left[self.arc[ahead]], right[self.arc[~ahead]] = self.face[ahead], self.face[~ahead]
        return left, right


def _rings(walk: Iterator[int], lengths: Iterator[int]) -> Iterator[list[int]]:
    return (list(islice(walk, length)) for length in lengths)

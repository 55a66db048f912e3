"""The boundary of ground in stretches that are drawn again and again: only those that came or went count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.cancelling import apart

Points = NDArray[np.float64]
Key = TypeVar("Key")


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """Straight pieces of boundary: where each begins and ends, and whether the ground lies to its left."""

    start: Points
    end: Points
    left: NDArray[np.bool_]

    @property
    def bits(self) -> NDArray[np.int64]:
        """The four numbers of each piece by columns, as bits."""
        return np.hstack([self.start, self.end]).view(np.int64).T

    def some(self, which: NDArray[np.bool_]) -> Pieces:
        """Some of the pieces."""
        return Pieces(self.start[which], self.end[which], self.left[which])


Turned = tuple[tuple[int, Pieces], ...]
"""Pieces that came (1) and that went (-1)."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Outline:
    """A shape and its boundary.

    Stretches that are equal in two outlines are one line, walked one way, with the ground on one side.
    ``pieces`` gives those of some of them.
    """

    shape: BaseGeometry
    stretches: frozenset[Hashable]
    pieces: Callable[[Collection[Hashable]], Pieces]
    _since: WeakKeyDictionary[Outline, Turned] = field(default_factory=WeakKeyDictionary)

    @property
    def whole(self) -> Pieces:
        """All of its boundary."""
        return self.pieces(self.stretches)

    def since(self, before: Outline) -> Turned:
        """What came and went since another outline; worked out once, since several ask."""
        if before is self:
            return ()
        if before not in self._since:
            came = self.pieces(self.stretches - before.stretches)
            gone = before.pieces(before.stretches - self.stretches)
            new, lost = apart(*(np.vstack([one.bits, one.left]) for one in (came, gone)))
            self._since[before] = (1, came.some(new)), (-1, gone.some(lost))
        return self._since[before]


def in_one(shape: BaseGeometry) -> Outline:
    """The outline of a shape as one stretch: it stays, or all of it comes and goes."""
    return Outline(shape, frozenset((shapely.to_wkb(shape),)), lambda some: _rings(shape if some else _NONE))


_NONE = shapely.MultiPolygon()


def _rings(shape: BaseGeometry) -> Pieces:
    polygons = shapely.get_parts(shape)
    polygons = polygons[shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON]
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    return pieces(points, of_ring, shapely.is_ccw(rings) == outer(of_polygon))


def pieces(points: Points, line: NDArray[np.int64], left: NDArray[np.bool_]) -> Pieces:
    """The pieces of lines: ``line`` is the number of each point's line, ``left`` is said of each line."""
    first = np.flatnonzero(line[1:] == line[:-1])
    return Pieces(points[first], points[first + 1], left[line[first]])


def outer(of_polygon: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rings are the outer one of their polygon: the first."""
    return np.asarray(np.diff(of_polygon, prepend=-1) != 0)


def turned_over(
    before: Mapping[Key, Outline], now: Mapping[Key, Outline]
) -> Iterator[tuple[Key, int, Pieces]]:
    """What came (1) and went (-1) of the outline under each key."""
    for key, new in now.items():
        old = before.get(key)
        for sign, some in new.since(old) if old else ((1, new.whole),):
            yield key, sign, some
    for key in before.keys() - now.keys():
        yield key, -1, before[key].whole

"""The text of drawn shapes is read in stretches: what was read on one day need not be read on the next."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping
from functools import partial
from itertools import chain, repeat
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.outline import Outline, Pieces, Points, outer, pieces

_WRITTEN = (
    ('{"type":"MultiPolygon","coordinates":[[[[', "]]]]}"),
    ('{"type":"Polygon","coordinates":[[[', "]]]}"),
)
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_POSITION = f"{_NUMBER},{_NUMBER}"
_POSITIONS = re.compile(rf"{_POSITION}(?:\],\[{_POSITION})*", re.ASCII)
_CUT, _BLOCK = "1],[", "11],["
"""Where a ring is cut, behind each position that ends in a 1, so that one that is new shifts no other cut.

Blocks of some hundred positions are looked up first: most have nothing new in them.
"""
_SHORT = 2_000
"""Rings of fewer characters are not cut: as good as all are as they were."""
_MOST_POSITIONS = 1_000_000
_FEWEST_POSITIONS = 4

_END = -1
_NOWHERE: Points = np.empty((0, 2))


_Known = tuple[Points, Points]
"""The points of a stretch, and the first of them."""


class _Stretches(dict[str, int]):
    """The number of each stretch by its text; ``known`` is what each number means."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.next = first
        self.known: dict[int, _Known] = {_END: (_NOWHERE, _NOWHERE)}

    def __missing__(self, text: str) -> int:
        written = text.removesuffix(_CUT) if text.endswith(_CUT) else f"{text}1"
        if not _POSITIONS.fullmatch(written):
            raise LookupError(text)
        points = np.array(list(map(float, written.replace("],[", ",").split(",")))).reshape(-1, 2)
        number = self[text] = self.next
        self.next += 1
        self.known[number] = points, points[:1]
        return number


class KnownLines(dict[str, tuple[list[int], Points]]):
    """The blocks of rings by their text: the numbers of their stretches, and their points."""

    def __init__(self) -> None:
        super().__init__()
        self._stretches = _Stretches(0)
        self._positions = 0

    def __missing__(self, text: str) -> tuple[list[int], Points]:
        if not text.endswith(_BLOCK):
            texts = f"{text}{_BLOCK}".split(_CUT)[:-1]
        else:
            ring_end = text.removesuffix(_BLOCK)
            texts = ring_end.split(_CUT) if len(ring_end) > _SHORT else [ring_end]
            texts[-1] += _CUT  # what no other text has in it
        numbers = list(map(self._stretches.__getitem__, texts))
        points = np.concatenate([self._stretches.known[number][0] for number in numbers])
        self._positions += len(points)
        self[text] = numbers, points
        return numbers, points

    def _forget(self) -> None:
        self.clear()
        self._positions = 0
        self._stretches = _Stretches(self._stretches.next)  # outlines of before keep theirs

    def outline(self, geometry: str) -> Outline | None:
        """Read GeoJSON as ``drawn_geometry`` writes it; None where it is written otherwise."""
        if self._positions > _MOST_POSITIONS:
            self._forget()
        polygons = [one.split("]],[[") for one in _body(geometry).split("]]],[[[")]
        try:
            rings = [self._ring(ring) for ring in chain.from_iterable(polygons)]
        except LookupError:
            return None
        many = [len(points) for _, points in rings]
        points = np.concatenate([points for _, points in rings])
        last = np.cumsum(many) - 1
        if min(many) < _FEWEST_POSITIONS or not (points[last] == points[last + 1 - many]).all():
            return None
        made: Any = shapely.linearrings(points, indices=_counted(many))
        of_polygon = _counted([len(one) for one in polygons])
        parts: Any = shapely.polygons(made, indices=of_polygon)
        left = (shapely.is_ccw(made) == outer(of_polygon)).tolist()
        followed = [
            zip(ring, (*ring[1:], _END), repeat(on)) for (ring, _), on in zip(rings, left, strict=True)
        ]
        stretches = frozenset[Hashable](chain.from_iterable(followed))
        return Outline(
            shapely.MultiPolygon(parts.tolist()), stretches, partial(_pieces, self._stretches.known)
        )

    def _ring(self, text: str) -> tuple[list[int], Points]:
        texts = text.split(_BLOCK) if len(text) > _SHORT else [text]
        texts[-1] += _BLOCK
        if len(texts) == 1:
            return self[texts[0]]
        blocks = [self[one] for one in texts]
        numbers = list(chain.from_iterable(numbers for numbers, _ in blocks))
        return numbers, np.concatenate([points for _, points in blocks])


def _pieces(known: Mapping[int, _Known], stretches: Collection[Any]) -> Pieces:
    """The pieces of some stretches, each as far as the point at which the next one begins."""
    lines = [_NOWHERE]
    for one, then, _ in stretches:
        lines += known[one][0], known[then][1]
    many = np.fromiter(map(len, lines[1:]), dtype=np.int64).reshape(-1, 2).sum(axis=1)
    left = np.array([on for *_, on in stretches], dtype=bool)
    return pieces(np.concatenate(lines), np.repeat(np.arange(len(many)), many), left)


def _body(geometry: str) -> str:
    """What stands between the brackets of a shape; nothing where it is not written as it is expected."""
    for head, tail in _WRITTEN:
        if geometry.startswith(head) and geometry.endswith(tail):
            return geometry[len(head) : -len(tail)]
    return ""


def _counted(lengths: list[int]) -> NDArray[np.int64]:
    """The number of each group, as often as it has members."""
    return np.repeat(np.arange(len(lengths)), lengths)

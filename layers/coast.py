"""Where a drawn map stops short of the coast or the border, the strip left between is not an enemy's.

Whoever draws a front does not draw the coast as finely as the land is known here. Where a map's settings say
who holds all land that a drawn map leaves blank, each such strip would be that party's, with a front along
the beach. So a strip narrower than a hundredth of the map, at most ``MOST_DEG``, between a drawn shape and
the edge of the land, goes to the shape beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.basemap import Window, polygons
from layers.outline import Outline, turned_over
from layers.overlay_days import Ints, mixed

MOST_DEG = 0.05
"""About 5.5 km north to south, 3.7 km east to west at 48° N."""
_OF_THE_WINDOW = 0.01
_CELL = 2.0
_ROUNDS = 3
"""What is left in the corners of a cell lies along the strips that were found beside it."""
_TOUCH_DEG = 1e-6
_AROUND_DEG = 1e-4
_TINY_DEG2 = 1e-10


_Left = tuple[tuple[BaseGeometry, ...], bool]
"""The strips of one cell, and whether anything of it is left besides."""


@dataclass(frozen=True, eq=False)
class Coast:
    """The belt along the edge of some land, in cells short enough that each is looked at on its own.

    What was found in a cell is kept, and so is the last answer: from one day to the next, hardly any cell
    looks different, and most days none.
    """

    inner: BaseGeometry
    edge: BaseGeometry
    cells: NDArray[np.object_]
    _last: list[list[BaseGeometry | None]] = field(default_factory=list)
    _found: dict[tuple[int, ...], _Left | None] = field(default_factory=dict)
    _joined: dict[tuple[int, ...], BaseGeometry] = field(default_factory=dict)
    _by: dict[int, BaseGeometry] = field(default_factory=dict)

    @staticmethod
    def of(land: BaseGeometry, window: Window) -> Coast:
        """The belt of the land, as wide as a strip may be on a map of that window."""
        wide = min(MOST_DEG, _OF_THE_WINDOW * (window[3] - window[1]))
        within = shapely.buffer(land, -wide, quad_segs=2)
        belt = shapely.difference(land, within)
        inner = within.boundary
        shapely.prepare(inner)
        return Coast(inner, land.boundary, _cells(belt, _CELL * wide))

    @cached_property
    def _looks(self) -> _Looks:
        return _Looks.at(self.cells)

    def strips(self, drawn: Sequence[Outline]) -> list[BaseGeometry | None]:
        """For each drawn shape the strips that are its own, or None where it has none."""
        if not drawn:
            return []
        moved = self._looks.moved_on(drawn)
        if moved or not self._last or len(self._last[0]) != len(drawn):
            self._last[:] = [self._sought([one.shape for one in drawn])]
        return list(self._last[0])

    def _sought(self, drawn: Sequence[BaseGeometry]) -> list[BaseGeometry | None]:
        whole = shapely.union_all(drawn) if len(drawn) > 1 else drawn[0]
        shapely.prepare(whole)
        looks = self._looks.touched()
        open_cells = [cell for cell in looks if self._look(cell, looks[cell], whole) is not None]
        pieces: list[BaseGeometry] = []
        for _ in range(_ROUNDS):
            beside = shapely.STRtree(pieces)
            looked = [(cell, self._look(cell, looks[cell], whole, beside)) for cell in open_cells]
            found = [(cell, left) for cell, left in looked if left is not None]
            new = [piece for _, (strips, _) in found for piece in strips]
            if not new:
                break
            pieces += new
            left = np.array([cell for cell, (_, more) in found if more], dtype=np.int64)
            near = shapely.STRtree(new).query(self.cells[left], predicate="dwithin", distance=_TOUCH_DEG)
            open_cells = left[np.unique(near[0])].tolist()
        own: list[list[BaseGeometry]] = [[] for _ in drawn]
        for piece in pieces:
            own[_longest_beside(piece, drawn)].append(piece)
        return [self._join(found) if found else None for found in own]

    def _look(
        self, cell: int, look: int, whole: BaseGeometry, beside: shapely.STRtree | None = None
    ) -> _Left | None:
        """What is left of a cell beside what is drawn and those strips; None where no border goes through."""
        ground = self.cells[cell]
        near = [] if beside is None or not len(beside) else _near(ground, beside)
        key = cell, look, *(id(strip) for strip in near)  # all of them are kept, so that ids stay theirs
        if key not in self._found:
            is_open = whole.intersects(ground) and not whole.covers(ground)
            self._found[key] = self._between(cell, _together(whole, near, ground)) if is_open else None
        return self._found[key]

    def _join(self, pieces: Sequence[BaseGeometry]) -> BaseGeometry:
        key = tuple(sorted(id(piece) for piece in pieces))  # all of them are kept, so that ids stay theirs
        if key not in self._joined:
            self._joined[key] = shapely.union_all(pieces)
        return self._joined[key]

    def _between(self, cell: int, drawn: BaseGeometry) -> _Left:
        """The parts of a cell that are not drawn and lie between what is drawn and the edge of the land."""
        ground = self.cells[cell]
        left = [part for part in polygons(shapely.difference(ground, drawn)).geoms if part.area > _TINY_DEG2]
        near = [piece for piece in left if not self.inner.intersects(piece)]
        if not near:
            return (), bool(left)
        line, coast = shapely.buffer(drawn.boundary, _TOUCH_DEG), self._coast_by(cell)
        strips = [piece for piece in near if _is_strip(piece, line, coast)]
        return tuple(strips), len(strips) < len(left)

    def _coast_by(self, cell: int) -> BaseGeometry:
        """Everything that touches the edge of the land in and by a cell."""
        if cell not in self._by:
            edge = shapely.clip_by_rect(self.edge, *_box(self.cells[cell]))
            self._by[cell] = shapely.buffer(edge, _TOUCH_DEG)
        return self._by[cell]


def _cells(belt: BaseGeometry, step: float) -> NDArray[np.object_]:
    """The belt cut along a net of lines; row by row first, since what is short is cut in less time."""
    west, south, east, north = belt.bounds
    columns = np.arange(west, east, step)
    found: list[BaseGeometry] = []
    for low in np.arange(south, north, step).tolist():
        row = shapely.clip_by_rect(belt, west - step, low, east + step, low + step)
        shapely.prepare(row)
        boxes: Any = shapely.box(columns, low, columns + step, low + step)
        some = columns[shapely.intersects(row, boxes)]
        found += [shapely.clip_by_rect(row, left, low, left + step, low + step) for left in some.tolist()]
    cells: Any = np.array(found, dtype=object)
    wrong = ~shapely.is_valid(cells)
    cells[wrong] = shapely.make_valid(cells[wrong])
    cells = shapely.get_parts(shapely.get_parts(cells))
    return np.asarray(cells[shapely.area(cells) > 0.0])


def _box(cell: BaseGeometry) -> Window:
    west, south, east, north = cell.bounds
    return west - _AROUND_DEG, south - _AROUND_DEG, east + _AROUND_DEG, north + _AROUND_DEG


def _together(drawn: BaseGeometry, strips: Sequence[BaseGeometry], cell: BaseGeometry) -> BaseGeometry:
    """What is drawn within and just around a cell, and the strips there."""
    within = shapely.make_valid(shapely.clip_by_rect(drawn, *_box(cell)))
    return shapely.union_all([within, *strips]) if strips else within


def _near(cell: BaseGeometry, strips: shapely.STRtree) -> list[BaseGeometry]:
    """The strips that were found within and just around a cell."""
    return list(strips.geometries[np.sort(strips.query(shapely.box(*_box(cell))))])


@dataclass(eq=False)
class _Looks:
    """Numbers by which one sees whether anything in a cell is drawn otherwise than the day before.

    Each is made of the pieces of border in its cell, as they are walked, and of whose border that is; what
    is drawn lies to one side of each, so nothing else need be looked at. Numbers are moved on by the pieces
    that came and went, which on most days are few.
    """

    boxes: shapely.STRtree
    look: NDArray[np.uint64]
    many: Ints
    drawn: Mapping[int, Outline] = field(default_factory=dict)

    @staticmethod
    def at(cells: NDArray[np.object_]) -> _Looks:
        bounds = shapely.bounds(cells).reshape(-1, 4) + np.array([-1, -1, 1, 1]) * 2 * _AROUND_DEG
        boxes: Any = shapely.box(*bounds.T)
        counts = np.zeros(len(cells), dtype=np.uint64), np.zeros(len(cells), dtype=np.int64)
        return _Looks(shapely.STRtree(boxes), *counts)

    def moved_on(self, drawn: Sequence[Outline]) -> bool:
        """Look at what is drawn now; whether any cell looks different than it did before."""
        before, self.drawn = self.drawn, dict(enumerate(drawn))
        turned = [one for one in turned_over(before, self.drawn) if len(one[2].left)]
        if not turned:
            return False
        shape, sign = np.repeat(
            [[shape, sign] for shape, sign, _ in turned], [len(pieces.left) for *_, pieces in turned], axis=0
        ).T
        start = np.concatenate([pieces.start for *_, pieces in turned])
        end = np.concatenate([pieces.end for *_, pieces in turned])
        looked = self.look.copy()
        piece, cell = self.boxes.query(shapely.linestrings(np.stack([start, end], axis=1)))
        number = mixed(*np.hstack([start, end])[piece].T.view(np.int64), shape[piece])
        np.add.at(self.look, cell, number * sign[piece].astype(np.uint64))
        np.add.at(self.many, cell, sign[piece])
        return not np.array_equal(looked, self.look)

    def touched(self) -> dict[int, int]:
        """The number of each cell by which a border of what is drawn goes."""
        cells = np.flatnonzero(self.many)
        return dict(zip(cells.tolist(), self.look[cells].tolist(), strict=True))


def _is_strip(piece: shapely.Polygon, drawn: BaseGeometry, coast: BaseGeometry) -> bool:
    """Whether a piece lies along what is drawn: it touches that for longer than it goes on on land."""
    outline = piece.exterior
    beside = shapely.length(shapely.intersection(outline, drawn))
    sea = shapely.length(shapely.intersection(outline, coast))
    return bool(beside > 0.0 and shapely.length(outline) - beside - sea <= beside)


def _longest_beside(piece: BaseGeometry, drawn: Sequence[BaseGeometry]) -> int:
    """The index of the shape that a strip touches most; of the nearest one where it touches another strip."""
    if len(drawn) == 1:
        return 0
    near = shapely.buffer(piece, _TOUCH_DEG)
    beside = [shapely.area(shapely.clip_by_rect(shape, *near.bounds).intersection(near)) for shape in drawn]
    if max(beside) > 0.0:
        return int(np.argmax(beside))
    return int(np.argmin([shapely.distance(piece, shape) for shape in drawn]))

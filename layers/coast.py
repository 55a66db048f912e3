"""Where a drawn map stops short of the coast or the border, the strip left between is not an enemy's.

Whoever draws a front does not draw the coast as finely as the land is known here. Where a map's settings say
who holds all land that a drawn map leaves blank, each such strip would be that party's, with a front along
the beach. So a strip narrower than a hundredth of the map, at most ``MOST_DEG``, between a drawn shape and
the edge of the land, goes to the shape beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.basemap import Window, polygons

MOST_DEG = 0.05
"""About 5.5 km north to south, 3.7 km east to west at 48° N."""
_OF_THE_WINDOW = 0.01
_CELL = 2.0
_ROUNDS = 3
"""What is left in the corners of a cell lies along the strips that were found beside it."""
_TOUCH_DEG = 1e-6
_TINY_DEG2 = 1e-10


_Left = tuple[tuple[BaseGeometry, ...], bool]
"""The strips of one cell, and whether anything of it is left besides."""


@dataclass(frozen=True, eq=False)
class Coast:
    """The belt along the edge of some land, in cells short enough that each is looked at on its own.

    What was found in a cell is kept: from one day to the next, hardly any of them looks different.
    """

    inner: BaseGeometry
    edge: BaseGeometry
    cells: NDArray[np.object_]
    _found: dict[tuple[int, bytes], _Left] = field(default_factory=dict)
    _joined: dict[tuple[int, ...], BaseGeometry] = field(default_factory=dict)

    @staticmethod
    def of(land: BaseGeometry, window: Window) -> Coast:
        """The belt of the land, as wide as a strip may be on a map of that window."""
        wide = min(MOST_DEG, _OF_THE_WINDOW * (window[3] - window[1]))
        step = _CELL * wide
        within = shapely.buffer(land, -wide, quad_segs=2)
        belt = shapely.difference(land, within)
        west, south, east, north = belt.bounds
        columns, rows = (np.arange(low, high, step) for low, high in ((west, east), (south, north)))
        x, y = (part.ravel() for part in np.meshgrid(columns, rows))
        boxes = shapely.box(x, y, x + step, y + step)
        shapely.prepare(belt)
        cut = [polygons(shapely.intersection(box, belt)) for box in boxes[shapely.intersects(belt, boxes)]]
        inner = within.boundary
        shapely.prepare(inner)
        return Coast(inner, land.boundary, np.array([part for one in cut for part in one.geoms]))

    def strips(self, drawn: Sequence[BaseGeometry]) -> list[BaseGeometry | None]:
        """For each drawn shape the strips that are its own, or None where it has none."""
        if not drawn:
            return []
        whole = shapely.union_all(drawn) if len(drawn) > 1 else drawn[0]
        shapely.prepare(whole)
        open_cells = np.flatnonzero(
            shapely.intersects(whole, self.cells) & ~shapely.covers(whole, self.cells)
        )
        pieces: list[BaseGeometry] = []
        for _ in range(_ROUNDS):
            beside = shapely.STRtree(pieces)
            looked = [
                (cell, self._look(int(cell), _near(self.cells[cell], whole, beside))) for cell in open_cells
            ]
            new = [piece for _, (strips, _) in looked for piece in strips]
            if not new:
                break
            pieces += new
            left = np.array([cell for cell, (_, more) in looked if more], dtype=np.int64)
            open_cells = left[
                np.unique(
                    shapely.STRtree(new).query(self.cells[left], predicate="dwithin", distance=_TOUCH_DEG)[0]
                )
            ]
        own: list[list[BaseGeometry]] = [[] for _ in drawn]
        for piece in pieces:
            own[_longest_beside(piece, drawn)].append(piece)
        return [self._join(found) if found else None for found in own]

    def _look(self, cell: int, drawn: BaseGeometry) -> _Left:
        key = (cell, shapely.to_wkb(drawn))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._between(self.cells[cell], drawn)
        return found

    def _join(self, pieces: Sequence[BaseGeometry]) -> BaseGeometry:
        key = tuple(sorted(id(piece) for piece in pieces))  # all of them are kept, so that ids stay theirs
        if key not in self._joined:
            self._joined[key] = shapely.union_all(pieces)
        return self._joined[key]

    def _between(self, cell: BaseGeometry, drawn: BaseGeometry) -> _Left:
        """The parts of a cell that are not drawn and lie between what is drawn and the edge of the land."""
        west, south, east, north = cell.bounds
        coast = shapely.clip_by_rect(self.edge, west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4)
        lines = shapely.buffer(drawn.boundary, _TOUCH_DEG), shapely.buffer(coast, _TOUCH_DEG)
        left = [piece for piece in polygons(shapely.difference(cell, drawn)).geoms if piece.area > _TINY_DEG2]
        strips = [piece for piece in left if not self.inner.intersects(piece) and _is_strip(piece, *lines)]
        return tuple(strips), len(strips) < len(left)


def _near(cell: BaseGeometry, drawn: BaseGeometry, strips: shapely.STRtree) -> BaseGeometry:
    """What is drawn within and just around a cell, and the strips that were found there."""
    west, south, east, north = cell.bounds
    box = west - 1e-4, south - 1e-4, east + 1e-4, north + 1e-4
    here = shapely.make_valid(shapely.clip_by_rect(drawn, *box))
    beside = strips.geometries[strips.query(shapely.box(*box))]
    return shapely.union_all([here, *beside]) if len(beside) else here


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

"""The ground of a map document for one page: nothing beyond its edge, no line finer than it can ever show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.frames import Frame
from figures.paths import TOLERANCE_PX, Rectangle

Document = Mapping[str, Any]
Points = NDArray[np.float64]
Faces = Sequence[Sequence[Any]]

FINEST = 4
"""How many times a reader may enlarge the map before its lines become no finer."""
_NOWHERE = [0, 0, 0, 0]


def page_ground(document: Document, frame: Frame, extent: Rectangle) -> dict[str, Any]:
    """The parts of the document that its ground is drawn from, as fine as the page needs them.

    A face beyond the edge has no rings, an arc that no ring walks no length. Faces, arcs and edges are
    numbered anew: what lies close together has close numbers, which are shorter to write.

    Parameters
    ----------
    frame
        The page's frame, without enlargement.
    extent
        What the page can show, in px of that frame.

    Returns
    -------
    dict
        ``grid``, ``arcs``, ``faces``, ``edges``, ``start`` and ``changes`` as docs/map-document.md has them.
    """
    grid = document["grid"]
    scale = px_per_step(document, frame)
    coarser = max(1, int(1 / (2 * FINEST * max(abs(scale[2]), abs(scale[3])))))
    lines = _absolute(document["arcs"])
    pixels = [_pixels(line, scale) for line in lines]
    faces = _within(document["faces"], pixels, extent)
    walked = {arc if arc >= 0 else ~arc for _, _, rings in faces for arc in chain.from_iterable(rings)}
    per_step = np.array([scale[2], scale[3]]) * coarser
    thin = _thinned(
        [np.rint(line / coarser) if i in walked else None for i, line in enumerate(lines)], per_step
    )
    numbers = _Numbers.of(faces, document["edges"], pixels)
    return {"grid": {**grid, "step": grid["step"] * coarser}, **numbers.renamed(document, faces, thin)}


@dataclass(frozen=True)
class _Numbers:
    """For each new number of a face, an arc and an edge the old one."""

    faces: list[int]
    arcs: list[int]
    edges: list[int]

    @staticmethod
    def of(
        faces: Sequence[Sequence[Any]], edges: Sequence[Sequence[int]], arcs: Sequence[Points]
    ) -> _Numbers:
        """Faces along a curve through the page, arcs as rings come to them, edges as their arcs."""
        along = sorted(range(len(faces)), key=lambda face: _along(faces[face][2], arcs))
        walked = (a if a >= 0 else ~a for face in along for a in chain.from_iterable(faces[face][2]))
        met = list(dict.fromkeys(chain(walked, range(len(arcs)))))
        place = {arc: number for number, arc in enumerate(met)}
        return _Numbers(along, met, sorted(range(len(edges)), key=lambda edge: place[edges[edge][0]]))

    def renamed(
        self, document: Document, faces: Sequence[Sequence[Any]], arcs: Sequence[list[int]]
    ) -> dict[str, Any]:
        face, arc, edge = (
            {old: new for new, old in enumerate(own)} for own in (self.faces, self.arcs, self.edges)
        )
        old = [document["edges"][number] for number in self.edges]
        start = document["start"]
        return {
            "arcs": [arcs[number] for number in self.arcs],
            "faces": [[*faces[i][:2], [_rewalked(ring, arc) for ring in faces[i][2]]] for i in self.faces],
            "edges": [[arc[line], face.get(left, left), face.get(right, right)] for line, left, right in old],
            "start": {
                **start,
                "faces": [start["faces"][number] for number in self.faces],
                "fronts": [start["fronts"][number] for number in self.edges],
            },
            "changes": [
                [t, _pairs(on_faces, face), _pairs(on_edges, edge), *rest]
                for t, on_faces, on_edges, *rest in document["changes"]
            ],
        }


def _rewalked(ring: Iterable[int], names: Mapping[int, int]) -> list[int]:
    return [names[arc] if arc >= 0 else ~names[~arc] for arc in ring]


def _pairs(flat: Sequence[int], names: Mapping[int, int]) -> list[int]:
    pairs = sorted((names[index], value) for index, value in zip(flat[::2], flat[1::2], strict=True))
    return list(chain.from_iterable(pairs))


def _along(rings: Sequence[Sequence[int]], arcs: Sequence[Points]) -> int:
    """How far along Morton's curve the first point of a face lies (1966); what is not drawn comes last."""
    if not rings or not rings[0]:
        return 1 << 40
    first = rings[0][0]
    x, y = (int(px * 8) + (1 << 15) for px in (arcs[first][0] if first >= 0 else arcs[~first][-1]))
    return sum((x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1 for bit in range(18))


def px_per_step(document: Document, frame: Frame) -> tuple[float, float, float, float]:
    """Where the corner of the document's grid falls, and how many px a step of it is: x, y, across, down."""
    grid = document["grid"]
    x, y = frame.at(grid["lon"], grid["lat"])
    across, down = frame.at(grid["lon"] + 1, grid["lat"] + 1)
    return x, y, (across - x) * grid["step"], (down - y) * grid["step"]


def _absolute(lines: Sequence[Sequence[int]]) -> list[Points]:
    return [np.cumsum(np.asarray(line, dtype=np.float64).reshape(-1, 2), axis=0) for line in lines]


def _pixels(line: Points, scale: tuple[float, float, float, float]) -> Points:
    pixels: Points = line * np.array(scale[2:]) + np.array(scale[:2])
    return pixels


def _within(faces: Iterable[Sequence[Any]], arcs: Sequence[Points], extent: Rectangle) -> list[list[Any]]:
    """The faces, those that no pixel of the page shows without their rings."""
    low = np.array([arc.min(axis=0) for arc in arcs]).reshape(-1, 2)
    high = np.array([arc.max(axis=0) for arc in arcs]).reshape(-1, 2)

    def seen(rings: Sequence[Sequence[int]]) -> bool:
        if not rings or not rings[0]:
            return False
        walked = [arc if arc >= 0 else ~arc for arc in rings[0]]
        left, top = low[walked].min(axis=0)
        right, bottom = high[walked].max(axis=0)
        return bool(left <= extent[2] and extent[0] <= right and top <= extent[3] and extent[1] <= bottom)

    return [[place, inside, rings if seen(rings) else []] for place, inside, rings in faces]


def _thinned(lines: Sequence[Points | None], per_step: Points) -> list[list[int]]:
    """Lines of the grid without the points that a reader could not tell from a straight line."""
    import shapely

    kept = [line for line in lines if line is not None]
    if not kept:
        return [list(_NOWHERE) for _ in lines]
    sizes = np.array([len(line) for line in kept])
    drawn = shapely.linestrings(np.vstack(kept) * per_step, indices=np.repeat(np.arange(len(kept)), sizes))
    drawn = shapely.simplify(drawn, TOLERANCE_PX / FINEST, preserve_topology=False)
    on_grid = np.rint(shapely.get_coordinates(drawn) / per_step).astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(drawn))])
    walked = iter(_walked(on_grid[begin:end]) for begin, end in pairwise(begins.tolist()))
    return [list(_NOWHERE) if line is None else next(walked) for line in lines]


def _walked(points: NDArray[np.int64]) -> list[int]:
    """``[x0, y0, dx1, dy1, …]`` without steps of 0; two points are always kept."""
    steps = np.diff(points, axis=0)
    moving = steps[np.any(steps != 0, axis=1)] if len(steps) > 1 else steps
    steps = moving if len(moving) else steps[:1]
    line: list[int] = np.concatenate([points[:1], steps]).ravel().tolist()
    return line

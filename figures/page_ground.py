"""The ground of a map document for one page: nothing beyond its edge, no line finer than it can ever show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.frames import Frame
from figures.lines import Lines
from figures.paths import TOLERANCE_PX, Rectangle

Document = Mapping[str, Any]
Points = NDArray[np.float64]
Faces = Sequence[Sequence[Any]]

FINEST = 4
"""How many times a reader may enlarge the map before its lines become no finer."""


def page_ground(document: Document, frame: Frame, extent: Rectangle) -> dict[str, Any]:
    """The parts of the document that its ground is drawn from, as fine as the page needs them.

    A face beyond the edge is left out, and one just beyond it has no rings. Faces, arcs and edges are
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
    lines = Lines.of(document["arcs"])
    pixels = replace(lines, points=lines.points * np.array(scale[2:]) + np.array(scale[:2]))
    faces = _within(document["faces"], pixels, extent)
    numbers = _Numbers.of(faces, document["edges"], pixels)
    per_step = np.array([scale[2], scale[3]]) * coarser
    thin = _thinned(np.rint(lines.points / coarser), lines, numbers.arcs, per_step)
    return {"grid": {**grid, "step": grid["step"] * coarser}, **numbers.renamed(document, faces, thin)}


@dataclass(frozen=True)
class _Numbers:
    """For each new number of a face, an arc and an edge the old one."""

    faces: list[int]
    arcs: list[int]
    edges: list[int]

    @staticmethod
    def of(faces: Faces, edges: Sequence[Sequence[int]], pixels: Lines) -> _Numbers:
        """Faces along a curve through the page, arcs as rings come to them, edges as their arcs.

        What no pixel shows has no number, but for faces just beyond the edge: their arcs have two sides.
        """
        seen = [number for number, (_, _, rings) in enumerate(faces) if rings]
        along = np.array(seen, dtype=np.int64)[
            np.argsort(_along([faces[i][2] for i in seen], pixels), kind="stable")
        ].tolist()
        walked = (a if a >= 0 else ~a for face in along for a in chain.from_iterable(faces[face][2]))
        met = list(dict.fromkeys(walked))
        place = {arc: number for number, arc in enumerate(met)}
        drawn = [edge for edge, (arc, _, _) in enumerate(edges) if arc in place]
        beyond = {side for edge in drawn for side in edges[edge][1:] if side >= 0} - set(along)
        return _Numbers([*along, *sorted(beyond)], met, sorted(drawn, key=lambda edge: place[edges[edge][0]]))

    def renamed(self, document: Document, faces: Faces, arcs: list[list[int]]) -> dict[str, Any]:
        face, arc, edge = (
            {old: new for new, old in enumerate(own)} for own in (self.faces, self.arcs, self.edges)
        )
        old = [document["edges"][number] for number in self.edges]
        start = document["start"]
        return {
            "arcs": arcs,
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
    """Index and value of what has a name, by name."""
    named = ((names[i], value) for i, value in zip(flat[::2], flat[1::2], strict=True) if i in names)
    return list(chain.from_iterable(sorted(named)))


def _along(rings: Sequence[Sequence[Sequence[int]]], pixels: Lines) -> NDArray[np.int64]:
    """How far along Morton's curve (1966) the first point of each face lies."""
    first = np.array([outer[0] for outer, *_ in rings], dtype=np.int64)
    ends = np.where(first >= 0, pixels.begins[:-1][first], pixels.begins[1:][~first] - 1)
    spots = (pixels.points[ends] * 8).astype(np.int64) + (1 << 15)
    bits = range(18)
    along: NDArray[np.int64] = np.sum(
        [(spots[:, i] >> bit & 1) << 2 * bit + i for bit in bits for i in (0, 1)], axis=0
    )
    return along


def px_per_step(document: Document, frame: Frame) -> tuple[float, float, float, float]:
    """Where the corner of the document's grid falls, and how many px a step of it is: x, y, across, down."""
    grid = document["grid"]
    x, y = frame.at(grid["lon"], grid["lat"])
    across, down = frame.at(grid["lon"] + 1, grid["lat"] + 1)
    return x, y, (across - x) * grid["step"], (down - y) * grid["step"]


def _within(faces: Faces, pixels: Lines, extent: Rectangle) -> list[list[Any]]:
    """The faces, those that no pixel of the page shows without their rings."""
    outer = [rings[0] if rings else () for _, _, rings in faces]
    sizes = np.array([len(ring) for ring in outer], dtype=np.int64)
    walked = np.fromiter(chain.from_iterable(outer), np.int64, int(sizes.sum()))
    walked = np.where(walked >= 0, walked, ~walked)
    low, high = pixels.bounds()
    full = sizes > 0
    begins = (np.cumsum(sizes) - sizes)[full]
    seen = np.zeros(len(faces), dtype=bool)
    if len(begins):
        least, most = np.minimum.reduceat(low[walked], begins), np.maximum.reduceat(high[walked], begins)
        seen[full] = np.all((least <= extent[2:]) & (most >= extent[:2]), axis=1)
    return [
        [place, inside, rings if shown else []]
        for (place, inside, rings), shown in zip(faces, seen.tolist(), strict=True)
    ]


def _thinned(points: Points, lines: Lines, wanted: Sequence[int], per_step: Points) -> list[list[int]]:
    """Lines of the grid without the points that a reader could not tell from a straight line."""
    import shapely

    if not len(wanted):
        return []
    chosen = np.array(wanted)
    sizes = np.diff(lines.begins)[chosen]
    own = np.repeat(lines.begins[:-1][chosen] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
    drawn = shapely.linestrings(points[own] * per_step, indices=np.repeat(np.arange(len(sizes)), sizes))
    drawn = shapely.simplify(drawn, TOLERANCE_PX / FINEST, preserve_topology=False)
    on_grid = np.rint(shapely.get_coordinates(drawn) / per_step).astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(drawn))])
    return _written(on_grid, begins)


def _written(points: NDArray[np.int64], begins: NDArray[np.int64]) -> list[list[int]]:
    """``[x0, y0, dx1, dy1, …]`` of each line without steps of 0; two points are always kept."""
    steps = np.diff(points, axis=0, prepend=0)
    first = np.zeros(len(points), dtype=bool)
    first[begins[:-1]] = True
    steps[begins[:-1]] = points[begins[:-1]]
    kept = first | np.any(steps != 0, axis=1)
    moved = np.add.reduceat(kept, begins[:-1], dtype=np.int64)
    kept[begins[:-1][moved == 1] + 1] = True
    ends = np.cumsum(np.add.reduceat(kept, begins[:-1], dtype=np.int64)) * 2
    flat = steps[kept].ravel().tolist()
    return [flat[begin:end] for begin, end in pairwise([0, *ends.tolist()])]

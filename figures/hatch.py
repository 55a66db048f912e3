"""Stripes become lines clipped to their cells, for a figure whose page registers no images with the map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from figures.map_sources import Collection, Document, Feature, Point, collection, feature, points_of, ring_of
from figures.palette import PATTERNS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_MOST_STRIPES = 400
"""In one cell, however far the figure is zoomed in."""


def hatch_sources(document: Document, states: Sequence[int], zoom: float) -> dict[str, Collection]:
    """The stripes of every claimed or contested cell, as they look at one zoom.

    Returns ``hatch``, lines with the index of the ``actor`` whose ink they have, and ``hatch_paper``, the
    contested cells, which lie under theirs.
    """
    spacing = PATTERNS.period * 360 / (512 * 2**zoom)  # degrees of longitude
    lines: list[Feature] = []
    paper: list[Feature] = []
    arcs: list[list[Point]] | None = None
    for index, (_, _, rings) in enumerate(document["faces"]):
        actor, certainty, rival = document["states"][states[index]]
        kind = document["certainties"][certainty]
        if kind not in ("claimed", "contested"):
            continue
        arcs = arcs or [points_of(document, line) for line in document["arcs"]]
        cell = [ring_of(arcs, references) for references in rings]
        inks = [rival] if kind == "claimed" else [actor, rival]
        lines.extend(_stripes(cell, inks, spacing, rising=kind == "claimed"))
        if kind == "contested":
            paper.append(feature("Polygon", cell, {}))
    return {"hatch": collection(lines), "hatch_paper": collection(paper)}


def _stripes(cell: list[list[Point]], inks: list[int], spacing: float, *, rising: bool) -> Iterable[Feature]:
    """One multi-line for each ink; stripes run through neighbouring cells without a break."""
    from shapely import LineString, Polygon, make_valid

    squeeze = math.cos(math.radians(cell[0][0][1]))
    shape = make_valid(Polygon([(x, y / squeeze) for x, y in cell[0]], _holes(cell[1:], squeeze)))
    west, south, east, north = shape.bounds
    slope = 1.0 if rising else -1.0
    step = spacing * math.sqrt(2)
    low, high = (south - east, north - west) if rising else (south + west, north + east)
    first = math.floor(low / step)
    count = min(math.ceil(high / step) - first + 1, _MOST_STRIPES)
    for number, ink in enumerate(inks):
        parts: list[list[Point]] = []
        for k in range(first, first + count):
            if k % len(inks) != number:
                continue
            ends = LineString([(west, k * step + slope * west), (east, k * step + slope * east)])
            parts.extend(_parts(ends.intersection(shape), squeeze))
        if parts:
            yield feature("MultiLineString", parts, {"actor": ink})


def _holes(rings: list[list[Point]], squeeze: float) -> list[list[tuple[float, float]]]:
    return [[(x, y / squeeze) for x, y in ring] for ring in rings]


def _parts(cut: BaseGeometry, squeeze: float) -> Iterable[list[Point]]:
    for part in getattr(cut, "geoms", [cut]):
        if part.geom_type == "LineString" and len(part.coords) > 1:
            yield [[round(x, 6), round(y * squeeze, 6)] for x, y in part.coords]

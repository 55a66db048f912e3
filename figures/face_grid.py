"""Spots of a map, each with the face that it lies in: where a party's ground is, as far as faces tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def faces_at(document: Mapping[str, Any], lon: Points, lat: Points) -> NDArray[np.int64]:
    """The index of the face under each point (degrees); −1 where there is none."""
    import shapely

    grid = document["grid"]
    arcs = [np.cumsum(np.array(line, dtype=np.float64).reshape(-1, 2), axis=0) for line in document["arcs"]]
    ground = [_polygon([_ring(arcs, ring) for ring in rings]) for _, _, rings in document["faces"]]
    points = shapely.points((lon - grid["lon"]) / grid["step"], (lat - grid["lat"]) / grid["step"])
    found = np.full(len(lon), -1, dtype=np.int64)
    which, faces = shapely.STRtree(np.array(ground, dtype=object)).query(points, predicate="intersects")
    found[which] = faces
    return found


def _ring(arcs: Sequence[Points], references: Sequence[int]) -> Points:
    walked = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in references]
    return np.vstack(walked)


def _polygon(rings: Sequence[Points]) -> Any:  # noqa: ANN401 - shapely is imported late
    """A face; one smaller than the grid has no ring left to speak of."""
    import shapely

    outer, *holes = rings
    if len(outer) < 4:
        return shapely.Polygon()
    return shapely.Polygon(outer, [hole for hole in holes if len(hole) > 3])

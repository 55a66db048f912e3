"""Where a field on a square lattice is positive, as polygons: marching triangles."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def positive(field: Floats, column: int, row: int, step: float) -> list[shapely.Polygon]:
    """The polygons in which a field is above zero; they touch along whole edges and never overlap.

    Parameters
    ----------
    field
        Of shape (rows, columns), at the nodes of a lattice; between them linear, on two triangles a square.
    column, row
        The number of the first node on the lattice: node (0, 0) of the lattice is the origin.
    step
        The distance between nodes.
    """
    above = field > 0
    if not above.any():
        return []
    rows, columns = field.shape
    node = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = node[:-1, :-1], node[:-1, 1:], node[1:, 1:], node[1:, :-1]
    triangles = np.concatenate([np.stack(t, axis=-1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    y, x = np.divmod(np.arange(rows * columns), columns)
    nodes = np.column_stack([(x + column) * step, (y + row) * step])
    return _parts(triangles, nodes, field.ravel())


def _parts(triangles: Numbers, nodes: Floats, values: Floats) -> list[shapely.Polygon]:
    many = (values[triangles] > 0).sum(axis=1)
    whole = nodes[triangles[many == 3]]
    one = _turned(triangles[many == 1], values, lone_above=True)
    two = _turned(triangles[many == 2], values, lone_above=False)
    tips = np.stack(
        [nodes[one[:, 0]], _crossing(one, 0, 1, nodes, values), _crossing(one, 0, 2, nodes, values)], 1
    )
    stumps = np.stack(
        [
            _crossing(two, 0, 1, nodes, values),
            nodes[two[:, 1]],
            nodes[two[:, 2]],
            _crossing(two, 0, 2, nodes, values),
        ],
        1,
    )
    return [
        p
        for rings in (whole, tips, stumps)
        if len(rings)
        for p in np.asarray(shapely.polygons(_closed(rings)), dtype=object)
    ]


def _closed(rings: Floats) -> Floats:
    return np.concatenate([rings, rings[:, :1]], axis=1)


def _turned(triangles: Numbers, values: Floats, *, lone_above: bool) -> Numbers:
    """The triangles with the one corner first that is alone on its side."""
    alone = (values[triangles] > 0) == lone_above
    first = alone.argmax(axis=1)
    order = (first[:, None] + np.arange(3)) % 3
    return np.take_along_axis(triangles, order, axis=1)


def _crossing(triangles: Numbers, one: int, other: int, nodes: Floats, values: Floats) -> Floats:
    """Where the field is zero between two corners; the same point whichever triangle asks."""
    ends = np.sort(triangles[:, [one, other]], axis=1)
    low, high = values[ends[:, 0]], values[ends[:, 1]]
    share = low / (low - high)
    return np.asarray(nodes[ends[:, 0]] + share[:, None] * (nodes[ends[:, 1]] - nodes[ends[:, 0]]))

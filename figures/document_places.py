"""Where a place lies is written by how far that is from the middle of its cell's corners."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from figures.document_columns import column, values

Document = Mapping[str, Any]
Position = tuple[int, int]

_MOST_DECIMALS = 7
_AXES = ("lon", "lat")


def near_cells(document: Document, written: dict[str, Any]) -> None:
    """Write ``lon`` and ``lat`` in a table of places beside their cells, where most have one."""
    try:
        middles = _middles(document)
    except (ValueError, TypeError, LookupError):  # faces of another kind than ours
        return
    if len(middles) * 2 < len(document["places"]) or not isinstance(written, dict):
        return
    for axis, key in enumerate(_AXES):
        found = [place[key] for place in document["places"]]
        decimals = next((n for n in range(1, _MOST_DECIMALS + 1) if _has(found, n)), None)
        if decimals is None:
            return
        from_cell = _from_cells(document, middles, axis, decimals)
        whole = [round(value * 10**decimals) for value in found]
        apart = [value - other for value, other in zip(whole, from_cell, strict=True)]
        written["columns"][key] = {"near": axis, "decimals": decimals, "is": column(apart)}


def from_cells(document: Document, written: Any) -> Any:  # noqa: ANN401 - a table, or records as they are
    """A table of places with the positions that were written beside cells; ``document`` has its ground."""
    if not isinstance(written, dict):
        return written
    near = {key: one for key, one in written["columns"].items() if isinstance(one, dict) and "near" in one}
    if not near:
        return written
    middles = _middles(document)
    columns = {key: _placed(document, middles, one, written["count"]) for key, one in near.items()}
    return {**written, "columns": {**written["columns"], **columns}}


def _placed(
    document: Document, middles: Mapping[int, Position], one: Mapping[str, Any], count: int
) -> list[float]:
    axis, decimals = one["near"], one["decimals"]
    if axis not in (0, 1) or not 0 <= decimals <= _MOST_DECIMALS:
        raise ValueError(f"positions are written along axis {axis} with {decimals} decimals")
    apart = values(one["is"], count)
    base = _from_cells({**document, "places": range(count)}, middles, axis, decimals)
    return [(value + other) / 10**decimals for value, other in zip(base, apart, strict=True)]


def _has(found: Sequence[float], decimals: int) -> bool:
    unit = 10**decimals
    return all(type(value) is float and round(value * unit) / unit == value for value in found)


def _from_cells(document: Document, middles: Mapping[int, Position], axis: int, decimals: int) -> list[int]:
    """The middle of each place's cell, in the last decimal; where it has none that of the place before."""
    grid, unit = document["grid"], 10**decimals
    corner, step = grid[_AXES[axis]], grid["step"]
    base: list[int] = []
    at = (0, 0)
    for place in range(len(document["places"])):
        at = middles.get(place, at)
        base.append(math.floor((corner + at[axis] * step) * unit + 0.5))
    return base


def _middles(document: Document) -> dict[int, Position]:
    """The mean of the points at which the arcs of a place's first outer ring begin, in steps of the grid."""
    arcs = document["arcs"]
    found: dict[int, Position] = {}
    for place, _, rings in document["faces"]:
        if place >= 0 and place not in found and rings and rings[0]:
            spots = [_begin(arcs, reference) for reference in rings[0]]
            found[place] = sum(x for x, _ in spots) // len(spots), sum(y for _, y in spots) // len(spots)
    return found


def _begin(arcs: Sequence[Sequence[int]], reference: int) -> Position:
    line = arcs[reference] if reference >= 0 else arcs[~reference]
    return (line[0], line[1]) if reference >= 0 else (sum(line[::2]), sum(line[1::2]))

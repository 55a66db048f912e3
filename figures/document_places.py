"""Where a place lies is written by how far that is from the middle of its cell's corners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.document_arcs import Lines
from figures.document_columns import column, values
from figures.document_rings import Rings
from figures.whole_numbers import Numbers, whole

Document = Mapping[str, Any]

_MOST_DECIMALS = 7
_AXES = ("lon", "lat")


def near_cells(document: Document, written: Any, rings: Rings, lines: Lines) -> None:  # noqa: ANN401
    """Write ``lon`` and ``lat`` in a table of places beside their cells, where most have one.

    What is written may be records as they are; ``rings`` and ``lines`` are those of the document.
    """
    count = len(document["places"])
    if not isinstance(written, dict):
        return
    try:
        known, middles = _middles(rings, lines, count)
    except (ValueError, LookupError):  # a ring walks arcs that are not there
        return
    if known * 2 < count:
        return
    for axis, key in enumerate(_AXES):
        found = [place[key] for place in document["places"]]
        if set(map(type, found)) != {float}:
            return
        numbers = np.array(found)
        decimals = next((n for n in range(1, _MOST_DECIMALS + 1) if _has(numbers, 10**n)), None)
        if decimals is None:
            return
        apart = np.rint(numbers * 10**decimals).astype(np.int64)
        apart -= _from_cells(document["grid"], middles[axis], axis, decimals)
        written["columns"][key] = {"near": axis, "decimals": decimals, "is": column(apart.tolist())}


def from_cells(document: Document, written: Any) -> Any:  # noqa: ANN401 - a table, or records as they are
    """A table of places with the positions that were written beside cells; ``document`` has its ground."""
    if not isinstance(written, dict):
        return written
    near = {key: one for key, one in written["columns"].items() if isinstance(one, dict) and "near" in one}
    if not near:
        return written
    count = written["count"]
    _, middles = _middles(Rings.of(document["faces"]), Lines.of(document["arcs"]), count)
    columns = {key: _placed(document["grid"], middles, one, count) for key, one in near.items()}
    return {**written, "columns": {**written["columns"], **columns}}


def _placed(
    grid: Mapping[str, float], middles: Sequence[Numbers], one: Mapping[str, Any], count: int
) -> list[float]:
    axis, decimals = one["near"], one["decimals"]
    if axis not in (0, 1) or not 0 <= decimals <= _MOST_DECIMALS:
        raise ValueError(f"positions are written along axis {axis} with {decimals} decimals")
    apart = whole(values(one["is"], count))
    placed: list[float] = ((_from_cells(grid, middles[axis], axis, decimals) + apart) / 10**decimals).tolist()
    return placed


def _has(found: NDArray[np.float64], unit: int) -> bool:
    return bool((np.rint(found * unit) / unit == found).all())


def _from_cells(grid: Mapping[str, float], middle: Numbers, axis: int, decimals: int) -> Numbers:
    """The middle of each place's cell, in the last decimal."""
    degrees = grid[_AXES[axis]] + middle * grid["step"]
    return np.asarray(np.floor(degrees * 10**decimals + 0.5), dtype=np.int64)


def _middles(rings: Rings, lines: Lines, places: int) -> tuple[int, tuple[Numbers, Numbers]]:
    """The mean of the points at which the arcs of a place's first outer ring begin, in steps of the grid.

    Where a place has none that of the place before; also how many places have one.
    """
    outer = np.cumsum(rings.counts) - rings.counts
    has = (rings.place >= 0) & (rings.counts > 0)
    has[has] = rings.lengths[outer[has]] > 0
    faces = np.flatnonzero(has)
    place, first = np.unique(rings.place[faces], return_index=True)
    ring = outer[faces[first]]
    sums = (_sums_of_beginnings(rings, lines, axis)[ring] for axis in (lines.x, lines.y))
    means = [total // rings.lengths[ring] for total in sums]
    at = np.searchsorted(place, np.arange(places), side="right")
    return len(place), (np.append(0, means[0])[at], np.append(0, means[1])[at])


def _sums_of_beginnings(rings: Rings, lines: Lines, axis: Numbers) -> Numbers:
    """One coordinate of the points at which the arcs of each ring begin, added up."""
    if not len(rings.walk):
        return np.zeros(len(rings.lengths), dtype=np.int64)
    first, last = axis[lines.begins], np.add.reduceat(axis, lines.begins)
    begins = np.where(rings.walk >= 0, first[rings.arc], last[rings.arc])
    ends, sums = np.cumsum(rings.lengths), np.append(0, np.cumsum(begins))
    return np.asarray(sums[ends] - sums[ends - rings.lengths], dtype=np.int64)

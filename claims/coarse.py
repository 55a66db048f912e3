"""Places on a coarse grid: each in its cell, at a spot that tells nothing of where in the cell it is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from gazetteer.place import Place

Cell = tuple[float, int, int]
"""Step of the grid in degrees, number of the row from the equator, of the column from Greenwich."""

Spot = tuple[float, float]
"""Latitude and longitude in degrees."""

_M_PER_DEGREE = 111_700.0
"""No degree of latitude or longitude on WGS 84 is longer."""


def cell_of(place: Place, degrees: float) -> Cell:
    """The cell of a grid that a place lies in."""
    return degrees, math.floor(place.lat / degrees), math.floor(place.lon / degrees)


def spots_in_cells(members: Iterable[tuple[Cell, str]], fixed: Iterable[Place]) -> Mapping[str, Spot]:
    """A spot for each member of each cell, under ``spot_key``.

    A single member gets the middle. Several are spread over a lattice in the order of their ids. None comes
    to stand on a place of ``fixed``, whose position everybody may know, nor on a spot of a coarser grid:
    where a member truly lies in its cell plays no part.
    """
    of_cell: dict[Cell, set[str]] = defaultdict(set)
    for cell, place_id in members:
        of_cell[cell].add(place_id)
    known = [(place.lat, place.lon) for place in fixed]
    found: dict[str, Spot] = {}
    for step in sorted({cell[0] for cell in of_cell}, reverse=True):
        taken: dict[Cell, list[Spot]] = defaultdict(list)
        for lat, lon in [*known, *found.values()]:
            taken[(step, math.floor(lat / step), math.floor(lon / step))].append((lat, lon))
        cells = {cell: ids for cell, ids in of_cell.items() if cell[0] == step}
        for cell, ids in cells.items():
            spots = _spots(cell, len(ids), taken[cell])
            found |= {spot_key(cell, key): spot for key, spot in zip(sorted(ids), spots, strict=False)}
    return found


def spot_key(cell: Cell, place_id: str) -> str:
    """What a member of a cell is found under."""
    return f"{cell} {place_id}"


def coarsened(place: Place, cell: Cell, spot: Spot) -> Place:
    """A place at its spot, with a precision that covers its whole cell.

    What points to its position elsewhere goes: its number in GeoNames, and where the point is from.
    """
    lat, lon = spot
    return replace(
        place,
        lat=lat,
        lon=lon,
        precision_m=place.precision_m + _farthest_m(cell, spot),
        geonames_id=None,
        source="",
    )


def _spots(cell: Cell, wanted: int, known: Collection[Spot]) -> list[Spot]:
    """The first spots of the least lattice that has enough free ones, from the middle outwards."""
    step, row, column = cell
    # A known place blocks one spot of a lattice at most, so this many are always enough.
    for side in range(math.isqrt(wanted - 1) + 1, math.isqrt(wanted + len(known)) + 2):
        pitch = step / side
        numbers = [(i, j) for i in range(side) for j in range(side)]
        middle = (side - 1) / 2
        numbers.sort(key=lambda ij: ((ij[0] - middle) ** 2 + (ij[1] - middle) ** 2, ij))
        spots = [
            (round(row * step + (i + 0.5) * pitch, 6), round(column * step + (j + 0.5) * pitch, 6))
            for i, j in numbers
        ]
        free = [spot for spot in spots if not any(_near(spot, other, pitch / 4) for other in known)]
        if len(free) >= wanted:
            return free
    raise AssertionError("a lattice with more spots than places has a free one for each")


def _near(spot: Spot, other: Spot, degrees: float) -> bool:
    return abs(spot[0] - other[0]) < degrees and abs(spot[1] - other[1]) < degrees


def _farthest_m(cell: Cell, spot: Spot) -> int:
    """How far the cell's farthest corner is from a spot in it, rounded up to 100 m."""
    step, row, column = cell
    north = max(spot[0] - row * step, (row + 1) * step - spot[0])
    east = max(spot[1] - column * step, (column + 1) * step - spot[1])
    nearest_equator = min(abs(row * step), abs((row + 1) * step))
    metres = math.hypot(north, east * math.cos(math.radians(nearest_equator))) * _M_PER_DEGREE
    return math.ceil(metres / 100) * 100

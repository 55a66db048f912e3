"""A drawn shape, as it came, becomes valid ground on a stated grid; what was wrong with it is told."""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from claims.observations import DrawnShape
from layers.basemap import polygons

GRID_DEGREES = 1e-4
"""Corners lie on multiples of this: about 10 m. What is smaller is nobody's."""

_LEAST_CORNERS = 3


class Repair(StrEnum):
    """What was wrong with a shape, as a load says it."""

    NOT_CLOSED = "a ring was not closed"
    TOO_SHORT = "a ring with fewer than three corners was left out"
    CROSSED = "a ring crossed or touched itself"
    HOLES = "a hole lay outside its ring, or inside another hole"
    OVERLAPPED = "parts of one shape overlapped"
    BELOW_GRID = "a part smaller than the grid (about 10 m) was left out"


@dataclass(frozen=True, eq=False, slots=True)
class Repaired:
    """Ground in degrees, valid and polygonal (it may be empty), and each repair that it needed, once."""

    shape: BaseGeometry
    repairs: tuple[Repair, ...]


def repaired(geometry: str, grid: float = GRID_DEGREES) -> Repaired:
    """Repair a drawn shape as ``made_valid`` does, and put every corner on a grid; less than it goes.

    Parameters
    ----------
    geometry
        GeoJSON (Polygon or MultiPolygon, degrees, longitude first) as text: ``DrawnShape.geometry``.
    grid
        The step of the grid, in degrees.
    """
    drawn = made_valid(geometry)
    lost = (Repair.BELOW_GRID,) if _vanished(drawn.shape, grid) else ()
    return Repaired(polygons(shapely.set_precision(drawn.shape, grid)), (*drawn.repairs, *lost))


def made_valid(geometry: str, seen: Positions | None = None) -> Repaired:
    """Repair a drawn shape, and leave its corners where they are.

    ``seen`` are the positions of shapes before it: of a drawn series hardly any is new from day to day.

    Rings are closed, those of fewer than three corners left out, crossed rings taken apart at their
    crossings, overlapping parts joined, holes taken only out of what they lie in.

    Raises
    ------
    ValueError, TypeError, LookupError
        The text is no GeoJSON of areas.
    """
    sound = _sound(geometry, seen)
    if sound is not None:
        return Repaired(sound, ())
    found: list[Repair] = []
    made = [_polygon(rings, found) for rings in _polygons(json.loads(geometry))]
    drawn: BaseGeometry = shapely.MultiPolygon([polygon for polygon in made if polygon is not None])
    if not shapely.is_valid(drawn):
        found.append(_wrong_with(drawn))
        drawn = polygons(shapely.unary_union([_ground_of(part) for part in shapely.get_parts(drawn)]))
    return Repaired(drawn, tuple(dict.fromkeys(found)))


def repairs_of(shapes: Iterable[DrawnShape]) -> Mapping[str, int]:
    """How many of some shapes needed each repair, in words."""
    return Counter(str(repair) for shape in shapes for repair in repaired(shape.geometry).repairs)


def _sound(geometry: str, seen: Positions | None) -> BaseGeometry | None:
    """A shape that needs no repair, like nearly all; None where it has to be looked at ring by ring."""
    try:
        read: BaseGeometry | None = None if seen is None else seen.shape(geometry)
        read = shapely.from_geojson(geometry) if read is None else read
    except shapely.errors.GEOSException:
        return None
    if (
        not isinstance(read, shapely.Polygon | shapely.MultiPolygon)
        or read.has_z
        or not shapely.is_valid(read)
    ):
        return None
    return shapely.MultiPolygon([read]) if isinstance(read, shapely.Polygon) else read


_WRITTEN = (
    ('{"type":"MultiPolygon","coordinates":[[[[', "]]]]}"),
    ('{"type":"Polygon","coordinates":[[[', "]]]}"),
)
_NUMBER = r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
_POSITION = re.compile(f"{_NUMBER},{_NUMBER}", re.ASCII)
_MOST_POSITIONS = 500_000
_FEWEST_POSITIONS = 4


class Positions(dict[str, int]):
    """The positions of drawn shapes by their text: what was read once need not be read the next day."""

    def __init__(self) -> None:
        super().__init__()
        self._degrees = array("d")

    def __missing__(self, text: str) -> int:
        found = _POSITION.fullmatch(text)
        if found is None:
            raise LookupError(text)
        self._degrees.extend((float(found[1]), float(found[2])))
        self[text] = len(self)
        return len(self) - 1

    def shape(self, geometry: str) -> shapely.MultiPolygon | None:
        """Read GeoJSON as ``drawn_geometry`` writes it; None where it is written otherwise."""
        body = _body(geometry)
        if len(self) > _MOST_POSITIONS:
            self.clear()
            self._degrees = array("d")
        polygons = [one.split("]],[[") for one in body.split("]]],[[[")]
        rings = [ring.split("],[") for ring in chain.from_iterable(polygons)]
        if any(len(ring) < _FEWEST_POSITIONS or ring[0] != ring[-1] for ring in rings):
            return None
        try:
            numbers = np.fromiter(map(self.__getitem__, chain.from_iterable(rings)), dtype=np.int64)
        except LookupError:
            return None
        points = np.frombuffer(self._degrees).reshape(-1, 2)[numbers]
        made: Any = shapely.linearrings(points, indices=_counted([len(ring) for ring in rings]))
        parts: Any = shapely.polygons(made, indices=_counted([len(one) for one in polygons]))
        return shapely.MultiPolygon(parts.tolist())


def _body(geometry: str) -> str:
    """What stands between the brackets of a shape; nothing where it is not written as it is expected."""
    for head, tail in _WRITTEN:
        if geometry.startswith(head) and geometry.endswith(tail):
            return geometry[len(head) : -len(tail)]
    return ""


def _counted(lengths: list[int]) -> NDArray[np.int64]:
    """The number of each group, as often as it has members."""
    return np.repeat(np.arange(len(lengths)), lengths)


def _polygons(geometry: Mapping[str, Any]) -> list[Any]:
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    if geometry["type"] != "MultiPolygon":
        raise ValueError("is no area")
    return list(geometry["coordinates"])


def _polygon(rings: list[Any], found: list[Repair]) -> shapely.Polygon | None:
    """One polygon of rings of positions; None where its outer ring is none."""
    made = [_ring(positions, found) for positions in rings]
    if not made or made[0] is None:
        return None
    return shapely.Polygon(made[0], [hole for hole in made[1:] if hole is not None])


def _ring(positions: list[list[float]], found: list[Repair]) -> shapely.LinearRing | None:
    points = np.array([position[:2] for position in positions], dtype=np.float64).reshape(-1, 2)
    if len(points) > 1 and not np.array_equal(points[0], points[-1]):
        found.append(Repair.NOT_CLOSED)
    if len(np.unique(points, axis=0)) < _LEAST_CORNERS:
        found.append(Repair.TOO_SHORT)
        return None
    return shapely.LinearRing(points)


def _ground_of(polygon: shapely.Polygon) -> BaseGeometry:
    """The ground of the outer ring without that of its holes, each ring made valid by itself."""
    if shapely.is_valid(polygon):
        return polygon
    rings = [shapely.Polygon(ring) for ring in (polygon.exterior, *polygon.interiors)]
    shell, *holes = shapely.make_valid(rings, method="structure", keep_collapsed=False)
    return polygons(shapely.difference(shell, shapely.unary_union(holes)))


def _wrong_with(geometry: BaseGeometry) -> Repair:
    reason = shapely.is_valid_reason(geometry)
    if "Hole" in reason:
        return Repair.HOLES
    crossed = any(not shapely.is_valid(part) for part in shapely.get_parts(geometry))
    return Repair.CROSSED if crossed else Repair.OVERLAPPED


def _vanished(drawn: BaseGeometry, grid: float) -> bool:
    """Whether some part of a valid shape has no ground on the grid."""
    parts = shapely.get_parts(drawn)
    small = parts[shapely.area(parts) < grid * shapely.length(parts)]  # nothing else is thinner than a step
    return bool(shapely.is_empty(shapely.set_precision(small, grid)).any())

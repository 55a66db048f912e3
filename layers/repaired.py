"""A drawn shape, as it came, becomes valid ground on a stated grid; what was wrong with it is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from claims.observations import DrawnShape
from layers.basemap import polygons
from layers.known_lines import KnownLines
from layers.outline import Outline

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
    """Ground in degrees, valid and polygonal (it may be empty), and each repair that it needed, once.

    ``outline`` is there where the shape needed none and was read by what is known.
    """

    shape: BaseGeometry
    repairs: tuple[Repair, ...]
    outline: Outline | None = None


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
    return Repaired(polygons(shapely.set_precision(drawn.shape, grid)), _repairs(drawn, grid))


def _repairs(drawn: Repaired, grid: float) -> tuple[Repair, ...]:
    """Each repair that a shape needed, and needs where it is put on a grid."""
    return (*drawn.repairs, Repair.BELOW_GRID) if _vanished(drawn.shape, grid) else drawn.repairs


def made_valid(geometry: str, known: KnownLines | None = None) -> Repaired:
    """Repair a drawn shape, and leave its corners where they are.

    ``known`` are the lines of shapes before it: of a drawn series hardly any is new from day to day.

    Rings are closed, those of fewer than three corners left out, crossed rings taken apart at their
    crossings, overlapping parts joined, holes taken only out of what they lie in.

    Raises
    ------
    ValueError, TypeError, LookupError
        The text is no GeoJSON of areas.
    """
    outline = known.outline(geometry) if known is not None else None
    sound = _sound(geometry, outline)
    if sound is not None:
        return Repaired(sound, (), outline)
    found: list[Repair] = []
    made = [_polygon(rings, found) for rings in _polygons(json.loads(geometry))]
    drawn: BaseGeometry = shapely.MultiPolygon([polygon for polygon in made if polygon is not None])
    if not shapely.is_valid(drawn):
        found.append(_wrong_with(drawn))
        drawn = polygons(shapely.unary_union([_ground_of(part) for part in shapely.get_parts(drawn)]))
    return Repaired(drawn, tuple(dict.fromkeys(found)))


def repairs_of(shapes: Iterable[DrawnShape]) -> Mapping[str, int]:
    """How many of some shapes needed each repair, in words."""
    drawn = (made_valid(shape.geometry) for shape in shapes)
    return Counter(str(repair) for one in drawn for repair in _repairs(one, GRID_DEGREES))


def _sound(geometry: str, outline: Outline | None) -> BaseGeometry | None:
    """A shape that needs no repair, like nearly all; None where it has to be looked at ring by ring."""
    try:
        read: BaseGeometry = outline.shape if outline else shapely.from_geojson(geometry)
    except shapely.errors.GEOSException:
        return None
    if (
        not isinstance(read, shapely.Polygon | shapely.MultiPolygon)
        or read.has_z
        or not shapely.is_valid(read)
    ):
        return None
    return shapely.MultiPolygon([read]) if isinstance(read, shapely.Polygon) else read


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

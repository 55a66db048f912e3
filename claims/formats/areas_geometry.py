"""The geometry of a drawn shape becomes text in degrees: its areas, checked, with every digit as it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from claims.formats.json_parts import Number
from gazetteer.errors import shown

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

NO_AREA = {
    "Point": "points",
    "MultiPoint": "points",
    "LineString": "lines",
    "MultiLineString": "lines",
}
HEIGHTS = "positions with a height, which is left out"
NOTHING = "features without a geometry"

_DEEPEST = 8
_EXCHANGED = "; are latitude and longitude exchanged? A position is [longitude, latitude]"
_NO_RINGS = "its coordinates are not rings of [longitude, latitude]"
_HALF_ROUND = 180.0


@dataclass
class DrawnGeometry:
    """The areas of one feature: the texts of its polygons, their bounds, and what was left out, counted.

    ``is_empty_area`` says that it is a polygon or several, without any coordinates.
    """

    polygons: list[str] = field(default_factory=list)
    is_empty_area: bool = False
    bounds: Bounds | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    heights: int = 0

    @property
    def text(self) -> str:
        """GeoJSON, without spaces; empty where there is no area."""
        if not self.polygons:
            return ""
        if len(self.polygons) == 1:
            return f'{{"type":"Polygon","coordinates":{self.polygons[0]}}}'
        return f'{{"type":"MultiPolygon","coordinates":[{",".join(self.polygons)}]}}'


def drawn_geometry(geometry: Any) -> DrawnGeometry:  # noqa: ANN401 - JSON is any of its types
    """Check a GeoJSON geometry, and take its areas out of it, whatever collection they stand in.

    Raises
    ------
    ValueError
        It is none, or a position is no pair of degrees; nothing is repaired here.
    """
    found = DrawnGeometry()
    if geometry is None:
        found.left_out[NOTHING] += 1
    else:
        _take(geometry, found, 0)
    return found


def joined(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    """The bounds of both."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def meet(one: Bounds, other: Bounds) -> bool:
    """Whether two bounds have anything in common."""
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]


def exchanged(bounds: Bounds, window: Bounds) -> bool:
    """Whether bounds lie outside a window, and in it once latitude and longitude change places."""
    west, south, east, north = bounds
    return not meet(bounds, window) and meet((south, west, north, east), window)


def _take(geometry: Any, found: DrawnGeometry, depth: int) -> None:  # noqa: ANN401
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind in ("Polygon", "MultiPolygon"):
        for rings in _polygons(geometry, str(kind)):
            found.polygons.append(_polygon(rings, found))
        found.is_empty_area = not found.polygons
    elif kind == "GeometryCollection" and depth < _DEEPEST:
        for part in _listed(geometry.get("geometries")):
            _take(part, found, depth + 1)
    elif kind in NO_AREA:
        found.left_out[NO_AREA[str(kind)]] += 1
    else:
        raise ValueError(f"{shown(str(kind))} is no GeoJSON geometry")


def _polygons(geometry: Mapping[str, Any], kind: str) -> Iterator[Sequence[Any]]:
    coordinates = _listed(geometry.get("coordinates"))
    for rings in [coordinates] if kind == "Polygon" else coordinates:
        if _listed(rings):
            yield rings


def _polygon(rings: Sequence[Any], found: DrawnGeometry) -> str:
    return f"[{','.join(_ring(_listed(ring), found) for ring in rings)}]"


def _ring(ring: Sequence[Any], found: DrawnGeometry) -> str:
    try:
        lons, lats = [position[0] for position in ring], [position[1] for position in ring]
        found.heights += len(ring) - list(map(len, ring)).count(2)
    except (TypeError, LookupError):
        raise ValueError(_NO_RINGS) from None
    if not ring:
        return "[]"
    if not set(map(type, lons)) | set(map(type, lats)) <= {Number, float, int}:
        raise ValueError(_NO_RINGS)
    found.bounds = joined(found.bounds, _bounds(lons, lats))
    return f"[{','.join([f'[{lon},{lat}]' for lon, lat in zip(lons, lats, strict=True)])}]"


def _bounds(lons: Sequence[Any], lats: Sequence[Any]) -> Bounds:
    """The bounds of a ring, whose positions must be degrees on one side of the antimeridian."""
    easts, norths = list(map(float, lons)), list(map(float, lats))
    west, south, east, north = min(easts), min(norths), max(easts), max(norths)
    for name, low, high, most in (("latitude", south, north, 90.0), ("longitude", west, east, 180.0)):
        wrong = low if not low >= -most else high
        if not -most <= wrong <= most:  # NaN and infinity are not, either
            hint = _EXCHANGED if name == "latitude" and abs(wrong) <= _HALF_ROUND else ""
            raise ValueError(f"the {name} {wrong:g} is not between {-most:g} and {most:g}{hint}")
    if east - west > _HALF_ROUND and any(abs(a - b) > _HALF_ROUND for a, b in pairwise(easts)):
        raise ValueError("a ring leaps over the antimeridian; cut it there (RFC 7946, 3.1.9)")
    return west, south, east, north


def _listed(item: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(item, list):
        raise ValueError(_NO_RINGS)
    return item

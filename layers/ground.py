"""Degrees become metres and back, on the WGS 84 ellipsoid.

This is the only file that projects or asks for a geodesic. Degrees are (longitude, latitude) in geometries,
and ``lat`` and ``lon`` by name everywhere else. Lengths and areas are geodesic (Karney, "Algorithms for
geodesics", Journal of Geodesy 87, 2013, as PROJ implements them).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

Geometry = TypeVar("Geometry", bound=BaseGeometry)

_METRES_PER_KM = 1000.0


@cache
def _ellipsoid() -> Any:  # noqa: ANN401 - pyproj's own type would need the import that this delays
    from pyproj import Geod

    return Geod(ellps="WGS84")


class LocalPlane:
    """A plane in metres around one point: azimuthal equidistant, exact in distance from that point.

    At 100 km from the point, lengths across the line of sight are 0.004 % too long.

    Parameters
    ----------
    lat, lon
        The centre in degrees; it becomes (0, 0).
    """

    def __init__(self, lat: float, lon: float) -> None:
        self.lat = lat
        self.lon = lon

    @cached_property
    def _projection(self) -> Any:  # noqa: ANN401
        from pyproj import Proj

        return Proj(proj="aeqd", lat_0=self.lat, lon_0=self.lon, ellps="WGS84")

    def points_to_plane(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres east and north for an array of shape (n, 2) of longitudes and latitudes."""
        return np.column_stack(self._projection(degrees[:, 0], degrees[:, 1])).reshape(-1, 2)

    def points_to_degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitudes and latitudes for an array of shape (n, 2) of metres east and north."""
        return np.column_stack(self._projection(metres[:, 0], metres[:, 1], inverse=True)).reshape(-1, 2)

    def to_plane(self, geometry: Geometry) -> Geometry:
        """The geometry in metres; ``geometry`` is in degrees."""
        return shapely.transform(geometry, self.points_to_plane)


def geodesic_km(lat: ArrayLike, lon: ArrayLike, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
    """Kilometres along the ellipsoid from one point to each of many, or from each of as many."""
    to_lat, to_lon = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (lats, lons))
    from_lat, from_lon = np.full_like(to_lat, lat), np.full_like(to_lon, lon)
    _, _, metres = _ellipsoid().inv(from_lon, from_lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64) / _METRES_PER_KM


def lengths_km(lines: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Kilometres along each line, an array of shape (n, 2) of longitudes and latitudes; all asked at once."""
    if not lines:
        return np.zeros(0)
    points, counts = np.vstack(lines), np.array([len(line) for line in lines])
    steps = geodesic_km(points[:-1, 1], points[:-1, 0], points[1:, 1], points[1:, 0])
    line_of = np.repeat(np.arange(len(lines)), counts)
    within = line_of[:-1] == line_of[1:]
    summed = np.bincount(line_of[:-1][within], weights=steps[within], minlength=len(lines))
    return np.asarray(summed, dtype=np.float64)


def area_km2(geometry: BaseGeometry) -> float:
    """Square kilometres on the ellipsoid of a polygon or multipolygon in degrees; its edges are geodesics."""
    parts = shapely.get_parts(geometry)
    return sum(
        areas_km2(
            parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
        )
    )


def areas_km2(polygons: NDArray[np.object_]) -> list[float]:
    """The same of each of many polygons, none of them empty."""
    if not len(polygons):
        return []
    _, points, (ring_ends, ends) = shapely.to_ragged_array(polygons)
    lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    rings = [_ring_km2(lon[begin:end], lat[begin:end]) for begin, end in pairwise(ring_ends.tolist())]
    return [rings[first] - sum(rings[first + 1 : end]) for first, end in pairwise(ends.tolist())]


def _ring_km2(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> float:
    square_metres, _ = _ellipsoid().polygon_area_perimeter(lon, lat)
    return abs(float(square_metres)) / _METRES_PER_KM**2


def circle(lat: float, lon: float, radius_km: float, vertices: int = 180) -> NDArray[np.float64]:
    """The geodesic circle round a point: a closed line of shape (vertices + 1, 2), longitude and latitude."""
    bearings = np.linspace(0.0, 360.0, vertices + 1)
    centre_lon, centre_lat = np.full_like(bearings, lon), np.full_like(bearings, lat)
    metres = np.full_like(bearings, radius_km * _METRES_PER_KM)
    lons, lats, _ = _ellipsoid().fwd(centre_lon, centre_lat, bearings, metres)
    line = np.column_stack([lons, lats])
    line[-1] = line[0]
    return line

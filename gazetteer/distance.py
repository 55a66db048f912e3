"""How far, and in which direction, one point lies from another on the WGS 84 ellipsoid."""

from __future__ import annotations

import math

_WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
MEAN_RADIUS_KM = 6371.0088
"""The radius of a sphere with the surface's mean curvature, km."""


def geodesic_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Length in km of the shortest way between two points on WGS 84.

    Karney's method (2013), through ``geopy.distance.geodesic``; good to a fraction of a millimetre. Arguments
    are degrees, latitude first. Raises ValueError for a latitude outside -90 to 90 or a value that is not
    finite.
    """
    from geopy.distance import geodesic

    if not all(math.isfinite(v) for v in (lat1, lon1, lat2, lon2)) or max(abs(lat1), abs(lat2)) > 90:
        raise ValueError(f"not coordinates: {lat1}, {lon1} and {lat2}, {lon2}")
    return float(geodesic((lat1, lon1), (lat2, lon2)).km)


def bearing_word(lat1: float, lon1: float, lat2: float, lon2: float) -> str:
    """Say in which of eight directions the second point lies from the first: ``N``, ``NE``, ... ``NW``.

    The direction is the great circle's first bearing, within 0.2 degrees of the geodesic's. Two equal points
    give ``N``.
    """
    phi1, phi2, turn = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1)
    east = math.sin(turn) * math.cos(phi2)
    north = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(turn)
    return _WINDS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


def sphere_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Length in km on a sphere of the mean radius: within 0.6 % of the geodesic, and a hundred times as fast.

    For putting places into order, never for a figure that is shown. The haversine formula; degrees.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lon = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lon) ** 2
    return 2 * MEAN_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))

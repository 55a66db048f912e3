"""Where the map looks first: the city, and what changed around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Bounds = tuple[float, float, float, float]

_TILE_PX = 512
_MARGIN = 0.12
_NARROW_PX, _NEARER = 520, 0.7
"""On a phone the whole view would be too small to read: it starts nearer by so many zoom levels."""
_AROUND = 1.15
"""How far beyond the largest ring a changed place still widens the view, as a factor."""
_KM_PER_DEGREE = 111.2


def home_view(document: Mapping[str, Any], reference: Mapping[str, Any] | None = None) -> Bounds:
    """West, south, east, north in degrees: the city, the places that changed near it, and a margin.

    Without rings or changes, some 20 km around the city.
    """
    reference = document["reference"] if reference is None else reference
    city = document["places"][reference["place"]]
    radius_km = max((ring["km"] for ring in reference["rings"]), default=20.0)
    squeeze = math.cos(math.radians(city["lat"]))
    points = [_offset(place, city, squeeze) for place in _changed(document)]
    near = [point for point in points if math.hypot(*point) <= radius_km * _AROUND]
    least = radius_km * 0.62  # so that a story of one village does not fill the screen with it
    west, east = min([-least, *(x for x, _ in near)]), max([least, *(x for x, _ in near)])
    south, north = min([-least, *(y for _, y in near)]), max([least, *(y for _, y in near)])
    wide, high = (east - west) * _MARGIN, (north - south) * _MARGIN
    per_lon = _KM_PER_DEGREE * squeeze
    return (
        city["lon"] + (west - wide) / per_lon,
        city["lat"] + (south - high) / _KM_PER_DEGREE,
        city["lon"] + (east + wide) / per_lon,
        city["lat"] + (north + high) / _KM_PER_DEGREE,
    )


def camera(bounds: Bounds, width_px: float, height_px: float) -> tuple[float, float, float]:
    """Longitude and latitude of the middle, and the zoom at which the bounds just fit, in Web Mercator.

    On a phone's width the zoom is a little nearer.
    """
    west, south, east, north = bounds
    top, bottom = _mercator(north), _mercator(south)
    across = (east - west) / 360
    zoom = min(math.log2(width_px / _TILE_PX / across), math.log2(height_px / _TILE_PX / (bottom - top)))
    zoom += _NEARER if width_px < _NARROW_PX else 0
    return (west + east) / 2, _latitude((top + bottom) / 2), zoom


def _mercator(lat: float) -> float:
    return (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def _changed(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    indices = {event["place"] for event in document["events"] if event["kind"] == "change"}
    return [document["places"][index] for index in sorted(indices)]


def _offset(place: Mapping[str, Any], city: Mapping[str, Any], squeeze: float) -> tuple[float, float]:
    """Kilometres east and north of the city; a plane is good enough for choosing a view."""
    return (
        (place["lon"] - city["lon"]) * _KM_PER_DEGREE * squeeze,
        (place["lat"] - city["lat"]) * _KM_PER_DEGREE,
    )

"""Where the map looks first: the city, and what changed around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from figures.sides import home_side
from layers.kept import kept

Bounds = tuple[float, float, float, float]

_TILE_PX = 512
_MARGIN = 0.12
_NARROW_PX, _NEARER = 520, 0.7
"""On a phone the whole view would be too small to read: it starts nearer by so many zoom levels."""
_AROUND = 1.15
"""How far beyond the largest ring a changed place still widens the view, as a factor."""
_KM_PER_DEGREE = 111.2
_LEAST_MARGIN_DEG = 0.05


def home_view(document: Mapping[str, Any], reference: Mapping[str, Any] | None = None) -> Bounds:
    """West, south, east, north in degrees: the city, the places that changed near it, and a margin.

    Without rings or changes, some 20 km around the city. Without a city, wherever a front ever runs or ground
    changes.
    """
    reference = document["reference"] if reference is None else reference
    if reference["place"] < 0:
        return _all_fronts(document)
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


def middle(document: Mapping[str, Any]) -> tuple[float, float]:
    """Longitude and latitude of the city; of the middle of the home view where the map has none."""
    city = document["reference"]["place"]
    if city >= 0:
        place = document["places"][city]
        return place["lon"], place["lat"]
    west, south, east, north = home_view(document)
    return (west + east) / 2, (south + north) / 2


@kept()
def _all_fronts(document: Mapping[str, Any]) -> Bounds:
    """Round every line that is ever a front and all ground of other sides, within the map's window.

    The window itself where there is neither.
    """
    grid, window = document["grid"], document["window"]
    box = [math.inf, math.inf, -math.inf, -math.inf]
    for arc in sorted({*(arc for arc, _, _ in document["edges"]), *_arcs_of_others(document)}):
        line = document["arcs"][arc]
        xs, ys = list(accumulate(line[::2])), list(accumulate(line[1::2]))
        box = [min(box[0], *xs), min(box[1], *ys), max(box[2], *xs), max(box[3], *ys)]
    west, south, east, north = window
    if box[0] > box[2]:
        return west, south, east, north
    wide, high = ((box[i + 2] - box[i]) * grid["step"] * _MARGIN + _LEAST_MARGIN_DEG for i in (0, 1))
    return (
        max(west, grid["lon"] + box[0] * grid["step"] - wide),
        max(south, grid["lat"] + box[1] * grid["step"] - high),
        min(east, grid["lon"] + box[2] * grid["step"] + wide),
        min(north, grid["lat"] + box[3] * grid["step"] + high),
    )


def _arcs_of_others(document: Mapping[str, Any]) -> set[int]:
    """The boundaries of ground that is ever held by another side than the one at home."""
    home, actors = home_side(document), document["actors"]
    away = {
        index
        for index, (holder, _, _) in enumerate(document["states"])
        if actors[holder]["role"] != "unknown" and actors[holder]["side"] != home
    }
    faces = {face for face, state in enumerate(document["start"]["faces"]) if state in away}
    for _, pairs, _, _ in document["changes"]:
        faces.update(face for face, state in zip(pairs[::2], pairs[1::2], strict=True) if state in away)
    return {
        arc if arc >= 0 else ~arc for face in faces for ring in document["faces"][face][2] for arc in ring
    }


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

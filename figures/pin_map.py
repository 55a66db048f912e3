"""A few places of a map document become a small picture of the ground round them, with lettered pins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from figures.frames import Frame, Point
from figures.palette import palette
from figures.svg_map import svg_map
from figures.svg_style import fixed, style_of

SIZE = (306.0, 176.0)
LETTERS = "abcdefgh"
_LEAST_KM = 28.0
"""However near the places lie to each other, the picture is that wide."""

_PIN = "font:700 11px sans-serif;text-anchor:middle"


def pin_map(
    document: Mapping[str, Any],
    at: int,
    places: Sequence[int],
    *,
    lang: str = "en",
    name: str = "conventional",
    theme: str = "light",
) -> str:
    """Draw the ground at an instant round at least one place; give an SVG that asks for nothing.

    Parameters
    ----------
    at
        Seconds since 1970.
    places
        Indices into the document's places, eight at most: they are lettered in this order.
    """
    frame = _frame(document, places[: len(LETTERS)])
    pins = "".join(
        _pin(frame.at(document["places"][index]["lon"], document["places"][index]["lat"]), letter)
        for letter, index in zip(LETTERS, places, strict=False)
    )
    sheet = fixed(style_of(document), palette(name, theme))
    drawn = svg_map(
        document, at, lang, frames=[frame], still=True, style=sheet, burned_in=pins, stamped=False
    )
    return str(drawn).replace("<svg ", f'<svg width="{frame.width:g}" height="{frame.height:g}" ', 1)


def _frame(document: Mapping[str, Any], places: Sequence[int]) -> Frame:
    lats = [float(document["places"][index]["lat"]) for index in places]
    lons = [float(document["places"][index]["lon"]) for index in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    width, height = SIZE
    wide_km = 111.3 * math.cos(math.radians(lat)) * (max(lons) - min(lons))
    high_km = 111.2 * (max(lats) - min(lats))
    scale = width / max(_LEAST_KM, 1.5 * wide_km, 1.9 * high_km * width / height)
    return Frame("pins", width, height, lon, lat, width / 2, height / 2, scale, 11.0, 1)


def _pin(point: Point, letter: str) -> str:
    x, y = point
    return (
        f'<g transform="translate({x:.1f} {y:.1f})">'
        '<circle r="8.5" fill="#191D21" stroke="#fff" stroke-width="1.5"/>'
        f'<text y="4" fill="#fff" style="{_PIN}">{letter}</text></g>'
    )

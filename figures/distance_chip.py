"""The distance series becomes a line to the nearest reported place, and a chip that hides neither end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from figures.home_view import Bounds
from figures.map_sources import Collection, Feature, collection, feature, series_row
from figures.sentences import Teller, number
from figures.svg_style import ASSESSED, REPORTED
from figures.text import plain, width
from figures.through_time import place_state

SIZE_PX = 12.0
"""Size of the chip's text."""
_BORDER_X_PX, _BORDER_Y_PX = 9.0, 5.0
"""How far the chip reaches beyond its text."""
_CLEAR_PX = 9.0
"""From the line to the chip: more than half the city's mark, and than the ring round a changed place."""
_LINE_EM = 1.2

DistanceRow = tuple[int, Collection]


def distance_rows(teller: Teller, bounds: Bounds) -> list[DistanceRow]:
    """The line and its chip from each instant on at which they become others; seconds.

    Nothing is drawn while the nearest place lies outside ``bounds``. Where the city itself is held by the
    other side there is no distance: the chip says who is reported to hold it.
    """
    found: list[DistanceRow] = []
    for row in teller.document["reference"]["series"]:
        shown = collection(_features(teller, row, bounds))
        if not found or found[-1][1] != shown:
            found.append((int(row[0]), shown))
    return found


def distance_at(teller: Teller, bounds: Bounds, t: int) -> Collection:
    """The line and its chip at one instant."""
    row = series_row(teller.document["reference"]["series"], t)
    return collection(_features(teller, row, bounds) if row else [])


def _features(teller: Teller, row: Sequence[Any], bounds: Bounds) -> list[Feature]:
    since, km, index = int(row[0]), row[4], row[5]
    document = teller.document
    if km is None or index < 0:
        return []
    city, place = (document["places"][i] for i in (document["reference"]["place"], index))
    if km == 0 or index == document["reference"]["place"]:
        return _held(teller, since, city)
    west, south, east, north = bounds
    if not (west <= place["lon"] <= east and south <= place["lat"] <= north):
        return []
    ends = [[city["lon"], city["lat"]], [place["lon"], place["lat"]]]
    text = plain(teller.say.words.fill("units.km", n=number(km))).replace(" ", "\u00a0")
    middle = [round((ends[0][i] + ends[1][i]) / 2, 6) for i in (0, 1)]
    chip = {"text": text, "spots": beside(text, ends[0], ends[1])}
    return [feature("LineString", ends, {}), feature("Point", middle, chip)]


def _held(teller: Teller, t: int, city: Mapping[str, Any]) -> list[Feature]:
    holder, certainty, _ = teller.document["states"][place_state(teller.document, _city(teller), t)]
    if certainty not in (ASSESSED, REPORTED):
        return []
    text = plain(teller.say.words.fill("chip.held", actor=teller.actor(holder)))
    # Clear of the city's mark and of its name. Not beside it: a phone's map would cut it off.
    spots = ["top", [0, 3.2], "bottom", [0, -2.0]]
    return [feature("Point", [city["lon"], city["lat"]], {"text": text, "spots": spots})]


def _city(teller: Teller) -> int:
    return int(teller.document["reference"]["place"])


def beside(text: str, start: Sequence[float], end: Sequence[float]) -> list[Any]:
    """Where a chip may stand, from the middle of a line: wholly on one side of it, or on the other.

    So it can never lie over an end, however short the line is on the screen. Each spot is an anchor and an
    offset in ems, as MapLibre's ``text-variable-anchor-offset`` wants them; their anchors differ, since
    MapLibre tells them apart by that. The first spot is above the line, or left of an upright one: the
    city's name stands below.
    """
    x, y = _across(start, end)
    half = width(text, SIZE_PX, bold=True) / 2, _LINE_EM * SIZE_PX / 2
    reach = (half[0] + _BORDER_X_PX) * abs(x) + (half[1] + _BORDER_Y_PX) * abs(y) + _CLEAR_PX
    spots: list[Any] = []
    for anchor, (shift, way) in zip(_ANCHORS, product((0, 26, -26, 48), (1, -1)), strict=True):
        middle = way * x * reach - y * shift, way * y * reach + x * shift
        spots += [anchor, _anchored(anchor, middle, half)]
    return spots


_ANCHORS = ("center", "left", "right", "top", "bottom", "top-left", "bottom-left", "top-right")
_BASELINE_EM = 7 / 24
"""By so much MapLibre moves a text that hangs below or stands above its point."""


def _anchored(anchor: str, middle: tuple[float, float], half: tuple[float, float]) -> list[float]:
    """The offset in ems that brings the middle of a text there, for an anchor; all else in px."""
    x, y = middle
    x += half[0] * (("right" in anchor) - ("left" in anchor))
    down = ("bottom" in anchor) - ("top" in anchor)
    y += half[1] * down - _BASELINE_EM * SIZE_PX * down
    return [round(x / SIZE_PX, 3), round(y / SIZE_PX, 3)]


def _across(start: Sequence[float], end: Sequence[float]) -> tuple[float, float]:
    """The direction across a line on the screen: a unit vector, x to the right and y down, pointing up."""
    dx, dy = math.radians(end[0] - start[0]), _north(start[1]) - _north(end[1])
    long = math.hypot(dx, dy) or 1.0
    x, y = -dy / long, dx / long
    if (x, y) == (0.0, 0.0):
        return 0.0, -1.0
    return (x, y) if (y, x) < (0, 0) else (-x, -y)


def _north(lat: float) -> float:
    """Web Mercator's y, in radians, northward."""
    return math.asinh(math.tan(math.radians(lat)))

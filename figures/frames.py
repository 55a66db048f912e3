"""A map document and a size in pixels become a frame: which ground is shown, and where each point falls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from figures.home_view import home_view
from figures.lines import Lines

Point = tuple[float, float]
Document = Mapping[str, Any]

_DEFAULT_REACH_KM = 30.0
_LEAST_REACH_KM = 10.0
"""However small the rings, the map shows the ground around the city that its sentences speak of."""
WIDE_SIZE = (640.0, 452.0)
NARROW_SIZE = (360.0, 385.0)
BREAK_PX = 520
"""Below this width of the map the narrow frame is shown."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the ground: local equirectangular, lengths true at the city.

    The city is at ``lon``, ``lat`` (degrees, WGS 84) and falls on ``x``, ``y``, in px from the top left;
    ``px_per_km`` is the scale there. Text of size ``font`` px; places up to ``rank_limit`` have a name.
    """

    name: str
    width: float
    height: float
    lon: float
    lat: float
    x: float
    y: float
    px_per_km: float
    font: float
    rank_limit: int

    def at(self, lon: float, lat: float) -> Point:
        """The pixel of a point given in degrees."""
        km_east, km_north = self._km_per_degree()
        x = self.x + (lon - self.lon) * km_east * self.px_per_km
        y = self.y - (lat - self.lat) * km_north * self.px_per_km
        return x, y

    def box_in(self, other: Frame) -> tuple[float, float, float, float]:
        """The rectangle (left, top, right, bottom) in the pixels of another frame of the same city."""
        k = other.px_per_km / self.px_per_km
        left, top = other.x - self.x * k, other.y - self.y * k
        return left, top, left + self.width * k, top + self.height * k

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a pixel lies within the frame, ``margin`` px from its edge at least."""
        x, y = point
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    def _km_per_degree(self) -> Point:
        """Length of a degree of longitude and of latitude at the city (WGS 84, radii of curvature)."""
        phi = math.radians(self.lat)
        squash = 1 - 0.00669437999014 * math.sin(phi) ** 2
        normal_km = 6378.137 / math.sqrt(squash)
        meridian_km = 6378.137 * (1 - 0.00669437999014) / squash**1.5
        return math.radians(normal_km * math.cos(phi)), math.radians(meridian_km)


def wide_frame(document: Document) -> Frame:
    """The frame of a page at least 520 px wide."""
    return framed(document, "wide", *WIDE_SIZE, font=12.0, rank_limit=3)


def narrow_frame(document: Document) -> Frame:
    """The frame of a phone: a tighter crop round the city."""
    return framed(document, "narrow", *NARROW_SIZE, font=11.5, rank_limit=2)


def framed(
    document: Document,
    name: str,
    width: float,
    height: float,
    *,
    font: float,
    rank_limit: int,
    zoom: float = 1.0,
) -> Frame:
    """A frame of that size round the document's city.

    The scale shows a little less than the largest ring; the city stands off the middle, away from where
    reports say that something changed, so that the story has the room. ``zoom`` 2 shows a quarter of the
    ground.
    """
    if document["reference"]["place"] < 0:
        return _round_all(
            document, Frame(name, width, height, 0.0, 0.0, width / 2, height / 2, 1.0, font, rank_limit), zoom
        )
    city = document["places"][document["reference"]["place"]]
    largest_km = max((ring["km"] for ring in document["reference"]["rings"]), default=_DEFAULT_REACH_KM)
    reach_km = max(largest_km, _LEAST_REACH_KM)
    scale = min(width / (2.63 * reach_km), height / (1.86 * reach_km))
    if width < BREAK_PX:
        scale = width / (1.82 * reach_km)
    scale *= zoom
    bare = Frame(name, width, height, city["lon"], city["lat"], 0.0, 0.0, scale, font, rank_limit)
    east, south = _story(document, bare, reach_km)
    x = width / 2 - _clamp(east, 0.04 * width)
    y = height / 2 - _clamp(south, 0.18 * height)
    return Frame(name, width, height, city["lon"], city["lat"], x, y, scale, font, rank_limit)


def _round_all(document: Document, bare: Frame, zoom: float) -> Frame:
    """The frame in which all of the home view fits: a map without a city shows its whole front."""
    west, south, east, north = home_view(document)
    there = replace(bare, lon=(west + east) / 2, lat=(south + north) / 2)
    left, top = there.at(west, north)
    right, bottom = there.at(east, south)
    fits = min(bare.width / (right - left), bare.height / (bottom - top))
    return replace(there, px_per_km=fits * max(1.0, zoom))


def _story(document: Document, bare: Frame, reach_km: float) -> Point:
    """Where the changed places near the city lie on average, px from the city to the right and down."""
    places = document["places"]
    changed = {event["place"] for event in document["events"] if event["kind"] == "change"}
    points = [bare.at(places[index]["lon"], places[index]["lat"]) for index in sorted(changed)]
    near = [(x, y) for x, y in points if math.hypot(x, y) <= 1.5 * reach_km * bare.px_per_km]
    if not near:
        return 0.0, 0.0
    return sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near)


def _clamp(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


@dataclass(frozen=True)
class Projected:
    """Lines of a document's grid in the pixels of one frame."""

    document: Document
    frame: Frame

    def line(self, line: Sequence[int]) -> list[Point]:
        """The pixels of a line of the document's grid, rounded to a tenth."""
        left, top, per_x, per_y = self._scale
        return [
            (round(left + x * per_x, 1), round(top + y * per_y, 1))
            for x, y in zip(accumulate(line[::2]), accumulate(line[1::2]), strict=True)
        ]

    def lines(self, lines: Sequence[Sequence[int]]) -> list[list[Point]]:
        """The same of many lines at once."""
        flat = self.flat(Lines.of(lines))
        points = list(map(tuple, np.round(flat.points, 1).tolist()))
        return [points[begin:end] for begin, end in pairwise(flat.begins.tolist())]

    def flat(self, lines: Lines) -> Lines:
        """The same of lines in one array, not rounded."""
        left, top, per_x, per_y = self._scale
        return replace(lines, points=lines.points * (per_x, per_y) + (left, top))

    def place(self, index: int) -> Point:
        """The pixel of a place."""
        place = self.document["places"][index]
        x, y = self.frame.at(place["lon"], place["lat"])
        return round(x, 1), round(y, 1)

    def places(self) -> list[Point]:
        """The pixel of every place."""
        (left, top), (right, bottom) = self.frame.at(0.0, 0.0), self.frame.at(1.0, 1.0)
        return [
            (round(left + place["lon"] * (right - left), 1), round(top + place["lat"] * (bottom - top), 1))
            for place in self.document["places"]
        ]

    @cached_property
    def _scale(self) -> tuple[float, float, float, float]:
        """Where the corner of the document's grid falls, and how many px a step of it is."""
        grid = self.document["grid"]
        left, top = self.frame.at(grid["lon"], grid["lat"])
        right, bottom = self.frame.at(grid["lon"] + 1, grid["lat"] + 1)
        return left, top, (right - left) * grid["step"], (bottom - top) * grid["step"]

"""A series of drawn areas and a table of towns become what a method is measured against."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gazetteer.errors import shown
from layers.basemap import country_land, polygons
from layers.ground import LocalPlane
from layers.subjects import drawn_ground
from layers.territory.scene import Floats, tree_of, without_strips

_DATE = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_COAST_KM = 0.75
_FINE_M = 100.0
_KM = 1000.0
_PEOPLE = 500
_SPARSE_KM2 = 116.0
_MARGIN_DEG = 3.0


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the table, in degrees."""

    name: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True, eq=False)
class Truth:
    """What somebody drew of one side's ground, day after day; the rest of the country is the other side's.

    ``areas`` are in degrees and clipped to ``land``, which is the country with its borders and coasts.
    """

    days: tuple[date, ...]
    areas: tuple[BaseGeometry, ...]
    land: BaseGeometry

    def nearest(self, day: date) -> int:
        """The number of the last day that was drawn by then."""
        return max((i for i, one in enumerate(self.days) if one <= day), default=0)

    @cached_property
    def plane(self) -> LocalPlane:
        """The plane that distances are measured on."""
        west, south, east, north = shapely.union_all([self.areas[0], self.areas[-1]]).bounds
        return LocalPlane((south + north) / 2, (west + east) / 2)

    @cached_property
    def land_m(self) -> BaseGeometry:
        """The country on the plane."""
        return polygons(shapely.make_valid(self.plane.to_plane(self.land)))

    def sides_m(self, number: int) -> tuple[BaseGeometry, BaseGeometry]:
        """What was drawn on that day and the rest, on the plane, without strips where two coasts differ."""
        drawn = polygons(shapely.make_valid(self.plane.to_plane(self.areas[number])))
        rest = polygons(shapely.difference(self.land_m, drawn))
        return without_strips(drawn, _COAST_KM), without_strips(rest, _COAST_KM)

    def away_km(self, number: int, xy: Floats) -> Floats:
        """How far points of the plane lie from the front of that day, to within 100 m."""
        drawn, rest = self.sides_m(number)
        edge = shapely.get_coordinates(shapely.segmentize(drawn.boundary, _FINE_M))
        shapely.prepare(rest)
        front = edge[shapely.dwithin(rest, shapely.points(edge), 2 * _COAST_KM * _KM)]
        points = np.asarray(shapely.points(xy), dtype=object)
        _, away = tree_of(front).query_nearest(points, return_distance=True, all_matches=False)
        return np.asarray(away / _KM)

    def drawn(self, number: int, degrees: Floats) -> NDArray[np.bool_]:
        """Which points (longitude, latitude) lie in what was drawn on that day."""
        area = self.areas[number]
        shapely.prepare(area)
        return np.asarray(shapely.contains_xy(area, degrees[:, 0], degrees[:, 1]))


def read_truth(folders: Iterable[Path]) -> Truth:
    """Read folders of GeoJSON files, one per day, with the date in each name.

    Raises
    ------
    ValueError
        There are fewer than two days, two files for one, or a file without a polygon.
    OSError
        A folder or file cannot be read.
    """
    files = sorted(
        (day, file) for folder in folders for file in folder.iterdir() if (day := _day(file)) is not None
    )
    if len(files) < 2:
        raise ValueError("A truth needs two days at least; name folders of files like 2024-07-08.geojson")
    for (day, file), (later, other) in pairwise(files):
        if day == later:
            raise ValueError(f"{file.name} and {other.name} are both of {day}; leave one of them out")
    areas = [_area(file) for _, file in files]
    land = country_land(shapely.union_all(areas[:1]).bounds, _MARGIN_DEG)
    return Truth(tuple(day for day, _ in files), tuple(_clipped(area, land) for area in areas), land)


def _day(file: Path) -> date | None:
    found = _DATE.search(file.name)
    if not found or file.suffix not in (".geojson", ".json"):
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _area(file: Path) -> BaseGeometry:
    try:
        features = json.loads(file.read_text("utf-8"))["features"]
        grounds = [drawn_ground(json.dumps(feature["geometry"])) for feature in features]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{shown(file.name)} is no GeoJSON FeatureCollection") from None
    found = [ground for ground in grounds if ground is not None]
    if not found:
        raise ValueError(f"{shown(file.name)} has no polygon")
    return polygons(shapely.union_all(found))


def _clipped(area: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    return polygons(shapely.intersection(area, land))


def read_towns(file: Path) -> tuple[Town, ...]:
    """Read a CSV table with the columns lat and lon, and name and population where it has them.

    Raises
    ------
    ValueError
        A column is missing, or a row has no coordinates.
    OSError
        The file cannot be read.
    """
    with file.open(encoding="utf-8-sig", newline="") as rows:
        table = csv.DictReader(rows)
        missing = {"lat", "lon"} - set(table.fieldnames or ())
        if missing:
            raise ValueError(f"{shown(file.name)} has no column {' and no column '.join(sorted(missing))}")
        return tuple(_town(row, file.name, line) for line, row in enumerate(table, 2))


def _town(row: dict[str, str], file: str, line: int) -> Town:
    people = (row.get("population") or "").strip()
    try:
        lat, lon = float(row["lat"]), float(row["lon"])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(f"{shown(file)}, line {line}: lat and lon are not degrees") from None
    name = row.get("name") or f"{lat:g}, {lon:g}"
    return Town(name, lat, lon, int(people) if people.isascii() and people.isdigit() else 0)


def towns_near(truth: Truth, towns: Sequence[Town], first: int, km: float) -> tuple[Town, ...]:
    """The towns of the country within km of the front of the first day; of two on one spot, one."""
    alone = list({(town.lat, town.lon): town for town in towns}.values())
    degrees = np.array([(town.lon, town.lat) for town in alone]).reshape(-1, 2)
    shapely.prepare(truth.land)
    inside = shapely.contains_xy(truth.land, degrees[:, 0], degrees[:, 1])
    away = truth.away_km(first, truth.plane.points_to_plane(degrees))
    return tuple(alone[i] for i in np.flatnonzero(inside & (away <= km)).tolist())


def thinned(truth: Truth, towns: Sequence[Town], first: int, km: float) -> tuple[Town, ...]:
    """Those with 500 people or more, and of the others as many as make one town per 116 km²."""
    one, other = truth.sides_m(first)
    ground = shapely.intersection(shapely.buffer(one, km * _KM), shapely.buffer(other, km * _KM))
    many = int(shapely.area(shapely.intersection(ground, truth.land_m)) / _KM**2 / _SPARSE_KM2)
    large = [town for town in towns if town.population >= _PEOPLE]
    small = [town for town in towns if town.population < _PEOPLE]
    return (*large, *_spread(small, max(0, many - len(large))))


def _spread(towns: Sequence[Town], many: int) -> Iterator[Town]:
    """So many of the towns, the same ones every time and without regard to where they lie."""
    order = np.random.default_rng(0).permutation(len(towns))
    return (towns[i] for i in sorted(order[:many].tolist()))

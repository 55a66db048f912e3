"""A war made by chance, always the same: an area drawn every day, or towns that change hands."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from conftest import SHARED
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from claims.actors import Actor
from claims.claim import Claim, Event, Window
from claims.map_record import BaselineHolder, MapRecord, MapSettings
from claims.sources import Source
from gazetteer.place import Place

FIRST_DAY = date(2022, 3, 1)
RED, BLUE, GREEN = "red", "blue", "green"
WINDOW = (28.0, 43.5, 41.5, 52.0)
"""What a map of this war shows: west, south, east, north in degrees."""

Points = NDArray[np.float64]

_FRONT = ((40.0, 49.9), (38.2, 49.6), (37.9, 48.5), (37.2, 47.8), (35.4, 47.4), (34.2, 47.3), (32.3, 46.5))
"""The first line, from the border in the north-east to the sea; the attacker's ground lies to its left."""
_BORDER = ((33.0, 45.6), (32.6, 45.3), (33.7, 44.5), (35.6, 45.1), (35.2, 46.2), (37.6, 46.9), (39.8, 47.7))
_BEYOND = ((29.5, 45.5), (28.5, 49.0), (31.5, 51.8), (34.5, 51.5))
"""The far corners of the defender's land, walked on from the sea to the north-east."""

Drawn = tuple[date, BaseGeometry]
DrawnByHolder = tuple[date, dict[str, BaseGeometry]]


# ---------------------------------------------------------------------- drawn areas


def drawn_days(days: int = 769, vertices: int = 3_000, seed: int = 7, moves: float = 4.2) -> Iterator[Drawn]:
    """One holder's area on each day, in degrees: most vertices stay, the far border always does.

    About ``moves`` pieces of front are pushed in a day; a day in twenty is like the one before, and pockets
    ahead of the line and behind it come and go. The defaults are like two years of a war drawn every day:
    that overlay had 4,429 faces, 42,556 vertices and 7,564 changes, this one has 4,723, 37,796 and 8,144.
    """
    for day, areas in drawn_by_holder(days, vertices, seed, moves, holders=(RED,)):
        yield day, areas[RED]


def drawn_by_holder(
    days: int = 769,
    vertices: int = 3_000,
    seed: int = 7,
    moves: float = 4.2,
    holders: Sequence[str] = (RED, BLUE, GREEN),
) -> Iterator[DrawnByHolder]:
    """The same war, drawn for several holders: first the attacker, then the defender, then a third.

    Areas of one day touch and never overlap by more than a millionth of a degree.
    """
    war = _War.begun(vertices, seed, tuple(holders))
    for number in range(days):
        if number and war.chance.random() > 0.05:
            war.move(number, moves)
        yield FIRST_DAY + timedelta(days=number), war.drawn(number)


@dataclass
class _Pocket:
    """Ground that ``holder`` holds among another's, on the days from ``first`` until ``last``."""

    shape: BaseGeometry
    holder: str
    last: int


@dataclass
class _War:
    chance: np.random.Generator
    areas: dict[str, BaseGeometry]
    fixed: BaseGeometry
    spacing: float
    wanted: int
    hot: Points
    pockets: list[_Pocket] = field(default_factory=list)

    @classmethod
    def begun(cls, vertices: int, seed: int, holders: tuple[str, ...]) -> _War:
        chance = np.random.default_rng(seed)
        front = _ragged(_FRONT, vertices // 2, chance)
        border = _ragged((_FRONT[-1], *_BORDER, _FRONT[0]), vertices - len(front), chance)
        areas = {RED: _polygon(np.vstack([front, border[1:-1]]))}
        beyond = _ragged((_FRONT[-1], *_BEYOND, _FRONT[0]), max(12, vertices // 4), chance)
        rest = _polygon(np.vstack([front[:-1], beyond[:-1]])) if len(holders) > 1 else None
        if rest is not None and len(holders) > 2:
            third = rest.intersection(shapely.Point(36.8, 49.7).buffer(1.2, quad_segs=max(4, vertices // 40)))
            areas[holders[2]] = shapely.set_precision(third, 1e-6)
            rest = rest.difference(third)
        if rest is not None:
            areas[holders[1]] = shapely.set_precision(rest, 1e-6)
        fixed = shapely.MultiLineString([border, beyond])
        shapely.prepare(fixed)
        spacing = shapely.length(shapely.LineString(front)) / len(front)
        return cls(chance, areas, fixed, spacing, vertices, front[len(front) // 2])

    def move(self, number: int, moves: float) -> None:
        """One day of war."""
        if number % 30 == 1:
            self.hot = self._front_points(5)
        gains: dict[str, list[BaseGeometry]] = {}
        taken = shapely.MultiPolygon()
        for point in self._chosen(self.chance.poisson(moves)):
            blob = self._blob(point)
            if not shapely.intersects(taken, blob):
                taken = shapely.union(taken, blob)
                gains.setdefault(self._gainer(point), []).append(blob)
        for holder, area in self.areas.items():
            lost = [blob for other, blobs in gains.items() if other != holder for blob in blobs]
            grown = shapely.union(area, shapely.union_all(gains.get(holder, [])))
            self.areas[holder] = self._cleaned(shapely.difference(grown, shapely.union_all(lost)))
        if self.chance.random() < 0.05:
            self._open_pocket(number)

    def drawn(self, number: int) -> dict[str, BaseGeometry]:
        """The areas of a day, with the pockets that stand on it."""
        self.pockets = [pocket for pocket in self.pockets if pocket.last > number]
        found = {}
        for holder, area in self.areas.items():
            for pocket in self.pockets:
                change = shapely.union if pocket.holder == holder else shapely.difference
                area = change(area, pocket.shape)
            found[holder] = _many(shapely.set_precision(area, 1e-6))
        return found

    def _front_points(self, number: int) -> Points:
        """Vertices of moving boundaries, chosen by chance; the far border and what lies beside it is none."""
        area = list(self.areas.values())[self.chance.integers(len(self.areas))]
        points = shapely.get_coordinates(shapely.boundary(area))
        tried = points[self.chance.integers(len(points), size=6 * number + 20)]
        beside = shapely.dwithin(self.fixed, shapely.points(tried), 6 * self.spacing)
        return tried[~beside][:number]

    def _chosen(self, number: int) -> Points:
        """Where the front moves: seven times in ten near where it moved last."""
        tried = self._front_points(12 * number)
        near = np.min(np.hypot(*(tried[:, None] - self.hot[None]).T), axis=0) < 40 * self.spacing
        hot, cold = tried[near][: round(0.7 * number)], tried[~near]
        return np.vstack([hot, cold[: number - len(hot)]])

    def _blob(self, point: Points) -> BaseGeometry:
        """The ground of one move: it swallows about as many vertices as it brings."""
        area = next(iter(self.areas.values()))
        crowded = (shapely.get_num_coordinates(area) / self.wanted) ** 6
        corners = 9 if crowded > 1 else 12
        angles = np.sort(self.chance.random(corners)) * 2 * np.pi
        size = self.spacing * self.chance.uniform(1.2, 3.2) * min(1.6, crowded)
        reach = size * self.chance.uniform(0.5, 1.2, corners)
        around = point + np.column_stack([1.4 * reach * np.cos(angles), reach * np.sin(angles)])
        return shapely.convex_hull(shapely.multipoints([*around, point]))

    def _gainer(self, point: Points) -> str:
        """Who gains there: nearly always the first of those who meet."""
        near = shapely.Point(point).buffer(self.spacing / 100)
        meeting = [holder for holder, area in self.areas.items() if shapely.intersects(area, near)]
        parties = [*meeting, ""] if len(meeting) < 2 else meeting
        return parties[0 if self.chance.random() < 0.95 else 1]

    def _cleaned(self, area: BaseGeometry) -> BaseGeometry:
        """Without the crumbs that moves leave, and on a grid of a millionth of a degree."""
        least = (self.spacing / 2) ** 2
        kept = []
        for part in shapely.get_parts(shapely.set_precision(area, 1e-6)):
            if part.geom_type == "Polygon" and part.area >= least:
                holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= least]
                kept.append(shapely.Polygon(part.exterior, holes))
        return _many(shapely.MultiPolygon(kept))

    def _open_pocket(self, number: int) -> None:
        """A pocket ahead of the line or behind it, for some weeks."""
        point = self._front_points(1)
        if len(point):
            away = self.chance.uniform(4, 9) * self.spacing * np.array([-1.0, 1.0])
            middle = point[0] + away * self.chance.choice([-1, 1])
            holders = [*self.areas, ""] if len(self.areas) == 1 else list(self.areas)
            holder = holders[self.chance.integers(2)]
            if shapely.distance(shapely.Point(middle), self.fixed) > 8 * self.spacing:
                self.pockets.append(_Pocket(self._blob(middle), holder, number + self.chance.integers(5, 60)))


def _ragged(corners: Sequence[tuple[float, float]], number: int, chance: np.random.Generator) -> Points:
    """A line through these corners with about that many vertices, as uneven as a front or a coast."""
    line = shapely.LineString(corners)
    along = np.linspace(0, 1, max(number, len(corners)))
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, along, normalized=True))
    waves = np.arange(1, max(2, number // 8))
    heights = chance.normal(size=(2, len(waves))) / waves**1.3
    phases = chance.uniform(0, 2 * np.pi, size=(2, len(waves), 1))
    shifts = (heights[:, :, None] * np.sin(np.pi * waves[None, :, None] * along + phases)).sum(axis=1)
    amplitude = 0.12
    while True:
        uneven = points + (amplitude * shifts * np.minimum(1, 20 * along * (1 - along))).T
        if shapely.is_simple(shapely.LineString(uneven)):
            return np.round(uneven, 6)
        amplitude /= 2


def _polygon(ring: Points) -> BaseGeometry:
    return shapely.set_precision(shapely.make_valid(shapely.Polygon(ring)), 1e-6)


def _many(area: BaseGeometry) -> BaseGeometry:
    """Polygons alone, as one multipolygon."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def write_days(folder: Path, days: Iterable[Drawn | DrawnByHolder], name: str = "area") -> list[Path]:
    """One GeoJSON file for each day, its date in the name; several holders stand in a property ``holder``."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for day, areas in days:
        path = folder / f"{name}_{day:%Y%m%d}.geojson"
        path.write_text(as_geojson(areas), encoding="utf-8")
        written.append(path)
    return written


def as_geojson(areas: BaseGeometry | Mapping[str, BaseGeometry]) -> str:
    """A day's areas as the text of a GeoJSON file."""
    drawn = {"": areas} if isinstance(areas, BaseGeometry) else areas
    features = [
        {
            "type": "Feature",
            "properties": {"holder": holder} if holder else {},
            "geometry": json.loads(shapely.to_geojson(shapely.transform(area, lambda xy: np.round(xy, 6)))),
        }
        for holder, area in drawn.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


# ---------------------------------------------------------------------- towns


@dataclass(frozen=True)
class TownStory:
    """Places, who held each at first, and (day, place id, holder) for each change, by day and place.

    Holders are ``red`` and ``blue``. No place changes twice on one day.
    """

    places: dict[str, Place]
    start: dict[str, str]
    changes: list[tuple[date, str, str]]
    days: int


def town_days(
    places: int = 33_530, days: int = 1_700, changes: int = 50_000, seed: int = 7, real: bool = True
) -> TownStory:
    """Towns that change hands along a moving front.

    The places are the real ones of Ukraine where ../shared is there (the first so many by chance), others at
    the same spacing elsewhere or with ``real=False``.
    """
    chance = np.random.default_rng(seed)
    towns = _towns(places, chance, real)
    points = np.array([(town.lon, town.lat) for town in towns])
    red = shapely.contains_xy(shapely.buffer(_first_ground(), 0), points)
    start = {town.id: RED if held else BLUE for town, held in zip(towns, red, strict=True)}
    told = _flips(points, red, days, changes, chance)
    named = [(FIRST_DAY + timedelta(days=day), towns[at].id, RED if now else BLUE) for day, at, now in told]
    return TownStory({town.id: town for town in towns}, start, sorted(named), days)


def _first_ground() -> BaseGeometry:
    """What red holds at first: what lies on its side of the first line."""
    return shapely.Polygon([*_FRONT, (32.0, 43.0), (42.0, 43.0), (42.0, 49.9)])


def _towns(number: int, chance: np.random.Generator, real: bool) -> list[Place]:
    file = SHARED / "data" / "gazetteer" / "ukraine_places.csv"
    if real and file.exists():
        with file.open(encoding="utf-8", newline="") as rows:
            found = [_real_town(row) for row in csv.DictReader(rows)]
        found = list({(round(town.lat, 3), round(town.lon, 3)): town for town in found}.values())
        chosen = sorted(chance.permutation(len(found))[:number])
        return [found[at] for at in chosen]
    return [_town(at, *spot) for at, spot in enumerate(_spots(number, chance))]


def _real_town(row: Mapping[str, str]) -> Place:
    lat, lon, number = float(row["lat"]), float(row["lon"]), int(re.sub(r"\D", "", row["geonames_id"]))
    people = int(row["population"] or 0)
    return Place(
        f"ua-{number}", row["name"], lat, lon, "village", 500, "GeoNames",
        population=people or None, geonames_id=number,
    )  # fmt: skip


def _town(at: int, lon: float, lat: float) -> Place:
    return Place(f"t{at:05}", f"Town {at}", lat, lon, "village", 500, "by chance", geonames_id=1_000_000 + at)


def _spots(number: int, chance: np.random.Generator) -> Points:
    """Longitudes and latitudes all over the land, never two on one spot."""
    land = shapely.Polygon([*_FRONT[::-1], *_BORDER[::-1], *_BEYOND]).convex_hull
    west, south, east, north = shapely.bounds(land)
    tried = np.round(chance.uniform((west, south), (east, north), size=(3 * number + 100, 2)), 4)
    tried = np.unique(tried[shapely.contains_xy(land, tried)], axis=0)
    return tried[np.sort(chance.permutation(len(tried))[:number])]


def _flips(
    points: Points, red: NDArray[np.bool_], days: int, changes: int, chance: np.random.Generator
) -> Iterator[tuple[int, int, bool]]:
    """(day, place, whether red holds it now): clusters beside the front, mostly where it moved before."""
    beside, now = _neighbours(points), red.copy()
    front = {at for at in range(len(points)) if (now[beside[at]] != now[at]).any()}
    quota = (
        np.bincount(chance.integers(1, days, changes), minlength=days) if days > 1 else np.zeros(days, int)
    )
    hot: list[int] = []
    for day in range(1, days):
        if day % 30 == 1:
            hot = [int(at) for at in chance.choice(sorted(front), min(6, len(front)), replace=False)]
        flipped: set[int] = set()
        for _ in range(20 * quota[day] + 20):
            if len(flipped) >= quota[day]:
                break
            middle = _middle(sorted(front), hot, points, chance)
            cluster = _cluster(middle, beside, now, flipped, chance, int(quota[day]) - len(flipped))
            for at in cluster:
                now[at] = ~now[at]
                flipped.add(at)
                yield day, at, bool(now[at])
            for near in {near for at in cluster for near in (at, *beside[at].tolist())}:
                (front.add if (now[beside[near]] != now[near]).any() else front.discard)(near)


def _middle(front: Sequence[int], hot: Sequence[int], points: Points, chance: np.random.Generator) -> int:
    """A place beside the front: seven times in ten, among eight, the one nearest to a hot spot."""
    tried = chance.integers(len(front), size=8)
    if chance.random() < 0.3:
        return front[tried[0]]
    spot = points[hot[chance.integers(len(hot))]]
    return min((front[at] for at in tried), key=lambda at: float(np.hypot(*(points[at] - spot))))


def _cluster(
    middle: int,
    beside: Sequence[NDArray[np.int64]],
    now: NDArray[np.bool_],
    flipped: set[int],
    chance: np.random.Generator,
    most: int,
) -> list[int]:
    """Some places of one side round a place, that go over to the other together."""
    loser = bool(now[middle]) if chance.random() < 0.5 else False
    near = [middle, *beside[middle].tolist()]
    found = [at for at in near if now[at] == loser and at not in flipped]
    return found[: min(most, int(chance.integers(1, 6)))]


def _neighbours(points: Points) -> list[NDArray[np.int64]]:
    """The Delaunay neighbours of each place."""
    edges = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    number = {spot: at for at, spot in enumerate(map(tuple, points.tolist()))}
    ends = [number[spot] for spot in map(tuple, shapely.get_coordinates(edges).tolist())]
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    both = np.unique(np.vstack([pairs, pairs[:, ::-1]]), axis=0)
    return np.split(both[:, 1], np.searchsorted(both[:, 0], np.arange(1, len(points))))


def write_viina(path: Path, told: TownStory) -> None:
    """The story as a control table of VIINA: each place on the first day, then a row where one changed.

    Days on which nothing changed at a place have no row, which for a reader says the same.
    """
    codes = {RED: "RU", BLUE: "UA"}
    rows = [(FIRST_DAY, place_id, holder) for place_id, holder in told.start.items()] + told.changes
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("geonameid", "date", "status_isw", "status", "vcontrol_version"))
        for day, place_id, holder in rows:
            number = told.places[place_id].geonames_id
            writer.writerow((number, f"{day:%Y%m%d}", codes[holder], codes[holder], "invented"))


ACTORS = {
    RED: Actor(RED, "Red army", "الجيش الأحمر", RED),
    BLUE: Actor(BLUE, "Blue army", "الجيش الأزرق", BLUE),
    GREEN: Actor(GREEN, "Green front", "الجبهة الخضراء", GREEN),
    "unknown": Actor("unknown", "Unknown", "غير معروف", "unknown"),
}
ROLES = {RED: "government", BLUE: "opposition", GREEN: "sdf", "unknown": "unknown"}
DRAWER = Source("drawer", "Map makers", "monitor", "B", "", frozenset({RED, BLUE, GREEN}))


def war_settings(days: int, city: str, **more: object) -> MapSettings:
    """The settings of a map of this war, that begins with its first day."""
    zone = ZoneInfo("UTC")
    span = (instant_of(FIRST_DAY), instant_of(FIRST_DAY + timedelta(days=days)))
    return MapSettings(
        id="war",
        title={"en": "War", "ar": "حرب"},
        zone=zone,
        span=(span[0].astimezone(zone), span[1].astimezone(zone)),
        window=WINDOW,
        region="",
        city=city,
        edge_km=0.0,
        rings_km=(20.0, 50.0),
        reach_km=15.0,
        border_view="UN",
        roles=ROLES,
        **more,  # type: ignore[arg-type]
    )


def instant_of(day: date) -> datetime:
    """The midnight with which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def town_record(told: TownStory) -> MapRecord:
    """The story as a map: a baseline, and for each change what the map makers reported that day."""
    holders = {at: BaselineHolder(at, holder, "the first day") for at, holder in told.start.items()}
    claims = tuple(_told(told, number, *change) for number, change in enumerate(told.changes))
    settings = war_settings(told.days, next(iter(told.places)))
    return MapRecord(settings, told.places, ACTORS, {DRAWER.id: DRAWER}, holders, claims, ())


def _told(told: TownStory, number: int, day: date, place_id: str, holder: str) -> Claim:
    start, end = instant_of(day), instant_of(day) + timedelta(hours=23, minutes=59)
    return Claim(
        f"w{number:06}", told.places[place_id].name, place_id, Event.HOLDS, holder, None,
        DRAWER.id, DRAWER.id, Window(start, end), end, True, "claimed", "B", 2,
    )  # fmt: skip


def write_town_map(folder: Path, told: TownStory) -> None:
    """The story's places and first holders as a map's folder, without any claim; see ``write_viina``."""
    folder.mkdir(parents=True, exist_ok=True)
    last = FIRST_DAY + timedelta(days=told.days)
    head = f'id = "war"\ntimezone = "UTC"\nspan = ["{FIRST_DAY}", "{last}"]\nwindow = {list(WINDOW)}\n'
    first = next(iter(told.places))
    rest = f'city = "{first}"\nreach_km = 15.0\n[title]\nen = "War"\nar = "حرب"\n[actors]\n'
    roles = "".join(f'{actor} = "{role}"\n' for actor, role in ROLES.items())
    (folder / "map.toml").write_text(head + rest + roles, encoding="utf-8")
    places = [
        (p.id, p.name, p.lat, p.lon, p.kind, p.geonames_id, p.precision_m, p.source)
        for p in told.places.values()
    ]
    _write_rows(folder / "places.csv", "id,name,lat,lon,kind,geonames_id,precision_m,source", places)
    _write_rows(folder / "baseline.csv", "place_id,holder,source", [(*row, "") for row in told.start.items()])
    aliases = {RED: "RU", BLUE: "UA"}
    actors = [(a.id, a.name, a.name_ar, a.side, aliases.get(a.id, "")) for a in ACTORS.values()]
    _write_rows(folder / "actors.csv", "id,name,name_ar,side,aliases", actors)
    source = (DRAWER.id, DRAWER.name, DRAWER.affiliation, "B", "", "red|blue|green")
    _write_rows(
        folder / "sources.csv", "id,name,affiliation,default_reliability,url,independent_of", [source]
    )
    (folder / "claims.csv").write_text(_CLAIM_COLUMNS + "\n", encoding="utf-8")


_CLAIM_COLUMNS = (
    "claim_id,happened_from,happened_to,reported_at,place,place_id,event,holder,from_holder,"
    "claimant,reporter,status,reliability,credibility"
)


def _write_rows(path: Path, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.split(","))
        writer.writerows(rows)

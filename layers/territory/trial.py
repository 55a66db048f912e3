"""What a reader of the news would have known of towns: a truth, thinned, late and partly wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.actors import Actor
from claims.control import Certainty, ControlHistory, Hold
from claims.map_record import MapRecord, MapSettings
from gazetteer.place import Place
from layers.basemap import polygons
from layers.composite import State
from layers.snapshots import Part, Snapshot
from layers.territory.truth import Town, Truth

DRAWN, ELSEWHERE = "drawn", "elsewhere"
"""The two holders of a trial: of what was drawn, and of the rest of the country."""

_NEAR_KM = 15.0
_REACH_KM = 20.0
_ALIKE = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class News:
    """How the news are: the share of changes that is reported, how late at most, and how much is wrong.

    ``every_status``: instead, the status of every town on the last day is known.
    """

    reporting: float = 1.0
    late_days: int = 5
    wrong: float = 0.05
    every_status: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """On a day somebody says that a town is, or is not, in what is drawn."""

    day: date
    town: int
    drawn: bool


@dataclass(frozen=True, eq=False)
class Trial:
    """Towns beside the map of the first day. ``status`` has a row per drawn day, a column per town."""

    truth: Truth
    towns: tuple[Town, ...]
    first: int
    status: NDArray[np.bool_]
    away_km: NDArray[np.float64]

    @property
    def start(self) -> date:
        """The day of the map that everything starts from."""
        return self.truth.days[self.first]


def trial(truth: Truth, towns: Sequence[Town], first: int) -> Trial:
    """Look up the status of every town on every day."""
    degrees = np.array([(town.lon, town.lat) for town in towns]).reshape(-1, 2)
    status = np.array([truth.drawn(number, degrees) for number in range(len(truth.days))])
    away = truth.away_km(first, truth.plane.points_to_plane(degrees))
    return Trial(truth, tuple(towns), first, status, away)


def reports(held: Trial, days: int, how: News, seed: int) -> tuple[Report, ...]:
    """What is reported within so many days of the first; the same for the same seed.

    Each change of a town from one drawn day to the next is reported with the chance ``reporting``, up to
    ``late_days`` late. Of all reports the share ``wrong`` names a change that did not happen, of a town
    within 15 km of the first front.
    """
    last_day = held.start + timedelta(days)
    last = held.truth.nearest(last_day)
    if how.every_status:
        changed = np.flatnonzero(held.status[last] != held.status[held.first]).tolist()
        return tuple(Report(held.truth.days[last], town, bool(held.status[last, town])) for town in changed)
    chance = np.random.default_rng([seed, days, round(how.reporting * 1e6)])
    true = [one for one in _true(held, last, how, chance) if one.day <= last_day]
    false = list(_false(held, last, len(true), how, chance))
    return tuple(sorted([*true, *false], key=lambda one: (one.day, one.town, one.drawn)))


def _true(held: Trial, last: int, how: News, chance: np.random.Generator) -> Iterator[Report]:
    for number in range(held.first + 1, last + 1):
        for town in np.flatnonzero(held.status[number] != held.status[number - 1]).tolist():
            told, late = chance.random() < how.reporting, int(chance.integers(0, how.late_days + 1))
            if told:
                day = held.truth.days[number] + timedelta(late)
                yield Report(day, town, bool(held.status[number, town]))


def _false(held: Trial, last: int, true: int, how: News, chance: np.random.Generator) -> Iterator[Report]:
    near = np.flatnonzero(held.away_km <= _NEAR_KM)
    if how.wrong <= 0.0 or not len(near):
        return
    for _ in range(chance.poisson(true * how.wrong / max(1.0 - how.wrong, 1.0 - _ALIKE))):
        number = int(chance.integers(held.first + 1, last + 1))
        town = int(chance.choice(near))
        yield Report(held.truth.days[number], town, not held.status[number, town])


def record_of(held: Trial) -> MapRecord:
    """A map of the towns, with two parties."""
    places = {str(i): _place(i, town) for i, town in enumerate(held.towns)}
    start, end = (_noon(day) for day in (held.start, held.truth.days[-1] + timedelta(1)))
    west, south, east, north = held.truth.land.bounds
    settings = MapSettings(
        id="trial",
        title=MappingProxyType({"en": "Trial"}),
        zone=ZoneInfo("UTC"),
        span=(start, end),
        window=(west, south, east, north),
        region="",
        city="0",
        edge_km=0.0,
        rings_km=(),
        reach_km=_REACH_KM,
        border_view="",
        roles=MappingProxyType({}),
    )
    actors = {name: Actor(name, name, "", name) for name in (DRAWN, ELSEWHERE)}
    return MapRecord(settings, places, actors, {}, {}, (), ())


def _place(number: int, town: Town) -> Place:
    return Place(str(number), town.name, town.lat, town.lon, "place", 2000, "")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def baseline_of(held: Trial) -> Snapshot:
    """The map of the first day: what was drawn, and the rest of the country."""
    drawn = held.truth.areas[held.first]
    rest = polygons(shapely.difference(held.truth.land, drawn))
    parts = (
        Part(State(DRAWN, Certainty.REPORTED), drawn, ("line",)),
        Part(State(ELSEWHERE, Certainty.REPORTED), rest, ("line",)),
    )
    return Snapshot(_noon(held.start), parts)


def history_of(held: Trial, told: Sequence[Report]) -> ControlHistory:
    """The reports as a history of control in which the last report about a town counts."""
    about: dict[str, list[Report]] = {}
    for one in told:
        about.setdefault(str(one.town), []).append(one)
    holds: Mapping[str, tuple[Hold, ...]] = {
        str(i): tuple(_holds(bool(held.status[held.first, i]), about.get(str(i), ())))
        for i in range(len(held.towns))
    }
    known_at = _noon(held.truth.days[-1])
    return ControlHistory("trial", "1", MappingProxyType({}), known_at, holds, ())


def _holds(drawn: bool, told: Sequence[Report]) -> Iterator[Hold]:
    last_of_day = {one.day: one for one in told}
    starts: list[datetime | None] = [None, *(_noon(day) + timedelta(hours=6) for day in sorted(last_of_day))]
    held = [drawn, *(last_of_day[day].drawn for day in sorted(last_of_day))]
    for number, (start, is_drawn) in enumerate(zip(starts, held, strict=True)):
        end = starts[number + 1] if number + 1 < len(starts) else None
        sure = Certainty.REPORTED if number else Certainty.NOT_REPORTED
        claims = (f"report-{number}",) if number else ()
        yield Hold(start, end, DRAWN if is_drawn else ELSEWHERE, sure, None, claims, None)

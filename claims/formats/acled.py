"""The rows of an ACLED export become claims.

ACLED codes one event a row. Four of its kinds speak of control; battles, strikes and attacks on civilians are
kept as such; the other kinds are passed over and counted. docs/formats.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from claims.claim import Claim, Event, Precision, Window
from claims.formats.columns import id_text
from claims.formats.days import Days, moment_of, over_by
from claims.formats.newcomers import Newcomers, OutsideTheWindow
from claims.formats.reading import OUT_OF_WINDOW, Reading, positions
from claims.report import NO_REPORT, Report
from gazetteer.errors import shown
from gazetteer.rows import Source, number_between, read_records, whole_number

REQUIRED = (
    "event_id_cnty",
    "event_date",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "admin1",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "notes",
    "fatalities",
)
"""The columns that are read; ``timestamp`` is read too where it is there. All others are welcome."""

EVENTS: Mapping[str, Event] = {
    "government regains territory": Event.RECAPTURED,
    "non-state actor overtakes territory": Event.CAPTURED,
    "non-violent transfer of territory": Event.TRANSFERRED,
    "headquarters or base established": Event.HOLDS,
    "armed clash": Event.CLASH,
    "chemical weapon": Event.STRIKE,
    "air/drone strike": Event.STRIKE,
    "suicide bomb": Event.STRIKE,
    "shelling/artillery/missile attack": Event.STRIKE,
    "remote explosive/landmine/ied": Event.STRIKE,
    "grenade": Event.STRIKE,
    "attack": Event.CASUALTIES,
}
"""What each kind of event (``sub_event_type``) becomes; a kind that is not here is passed over."""

TIMES = {"1": Precision.DAY, "2": Precision.WEEK, "3": Precision.MONTH}
POINTS_M = {"1": 2_000, "2": 10_000}
"""How far the true spot may lie from the point, in metres, by ``geo_precision``; 3 is a region: no spot."""

STATE = frozenset(("1", "state forces"))
OUTSIDE = frozenset(("8", "external/other forces", "other", "external forces"))
"""Foreign armies and missions, as ``inter1`` and ``inter2`` have them in numbers and in words."""

NOBODY = frozenset(("", "0"))

NO_WINNER = "whose winner ACLED does not name; kept, with no holder"

_CONTROL = (Event.RECAPTURED, Event.CAPTURED, Event.TRANSFERRED, Event.HOLDS)
_DEATHS = whole_number(0, 10**6)
_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)
_MOST_KEPT = 100_000


class _Columns(NamedTuple):
    """Where each column that is read stands in a row."""

    event_id_cnty: int
    event_date: int
    time_precision: int
    event_type: int
    sub_event_type: int
    actor1: int
    inter1: int
    actor2: int
    inter2: int
    admin1: int
    location: int
    latitude: int
    longitude: int
    geo_precision: int
    source: int
    notes: int
    fatalities: int


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read an export, row by row; new actors, sources and places are among ``reading.newcomers``."""
    records = read_records(source, faults=reading.faults, name=reading.file)
    line, header = next(records, (0, []))
    found = positions(reading, line, header, REQUIRED) if line else {}
    if not found:
        return
    rows = _Rows(reading, _Columns(*(found[name] for name in REQUIRED)), found.get("timestamp"))
    for line, cells in records:
        reading.tally.rows += 1
        claim = rows.claim(line, cells)
        if claim is not None:
            yield claim


class _Rows:
    """Rows of one export become claims; what comes again in many rows is worked out once."""

    def __init__(self, reading: Reading, columns: _Columns, timestamp: int | None) -> None:
        self.reading, self.at, self.timestamp = reading, columns, timestamp
        self.newcomers = reading.newcomers
        self.days = Days(reading.known)
        self.acled = reading.newcomers.source("ACLED", "https://acleddata.com")
        self._spots: dict[tuple[str, ...], str | None] = {}
        self._sources: dict[str, tuple[str, Report]] = {}

    def claim(self, line: int, cells: Sequence[str]) -> Claim | None:
        """Make a claim of a row; None where it is passed over, or wrong: then every fault of it is told."""
        event = _event(cells[self.at.sub_event_type])
        if event is None:
            self.reading.pass_over(self._kind(cells))
            return None
        try:
            return self._claim(line, cells, event)
        except OutsideTheWindow:
            self.reading.pass_over(OUT_OF_WINDOW)
        except ValueError:
            self._tell(line, cells, event)
        return None

    def _claim(self, line: int, cells: Sequence[str], event: Event) -> Claim:
        at = self.at
        deaths = self._deaths(cells)
        note = cells[at.notes].strip() or f"{cells[at.actor1].strip()} / {cells[at.actor2].strip()}"
        place_id, control = self._place(cells, event), event in _CONTROL
        happened, reported_at = self._times(cells)
        holder, from_holder = self._parties(line, cells, event) if control else (None, None)
        claimant, report = self._source(cells[at.source])
        if control and deaths:  # what is counted is not what was taken
            note = f"{note} [fatalities: {deaths:g}]".strip()
        return Claim(
            id=self._id(cells),
            place_as_written=cells[at.location].strip(),
            place_id=place_id,
            event=event,
            holder=holder,
            from_holder=from_holder,
            claimant=claimant,
            reporter=self.acled,
            happened=happened,
            reported_at=reported_at,
            reported_day_precision=self.timestamp is None,
            status="claimed",
            reliability="F",
            credibility=6,
            value=None if control else deaths,
            note=note,
            report=report,
        )

    def _tell(self, line: int, cells: Sequence[str], event: Event) -> None:
        checks = {
            "event_id_cnty": self._id,
            "latitude": lambda row: self._point(row, event),
            "event_date": self._times,
            "fatalities": self._deaths,
        }
        self.reading.tell(line, cells, checks)

    def _id(self, cells: Sequence[str]) -> str:
        text = cells[self.at.event_id_cnty].strip()
        if not text:
            raise ValueError("is empty")
        return id_text(f"acled-{text}")

    def _kind(self, cells: Sequence[str]) -> str:
        kind, group = cells[self.at.sub_event_type].strip(), cells[self.at.event_type].strip()
        return f"{shown(kind)} ({shown(group)})"

    def _deaths(self, cells: Sequence[str]) -> float | None:
        return _number(cells[self.at.fatalities])

    # Where

    def _place(self, cells: Sequence[str], event: Event) -> str | None:
        """The place that a row is about; None where only a region is known."""
        at = self.at
        key = (
            cells[at.location],
            cells[at.latitude],
            cells[at.longitude],
            self._geo_precision(cells, event),
            cells[at.admin1],
        )
        if key in self._spots:
            return self._spots[key]
        if len(self._spots) > _MOST_KEPT:
            self._spots.clear()
        found = self._spots[key] = self._new_spot(cells, *self._point(cells, event))
        return found

    def _geo_precision(self, cells: Sequence[str], event: Event) -> str:
        """The precision of the point; *near a town* says nothing about who holds that town."""
        precision = cells[self.at.geo_precision]
        return "3" if precision == "2" and event in _CONTROL else precision

    def _point(self, cells: Sequence[str], event: Event) -> tuple[float, float, str]:
        at = self.at
        lat, lon = _LATITUDE(cells[at.latitude].strip()), _LONGITUDE(cells[at.longitude].strip())
        precision = self._geo_precision(cells, event).strip()
        if precision not in (*POINTS_M, "3"):
            raise ValueError(f"geo_precision is {shown(precision)}; it is 1, 2 or 3")
        if not cells[at.location].strip():
            raise ValueError("location is empty; a point needs the name of its place")
        self.newcomers.check_inside(lat, lon)
        return lat, lon, precision

    def _new_spot(self, cells: Sequence[str], lat: float, lon: float, precision: str) -> str | None:
        if precision not in POINTS_M:
            return None
        name, admin = cells[self.at.location].strip(), cells[self.at.admin1].strip()
        return self.newcomers.place(name, lat, lon, POINTS_M[precision], admin=admin)

    # When

    def _times(self, cells: Sequence[str]) -> tuple[Window, datetime]:
        """When it happened, and when ACLED last wrote it down: nobody knew the row before that."""
        at = self.at
        stated = cells[at.time_precision].strip()
        if stated not in TIMES:
            raise ValueError(f"time_precision is {shown(stated)}; it is 1, 2 or 3")
        happened = self.days.window(cells[at.event_date], TIMES[stated])
        if self.timestamp is None:
            return happened, happened.end
        reported_at = moment_of(cells[self.timestamp], self.reading.known.latest)
        if reported_at < happened.start:
            raise ValueError(f"{shown(cells[at.event_date])} is after the row's timestamp ({reported_at:%F})")
        return (happened if stated == "1" else over_by(happened, reported_at)), reported_at

    # Who

    def _source(self, cell: str) -> tuple[str, Report]:
        """The first source that a row names says it; where there are several, all are kept as they stand."""
        found = self._sources.get(cell)
        if found is None:
            if len(self._sources) > _MOST_KEPT:
                self._sources.clear()
            found = self._sources[cell] = said_by(cell, self.acled, self.newcomers)
        return found

    def _parties(self, line: int, cells: Sequence[str], event: Event) -> tuple[str | None, str | None]:
        """Who holds the place after it, and who held it before."""
        at = self.at
        one, two = self.newcomers.actor(cells[at.actor1]), self.newcomers.actor(cells[at.actor2])
        if event in (Event.TRANSFERRED, Event.HOLDS):
            return one, two if event is Event.TRANSFERRED else None
        first = _first_won(event, _party(cells[at.inter1]), _party(cells[at.inter2]))
        if first is None:
            self.reading.tally.flag(NO_WINNER, line)
            return None, None
        return (one, two) if first else (two, one)


@lru_cache(maxsize=1024)
def _event(kind: str) -> Event | None:
    return EVENTS.get(kind.strip().lower())


@lru_cache(maxsize=1024)
def _number(cell: str) -> float | None:
    text = cell.strip()
    return float(_DEATHS(text)) if text else None


def said_by(cell: str, otherwise: str, newcomers: Newcomers) -> tuple[str, Report]:
    """The claimant and the report of a cell that names sources with ``;`` between them.

    The first says it; where there are several, the whole cell is kept as the report's publisher. Where there
    is none, ``otherwise`` says it: the data set itself.
    """
    names = [name for part in cell.split(";") if (name := part.strip())]
    claimant = newcomers.source(names[0]) if names else otherwise
    return claimant, Report(publisher=cell.strip()) if len(names) > 1 else NO_REPORT


def _party(inter: str) -> str:
    plain = inter.strip().lower()
    return (
        "state"
        if plain in STATE
        else "outside"
        if plain in OUTSIDE
        else "other"
        if plain not in NOBODY
        else ""
    )


def _first_won(event: Event, one: str, two: str) -> bool | None:
    """Whether the first party took the place, by the kinds of both; None where that tells nothing."""
    winners = ("state", "outside") if event is Event.RECAPTURED else ("other", "outside")
    for winner in winners:
        if (one == winner) != (two == winner):
            return one == winner
    return None

"""The events of a timemap, as JSON or as a sheet of its datasheet server, become claims.

Every value is text, days are written month first, and what kind of event it is stands in free words; those
words are looked up in a table, and an event that it does not know is passed over and counted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from claims.actors import same_name
from claims.claim import Claim, Event, Window
from claims.formats.columns import id_text
from claims.formats.days import Days, day_of
from claims.formats.json_parts import BadJson, JsonParts
from claims.formats.jsonl import cell_of
from claims.formats.newcomers import OutsideTheWindow
from claims.formats.reading import OUT_OF_WINDOW, Reading, positions
from claims.formats.tally import REPORT_NOT_DATED
from claims.report import Report
from claims.times import instant, not_in_the_future
from gazetteer.errors import shown
from gazetteer.rows import Source, number_between, opened_bytes, read_records

REQUIRED = ("description", "date")
POINT_M = 2_000

WORDS: Mapping[str, Event] = {
    **{str(event).replace("_", " "): event for event in Event if event is not Event.DISTANCE},
    "capture": Event.CAPTURED,
    "recapture": Event.RECAPTURED,
    "withdrawal": Event.WITHDRAWN,
    "armed clash": Event.CLASH,
    "battle": Event.CLASH,
    "clashes": Event.CLASH,
    "fighting": Event.CLASH,
    "air strike": Event.STRIKE,
    "airstrike": Event.STRIKE,
    "artillery": Event.STRIKE,
    "bombing": Event.STRIKE,
    "drone strike": Event.STRIKE,
    "explosion": Event.STRIKE,
    "missile strike": Event.STRIKE,
    "shelling": Event.STRIKE,
    "civilian casualties": Event.CASUALTIES,
    "civilian harm": Event.CASUALTIES,
    "killing": Event.CASUALTIES,
}
"""What the words of ``event``, ``type``, ``category`` and the associations mean, in that order."""

_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")
_LISTS = ("associations", "sources")
_TOLD = ("description", "date", "time", "location", "latitude", "longitude")

Cells = Mapping[str, str]


def read_events(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read events.json: a list of events, or an object with the list ``events``."""
    with opened_bytes(source) as stream:
        yield from _read_parts(JsonParts(stream), reading)


def _read_parts(parts: JsonParts, reading: Reading) -> Iterator[Claim]:
    rows = _Rows(reading)
    try:
        for line, _, value in parts.each("events"):
            reading.tally.rows += 1
            claim = rows.claim(line, _cells_of(value, line, reading))
            if claim is not None:
                yield claim
    except BadJson as problem:
        reading.fault(problem.line, "", str(problem))


def _cells_of(value: Any, line: int, reading: Reading) -> dict[str, str]:  # noqa: ANN401
    """An event as cells; its lists become one cell each, with ``|`` between the items."""
    if not isinstance(value, dict):
        reading.fault(line, "", "is not an event: a JSON object with a description and a date")
        return {}
    cells = {}
    for name, item in value.items():
        items = item if isinstance(item, list) else [item]
        if name in _LISTS:
            texts = [cell_of(part, line, name, reading.file, reading.faults) for part in items]
            cells[name] = "|".join(text for text in texts if text)
        elif isinstance(item, str | None):
            cells[name] = cell_of(item, line, name, reading.file, reading.faults)
    return cells


def read_sheet(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read a sheet of events as CSV: description, date, time, location, …, association1, source1, …."""
    records = read_records(source, faults=reading.faults, name=reading.file)
    line, header = next(records, (0, []))
    found = positions(reading, line, header, REQUIRED) if line else {}
    if not found:
        return
    rows = _Rows(reading)
    for line, cells in records:
        reading.tally.rows += 1
        named = {name: cells[at].strip() for name, at in found.items()}
        for plural in _LISTS:
            one = re.compile(rf"{plural.removesuffix('s')}[0-9]+")
            listed = [text for name, text in named.items() if one.fullmatch(name) and text]
            named[plural] = named.get(plural) or "|".join(listed)
        claim = rows.claim(line, named)
        if claim is not None:
            yield claim


class _Rows:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.newcomers = reading, reading.newcomers
        self.days = Days(reading.known)

    def claim(self, line: int, cells: Cells) -> Claim | None:
        """Make a claim of an event; None where it is passed over, or wrong: then all that is told."""
        event, words = _event(cells)
        if event is None:
            self.reading.pass_over(f"of a kind that says nothing we know ({shown(words)})")
            return None
        try:
            return self._claim(line, cells, event)
        except OutsideTheWindow:
            self.reading.pass_over(OUT_OF_WINDOW)
        except ValueError:
            checks = {
                "id": _id,
                "latitude": _point,
                "date": self._happened,
                "reported_at": self._reported,
            }
            self.reading.tell(line, cells, checks)
        return None

    def _claim(self, line: int, cells: Cells, event: Event) -> Claim:
        happened = self._happened(cells)
        reported_at = self._reported(cells)
        if reported_at is None:
            self.reading.tally.flag(REPORT_NOT_DATED, line)
        sources = [name for name in cells.get("sources", "").split("|") if name]
        return Claim(
            id=_id(cells),
            place_as_written=cells.get("location") or "not named",
            place_id=self._place(cells),
            event=event,
            holder=self.newcomers.actor(cells.get("holder", "")),
            from_holder=self.newcomers.actor(cells.get("from_holder", "")),
            claimant=self.newcomers.source(sources[0] if sources else ""),
            reporter=self.newcomers.source(sources[0] if sources else ""),
            happened=happened,
            reported_at=reported_at or happened.end,
            reported_day_precision=reported_at is None and happened.day_precision,
            status="claimed",
            reliability="F",
            credibility=6,
            note=cells.get("description", ""),
            report=Report(publisher="; ".join(sources) if len(sources) > 1 else ""),
        )

    def _place(self, cells: Cells) -> str | None:
        point = _point(cells)
        if point is None:
            return None
        self.newcomers.check_inside(*point)
        name = cells.get("location", "")
        return self.newcomers.place(name, *point, POINT_M) if name else None

    def _happened(self, cells: Cells) -> Window:
        text, clock = cells.get("date", ""), cells.get("time", "")
        if not text:
            raise ValueError("is empty; an event needs its day")
        day = self.days.window(text)
        if not clock:
            return day
        match = _CLOCK.fullmatch(clock)
        if not match:
            raise ValueError(f"time is {shown(clock)}; write it like 14:30")
        at = self._instant(f"{day_of(text).isoformat()}T{int(match[1]):02d}:{match[2]}", closing=False)
        return Window(at, at)

    def _reported(self, cells: Cells) -> datetime | None:
        text = cells.get("reported_at", "")
        if not text:
            return None
        found = self._instant(text, closing=True)
        try:
            start = self._happened(cells).start
        except ValueError:  # told at its own cell
            return found
        if found < start:
            raise ValueError(f"{shown(text)} is before its date; nobody can report what has not begun")
        return found

    def _instant(self, text: str, *, closing: bool) -> datetime:
        known = self.reading.known
        found = instant(text, known.zone, closing=closing, clock_zone=known.clock_zone)
        return not_in_the_future(found, text, known.latest)


def _event(cells: Cells) -> tuple[Event | None, str]:
    """What an event is by its words, and the words."""
    names = ("event", "type", "category", "category_full")
    words = [cells.get(name, "") for name in names] + cells.get("associations", "").split("|")
    said = [word for word in words if word]
    for word in said:
        event = WORDS.get(same_name(re.sub(r"[_/-]+", " ", word)))
        if event is not None:
            return event, word
    return None, said[0] if said else ""


def _id(cells: Cells) -> str:
    """The event's own id, or one made of what it says."""
    own = cells.get("id", "")
    if own:
        return id_text(f"timemap-{own}")
    said = [
        cells.get(name, "") for name in ("description", "date", "time", "location", "latitude", "longitude")
    ]
    return f"timemap-{hashlib.sha256(chr(31).join(said).encode()).hexdigest()[:16]}"


def _point(cells: Cells) -> tuple[float, float] | None:
    lat, lon = cells.get("latitude", ""), cells.get("longitude", "")
    if not lat and not lon:
        return None
    if not lat or not lon:
        raise ValueError("latitude and longitude belong together; one of them is empty")
    return _LATITUDE(lat), _LONGITUDE(lon)

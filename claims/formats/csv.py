"""The rows of a claims.csv become drafts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from claims.claim import Claim, Event, Precision, Window
from claims.draft import Draft
from claims.report import Report
from claims.times import instant, is_bare_date
from gazetteer.errors import Fault, shown
from gazetteer.rows import Row, number_between, one_of, read_cell, read_rows, required_cell

REQUIRED = ("claim_id", "happened_from", "reported_at", "place", "event", "claimant")
OPTIONAL = (
    "happened_to",
    "place_id",
    "holder",
    "from_holder",
    "reporter",
    "status",
    "reliability",
    "credibility",
    "value",
    "qualifier",
    "value_low",
    "value_high",
    "reference_place_id",
    "source_url",
    "note",
)

STATUSES = ("claimed", "confirmed", "denied", "disputed", "assessed")
QUALIFIERS = ("about", "more_than", "at_least", "less_than", "up_to", "between")
RELIABILITIES = tuple("ABCDEF")
CREDIBILITIES = tuple("123456")
LONGEST_ID = 200

_MOST = 1e9
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Known:
    """What the other files of the map say: its zone, the ids of its actors, sources and places.

    ``actors``, ``sources`` or ``places`` is None where that file could not be read; its ids are then not
    checked.
    ``clock_zone`` is the zone of clock times written without an offset, None where nobody stated one.
    """

    zone: ZoneInfo
    actors: Collection[str] | None
    sources: Collection[str] | None
    places: Collection[str] | None
    clock_zone: ZoneInfo | None = None


def read_drafts(path: Path, known: Known, faults: list[Fault], name: str = "") -> Iterator[Draft]:
    """Read claims as drafts; whatever is wrong is appended to ``faults``, and its row is left out.

    The columns, their forms and their defaults are described in docs/formats.md.
    """
    seen: dict[str, int] = {}
    for row in read_rows(path, REQUIRED, OPTIONAL, faults=faults, name=name):
        before = len(faults)
        claim = _claim(row, known, seen, faults)
        if claim is not None and len(faults) == before:
            yield Draft(row.file, row.line, claim)


def row_id(row: Row, column: str, seen: dict[str, int], faults: list[Fault]) -> str:
    """The id in a cell; an empty, overlong, unprintable or repeated one is a fault. ``seen`` is added to."""
    text = required_cell(row, column, _id_text, faults) or ""
    if text and text in seen:
        faults.append(row.fault(column, f"{shown(text)} is already the id of line {seen[text]}"))
    seen.setdefault(text, row.line)
    return text


def known_or_fault(row: Row, column: str, known: Collection[str] | None, faults: list[Fault]) -> str | None:
    """The id in a cell, or None where it is empty; one that ``known`` lacks is a fault."""
    return read_cell(row, column, _id_among(known), faults)


def _id_among(known: Collection[str] | None) -> Callable[[str], str]:
    return str if known is None else one_of(known)


def _id_text(text: str) -> str:
    if len(text) > LONGEST_ID:
        raise ValueError(f"{shown(text)} is longer than {LONGEST_ID} characters")
    if _INVISIBLE.search(text):
        raise ValueError(f"{shown(text)} contains a control character")
    return text


def _claim(row: Row, known: Known, seen: dict[str, int], faults: list[Fault]) -> Claim | None:
    claim_id = row_id(row, "claim_id", seen, faults)
    written = required_cell(row, "place", str, faults)
    event = required_cell(row, "event", _event, faults)
    place_id = known_or_fault(row, "place_id", known.places, faults)
    claimant = required_cell(row, "claimant", _id_among(known.sources), faults)
    reporter = known_or_fault(row, "reporter", known.sources, faults)
    happened = _happened(row, known, faults)
    reported_at = _time(row, "reported_at", known, faults, closing=True)
    holder = known_or_fault(row, "holder", known.actors, faults)
    from_holder = known_or_fault(row, "from_holder", known.actors, faults)
    status = read_cell(row, "status", one_of(STATUSES), faults, empty="claimed")
    reliability = read_cell(row, "reliability", one_of(RELIABILITIES), faults, empty="F")
    credibility = read_cell(row, "credibility", one_of(CREDIBILITIES), faults, empty="6")
    value, low, high = (_number(row, column, faults) for column in ("value", "value_low", "value_high"))
    qualifier = read_cell(row, "qualifier", one_of(QUALIFIERS), faults, empty="")
    reference = known_or_fault(row, "reference_place_id", known.places, faults)
    faults.extend(_order_faults(row, happened, reported_at))
    faults.extend(_distance_faults(row, event))
    faults.extend(_range_faults(row, qualifier, low, high))
    if event is None or happened is None or reported_at is None or claimant is None:
        return None
    return Claim(
        id=claim_id,
        place_as_written=written or "",
        place_id=place_id,
        event=event,
        holder=holder,
        from_holder=from_holder,
        claimant=claimant,
        reporter=reporter or claimant,
        happened=happened,
        reported_at=reported_at,
        reported_day_precision=is_bare_date(row["reported_at"]),
        status=status or "claimed",
        reliability=reliability or "F",
        credibility=int(credibility or "6"),
        value=value,
        qualifier=qualifier or "",
        value_low=low,
        value_high=high,
        reference_place_id=reference,
        note=row["note"],
        report=Report(url=row["source_url"]),
    )


def _event(text: str) -> Event:
    return Event(one_of([str(event) for event in Event])(text))


def _number(row: Row, column: str, faults: list[Fault]) -> float | None:
    return read_cell(row, column, number_between(0, _MOST), faults)


def _happened(row: Row, known: Known, faults: list[Fault]) -> Window | None:
    """The window of a row; without ``happened_to`` it is the day or the instant of ``happened_from``."""
    start = _time(row, "happened_from", known, faults, closing=False)
    last = "happened_to" if row["happened_to"] else "happened_from"
    before = len(faults)
    end = _time(row, last, known, faults if row["happened_to"] else [], closing=True)
    if start is None or end is None:
        return None
    if start > end and len(faults) == before:
        faults.append(
            row.fault("happened_from", f"{row['happened_from']} is after happened_to ({row[last]})")
        )
        return None
    bare = is_bare_date(row["happened_from"]) and is_bare_date(row[last])
    return Window(start, end, Precision.DAY if bare else Precision.MINUTE)


def _time(row: Row, column: str, known: Known, faults: list[Fault], *, closing: bool) -> datetime | None:
    def parse(text: str) -> datetime:
        return instant(text, known.zone, closing=closing, clock_zone=known.clock_zone)

    return required_cell(row, column, parse, faults)


def _order_faults(row: Row, happened: Window | None, reported_at: datetime | None) -> Iterator[Fault]:
    """Find what was reported before it can have begun; a window may well end after its report."""
    if happened is not None and reported_at is not None and reported_at < happened.start:
        said = f"{row['reported_at']} is before happened_from ({row['happened_from']})"
        yield row.fault("reported_at", f"{said}; nobody can report what has not begun")


def _distance_faults(row: Row, event: Event | None) -> Iterator[Fault]:
    if event is not Event.DISTANCE:
        return
    if not row["value"]:
        yield row.fault("value", "is empty; a distance needs its km")
    if not row["reference_place_id"]:
        yield row.fault("reference_place_id", "is empty; a distance needs the place it is measured from")


def _range_faults(row: Row, qualifier: str | None, low: float | None, high: float | None) -> Iterator[Fault]:
    if qualifier == "between":
        if low is None or high is None:
            yield row.fault("qualifier", "'between' needs value_low and value_high")
        elif low > high:
            yield row.fault("value_low", f"{low:g} is more than value_high ({high:g})")
    elif low is not None or high is not None:
        yield row.fault("qualifier", "value_low and value_high belong to the qualifier 'between'")
    if qualifier and not row["value"] and qualifier != "between":
        yield row.fault("value", f"is empty; the qualifier {shown(qualifier)} needs a number")

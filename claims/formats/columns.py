"""A row with the columns of claims.csv, whatever kind of file it stands in, becomes a claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from claims.claim import Claim, Event, Precision, Window
from claims.formats.tally import ENDS_AFTER_REPORT, Tally
from claims.report import NO_REPORT, Quote, Report, hash_of_words, words_may_be_kept
from claims.times import instant, is_bare_date, not_in_the_future
from gazetteer.errors import Fault, shown
from gazetteer.rows import Row, number_between, one_of, read_cell, required_cell, whole_number

REQUIRED = ("claim_id", "happened_from", "reported_at", "place", "event", "claimant")
OPTIONAL = (
    "happened_to",
    "happened_precision",
    "place_id",
    "admin_code",
    "area_id",
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
    "archived_url",
    "publisher",
    "published_at",
    "retrieved_at",
    "report_sha256",
    "report_language",
    "report_licence",
    "quote_start",
    "quote_end",
    "quote_sha256",
    "quote",
    "note",
    "analyst",
)

STATUSES = ("claimed", "confirmed", "denied", "disputed", "assessed")
QUALIFIERS = ("about", "more_than", "at_least", "less_than", "up_to", "between")
RELIABILITIES = tuple("ABCDEF")
CREDIBILITIES = tuple("123456")
SUBJECTS = ("place_id", "admin_code", "area_id")
"""What a claim is about: at most one of these is given."""
LONGEST_ID = 200

_EVENTS = tuple(str(event) for event in Event)
_PRECISIONS = tuple(str(precision) for precision in Precision)
_BY_THE_CLOCK = (Precision.MINUTE, Precision.HOURS)
_MOST = 1e9
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")
_HASH = re.compile(r"[0-9a-f]{64}")
_UNIT = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Known:
    """What a claim may refer to: the map's zone, the ids of its actors, sources, places and drawn areas.

    ``actors``, ``sources``, ``places`` or ``areas`` is None where that file could not be read; its ids are
    then not checked. ``clock_zone`` is the zone of clock times written without an offset, None where nobody
    stated one. Times after ``latest`` lie in the future; None where no clock was handed in.
    """

    zone: ZoneInfo
    actors: Collection[str] | None
    sources: Collection[str] | None
    places: Collection[str] | None
    clock_zone: ZoneInfo | None = None
    areas: Collection[str] | None = field(default=())
    latest: datetime | None = None


def claim_of(row: Row, claim_id: str, known: Known, faults: list[Fault], tally: Tally) -> Claim | None:
    """Make a claim of a row, or None where something in it is wrong; that is appended to ``faults``.

    ``place_id`` is what the row has in that cell. What is odd and not wrong is counted in ``tally``.
    """
    before = len(faults)
    event = required_cell(row, "event", one_of(_EVENTS), faults)
    written = required_cell(row, "place", str, faults)
    place_id, admin_code, area_id = _subject(row, known, faults)
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
    report, quote = _report(row, known, faults), _quote(row, faults)
    faults.extend(_order_faults(row, happened, reported_at))
    faults.extend(_distance_faults(row, event))
    faults.extend(_range_faults(row, qualifier, low, high))
    if len(faults) > before or event is None or happened is None or reported_at is None or claimant is None:
        return None
    _flag(row, happened, reported_at, known.zone, tally)
    return Claim(
        id=claim_id,
        place_as_written=written or "",
        place_id=place_id,
        event=Event(event),
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
        report=report,
        quote=quote,
        admin_code=admin_code or "",
        area_id=area_id or "",
        analyst=row["analyst"],
    )


def row_id(row: Row, column: str, seen: dict[str, int], faults: list[Fault]) -> str:
    """The id in a cell; an empty, overlong, unprintable or repeated one is a fault. ``seen`` is added to."""
    text = id_in(row, column, faults)
    if text and text in seen:
        faults.append(row.fault(column, f"{shown(text)} is already the id of line {seen[text]}"))
    seen.setdefault(text, row.line)
    return text


def id_in(row: Row, column: str, faults: list[Fault]) -> str:
    """The id in a cell; an empty, overlong or unprintable one is a fault."""
    return required_cell(row, column, id_text, faults) or ""


def id_text(text: str) -> str:
    """Accept an id of at most ``LONGEST_ID`` visible characters."""
    if len(text) > LONGEST_ID:
        raise ValueError(f"{shown(text)} is longer than {LONGEST_ID} characters")
    if not text.isprintable() and _INVISIBLE.search(text):
        raise ValueError(f"{shown(text)} contains a control character")
    return text


def known_or_fault(row: Row, column: str, known: Collection[str] | None, faults: list[Fault]) -> str | None:
    """The id in a cell, or None where it is empty; one that ``known`` lacks is a fault."""
    return read_cell(row, column, _id_among(known), faults)


def _id_among(known: Collection[str] | None) -> Callable[[str], str]:
    return str if known is None else one_of(known)


def _subject(row: Row, known: Known, faults: list[Fault]) -> tuple[str | None, str | None, str | None]:
    given = [column for column in SUBJECTS if row[column]]
    if len(given) > 1:
        said = f"is given beside {given[0]}; a claim is about a place, a unit or an area: leave one of them"
        faults.append(row.fault(given[1], said))
    return (
        known_or_fault(row, "place_id", known.places, faults),
        read_cell(row, "admin_code", _unit, faults),
        known_or_fault(row, "area_id", known.areas, faults),
    )


def _unit(text: str) -> str:
    if not _UNIT.fullmatch(text):
        raise ValueError(f"{shown(text)} is not the ISO 3166-2 code of a unit; write it like SY-HM")
    return text


def _number(row: Row, column: str, faults: list[Fault]) -> float | None:
    return read_cell(row, column, number_between(0, _MOST), faults)


def _happened(row: Row, known: Known, faults: list[Fault]) -> Window | None:
    """The window of a row; without ``happened_to`` it is the day or the instant of ``happened_from``."""
    start = _time(row, "happened_from", known, faults, closing=False)
    last = "happened_to" if row["happened_to"] else "happened_from"
    before = len(faults)
    end = _time(row, last, known, faults if row["happened_to"] else [], closing=True)
    bare = is_bare_date(row["happened_from"]) and is_bare_date(row[last])
    precision = _precision(row, faults, bare=bare)
    if start is None or end is None:
        return None
    if start > end and len(faults) == before:
        faults.append(
            row.fault("happened_from", f"{row['happened_from']} is after happened_to ({row[last]})")
        )
        return None
    return Window(start, end, precision)


def _precision(row: Row, faults: list[Fault], *, bare: bool) -> Precision:
    implied = Precision.DAY if bare else Precision.MINUTE
    stated = Precision(
        read_cell(row, "happened_precision", one_of(_PRECISIONS), faults, empty=implied) or implied
    )
    if bare and stated in _BY_THE_CLOCK:
        said = f"{shown(str(stated))} needs clock times in happened_from and happened_to, which have dates"
        faults.append(row.fault("happened_precision", said))
    return stated


def _time(
    row: Row, column: str, known: Known, faults: list[Fault], *, closing: bool, required: bool = True
) -> datetime | None:
    def parse(text: str) -> datetime:
        found = instant(text, known.zone, closing=closing, clock_zone=known.clock_zone)
        return not_in_the_future(found, text, known.latest)

    return (required_cell if required else read_cell)(row, column, parse, faults)


def _report(row: Row, known: Known, faults: list[Fault]) -> Report:
    report = Report(
        url=row["source_url"],
        archived_url=row["archived_url"],
        publisher=row["publisher"],
        published_at=_time(row, "published_at", known, faults, closing=True, required=False),
        retrieved_at=_time(row, "retrieved_at", known, faults, closing=True, required=False),
        sha256=read_cell(row, "report_sha256", _sha256, faults, empty="") or "",
        language=read_cell(row, "report_language", _language, faults, empty="") or "",
        licence=row["report_licence"],
    )
    return NO_REPORT if report == NO_REPORT else report


def _sha256(text: str) -> str:
    if not _HASH.fullmatch(text.lower()):
        raise ValueError(f"{shown(text)} is not a SHA-256; write its 64 hexadecimal digits")
    return text.lower()


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a language tag; write it like en, ar or pt-BR")
    return text


def _quote(row: Row, faults: list[Fault]) -> Quote | None:
    """The words of the report that make the claim; their text only where its licence lets it be kept."""
    columns = ("quote_start", "quote_end", "quote_sha256", "quote")
    if not any(row[column] for column in columns):
        return None
    before = len(faults)
    words = row["quote"]
    start, end = (read_cell(row, column, whole_number(), faults) for column in columns[:2])
    given = read_cell(row, "quote_sha256", _sha256, faults)
    faults.extend(_quote_faults(row, start, end, words, given))
    if len(faults) > before or start is None or end is None:
        return None
    return Quote(start, end, given or hash_of_words(words), words)


def _quote_faults(
    row: Row, start: int | None, end: int | None, words: str, given: str | None
) -> Iterator[Fault]:
    for column in ("quote_start", "quote_end"):
        if not row[column]:
            yield row.fault(column, "is empty; a quote says where in the report its words start and end")
    if start is not None and end is not None and start >= end:
        yield row.fault("quote_end", f"{end} is not behind quote_start ({start})")
    elif words and start is not None and end is not None and end - start != len(words):
        said = f"{start} to {end} are {end - start:,} characters, but quote has {len(words):,}"
        yield row.fault("quote_end", said)
    if not words and not row["quote_sha256"]:
        yield row.fault("quote_sha256", "is empty; without the words themselves a quote needs their SHA-256")
    yield from _words_faults(row, words, given)


def _words_faults(row: Row, words: str, given: str | None) -> Iterator[Fault]:
    if not words:
        return
    own, licence = hash_of_words(words), row["report_licence"]
    if given and given != own:
        yield row.fault("quote_sha256", f"is not that of quote, which is {own}")
    if not words_may_be_kept(licence):
        why = (
            f"the licence {shown(licence)} does not let"
            if licence
            else "without a report_licence nothing lets"
        )
        said = f"{why} the words be kept; leave quote empty and write quote_sha256 {own}"
        yield row.fault("quote", said)


def _flag(row: Row, happened: Window, reported_at: datetime, zone: ZoneInfo, tally: Tally) -> None:
    """Count what is odd: a window that is over only on a later day than its report."""
    late = happened.end > reported_at
    if late and happened.end.astimezone(zone).date() > reported_at.astimezone(zone).date():
        tally.flag(ENDS_AFTER_REPORT, row.line)


def _order_faults(row: Row, happened: Window | None, reported_at: datetime | None) -> Iterator[Fault]:
    """Find what was reported before it can have begun; a window may well end after its report."""
    if happened is not None and reported_at is not None and reported_at < happened.start:
        said = f"{row['reported_at']} is before happened_from ({row['happened_from']})"
        yield row.fault("reported_at", f"{said}; nobody can report what has not begun")


def _distance_faults(row: Row, event: str | None) -> Iterator[Fault]:
    if event != Event.DISTANCE:
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

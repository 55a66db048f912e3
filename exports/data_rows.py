"""Claims, history and places of a map become the rows of a table, with the columns that our readers take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from claims.claim import Claim, Precision, Window
from claims.times import instant

if TYPE_CHECKING:
    from claims.control import ControlHistory, Hold
    from claims.map_record import MapRecord
    from gazetteer.place import Place

Cell = str | int | float | None
"""A text, a number, or nothing."""

Row = Mapping[str, Cell]
Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""


@dataclass(frozen=True)
class Table:
    """One table of a map: its columns in order, and its rows, each with where on the map it is, if anywhere.

    ``numbers`` are the columns that hold numbers, ``whole`` those that hold whole numbers; the others hold
    texts.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[Row, Point | None]]]
    numbers: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


CLAIM_COLUMNS = (
    "claim_id",
    "happened_from",
    "happened_to",
    "happened_precision",
    "reported_at",
    "place",
    "place_id",
    "admin_code",
    "area_id",
    "event",
    "holder",
    "from_holder",
    "claimant",
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
"""Those of claims.csv (docs/formats.md)."""

HISTORY_COLUMNS = (
    "place",
    "name",
    "from",
    "to",
    "holder",
    "certainty",
    "rival",
    "claims",
    "claimants",
    "method",
    "version",
    "licence",
)

PLACE_COLUMNS = (
    "id",
    "name",
    "name_ar",
    "other_names",
    "lat",
    "lon",
    "kind",
    "admin1",
    "population",
    "geonames_id",
    "precision_m",
    "source",
    "checked",
    "licence",
)
"""Those of places.csv, and the licence."""


def claims_table(record: MapRecord) -> Table:
    """Every claim, as claims.csv has it: read again, it gives the same claims."""

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for claim in record.claims:
            yield _claim(claim, record), _point(record.places.get(claim.place_id or ""))

    numbers, whole = ("value", "value_low", "value_high"), ("credibility", "quote_start", "quote_end")
    return Table("claims", CLAIM_COLUMNS, rows, numbers, whole)


def history_table(record: MapRecord, history: ControlHistory) -> Table:
    """Who held each place over [from, to); empty: before the map begins, until further notice."""
    claimant = {claim.id: claim.claimant for claim in record.claims}
    licence = licence_of(record)
    zone = record.settings.zone

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for place_id, place in record.places.items():
            for hold in history.holds.get(place_id, ()):
                made = _hold(place, hold, claimant, zone)
                said = {"method": history.method, "version": history.method_version, "licence": licence}
                yield {**made, **said}, _point(place)

    return Table("history", HISTORY_COLUMNS, rows)


def places_table(record: MapRecord) -> Table:
    """Every place, as places.csv has it, and under which licence."""
    licence = licence_of(record)

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for place in record.places.values():
            yield {**_place(place), "licence": licence}, _point(place)

    whole = ("population", "geonames_id", "precision_m", "checked")
    return Table("places", PLACE_COLUMNS, rows, ("lat", "lon"), whole)


def _claim(claim: Claim, record: MapRecord) -> Row:
    zone, report, quote = record.settings.zone, claim.report, claim.quote
    place = record.places.get(claim.place_id or "")
    return {
        "claim_id": claim.id,
        **_window(claim.happened, zone),
        "reported_at": _day_or_time(claim.reported_at, zone, day=claim.reported_day_precision),
        "place": claim.place_as_written or (place.name if place else claim.admin_code or claim.area_id),
        "place_id": claim.place_id or "",
        "admin_code": claim.admin_code,
        "area_id": claim.area_id,
        "event": str(claim.event),
        "holder": claim.holder or "",
        "from_holder": claim.from_holder or "",
        "claimant": claim.claimant,
        "reporter": claim.reporter,
        "status": claim.status,
        "reliability": claim.reliability,
        "credibility": claim.credibility,
        "value": claim.value,
        "qualifier": claim.qualifier,
        "value_low": claim.value_low,
        "value_high": claim.value_high,
        "reference_place_id": claim.reference_place_id or "",
        "source_url": report.url,
        "archived_url": report.archived_url,
        "publisher": report.publisher,
        "published_at": "" if report.published_at is None else _time(report.published_at, zone),
        "retrieved_at": "" if report.retrieved_at is None else _time(report.retrieved_at, zone),
        "report_sha256": report.sha256,
        "report_language": report.language,
        "report_licence": report.licence,
        "quote_start": None if quote is None else quote.start,
        "quote_end": None if quote is None else quote.end,
        "quote_sha256": "" if quote is None else quote.sha256,
        "quote": "" if quote is None else quote.text,
        "note": claim.note,
        "analyst": claim.analyst,
    }


def _window(window: Window, zone: ZoneInfo) -> Row:
    """The window as days where it is whole days, and its precision where those do not say it."""
    days = _day(window.start, zone, closing=False), _day(window.end, zone, closing=True)
    whole = window.day_precision and None not in days
    first, last = days if whole else (_time(window.start, zone), _time(window.end, zone))
    implied = Precision.DAY if whole else Precision.MINUTE
    precision = "" if window.precision is implied else str(window.precision)
    return {"happened_from": first, "happened_to": last, "happened_precision": precision}


def _day_or_time(moment: datetime, zone: ZoneInfo, *, day: bool) -> str:
    return (_day(moment, zone, closing=True) if day else None) or _time(moment, zone)


def _day(moment: datetime, zone: ZoneInfo, *, closing: bool) -> str | None:
    """The bare date that is read as just this instant, or None where none is."""
    text = f"{moment.astimezone(zone):%Y-%m-%d}"
    try:
        return text if instant(text, zone, closing=closing) == moment else None
    except ValueError:
        return None


def _time(moment: datetime, zone: ZoneInfo) -> str:
    """The instant on the map's clocks; in UTC where their offset was no whole minutes, as before 1920."""
    local = moment.astimezone(zone)
    offset = local.utcoffset()
    if offset is None or offset.seconds % 60:
        local = moment.astimezone(UTC)
    return local.isoformat(timespec="seconds")


def _hold(place: Place, hold: Hold, claimant: Mapping[str, str], zone: ZoneInfo) -> Row:
    said = dict.fromkeys(claimant[claim] for claim in hold.claims if claim in claimant)
    return {
        "place": place.id,
        "name": place.name,
        "from": "" if hold.start is None else _time(hold.start, zone),
        "to": "" if hold.end is None else _time(hold.end, zone),
        "holder": hold.holder,
        "certainty": str(hold.certainty),
        "rival": hold.rival or "",
        "claims": "|".join(hold.claims),
        "claimants": "|".join(said),
    }


def _place(place: Place) -> Row:
    return {
        "id": place.id,
        "name": place.name,
        "name_ar": place.names.get("ar", ""),
        "other_names": "|".join(place.variants),
        "lat": place.lat,
        "lon": place.lon,
        "kind": place.kind,
        "admin1": place.admin1,
        "population": place.population,
        "geonames_id": place.geonames_id,
        "precision_m": place.precision_m,
        "source": place.source,
        "checked": place.checked,
    }


def licence_of(record: MapRecord) -> str:
    """The map's own credit lines, which say whose data this is and under which licence."""
    return "; ".join(line.strip() for line in record.credits.splitlines() if line.strip())


def _point(place: Place | None) -> Point | None:
    return None if place is None else (place.lon, place.lat)

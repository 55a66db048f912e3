"""One file of claims goes into the ledger, into a map that is there: all of it or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from claims.claim import Claim
from claims.entries import Entry, entry
from claims.formats import acled, geojson, jsonl, timemap, ucdp, viina, xlsx
from claims.formats import csv as our_csv
from claims.formats.columns import Known
from claims.formats.newcomers import Newcomers
from claims.formats.reading import Reading
from claims.formats.tally import Tally
from claims.ledger import Ledger
from claims.times import A_DAY, zone_named
from claims.writing import LoadResult
from gazetteer import archive
from gazetteer.errors import BadFiles, Fault, shown
from gazetteer.rows import Source

FORMATS = ("csv", "jsonl", "acled", "ucdp", "viina", "timemap", "geojson", "xlsx")
"""The formats that one file can have; docs/formats.md has a table for each."""

OURS = ("csv", "jsonl", "xlsx")
"""Those with our own ids: one that is there twice is a fault. In other people's data the first one counts."""

REPEATED = "whose id an earlier row of the file has"

_ORIGINS = {"acled": "ACLED", "ucdp": "UCDP GED"}
"""Where the points of new places are from, where that is not only the file."""
_HEAD = 1 << 16
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Came:
    """Who and what a file brought that the map did not have: names by id."""

    actors: Mapping[str, str]
    sources: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: to the ledger, and with each row."""

    format: str
    result: LoadResult
    tally: Tally
    came: Came


def import_file(
    ledger: Ledger,
    path: Path,
    map_id: str | None,
    now: datetime,
    *,
    form: str = "auto",
    tz: str | None = None,
    by: str = "",
    why: str = "",
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
) -> Imported:
    """Add the claims of one file to a map, with the actors, sources and places that they need.

    Parameters
    ----------
    now
        The door's clock, with a time zone: when the file is recorded, and what lies in the future.
    form
        One of ``FORMATS``, or ``auto`` to tell it by the file's name and first line.
    tz
        The zone of clock times that state no offset; without one they are refused.
    dry_run
        Count what would be done, and do nothing.

    Raises
    ------
    BadFiles
        Everything that is wrong in the file; the ledger is as it was.
    UnknownMap, NotALedger, LedgerUnavailable
        As ``Ledger.read`` and ``Ledger.append``.
    ValueError
        ``tz`` is no zone, or the format cannot be told.
    """
    clock_zone = zone_named(tz) if tz else None
    form = format_of(path) if form == "auto" else form
    record = ledger.outline(map_id)

    zone, actors, sources = record.settings.zone, record.actors, record.sources
    known = Known(zone, actors, sources, record.places, clock_zone, record.areas, now + A_DAY)
    origin = _ORIGINS.get(form, path.name)
    reading = Reading(path.name, known, Newcomers(record, origin))
    try:
        result = ledger.append(
            record.settings.id,
            _entries(path, form, reading),
            now,
            by=by,
            why=why,
            tool=form,
            repeated=_refuse if form in OURS else lambda _: reading.tally.passed_over.update([REPEATED]),
            progress=progress,
            dry_run=dry_run,
        )
    except _RepeatedId:
        again = Reading(path.name, known, Newcomers(record, origin))
        raise BadFiles(_all_faults(path, form, again)) from None
    new = reading.newcomers
    return Imported(form, result, reading.tally, Came(new.actors, new.sources, new.places))


def said_of(
    result: LoadResult, tally: Tally, came: Came | None = None, *, dry_run: bool = False
) -> Iterator[str]:
    """Say in lines what a load did, and what it did not."""
    kept = f", {result.kept:,} kept as corrected by hand" if result.kept else ""
    read = f"{tally.rows:,} rows read; " if came is not None else ""
    yield (
        f"{result.map_id}: {read}{result.added:,} entries added, {result.corrected:,} corrected, "
        f"{result.unchanged:,} already there{kept}"
    )
    for kind, count in tally.passed_over.most_common():
        yield f"passed over: {count:,} {kind}"
    for rule, (count, line) in tally.flagged.items():
        yield f"taken, but look: {count:,} where {rule} (the first in line {line})"
    for what, names in (("actors", came.actors), ("sources", came.sources)) if came else ():
        if names:
            yield f"new {what}: {_listed(names)}"
    if came is not None and came.places:
        yield f"new places: {len(came.places):,}"
    if dry_run:
        yield "Nothing was written: this was a dry run"


def _listed(names: Mapping[str, str]) -> str:
    first = ", ".join(f"{shown(name)} (id {key})" for key, name in list(names.items())[:_MOST_LISTED])
    left = len(names) - _MOST_LISTED
    return f"{first} and {left:,} more" if left > 0 else first


class _RepeatedId(Exception):  # noqa: N818 - never seen outside
    """A claim's id was there before in the same file."""


def _refuse(one: Entry) -> None:
    raise _RepeatedId(one.key)


def _entries(path: Path, form: str, reading: Reading) -> Iterator[Entry]:
    """Entries as the ledger takes them: whoever is new before the claim that names them."""
    for claim in _claims(path, form, reading):
        if reading.faults:
            continue  # nothing will be written any more; what else is wrong is still to be told
        if reading.newcomers.waiting:
            yield from reading.newcomers.take()
        yield entry("claim", claim.id, claim)
    if reading.faults:
        raise BadFiles(reading.faults)


def _all_faults(path: Path, form: str, reading: Reading) -> list[Fault]:
    """Everything wrong in a file of which an id is known to be there twice."""
    seen: set[str] = set()
    for claim in _claims(path, form, reading):
        if claim.id in seen:
            reading.fault(reading.line, "claim_id", f"{shown(claim.id)} is already the id of a line above")
        seen.add(claim.id)
    return reading.faults


Reader = Callable[[Source, Reading], Iterator[Claim]]

_TABLES: Mapping[str, Reader] = {
    "csv": our_csv.read_claims,
    "acled": acled.read_claims,
    "ucdp": ucdp.read_claims,
    "viina": viina.read_claims,
    "timemap": timemap.read_sheet,
}
"""The formats that are CSV, plain or in a zip archive."""

_FILES: Mapping[str, Reader] = {
    "jsonl": jsonl.read_claims,
    "timemap": timemap.read_events,
    "geojson": geojson.read_claims,
}


def _claims(path: Path, form: str, reading: Reading) -> Iterator[Claim]:
    if form == "xlsx":
        yield from xlsx.read_claims(path, reading)
    elif form in _FILES and not (form == "timemap" and _is_sheet(path)):
        yield from _FILES[form](path, reading)
    else:
        try:
            with _table(path) as source:
                yield from _TABLES[form](source, reading)
        except archive.BadArchive as problem:
            reading.fault(0, "", str(problem))


def _is_sheet(path: Path) -> bool:
    """Whether the events of a timemap stand in a sheet; else they are JSON."""
    if path.suffix.lower() == ".zip":
        return True
    with path.open("rb") as stream:
        return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"[", b"{")


@contextmanager
def _table(path: Path) -> Iterator[Source]:
    if path.suffix.lower() != ".zip":
        yield path
        return
    with archive.table_in(path) as stream:
        yield stream


# Which format a file has

_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
}

_BY_COLUMNS = {
    "claim_id": "csv",
    "event_id_cnty": "acled",
    "type_of_violence": "ucdp",
    "geonameid": "viina",
    "kod": "viina",
    "description": "timemap",
}
"""A column that only one format has, in the order in which they are looked for."""


def format_of(path: Path) -> str:
    """Tell the format of a file by its name and, for CSV, zip and JSON, by how it begins.

    Raises
    ------
    ValueError
        It cannot be told.
    """
    suffix = path.suffix.lower()
    found = _BY_SUFFIX.get(suffix)
    if suffix == ".json":
        found = "geojson" if b'"FeatureCollection"' in _head(path) else "timemap"
    elif suffix in (".csv", ".zip", ".txt"):
        names = _first_names(_head(path))
        found = next((form for column, form in _BY_COLUMNS.items() if column in names), None)
    if found is None:
        raise ValueError(
            f"Cannot tell which format {shown(path.name)} has; say it: --format {'|'.join(FORMATS)}"
        )
    return found


def _head(path: Path) -> bytes:
    try:
        with _table(path) as source:
            if not isinstance(source, Path):
                return bytes(source.read(_HEAD))  # type: ignore[union-attr, arg-type]
            with source.open("rb") as stream:
                return stream.read(_HEAD)
    except archive.BadArchive as problem:
        raise BadFiles([Fault(path.name, 0, "", str(problem))]) from None


def _first_names(head: bytes) -> list[str]:
    text = head.decode("utf-8-sig", errors="replace")
    try:
        names = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        return []
    return [name.strip().lower() for name in names]

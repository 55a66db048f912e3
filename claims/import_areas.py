"""A series of drawn areas goes into the ledger, into a map that is there: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from claims.drawn_series import (
    AS_BEFORE,
    EMPTY,
    NO_FEATURES,
    NONE_COUNTS,
    Asked,
    Repairs,
    Seen,
    days_missing,
    read_series,
)
from claims.entries import Entry, entry
from claims.formats.areas_days import Zones
from claims.formats.areas_meaning import Meanings
from claims.formats.reading import Faults
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.times import A_DAY, zone_named
from claims.writing import LoadResult
from gazetteer.errors import BadFiles, shown
from gazetteer.rows import nearest_hint


@dataclass(frozen=True, slots=True)
class ImportedAreas:
    """What an import did: to the ledger, and with each file."""

    series: str
    result: LoadResult
    seen: Seen
    record: MapRecord


def import_areas(
    ledger: Ledger,
    path: Path,
    map_id: str | None,
    now: datetime,
    *,
    series: str = "",
    tz: str | None = None,
    repairs: Repairs | None = None,
    by: str = "",
    why: str = "",
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
) -> ImportedAreas:
    """Add the drawn areas of a folder of dated files, or of one file, to a map.

    Parameters
    ----------
    now
        The door's clock, with a time zone: when it is recorded, and what lies in the future.
    series
        The id of the source that draws them; empty for the one that the map's ``[areas]`` names.
    tz
        The zone of clock times that state no offset; without one they are refused.
    repairs
        Asked how many shapes will need which repair.
    progress
        Called with the files read and all of them.
    dry_run
        Count what would be done, and do nothing.

    Raises
    ------
    BadFiles
        Everything that is wrong in any file; the ledger is as it was.
    UnknownMap, NotALedger, LedgerUnavailable
        As ``Ledger.read`` and ``Ledger.append``.
    ValueError
        ``tz`` is no zone, or nobody says whose the areas are.
    """
    record = ledger.outline(map_id)
    asked = asked_of(record, series, Zones(record.settings.zone, zone_named(tz) if tz else None, now + A_DAY))
    asked = replace(asked, repairs=repairs)
    seen = Seen()
    result = ledger.append(
        record.settings.id,
        _entries(path, asked, seen, progress),
        now,
        by=by,
        why=why,
        tool="areas",
        dry_run=dry_run,
    )
    return ImportedAreas(asked.series, result, seen, record)


def asked_of(record: MapRecord, series: str, zones: Zones) -> Asked:
    """How a series of a map is to be read; a ValueError where nobody says whose it is."""
    settings = record.settings
    series = series or settings.areas.series
    if not series:
        raise ValueError(
            'Say who draws these areas: --series SOURCE_ID, or series = "…" under [areas] in map.toml'
        )
    if series not in record.sources:
        hint = nearest_hint(series, record.sources)
        raise ValueError(
            f"The map has no source {shown(series)}{hint}. Add it to sources.csv and load the folder"
        )
    meanings = Meanings(settings.areas, settings.elsewhere, record.actors)
    return Asked(series, settings.areas, meanings, zones, settings.window)


def _entries(
    path: Path, asked: Asked, seen: Seen, progress: Callable[[int, int], None] | None
) -> Iterator[Entry]:
    faults = Faults()
    for observation, shapes in read_series(path, asked, seen, faults, progress):
        yield replace(entry("observation", observation.id, observation), shapes=shapes)
    if faults:
        raise BadFiles(faults)


def said_of_areas(done: ImportedAreas, *, dry_run: bool = False) -> Iterator[str]:
    """Say in lines what an import did, and what it did not."""
    result, seen, zone = done.result, done.seen, done.record.settings.zone
    kept = f", {result.kept:,} kept as corrected by hand" if result.kept else ""
    yield (
        f"{result.map_id}: {seen.files:,} files read; {result.added:,} entries added, "
        f"{result.corrected:,} corrected, {result.unchanged:,} already there{kept}"
    )
    yield from said_of_seen(done.series, seen, zone)
    if dry_run:
        yield "Nothing was written: this was a dry run"


_OF_DAYS = (AS_BEFORE, EMPTY, NO_FEATURES, NONE_COUNTS)


def said_of_seen(series: str, seen: Seen, zone: ZoneInfo) -> Iterator[str]:
    """Say in lines which days a series has, and what became of what was not taken as it stood."""
    yield from _said_of_days(series, seen, zone)
    for what in _OF_DAYS:
        if what in seen.notes:
            yield f"{what}: {seen.notes[what][0]:,} (the first {seen.notes[what][1]})"
    for kind, count in seen.left_out.most_common():
        yield f"left out: {count:,} {kind}"
    for what, (count, where) in seen.notes.items():
        if what not in _OF_DAYS:
            yield f"taken, but look: {count:,} × {what} (the first in {where})"


def _said_of_days(series: str, seen: Seen, zone: ZoneInfo) -> Iterator[str]:
    days = sorted(one.at.astimezone(zone).date() for one in seen.drawn)
    if days:
        span = " to ".join(dict.fromkeys(day.isoformat() for day in (days[0], days[-1])))
        yield f"drawn by {series}: {len(days):,} maps, {span}"
    missing = days_missing(seen.drawn, zone)
    if missing:
        yield f"no map: of {len(missing):,} days between (the first {missing[0]}); nothing is assumed of them"

"""Whatever claims a ledger holds, our CSV and JSON Lines of them are read as the same claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from claims_story import SIDES, SOURCES, place, story
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.areas import DrawnArea
from claims.claim import Claim, Event, Precision, Window
from claims.entries import entry, value_of
from claims.formats.columns import (
    CREDIBILITIES,
    OPTIONAL,
    QUALIFIERS,
    RELIABILITIES,
    REQUIRED,
    STATUSES,
    Known,
)
from claims.formats.csv import read_claims as read_csv
from claims.formats.jsonl import read_claims as read_jsonl
from claims.formats.newcomers import Newcomers
from claims.formats.reading import Reading
from claims.map_record import MapRecord
from claims.report import NO_REPORT, Quote, Report, hash_of_words
from claims.times import instant
from exports.data import write_data
from exports.data_rows import CLAIM_COLUMNS, claims_table

ZONE = ZoneInfo("Asia/Damascus")
PLACES = (place("city"), place("near", 50.2))
BARE = story([], PLACES)
RECORD = replace(
    BARE,
    settings=replace(BARE.settings, zone=ZONE),
    areas={"ring": DrawnArea("ring", "Ring", "{}", "0" * 64)},
)

READERS: dict[str, Callable[[Path, Reading], Iterator[Claim]]] = {"csv": read_csv, "jsonl": read_jsonl}

letters = st.characters(codec="utf-8", exclude_characters="\0")
texts = st.text(letters, max_size=12).map(str.strip)
"""Whatever a cell can hold: readers take outer white space away."""
formulas = (
    st.tuples(st.sampled_from(["=", "+", "-", "@", "'=", "''-", "'"]), texts).map("".join).map(str.strip)
)
words = texts | formulas
printed = words.filter(
    lambda text: text and not any(ord(letter) < 32 or ord(letter) == 127 for letter in text)
)
seconds = st.integers(946_684_800, 1_893_456_000).map(lambda t: datetime.fromtimestamp(t, UTC))
days = st.dates(datetime(2000, 1, 1).date(), datetime(2029, 12, 31).date())  # noqa: DTZ001 - dates only
numbers = st.floats(0, 1e9, allow_nan=False) | st.integers(0, 1000).map(float)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Whole days, or two instants; any precision that fits them."""
    first, last = sorted((draw(days), draw(days)))
    vague = st.sampled_from([p for p in Precision if p not in (Precision.MINUTE, Precision.HOURS)])
    if draw(st.booleans()):
        try:
            opens = instant(str(first), ZONE, closing=False)
            return Window(opens, instant(str(last), ZONE, closing=True), draw(vague))
        except ValueError:  # a day whose midnight the clocks passed over
            pass
    start, end = sorted((draw(seconds), draw(seconds)))
    return Window(start, end, draw(st.sampled_from(list(Precision))))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    maybe_time = st.none() | seconds
    made = Report(
        url=draw(words),
        archived_url=draw(words),
        publisher=draw(words),
        published_at=draw(maybe_time),
        retrieved_at=draw(maybe_time),
        sha256=draw(st.just("") | hashes),
        language=draw(st.sampled_from(["", "en", "ar", "pt-BR"])),
        licence=draw(words | st.just("CC BY 4.0")),
    )
    return NO_REPORT if made == NO_REPORT else made


@st.composite
def quotes(draw: st.DrawFn, licence: str) -> Quote | None:
    start = draw(st.integers(0, 10**6))
    text = draw(words) if licence == "CC BY 4.0" else ""
    if text:
        return Quote(start, start + len(text), hash_of_words(text), text)
    return draw(st.none() | st.builds(Quote, st.just(start), st.just(start + 7), hashes))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    window, report = draw(windows()), draw(reports())
    told = window.start + timedelta(seconds=draw(st.integers(0, 10**7)))
    by_day = draw(st.booleans())
    reported = instant(f"{told.astimezone(ZONE):%Y-%m-%d}", ZONE, closing=True) if by_day else told
    about = [{"place_id": "near"}, {"admin_code": "SY-HM"}, {"area_id": "ring"}, {}]
    subject: dict[str, Any] = {"place_id": None, **draw(st.sampled_from(about))}
    return Claim(
        id=draw(printed),
        place_as_written=draw(words.filter(bool)),
        **subject,
        holder=draw(st.none() | st.sampled_from(SIDES)),
        from_holder=draw(st.none() | st.sampled_from(SIDES)),
        claimant=draw(st.sampled_from(sorted(SOURCES))),
        reporter=draw(st.sampled_from(sorted(SOURCES))),
        happened=window,
        reported_at=reported,
        reported_day_precision=by_day,
        status=draw(st.sampled_from(STATUSES)),
        reliability=draw(st.sampled_from(RELIABILITIES)),
        credibility=int(draw(st.sampled_from(CREDIBILITIES))),
        note=draw(words),
        report=report,
        quote=draw(quotes(report.licence)),
        analyst=draw(words),
        **draw(measures()),
    )


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    """An event with its numbers."""
    event, qualifier = draw(st.sampled_from(list(Event))), draw(st.sampled_from(["", *QUALIFIERS]))
    needs = event is Event.DISTANCE or qualifier not in ("", "between")
    low, high = sorted((draw(numbers), draw(numbers)))
    between = {"value_low": low, "value_high": high} if qualifier == "between" else {}
    return {
        "event": event,
        "qualifier": qualifier,
        "value": draw(numbers if needs else st.none() | numbers),
        "reference_place_id": "city" if event is Event.DISTANCE else draw(st.sampled_from([None, "city"])),
        **between,
    }


def kept(made: list[Claim]) -> tuple[Claim, ...]:
    """The claims as a ledger gives them back."""
    return tuple(value_of("claim", entry("claim", claim.id, claim).body) for claim in made)


def read_back(record: MapRecord, kind: str) -> tuple[Claim, ...]:
    known = Known(ZONE, record.actors, record.sources, record.places, areas=record.areas)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"claims.{kind}"
        write_data([claims_table(record)], path)
        reading = Reading(path.name, known, Newcomers(record, ""))
        found = tuple(READERS[kind](path, reading))
    assert [str(fault) for fault in reading.faults] == []
    return found


@pytest.mark.parametrize("kind", READERS)
@given(st.lists(claims(), max_size=4, unique_by=lambda claim: claim.id))
@settings(max_examples=60, deadline=None)
def test_claims_come_back_as_they_were(kind: str, made: list[Claim]) -> None:
    record = replace(RECORD, claims=kept(made))
    assert read_back(record, kind) == record.claims


def test_claims_have_just_the_columns_that_the_readers_take() -> None:
    assert sorted(CLAIM_COLUMNS) == sorted((*REQUIRED, *OPTIONAL))


@pytest.mark.parametrize("kind", READERS)
def test_the_example_comes_back_as_it_was(hama_record: Any, kind: str) -> None:
    assert read_back(hama_record, kind) == hama_record.claims

"""A correction in plain words, in both languages, whatever stands in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.claim import Precision
from claims.claim import Window as Happened
from claims.corrections import as_known
from claims.ledger import Ledger
from claims.release import released
from figures.corrections import LONGEST, as_html, as_plain, correction_rows, sentence
from figures.drawing import draw
from figures.map_document import document_bytes
from figures.words import words

LOADED = datetime(2024, 12, 20, tzinfo=UTC)
LATER = datetime(2024, 12, 21, 9, 10, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\u202e{what}\u2069</script>"


@pytest.fixture
def corrected(hama_record: Any) -> Any:
    """The example in a ledger of its own, and what corrects it: gives the record after each."""
    with Ledger("sqlite://") as ledger:
        ledger.load(hama_record, recorded_at=LOADED)
        map_id = hama_record.settings.id

        def correct(kind: str, key: str, value: Any = None, into: str = "", why: str = "wrong") -> Any:
            told = {"recorded_at": LATER, "by": "maya", "why": why}
            if into:
                ledger.merge(map_id, kind, key, into, **told)
            elif value is None:
                ledger.retract(map_id, kind, key, **told)
            else:
                ledger.correct(map_id, kind, key, value, **told)
            return ledger.read(map_id)

        yield correct


def claim(record: Any, key: str = "") -> Any:
    return next(c for c in record.claims if c.holder and c.place_id and (not key or c.id == key))


def told(record: Any, lang: str = "en") -> list[str]:
    return [as_plain(sentence(row, words(lang))) for row in correction_rows(record)]


def test_a_corrected_field_is_told_with_before_and_after(hama_record: Any, corrected: Any) -> None:
    one = claim(hama_record)
    record = corrected("claim", one.id, replace(one, holder="unknown"), why="The report names nobody.")
    (line,) = told(record)
    assert "holder changed from “" in line and "to “Unknown holder”" in line
    assert line.endswith("Reason: The report names nobody.")
    assert one.place_id is not None and record.places[one.place_id].name in line
    (arabic,) = told(record, "ar")
    assert "عُدِّل الطرف المسيطر من «" in arabic and "السبب: The report names nobody." in arabic


def test_times_are_told_on_the_clocks_of_the_map(hama_record: Any, corrected: Any) -> None:
    one = claim(hama_record)
    moved = Happened(
        datetime(2024, 12, 3, 15, tzinfo=UTC), datetime(2024, 12, 3, 16, tzinfo=UTC), Precision.MINUTE
    )
    (line,) = told(corrected("claim", one.id, replace(one, happened=moved)))
    assert "“3 Dec 2024, 18:00”" in line and "“3 Dec 2024, 19:00”" in line


def test_retracted_merged_and_reinstated_are_told_apart(hama_record: Any, corrected: Any) -> None:
    first, second = [c for c in hama_record.claims if c.place_id][:2]
    corrected("claim", first.id)
    corrected("claim", second.id, into=hama_record.claims[5].id)
    record = corrected("claim", first.id, first)
    lines = told(record)
    assert "no longer counts" in lines[0]
    assert f"the same report as {hama_record.claims[5].id}" in lines[1]
    assert "counts again" in lines[2]


def test_places_sources_and_settings_have_their_names(hama_record: Any, corrected: Any) -> None:
    place = hama_record.places["hama"]
    corrected("place", "hama", replace(place, lat=35.2))
    source = hama_record.sources["sohr"]
    corrected("source", "sohr", replace(source, independent_of=frozenset()))
    record = corrected("settings", "settings", replace(hama_record.settings, reach_km=6.0))
    lines = told(record)
    assert lines[0].startswith("Hama: latitude changed from “")
    assert lines[1].startswith("SOHR: sides it is independent of no longer says “")
    assert "reach of a place’s ground changed from “7” to “6”" in lines[2]


def test_hostile_words_are_text_and_long_ones_are_cut(hama_record: Any, corrected: Any) -> None:
    one = claim(hama_record)
    record = corrected("claim", one.id, replace(one, note=HOSTILE + "x" * 5_000), why=HOSTILE)
    (row,) = correction_rows(record)
    assert len(row["fields"][0]["after"]["en"]) == LONGEST
    for lang in ("en", "ar"):
        html = as_html(sentence(row, words(lang)))
        assert "<img" not in html and "</script" not in html and "\u202e" not in html
        assert html.count("<bdi>") == html.count("</bdi>") > 1


def test_the_document_has_those_that_were_known(hama_record: Any, corrected: Any) -> None:
    one = claim(hama_record)
    record = corrected("claim", one.id, replace(one, status="denied"))
    document = draw(record).document
    (row,) = document["corrections"]
    assert (row["t"], row["kind"], row["id"]) == (int(LATER.timestamp()), "claim", one.id)
    assert document["clock"]["offsets"][0][0] < row["t"]
    assert correction_rows(as_known(record, LOADED)) == []
    assert document_bytes(draw(record).document) == document_bytes(document)


def test_nobody_is_named_as_the_one_who_corrected(hama_record: Any, corrected: Any) -> None:
    one = claim(hama_record)
    record = corrected("claim", one.id, replace(one, status="denied", analyst="maya"))
    assert "maya" not in json.dumps(correction_rows(released(record, "public", LATER)))
    assert "by" not in correction_rows(record)[0]


def test_a_mark_stays_while_the_correction_does(hama_record: Any, corrected: Any) -> None:
    one, other = [c for c in hama_record.claims if c.place_id][:2]
    first = correction_rows(corrected("claim", one.id))[0]["mark"]
    rows = correction_rows(corrected("claim", other.id))
    assert rows[0]["mark"] == first != rows[1]["mark"]

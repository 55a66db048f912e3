"""The log reads as sentences in both languages; what comes from outside stays text."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from claims_story import at, claim, place, story

from claims.entries import KINDS
from claims.ledger import Ledger
from claims.log import Told, told
from claims.map_record import MapRecord
from figures.log_lines import LogLines
from figures.words import LANGUAGES, words

HOSTILE = "no\u202e\x1b[31m <b>{what}</b>\nAdded: claims 9"
BY = {"recorded_at": at(300), "by": "anna", "why": "read again"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as book:
        made = story((claim("c1", "captured", "green", "agency", (1, 2)),), (place("a"), place("b", 50.1)))
        book.load(made, at(240))
        book.correct("story", "claim", "c1", dataclasses.replace(made.claims[0], credibility=4), **BY)
        book.retract("story", "claim", "c1", **{**BY, "by": HOSTILE, "why": HOSTILE})
        book.append("story", [], at(301))
        yield book


def logged(ledger: Ledger) -> tuple[MapRecord, list[Told]]:
    record = ledger.read()
    return record, list(told(ledger.stored(), ledger.changesets(), record.corrections))


def test_a_correction_is_told_with_before_after_who_and_why(ledger: Ledger) -> None:
    record, found = logged(ledger)
    heading, sentence = LogLines(record, "en").lines(found[1])
    assert heading.endswith(": corrected by anna")
    assert sentence.startswith("  c1: ")
    assert "credibility changed from “2” to “4”. Reason: read again" in sentence.lower().replace(
        "reason", "Reason"
    )


def test_additions_are_summed(ledger: Ledger) -> None:
    record, found = logged(ledger)
    _, sentence = LogLines(record, "en").lines(found[0])
    assert sentence.startswith("  Added: settings 1, places 2, parties ")
    assert ", claims 1" in sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_entry_has_a_name(lang: str) -> None:
    assert all(words(lang).known(f"log.kind_{kind}") for kind in KINDS)


def test_arabic_is_arabic(ledger: Ledger) -> None:
    record, found = logged(ledger)
    lines = [line for one in found for line in LogLines(record, "ar").lines(one)]
    assert lines[0].endswith("تحميل من ملفات")
    assert any("أُضيف" in line for line in lines)
    assert any("السبب" in line for line in lines)
    assert not any("Reason" in line or "corrected" in line for line in lines)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_somebody_typed_moves_no_terminal_and_begins_no_line(ledger: Ledger, lang: str) -> None:
    record, found = logged(ledger)
    lines = LogLines(record, lang).lines(found[2])
    assert len(lines) == 2
    text = "".join(lines)
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\n" not in text
    assert "{what}" in text


def test_programs_get_the_same(ledger: Ledger) -> None:
    record, found = logged(ledger)
    rows = json.loads(json.dumps([LogLines(record, "en").row(one) for one in found]))
    assert [row["tool"] for row in rows] == ["load", "correct", "retract"]
    assert rows[0]["added"]["claim"] == 1
    (corrected,) = rows[1]["corrections"]
    assert (corrected["id"], corrected["by"], corrected["entry"]) == (
        "c1",
        "anna",
        record.corrections[0].entry,
    )
    assert rows[1]["head"] == record.corrections[0].entry

"""Drafts wait in the ledger: on no map until accepted, and kept with the reason when they are rejected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLE
from reading_score import read_bytes
from typer.testing import CliRunner

from claims.drafts import Changes, accept, all_drafts, drafts_of, keep_drafts, reject
from claims.errors import DraftDecided, DraftUnfinished, UnknownEntry
from claims.ledger import Ledger
from claims.report import hash_of_words
from claims.report_draft import ReportDraft, State
from claims.report_text import background_of
from frontline import app

NOW = datetime(2024, 12, 5, tzinfo=UTC)
RAW = (
    b"Rebels take Suran\nHama, 4 December (AFP) - Rebels captured Suran and Al-Rayyan on Tuesday, "
    b"the Syrian Observatory for Human Rights said. "
    b"They also took Nowhereabad and are now within 12 kilometers of Hama."
)


@pytest.fixture
def book(tmp_path: Path, hama_record: Any) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path}/drafts.db") as ledger:
        ledger.load(hama_record, NOW)
        yield ledger


@pytest.fixture
def drafts(book: Ledger, hama_record: Any) -> dict[str, ReportDraft]:
    reading = read_bytes(RAW, "2024-12-04", "Asia/Damascus", background_of(hama_record))
    keep_drafts(book, "hama-2024", drafts_of(reading, url="https://example.org/suran"), NOW)
    return {draft.claim.place_as_written: draft for draft in all_drafts(book)}


def test_a_draft_is_on_no_map(book: Ledger, drafts: dict[str, ReportDraft], hama_record: Any) -> None:
    assert set(drafts) >= {"Suran", "Al-Rayyan", "Nowhereabad", "distance from Hama"}
    record = book.read()
    assert record.claims == hama_record.claims
    assert record.corrections == ()


def test_accepting_makes_a_claim_with_the_reports_hash_address_and_words(
    book: Ledger, drafts: dict[str, ReportDraft]
) -> None:
    (claim,) = accept(book, "hama-2024", [drafts["Suran"].id], NOW, by="ed")
    kept = next(one for one in book.read().claims if one.id == claim.id)
    assert (kept.place_id, kept.holder, kept.claimant, kept.reporter) == (
        "suran",
        "hts_led_opposition",
        "sohr",
        "afp",
    )
    assert kept.report.sha256 == hashlib.sha256(RAW).hexdigest()
    assert kept.report.url == "https://example.org/suran"
    assert kept.report.published_at is not None
    assert kept.analyst == "ed"
    assert kept.quote is not None
    words = RAW.decode()[kept.quote.start : kept.quote.end]
    assert words == "captured Suran"
    assert kept.quote.sha256 == hash_of_words(words)
    assert kept.quote.text == ""
    assert all_drafts(book)[0].state is State.ACCEPTED


def test_the_words_are_kept_where_their_licence_lets_us(hama_record: Any) -> None:
    reading = read_bytes(RAW, "2024-12-04", "Asia/Damascus", background_of(hama_record))
    (first, *_) = drafts_of(reading, licence="CC BY 4.0")
    assert first.claim.quote is not None
    assert first.claim.quote.text == "captured Suran"


def test_reading_again_adds_nothing_and_undoes_no_decision(
    book: Ledger, drafts: dict[str, ReportDraft], hama_record: Any
) -> None:
    reject(book, "hama-2024", [drafts["Suran"].id], NOW, why="a slip", by="ed")
    reading = read_bytes(RAW, "2024-12-04", "Asia/Damascus", background_of(hama_record))
    made = drafts_of(reading, url="https://example.org/suran")
    assert keep_drafts(book, "hama-2024", made, NOW).added == 0
    suran = next(one for one in all_drafts(book) if one.id == drafts["Suran"].id)
    assert (suran.state, suran.decided_why, suran.decided_by) == (State.REJECTED, "a slip", "ed")


def test_a_draft_is_decided_once(book: Ledger, drafts: dict[str, ReportDraft]) -> None:
    own = drafts["Suran"].id
    reject(book, "hama-2024", [own], NOW, why="a slip")
    with pytest.raises(DraftDecided, match="was rejected before \\(a slip\\)"):
        accept(book, "hama-2024", [own], NOW)
    with pytest.raises(UnknownEntry):
        accept(book, "hama-2024", ["R0"], NOW)
    with pytest.raises(ValueError, match="Say why"):
        reject(book, "hama-2024", [drafts["Al-Rayyan"].id], NOW, why=" ")


def test_an_ambiguous_place_asks_and_takes_all_or_none(
    book: Ledger, drafts: dict[str, ReportDraft], hama_record: Any
) -> None:
    ids = [drafts["Suran"].id, drafts["Al-Rayyan"].id]
    with pytest.raises(DraftUnfinished, match=r"'Al-Rayyan' is not one known place.*rayyan-.*--place"):
        accept(book, "hama-2024", ids, NOW)
    assert book.read().claims == hama_record.claims
    possible = drafts["Al-Rayyan"].possible
    assert len(possible) == 2
    (claim,) = accept(book, "hama-2024", ids[1:], NOW, changes=Changes(place=possible[0].place_id))
    assert claim.place_id == possible[0].place_id


def test_a_place_nobody_knows_can_be_listed_without_a_point(
    book: Ledger, drafts: dict[str, ReportDraft]
) -> None:
    own = drafts["Nowhereabad"].id
    with pytest.raises(DraftUnfinished):
        accept(book, "hama-2024", [own], NOW)
    (claim,) = accept(book, "hama-2024", [own], NOW, changes=Changes(place="none"))
    assert not claim.located


def test_a_distance_keeps_its_words(book: Ledger, drafts: dict[str, ReportDraft]) -> None:
    (claim,) = accept(book, "hama-2024", [drafts["distance from Hama"].id], NOW)
    assert (claim.value, claim.qualifier, claim.reference_place_id) == (12, "up_to", "hama")


def test_a_party_the_map_does_not_know_is_asked_about(book: Ledger, hama_record: Any) -> None:
    raw = b"Sudan war\nThe RSF captured Suran on Tuesday, Khartoum said."
    reading = read_bytes(raw, "2024-12-04", "Asia/Damascus", background_of(hama_record))
    (draft, *_) = made = drafts_of(reading)
    keep_drafts(book, "hama-2024", made, NOW)
    with pytest.raises(DraftUnfinished, match="'Suran' is not one known place"):
        accept(book, "hama-2024", [draft.id], NOW)  # another war's report is not placed on this map
    with pytest.raises(DraftUnfinished, match=r"holder 'rsf' is not in actors.csv"):
        accept(book, "hama-2024", [draft.id], NOW, changes=Changes(place="suran"))
    changes = Changes(place="suran", holder="sna", claimant="sohr")
    (claim,) = accept(book, "hama-2024", [draft.id], NOW, changes=changes)
    assert (claim.holder, claim.claimant) == ("sna", "sohr")


def run(*words: str, ledger: str, stdin: bytes = b"") -> Any:
    return CliRunner().invoke(app, [*words, "--ledger", ledger], input=stdin)


def test_the_commands_read_list_accept_and_reject(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path}/desk.db"
    assert run("load", str(EXAMPLE), ledger=ledger).exit_code == 0
    done = run("read", "-", "--published", "2024-12-04", "--source", "afp", ledger=ledger, stdin=RAW)
    assert "new drafts" in done.stdout
    rows = json.loads(run("drafts", "--json", ledger=ledger).stdout)["drafts"]
    suran = next(row for row in rows if row["place_id"] == "suran")
    assert suran["reporter"] == "afp"
    assert run("accept", suran["id"], "--by", "ed", ledger=ledger).exit_code == 0
    assert "accepted by ed before" in run("accept", suran["id"], ledger=ledger).stderr
    other = next(row["id"] for row in rows if row["place"] == "Nowhereabad")
    assert run("reject", other, "--why", "no such village", ledger=ledger).exit_code == 0
    assert run("reject", other, ledger=ledger).exit_code == 2
    left = json.loads(run("drafts", "--json", ledger=ledger).stdout)["drafts"]
    assert {suran["id"], other}.isdisjoint(row["id"] for row in left)
    every = run("drafts", "--all", ledger=ledger).stdout
    assert "[accepted]" in every
    assert "[rejected]" in every
    assert run("verify", ledger=ledger).exit_code == 0


def test_reading_alone_changes_nothing(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path}/none.db"
    done = run("read", "-", "--published", "2024-12-04", "--json", ledger=ledger, stdin=RAW)
    assert {claim["place"] for claim in json.loads(done.stdout)["claims"]} == {
        "Suran",
        "Al-Rayyan",
        "Nowhereabad",
    }
    assert not (tmp_path / "none.db").exists()
    run("load", str(EXAMPLE), ledger=ledger)
    run("read", "-", "--published", "2024-12-04", "--no-keep", ledger=ledger, stdin=RAW)
    assert json.loads(run("drafts", "--json", ledger=ledger).stdout)["drafts"] == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--published", "4.12.2024"], "is not a date or time"),
        (["--published", "2024-12-04", "--tz", "Mars/Base"], "is not a time zone"),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, options: list[str], told: str) -> None:
    done = run("read", "-", *options, ledger=f"sqlite:///{tmp_path}/none.db", stdin=RAW)
    assert done.exit_code == 1
    assert told in done.stderr

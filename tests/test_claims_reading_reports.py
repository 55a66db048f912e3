"""Whole reports, of several wars and many styles: what is read against what a careful reader takes."""

from __future__ import annotations

import csv

import pytest
import reading_score as score

HELD_OUT = ("held_out", "held_out_2")
"""Reports that no rule was made for; see docs/reading.md for how they were kept so."""

LONG_ONES = "held_out_3"
"""The same, but of 200 to 300 words each, as wires and monitors write them; read once before this bound."""

MODELLED = "held_out_4"
"""Long too, modelled on real reports: lists, a live blog, statements, wires; no rule was changed for them."""


def test_what_is_read_is_what_a_careful_reader_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """The bounds are for the reports held back, alone; those that the rules grew on are told beside them."""
    held_out = [one for folder in HELD_OUT for one in score.scored(folder)]
    long_ones = score.scored(LONG_ONES)
    sets = {"development": score.scored("development"), "held out": held_out, "held out, long": long_ones}
    sets["held out, modelled on real ones"] = score.scored(MODELLED)
    reached = {
        name: (score.f1(found, full=False), score.f1(found, full=True)) for name, found in sets.items()
    }
    with capsys.disabled():
        for name, (place, full) in reached.items():
            print(f"\n{name}: {len(sets[name])} reports, F1 {place:.2f}, with holder and day {full:.2f}")
    assert len(held_out) >= 25
    assert reached["held out"][0] >= 0.85
    assert reached["held out"][1] >= 0.75
    assert reached["held out, long"][0] >= 0.60
    assert reached["held out, long"][1] >= 0.50
    assert reached["held out, modelled on real ones"][0] >= 0.60  # 0.62 when landed
    assert reached["held out, modelled on real ones"][1] >= 0.40  # 0.43
    assert reached["development"][0] >= 0.90
    assert reached["development"][1] >= 0.85


@pytest.mark.parametrize("folder", ["development", *HELD_OUT, LONG_ONES, MODELLED])
def test_a_report_without_a_change_of_control_gives_none(folder: str) -> None:
    quiet = [one for one in score.scored(folder) if not one.wanted]
    assert len(quiet) >= 2
    assert {one.name: one.read for one in quiet if one.read} == {}


def _sentences() -> list[dict[str, str]]:
    with (score.REPORTS / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _sentences(), ids=lambda row: row["sentence"][-60:])
def test_one_sentence_says_this(row: dict[str, str]) -> None:
    """Each place with the event, who holds it afterwards and the day; nothing else changes hands."""
    raw = f"{score.WARS[row['war']]} bulletin\n{row['sentence']}".encode()
    reading = score.read_bytes(raw, row["published"], "Europe/Kyiv")
    got = {
        (claim.place, claim.event.value, claim.actor, claim.window.end.date().isoformat())
        for claim in reading.claims
        if claim.event in score.CONTROL and not claim.denied
    }
    changes = row["place"] and row["event"] != "holds"
    wanted = {(place, row["event"], row["actor"], row["end"]) for place in row["place"].split(";") if changes}
    assert got == wanted
    for claim in reading.claims:
        if row["from"] and claim.event.value == row["event"]:
            assert claim.loser in (row["from"], "")

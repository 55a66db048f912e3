"""The article of 4 December 2024: everything a careful reader takes from it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import shared
from reading_score import read_file

from claims.report_text import CONTROL, Reading, as_json, background_of

HTS, ARMY = "hts_led_opposition", "syrian_government"
TUESDAY = ("2024-12-03", "2024-12-03")
AFTER_MIDNIGHT = ("2024-12-04T00:00+03:00", "2024-12-04T06:00+03:00")

CHANGES = {
    ("captured", "abu-laffa", HTS, *TUESDAY, "sohr"),
    ("captured", "mustariha-rahjan", HTS, *TUESDAY, "sohr"),
    (
        "captured",
        None,
        HTS,
        *TUESDAY,
        "sohr",
    ),  # Bayoud, and later the Mechanized School: no place of the table
    ("captured", "tharwat", HTS, *TUESDAY, "sohr"),
    ("captured", "al-rahjan", HTS, *TUESDAY, "sohr"),
    ("captured", "northern-sarha", HTS, *TUESDAY, "sohr"),
    ("captured", "southern-sarha", HTS, *TUESDAY, "sohr"),
    ("captured", "maar-shahour", HTS, *TUESDAY, "sohr"),
    ("captured", "brigade-87", HTS, *TUESDAY, "sohr"),
    ("recaptured", "kafraa", ARMY, *AFTER_MIDNIGHT, "sohr"),
    ("recaptured", "maar-shahour", ARMY, *AFTER_MIDNIGHT, "sohr"),
}
UNLOCATED = {"Bayoud", "Mechanized School"}
OTHERS = {
    ("advance", "Hama countryside"),
    ("attack_failed", "Mount Zain Al-Abidin"),
    ("strike", "Maardes"),
    ("strike", "Idlib"),
    ("strike", "Aleppo countrysides"),
    ("strike", "Homs"),
}


@pytest.fixture(scope="module")
def reading(hama_record: Any) -> Reading:
    path = shared("reports", "shafaq-2024-12-04.txt")
    return read_file(path, "2024-12-04", "Asia/Damascus", background_of(hama_record))


@pytest.fixture(scope="module")
def said(reading: Reading) -> dict[str, Any]:
    return as_json(reading)


def test_every_change_of_control_and_no_other(said: dict[str, Any]) -> None:
    changes = [claim for claim in said["claims"] if claim["event"] in CONTROL]
    got = {
        (c["event"], c["place_id"], c["actor"], c["date_start"], c["date_end"], c["claimant"])
        for c in changes
    }
    assert got == CHANGES
    assert {c["place"] for c in changes if c["place_id"] is None} == UNLOCATED
    assert len(changes) == len(CHANGES) + 1


def test_who_lost_what_was_retaken(said: dict[str, Any]) -> None:
    assert {c["from"] for c in said["claims"] if c["event"] == "recaptured"} == {HTS}


def test_what_moves_nothing_is_told_apart(said: dict[str, Any]) -> None:
    others = {(c["event"], c["place"]) for c in said["claims"] if c["event"] not in CONTROL}
    assert others == OTHERS
    failed = next(c for c in said["claims"] if c["event"] == "attack_failed")
    assert (failed["place_id"], failed["actor"]) == ("jabal-zayn-al-abidin", HTS)
    assert failed["quote"] == "failed to capture Mount Zain Al-Abidin"


def test_nothing_is_denied_and_casualties_are_no_control(reading: Reading) -> None:
    assert not any(claim.denied for claim in reading.claims)
    dead = reading.text.index("the death toll has risen")
    assert not any(claim.end > dead for claim in reading.claims)


def test_eighteen_are_counted_against_those_named(said: dict[str, Any]) -> None:
    (count,) = said["counts"]
    assert (count["value"], count["unit"], count["region"]) == (18, "villages and towns", "Hama province")
    assert len(count["named"]) == 7
    # Tharwat Al-Rahjan is one name in print, and two villages on the ground.
    assert (count["unnamed_low"], count["unnamed_high"]) == (10, 11)


def test_three_distances_keep_their_words_and_claimants(said: dict[str, Any]) -> None:
    got = [
        (d["km"], d["qualifier"], d["reference_id"], d["claimant"], d["or_displacement"], d["from_edge"])
        for d in said["distances"]
    ]
    assert got == [
        (20, "more_than", "hama", "syrian-army", True, True),
        (6, "up_to", "hama", "sohr", False, False),
        (10, "about", "hama", "sohr", True, False),
    ]


def test_each_claim_stands_on_its_words(reading: Reading, said: dict[str, Any]) -> None:
    for claim in (*said["claims"], *said["counts"], *said["distances"]):
        assert reading.text[claim["start"] : claim["end"]] == claim["quote"]
    for claim in said["claims"]:
        assert claim["place"] in claim["quote"]


def test_the_json_has_exactly_its_keys(said: dict[str, Any]) -> None:
    assert list(said) == ["title", "published", "claims", "counts", "distances"]
    keys = [
        "place",
        "place_id",
        "event",
        "actor",
        "from",
        "date_start",
        "date_end",
        "claimant",
        "reporter",
        "denied",
        "quote",
        "start",
        "end",
        "probability",
        "candidates",
    ]
    assert all(list(claim) == keys for claim in said["claims"])
    assert said["published"] == "2024-12-04"


def test_possibly_two_is_said(reading: Reading) -> None:
    two = [claim for claim in reading.claims if claim.place == "Tharwat Al-Rahjan"]
    assert all(any("possibly two" in why for why in claim.why) for claim in two)
    assert all(len(claim.candidates) >= 2 for claim in two)

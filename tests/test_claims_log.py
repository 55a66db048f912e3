"""The log tells each write and each correction, field by field, by the names that the files have."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from claims_story import at, claim, place, story

from claims.claim import Precision, Window
from claims.ledger import Ledger
from claims.log import FieldChange, Moment, changes_of, fields_of, told
from claims.map_record import MapRecord
from claims.release_rules import Measure, ReleaseRules, Rule
from claims.report import Quote, Report

BY = {"recorded_at": at(300), "by": "anna", "why": "read again"}


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger(ledger_url) as book:
        yield book


@pytest.fixture
def record(ledger: Ledger) -> MapRecord:
    made = story((claim("c1", "captured", "green", "agency", (1, 2)),), (place("a"), place("b", 50.1)))
    ledger.load(made, at(240))
    return made


def test_a_correction_is_told_field_by_field_in_the_order_of_the_file(
    ledger: Ledger, record: MapRecord
) -> None:
    wrong = record.claims[0]
    end = wrong.happened.end + timedelta(days=1)
    right = dataclasses.replace(
        wrong,
        happened=Window(wrong.happened.start, end, Precision.DAY),
        holder=None,
        credibility=3,
        report=Report(url="https://example.org/a", published_at=at(3)),
        quote=Quote(3, 9, "f" * 64),
    )
    ledger.correct("story", "claim", "c1", right, **BY)
    (one,) = ledger.read().corrections
    assert changes_of(one) == (
        FieldChange(
            "happened_from", Moment(wrong.happened.start), Moment(wrong.happened.start, day_only=True)
        ),
        FieldChange("happened_to", Moment(wrong.happened.end), Moment(end, day_only=True)),
        FieldChange("happened_precision", "minute", "day"),
        FieldChange("holder", "green", None),
        FieldChange("credibility", wrong.credibility, 3),
        FieldChange("source_url", None, "https://example.org/a"),
        FieldChange("published_at", None, Moment(at(3))),
        FieldChange("quote_start", None, 3),
        FieldChange("quote_end", None, 9),
        FieldChange("quote_sha256", None, "f" * 64),
    )


def test_what_is_retracted_merged_or_stands_again_has_no_fields(ledger: Ledger, record: MapRecord) -> None:
    ledger.retract("story", "claim", "c1", **BY)
    ledger.correct("story", "claim", "c1", record.claims[0], **BY)
    ledger.merge("story", "place", "a", "b", **BY)
    by_hand = [(one.kind, str(one.action), changes_of(one)) for one in ledger.read().corrections]
    assert by_hand[:2] == [("claim", "retracted", ()), ("claim", "corrected", ())]
    assert ("place", "merged", ()) in by_hand
    moved = [FieldChange("place_id", "a", "b")]
    assert [list(changes) for kind, _, changes in by_hand[2:] if kind == "claim"] == [moved]


def test_every_kind_of_entry_has_fields(hama_record: MapRecord) -> None:
    rules = ReleaseRules("public", (Rule(Measure.DELAY, hours=24, kinds=("airport",), reason={"en": "why"}),))
    assert fields_of("release", rules)["rules"] == ("delay kinds=airport hours=24 reason.en=why",)
    settings = fields_of("settings", hama_record.settings)
    assert settings["timezone"] == "Asia/Damascus"
    assert settings["title.en"] == hama_record.settings.title["en"]
    assert settings["span"] == ("2024-11-27", "2024-12-09")
    hama = fields_of("place", hama_record.places["hama"])
    assert (hama["name"], hama["name_ar"]) == ("Hama", "حماة")
    source = next(iter(hama_record.sources.values()))
    assert fields_of("source", source)["name"] == source.name
    assert fields_of("credits", "a")["credits"] == "a"
    assert fields_of("baseline", hama_record.baseline["hama"])["place_id"] == "hama"


def test_no_change_of_a_claim_goes_untold(hama_record: MapRecord) -> None:
    """Each field of a claim, when it alone differs, is one of the fields that are told."""
    one = hama_record.claims[0]
    texts = (
        "id", "place_as_written", "place_id", "holder", "from_holder", "claimant", "reporter", "status",
        "reliability", "qualifier", "reference_place_id", "note", "admin_code", "area_id", "analyst",
    )  # fmt: skip
    others = {
        **dict.fromkeys(texts, "x"),
        **dict.fromkeys(("credibility", "value", "value_low", "value_high"), 99),
        "event": "holds",
        "happened": Window(one.happened.start, one.happened.end, Precision.WEEK),
        "reported_at": one.reported_at + timedelta(1),
        "reported_day_precision": not one.reported_day_precision,
        "report": Report(language="x"),
        "quote": Quote(0, 1, "x", "x"),
    }
    compared = {field.name for field in dataclasses.fields(one) if field.compare}
    assert set(others) == compared
    before = fields_of("claim", one)
    for name, value in others.items():
        assert fields_of("claim", dataclasses.replace(one, **{name: value})) != before, name


def test_each_write_is_told_with_what_it_added_and_corrected(ledger: Ledger, record: MapRecord) -> None:
    more = (*record.claims, claim("c2", "captured", "green", "agency", (1, 2)))
    changed = dataclasses.replace(record.claims[0], holder=None)
    ledger.load(dataclasses.replace(record, claims=more), at(250), by="ben")
    ledger.correct("story", "claim", "c1", changed, **BY)
    ledger.retract("story", "claim", "c2", **BY)
    ledger.merge("story", "place", "b", "a", **BY)
    entries = list(ledger.stored())
    found = list(told(entries, ledger.changesets("story"), ledger.read().corrections))
    assert [(one.write.tool, one.write.by) for one in found] == [
        ("load", ""), ("load", "ben"), ("correct", "anna"), ("retract", "anna"), ("merge", "anna"),
    ]  # fmt: skip
    assert [dict(one.added) for one in found[1:]] == [{"claim": 1}, {}, {}, {}]
    assert found[0].added["place"] == 2
    assert [[(c.kind, c.key) for c in one.corrections] for one in found[:4]] == [
        [], [], [("claim", "c1")], [("claim", "c2")],
    ]  # fmt: skip
    assert ("place", "b") in [(c.kind, c.key) for c in found[4].corrections]
    assert sum(sum(one.added.values()) + len(one.corrections) for one in found) == len(entries)


def test_one_claim_is_told_alone(ledger: Ledger, record: MapRecord) -> None:
    ledger.correct("story", "claim", "c1", dataclasses.replace(record.claims[0], holder=None), **BY)
    ledger.merge("story", "place", "b", "a", **BY)
    everything = (list(ledger.stored()), list(ledger.changesets("story")), ledger.read().corrections)
    found = list(told(*everything, only=("claim", "c1")))
    assert [(dict(one.added), len(one.corrections)) for one in found] == [({"claim": 1}, 0), ({}, 1)]
    assert list(told(*everything, only=("claim", "nope"))) == []

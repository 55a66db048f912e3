"""Corrections, retractions and merges are new entries that name the old one, and are known from then on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from claims_story import at, claim, place, story

from claims.by_hand import Hand, NotTaken, correct_claim, meanwhile, merge, retract
from claims.corrections import Action, as_known
from claims.errors import StaleCorrection, UnknownEntry, UnknownHead
from claims.history import control_history
from claims.ledger import Ledger
from claims.log import changes_of
from claims.map_record import MapRecord

LOADED = at(240)
LATER = LOADED + timedelta(days=1)
BY = {"recorded_at": LATER, "by": "anna", "why": "read again"}


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger(ledger_url) as book:
        yield book


@pytest.fixture
def record(ledger: Ledger) -> MapRecord:
    told = (
        claim("c1", "captured", "green", "agency", (1, 2)),
        claim("c2", "captured", "green", "monitor", (1, 2), where="b"),
        claim("c3", "distance", None, "agency", (1, 2), where="b", value=3.0, reference_place_id="a"),
    )
    made = story(told, (place("a"), place("b", 50.1), place("c", 50.2)))
    ledger.load(made, LOADED)
    return made


def holder(record: MapRecord, place_id: str, known_at: datetime | None = None) -> str:
    return control_history(record, known_at).at(place_id, at(200)).holder


def test_a_correction_counts_from_when_it_was_recorded(ledger: Ledger, record: MapRecord) -> None:
    wrong = record.claims[0]
    own = ledger.correct("story", "claim", "c1", dataclasses.replace(wrong, holder="third"), **BY)
    read = ledger.read()
    (told,) = read.corrections
    assert (told.action, told.before.holder, told.after.holder) == (Action.CORRECTED, "green", "third")
    assert (told.why, told.by, told.entry) == ("read again", "anna", own)
    assert holder(read, "a") == "third"
    assert holder(read, "a", LATER) == "third"
    assert holder(read, "a", LATER - timedelta(seconds=1)) == "green"


def test_a_retracted_claim_counts_no_more_but_did_before(ledger: Ledger, record: MapRecord) -> None:
    ledger.retract("story", "claim", "c1", **BY)
    read = ledger.read()
    assert [c.id for c in read.claims] == ["c2", "c3"]
    assert holder(read, "a") == "blue"
    assert holder(read, "a", LOADED) == "green"


def test_no_file_undoes_what_was_corrected_by_hand(ledger: Ledger, record: MapRecord) -> None:
    ledger.correct("story", "claim", "c1", dataclasses.replace(record.claims[0], holder="third"), **BY)
    ledger.retract("story", "claim", "c2", **BY)
    head = ledger.head()
    again = ledger.load(record, LATER)
    assert (again.added, again.corrected, again.kept) == (0, 0, 2)
    assert ledger.head() == head


def test_a_file_may_take_back_what_a_file_said(ledger: Ledger, record: MapRecord) -> None:
    changed = (dataclasses.replace(record.claims[0], holder="third"), *record.claims[1:])
    assert ledger.load(dataclasses.replace(record, claims=changed), LATER).corrected == 1
    assert ledger.load(record, LATER).corrected == 1
    assert ledger.read().claims[0].holder == "green"


def test_a_stale_correction_is_refused_with_what_changed(ledger: Ledger, record: MapRecord) -> None:
    seen = ledger.newest("story", "claim", "c1")
    assert seen is not None
    first = dataclasses.replace(record.claims[0], holder="third")
    ledger.correct("story", "claim", "c1", first, expected=seen.hash, **BY)
    with pytest.raises(StaleCorrection, match=r"'c1' was corrected by anna .* \(read again\)") as caught:
        ledger.retract("story", "claim", "c1", expected=seen.hash, **BY)
    assert caught.value.newest == ledger.newest("story", "claim", "c1")


def test_a_retracted_claim_is_reinstated_by_a_correction(ledger: Ledger, record: MapRecord) -> None:
    ledger.retract("story", "claim", "c1", **BY)
    with pytest.raises(UnknownEntry, match="retracted"):
        ledger.retract("story", "claim", "c1", **BY)
    ledger.correct("story", "claim", "c1", record.claims[0], **{**BY, "recorded_at": LATER + timedelta(1)})
    read = ledger.read()
    assert {c.id for c in read.claims} == {"c1", "c2", "c3"}
    assert {c.id for c in as_known(read, LATER).claims} == {"c2", "c3"}


def test_a_merged_claim_stands_in_the_other(ledger: Ledger, record: MapRecord) -> None:
    ledger.merge("story", "claim", "c1", "c2", **BY)
    read = ledger.read()
    assert {c.id for c in read.claims} == {"c2", "c3"}
    assert [(c.action, c.key, c.into) for c in read.corrections] == [(Action.MERGED, "c1", "c2")]
    with pytest.raises(UnknownEntry):
        ledger.merge("story", "claim", "c2", "c1", **BY)
    with pytest.raises(ValueError, match="itself"):
        ledger.merge("story", "claim", "c2", "c2", **BY)


def test_what_names_a_merged_place_moves_with_it(ledger: Ledger, record: MapRecord) -> None:
    ledger.merge("story", "place", "b", "c", **BY)
    read = ledger.read()
    assert set(read.places) == {"a", "c"}
    assert set(read.baseline) == {"a", "c"}
    assert [c.place_id for c in read.claims] == ["a", "c", "c"]
    assert len(list(ledger.changesets("story"))) == 2
    before = as_known(read, LOADED)
    assert {c.id: c.place_id for c in before.claims} == {"c1": "a", "c2": "b", "c3": "b"}
    assert dict(before.places) == dict(record.places)
    assert dict(before.baseline) == dict(record.baseline)


def test_a_place_that_claims_name_is_not_retracted(ledger: Ledger, record: MapRecord) -> None:
    with pytest.raises(ValueError, match=r"still named by .*claim c1"):
        ledger.retract("story", "place", "a", **BY)
    assert len(ledger.read().corrections) == 0


def test_a_correction_needs_a_reason_and_something_new(ledger: Ledger, record: MapRecord) -> None:
    with pytest.raises(ValueError, match="Say why"):
        ledger.retract("story", "claim", "c1", recorded_at=LATER, by="anna", why=" ")
    with pytest.raises(ValueError, match="already"):
        ledger.correct("story", "claim", "c1", record.claims[0], **BY)
    with pytest.raises(UnknownEntry, match="'nope'"):
        ledger.retract("story", "claim", "nope", **BY)


def test_a_map_is_read_as_it_stood_at_a_head(ledger: Ledger, record: MapRecord) -> None:
    head = ledger.head()
    before = ledger.read()
    ledger.retract("story", "claim", "c1", **BY)
    assert ledger.read(head=head) == before
    with pytest.raises(UnknownHead, match="nothing"):
        ledger.read(head="nothing")


def test_a_dry_run_counts_and_does_nothing(ledger: Ledger, record: MapRecord) -> None:
    from claims.entries import entry

    more = [entry("claim", "c9", dataclasses.replace(record.claims[0], id="c9"))]
    head = ledger.head()
    assert ledger.append("story", more, LATER, dry_run=True).added == 1
    assert ledger.head() == head
    assert ledger.append("story", more, LATER).added == 1


def test_a_fault_in_the_middle_of_a_file_undoes_all_of_it(ledger: Ledger, record: MapRecord) -> None:
    from claims.entries import entry

    def entries():
        for i in range(1_200):
            yield entry("claim", f"n{i}", dataclasses.replace(record.claims[0], id=f"n{i}"))
        raise ValueError("line 1202")

    head = ledger.head()
    with pytest.raises(ValueError, match="line 1202"):
        ledger.append("story", entries(), LATER)
    assert ledger.head() == head
    assert len(list(ledger.changesets())) == 1


def test_a_key_that_comes_twice_in_one_file_is_told(ledger: Ledger, record: MapRecord) -> None:
    from claims.entries import entry

    one = entry("claim", "n", dataclasses.replace(record.claims[0], id="n"))
    other = entry("claim", "n", dataclasses.replace(record.claims[1], id="n"))
    between = [entry("claim", f"m{i}", dataclasses.replace(record.claims[0], id=f"m{i}")) for i in range(700)]
    told: list[str] = []
    result = ledger.append("story", [one, *between, other], LATER, repeated=lambda e: told.append(e.key))
    assert (result.added, told) == (701, ["n"])
    with pytest.raises(ValueError, match="twice"):
        ledger.append("story", [other, one], datetime.now(UTC))


# What somebody types


def hand(why: str = "read again", seen: str = "") -> Hand:
    return Hand("anna", why, LATER, seen)


def test_fields_are_typed_as_a_file_has_them(ledger: Ledger, record: MapRecord) -> None:
    own = correct_claim(ledger, None, "c1", ["holder=third", "credibility=3", "note=a=b, c"], hand())
    read = next(c for c in ledger.read().claims if c.id == "c1")
    assert (read.holder, read.credibility, read.note) == ("third", 3, "a=b, c")
    assert read.happened == record.claims[0].happened
    newest = ledger.newest("story", "claim", "c1")
    assert newest is not None
    assert (newest.hash, newest.by, newest.why) == (own, "anna", "read again")


def test_all_faults_of_what_was_typed_are_told_together(ledger: Ledger, record: MapRecord) -> None:
    head = ledger.head()
    typed = [
        "holdr=third",
        "credibility=9",
        "holder=nobody",
        "status",
        "note=a",
        "note=b",
        "happened_to=1.2.2024",
    ]
    with pytest.raises(NotTaken) as caught:
        correct_claim(ledger, None, "c1", typed, hand(why=" "))
    said = str(caught.value)
    for part in (
        "did you mean holder?",
        "'9'",
        "'nobody'",
        "FIELD=VALUE",
        "given twice",
        "'1.2.2024'",
        "reason",
    ):
        assert part in said, part
    assert ledger.head() == head


def test_a_retracted_claim_is_corrected_back(ledger: Ledger, record: MapRecord) -> None:
    retract(ledger, "story", "claim", "c1", hand())
    correct_claim(ledger, None, "c1", ["status=denied"], hand())
    assert next(c for c in ledger.read().claims if c.id == "c1").status == "denied"
    with pytest.raises(UnknownEntry):
        correct_claim(ledger, None, "nope", ["status=denied"], hand())


def test_what_changed_meanwhile_can_be_told(ledger: Ledger, record: MapRecord) -> None:
    seen = ledger.versions("story", "claim", "c1")[0].hash
    correct_claim(ledger, None, "c1", ["holder=third"], hand())
    with pytest.raises(StaleCorrection):
        correct_claim(ledger, None, "c1", ["holder=blue"], hand(seen=seen))
    with pytest.raises(StaleCorrection):
        merge(ledger, "story", "claim", "c1", "c2", hand(seen=seen))
    told = meanwhile(ledger, "story", "claim", "c1", seen)
    assert told is not None
    assert [(c.field, c.before, c.after) for c in changes_of(told)] == [("holder", "green", "third")]
    retract(ledger, "story", "claim", "c1", hand())
    told = meanwhile(ledger, "story", "claim", "c1", seen)
    assert told is not None
    assert (told.action, told.after) == (Action.RETRACTED, None)
    assert meanwhile(ledger, "story", "claim", "c1", "f" * 64) is None

"""The conflicts of the first story, on its real rows: what the method concludes from each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claims.control import Certainty, ControlHistory, Hold
from claims.history import control_history
from claims.statements import speaks_of_control

DAMASCUS = ZoneInfo("Asia/Damascus")
GOVERNMENT, OPPOSITION = "syrian_government", "hts_led_opposition"


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=DAMASCUS)


@pytest.fixture(scope="module")
def history(hama_record: Any) -> ControlHistory:
    return control_history(hama_record)


def told(holds: tuple[Hold, ...]) -> list[tuple[str, str, str | None]]:
    return [(h.holder, str(h.certainty), h.rival) for h in holds]


def reasons(history: ControlHistory, place_id: str) -> dict[str, str]:
    return {r.claim_id: r.reason for r in history.remarks if r.place_id == place_id}


@pytest.mark.parametrize("place_id", ["maar-shahour", "kafraa"])
def test_village_taken_and_retaken_after_midnight_shows_both_changes(
    history: ControlHistory, place_id: str
) -> None:
    before, taken, retaken = history.holds[place_id]
    assert (before.holder, before.certainty) == (GOVERNMENT, Certainty.NOT_REPORTED)
    assert (taken.holder, taken.certainty, taken.start) == (OPPOSITION, Certainty.ASSESSED, at(3, 23, 59))
    assert (retaken.holder, retaken.certainty, retaken.start) == (GOVERNMENT, Certainty.ASSESSED, at(4, 6))
    assert taken.end == retaken.start
    assert retaken.end is None
    assert retaken.window is not None
    assert retaken.window.start == at(4, 0)


def test_most_contested_place_ends_contested(history: ControlHistory) -> None:
    assert told(history.holds["qalaat-al-madiq"]) == [
        (GOVERNMENT, "not_reported", None),
        (OPPOSITION, "assessed", None),
        (OPPOSITION, "claimed", GOVERNMENT),
        (OPPOSITION, "assessed", None),  # a source on the government's side admits it
        (OPPOSITION, "contested", GOVERNMENT),
    ]
    last = history.holds["qalaat-al-madiq"][-1]
    assert {"T119", "X054"} <= set(last.claims)


def test_opposite_claims_of_one_day_are_contested(history: ControlHistory) -> None:
    assert told(history.holds["suruj"]) == [
        (GOVERNMENT, "not_reported", None),
        (GOVERNMENT, "assessed", None),
        (GOVERNMENT, "contested", OPPOSITION),
    ]
    assert reasons(history, "suruj") == {"T192": "outweighed"}


def test_failed_attack_changes_no_holder(history: ControlHistory) -> None:
    holds = history.holds["jabal-zayn-al-abidin"]
    assert [h.holder for h in holds] == [GOVERNMENT, GOVERNMENT, OPPOSITION]
    assert holds[-1].start == at(5, 23, 59)
    assert reasons(history, "jabal-zayn-al-abidin") == {
        "T157": "no_holder_named",
        "T166": "attack_failed",
        "T166o": "attack_failed",
        "T219": "attack_failed",
        "T235": "improbable",
    }


def test_late_claim_of_a_retaken_brigade_moves_nothing(history: ControlHistory) -> None:
    before, taken = history.holds["brigade-87"]
    assert (before.holder, taken.holder, taken.certainty) == (GOVERNMENT, OPPOSITION, Certainty.ASSESSED)
    assert (taken.start, taken.end) == (at(3, 23, 59), None)
    assert reasons(history, "brigade-87")["T236"] == "improbable"


def test_city_changes_hands_on_5_december_only_and_its_loss_is_admitted(history: ControlHistory) -> None:
    before, after = history.holds["hama"]
    assert (before.holder, after.holder, after.certainty) == (GOVERNMENT, OPPOSITION, Certainty.ASSESSED)
    assert after.start == at(5, 15)
    assert "T232c" in after.claims
    assert reasons(history, "hama")["X032"] == "denied"


def test_withdrawal_that_names_no_successor_moves_nothing(history: ControlHistory) -> None:
    assert reasons(history, "qomhana") == {"T156": "no_holder_named"}
    assert [h.start for h in history.holds["qomhana"]] == [None, at(5, 23, 59)]


def test_government_alone_says_that_karnaz_is_retaken(history: ControlHistory) -> None:
    assert told(history.holds["karnaz"]) == [
        (GOVERNMENT, "not_reported", None),
        (OPPOSITION, "assessed", None),
        (OPPOSITION, "claimed", GOVERNMENT),
    ]


def test_place_retaken_that_nobody_said_was_lost_is_claimed_by_its_own_holder(
    history: ControlHistory,
) -> None:
    assert told(history.holds["hayalin"]) == [
        (GOVERNMENT, "not_reported", None),
        (GOVERNMENT, "claimed", GOVERNMENT),
    ]


def test_army_that_left_and_a_party_that_says_it_came(history: ControlHistory) -> None:
    assert told(history.holds["palmyra"]) == [
        (GOVERNMENT, "not_reported", None),
        ("unknown", "claimed", "sfa"),
    ]


def test_only_the_opposition_says_so(history: ControlHistory) -> None:
    assert told(history.holds["hama-military-airport"])[-1] == (GOVERNMENT, "claimed", OPPOSITION)


@pytest.mark.parametrize("place_id", ["northern-sarha", "southern-sarha", "abu-laffa", "mustariha-rahjan"])
def test_named_villages_of_3_december_are_assessed(history: ControlHistory, place_id: str) -> None:
    assert history.at(place_id, at(3, 23, 59)).holder == OPPOSITION
    assert history.at(place_id, at(3, 23, 58)).holder == GOVERNMENT


def test_three_distances_stay_three_claims(hama_record: Any) -> None:
    claims = (c for c in hama_record.claims if c.event == "distance")
    distances = {c.id: (c.value, c.qualifier, c.claimant) for c in claims}
    assert distances["T151"] == (6.0, "up_to", "sohr")
    assert distances["T169"] == (10.0, "about", "sohr")
    assert distances["T170a"] == (20.0, "more_than", "syrian-army")


def test_unlocated_places_are_listed_and_not_pinned(hama_record: Any) -> None:
    names = {u.name for u in hama_record.unlocated}
    assert {"Bayoud", "Mechanized School"} <= names
    claims = {c.id: c for c in hama_record.claims}
    assert all(claims[i].place_id is None for u in hama_record.unlocated for i in u.claim_ids)


def test_loss_that_only_a_second_report_tells_is_not_drawn_before_that_report(hama_record: Any) -> None:
    def late(claim: Any) -> Any:
        return replace(claim, reported_at=at(6, 12)) if claim.id == "X034" else claim

    record = replace(hama_record, claims=tuple(late(claim) for claim in hama_record.claims))
    for method in ("assessed-first", "latest-report"):
        before, retaken = control_history(record, at(5, 12), method).holds["kafraa"]
        assert (before.holder, before.certainty) == (GOVERNMENT, Certainty.NOT_REPORTED)
        assert (retaken.start, retaken.claims) == (at(4, 6), ("T167",))
        after = control_history(record, at(6, 12), method).holds["kafraa"]
        assert [hold.holder for hold in after] == [GOVERNMENT, OPPOSITION, GOVERNMENT]
    own = next(claim for claim in record.claims if claim.id == "T167")
    assert own.from_holder == OPPOSITION  # the only word of it, and it says not since when


def test_false_late_claim_is_believed_by_no_method_that_hears_the_editor(hama_record: Any) -> None:
    for place_id in ("brigade-87", "hama-military-airport"):
        for method in ("assessed-first", "latest-report"):
            last = control_history(hama_record, None, method).holds[place_id][-1]
            assert OPPOSITION in (last.holder, last.rival)
            assert last.rival != GOVERNMENT
        trusting = control_history(hama_record, None, "latest-report", {"improbable_credibility": 0})
        assert trusting.holds[place_id][-1].holder == GOVERNMENT


def test_source_that_contradicts_a_withdrawal_never_lost_the_hill(hama_record: Any) -> None:
    alone = control_history(hama_record, None, "single-source:sohr").holds["jabal-zayn-al-abidin"]
    assert {hold.holder for hold in alone} == {GOVERNMENT}
    withdrawal = control_history(hama_record, None, "single-source:isw-ctp")
    assert reasons(withdrawal, "jabal-zayn-al-abidin") == {"T157": "no_holder_named"}


def test_evening_before_nothing_of_the_night_is_known(hama_record: Any) -> None:
    evening = control_history(hama_record, known_at=at(3, 23, 59))
    assert [h.holder for h in evening.holds["maar-shahour"]] == [GOVERNMENT]
    assert evening.known_at == at(3, 23, 59)


def test_inferred_places_rest_on_their_neighbours(history: ControlHistory, hama_record: Any) -> None:
    known = {c.id for c in hama_record.claims}
    spoken_of = {c.place_id for c in hama_record.claims if speaks_of_control(c)}
    found = [(p, h) for p, holds in history.holds.items() for h in holds if h.certainty is Certainty.INFERRED]
    assert found
    for place_id, hold in found:
        assert place_id not in spoken_of
        assert hold.holder == OPPOSITION
        assert len(hold.claims) >= 2
        assert set(hold.claims) <= known

"""What a reader sees on the map when sources agree, disagree, repeat, deny or fall silent."""

from __future__ import annotations

from datetime import datetime

import pytest
from claims_story import ACTORS, BLUE, GREEN, SOURCES, THIRD, UNKNOWN, at, claim, place, story

from claims.claim import Claim
from claims.control import ControlHistory
from claims.history import control_history
from claims.methods.registry import BadParameter, UnknownMethod
from claims.strength import Strengths

NOT_REPORTED, ASSESSED, CLAIMED, CONTESTED, STALE = (
    "not_reported",
    "assessed",
    "claimed",
    "contested",
    "stale",
)


def told(*claims: Claim, **more: object) -> list[tuple[str, str, str | None]]:
    return shown(control_history(story(claims, **more)))  # type: ignore[arg-type]


def shown(history: ControlHistory, place_id: str = "a") -> list[tuple[str, str, str | None]]:
    return [(h.holder, str(h.certainty), h.rival) for h in history.holds[place_id]]


def reasons(*claims: Claim) -> dict[str, str]:
    return {r.claim_id: r.reason for r in control_history(story(claims)).remarks}


BASELINE = (BLUE, NOT_REPORTED, None)


def test_place_without_reports_keeps_its_baseline_holder() -> None:
    assert told() == [BASELINE]


def test_place_without_baseline_is_held_by_unknown() -> None:
    assert told(baseline={}) == [(UNKNOWN, NOT_REPORTED, None)]


def test_independent_source_is_assessed() -> None:
    assert told(claim("1", "captured", GREEN, "agency", (6, 12))) == [BASELINE, (GREEN, ASSESSED, None)]


def test_change_takes_effect_at_the_end_of_its_window() -> None:
    history = control_history(story([claim("1", "captured", GREEN, "agency", (6, 12))]))
    hold = history.holds["a"][1]
    assert hold.start == at(12)
    assert hold.window is not None
    assert (hold.window.start, hold.window.end) == (at(6), at(12))
    assert history.at("a", at(11.99)).holder == BLUE
    assert history.at("a", at(12)).holder == GREEN


def test_loser_who_admits_it_is_assessed() -> None:
    assert told(claim("1", "captured", GREEN, "blue-army", (6, 12), loser=BLUE)) == [
        BASELINE,
        (GREEN, ASSESSED, None),
    ]


def test_loser_left_blank_is_the_standing_holder() -> None:
    assert told(claim("1", "captured", GREEN, "blue-army", (6, 12)))[-1] == (GREEN, ASSESSED, None)


def test_gaining_side_alone_is_claimed_and_a_monitor_later_makes_it_assessed() -> None:
    own = claim("1", "captured", GREEN, "green-front", (6, 12))
    assert told(own) == [BASELINE, (BLUE, CLAIMED, GREEN)]
    history = control_history(story([own, claim("2", "captured", GREEN, "monitor", (6, 20))]))
    assert shown(history) == [BASELINE, (BLUE, CLAIMED, GREEN), (GREEN, ASSESSED, None)]
    assert history.holds["a"][-1].claims == ("1", "2")


def test_source_of_unknown_leaning_is_one_sided() -> None:
    assert told(claim("1", "captured", GREEN, "rumour", (6, 12)))[-1] == (BLUE, CLAIMED, GREEN)


def test_repeat_is_remarked_and_supports() -> None:
    first = claim("1", "captured", GREEN, "agency", (6, 12))
    again = claim("2", "captured", GREEN, "green-front", (20, 30))
    history = control_history(story([first, again]))
    assert shown(history) == [BASELINE, (GREEN, ASSESSED, None)]
    assert history.holds["a"][-1].claims == ("1", "2")
    assert [(r.claim_id, r.reason, r.at) for r in history.remarks] == [("2", "repeat", at(30))]


def test_retake_within_the_hour_shows_both_changes() -> None:
    taken = claim("1", "captured", GREEN, "monitor", (12, 12.25))
    retaken = claim("2", "recaptured", BLUE, "monitor", (12.5, 12.75), loser=GREEN)
    assert told(taken, retaken) == [BASELINE, (GREEN, ASSESSED, None), (BLUE, ASSESSED, None)]


def test_hand_over_between_two_claimants_is_no_conflict() -> None:
    taken = claim("1", "captured", GREEN, "agency", (0, 12))
    retaken = claim("2", "recaptured", BLUE, "monitor", (12, 18), loser=GREEN)
    assert told(taken, retaken) == [BASELINE, (GREEN, ASSESSED, None), (BLUE, ASSESSED, None)]


def test_capture_and_recapture_of_one_day_by_one_claimant_end_with_the_recapture() -> None:
    taken = claim("1", "captured", GREEN, "monitor", (0, 24))
    retaken = claim("2", "recaptured", BLUE, "monitor", (0, 24), loser=GREEN)
    history = control_history(story([taken, retaken]))
    assert shown(history)[-1] == (BLUE, ASSESSED, None)
    assert set(history.holds["a"][-1].claims) == {"1", "2"}


def test_recapture_over_later_than_the_loss_it_answers_is_no_conflict() -> None:
    taken = claim("1", "captured", GREEN, "agency", (0, 24))
    retaken = claim("2", "recaptured", BLUE, "blue-army", (20, 30), loser=GREEN)
    assert told(taken, retaken)[1:] == [(GREEN, ASSESSED, None), (GREEN, CLAIMED, BLUE)]


def test_two_strong_claimants_of_one_time_are_contested_until_a_later_word() -> None:
    one = claim("1", "captured", GREEN, "agency", (0, 12))
    other = claim("2", "captured", THIRD, "monitor", (6, 14))
    assert told(one, other) == [BASELINE, (GREEN, ASSESSED, None), (GREEN, CONTESTED, THIRD)]
    later = claim("3", "holds", THIRD, "agency", (60, 61))
    assert told(one, other, later)[-1] == (THIRD, ASSESSED, None)


def test_strong_claimant_outweighs_a_one_sided_one_of_the_same_time() -> None:
    one = claim("1", "captured", GREEN, "agency", (0, 12))
    other = claim("2", "captured", THIRD, "third-force", (6, 14))
    assert told(one, other) == [BASELINE, (GREEN, ASSESSED, None)]
    assert reasons(one, other) == {"2": "outweighed"}


def test_two_one_sided_claimants_of_one_time_are_contested() -> None:
    one = claim("1", "captured", GREEN, "green-front", (0, 12))
    other = claim("2", "captured", THIRD, "third-force", (6, 14))
    assert told(one, other) == [BASELINE, (BLUE, CLAIMED, GREEN), (BLUE, CONTESTED, THIRD)]


def test_disagreement_is_the_same_when_both_speak_of_the_same_instant() -> None:
    one = claim("1", "captured", GREEN, "agency", (0, 12))
    other = claim("2", "captured", THIRD, "monitor", (0, 12))
    (before, now) = told(one, other)
    assert before == BASELINE
    assert now[:2] == (BLUE, CONTESTED)


def test_failed_attack_moves_no_holder_and_is_remarked() -> None:
    failed = claim("1", "attack_failed", None, "blue-army", (6, 12), loser=BLUE)
    assert told(failed) == [BASELINE]
    assert reasons(failed) == {"1": "attack_failed"}


def test_monitor_that_saw_the_attack_fail_makes_the_hold_assessed() -> None:
    failed = claim("1", "attack_failed", None, "monitor", (6, 12), loser=BLUE)
    assert told(failed) == [BASELINE, (BLUE, ASSESSED, None)]


@pytest.mark.parametrize(("hours", "certainty"), [(24, CONTESTED), (24.5, ASSESSED)])
def test_failed_attack_and_a_gain_disagree_within_a_day(hours: float, certainty: str) -> None:
    failed = claim("1", "attack_failed", None, "monitor", (6, 12), loser=BLUE)
    gain = claim("2", "captured", GREEN, "agency", (12 + hours, 12 + hours))
    assert told(failed, gain)[-1][1] == certainty


def test_attack_that_failed_by_the_owner_alone_does_not_stop_an_independent_gain() -> None:
    failed = claim("1", "attack_failed", None, "blue-army", (6, 12), loser=BLUE)
    gain = claim("2", "captured", GREEN, "agency", (14, 18))
    assert told(failed, gain) == [BASELINE, (GREEN, ASSESSED, None)]


def test_denial_against_the_gaining_side_alone_is_contested() -> None:
    gain = claim("1", "captured", GREEN, "green-front", (6, 12))
    denial = claim("2", "captured", GREEN, "blue-army", (6, 20), loser=BLUE, status="denied")
    assert told(gain, denial) == [BASELINE, (BLUE, CLAIMED, GREEN), (BLUE, CONTESTED, GREEN)]
    assert reasons(gain, denial) == {"2": "denied"}


def test_denial_of_what_nobody_says_moves_nothing() -> None:
    denial = claim("1", "withdrawn", None, "blue-army", (6, 20), loser=BLUE, status="denied")
    assert told(denial) == [BASELINE]
    assert reasons(denial) == {"1": "denied"}


def test_claimed_place_that_its_holder_claims_back_is_claimed_by_the_holder() -> None:
    gain = claim("1", "captured", GREEN, "green-front", (6, 12))
    back = claim("2", "recaptured", BLUE, "blue-army", (20, 26), loser=GREEN)
    assert told(gain, back) == [BASELINE, (BLUE, CLAIMED, GREEN), (BLUE, CLAIMED, BLUE)]


def test_withdrawal_without_successor_moves_nothing() -> None:
    left = claim("1", "withdrawn", None, "monitor", (6, 12), loser=BLUE)
    assert told(left) == [BASELINE]
    assert reasons(left) == {"1": "no_holder_named"}


def test_withdrawal_to_nobody_known_makes_the_holder_unknown() -> None:
    left = claim("1", "withdrawn", UNKNOWN, "monitor", (6, 12), loser=BLUE)
    assert told(left) == [BASELINE, (UNKNOWN, ASSESSED, None)]
    late = claim("2", "withdrawn", UNKNOWN, "agency", (30, 40), loser=BLUE)
    gone = claim("1", "captured", GREEN, "monitor", (6, 12))
    assert told(gone, late)[-1] == (GREEN, ASSESSED, None)


def test_improbable_claim_is_kept_and_moves_nothing() -> None:
    improbable = claim("1", "captured", GREEN, "agency", (6, 12), credibility=5)
    assert told(improbable) == [BASELINE]
    assert reasons(improbable) == {"1": "improbable"}


def test_credibility_that_cannot_be_judged_is_not_improbable() -> None:
    assert told(claim("1", "captured", GREEN, "agency", (6, 12), credibility=6))[-1] == (
        GREEN,
        ASSESSED,
        None,
    )


def test_contested_report_makes_a_place_contested() -> None:
    fought = claim("1", "contested", GREEN, "agency", (6, 12), loser=BLUE)
    assert told(fought) == [BASELINE, (BLUE, CONTESTED, GREEN)]
    settled = claim("2", "captured", GREEN, "monitor", (30, 36))
    assert told(fought, settled)[-1] == (GREEN, ASSESSED, None)


def test_contested_report_that_names_one_party_is_against_the_standing_holder() -> None:
    assert told(claim("1", "contested", BLUE, "agency", (6, 12)))[-1] == (BLUE, CONTESTED, UNKNOWN)


def test_status_column_decides_nothing_else() -> None:
    for status in ("claimed", "confirmed", "disputed", "assessed"):
        gain = claim("1", "captured", GREEN, "green-front", (6, 12), status=status)
        assert told(gain)[-1] == (BLUE, CLAIMED, GREEN)


def test_claimant_who_corrects_himself_is_taken_at_his_later_word() -> None:
    failed = claim("1", "attack_failed", None, "monitor", (6, 12), loser=BLUE)
    fell = claim("2", "captured", GREEN, "monitor", (14, 18))
    assert told(failed, fell)[-1] == (GREEN, ASSESSED, None)


def test_silence_makes_a_hold_stale_and_any_report_ends_it() -> None:
    gain = claim("1", "captured", GREEN, "agency", (6, 12))
    history = control_history(story([gain], days=40))
    assert shown(history)[-2:] == [(GREEN, ASSESSED, None), (GREEN, STALE, None)]
    assert history.holds["a"][-1].start == at(12 + 14 * 24)
    strike = claim("2", "strike", None, "agency", (500, 500))
    assert [s[1] for s in told(gain, strike, days=40)] == [NOT_REPORTED, ASSESSED, STALE, ASSESSED, STALE]


def test_silence_is_not_judged_after_the_story() -> None:
    gain = claim("1", "captured", GREEN, "agency", (6, 12))
    assert told(gain, days=14)[-1] == (GREEN, ASSESSED, None)


def test_improbable_report_does_not_break_the_silence() -> None:
    gain = claim("1", "captured", GREEN, "agency", (6, 12))
    strike = claim("2", "strike", None, "agency", (500, 500), credibility=5)
    assert told(gain, strike, days=40)[-1] == (GREEN, STALE, None)


def test_unreported_place_never_becomes_stale() -> None:
    assert told(days=400) == [BASELINE]


def test_unlocated_claims_move_nothing() -> None:
    assert told(claim("1", "captured", GREEN, "agency", (6, 12), where=None)) == [BASELINE]


def test_history_names_its_method_and_what_was_known() -> None:
    history = control_history(story([claim("1", "captured", GREEN, "agency", (6, 12), reported=40)]))
    assert (history.method, history.method_version) == ("assessed-first", "1")
    assert history.known_at == at(40)
    assert history.parameters == {
        "conflict_hours": 24,
        "stale_days": 14,
        "infer_km": 7,
        "infer_neighbours": 2,
        "infer_share": 0.666667,
        "improbable_credibility": 5,
    }
    assert control_history(story([])).known_at == at(0)


def test_parameters_can_be_set() -> None:
    failed = claim("1", "attack_failed", None, "monitor", (6, 12), loser=BLUE)
    gain = claim("2", "captured", GREEN, "agency", (30, 36))
    parameters = {"conflict_hours": 6, "improbable_credibility": 4}
    history = control_history(story([failed, gain]), parameters=parameters)
    assert shown(history)[-1] == (GREEN, ASSESSED, None)
    assert history.parameters["conflict_hours"] == 6


def test_unknown_method_and_naive_known_at_are_refused() -> None:
    for name, near in (("latest", "latest-report"), ("single-source:moniter", "monitor")):
        with pytest.raises(UnknownMethod, match=f"did you mean '{near}'"):
            control_history(story([]), method=name)
    with pytest.raises(ValueError, match="time zone"):
        control_history(story([]), known_at=datetime(2024, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("infer_kms", 3, "infer_kms: is not a parameter of assessed-first; did you mean 'infer_km'"),
        ("infer_km", 900, "infer_km: 900 is not between 0.1 and 200"),
        ("infer_neighbours", 1.5, "infer_neighbours: 1.5 is not a whole number"),
        ("conflict_hours", float("nan"), "conflict_hours: 'nan' is not a number"),
        ("conflict_hours", "24", "conflict_hours: '24' is not a number"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(parameter: str, value: float, said: str) -> None:
    with pytest.raises(BadParameter, match=said):
        control_history(story([]), parameters={parameter: value})


def test_side_is_what_counts_not_the_actor() -> None:
    strengths = Strengths(ACTORS, SOURCES)
    assert strengths.is_strong("agency", GREEN, BLUE)
    assert strengths.is_strong("blue-army", GREEN, BLUE)
    assert not strengths.is_strong("blue-army", GREEN, THIRD)
    assert not strengths.is_strong("green-front", GREEN, BLUE)
    assert not strengths.is_strong("nobody", GREEN, BLUE)


def test_every_place_of_the_map_has_a_history() -> None:
    history = control_history(story([], places=[place("a"), place("b", 50.5)]))
    assert list(history.holds) == ["a", "b"]

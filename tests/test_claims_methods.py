"""The methods that take reports at their word, and how a map or a reader names a method."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from claims_story import BLUE, GREEN, THIRD, UNKNOWN, at, claim, story

from claims.claim import Claim
from claims.control import ControlHistory
from claims.entries import entry, value_of
from claims.history import control_history
from claims.map_folder import read_map_folder
from claims.new_map import write_new_map
from gazetteer.errors import BadFiles

LATEST = "latest-report"


def told(*claims: Claim, method: str = LATEST, **more: Any) -> list[tuple[str, str]]:
    history = control_history(story(claims), method=method, **more)
    return [(hold.holder, str(hold.certainty)) for hold in history.holds["a"]]


def reasons(history: ControlHistory) -> dict[str, str]:
    return {remark.claim_id: remark.reason for remark in history.remarks}


def test_last_report_wins_whoever_says_it() -> None:
    taken = claim("1", "captured", GREEN, "agency", (1, 2))
    back = claim("2", "recaptured", BLUE, "blue-army", (5, 6))
    assert told(taken, back) == [(BLUE, "not_reported"), (GREEN, "reported"), (BLUE, "reported")]


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ({"reported": 9}, {"reported": 8}, GREEN),  # reported later
        ({"window": (4, 6), "reported": 8}, {"window": (2, 6), "reported": 8}, GREEN),  # begins later
        ({"event": "recaptured"}, {}, GREEN),  # a recapture answers a capture
        ({}, {}, THIRD),  # else the later id
    ],
)
def test_ties_are_broken_by_the_stated_rule(
    first: dict[str, Any], second: dict[str, Any], winner: str
) -> None:
    one = claim("1", first.pop("event", "captured"), GREEN, "agency", first.pop("window", (1, 6)), **first)
    other = claim(
        "2", second.pop("event", "captured"), THIRD, "monitor", second.pop("window", (1, 6)), **second
    )
    history = control_history(story([one, other]), method=LATEST)
    assert [hold.holder for hold in history.holds["a"]] == [BLUE, winner]
    assert set(reasons(history).values()) == {"outweighed"}


def test_words_that_agree_at_one_instant_all_support_it() -> None:
    same = [claim(str(i), "captured", GREEN, by, (1, 6)) for i, by in enumerate(("agency", "monitor"))]
    history = control_history(story(same), method=LATEST)
    assert set(history.holds["a"][-1].claims) == {"0", "1"}
    assert set(reasons(history).values()) == {"repeat"}


@pytest.mark.parametrize("status", ["claimed", "denied"])
def test_refusal_is_no_change_and_supports_who_stands(status: str) -> None:
    event, holder = ("attack_failed", None) if status == "claimed" else ("captured", GREEN)
    refused = claim("1", event, holder, "monitor", (1, 2), loser=BLUE, status=status)
    assert told(refused) == [(BLUE, "not_reported"), (BLUE, "reported")]
    taken = claim("0", "captured", GREEN, "agency", (0, 1))
    history = control_history(story([taken, refused]), method=LATEST)
    assert [hold.holder for hold in history.holds["a"]] == [BLUE, GREEN]
    assert history.holds["a"][-1].claims == ("0",)  # it speaks for Blue, who no longer stands there
    assert reasons(history) == {"1": "attack_failed" if status == "claimed" else "denied"}


def test_report_that_a_place_is_contested_lasts_until_somebody_holds_it() -> None:
    fought = claim("1", "contested", GREEN, "agency", (1, 2), loser=BLUE)
    taken = claim("2", "captured", GREEN, "agency", (5, 6))
    history = control_history(story([fought, taken]), method=LATEST)
    shown = [(hold.holder, str(hold.certainty), hold.rival) for hold in history.holds["a"]]
    assert shown == [(BLUE, "not_reported", None), (BLUE, "contested", GREEN), (GREEN, "reported", None)]


def test_party_that_left_what_it_no_longer_held_changes_nothing() -> None:
    taken = claim("1", "captured", GREEN, "agency", (1, 2))
    left = claim("2", "withdrawn", UNKNOWN, "agency", (5, 6), loser=BLUE)
    assert told(taken, left) == [(BLUE, "not_reported"), (GREEN, "reported")]
    assert told(left) == [(BLUE, "not_reported"), (UNKNOWN, "reported")]


def test_improbable_claims_move_nothing_unless_the_parameter_says_so() -> None:
    false = claim("1", "captured", GREEN, "green-front", (1, 2), credibility=5)
    assert told(false) == [(BLUE, "not_reported")]
    assert told(false, parameters={"improbable_credibility": 0}) == [
        (BLUE, "not_reported"),
        (GREEN, "reported"),
    ]


def test_silence_and_neighbours_say_nothing() -> None:
    taken = claim("1", "captured", GREEN, "agency", (1, 2))
    history = control_history(story([taken], days=60), method=LATEST)
    assert str(history.holds["a"][-1].certainty) == "reported"


def test_single_source_hears_one_claimant_and_not_what_it_carries() -> None:
    own = claim("1", "captured", GREEN, "agency", (1, 2))
    carried = replace(claim("2", "recaptured", BLUE, "blue-army", (3, 4)), reporter="agency")
    history = control_history(story([own, carried]), method="single-source:agency")
    assert (history.method, history.method_version) == ("single-source:agency", "1")
    assert [hold.holder for hold in history.holds["a"]] == [BLUE, GREEN]
    assert control_history(story([own, carried]), method="single-source:monitor").remarks == ()


def test_map_names_its_method_and_another_may_be_asked_for() -> None:
    made = story([claim("1", "captured", GREEN, "green-front", (1, 2))])
    own = replace(
        made, settings=replace(made.settings, method=LATEST, parameters={"improbable_credibility": 4})
    )
    assert (control_history(own).method, dict(control_history(own).parameters)) == (
        LATEST,
        {"improbable_credibility": 4},
    )
    other = control_history(own, method="assessed-first")
    assert (other.method, other.parameters["improbable_credibility"]) == ("assessed-first", 5)


def test_settings_that_say_nothing_of_a_method_are_the_entry_that_they_always_were() -> None:
    settings = story([]).settings
    body = entry("settings", "settings", settings).body
    assert "method" not in body
    assert "parameters" not in body
    said = replace(settings, method=LATEST, parameters={"improbable_credibility": 4})
    assert value_of("settings", entry("settings", "settings", said).body) == said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_new_map(tmp_path / "map")
    return tmp_path / "map"


def written(folder: Path, first: str, last: str = "") -> Path:
    file = folder / "map.toml"
    file.write_text(f"{first}\n{file.read_text(encoding='utf-8')}\n{last}\n", encoding="utf-8")
    return folder


def test_method_and_parameters_are_read_from_map_toml(folder: Path) -> None:
    settings = read_map_folder(
        written(folder, 'method = "assessed-first"', "[parameters]\ninfer_km = 5")
    ).settings
    assert (settings.method, settings.parameters) == ("assessed-first", {"infer_km": 5})


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ('method = "latest"', "", "method: no method is named 'latest'; did you mean 'latest-report'?"),
        ("method = 3", "", "method: is not a text"),
        ('method = "single-source:nobody-at-all"', "", "method: no source has the id 'nobody-at-all'"),
        (
            "",
            "[parameters]\ninfer_kn = 5",
            "parameters.infer_kn: is not a parameter of assessed-first; did you mean",
        ),
        ("", "[parameters]\ninfer_km = true", "parameters.infer_km: 'True' is not a number"),
        ('method = "latest-report"', "[parameters]\nstale_days = 5", "is not a parameter of latest-report"),
        ("parameters = 5", "", "parameters: is not a table"),
    ],
)
def test_method_that_makes_no_sense_is_a_fault_with_its_line(
    folder: Path, first: str, last: str, said: str
) -> None:
    with pytest.raises(BadFiles) as told:
        read_map_folder(written(folder, first, last))
    assert said in str(told.value)
    assert "map.toml, line" in str(told.value)


def test_known_time_counts_for_every_method() -> None:
    late = claim("1", "captured", GREEN, "agency", (1, 2), reported=30)
    for method in (LATEST, "single-source:agency"):
        assert told(late, method=method, known_at=at(20)) == [(BLUE, "not_reported")]

"""A claim goes through a form and comes back as it was, but for what somebody changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from claims.claim import Precision
from claims.claim_form import COLUMNS, cells_of, changed_cells, corrected, other_claim, reason_of


def claim_named(record: Any, key: str) -> Any:
    return next(claim for claim in record.claims if claim.id == key)


def test_every_claim_of_the_example_comes_back_unchanged(hama_record: Any) -> None:
    zone = hama_record.settings.zone
    for claim in hama_record.claims:
        faults: list[Any] = []
        assert corrected(claim, cells_of(claim, zone), hama_record, faults) == claim, faults


def test_what_the_form_cannot_show_stays(hama_record: Any) -> None:
    first = hama_record.claims[0]
    odd = replace(
        first,
        happened=replace(first.happened, precision=Precision.WEEK),
        note="two\r\nlines  ",
        analyst="maya",
    )
    made = corrected(odd, {**cells_of(odd, hama_record.settings.zone), "status": "denied"}, hama_record, [])
    assert made == replace(odd, status="denied")


def test_one_field_changes_and_nothing_else(hama_record: Any) -> None:
    first = hama_record.claims[0]
    made = corrected(first, {"happened_from": "2024-11-27", "happened_to": "2024-11-28"}, hama_record, [])
    assert made is not None
    assert cells_of(made, hama_record.settings.zone)["happened_to"] == "2024-11-28"
    assert replace(made, happened=first.happened) == first


def test_a_clock_time_is_read_on_the_clocks_of_the_map(hama_record: Any) -> None:
    made = corrected(hama_record.claims[0], {"reported_at": "2024-12-20T18:00"}, hama_record, [])
    assert made is not None and made.reported_at.isoformat() == "2024-12-20T15:00:00+00:00"


def test_all_faults_are_told_at_their_fields(hama_record: Any) -> None:
    faults: list[Any] = []
    typed = {"holder": "nobody", "event": "fell", "credibility": "7", "reported_at": "3.12.2024"}
    assert corrected(hama_record.claims[0], typed, hama_record, faults) is None
    assert {fault.column for fault in faults} == set(typed)


@pytest.mark.parametrize("text", ["x" * 100_001, "a\0b"])
def test_what_no_cell_may_hold_no_field_may_hold(hama_record: Any, text: str) -> None:
    faults: list[Any] = []
    assert corrected(hama_record.claims[0], {"note": text}, hama_record, faults) is None
    assert [fault.column for fault in faults] == ["note"]


def test_the_id_and_the_analyst_are_not_for_the_form(hama_record: Any) -> None:
    first = hama_record.claims[0]
    made = corrected(first, {"claim_id": "other", "analyst": "evil", "nonsense": "x"}, hama_record, [])
    assert made == first and "claim_id" not in COLUMNS


def test_only_what_was_changed_counts_as_typed() -> None:
    assert changed_cells({"note": "a\nb", "holder": "x"}, {"note": "a\r\nb ", "holder": "y"}) == {
        "holder": "y"
    }


@pytest.mark.parametrize(
    ("text", "right"), [("wrong date", 1), ("", 0), (" \n", 0), ("x" * 2001, 0), ("a\x07", 0)]
)
def test_a_reason_is_needed(text: str, right: int) -> None:
    faults: list[Any] = []
    reason_of(text, faults)
    assert (not faults) == bool(right)


@pytest.mark.parametrize(("text", "right"), [("b", 1), ("", 0), ("a", 0), ("c", 0)])
def test_a_claim_is_merged_into_another_that_stands(text: str, right: int) -> None:
    faults: list[Any] = []
    other_claim(text, "a", ["a", "b"], faults)
    assert (not faults) == bool(right)

"""Between two steps, what is known stays the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claims_story import at, claim, place, story
from hypothesis import given
from hypothesis import strategies as st

from claims.corrections import Action, Correction, as_known
from claims.known_steps import known_steps, step_of
from claims.map_record import MapRecord, Unlocated

TOLD = claim("c1", "captured", "green", "agency", (1, 2), reported=3)


def corrected_story() -> MapRecord:
    """One claim corrected at hour 30, which also had an earlier time of report; a place corrected later."""
    later = replace(TOLD, reported_at=at(5))
    others = [claim(f"d{hour}", "clash", None, "agency", (1, 2), reported=hour) for hour in (3, 8, 8.5)]
    record = story([later, *others], [place("a")])
    moved = replace(record.places["a"], lat=50.2)
    return replace(
        record,
        corrections=(
            Correction(at(30), "claim", "c1", Action.CORRECTED, TOLD, later),
            Correction(
                at(40) + timedelta(milliseconds=1), "place", "a", Action.CORRECTED, moved, record.places["a"]
            ),
            Correction(at(50), "source", "agency", Action.CORRECTED, None, None),
        ),
    )


def test_every_report_and_every_correction_of_evidence_is_a_step() -> None:
    steps = known_steps(corrected_story())
    assert steps == (at(3), at(5), at(8), at(8.5), at(30), at(40) + timedelta(seconds=1))


@given(st.floats(min_value=0, max_value=60))
def test_what_is_known_is_what_was_known_at_the_step_before(hour: float) -> None:
    record = corrected_story()
    steps = known_steps(record)
    known_at = at(hour).replace(microsecond=0)
    step = step_of(steps, known_at)
    known, before = as_known(record, known_at), as_known(record, step or steps[0] - timedelta(seconds=1))
    assert (known.claims, known.places) == (before.claims, before.places)


def test_before_the_first_report_there_is_no_step() -> None:
    assert step_of(known_steps(corrected_story()), at(1)) is None


def test_place_that_only_later_reports_name_is_not_listed_yet() -> None:
    record = replace(
        story([TOLD, replace(TOLD, id="c2", reported_at=at(9))]),
        unlocated=(
            Unlocated("Both", "", "village", "", "", ("c1", "c2")),
            Unlocated("Later", "", "village", "", "", ("c2",)),
            Unlocated("Listed", "", "village", "", "", ()),
        ),
    )
    listed = as_known(record, at(4)).unlocated
    assert [(found.name, found.claim_ids) for found in listed] == [("Both", ("c1",)), ("Listed", ())]

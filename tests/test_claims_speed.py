"""What was made faster still says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from large_story import large_story

from claims.control import ControlHistory, Hold
from claims.history import control_history


def lines(history: ControlHistory) -> Iterator[str]:
    """A history as text: every hold of every place in the order of their ids, then every remark."""
    for place_id in sorted(history.holds):
        yield from (f"{place_id}|{_told(hold)}" for hold in history.holds[place_id])
    for remark in history.remarks:
        yield f"{remark.at}|{remark.place_id}|{remark.claim_id}|{remark.reason}"


def _told(hold: Hold) -> str:
    window = hold.window and (hold.window.start, hold.window.end, str(hold.window.precision))
    parts = (hold.start, hold.end, hold.holder, str(hold.certainty), hold.rival, *hold.claims)
    return "|".join(str(part) for part in (*parts, *(window or ())))


def digest(history: ControlHistory) -> str:
    return hashlib.sha256("\n".join(lines(history)).encode()).hexdigest()[:16]


# Of version 1 of assessed-first before it was made faster. Another digest is another version.
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (3, "bea23b9f781c3851"),
        (6, "8264a2298ffa77a3"),
        (7, "ed6e389bdaab8407"),
        (9, "7f286011a3026821"),
        (None, "d72c3490c94d137b"),
    ],
)
def test_example_has_the_holds_of_the_first_implementation(
    hama_record: Any, day: int | None, expected: str
) -> None:
    evening = timedelta(days=day or 0, hours=23, minutes=59)
    known_at = None if day is None else hama_record.settings.span[0] + evening
    assert digest(control_history(hama_record, known_at)) == expected


def test_large_story_has_the_holds_of_the_first_implementation() -> None:
    assert digest(control_history(large_story(3_000, 2_000, days=40))) == "539493665f42b8f2"

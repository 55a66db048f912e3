"""Words of time, seen from Wednesday 4 December 2024 in Damascus."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim import Precision
from claims.reading.when import Clock, times_in

ZONE = ZoneInfo("Asia/Damascus")
WEDNESDAY = Clock(datetime(2024, 12, 4, 23, 59, tzinfo=ZONE))


def said(text: str, clock: Clock = WEDNESDAY) -> list[tuple[str, str, str] | None]:
    return [
        (f"{t.window.start:%m-%d %H:%M}", f"{t.window.end:%m-%d %H:%M}", t.window.precision.value)
        if t.window
        else None
        for t in times_in(text, 0, len(text), clock)
    ]


DAYS = [
    ("on Tuesday", "12-03 00:00", "12-03 23:59", "day"),
    ("on Wednesday", "12-04 00:00", "12-04 23:59", "day"),
    ("last Wednesday", "11-27 00:00", "11-27 23:59", "day"),
    ("overnight", "12-03 18:00", "12-04 06:00", "hours"),
    ("after midnight Tuesday-Wednesday", "12-04 00:00", "12-04 06:00", "hours"),
    ("the night of Monday to Tuesday", "12-02 18:00", "12-03 06:00", "hours"),
    ("on Friday night", "11-29 18:00", "11-29 23:59", "hours"),
    ("two days ago", "12-02 00:00", "12-02 23:59", "day"),
    ("yesterday", "12-03 00:00", "12-03 23:59", "day"),
    ("since 27 November", "11-27 00:00", "12-04 23:59", "week"),
    ("on November 27", "11-27 00:00", "11-27 23:59", "day"),
    ("27-30 November", "11-27 00:00", "11-30 23:59", "day"),
    ("this week", "12-02 00:00", "12-04 23:59", "week"),
    ("last week", "11-25 00:00", "12-01 23:59", "week"),
    ("in May 2023", "05-01 00:00", "05-31 23:59", "month"),
    ("in the past 24 hours", "12-03 00:00", "12-04 23:59", "day"),
    ("at 5 p.m. on Monday", "12-02 17:00", "12-02 17:00", "minute"),
    ("on Sunday night into Monday", "12-01 18:00", "12-02 06:00", "hours"),
    ("just before midnight on Monday", "12-02 18:00", "12-02 23:59", "hours"),
    ("on 2/12/2024", "12-02 00:00", "12-02 23:59", "day"),
    ("several months ago", "06-07 00:00", "11-04 23:59", "month"),
    ("a year ago this month", "06-05 00:00", "03-05 23:59", "year"),
    ("2024-12-01", "12-01 00:00", "12-01 23:59", "day"),
]


@pytest.mark.parametrize(("words", "start", "end", "precision"), DAYS)
def test_words_are_an_interval_no_more_exact_than_they_are(
    words: str, start: str, end: str, precision: str
) -> None:
    assert said(f"The army left {words}, it said.")[0] == (start, end, precision)


@pytest.mark.parametrize("words", ["tomorrow", "until Friday", "next week", "by 25 December"])
def test_what_lies_ahead_has_no_interval(words: str) -> None:
    assert said(f"It will leave {words}.") == [None]


@pytest.mark.parametrize(
    "words",
    [
        "It may 3 times",
        "of the 2011 uprising",
        "they march 12 km",
        "31 February 2024",
        "under Tuesday's deal",
    ],
)
def test_other_words_are_no_time(words: str) -> None:
    assert said(words) == []


def test_a_day_earlier_counts_from_the_day_spoken_of() -> None:
    clock = Clock(WEDNESDAY.published, date(2024, 12, 2))
    assert said("a day earlier", clock)[0] == ("12-01 00:00", "12-01 23:59", "day")


def test_a_clock_time_is_of_the_day_named_beside_it() -> None:
    got = said("twice on Monday: at 06:00, and at 15:30")
    assert [one and one[0] for one in got] == ["12-02 00:00", "12-02 06:00", "12-02 15:30"]


def test_a_day_before_new_year_is_of_the_year_before() -> None:
    clock = Clock(datetime(2025, 1, 2, 23, 59, tzinfo=ZONE))
    (found,) = times_in("on 30 December", 0, 14, clock)
    assert found.window is not None
    assert found.window.start.year == 2024


@given(st.text(alphabet="on since last 0123456789-:,. MondayTuesdaymidnightagoJune apm", max_size=80))
def test_no_words_break_it_and_no_time_of_the_past_lies_ahead(text: str) -> None:
    for found in times_in(text, 0, len(text), WEDNESDAY):
        assert 0 <= found.start < found.end <= len(text)
        if found.window and found.window.precision is not Precision.MINUTE:
            assert found.window.start <= found.window.end
            assert found.window.start <= WEDNESDAY.published

"""Dates are read aloud on the clocks of the map's place."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.clock import Calendar, Clock, instant
from figures.words import words

NAMES = {"en": "Damascus", "ar": "دمشق"}
DAMASCUS = Clock(NAMES, ((0, 180),))
EVENING = int(datetime(2024, 12, 4, 20, 59, tzinfo=UTC).timestamp())


def test_a_date_in_english():
    say = Calendar(DAMASCUS, words("en"))
    assert say.long(EVENING) == "Wednesday 4 December 2024, 23:59"
    assert say.long(EVENING, day_only=True) == "Wednesday 4 December 2024"
    assert say.stamp(EVENING) == "Wed 4 Dec 2024, 23:59 Damascus"
    assert say.short(EVENING) == "4 Dec"
    assert say.short(EVENING, day_only=False) == "4 Dec, 23:59"
    assert say.zone(EVENING) == "Damascus, UTC+3"


def test_a_date_in_arabic_has_western_digits_and_the_months_of_the_levant():
    say = Calendar(DAMASCUS, words("ar"))
    assert say.long(EVENING) == "الأربعاء 4 كانون الأول 2024، 23:59"
    assert say.say("other_month", EVENING) == "4 كانون الأول (ديسمبر) 2024، 23:59"
    assert say.zone(EVENING) == "بتوقيت دمشق، UTC+3"


def test_the_machine_form_carries_the_offset():
    assert DAMASCUS.iso(EVENING) == "2024-12-04T23:59+03:00"
    assert Clock(NAMES, ((0, -210),)).iso(EVENING) == "2024-12-04T17:29-03:30"
    assert Calendar(Clock(NAMES, ((0, -210),)), words("en")).zone(EVENING) == "Damascus, UTC−3:30"


def test_a_span_is_said_by_its_days():
    start = DAMASCUS.day_start(EVENING)
    assert Calendar(DAMASCUS, words("en")).span(start, start + 86400) == "4 Dec – 4 Dec 2024"


def test_days_follow_the_clocks_through_a_change_of_summer_time():
    zone = ZoneInfo("Europe/Kyiv")
    change = int(datetime(2024, 10, 27, 1, tzinfo=UTC).timestamp())
    clock = Clock(NAMES, ((0, 180), (change, 120)))
    start = int(datetime(2024, 10, 26, tzinfo=zone).timestamp())
    end = int(datetime(2024, 10, 29, tzinfo=zone).timestamp())
    expected = [int(datetime(2024, 10, day, tzinfo=zone).timestamp()) for day in (26, 27, 28)]
    assert clock.days(start, end) == expected


@given(st.integers(min_value=0, max_value=4_000_000_000), st.integers(min_value=-720, max_value=840))
def test_a_day_starts_at_midnight_and_holds_its_instant(t, minutes):
    clock = Clock(NAMES, ((0, minutes),))
    start = clock.day_start(t)
    assert clock.local(start).strftime("%H:%M:%S") == "00:00:00"
    assert start <= t < start + 86400


def test_an_address_may_ask_for_a_time_in_several_ways():
    document = {"clock": {"zone": "Asia/Damascus"}}
    for text in (
        "2024-12-04T23:59+03:00",
        "2024-12-04T23:59 03:00",
        "2024-12-04T23:59",
        "2024-12-04",
        "2024-12-04T20:59Z",
    ):
        assert instant(text, document) == EVENING
    with pytest.raises(ValueError, match="'yesterday' is not a date or time"):
        instant("yesterday", document)

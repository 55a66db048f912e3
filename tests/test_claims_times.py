"""Dates and times as reports give them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.times import day_at, instant, is_bare_date, zone_named

DAMASCUS = ZoneInfo("Asia/Damascus")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "Asia/Damascus",
    "Europe/Kyiv",
    "Africa/Cairo",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Khartoum",
]


def test_bare_date_opens_at_midnight_and_closes_a_minute_before_the_next() -> None:
    assert instant("2024-12-03", DAMASCUS, closing=False).isoformat() == "2024-12-02T21:00:00+00:00"
    assert instant("2024-12-03", DAMASCUS, closing=True).isoformat() == "2024-12-03T20:59:00+00:00"


@pytest.mark.parametrize("text", ["2024-12-03T18:00+03:00", "2024-12-03T15:00Z", "2024-12-03T15:00:00Z"])
def test_offset_is_kept(text: str) -> None:
    assert instant(text, BERLIN, closing=True) == datetime(2024, 12, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "3.12.2024",
        "2024/12/03",
        "3 Dec 2024",
        "2024-12-3",
        "2024-12-03 18:00",
        "2024-12-03T18",
        "2024-W49-2",
        "20241203",
        "٢٠٢٤-١٢-٠٣",
        "2024-12-03T18:00+03",
        "2024-12-03T18:00 +03:00",
        "now",
        "",
    ],
)
def test_other_forms_are_refused_with_the_expected_one(text: str) -> None:
    with pytest.raises(ValueError, match="2024-12-03, 2024-12-03T18:00"):
        instant(text, DAMASCUS, closing=True, clock_zone=DAMASCUS)


@pytest.mark.parametrize("text", ["2023-02-29", "2024-13-01", "2024-12-03T24:30Z", "2024-12-03T18:00+25:00"])
def test_what_no_calendar_or_clock_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not exist|no clock has"):
        instant(text, DAMASCUS, closing=True)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1066-10-14T12:00Z"])
def test_absurd_years_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        instant(text, DAMASCUS, closing=True)


def test_clock_time_without_zone_is_refused_unless_one_is_stated() -> None:
    with pytest.raises(ValueError, match="says no time zone"):
        instant("2024-12-03T18:00", DAMASCUS, closing=True)
    found = instant("2024-12-03T18:00", BERLIN, closing=True, clock_zone=DAMASCUS)
    assert found == datetime(2024, 12, 3, 15, tzinfo=UTC)


def test_hour_that_clocks_skipped_is_named() -> None:
    with pytest.raises(ValueError, match="does not exist in Europe/Berlin: clocks went forward"):
        instant("2024-03-31T02:30", BERLIN, closing=True, clock_zone=BERLIN)


def test_hour_that_clocks_showed_twice_is_named_with_both_offsets() -> None:
    with pytest.raises(ValueError, match=r"happened twice in Europe/Berlin.*\+02:00 or \+01:00"):
        instant("2024-10-27T02:30", BERLIN, closing=True, clock_zone=BERLIN)


def test_day_that_began_at_one_opens_at_its_first_instant() -> None:
    assert instant("2021-03-26", DAMASCUS, closing=False) == datetime(2021, 3, 25, 22, tzinfo=UTC)
    assert day_at("2021-03-26", DAMASCUS).isoformat() == "2021-03-26T01:00:00+03:00"


def test_day_whose_last_hour_came_twice_closes_with_the_second() -> None:
    assert instant("2021-10-28", DAMASCUS, closing=True) == datetime(2021, 10, 28, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "Damascus", "../../etc/passwd", "/etc/passwd", "a\x00b", "x" * 5000, "UTC+3"]
)
def test_zone_nobody_knows_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        zone_named(name)


@given(st.dates(datetime(1950, 1, 1).date(), datetime(2100, 1, 1).date()), st.sampled_from(ZONES))  # noqa: DTZ001
def test_every_day_of_every_zone_opens_before_it_closes(day: object, name: str) -> None:
    zone = zone_named(name)
    opens, closes = (instant(str(day), zone, closing=closing) for closing in (False, True))
    assert timedelta(hours=20) < closes - opens < timedelta(hours=28)
    assert str(opens.astimezone(zone).date()) == str(closes.astimezone(zone).date()) == str(day)
    assert is_bare_date(str(day))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        found = instant(text, DAMASCUS, closing=True, clock_zone=BERLIN)
    except ValueError:
        return
    assert found.utcoffset() == timedelta(0)

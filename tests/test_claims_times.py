"""Dates and times as reports give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from format_files import CLAIM, desk_in, table
from hypothesis import given
from hypothesis import strategies as st

from claims.claim import Precision
from claims.formats.columns import Known
from claims.formats.days import Days, day_of, moment_of, over_by
from claims.formats.tally import ENDS_AFTER_REPORT
from claims.times import day_at, instant, is_bare_date, not_in_the_future, zone_named

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


# What lies in the future, and the days of other people's data.


def test_what_lies_after_the_doors_clock_is_refused() -> None:
    latest = datetime(2024, 12, 5, tzinfo=UTC)
    assert not_in_the_future(latest, "now", latest) == latest
    assert not_in_the_future(latest + timedelta(days=400), "later", None).year == 2026
    with pytest.raises(ValueError, match="'2024-12-06' lies in the future; nobody can have seen it yet"):
        not_in_the_future(latest + timedelta(minutes=1), "2024-12-06", latest)


@pytest.mark.parametrize(
    "text",
    ["2024-12-03", "3 December 2024", "03-Dec-2024", "20241203", "12/03/2024", "2024-12-03 00:00:00.000"],
)
def test_days_are_read_as_other_data_write_them(text: str) -> None:
    assert day_of(text).isoformat() == "2024-12-03"


@pytest.mark.parametrize(
    "text", ["", "2024", "13/40/2024", "31 Octember 2024", "2024-02-30", "20240230", "٢٠٢٤-١٢-٠٣"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a day that is read|does not exist in the calendar"):
        day_of(text)


@given(
    st.dates(date(1990, 1, 1), date(2024, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from(list(Precision)),
)
def test_a_window_holds_its_day_whatever_the_zone_and_the_precision(
    day: date, zone: str, precision: Precision
) -> None:
    days = Days(Known(ZoneInfo(zone), None, None, None))
    wide, narrow = days.window(day.isoformat(), precision), days.window(day.isoformat())
    assert wide.start <= narrow.start < narrow.end <= wide.end
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    assert over_by(wide, noon).end == noon
    assert over_by(wide, wide.start - timedelta(1)) == wide


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9", "5", "99999999999999", "1709800000"])
def test_a_moment_is_a_number_of_seconds_that_is_past(text: str) -> None:
    with pytest.raises(ValueError, match=r"seconds|moment|future"):
        moment_of(text, datetime(2024, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "reported", "said"),
    [
        ("2024-03-31T02:30", "2024-04-01", "does not exist in Europe/Berlin: clocks went forward over it"),
        (
            "2024-10-27T02:30",
            "2024-11-01",
            "happened twice in Europe/Berlin, when clocks went back; write it with",
        ),
        (
            "2024-03-02",
            "2024-03-01",
            "is before happened_from (2024-03-02); nobody can report what has not begun",
        ),
        ("2025-03-12", "2025-03-12", "lies in the future"),
        ("2024-03-02T10:00+25:00", "2024-03-02", "has an offset from UTC that no clock has"),
    ],
)
def test_times_that_cannot_be_are_refused_in_a_file(
    tmp_path: Path, start: str, reported: str, said: str
) -> None:
    with desk_in(tmp_path) as desk:
        cells = {**CLAIM, "happened_from": start, "reported_at": reported}
        assert any(
            said in line for line in desk.told(desk.write("bad.csv", table([cells])), tz="Europe/Berlin")
        )


def test_a_window_that_ends_after_its_report_is_taken_and_flagged(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk:
        late = {**CLAIM, "happened_to": "2024-03-04", "reported_at": "2024-03-03"}
        same_day = {**CLAIM, "claim_id": "C2", "reported_at": "2024-03-02T10:00Z"}
        done = desk.load(desk.write("late.csv", table([same_day, late])))
        assert done.tally.flagged == {ENDS_AFTER_REPORT: (1, 3)}
        assert done.result.added == 2


def test_an_unknown_zone_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with desk_in(tmp_path) as desk, pytest.raises(ValueError, match="'Damascus' is not a time zone"):
        desk.load(desk.folder / "no such file", tz="Damascus", form="csv")

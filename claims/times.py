"""A date or time as a report gives it becomes an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gazetteer.errors import shown

EXPECTED = "2024-12-03, 2024-12-03T18:00+03:00 or 2024-12-03T15:00Z"
"""The forms that are read; every other form is refused."""

A_DAY = timedelta(days=1)
"""How far behind the door's clock a time may lie: somewhere it is tomorrow already."""

DAY_OPENS = time(0, 0)
DAY_CLOSES = time(23, 59)

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FORM = re.compile(rf"({_DATE})(?:T([0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)(Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?")
_YEARS = range(1800, 2201)


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that IANA name; a name nobody knows is refused with a ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{shown(name)} is not a time zone; write a name such as Asia/Damascus or Europe/Kyiv"
        raise ValueError(message) from None


def is_bare_date(text: str) -> bool:
    """Whether a written time gives the day only."""
    return re.fullmatch(_DATE, text) is not None


def instant(text: str, zone: ZoneInfo, *, closing: bool, clock_zone: ZoneInfo | None = None) -> datetime:
    """Read a written date or time as an instant in UTC.

    Parameters
    ----------
    text
        ``2024-12-03`` or ``2024-12-03T18:00``, the latter with ``Z`` or an offset such as ``+03:00``.
    zone
        The zone of bare dates: a bare date opens at 00:00 there and closes at 23:59.
    closing
        Whether a bare date stands for the end of its day.
    clock_zone
        The zone of clock times written without an offset; without one they are refused.

    Raises
    ------
    ValueError
        Another form, a day or hour that does not exist, or one that the zone's clocks show twice.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{shown(text)} is not a date or time; write {EXPECTED}")
    day, clock, offset = match.groups()
    naive = _calendar(text, day, clock or (DAY_CLOSES if closing else DAY_OPENS).isoformat())
    if not clock:
        return _of_day(naive, zone, closing=closing)
    if offset:
        return _with_offset(text, naive, offset)
    if clock_zone is None:
        raise ValueError(
            f"{shown(text)} says no time zone; write its offset ({text}+03:00), "
            "or state the zone of such times when loading (--tz Asia/Damascus)"
        )
    return _on_clocks(text, naive, clock_zone)


def not_in_the_future(found: datetime, text: str, latest: datetime | None) -> datetime:
    """Refuse, with a ValueError, an instant after ``latest``: the clock of the door, plus a day for zones."""
    if latest is not None and found > latest:
        raise ValueError(f"{shown(text)} lies in the future; nobody can have seen it yet")
    return found


def day_at(text: str, zone: ZoneInfo) -> datetime:
    """Read a bare date as its local midnight in ``zone`` (the first instant of that day)."""
    if not is_bare_date(text):
        raise ValueError(f"{shown(text)} is not a date; write it like 2024-11-27")
    return _of_day(_calendar(text, text, DAY_OPENS.isoformat()), zone, closing=False).astimezone(zone)


def _calendar(text: str, day: str, clock: str) -> datetime:
    try:
        naive = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as refusal:
        raise ValueError(f"{shown(text)} does not exist in the calendar ({refusal})") from None
    if naive.year not in _YEARS:
        raise ValueError(f"{shown(text)} lies outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return naive


def _with_offset(text: str, naive: datetime, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(naive.isoformat() + offset).astimezone(UTC)
    except ValueError:
        raise ValueError(f"{shown(text)} has an offset from UTC that no clock has") from None


def _of_day(naive: datetime, zone: ZoneInfo, *, closing: bool) -> datetime:
    # Where clocks skip the moment, fold=0 lands just behind the gap; where they show it twice, a day opens
    # with the first and closes with the second.
    return naive.replace(tzinfo=zone, fold=int(closing)).astimezone(UTC)


def _on_clocks(text: str, naive: datetime, zone: ZoneInfo) -> datetime:
    first = naive.replace(tzinfo=zone)
    found = first.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError(f"{shown(text)} does not exist in {zone.key}: clocks went forward over it")
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValueError(
            f"{shown(text)} happened twice in {zone.key}, when clocks went back; write it with its offset "
            f"({_both_offsets(first)})"
        )
    return found


def _both_offsets(first: datetime) -> str:
    offsets = (first.utcoffset(), first.replace(fold=1).utcoffset())
    return " or ".join(_offset_text(offset) for offset in offsets if offset is not None)


def _offset_text(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

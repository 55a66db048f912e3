"""A day as other people's data write it becomes a window in the map's zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from claims.claim import Precision, Window
from claims.formats.columns import Known
from claims.times import instant, not_in_the_future
from gazetteer.errors import shown

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_IN_WORDS = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ -]([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WEEK = timedelta(days=3)
_MOST_KEPT = 4096
_FIRST = 631_152_000  # 1990


def day_of(text: str) -> date:
    """Read ``2024-12-03``, ``3 December 2024``, ``20241203`` or, month first, ``12/03/2024``.

    Raises
    ------
    ValueError
        Another form, or a day that does not exist.
    """
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day, year = match.groups()
    elif (match := _IN_WORDS.fullmatch(text)) and match[2].lower() in _MONTHS:
        day, month, year = match[1], str(_MONTHS[match[2].lower()]), match[3]
    else:
        raise ValueError(f"{shown(text)} is not a day that is read; write it like 2024-12-03")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as refusal:
        raise ValueError(f"{shown(text)} does not exist in the calendar ({refusal})") from None


class Days:
    """Windows of days in one map's zone; each is worked out once."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._windows: dict[str, Window] = {}

    def window(self, text: str, precision: Precision = Precision.DAY) -> Window:
        """The window of a written day: the day, the seven days around it, its month or its year.

        Raises
        ------
        ValueError
            It is no day, lies in the future, or outside the years that a map can have.
        """
        key = text + precision  # enums are slow to hash
        found = self._windows.get(key)
        if found is None:
            if len(self._windows) > _MOST_KEPT:
                self._windows.clear()
            found = self._windows[key] = self._made(text, precision)
        return found

    def _made(self, text: str, precision: Precision) -> Window:
        day = day_of(text.strip())
        not_in_the_future(self._at(day, closing=False), text, self._known.latest)
        first, last = _span(day, precision)
        return Window(self._at(first, closing=False), self._at(last, closing=True), precision)

    def _at(self, day: date, *, closing: bool) -> datetime:
        return instant(day.isoformat(), self._known.zone, closing=closing)


def _span(day: date, precision: Precision) -> tuple[date, date]:
    if precision is Precision.WEEK:
        return day - _WEEK, day + _WEEK
    if precision is Precision.MONTH:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if precision is Precision.YEAR:
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    return day, day


def over_by(window: Window, reported_at: datetime) -> Window:
    """The window cut at its report: what was reported by then had happened by then."""
    if window.end <= reported_at or reported_at < window.start:
        return window
    return Window(window.start, reported_at, window.precision)


def moment_of(text: str, latest: datetime | None) -> datetime:
    """Read seconds since 1970 as an instant in UTC.

    Raises
    ------
    ValueError
        It is no whole number, or lies in the future or before 1990: nobody coded events then.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise ValueError(f"{shown(text)} is not a number of seconds since 1970")
    seconds = int(digits)
    if seconds < _FIRST:
        raise ValueError(f"{shown(text)} is a moment before 1990")
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{shown(text)} is a moment that no calendar has") from None
    return not_in_the_future(found, text, latest)

"""The day of a drawn map, as the name of its file or a property of its shapes writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from claims.claim import Precision, Window
from claims.times import instant, is_bare_date, not_in_the_future
from gazetteer.errors import shown

_YEARS = range(1800, 2201)
_DAY = re.compile(
    r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})"
    r"(?:T(\d{2})[-_:.]?(\d{2})(?:[-_:.]?(\d{2}))?(Z?))?(?!\d)"
)
_SECONDS = re.compile(r"(?<!\d)([1-9]\d{9})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?")


@dataclass(frozen=True, slots=True)
class Zones:
    """How written times become instants: the map's zone for bare days, that of clock times, the latest."""

    days: ZoneInfo
    clocks: ZoneInfo | None
    latest: datetime | None

    def window(self, text: str) -> Window:
        """The window of a written day or time; a ValueError where it is none, or lies in the future."""
        told = self._window(_plain(text))
        not_in_the_future(told.start, text, self.latest)
        return told

    def _window(self, text: str) -> Window:
        opens = instant(text, self.days, closing=False, clock_zone=self.clocks)
        if not is_bare_date(text):
            return Window(opens, opens, Precision.MINUTE)
        return Window(opens, instant(text, self.days, closing=True), Precision.DAY)


def _plain(text: str) -> str:
    """A date as other programs write it, in our form: 20240708, or a day as its midnight."""
    compact, clock = _COMPACT.fullmatch(text), _CLOCK.fullmatch(text)
    if compact:
        return "-".join(compact.groups())
    if clock is None:
        return text
    day, time, offset = clock.groups()
    if not offset and time in ("00:00", "00:00:00"):
        return str(day)
    offset = f"{offset[:3]}:{offset[-2:]}" if offset and offset != "Z" else offset
    return f"{day}T{time}{offset or ''}"


def day_in_name(name: str) -> str:
    """The day or time that stands in the name of a file, in our form; empty where there is none.

    Ten digits alone are seconds since 1970, as DeepState names its history.

    Raises
    ------
    ValueError
        There are two of them.
    """
    found = [_written(*match.groups()) for match in _DAY.finditer(name) if int(match[1]) in _YEARS]
    if not found:
        found = [
            datetime.fromtimestamp(int(m[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            for m in _SECONDS.finditer(name)
        ]
    if len(set(found)) > 1:
        raise ValueError(f"has several days in its name: {', '.join(map(shown, found))}; leave one of them")
    return found[0] if found else ""


def _written(
    year: str,
    _: str,
    month: str,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    zulu: str | None,
) -> str:
    clock = f"T{hour}:{minute}:{second or '00'}{zulu or ''}" if hour else ""
    return f"{year}-{month}-{day}{clock}"

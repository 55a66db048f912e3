"""An instant becomes a date in words, on the clocks of the map's place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from figures.text import plain
from figures.words import Words, words

_MINUTE = 60


@dataclass(frozen=True)
class Clock:
    """The clock of a map document: its place's name, and minutes east of UTC from given instants on.

    Instants are whole seconds since 1970-01-01T00:00Z everywhere in this file. Before the first offset, the
    first holds.
    """

    names: Mapping[str, str]
    offsets: tuple[tuple[int, int], ...]

    @staticmethod
    def of(document: Mapping[str, Any]) -> Clock:
        """The clock of a map document."""
        clock = document["clock"]
        return Clock(clock["name"], tuple((int(t), int(minutes)) for t, minutes in clock["offsets"]))

    def offset_minutes(self, t: int) -> int:
        """Minutes east of UTC at an instant."""
        index = bisect_right([start for start, _ in self.offsets], t) - 1
        return self.offsets[max(index, 0)][1] if self.offsets else 0

    def local(self, t: int) -> datetime:
        """The instant as the clocks on the ground showed it, without a zone: for its fields only."""
        shown = datetime.fromtimestamp(t, UTC) + timedelta(minutes=self.offset_minutes(t))
        return shown.replace(tzinfo=None)

    def day_start(self, t: int) -> int:
        """The local midnight at or before an instant."""
        local = self.local(t)
        guess = t - local.hour * 3600 - local.minute * _MINUTE - local.second
        # An offset that changed since midnight moves midnight by the same amount.
        return guess + (self.offset_minutes(t) - self.offset_minutes(guess)) * _MINUTE

    def days(self, start: int, end: int) -> list[int]:
        """Local midnights from the one at or before ``start`` up to, not including, ``end``."""
        found = [self.day_start(start)]
        while (following := self.day_start(found[-1] + 30 * 3600)) < end:
            found.append(following)
        return found

    def iso(self, t: int) -> str:
        """The machine form, with the offset: ``2024-12-04T23:59+03:00``."""
        return self.local(t).strftime("%Y-%m-%dT%H:%M") + _offset(self.offset_minutes(t), padded=True)

    def exact(self, t: int) -> str:
        """The machine form with its seconds, where there are any: ``2024-12-04T23:59:30+03:00``."""
        second = self.local(t).second
        return f"{self.iso(t)[:16]}:{second:02d}{self.iso(t)[16:]}" if second else self.iso(t)

    def iso_day(self, t: int) -> str:
        """The day, machine form: ``2024-12-04``."""
        return self.local(t).strftime("%Y-%m-%d")


@dataclass(frozen=True)
class Calendar:
    """A clock read aloud in one language."""

    clock: Clock
    words: Words

    def say(self, form: str, t: int) -> str:
        """The instant in a form of the words' ``calendar``, for example ``long``, ``short`` or ``stamp``."""
        return self.words.fill(f"calendar.{form}", **self._fields(t))

    def long(self, t: int, *, day_only: bool = False) -> str:
        """``Wednesday 4 December 2024, 23:59``; a day-precise time prints no hour."""
        return self.say("long_day" if day_only else "long", t)

    def short(self, t: int, *, day_only: bool = True) -> str:
        """``4 Dec``, or ``4 Dec, 21:00``."""
        return self.say("short" if day_only else "short_time", t)

    def stamp(self, t: int) -> str:
        """``Wed 4 Dec 2024, 23:59 Damascus``."""
        return self.say("stamp", t)

    def time(self, t: int) -> str:
        """``23:59``."""
        return self.clock.local(t).strftime("%H:%M")

    def zone(self, t: int) -> str:
        """``Damascus, UTC+3``."""
        offset = _offset(self.clock.offset_minutes(t), padded=False)
        return self.words.fill("calendar.zone", place=self.place, offset=offset)

    def span(self, start: int, end: int) -> str:
        """``27 Nov – 8 Dec 2024``: the days of a half-open span."""
        last = end - 1
        form = "short" if self.clock.local(start).year == self.clock.local(last).year else "short_year"
        return self.words.fill(
            "calendar.span", **{"from": self.say(form, start), "to": self.say("short_year", last)}
        )

    @property
    def place(self) -> str:
        """The place whose clocks these are."""
        return plain(self.words.of(self.clock.names))

    def _fields(self, t: int) -> dict[str, str]:
        local = self.clock.local(t)
        weekday = (local.weekday() + 1) % 7
        named = {
            name: _nth(self.words.list(f"calendar.{many}"), index)
            for name, many, index in (
                ("weekday", "weekdays", weekday),
                ("weekday_short", "weekdays_short", weekday),
                ("month", "months", local.month - 1),
                ("month_short", "months_short", local.month - 1),
                ("month_other", "months_other", local.month - 1),
            )
        }
        return named | {
            "day": str(local.day),
            "year": str(local.year),
            "time": local.strftime("%H:%M"),
            "place": self.place,
        }


def calendar(document: Mapping[str, Any], lang: str | None) -> Calendar:
    """The calendar of a map document in a language; English where we do not have the language."""
    return Calendar(Clock.of(document), words(lang))


def instant(text: str, document: Mapping[str, Any]) -> int:
    """Read a time of an address in seconds: ``2024-12-04T23:59+03:00``, or ``2024-12-04`` for 23:59.

    A time without an offset is read on the map's own clocks; a space before an offset, which is what
    addresses make of ``+``, counts as ``+``.

    Raises
    ------
    ValueError
        With a sentence that names the text and what is expected.
    """
    from claims.times import instant as read_instant
    from claims.times import zone_named

    zone = zone_named(document["clock"]["zone"])
    written = re.sub(r" (?=\d\d:\d\d$)", "+", text.strip())
    return int(read_instant(written, zone, closing=True, clock_zone=zone).timestamp())


def _nth(names: Sequence[str], index: int) -> str:
    return names[index]


def _offset(minutes: int, *, padded: bool) -> str:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    if padded:
        return f"{sign}{hours:02d}:{rest:02d}"
    minus = "−" if minutes < 0 else "+"
    return f"{minus}{hours}" + (f":{rest:02d}" if rest else "")

"""The events of a map document become a timeline: squares or bars of changes, by when and to whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from figures.sentences import Teller
from figures.sides import home_actor, home_side, party_of
from figures.svg_style import CLAIMED, CONTESTED
from figures.text import esc, width

Document = Mapping[str, Any]

_PITCHES = (5.0, 4.5, 4.0, 3.6, 3.2, 2.8, 2.4, 2.0)
_GAP = 0.28
"""Share of a square's pitch that is left free."""
_LEAST_BAR_PX = 2.5
_LEAST_NAME_PX, _LEAST_MONTH_PX = 21.0, 34.0
_CLOSEST = 0.7
"""No two names stand closer than this part of the usual step."""
_DAY_S = 86_400
_MOST_GAPS = 6
_MOST_SQUARES = 2_000
_ABOVE_PX, _BELOW_PX, _LABEL_PX = 56.0, 16.0, 18.0


@dataclass(frozen=True, slots=True)
class Lane:
    """How a timeline is laid out: expected width and heights in px, hours per bin, size of its text."""

    name: str
    width: float
    bin_hours: int
    above: float = _ABOVE_PX
    below: float = _BELOW_PX
    font: float = 11.5

    @property
    def height(self) -> float:
        """Height of the whole drawing, day names included."""
        return self.above + self.below + _LABEL_PX


WIDE = Lane("wide", 440, 12)
NARROW = Lane("narrow", 262, 12, font=11.0)
DASHBOARD = Lane("dashboard", 900, 6, above=66, below=24)


@dataclass(frozen=True, slots=True)
class Bin:
    """Squares of one stretch of time on one side of the axis: (role, hollow) of each, in order."""

    start: int
    end: int
    up: tuple[tuple[str, bool], ...]
    down: tuple[tuple[str, bool], ...]


Amounts = Mapping[tuple[str, bool], float]
Stretch = tuple[int, tuple[Amounts, Amounts]]
"""From when on, and how much came to each party (role, hollow): to other sides, and to the one at home."""


def bins(document: Document, hours: float) -> list[Bin]:
    """Sort the changes into stretches of ``hours``, up towards other sides than the city's first holder.

    One square for each event of kind ``change``; hollow where the place was only claimed or contested.
    Empty stretches are left out.
    """
    start, end = document["span"]
    size = round(hours * 3600)
    found: dict[int, tuple[list[tuple[str, bool]], list[tuple[str, bool]]]] = {}
    home = home_side(document)
    for event in document["events"]:
        if event["kind"] == "change" and start <= event["t"] < end:
            role, hollow, side = _square(document, event["after"])
            sides = found.setdefault((event["t"] - start) // size, ([], []))
            sides[side == home].append((role, hollow))
    return [
        Bin(
            start + index * size,
            min(end, start + (index + 1) * size),
            *(tuple(sorted(side, key=_order)) for side in sides),
        )
        for index, sides in sorted(found.items())
    ]


def _order(square: tuple[str, bool]) -> tuple[bool, str]:
    """Filled squares first, next to the axis."""
    return square[1], square[0]


def _square(document: Document, state: int) -> tuple[str, bool, str]:
    """Role, hollowness and side of the party that a change is towards."""
    actor = document["actors"][party_of(document, state)]
    hollow = document["states"][state][1] in (CLAIMED, CONTESTED)
    return str(actor["role"]), hollow, str(actor["side"])


def timeline_svg(document: Document, lang: str, lane: Lane = WIDE, *, at: int | None = None) -> str:
    """Draw the timeline as SVG that takes any width: positions in percent of the axis, squares in px.

    The axis is linear over the document's span and fills the drawing's width; in Arabic the oldest day is on
    the right. The playhead is not drawn: it is the page's, so that a script can move it. The day of ``at``
    (seconds; the last by default) stands in bold, as a cue.
    """
    shown = document["span"][1] - 1 if at is None else at
    return _Axis(document, shown, Teller.of(document, lang), lane).svg()


@dataclass(frozen=True)
class _Axis:
    document: Document
    at: int
    teller: Teller
    lane: Lane

    def svg(self) -> str:
        lane = self.lane
        label = esc(self._label())
        counted = self._bins() if measure(self.document) == "square" else self._bars()
        squares = "".join(counted)
        inside = f"{self._hatch()}{self._days()}{self._gaps()}{self._unknown()}{self._line()}{squares}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="fl tl {lane.name}" width="100%"'
            f' height="{lane.height:g}" role="img" lang="{self.teller.lang}" aria-label="{label}">'
            f"{inside}</svg>"
        )

    def _label(self) -> str:
        """What the drawing says, with the days on which nobody looked."""
        words = self.teller.say.words
        if not self.document["moved"]:
            return words.fill("control.timeline", city=self.teller.city)
        home = self.teller.actor(home_actor(self.document))
        return " ".join([words.fill("drawn.timeline", home=home), gaps_text(self.teller)]).strip()

    def _share(self, t: float) -> float:
        """Percent of the axis from the left."""
        start, end = self.document["span"]
        share: float = 100 * (t - start) / (end - start)
        return 100 - share if self.teller.lang == "ar" else share

    def _line(self) -> str:
        y = self.lane.above
        return f'<line class="ax" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'

    def _days(self) -> str:
        end = self.document["span"][1]
        ticks = self._ticks()
        lines = "".join(
            f'<line class="dy" x1="{self._share(tick):.3f}%" x2="{self._share(tick):.3f}%"'
            f' y1="0" y2="{self.lane.above + self.lane.below:g}"/>'
            for tick in [*ticks, end]
        )
        return lines + "".join(self._tick_names(ticks))

    @cached_property
    def _all_days(self) -> list[int]:
        return self.teller.say.clock.days(*self.document["span"])

    @cached_property
    def _every(self) -> int:
        """So many days from one named day to the next; a short story has a line for each day."""
        room = self.lane.width / len(self._all_days)
        return next((step for step in (1, 2, 5, 7, 14) if step * room >= _LEAST_NAME_PX), 0)

    def _ticks(self) -> list[int]:
        """Where a line stands: at each day, every second or some of a month; in a long story at months."""
        first, every = self._all_days[0], self._every
        if every in (1, 2):
            return self._all_days[::every]
        if every:
            apart = _CLOSEST * every * _DAY_S
            found = [day for day in self._all_days if self._stands_out(day) and day - first >= apart]
            return [first, *found]
        begun = (day for day in self._month_starts if (self._local(day).month - 1) % self._months == 0)
        return [first, *(day for day in begun if day > first)]

    def _stands_out(self, day: int) -> bool:
        """Whether a day has a line among every fifth, seventh … of its month: the first always has."""
        number = self._local(day).day
        if number == 1 or (number - 1) % self._every:
            return number == 1
        days_left = self._local(day + round(_CLOSEST * self._every) * _DAY_S)
        return days_left.month == self._local(day).month

    @cached_property
    def _month_starts(self) -> list[int]:
        return [day for day in self._all_days if self._local(day).day == 1]

    @cached_property
    def _months(self) -> int:
        """So many months from one line to the next."""
        room = self.lane.width / max(1, len(self._month_starts))
        return next((step for step in (1, 2, 3, 6) if step * room >= _LEAST_MONTH_PX), 12)

    def _local(self, t: int) -> datetime:
        return self.teller.say.clock.local(t)

    def _tick_names(self, ticks: Sequence[int]) -> Iterable[str]:
        """A name for each day with a line, or between the lines of months, where there is room for it."""
        end = self.document["span"][1]
        y = self.lane.above + self.lane.below + 13
        for tick, until in pairwise([*ticks, end]):
            stretch = min(tick + _DAY_S, end) if self._every else until
            room = self._room(tick, until)
            told = self._day_name(tick, room) if self._every else self._month_name(tick, room)
            name, half = esc(told), 50 * width(told, self.lane.font) / self.lane.width
            middle = min(max(self._share((tick + stretch) / 2), half), 100 - half)  # none is cut off
            where = f'x="{middle:.3f}%" y="{y:g}" font-size="{self.lane.font:g}" text-anchor="middle"'
            on = " on" if tick <= self.at < until else ""
            cue = f'data-cue="axis-{self.lane.name}" data-from="{tick}"'
            yield (
                f'<text class="dn" {where}>{name}</text><text class="dn b{on}" {cue} {where}>{name}</text>'
            )

    def _room(self, start: int, end: int) -> float:
        """How wide a stretch of time is, in px."""
        first, last = self.document["span"]
        return float(self.lane.width * (end - start) / (last - first))

    def _day_name(self, day: int, room: float) -> str:
        number, long = str(self._local(day).day), self.teller.say.short(day)
        if day != self._all_days[0] and number != "1":
            return number
        if width(long, self.lane.font) <= room + 6:
            return long
        return self.teller.say.say("month", day) if self._every > 2 else number

    def _month_name(self, day: int, room: float) -> str:
        """The month, with its year where one begins; the longest form that there is room for, or nothing."""
        forms = ["month"]
        if day == self._all_days[0] or self._local(day).month == 1:
            forms = ["month_year", "year", "month"] if self._months <= 2 else ["year", "month"]
        names = [self.teller.say.say(form, day) for form in forms]
        return next((name for name in names if width(name, self.lane.font) <= room), "")

    def _unknown(self) -> str:
        """Time after what was known, hatched."""
        known, (start, end) = self.document["known_at"], self.document["span"]
        if known >= end - 60:
            return ""
        known = max(known, start)
        left, right = sorted((self._share(known), self._share(end)))
        middle = f'x="{(left + right) / 2:.3f}%" y="{self.lane.above / 2:g}" text-anchor="middle"'
        text = self._not_yet_known(self.lane.width * (right - left) / 100 - 8)
        label = f'<text class="dn nk" {middle} font-size="{self.lane.font:g}">{esc(text)}</text>'
        label = label if text else ""
        return self._hatched(left, right) + label

    def _hatch(self) -> str:
        """The hatch of time of which nothing is known, where there is such time."""
        if not self.document["gaps"] and self.document["known_at"] >= self.document["span"][1] - 60:
            return ""
        return (
            f'<defs><pattern id="fl-nk-{self.lane.name}" width="6" height="6" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><path class="hatch" d="M0 0h1v6h-1z"/></pattern></defs>'
        )

    def _hatched(self, left: float, right: float) -> str:
        tall = self.lane.above + self.lane.below
        return (
            f'<rect fill="url(#fl-nk-{self.lane.name})" x="{left:.3f}%" y="0"'
            f' width="{right - left:.3f}%" height="{tall:g}"/>'
        )

    def _gaps(self) -> str:
        """Days on which nobody drew a map, hatched; their name is in the key."""
        start, end = self.document["span"]
        spans = ((max(start, one), min(end, other)) for one, other in self.document["gaps"])
        shares = (sorted((self._share(one), self._share(other))) for one, other in spans if one < other)
        return "".join(self._hatched(left, right) for left, right in shares)

    def _bars(self) -> Iterable[str]:
        """A bar for each party and stretch of time, stacked away from the axis: km² or places it gained."""
        start, end = self.document["span"]
        size = max(self.lane.bin_hours * 3600, math.ceil(_LEAST_BAR_PX * (end - start) / self.lane.width))
        found = amounts(self.document, size) if self.document["moved"] else numbers(self.document, size)
        most = [
            max((sum(side.values()) for _, sides in found for side in [sides[i]]), default=0.0)
            for i in (0, 1)
        ]
        scales = [
            room / km2 for room, km2 in zip((self.lane.above - 2, self.lane.below), most, strict=True) if km2
        ]
        for at, sides in found:
            middle = self._share(min(end, at + size / 2))
            tower = "".join(_stack(side, min(scales), up=not down) for down, side in enumerate(sides))
            yield f'<svg x="{middle:.3f}%" y="{self.lane.above:g}" overflow="visible">{tower}</svg>'

    def _not_yet_known(self, room: float) -> str:
        """*Not yet known at 4 Dec, 23:59*, without the hour or nothing at all where there is no room."""
        say, known = self.teller.say, int(self.document["known_at"])
        dates = (say.short(known, day_only=False), say.short(known))
        texts = [say.words.fill("control.not_yet_known", date=date) for date in dates]
        return next((text for text in texts if width(text, self.lane.font) < room), "")

    def _bins(self) -> Iterable[str]:
        found = bins(self.document, self.lane.bin_hours)
        pitch, columns = self._pitch(found)
        for one in found:
            middle = self._share((one.start + one.end) / 2)
            tower = "".join(self._squares(one.up, pitch, columns, up=True)) + "".join(
                self._squares(one.down, pitch, columns, up=False)
            )
            yield f'<svg x="{middle:.3f}%" y="{self.lane.above:g}" overflow="visible">{tower}</svg>'

    def _pitch(self, found: Sequence[Bin]) -> tuple[float, int]:
        """The largest squares with which the tallest towers fit."""
        start, end = self.document["span"]
        room = self.lane.width * self.lane.bin_hours * 3600 / (end - start) - 2
        most_up = max((len(one.up) for one in found), default=0)
        most_down = max((len(one.down) for one in found), default=0)
        for pitch in _PITCHES:
            columns = max(1, int(room / pitch))
            above = math.ceil(most_up / columns) * pitch
            below = math.ceil(most_down / columns) * pitch
            if above <= self.lane.above - 2 and below <= self.lane.below:
                return pitch, columns
        return _PITCHES[-1], max(1, int(room / _PITCHES[-1]))

    @staticmethod
    def _squares(
        squares: Sequence[tuple[str, bool]], pitch: float, columns: int, *, up: bool
    ) -> Iterable[str]:
        """One path for all squares of a kind, stacked away from the axis."""
        size = pitch * (1 - _GAP)
        paths: dict[tuple[str, bool], list[str]] = {}
        used = min(columns, len(squares)) or 1
        for index, (role, hollow) in enumerate(squares):
            row, column = divmod(index, used)
            x = column * pitch - used * pitch / 2 + (pitch - size) / 2
            y = -(row + 1) * pitch if up else row * pitch + pitch - size + 0.6
            inset = 0.4 if hollow else 0.0
            side = size - 2 * inset
            d = f"M{x + inset:.2f} {y + inset:.2f}h{side:.2f}v{side:.2f}h-{side:.2f}z"
            paths.setdefault((role, hollow), []).append(d)
        for (role, hollow), parts in paths.items():
            kind = f"ho-{role}" if hollow else f"i-{role}"
            yield f'<path class="{kind}" d="{"".join(parts)}"/>'


def _stack(side: Mapping[tuple[str, bool], float], scale: float, *, up: bool) -> str:
    """The parts of one bar; what is too little to be seen at this scale is drawn as the least that can be."""
    y, found = 0.0, []
    for (role, hollow), km2 in sorted(side.items(), key=lambda item: _order(item[0])[::-1], reverse=True):
        high = max(_LEAST_BAR_PX / 2, km2 * scale)
        top = -(y + high) if up else y + 0.6
        kind = f"ho-{role}" if hollow else f"i-{role}"
        found.append(f'<path class="{kind}" d="M-1 {top:.1f}h2v{high:.1f}h-2z"/>')
        y += high
    return "".join(found)


MEASURE_WORDS = {"square": "control.one_square", "bar": "control.one_bar", "ground": "drawn.bar"}
"""What the timeline draws, with the key of its words."""


def measure(document: Document) -> str:
    """What the timeline draws: a ``square`` for each place, a ``bar`` of many, or bars of ``ground``."""
    if document["moved"]:
        return "ground"
    changes = sum(event["kind"] == "change" for event in document["events"])
    return "square" if changes <= _MOST_SQUARES else "bar"


def numbers(document: Document, size: int) -> list[Stretch]:
    """How many places came to whom in each stretch of ``size`` seconds; see ``amounts``."""
    return [
        (one.start, (dict(Counter(one.up)), dict(Counter(one.down)))) for one in bins(document, size / 3600)
    ]


def amounts(document: Document, size: int) -> list[Stretch]:
    """How many km² came to whom in each stretch of ``size`` seconds: to other sides, and to the one at home.

    Parties are (role, hollow): hollow is ground that is only claimed or contested.
    """
    start, end = document["span"]
    found: dict[int, tuple[dict[tuple[str, bool], float], dict[tuple[str, bool], float]]] = {}
    home = home_side(document)
    for t, moves in document["moved"]:
        if not start <= t < end:
            continue
        for before, after, km2 in moves:
            role, hollow, side = _square(document, after)
            if (role, hollow, side) == _square(document, before):
                continue
            sides = found.setdefault((t - start) // size, ({}, {}))
            held = sides[side == home]
            held[role, hollow] = held.get((role, hollow), 0.0) + km2
    return [(start + index * size, sides) for index, sides in sorted(found.items())]


def gaps_text(teller: Teller) -> str:
    """*Days without a map: 18–19 Aug, 2 Sep*; only how many, where they are many."""
    gaps, say = teller.document["gaps"], teller.say
    if not gaps:
        return ""
    if len(gaps) > _MOST_GAPS:
        missing = sum(round((end - start) / 86_400) for start, end in gaps)
        start, end = teller.document["span"]
        days = say.words.fill("drawn.gap_days", n=missing, m=round((end - start) / 86_400))
    else:
        days = say.words.join(_days_of(teller, start, end) for start, end in gaps)
    return say.words.fill("drawn.gaps", days=days)


def _days_of(teller: Teller, start: int, end: int) -> str:
    first, last = teller.say.short(start), teller.say.short(end - 1)
    return first if first == last else f"{first}–{last}"


def timeline_rules(roles: Iterable[str]) -> str:
    """The style of the timeline's drawing; colours are custom properties."""
    hollow = "".join(
        f".fl .ho-{role}{{fill:var(--panel);stroke:var(--{role}-ink);stroke-width:.8px}}"
        for role in sorted(roles)
    )
    return (
        ".fl .ax{stroke:var(--rule-2)}.fl .dy{stroke:var(--rule)}"
        ".fl .dn{fill:var(--ink-3);stroke:none}"
        ".fl .dn.nk{stroke:var(--panel);stroke-opacity:1}"
        ".fl .dn.b{fill:var(--ink);stroke:var(--panel);stroke-opacity:1}.fl .hatch{fill:var(--rule-2)}"
        + hollow
    )

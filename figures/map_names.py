"""A frame and a language become every name that stands on the map, through time, none over another."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from figures.frames import Frame, Projected
from figures.front_points import FrontPoints
from figures.labels import (
    FRONT_STEP_PX,
    Box,
    Label,
    Room,
    Scatter,
    Wanted,
    best_label,
    place_labels,
    place_together,
    second_size,
)
from figures.party_names import ActorName, PartyNames
from figures.paths import along
from figures.second_lines import MOST_A_DAY, second_line
from figures.sentences import Teller, series_row
from figures.text import isolated, plain, width
from figures.through_time import changed_between, events_between

if TYPE_CHECKING:
    from shapely import MultiLineString

Document = Mapping[str, Any]
Point = tuple[float, float]
Dated = tuple[int, str]

_SECOND_PX = 146.0
_DAY, _WEEK = 86_400, 7 * 86_400
_MOST_SPANS = 120
_MOST_TRIED = 40
"""So many names of a day are tried; none that comes later would find room."""
_CROWD = 250
"""Where more places than these are on a frame, a name may stand on a dot: none of them is much by itself."""
_CHIP_HEIGHT, _CHIP_PAD = 20.0, 8.0


@dataclass(frozen=True)
class Chip:
    """The distance line and its pill from one instant on; ``pill`` is None where there is no distance."""

    since: int
    text: str = ""
    start: Point = (0.0, 0.0)
    end: Point = (0.0, 0.0)
    pill: Box | None = None


@dataclass(frozen=True)
class River:
    """The name of a river along it: where, and how far turned, in degrees clockwise."""

    text: str
    x: float
    y: float
    turn: float


@dataclass(frozen=True)
class DayNames:
    """What stands on the map on one day only.

    ``notes`` are second lines by place, dated; ``told`` the instant, within the day, of the first report
    about a place that no earlier report named: its name stands there from then on.
    """

    since: int
    labels: tuple[Label, ...]
    actors: tuple[ActorName, ...]
    notes: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """All names of one frame in one language."""

    frame: Frame
    city: Label | None
    towns: tuple[Label, ...]
    rings: tuple[Label, ...]
    units: tuple[Label, ...]
    rivers: tuple[River, ...]
    chips: tuple[Chip, ...]
    days: tuple[DayNames, ...]


def names_on(
    document: Document,
    frame: Frame,
    lang: str,
    blocked: Sequence[Box],
    *,
    only_day: int | None = None,
    dotted: Sequence[int] | None = None,
) -> Names:
    """Find the place of every name on one frame.

    Parameters
    ----------
    blocked
        What else stands on the map, in px: the date stamp, the scale bar.
    only_day
        An instant whose day is the only one wanted, for a still picture; seconds.
    dotted
        The places that have a dot: no other has a name. All by default.
    """
    shown = range(len(document["places"])) if dotted is None else dotted
    finder = _Finder(document, frame, Teller.of(document, lang), list(blocked), only_day, shown)
    return finder.names()


@dataclass
class _Finder:
    document: Document
    frame: Frame
    teller: Teller
    blocked: list[Box]
    only_day: int | None
    dotted: Sequence[int]

    def names(self) -> Names:
        """Most binding first: the city, towns, distances, parties; then what fits round them."""
        room = self.room
        city = self._city(room)
        if self.city >= 0:
            room.taken.append(self._city_mark())
        if city:
            room.taken.append(city.box)
        chips = self._chips(room)
        actors = self._actors(room, chips)
        parties = (name.box.grown(2) for names in actors.values() for name in names)
        always = list(dict.fromkeys([*_pills(chips), *parties]))
        towns = place_labels(self._towns(1), room.with_taken(always))
        room.taken.extend(label.box for label in towns)
        well_known = place_labels(self._well_known(), room.with_taken(always))
        room.taken.extend(label.box for label in well_known)
        rings = self._rings(room.with_taken(always))
        room.taken.extend(label.box for label in rings)
        units = self._units(room.with_taken(always))
        room.taken.extend(label.box for label in units)
        named = {int(label.wanted.key) for label in (*towns, *well_known)}
        days = self._days(room, chips, actors, named)
        of_days = (box for day in days for box in _boxes(day))
        rivers = self._rivers(room.with_taken(dict.fromkeys([*always, *of_days])))
        return Names(self.frame, city, (*towns, *well_known), rings, units, rivers, chips, days)

    @cached_property
    def projected(self) -> Projected:
        return Projected(self.document, self.frame)

    @cached_property
    def points(self) -> list[Point]:
        return self.projected.places()

    @cached_property
    def city(self) -> int:
        return int(self.document["reference"]["place"])

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """From when until when the names of a day stand: a day, in a long story several."""
        days = self.teller.say.clock.days(*self.document["span"])
        if self.only_day is not None:
            day = max((day for day in days if day <= self.only_day), default=days[0])
            return [(day, day + _DAY)]
        return list(pairwise([*days[:: math.ceil(len(days) / _MOST_SPANS)], days[-1] + _DAY]))

    @cached_property
    def room(self) -> Room:
        dots = Scatter((self.points[index], weight) for index, weight in self._dots.items())
        return Room(self.frame.width, self.frame.height, self._whole_story, dots, list(self.blocked))

    # What is in the way

    @cached_property
    def _fronts(self) -> FrontPoints:
        return FrontPoints.of(self.document, self.frame)

    @cached_property
    def _whole_story(self) -> Scatter:
        return self._fronts.between(self.spans[0][0], self.spans[-1][1])

    def _dots_with(self, ringed: Collection[int]) -> Scatter:
        """The dots, some of them with a ring, which must be covered even less."""
        rings = ((self.points[i], 1.6 - self._dots[i]) for i in sorted(ringed) if i in self._dots)
        return Scatter(rings, over=self.room.dots)

    @cached_property
    def _dots(self) -> dict[int, float]:
        """The places of the frame, with what it costs to cover their dots: little where they are a crowd."""
        shown = [index for index in self.dotted if self.frame.holds(self.points[index], -4)]
        told = min(1.0, _CROWD / max(1, len(shown)))
        places = self.document["places"]
        return {i: told if places[i]["reported"] or places[i]["rank"] <= 1 else 0.12 * told for i in shown}

    # What always stands there

    def _wanted(self, index: int, rank: int, *, bold: bool = False, bigger: float = 0.0) -> Wanted:
        text = isolated(_on_the_map(self.teller.place(index)), self.teller.lang)
        size = self.frame.font + bigger
        return Wanted(str(index), text, self.points[index], rank, size, bold=bold, clear=8.5)

    def _city_mark(self) -> Box:
        x, y = self.points[self.city]
        return Box(x - 7, y - 7, x + 7, y + 7)

    def _city(self, room: Room) -> Label | None:
        """Off the lines of distance, which need room for their pill."""
        if self.city < 0:
            return None
        wanted = self._wanted(self.city, 0, bold=True, bigger=6)
        ways = [
            ((x + aside, y), 0.3)
            for nearest in sorted({row[5] for row in self._rows() if row[4]})
            for x, y in along([self.points[self.city], self.points[nearest]], FRONT_STEP_PX)[2:]
            for aside in (-9.0, 0.0, 9.0)
        ]
        fronts = Scatter(ways, over=self._whole_story)
        return best_label(replace(wanted, clear=9.5, leaders=False), replace(room, fronts=fronts))

    def _towns(self, rank: int) -> list[Wanted]:
        """The large places that are not the story: a name for each, on the same spot all the time."""
        order = sorted(
            (index for index in self._in_frame if self.document["places"][index]["rank"] == rank),
            key=lambda index: (-(self.document["places"][index]["population"] or 0), index),
        )
        # No leaders: one could carry a name onto the other side's ground. And no budget of their own: a town
        # that is not the story is worth no name on the front.
        return [
            replace(self._wanted(index, 2, bold=True), leaders=False) for index in order if index != self.city
        ]

    @cached_property
    def _in_frame(self) -> list[int]:
        return [index for index in self.dotted if self.frame.holds(self.points[index], 4)]

    def _well_known(self) -> list[Wanted]:
        """A few towns of the story that are worth a name on every day; villages get theirs on their day."""
        places, of_a_day = self.document["places"], self._of_a_day
        known = [
            index
            for index in self._in_frame
            if places[index]["rank"] == 2
            and places[index]["kind"] in ("city", "town")
            and index not in of_a_day | {self.city}
        ]
        order = sorted(known, key=lambda index: (self._weight(index), index))
        return [replace(self._wanted(index, 3), leaders=False) for index in order][: self._most]

    @property
    def _most(self) -> int:
        """How many further names a frame takes, always and on one day."""
        return 8 if self.frame.rank_limit > 2 else 5

    @cached_property
    def _of_a_day(self) -> set[int]:
        """Places that a day's label names best: the nearest reported ones, and those with a second line."""
        nearest = {row[5] for row in self._rows() if row[4]}
        noted = {int(key) for start, end in self.spans for key in self._notes(start, end)}
        return nearest | noted

    def _weight(self, index: int) -> float:
        """How early a place is named: the oftener it changed and the nearer the city, the earlier."""
        near = self._from_city(self.points[index])
        return near - 60.0 * self._changes.get(index, 0)

    @cached_property
    def _changes(self) -> dict[int, int]:
        """How often each place came to another holder; a claim alone does not count."""
        states = self.document["states"]
        found: dict[int, int] = {}
        for event in self.document["events"]:
            if states[event["before"]][0] != states[event["after"]][0]:
                found[event["place"]] = found.get(event["place"], 0) + 1
        return found

    def _rings(self, room: Room) -> tuple[Label, ...]:
        found: list[Label] = []
        for ring in self.document["reference"]["rings"]:
            label = self._ring_label(ring, room.with_taken(label.box for label in found))
            found += [label] if label else []
        return tuple(found)

    def _ring_label(self, ring: Mapping[str, Any], room: Room) -> Label | None:
        """South by default; else the bearing nearest to it that is free."""
        text, size = self.teller.round_km(ring["km"]), self.frame.font - 1
        x, y = self.points[self.city]
        line = self.projected.line(ring["line"])
        for turn in (0, 12, -12, 25, -25, 40, -40, 55, -55, 75, -75, 100, -100, 125, -125, 150, -150, 180):
            bearing = math.radians(180 + turn)
            point = min(
                line, key=lambda p: abs(math.remainder(math.atan2(p[0] - x, y - p[1]) - bearing, math.tau))
            )
            wanted = Wanted(f"ring-{ring['km']:g}", text, point, 4, size, leaders=False)
            half = width(text, size) / 2 + 2
            box = Box(point[0] - half, point[1] - size * 0.62, point[0] + half, point[1] + size * 0.62)
            if room.free(box.grown(1)) and room.cost(box) <= 6:
                return Label(wanted, point[0], round(point[1] + size * 0.35, 1), "middle", box, 0.0)
        return None

    def _units(self, room: Room) -> tuple[Label, ...]:
        """Neighbouring first-level units, each where a straight line to its own point crosses no boundary."""
        found: list[Label] = []
        barriers = self._barriers()
        for unit in self.document["ground"]["units"]:
            open_room = room.with_taken(label.box for label in found)
            label = None if unit["in_region"] else self._unit_label(unit, open_room, barriers)
            found += [label] if label else []
        return tuple(found)

    def _barriers(self) -> MultiLineString:
        import shapely

        ground = self.document["ground"]
        lines = [*ground["unit_lines"], *ground["country_lines"], *ground["region"], *ground["land"]]
        drawn = [points for line in lines if len(points := self.projected.line(line)) > 1]
        barriers = shapely.MultiLineString(drawn)
        shapely.prepare(barriers)
        return barriers

    def _unit_label(self, unit: Mapping[str, Any], room: Room, barriers: MultiLineString) -> Label | None:
        name = plain(self.teller.say.words.of(unit["name"]))
        text = name.upper() if self.teller.lang != "ar" else isolated(name, "ar")
        size = self.frame.font - 1
        own = self.projected.line(unit["at"])[0]
        half = (width(text, size, bold=True) + 2 * len(text)) / 2
        spots = [
            (x, y)
            for y in _steps(14, self.frame.height - 14, 22)
            for x in _steps(half + 8, self.frame.width - half - 8, 36)
        ]
        # Near its own point, and near the edge: a neighbour's name stays out of the story.
        for x, y in sorted(spots, key=lambda spot: math.dist(spot, own) - 0.3 * self._from_city(spot)):
            box = Box(x - half, y - size * 0.7, x + half, y + size * 0.7)
            clear = room.free(box.grown(3)) and room.cost(box.grown(2)) <= 8
            if clear and self._sees(own, _corners(box), barriers):
                wanted = Wanted(f"unit-{unit['code']}", text, (x, y), 4, size, bold=True)
                return Label(wanted, round(x, 1), round(y + size * 0.35, 1), "middle", box, 0.0)
        return None

    def _from_city(self, spot: Point) -> float:
        return math.dist(spot, self._middle)

    @cached_property
    def _middle(self) -> Point:
        """The city, or the middle of the frame where the map has none."""
        return self.points[self.city] if self.city >= 0 else (self.frame.width / 2, self.frame.height / 2)

    @staticmethod
    def _sees(one: Point, others: Sequence[Point], barriers: MultiLineString) -> bool:
        import shapely

        ways = shapely.linestrings([[one, other] for other in others])
        return not shapely.intersects(barriers, ways).any()

    def _rivers(self, room: Room) -> tuple[River, ...]:
        found: list[River] = []
        size = self.frame.font - 1
        for river in self.document["ground"]["rivers"]:
            label = self._river(river, room.with_taken(_turned_box(other, size) for other in found))
            found += [label] if label else []
        return tuple(found)

    def _river(self, river: Mapping[str, Any], room: Room) -> River | None:
        """Along the straightest free stretch."""
        text = isolated(plain(self.teller.say.words.of(river["name"])), self.teller.lang)
        size = self.frame.font - 1
        long = width(text, size) + 8
        best: tuple[float, River] | None = None
        for line in river["lines"] if text else ():
            points = along(self.projected.line(line), 6)
            count = max(2, round(long / 6))
            for start in range(0, len(points) - count, 3):
                candidate = _beside(text, points[start : start + count], size)
                if candidate is None or not self._river_fits(candidate[1], size, room):
                    continue
                if best is None or candidate[0] < best[0]:
                    best = candidate
        return best[1] if best else None

    def _river_fits(self, river: River, size: float, room: Room) -> bool:
        box = _turned_box(river, size)
        return room.free(box) and room.cost(box) <= 5

    # What stands there for a while

    def _chips(self, room: Room) -> tuple[Chip, ...]:
        found: list[Chip] = []
        known: dict[tuple[Any, ...], Chip] = {}
        for row in self._rows():
            told = (row[4], row[5])
            if told not in known:
                known[told] = self._chip(row, room)
            chip = replace(known[told], since=row[0])
            if not found or not _same(chip, found[-1]):
                found.append(chip)
        return tuple(found)

    def _rows(self) -> list[Sequence[Any]]:
        rows = self.document["reference"]["series"]
        if self.only_day is None:
            return list(rows)
        row = series_row(self.document, self.only_day)
        return [row] if row else []

    def _chip(self, row: Sequence[Any], room: Room) -> Chip:
        since, km, index = row[0], row[4], row[5]
        if km is None or km <= 0 or index < 0 or not self.frame.holds(self.points[index], 3):
            return Chip(since)
        text = self.teller.km(km)
        start, end = self.points[self.city], self.points[index]
        pill = self._pill(text, start, end, room)
        return Chip(since, text, start, end, pill) if pill else Chip(since)

    def _pill(self, text: str, start: Point, end: Point, room: Room) -> Box | None:
        """On the line where it is free; else beside it."""
        half = width(text, self.frame.font + 0.5, bold=True) / 2 + _CHIP_PAD
        best: tuple[float, Box] | None = None
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.75, 0.25):
            for off in (0.0, 14.0, -14.0, 24.0, -24.0):
                x = start[0] + share * (end[0] - start[0])
                y = start[1] + share * (end[1] - start[1]) + off
                box = Box(x - half, y - _CHIP_HEIGHT / 2, x + half, y + _CHIP_HEIGHT / 2)
                cost = abs(off) / 4 + 10 * abs(share - 0.5) + room.cost(box)
                cost += 40 if box.grown(3).holds(end) or box.grown(1).holds(start) else 0
                if room.free(box.grown(1)) and (best is None or cost < best[0]):
                    best = cost, box
        return best[1] if best else None

    def _days(
        self,
        room: Room,
        chips: Sequence[Chip],
        actors: Mapping[int, tuple[ActorName, ...]],
        named: set[int],
    ) -> tuple[DayNames, ...]:
        found: list[DayNames] = []
        for start, end in self.spans:
            before = found[-1].labels if found else ()
            labels: Sequence[Label] = ()
            if self._in_frame:
                day_room = self._room_of(start, end, room, _during(chips, start, end), actors[start])
                labels = self._extras(start, end, day_room, named, before)
            told = {
                label.wanted.key: t
                for label in labels
                if (t := self._first_told.get(int(label.wanted.key), start)) > start
            }
            found.append(DayNames(start, tuple(labels), actors[start], self._notes(start, end), told))
        return tuple(found)

    def _room_of(
        self, start: int, end: int, room: Room, chips: Sequence[Chip], actors: Sequence[ActorName]
    ) -> Room:
        """What is free on one day: its own fronts and distance lines are in the way, no others."""
        lines = [
            (point, 1.0)
            for chip in chips
            if chip.pill
            for point in along([chip.start, chip.end], FRONT_STEP_PX)
            if math.dist(point, chip.end) > FRONT_STEP_PX
        ]
        fronts = Scatter(lines, over=self._fronts.between(start, end))
        dots = self._dots_with(self._changed_between(start, end))
        taken = [*_pills(chips), *(name.box.grown(2) for name in actors)]
        return replace(room.with_taken(taken), fronts=fronts, dots=dots)

    def _extras(
        self, start: int, end: int, room: Room, named: set[int], before: Sequence[Label]
    ) -> list[Label]:
        """The names of the day: the nearest reported places, those with a second line, other changes.

        Where room is left, the places that changed earlier in the week keep theirs.
        """
        notes = self._notes(start, end)
        nearest = self._nearest_on(start, end)
        changed = self._changed_between(start, end)
        story = {index for index in self._changed_between(start - _WEEK, start) if self._in_play(index)}
        order = sorted(
            ({*changed, *story, *nearest, *(int(key) for key in notes)} - named - {self.city})
            & set(self._in_frame),
            key=lambda index: (
                index not in nearest,
                str(index) not in notes,
                self._changes.get(index, 0) < 2,
                index not in changed,
                self._weight(index),
                index,
            ),
        )
        stood = {label.wanted.key: (label.x, label.y) for label in before}
        wanted = []
        for index in order[:_MOST_TRIED]:
            key = index in nearest or str(index) in notes or self._changes.get(index, 0) > 1
            one = self._wanted(index, 1 if index in nearest else 2 if key else 3)
            second = max((text for _, text in notes.get(str(index), ())), key=len, default="")
            wanted.append(replace(one, second=second, leaders=key, stood=stood.get(str(index))))
        return place_together(wanted, room, self._most)

    def _in_play(self, index: int) -> bool:
        return bool(self.document["places"][index]["rank"] <= 2)

    def _changed_between(self, start: int, end: int) -> set[int]:
        return changed_between(self.document, start, end)

    @cached_property
    def _first_told(self) -> dict[int, int]:
        """When the first report about each place counts."""
        found: dict[int, int] = {}
        for event in self.document["events"]:
            found.setdefault(event["place"], event["t"])
        return found

    def _nearest_on(self, start: int, end: int) -> set[int]:
        """Places that are the nearest reported one at some instant of a span."""
        rows = self._rows()
        ends = [*(row[0] for row in rows[1:]), self.document["span"][1]][: len(rows)]
        return {
            row[5] for row, until in zip(rows, ends, strict=True) if row[4] and row[0] < end and until > start
        }

    def _events(self, start: int, end: int) -> Sequence[Mapping[str, Any]]:
        return events_between(self.document, start, end)

    def _notes(self, start: int, end: int) -> dict[str, tuple[Dated, ...]]:
        """Second lines of at most three places of a span: what was retaken, what failed."""
        found: dict[str, tuple[Dated, ...]] = {}
        seen = [
            event for event in self._events(start, end) if self.frame.holds(self.points[event["place"]], 4)
        ]
        for event in sorted(seen, key=lambda event: self._weight(event["place"])):
            if len(found) == MOST_A_DAY:
                break
            key = str(event["place"])
            if key not in found and (note := self._note(event)):
                found[key] = ((event["t"], note),)
        return found

    def _note(self, event: Mapping[str, Any]) -> str:
        def fits(text: str) -> bool:
            return width(text, second_size(self.frame.font)) <= _SECOND_PX

        line = second_line(self.teller, event, fits)
        return isolated(line, self.teller.lang) if line else ""

    # Names of parties

    def _actors(self, room: Room, chips: Sequence[Chip]) -> dict[int, tuple[ActorName, ...]]:
        """The names of the parties, by the start of each span; looked for anew only where something moved."""
        parties = PartyNames(self.teller, self.frame, self.points, self._middle)
        asked = [[start, *range(start + _DAY - 1, end - 1, _DAY), end - 1] for start, end in self.spans]
        owners = parties.owners(t for instants in asked for t in instants)
        found: dict[int, tuple[ActorName, ...]] = {}
        before: tuple[ActorName, ...] = ()
        was, beside = None, None
        for (start, end), instants in zip(self.spans, asked, strict=True):
            during = list(islice(owners, len(instants)))
            pills = _pills(_during(chips, start, end))
            if any(held is not was for held in during) or pills != beside:
                before = parties.on_ground(during, room.with_taken(pills), before)
            was, beside, found[start] = during[-1], pills, before
        return found


def _on_the_map(name: str) -> str:
    """A name without the bracket that tells it from its namesakes: on a map its spot does."""
    return name.partition(" (")[0].strip() or name


def _same(one: Chip, other: Chip) -> bool:
    """Whether two chips show the same, from whenever on."""
    return (one.text, one.start, one.end, one.pill) == (other.text, other.start, other.end, other.pill)


def _pills(chips: Iterable[Chip]) -> list[Box]:
    return [chip.pill.grown(1) for chip in chips if chip.pill]


def _boxes(day: DayNames) -> list[Box]:
    return [label.box for label in day.labels] + [name.box for name in day.actors]


def _during(chips: Sequence[Chip], start: int, end: int) -> list[Chip]:
    """The chips that are shown at some instant of a span."""
    shown = []
    for chip, following in zip(chips, [*chips[1:], None][: len(chips)], strict=True):
        if chip.since < end and (following is None or following.since > start):
            shown.append(chip)
    return shown


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * index for index in range(max(0, int((end - start) / step) + 1))]


def _corners(box: Box) -> list[Point]:
    return [(box.left, box.top), (box.right, box.top), (box.left, box.bottom), (box.right, box.bottom)]


def _beside(text: str, points: Sequence[Point], size: float) -> tuple[float, River] | None:
    """A name beside a stretch of river, and how bent the stretch is (px); None where it is too bent."""
    (ax, ay), (bx, by) = points[0], points[-1]
    chord = math.dist(points[0], points[-1])
    if chord < 0.8 * 6 * (len(points) - 1):
        return None
    bend = max(abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / chord for x, y in points)
    if bend > 7:
        return None
    angle = math.degrees(math.atan2(by - ay, bx - ax))
    angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    off = size * 0.55 + bend
    turn = math.radians(angle)
    x, y = (ax + bx) / 2 + math.sin(turn) * off, (ay + by) / 2 - math.cos(turn) * off
    return bend, River(text, round(x, 1), round(y, 1), round(angle, 1))


def _turned_box(river: River, size: float) -> Box:
    """The upright box round a turned name."""
    half, tall = width(river.text, size) / 2 + 2, size * 0.65
    turn = math.radians(river.turn)
    across = abs(math.cos(turn)) * half + abs(math.sin(turn)) * tall
    down = abs(math.sin(turn)) * half + abs(math.cos(turn)) * tall
    return Box(river.x - across, river.y - down, river.x + across, river.y + down)

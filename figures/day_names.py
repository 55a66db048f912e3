"""A day of the story becomes the names of the large map: which places, in which order, with what below."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from figures.home_view import Bounds, middle
from figures.map_sources import Collection, Feature, collection, feature, names
from figures.ranks import BIG, CHANGED, IN_PLAY, REPORTED
from figures.second_lines import MOST_A_DAY, second_line
from figures.sentences import Teller
from figures.text import plain, width
from figures.through_time import events_between

TOP, TOLD, NEAR_STORY, STORY, NAMED, SILENT = range(1, 7)
"""How near one must look for a name to be worth its room: from the first view on, or only closer."""

DayRow = tuple[int, list[tuple[int, int, int, str]]]
"""From an instant on: for each place of that day its index, how near, its order, and its second line."""

_TOP_OF_DAY, _TOLD_ALWAYS = 24, 12
_DAY_S = 86_400
_ASIDE = 0.4
_KM_PER_CHANGE, _KM_PER_CLAIM = 8.0, 0.6
_KM_PER_DEGREE = 111.2
_SECOND_PX, _SECOND_SIZE = 150.0, 10.0


@dataclass(frozen=True)
class DayNames:
    """The names of a document's map in its home view, in one language."""

    teller: Teller
    bounds: Bounds

    def at(self, t: int) -> Collection:
        """The source of all names at an instant."""
        today = [row for row in self.rows if row[0] <= t][-1:]
        shown = {place: (near, order, note) for _, row in today for place, near, order, note in row}
        return collection(self._feature(index, shown.get(index)) for index in self._named)

    def usual(self) -> dict[str, Any]:
        """The names on a day without news, for a page that has the document: ``listed`` in their order.

        ``near`` says for each of them how near one must look; ``short`` has those that are not written as in
        the document.
        """
        return {
            "listed": self._named,
            "near": [self._near[index] for index in self._named],
            "short": {index: texts for index in self._named if (texts := self._shortened(index))},
        }

    def _shortened(self, index: int) -> dict[str, str]:
        written = names(self._document["places"][index]["name"])
        return {lang: short for lang, text in written.items() if (short := short_name(text)) != text}

    @cached_property
    def rows(self) -> list[DayRow]:
        """What stands out on each local day; a day starts anew where a second line becomes true within it."""
        found = []
        for day in self.teller.say.clock.days(*self._document["span"]):
            notes = self._notes(day)
            for since in sorted({day, *(t for t, _ in notes.values())}):
                known = {place: note for place, (t, note) in notes.items() if t <= since}
                found.append((since, self._row(day, since, known)))
        return found

    @property
    def _document(self) -> Mapping[str, Any]:
        return self.teller.document

    @cached_property
    def _named(self) -> list[int]:
        """Every place but the city, which has a mark and a name of its own; what tells most comes first."""
        places, city = self._document["places"], self._document["reference"]["place"]
        listed = [index for index in range(len(places)) if index != city]
        return sorted(listed, key=lambda i: (places[i]["rank"], self._weight(i), i))

    @cached_property
    def _order(self) -> dict[int, int]:
        return {index: 1000 + position for position, index in enumerate(self._named)}

    def _feature(self, index: int, shown: tuple[int, int, str] | None) -> Feature:
        place = self._document["places"][index]
        near, order, note = shown or (self._near[index], self._order[index], "")
        texts = {lang: short_name(text) for lang, text in names(place["name"]).items()}
        properties = {**texts, "rank": max(1, place["rank"]), "near": near, "order": order, "note": note}
        return {**feature("Point", [place["lon"], place["lat"]], properties), "id": index}

    @cached_property
    def _near(self) -> dict[int, int]:
        """How near one must look for each name, on days on which nothing is said of the place."""
        places = self._document["places"]
        in_play = [index for index in self._named if places[index]["rank"] == IN_PLAY and self._inside(index)]
        told = set(in_play[:_TOLD_ALWAYS])
        by_rank = {BIG: TOP, IN_PLAY: NEAR_STORY, CHANGED: STORY, REPORTED: NAMED}
        return {i: TOLD if i in told else by_rank.get(places[i]["rank"], SILENT) for i in self._named}

    def _row(self, day: int, since: int, notes: Mapping[int, str]) -> list[tuple[int, int, int, str]]:
        """The nearest place, those with a second line and those that change to and fro stand before towns."""
        nearest = self._nearest(since, day + _DAY_S)
        changed = {e["place"] for e in self._events(day) if e["kind"] == "change"}
        told = (changed | nearest | set(notes)) - {self._document["reference"]["place"]}

        def key(index: int) -> bool:
            return index in nearest or index in notes or self._changes.get(index, 0) > 1

        order = sorted(told, key=lambda i: (not key(i), i not in nearest, i not in notes, self._weight(i), i))
        return [
            (
                index,
                TOP if position < _TOP_OF_DAY and self._inside(index) else NEAR_STORY,
                position if key(index) and self._inside(index) else 1000 + self._towns + position,
                notes.get(index, ""),
            )
            for position, index in enumerate(order)
        ]

    @cached_property
    def _towns(self) -> int:
        """How many of the names are large towns; the others of a day come just after them."""
        return sum(self._document["places"][index]["rank"] <= BIG for index in self._named)

    def _nearest(self, start: int, end: int) -> set[int]:
        """The places that are the nearest reported one at some instant of a span."""
        rows: Sequence[Sequence[Any]] = self._document["reference"]["series"]
        ends = [*(row[0] for row in rows[1:]), self._document["span"][1]][: len(rows)]
        during = (row for row, until in zip(rows, ends, strict=True) if row[0] < end and until > start)
        return {row[5] for row in during if row[4]}

    def _events(self, day: int) -> Sequence[Mapping[str, Any]]:
        return events_between(self._document, day, day + _DAY_S)

    def _notes(self, day: int) -> dict[int, tuple[int, str]]:
        """Second lines of a day, and from when on each is true."""
        found: dict[int, tuple[int, str]] = {}
        for event in sorted(self._events(day), key=lambda event: self._weight(event["place"])):
            index = event["place"]
            if index in found or len(found) == MOST_A_DAY or not self._inside(index):
                continue
            note = second_line(self.teller, event, _fits)
            if note:
                found[index] = event["t"], note
        return found

    def _inside(self, index: int) -> bool:
        """Whether a place is seen in the first view, or on a wide screen at its sides."""
        west, south, east, north = self.bounds
        place, aside = self._document["places"][index], _ASIDE * (east - west)
        return bool(west - aside <= place["lon"] <= east + aside and south <= place["lat"] <= north)

    def _weight(self, index: int) -> float:
        """How late a place is named: nearness to the city in km, how often it changed, how much was said."""
        place = self._document["places"][index]
        lon, lat = self._middle
        x, y = (place["lon"] - lon) * math.cos(math.radians(lat)), place["lat"] - lat
        told = _KM_PER_CHANGE * self._changes.get(index, 0) + _KM_PER_CLAIM * self._claims.get(index, 0)
        return math.hypot(x, y) * _KM_PER_DEGREE - told

    @cached_property
    def _middle(self) -> tuple[float, float]:
        return middle(self._document)

    @cached_property
    def _claims(self) -> dict[int, int]:
        return counted(claim["place"] for claim in self._document["claims"])

    @cached_property
    def _changes(self) -> dict[int, int]:
        """How often each place came to another holder; a claim alone does not count."""
        return counted(
            event["place"]
            for event in self._document["events"]
            if self._document["states"][event["before"]][0] != self._document["states"][event["after"]][0]
        )


def counted(indices: Iterable[int]) -> dict[int, int]:
    """How often each number comes."""
    found: dict[int, int] = {}
    for index in indices:
        found[index] = found.get(index, 0) + 1
    return found


def short_name(name: str) -> str:
    """A name without the bracket that tells it from its namesakes: on a map its spot does."""
    return plain(name).partition(" (")[0].strip() or plain(name)


def _fits(text: str) -> bool:
    return width(text, _SECOND_SIZE) <= _SECOND_PX

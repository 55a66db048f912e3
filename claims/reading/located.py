"""The name of a place in a report becomes the places it may mean, each with how likely it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gazetteer.errors import AmbiguousPlace, UnknownPlace

if TYPE_CHECKING:
    from gazetteer.candidate import Candidate
    from gazetteer.index import Gazetteer
    from gazetteer.place import Place

SAME_NAME = 97.0
"""The least score at which two spellings are one name; see docs/gazetteer.md."""

WRITTEN_SO = 100.0
"""The score of a name that the table has as the report writes it."""

TOGETHER_KM = 30.0
"""Two villages printed as one name lie no farther apart than this."""

_SHOWN = 5
_POINT_KM = 5.0
_KM = 20.0
_LONGEST_PART = 4
_LONGEST_LIST = 16
_MOST_ASKED = 3_000
_MOST_WEIGHED = 500
_ENOUGH = 4
_LEAST_KNOWN = 0.25


@dataclass(frozen=True, slots=True)
class Possible:
    """A place that a name may mean. ``probability`` is 0 to 1; all of a name's together are at most 1."""

    place_id: str
    name: str
    probability: float
    score: float
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Located:
    """What a name may mean. ``place_id`` is set where the gazetteer decides for one, else None."""

    text: str
    place_id: str | None
    possible: tuple[Possible, ...]
    why: str

    @property
    def probability(self) -> float:
        """How likely the first of the possible places is meant."""
        return self.possible[0].probability if self.possible else 0.0


class Locator:
    """A gazetteer asked at most once for each name of a report.

    Without a gazetteer nothing is located. After 3,000 different names it answers no more: no report names
    so many places, and a hostile one must not take hours.
    """

    def __init__(self, gazetteer: Gazetteer | None, near: Place | None) -> None:
        self._gazetteer, self._near = gazetteer, near
        self._known: dict[str, Located] = {}
        self._exact: dict[str, Place | None] = {}
        self._beside: dict[tuple[str, tuple[str, ...]], Located] = {}

    def located(self, text: str) -> Located:
        """What one name may mean."""
        if text not in self._known:
            if self._gazetteer is None or len(self._known) >= _MOST_ASKED:
                return Located(text, None, (), "no gazetteer was asked")
            self._known[text] = self._ask(self._gazetteer, text)
        return self._known[text]

    def beside(self, text: str, others: tuple[str, ...]) -> Located:
        """What a name that several places have, or none, may mean beside places that are known.

        ``others`` are ids of places named with it. It is decided only where the gazetteer is sure.
        """
        found = self.located(text)
        if self._gazetteer is None or found.place_id is not None or not others:
            return found
        if (text, others) not in self._beside and len(self._beside) < _MOST_WEIGHED:
            self._beside[text, others] = self._weighed_beside(self._gazetteer, found, others)
        return self._beside.get((text, others), found)

    def _weighed_beside(self, gazetteer: Gazetteer, found: Located, others: tuple[str, ...]) -> Located:
        from gazetteer.index import Context

        text = found.text
        named = tuple(gazetteer.places[one] for one in dict.fromkeys(others) if one in gazetteer.places)
        answer = gazetteer.answer(text, Context(near=self._near, beside=named), limit=_SHOWN)
        if answer.settled is None:
            return found
        possible = tuple(
            Possible(
                one.place.id, one.place.name, round(one.probability or 0.0, 3), one.score, one.distance_km
            )
            for one in answer.candidates
        )
        why = f"{answer.settled.name}, for {answer.candidates[0].reasons[-1]}"
        return Located(text, answer.settled.id, possible, why)

    def elsewhere(self) -> bool:
        """Whether most names of the report are none of the table's: it tells of another land."""
        asked = [one for one in self._known.values() if one.text]
        known = sum(1 for one in asked if one.possible and one.possible[0].score >= SAME_NAME)
        return len(asked) >= _ENOUGH and known < _LEAST_KNOWN * len(asked)

    def parts(self, text: str) -> tuple[str, ...]:
        """The names that words without commas between them are, or the one that they are.

        ``Tharwat Al-Rahjan`` is two where the table has a Tharwat and an Al-Rahjan near each other.
        """
        words = text.split()
        if self._gazetteer is None or not 2 <= len(words) <= _LONGEST_LIST or self._is_own_name(text):
            return (text,)
        found = self._segmented(tuple(words))
        return found if len(found) > 1 and self._together(found) else (text,)

    def _ask(self, gazetteer: Gazetteer, text: str) -> Located:
        try:
            match = gazetteer.match(text, self._near)
        except UnknownPlace as problem:
            possible = tuple(_weighed(problem.suggestions, 0.3))
            return Located(text, None, possible, "no place of the table has this name")
        except AmbiguousPlace as problem:
            possible = tuple(_weighed(problem.candidates, 0.95))
            return Located(text, None, possible, f"{len(possible)} places of the table have this name")
        if match.score >= SAME_NAME:
            return Located(
                text, match.place.id, tuple(_weighed((match,), 0.97)), f"{match.place.name} has this name"
            )
        others = gazetteer.candidates(text, self._near, limit=_SHOWN)
        possible = tuple(_weighed((match, *(one for one in others if one.place.id != match.place.id)), 0.85))
        return Located(text, match.place.id, possible, f"{match.place.name} is spelled alike")

    def _is_own_name(self, text: str) -> bool:
        """Whether it is what a place is called, not merely a spelling that some report used."""
        place = self._exactly(text)
        plain = text.casefold().replace("-", " ")
        return place is not None and plain in {
            name.casefold().replace("-", " ") for name in (place.name, *place.names.values())
        }

    def _exactly(self, text: str) -> Place | None:
        if text not in self._exact:
            self._exact[text] = self._asked_exactly(text)
        return self._exact[text]

    def _asked_exactly(self, text: str) -> Place | None:
        if self._gazetteer is None or len(self._exact) >= _MOST_ASKED:
            return None
        try:
            match = self._gazetteer.match(text, self._near)
        except UnknownPlace:
            return None
        except AmbiguousPlace as problem:
            match = problem.candidates[0]
        return match.place if match.score >= SAME_NAME else None

    def _segmented(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Cut words into known names, each as long as can be; nothing where any word is left over."""
        found: list[str] = []
        at = 0
        while at < len(words):
            longest = min(_LONGEST_PART, len(words) - at - (not found))
            for size in range(longest, 0, -1):
                part = " ".join(words[at : at + size])
                if self._exactly(part):
                    found.append(part)
                    at += size
                    break
            else:
                return ()
        return tuple(found)

    def _together(self, names: tuple[str, ...]) -> bool:
        from gazetteer.distance import sphere_km

        places = [place for name in names if (place := self._exactly(name))]
        first = places[0]
        apart = [sphere_km(first.lat, first.lon, other.lat, other.lon) for other in places[1:]]
        return len({place.id for place in places}) == len(names) and max(apart) <= TOGETHER_KM * len(names)


def _weighed(candidates: tuple[Candidate, ...], sure: float) -> Iterator[Possible]:
    """Share what is sure among places by how alike and how near they are."""
    behind = [(one.distance_km or 0.0) + _POINT_KM * (100.0 - one.score) for one in candidates]
    least = min(behind, default=0.0)
    weights = [math.exp((least - km) / _KM) for km in behind]
    total = sum(weights) or 1.0
    ordered = sorted(zip(candidates, weights, strict=True), key=lambda pair: -pair[1])
    for candidate, weight in ordered:
        own = round(sure * weight / total, 3)
        yield Possible(candidate.place.id, candidate.place.name, own, candidate.score, candidate.distance_km)

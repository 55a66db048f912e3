"""A written name becomes the place it means, or the reason why nobody can tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from gazetteer.candidate import Answer, Candidate
from gazetteer.context import Context, distance_from
from gazetteer.distance import geodesic_km, sphere_km
from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.place import Place
from gazetteer.place_index import PlaceIndex, build_index, parted
from gazetteer.spelling import LONGEST_NAME, Spelling, spelling

if TYPE_CHECKING:
    from gazetteer.names import Names
    from gazetteer.weighing import Weighed

__all__ = ["Answer", "Candidate", "Context", "Gazetteer", "locate"]

SETTLED = 0.9
"""The least probability at which an answer names the place that is meant."""

PINNED_ALIKE = 0.4
"""The least probability at which a name not written as listed is taken for a place."""

ACCEPT = 92.0
"""The least score at which another spelling is taken for the same name. Measured: docs/gazetteer.md."""

SAME_SOUND = 97.0
"""The score of a name that sounds the same however it was romanised; the name as written scores 100."""

NEARBY_KM = {100.0: 100.0, SAME_SOUND: 50.0}
"""A place with the name as written, or as it sounds, this near is not compared with places spelled alike."""

FUZZY_KM = 150.0
"""A place farther from ``near`` than this is never taken for a name that is only spelled alike."""

MARGIN = 4.0
"""Without ``near``, a place within this many points of the best one is its rival."""

POINT_KM = 5.0
"""One point of score weighs as much as this many km of distance from ``near``."""

SAME_PLACE_KM = 3.0
"""A record of another table that has the name and lies this near is the same place."""

CLEARLY_KM, CLEARLY_TIMES = 20.0, 2.0
"""Of several places the first is meant if the next is behind it by both this many km and this many times."""

LEAST_SUGGESTED = 55.0
"""Spellings less alike than this are not even suggested."""

_OTHER_QUALIFIER = 70.0
_OTHER_KIND = 80.0
_LIKELY = 0.02

LEAST_RIVAL = 0.05
"""A candidate less likely than this is no rival of another."""

_Ranked = list[tuple[int, float]]


class Gazetteer:
    """The places of a map, to be found by the names that reports use.

    Building the index takes about 15 µs a name; asking it is cheap. The places are never changed. A large one
    is built once and kept in a file: ``gazetteer.cache``.

    Raises
    ------
    ValueError
        Two places have the same id.
    """

    def __init__(self, places: Iterable[Place] | Mapping[str, Place]) -> None:
        listed = tuple(places.values() if isinstance(places, Mapping) else places)
        by_id = {p.id: p for p in listed}
        if len(by_id) != len(listed):
            raise ValueError(f"two places have the id {_first_twice(p.id for p in listed)!r}")
        self._take(build_index(listed), MappingProxyType(by_id))

    @classmethod
    def of_index(cls, index: PlaceIndex, places: Mapping[str, Place]) -> Gazetteer:
        """Make one of places that are indexed already; ``places`` are the same, by id."""
        made = cls.__new__(cls)
        made._take(index, places)
        return made

    @property
    def index(self) -> PlaceIndex:
        """What matching reads: for whoever keeps it in a file."""
        return self._index

    def _take(self, index: PlaceIndex, places: Mapping[str, Place]) -> None:
        self._index, self.places = index, places

    def locate(self, name: str, near: Place | None = None) -> Place:
        """Find the one place that a name means.

        Parameters
        ----------
        name
            As written, in any script; ``id:`` before a place's id asks for that very place.
        near
            Where the report speaks of: tells namesakes apart, never moves an unmistakable name.

        Raises
        ------
        UnknownPlace
            No place has the name or a spelling close to it; carries the nearest spellings.
        AmbiguousPlace
            Several places fit and none is clearly nearer; carries them with their distances.
        """
        return self.match(name, near).place

    def match(self, name: str, near: Place | None = None) -> Candidate:
        """Do as ``locate`` does, and say how well the name fits. Raises the same errors."""
        asked = name.strip()
        if asked.startswith("id:") and asked[3:] in self.places:
            place = self.places[asked[3:]]
            return Candidate(place, 100.0, distance_from(place, Context(near)), 1.0, ("asked for by its id",))
        contenders = self._contenders(asked, near)
        if not contenders:
            raise UnknownPlace(name, self._suggestions(asked, near), near)
        if len(contenders) > 1:
            raise AmbiguousPlace(name, tuple(self._candidate(o, s, near) for o, s in contenders), near)
        return self._candidate(*contenders[0], near)

    def answer(self, name: str, context: Context | None = None, limit: int = 8) -> Answer:
        """Weigh everything: which places a name may mean, how probably, and whether one of them is meant.

        Parameters
        ----------
        name
            As written, in any script. Words in brackets or after a comma are taken for the region.
        context
            What the report says beside the name.
        limit
            The most candidates to list; the probabilities count all.

        Notes
        -----
        No name raises; ``settled_or_question`` turns an answer that is none into the errors of ``locate``.
        """
        given = context or Context()
        asked = name.strip()
        if asked.startswith("id:") and asked[3:] in self.places:
            place = self.places[asked[3:]]
            found = Candidate(place, 100.0, distance_from(place, given), 1.0, ("asked for by its id",))
            return Answer(name, (found,), 0.0, place)
        head, given = _with_remark(asked, given)
        from gazetteer.weighing import weigh

        weighed, none = weigh(self._index, head, given)
        listed = tuple(self._weighed_candidate(w, given) for w in weighed[: max(limit, 0)])
        settled = listed[0].place if listed and (listed[0].probability or 0) >= SETTLED else None
        return Answer(name, listed, none, settled, "" if settled else _what_would_decide(listed, none, given))

    def candidates(self, name: str, near: Place | None = None, limit: int = 8) -> tuple[Candidate, ...]:
        """List the places that a name may mean, likeliest first, however doubtful; no name makes it raise."""
        return self.answer(name, Context(near), limit).candidates

    def namesakes(self, name: str, beyond: Place) -> tuple[Place, ...]:
        """List the places that are called or sound so and lie elsewhere than one, the nearest to it first.

        For whoever found that one in a smaller table, which may lack its namesakes.
        """
        found = [self._index.places[owner] for owner in self._namesakes(name)]
        far = [(geodesic_km(beyond.lat, beyond.lon, place.lat, place.lon), place) for place in found]
        return tuple(place for km, place in sorted(far, key=lambda pair: pair[0]) if km > SAME_PLACE_KM)

    def _weighed_candidate(self, weighed: Weighed, context: Context) -> Candidate:
        from gazetteer.weighing import reasons

        place = self._index.places[weighed.owner]
        return Candidate(
            place,
            round(score(weighed.asked, weighed.known), 1),
            distance_from(place, context),
            round(weighed.probability, 4),
            reasons(weighed, weighed.said),
        )

    def _contenders(self, name: str, near: Place | None) -> _Ranked:
        """Give the places that answer to the name, less those that another leaves behind."""
        whole = self._accepted(name, near)
        head, remark = parted(name)
        if whole or not remark:
            return whole
        return [found for found in self._accepted(head, near) if self._confirms(remark, found[0])]

    def _accepted(self, name: str, near: Place | None) -> _Ranked:
        namesakes = self._namesakes(name)
        if any(near is None or self._km(o, near) <= NEARBY_KM[score] for o, score in namesakes.items()):
            found = self._foremost(namesakes, near)
        else:
            found = self._foremost({**self._alike(name, near), **namesakes}, near)
        return found if self._is_likely(name, near, found) else []

    def _is_likely(self, name: str, near: Place | None, found: _Ranked) -> bool:
        """Whether one of the places has the name as written, or they are together likely enough."""
        if not found or any(points == 100.0 for _, points in found):
            return bool(found)
        from gazetteer.weighing import weigh

        owners = {owner for owner, _ in found}
        weighed, _ = weigh(self._index, name, Context(near))
        return sum(w.probability for w in weighed if w.owner in owners) >= PINNED_ALIKE

    def _alike(self, name: str, near: Place | None) -> dict[int, float]:
        """Give the places that are spelled alike, near enough, and not unlikely."""
        from gazetteer.weighing import weigh

        weighed, _ = weigh(self._index, name, Context(near))
        alike = {w.owner: score(w.asked, w.known) for w in weighed if w.probability > _LIKELY}
        return {o: points for o, points in alike.items() if points >= ACCEPT and self._is_near(o, near)}

    def _is_near(self, owner: int, near: Place | None) -> bool:
        return near is None or self._km(owner, near) <= FUZZY_KM

    def _foremost(self, found: Mapping[int, float], near: Place | None) -> _Ranked:
        """Keep the best one, and with it every rival that is not clearly behind."""
        if len(found) < 2:
            return list(found.items())
        behind = {owner: self._behind_km(owner, score, near) for owner, score in found.items()}
        (best, first_km), *others = sorted(behind.items(), key=lambda item: item[1])
        rivals = [owner for owner, km in others if not _clearly_behind(first_km, km, near)]
        return [(owner, found[owner]) for owner in (best, *rivals)]

    def _behind_km(self, owner: int, score: float, near: Place | None) -> float:
        """How far a place is from being the one meant: km from ``near``, and points of likeness as km."""
        return (self._km(owner, near) if near else 0.0) + POINT_KM * (100.0 - score)

    def _namesakes(self, name: str) -> dict[int, float]:
        """Give the places with that very name, or one that sounds the same."""
        found: dict[int, float] = {}
        for family, part in self._index.parts_for(name):
            keys = spelling(name, family) if 0 < len(name) <= LONGEST_NAME else None
            if keys and keys.plain:
                sound = () if keys.slip else part.with_sound(keys)
                found = {**dict.fromkeys(_owners(part, sound), SAME_SOUND), **found}
                found.update(dict.fromkeys(_owners(part, part.with_letters(keys)), 100.0))
        return found

    def _confirms(self, remark: str, owner: int) -> bool:
        """Whether words in brackets fit a place: its unit, its kind, or another spelling of its name."""
        place = self._index.places[owner]
        said = spelling(remark)
        own = (place.admin1, place.kind.replace("_", " "))
        return any(said.folded and said.folded == spelling(o).folded for o in own if o) or any(
            found == owner for found, _ in self._accepted(remark, None)
        )

    def _suggestions(self, name: str, near: Place | None) -> tuple[Candidate, ...]:
        whole = self.candidates(name, near, limit=5)
        head, remark = parted(name)
        parts = self.candidates(head, near, limit=3) if remark else ()
        seen = {c.place.id: c for c in (*parts, *whole) if c.score >= LEAST_SUGGESTED}
        return tuple(sorted(seen.values(), key=lambda c: -c.score)[:5])

    def _candidate(self, owner: int, score: float, near: Place | None) -> Candidate:
        place = self._index.places[owner]
        km = geodesic_km(near.lat, near.lon, place.lat, place.lon) if near else None
        return Candidate(place, round(score, 1), km)

    def _km(self, owner: int, near: Place) -> float:
        columns = self._index.columns
        return sphere_km(near.lat, near.lon, float(columns["lat"][owner]), float(columns["lon"][owner]))


def settled_or_question(answer: Answer, near: Place | None = None) -> Place:
    """Give the place that an answer settles on, or raise why there is none.

    Raises
    ------
    AmbiguousPlace
        Several places share most of the probability; carries them.
    UnknownPlace
        Most of it is that the name means none of the known places.
    """
    if answer.settled is not None:
        return answer.settled
    rivals = tuple(c for c in answer.candidates if (c.probability or 0) >= LEAST_RIVAL)
    if len(rivals) > 1 and answer.unresolved < PINNED_ALIKE:
        raise AmbiguousPlace(answer.name, rivals, near)
    raise UnknownPlace(answer.name, answer.candidates, near)


def _with_remark(name: str, context: Context) -> tuple[str, Context]:
    head, remark = parted(name)
    if not remark or context.region:
        return (head if remark else name), context
    return head, dataclasses.replace(context, region=remark)


def _what_would_decide(listed: tuple[Candidate, ...], none: float, context: Context) -> str:
    """Say, in a sentence, what would settle an open question."""
    if not listed or none >= PINNED_ALIKE:
        return "No known place fits well: check the spelling, or add the place."
    rivals = [c for c in listed if (c.probability or 0) >= LEAST_RIVAL]
    if len(rivals) < 2:
        return (
            "One place fits, but not well enough: another source, or the name in its own script, would tell."
        )
    if not context.has_place:
        return (
            "A place named beside it, its region, or how near the front was that day would tell them apart."
        )
    units = {c.place.admin1 for c in rivals}
    if len(units) == len(rivals) and "" not in units:
        return f"The region would tell them apart: {', '.join(sorted(units))}."
    return "Only a more exact report, or the place's id, tells places so near to each other apart."


def _owners(part: Names, numbers: Iterable[int]) -> list[int]:
    return [int(owner) for number in numbers for owner in part.owners_of(number)]


def locate(name: str, places: Iterable[Place] | Mapping[str, Place], near: Place | None = None) -> Place:
    """Find one name among places; for more than a few names build a ``Gazetteer`` once. Raises as it does."""
    return Gazetteer(places).locate(name, near)


def score(asked: Spelling, known: Spelling) -> float:
    """Score two spellings: 100 for the same letters, ``SAME_SOUND`` for the same sound, else ``likeness``."""
    if asked.qualifiers == known.qualifiers and asked.plain == known.plain:
        return 100.0
    if asked.qualifiers == known.qualifiers and asked.folded == known.folded and not asked.slip:
        return SAME_SOUND
    return likeness(asked, known)


def likeness(asked: Spelling, known: Spelling) -> float:
    """Score 0-100 how likely two spellings are of one name.

    The likeness of the consonants and of the sound, weighted by how many consonants there are to judge by.
    Names that differ in a direction, a size or a number, or in the kind of thing they name, stay below
    ``ACCEPT``.
    """
    from rapidfuzz import fuzz

    consonants = fuzz.ratio(asked.skeleton, known.skeleton)
    sound = fuzz.ratio(asked.folded, known.folded)
    weight = min(0.6, 0.1 * min(len(asked.skeleton), len(known.skeleton)))
    score = weight * consonants + (1 - weight) * sound
    if asked.qualifiers != known.qualifiers:
        return (
            min(score, _OTHER_QUALIFIER) if asked.qualifiers and known.qualifiers else min(score, _OTHER_KIND)
        )
    if asked.kinds != known.kinds and asked.skeleton != known.skeleton:
        return min(score, _OTHER_KIND)
    return min(score, ACCEPT - 1 if asked.slip else SAME_SOUND - 1)


def _first_twice(ids: Iterable[str]) -> str:
    seen: set[str] = set()
    return next(i for i in ids if i in seen or seen.add(i))  # type: ignore[func-returns-value]


def _clearly_behind(first_km: float, second_km: float, near: Place | None) -> bool:
    if near is None:
        return second_km - first_km > POINT_KM * MARGIN
    return second_km - first_km >= CLEARLY_KM and second_km >= CLEARLY_TIMES * first_km

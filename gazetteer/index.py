"""A written name becomes the place it means, or the reason why nobody can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from gazetteer.candidate import Candidate
from gazetteer.distance import geodesic_km, sphere_km
from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.place import Place
from gazetteer.spelling import LONGEST_NAME, Spelling, family_of, spelling

__all__ = ["Candidate", "Gazetteer", "locate"]

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

CLEARLY_KM, CLEARLY_TIMES = 20.0, 2.0
"""Of several places the first is meant if the next is behind it by both this many km and this many times."""

LEAST_SUGGESTED = 55.0
"""Spellings less alike than this are not even suggested."""

_OTHER_QUALIFIER = 70.0
_OTHER_KIND = 80.0
_FUZZY_POOL = 100

_Ranked = list[tuple[int, float]]


class Gazetteer:
    """The places of a map, to be found by the names that reports use.

    Building the index takes about 20 µs a name; asking it is cheap. The places are never changed.

    Raises
    ------
    ValueError
        Two places have the same id.
    """

    def __init__(self, places: Iterable[Place] | Mapping[str, Place]) -> None:
        self._list: tuple[Place, ...] = tuple(places.values() if isinstance(places, Mapping) else places)
        self.places: Mapping[str, Place] = MappingProxyType({p.id: p for p in self._list})
        if len(self.places) != len(self._list):
            raise ValueError(f"two places have the id {_first_twice(p.id for p in self._list)!r}")
        self._family = family_of(name for place in self._list for name in (*place.names.values(), place.name))
        self._owners: dict[Spelling, list[int]] = defaultdict(list)
        self._by_plain: dict[tuple[str, frozenset[str]], set[int]] = defaultdict(set)
        self._by_sound: dict[tuple[str, frozenset[str]], set[int]] = defaultdict(set)
        self._fill()
        self._spellings = list(self._owners)
        self._skeletons = [s.skeleton for s in self._spellings]
        self._sounds = [s.folded for s in self._spellings]
        self._has_native = {o for s, owners in self._owners.items() if s.native for o in owners}

    def _fill(self) -> None:
        for owner, place in enumerate(self._list):
            for written in dict.fromkeys(_written_names(place)):
                keys = spelling(written, self._family)
                if keys.plain:
                    self._by_plain[keys.plain, keys.qualifiers].add(owner)
                    self._by_sound[keys.folded, keys.qualifiers].add(owner)
                    self._owners[keys].append(owner)

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
        return self._list[self._decide(name, near)[0]]

    def match(self, name: str, near: Place | None = None) -> Candidate:
        """Do as ``locate`` does, and say how well the name fits. Raises the same errors."""
        owner, score = self._decide(name, near)
        return self._candidate(owner, score, near)

    def candidates(self, name: str, near: Place | None = None, limit: int = 8) -> tuple[Candidate, ...]:
        """List the places that a name may mean, best first, however doubtful; no name makes it raise.

        With ``near``, the best are those that are both alike and near (see ``POINT_KM``); without it equal
        scores are ordered by population.
        """
        ranked = self._ranked(name.strip())
        ordered = sorted(ranked, key=lambda found: self._order(found[0], found[1], near))
        return tuple(self._candidate(owner, score, near) for owner, score in ordered[: max(limit, 0)])

    def _decide(self, name: str, near: Place | None) -> tuple[int, float]:
        asked = name.strip()
        if asked.startswith("id:") and asked[3:] in self.places:
            return self._list.index(self.places[asked[3:]]), 100.0
        contenders = self._contenders(asked, near)
        if not contenders:
            raise UnknownPlace(name, self._suggestions(asked, near), near)
        if len(contenders) > 1:
            raise AmbiguousPlace(name, tuple(self._candidate(o, s, near) for o, s in contenders), near)
        return contenders[0]

    def _contenders(self, name: str, near: Place | None) -> _Ranked:
        """Give the places that answer to the name, less those that another leaves behind."""
        whole = self._accepted(name, near)
        head, remark = _parted(name)
        if whole or not remark:
            return whole
        return [found for found in self._accepted(head, near) if self._confirms(remark, found[0])]

    def _accepted(self, name: str, near: Place | None) -> _Ranked:
        keys = self._keys(name)
        if keys is None:
            return []
        namesakes = self._namesakes(keys)
        if any(near is None or self._km(o, near) <= NEARBY_KM[score] for o, score in namesakes.items()):
            return self._foremost(namesakes, near)
        alike = [(o, s) for o, s in self._alike(keys).items() if self._close_enough(o, s, near)]
        return self._foremost({**dict(alike), **namesakes}, near)

    def _close_enough(self, owner: int, score: float, near: Place | None) -> bool:
        return score >= ACCEPT and (near is None or self._km(owner, near) <= FUZZY_KM)

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

    def _keys(self, name: str) -> Spelling | None:
        keys = spelling(name, self._family) if 0 < len(name) <= LONGEST_NAME else None
        return keys if keys and keys.plain else None

    def _namesakes(self, keys: Spelling) -> dict[int, float]:
        """Give the places with that very name, or one that sounds the same."""
        sound = () if keys.slip else self._by_sound.get((keys.folded, keys.qualifiers), ())
        found = dict.fromkeys(sound, SAME_SOUND)
        found.update(dict.fromkeys(self._by_plain.get((keys.plain, keys.qualifiers), ()), 100.0))
        return found

    def _ranked(self, name: str) -> list[tuple[int, float]]:
        keys = self._keys(name)
        return list({**self._alike(keys), **self._namesakes(keys)}.items()) if keys else []

    def _alike(self, keys: Spelling) -> dict[int, float]:
        best: dict[int, float] = {}
        for known in self._pool(keys):
            score = likeness(keys, known)
            for owner in self._owners[known]:
                if score > best.get(owner, 0.0) and not self._romanised_only(keys, known, owner):
                    best[owner] = score
        return best

    def _romanised_only(self, asked: Spelling, known: Spelling, owner: int) -> bool:
        """Whether an Arabic name is held against a romanised one of a place whose Arabic name is known."""
        return asked.native and not known.native and owner in self._has_native

    def _pool(self, keys: Spelling) -> set[Spelling]:
        """Choose the spellings worth a close look: alike in their consonants, or alike in sound."""
        from rapidfuzz import fuzz, process

        found: set[Spelling] = set()
        for asked, known in ((keys.skeleton, self._skeletons), (keys.folded, self._sounds)):
            if asked:
                best = process.extract(
                    asked, known, scorer=fuzz.ratio, score_cutoff=LEAST_SUGGESTED, limit=_FUZZY_POOL
                )
                found.update(self._spellings[number] for _, _, number in best)
        return found

    def _confirms(self, remark: str, owner: int) -> bool:
        """Whether words in brackets fit a place: its unit, its kind, or another spelling of its name."""
        place = self._list[owner]
        said = spelling(remark, self._family)
        own = (place.admin1, place.kind.replace("_", " "))
        return any(said.folded and said.folded == spelling(o, self._family).folded for o in own if o) or any(
            found == owner for found, _ in self._accepted(remark, None)
        )

    def _suggestions(self, name: str, near: Place | None) -> tuple[Candidate, ...]:
        whole = self.candidates(name, near, limit=5)
        head, remark = _parted(name)
        parts = self.candidates(head, near, limit=3) if remark else ()
        seen = {c.place.id: c for c in sorted((*whole, *parts), key=lambda c: c.score)}
        return tuple(sorted(seen.values(), key=lambda c: -c.score)[:5])

    def _candidate(self, owner: int, score: float, near: Place | None) -> Candidate:
        place = self._list[owner]
        km = geodesic_km(near.lat, near.lon, place.lat, place.lon) if near else None
        return Candidate(place, round(score, 1), km)

    def _order(self, owner: int, score: float, near: Place | None) -> tuple[float, float, str]:
        place = self._list[owner]
        return self._behind_km(owner, score, near), -(place.population or 0), place.id

    def _km(self, owner: int, near: Place) -> float:
        place = self._list[owner]
        return sphere_km(near.lat, near.lon, place.lat, place.lon)


def locate(name: str, places: Iterable[Place] | Mapping[str, Place], near: Place | None = None) -> Place:
    """Find one name among places; for more than a few names build a ``Gazetteer`` once. Raises as it does."""
    return Gazetteer(places).locate(name, near)


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


def _written_names(place: Place) -> Iterator[str]:
    """Every way a place may be asked for: names, variants, its id, and names without a remark in brackets."""
    for written in (place.name, *place.names.values(), *place.variants):
        yield written
        head, remark = _parted(written)
        if remark and "," not in written:
            yield head
    yield place.id


_REMARK = re.compile(r"^\s*([^()\[\],]+?)\s*(?:[(\[]([^()\[\]]+)[)\]]|,([^,]+))\s*$")


def _parted(name: str) -> tuple[str, str]:
    """Part ``Sinjar (Idlib)`` or ``Sinjar, Idlib`` into name and remark; where there is none it is empty."""
    found = _REMARK.match(name) if len(name) <= LONGEST_NAME else None
    return (found[1], found[2] or found[3]) if found else (name, "")


def _first_twice(ids: Iterable[str]) -> str:
    seen: set[str] = set()
    return next(i for i in ids if i in seen or seen.add(i))  # type: ignore[func-returns-value]


def _clearly_behind(first_km: float, second_km: float, near: Place | None) -> bool:
    if near is None:
        return second_km - first_km > POINT_KM * MARGIN
    return second_km - first_km >= CLEARLY_KM and second_km >= CLEARLY_TIMES * first_km

"""Places of several sources that are one place become one, and both ids are kept.

Two records are one place where they lie within 1 km of each other (3 km for the same name as written in a
script that both have), share a name as written or by sound, and do not differ in kind. Records of one source
are never merged: a source that lists two places means two.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gazetteer.context import kind_group
from gazetteer.distance import sphere_km
from gazetteer.place import Place
from gazetteer.spelling import Spelling, family_of, spelling

SAME_KM = 1.0
SAME_AS_WRITTEN_KM = 3.0
_CELL = 0.05
"""Degrees; neighbours are looked for in the cells around, which reach 3 km up to 56 degrees of latitude."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The places of all sources, each once; ``same`` says of merged ids by which id they are kept."""

    places: tuple[Place, ...]
    same: Mapping[str, str]


def merged(sources: Iterable[Sequence[Place]]) -> Merged:
    """Merge sources, the first named first: its record keeps id, point and name, the others add theirs."""
    sources = list(sources)
    family = family_of(name for places in sources for place in places for name in _names(place))
    kept: dict[str, Place] = {}
    near: dict[tuple[int, int], list[str]] = defaultdict(list)
    spelled: dict[str, frozenset[Spelling]] = {}
    same: dict[str, str] = {}
    for places in sources:
        added: list[Place] = []
        for place in places:
            mine = frozenset(spelling(name, family) for name in _names(place))
            others = [kept[i] for i in _around(place, near)]
            twin = _twin(place, mine, others, spelled)
            if twin is None and place.id not in kept:
                added.append(place)
                spelled[place.id] = mine
            elif twin is not None:
                kept[twin.id] = _joined(twin, place)
                spelled[twin.id] |= mine
                same[place.id] = twin.id
        for place in added:
            kept[place.id] = place
            near[_cell(place)].append(place.id)
    return Merged(tuple(kept.values()), same)


def _twin(
    place: Place,
    mine: frozenset[Spelling],
    others: Iterable[Place],
    spelled: Mapping[str, frozenset[Spelling]],
) -> Place | None:
    """Give the nearest record that is the same place; None where there is none."""
    found = [
        (km, other.id, other)
        for other in others
        if (km := sphere_km(place.lat, place.lon, other.lat, other.lon)) <= _reach_km(mine, spelled[other.id])
        and not _kinds_differ(place, other)
    ]
    return min(found)[2] if found else None


def _reach_km(mine: frozenset[Spelling], theirs: frozenset[Spelling]) -> float:
    """Say how far apart two records of one place may lie, by their names; -1 for not at all."""
    if {s.text for s in mine if s.native} & {s.text for s in theirs}:
        return SAME_AS_WRITTEN_KM
    sounds = {(s.folded, s.qualifiers) for s in mine if s.folded}
    return SAME_KM if sounds & {(s.folded, s.qualifiers) for s in theirs} else -1.0


def _kinds_differ(one: Place, other: Place) -> bool:
    first, second = kind_group(one.kind), kind_group(other.kind)
    return bool(first and second) and first != second


def _joined(kept: Place, other: Place) -> Place:
    """Add what another record knows: its names, its population, its source and id."""
    names = {**other.names, **kept.names}
    listed = dict.fromkeys((*kept.variants, other.name, *other.names.values(), *other.variants))
    known = {kept.name, *kept.names.values()}
    return dataclasses.replace(
        kept,
        names=names,
        variants=tuple(name for name in listed if name not in known),
        population=kept.population or other.population,
        geonames_id=kept.geonames_id or other.geonames_id,
        admin1=kept.admin1 or other.admin1,
        source=f"{kept.source}; the same place: {other.id}, {other.source}",
    )


def _names(place: Place) -> tuple[str, ...]:
    return (place.name, *place.names.values(), *place.variants)


def _cell(place: Place) -> tuple[int, int]:
    return int(place.lat // _CELL), int(place.lon // _CELL)


def _around(place: Place, near: Mapping[tuple[int, int], list[str]]) -> list[str]:
    row, column = _cell(place)
    return [i for r in (-1, 0, 1) for c in (-1, 0, 1) for i in near.get((row + r, column + c), ())]

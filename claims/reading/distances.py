"""Distances that a report gives between somebody's forces and a place, with what they leave open."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from claims.reading import names as known
from claims.reading.counts import qualifier_before
from claims.reading.mentions import EVENT, PARTY, Scan, party_of
from claims.reading.names import Name, name_at
from claims.reading.words import number_of

_UNITS = {
    "kilometers": 1.0,
    "kilometer": 1.0,
    "kilometres": 1.0,
    "kilometre": 1.0,
    "km": 1.0,
    "kms": 1.0,
    "miles": 1.609344,
    "mile": 1.609344,
}
_MOVES = frozenset(
    [
        "pushing",
        "pushed",
        "push",
        "pushes",
        "drove",
        "driving",
        "driven",
        "forced",
        "forcing",
        "back",
        "repelled",
        "pulled",
        "retreated",
        "expelled",
    ]
)
_STANDS = frozenset(
    [
        "bringing",
        "brought",
        "putting",
        "within",
        "reached",
        "reaching",
        "advanced",
        "advancing",
        "stood",
        "stand",
        "standing",
        "came",
        "come",
        "were",
        "are",
        "was",
        "is",
        "now",
        "positioned",
        "closed",
        "approached",
        "got",
        "moved",
        "closing",
        "arrived",
        "stopped",
        "halted",
        "remain",
        "remained",
        "fighting",
    ]
)
_LEADS = frozenset(
    [
        "of",
        "from",
        "to",
        "outside",
        "north",
        "south",
        "east",
        "west",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "away",
        "off",
        "short",
        "the",
        "city",
        "center",
        "centre",
        "downtown",
        "central",
    ]
)
_PLACES = frozenset(["city", "town", "capital", "border", "centre", "center"])
_LOOK = 18


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance in km, words ``first`` to ``end``.

    ``low_km`` and ``high_km`` bound what the words allow, None where they do not. ``moved`` says that they
    can also be read as how far somebody was pushed, not how far they stand now. ``edge`` says that they
    measure from the edge of the place, as far as the words tell.
    """

    km: float
    qualifier: str
    low_km: float | None
    high_km: float | None
    reference: Name | None
    moved: bool
    edge: bool
    first: int
    end: int


def distances_in(scan: Scan, common: Collection[str] = ()) -> Iterator[Distance]:
    """The distances of a sentence that speak of forces, not of where a town lies."""
    for place, word in enumerate(scan.words):
        joined = word.low.endswith("km") and word.low[:1].isdigit()
        unit = 1.0 if joined else _UNITS.get(word.low, 0.0)
        at = place if joined else place - 1
        number = number_of(scan.low(at)) if unit else None
        if number is not None:
            found = _distance(scan, at, number, unit, place + 1, common)
            if found:
                yield found


def _distance(
    scan: Scan, place: int, number: float, unit: float, after: int, common: Collection[str]
) -> Distance | None:
    lowest, first = _from_to(scan, place)
    qualifier, first = qualifier_before(scan, first)
    moved, forces = _of_forces(scan, first)
    if not forces:
        return None
    reference, end, edge = _reference(scan, after, common)
    if reference is None:
        return None
    km = number * unit
    if lowest is not None:
        qualifier = "between"
    low, high = _bounds(km, qualifier, None if lowest is None else lowest * unit)
    return Distance(km, qualifier, low, high, reference, moved, edge, first, end)


def _from_to(scan: Scan, place: int) -> tuple[float | None, int]:
    """“Three to four kilometres”, “3-4 km” as two words and a dash."""
    if scan.low(place - 1) in ("to", "-", "–", "and", "or") and place >= 2:
        lowest = number_of(scan.low(place - 2))
        if lowest is not None:
            return lowest, place - 2
    return None, place


def _bounds(km: float, qualifier: str, lowest: float | None) -> tuple[float | None, float | None]:
    if lowest is not None:
        return lowest, km
    if qualifier in ("more_than", "at_least"):
        return km, None
    if qualifier in ("up_to", "less_than"):
        return None, km
    return (None, None) if qualifier == "about" else (km, km)


def _of_forces(scan: Scan, first: int) -> tuple[bool, bool]:
    """Whether the words tell of a move, and whether they speak of forces at all."""
    before = [scan.low(at) for at in range(max(first - _LOOK, 0), first)]
    if scan.low(first - 1) == "," and scan.words[first - 2].cap and not scan.at[first - 2]:
        return False, False  # "Bakhmut, 12 kilometers to the east"
    moved = any(low in _MOVES for low in before)
    stands = any(low in _STANDS for low in [*before, scan.low(first)])
    armed = any(party_of(scan.at[at]) for at in range(max(first - _LOOK, 0), first)) or _pronoun(before)
    return moved, (moved or stands) and armed


def _pronoun(before: list[str]) -> bool:
    return any(
        low
        in ("them", "they", "forces", "troops", "fighters", "soldiers", "front", "line", "units", "frontline")
        for low in before
    )


def _reference(scan: Scan, place: int, common: Collection[str]) -> tuple[Name | None, int, bool]:
    """The place that is measured from: "Hama city", "the city's neighborhoods"."""
    at = place
    while scan.low(at) in _LEADS and not scan.words[at].cap and not _is_place(scan, at):
        at += 1
    if at == place:
        return None, place, False
    if scan.kind_at(at) == PARTY and scan.low(at) in ("kyiv", "kiev", "moscow", "baku"):
        return Name(scan.words[at].text, at, at + 1), at + 1, False
    name = name_at(scan, at, common)
    if name is None and _is_place(scan, at):
        name = Name("", at, at + 1, scan.low(at), again=True)
    if name is None:
        return None, place, False
    end, edge = _edge(scan, name.end)
    return replace(name, end=name.end), end, edge


def _is_place(scan: Scan, at: int) -> bool:
    return scan.low(at) in _PLACES and scan.low(at - 1) == "the" and scan.kind_at(at) != EVENT


def _edge(scan: Scan, end: int) -> tuple[int, bool]:
    at = end
    while scan.low(at) in known.ADJECTIVES:
        at += 1
    if scan.low(at) in (
        "neighborhoods",
        "neighbourhoods",
        "outskirts",
        "edge",
        "suburbs",
        "limits",
        "entrance",
    ):
        return at + 1, True
    return end, False

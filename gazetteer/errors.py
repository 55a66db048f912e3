"""What can go wrong between a name, a file and a place, said so that a reporter knows the next step."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gazetteer.candidate import Candidate
    from gazetteer.place import Place

MOST_PRINTED = 1_000
"""How many faults ``str(BadFiles)`` prints; the exception itself carries all of them."""

WORTH_ASKING = 70.0
"""The least score at which a message asks "did you mean"; the exception carries weaker suggestions too."""


def shown(value: str, most: int = 60) -> str:
    """Quote a value from outside for a message: shortened, on one line, nothing invisible left in it.

    Control characters, bidirectional controls and zero-width characters are printed as their code (U+202E as
    an escape), so that a hostile cell can neither move the terminal's cursor nor turn a message around.
    """
    cut = value if len(value) <= most else value[: most - 1] + "…"
    return "'" + "".join(_visible(c) for c in cut) + "'"


def _visible(character: str) -> str:
    if unicodedata.category(character)[0] != "C" and unicodedata.category(character) not in ("Zl", "Zp"):
        return character
    return character.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file.

    ``line`` is the physical line where the row starts, counted from 1; 0 speaks of the whole file. ``column``
    is the column's name, or empty where the fault is not about one cell.
    """

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.column}: {self.message}" if self.column else f"{where}: {self.message}"


class BadFiles(ValueError):  # noqa: N818 - the sentence it makes is "bad files", as UnknownPlace is "unknown place"
    """Files that cannot be used, with everything that is wrong in them.

    ``faults`` is never empty; it is ordered by file (as first met) and line.
    """

    faults: tuple[Fault, ...]

    def __init__(self, faults: Iterable[Fault]) -> None:
        given = tuple(faults)
        if not given:
            raise ValueError("BadFiles needs at least one fault")
        rank = {file: i for i, file in enumerate(dict.fromkeys(f.file for f in given))}
        self.faults = tuple(sorted(given, key=lambda f: (rank[f.file], f.line)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:MOST_PRINTED]]
        left = len(self.faults) - len(lines)
        return "\n".join([*lines, f"… and {left:,} more"] if left else lines)


class UnknownPlace(LookupError):  # noqa: N818 - a reporter reads "unknown place"
    """No place has that name, nor one close enough to it.

    ``suggestions`` are the places with the nearest spellings, best first; ``near`` is the place that the
    search was near.
    """

    def __init__(self, name: str, suggestions: tuple[Candidate, ...] = (), near: Place | None = None) -> None:
        self.name = name
        self.suggestions = suggestions
        self.near = near
        super().__init__(name, suggestions, near)

    def __str__(self) -> str:
        near = f" near {self.near.name}" if self.near else ""
        said = f"No place named {shown(self.name)}{near}"
        best = max((c.score for c in self.suggestions), default=0.0)
        likely = [c for c in self.suggestions if c.score >= max(WORTH_ASKING, best - 3)][:3]
        if not likely:
            return said + ". Check the spelling, or add the place to places.csv."
        return f"{said}; did you mean {_either([_described(c, self.near) for c in likely])}?"


class AmbiguousPlace(LookupError):  # noqa: N818 - a reporter reads "ambiguous place"
    """Several places answer to the name, and nothing given tells them apart.

    ``candidates`` are those places, best first, with their distance from ``near`` where one was given.
    """

    def __init__(self, name: str, candidates: tuple[Candidate, ...], near: Place | None = None) -> None:
        self.name = name
        self.candidates = candidates
        self.near = near
        super().__init__(name, candidates, near)

    def __str__(self) -> str:
        listed = "; ".join(f"{_described(c, self.near)}, id:{c.place.id}" for c in self.candidates[:5])
        left = len(self.candidates) - 5
        more = f"; and {left} more" if left > 0 else ""
        hint = "Say which by its id" if self.near else "Say which by its id, or name a place it lies near"
        return f"{shown(self.name)} could be any of {len(self.candidates)} places: {listed}{more}. {hint}."


class GeocodingFailed(ConnectionError):  # noqa: N818 - a reporter reads "geocoding failed"
    """An online gazetteer did not answer; this says nothing about whether the place exists."""


def _described(candidate: Candidate, near: Place | None) -> str:
    """Say where a candidate is: ``Kafr'a (10.6 km NE of Hama)``, or its coordinates without a near place."""
    place = candidate.place
    if near is None:
        where = f"{place.lat:.3f}, {place.lon:.3f}"
        return f"{place.name} ({place.admin1}, {where})" if place.admin1 else f"{place.name} ({where})"
    if place.id == near.id:
        return place.name
    from gazetteer.distance import bearing_word, geodesic_km

    km = geodesic_km(near.lat, near.lon, place.lat, place.lon)
    towards = bearing_word(near.lat, near.lon, place.lat, place.lon)
    return f"{place.name} ({km:.1f} km {towards} of {near.name})"


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]

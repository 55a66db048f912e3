"""Places with their names indexed: everything that matching reads, in memory or opened from a file."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

from gazetteer.names import Names, build_names
from gazetteer.place import Place
from gazetteer.spelling import LONGEST_NAME, Family, script_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[Any]

LEAST_SHARE = 0.1
"""A family that fewer of the places belong to than this has no index of its own."""

COLUMNS = ("lat", "lon", "population", "listed", "native", "latin")
"""What is kept of every place beside its names: degrees, logarithms, and whether it has names in a script."""


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """Places in their order, their names by family, and columns with one entry for each place."""

    places: Sequence[Place]
    parts: Mapping[Family, Names]
    columns: Mapping[str, Column]

    def parts_for(self, name: str) -> Iterator[tuple[Family, Names]]:
        """Give the parts in which a name may stand: those of its script, all of them for Latin letters."""
        wanted = _FAMILY_OF_SCRIPT.get(script_of(name))
        for family, part in self.parts.items():
            if wanted is None or family is wanted or len(self.parts) == 1:
                yield family, part


_FAMILY_OF_SCRIPT = {"arabic": Family.ARABIC, "cyrillic": Family.SLAVIC}


def build_index(places: Sequence[Place]) -> PlaceIndex:
    """Index places; about 15 µs a name."""
    with _without_collecting():
        own = [[place.name, *place.names.values(), *place.variants] for place in places]
        scripts = [[script_of(name) for name in names] for names in own]
        families = _families(scripts)
        named = _by_family(places, own, scripts, families)
        parts = {kind: build_names(kind, said, len(places)) for kind, said in named.items()}
        return PlaceIndex(
            places, parts or {Family.ARABIC: build_names(Family.ARABIC, (), 0)}, _columns(places, scripts)
        )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Make many small lasting objects without the garbage collector looking through all of them again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _families(scripts: Sequence[Sequence[str]]) -> list[Family]:
    """Tell each place's family by the scripts of its names; where neither leads it is that of most names."""
    leads = [said.count("cyrillic") - said.count("arabic") for said in scripts]
    main = Family.SLAVIC if sum(leads) > 0 else Family.ARABIC
    each = [main if lead == 0 else Family.SLAVIC if lead > 0 else Family.ARABIC for lead in leads]
    shares = Counter(each)
    return [family if shares[family] >= LEAST_SHARE * len(each) else main for family in each]


def _by_family(
    places: Sequence[Place],
    own: Sequence[list[str]],
    scripts: Sequence[Sequence[str]],
    families: Sequence[Family],
) -> dict[Family, list[tuple[int, list[str], int]]]:
    """Give the names of each family's part: they go by their script, in Latin letters by their place."""
    found: dict[Family, list[tuple[int, list[str], int]]] = {kind: [] for kind in dict.fromkeys(families)}
    for number, (place, names, said, family) in enumerate(zip(places, own, scripts, families, strict=True)):
        ways, firsts = _other_ways(place, names), 1 + min(len(place.names), 1)
        for kind, part in found.items():
            if len(found) == 1:
                part.append((number, [*names, *ways], firsts))
                continue
            mine = [_FAMILY_OF_SCRIPT.get(script, family) is kind for script in said]
            written = [*compress(names, mine), *(ways if family is kind else ())]
            if written:
                part.append((number, written, sum(mine[:firsts])))
    return found


def _columns(places: Sequence[Place], scripts: Sequence[Sequence[str]]) -> dict[str, Column]:
    import numpy as np

    people = np.array([p.population or 0 for p in places], float)
    return {
        "lat": np.array([p.lat for p in places], float),
        "lon": np.array([p.lon for p in places], float),
        "population": np.log10(people + 1).astype(np.float32),
        "listed": np.log1p([len(set(p.variants)) for p in places]).astype(np.float32),
        "native": np.array([any(s not in ("latin", "") for s in said) for said in scripts], bool),
        "latin": np.array(["latin" in said for said in scripts], bool),
    }


def _other_ways(place: Place, names: Sequence[str]) -> list[str]:
    """Give the other ways a place may be asked for: its id, and its names without a remark in brackets."""
    found = [parted(name) for name in names if "(" in name or "[" in name]
    ways = [head for head, remark in found if remark]
    return ways if any(map(str.isdigit, place.id)) else [*ways, place.id]


_REMARK = re.compile(r"^\s*([^()\[\],]+?)\s*(?:[(\[]([^()\[\]]+)[)\]]|,([^,]+))\s*$")


def parted(name: str) -> tuple[str, str]:
    """Part ``Sinjar (Idlib)`` or ``Sinjar, Idlib`` into name and remark; where there is none it is empty."""
    found = _REMARK.match(name) if len(name) <= LONGEST_NAME else None
    return (found[1], found[2] or found[3]) if found else (name, "")

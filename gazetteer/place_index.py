"""Places with their names indexed: everything that matching reads, in memory or opened from a file."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
    """Index places; about 20 µs a name."""
    with _without_collecting():
        scripts = [[script_of(name) for name in _own_names(place)] for place in places]
        families = _families(scripts)
        whole = len(set(families)) == 1
        parts = {
            kind: build_names(kind, _of_family(kind, places, scripts, families, whole), len(places))
            for kind in dict.fromkeys(families)
        }
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


def _of_family(
    kind: Family,
    places: Sequence[Place],
    scripts: Sequence[Sequence[str]],
    families: Sequence[Family],
    whole: bool,
) -> Iterator[tuple[int, list[str], int]]:
    """Give the names that belong into one family's part: by their script, in Latin letters by their place."""
    for number, (place, said, family) in enumerate(zip(places, scripts, families, strict=True)):
        own = list(_own_names(place))
        firsts = 1 + min(len(place.names), 1)
        if not whole:
            mine = [_FAMILY_OF_SCRIPT.get(script, family) is kind for script in said]
            firsts = sum(mine[:firsts])
            own = [name for name, is_mine in zip(own, mine, strict=True) if is_mine]
        if whole or family is kind:
            own += _other_ways(place)
        if own:
            yield number, own, firsts


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


def _own_names(place: Place) -> Iterator[str]:
    yield place.name
    yield from place.names.values()
    yield from place.variants


def _other_ways(place: Place) -> Iterator[str]:
    """Give the other ways a place may be asked for: its id, and its names without a remark in brackets."""
    for written in _own_names(place):
        if "(" in written or "[" in written:
            head, remark = parted(written)
            if remark:
                yield head
    if not any(c.isdigit() for c in place.id):
        yield place.id


_REMARK = re.compile(r"^\s*([^()\[\],]+?)\s*(?:[(\[]([^()\[\]]+)[)\]]|,([^,]+))\s*$")


def parted(name: str) -> tuple[str, str]:
    """Part ``Sinjar (Idlib)`` or ``Sinjar, Idlib`` into name and remark; where there is none it is empty."""
    found = _REMARK.match(name) if len(name) <= LONGEST_NAME else None
    return (found[1], found[2] or found[3]) if found else (name, "")

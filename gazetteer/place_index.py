"""Places with their names indexed: everything that matching reads, in memory or opened from a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gazetteer.names import Names, build_names
from gazetteer.place import Place
from gazetteer.spelling import LONGEST_NAME, Family, family_of, script_of

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
    main = family_of(name for place in places for name in _own_names(place))
    families = [_family(place, main) for place in places]
    least = LEAST_SHARE * len(places)
    kept = [f for f in Family if f is main or sum(family is f for family in families) >= least]
    families = [family if family in kept else main for family in families]
    parts = {kind: build_names(kind, _named(places, families, kind), len(places)) for kind in kept}
    return PlaceIndex(places, parts, _columns(places))


def _named(
    places: Sequence[Place], families: Sequence[Family], kind: Family
) -> Iterator[tuple[int, list[str], int]]:
    """Give the names that belong into one family's part: by their script, in Latin letters by their place."""
    whole = len(set(families)) == 1
    for number, (place, family) in enumerate(zip(places, families, strict=True)):
        first = [place.name, *place.names.values()][:2]
        named = [*first, *written_names(place)]
        if not whole:
            mine = [_FAMILY_OF_SCRIPT.get(script_of(name), family) is kind for name in named]
            first = [name for name, is_mine in zip(first, mine, strict=False) if is_mine]
            named = [name for name, is_mine in zip(named, mine, strict=True) if is_mine]
        if named:
            yield number, named, len(first)


def _family(place: Place, main: Family) -> Family:
    """Tell a place's family by the scripts of its names; where neither leads it is the others' family."""
    scripts = [script_of(name) for name in _own_names(place)]
    cyrillic, arabic = scripts.count("cyrillic"), scripts.count("arabic")
    if cyrillic == arabic:
        return main
    return Family.SLAVIC if cyrillic > arabic else Family.ARABIC


def _columns(places: Sequence[Place]) -> dict[str, Column]:
    import numpy as np

    native = [any(script_of(n) not in ("latin", "") for n in _own_names(p)) for p in places]
    latin = [any(script_of(n) == "latin" for n in _own_names(p)) for p in places]
    return {
        "lat": np.array([p.lat for p in places], float),
        "lon": np.array([p.lon for p in places], float),
        "population": np.log10(np.array([p.population or 0 for p in places], float) + 1).astype(np.float32),
        "listed": np.log1p([len(set(p.variants)) for p in places]).astype(np.float32),
        "native": np.array(native, bool),
        "latin": np.array(latin, bool),
    }


def _own_names(place: Place) -> Iterator[str]:
    yield place.name
    yield from place.names.values()
    yield from place.variants


def written_names(place: Place) -> Iterator[str]:
    """Every way a place may be asked for: names, variants, its id, and names without a remark in brackets."""
    yield from _own_names(place)
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

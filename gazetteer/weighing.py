"""A written name is weighed against every place it may mean: the evidence, summed, becomes probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gazetteer.context import Context, Evidence, evidence, spatial_worth
from gazetteer.likeness import (
    coefficients,
    first_names_measured,
    measured,
    nearly_the_same,
    put_measure,
    weights,
)
from gazetteer.names import Names
from gazetteer.place_index import PlaceIndex
from gazetteer.spelling import LONGEST_NAME, Spelling, spelling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Figures = NDArray[np.float64]

POOL = 100
"""How many spellings are looked at closely."""

MOST_FOUND = 160
"""How many names of places are kept by the name alone."""

MOST_WEIGHED = 30
"""How many places are weighed with everything that the report says beside the name."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A place by its number, the spelling it was found by, and the evidence that it is meant.

    ``likeness`` is what the name alone says, in logarithms of odds; ``probability`` counts everything.
    """

    owner: int
    asked: Spelling
    known: Spelling
    likeness: float
    said: tuple[Evidence, ...] = ()
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """A name compared with the names of one family: rows of measures, one for each name of each place."""

    asked: Spelling
    numbers: list[int]
    rows: NDArray[np.int64]
    owners: Numbers
    figures: Figures


def weigh(index: PlaceIndex, name: str, context: Context) -> tuple[tuple[Weighed, ...], float]:
    """Weigh a name; gives the places, likeliest first, and the probability that it is none of them."""
    found = _once([w for _, part in index.parts_for(name) for w in _alike(index, part, name, context)])
    said = [evidence(index.places[w.owner], context) for w in found]
    table = coefficients()["probability"]
    logs = [
        table["steepness"] * w.likeness + sum(e.worth for e in spoken)
        for w, spoken in zip(found, said, strict=True)
    ]
    absent = table["absent"] + (table["absent_in_context"] if context.has_place else 0.0)
    shares, none = shared_out(logs, absent)
    whole = (
        Weighed(w.owner, w.asked, w.known, w.likeness, spoken, p)
        for w, spoken, p in zip(found, said, shares, strict=True)
    )
    return tuple(sorted(whole, key=lambda w: -w.probability)), none


def shared_out(logs: list[float], absent: float) -> tuple[list[float], float]:
    """Turn logarithms of odds into probabilities that sum to one with that of "none of these"."""
    top = max([*logs, absent])
    odds = [math.exp(one - top) for one in logs]
    none = math.exp(absent - top)
    total = sum(odds) + none
    return [one / total for one in odds], none / total


def _alike(index: PlaceIndex, part: Names, name: str, context: Context) -> list[Weighed]:
    """Find the places of one part that are worth a close look, by the name and by where they lie."""
    import numpy as np

    compared = compare(index, part, name, MOST_FOUND)
    if compared is None:
        return []
    likeness = compared.figures @ weights(part.family, compared.asked.native)
    order = np.lexsort((-likeness, compared.owners))
    _, first = np.unique(compared.owners[order], return_index=True)
    best = order[first]
    owners = compared.owners[best]
    where = spatial_worth(index.columns["lat"][owners], index.columns["lon"][owners], context)
    total = coefficients()["probability"]["steepness"] * likeness[best] + where
    return [
        Weighed(
            int(compared.owners[b]),
            compared.asked,
            part.spelling(compared.numbers[int(compared.rows[b])]),
            float(likeness[b]),
        )
        for b in best[np.argsort(-total, kind="stable")[:MOST_WEIGHED]]
    ]


def _once(found: list[Weighed]) -> list[Weighed]:
    """Keep each place by its best name only: one may stand in the parts of two families."""
    best: dict[int, Weighed] = {}
    for one in found:
        if one.owner not in best or one.likeness > best[one.owner].likeness:
            best[one.owner] = one
    return list(best.values())


def compare(index: PlaceIndex, part: Names, name: str, most: int | None = None) -> Compared | None:
    """Measure a name against the spellings of one part that are most like it; None for what is no name.

    ``most`` is how many names of places to keep, by the weights as they stand.
    """
    import numpy as np

    asked = spelling(name, part.family) if 0 < len(name) <= LONGEST_NAME else None
    if asked is None or not asked.plain:
        return None
    pool = part.postings.pool(asked.folded, asked.skeleton, POOL).tolist()
    numbers = list(dict.fromkeys([*pool, *part.with_sound(asked), *part.with_letters(asked)]))
    if not numbers:
        return None
    begins, ends = part.owner_starts[numbers], part.owner_starts[np.array(numbers) + 1]
    rows = np.repeat(np.arange(len(numbers)), ends - begins)
    named = measured(asked, [part.spelling(n) for n in numbers], part.family)
    of = part.owners[np.concatenate([np.arange(b, e) for b, e in zip(begins, ends, strict=True)])]
    if most is not None and len(rows) > most:
        alike = (named @ weights(part.family, asked.native))[rows]
        kept = np.argpartition(-alike, most)[:most]
        rows, of = rows[kept], of[kept]
    compared = Compared(asked, numbers, rows, of, named[rows])
    _measure_places(index, part, compared, nearly_the_same(named))
    return compared


def _measure_places(index: PlaceIndex, part: Names, found: Compared, near: NDArray[np.bool_]) -> None:
    """Fill in the measures that depend on the place."""
    import numpy as np

    places, which = np.unique(found.owners, return_inverse=True)
    columns, native = index.columns, found.asked.native
    agreeing = np.bincount(which, near[found.rows], minlength=len(places))
    put_measure(found.figures, "agreeing_names", np.log1p(agreeing)[which])
    put_measure(found.figures, "listed_names", columns["listed"][found.owners])
    put_measure(found.figures, "population", columns["population"][found.owners])
    put_measure(found.figures, "listed_native", columns["native"][found.owners] * native)
    put_measure(found.figures, "listed_latin", columns["latin"][found.owners] * (not native))
    first = part.first[places]
    spelled = np.array(found.numbers)[found.rows]
    put_measure(found.figures, "first_name", (first[which] == spelled[:, None]).any(axis=1))
    for name, values in _first_names(part, found.asked, first):
        put_measure(found.figures, name, values[which])


def _first_names(part: Names, asked: Spelling, first: Numbers) -> Iterator[tuple[str, Figures]]:
    """Measure a name against the first names of places, each in the nearer script."""
    import numpy as np

    numbers, back = np.unique(first, return_inverse=True)
    back = back.reshape(first.shape)
    known = [part.spelling(n) for n in numbers.tolist() if n >= 0]
    for name, figures in zip(_OF_FIRST_NAMES, first_names_measured(asked, known, part.family), strict=True):
        whole = np.ones(len(numbers))
        whole[numbers >= 0] = figures
        yield name, whole[back].min(axis=1)


_OF_FIRST_NAMES = ("first_name_sound", "first_name_ending", "first_name_qualifier")


def reasons(weighed: Weighed, wanted: Iterable[Evidence]) -> tuple[str, ...]:
    """Say in words what a probability rests on, the name first."""
    return (resemblance(weighed.asked, weighed.known), *(e.said for e in wanted))


def resemblance(asked: Spelling, known: Spelling) -> str:
    """Say in words how two spellings agree."""
    same_words = asked.qualifiers == known.qualifiers
    if asked.text == known.text:
        said = "written the same"
    elif asked.plain == known.plain and same_words:
        said = f"the same letters as {known.text}"
    elif asked.folded == known.folded and same_words:
        said = f"sounds the same as {known.text}"
    elif asked.skeleton == known.skeleton and same_words:
        said = f"the same consonants as {known.text}"
    else:
        said = f"spelled like {known.text}"
    return said if same_words else f"{said}, but {_difference(asked, known)}"


def _difference(asked: Spelling, known: Spelling) -> str:
    theirs, ours = sorted(known.qualifiers - asked.qualifiers), sorted(asked.qualifiers - known.qualifiers)
    parts = [f"it has {', '.join(theirs)}"] if theirs else []
    return " and ".join([*parts, *([f"it lacks {', '.join(ours)}"] if ours else [])])

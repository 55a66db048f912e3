"""Fits coefficients.toml anew: real spellings with the place each one means become weights.

``python -m gazetteer.fitting variants.csv SY=syria_places.csv UA=ukraine_places.csv`` reads the spellings
(columns ``variant, place_id, lat, lon, country, sim, n_homonyms, n_variant_places``) and each country's
places (``name, lat, lon, alt_names, population, geonames_id`` and ``name_ar`` or ``native``), writes the
table, and prints how well it does on places that it was not fitted on.

Two steps. First a conditional logit over the candidates of each spelling: which of them is the one meant?
One set of weights for each family, drawn towards it one for each script. Then, on the answers of
five-fold cross-validation split by place, a second one with the answer "none of these", where half of the
cases lack the true place, without context and with the nearest town or a neighbour as context.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from gazetteer.context import Context, many_km, spatial_worth
from gazetteer.distance import sphere_km
from gazetteer.likeness import MEASURES
from gazetteer.place import Place
from gazetteer.place_index import PlaceIndex, build_index
from gazetteer.spelling import Family
from gazetteer.weighing import compare

LEAST_SIM = 60
"""Below this likeness (column ``sim``) a variant is another name, not another spelling."""

SAME_PLACE_KM = 1.0
TOWN = 5_000
NEAR_REACH_KM = (15.0, 50.0, 100.0)
BESIDE_REACH_KM = (8.0, 15.0, 40.0)
"""How far what is named beside a place may lie from it; each third of the cases has one of these."""

LISTED_COUNTS, AMBIGUOUS_COUNTS, ABSENT_COUNTS = 0.4, 0.1, 0.5
"""What a listed name, an ambiguous spelling and a case without its place count beside a clear spelling."""

PENALTY, DRAWN = 0.5, 4.0
"""How strongly weights are drawn to nothing, and those of a script to those of its family."""

NEAR_KM, BESIDE_KM = 25.0, 10.0
FOLDS = 5
_MOST = 60
_SECOND = ("steepness", "absent", "absent_in_context", "near_weight", "beside_weight")

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Case:
    """One spelling: its measures against the names of places, and which of these is meant."""

    family: Family
    native: bool
    fold: int
    clear: bool
    listed: bool
    lat: float
    lon: float
    figures: Array
    owners: Array
    good: Array
    lats: Array
    lons: Array
    index: PlaceIndex = field(repr=False)

    @property
    def counts(self) -> float:
        """How much the case counts in the first step."""
        return (LISTED_COUNTS if self.listed else 1.0) * (1.0 if self.clear else AMBIGUOUS_COUNTS)


def main(arguments: Sequence[str]) -> None:
    """Read, fit, write and report."""
    spellings = _rows(Path(arguments[0]))
    files = dict(argument.split("=", 1) for argument in arguments[1:])
    cases = [case for country, file in files.items() for case in cases_of(country, Path(file), spellings)]
    weights = _fitted(cases)
    second = _second_step(cases)
    out = Path(__file__).with_name("coefficients.toml")
    out.write_text(_toml(weights, second, len(cases)), encoding="utf-8")
    print(f"Wrote {out}")


def places_of(path: Path) -> list[Place]:
    """Read a country's places."""
    return [
        Place(
            id=row["geonames_id"] or f"row-{number}",
            name=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            kind="village",
            precision_m=500,
            source="",
            names={"native": native} if (native := row.get("name_ar") or row.get("native")) else {},
            variants=tuple(v for v in row["alt_names"].split("|") if v),
            admin1=row.get("district", ""),
            population=int(row["population"] or 0) or None,
        )
        for number, row in enumerate(_rows(path))
    ]


def cases_of(country: str, path: Path, spellings: Iterable[dict[str, str]]) -> Iterator[Case]:
    """Make cases of one country's spellings, and of one listed name of each of their places."""
    places = places_of(path)
    index = build_index(places)
    by_id = {f"gn{place.id}": place for place in places}
    chance = random.Random(3)  # noqa: S311 - the same choice each time
    for row in spellings:
        if row["country"] != country or float(row["sim"]) < LEAST_SIM:
            continue
        yield from _case(index, row, row["variant"], listed=False)
        place = by_id.get(row["place_id"])
        if place:
            own = chance.choice([place.name, *place.names.values(), *place.variants])
            yield from _case(index, row, own, listed=True)


def _case(index: PlaceIndex, row: dict[str, str], name: str, *, listed: bool) -> Iterator[Case]:
    lat, lon = float(row["lat"]), float(row["lon"])
    for family, part in index.parts_for(name):
        found = compare(index, part, name)
        if found is None:
            continue
        lats, lons = index.columns["lat"][found.owners], index.columns["lon"][found.owners]
        same = [f"gn{index.places[o].id}" == row["place_id"] for o in found.owners]
        close = [sphere_km(lat, lon, a, o) <= SAME_PLACE_KM for a, o in zip(lats, lons, strict=True)]
        yield Case(
            family,
            found.asked.native,
            int(sha256(row["place_id"].encode()).hexdigest(), 16) % FOLDS,
            int(row["n_homonyms"]) <= 1 and int(row["n_variant_places"]) <= 1,
            listed,
            lat,
            lon,
            found.figures,
            found.owners,
            np.array(same) | np.array(close),
            lats,
            lons,
            index,
        )


def best_rows(case: Case, weights: Array) -> tuple[Array, Array]:
    """Give the row of each place's best name and its likeness, likeliest place first."""
    likeness = case.figures @ weights
    order = np.lexsort((-likeness, case.owners))
    _, first = np.unique(case.owners[order], return_index=True)
    best = order[first]
    best = best[np.argsort(-likeness[best], kind="stable")]
    return best, likeness[best]


def _fitted(cases: list[Case]) -> dict[tuple[Family, bool], Array]:
    weights = {}
    for family in Family:
        mine = [c for c in cases if c.family is family]
        if not mine:
            continue
        shared = fit_choice(mine, _start(), PENALTY, np.zeros(len(MEASURES)))
        for native in (False, True):
            own = [c for c in mine if c.native is native]
            weights[family, native] = fit_choice(own, shared, DRAWN, shared)
    return weights


def _start() -> Array:
    guess = {"letters": -5, "sound": -8, "consonants": -10, "one_qualified": -3, "other_qualifier": -5}
    return np.array([float(guess.get(name, 0)) for name in MEASURES])


def fit_choice(cases: list[Case], start: Array, penalty: float, drawn_to: Array) -> Array:
    """Fit the weights with which the likeliest place is most often the one meant."""
    weights = start
    for _ in range(3):
        blocks = []
        for case in cases:
            rows = best_rows(case, weights)[0][:_MOST]
            if case.good[rows].any():
                blocks.append((case.figures[rows], case.good[rows], case.counts))
        weights = newton(blocks, weights, penalty, drawn_to)
    return weights


Block = tuple[Array, Array, float]


def newton(blocks: list[Block], start: Array, penalty: float, drawn_to: Array) -> Array:
    """Fit a conditional logit: each block has rows of measures, which rows are right, and what it counts."""
    rows = np.concatenate([b[0] for b in blocks]).astype(float)
    good = np.concatenate([b[1] for b in blocks]).astype(float)
    sizes = np.array([len(b[1]) for b in blocks])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    which = np.repeat(np.arange(len(blocks)), sizes)
    counts = np.array([b[2] for b in blocks])
    weights = start
    for _ in range(15):
        shares = _shares(rows @ weights, np.ones(len(rows)), starts, which)
        right = _shares(rows @ weights, good, starts, which)
        pull = rows.T @ (counts[which] * (right - shares)) - penalty * (weights - drawn_to)
        means = np.add.reduceat(rows * shares[:, None], starts)
        bend = (rows * (counts[which] * shares)[:, None]).T @ rows - (means * counts[:, None]).T @ means
        step = np.linalg.solve(bend + penalty * np.eye(len(weights)), pull)
        weights = weights + step
        if np.abs(step).max() < 1e-5:
            break
    return weights


def _shares(logs: Array, among: Array, starts: Array, which: Array) -> Array:
    odds = np.exp(logs - np.maximum.reduceat(logs, starts)[which]) * among
    shares: Array = odds / np.maximum(np.add.reduceat(odds, starts), 1e-300)[which]
    return shares


def _second_step(cases: list[Case]) -> dict[str, float]:
    """Fit how likeness and nearness become probabilities, on answers for places not fitted on."""
    chance = random.Random(5)  # noqa: S311 - the same choice each time
    blocks: list[Block] = []
    hits: dict[tuple[str, bool], list[tuple[bool, bool]]] = {}
    for fold in range(FOLDS):
        weights = _fitted([c for c in cases if c.fold != fold])
        for case in (c for c in cases if c.fold == fold):
            best, likeness = best_rows(case, weights[case.family, case.native])
            if case.clear and not case.listed:
                found = case.good[best]
                hits.setdefault((case.family.value, case.native), []).append(
                    (bool(found[:1].any()), bool(found[:5].any()))
                )
            blocks.extend(_with_contexts(case, best[:400], likeness[:400], chance))
    for (family, native), found_all in sorted(hits.items()):
        first, five = np.mean(found_all, axis=0)
        script = "native" if native else "latin"
        print(f"{family} {script}, {len(found_all)}: R@1 {first:.3f}, R@5 {five:.3f}")
    fitted = newton(blocks, np.array([1.0, 0.0, 0.0, 1.0, 1.0]), 0.1, np.zeros(len(_SECOND)))
    return dict(zip(_SECOND, fitted.tolist(), strict=True))


def _with_contexts(case: Case, best: Array, likeness: Array, chance: random.Random) -> Iterator[Block]:
    counts = LISTED_COUNTS if case.listed else 1.0
    good = case.good[best]
    lats, lons = case.lats[best], case.lons[best]
    for context in _contexts(case, chance):
        rows = np.zeros((len(best) + 1, len(_SECOND)))
        rows[:-1, 0] = likeness
        rows[-1, 1:3] = 1, float(context.has_place)
        rows[:-1, 3] = spatial_worth(lats, lons, Context(near=context.near), (1.0, NEAR_KM))
        rows[:-1, 4] = spatial_worth(lats, lons, Context(beside=context.beside), (1.0, BESIDE_KM))
        right = np.r_[good, not good.any()]
        yield rows, right, counts
        if good.any():
            lacking = np.r_[~good, True]
            yield rows[lacking], np.r_[np.zeros((~good).sum(), bool), True], counts * ABSENT_COUNTS


def _contexts(case: Case, chance: random.Random) -> Iterator[Context]:
    """Give what a report might say beside the name: nothing, a city of the region, a neighbour."""
    yield Context()
    km = _from(case)
    population = case.index.columns["population"]
    reach = chance.choice(NEAR_REACH_KM)
    towns = np.flatnonzero((population >= np.log10(TOWN)) & (km > SAME_PLACE_KM) & (km <= reach))
    if len(towns):
        yield Context(near=case.index.places[int(chance.choice(towns.tolist()))])
    reach = chance.choice(BESIDE_REACH_KM)
    others = np.flatnonzero((km > SAME_PLACE_KM) & (km <= reach))
    if len(others):
        yield Context(beside=(case.index.places[int(chance.choice(others.tolist()))],))


def _from(case: Case) -> Array:
    """Give how far each place of the country lies from the one meant, in km."""
    return many_km(case.index.columns["lat"], case.index.columns["lon"], case.lat, case.lon)


def _toml(weights: dict[tuple[Family, bool], Array], second: dict[str, float], cases: int) -> str:
    """Write the table, with how it was made."""
    lines = [
        "# How likeness and context become a probability. Written by gazetteer/fitting.py, which says how;",
        f"# fitted on {cases:,} spellings and listed names of places of Syria and Ukraine (GeoNames).",
        "# What the measures mean: gazetteer/likeness.py. All figures are natural logarithms of odds.",
        "",
        "[probability]",
        *(f"{name} = {second[name]:.3f}" for name in _SECOND[:3]),
        "",
        "[context]",
        *(f"{name} = {second[name]:.3f}" for name in _SECOND[3:]),
        f"near_km = {NEAR_KM}",
        f"beside_km = {BESIDE_KM}",
        *(f"{name} = {value}  # set, not fitted" for name, value in _SET.items()),
    ]
    for (family, native), values in weights.items():
        lines += ["", f"[{family.value}.{'native' if native else 'latin'}]"]
        lines += [f"{name} = {value:.3f}" for name, value in zip(MEASURES, values.tolist(), strict=True)]
    return "\n".join(lines) + "\n"


_SET = {
    "front_weight": 0.7,
    "front_scale_km": 20.0,
    "region_same": 1.0,
    "region_other": -3.0,
    "kind_same": 0.3,
    "kind_other": -2.0,
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main(sys.argv[1:])

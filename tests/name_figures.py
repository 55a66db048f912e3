"""How well names are found among thousands of real places: the figures that tests and the bench share.

The spellings and places are no part of the project (../shared/data); without them there are no figures.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gazetteer.distance import sphere_km
from gazetteer.fitting import places_of
from gazetteer.index import Context, Gazetteer
from gazetteer.place import Place

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
VARIANTS = DATA / "names" / "variants.csv"
FILES = {"SY": "syria_places.csv", "UA": "ukraine_places.csv"}
SAME_KM, NEIGHBOUR_KM = 1.0, 15.0

Row = dict[str, str]


@dataclass(frozen=True)
class Given:
    """One answer: the probability of its first candidate, and where the right one stands (0: nowhere)."""

    probability: float
    rank: int
    settled: bool


@cache
def gazetteer_of(country: str) -> Gazetteer:
    return Gazetteer(places_of(DATA / "gazetteer" / FILES[country]))


@cache
def variants() -> tuple[Row, ...]:
    with VARIANTS.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(row for row in csv.DictReader(stream) if float(row["sim"]) >= 60)


def is_clear(row: Row) -> bool:
    return int(row["n_homonyms"]) == 1 and int(row["n_variant_places"]) <= 1


def chosen(country: str, script: str = "", *, clear: bool = False, most: int = 10_000) -> list[Row]:
    rows = [
        row
        for row in variants()
        if row["country"] == country and row["script"].startswith(script) and (is_clear(row) or not clear)
    ]
    return rows if len(rows) <= most else random.Random(1).sample(rows, most)


def is_it(row: Row, place: Place) -> bool:
    km = sphere_km(float(row["lat"]), float(row["lon"]), place.lat, place.lon)
    return f"gn{place.id}" == row["place_id"] or km <= SAME_KM


def given(gazetteer: Gazetteer, row: Row, context: Context | None = None) -> Given:
    answer = gazetteer.answer(row["variant"], context, limit=5)
    ranks = [rank for rank, c in enumerate(answer.candidates, 1) if is_it(row, c.place)]
    first = answer.candidates[0].probability or 0.0 if answer.candidates else 0.0
    return Given(first, ranks[0] if ranks else 0, answer.settled is not None)


def neighbour(country: str, row: Row, chance: random.Random) -> Place | None:
    """Some other place within 15 km."""
    lat, lon = float(row["lat"]), float(row["lon"])
    near = [
        p for p in _around(country, lat, lon) if SAME_KM < sphere_km(lat, lon, p.lat, p.lon) <= NEIGHBOUR_KM
    ]
    return chance.choice(near) if near else None


def _around(country: str, lat: float, lon: float) -> Iterator[Place]:
    for place in gazetteer_of(country).places.values():
        if abs(place.lat - lat) < 0.2 and abs(place.lon - lon) < 0.3:
            yield place


def recall(answers: list[Given], within: int) -> float:
    return sum(0 < a.rank <= within for a in answers) / max(len(answers), 1)


def right_when_sure(answers: list[Given]) -> tuple[float, int]:
    """The share of right ones among answers of probability 0.9 and more, and how many these are."""
    sure = [a for a in answers if a.probability >= 0.9]
    return sum(a.rank == 1 for a in sure) / max(len(sure), 1), len(sure)


def foreign_names(most: int = 300) -> list[str]:
    """Names of towns of other continents, and names put together from the syllables of real ones."""
    from gazetteer.world import world_places

    chance = random.Random(2)
    far = [p.name for p in world_places(["JP", "BR", "NG", "VN", "MX", "FI", "ID", "US", "PE", "KE"])]
    names = chance.sample(far, most // 2)
    own = [row["variant"] for country in FILES for row in chosen(country)]
    while len(names) < most:
        one, other = chance.choice(own), chance.choice(own)
        invented = one[: len(one) // 2] + other[len(other) // 2 :]
        names.append(invented.strip() or one)
    return names

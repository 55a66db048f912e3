"""How often a real spelling that no table lists finds its place (they are no part of the project)."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import pytest
from name_figures import (
    DATA,
    VARIANTS,
    chosen,
    foreign_names,
    gazetteer_of,
    given,
    neighbour,
    recall,
    right_when_sure,
)

from gazetteer.distance import sphere_km
from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.index import SAME_SOUND, Context, Gazetteer
from gazetteer.place import Place
from gazetteer.tables import read_places

EXAMPLE = Path(__file__).parent.parent / "examples" / "hama-2024" / "places.csv"

pytestmark = pytest.mark.skipif(
    not VARIANTS.exists(), reason="the spelling variants (../shared/data/names) are not on this machine"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("country", "script", "first", "five"),
    [
        ("SY", "latin", 0.82, 0.96),
        ("SY", "arab", 0.85, 0.95),
        ("UA", "cyrl", 0.88, 0.98),
        ("UA", "latin", 0.82, 0.96),
    ],
)
def test_an_unlisted_spelling_finds_its_place_without_context(country, script, first, five):
    answers = [given(gazetteer_of(country), row) for row in chosen(country, script, clear=True)]
    assert recall(answers, 1) >= first
    assert recall(answers, 5) >= five
    assert right_when_sure(answers)[0] >= 0.95 or not right_when_sure(answers)[1]


@pytest.mark.parametrize("said", ["beside", "near"])
@pytest.mark.parametrize("country", ["SY", "UA"])
def test_a_neighbour_tells_even_namesakes_apart(country, said):
    chance, answers = random.Random(7), []
    for row in chosen(country, most=250):
        place = neighbour(country, row, chance)
        if place is not None:
            context = Context(near=place) if said == "near" else Context(beside=(place,))
            answers.append(given(gazetteer_of(country), row, context))
    share, how_many = right_when_sure(answers)
    assert recall(answers, 1) >= 0.90
    assert share >= 0.95
    assert how_many >= 0.25 * len(answers)


@pytest.mark.parametrize("country", ["SY", "UA"])
def test_invented_and_foreign_names_are_left_alone(country):
    gazetteer, names = gazetteer_of(country), foreign_names()
    pinned = []
    for name in names:
        try:
            pinned.append((name, gazetteer.locate(name).name))
        except LookupError:
            continue
    assert len(pinned) <= 0.02 * len(names), pinned
    assert sum(gazetteer.answer(name).settled is not None for name in names) <= 0.02 * len(names)


@pytest.mark.parametrize("name", ["Bayoud", "بيوض"])
def test_bayoud_is_not_pinned_among_all_places_of_the_country(name):
    gazetteer = gazetteer_of("SY")
    hama = gazetteer.places["170017"]
    for near in (None, hama):
        assert gazetteer.answer(name, Context(near)).settled is None
        with pytest.raises(LookupError):
            gazetteer.locate(name, near)


def test_names_the_map_does_not_have_are_left_alone(capsys):
    """Every GeoNames place around Hama, asked of the example's 430 places: most are not among these.

    "By likeness" is a mistake of the spelling rules; "same name" is a namesake that the map does not know of,
    which no rule about spellings can tell.
    """
    known = read_places(EXAMPLE)
    gazetteer = Gazetteer(known)
    towns = [p for p in known if (p.population or 0) > 2_000]
    counted: Counter[str] = Counter()
    for row in rows(DATA / "gazetteer" / "hama_settlements.csv"):
        lat, lon = float(row["lat"]), float(row["lon"])
        near = min((sphere_km(lat, lon, t.lat, t.lon), t.id, t) for t in towns)[2]
        for written in filter(None, (row["name"], row["name_ar"])):
            counted[_answer(gazetteer, written, near, lat, lon)] += 1
    total = counted.total()
    with capsys.disabled():
        print(f"\n{total} names around Hama: { {k: f'{v / total:.1%}' for k, v in counted.most_common()} }")
    assert counted["another by likeness"] <= 0.02 * total
    assert counted["another of the same name"] <= 0.05 * total


def _answer(gazetteer: Gazetteer, written: str, near: Place, lat: float, lon: float) -> str:
    try:
        found = gazetteer.match(written, near=near)
    except UnknownPlace:
        return "unknown"
    except AmbiguousPlace:
        return "a question"
    if sphere_km(lat, lon, found.place.lat, found.place.lon) < 1.5:
        return "right"
    return "another of the same name" if found.score >= SAME_SOUND else "another by likeness"

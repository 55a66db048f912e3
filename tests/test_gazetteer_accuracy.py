"""How often a spelling that no table lists finds its place, on 2,201 real ones (not part of the project)."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from gazetteer.distance import sphere_km
from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.index import SAME_SOUND, Gazetteer
from gazetteer.place import Place
from gazetteer.tables import read_places

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
EXAMPLE = Path(__file__).parent.parent / "examples" / "hama-2024" / "places.csv"
VARIANTS = DATA / "names" / "variants.csv"
NATIVE = {"SY": ("syria_places.csv", "name_ar", "ar"), "UA": ("ukraine_places.csv", "native", "uk")}

pytestmark = pytest.mark.skipif(
    not VARIANTS.exists(), reason="the spelling variants (../shared/data/names) are not on this machine"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def places_of(country: str) -> list[Place]:
    file, column, language = NATIVE[country]
    return [
        Place(
            id=row["geonames_id"] or f"row-{number}",
            name=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            kind="village",
            precision_m=500,
            source="",
            names={language: row[column]} if row[column] else {},
            variants=tuple(v for v in row["alt_names"].split("|") if v),
            population=int(row["population"] or 0) or None,
        )
        for number, row in enumerate(rows(DATA / "gazetteer" / file))
    ]


def outcome(gazetteer: Gazetteer, row: dict[str, str], near: Place | None) -> str:
    lat, lon = float(row["lat"]), float(row["lon"])

    def is_it(place: Place) -> bool:
        return f"gn{place.id}" == row["place_id"] or sphere_km(lat, lon, place.lat, place.lon) <= 1

    try:
        return "right" if is_it(gazetteer.locate(row["variant"], near=near)) else "wrong"
    except AmbiguousPlace as question:
        return "asks, rightly" if any(is_it(c.place) for c in question.candidates) else "asks, wrongly"
    except UnknownPlace as unknown:
        return "suggests it" if any(is_it(c.place) for c in unknown.suggestions) else "knows nothing"


@pytest.mark.parametrize(
    ("country", "near_a_town", "least_right", "most_wrong"),
    [
        ("SY", True, 0.66, 0.08),
        ("SY", False, 0.51, 0.07),
        ("UA", True, 0.63, 0.06),
        ("UA", False, 0.25, 0.05),
    ],
)
def test_real_spellings_find_their_place(country, near_a_town, least_right, most_wrong, capsys):
    """Spellings only (``sim`` from 60); ``near`` is the nearest other town of 5,000 people."""
    places = places_of(country)
    gazetteer = Gazetteer(places)
    towns = [p for p in places if (p.population or 0) >= 5_000]
    asked = [r for r in rows(VARIANTS) if r["country"] == country and float(r["sim"]) >= 60]
    counted: Counter[str] = Counter()
    for row in asked:
        lat, lon = float(row["lat"]), float(row["lon"])
        km = {sphere_km(lat, lon, town.lat, town.lon): town for town in towns} if near_a_town else {}
        near = km[min(d for d in km if d >= 1)] if km else None
        counted[outcome(gazetteer, row, near)] += 1
    shares = {what: f"{count / len(asked):.1%}" for what, count in counted.most_common()}
    with capsys.disabled():
        print(f"\n{country}, {len(asked)} spellings, near {'a town' if near_a_town else 'nothing'}: {shares}")
    assert counted["right"] >= least_right * len(asked)
    assert counted["wrong"] <= most_wrong * len(asked)


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

"""A name means one place, or somebody is told why nobody can tell."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.index import ACCEPT, Gazetteer, locate
from gazetteer.place import Place
from gazetteer.spelling import spelling
from gazetteer.tables import read_places

EXAMPLE = Path(__file__).parent.parent / "examples" / "hama-2024"
PLACES = read_places(EXAMPLE / "places.csv")
GAZETTEER = Gazetteer(PLACES)
HAMA = GAZETTEER.places["hama"]


def place(place_id: str, name: str, lat: float = 35.0, lon: float = 36.0, *variants: str) -> Place:
    return Place(place_id, name, lat, lon, "village", 500, "test", variants=variants)


@pytest.mark.parametrize("near", [None, HAMA], ids=["anywhere", "near Hama"])
@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Abu Laffa", "abu-laffa"),
        ("Al-Mustahira", "mustariha-rahjan"),
        ("Tharwat Al-Rahjan", "tharwat"),
        ("Northern Sarha", "northern-sarha"),
        ("Southern Sarha", "southern-sarha"),
        ("Maar Shahour", "maar-shahour"),
        ("Ma'ar Shahur", "maar-shahour"),
        ("Maarshahur", "maar-shahour"),
        ("معر شحور", "maar-shahour"),
        ("مَعَر شحـور", "maar-shahour"),
        ("Kafr'a", "kafraa"),
        ("Kafraa", "kafraa"),
        ("كفراع", "kafraa"),
        ("Jabal Kafraa", "jabal-kafraa"),
        ("Mount Zain Al-Abidin", "jabal-zayn-al-abidin"),
        ("Jabal Zayn al-Abidin", "jabal-zayn-al-abidin"),
        ("Djebel Zein el Abidine", "jabal-zayn-al-abidin"),
        ("جبل زين العابدين", "jabal-zayn-al-abidin"),
        ("Brigade 87", "brigade-87"),
        ("87th Brigade", "brigade-87"),
        ("اللواء ٨٧", "brigade-87"),
        ("Maardes", "maardis"),
        ("Hama", "hama"),
        ("Hamah", "hama"),
        ("the city of Hama", "hama"),
        ("حماة", "hama"),
        ("Hamamiyat", "hamamiyat"),
        ("سرحا الشمالية", "northern-sarha"),
        ("سرحا الجنوبية", "southern-sarha"),
        ("Kasun Ec-Cebel", "kasun-al-jabal"),
        ("Kafr Amim, Idlib", "kafr-amim-idlib"),
        ("Basif (Pasif)", "rasif"),
        ("Sheikh Maqsoud", "sheikh-maqsoud"),
        ("id:rayyan", "rayyan"),
    ],
)
def test_the_names_of_the_reports_are_found(name, place_id, near):
    assert GAZETTEER.locate(name, near=near).id == place_id


@pytest.mark.parametrize("near", [None, HAMA], ids=["anywhere", "near Hama"])
@pytest.mark.parametrize(
    "name",
    [
        "Bayoud",
        "بيوض",
        "Mechanized School",
        "Hama front",
        "N Hama front",
        "Homs front",
        "Al-Hamra (Ghab)",
        "Al-Mustariha (Ghab)",
        "Hamdaniya (Aleppo city)",
        "26th Division (Homs)",
        "Brigade 88",
        "Suruj military base",
        "Eastern Sarha",
        "Uwayja",
        "Kafraaa",
    ],
)
def test_what_the_map_does_not_know_is_never_pinned(name, near):
    with pytest.raises(UnknownPlace):
        GAZETTEER.locate(name, near=near)


def test_an_unknown_name_says_what_may_be_meant():
    with pytest.raises(UnknownPlace) as caught:
        GAZETTEER.locate("Kafraaa", near=HAMA)
    said = "No place named 'Kafraaa' near Hama; did you mean Kafr'a (10.6 km NE of Hama)?"
    assert str(caught.value) == said
    assert caught.value.suggestions[0].place.id == "kafraa"
    assert isinstance(caught.value, LookupError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == said


def test_without_anything_alike_the_next_step_is_told():
    with pytest.raises(UnknownPlace, match=r"add the place to places\.csv"):
        locate("Zzyzx", [place("a", "Hama")])


def test_sarha_alone_is_a_question():
    with pytest.raises(AmbiguousPlace) as caught:
        GAZETTEER.locate("Sarha", near=HAMA)
    assert {c.place.id for c in caught.value.candidates} == {"northern-sarha", "southern-sarha"}
    assert all(c.distance_km is not None for c in caught.value.candidates)
    assert "id:northern-sarha" in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_of_two_namesakes_the_clearly_nearer_is_meant():
    places = [place("one", "Suran", 35.1), place("two", "Suran", 36.1), place("here", "Hama", 35.0)]
    gazetteer = Gazetteer(places)
    assert gazetteer.locate("Suran", near=gazetteer.places["here"]).id == "one"
    with pytest.raises(AmbiguousPlace, match=r"Suran \(35\.100, 36\.000\)"):
        gazetteer.locate("Suran")


@pytest.mark.parametrize(("first", "second"), [(35.3, 35.45), (35.3, 35.5), (35.05, 35.2)])
def test_of_two_namesakes_about_as_near_neither_is_meant(first, second):
    places = [place("one", "Suran", first), place("two", "Suran", second), place("here", "Hama", 35.0)]
    gazetteer = Gazetteer(places)
    with pytest.raises(AmbiguousPlace):
        gazetteer.locate("Suran", near=gazetteer.places["here"])


def test_an_unmistakable_name_is_found_however_far():
    assert GAZETTEER.locate("Damascus", near=HAMA).id == "damascus"


def test_a_far_place_is_not_taken_for_a_misspelled_near_one():
    places = [place("far", "Shamsiyan", 40.0), place("here", "Hama", 35.0)]
    gazetteer = Gazetteer(places)
    assert gazetteer.match("Shamsiyana").score >= ACCEPT
    with pytest.raises(UnknownPlace):
        gazetteer.locate("Shamsiyana", near=gazetteer.places["here"])


def test_candidates_come_best_first_with_distances():
    found = GAZETTEER.candidates("Kafr Zeta", near=HAMA, limit=3)
    assert found[0].place.id == "kafr-zita"
    assert found[0].distance_km == pytest.approx(29.5, abs=3)
    assert len(found) == 3
    assert GAZETTEER.candidates("", near=HAMA) == ()
    assert GAZETTEER.candidates("Hama", limit=0) == ()


def test_the_match_tells_how_well_the_name_fits():
    assert GAZETTEER.match("Maar Shahour").score == 100
    assert GAZETTEER.match("Maar Shahur", near=HAMA).distance_km == pytest.approx(12.2, abs=0.1)
    assert ACCEPT <= GAZETTEER.match("Mount Zain Al-Abideen").score < 100


def test_two_places_with_one_id_are_refused():
    with pytest.raises(ValueError, match="two places have the id 'a'"):
        Gazetteer([place("a", "One"), place("a", "Two")])


def test_places_may_come_as_a_mapping_and_none_at_all_is_no_error():
    assert Gazetteer(GAZETTEER.places).locate("Hama") is HAMA
    with pytest.raises(UnknownPlace):
        Gazetteer([]).locate("Hama")


def test_every_place_is_found_by_each_of_its_names_or_is_a_question():
    for known in PLACES:
        for written in (known.name, *known.names.values(), *known.variants):
            try:
                assert GAZETTEER.locate(written) is known
            except AmbiguousPlace as question:
                assert known in [c.place for c in question.candidates]


NAMES = st.text(
    alphabet=st.sampled_from("aehkmrs bnالحمراء-' ()شمالي87NS"), min_size=1, max_size=12
) | st.sampled_from([p.name for p in PLACES] + [v for p in PLACES for v in p.variants])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3), st.floats(34, 36)), min_size=1, max_size=8))
def test_no_name_or_variant_ever_leads_to_another_place(rows):
    places = [place(f"p{n}", name, lat, 36.0, *variants) for n, (name, variants, lat) in enumerate(rows)]
    gazetteer = Gazetteer(places)
    for known in places:
        for written in (known.name, *known.variants):
            try:
                assert gazetteer.locate(written) is known
            except AmbiguousPlace as question:
                assert known in [c.place for c in question.candidates]
            except UnknownPlace:
                assert not spelling(written).plain


HOSTILE = [
    "",
    " ",
    "\0",
    "x" * 10_000,
    "ا" * 10_000,
    "\u202eamaH\u202c",
    "\u200b\u200d\ufeff",
    "💥" * 300,
    "(((((" * 30,
    "a(" * 90,
    "ﷺ" * 199,
    "<a href=//x>Hama</a>",
    "%{x}",
    "\ud800",
    "',\"; DROP",
    "1" * 5_000,
    "١" * 190,
    "id:",
    "id:nowhere",
    "e\u0301" * 100,
    "-" * 200,
    ("Kafr " * 40),
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_unknown_and_their_message_is_short(name):
    with pytest.raises((UnknownPlace, AmbiguousPlace)) as caught:
        GAZETTEER.locate(name, near=HAMA)
    assert len(str(caught.value)) < 2_000
    assert not set(str(caught.value)) & set("\0\u202e\u200b\u202c")
    assert isinstance(GAZETTEER.candidates(name, near=HAMA), tuple)


@pytest.mark.parametrize(
    "name", ["Hama\0\0", "\u202eHama\u202c", "\ufeffHa\u200bma", "  Hama\n", "＜Ｈａｍａ＞"]
)
def test_what_cannot_be_seen_does_not_hide_a_name(name):
    assert GAZETTEER.locate(name) is HAMA


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300))
def test_any_text_is_a_place_or_a_lookup_error(name):
    try:
        assert GAZETTEER.locate(name, near=HAMA) in PLACES
    except (UnknownPlace, AmbiguousPlace) as error:
        assert str(error)


def test_the_example_s_claims_are_placed_as_their_editor_placed_them(capsys):
    """Every spelling of claims.csv, with the place an editor chose: none may silently be another one."""
    with (EXAMPLE / "claims.csv").open(encoding="utf-8-sig", newline="") as stream:
        spellings: dict[str, set[str]] = {}
        for row in csv.DictReader(stream):
            spellings.setdefault(row["place"], set()).add(row["place_id"])
    counted = {"right": 0, "ambiguous": 0, "unknown": 0, "wrong": [], "left alone": 0}
    for written, ids in spellings.items():
        try:
            found = GAZETTEER.locate(written, near=HAMA).id
        except AmbiguousPlace:
            counted["ambiguous"] += 1
        except UnknownPlace:
            counted["left alone" if ids == {""} else "unknown"] += 1
        else:
            # "Tharwat Al-Rahjan" is one name in the report and two villages in the facts; either is right.
            counted["right"] += found in ids
            counted["wrong"] += [] if found in ids else [(written, found, ids)]
    with capsys.disabled():
        print(f"\nclaims.csv, {len(spellings)} spellings: {counted}")
    assert counted["wrong"] == []
    assert counted["right"] >= 169
    assert counted["ambiguous"] <= 2
    assert counted["unknown"] <= 8

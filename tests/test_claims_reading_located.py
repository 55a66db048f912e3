"""Which places the names of a report mean: by the places named beside them, or by nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.report_text import Background, Reading, read_report
from gazetteer.index import Gazetteer
from gazetteer.place import Place


def place(own: str, name: str, lat: float, lon: float) -> Place:
    return Place(own, name, lat, lon, "village", 500, "test")


PLACES = [
    place("suran-north", "Suran", 35.29, 36.74),
    place("suran-far", "Suran", 36.56, 37.22),
    place("tayyibat", "Taybat al-Imam", 35.27, 36.71),
    place("maardes", "Maardes", 35.24, 36.78),
    place("layman", "Laymanah", 35.1, 36.5),
]


def reading(text: str, *actors: Actor) -> Reading:
    at = datetime(2024, 12, 4, 12, tzinfo=ZoneInfo("Asia/Damascus"))
    return read_report(text.encode(), at, known=Background(actors, (), Gazetteer(PLACES)))


def ids(text: str, *actors: Actor) -> dict[str, str | None]:
    return {claim.place: claim.place_id for claim in reading(text, *actors).claims}


def test_a_name_of_two_places_is_the_one_near_those_named_with_it():
    found = reading("Syria\nSyrian rebels captured Taybat al-Imam, Maardes and Suran on Tuesday.")
    assert {c.place: c.place_id for c in found.claims}["Suran"] == "suran-north"
    (why,) = [w for c in found.claims if c.place == "Suran" for w in c.why if w.startswith("place")]
    assert why.endswith("named beside it")


def test_alone_it_stays_a_question():
    found = reading("Syria\nSyrian rebels captured Suran on Tuesday.")
    assert [c.place_id for c in found.claims] == [None]
    assert {one.place_id for one in found.claims[0].candidates} >= {"suran-north", "suran-far"}


def test_a_report_of_another_war_than_the_maps_is_not_placed_on_it():
    text = "Ukraine: Russian troops captured Suran and Maardes, Kyiv said. Russian troops took Lyman."
    mine = [
        Actor("hts_led_opposition", "HTS", "هتش", "opposition"),
        Actor("syrian_government", "Army", "الجيش", "government"),
    ]
    assert set(ids(text, *mine).values()) == {None}


def test_among_names_that_no_table_has_nothing_is_placed_by_likeness():
    text = "Bulletin\nRebels captured Laymana, Qorvath, Zembluk, Ustrin and Pollowick on Tuesday."
    assert set(ids(text).values()) == {None}

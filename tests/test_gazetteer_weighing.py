"""A name is weighed with everything the report says beside it; what stays open is said to be open."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gazetteer.context import Context, evidence, kind_group
from gazetteer.errors import AmbiguousPlace, UnknownPlace
from gazetteer.index import SETTLED, Gazetteer, settled_or_question
from gazetteer.likeness import MEASURES, coefficients
from gazetteer.place import Place


def place(place_id: str, name: str, lat: float, lon: float = 37.0, **more) -> Place:
    return Place(place_id, name, lat, lon, more.pop("kind", "village"), 500, "test", **more)


WADIHA_N = place("wadiha-n", "Wadiha", 35.2, admin1="Northshire")
WADIHA_S = place("wadiha-s", "Wadiha", 33.1, admin1="Southshire")
TARBUN = place("tarbun", "Tarbun", 35.25, names={"ar": "طربون"})
JABAL = place("jabal-tarbun", "Jabal Tarbun", 35.4, kind="hill")
KHAZMA = place("khazma", "Khirbat Khazma", 33.15, names={"ar": "خربة خزمة"})
ZELENOV = place("zelenov", "Zelenivka", 48.1, names={"uk": "Зеленівка"})
ARABIC = Gazetteer([WADIHA_N, WADIHA_S, TARBUN, JABAL, KHAZMA])


def settled(name: str, context: Context | None = None) -> str | None:
    found = ARABIC.answer(name, context).settled
    return found.id if found else None


def test_probabilities_and_the_unresolved_rest_sum_to_one():
    answer = ARABIC.answer("Wadiha", limit=100)
    total = sum(c.probability or 0 for c in answer.candidates) + answer.unresolved
    assert total == pytest.approx(1, abs=0.01)


def test_namesakes_without_context_stay_open_and_say_what_would_decide():
    answer = ARABIC.answer("Wadiha")
    assert answer.settled is None
    assert "named beside it" in answer.undecided
    with pytest.raises(AmbiguousPlace) as caught:
        settled_or_question(answer)
    assert {c.place.id for c in caught.value.candidates} == {"wadiha-n", "wadiha-s"}


def test_a_place_named_beside_it_decides_between_namesakes():
    answer = ARABIC.answer("Wadiha", Context(beside=(TARBUN,)))
    assert answer.settled is WADIHA_N
    assert settled_or_question(answer) is WADIHA_N
    first = answer.candidates[0]
    assert any("Tarbun, named beside it" in reason for reason in first.reasons)
    assert first.distance_km == pytest.approx(5.5, abs=0.2)
    assert settled("Wadiha", Context(beside=(KHAZMA,))) == "wadiha-s"


def test_the_region_said_in_the_report_counts_and_so_does_a_remark_in_brackets():
    for answer in (
        ARABIC.answer("Wadiha", Context(region="Southshire")),
        ARABIC.answer("Wadiha (Southshire)"),
    ):
        assert answer.candidates[0].place is WADIHA_S
        assert (answer.candidates[0].probability or 0) > 10 * (answer.candidates[1].probability or 0)


@pytest.mark.parametrize(
    "front", [{"wadiha-n": 3.0, "wadiha-s": 120.0}, lambda p: 3.0 if p is WADIHA_N else 120.0]
)
def test_the_distance_from_that_day_s_front_is_evidence(front):
    answer = ARABIC.answer("Wadiha", Context(front_km=front))
    first, second = answer.candidates[:2]
    assert first.place is WADIHA_N
    assert (first.probability or 0) > 3 * (second.probability or 0)
    assert "3 km from that day's front" in first.reasons


def test_a_front_that_knows_nothing_says_nothing():
    unknown = ARABIC.answer("Wadiha", Context(front_km=lambda _: None))
    assert unknown.candidates[0].probability == pytest.approx(unknown.candidates[1].probability or 0)


def test_the_kind_said_in_the_text_speaks_for_its_kind():
    hill = {e.said for e in evidence(JABAL, Context(kind="Mount"))}
    assert hill == {"a hill, as the text says"}
    assert evidence(TARBUN, Context(kind="Mount"))[0].worth < 0
    assert evidence(TARBUN, Context(kind="strange word")) == ()
    assert kind_group("military_site") == "military"


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Tarboun", "tarbun"),
        ("طربون", "tarbun"),
        ("Djebel Tarboûn", "jabal-tarbun"),
        ("Mount Tarbun", "jabal-tarbun"),
        ("Kherbet Khazmé", "khazma"),
        ("خربه خزمه", "khazma"),
    ],
)
def test_other_spellings_come_first_with_a_reason_in_words(name, place_id):
    first = ARABIC.answer(name).candidates[0]
    assert first.place.id == place_id
    assert first.reasons[0].startswith(("written", "the same", "sounds", "spelled"))


@pytest.mark.parametrize("name", ["Зеленовка", "Zelenovka", "Zelenivka", "Selenivka"])
def test_russian_and_ukrainian_spellings_find_the_same_village(name):
    gazetteer = Gazetteer([ZELENOV, place("other", "Kamyanske", 48.2, names={"uk": "Кам'янське"})])
    assert gazetteer.answer(name).candidates[0].place is ZELENOV


@pytest.mark.parametrize("name", ["Bayoud", "Quxofiri", "", "   ", "x" * 500, "\u202e", "((((", "💥"])
def test_what_nothing_fits_is_unresolved(name):
    answer = ARABIC.answer(name, Context(near=TARBUN))
    assert answer.settled is None
    with pytest.raises(UnknownPlace):
        settled_or_question(answer)


def test_a_place_asked_for_by_its_id_is_certain():
    answer = ARABIC.answer("id:wadiha-s")
    assert answer.settled is WADIHA_S
    assert answer.candidates[0].probability == 1.0


def test_arabic_and_cyrillic_names_in_one_gazetteer_are_both_found():
    both = Gazetteer(
        [*ARABIC.places.values(), ZELENOV, place("z2", "Hlyboke", 48.5, names={"uk": "Глибоке"})]
    )
    assert both.answer("طربون").candidates[0].place is TARBUN
    assert both.answer("Зеленівка").candidates[0].place is ZELENOV
    assert both.answer("Zelenovka").candidates[0].place is ZELENOV


def test_every_measure_has_a_finite_weight_for_every_script():
    table = coefficients()
    for family in ("arabic", "slavic"):
        for script in ("latin", "native"):
            assert set(table[family][script]) == set(MEASURES)
            assert all(math.isfinite(weight) for weight in table[family][script].values())


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.floats(30, 40), st.floats(30, 40))
def test_any_text_and_context_give_probabilities(name, lat, lon):
    context = Context(near=place("here", "Here", lat, lon), beside=(TARBUN,), region=name[:5], kind=name[-5:])
    answer = ARABIC.answer(name, context)
    odds = [c.probability or 0 for c in answer.candidates]
    assert all(0 <= p <= 1 for p in [*odds, answer.unresolved])
    assert odds == sorted(odds, reverse=True)
    assert answer.settled is None or odds[0] >= SETTLED

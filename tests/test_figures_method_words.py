"""What a page says of its method, of what is only counted, and of one claim about many places."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import pytest
from conftest import EXAMPLE

from claims.map_folder import read_map_folder
from claims.map_record import MapRecord
from dashboard.changes_panel import every_change
from dashboard.legend import layout as legend_of
from dashboard.lists_panel import lists
from dashboard.page_state import PageState
from dashboard.static_html import static_html
from dashboard.view import View
from exports.light_page import light_page
from figures.counted import count_lines
from figures.drawing import draw
from figures.independence import independence
from figures.sentences import Teller
from figures.trim import trimmed

SINGLE = "single-source:sohr"


@cache
def record() -> MapRecord:
    return read_map_folder(EXAMPLE)


@cache
def document(method: str) -> dict[str, Any]:
    return draw(record(), method=method).document


def words_of(html: str) -> str:
    """What of a page is text, without script and style."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", bare)))


@cache
def light(method: str, lang: str = "en") -> str:
    return words_of(light_page(document(method), lang=lang))


def panels(method: str, lang: str = "en") -> str:
    view = View(document(method), PageState(map_id="hama-2024", lang=lang), {})
    return words_of("".join(static_html(part) for part in (*lists(view), legend_of(view))))


@pytest.mark.parametrize("surface", [light, panels])
@pytest.mark.parametrize(
    ("method", "lang", "sentence"),
    [
        ("assessed-first", "en", "what one side alone says is claimed"),
        ("assessed-first", "ar", "وما يقوله طرف واحد يُعدّ ادعاءً"),
        ("latest-report", "en", "The last report that names a holder counts, whoever says it"),
        ("latest-report", "ar", "يُؤخذ بآخر تقرير يسمّي المسيطر أياً كان قائله"),
        (SINGLE, "en", "Only what SOHR says counts"),
        (SINGLE, "ar", "لا يُؤخذ إلا بما يقوله المرصد السوري"),
    ],
)
def test_method_and_its_version_stand_on_every_page(
    surface: Any, method: str, lang: str, sentence: str
) -> None:
    said = surface(method, lang)
    assert f"{method} 1. " in said
    assert sentence in said


@pytest.mark.parametrize("surface", [light, panels])
@pytest.mark.parametrize("method", ["latest-report", SINGLE])
def test_nothing_is_said_to_be_assessed_where_reports_are_taken_at_their_word(
    surface: Any, method: str
) -> None:
    said = surface(method)
    assert "Reported: " in said
    for word in ("Assessed", "assessed", "claimed by", "Claimed:", "Inferred:", "sources disagree"):
        assert word not in said, word


def test_key_says_whose_word_it_is() -> None:
    assert "Reported: as SOHR says; no other source was heard" in light(SINGLE)
    assert "Reported: named as holder by the last report; nothing was weighed" in panels("latest-report")


def test_who_is_independent_of_whom_stands_on_the_light_page() -> None:
    said = light("assessed-first")
    assert "Taken as independent, an editor’s setting: of government, opposition, SDF: " in said
    assert "of no side: " in said
    free, nobody = independence(Teller.of(document("assessed-first"), "en"))
    assert "SOHR" in free
    assert "the army" in nobody


@pytest.mark.parametrize("surface", [light, panels])
def test_eleven_of_eighteen_are_not_located_on_every_page(surface: Any) -> None:
    assert "11 of 18 not located (SOHR, 3 Dec, HTS-led opposition)" in surface("assessed-first")
    assert "11 من 18 لم يُحدَّد موقعها (" in surface("assessed-first", "ar")


def test_counts_keep_their_words_and_their_part_of_the_story() -> None:
    made = document("assessed-first")
    lines = count_lines(Teller.of(made, "en"))
    assert len(lines) == len(made["counts"])
    part = trimmed(made, made["span"][0], made["span"][0] + 2 * 86_400)
    assert 0 < len(part["counts"]) < len(made["counts"])


@cache
def with_one_claim() -> dict[str, Any]:
    """The map with one claim about all of Idlib instead of a row for each of its places."""
    rows = [c for c in record().claims if c.id.startswith("D") and c.claimant == "sohr"]
    one = replace(rows[0], id="ALL", place_id=None, place_as_written="all of it", admin_code="SY-ID")
    return draw(replace(record(), claims=(*(c for c in record().claims if c not in rows), one))).document


def test_claim_says_which_unit_it_is_about() -> None:
    claim = next(c for c in with_one_claim()["claims"] if c["id"] == "ALL")
    assert (claim["place"], claim["unit"]["code"], claim["unit"]["name"]["en"]) == (-1, "SY-ID", "Idlib")
    assert not any("unit" in c or "area" in c for c in document("assessed-first")["claims"])


def test_one_claim_about_many_places_is_one_row_and_many_squares() -> None:
    made = with_one_claim()
    number = next(i for i, c in enumerate(made["claims"]) if c["id"] == "ALL")
    alone = [event for event in made["events"] if event["claims"] == [number]]
    changed = {event["place"] for event in alone}
    assert len(alone) == len(changed) > 40
    states = {(event["before"], event["after"]) for event in alone}
    view = View(made, PageState(map_id="hama-2024"), {})
    for page in (light_page(made), static_html(every_change(view))):
        assert len(re.findall(r"Idlib: \d+ places", words_of(page))) == len(states)
    assert all(made["places"][place]["reported"] for place in changed)


def test_key_says_how_far_this_map_lets_cells_reach() -> None:
    far = replace(record(), settings=replace(record().settings, reach_km=12.0))
    assert "no listed place within 12 km" in words_of(light_page(draw(far).document)).replace("\u00a0", " ")

"""The way of a drawn map from its folder to what its surfaces say of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html import unescape
from itertools import accumulate

import pytest
from test_layers_series import drawn_lines

from claims.map_record import MapRecord
from exports.change_table import change_table
from exports.embed import snippet
from exports.legend import legend
from exports.light_page import light_page
from exports.picture import picture
from figures.clock import Clock
from figures.document_file import packed, unpacked
from figures.drawing import Drawing, draw
from figures.drawn_sentences import drawn_by, in_gap, observation_at
from figures.map_figure import map_figure
from figures.map_sources import states_at
from figures.sentences import Teller, alt_text, deck_text, description, source_names
from figures.sides import home_actor, hostile_role
from figures.timeline import amounts, timeline_svg


@cache
def drawing() -> Drawing:
    return draw(drawn_lines())


def short() -> MapRecord:
    """The same map, of a few days."""
    return replace(drawn_lines(), observations=drawn_lines().observations[:4])


def document():
    return drawing().document


def teller(lang: str = "en") -> Teller:
    return Teller.of(document(), lang)


def at(day: int, hour: int = 23, minute: int = 59) -> int:
    start, _ = document()["span"]
    return int(start + (day - 1) * 86_400 + hour * 3600 + minute * 60)


def test_the_document_says_who_drew_the_ground_and_when_nobody_did():
    doc = document()
    assert doc["ground_from"]["kind"] == "series"
    assert doc["sources"][doc["ground_from"]["source"]]["id"] == "survey"
    assert len(doc["observations"]) == 28
    assert [one["t"] for one in doc["observations"]] == sorted(one["t"] for one in doc["observations"])
    clock = Clock.of(doc)
    assert [[clock.iso(t)[:10] for t in span] for span in doc["gaps"]] == [
        ["2024-03-13", "2024-03-15"],
        ["2024-03-22", "2024-03-23"],
    ]
    assert {face[0] for face in doc["faces"]} == {-1}
    assert doc["method"]["name"] == "drawn:survey"
    assert doc["reference"] == {"place": -1, "edge_km": 0.0, "rings": [], "series": [], "claimed": []}
    assert json.loads(json.dumps(unpacked(packed(doc)))) == json.loads(json.dumps(doc))


def test_what_moved_adds_up_to_the_areas_before_and_after():
    doc = document()
    holders = {str(i): 0.0 for i in range(len(doc["actors"]))}
    plain = {i for i, (_, sure, _) in enumerate(doc["states"]) if doc["certainties"][sure] == "reported"}
    for _, moves in doc["moved"]:
        for before, after, km2 in moves:
            if after in plain:
                holders[str(doc["states"][after][0])] += km2
            if before in plain:
                holders[str(doc["states"][before][0])] -= km2
    series = doc["area"]["series"]
    for actor, (last, _) in series[-1][1].items():
        if doc["actors"][int(actor)]["role"] != "unknown":
            assert last - series[0][1][actor][0] == pytest.approx(holders[actor], abs=0.5)


def test_places_are_whose_ground_they_stand_on_and_change_with_it():
    doc = document()
    clock, places = Clock.of(doc), [place["id"] for place in doc["places"]]
    told = {(places[e["place"]], clock.iso(e["t"])[:10]) for e in doc["events"]}
    assert any(place == "les-sources" for place, _ in told)
    assert all(doc["observations"][e["observation"]]["t"] == e["t"] for e in doc["events"])
    assert all(e["t"] > doc["observations"][0]["t"] for e in doc["events"]), "the first map changes nothing"


def test_the_deck_says_whose_map_of_which_day_it_is_and_what_moved():
    told = deck_text(teller(), at(11))
    assert told.startswith("As The Island Survey drew it on 11 Mar 2024. Since 10 Mar 2024: ")
    assert "km²" in told
    assert "from Southern Union to" in told
    assert deck_text(teller(), at(13, 12, 0)) == (
        "No map was drawn on 13 March; the ground is as The Island Survey drew it on 12 Mar 2024."
    )
    assert "nothing moved since 2 Mar 2024" in deck_text(teller(), at(3))
    assert drawn_by(teller(), at(20)) == "Drawn by The Island Survey on 20 Mar 2024."
    assert in_gap(document(), at(22, 1, 0))
    assert not in_gap(document(), at(23, 1, 0))
    assert observation_at(document(), document()["span"][0] - 1) == -1
    assert "12" in deck_text(teller("ar"), at(13, 12, 0))


def test_a_map_without_a_city_is_told_by_its_title():
    assert teller().headline(at(11)) == "Kerguelen, an exercise: who held what on 11 March"
    assert alt_text(teller(), at(11)) == "Map of Kerguelen, an exercise, Monday 11 March 2024, 23:59"
    assert "Ground held: " in description(teller(), at(11))
    assert source_names(teller()) == ["The Island Survey"]
    assert document()["actors"][home_actor(document())]["id"] == "union"
    assert hostile_role(document(), document()["reference"]) == "opposition"


def test_the_timeline_has_bars_and_hatches_the_days_without_a_map():
    svg = timeline_svg(document(), "en", at=at(11))
    assert svg.count('fill="url(#fl-nk-wide)"') == 2
    assert "Days without a map: 13 Mar–14 Mar, 22 Mar." in svg
    assert re.search(r'<path class="i-opposition" d="M-1 -', svg)
    up, down = ({}, {})
    for _, sides in amounts(document(), 86_400):
        for found, side in zip((up, down), sides, strict=True):
            for party, km2 in side.items():
                found[party] = found.get(party, 0.0) + km2
    assert ("opposition", True) in up
    assert {role for role, _ in down} == {"government"}


def test_the_key_has_what_is_in_play_and_nothing_else():
    words = teller().say.words
    html = legend(teller(), lambda name, prepared, tag: "")
    for term in ("reported", "claimed", "contested", "unknown", "front_line"):
        assert f"<b>{words[f'term.{term}']}</b>" in html
    for term in ("assessed", "inferred", "uncertain", "stale"):
        assert f"<b>{words[f'term.{term}']}</b>" not in html
    assert words["drawn.no_observation"] in html
    assert "as The Island Survey drew it" in html


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_light_page_says_what_lies_under_a_pointer(lang: str):
    html = light_page(document(), at=at(11), lang=lang)
    part = json.loads(re.search(r'id="frontline-document">(.*?)</script>', html)[1])
    ground = part["ground_texts"]
    assert len(ground["states"]) == len(document()["states"])
    assert list(accumulate(ground["maps"])) == [one["t"] for one in document()["observations"]]
    assert [ground["makers"][made] for made in ground["made"]][1:] == ["The Island Survey"] * 27
    assert 'data-frontline="ground"' in html


def test_the_light_page_has_the_sentence_of_every_instant_though_nothing_moved_then():
    page, clock = light_page(document()), Clock.of(document())
    instants = {drawn["t"] for drawn in document()["observations"]}
    instants |= {day for gap in document()["gaps"] for day in clock.days(*gap)}
    prepared = re.findall(r'<p data-cue="deck" data-from="(\d+)"[^>]*>(.*?)</p>', page)
    for t in sorted(instants):
        shown = [text for since, text in prepared if int(since) <= t][-1]
        assert unescape(re.sub("<[^>]*>", "", shown)) == deck_text(teller(), t)


def test_the_table_says_which_day_nobody_drew():
    html = change_table(teller(), at(11))
    assert html.count(teller().say.words["drawn.unobserved"]) == 3
    assert "km²" in html


def test_every_other_surface_draws_it():
    assert b"Kerguelen" in picture(document(), at=at(11), width=1200, kind="svg")
    assert "كيرغولن".encode() in picture(
        document(), at=at(11), width=360, kind="svg", lang="ar", theme="dark"
    )
    figure = map_figure(document(), at=at(11))
    assert any(layer["id"] == "faces" for layer in figure.layout.map.style["layers"])
    assert "/embed/drawn-lines" in snippet(document(), "https://maps.example")


def test_a_map_known_earlier_has_only_the_maps_of_that_time():
    record = drawn_lines()
    known = record.observations[3].reported_at
    earlier = draw(record, known).document
    assert len(earlier["observations"]) == len([o for o in record.observations if o.reported_at <= known])


def test_a_map_with_no_place_at_all_is_drawn():
    bare = draw(replace(short(), places={})).document
    assert bare["places"] == bare["events"] == []
    html = light_page(bare, at=at(11))
    assert "<b>Place</b>" not in html


def test_a_city_measures_its_distance_to_the_drawn_line():
    record = short()
    settings = replace(record.settings, city="port-sud", rings_km=(10.0, 20.0))
    doc = draw(replace(record, settings=settings)).document
    rows = [row for row in doc["reference"]["series"] if row[1] is not None]
    assert rows
    assert all(5 < row[1] < 40 for row in rows)
    assert all(row[5] == -1 for row in rows)


def test_a_pointer_over_the_light_page_is_told_who_drew_the_ground(chromium, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(light_page(document(), at=at(11)), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 700, "height": 900})
    page.goto(file.as_uri())
    page.locator("html.js").wait_for()
    face = next(
        f
        for f, state in enumerate(states_at(document(), at(11))["faces"])
        if document()["states"][state][2] >= 0
    )
    page.locator(f'[data-f="{face}"]').dispatch_event("click")
    told = page.locator('[data-frontline="ground"]')
    assert "claimed by" in told.inner_text() or " or " in told.inner_text()
    assert told.inner_text().endswith("Drawn by The Island Survey on 11 Mar 2024.")
    page.close()

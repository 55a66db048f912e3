from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from tiny_document import at, tiny_document

from figures.actor_names import name_track
from figures.hatch import hatch_sources
from figures.home_view import camera, home_view
from figures.map_figure import CONFIG, SERVED, map_figure, served_figure, shown
from figures.map_sources import states_at

HOSTILE = (
    '<a href="//evil.example"><span style="background:url(//evil.example)">%{customdata[1]}</span>\u202e'
)


def test_figure_is_a_valid_plotly_figure() -> None:
    figure = map_figure(tiny_document(), at=at(4, 12))
    assert isinstance(figure, go.Figure)
    assert go.Figure(json.loads(figure.to_json())).layout.map.zoom == figure.layout.map.zoom
    assert figure.layout.map.style["version"] == 8


def test_figure_needs_no_script_of_ours(hama_drawing: Any) -> None:
    figure = map_figure(hama_drawing.document, at=1733345940)
    states = states_at(hama_drawing.document, 1733345940)
    written = figure.layout.map.style["sources"]
    assert [f["properties"]["s"] for f in written["faces"]["data"]["features"]] == states["faces"]
    assert written["hatch"]["data"]["features"]
    assert "_" not in {
        layer.get("paint", {}).get("fill-pattern", "") for layer in figure.layout.map.style["layers"]
    }
    assert {feature["properties"]["en"] for feature in written["actor_names"]["data"]["features"]} >= {
        "Syrian government",
        "HTS-led opposition",
    }


def test_upload_button_and_other_hosts_are_off() -> None:
    assert CONFIG["showSendToCloud"] is False and CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displayModeBar"] is False


def test_hostile_names_are_text() -> None:
    document = tiny_document()
    for place in document["places"]:
        place["name"]["en"] = HOSTILE
    document["title"]["en"] = document["actors"][1]["short"]["en"] = document["credits"][0] = HOSTILE
    figure = map_figure(document)
    traces = json.dumps([trace.to_plotly_json() for trace in figure.data])
    assert "<a href" not in traces and "<span" not in traces and "\\u202e" not in traces
    assert "<a href" not in figure.layout.title.text
    assert "<a href" not in figure.layout.annotations[0].text
    assert all("evil" not in trace.hovertemplate for trace in figure.data)


def test_shown_keeps_every_letter_of_an_honest_name() -> None:
    assert shown("Kafr'a & معر شحور") == "Kafr'a &amp; معر شحور"


@pytest.mark.parametrize("lang", ["en", "ar", "xx"])
def test_title_is_the_date_in_the_language(lang: str) -> None:
    title = map_figure(tiny_document(), at=at(4, 12), lang=lang).layout.title.text
    assert ("الأربعاء" if lang == "ar" else "Wednesday 4 December 2024, 12:00") in title


def test_instant_outside_the_story_clamps() -> None:
    document = tiny_document()
    late, end = map_figure(document, at=9_999_999_999), map_figure(document)
    assert late.to_json() == end.to_json()


def test_served_figure_carries_addresses_instead_of_ground() -> None:
    figure = served_figure(tiny_document(), lambda name: f"/maps/tiny/sources/{name}.json")
    given = figure["layout"]["map"]["style"]["sources"]
    assert {name: given[name]["data"] for name in SERVED} == {
        name: f"/maps/tiny/sources/{name}.json" for name in SERVED
    }
    assert len(json.dumps(figure)) < 40_000


def test_asked_view_is_the_first_view() -> None:
    figure = served_figure(tiny_document(), str, seen=(35.2, 36.7, 9.5))
    assert figure["layout"]["map"]["center"] == {"lon": 36.7, "lat": 35.2}
    assert figure["layout"]["map"]["zoom"] == 9.5


def test_home_view_holds_the_city_and_what_changed_near_it(hama_drawing: Any) -> None:
    document = hama_drawing.document
    west, south, east, north = home_view(document)
    names = {place["name"]["en"]: place for place in document["places"]}
    for name in ("Hama", "Maar Shahour", "Brigade 87"):
        assert west < names[name]["lon"] < east and south < names[name]["lat"] < north
    assert east - west < 2 and north - south < 2


def test_camera_fits_the_bounds_into_the_map() -> None:
    lon, lat, zoom = camera((36.0, 35.0, 37.0, 35.5), 1024, 1024)
    assert lon == pytest.approx(36.5) and 35.24 < lat < 35.26
    assert 512 * 2**zoom / 360 == pytest.approx(1024)


@pytest.mark.parametrize("looked_at", [512, 20])
def test_names_stand_on_their_own_ground_and_do_not_jump(
    hama_drawing: Any, looked_at: int, monkeypatch: Any
) -> None:
    """Also where places are so many that only the nearest are looked at."""
    monkeypatch.setattr("figures.actor_names._MOST_NEAR", looked_at)
    document = hama_drawing.document
    track = name_track(document, home_view(document))
    assert len(track) < len(document["changes"])
    for t, spots in track:
        states = states_at(document, t)["places"]
        for actor, lon, lat in spots:
            near = min(
                range(len(states)),
                key=lambda i, lon=lon, lat=lat: (
                    (document["places"][i]["lon"] - lon) ** 2 * 0.67
                    + (document["places"][i]["lat"] - lat) ** 2
                ),
            )
            assert document["states"][states[near]][0] == actor


def test_stripes_stay_within_their_cells() -> None:
    document = tiny_document()
    states = states_at(document, at(4, 19))["faces"]
    data = hatch_sources(document, states, 10)
    for feature in data["hatch"]["features"]:
        for line in feature["geometry"]["coordinates"]:
            for lon, lat in line:
                assert 35.9999 <= lon <= 36.2001 and 34.9999 <= lat <= 35.2001
    assert {feature["properties"]["actor"] for feature in data["hatch"]["features"]} == {1, 2}
    assert len(data["hatch_paper"]["features"]) == 1

"""Which places the large map names on a day, and where the chip of the distance may stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.day_names import SILENT, TOP, DayNames, short_name
from figures.distance_chip import SIZE_PX, beside, distance_at, distance_rows
from figures.home_view import home_view
from figures.sentences import Teller
from figures.text import width

EVENING = 1733345940  # 4 December 2024, 23:59 in Damascus


def names_of(document: dict[str, Any], lang: str = "en") -> DayNames:
    return DayNames(Teller.of(document, lang), home_view(document))


def told(document: dict[str, Any], t: int) -> dict[str, dict[str, Any]]:
    return {f["properties"]["en"]: f["properties"] for f in names_of(document).at(t)["features"]}


def test_places_of_the_day_come_before_all_others(hama_drawing: Any) -> None:
    names = told(hama_drawing.document, EVENING)
    order = sorted(names, key=lambda name: names[name]["order"])
    assert order[0] == "Brigade 87"
    assert {"Maar Shahour", "Kafr'a"} <= set(order[:4])
    assert order.index("Maar Shahour") < order.index("Salamiyah") < order.index("Adabas")
    assert names["Maar Shahour"]["near"] == TOP


def test_places_that_nobody_reports_wait_for_a_nearer_look(hama_drawing: Any) -> None:
    document = hama_drawing.document
    named = {claim["place"] for claim in document["claims"]}
    for feature in names_of(document).at(EVENING)["features"]:
        place = document["places"][feature["id"]]
        if feature["id"] not in named and place["rank"] > 1:
            assert feature["properties"]["near"] == SILENT


def test_second_lines_are_few_and_never_before_their_report(hama_drawing: Any) -> None:
    document = hama_drawing.document
    for since, row in names_of(document).rows:
        assert sum(bool(note) for *_, note in row) <= 3
        for place, _, _, note in row:
            times = [event["t"] for event in document["events"] if event["place"] == place]
            assert not note or min(times) <= since
    assert told(document, EVENING)["Maar Shahour"]["note"] == "retaken 4 Dec, SOHR"
    assert told(document, 1733270000)["Maar Shahour"]["note"] == ""


def test_city_has_no_second_name(hama_drawing: Any) -> None:
    city = hama_drawing.document["reference"]["place"]
    features = names_of(hama_drawing.document, "ar").at(EVENING)["features"]
    assert city not in [feature["id"] for feature in features]


def test_bracket_that_tells_namesakes_apart_is_left_out() -> None:
    assert short_name("Brigade 66 (air defence)") == "Brigade 66"
    assert short_name("(Tell)") == "(Tell)"


def middles(spots: list[Any], text: str) -> list[tuple[float, float]]:
    half = width(text, SIZE_PX, bold=True) / 2, 0.6 * SIZE_PX
    found = []
    for anchor, (x, y) in zip(spots[::2], spots[1::2], strict=True):
        right = ("left" in anchor) - ("right" in anchor)
        down = ("top" in anchor) - ("bottom" in anchor)
        found.append((x * SIZE_PX + right * half[0], y * SIZE_PX + down * (half[1] - 7 / 24 * SIZE_PX)))
    return found


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_chip_lies_wholly_beside_the_line(dx: float, dy: float) -> None:
    import math

    start, end = (36.75, 35.13), (36.75 + dx, 35.13 + dy)
    spots = beside("8.4 km", start, end)
    assert len(set(spots[::2])) == 8
    along = math.radians(dx), -(_north(end[1]) - _north(start[1]))
    long = math.hypot(*along)
    if long < 1e-9:
        return
    across = -along[1] / long, along[0] / long
    half = width("8.4 km", SIZE_PX, bold=True) / 2 + 9, 0.6 * SIZE_PX + 5
    for x, y in middles(spots, "8.4 km"):
        reach = abs(across[0]) * half[0] + abs(across[1]) * half[1]
        assert abs(x * across[0] + y * across[1]) - reach >= 8.5


def _north(lat: float) -> float:
    import math

    return math.asinh(math.tan(math.radians(lat)))


@pytest.mark.parametrize(("lang", "text"), [("en", "held by HTS-led opposition"), ("ar", "بيد إدارة")])
def test_city_that_is_held_gets_no_distance_of_zero(hama_drawing: Any, lang: str, text: str) -> None:
    teller = Teller.of(hama_drawing.document, lang)
    [held] = distance_at(teller, home_view(hama_drawing.document), 1733518740)["features"]
    assert text in held["properties"]["text"]
    rows = distance_rows(teller, home_view(hama_drawing.document))
    assert not any("0.0" in f["properties"].get("text", "") for _, shown in rows for f in shown["features"])


def test_distance_is_drawn_only_where_its_place_is_seen(hama_drawing: Any) -> None:
    document = hama_drawing.document
    bounds = home_view(document)
    assert distance_at(Teller.of(document, "en"), bounds, document["span"][0])["features"] == []
    line, chip = distance_at(Teller.of(document, "en"), bounds, EVENING)["features"]
    assert line["geometry"]["type"] == "LineString" and chip["properties"]["text"] == "8.4\u00a0km"

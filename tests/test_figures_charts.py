from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_document import at, tiny_document

from figures.charts import (
    View,
    area_chart,
    distance_chart,
    distance_span,
    hostile_role,
    layout_of,
    share_parts,
)
from figures.mark_labels import Mark, place_labels


def claim(**changed: Any) -> dict[str, Any]:
    plain = {"claim": 0, "t": at(3, 12), "start": at(3, 6), "km": 8.0, "low": None, "high": None}
    return plain | {"qualifier": "", "claimant": 0, "affiliation": "monitor"} | changed


def said(document: dict[str, Any], *claims: dict[str, Any]) -> dict[str, Any]:
    document["reference"]["claimed"] = list(claims)
    return document


def labels(figure: go.Figure) -> list[str]:
    isolates = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
    return [note.text.translate(isolates) for note in figure.layout.annotations if note.text]


def trace(figure: go.Figure, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize(
    ("qualifier", "printed"),
    [
        ("", "8"),
        ("about", "≈8"),
        ("more_than", ">8"),
        ("at_least", "≥8"),
        ("less_than", "<8"),
        ("up_to", "≤8"),
    ],
)
def test_each_claim_is_printed_as_it_was_said(qualifier: str, printed: str) -> None:
    figure = distance_chart(said(tiny_document(), claim(qualifier=qualifier)))
    assert labels(figure) == [f"Monitor {printed.replace('<', '&lt;').replace('>', '&gt;')}"]


def test_a_range_sits_at_its_middle_and_is_printed_as_a_range() -> None:
    figure = distance_chart(said(tiny_document(), claim(qualifier="between", km=3.5, low=3.0, high=4.0)))
    assert labels(figure) == ["Monitor 3–4"]
    assert list(trace(figure, "said").y) == [3.5]


def test_claims_are_never_averaged() -> None:
    document = said(tiny_document(), claim(km=4.0), claim(km=20.0, claimant=1, affiliation="government"))
    figure = distance_chart(document)
    assert sorted(trace(figure, "said").y) == [4.0, 20.0]
    assert sorted(labels(figure)) == ["Army 20", "Monitor 4"]


def test_a_belligerent_speaks_in_its_colour_and_others_in_ink() -> None:
    document = said(tiny_document(), claim(), claim(km=20.0, claimant=1, affiliation="government"))
    colours = trace(distance_chart(document), "said").marker.line.color
    tokens = View().colours
    assert list(colours) == [tokens.tokens["ink"], tokens.ink("government")]


def test_more_than_gets_an_arrow() -> None:
    bare, upward = (
        distance_chart(said(tiny_document(), claim(qualifier=qualifier))) for qualifier in ("", "more_than")
    )
    assert sum(note.arrowhead == 2 for note in bare.layout.annotations) == 0
    assert sum(note.arrowhead == 2 for note in upward.layout.annotations) == 1


def test_the_band_lies_between_the_line_and_the_nearest_place() -> None:
    figure = distance_chart(tiny_document())
    assert list(trace(figure, "line").y) == [12.4, 12.4, 6.2, 6.2]
    assert list(trace(figure, "nearest").y) == [14.1, 14.1, 8.3, 8.3]
    assert trace(figure, "band").fill == "tonexty"
    assert list(trace(figure, "claimed").y) == [None, None, 4.0, 4.0]


def test_a_day_without_hostile_ground_is_a_gap() -> None:
    document = tiny_document()
    document["reference"]["series"][0][1:5] = [None] * 4
    assert list(trace(distance_chart(document), "nearest").y) == [None, None, 8.3, 8.3]


def test_time_runs_from_right_to_left_in_arabic() -> None:
    for chart in (distance_chart, area_chart):
        english, arabic = chart(tiny_document()), chart(tiny_document(), view=View(lang="ar"))
        assert list(arabic.layout.xaxis.range) == list(english.layout.xaxis.range)[::-1]
        assert arabic.layout.yaxis.side == "right"


def test_charts_have_no_paper_of_their_own() -> None:
    for chart in (distance_chart, area_chart):
        for theme in ("light", "dark"):
            figure = chart(tiny_document(), view=View(theme=theme))
            assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_shares_add_up_to_the_whole_region(hama_drawing: Any) -> None:
    document = hama_drawing.document
    for row in document["area"]["series"]:
        parts = share_parts(document, row)
        assert sum(share for _, _, share in parts) == pytest.approx(100, abs=0.1)
        assert parts[-1][0] == "unknown"


def test_what_is_uncertain_is_hatched(hama_drawing: Any) -> None:
    figure = area_chart(hama_drawing.document)
    hatched = [trace.name for trace in figure.data if trace.fillpattern.shape]
    assert any("claimed" in name for name in hatched) and any("contested" in name for name in hatched)
    assert not figure.data[0].fillpattern.shape


def test_span_covers_every_claim_in_whole_days(hama_drawing: Any) -> None:
    document = hama_drawing.document
    start, end = distance_span(document, document["reference"])
    claims = [c["t"] for c in document["reference"]["claimed"]]
    assert claims and start <= min(claims) and max(claims) < end
    assert document["span"][0] <= start < end <= document["span"][1]


def test_hostile_side_is_the_one_that_moves_on_the_city(hama_drawing: Any) -> None:
    assert hostile_role(hama_drawing.document, hama_drawing.document["reference"]) == "opposition"


def test_hostile_names_are_text_in_charts() -> None:
    document = said(tiny_document(), claim())
    document["sources"][0]["name"] = '<a href="//evil.example">%{x}</a>\u202e'
    document["actors"][1]["short"]["en"] = "<img src=x>"
    for figure in (distance_chart(document), area_chart(document)):
        text = json.dumps(figure.to_plotly_json(), default=str)
        assert "<a href" not in text and "<img" not in text and "\\u202e" not in text
        assert all("evil" not in (trace.hovertemplate or "") for trace in figure.data)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(("width", "fewest"), [(290, 10), (330, 12), (360, 13), (440, 13)])
def test_labels_of_the_example_find_a_place(hama_drawing: Any, lang: str, width: int, fewest: int) -> None:
    figure = distance_chart(hama_drawing.document, view=View(lang=lang, width=width))
    assert len(labels(figure)) >= fewest


def test_what_one_claimant_says_twice_on_a_day_has_one_label_and_both_marks() -> None:
    twice = (claim(t=at(3, 6)), claim(t=at(3, 18)), claim(t=at(4, 1)))
    figure = distance_chart(said(tiny_document(), *twice))
    assert labels(figure) == ["Monitor 8", "Monitor 8"]
    assert len(trace(figure, "said").x) == 3
    assert list(trace(figure, "tie").x) == [at(3, 6), at(3, 18)]


def test_an_arabic_label_keeps_name_sign_and_number_apart() -> None:
    claimed = claim(qualifier="at_least", km=20.0)
    figure = distance_chart(said(tiny_document(), claimed), view=View(lang="ar"))
    text = next(note.text for note in figure.layout.annotations if note.text)
    assert text == "\u2067\u2068Monitor\u2069 \u2066≥20\u2069\u2069"


def test_a_label_keeps_off_the_lines_where_it_can() -> None:
    mark = Mark(100, 80, 60)
    across = (100.0, 80.0, 400.0, 80.0, 1.0)
    (free,), (pushed,) = place_labels([mark], (400, 160)), place_labels([mark], (400, 160), [across])
    assert free and free.side == "right"
    assert pushed and pushed.side == "left"


def test_labels_at_one_point_both_find_a_place() -> None:
    spots = place_labels([Mark(200, 80, 60)] * 4, (400, 160))
    assert None not in spots and len({(spot.dx, spot.dy, spot.side) for spot in spots if spot}) == 4


@given(
    st.lists(
        st.builds(Mark, st.floats(0, 400), st.floats(0, 160), st.floats(20, 110)), min_size=0, max_size=14
    )
)
def test_labels_never_overlap_and_stay_inside(marks: list[Mark]) -> None:
    spots = place_labels(marks, (400.0, 160.0))
    boxes = []
    for mark, spot in zip(marks, spots, strict=True):
        if spot is None:
            continue
        near = mark.x + spot.dx
        left = near - mark.width * {"left": 1.0, "middle": 0.5, "right": 0.0}[spot.side]
        boxes.append((left, mark.y + spot.dy - 6.5, left + mark.width, mark.y + spot.dy + 6.5))
    for index, one in enumerate(boxes):
        assert one[0] >= -1e-6 and one[1] >= -1e-6 and one[2] <= 400 + 1e-6 and one[3] <= 160 + 1e-6
        for other in boxes[:index]:
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            assert apart


def test_a_long_story_has_a_line_for_each_month_and_names_its_year(hama_drawing: Any) -> None:
    document, start = hama_drawing.document, hama_drawing.document["span"][0]
    days, months = (
        layout_of({**document, "span": span}, span, View())["xaxis"]
        for span in ((start, start + 12 * 86_400), (start, start + 700 * 86_400))
    )
    assert len(days["tickvals"]) == 12
    assert len(months["tickvals"]) == 23
    assert {text[-4:] for text in months["ticktext"] if text} <= {"2024", "2025", "2026"}

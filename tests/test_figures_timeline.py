"""One square for each reported change, where and when it belongs."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from tiny_document import at, tiny_document

from figures.text import width
from figures.timeline import DASHBOARD, NARROW, WIDE, bins, measure, numbers, timeline_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_every_change_of_a_place_is_one_square():
    document = tiny_document()
    found = bins(document, 12)
    changes = [event for event in document["events"] if event["kind"] == "change"]
    assert sum(len(one.up) + len(one.down) for one in found) == len(changes)


def test_a_retaken_village_shows_both_changes():
    squares = [one for one in bins(tiny_document(), 6) if at(3, 18) <= one.start <= at(4, 0)]
    assert [one.up for one in squares] == [(("opposition", False),), ()]
    assert [one.down for one in squares] == [(), (("government", False),)]


def test_a_claim_is_hollow_and_goes_to_who_claims():
    first = bins(tiny_document(), 12)[0]
    assert first.up == (("opposition", True),)


def test_towers_fit_their_lane_however_many_changes(hama_drawing):
    for lane in (WIDE, NARROW, DASHBOARD):
        svg = timeline_svg(hama_drawing.document, "en", lane)
        tops = [float(y) for y in re.findall(r"M-?[\d.]+ (-?[\d.]+)h", svg)]
        assert min(tops) >= -lane.above
        assert max(tops) <= lane.below


def test_arabic_time_runs_from_right_to_left():
    def first_bin(lang):
        svg = ET.fromstring(timeline_svg(tiny_document(), lang))
        return float(svg.find(f"{SVG}svg").get("x").rstrip("%"))

    assert round(first_bin("en") + first_bin("ar")) == 100


def test_what_was_not_known_yet_is_hatched():
    document = tiny_document()
    assert "pattern" not in timeline_svg(document, "en")
    svg = timeline_svg({**document, "known_at": at(3, 0)}, "en")
    assert 'x="50.000%"' in svg and "pattern" in svg
    assert "Not yet known at 3 Dec" in svg


def test_a_long_story_names_only_the_days_that_have_room():
    document = tiny_document()
    start = document["span"][0]
    long = {**document, "span": [start, start + 400 * 86_400], "known_at": start + 400 * 86_400}
    names = ET.fromstring(timeline_svg(long, "en", NARROW)).findall(f"{SVG}text")
    assert 4 <= len(names) / 2 <= 14


def test_more_squares_than_can_be_seen_become_bars_of_places(hama_drawing, monkeypatch):
    document = hama_drawing.document
    assert measure(document) == "square"
    squares = bins(document, 24)
    monkeypatch.setattr("figures.timeline._MOST_SQUARES", 10)
    assert measure(document) == "bar"
    bars = numbers(document, 86_400)
    assert [at for at, _ in bars] == [one.start for one in squares]
    assert [[sum(side.values()) for side in sides] for _, sides in bars] == [
        [len(one.up), len(one.down)] for one in squares
    ]
    assert "h2v" in timeline_svg(document, "en") and len(timeline_svg(document, "en")) < 20_000


@pytest.mark.parametrize(
    ("days", "named"),
    [
        (92, ["6", "11", "16", "21", "26"]),
        (150, ["1 Jan", "15", "1 Feb", "15"]),
        (769, ["2025", "2026"]),
    ],
)
def test_a_long_axis_is_named_by_the_days_months_and_years_of_its_calendar(days, named):
    document = tiny_document()
    start = document["span"][0]
    long = {**document, "span": [start, start + days * 86_400], "known_at": start + days * 86_400}
    svg = timeline_svg(long, "en")
    names = re.findall(r'class="dn" [^>]*>([^<]*)<', svg)
    middles = [float(x) for x in re.findall(r'class="dn" x="([\d.]+)%"', svg)]
    assert set(named) <= set(names)
    boxes = [
        (x - half, x + half)
        for x, name in zip(middles, names, strict=True)
        if name and (half := 50 * width(name, WIDE.font) / WIDE.width)
    ]
    assert boxes[0][0] >= -0.01 and boxes[-1][1] <= 100.01
    assert all(one[1] <= other[0] + 1.5 for one, other in pairwise(boxes))

"""The SVG draws what the document says, once, and holds every string as text."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree as ET

import pytest
from hostile_document import hostile_document
from hypothesis import given
from hypothesis import strategies as st
from tiny_document import at, tiny_document

from figures.frames import narrow_frame, wide_frame
from figures.page_ground import page_ground
from figures.palette import palette
from figures.paths import cut_line, cut_polygon, d_of, simplified, within
from figures.svg_map import extent_of, page_frames, svg_map
from figures.svg_style import fixed, patterns, style_of

SVG = "{http://www.w3.org/2000/svg}"


def _marked(svg, kind):
    return {
        int(element.get(f"data-{kind}")): element.get("class").split()
        for element in ET.fromstring(svg).iter()
        if element.get(f"data-{kind}")
    }


def _drawn(svg, name):
    (group,) = (g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("data-frontline") == name)
    return [path.get("class") for path in group]


def test_every_state_and_every_style_of_front_is_one_path():
    svg = svg_map(tiny_document(), at(4, 10))
    assert _drawn(svg, "faces") == ["s0", "s1", "s3", "s4"]
    assert _drawn(svg, "casing") == _drawn(svg, "front")
    assert set(_drawn(svg, "front")) <= {"e1", "e2", "e3"}
    assert _marked(svg, "p")[3] == ["s4", "fresh"]
    before = svg_map(tiny_document(), at(1, 2))
    assert _drawn(before, "faces") == ["s0", "s5"]


def test_the_script_is_told_where_the_grid_lies():
    document = tiny_document()
    x, y, across, down = map(
        float,
        re.search(r'data-frontline="faces" data-grid="([^"]+)"', svg_map(document, at(4, 10)))[1].split(),
    )
    grid, frame = document["grid"], wide_frame(document)
    assert (x + 500 * across, y + 700 * down) == pytest.approx(
        frame.at(grid["lon"] + 500 * grid["step"], grid["lat"] + 700 * grid["step"]), abs=1e-4
    )


def test_a_place_is_fresh_from_its_change_to_the_end_of_the_day():
    def fresh(t):
        return {
            place for place, names in _marked(svg_map(tiny_document(), t), "p").items() if "fresh" in names
        }

    assert fresh(at(3, 23)) == set()
    assert fresh(at(3, 23, 40)) == {1}
    assert fresh(at(4, 0)) == set()
    assert fresh(at(4, 0, 20)) == {1}
    assert fresh(at(4, 18)) == {1, 3}  # the city has a square, not a dot


def test_the_same_ground_serves_both_frames():
    document = tiny_document()
    svg = svg_map(document, at(4, 10))
    assert svg.count('data-frontline="faces"') == 1
    root = ET.fromstring(svg)
    groups = [group for group in root.findall(f"{SVG}g") if group.get("class") in ("wide", "narrow")]
    assert [group.get("class") for group in groups] == ["wide", "narrow"]
    wide, narrow = wide_frame(document), narrow_frame(document)
    left, top, right, _ = narrow.box_in(wide)
    k = wide.px_per_km / narrow.px_per_km
    assert (right - left) == pytest.approx(narrow.width * k)
    # The city falls on the same ground in both.
    assert (left + narrow.x * k, top + narrow.y * k) == pytest.approx((wide.x, wide.y))


def test_small_rings_do_not_hide_the_surroundings():
    document = tiny_document()
    document["reference"] = document["reference"] | {"rings": [{"km": 1, "line": [0, 0]}]}
    frame = wide_frame(document)
    assert frame.width / frame.px_per_km > 20


def test_lengths_are_right_at_the_city():
    from pyproj import Geod

    document = tiny_document()
    frame = wide_frame(document)
    for bearing in range(0, 360, 45):
        lon, lat, _ = Geod(ellps="WGS84").fwd(frame.lon, frame.lat, bearing, 10_000)
        x, y = frame.at(lon, lat)
        px = ((x - frame.x) ** 2 + (y - frame.y) ** 2) ** 0.5
        assert px == pytest.approx(10 * frame.px_per_km, rel=0.002)


def test_cues_have_exactly_one_shown():
    root = ET.fromstring(svg_map(tiny_document(), at(4, 10)))
    names: dict[str, list[bool]] = {}
    for element in root.iter():
        if element.get("data-cue"):
            names.setdefault(element.get("data-cue"), []).append("on" in (element.get("class") or "").split())
    assert names
    assert all(sum(on) <= 1 for on in names.values())
    assert sum(names["day-wide"]) == 1


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_names_are_text(lang):
    svg = svg_map(hostile_document(), at(4, 10), lang)
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert tags <= {
        "svg", "title", "desc", "defs", "pattern", "linearGradient", "stop", "g", "path", "circle", "rect",
        "text",
    }  # fmt: skip
    assert "\u202e" not in svg


def test_a_role_that_is_no_name_of_ours_does_not_reach_the_style():
    document = tiny_document()
    document["actors"][1]["role"] = "x}body{display:none"
    style = style_of(document) + patterns(document)
    assert "x}body" not in style


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_fixed_style_has_no_custom_property_left(theme):
    assert "var(" not in fixed(style_of(tiny_document()), palette("safe", theme))


def test_the_example_fits_a_phone_line(hama_drawing):
    svg = svg_map(hama_drawing.document, at(4, 23, 59))
    assert len(gzip.compress(svg.encode())) < 60_000


def test_only_ground_within_the_frames_is_drawn(hama_drawing):
    document = hama_drawing.document
    frames = page_frames(document)
    ground = page_ground(document, frames[0], extent_of(frames))
    assert len([1 for _, _, rings in ground["faces"] if rings]) < len(document["faces"])


def test_a_still_has_no_marks_and_shows_one_day(hama_drawing):
    svg = svg_map(
        hama_drawing.document, at(4, 23, 59), still=True, frames=[wide_frame(hama_drawing.document)]
    )
    assert "data-cue" not in svg and "data-f" not in svg.replace("data-frontline", "")
    assert "Brigade 87" in svg


coordinates = st.tuples(st.integers(-500, 500), st.integers(-500, 500)).map(lambda p: (p[0] / 10, p[1] / 10))


@given(st.lists(coordinates, min_size=2, max_size=30))
def test_a_path_walks_the_points_it_was_given(points):
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", d_of(points))]
    x, y = numbers[:2]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
    assert (x, y) == pytest.approx(points[-1], abs=1e-6)


@given(st.lists(coordinates, min_size=2, max_size=30))
def test_a_line_and_its_reverse_keep_the_same_points(points):
    if points[0] == points[-1]:
        return
    one, other = simplified(points), simplified(points[::-1])[::-1]
    assert one[0] == points[0] and one[-1] == points[-1]
    assert set(one) <= set(points) and set(other) <= set(points)


@given(st.lists(coordinates, min_size=3, max_size=12), coordinates)
def test_what_a_ring_covers_within_a_rectangle_stays_covered(ring, point):
    box = (-20.0, -20.0, 20.0, 20.0)
    if not (-19.9 < point[0] < 19.9 and -19.9 < point[1] < 19.9):
        return
    cut = cut_polygon(ring, box)
    point = (point[0] + 0.0371, point[1] + 0.0213)  # off every line of the tenths
    covered = len(cut) > 2 and within(point, cut)
    near_edge = any(_distance(point, a, b) < 0.3 for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert near_edge or covered == within(point, ring)


def _distance(p, a, b):
    length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    along = 0 if not length else ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length
    along = min(1, max(0, along))
    return ((p[0] - a[0] - along * (b[0] - a[0])) ** 2 + (p[1] - a[1] - along * (b[1] - a[1])) ** 2) ** 0.5


def test_a_line_far_away_is_left_out():
    assert cut_line([(500, 0), (600, 0)], (0, 0, 100, 100)) == []
    assert cut_line([(50, 50), (600, 50), (700, 50)], (0, 0, 100, 100)) == [[(50, 50), (600, 50)]]

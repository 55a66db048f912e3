"""The ground of a page is as fine as the page, and the same ground."""

from __future__ import annotations

from itertools import accumulate

import pytest
import shapely
from tiny_document import big_document, tiny_document

from figures.map_sources import points_of, ring_of, states_at
from figures.page_ground import page_ground, px_per_step
from figures.svg_map import extent_of, page_frames


def _page(document):
    frames = page_frames(document)
    return page_ground(document, frames[0], extent_of(frames)), frames[0]


def _pixels(ground, frame, line):
    x0, y0, across, down = px_per_step(ground, frame)
    return [
        (x0 + x * across, y0 + y * down)
        for x, y in zip(accumulate(line[::2]), accumulate(line[1::2]), strict=True)
    ]


def _length(ground, frame):
    lines = (shapely.LineString(_pixels(ground, frame, line)) for line in ground["arcs"])
    return sum(line.length for line in lines)


def test_lines_are_as_long_as_they_were_but_for_what_nobody_sees(hama_drawing):
    document = hama_drawing.document
    frames = page_frames(document)
    ground = page_ground(document, frames[0], (-1e5, -1e5, 1e5, 1e5))
    assert _length(ground, frames[0]) == pytest.approx(_length(document, frames[0]), rel=0.002)
    assert len(ground["arcs"]) == len(document["arcs"])


def test_a_map_of_a_country_has_fewer_points_on_a_page_than_in_its_document():
    document = big_document(faces=400, changes=10)
    document["arcs"] = [_wiggly(line) for line in document["arcs"]]
    ground, _ = _page(document)
    assert ground["grid"]["step"] >= document["grid"]["step"]
    assert sum(map(len, ground["arcs"])) < 0.6 * sum(map(len, document["arcs"]))


def _wiggly(line):
    x, y, dx, dy = line
    steps = [
        part
        for k in range(10)
        for part in (dx // 10 + (k % 2 * 2 - 1) * (dy > 0), dy // 10 + (k % 2 * 2 - 1) * (dx > 0))
    ]
    return [x, y, *steps]


def test_faces_are_left_out_beyond_the_edge_and_only_there():
    document = big_document(faces=2500, changes=10)
    ground, frame = _page(document)
    assert len(ground["faces"]) == len(ground["start"]["faces"])
    extent = shapely.box(*extent_of(page_frames(document)))
    arcs = [points_of(document, line) for line in document["arcs"]]
    seen = 0
    for _, _, rings in document["faces"]:
        seen += shapely.Polygon([frame.at(*point) for point in ring_of(arcs, rings[0])]).intersects(extent)
    assert sum(bool(rings) for _, _, rings in ground["faces"]) == seen


def test_every_edge_of_a_page_has_its_two_faces_and_its_front_at_every_instant():
    document = big_document(faces=2500, changes=400)
    document["faces"] = [[face, inside, rings] for face, (_, inside, rings) in enumerate(document["faces"])]
    ground, _ = _page(document)
    old = [face[0] for face in ground["faces"]]
    assert 0 < len(ground["edges"]) < len(document["edges"])
    for t, *_ in document["changes"]:
        before, after = states_at(document, t), states_at({**document, **ground}, t)
        assert after["faces"] == [before["faces"][face] for face in old]
        sides = {
            tuple(edge[1:]): style for edge, style in zip(document["edges"], before["edges"], strict=True)
        }
        for (_, left, right), style in zip(ground["edges"], after["edges"], strict=True):
            assert sides[old[left], old[right]] == style


def test_new_numbers_tell_the_same_story():
    document = big_document(faces=60, changes=200, seed=8)
    document["faces"] = [[face, inside, rings] for face, (_, inside, rings) in enumerate(document["faces"])]
    frames = page_frames(document)
    ground = page_ground(document, frames[0], (-1e5, -1e5, 1e5, 1e5))
    old = [face[0] for face in ground["faces"]]
    assert sorted(old) == list(range(60))
    for t, *_ in document["changes"]:
        before, after = states_at(document, t), states_at({**document, **ground}, t)
        assert [before["faces"][face] for face in old] == after["faces"]
        sides = {
            (left, right): style
            for (_, left, right), style in zip(document["edges"], before["edges"], strict=True)
        }
        for (arc, left, right), style in zip(ground["edges"], after["edges"], strict=True):
            assert sides[old[left], old[right]] == style
            walked = {a if a >= 0 else ~a for face in (left, right) for a in ground["faces"][face][2][0]}
            assert arc in walked


def test_neighbours_share_the_very_points_of_their_arc():
    ground, _ = _page(tiny_document())
    for _, _, rings in ground["faces"]:
        for ring in rings:
            lines = [ground["arcs"][r] if r >= 0 else None for r in ring]
            assert all(line is None or len(line) >= 4 for line in lines)

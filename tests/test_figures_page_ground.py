"""The ground of a page is as fine as the page, and the same ground."""

from __future__ import annotations

from itertools import accumulate

import shapely
from tiny_document import big_document, tiny_document

from figures.map_sources import points_of, ring_of
from figures.page_ground import FINEST, page_ground, px_per_step
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


def test_every_arc_lies_where_it_lay_to_a_part_of_a_pixel_that_nobody_sees(hama_drawing):
    document = hama_drawing.document
    ground, frame = _page(document)
    drawn = 0
    for line, thin in zip(document["arcs"], ground["arcs"], strict=True):
        if thin == [0, 0, 0, 0]:
            continue
        drawn += 1
        before, after = (
            shapely.LineString(_pixels(of, frame, one)) for of, one in ((document, line), (ground, thin))
        )
        assert before.hausdorff_distance(after) < 0.8 / FINEST
    assert drawn > 300


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


def test_faces_keep_their_numbers_and_lose_their_rings_beyond_the_edge():
    document = big_document(faces=2500, changes=10)
    ground, frame = _page(document)
    assert len(ground["faces"]) == len(document["faces"])
    extent = shapely.box(*extent_of(page_frames(document)))
    arcs = [points_of(document, line) for line in document["arcs"]]
    for (_, _, rings), (_, _, kept) in zip(document["faces"], ground["faces"], strict=True):
        on_page = [frame.at(lon, lat) for lon, lat in ring_of(arcs, rings[0])]
        assert bool(kept) == shapely.Polygon(on_page).intersects(extent)


def test_neighbours_share_the_very_points_of_their_arc():
    ground, _ = _page(tiny_document())
    for _, _, rings in ground["faces"]:
        for ring in rings:
            lines = [ground["arcs"][r] if r >= 0 else None for r in ring]
            assert all(line is None or len(line) >= 4 for line in lines)

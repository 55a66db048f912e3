"""Faces that look alike become one outline."""

from __future__ import annotations

import random

import shapely
from tiny_document import big_document

from figures.map_sources import line_of, points_of, ring_of
from figures.outlines import lines_of, outlines


def test_outlines_cover_what_the_faces_of_each_state_cover():
    document = big_document(faces=90, changes=1, seed=4)
    chance = random.Random(4)
    arcs = [points_of(document, line) for line in document["arcs"]]
    # The way in which a ring walks its arcs makes no difference.
    rings = [
        [[~arc for arc in reversed(ring)]] if chance.random() < 0.5 else [ring]
        for _, _, (ring,) in document["faces"]
    ]
    looks = [chance.choice("abc") for _ in rings]
    ends = [(tuple(arc[0]), tuple(arc[-1])) for arc in arcs]
    found = outlines(zip(looks, rings, strict=True), ends)
    assert set(found) == set(looks)
    for look, outline in found.items():
        whole = shapely.union_all(
            [
                shapely.Polygon(ring_of(arcs, ring))
                for (ring,), one in zip(rings, looks, strict=True)
                if one == look
            ]
        )
        drawn = shapely.Polygon()
        for ring in outline:
            drawn = drawn ^ shapely.make_valid(shapely.Polygon(ring_of(arcs, ring)))
        assert drawn.symmetric_difference(whole).area < 1e-9


def test_arcs_that_follow_each_other_become_one_line_whichever_way_they_run():
    arcs = [[(0, 0), (1, 0)], [(2, 0), (1, 0)], [(2, 0), (2, 1), (3, 1)], [(7, 7), (8, 7)], [(7, 7), (8, 7)]]
    ends = [(arc[0], arc[-1]) for arc in arcs]
    lines = [line_of(arcs, line) for line in lines_of(range(5), ends)]
    assert sorted(map(min, lines)) == [(0, 0), (7, 7)]
    assert {tuple(lines[0]), tuple(lines[0][::-1])} >= {((0, 0), (1, 0), (2, 0), (2, 1), (3, 1))}
    assert lines[1] == [(7, 7), (8, 7), (7, 7)]


def test_where_three_arcs_meet_each_is_drawn_once():
    ends = [((0, 0), (1, 0)), ((1, 0), (2, 1)), ((2, -1), (1, 0)), ((2, 1), (3, 1))]
    lines = lines_of(range(4), ends)
    assert sorted(arc if arc >= 0 else ~arc for line in lines for arc in line) == [0, 1, 2, 3]
    assert len(lines) == 2

"""Faces that look alike become one outline."""

from __future__ import annotations

import random

import shapely
from tiny_document import big_document

from figures.map_sources import points_of, ring_of
from figures.outlines import outlines


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

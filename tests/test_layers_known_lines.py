"""Drawn shapes that were read in stretches are the same ground, and tell what came and went between days."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely

from layers.known_lines import KnownLines
from layers.outline import Outline, Pieces, in_one, turned_over

CHANCE = np.random.default_rng(4)


def drawn(corners: int, moved: int = 0) -> str:
    """A round shape with a hole, each corner to six digits; some of its corners moved."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = 1 + 0.1 * np.random.default_rng(7).random(corners)
    reach[CHANCE.integers(corners, size=moved)] *= 1.01
    around = np.column_stack([40 + reach * np.cos(angles), 49 + reach * np.sin(angles)]).round(6)
    hole = [(40.1, 49.1), (40.2, 49.11), (40.11, 49.21)]
    text = shapely.to_geojson(shapely.Polygon(around, [hole]))
    return str(text).replace(", ", ",")


def rows(pieces: Pieces) -> Counter[tuple[object, ...]]:
    return Counter(zip(*pieces.bits.tolist(), pieces.left.tolist(), strict=True))


def outlines(known: KnownLines, texts: list[str]) -> list[Outline]:
    found = [known.outline(text) for text in texts]
    return [one for one in found if one is not None]


def test_a_shape_read_in_stretches_is_that_of_geojson_and_has_its_boundary() -> None:
    texts = [drawn(1500), drawn(1500, moved=9), drawn(40)]
    for text, found in zip(texts, outlines(KnownLines(), texts), strict=True):
        (polygon,) = found.shape.geoms
        assert polygon.equals_exact(shapely.from_geojson(text), 0.0)
        assert rows(found.whole) == rows(in_one(polygon).whole)


def test_what_came_and_went_between_two_days_is_only_what_is_drawn_otherwise() -> None:
    days = outlines(KnownLines(), [drawn(1500, moved=moved) for moved in (0, 5, 9, 0)])
    for one, other in pairwise(days):
        came, gone = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
        for _, sign, pieces in turned_over({0: one}, {0: other}):
            (came if sign > 0 else gone).update(rows(pieces))
        assert rows(one.whole) + came == rows(other.whole) + gone
        assert len(came) < 150
    assert not list(turned_over({0: days[0]}, {0: days[0]}))


def test_positions_that_were_forgotten_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.known_lines._MOST_POSITIONS", 1000)
    one, other = outlines(KnownLines(), [drawn(1500)] * 2)
    assert not one.stretches & other.stretches
    assert rows(one.whole) == rows(other.whole)
    (_, came), (_, gone) = other.since(one)
    assert rows(came) == rows(gone)


@pytest.mark.parametrize("cut", ["[3,4]1],[", "[3],[1],[", '[3,4],["1],[', "[3,4]],[11],["])
def test_what_is_cut_where_positions_end_must_be_positions(cut: str) -> None:
    text, known = drawn(300), KnownLines()
    assert known.outline(text) is not None
    assert known.outline(text.replace("],[", f"],{cut}", 1)) is None

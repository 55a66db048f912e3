"""Whatever somebody drew becomes valid ground on the grid, keeps its area, and says what was wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from conftest import shared
from drawn_story import square
from hypothesis import given
from hypothesis import strategies as st

from claims.observations import DrawnShape, DrawnStatus
from layers.known_lines import KnownLines
from layers.repaired import GRID_DEGREES, Repair, made_valid, repaired, repairs_of

SQUARE = [[30.0, 50.0], [30.2, 50.0], [30.2, 50.2], [30.0, 50.2], [30.0, 50.0]]
WITHIN = [[30.05, 50.05], [30.1, 50.05], [30.1, 50.1], [30.05, 50.1], [30.05, 50.05]]
AWAY = [[31.0, 51.0], [31.1, 51.0], [31.1, 51.1], [31.0, 51.0]]
BOW_TIE = [[30.0, 50.0], [30.2, 50.2], [30.2, 50.0], [30.0, 50.2], [30.0, 50.0]]
TINY = [[31.00001, 50.0], [31.00002, 50.0], [31.00002, 50.00001], [31.00001, 50.0]]


def polygon(*rings: Any) -> str:
    return json.dumps({"type": "Polygon", "coordinates": rings})


def multi(*polygons: Any) -> str:
    return json.dumps({"type": "MultiPolygon", "coordinates": polygons})


@pytest.mark.parametrize(
    ("drawn", "area", "repairs"),
    [
        (polygon(SQUARE), 0.04, ()),
        (polygon(SQUARE, WITHIN), 0.0375, ()),
        (polygon(SQUARE[:-1]), 0.04, (Repair.NOT_CLOSED,)),
        (polygon([*SQUARE[:2], SQUARE[0]]), 0.0, (Repair.TOO_SHORT,)),
        (polygon(SQUARE, WITHIN[:2]), 0.04, (Repair.NOT_CLOSED, Repair.TOO_SHORT)),
        (polygon(BOW_TIE), 0.02, (Repair.CROSSED,)),
        (polygon(SQUARE, AWAY), 0.04, (Repair.HOLES,)),
        (multi([SQUARE], [WITHIN]), 0.04, (Repair.OVERLAPPED,)),
        (multi([SQUARE], [TINY]), 0.04, (Repair.BELOW_GRID,)),
        (polygon(TINY), 0.0, (Repair.BELOW_GRID,)),
    ],
)
def test_what_is_wrong_is_repaired_by_rule_and_told(
    drawn: str, area: float, repairs: tuple[Repair, ...]
) -> None:
    found = repaired(drawn)
    assert found.shape.area == pytest.approx(area)
    assert found.repairs == repairs
    assert shapely.is_valid(found.shape)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
            lambda at: [30 + at[0] * 7e-5, 50 + at[1] * 7e-5]
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_ring_becomes_valid_polygons_on_the_grid(ring: list[list[float]]) -> None:
    shape = repaired(polygon(ring)).shape
    assert shapely.is_valid(shape)
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    steps = shapely.get_coordinates(shape) / GRID_DEGREES
    assert abs(steps - steps.round()).max(initial=0.0) < 1e-5
    again = repaired(shapely.to_geojson(shape)).shape
    assert shapely.symmetric_difference(again, shape).area <= GRID_DEGREES * shape.length


def test_ground_that_is_only_made_valid_keeps_its_corners() -> None:
    fine = [[30.123456, 50.0], [30.2, 50.0], [30.2, 50.2], [30.123456, 50.0]]
    found = made_valid(polygon(fine))
    assert sorted(map(list, shapely.get_coordinates(found.shape))) == sorted(fine)
    both = made_valid(multi([SQUARE], [WITHIN]))
    assert both.shape.area == pytest.approx(0.04)
    assert both.repairs == (Repair.OVERLAPPED,)


def test_repairs_are_counted_by_shape() -> None:
    shapes = [
        DrawnShape("blue", DrawnStatus.HELD, g) for g in (polygon(BOW_TIE), polygon(BOW_TIE), square(30, 50))
    ]
    assert repairs_of(shapes) == {"a ring crossed or touched itself": 2}


def test_a_real_drawn_map_keeps_its_area() -> None:
    folder = shared("data", "deepstate")
    for file in sorted(folder.glob("*.geojson"))[::30]:
        (feature,) = json.loads(file.read_bytes())["features"]
        drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
        found = repaired(json.dumps(feature["geometry"]))
        assert shapely.symmetric_difference(found.shape, shapely.make_valid(drawn)).area < 1e-4 * drawn.area


@pytest.mark.parametrize(
    "shape",
    [polygon(SQUARE, WITHIN), multi([SQUARE, WITHIN], [AWAY]), polygon(BOW_TIE), polygon(SQUARE[:-1])],
)
def test_positions_that_were_read_before_make_the_same_ground(shape: str) -> None:
    seen, text = KnownLines(), shape.replace(" ", "").replace("30.2", "302e-1")
    for _ in range(2):
        assert made_valid(text, seen).shape.equals_exact(made_valid(text).shape, 0.0)
        assert made_valid(text, seen).repairs == made_valid(text).repairs


@pytest.mark.parametrize("position", ["1_0,2", "NaN,2", "1,2,3", "1", "", '"1",2', "1,2]", "0x1,2", "+1,2"])
def test_what_is_no_pair_of_numbers_is_left_to_the_reader_of_geojson(position: str) -> None:
    corners = f"[{position}],[3,4],[5,1],[{position}]"
    assert KnownLines().outline(f'{{"type":"Polygon","coordinates":[[{corners}]]}}') is None

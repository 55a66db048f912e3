from __future__ import annotations

from functools import cache

import pytest
import shapely
from conftest import EXAMPLE
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import (
    BLUE,
    CLAIMED,
    CONTESTED,
    INFERRED,
    NOT_REPORTED,
    RED,
    START,
    UNKNOWN,
    hours,
    made,
    small_history,
    small_record,
)
from test_layers_composite import point_sets, stories

from claims.history import control_history
from claims.map_folder import read_map_folder
from layers.area import areas, face_areas_km2
from layers.basemap import basemap
from layers.composite import polygon
from layers.ground import area_km2

THREE = {"west": (35.0, 37.0), "middle": (35.0, 37.1), "east": (35.0, 37.2)}


def measured(story, points=THREE, **options):
    record = small_record(points, **options)
    ground, whole = made(record, small_history(record, story))
    return areas(whole, ground, START), whole


def total(row) -> float:
    return sum(row.held_km2.values()) + sum(row.claimed_km2.values()) + row.contested_km2 + row.unknown_km2


def test_each_kind_of_ground_is_counted_where_it_belongs():
    found, whole = measured(
        {
            "east": [(-1.0, BLUE, INFERRED), (3.0, UNKNOWN, NOT_REPORTED)],
            "middle": [(1.0, RED, CLAIMED, BLUE), (2.0, RED, CONTESTED, BLUE)],
        }
    )
    size = {face.place_id: km2 for face, km2 in zip(whole.faces, face_areas_km2(whole), strict=True)}
    start, claimed, contested, unknown = found.rows
    assert [row.at for row in found.rows] == [START, hours(1), hours(2), hours(3)]
    assert start.held_km2 == pytest.approx({RED: size["west"] + size["middle"], BLUE: size["east"]})
    assert claimed.held_km2 == pytest.approx({RED: size["west"], BLUE: size["east"]})
    assert claimed.claimed_km2 == pytest.approx({BLUE: size["middle"]})
    assert contested.contested_km2 == pytest.approx(size["middle"])
    assert contested.claimed_km2 == {}
    assert unknown.unknown_km2 == pytest.approx(start.unknown_km2 + size["east"])
    assert all(total(row) == pytest.approx(found.total_km2) for row in found.rows)


def test_ground_of_half_the_earth_is_counted(monkeypatch):
    monkeypatch.setattr("layers.area.face_areas_km2", lambda whole: [170e6] * len(whole.faces))
    found, whole = measured({"east": [(-1.0, BLUE, INFERRED), (3.0, RED, CLAIMED, BLUE)]})
    assert sum(found.rows[0].held_km2.values()) == pytest.approx(170e6 * len(whole.faces))
    assert found.rows[1].claimed_km2 == pytest.approx({BLUE: 170e6})


def test_the_region_without_a_name_is_the_windows_land():
    found, _ = measured({})
    record = small_record(THREE)
    assert found.region_code == ""
    assert found.total_km2 == pytest.approx(area_km2(shapely.box(*record.settings.window)), rel=1e-6)


def test_cells_that_reach_everywhere_fill_the_region():
    found, _ = measured(
        {}, {"hama": (35.13, 36.75), "salamiyah": (35.01, 37.05)}, region="SY-HM", reach_km=400.0
    )
    (row,) = found.rows
    assert row.held_km2[RED] == pytest.approx(found.total_km2, rel=1e-5)
    assert row.unknown_km2 < 0.1


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_square_kilometre_is_counted_once_at_every_instant(data):
    points = data.draw(point_sets(most=8))
    found, whole = measured(data.draw(stories(points)), points)
    assert all(total(row) == pytest.approx(found.total_km2, rel=1e-6) for row in found.rows)
    assert len(found.rows) == 1 + len({change.at for change in whole.changes if change.at > START})


@cache
def hama():
    record = read_map_folder(EXAMPLE)
    ground, whole = made(record, control_history(record))
    return record, ground, whole


def test_the_examples_areas_agree_with_geographiclib():
    _, ground, whole = hama()
    for face, km2 in enumerate(face_areas_km2(whole)):
        if km2 > 0.01:
            truth = Geodesic.WGS84.Polygon()
            for lon, lat in polygon(whole, face).exterior.coords[:-1]:
                truth.AddPoint(lat, lon)
            holes = [area_km2(shapely.Polygon(hole)) for hole in polygon(whole, face).interiors]
            assert km2 == pytest.approx(abs(truth.Compute()[2]) / 1e6 - sum(holes), rel=1e-3)
    assert areas(whole, ground, START).total_km2 == pytest.approx(area_km2(ground.region))


def test_the_example_moves_ground_from_one_side_to_the_other():
    record, ground, whole = hama()
    found = areas(whole, ground, record.settings.span[0])
    first, last = found.rows[0], found.rows[-1]
    assert last.held_km2["hts_led_opposition"] > 5 * first.held_km2["hts_led_opposition"]
    assert last.held_km2["syrian_government"] < first.held_km2["syrian_government"]
    assert all(total(row) == pytest.approx(found.total_km2, rel=1e-9) for row in found.rows)
    assert found.region_names["en"] == basemap(record.settings).region_names["en"] == "Hama"


def test_empty_ground_has_no_area():
    assert area_km2(shapely.Polygon()) == area_km2(shapely.MultiPolygon()) == 0

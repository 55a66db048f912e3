from __future__ import annotations

import dataclasses
import gzip
import json
from importlib.resources import files

import pytest
import shapely
from small_record import small_record

from layers.basemap import basemap, polygons, widened
from layers.errors import UnknownRegion
from layers.ground import area_km2

HAMA = {"hama": (35.1318, 36.7536)}


def settings(region: str, window: tuple[float, float, float, float] | None = None):
    made = small_record(HAMA, region=region).settings
    return dataclasses.replace(made, window=window or made.window)


def test_the_region_of_hama_is_the_governorate():
    ground = basemap(settings("SY-HM"))
    assert ground.region_names == {"en": "Hama", "ar": "محافظة حماة"}
    assert area_km2(ground.region) == pytest.approx(10_200, rel=0.01)
    assert ground.region.contains(shapely.Point(36.7536, 35.1318))
    assert area_km2(ground.land) == pytest.approx(187_000, rel=0.02)


def test_neighbours_units_and_rivers_surround_it():
    ground = basemap(settings("SY-HM", (35.7, 34.5, 38.1, 36.4)))
    assert not ground.neighbours.intersects(shapely.Point(36.7, 35.1))
    assert ground.neighbours.contains(shapely.Point(36.16, 36.4))  # Antakya
    assert ground.neighbours.contains(shapely.Point(35.9, 34.3))  # Lebanon
    assert not ground.neighbours.intersects(shapely.Point(35.5, 35.2))  # the sea
    assert shapely.intersection(ground.neighbours, ground.land).area < 1e-9
    assert {"SY-HM", "SY-ID", "SY-HI", "SY-LA"} <= {unit.code for unit in ground.units}
    orontes = next(river for river in ground.rivers if river.names.get("en") == "Orontes")
    assert orontes.names["ar"] == "نهر العاصي"
    assert orontes.lines.distance(shapely.Point(36.7536, 35.1318)) < 0.02


def test_borders_leave_out_the_coast():
    ground = basemap(settings("SY-HM", (35.7, 34.5, 38.1, 36.4)))
    latakia = shapely.Point(35.75, 35.5)
    assert ground.land.boundary.distance(latakia) < 0.1
    assert ground.country_lines.distance(latakia) > 0.2
    assert ground.unit_lines.distance(latakia) > 0.05
    assert ground.country_lines.distance(shapely.Point(36.6, 36.2)) < 0.2


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("SY-HX", "SY-HM (Hama)"),
        ("SY-XX", "SY-TA (Tartus). Or"),
        ("FR-IDF", "SY, UA"),
        ("<script>", "SY, UA"),
        ("UA-99", "UA-"),
    ],
)
def test_an_unknown_region_lists_those_that_come_near(region, expected):
    with pytest.raises(UnknownRegion, match="window itself") as refusal:
        basemap(settings(region))
    assert expected in str(refusal.value)
    assert isinstance(refusal.value, LookupError)


@pytest.mark.parametrize("window", [(-19.6, 64.6, -17.4, 65.3), (178.0, -19.0, 180.0, -15.0)])
def test_no_country_runs_round_the_globe(window):
    assert basemap(settings("", window)).country_lines.is_empty  # Iceland and Fiji have no land border


def test_borders_that_two_atlases_draw_differently_leave_no_holes():
    ground = basemap(settings("", (36.0, 49.6, 37.6, 50.5)))  # Kharkiv, and Russia beside it
    assert not [
        hole for part in ground.land.geoms for hole in part.interiors if ground.surroundings.intersects(hole)
    ]
    assert ground.region.area == pytest.approx(1.6 * 0.9)


def test_a_region_outside_the_window_is_no_region_of_the_map():
    with pytest.raises(UnknownRegion, match=r"'UA-63' .Kharkiv. lies outside the map's window"):
        basemap(settings("UA-63"))


@pytest.mark.parametrize(
    "window",
    [(2.0, 48.5, 2.6, 49.0), (30.0, 15.0, 33.0, 17.0), (36.5, 35.0, 37.0, 35.5), (-1.0, 50.0, 1.0, 51.5)],
)
def test_a_map_anywhere_has_land_without_naming_a_region(window):
    ground = basemap(settings("", window))
    assert ground.region_code == ""
    assert ground.region.area > 0
    assert ground.land.contains(ground.region.representative_point())
    assert shapely.box(*window).buffer(1e-9).contains(ground.region)


def test_a_window_over_a_border_has_land_on_both_sides():
    ground = basemap(settings("", (35.9, 35.8, 36.6, 36.5)))
    for side in (shapely.Point(36.16, 36.2), shapely.Point(36.35, 35.85)):
        assert ground.land.contains(side)


def test_open_sea_is_no_error():
    ground = basemap(settings("", (-40.0, 30.0, -39.0, 31.0)))
    assert ground.region.is_empty
    assert ground.rivers == ()


def test_ukraine_has_its_units_with_crimea():
    ground = basemap(settings("UA-14", (36.0, 46.5, 39.5, 49.5)))
    assert ground.region_names["en"] == "Donetsk"
    assert ground.land.contains(shapely.Point(34.1, 45.0))


def test_a_widened_window_never_leaves_the_globe():
    assert widened((-179, -89, 179, 89)) == (-180, -90, 180, 90)
    assert widened((36, 35, 37, 36)) == (35.5, 34.5, 37.5, 36.5)


def test_bundled_files_are_small_and_packed_without_a_date():
    packed = [f for f in (files("layers") / "data").iterdir() if f.name.endswith(".geojson.gz")]
    assert len(packed) >= 4
    for file in packed:
        content = file.read_bytes()
        assert len(content) < 1_000_000
        assert content[4:8] == b"\0\0\0\0", "a date in the header would change the bytes of each build"
        assert json.loads(gzip.decompress(content))["features"]


def test_polygons_in_a_collection_in_a_collection_are_not_lost():
    square, other = shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([square, other]), shapely.LineString([(0, 0), (1, 1)])]
    )
    assert polygons(mixed).area == 2.0

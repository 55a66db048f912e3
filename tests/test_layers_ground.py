from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.place import Place
from layers.ground import LocalPlane, area_km2, circle, geodesic_km
from layers.rings import rings

EARTH = Geodesic.WGS84
LATS = st.floats(-80, 80)
LONS = st.floats(-179, 179)


@given(LATS, LONS, st.floats(-2, 2), st.floats(-0.9, 0.9))
def test_distances_agree_with_geographiclib(lat, lon, north, east):
    there = geodesic_km(lat, lon, [lat + north], [lon + east])[0]
    assert there == pytest.approx(
        EARTH.Inverse(lat, lon, lat + north, lon + east)["s12"] / 1000, rel=1e-3, abs=1e-6
    )


@given(LATS, LONS, st.floats(0.05, 2.0), st.integers(3, 24))
def test_areas_agree_with_geographiclib(lat, lon, radius_deg, corners):
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    ring = [(lon + radius_deg * math.cos(a), lat + radius_deg * math.sin(a) / 2) for a in angles]
    truth = EARTH.Polygon()
    for x, y in ring:
        truth.AddPoint(y, x)
    assert area_km2(shapely.Polygon(ring)) == pytest.approx(abs(truth.Compute()[2]) / 1e6, rel=1e-3)


def test_a_hole_is_not_counted_whichever_way_its_ring_runs():
    outer, inner = shapely.box(36, 35, 37, 36), shapely.box(36.4, 35.4, 36.6, 35.6)
    for hole in (inner.exterior, inner.exterior.reverse()):
        with_hole = shapely.Polygon(outer.exterior, [hole])
        assert area_km2(with_hole) == pytest.approx(area_km2(outer) - area_km2(inner), rel=1e-12)
    assert area_km2(shapely.MultiPolygon([outer, shapely.box(38, 35, 39, 36)])) > 1.9 * area_km2(outer)
    assert area_km2(shapely.Point(36, 35)) == 0


@given(LATS, LONS, st.floats(0, 360), st.floats(0.001, 300))
def test_the_plane_keeps_distances_from_its_centre_and_comes_back(lat, lon, bearing, km):
    there = EARTH.Direct(lat, lon, bearing, km * 1000)
    plane = LocalPlane(lat, lon)
    metres = plane.points_to_plane(np.array([[there["lon2"], there["lat2"]]]))
    assert np.hypot(*metres[0]) == pytest.approx(km * 1000, rel=1e-6, abs=1e-3)
    back = plane.points_to_degrees(metres)[0]
    assert geodesic_km(there["lat2"], there["lon2"], [back[1]], [back[0]])[0] < 1e-6


@given(LATS, LONS, st.floats(0.5, 100))
def test_every_point_of_a_ring_is_equally_far(lat, lon, km):
    line = circle(lat, lon, km)
    assert tuple(line[0]) == tuple(line[-1])
    for x, y in line[::15]:
        assert EARTH.Inverse(lat, lon, y, x)["s12"] / 1000 == pytest.approx(km, rel=1e-6)


def test_rings_come_smallest_first_and_each_once():
    place = Place("hama", "Hama", 35.13, 36.75, "city", 100, "by hand")
    assert [ring.km for ring in rings(place, (30, 10, 10, 0, 20))] == [10, 20, 30]

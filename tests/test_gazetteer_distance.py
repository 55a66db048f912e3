"""Distances and directions on the ellipsoid."""

import math

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.distance import bearing_word, geodesic_km, sphere_km

LAT = st.floats(-89, 89)
LON = st.floats(-180, 180)


@given(LAT, LON, LAT, LON)
def test_a_geodesic_agrees_with_geographiclib(lat1, lon1, lat2, lon2):
    expected = Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2)["s12"] / 1000
    assert geodesic_km(lat1, lon1, lat2, lon2) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(LAT, LON, LAT, LON)
def test_the_sphere_is_close_enough_to_order_places(lat1, lon1, lat2, lon2):
    exact = geodesic_km(lat1, lon1, lat2, lon2)
    assert sphere_km(lat1, lon1, lat2, lon2) == pytest.approx(exact, rel=0.006, abs=0.001)


@pytest.mark.parametrize("bad", [(91, 0, 0, 0), (0, 0, -90.1, 0), (math.nan, 0, 0, 0), (0, math.inf, 0, 0)])
def test_what_are_no_coordinates_are_refused(bad):
    with pytest.raises(ValueError, match="not coordinates"):
        geodesic_km(*bad)


@pytest.mark.parametrize(
    ("lat", "lon", "word"),
    [
        (36, 37, "N"),
        (36, 38.2, "NE"),
        (35, 38, "E"),
        (34, 38.2, "SE"),
        (34, 37, "S"),
        (34, 35.8, "SW"),
        (35, 36, "W"),
        (36, 35.8, "NW"),
    ],
)
def test_directions_have_names(lat, lon, word):
    assert bearing_word(35, 37, lat, lon) == word


def test_east_is_east_across_the_date_line():
    assert bearing_word(0, 179.5, 0, -179.5) == "E"

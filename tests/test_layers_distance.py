from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
import shapely
from conftest import EXAMPLE
from geographiclib.geodesic import Geodesic
from small_record import (
    ASSESSED,
    AZURE,
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

from claims.claim import Claim, Event, Window
from claims.history import control_history
from claims.map_folder import read_map_folder
from layers.composite import polygon, states_at
from layers.distance import city_of, claimed_distances, distances
from layers.errors import UnknownCity
from layers.front_line import hostile, sides_of

EARTH = Geodesic.WGS84
NORTH = {"city": (35.0, 37.0), "near": (35.1, 37.0), "far": (35.2, 37.0)}


def rows(story, points=NORTH, city="city", **options):
    record = small_record(points, **options)
    history = small_history(record, story)
    _, whole = made(record, history)
    return distances(whole, record, history, record.places[city])


def km_north(degrees: float) -> float:
    return EARTH.Inverse(35.0, 37.0, 35.0 + degrees, 37.0)["s12"] / 1000


def test_distances_follow_the_holder_of_each_place():
    found = rows({"far": [(-1.0, BLUE, ASSESSED)], "near": [(5.0, BLUE, ASSESSED), (6.0, RED, ASSESSED)]})
    assert [row.at for row in found] == [START, hours(5), hours(6)]
    assert [row.nearest_reported_place for row in found] == ["far", "near", "far"]
    assert found[0].nearest_reported_km == pytest.approx(km_north(0.2), rel=1e-6)
    assert found[0].centre_km == pytest.approx(km_north(0.15), rel=1e-3)
    assert found[1].centre_km == pytest.approx(km_north(0.05), rel=1e-3)
    assert found[1].edge_km == pytest.approx(found[1].centre_km - 2.0)
    assert found[2].centre_km == found[0].centre_km


def test_no_hostile_ground_is_none_not_zero():
    (row,) = rows({})
    assert (row.centre_km, row.edge_km, row.claimed_km) == (None, None, None)
    assert (row.nearest_reported_km, row.nearest_reported_place) == (None, None)


def test_a_fallen_city_is_at_zero():
    found = rows({"city": [(3.0, BLUE, ASSESSED)]})
    assert (found[-1].centre_km, found[-1].edge_km, found[-1].nearest_reported_km) == (0.0, 0.0, 0.0)


def test_the_edge_is_never_behind_the_centre():
    found = rows({"near": [(3.0, BLUE, ASSESSED)]}, edge_km=50.0)
    assert found[-1].edge_km == 0.0


def test_merely_claimed_ground_is_measured_apart():
    found = rows(
        {"far": [(-1.0, BLUE, ASSESSED)], "near": [(5.0, RED, CLAIMED, BLUE), (6.0, RED, CONTESTED, BLUE)]}
    )
    assert found[0].claimed_km is None
    for row in found[1:]:
        assert row.claimed_km == pytest.approx(km_north(0.05), rel=1e-3)
        assert row.centre_km == found[0].centre_km


def test_only_a_report_of_its_own_makes_a_place_the_nearest_reported():
    found = rows({"far": [(-1.0, BLUE, ASSESSED)], "near": [(5.0, BLUE, INFERRED)]})
    assert found[1].centre_km < found[0].centre_km
    assert found[1].nearest_reported_place == "far"


def test_hostile_is_seen_from_the_citys_own_side():
    story = {
        "city": [(-1.0, BLUE, ASSESSED)],
        "near": [(-1.0, AZURE, ASSESSED)],
        "far": [(-1.0, RED, ASSESSED)],
    }
    (row,) = rows(story)
    assert row.nearest_reported_place == "far"


def test_unknown_ground_is_not_hostile_and_an_unknown_city_has_no_enemy():
    (row,) = rows({"near": [(-1.0, UNKNOWN, NOT_REPORTED)]})
    assert row.centre_km is None
    (row,) = rows({"city": [(-1.0, UNKNOWN, NOT_REPORTED)], "near": [(-1.0, BLUE, ASSESSED)]})
    assert row.centre_km is None


def test_changes_before_the_span_are_in_its_first_row():
    record = small_record(NORTH)
    history = small_history(
        record, {"near": [(-5.0, RED, ASSESSED), (-2.0, BLUE, ASSESSED), (3.0, RED, ASSESSED)]}
    )
    _, whole = made(record, history)
    found = distances(whole, record, history, record.places["city"])
    assert [row.at for row in found] == [START, hours(3)]
    assert found[0].nearest_reported_place == "near"
    assert found[1].centre_km is None


@cache
def hama():
    record = read_map_folder(EXAMPLE)
    history = control_history(record)
    _, whole = made(record, history)
    return record, history, whole


@pytest.mark.parametrize("city", ["hama", "salamiyah", "idlib"])
def test_the_examples_distances_agree_with_geographiclib(city):
    record, history, whole = hama()
    place, sides = record.places[city], sides_of(record.actors)
    own = history.holds[city][0].holder
    outlines = [shapely.segmentize(polygon(whole, face), 0.002) for face in range(len(whole.faces))]
    for row in distances(whole, record, history, place)[::8]:
        enemies = [
            outline
            for outline, state in zip(outlines, states_at(whole, row.at), strict=True)
            if hostile(own, state.holder, sides)
        ]
        if any(outline.contains(shapely.Point(place.lon, place.lat)) for outline in enemies):
            assert row.centre_km == 0
            continue
        points = np.vstack([shapely.get_coordinates(outline) for outline in enemies])
        rough = np.hypot((points[:, 0] - place.lon) * 0.82, points[:, 1] - place.lat)
        nearest = points[np.argsort(rough)[:200]]
        truth = min(EARTH.Inverse(place.lat, place.lon, y, x)["s12"] for x, y in nearest) / 1000
        assert row.centre_km == pytest.approx(truth, rel=1e-3)


def test_the_example_comes_nearer_until_hama_falls():
    record, history, whole = hama()
    found = distances(whole, record, history, record.places["hama"])
    by_day = {row.at: row.centre_km for row in found}
    assert found[0].centre_km > 40
    assert min(km for at, km in by_day.items() if at < START + timedelta(days=2)) > 5
    assert found[-1].centre_km == 0


def test_an_unknown_city_is_named():
    record = small_record(NORTH)
    with pytest.raises(UnknownCity, match="atlantis") as refusal:
        city_of(record, "atlantis")
    assert isinstance(refusal.value, LookupError)
    assert city_of(record).id == "city"


def distance_claim(number: int, reported: float, **changes) -> Claim:
    fields = {
        "id": f"d{number}",
        "place_as_written": "city",
        "place_id": "city",
        "event": Event.DISTANCE,
        "holder": BLUE,
        "from_holder": None,
        "claimant": "monitor",
        "reporter": "monitor",
        "happened": Window(hours(number), hours(number + 1)),
        "reported_at": hours(reported),
        "reported_day_precision": False,
        "status": "claimed",
        "reliability": "B",
        "credibility": 2,
        "value": 4.0,
        "reference_place_id": "city",
    }
    return Claim(**(fields | changes))


def test_claimed_distances_are_kept_as_stated_and_in_their_time():
    claims = [
        distance_claim(9, 10, value=None, qualifier="between", value_low=3.0, value_high=4.0),
        distance_claim(2, 3, qualifier="more_than", value=20.0, claimant="army"),
        distance_claim(4, 900),
        distance_claim(5, 6, reference_place_id="far"),
        distance_claim(6, 7, event=Event.ADVANCE),
    ]
    record = small_record(NORTH, claims=claims)
    found = claimed_distances(record, record.places["city"], hours(100))
    assert [(one.claim_id, one.km, one.low_km, one.high_km, one.qualifier) for one in found] == [
        ("d2", 20.0, None, None, "more_than"),
        ("d9", None, 3.0, 4.0, "between"),
    ]
    assert (found[0].affiliation, found[1].affiliation) == ("red", "monitor")

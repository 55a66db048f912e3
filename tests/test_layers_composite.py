from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import (
    ASSESSED,
    AZURE,
    BLUE,
    CLAIMED,
    CONTESTED,
    NOT_REPORTED,
    RED,
    START,
    UNKNOWN,
    hours,
    made,
    small_history,
    small_record,
)

from layers import cells
from layers.cells import _belt
from layers.composite import Composite, State, place_changes, polygon, states_at
from layers.errors import NoPlaces, SharedPoint
from layers.faces import NOTHING, ArcKind
from layers.ground import LocalPlane, area_km2, geodesic_km

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def point_sets(draw, most=30):
    """Places on a grid of 0.001 degrees or more, so that none share a point; in rows, or scattered."""
    spacing = draw(st.sampled_from([1, 7, 50]))
    spots = draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=most, unique=True)
    )
    jitter = draw(st.booleans())
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = {}
    for number, (row, column) in enumerate(spots):
        off = chance.uniform(-0.4, 0.4, 2) if jitter else (0.0, 0.0)
        lat = 34.9 + (row + off[0]) * spacing * 0.001
        lon = 36.9 + (column + off[1]) * spacing * 0.001
        points[f"p{number:02d}"] = (round(lat, 6), round(lon, 6))
    return points


STATES = st.sampled_from(
    [
        (RED, ASSESSED),
        (BLUE, ASSESSED),
        (AZURE, ASSESSED),
        (RED, NOT_REPORTED),
        (UNKNOWN, NOT_REPORTED),
        (RED, CLAIMED, BLUE),
        (BLUE, CONTESTED, RED),
    ]
)


@st.composite
def stories(draw, points):
    """Up to four steps for each place, some at the same instant as another's."""
    story = {}
    for key in points:
        at = sorted(draw(st.lists(st.integers(0, 12), max_size=4, unique=True)))
        steps = [(float(hour * 6), *draw(STATES)) for hour in at]
        story[key] = [(-1.0, *draw(STATES)), *steps]
    return story


def polygons(whole: Composite) -> list[shapely.Polygon]:
    return [polygon(whole, face) for face in range(len(whole.faces))]


def assert_tiles(whole: Composite) -> None:
    """Faces are plain polygons that cover their ground without overlap, each boundary once."""
    parts = polygons(whole)
    assert all(part.is_valid for part in parts)
    together = shapely.union_all(parts)
    assert sum(part.area for part in parts) == pytest.approx(together.area, rel=1e-9)
    used = [reference for face in whole.faces for ring in face.rings for reference in ring]
    assert len(used) == len(set(used)), "no side of an arc belongs to two faces"
    for index, arc in enumerate(whole.arcs):
        assert (index in used) == (arc.left != NOTHING)
        assert (~index in used) == (arc.right != NOTHING)


def assert_sides_right(whole: Composite) -> None:
    """A step to the left of an arc lands in its left face."""
    parts = polygons(whole)
    for arc in whole.arcs:
        steps = np.diff(arc.points, axis=0)
        longest = int(np.argmax(np.hypot(*steps.T)))
        middle = (arc.points[longest] + arc.points[longest + 1]) / 2
        across = np.array([-steps[longest][1], steps[longest][0]]) * 1e-4
        for face, spot in ((arc.left, middle + across), (arc.right, middle - across)):
            if face != NOTHING:
                assert parts[face].contains(shapely.Point(spot)), (arc.kind, face)


def test_one_place_has_the_disc_of_its_reach():
    record = small_record({"alone": (35.0, 37.0)}, reach_km=7.0)
    _, whole = made(record, small_history(record, {}))
    assert len(whole.faces) == 1
    assert area_km2(polygon(whole, 0)) == pytest.approx(math.pi * 49, rel=1e-3)
    assert {arc.kind for arc in whole.arcs} == {ArcKind.REACH}


def test_two_places_share_the_line_half_way():
    east = 10 / (111.32 * math.cos(math.radians(35)))
    record = small_record({"west": (35.0, 37.0), "east": (35.0, 37.0 + east)}, reach_km=7.0)
    _, whole = made(record, small_history(record, {}))
    half = geodesic_km(35.0, 37.0, [35.0], [37.0 + east])[0] / 2
    segment = 49 * math.acos(half / 7) - half * math.sqrt(49 - half**2)
    assert len(whole.faces) == 2
    for face in range(2):
        assert area_km2(polygon(whole, face)) == pytest.approx(math.pi * 49 - segment, rel=1e-3)
    shared = [arc for arc in whole.arcs if arc.kind is ArcKind.CELL]
    assert len(shared) == 1
    assert shared[0].points[:, 0] == pytest.approx([37.0 + east / 2] * len(shared[0].points), abs=2e-5)


def test_places_in_a_row_and_far_apart_each_have_their_cell():
    record = small_record({"a": (35.0, 37.0), "b": (35.0, 37.05), "c": (35.0, 37.1), "far": (36.0, 38.0)})
    _, whole = made(record, small_history(record, {}))
    assert sorted(face.place_id for face in whole.faces) == ["a", "b", "c", "far"]
    assert_tiles(whole)


def test_all_places_on_one_spot_are_refused_by_name_together():
    record = small_record(
        {
            "here": (35.0, 37.0),
            "also-here": (35.00001, 37.0),
            "there": (35.1, 37.0),
            "there-too": (35.1, 37.0),
        }
    )
    with pytest.raises(SharedPoint, match="also-here and here, there and there-too") as refusal:
        made(record, small_history(record, {}))
    assert isinstance(refusal.value, ValueError)


def test_of_very_many_places_on_one_point_each_is_told_with_the_first():
    record = small_record(dict.fromkeys((f"p{number:05}" for number in range(3_000)), (35.0, 37.0)))
    shared = cells.shared_spots(record.places, None)
    assert len(shared) == 2_999
    assert shared[:2] == [("p00000", "p00001"), ("p00000", "p00002")]


def test_a_base_beside_its_village_has_a_cell_of_its_own():
    record = small_record({"village": (35.0, 37.0), "base": (35.0001, 37.0)})
    _, whole = made(record, small_history(record, {}))
    assert sorted(face.place_id for face in whole.faces) == ["base", "village"]
    assert_tiles(whole)


def test_a_map_without_places_says_so():
    record = small_record({})
    with pytest.raises(NoPlaces, match="no place"):
        made(record, small_history(record, {}))


def test_cells_end_at_the_coast_and_at_the_region():
    record = small_record({"jabla": (35.36, 35.93), "masyaf": (35.06, 36.34)}, region="SY-HM", reach_km=12.0)
    ground, whole = made(record, small_history(record, {}))
    kinds = {arc.kind for arc in whole.arcs}
    assert {ArcKind.LAND, ArcKind.REGION, ArcKind.REACH} <= kinds
    for face, part in zip(whole.faces, polygons(whole), strict=True):
        middle = part.representative_point()
        assert ground.region.contains(middle) == face.in_region
        assert ground.land.contains(middle)
    assert_tiles(whole)
    assert_sides_right(whole)


def test_a_place_in_the_sea_has_only_the_land_within_its_reach():
    record = small_record({"ship": (35.5, 35.6), "hama": (35.13, 36.75)}, region="SY-HM", reach_km=5.0)
    _, whole = made(record, small_history(record, {}))
    assert {face.place_id for face in whole.faces} == {"hama"}


@SLOW
@given(st.data())
def test_faces_tile_the_ground_within_reach_and_know_their_place(data):
    points = data.draw(point_sets())
    record = small_record(points, reach_km=4.0)
    _, whole = made(record, small_history(record, {}))
    assert_tiles(whole)
    assert_sides_right(whole)
    plane = LocalPlane(*next(iter(points.values())))
    sites = {key: plane.to_plane(shapely.Point(lon, lat)) for key, (lat, lon) in points.items()}
    discs = shapely.union_all([site.buffer(4000, quad_segs=24) for site in sites.values()])
    parts = [plane.to_plane(part) for part in polygons(whole)]
    assert sum(part.area for part in parts) == pytest.approx(discs.area, rel=1e-3)
    for face, part in zip(whole.faces, parts, strict=True):
        spot = shapely.point_on_surface(part)
        nearest = min(spot.distance(site) for site in sites.values())
        assert spot.distance(sites[face.place_id]) <= nearest + 3


@SLOW
@given(st.data())
def test_replaying_the_changes_gives_what_the_history_says(data):
    points = data.draw(point_sets(most=8))
    record = small_record(points)
    history = small_history(record, data.draw(stories(points)))
    _, whole = made(record, history)
    assert list(whole.changes) == sorted(whole.changes, key=lambda c: (c.at, c.face))
    instants = {hours(0), hours(1000), *(change.at for change in whole.changes)}
    for instant in sorted(instants | {at - timedelta(microseconds=1) for at in instants}):
        for face, state in zip(whole.faces, states_at(whole, instant), strict=True):
            hold = history.at(face.place_id, instant)
            assert state == State(hold.holder, hold.certainty, hold.rival)


def test_a_retake_within_the_hour_shows_both_changes():
    record = small_record({"village": (35.0, 37.0)})
    history = small_history(record, {"village": [(1.0, BLUE, ASSESSED), (1.5, RED, ASSESSED)]})
    _, whole = made(record, history)
    assert [(change.at, change.state.holder) for change in whole.changes] == [
        (hours(1), BLUE),
        (hours(1.5), RED),
    ]
    assert states_at(whole, hours(1))[0].holder == BLUE
    assert states_at(whole, hours(1.5))[0].holder == RED


def _crowd(seed: int) -> dict[str, tuple[float, float]]:
    """Places by chance, some of them a few metres from another, some in a square of four or in a row."""
    chance = np.random.default_rng(seed)
    free = chance.uniform((34.6, 36.2), (35.4, 37.2), size=(300, 2))
    beside = free[:20] + chance.uniform(4e-5, 2e-4, size=(20, 2))
    rows = np.stack(np.meshgrid(np.arange(6), np.arange(6)), axis=-1).reshape(-1, 2) * 0.01 + (35.5, 37.3)
    spots = np.round(np.vstack([free, beside, rows]), 6)
    return {f"p{number:03}": (lat, lon) for number, (lat, lon) in enumerate(spots.tolist())}


def _boundaries(whole: Composite) -> set[tuple[object, ...]]:
    """Each step of each boundary with its kind and the places on both sides, in no order."""
    found = set()
    for arc in whole.arcs:
        sides = frozenset(whole.faces[face].place_id for face in (arc.left, arc.right) if face != NOTHING)
        steps = np.round(arc.points, 9).tolist()
        found |= {(frozenset(map(tuple, pair)), arc.kind, sides) for pair in pairwise(steps)}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_cells_clear_of_other_boundaries_are_what_noding_all_of_them_gives(seed, monkeypatch):
    record = small_record(_crowd(seed), reach_km=9.0)
    _, whole = made(record, small_history(record, {}))
    belts = []
    monkeypatch.setattr(cells, "_belt", lambda found, _: belts.append(_belt(found, _)) or np.ones(356, bool))
    cells._cells.cache_clear()
    _, noded = made(record, small_history(record, {}))
    cells._cells.cache_clear()
    assert _boundaries(whole) == _boundaries(noded)
    assert [face.place_id for face in whole.faces] == [face.place_id for face in noded.faces]
    assert 20 < belts[0].sum() < 300, "some cells are noded and some are not, or nothing is shown here"


def test_a_hold_that_looks_like_the_one_before_is_no_change():
    record = small_record({"village": (35.0, 37.0)})
    history = small_history(record, {"village": [(1.0, RED, ASSESSED), (2.0, BLUE, ASSESSED)]})
    assert [change.at for change in place_changes(record, history)] == [hours(2)]


def test_a_place_nobody_speaks_of_is_unknown():
    record = small_record({"village": (35.0, 37.0), "other": (35.1, 37.0)})
    full = small_history(record, {})
    history = type(full)(**{**vars(full), "holds": {"village": full.holds["village"]}})
    _, whole = made(record, history)
    states = {face.place_id: state for face, state in zip(whole.faces, states_at(whole, START), strict=True)}
    assert states["other"] == State(UNKNOWN, NOT_REPORTED)


def test_the_same_places_give_the_same_arcs_whatever_their_order():
    points = {"a": (35.0, 37.0), "b": (35.03, 37.05), "c": (34.98, 37.1), "d": (35.06, 37.02)}
    first = small_record(points, city="a")
    second = small_record(dict(reversed(points.items())), city="a")
    one, other = (made(record, small_history(record, {}))[1] for record in (first, second))
    assert one.faces == other.faces
    assert all(np.array_equal(a.points, b.points) for a, b in zip(one.arcs, other.arcs, strict=True))

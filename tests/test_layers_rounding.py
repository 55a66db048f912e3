from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest
import shapely
from conftest import EXAMPLE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import ASSESSED, BLUE, RED, UNKNOWN, hours, made, small_history, small_record
from test_layers_composite import assert_sides_right, assert_tiles, point_sets, stories

from claims.history import control_history
from claims.map_folder import read_map_folder
from layers.composite import polygon, states_at
from layers.faces import ArcKind
from layers.front_line import fronts_at, hostile, sides_of
from layers.ground import LocalPlane
from layers.rounding import rounded

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def hama():
    record = read_map_folder(EXAMPLE)
    _, whole = made(record, control_history(record))
    return record, whole, rounded(whole, record)


def plane_of(record) -> LocalPlane:
    city = record.places[record.settings.city]
    return LocalPlane(city.lat, city.lon)


def front(record, whole, instant) -> shapely.MultiLineString:
    found = fronts_at(whole, instant, sides_of(record.actors))
    plane = plane_of(record)
    return shapely.MultiLineString([plane.points_to_plane(whole.arcs[i].points) for i in sorted(found)])


def assert_same_ground(record, whole, drawn) -> None:
    """Faces still tile; only the gaps that were closed move ground, and never far."""
    assert_tiles(drawn)
    plane = plane_of(record)
    before, after = (
        [plane.to_plane(polygon(one, face)) for face in range(len(one.faces))] for one in (whole, drawn)
    )
    assert sum(p.area for p in after) == pytest.approx(sum(p.area for p in before), rel=1e-6)
    cells = defaultdict(list)
    for face, part in zip(drawn.faces, after, strict=True):
        cells[face.place_id].append(part)
    for face, part in zip(whole.faces, before, strict=True):
        kept = shapely.union_all(cells[face.place_id]).buffer(0.5)
        assert part.buffer(-200).difference(kept).area < 1


def assert_near(record, whole, drawn, instant) -> None:
    """The drawn line stays within 0.8 km of the cells' edges, and no edge is left without its line."""
    edges, line = front(record, whole, instant), front(record, drawn, instant)
    assert edges.is_empty == line.is_empty
    if not edges.is_empty:
        assert shapely.hausdorff_distance(edges, line, densify=0.05) <= 800


def assert_joined(record, drawn, instant) -> None:
    """A piece of front ends only at the edge of the ground, at unknown ground, or where three sides meet."""
    sides, states = sides_of(record.actors), states_at(drawn, instant)
    found = fronts_at(drawn, instant, sides)
    ends = defaultdict(int)
    beside = defaultdict(set)
    edge = set()
    for index, arc in enumerate(drawn.arcs):
        for point in (tuple(arc.points[0]), tuple(arc.points[-1])):
            ends[point] += index in found
            beside[point] |= {states[face].holder for face in (arc.left, arc.right) if face >= 0}
            if arc.kind in (ArcKind.REACH, ArcKind.LAND):
                edge.add(point)
    for point, number in ends.items():
        parties = {sides[holder] for holder in beside[point] if holder in sides}
        assert number != 1 or point in edge or UNKNOWN in beside[point] or len(parties) > 2


def patches(record, whole, instant) -> dict[str, int]:
    """How many patches of ground each side has."""
    sides, ground = sides_of(record.actors), defaultdict(list)
    for face, state in enumerate(states_at(whole, instant)):
        ground[sides.get(state.holder, UNKNOWN)].append(polygon(whole, face))
    return {side: len(shapely.get_parts(shapely.coverage_union_all(parts))) for side, parts in ground.items()}


def assert_places_keep_their_colour(record, whole, drawn, instant) -> None:
    """A place never stands on ground drawn as its enemy's."""
    sides = sides_of(record.actors)
    states, drawn_states = states_at(whole, instant), states_at(drawn, instant)
    holder = {face.place_id: state.holder for face, state in zip(whole.faces, states, strict=True)}
    for number, (face, state) in enumerate(zip(drawn.faces, drawn_states, strict=True)):
        if hostile(state.holder, holder[face.place_id], sides):
            place = record.places[face.place_id]
            assert not polygon(drawn, number).intersects(shapely.Point(place.lon, place.lat))


def test_a_lone_captured_village_is_drawn_round():
    around = {"north": (35.06, 37.0), "south": (34.94, 37.0), "east": (35.0, 37.07), "west": (35.0, 36.93)}
    record = small_record({"village": (35.0, 37.0), **around})
    _, whole = made(record, small_history(record, {"village": [(1.0, BLUE, ASSESSED), (2.0, RED, ASSESSED)]}))
    drawn = rounded(whole, record)
    cut_off = drawn.faces[len(whole.faces) :]
    assert [face.place_id for face in cut_off] == ["village"] * 4
    states = states_at(drawn, hours(1))
    assert [state.holder for state in states[len(whole.faces) :]] == [RED] * 4
    kinds = {drawn.arcs[arc].kind for arc in fronts_at(drawn, hours(1), sides_of(record.actors))}
    assert ArcKind.ROUNDED in kinds
    assert fronts_at(drawn, hours(2), sides_of(record.actors)) == {}
    assert_same_ground(record, whole, drawn)


def test_a_map_without_a_front_is_left_alone():
    record = small_record({"a": (35.0, 37.0), "b": (35.0, 37.06), "c": (35.05, 37.03)})
    _, whole = made(record, small_history(record, {}))
    assert rounded(whole, record) is whole


def test_a_composite_of_very_many_faces_keeps_its_corners(monkeypatch):
    record, whole, drawn = hama()
    assert drawn is not whole
    monkeypatch.setattr("layers.rounding.MOST_FACES", len(whole.faces) - 1)
    assert rounded(whole, record) is whole


def test_corners_of_a_chessboard_stay_sharp():
    square = {"nw": (35.05, 37.0), "ne": (35.05, 37.06), "sw": (35.0, 37.0), "se": (35.0, 37.06)}
    record = small_record(square)
    history = small_history(record, {"nw": [(-1.0, BLUE, ASSESSED)], "se": [(-1.0, BLUE, ASSESSED)]})
    _, whole = made(record, history)
    drawn = rounded(whole, record)
    assert_same_ground(record, whole, drawn)
    assert_near(record, whole, drawn, hours(0))


@SLOW
@given(st.data())
def test_rounding_keeps_the_ground_the_line_and_the_places(data):
    points = data.draw(point_sets(most=14))
    record = small_record(points)
    _, whole = made(record, small_history(record, data.draw(stories(points))))
    drawn = rounded(whole, record)
    assert_same_ground(record, whole, drawn)
    assert_sides_right(drawn)
    for instant in sorted({hours(0), *(change.at for change in whole.changes)}):
        assert_near(record, whole, drawn, instant)
        assert_joined(record, drawn, instant)
        assert_places_keep_their_colour(record, whole, drawn, instant)
        assert patches(record, drawn, instant) == patches(record, whole, instant)


def test_the_example_keeps_its_ground_when_rounded():
    record, whole, drawn = hama()
    assert_same_ground(record, whole, drawn)
    assert_sides_right(drawn)


def test_the_examples_front_is_whole_and_near_at_every_change():
    record, whole, drawn = hama()
    instants = sorted({change.at for change in whole.changes})
    assert len(instants) > 20
    for instant in instants:
        assert_near(record, whole, drawn, instant)
        assert_joined(record, drawn, instant)
        assert_places_keep_their_colour(record, whole, drawn, instant)
        assert patches(record, drawn, instant) == patches(record, whole, instant)


def test_most_corners_of_the_examples_front_are_round():
    _, whole, drawn = hama()
    assert sum(arc.kind is ArcKind.ROUNDED for arc in drawn.arcs) > 200
    assert len(drawn.faces) - len(whole.faces) == sum(arc.kind is ArcKind.ROUNDED for arc in drawn.arcs)

"""A drawn line moves where places change hands, and only there; what is not known says so."""

import pytest
import shapely
from territory_map import (
    GROUND,
    KM,
    LAND,
    T0,
    day,
    ground_of,
    history,
    line,
    record,
    split,
    state_at,
    villages,
)

from claims.control import Certainty
from claims.methods.registry import BadParameter, UnknownMethod
from gazetteer.place import Place
from layers.composite import polygon, states_at
from layers.ground import area_km2
from layers.overlay import overlay
from layers.territory.ground import territory, territory_at

BY_LINE = ("half-way", "line-shift")
NO_BELT = {"belt_km": 0, "belt_silent_km": 0, "belt_spacing": 0}
PLACES = villages()
SPLIT = 30.0 + 30 * KM
"""Between the columns at 28 and 32 km."""


def made(told, method="line-shift", baseline=None, places=PLACES, sides=("red", "blue"), **values):
    return territory_at(
        record(places, sides),
        history(places, *told),
        GROUND,
        baseline or split(SPLIT),
        day(50),
        method,
        NO_BELT | values,
    )


def spot(place_id):
    return PLACES[place_id].lon, PLACES[place_id].lat


@pytest.mark.parametrize("method", BY_LINE)
def test_without_news_the_ground_is_as_it_was_drawn(method):
    (first,) = territory(record(PLACES), history(PLACES), GROUND, split(SPLIT), method, NO_BELT)
    assert first.at == T0
    assert [part.state.holder for part in first.parts] == ["red", "blue"]
    assert [part.claims for part in first.parts] == [("drawn-red",), ("drawn-blue",)]


@pytest.mark.parametrize("method", BY_LINE)
def test_the_line_moves_where_a_village_is_taken_and_only_there(method):
    told = [(1, "v-10-8", "red")]
    after = made(told, method)
    state, claims = state_at(after, *spot("v-10-8"))
    assert (state.holder, state.certainty, claims) == ("red", Certainty.REPORTED, ("v-10-8@1",))
    moved = shapely.symmetric_difference(ground_of(after, "red"), ground_of(made([], method), "red"))
    assert 8 < area_km2(moved) < 40  # a village has 16 km² here, and half of the way to the line
    taken = PLACES["v-10-8"]
    assert shapely.hausdorff_distance(moved, shapely.Point(taken.lon, taken.lat)) < 10.1 * KM
    assert state_at(after, *spot("v-10-9"))[0].holder == "blue"


@pytest.mark.parametrize("method", BY_LINE)
def test_nothing_moves_beyond_ten_kilometres(method):
    far = villages(step_km=40.0, rows=3, columns=3)
    after = made([(1, "v-1-1", "red")], method, places=far, rounds=0, corridor_km=0)
    moved = shapely.difference(ground_of(after, "red"), split(SPLIT).parts[0].shape)
    taken = shapely.Point(far["v-1-1"].lon, far["v-1-1"].lat)
    assert 5 * KM < shapely.hausdorff_distance(moved, taken) < 10.3 * KM


@pytest.mark.parametrize("method", BY_LINE)
def test_a_village_taken_and_retaken_leaves_no_trace(method):
    told = [(1, "v-10-8", "red"), (2, "v-10-8", "blue")]
    seen = list(territory(record(PLACES), history(PLACES, *told), GROUND, split(SPLIT), method, NO_BELT))
    assert [snapshot.at for snapshot in seen] == [T0, day(1), day(2)]
    assert [p.shape.wkb for p in seen[2].parts] == [p.shape.wkb for p in seen[0].parts]


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_three_sides_each_take_their_own(method):
    drawn = line(
        ("red", shapely.box(29, 9, SPLIT, 12)),
        ("blue", shapely.box(SPLIT, 9, 32, 10 + 38 * KM)),
        ("green", shapely.box(SPLIT, 10 + 38 * KM, 32, 12)),
    )
    told = [(1, "v-3-8", "red"), (2, "v-10-15", "blue"), (3, "v-16-7", "green"), (4, "v-9-15", "green")]
    after = made(told, method, drawn, sides=("red", "blue", "green"))
    for _, place_id, holder in told:
        assert state_at(after, *spot(place_id))[0].holder == holder
    shares = [ground_of(after, side) for side in ("red", "blue", "green")]
    assert sum(map(area_km2, shares)) == pytest.approx(area_km2(shapely.union_all(shares)), rel=1e-6)


def test_what_everybody_held_together_stays_covered():
    told = [(n, f"v-{row}-8", "red") for n, row in enumerate(range(6, 14), 1)]
    after = made(told)
    whole = shapely.union_all([part.shape for part in after.parts])
    assert area_km2(shapely.difference(LAND, whole)) < 0.01


def test_a_holder_who_had_no_ground_can_take_some():
    after = made([(1, "v-10-12", "green", Certainty.ASSESSED)], sides=("red", "blue", "green"))
    assert state_at(after, *spot("v-10-12"))[0].holder == "green"
    assert 5 < area_km2(ground_of(after, "green")) < 40


def many_reported(at=1):
    """So much is reported, one column after the other, that silence means no change."""
    return [(at, f"v-{row}-{column}", "red") for row in range(12) for column in (8, 9)]


@pytest.mark.parametrize("method", BY_LINE)
def test_where_much_is_reported_a_pocket_alone_is_held_back_as_unconfirmed(method):
    after = made([*many_reported(), (2, "v-16-10", "red")], method)
    state, claims = state_at(after, *spot("v-16-10"))
    assert (state.holder, state.certainty, state.rival) == ("blue", Certainty.CLAIMED, "red")
    assert claims == ("v-16-10@2",)


def test_a_pocket_that_was_weighed_is_not_held_back():
    after = made([*many_reported(), (2, "v-16-10", "red", Certainty.ASSESSED)])
    assert state_at(after, *spot("v-16-10"))[0].certainty is Certainty.ASSESSED


@pytest.mark.parametrize("method", BY_LINE)
def test_where_little_is_reported_the_way_to_a_capture_is_inferred(method):
    after = made([(1, "v-10-10", "red")], method)
    state, claims = state_at(after, *spot("v-10-9"))
    assert (state.holder, state.certainty, claims) == ("red", Certainty.INFERRED, ("v-10-10@1",))


def test_a_place_with_a_report_of_its_own_is_never_inferred():
    after = made([(1, "v-10-10", "red"), (1, "v-10-9", "blue")])
    assert state_at(after, *spot("v-10-9"))[0].holder == "blue"


def test_a_claim_that_nobody_confirms_moves_no_line_and_is_drawn():
    after = made([(1, "v-10-8", "blue", Certainty.CLAIMED, "red")])
    state, claims = state_at(after, *spot("v-10-8"))
    assert (state.holder, state.certainty, state.rival) == ("blue", Certainty.CLAIMED, "red")
    assert claims == ("v-10-8@1",)


def test_a_claim_of_ground_that_the_line_gives_him_anyway_is_nothing_new():
    after = made([(1, "v-10-3", "blue", Certainty.CLAIMED, "red")])
    assert state_at(after, *spot("v-10-3"))[0].certainty is Certainty.REPORTED


def test_reports_from_before_the_line_are_in_the_line():
    after = made([(-3, "v-10-8", "red")])
    assert state_at(after, *spot("v-10-8"))[0].holder == "blue"


def test_statuses_do_not_expire():
    told = [(1, "v-10-8", "red"), (20, "v-10-8", "red", Certainty.STALE)]
    assert state_at(made(told), *spot("v-10-8"))[0].certainty is Certainty.REPORTED


def test_the_belt_lies_on_both_sides_of_the_line_and_not_along_the_coast():
    after = made([], belt_km=3, belt_silent_km=3)
    lat = 10 + 40 * KM
    for lon, certainty in ((-5, "reported"), (-2, "uncertain"), (2, "uncertain"), (5, "reported")):
        assert state_at(after, SPLIT + lon * KM, lat)[0].certainty == certainty
    assert state_at(after, 29.91, lat)[0].certainty is Certainty.REPORTED


def test_the_belt_is_wider_where_less_is_reported():
    def doubtful(told):
        after = made(told, belt_km=2, belt_silent_km=6)
        return sum(area_km2(p.shape) for p in after.parts if p.state.certainty is Certainty.UNCERTAIN)

    assert doubtful([]) > 1.5 * doubtful(many_reported())


def test_what_changes_leaves_the_other_parts_the_same_objects():
    told = [(1, "v-3-8", "red"), (2, "v-16-8", "red")]
    first, second = list(territory(record(PLACES), history(PLACES, *told), GROUND, split(SPLIT)))[1:]
    kept = {id(part) for part in first.parts} & {id(part) for part in second.parts}
    own = [part for part in first.parts if part.claims == ("v-3-8@1",)]
    assert own
    assert {id(part) for part in own} <= kept


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_the_same_reports_in_any_order_give_the_same_ground(method):
    told = [(n % 3, f"v-{n}-{8 + n % 3}", "red") for n in range(1, 15)]
    one, other = made(told, method), made(told[::-1], method)
    assert [(p.state, p.claims, p.shape.wkb) for p in one.parts] == [
        (p.state, p.claims, p.shape.wkb) for p in other.parts
    ]


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_played_to_an_instant_and_made_for_it_alone_are_the_same(method):
    told = [(n, f"v-{n}-{8 + n % 3}", "red") for n in range(1, 15)]
    asked = record(PLACES), history(PLACES, *told), GROUND, split(SPLIT)
    *_, played = territory(*asked, method)
    alone = territory_at(*asked, day(50), method)
    assert [(p.state, p.claims, p.shape.wkb) for p in played.parts] == [
        (p.state, p.claims, p.shape.wkb) for p in alone.parts
    ]


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_without_a_line_cells_of_the_places_stand_for_it(method):
    told = [(1, "v-10-8", "red")]
    after = territory_at(record(PLACES), history(PLACES, *told), GROUND, None, day(9), method, NO_BELT)
    assert state_at(after, *spot("v-10-8"))[0].holder == "red"
    silent = state_at(after, *spot("v-2-2"))[0]
    assert (silent.holder, silent.certainty) == ("blue", Certainty.NOT_REPORTED)


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_one_place_alone_and_two_on_one_spot_are_no_trouble(method):
    one = Place("one", "One", 10.5, 30.35, "village", 0, "")
    for places in ({"one": one}, {"one": one, "two": Place("two", "Two", 10.5, 30.35, "village", 0, "")}):
        after = made([(1, "one", "red")], method, places=places)
        assert state_at(after, 30.3501, 10.5001)[0].holder == "red"


def test_an_unknown_method_or_parameter_is_named():
    with pytest.raises(UnknownMethod, match="line-shfit"):
        made([], "line-shfit")
    with pytest.raises(BadParameter, match="reach_kmm"):
        made([], reach_kmm=3)


def test_without_a_line_reports_from_before_the_span_come_after_the_cells():
    told = [(-9, "v-10-8", "red"), (3, "v-10-9", "red")]
    seen = list(territory(record(PLACES), history(PLACES, *told), GROUND, None, "voronoi"))
    assert [one.at for one in seen[1:]] == [day(-9), day(3)]
    assert seen[0].at < day(-9)


@pytest.mark.parametrize("method", ["voronoi", *BY_LINE])
def test_snapshots_enter_the_composite_like_any_drawn_area(method):
    told = [(n, f"v-{n}-{8 + n % 3}", "red") for n in range(2, 9)]
    seen = list(territory(record(PLACES), history(PLACES, *told), GROUND, split(SPLIT), method))
    whole = overlay(seen).composite
    for snapshot in (seen[0], seen[-1]):
        states = states_at(whole, snapshot.at)
        for holder in ("red", "blue"):
            faces = [polygon(whole, i) for i, state in enumerate(states) if state.holder == holder]
            told_area, made_area = area_km2(ground_of(snapshot, holder)), sum(map(area_km2, faces))
            assert made_area == pytest.approx(told_area, rel=1e-3)
    claims = {claim for change in whole.changes for claim in change.claims}
    assert {f"{place}@{at}" for at, place, _ in told} <= claims

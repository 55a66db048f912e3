from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import (
    ACTORS,
    ASSESSED,
    AZURE,
    BLUE,
    CLAIMED,
    CONTESTED,
    INFERRED,
    NOT_REPORTED,
    RED,
    UNKNOWN,
    hours,
    made,
    small_history,
    small_record,
)
from test_layers_composite import point_sets, stories

from claims.control import Certainty
from layers.composite import State, states_at
from layers.front_line import (
    FrontStyle,
    carries_front,
    front_changes,
    fronts_at,
    hostile,
    sides_of,
    start_fronts,
    style,
)

SIDES = sides_of(ACTORS)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (State(RED, ASSESSED), State(BLUE, ASSESSED), FrontStyle.SOLID),
        (State(RED, ASSESSED), State(RED, ASSESSED), FrontStyle.NONE),
        (State(BLUE, ASSESSED), State(AZURE, ASSESSED), FrontStyle.NONE),
        (State(RED, ASSESSED), State(AZURE, INFERRED), FrontStyle.DOTTED),
        (State(RED, NOT_REPORTED), State(BLUE, ASSESSED), FrontStyle.DOTTED),
        (State(RED, NOT_REPORTED), State(BLUE, NOT_REPORTED), FrontStyle.DOTTED),
        (State(RED, Certainty.STALE), State(BLUE, ASSESSED), FrontStyle.DOTTED),
        (State(UNKNOWN, ASSESSED), State(BLUE, ASSESSED), FrontStyle.NONE),
        (State(RED, CLAIMED, BLUE), State(BLUE, ASSESSED), FrontStyle.DASHED),
        (State(RED, CLAIMED, BLUE), State(RED, ASSESSED), FrontStyle.NONE),
        (State(RED, CONTESTED, BLUE), State(BLUE, NOT_REPORTED), FrontStyle.DASHED),
    ],
)
def test_style_follows_the_standing_holders_and_the_less_sure_side(left, right, expected):
    assert style(left, right, SIDES) is expected
    assert style(right, left, SIDES) is expected


def test_sides_of_an_alliance_are_not_hostile():
    enemies = {(a, b) for a, b in combinations_with_replacement(sorted(ACTORS), 2) if hostile(a, b, SIDES)}
    assert enemies == {(AZURE, RED), (BLUE, RED)}


def test_a_captured_village_moves_the_front_and_a_claimed_one_does_not():
    record = small_record({"west": (35.0, 37.0), "middle": (35.0, 37.05), "east": (35.0, 37.1)})
    history = small_history(
        record,
        {
            "east": [(-1.0, BLUE, ASSESSED)],
            "middle": [(1.0, RED, CLAIMED, BLUE), (2.0, BLUE, ASSESSED)],
        },
    )
    _, whole = made(record, history)
    between = {
        frozenset({whole.faces[arc.left].place_id, whole.faces[arc.right].place_id}): index
        for index, arc in enumerate(whole.arcs)
        if carries_front(arc)
    }
    near, far = between[frozenset({"middle", "east"})], between[frozenset({"west", "middle"})]
    assert fronts_at(whole, hours(0), SIDES) == {near: FrontStyle.SOLID}
    assert fronts_at(whole, hours(1), SIDES) == {near: FrontStyle.DASHED}
    assert fronts_at(whole, hours(2), SIDES) == {far: FrontStyle.SOLID}
    assert [(c.at, c.arc, c.style) for c in front_changes(whole, SIDES)] == [
        (hours(1), near, FrontStyle.DASHED),
        (hours(2), min(near, far), FrontStyle.SOLID if far < near else FrontStyle.NONE),
        (hours(2), max(near, far), FrontStyle.NONE if far < near else FrontStyle.SOLID),
    ]


@SLOW
@given(st.data())
def test_replaying_front_changes_gives_the_front_of_each_instant(data):
    points = data.draw(point_sets(most=8))
    record = small_record(points)
    _, whole = made(record, small_history(record, data.draw(stories(points))))
    now, changes = dict(start_fronts(whole, SIDES)), front_changes(whole, SIDES)
    for at in sorted({change.at for change in whole.changes}):
        now |= {change.arc: change.style for change in changes if change.at == at}
        now = {arc: found for arc, found in now.items() if found}
        assert now == fronts_at(whole, at, SIDES)
        states = states_at(whole, at)
        for index, arc in enumerate(whole.arcs):
            differs = carries_front(arc) and hostile(states[arc.left].holder, states[arc.right].holder, SIDES)
            assert (index in now) == differs

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.control import Certainty
from layers.composite import State
from layers.course import Course, rows_since, sides_through_time, summed_through_time
from layers.distinct import distinct

THINGS, STATES = 5, 3
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
NAMES = [State(holder, Certainty.ASSESSED) for holder in ("red", "blue", "green")]


@st.composite
def courses(draw) -> Course:
    """Some things that change at some of ten instants, now and then twice at one."""
    start = draw(st.lists(st.integers(0, STATES - 1), min_size=THINGS, max_size=THINGS))
    one = st.tuples(st.integers(0, 9), st.integers(0, THINGS - 1), st.integers(0, STATES - 1))
    told = sorted(draw(st.lists(one, max_size=25)), key=lambda change: change[:2])
    when, thing, state = np.array(told, dtype=np.int64).reshape(-1, 3).T
    instants = [FIRST + timedelta(days=day) for day in range(10)]
    return Course(instants, NAMES, np.array(start), when, thing, state)


def after(course: Course, when: int) -> list[int]:
    """The state of each thing when the changes of that instant are over, one change after the other."""
    states = course.start.tolist()
    for at, thing, state in zip(course.when, course.thing, course.state, strict=True):
        if at <= when:
            states[thing] = int(state)
    return states


@settings(deadline=None)
@given(courses())
def test_what_was_before_each_change_is_what_the_changes_before_left(course):
    states = course.start.tolist()
    for thing, state, before in zip(course.thing, course.state, course.before(), strict=True):
        assert states[thing] == before
        states[thing] = int(state)


@settings(deadline=None)
@given(courses())
def test_spells_tell_each_things_state_in_each_row(course):
    rows = np.full((11, THINGS), -1)
    for thing, state, begin, end in zip(*course.spells(), strict=True):
        rows[begin:end, thing] = state
    assert rows.tolist() == [after(course, when) for when in range(-1, 10)]


@settings(deadline=None)
@given(courses(), st.lists(st.tuples(st.integers(0, THINGS - 1), st.integers(0, THINGS - 1)), max_size=8))
def test_both_sides_of_a_line_are_told_whenever_one_of_them_changes(course, lines):
    left, right = np.array(lines, dtype=np.int64).reshape(-1, 2).T
    found = sides_through_time(left, right, course.start, (course.when, course.thing, course.state))
    told = [(line, when) for line, when, *_ in zip(*found, strict=True)]
    changed = set(zip(course.thing.tolist(), course.when.tolist(), strict=True))
    expected = {(n, when) for n, sides in enumerate(lines) for thing, when in changed if thing in sides}
    assert told == sorted(expected)
    for line, when, one, other in zip(*found, strict=True):
        states = after(course, when)
        assert (one, other) == (states[left[line]], states[right[line]])


@settings(deadline=None)
@given(courses(), st.lists(st.integers(0, 10**15), min_size=THINGS, max_size=THINGS))
def test_sums_through_time_lose_nothing(course, sizes):
    moves = course.when, course.thing, course.before(), course.state
    table = summed_through_time(np.array(sizes), STATES, course.start, moves, 10)
    for row, when in zip(table.tolist(), range(-1, 10), strict=True):
        states = after(course, when)
        assert row == [
            sum(s for s, now in zip(sizes, states, strict=True) if now == k) for k in range(STATES)
        ]


def test_rows_begin_with_what_holds_at_the_first_instant_asked_about():
    instants = [FIRST, FIRST + timedelta(days=2)]
    assert rows_since(FIRST - timedelta(days=1), instants) == (
        [FIRST - timedelta(days=1), *instants],
        slice(0, None),
    )
    assert rows_since(FIRST, instants) == (instants, slice(1, None))


@given(st.lists(st.integers(-5, 5)))
def test_each_number_is_there_once_and_in_order(numbers):
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))

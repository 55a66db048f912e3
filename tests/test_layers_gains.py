from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import (
    ASSESSED,
    BLUE,
    CLAIMED,
    CONTESTED,
    RED,
    START,
    UNKNOWN,
    hours,
    small_record,
)
from strip import strip
from test_layers_composite import stories

from layers.area import Counted, CountedAs, areas, face_areas_km2
from layers.basemap import basemap
from layers.gains import balances, gains_by_period, passed_between

THREE = {"west": [], "middle": [], "east": []}
SQUARES = tuple("abcdef")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WIDE = small_record({"west": (35.0, 37.0), "east": (35.1, 37.7)}).settings
OF_RED, OF_BLUE = Counted(CountedAs.HELD, RED), Counted(CountedAs.HELD, BLUE)


def by_counted(row) -> dict[Counted, float]:
    """A row of areas as what each square kilometre is counted as."""
    held = {Counted(CountedAs.HELD, actor): km2 for actor, km2 in row.held_km2.items()}
    claimed = {Counted(CountedAs.CLAIMED, actor): km2 for actor, km2 in row.claimed_km2.items()}
    rest = {Counted(CountedAs.CONTESTED): row.contested_km2, Counted(CountedAs.UNKNOWN): row.unknown_km2}
    return {**held, **claimed, **rest}


def test_what_passed_says_from_whom_to_whom_and_what_is_only_claimed_is_told_apart():
    story = {
        "middle": [(1.0, RED, CLAIMED, BLUE), (2.0, BLUE, ASSESSED)],
        "west": [(3.0, RED, CONTESTED, BLUE)],
        "east": [(4.0, UNKNOWN, ASSESSED)],
    }
    whole = strip(THREE | story)
    size = {face.place_id: km2 for face, km2 in zip(whole.faces, face_areas_km2(whole), strict=True)}

    def passed(first, last):
        found = passed_between(whole, hours(first), hours(last))
        return {(p.before, p.after): pytest.approx(p.km2) for p in found}

    claimed_by_blue = Counted(CountedAs.CLAIMED, BLUE)
    assert passed(0, 1) == {(OF_RED, claimed_by_blue): size["middle"]}
    assert passed(1, 2) == {(claimed_by_blue, OF_BLUE): size["middle"]}
    assert passed(0, 2) == {(OF_RED, OF_BLUE): size["middle"]}
    assert passed(2, 4) == {
        (OF_RED, Counted(CountedAs.CONTESTED)): size["west"],
        (OF_RED, Counted(CountedAs.UNKNOWN)): size["east"],
    }
    with pytest.raises(ValueError, match="gains run forwards"):
        passed_between(whole, hours(2), hours(1))


def test_a_change_counts_from_its_own_instant_on():
    whole = strip({"middle": [(24.0, BLUE, ASSESSED)]})
    second = timedelta(seconds=1)
    assert passed_between(whole, hours(0), hours(24) - second) == ()
    assert len(passed_between(whole, hours(0), hours(24))) == 1
    assert passed_between(whole, hours(24), hours(48)) == ()
    (day,) = gains_by_period(whole, [hours(0), hours(24), hours(48)])
    assert (day.start, day.end) == (hours(24), hours(48)), "midnight begins a day"
    assert list(gains_by_period(whole, [hours(0), hours(24)])) == []


def test_ground_that_went_over_and_came_back_the_same_day_did_not_pass():
    whole = strip({"middle": [(1.0, BLUE, ASSESSED), (2.0, RED, ASSESSED)]})
    assert list(gains_by_period(whole, [hours(0), hours(24)])) == []
    assert passed_between(whole, hours(0), hours(24)) == ()
    assert len(list(gains_by_period(whole, [hours(0), hours(2), hours(24)]))) == 2


@SLOW
@given(st.data())
def test_gains_less_losses_are_the_difference_of_the_areas(data):
    whole = strip(data.draw(stories(SQUARES)))
    rows = areas(whole, basemap(WIDE), START).rows
    first, last = sorted(data.draw(st.tuples(st.integers(0, 80), st.integers(0, 80))))
    before, after = (by_counted([r for r in rows if r.at <= hours(end)][-1]) for end in (first, last))
    found = balances(passed_between(whole, hours(first), hours(last)))
    for counted in {*before, *after, *found}:
        net_km2 = found[counted].net_km2 if counted in found else 0.0
        assert net_km2 == pytest.approx(after.get(counted, 0.0) - before.get(counted, 0.0), abs=1e-6)


@SLOW
@given(st.data())
def test_days_add_up_to_the_whole(data):
    whole = strip(data.draw(stories(SQUARES)))
    bounds = [hours(-24 + 24 * day) for day in range(7)]
    summed: dict[Counted, float] = defaultdict(float)
    gross = 0.0
    for period in gains_by_period(whole, bounds):
        gross += sum(passage.km2 for passage in period.passed)
        for counted, balance in balances(period.passed).items():
            summed[counted] += balance.net_km2
    passed = passed_between(whole, bounds[0], bounds[-1])
    net = {counted: balance.net_km2 for counted, balance in balances(passed).items()}
    assert {c: km2 for c, km2 in summed.items() if abs(km2) > 1e-9} == pytest.approx(
        {c: km2 for c, km2 in net.items() if abs(km2) > 1e-9}
    )
    assert gross >= sum(passage.km2 for passage in passed) - 1e-9
    changes_of = defaultdict(int)
    for change in whole.changes:
        changes_of[change.face] += 1
    if max(changes_of.values(), default=0) <= 1:
        assert gross == pytest.approx(sum(passage.km2 for passage in passed)), "nothing came back"

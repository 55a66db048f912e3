from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import (
    ACTORS,
    ASSESSED,
    BLUE,
    CLAIMED,
    NOT_REPORTED,
    RED,
    START,
    hours,
)
from strip import strip
from test_layers_composite import stories

from layers.composite import Composite
from layers.front_length import front_lengths
from layers.front_line import FrontStyle, fronts_at, sides_of

SIDES = sides_of(ACTORS)
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SQUARES = tuple("abcdef")


def geodesic_km(points) -> float:
    metres = (Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in pairwise(points))
    return sum(metres) / 1000


def km_at(whole: Composite, instant) -> dict[FrontStyle, float]:
    """The same lengths, worked out of the front of that one instant."""
    sums = dict.fromkeys(FrontStyle, 0.0)
    for arc, style in fronts_at(whole, instant, SIDES).items():
        sums[style] += geodesic_km(whole.arcs[arc].points)
    return sums


def test_a_captured_village_moves_the_front_and_a_claimed_one_makes_it_dashed():
    story = {
        "west": [(-1.0, BLUE, ASSESSED)],
        "middle": [(1.0, RED, CLAIMED, BLUE), (2.0, BLUE, ASSESSED), (3.0, BLUE, NOT_REPORTED)],
        "east": [(4.0, BLUE, ASSESSED)],
    }
    start, claimed, taken, silent, over = front_lengths(strip(story), SIDES, START)
    assert [row.at for row in (start, claimed, taken, silent, over)] == [START, *map(hours, (1, 2, 3, 4))]
    assert start.solid_km == start.km == pytest.approx(11.1, abs=0.1)
    assert (claimed.solid_km, claimed.dashed_km) == (0, start.solid_km)
    assert taken.km == taken.solid_km > 0
    assert (silent.solid_km, silent.dotted_km) == (0, taken.solid_km)
    assert over.km == 0, "where nobody is against anybody there is no front, to the millimetre"


@SLOW
@given(st.data())
def test_at_every_instant_the_length_is_that_of_the_front_then(data):
    whole = strip(data.draw(stories(SQUARES)))
    rows = front_lengths(whole, SIDES, START)
    for row in rows:
        truth = km_at(whole, row.at)
        assert row.solid_km == pytest.approx(truth[FrontStyle.SOLID], abs=1e-4)
        assert row.dashed_km == pytest.approx(truth[FrontStyle.DASHED], abs=1e-4)
        assert row.dotted_km == pytest.approx(truth[FrontStyle.DOTTED], abs=1e-4)
    assert [row.at for row in rows] == sorted({row.at for row in rows})


@SLOW
@given(st.data())
def test_whichever_way_an_arc_is_walked_the_front_is_as_long(data):
    whole = strip(data.draw(stories(SQUARES)))
    turned = tuple(replace(a, points=a.points[::-1], left=a.right, right=a.left) for a in whole.arcs)
    # Nothing but the arcs' own sides is asked, so the rings need not be turned with them.
    assert front_lengths(replace(whole, arcs=turned), SIDES, START) == front_lengths(whole, SIDES, START)

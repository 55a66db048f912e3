"""Places without reports: what their reported neighbours say about them, and when they say nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
from claims_story import BLUE, GREEN, THIRD, at, claim, place, story
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from claims.claim import Claim
from claims.history import control_history
from claims.nearby import pairs_within

KM = 1 / 111.25  # of latitude, near enough
AROUND = [place("a"), *(place(name, 50 + (i + 1) * KM) for i, name in enumerate("bcdef"))]


def taken(where: str, hours: float, by: str = "agency", holder: str = GREEN) -> Claim:
    return claim(f"{where}{hours}{by}", "captured", holder, by, (hours, hours), where=where)


def told(claims: Iterable[Claim], **more: object) -> list[tuple[str, str]]:
    history = control_history(story(claims, places=AROUND), **more)  # type: ignore[arg-type]
    return [(h.holder, str(h.certainty)) for h in history.holds["a"]]


BASELINE = (BLUE, "not_reported")


def test_one_neighbour_says_nothing() -> None:
    assert told([taken("b", 1)]) == [BASELINE]


def test_two_neighbours_that_changed_hands_infer_the_place_between() -> None:
    history = control_history(story([taken("b", 1), taken("c", 5)], places=AROUND))
    before, after = history.holds["a"]
    assert (after.holder, str(after.certainty), after.start) == (GREEN, "inferred", at(5))
    assert after.claims == ("b1agency", "c5agency")
    assert after.window is None
    assert before.end == after.start


def test_one_in_three_against_is_allowed_and_two_in_four_are_not() -> None:
    failed = [claim(f"x{w}", "attack_failed", None, "monitor", (2, 2), where=w) for w in "de"]
    assert told([taken("b", 1), taken("c", 1), failed[0]])[-1] == (GREEN, "inferred")
    assert told([taken("b", 1), taken("c", 1), *failed])[-1] == BASELINE


def test_claimed_and_contested_neighbours_spread_nothing_and_count_against() -> None:
    assert told([taken("b", 1, "green-front"), taken("c", 1, "green-front")]) == [BASELINE]
    sure = [taken("b", 1), taken("c", 1)]
    assert told([*sure, taken("d", 1, "green-front"), taken("e", 1, "green-front")]) == [BASELINE]


def test_neighbours_on_the_side_of_the_baseline_change_nothing() -> None:
    seen = [claim(f"x{w}", "holds", BLUE, "monitor", (2, 2), where=w) for w in "bcd"]
    assert told(seen) == [BASELINE]


def test_neighbours_that_never_changed_hands_change_nothing() -> None:
    made = story(
        [claim(f"x{w}", "holds", GREEN, "monitor", (2, 2), where=w) for w in "bcd"],
        places=AROUND,
        baseline={"a": BLUE, "b": GREEN, "c": GREEN, "d": GREEN},
    )
    assert [h.holder for h in control_history(made).holds["a"]] == [BLUE]


def test_inference_ends_when_the_neighbours_no_longer_agree() -> None:
    back = claim("x", "recaptured", BLUE, "monitor", (20, 22), where="b", loser=GREEN)
    history = control_history(story([taken("b", 1), taken("c", 1), back], places=AROUND))
    assert [str(h.certainty) for h in history.holds["a"]] == ["not_reported", "inferred", "not_reported"]
    assert history.holds["a"][-1].start == at(22)


def test_place_with_a_report_of_its_own_is_never_inferred() -> None:
    own = claim("own", "captured", GREEN, "green-front", (90, 96))
    assert told([taken("b", 1), taken("c", 1), own]) == [BASELINE, (BLUE, "claimed")]
    evening = told([taken("b", 1), taken("c", 1), own], known_at=at(50))
    assert evening == [BASELINE, (GREEN, "inferred")]


def test_strike_or_improbable_claim_is_no_report_of_control() -> None:
    strike = claim("s", "strike", None, "agency", (0, 0))
    improbable = claim("i", "captured", THIRD, "agency", (0, 0), credibility=5)
    assert told([taken("b", 1), taken("c", 1), strike, improbable])[-1] == (GREEN, "inferred")


def test_distance_decides_who_is_a_neighbour() -> None:
    near = {"infer_km": 1.5}
    assert told([taken("b", 1), taken("c", 1)], parameters=near) == [BASELINE]


def test_third_party_is_not_added_to_the_second() -> None:
    assert told([taken("b", 1), taken("c", 1, holder=THIRD)]) == [BASELINE]


@pytest.mark.parametrize("km", [1.0, 7.0, 50.0, 200.0])
@pytest.mark.parametrize("lat", [-78.0, 0.0, 35.0, 69.0])
def test_pairs_are_those_of_the_geodesic(lat: float, km: float) -> None:
    chance = np.random.default_rng(7)
    reach = 1.5 * km / 111
    lats = lat + chance.uniform(-reach, reach, 40)
    lons = 179.9 + chance.uniform(-reach, reach, 40) / math.cos(math.radians(lat))
    lons = (lons + 180) % 360 - 180
    everyone = np.ones(40, dtype=bool)
    left, right = pairs_within(lats, lons, everyone, everyone, km)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    for i in range(40):
        for j in range(40):
            exact_km = Geodesic.WGS84.Inverse(lats[i], lons[i], lats[j], lons[j])["s12"] / 1000
            if i != j and abs(exact_km - km) > km * 0.0005:
                assert ((i, j) in found) == (exact_km < km)


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30), st.booleans()), max_size=12))
def test_pairs_join_wanted_with_others_only(points: list[tuple[int, int, bool]]) -> None:
    lats = np.array([p[0] / 100 for p in points], dtype=float)
    lons = np.array([p[1] / 100 for p in points], dtype=float)
    wanted = np.array([p[2] for p in points], dtype=bool)
    left, right = pairs_within(lats, lons, wanted, ~wanted, 20)
    assert all(wanted[left])
    assert not any(wanted[right])
    assert list(zip(left, right, strict=True)) == sorted(zip(left, right, strict=True))


@pytest.mark.parametrize("km", [0.0, -1.0, 201.0, math.nan])
def test_absurd_distances_are_refused(km: float) -> None:
    nobody = np.zeros(0)
    with pytest.raises(ValueError, match="between 0 and 200 km"):
        pairs_within(nobody, nobody, nobody.astype(bool), nobody.astype(bool), km)

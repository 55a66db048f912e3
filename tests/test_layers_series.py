from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import shapely

from claims.control import Certainty
from claims.map_folder import read_map_folder
from claims.map_record import MapRecord
from layers.basemap import basemap
from layers.coast import Coast
from layers.composite import State, polygons_of
from layers.errors import NoSuchSeries
from layers.outline import in_one
from layers.overlay import overlay
from layers.series import gaps, observations_of, series_of, snapshots

DRAWN_LINES = Path(__file__).parent.parent / "examples" / "drawn-lines"


@cache
def drawn_lines() -> MapRecord:
    return read_map_folder(DRAWN_LINES)


@cache
def every_snapshot():
    record = drawn_lines()
    return tuple(snapshots(record, basemap(record.settings), "survey"))


def on(day: int):
    zone = drawn_lines().settings.zone
    return next(
        s for s in every_snapshot() if s.at.astimezone(zone).day == day and s.parts[0].claims != ("baseline",)
    )


def state_at(snapshot, lon: float, lat: float) -> State | None:
    point = shapely.Point(lon, lat)
    return next((part.state for part in snapshot.parts if part.shape.intersects(point)), None)


def test_snapshots_follow_each_other_with_the_baseline_first_and_say_who_drew_them():
    found = every_snapshot()
    assert [s.at for s in found] == sorted(s.at for s in found)
    assert len(found) == 28
    assert found[0].at == drawn_lines().settings.span[0]
    for snapshot, observation in zip(found, observations_of(drawn_lines(), "survey"), strict=True):
        assert {part.claims for part in snapshot.parts} == {(observation.id,)}


def test_every_shape_is_valid_and_what_is_drawn_of_it_ends_at_the_coast():
    assert all(part.shape.is_valid for part in on(11).parts)
    ground = basemap(drawn_lines().settings)
    land = shapely.buffer(ground.land, 2e-4)  # a boundary moves by less than two steps of the grid
    whole = overlay(every_snapshot(), ground=ground).composite
    drawn = shapely.union_all(polygons_of(whole.arcs, whole.faces))
    assert shapely.difference(drawn, land).area < 1e-12
    given = shapely.union_all([part.shape for part in on(11).parts])
    assert shapely.difference(given, land).area > 1e-6


def test_what_a_map_leaves_blank_is_whose_the_settings_say():
    assert state_at(on(1), 69.55, -49.52) == State("union", Certainty.REPORTED)
    bare = replace(drawn_lines(), settings=replace(drawn_lines().settings, elsewhere=""))
    first = next(iter(snapshots(bare, basemap(bare.settings), "survey")))
    assert state_at(first, 69.55, -49.52) is None


def test_claimed_and_contested_ground_keeps_whoever_is_drawn_beneath():
    states = {part.state for part in on(11).parts}
    assert State("union", Certainty.CLAIMED, "council") in states
    assert State("union", Certainty.CONTESTED, "council") in states
    assert State("council", Certainty.CONTESTED, "union") in states
    assert State("unknown", Certainty.REPORTED) in states


def test_a_day_without_a_map_is_a_gap_and_no_change():
    record = drawn_lines()
    zone = record.settings.zone
    found = gaps(observations_of(record, "survey"), zone)
    assert [(a.astimezone(zone).day, b.astimezone(zone).day) for a, b in found] == [(13, 15), (22, 23)]
    assert all(one.astimezone(zone).hour == 0 for span in found for one in span)


def test_a_gap_over_the_change_of_clocks_ends_at_midnight():
    zone = drawn_lines().settings.zone.__class__("Europe/Kyiv")
    days = [datetime(2024, 3, day, 23, 59, tzinfo=zone) for day in (29, 1)]
    one = observations_of(drawn_lines(), "survey")[-1]
    made = [
        replace(one, happened=replace(one.happened, end=end))
        for end in (days[0], days[0] + timedelta(days=4))
    ]
    ((start, end),) = gaps(made, zone)
    assert (start.astimezone(zone).hour, end.astimezone(zone).hour) == (0, 0)
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(days=3, hours=-1)


def test_two_series_are_never_merged_and_a_method_picks_one():
    record = drawn_lines()
    other = tuple(
        replace(o, id=f"x-{o.id}", series="other") for o in record.observations if o.series == "survey"
    )
    both = replace(record, observations=(*record.observations, *other[:3]))
    with pytest.raises(NoSuchSeries, match="drawn:survey, drawn:other"):
        series_of(both)
    assert series_of(both, "drawn:other") == "other"
    assert {o.series for o in observations_of(both, "other")} == {"baseline", "other"}
    with pytest.raises(NoSuchSeries, match="surveys"):
        series_of(both, "drawn:surveys")


def test_a_strip_along_the_coast_is_of_the_shape_beside_it_and_ground_inland_is_not():
    land, drawn = shapely.box(0, 0, 10, 10), shapely.box(0.03, 0.03, 5, 9.97)
    coast = Coast.of(land, (0.0, 0.0, 10.0, 10.0))
    (strip,) = coast.strips([in_one(drawn)])
    assert strip is not None
    filled = shapely.union_all([drawn, strip])
    assert shapely.box(0, 0, 4.7, 10).difference(filled).area < 0.01
    assert filled.intersection(shapely.box(5.01, 0, 10, 10)).area < 1e-9
    (again,) = coast.strips([in_one(drawn)])
    assert again is strip


def test_strips_of_a_day_are_the_same_whatever_was_drawn_before_it():
    ground = basemap(drawn_lines().settings)
    land = shapely.difference(ground.land, ground.neighbours)
    days = [
        [in_one(part.shape) for part in s.parts if part.state.holder == "council"] for s in every_snapshot()
    ]
    coast = Coast.of(land, ground.window)
    for day in (*days[:6], days[2], days[5]):
        alone = Coast.of(land, ground.window).strips(day)
        for one, other in zip(coast.strips(day), alone, strict=True):
            assert (one is None) == (other is None)
            assert one is None or one.symmetric_difference(other).area < 1e-12

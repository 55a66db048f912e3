"""The invented war is what it says: always the same, valid, and its front moves."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import shapely
from typer.testing import CliRunner
from war_story import (
    BLUE,
    GREEN,
    RED,
    drawn_by_holder,
    drawn_days,
    town_days,
    town_record,
    write_days,
    write_town_map,
    write_viina,
)

from claims.history import control_history
from claims.ledger import Ledger
from frontline import app


def test_the_same_seed_draws_the_same_days() -> None:
    one, other = (list(drawn_days(6, 200, seed=3)) for _ in range(2))
    assert all(a.equals_exact(b, 0) for (_, a), (_, b) in zip(one, other, strict=True))
    assert one[0][1].is_valid and one[-1][1].area != one[0][1].area


def test_most_vertices_stay_from_day_to_day() -> None:
    days = [set(map(tuple, shapely.get_coordinates(area).tolist())) for _, area in drawn_days(10, 600)]
    kept = [len(one & other) / len(one) for one, other in pairwise(days)]
    assert min(kept) > 0.8 and len(set(kept)) > 3


def test_several_holders_touch_and_do_not_overlap() -> None:
    for _, areas in drawn_by_holder(5, 200):
        assert set(areas) == {RED, BLUE, GREEN} and all(area.is_valid for area in areas.values())
        together = shapely.union_all(list(areas.values())).area
        assert abs(sum(area.area for area in areas.values()) - together) < 1e-4


def test_files_have_their_date_in_their_name(tmp_path: Path) -> None:
    paths = write_days(tmp_path, drawn_days(3, 100))
    assert [path.name for path in paths][:2] == ["area_20220301.geojson", "area_20220302.geojson"]
    assert json.loads(paths[0].read_text())["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_towns_change_as_often_as_asked_and_always_to_the_other_side() -> None:
    told = town_days(places=400, days=60, changes=300, real=False)
    held = dict(told.start)
    for _, place_id, holder in told.changes:
        assert held[place_id] != holder
        held[place_id] = holder
    assert len(told.changes) == 300
    assert len({(day, place_id) for day, place_id, _ in told.changes}) == 300
    assert len(town_record(told).claims) == 300


def test_the_towns_load_as_a_map_and_as_a_table_of_viina(tmp_path: Path) -> None:
    told = town_days(places=60, days=30, changes=40, real=False)
    write_town_map(tmp_path / "war", told)
    write_viina(tmp_path / "viina.csv", told)
    ledger = f"sqlite:///{tmp_path}/war.db"
    for path in (tmp_path / "war", tmp_path / "viina.csv"):
        done = CliRunner().invoke(app, ["load", str(path), "--ledger", ledger])
        assert done.exit_code == 0, done.output
    with Ledger(ledger) as book:
        record = book.read()
    assert {row.place_id: row.holder for row in record.baseline.values()} == told.start
    assert len(record.claims) == len(told.places) + len(told.changes)
    last = {place_id: holder for _, place_id, holder in told.changes}
    holds = control_history(record, method="latest-report").holds
    assert {at: holds[at][-1].holder for at in told.start} == told.start | last

"""What a method is worth is measured on drawn maps: invented ones here, and two real years where they are."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from conftest import shared

from layers.territory.evaluation import Asked, evaluated, method_known, row_json, summary, table
from layers.territory.trial import News, baseline_of, history_of, record_of, reports, trial
from layers.territory.truth import Truth, read_towns, read_truth, thinned, towns_near

DAYS = tuple(date(2024, 1, 1 + 5 * n) for n in range(6))
LAND = shapely.box(29.0, 47.0, 31.0, 49.0)


def invented():
    """A front that goes east by about a kilometre a day in the middle, in a country without a coast."""
    areas = [
        shapely.box(29.0, 47.0, 30.0, 49.0).union(shapely.box(29.0, 47.7, 30.0 + 0.07 * n, 48.3))
        for n in range(len(DAYS))
    ]
    return Truth(DAYS, tuple(shapely.MultiPolygon([area]) for area in areas), LAND)


def towns_file(folder):
    rows = ["name,lat,lon,population"]
    for i, lat in enumerate(np.arange(47.03, 49, 0.04)):
        for j, lon in enumerate(np.arange(29.03, 31, 0.055)):
            rows.append(f"T{i}-{j},{lat + 0.003 * (j % 3):.4f},{lon + 0.004 * (i % 4):.4f},{(i * j) % 900}")
    file = folder / "towns.csv"
    file.write_text("\n".join(rows), "utf-8")
    return file


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    truth = invented()
    towns = read_towns(towns_file(tmp_path_factory.mktemp("towns")))
    return trial(truth, towns_near(truth, towns, 0, 60), 0)


def test_towns_beyond_the_front_are_left_out_and_sparse_ones_keep_the_large(held):
    assert 500 < len(held.towns) < 36 * 50
    few = thinned(held.truth, held.towns, 0, 60)
    assert len(few) < len(held.towns)
    assert {town for town in held.towns if town.population >= 500} <= set(few)


def test_every_change_is_reported_where_all_is_reported_and_nothing_is_wrong(held):
    told = reports(held, 25, News(1.0, 0, 0.0), 1)
    changes = (held.status[1:] != held.status[:-1]).sum()
    assert len(told) == changes > 50
    assert {one.day for one in told} <= set(DAYS)
    assert all(held.status[DAYS.index(one.day), one.town] == one.drawn for one in told)


def test_news_are_thinned_late_and_partly_wrong_and_the_same_for_the_same_seed(held):
    full, some = (reports(held, 25, News(share, 3, 0.0), 1) for share in (1.0, 0.3))
    assert 0.2 < len(some) / len(full) < 0.45
    assert some == reports(held, 25, News(0.3, 3, 0.0), 1) != reports(held, 25, News(0.3, 3, 0.0), 2)
    assert any(one.day not in DAYS for one in some)
    wrong = set(reports(held, 25, News(1.0, 0, 0.3), 1)) - set(reports(held, 25, News(1.0, 0, 0.0), 1))
    assert 0.1 < len(wrong) / len(full) < 1.0
    assert all(not (one.day - DAYS[0]).days > 25 for one in full)


def test_the_known_map_is_the_first_days_and_the_rest_is_news(held):
    history, record, line = history_of(held, reports(held, 25, News(), 1)), record_of(held), baseline_of(held)
    assert set(history.holds) == set(record.places)
    assert [part.state.holder for part in line.parts] == ["drawn", "elsewhere"]
    assert line.at.date() == DAYS[0]


def test_a_moved_line_beats_the_old_map_and_the_nearest_town(held):
    asked = Asked(densities=("dense",), news=(News(1.0, 0, 0.0),), days=(25,), seeds=(1,))
    rows = list(evaluated(held.truth, held.towns, asked))
    right = {row.method: row.bands[5.0].right for row in rows}
    assert right["line-shift"] > right["voronoi"] > 0.5
    assert right["line-shift"] > right["old-map"] + 0.05
    assert right["line-shift"] > 0.85
    shown = list(table(summary(rows)))
    assert len(shown) == 2 + len(rows)
    assert json.loads(json.dumps(row_json(rows[0])))["bands"]["5"]["cells"] > 100


def test_days_beyond_the_truth_and_unknown_methods_are_refused(held):
    with pytest.raises(ValueError, match="reaches 25 days"):
        list(evaluated(held.truth, held.towns, Asked(days=(90,))))
    with pytest.raises(LookupError, match="vornoi"):
        method_known("vornoi")


def test_a_folder_of_days_is_read_and_what_is_wrong_with_it_is_said(tmp_path):
    def write(name, geometry):
        feature = {"type": "Feature", "properties": {}, "geometry": geometry}
        collection = {"type": "FeatureCollection", "features": [feature]}
        (tmp_path / name).write_text(json.dumps(collection), "utf-8")

    square = shapely.geometry.mapping(shapely.box(36, 46.5, 38, 48))
    write("areas_20240701.geojson", square)
    with pytest.raises(ValueError, match="two days"):
        read_truth([tmp_path])
    write("areas_2024-07-02.geojson", square)
    truth = read_truth([tmp_path])
    assert truth.days == (date(2024, 7, 1), date(2024, 7, 2))
    crimea = shapely.Point(34.1, 45.0)
    assert truth.land.contains(crimea)
    assert not truth.areas[0].intersects(shapely.Point(37.0, 46.55))  # the sea
    write("again-20240702.geojson", square)
    with pytest.raises(ValueError, match="both of 2024-07-02"):
        read_truth([tmp_path])
    (tmp_path / "again-20240702.geojson").write_text("{}", "utf-8")
    (tmp_path / "areas_2024-07-02.geojson").unlink()
    with pytest.raises(ValueError, match="no GeoJSON"):
        read_truth([tmp_path])


def test_a_table_without_coordinates_is_named(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("name,lat\nA,3\n", "utf-8")
    with pytest.raises(ValueError, match="column lon"):
        read_towns(file)
    file.write_text("name,lat,lon\nA,3,x\n", "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_towns(file)


def test_two_real_years_hold_the_aims():
    """A part of the table in docs/methods.md: one seed, 300 days ahead, dense."""
    folders = [Path(shared(f"data/{name}")) for name in ("deepstate", "deepstate-every10")]
    towns = read_towns(Path(shared("data/gazetteer/ukraine_places.csv")))
    asked = Asked(
        ("old-map", "voronoi", "line-shift"),
        ("dense",),
        (News(0.3), News(every_status=True)),
        (300,),
        (1,),
        near_km=70.0,
    )
    rows = list(evaluated(read_truth(folders), towns, asked))
    old, nearest, moved = (row.bands for row in rows if not row.every_status)
    assert (moved[5.0].right, moved[10.0].right) >= (0.89, 0.93)
    assert moved[10.0].right > max(old[10.0].right, nearest[10.0].right) + 0.02
    assert moved[20.0].certain_right >= 0.99
    *_, known = (row.bands for row in rows if row.every_status)
    assert known[5.0].right >= 0.93
    assert known[10.0].right >= 0.965

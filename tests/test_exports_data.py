"""Tables of a map as files for other programs."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from claims_story import BLUE, GREEN, at, claim, place, story
from hypothesis import given
from hypothesis import strategies as st

from claims.history import control_history
from claims.map_record import MapRecord
from exports.data import neutralised, write_data
from exports.data_rows import Table, claims_table, history_table, places_table
from gazetteer.tables import read_places

CITY, NEAR = place("city", 50.0, 30.0), replace(place("near", 50.2, -30.1), population=0, geonames_id=7)
RECORD = replace(
    story(
        [
            claim("a", "captured", GREEN, "monitor", (1, 2), where="near", note='say "hello",\nthen go'),
            claim("b", "distance", None, "agency", (3, 4), where=None, value=6.0, reference_place_id="city"),
        ],
        (CITY, replace(NEAR, names={"ar": "قريب"}, variants=("Close", "By"))),
    ),
    credits="Points: somebody, CC BY 4.0\n\nReports: those named",
)
LICENCE = "Points: somebody, CC BY 4.0; Reports: those named"


def tables(record: MapRecord) -> list[Table]:
    return [claims_table(record), history_table(record, control_history(record)), places_table(record)]


def written(folder: Path, kind: str, table: Table) -> Path:
    path = folder / f"out.{kind}"
    assert write_data([table], path) == len(list(table.rows()))
    assert list(folder.iterdir()) == [path]
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_for_each_hold_with_what_it_rests_on(tmp_path: Path) -> None:
    table = history_table(RECORD, control_history(RECORD))
    near = [row for row in rows_of(written(tmp_path, "csv", table)) if row["place"] == "near"]
    assert [(row["from"], row["to"], row["holder"]) for row in near] == [
        ("", "2024-03-01T02:00:00+00:00", BLUE),
        ("2024-03-01T02:00:00+00:00", "", GREEN),
    ]
    assert (near[1]["certainty"], near[1]["claims"], near[1]["claimants"]) == ("assessed", "a", "monitor")
    assert (near[1]["method"], near[1]["licence"]) == ("assessed-first", LICENCE)


def test_json_lines_keep_numbers_and_say_null_where_nobody_said_anything(tmp_path: Path) -> None:
    lines = written(tmp_path, "jsonl", places_table(RECORD)).read_text(encoding="utf-8").splitlines()
    city, near = (json.loads(line) for line in lines)
    assert (near["lon"], near["population"], near["name_ar"], near["licence"]) == (-30.1, 0, "قريب", LICENCE)
    assert (city["population"], city["admin1"]) == (None, None)


def test_geojson_puts_located_rows_on_the_map_and_no_other(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path, "geojson", claims_table(RECORD)).read_text(encoding="utf-8"))
    assert set(found) == {"type", "features"}
    first, second = found["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [-30.1, 50.2]}
    assert second["geometry"] is None
    assert (second["properties"]["value"], second["properties"]["reference_place_id"]) == (6.0, "city")


@pytest.mark.parametrize("record", [RECORD, story([], (CITY,))], ids=["full", "without claims"])
def test_a_geopackage_holds_all_three_in_degrees_with_kinds_of_columns(
    tmp_path: Path, record: MapRecord
) -> None:
    import pyogrio

    path = tmp_path / "out.gpkg"
    write_data(tables(record), path)
    assert list(tmp_path.iterdir()) == [path]
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["claims", "history", "places"]
    for table in tables(record):
        info = pyogrio.read_info(path, layer=table.name)
        assert (info["crs"], info["geometry_type"]) == ("EPSG:4326", "Point")
        assert list(info["fields"]) == list(table.columns)
        kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
        assert {kinds[name] for name in table.whole} <= {"int64"}
        assert {kinds[name] for name in table.numbers} <= {"float64"}
    with sqlite3.connect(path) as book:
        said = book.execute("SELECT id, lat, lon, population FROM places ORDER BY id").fetchall()
    book.close()
    expected = sorted((p.id, p.lat, p.lon, p.population) for p in record.places.values())
    assert said == expected


def test_places_come_back_through_our_reader(tmp_path: Path) -> None:
    path = written(tmp_path, "csv", places_table(RECORD))
    assert {p.id: p for p in read_places(path)} == dict(RECORD.places)


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.csv.zip"])
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"ends in none of \.csv, \.jsonl, \.geojson, \.gpkg"):
        write_data([places_table(RECORD)], tmp_path / name)


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = written(tmp_path, "csv", places_table(RECORD))
    before = path.read_bytes()

    def broken() -> Any:
        yield from places_table(RECORD).rows()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_data([replace(places_table(RECORD), rows=broken)], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


FORMULAS = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "'=1", "''@", "'\t"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_gets_a_quote_in_front(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", " =1", "'", "'a", "1", "−1", "’=1"])
def test_other_texts_stay(text: str) -> None:
    assert neutralised(text) == text


@given(st.text(alphabet="'=+-@\t\rab", max_size=8))
def test_neutralising_can_be_undone_and_leaves_nothing_to_run(text: str) -> None:
    cell = neutralised(text)
    assert (cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in tuple("=+-@\t\r") else cell) == text
    assert cell[:1] not in tuple("=+-@\t\r")


def test_hostile_texts_are_harmless_in_csv_and_numbers_stay_numbers(tmp_path: Path) -> None:
    hostile = replace(
        RECORD,
        places={
            "city": replace(CITY, name="=HYPERLINK(1)", lat=-5.0),
            "near": replace(NEAR, variants=("@x",)),
        },
    )
    city, near = rows_of(written(tmp_path, "csv", places_table(hostile)))
    assert (city["name"], city["lat"], near["other_names"], near["lon"]) == (
        "'=HYPERLINK(1)",
        "-5",
        "'@x",
        "-30.1",
    )


def test_a_time_is_written_on_the_maps_clocks_and_a_day_as_a_day() -> None:
    from zoneinfo import ZoneInfo

    from claims.claim import Precision, Window

    zone = ZoneInfo("Asia/Damascus")
    made = replace(RECORD, settings=replace(RECORD.settings, zone=zone))
    day = Window(at(-3), at(20) + (at(1) - at(0)) * 59 / 60, Precision.DAY)
    one = replace(made.claims[0], happened=day)
    other = replace(one, happened=replace(day, precision=Precision.WEEK))
    (first, _), (second, _), *_ = claims_table(replace(made, claims=(one, other, made.claims[1]))).rows()
    assert (first["happened_from"], first["happened_to"], first["happened_precision"]) == (
        "2024-03-01",
        "2024-03-01",
        "",
    )
    assert second["happened_precision"] == "week"
    assert first["reported_at"] == "2024-03-01T06:00:00+03:00"

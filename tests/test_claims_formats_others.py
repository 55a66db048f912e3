"""UCDP, VIINA, timemap, GeoJSON, workbooks and drawn areas: what each says, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from format_files import CLAIM, Desk, desk_in, table
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from claims.claim import Event, Precision
from claims.formats.areas import read_areas
from claims.formats.json_parts import BadJson, JsonParts
from claims.formats.viina import AS_BEFORE, NOT_ON_MAP
from claims.import_file import format_of
from claims.map_folder import read_map_folder
from gazetteer.errors import BadFiles, Fault


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


def zipped(desk: Desk, name: str, **members: str | bytes) -> Path:
    path = desk.folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member.replace("__", "."), content)
    return path


# UCDP GED

GED = {
    "id": "700001",
    "type_of_violence": "1",
    "side_a": "Government of Inventia",
    "side_b": "Blue Front",
    "source_office": "Inventia Gazette;Fell Post",
    "source_date": "2024-03-05;2024-03-06",
    "source_headline": "Fighting at Fell",
    "where_prec": "1",
    "where_coordinates": "Lower Fell town",
    "adm_1": "North",
    "latitude": "65.01",
    "longitude": "-18.5",
    "date_prec": "1",
    "date_start": "2024-03-03 00:00:00.000",
    "date_end": "2024-03-03 00:00:00.000",
    "best": "4",
    "high": "6",
    "low": "3",
    "gwnoa": "999",
}


def test_ucdp_events_are_clashes_and_casualties_and_say_nothing_of_control(desk: Desk) -> None:
    rows = [GED, {**GED, "id": "2", "type_of_violence": "3", "high": "4", "low": "4", "where_prec": "4"}]
    done = desk.load(desk.write("ged.csv", table(rows)))
    assert done.format == "ucdp"
    clash, attack = desk.claims()["ucdp-700001"], desk.claims()["ucdp-2"]
    assert (clash.event, clash.holder, clash.value) == (Event.CLASH, None, 4.0)
    assert (clash.qualifier, clash.value_low, clash.value_high) == ("between", 3.0, 6.0)
    assert (clash.claimant, clash.reporter) == ("inventia-gazette", "ucdp")
    assert clash.report.publisher == "Inventia Gazette;Fell Post"
    assert clash.reported_at == datetime(2024, 3, 5, 23, 59, tzinfo=UTC)
    assert clash.note == "Government of Inventia / Blue Front: Fighting at Fell"
    assert desk.record().places[clash.place_id or ""].precision_m == 2_000
    assert (attack.event, attack.place_id, attack.qualifier) == (Event.CASUALTIES, None, "")


def test_ucdp_faults_are_told(desk: Desk) -> None:
    bad = {**GED, "date_prec": "9", "best": "many", "latitude": "95", "id": ""}
    rows = [bad, {**GED, "date_end": "2024-03-02"}, {**GED, "low": "9"}]
    columns = [(fault.line, fault.column) for fault in desk.faults(desk.write("ged.csv", table(rows)))]
    assert columns == [
        (2, "id"),
        (2, "latitude"),
        (2, "date_start"),
        (2, "best"),
        (3, "date_start"),
        (4, "best"),
    ]


# VIINA


def panel(*rows: tuple[str, str, str, str]) -> str:
    names = ("geonameid", "date", "status_wiki", "status_isw")
    return table(
        {**dict(zip(names, row, strict=True)), "status": row[2], "vcontrol_version": "9"} for row in rows
    )


@pytest.fixture
def numbered(tmp_path: Path) -> Iterator[Desk]:
    """The new map, with a record of GeoNames for its village and aliases for its parties."""
    with desk_in(tmp_path) as made:
        folder = tmp_path / "my-map"
        places = (folder / "places.csv").read_text(encoding="utf-8").splitlines()
        numbers = ["geonames_id", "", "77", *[""] * (len(places) - 3)]
        with_numbers = [f"{line},{number}" for line, number in zip(places, numbers, strict=True)]
        (folder / "places.csv").write_text("\n".join(with_numbers), encoding="utf-8")
        actors = (folder / "actors.csv").read_text(encoding="utf-8").splitlines()
        aliases = ["aliases", "UA|Blues", "RU", *[""] * (len(actors) - 3)]
        (folder / "actors.csv").write_text(
            "\n".join(f"{line},{alias}" for line, alias in zip(actors, aliases, strict=True)),
            encoding="utf-8",
        )
        made.ledger.load(read_map_folder(folder), datetime(2025, 1, 1, tzinfo=UTC))
        yield made


STORY = (
    ("77", "20240301", "UA", ""),
    ("88", "20240301", "UA", "UA"),
    ("77", "20240302", "UA", "UA"),
    ("77", "20240303", "RU", ""),
    ("77", "20240304", "RU", "CONTESTED"),
    ("77", "20240310", "UA", "CONTESTED"),
)


def test_viina_says_something_only_where_a_status_changed(numbered: Desk) -> None:
    done = numbered.load(numbered.write("control.csv", panel(*STORY)))
    told = {
        claim.id.removeprefix("viina-77-"): (
            claim.claimant,
            str(claim.event),
            claim.holder,
            claim.from_holder,
        )
        for claim in numbered.claims().values()
        if claim.id.startswith("viina")
    }
    assert told == {
        "20240301-wiki": ("viina-wiki", "holds", "blue", None),
        "20240302-isw": ("viina-isw", "holds", "blue", None),
        "20240303-wiki": ("viina-wiki", "holds", "green", None),
        "20240304-isw": ("viina-isw", "contested", "green", "blue"),
        "20240310-wiki": ("viina-wiki", "holds", "blue", None),
    }
    assert done.tally.passed_over == {NOT_ON_MAP: 1}
    assert not done.came.actors


def test_viina_window_begins_where_the_other_status_was_last_seen(numbered: Desk) -> None:
    numbered.load(numbered.write("control.csv", panel(*STORY)))
    claims = numbered.claims()
    wide = claims["viina-77-20240304-isw"].happened
    assert (wide.start, wide.end) == (
        datetime(2024, 3, 2, 23, 59, tzinfo=UTC),
        datetime(2024, 3, 4, 23, 59, tzinfo=UTC),
    )
    assert wide.precision is Precision.WEEK
    assert claims["viina-77-20240303-wiki"].happened.precision is Precision.DAY
    first = claims["viina-77-20240301-wiki"].happened
    assert (first.start.hour, first.end.hour) == (0, 23)


def test_viina_is_read_from_its_zip_too_and_a_longer_panel_adds_only_what_is_new(numbered: Desk) -> None:
    numbered.load(numbered.write("control.csv", panel(*STORY[:4])))
    done = numbered.load(
        zipped(numbered, "control.zip", control__csv=panel(*STORY, *[("77", "20240311", "UA", "CONTESTED")]))
    )
    assert (done.format, done.result.added, done.result.unchanged) == ("viina", 2, 3)
    assert done.tally.passed_over[AS_BEFORE] == 1


def test_viina_faults_are_told(numbered: Desk) -> None:
    told = numbered.told(
        numbered.write(
            "c.csv", panel(STORY[0], STORY[0], ("77", "2024", "UA", ""), ("77", "20240302", "XX", ""))
        )
    )
    assert told == [
        "c.csv, line 3: date: '20240301' is not after 20240301, the day of the row before of this place",
        "c.csv, line 4: date: '2024' is not a day that is read; write it like 2024-12-03",
        "c.csv, line 5: date: status_wiki is 'XX'; it is UA, RU or CONTESTED",
    ]


# timemap

EVENT = {
    "id": "41",
    "description": "A missile struck the depot",
    "date": "3/5/2024",
    "time": "14:30",
    "location": "Depot",
    "latitude": "65.0",
    "longitude": "-18.6",
    "category": "Missile Strike",
    "associations": ["east"],
    "sources": ["channel-7", "channel-9"],
    "shape": "",
    "custom": 7,
}


def test_timemap_events_need_a_zone_for_their_clock_times(desk: Desk) -> None:
    file = desk.write("events.json", json.dumps([EVENT]))
    assert "says no time zone" in desk.told(file)[0]
    desk.load(file, tz="America/New_York")
    claim = desk.claims()["timemap-41"]
    assert claim.happened.start == claim.happened.end == datetime(2024, 3, 5, 19, 30, tzinfo=UTC)
    assert (claim.event, claim.claimant) == (Event.STRIKE, "channel-7")
    assert claim.report.publisher == "channel-7; channel-9"


def test_timemap_sheets_say_the_same_and_what_has_no_known_word_is_passed_over(desk: Desk) -> None:
    sheet = {
        "description": "Clashes",
        "date": "03/05/2024",
        "time": "",
        "location": "Ridge",
        "latitude": "",
        "longitude": "",
        "association1": "",
        "association2": "Armed clash",
        "source1": "channel-7",
    }
    done = desk.load(desk.write("events.csv", table([sheet, {**sheet, "association2": "Parade"}])))
    assert done.format == "timemap"
    assert done.tally.passed_over == {"of a kind that says nothing we know ('Parade')": 1}
    (claim,) = [c for c in desk.claims().values() if c.id.startswith("timemap")]
    assert (claim.event, claim.place_id, claim.place_as_written) == (Event.CLASH, None, "Ridge")
    assert (claim.happened.precision, claim.reported_day_precision) == (Precision.DAY, True)
    assert desk.load(desk.folder / "events.csv").result.added == 0


def test_timemap_faults_are_told_with_their_line(desk: Desk) -> None:
    events = [EVENT, {**EVENT, "date": "13/40/2024", "longitude": "", "time": "late"}, 7]
    text = "[\n" + ",\n".join(json.dumps(event) for event in events) + "\n]"
    told = desk.told(desk.write("events.json", text), tz="UTC")
    assert [line.split(": ")[0:2] for line in told] == [
        ["events.json, line 3", "latitude"],
        ["events.json, line 3", "date"],
        ["events.json, line 4", "is not an event"],
    ]


# GeoJSON


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [-18.7, 64.8]}
    given = {**CLAIM, "place": "Hill Farm", "place_id": None, "claimant": "Fell Post", "holder": "Hill Guard"}
    return {"type": "Feature", "geometry": geometry or point, "properties": {**given, **properties}}


def collection(*features: dict[str, Any], **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": list(features)})


def test_geojson_points_become_claims_with_new_names(desk: Desk) -> None:
    done = desk.load(desk.write("points.geojson", collection(feature(colour="red", precision_m=300))))
    claim = desk.claims()["C1"]
    assert (claim.place_id, claim.holder, claim.claimant) == ("hill-farm", "hill-guard", "fell-post")
    assert desk.record().places["hill-farm"].precision_m == 300
    assert set(done.came.sources) == {"fell-post"}
    assert desk.load(desk.folder / "points.geojson").result.added == 0


def test_other_names_for_our_columns_are_understood_and_other_shapes_passed_over(desk: Desk) -> None:
    plain = {
        "id": "E1",
        "name": "Hill Farm",
        "date": "2024-03-02",
        "source": "Fell Post",
        "event": "strike",
        "description": "hit",
    }
    point = {"type": "Point", "coordinates": [-18.7, 64.8, 12.5]}
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    done = desk.load(
        desk.write(
            "points.json",
            collection({"type": "Feature", "geometry": point, "properties": plain}, feature(line)),
        )
    )
    claim = desk.claims()["E1"]
    assert (claim.note, claim.reported_at) == ("hit", claim.happened.end)
    assert done.tally.passed_over == {"that are no points ('LineString')": 1}
    assert len(done.tally.flagged) == 1


@pytest.mark.parametrize("where", ["before", "behind", "feature", "geometry"])
def test_a_reference_system_is_refused_wherever_it_stands(desk: Desk, where: str) -> None:
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/trap", "type": "proj4"}}
    made = feature()
    if where == "feature":
        made["crs"] = link
    if where == "geometry":
        made["geometry"]["crs"] = link
    text = collection(made)
    if where == "before":
        text = collection(made, crs=link)
    if where == "behind":
        text = text[:-1] + ', "crs": ' + json.dumps(link) + "}"
    assert "names a reference system (crs)" in desk.told(desk.write("points.geojson", text))[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]]",
        '{"features": [',
        '{"features": [1,]}',
        '{"features": [{"a": 1} {"b": 2}]}',
        '{"features": 7}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": [NaN, 1]}, "properties": {}}]}',
        '{"features": [' + "[" * 100_000,
        '{"type": "Feature", "properties": {}}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": {}}, "properties": {}}]}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": [1]}, "properties": {"id": "x"}}]}',
    ],
)
def test_broken_geojson_is_a_fault(desk: Desk, text: str) -> None:
    assert desk.faults(desk.write("points.geojson", text))


def test_parts_of_any_length_are_read_across_chunks() -> None:
    items = [{"n": "x" * size, "é": i} for i, size in enumerate((0, 10, 70_000, 200_000, 1))]
    raw = json.dumps({"a": [1, {"b": 2}], "list": items, "z": None}, ensure_ascii=False, indent=1).encode()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 4097))

    parts = JsonParts(Slow(raw))
    found = [json.loads(text) for _, text, _ in parts.each("list")]
    assert found == items
    assert parts.beside == {"a": ["1", {"b": "2"}], "z": None}
    with pytest.raises(BadJson, match="has no list 'other'"):
        list(JsonParts(io.BytesIO(raw)).each("other"))


# Workbooks


def workbook(desk: Desk, *rows: list[Any], name: str = "claims.xlsx") -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path = desk.folder / name
    book.save(path)
    return path


def test_a_workbook_says_what_the_table_says(desk: Desk) -> None:
    columns = [*CLAIM, "value", "qualifier", "note"]
    cells = {
        **CLAIM,
        "happened_from": date(2024, 3, 2),
        "reported_at": datetime(2024, 3, 2),  # noqa: DTZ001 - a cell of a workbook has no zone
        "value": 3.0,
        "qualifier": "about",
        "note": " two ",
    }
    done = desk.load(workbook(desk, columns, [cells[name] for name in columns], [None] * 9))
    assert (done.format, done.tally.rows) == ("xlsx", 1)
    claim = desk.claims()["C1"]
    assert (claim.value, claim.note, claim.reported_day_precision) == (3.0, "two", True)
    told = desk.told(workbook(desk, columns, [*list(CLAIM.values()), 1, "roughly"], name="bad.xlsx"))
    assert told == [
        "bad.xlsx, line 2: qualifier: 'roughly' is not known; known are about, at_least, between, "
        "less_than, more_than, up_to"
    ]


def test_a_workbook_with_entities_expands_nothing(desk: Desk) -> None:
    good = workbook(desk, list(CLAIM), list(CLAIM.values()))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    bad = desk.folder / "bomb.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            if member == "xl/workbook.xml":
                content = bomb.encode() + content
            target.writestr(member, content)
    assert "cannot be read as an XLSX workbook: 'DTDForbidden" in desk.told(bad)[0]


@example([(229, 157)], False)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rotten_archives_make_no_more_than_a_fault(
    desk: Desk, flips: list[tuple[int, int]], of_a_workbook: bool
) -> None:
    if of_a_workbook:
        good = workbook(desk, list(CLAIM), list(CLAIM.values()))
    else:
        good = zipped(desk, "good.zip", control__csv=panel(*STORY))
    raw = bytearray(good.read_bytes())
    for at, byte in flips:
        raw[at % len(raw)] = byte
    rotten = desk.write(f"rotten{good.suffix}", bytes(raw))
    try:
        desk.load(rotten, form="xlsx" if of_a_workbook else "viina", dry_run=True)
    except BadFiles as bad:
        assert str(bad).startswith("rotten")


@pytest.mark.parametrize("name", ["zeros.xlsx", "zeros.zip"])
def test_what_would_expand_too_far_is_refused_before_it_is_unpacked(desk: Desk, name: str) -> None:
    bomb = zipped(desk, name, data__csv=b"0" * 5_000_000)
    (told,) = desk.told(bomb, form="xlsx" if name.endswith("xlsx") else "viina")
    assert "would expand to 5,000,000 bytes, more than 250 times its packed size" in told


def test_a_zip_of_several_tables_or_none_is_refused(desk: Desk) -> None:
    two = zipped(desk, "two.zip", a__csv="x", b__csv="y")
    assert "has 2 CSV files in it" in str(desk.told(two, form="viina"))
    many = zipped(desk, "many.zip", **{f"f{i}": "x" for i in range(1_001)})
    assert "has 1,001 files in it; the most is 1,000" in str(desk.told(many, form="viina"))
    with pytest.raises(BadFiles, match="cannot be read as a zip archive"):
        desk.load(desk.write("no.zip", b"PK\3\4 no"))


# Which format a file has


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.csv", "claim_id,place\n", "csv"),
        ("a.csv", "\ufeffevent_id_cnty,event_date\n", "acled"),
        ("a.csv", "id,relid,type_of_violence\n", "ucdp"),
        ("a.csv", '"geonameid","date"\n', "viina"),
        ("a.csv", "kod,date\n", "viina"),
        ("a.csv", "description,date\n", "timemap"),
        ("a.json", '{"type": "FeatureCollection"}', "geojson"),
        ("a.json", "[]", "timemap"),
        ("a.NDJSON", "", "jsonl"),
        ("a.geojson", "", "geojson"),
        ("a.xlsx", "", "xlsx"),
    ],
)
def test_the_format_is_told_by_name_and_first_line(desk: Desk, name: str, content: str, form: str) -> None:
    assert format_of(desk.write(name, content)) == form


def test_a_file_of_no_known_format_is_told_so(desk: Desk) -> None:
    for name, content in (("a.csv", "x,y\n"), ("a.pdf", "%PDF"), ("a.csv", '"')):
        with pytest.raises(
            ValueError, match=r"Cannot tell which format 'a\..*' has; say it: --format csv\|jsonl"
        ):
            format_of(desk.write(name, content))


# Drawn areas

SQUARE = (
    '{"type": "Polygon",  "coordinates": [[[-18.6, 64.9], [-18.5, 64.9], [-18.5, 65.00], [-18.6, 64.9]]]}'
)


def areas(*features: str) -> bytes:
    return ('{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}").encode()


def drawn(geometry: str = SQUARE, **properties: str) -> str:
    return '{"type": "Feature", "properties": ' + json.dumps(properties) + ', "geometry": ' + geometry + "}"


def test_drawn_areas_are_kept_to_the_byte_and_claims_can_name_them(desk: Desk) -> None:
    import hashlib

    folder = desk.folder / "my-map"
    (folder / "areas.geojson").write_bytes(areas(drawn(id="belt", name="The belt", source="drawn by maya")))
    record = read_map_folder(folder)
    area = record.areas["belt"]
    assert (area.geometry, area.name, area.source) == (SQUARE, "The belt", "drawn by maya")
    assert area.sha256 == hashlib.sha256(SQUARE.encode()).hexdigest()
    desk.ledger.load(record, datetime(2025, 1, 1, tzinfo=UTC))
    assert desk.record().areas == record.areas
    desk.load(desk.write("more.csv", table([{**CLAIM, "place_id": "", "area_id": "belt"}])))
    assert desk.claims()["C1"].area_id == "belt"


def test_what_is_wrong_with_a_drawn_area_is_told(desk: Desk) -> None:
    folder = desk.folder / "my-map"
    point = '{"type": "Point", "coordinates": [1, 2]}'
    far = SQUARE.replace("64.9]", "164.9]")
    (folder / "areas.geojson").write_bytes(
        areas(
            drawn(id="a", name="A"),
            drawn(id="a", name="B"),
            drawn(name="C"),
            drawn(point, id="d", name="D"),
            drawn(far, id="e", name="E"),
            drawn('{"type": "Polygon", "coordinates": [[["1", "2"]]]}', id="f", name="F"),
            drawn(SQUARE[:-1] + ', "crs": {}}', id="g", name="G"),
            "7",
        )
    )
    with pytest.raises(BadFiles) as caught:
        read_map_folder(folder)
    assert [fault.line for fault in caught.value.faults] == [3, 4, 5, 6, 7, 8, 9]
    faults: list[Fault] = []
    read_areas(io.BytesIO(b'{"features": [], "crs": {}}'), faults)
    assert faults[0].column == "crs"

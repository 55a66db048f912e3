"""A map's folder: what is read from it, and how everything wrong with it is told at once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import EXAMPLE

from claims.claim import Event
from claims.errors import FolderNotEmpty, NotAMapFolder
from claims.history import control_history
from claims.ledger import Ledger
from claims.map_folder import read_map_folder
from claims.map_record import MapRecord
from claims.map_settings import ROLES
from claims.new_map import write_new_map
from gazetteer.errors import BadFiles, Fault
from layers.fit import ground_faults

NOW = datetime(2024, 3, 9, 12, tzinfo=UTC)
HEADER = (
    "claim_id,happened_from,happened_to,reported_at,place,place_id,event,holder,from_holder,claimant,reporter,"
    "status,reliability,credibility,value,qualifier,value_low,value_high,reference_place_id,source_url,note"
)
GOOD = {
    "claim_id": "C1",
    "happened_from": "2024-03-02",
    "happened_to": "2024-03-02",
    "reported_at": "2024-03-02",
    "place": "North Village",
    "place_id": "north-village",
    "event": "captured",
    "holder": "green",
    "from_holder": "blue",
    "claimant": "example-agency",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my-map"
    write_new_map(made)
    return made


def row(**cells: str) -> str:
    values = {**GOOD, **cells}
    assert set(values) <= set(HEADER.split(","))
    return ",".join('"' + values.get(column, "").replace('"', '""') + '"' for column in HEADER.split(","))


def with_claims(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "claims.csv").write_text("\r\n".join([header, *rows, ""]), encoding="utf-8", newline="")
    return folder


def faults_of(folder: Path, tz: str | None = None) -> tuple[Fault, ...]:
    with pytest.raises(BadFiles) as caught:
        read_map_folder(folder, tz=tz)
    return caught.value.faults


def only_fault(folder: Path, tz: str | None = None) -> str:
    (fault,) = faults_of(folder, tz)
    return str(fault)


def edit(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    file = folder / name
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    file.write_text(after, encoding="utf-8", newline="")
    return folder


# What is read.


def test_example_is_read_whole(hama_record: MapRecord) -> None:
    assert (len(hama_record.places), len(hama_record.baseline), len(hama_record.claims)) == (430, 430, 398)
    assert (len(hama_record.actors), len(hama_record.sources), len(hama_record.unlocated)) == (7, 70, 54)
    assert hama_record.settings.id == "hama-2024"
    assert hama_record.settings.span[0].isoformat() == "2024-11-27T00:00:00+03:00"
    assert "GeoNames" in hama_record.credits
    assert all(c.happened.start <= c.happened.end for c in hama_record.claims)


def test_bare_dates_are_days_in_the_maps_zone(hama_record: MapRecord) -> None:
    claims = {c.id: c for c in hama_record.claims}
    day = claims["T143"]
    assert (day.happened.start.isoformat(), day.happened.end.isoformat()) == (
        "2024-12-02T21:00:00+00:00",
        "2024-12-03T20:59:00+00:00",
    )
    assert (day.happened.day_precision, day.reported_day_precision) == (True, True)
    assert day.reported_at.isoformat() == "2024-12-04T20:59:00+00:00"
    assert not claims["T168"].happened.day_precision


def test_distance_keeps_its_words(hama_record: MapRecord) -> None:
    claims = {c.id: c for c in hama_record.claims}
    between = claims["T208"]
    assert (between.value, between.qualifier, between.value_low, between.value_high) == (3.5, "between", 3, 4)
    assert claims["T170b"].qualifier == "at_least"
    assert claims["X043"].qualifier == "more_than"
    assert claims["X044"].qualifier == ""


def test_blank_cells_have_their_defaults(folder: Path) -> None:
    with_claims(folder, row(happened_to="", reporter="", place_id=""))
    (claim,) = read_map_folder(folder).claims
    assert (claim.reporter, claim.status) == ("example-agency", "claimed")
    assert (claim.reliability, claim.credibility) == ("F", 6)
    assert claim.place_id is None
    assert (claim.happened.end - claim.happened.start).total_seconds() == (24 * 60 - 1) * 60


def test_optional_columns_may_be_missing(folder: Path) -> None:
    header = "claim_id,happened_from,reported_at,place,event,claimant"
    with_claims(folder, "C1,2024-03-02,2024-03-02,North Village,clash,example-agency", header=header)
    (claim,) = read_map_folder(folder).claims
    assert claim.event is Event.CLASH


def test_clock_times_need_a_zone_or_get_the_stated_one(folder: Path) -> None:
    with_claims(folder, row(happened_from="2024-03-02T06:00", happened_to="2024-03-02T09:00+02:00"))
    assert "says no time zone" in only_fault(folder)
    (claim,) = read_map_folder(folder, tz="Asia/Damascus").claims
    assert claim.happened.start == datetime(2024, 3, 2, 3, tzinfo=UTC)
    assert claim.happened.end == datetime(2024, 3, 2, 7, tzinfo=UTC)


def test_written_names_are_looked_up_when_asked(folder: Path) -> None:
    with_claims(folder, row(place_id=""), row(claim_id="C2", place_id="", place="Nowhere At All"))
    assert [c.place_id for c in read_map_folder(folder).claims] == [None, None]
    with pytest.raises(BadFiles, match="line 3: place: No place named 'Nowhere At All'"):
        read_map_folder(folder, locate_missing=True)
    with_claims(folder, row(place_id=""))
    assert read_map_folder(folder, locate_missing=True).claims[0].place_id == "north-village"


def test_hostile_names_are_kept_as_text(folder: Path) -> None:
    hostile = '<a href=javascript:alert(1)>x</a></script>%{y}\u202e<span style="background:url()">'
    with_claims(folder, row(place=hostile, note=hostile, source_url="javascript:alert(1)"))
    (claim,) = read_map_folder(folder).claims
    assert (claim.place_as_written, claim.note, claim.source_url) == (hostile, hostile, "javascript:alert(1)")


# Everything wrong is told, with its line.


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"happened_from": "2.3.2024"}, "happened_from: '2.3.2024' is not a date or time; write 2024-12-03"),
        ({"happened_from": "2024-02-30"}, "does not exist in the calendar"),
        ({"happened_from": "2024-03-03"}, "2024-03-03 is after happened_to (2024-03-02)"),
        ({"happened_to": "yesterday"}, "happened_to: 'yesterday' is not a date or time"),
        ({"happened_from": ""}, "happened_from: is empty"),
        ({"reported_at": "2024-03-02T25:00Z"}, "reported_at: '2024-03-02T25:00Z' does not exist"),
        ({"reported_at": ""}, "reported_at: is empty"),
        ({"claim_id": ""}, "claim_id: is empty"),
        ({"claim_id": "x" * 201}, "is longer than 200 characters"),
        ({"place": ""}, "place: is empty"),
        (
            {"place_id": "north-vilage"},
            "place_id: 'north-vilage' is not known; did you mean 'north-village'?",
        ),
        ({"holder": "gren"}, "holder: 'gren' is not known; did you mean 'green'?"),
        ({"from_holder": "red"}, "from_holder: 'red' is not known"),
        ({"claimant": "example-agancy"}, "did you mean 'example-agency'?"),
        ({"claimant": ""}, "claimant: is empty"),
        ({"reporter": "nobody"}, "reporter: 'nobody' is not known"),
        ({"event": "captred"}, "event: 'captred' is not known; did you mean 'captured'?"),
        ({"status": "maybe"}, "status: 'maybe' is not known"),
        ({"reliability": "G"}, "reliability: 'G' is not known"),
        ({"credibility": "7"}, "credibility: '7' is not known"),
        ({"value": "many"}, "value: 'many' is not a number"),
        ({"value": "-3"}, "value: '-3' is not between 0"),
        ({"value": "nan"}, "value: 'nan' is not a number"),
        ({"qualifier": "roughly", "value": "3"}, "qualifier: 'roughly' is not known"),
        ({"qualifier": "about"}, "the qualifier 'about' needs a number"),
        ({"qualifier": "between", "value": "3"}, "'between' needs value_low and value_high"),
        (
            {"qualifier": "between", "value": "3", "value_low": "4", "value_high": "2"},
            "4 is more than value_high (2)",
        ),
        ({"value": "3", "value_low": "2"}, "belong to the qualifier 'between'"),
        ({"event": "distance", "reference_place_id": "middle-city"}, "a distance needs its km"),
        ({"event": "distance", "value": "3"}, "a distance needs the place it is measured from"),
        ({"event": "distance", "value": "3", "reference_place_id": "mars"}, "'mars' is not known"),
        ({"reported_at": "2024-03-01"}, "2024-03-01 is before happened_from (2024-03-02)"),
        ({"note": "x" * 120_000}, "note: has 120,000 characters; the most is 100,000"),
        ({"note": "a\x00b"}, "note: contains a NUL character"),
    ],
)
def test_fault_of_a_claim_is_told_with_its_line(folder: Path, cells: dict[str, str], said: str) -> None:
    with_claims(folder, row(claim_id="first"), row(**cells))
    fault = only_fault(folder)
    assert fault.startswith("claims.csv, line 3: ")
    assert said in fault


def test_all_faults_of_all_files_are_told_together(folder: Path) -> None:
    with_claims(folder, row(), row(event="captred", holder="gren"), row(claim_id="C3", reported_at="soon"))
    edit(folder, "places.csv", lambda text: text.replace("65.06", "165.06"))
    edit(folder, "sources.csv", lambda text: text.replace("blue|green", "blue|gren"))
    edit(folder, "map.toml", lambda text: text.replace("reach_km", "reach"))
    found = {(f.file, f.line, f.column) for f in faults_of(folder)}
    assert {
        ("claims.csv", 3, "claim_id"),
        ("claims.csv", 3, "event"),
        ("claims.csv", 3, "holder"),
        ("claims.csv", 4, "reported_at"),
        ("places.csv", 3, "lat"),
        ("sources.csv", 3, "independent_of"),
    } <= found
    assert any(f.file == "map.toml" and "did you mean 'reach_km'?" in f.message for f in faults_of(folder))


def test_broken_places_do_not_make_every_claim_wrong(folder: Path) -> None:
    edit(folder, "places.csv", lambda text: text.replace("64.95", "north"))
    edit(folder, "actors.csv", lambda text: text.replace("green,Green front", "blue,Green front"))
    assert {f.file for f in faults_of(folder)} == {"places.csv", "actors.csv"}


def test_unknown_and_missing_columns_are_named(folder: Path) -> None:
    edit(folder, "claims.csv", lambda text: text.replace("claimant,", "claiment,", 1))
    said = [str(f) for f in faults_of(folder)]
    assert any("column 'claiment' is not known; did you mean 'claimant'?" in s for s in said)
    assert any("column 'claimant' is missing" in s for s in said)


def test_duplicate_ids_name_the_first_line(folder: Path) -> None:
    with_claims(folder, row(), row(claim_id="C2"), row())
    assert only_fault(folder) == "claims.csv, line 4: claim_id: 'C1' is already the id of line 2"


def test_broken_encoding_is_told_with_its_line(folder: Path) -> None:
    file = folder / "claims.csv"
    file.write_bytes(file.read_bytes().replace(b"North Village", b"North Vill\xe4ge"))
    assert "claims.csv, line 2: is not UTF-8" in only_fault(folder)


def test_ten_megabytes_in_one_cell_are_refused(folder: Path) -> None:
    with_claims(folder, row(note="x" * 10_000_000), row(claim_id="C2", event="captred"))
    lines = {f.line for f in faults_of(folder)}
    assert lines == {2, 3}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'city = "middle-city"',
            'city = "midle-city"',
            "no place has the id 'midle-city'; did you mean 'middle-city'?",
        ),
        ('timezone = "Atlantic/Reykjavik"', 'timezone = "Atlantic/Rekjavik"', "is not a time zone"),
        (
            '["2024-03-01", "2024-03-05"]',
            '["2024-03-05", "2024-03-01"]',
            "2024-03-05 is not before 2024-03-01",
        ),
        ('["2024-03-01", "2024-03-05"]', '["1 March", "2024-03-05"]', "'1 March' is not a date"),
        ("[-19.6, 64.6, -17.4, 65.3]", "[-17.4, 64.6, -19.6, 65.3]", "west must be less than east"),
        ("[-19.6, 64.6, -17.4, 65.3]", "[-19.6, 64.6]", "is not [west, south, east, north]"),
        ('id = "my-map"', 'id = "My Map"', "cannot stand in an address"),
        ("reach_km = 12.0", "reach_km = -1", "is not a distance"),
        ("reach_km = 12.0", 'reach_km = "far"', "'far' is not a number"),
        ("rings_km = [10, 20, 30]", "rings_km = [10, 0]", "0 is not a distance from 0.1 to 2000 km"),
        (
            "rings_km = [10, 20, 30]",
            f"rings_km = {list(range(1, 22))}",
            "21 rings are too many; the most is 20",
        ),
        ("rings_km = [10, 20, 30]", 'rings_km = "10"', "is not a list of distances in km"),
        ('green = "opposition"', 'gren = "opposition"', "no actor has the id 'gren'; did you mean 'green'?"),
        ('green = "opposition"', "", "says no role for the actor 'green'"),
        ('green = "opposition"', 'green = "oposition"', "is not a palette role; did you mean 'opposition'?"),
        ('en = "My map', 'fr = "My map', "has no English title"),
        ("edge_km = 2.0", "edge = 2.0", "edge: is not a key of map.toml; did you mean 'edge_km'?"),
        ("[-19.6, 64.6, -17.4, 65.3]", "[-180, -80, 180, 80]", "is wider or higher than 40 degrees"),
        ("[-19.6, 64.6, -17.4, 65.3]", "[-19.6, 64.6, -17.4, 85]", "south less than north (-84 to 84)"),
        ("reach_km = 12.0", "reach_km = 1000", "1000 is not a distance from 0.1 to 100 km"),
        ('["2024-03-01", "2024-03-05"]', '["1924-03-01", "2024-03-05"]', "is longer than 50 years"),
        ("[-19.6, 64.6, -17.4, 65.3]", "[64.6, -19.6, 65.3, -17.4]", "lies outside the window"),
        ('border_view = "UN"', 'border_view = "XX"', "'XX' is not known; known are UN"),
        ('city = "middle-city"', "city = middle-city", "cannot be read as TOML"),
    ],
)
def test_fault_of_the_settings_is_told(folder: Path, before: str, after: str, said: str) -> None:
    edit(folder, "map.toml", lambda text: text.replace(before, after, 1))
    assert any(said in str(f) and f.file == "map.toml" for f in faults_of(folder))


def test_fault_of_the_settings_has_its_line(folder: Path) -> None:
    edit(folder, "map.toml", lambda text: text.replace("reach_km = 12.0", "reach_km = -1", 1))
    line = (folder / "map.toml").read_text(encoding="utf-8").split("\n").index
    (fault,) = faults_of(folder)
    text = (folder / "map.toml").read_text(encoding="utf-8").split("\n")
    assert text[fault.line - 1].startswith("reach_km")
    assert line("[title]") != fault.line


def test_a_wrong_zone_hides_no_other_fault(folder: Path) -> None:
    edit(folder, "map.toml", lambda text: text.replace("Reykjavik", "Rekjavik"))
    edit(
        folder,
        "map.toml",
        lambda text: text.replace('"2024-03-01", "2024-03-05"', '"2024-03-05", "2024-03-01"'),
    )
    assert {f.column for f in faults_of(folder)} == {"timezone", "span"}


def test_a_wrong_row_is_told_whole(folder: Path) -> None:
    wrong = {"place_id": "nowhere", "reference_place_id": "mars", "event": "captred", "claimant": "nobody"}
    with_claims(folder, row(**wrong))
    assert {f.column for f in faults_of(folder)} == set(wrong)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_of_any_system_are_read_in_every_file(folder: Path, end: str) -> None:
    plain = read_map_folder(folder)
    for file in [*folder.glob("*.csv"), folder / "map.toml"]:
        text = file.read_bytes().decode().replace("\r\n", "\n").replace("\n", end)
        file.write_bytes(text.encode())
    assert read_map_folder(folder) == plain


@pytest.mark.parametrize("name", ["claims.csv", "places.csv", "unlocated.csv", "CREDITS.md"])
def test_a_folder_or_a_dead_link_in_the_place_of_a_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    assert f"{name}: is not a file" in [str(f) for f in faults_of(folder)]
    (folder / name).rmdir()
    (folder / name).symlink_to(folder / "gone")
    assert f"{name}: cannot be read (No such file or directory)" in [str(f) for f in faults_of(folder)]


def test_credits_are_printable_text(folder: Path) -> None:
    (folder / "CREDITS.md").write_bytes(b"One\r\nTwo\0\n")
    assert only_fault(folder) == "CREDITS.md, line 2: contains a NUL character"
    (folder / "CREDITS.md").write_bytes(b"One\nTwo \xff\n")
    assert only_fault(folder) == "CREDITS.md, line 2: is not UTF-8; save the file as UTF-8"
    (folder / "CREDITS.md").write_bytes(b"\xef\xbb\xbfOne\rTwo\r\n")
    assert read_map_folder(folder).credits == "One\nTwo"


def test_what_does_not_fit_the_ground_is_told_with_the_rest(folder: Path) -> None:
    edit(folder, "map.toml", lambda text: text.replace('region = ""', 'region = "SY-HM"', 1))
    edit(folder, "places.csv", lambda text: text.replace("65.06,-18.50", "64.95,-18.55", 1))
    with_claims(folder, row(event="captred"))
    with pytest.raises(BadFiles) as caught:
        read_map_folder(folder, ground_faults=ground_faults)
    told = {f.file: f for f in caught.value.faults}
    assert set(told) == {"map.toml", "places.csv", "claims.csv"}
    assert told["map.toml"].line > 0
    assert "region: 'SY-HM' (Hama) lies outside the map's window" in str(told["map.toml"])
    assert "middle-city ('Middle City') and north-village ('North Village') share" in str(told["places.csv"])


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "sources.csv").unlink()
    assert only_fault(folder) == "sources.csv: is missing from the map's folder"


def test_map_can_do_without_unlocated_places_and_credits(folder: Path) -> None:
    (folder / "unlocated.csv").unlink()
    record = read_map_folder(folder)
    assert (record.unlocated, record.credits) == ((), "")


def test_folder_without_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAMapFolder, match=r"no map\.toml"):
        read_map_folder(tmp_path)
    with pytest.raises(NotAMapFolder, match="There is no folder"):
        read_map_folder(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(NotAMapFolder, match="is a file"):
        read_map_folder(tmp_path / "file")


def test_unknown_zone_of_clock_times_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="'Damascus' is not a time zone"):
        read_map_folder(folder, tz="Damascus")


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("actors.csv", "green,Green", "blue,Green", "is already the id of line 2"),
        ("actors.csv", "الجبهة الخضراء,green", "الجبهة الخضراء,", "side: is empty"),
        ("sources.csv", "news_agency", "newspaper", "affiliation: 'newspaper' is not known"),
        ("sources.csv", ",B,", ",H,", "default_reliability: 'H' is not known"),
        ("baseline.csv", "east-village,blue", "east-village,purple", "holder: 'purple' is not known"),
        ("baseline.csv", "east-village,blue", "west-village,blue", "place_id: 'west-village' is not known"),
        ("baseline.csv", "east-village,blue", "north-village,blue", "is already the id of line 3"),
        ("unlocated.csv", "Middle City,", "Middle City,C999", "claim_ids: 'C999' is not known"),
    ],
)
def test_fault_of_a_smaller_table_is_told(
    folder: Path, name: str, before: str, after: str, said: str
) -> None:
    edit(folder, name, lambda text: text.replace(before, after, 1))
    assert any(f.file == name and said in str(f) for f in faults_of(folder))


def test_bad_file_leaves_the_ledger_as_it_was(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{file}") as book:
        book.load(read_map_folder(folder), NOW)
        before = _dump(file)
        with_claims(folder, row(), row(event="captred"))
        with pytest.raises(BadFiles):
            book.load(read_map_folder(folder), NOW)
    assert _dump(file) == before


def _dump(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    lines = list(connection.iterdump())
    connection.close()
    return lines


# A newcomer's own map.


def test_new_map_loads_at_once_and_something_changes_hands(folder: Path) -> None:
    record = read_map_folder(folder)
    assert record.settings.id == "my-map"
    holds = control_history(record).holds["north-village"]
    assert [h.holder for h in holds] == ["blue", "green"]
    assert (folder / "README.md").read_text(encoding="utf-8").count("\n") <= 10


def test_new_map_is_never_written_over_something(folder: Path, tmp_path: Path) -> None:
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    with pytest.raises(FolderNotEmpty, match="not an empty folder"):
        write_new_map(folder)
    with pytest.raises(FolderNotEmpty):
        write_new_map(folder / "map.toml")
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before
    (tmp_path / "empty").mkdir()
    write_new_map(tmp_path / "empty")
    assert read_map_folder(tmp_path / "empty").settings.id == "empty"


@pytest.mark.parametrize("name", ["Aleppo & Hama 2024!", "حماة", "---", "x" * 90])
def test_new_map_gets_an_id_of_its_folder(tmp_path: Path, name: str) -> None:
    write_new_map(tmp_path / name)
    assert read_map_folder(tmp_path / name).settings.id


def test_roles_are_those_that_the_palette_knows() -> None:
    from figures.palette import ROLES as DRAWN

    assert set(ROLES) == set(DRAWN)


def test_example_is_the_only_thing_needed(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "copy")
    assert read_map_folder(tmp_path / "copy").settings.id == "hama-2024"

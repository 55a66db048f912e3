"""Published tables become places with source and licence; what two sources share is one place."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime

import pytest

from gazetteer.catalogue import Catalogue, write_places
from gazetteer.errors import BadFiles
from gazetteer.merging import merged
from gazetteer.place import Place
from gazetteer.sources import read_source

NOW = datetime(2024, 12, 4, tzinfo=UTC)


def geonames(number: int, name: str, others: str, lat: float, lon: float, code: str = "PPL") -> str:
    cells = [
        number,
        name,
        name,
        others,
        lat,
        lon,
        "P" if code.startswith("PPL") else "T",
        code,
        "SY",
        "",
        "10",
    ]
    return "\t".join(str(c) for c in (*cells, "", "", "", 1200, "", 300, "Asia/Damascus", "2020-01-01"))


DUMP = "\n".join(
    [
        geonames(1, "Tarbun", "Tarboun,طربون", 35.2, 37.0),
        geonames(2, "Wadiha", "وضيحة", 35.3, 37.1),
        geonames(3, "Jabal Tarbun", "", 35.25, 37.05, "HLL"),
        geonames(4, "A river", "", 35.0, 37.0, "STM"),
    ]
)
OCHA = (
    "Admin4Pcode,Admin4Name_en,Admin4Name_ar,Admin1Name_en,Latitude_y,Longitude_x\n"
    "SY1,Tarboon,طربون,Hama,35.205,37.004\n"
    "SY2,Wadihah,,Hama,36.9,37.1\n"
)
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "node/5",
            "geometry": {"type": "Point", "coordinates": [37.1, 35.301]},
            "properties": {
                "name": "وضيحة",
                "name:en": "Wadiha",
                "alt_name": "Wadeeha;Udiha",
                "place": "hamlet",
            },
        }
    ],
}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sy.txt").write_text(DUMP, encoding="utf-8")
    (tmp_path / "ocha.csv").write_text("\ufeff" + OCHA, encoding="utf-8")
    (tmp_path / "osm.geojson").write_text(json.dumps(GEOJSON), encoding="utf-8")
    return tmp_path


def read(path, form):
    return {p.id: p for p in read_source(path, form, name="Test", licence="CC BY 4.0")}


def test_a_geonames_dump_gives_settlements_and_heights_with_licence(files):
    places = read(files / "sy.txt", "geonames")
    assert set(places) == {"gn-1", "gn-2", "gn-3"}
    tarbun = places["gn-1"]
    assert (tarbun.names["ar"], tarbun.population, tarbun.geonames_id) == ("طربون", 1200, 1)
    assert "Tarboun" in tarbun.variants
    assert tarbun.source == "Test, CC BY 4.0 (GeoNames 1)"
    assert places["gn-3"].kind == "hill"


def test_a_zipped_dump_is_the_same(files):
    with zipfile.ZipFile(files / "SY.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("readme.txt", "about")
        packed.writestr("SY.txt", DUMP)
    assert read(files / "SY.zip", "geonames") == read(files / "sy.txt", "geonames")


def test_a_zip_that_unpacks_to_far_more_is_refused(files):
    with zipfile.ZipFile(files / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("SY.txt", "0" * 30_000_000)
    with pytest.raises(BadFiles, match="unpacks to 30,000,000 bytes"):
        read(files / "bomb.zip", "geonames")


@pytest.mark.parametrize("members", [[], ["a.txt", "b.txt"], ["x.exe"]])
def test_a_zip_must_hold_one_table(files, members):
    with zipfile.ZipFile(files / "odd.zip", "w") as packed:
        for member in members:
            packed.writestr(member, DUMP)
    with pytest.raises(BadFiles, match="must hold one"):
        read(files / "odd.zip", "geonames")


def test_an_ocha_table_is_read_by_its_columns(files):
    places = read(files / "ocha.csv", "ocha")
    assert set(places) == {"ocha-SY1", "ocha-SY2"}
    assert (places["ocha-SY1"].admin1, places["ocha-SY1"].names) == ("Hama", {"ar": "طربون"})


def test_an_ocha_workbook_gives_what_its_csv_gives_and_tags_are_no_place(files):
    from openpyxl import Workbook

    book = Workbook()
    rows = [row.split(",") for row in OCHA.splitlines()]
    for row in [rows[0], ["#loc+code", *["#x"] * (len(rows[0]) - 1)], *rows[1:]]:
        book.active.append(row)
    book.save(files / "ocha.xlsx")
    assert read(files / "ocha.xlsx", "ocha") == read(files / "ocha.csv", "ocha")


def test_a_file_that_is_no_workbook_is_a_fault(files):
    (files / "rotten.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(BadFiles, match="cannot be read as an XLSX workbook"):
        read(files / "rotten.xlsx", "ocha")


def test_geojson_points_carry_their_names(files):
    (place,) = read(files / "osm.geojson", "geojson").values()
    assert (place.id, place.name, place.names["ar"], place.kind) == ("gj-node-5", "Wadiha", "وضيحة", "hamlet")
    assert {"Wadeeha", "Udiha"} <= set(place.variants)


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("geonames", "one\ttwo\n", "line 1: has 2 columns, a GeoNames dump has 19"),
        ("geonames", geonames(1, "Far", "", 95, 37), "line 1: '95', '37' lie outside the world"),
        ("geonames", "", "has no places"),
        ("ocha", "name,x,y\nA,1,2\n", "no column that we know for id"),
        ("ocha", "pcode,name,lat,lon\nS1,A,north,2\n", "line 2: 'north', '2' are no coordinates"),
        ("ocha", "pcode,name,lat,lon\nS1,,1,2\n", "line 2: has no name"),
        ("geojson", "[]", "is no GeoJSON"),
        ("geojson", "[" * 100_000, "is no GeoJSON"),
        ("geojson", '{"features": [{"geometry": {"type": "LineString"}}]}', "feature 1: is a 'LineString'"),
        ("geojson", '{"features": [7]}', "feature 1: is not what the format promises"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, form, text, said):
    (tmp_path / "bad").write_text(text, encoding="utf-8")
    with pytest.raises(BadFiles) as caught:
        read(tmp_path / "bad", form)
    assert said in str(caught.value)


def test_the_same_place_of_two_sources_is_one_and_keeps_both_ids(files):
    one, other = read(files / "sy.txt", "geonames"), read(files / "ocha.csv", "ocha")
    whole = merged([tuple(one.values()), tuple(other.values())])
    assert whole.same == {"ocha-SY1": "gn-1"}
    kept = {p.id: p for p in whole.places}
    assert set(kept) == {"gn-1", "gn-2", "gn-3", "ocha-SY2"}
    assert "Tarboon" in kept["gn-1"].variants
    assert "the same place: ocha-SY1, Test, CC BY 4.0 (SY1)" in kept["gn-1"].source
    assert kept["gn-1"].admin1 == one["gn-1"].admin1


def place(place_id: str, name: str, lat: float, kind: str = "village") -> Place:
    return Place(place_id, name, lat, 37.0, kind, 500, "test")


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (place("b", "Soran", 35.001), True),
        (place("b", "Sorane", 35.05), False),
        (place("b", "Soran", 35.001, "hill"), False),
        (place("b", "Northern Soran", 35.001), False),
        (place("b", "Kafr", 35.0), False),
    ],
    ids=["near and alike", "too far", "another kind", "another qualifier", "another name"],
)
def test_distance_name_and_kind_decide_whether_two_records_are_one(other, is_one):
    whole = merged([[place("a", "Souran", 35.0)], [other]])
    assert (len(whole.places) == 1) is is_one


def test_one_source_s_two_records_stay_two():
    assert len(merged([[place("a", "Soran", 35.0), place("b", "Soran", 35.0)]]).places) == 2


def test_a_catalogue_keeps_merges_and_finds(files, tmp_path):
    catalogue = Catalogue(tmp_path / "places")
    assert catalogue.sources() == ()
    catalogue.add(files / "sy.txt", "geonames", name="GeoNames", licence="CC BY 4.0", now=NOW)
    assert len(catalogue.gazetteer().places) == 3
    added = catalogue.add(files / "ocha.csv", "ocha", name="OCHA", licence="CC BY-IGO", now=NOW)
    assert (added.places, added.added) == (2, "2024-12-04T00:00:00+00:00")
    found = catalogue.gazetteer()
    assert len(found.places) == 4
    assert found.locate("Tarboon").id == "gn-1"
    assert catalogue.kept_by("ocha-SY1") == "gn-1"
    assert catalogue.kept_by("gn-2") == "gn-2"
    assert [s.licence for s in Catalogue(tmp_path / "places").sources()] == ["CC BY 4.0", "CC BY-IGO"]


def test_a_bad_file_changes_nothing_in_the_catalogue(files, tmp_path):
    catalogue = Catalogue(tmp_path / "places")
    catalogue.add(files / "sy.txt", "geonames", name="GeoNames", licence="CC BY 4.0", now=NOW)
    (tmp_path / "bad.txt").write_text("nonsense\n")
    with pytest.raises(BadFiles):
        catalogue.add(tmp_path / "bad.txt", "geonames", name="GeoNames", licence="CC BY 4.0", now=NOW)
    assert len(catalogue.gazetteer().places) == 3


@pytest.mark.parametrize("name", ["../evil", "", "a" * 80, "x\ny"])
def test_a_source_s_name_is_no_path(files, tmp_path, name):
    with pytest.raises(ValueError, match="no name of a source"):
        Catalogue(tmp_path / "p").add(files / "sy.txt", "geonames", name=name, licence="x", now=NOW)


def test_what_is_exported_is_read_again(files, tmp_path):
    places = read(files / "sy.txt", "geonames")
    with (tmp_path / "places.csv").open("w", encoding="utf-8", newline="") as stream:
        write_places(places.values(), stream)
    again = read_source(tmp_path / "places.csv", "csv", name="again", licence="CC BY 4.0")
    assert [(p.id, p.name, p.names, p.lat) for p in again] == [
        (p.id, p.name, p.names, p.lat) for p in places.values()
    ]
    assert all(p.source.endswith("; again, CC BY 4.0") for p in again)


def said(*arguments: str) -> tuple[int, str]:
    from typer.testing import CliRunner

    from frontline import app

    done = CliRunner().invoke(app, ["gazetteer", *arguments])
    return done.exit_code, done.output


def test_the_command_line_adds_lists_shows_and_exports(files, tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTLINE_GAZETTEER", str(tmp_path / "places"))
    code, text = said("list")
    assert code == 0
    assert "Next: frontline gazetteer add" in text
    assert said("add", str(files / "sy.txt"), "--format", "geonames")[0] == 0
    code, text = said("add", str(files / "ocha.csv"), "--format", "ocha")
    assert (code, "--licence is needed" in text) == (2, True)
    code, text = said("add", str(files / "ocha.csv"), "--format", "ocha", "--licence", "CC BY-IGO")
    assert "4 places" in text
    listed = json.loads(said("list", "--json")[1])["sources"]
    assert [(s["name"], s["licence"]) for s in listed] == [("sy", "CC BY 4.0"), ("ocha", "CC BY-IGO")]
    shown = json.loads(said("show", "id:ocha-SY1", "--json")[1])
    assert shown["settled"] == "gn-1"
    code, text = said("show", "Wadihah", "--near", "Tarbun", "--json")
    assert (code, json.loads(text)["settled"]) == (0, "gn-2")
    code, text = said("show", "Bayoud")
    assert (code, "none of these" in text) == (1, True)
    assert said("export", str(tmp_path / "out.csv"))[0] == 0
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 5
    assert said("add", str(tmp_path / "nowhere"), "--format", "csv", "--licence", "x")[0] == 1


def test_a_damaged_archive_is_told_of_in_words(tmp_path):
    whole = tmp_path / "SY.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("SY.txt", DUMP)
    packed_bytes = whole.read_bytes()
    start = packed_bytes.find(b"SY.txt") + 6
    spoilt = packed_bytes[: start + 9] + bytes([packed_bytes[start + 9] ^ 0xFF]) + packed_bytes[start + 10 :]
    for rotten in (b"", b"no zip at all", packed_bytes[: len(packed_bytes) // 2], spoilt):
        whole.write_bytes(rotten)
        with pytest.raises(BadFiles, match="cannot be read as a zip archive"):
            read_source(whole, "geonames", name="GeoNames", licence="CC BY 4.0")


@pytest.mark.parametrize("people", ["inf", "nan", "-5", "1e400", "9" * 5_000, "many"])
def test_a_population_that_is_no_number_is_named(tmp_path, people):
    table = tmp_path / "ppl.csv"
    table.write_text(f"pcode,name_en,latitude,longitude,population\nSY1,Suran,35.2,36.7,{people}\n")
    with pytest.raises(BadFiles, match="is no whole number"):
        read_source(table, "ocha", name="OCHA", licence="CC BY-IGO")


def test_two_rows_of_one_id_are_no_silent_one(tmp_path):
    table = tmp_path / "ppl.csv"
    table.write_text("pcode,name_en,latitude,longitude\nSY1,Suran,35.2,36.7\nSY1,Taybah,35.3,36.8\n")
    with pytest.raises(BadFiles, match="two places have the id 'ocha-SY1'"):
        read_source(table, "ocha", name="OCHA", licence="CC BY-IGO")

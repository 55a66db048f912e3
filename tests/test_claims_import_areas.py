"""Files of drawn areas become observations; what is wrong with one is named, and the ledger is as before."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from claims_story import place, story
from conftest import shared
from drawn_story import square
from hypothesis import given
from hypothesis import strategies as st

from claims.drawn_series import Seen, read_series
from claims.drawn_settings import AreaSettings, Meaning
from claims.drawn_shapes import unpacked
from claims.formats.areas_days import Zones
from claims.import_areas import ImportedAreas, asked_of, import_areas, said_of_areas
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.observations import DrawnShape, DrawnStatus, Observation
from gazetteer.errors import BadFiles, Fault
from layers.repaired import repairs_of

NOW = datetime(2024, 6, 1, tzinfo=UTC)
WGS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
BLUE = AreaSettings(series="agency", holder="blue")


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    shape = json.loads(geometry) if isinstance(geometry, str) else geometry
    return {"type": "Feature", "properties": properties, "geometry": shape}


def at(x: float) -> str:
    return square(30 + x, 50.0)


def collection(*features: Any, **beside: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **beside, "features": list(features)})


class Desk:
    """A ledger with one map, and a folder to write files in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "days"
        self.folder.mkdir()
        self.book = Ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.map(BLUE)

    def map(self, areas: AreaSettings, elsewhere: str = "", zone: str = "UTC") -> None:
        record: MapRecord = story([], (place("a"),))
        settings = replace(record.settings, areas=areas, elsewhere=elsewhere, zone=ZoneInfo(zone))
        self.book.load(replace(record, settings=settings), NOW)
        self.head = self.book.head()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def load(self, path: Path | None = None, **asked: Any) -> ImportedAreas:
        return import_areas(self.book, path or self.folder, "story", NOW, repairs=repairs_of, **asked)

    def loaded(self, path: Path | None = None, **asked: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """The id of each observation, and its shapes as (holder, status, geometry)."""
        self.load(path, **asked)
        return [
            (one.id, [(s.holder, s.status.value, s.geometry) for s in self.shapes(one)])
            for one in self.read()
        ]

    def read(self) -> tuple[Observation, ...]:
        return self.book.read().observations

    def shapes(self, one: Observation) -> tuple[DrawnShape, ...]:
        drawn = self.book.read().drawn
        assert drawn is not None
        return drawn.shapes(one.sha256)

    def refused(self, path: Path | None = None, **asked: Any) -> str:
        with pytest.raises(BadFiles) as caught:
            self.load(path, **asked)
        assert self.book.head() == self.head
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.book.close()


def held(*x: float) -> list[tuple[str, str, str]]:
    return [("blue", "held", at(one)) for one in x]


# Days


def test_a_folder_of_days_is_read_with_the_day_in_each_name(desk: Desk) -> None:
    desk.write("b_20240302.geojson", collection(feature(at(0.1)), crs=WGS84))
    desk.write("a 2024-03-05.json", collection(feature(at(0.1))))
    desk.write("c_2024-03-01.geojson", collection(feature(at(0.0)), feature(at(0.3))))
    desk.write("README.md", "ours")
    done = desk.load()
    assert [(one.id, one.at.isoformat()) for one in desk.read()] == [
        ("agency-2024-03-01", "2024-03-01T23:59:00+00:00"),
        ("agency-2024-03-02", "2024-03-02T23:59:00+00:00"),
        ("agency-2024-03-05", "2024-03-05T23:59:00+00:00"),
    ]
    first = desk.read()[0]
    assert (first.holders, first.bounds, first.file) == (
        ("blue",),
        (30.0, 50.0, 30.4, 50.1),
        "c_2024-03-01.geojson",
    )
    assert list(said_of_areas(done)) == [
        "story: 3 files read; 3 entries added, 0 corrected, 0 already there",
        "drawn by agency: 3 maps, 2024-03-01 to 2024-03-05",
        "no map: of 2 days between (the first 2024-03-03); nothing is assumed of them",
        "drawn as the day before: 1 (the first 2024-03-05)",
        "left out: 1 files that are no areas by their names",
        "taken, but look: 1 × days out of order; they were sorted (the first in a 2024-03-05.json)",
    ]
    again = desk.load()
    assert (again.result.added, again.result.unchanged) == (0, 3)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    done = desk.load(dry_run=True)
    assert done.result.added == 1
    assert list(said_of_areas(done, dry_run=True))[-1].startswith("Nothing was written")
    assert desk.book.head() == desk.head


def test_a_day_drawn_anew_is_a_correction(desk: Desk) -> None:
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    desk.load()
    desk.write("20240301.geojson", collection(feature(at(0.2))))
    assert desk.load().result.corrected == 1
    (one,) = desk.read()
    assert desk.shapes(one)[0].geometry == at(0.2)
    (correction,) = desk.book.read().corrections
    assert correction.kind == "observation"


@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("20240301", "2024-03-01T21:59:00+00:00"),
        ("2024_03_01", "2024-03-01T21:59:00+00:00"),
        ("map_12345678_2024.03.01_v2", "2024-03-01T21:59:00+00:00"),
        ("20240301T1530Z", "2024-03-01T15:30:00+00:00"),
        ("2024-03-01T15-30-20Z", "2024-03-01T15:30:20+00:00"),
        ("1709305200", "2024-03-01T15:00:00+00:00"),
    ],
)
def test_the_forms_of_a_day_in_a_name(desk: Desk, name: str, instant: str) -> None:
    desk.map(BLUE, zone="Europe/Kyiv")
    desk.write(f"{name}.geojson", collection(feature(at(0.0))))
    desk.load()
    assert [one.at.isoformat() for one in desk.read()] == [instant]


def test_one_file_has_the_day_of_each_shape_in_a_property(desk: Desk) -> None:
    days = [("2024-03-02T00:00:00", 0.2), ("2024-03-01", 0.0), ("2024-03-02", 0.5), ("20240304", 0.2)]
    content = collection(*(feature(at(x), date=day) for day, x in days))
    path = desk.write("all.geojson.gz", gzip.compress(content.encode()))
    assert desk.loaded(path) == [
        ("agency-2024-03-01", held(0.0)),
        ("agency-2024-03-02", held(0.2, 0.5)),
        ("agency-2024-03-04", held(0.2)),
    ]


def test_a_shape_with_a_first_and_a_last_day_is_drawn_between_them(desk: Desk) -> None:
    desk.map(replace(BLUE, first="since", last="till"))
    path = desk.write(
        "all.geojson",
        collection(
            feature(at(0.0), since="2024-03-01", till="2024-03-03"),
            feature(at(0.2), since="2024-03-02"),
            feature(at(0.4), since="2024-03-02T12:00Z", till="2199-01-01"),
        ),
    )
    assert desk.loaded(path) == [
        ("agency-2024-03-01", held(0.0)),
        ("agency-2024-03-02T12:00:00Z", held(0.0, 0.4)),
        ("agency-2024-03-02", held(0.0, 0.2, 0.4)),
        ("agency-2024-03-04", held(0.2, 0.4)),
    ]


def nothing_counts(*features: Any) -> str:
    return collection(*features, feature({"type": "Point", "coordinates": [30.0, 50.0]}))


LINE = [[30.0, 50.0], [30.0, 50.1], [30.0, 50.0]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (collection(), "files without a feature; they are no observation of their day"),
        (nothing_counts(), "files in which no area counts; they are no observation of their day"),
        (
            nothing_counts(feature(at(0.0), holder="sea")),
            "files in which no area counts; they are no observation of their day",
        ),
        (
            nothing_counts(feature({"type": "Polygon", "coordinates": [LINE]})),
            "files in which no area counts; they are no observation of their day",
        ),
    ],
)
def test_a_file_in_which_no_shape_counts_is_no_observation_of_its_day(
    desk: Desk, content: str, said: str
) -> None:
    desk.map(replace(BLUE, values={"sea": Meaning(left_out=True)}), elsewhere="green")
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    desk.write("20240302.geojson", content)
    desk.write("20240303.geojson", collection(feature(at(0.1))))
    lines = list(said_of_areas(desk.load()))
    assert [one.id for one in desk.read()] == ["agency-2024-03-01", "agency-2024-03-03"]
    assert f"{said}: 1 (the first 20240302.geojson)" in lines
    assert any(line.startswith("no map: of 1 days between (the first 2024-03-02)") for line in lines)


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_an_area_without_coordinates_says_that_nothing_is_drawn_that_day(desk: Desk, kind: str) -> None:
    nothing = feature({"type": kind, "coordinates": []})
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    desk.write("20240302.geojson", collection(nothing))
    desk.write("20240303.geojson", collection(nothing, feature(at(0.1))))
    done = desk.load()
    assert [one.bounds is None for one in desk.read()] == [False, True, False]
    assert "the source says that it draws nothing: 1 (the first 2024-03-02)" in list(said_of_areas(done))


def test_of_days_that_shapes_say_themselves_one_may_be_said_to_draw_nothing(desk: Desk) -> None:
    nothing = {"type": "MultiPolygon", "coordinates": []}
    path = desk.write(
        "days.geojson",
        collection(feature(at(0.0), date="2024-03-01"), feature(nothing, date="2024-03-02")),
    )
    assert desk.loaded(path) == [("agency-2024-03-01", held(0.0)), ("agency-2024-03-02", [])]


def test_a_file_of_shapes_that_are_drawn_until_a_day_draws_nothing_from_then_on(desk: Desk) -> None:
    spans = {"from": "2024-03-01", "to": "2024-03-02"}
    path = desk.write("spans.geojson", collection(feature(at(0.0), **spans)))
    assert desk.loaded(path) == [("agency-2024-03-01", held(0.0)), ("agency-2024-03-03", [])]


# What shapes say


def test_several_holders_stand_in_a_property_and_count_in_the_stated_order(desk: Desk) -> None:
    values = {
        "RU": Meaning("green"),
        "grey": Meaning("third", DrawnStatus.CONTESTED),
        "sea": Meaning(left_out=True),
    }
    desk.map(AreaSettings("agency", property="who", values=values, order=("contested", "green")))
    desk.write(
        "20240301.geojson",
        collection(
            feature(at(0.0), who="Blue"),
            feature(at(0.1), who="ru"),
            feature(at(0.2), who="blue", status="claimed"),
            feature(at(0.3), who="grey"),
            feature(at(0.4), who="sea"),
        ),
    )
    assert desk.loaded()[0][1] == [
        ("third", "contested", at(0.3)),
        ("green", "held", at(0.1)),
        ("blue", "held", at(0.0)),
        ("blue", "claimed", at(0.2)),
    ]


def test_the_full_history_of_deepstate_is_understood_in_its_changing_words(desk: Desk) -> None:
    names = [
        "Окуповано /// Occupied\u00a0/// geoJSON.status.occupied",
        "Окуповано /// Occupied /// geoJSON.status.occupied {{at:01.03}}\n",
        "Окупований Крим /// Occupied Crimea /// geoJSON.territories.crimea",
        "ОРДЛО /// CADR and CALR",
        "Статус невідомий /// Unknown status /// geoJSON.status.unknown",
        "Звільнено 25.03 /// Liberated 25.03 /// geoJSON.status.dismissed_at",
        "Карелія /// Karelia /// geoJSON.territories.karelia",
    ]
    desk.map(BLUE, elsewhere="green")
    areas = [feature(at(i / 10), name=name, fill="#a52714") for i, name in enumerate(names)]
    unit = feature({"type": "Point", "coordinates": [30.1, 50.0, 0]}, name="1 /// 1st /// geoJSON.units.tank")
    line = feature({"type": "LineString", "coordinates": [[30.1, 50.0], [30.2, 50.0]]}, name="")
    high = json.loads(at(0.9))
    high["coordinates"][0] = [[*position, 0] for position in high["coordinates"][0]]
    mixed = {"type": "GeometryCollection", "geometries": [high, unit["geometry"], json.loads(at(0.8))]}
    desk.write("1709305200.geojson", collection(*areas, unit, line, feature(mixed, name=names[0])))
    done = desk.load()
    (one,) = desk.read()
    found = [(s.holder, s.status.value) for s in desk.shapes(one)]
    assert found == [*[("blue", "held")] * 4, ("unknown", "unknown"), ("green", "held"), ("blue", "held")]
    both = json.loads(desk.shapes(one)[-1].geometry)
    assert both["coordinates"] == [json.loads(at(0.9))["coordinates"], json.loads(at(0.8))["coordinates"]]
    assert dict(done.seen.left_out) == {"points": 2, "lines": 1, "shapes of 'geoJSON.territories.karelia'": 1}
    assert done.seen.notes["positions with a height, which is left out"][0] == 5


def test_the_last_state_of_deepstate_is_read_under_its_name(desk: Desk) -> None:
    inner = json.loads(
        collection(feature(at(0.0), name="Окуповано /// Occupied /// geoJSON.status.occupied"))
    )
    desk.write("1709305200.json", json.dumps({"id": 1709305200, "map": inner, "datetime": "2024"}))
    assert desk.loaded() == [("agency-2024-03-01T15:00:00Z", held(0.0))]
    desk.write("1709305200.json", json.dumps({"map": {**inner, "crs": {"type": "link"}}}))
    with pytest.raises(BadFiles, match="crs that is no name"):
        desk.load()


def test_every_digit_of_a_position_is_kept(desk: Desk) -> None:
    ring = "[30.10,50.0],[30.2000000000000001,5.01e1],[30.3,50.2],[30.10,50.0]"
    text = f'{{"type":"Polygon","coordinates":[[{ring}]]}}'
    desk.write("20240301.geojson", f'{{"features":[{{"type":"Feature","geometry":{text}}}]}}')
    assert desk.loaded()[0][1][0][2] == text


def test_what_will_be_repaired_is_told(desk: Desk) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[30.0, 50.0], [30.2, 50.2], [30.2, 50.0], [30.0, 50.2]]]}
    desk.write("20240301.geojson", collection(feature(bow_tie)))
    said = "\n".join(said_of_areas(desk.load()))
    assert "1 × repaired where it is drawn: a ring was not closed (the first in 20240301.geojson)" in said
    assert "1 × repaired where it is drawn: a ring crossed or touched itself" in said


# What is refused


RING = [[30.0, 50.0], [30.1, 50.0], [30.1, 50.1], [30.0, 50.0]]


def polygon(ring: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (polygon([[30, 50], [30.1, "50"], [30, 50]]), "rings of [longitude, latitude]"),
        (polygon([[30, 50], [30.1], [30, 50]]), "rings of [longitude, latitude]"),
        (polygon([30, 50]), "rings of [longitude, latitude]"),
        (polygon([[30, True], [30.1, 50], [30, 50]]), "rings of [longitude, latitude]"),
        ({"type": "Polygon", "coordinates": None}, "rings of [longitude, latitude]"),
        ({"type": "Circle"}, "'Circle' is no GeoJSON geometry"),
        (polygon([[30, 1e999], [30.1, 50], [30, 50]]), "Infinity is no number"),
        (polygon([[30, float("nan")], [30.1, 50], [30, 50]]), "NaN is no number"),
        (
            polygon([[30, 100], [30.1, 50], [30, 50]]),
            "latitude 100 is not between -90 and 90; are latitude and lo",
        ),
        (polygon([[200, 50], [30.1, 50], [30, 50]]), "longitude 200 is not between -180 and 180"),
        (polygon([[y, x] for x, y in RING]), "inside it with latitude and longitude exchanged"),
        (polygon([[179, 50], [-179, 50], [-179, 51], [179, 50]]), "leaps over the antimeridian"),
        (
            polygon([[x - 100, y] for x, y in RING]),
            "wholly outside the map's window (50 to 50.1 N, -70 to -69.9 E)",
        ),
    ],
)
def test_a_shape_that_cannot_be_is_named_with_its_file(desk: Desk, geometry: Any, said: str) -> None:
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    desk.write("20240302.geojson", collection(feature(geometry)))
    told = desk.refused()
    assert said in told
    assert "20240302.geojson" in told and "20240301" not in told


def test_a_number_beyond_all_bounds_is_refused(desk: Desk) -> None:
    text = collection(feature(polygon(RING))).replace("50.1", "1e999")
    desk.write("20240301.geojson", text)
    assert "latitude inf is not between" in desk.refused()


WHOLE_START = collection(feature(at(0.0))).partition("50.1")[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("20240301.geojson", "{", "cannot be read as JSON"),
        ("20240301.geojson", WHOLE_START, "the file is cut short"),
        ("20240301.geojson", '{"features": 3}', "has no list 'features'"),
        ("20240301.geojson", '{"features": [3]}', "feature 1: is not a GeoJSON feature"),
        ("20240301.geojson", b'{"features": ["\xff"]}', "is not UTF-8"),
        ("20240301.geojson", "[" * 100_000, "nested too deep"),
        ("20240301.geojson", b"SQLite format 3\0....", "begins like a GeoPackage"),
        ("20240301.geojson", "<html>", "begins like XML or HTML"),
        ("20240301.geojson", b"", "is empty"),
        ("20240301.geojson.gz", b"\x1f\x8bxxxxxxxxxxxxxxxx", "cannot be read"),
        ("20240301.geojson.gz", "{}", "not what its name says"),
        ("map.geojson", collection(feature(at(0.0))), "says no day: write one in its name"),
        (
            "map.geojson",
            collection(feature(at(0), date="2024-03-01"), feature(at(0))),
            "1 of its shapes say no day",
        ),
        ("map.geojson", collection(feature(at(0.0), date="soon")), "'soon' is not a date or time"),
        ("map.geojson", collection(feature(at(0.0), date="2024-03-01 10:00")), "says no time zone"),
        ("20240230.geojson", collection(), "does not exist in the calendar"),
        ("20240301_20240302.geojson", collection(), "several days in its name"),
        ("20240701.geojson", collection(), "lies in the future"),
        (
            "map.geojson",
            collection(feature(at(0), **{"from": "2024-03-02", "to": "2024-03-01"})),
            "before it begins",
        ),
        ("20240301.geojson", collection(feature(at(0), holder="nobody")), "'nobody' is nobody of actors.csv"),
        ("20240301.geojson", collection(feature(at(0), status="lost")), "the status 'lost' is not known"),
        (
            "20240301.geojson",
            collection(crs={"type": "link", "properties": {"href": "x"}}),
            "crs that is no name",
        ),
        (
            "20240301.geojson",
            collection(crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
            "names the reference system 'EPSG:3857'",
        ),
        ("20240301.geojson", collection({**feature(at(0)), "crs": {"type": "link"}}), "feature 1: crs"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(desk: Desk, name: str, content: str | bytes, said: str) -> None:
    desk.write(name, content)
    told = desk.refused()
    assert said in told
    assert told.startswith(name)


WHOLE = collection(
    feature(at(0.0), holder="blue", date="2024-03-01"), feature(at(0.2), status="held"), crs=WGS84
)

PIECES = [b"", b"[", b"]", b"{", b"}", b'"', b",", b"1e400", b"null", b"\xff", b"-", b"0"]


@given(st.data())
def test_no_file_however_broken_is_more_than_a_named_fault(data: st.DataObject) -> None:
    raw = bytearray(WHOLE.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(raw) - 1))
        raw[where : where + data.draw(st.integers(0, 12))] = data.draw(st.sampled_from(PIECES))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "20240301.geojson"
        path.write_bytes(raw)
        faults: list[Fault] = []
        record = replace(story([]), settings=replace(story([]).settings, areas=BLUE))
        asked = asked_of(record, "", Zones(ZoneInfo("UTC"), None, NOW))
        found = list(read_series(path, asked, Seen(), faults))
    assert bool(found) != bool(faults)
    assert all(fault.file == "20240301.geojson" and fault.message for fault in faults)
    for _, shapes in found:
        repairs_of(unpacked(shapes.content))


def test_two_files_of_one_day_are_named_both(desk: Desk) -> None:
    for name in ("a20240301.geojson", "b_2024-03-01.geojson"):
        desk.write(name, collection(feature(at(0.0))))
    assert "b_2024-03-01.geojson: draws 2024-03-01, as 'a20240301.geojson' does" in desk.refused()


def test_a_file_of_2_gb_is_refused_before_it_is_read(desk: Desk) -> None:
    with (desk.folder / "20240301.geojson").open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert "is 2,000,000,000 bytes long; the most is" in desk.refused()


def test_a_gzip_file_that_unpacks_without_end_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.formats.areas_geojson.MOST_UNPACKED", 100_000)
    desk.write("20240301.geojson.gz", gzip.compress(b" " * 1_000_000))
    assert "it unpacks to more than 100,000 bytes" in desk.refused()


@pytest.mark.parametrize(
    "name", ["2024-03-01\n\x1b[2J.geojson", "2024-03-01\udcff.geojson", "2024-03-01\u202e.geojson"]
)
def test_a_name_that_would_move_the_terminal_is_not_taken(desk: Desk, name: str) -> None:
    desk.write(name, collection(feature(at(0.0))))
    told = desk.refused()
    assert "has a name that cannot be printed" in told
    assert told.isprintable()


def test_links_pipes_and_folders_are_not_read(desk: Desk) -> None:
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    (desk.folder / "sub.geojson").mkdir()
    (desk.folder / "20240302.geojson").symlink_to(desk.folder / "20240301.geojson")
    os.mkfifo(desk.folder / "20240303.geojson")
    told = desk.refused()
    assert "20240302.geojson: is a symbolic link" in told
    assert "20240303.geojson: is not a file" in told
    assert "sub.geojson: is not a file" in told


def test_an_empty_folder_and_a_wrong_ending_are_said(desk: Desk) -> None:
    assert "has no file of areas in it" in desk.refused()
    assert "none of the endings" in desk.refused(desk.write("20240301.csv", "a"))
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        desk.load(desk.folder / "absent")


def test_nobody_guesses_whose_areas_they_are(desk: Desk) -> None:
    desk.write("20240301.geojson", collection(feature(at(0.0))))
    desk.map(AreaSettings())
    with pytest.raises(ValueError, match="--series SOURCE_ID"):
        desk.load()
    with pytest.raises(ValueError, match="no source 'agancy'; did you mean 'agency'"):
        desk.load(series="agancy")
    assert "nobody says who holds it" in desk.refused(series="monitor")


def test_a_file_is_read_in_memory_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each file one observation is made and handed on before the next is opened."""
    opened: list[str] = []
    whole = Path.open

    def watched(self: Path, *arguments: Any, **more: Any) -> Any:
        if self.suffix == ".geojson" and arguments == ("rb",):
            opened.append(self.name)
        return whole(self, *arguments, **more)

    for day in range(1, 6):
        desk.write(f"2024030{day}.geojson", collection(feature(at(day / 10))))
    monkeypatch.setattr(Path, "open", watched)
    told: list[tuple[int, int]] = []
    desk.load(progress=lambda done, total: told.append((done, total)))
    assert opened[5:] == [f"2024030{day}.geojson" for day in range(1, 6)]  # the first five: how they begin
    assert told == [(n, 5) for n in range(1, 6)]


def test_real_days_are_read_as_they_are(desk: Desk) -> None:
    folder = shared("data", "deepstate")
    settings = replace(story([]).settings, areas=BLUE, window=(21.5, 43.5, 41.0, 53.0), id="real")
    desk.book.load(replace(story([]), settings=settings), NOW)
    for file in sorted(folder.glob("*.geojson"))[:4]:
        desk.write(file.name, file.read_bytes())
    now = datetime(2025, 1, 1, tzinfo=UTC)
    done = import_areas(desk.book, desk.folder, "real", now, repairs=repairs_of)
    assert (done.result.added, len(done.seen.notes)) == (4, 0)
    record = desk.book.read("real")
    assert record.drawn is not None
    for one in record.observations:
        (drawn,) = record.drawn.shapes(one.sha256)
        (whole,) = json.loads((desk.folder / one.file).read_bytes())["features"]
        assert json.loads(drawn.geometry)["coordinates"] == whole["geometry"]["coordinates"]

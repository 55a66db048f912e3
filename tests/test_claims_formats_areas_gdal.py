"""GeoPackages and Shapefiles are read by a program that can reach nothing else; the odd are refused."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
import shapely
from conftest import ROOT
from drawn_story import square
from test_claims_import_areas import BLUE, Desk

from claims.drawn_settings import AreaSettings
from claims.formats import areas_gdal
from claims.import_areas import said_of_areas


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.book.close()


def written(path: Path, *x: float, crs: str | None = "EPSG:4326", day: str = "", **more: str) -> Path:
    """A layer of squares, with who holds each, written by GDAL."""
    from pyogrio.raw import write

    said = {"holder": np.array(["blue"] * len(x), dtype=object), **more}
    if day:
        said["date"] = np.array([day] * len(x), dtype="datetime64[D]")
    shapes = shapely.to_wkb(shapely.from_geojson([square(30 + one, 50.0) for one in x]))
    driver = "GPKG" if path.suffix == ".gpkg" else "ESRI Shapefile"
    write(
        path,
        geometry=shapes,
        field_data=list(said.values()),
        fields=list(said),
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
        layer="days",
    )
    return path


def in_worker(code: str) -> str:
    """What a program prints that has the worker's own functions at hand."""
    start = "import sys; sys.path.insert(0, 'claims/formats'); import areas_worker as w; "
    done = subprocess.run([sys.executable, "-c", start + code], cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode().strip()


def stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Another program in the place of the reader: it takes the first file that is asked for, then this."""
    (folder / "worker.py").write_text(
        "import os, socket\n"
        "with socket.socket(fileno=os.dup(0)) as asked:\n"
        "    told = socket.recv_fds(asked, 4096, 1)[1][0]\n"
        "os.dup2(told, 1)\n"
        "os.close(told)\n" + code,
        encoding="utf-8",
    )
    monkeypatch.setattr(areas_gdal, "_WORKER", str(folder / "worker.py"))
    monkeypatch.setattr(areas_gdal, "_skipped", lambda: "")


def test_days_in_geopackages_and_shapefiles_are_read_by_one_program(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    begun = subprocess.Popen

    def counted(command: list[str], **more: Any) -> Any:
        started.append(command[-1])
        return begun(command, **more)

    monkeypatch.setattr(subprocess, "Popen", counted)
    desk.map(AreaSettings("agency"))
    written(desk.folder / "2024-03-01.gpkg", 0.0, 0.3)
    written(desk.folder / "2024-03-02.shp", 0.1)
    shp = written(desk.folder.parent / "any.shp", 0.2)
    with ZipFile(desk.folder / "2024-03-03.zip", "w", ZIP_DEFLATED) as archive:
        for part in sorted(shp.parent.glob("any.*")):
            archive.write(part, f"../folder/{part.name.upper() if part.suffix == '.dbf' else part.name}")
    done = desk.load()
    wests = [[shapely.from_geojson(s.geometry).bounds[0] for s in desk.shapes(one)] for one in desk.read()]
    assert wests == [[30.0, 30.3], [30.1], [30.2]]
    assert not done.seen.left_out
    assert [one for one in started if one != "drivers"] == [areas_gdal._WORKER]
    assert set(done.seen.notes) <= {areas_gdal.NETWORK_OPEN}


def test_a_column_of_days_is_read(desk: Desk) -> None:
    path = written(desk.folder / "all.gpkg", 0.0, day="2024-03-04")
    assert [one for one, _ in desk.loaded(path)] == ["agency-2024-03-04"]


def test_the_reader_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
import socket
given_up = w._network_given_up()
try:
    socket.create_connection(("127.0.0.1", {port}), 2)
    print(given_up, "reached")
except OSError:
    print(given_up, "nothing")
"""
        said = in_worker(f"exec({code!r})")
    if said.startswith("False"):
        pytest.skip("this system lets no program give up the network; a load says so")
    assert said == "True nothing"


def test_the_reader_has_its_limits(tmp_path: Path) -> None:
    code = f"""
w._limit()
try:
    bytearray(3_000_000_000)
except MemoryError:
    print("no memory")
try:
    with open({str(tmp_path / "new")!r}, "w") as made:
        made.write("x" * 10_000)
except OSError:
    print("no file")
"""
    assert in_worker(f"exec({code!r})").split("\n") == ["no memory", "no file"]


def test_a_system_that_cannot_cut_the_network_off_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's words are those that it says where the system refuses."""
    stands_in(tmp_path, monkeypatch, 'print(\'{"network":"open","features":[],"fault":""}\')')
    desk.write("2024-03-01.gpkg", b"SQLite format 3\0")
    assert any("with the network in its reach" in line for line in said_of_areas(desk.load()))


@pytest.mark.parametrize(
    ("worker", "said"),
    [
        ("import time; time.sleep(60)", "GDAL stopped, or needed more than 2,000 MB or 120 s"),
        ("print('{\"network\":')", "GDAL stopped"),
        ("import os; os.abort()", "GDAL stopped"),
    ],
)
def test_a_reader_that_dies_or_never_ends_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str, said: str
) -> None:
    stands_in(tmp_path, monkeypatch, worker)
    monkeypatch.setattr(areas_gdal, "_PATIENCE_S", 1.0)
    desk.write("2024-03-01.gpkg", b"SQLite format 3\0")
    assert said in desk.refused()


def test_what_gdal_cannot_read_or_says_otherwise_where_it_lies_is_refused(desk: Desk) -> None:
    desk.map(BLUE)
    desk.write("2024-03-01.gpkg", b"SQLite format 3\0" + bytes(range(256)) * 20)
    written(desk.folder / "2024-03-02.gpkg", 0.0, crs="EPSG:3857")
    written(desk.folder / "2024-03-03.shp", 0.0)
    (desk.folder / "2024-03-03.prj").unlink()
    told = desk.refused()
    assert "2024-03-01.gpkg: GDAL cannot read it" in told
    assert "2024-03-02.gpkg: is in the reference system EPSG:3857; save it in degrees on WGS 84" in told
    assert "ogr2ogr -t_srs EPSG:4326 NEW.gpkg" in told
    assert "2024-03-03.shp: says in no reference system where it lies" in told


def test_a_file_that_ends_its_reader_leaves_the_others_to_be_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the first file dies; another one reads the second."""
    code = f"""
with open({str(tmp_path / "started")!r}, "a+") as started:
    if not started.tell():
        started.write("x")
        started.flush()
        os.abort()
print('{{"network":"none","features":[],"fault":"is odd"}}')
"""
    stands_in(tmp_path, monkeypatch, code)
    for day in range(1, 3):
        desk.write(f"2024-03-0{day}.gpkg", b"SQLite format 3\0")
    told = desk.refused()
    assert "2024-03-01.gpkg: cannot be read: GDAL stopped" in told
    assert "2024-03-02.gpkg: is odd" in told


def test_a_geopackage_with_a_log_beside_it_is_read_alone(desk: Desk) -> None:
    path = written(desk.folder / "2024-03-01.gpkg", 0.0)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    assert len(desk.loaded()) == 1


# What GDAL never sees


def test_other_kinds_of_files_never_reach_gdal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas_gdal, "_WORKER", "/absent")
    vrt = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://127.0.0.1/x</SrcDataSource>"
    desk.write("2024-03-01.gpkg", vrt)
    desk.write("2024-03-02.shp", vrt)
    desk.write("2024-03-03.zip", b"PK\x03\x04" + bytes(200))
    (desk.folder / "2024-03-04.gpkg").symlink_to("/vsicurl/http://127.0.0.1/x.gpkg")
    desk.write("2024-03-05.shp", b"\x00\x00\x27\x0a")
    (desk.folder / "2024-03-05.dbf").symlink_to("/etc/passwd")
    told = desk.refused()
    assert "2024-03-01.gpkg: is not what its name says: it begins like XML" in told
    assert "2024-03-02.shp: is not what its name says: it begins like XML" in told
    assert "2024-03-03.zip: File is not a zip file" in told
    assert "2024-03-04.gpkg: is a symbolic link" in told
    assert "2024-03-05.shp: '2024-03-05.dbf' beside it is no file" in told
    with pytest.raises(FileNotFoundError):
        desk.load(Path("/vsicurl/http://127.0.0.1/x.gpkg"))


def test_an_archive_that_expands_too_far_is_not_unpacked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas_gdal, "_WORKER", "/absent")
    with ZipFile(desk.folder / "2024-03-01.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(50_000_000))
    with ZipFile(desk.folder / "2024-03-02.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.gpkg", b"x")
    told = desk.refused()
    assert "2024-03-01.zip: 'a.shp' in it would expand to 50,000,000 bytes" in told
    assert "2024-03-02.zip: has 0 Shapefiles in it; there must be one" in told

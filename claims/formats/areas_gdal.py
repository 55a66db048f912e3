"""The features of GeoPackages and Shapefiles, each read by GDAL in a process that can do nothing else.

The file is copied into a folder of its own first, under a name of ours: no link, no address and no file
beside it can lead GDAL anywhere. What the process may do is written in ``areas_worker``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO, Any, Self
from zipfile import BadZipFile, ZipFile

from claims.formats import areas_worker
from claims.formats.areas_files import (
    GEOPACKAGE,
    MOST_BYTES,
    PARTS_OF_SHAPEFILE,
    SHAPEFILE,
    AreaFile,
    parts_of_shapefile,
)
from claims.formats.areas_geojson import MOST_FEATURE, BadFeature, Feature
from claims.formats.json_parts import BadJson, JsonParts
from gazetteer.archive import BadArchive, check_zip
from gazetteer.errors import shown

NETWORK_OPEN = (
    "read by GDAL with the network in its reach, since this system lets no program give it up; "
    "its drivers, memory and time were limited"
)

_PATIENCE_S = 300.0
_WORKER = str(Path(areas_worker.__file__))
_TOO_MUCH = (
    f"cannot be read: GDAL stopped, or needed more than {areas_worker.MEMORY_BYTES / 1e6:,.0f} MB or "
    f"{areas_worker.PROCESSOR_S} s"
)


class Gdal:
    """GDAL in a program of its own, started when a file first needs it; each file is read by a copy of it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def features(self, file: AreaFile, stream: IO[bytes], beside: dict[str, Any]) -> Iterator[Feature]:
        """The features of all layers, each with its layer's name as the property ``layer``.

        Raises
        ------
        BadFeature
            From the iteration: the file cannot be read, or not within the limits.
        """
        del stream  # the copy is read
        with tempfile.TemporaryDirectory(prefix="frontline-areas-") as folder:
            try:
                copied = _copied(file, Path(folder))
            except (BadArchive, BadZipFile, EOFError, NotImplementedError, RuntimeError) as problem:
                raise BadFeature(0, 0, str(problem)) from None
            with self._told_of(copied) as said:
                parts = JsonParts(said, MOST_FEATURE)
                yield from _features_in(parts)
        if parts.beside["fault"]:
            raise BadFeature(0, 0, shown(str(parts.beside["fault"]), 600).strip("'"))
        beside["network"] = parts.beside["network"]

    @contextmanager
    def _told_of(self, path: Path) -> Iterator[IO[bytes]]:
        """What is told of a file; the program is ended with its copies where that is not read to its end."""
        read, written = os.pipe()
        late = Timer(_PATIENCE_S, self._kill)
        late.daemon = True
        with os.fdopen(read, "rb") as said:
            try:
                with suppress(OSError):  # it died; then it tells nothing
                    socket.send_fds(self._started(), [os.fsencode(path)], [written])
            finally:
                os.close(written)
            late.start()
            try:
                yield said
                whole = not said.read(1)
            except BaseException:
                whole = False
                raise
            finally:
                late.cancel()
                late.join()
                if not whole:
                    self._end()

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._asking is None:
            self._asking, its = socket.socketpair()
            with its:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-I", _WORKER],
                    stdin=its.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=tempfile.gettempdir(),
                    env=_environment(_skipped()),
                    close_fds=True,
                    start_new_session=True,
                )
        return self._asking

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _end(self) -> None:
        self._kill()
        if self._process is not None:
            self._process.wait()
        if self._asking is not None:
            self._asking.close()
        self._process = self._asking = None


def _features_in(parts: JsonParts) -> Iterator[Feature]:
    try:
        for number, (_, _, feature) in enumerate(parts.each("features"), 1):
            yield Feature(0, number, feature["properties"], feature["geometry"])
    except BadJson:
        raise BadFeature(0, 0, _TOO_MUCH) from None


@cache
def _skipped() -> str:
    """The drivers of this GDAL that it must not have: all but the two."""
    command = [sys.executable, "-I", _WORKER, "drivers"]
    told = subprocess.run(command, env=_environment(""), capture_output=True, check=False)  # noqa: S603 - ours
    if told.returncode:
        raise BadFeature(0, 0, "cannot be read: GDAL (the Python package pyogrio) does not start here")
    return ",".join(name for name in json.loads(told.stdout) if name not in areas_worker.DRIVERS)


def _environment(skipped: str) -> dict[str, str]:
    """Nothing of ours, and GDAL without other drivers, addresses and log."""
    return {
        "GDAL_SKIP": skipped,
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "PROJ_NETWORK": "OFF",
        "CPL_LOG": os.devnull,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }


def _copied(file: AreaFile, folder: Path) -> Path:
    """The file, with what belongs to it, in a folder of its own."""
    if file.kind == GEOPACKAGE:
        return Path(shutil.copyfile(file.path, folder / "areas.gpkg", follow_symlinks=False))
    if file.kind == SHAPEFILE:
        for part in parts_of_shapefile(file.path):
            _check_part(part)
            shutil.copyfile(part, folder / f"areas{part.suffix.lower()}", follow_symlinks=False)
        return folder / "areas.shp"
    return _unzipped(file.path, folder)


def _check_part(part: Path) -> None:
    status = part.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise BadFeature(0, 0, f"{shown(part.name)} beside it is no file; put the file itself there")
    if status.st_size > MOST_BYTES[SHAPEFILE]:
        said = f"{shown(part.name)} beside it is {status.st_size:,} bytes long; the most is"
        raise BadFeature(0, 0, f"{said} {MOST_BYTES[SHAPEFILE]:,}")


def _unzipped(path: Path, folder: Path) -> Path:
    """The one Shapefile in an archive, whatever its names are."""
    with ZipFile(path) as archive:
        members = check_zip(archive, MOST_BYTES[SHAPEFILE])
        names = [m.filename for m in members if not m.filename.startswith("__MACOSX/")]
        stems = [name[:-4] for name in names if name.lower().endswith(".shp")]
        if len(stems) != 1:
            said = f"has {len(stems)} Shapefiles in it; there must be one"
            raise BadArchive(f"{said}. Unpack it and load the folder")
        for member in members:
            ending = member.filename[-4:].lower()
            if member.filename[:-4].lower() == stems[0].lower() and ending in PARTS_OF_SHAPEFILE:
                with archive.open(member) as packed, (folder / f"areas{ending}").open("wb") as made:
                    shutil.copyfileobj(packed, made)
    return folder / "areas.shp"

"""The files of a series of drawn areas, looked at before any of them is read."""

from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gazetteer.errors import Fault, shown

GEOJSON, ZIPPED_GEOJSON, GEOPACKAGE, SHAPEFILE, ZIPPED_SHAPEFILE = (
    "geojson",
    "geojson.gz",
    "gpkg",
    "shp",
    "zip",
)

MOST_BYTES = {
    GEOJSON: 512_000_000,
    ZIPPED_GEOJSON: 128_000_000,
    GEOPACKAGE: 512_000_000,
    SHAPEFILE: 512_000_000,
    ZIPPED_SHAPEFILE: 128_000_000,
}
"""The most bytes of a file of each kind."""
MOST_FILES = 20_000

PARTS_OF_SHAPEFILE = (".shp", ".dbf", ".shx", ".prj", ".cpg")
"""The endings of the files that are read of a Shapefile."""

_BY_ENDING = {
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".geojson.gz": ZIPPED_GEOJSON,
    ".json.gz": ZIPPED_GEOJSON,
    ".gpkg": GEOPACKAGE,
    ".shp": SHAPEFILE,
    ".zip": ZIPPED_SHAPEFILE,
}
ENDINGS = tuple(_BY_ENDING)
"""How the names of files of areas end."""

_BESIDE_SHAPES = (".dbf", ".shx", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".shp.xml", ".fix")
"""Files that belong to a Shapefile beside them."""

_MAGIC = {
    b"SQLite format 3\0": ("a GeoPackage or another SQLite file", (GEOPACKAGE,)),
    b"PK\x03\x04": ("a zip archive", (ZIPPED_SHAPEFILE,)),
    b"\x1f\x8b": ("a gzip file", (ZIPPED_GEOJSON,)),
    b"\x00\x00\x27\x0a": ("a Shapefile", (SHAPEFILE,)),
    b"%PDF": ("a PDF", ()),
    b"\x89PNG": ("a picture", ()),
    b"\xff\xd8\xff": ("a picture", ()),
    b"fgb": ("a FlatGeobuf file", ()),
    b"PAR1": ("a Parquet file", ()),
    b"II*\0": ("a TIFF", ()),
    b"<": ("XML or HTML", ()),
}
"""How files of some kinds begin, what to call them, and which of ours they are."""


@dataclass(frozen=True, slots=True)
class AreaFile:
    """One file: its kind, and its name without the ending."""

    path: Path
    kind: str
    stem: str


def area_files(path: Path, faults: list[Fault], passed_over: Counter[str]) -> list[AreaFile]:
    """The files that a path names, a folder's sorted by name; what must not be read is a fault.

    Nothing of a file is read but how it begins. Files of other kinds, hidden ones and folders are passed
    over.

    Raises
    ------
    FileNotFoundError
        There is nothing at that path.
    """
    if path.is_dir() and not path.is_symlink():
        entries = sorted(path.iterdir(), key=lambda entry: entry.name)
    elif os.path.lexists(path):
        entries = [path]
    else:
        raise FileNotFoundError(f"There is no file or folder {shown(str(path), 400)}")
    names = {entry.name.lower() for entry in entries}
    found = []
    if len(entries) == 1 and _kind_of(path.name) is None and entries[0] == path:
        faults.append(Fault(path.name, 0, "", f"has none of the endings {', '.join(ENDINGS)}"))
        return []
    for entry in entries:
        kind = _kind_of(entry.name)
        if kind is None:
            passed_over.update(_other(entry, names))
            continue
        said = _fault_of(entry, kind[0])
        if said:
            name = entry.name if entry.name.isprintable() else shown(entry.name)
            faults.append(Fault(name, 0, "", said))
        else:
            found.append(AreaFile(entry, *kind))
    if len(found) > MOST_FILES:
        faults.append(Fault(path.name, 0, "", f"has {len(found):,} files; the most is {MOST_FILES:,}"))
    return found


def _kind_of(name: str) -> tuple[str, str] | None:
    low = name.lower()
    if low.startswith("."):
        return None
    ending = next((one for one in sorted(_BY_ENDING, key=len, reverse=True) if low.endswith(one)), None)
    return None if ending is None else (_BY_ENDING[ending], name[: -len(ending)])


def _belongs_to_shapes(name: str, names: set[str]) -> bool:
    return any(name.endswith(ending) and f"{name[: -len(ending)]}.shp" in names for ending in _BESIDE_SHAPES)


def _other(entry: Path, names: set[str]) -> list[str]:
    """What to count something as that is no file of areas; nothing where it belongs to one."""
    if entry.is_dir():
        return ["folders in it"]
    return [] if _belongs_to_shapes(entry.name.lower(), names) else ["files that are no areas by their names"]


def _fault_of(entry: Path, kind: str) -> str:
    """Why a file is not read; empty where it is."""
    if not entry.name.isprintable():
        return "has a name that cannot be printed; give it another"
    try:
        status = entry.lstat()
        if stat.S_ISLNK(status.st_mode):
            return "is a symbolic link; put the file itself there"
        if not stat.S_ISREG(status.st_mode):
            return "is not a file"
        if status.st_size > MOST_BYTES[kind]:
            return f"is {status.st_size:,} bytes long; the most is {MOST_BYTES[kind]:,}. Cut it by days"
        with entry.open("rb") as stream:
            return _not_what_it_says(stream.read(32).removeprefix(b"\xef\xbb\xbf"), kind)
    except OSError as problem:
        return f"cannot be read ({problem.strerror or problem})"


def _not_what_it_says(head: bytes, kind: str) -> str:
    if not head:
        return "is empty"
    for magic, (called, kinds) in _MAGIC.items():
        if head.startswith(magic):
            return "" if kind in kinds else f"is not what its name says: it begins like {called}"
    if kind != GEOJSON:
        return "is not what its name says: it does not begin like one"
    return ""


def parts_of_shapefile(shp: Path) -> list[Path]:
    """A Shapefile and the files beside it that are read with it, sorted by name."""
    stem = shp.name[:-4].lower()
    beside = (one for one in shp.parent.iterdir() if one.name[-4:].lower() in PARTS_OF_SHAPEFILE)
    return sorted(one for one in beside if one.name[:-4].lower() == stem)

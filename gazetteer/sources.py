"""Tables of places as others publish them become Places: GeoNames, OCHA, GeoJSON, our own CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from gazetteer.errors import BadFiles, Fault, shown
from gazetteer.place import Place
from gazetteer.rows import MOST_CELL
from gazetteer.spelling import script_of
from gazetteer.tables import read_places
from gazetteer.workbook import BadWorkbook, first_sheet, text_of

MOST_BYTES = 2_000_000_000
"""A table, unpacked, may have this many bytes; GeoNames' file of the whole world has 1.7 thousand million."""

MOST_TIMES_PACKED = 100
"""A zipped table may unpack to this many times its size; a text table shrinks to about a quarter."""

MOST_GEOJSON = 200_000_000
MOST_FAULTS = 100

LICENCES = {"geonames": "CC BY 4.0"}
"""The licence of a format whose publisher has one for all of it."""

_GEONAMES_COLUMNS = 19
_POINT_M = 2_000

_KINDS = {
    "PPLC": "city", "PPLA": "city", "PPLA2": "town", "PPLA3": "town", "PPLX": "neighbourhood",
    "AIRB": "airbase", "AIRP": "airport", "AIRF": "airport", "MILB": "military_site", "INSM": "military_site",
    "HLL": "hill", "HLLS": "hill", "MT": "mountain", "MTS": "mountain", "PK": "mountain", "BDG": "bridge",
    "DAM": "dam", "CMPRF": "camp", "CMPR": "camp",
}  # fmt: skip
"""GeoNames feature codes that are taken up beside populated places, with our words for them."""


def read_source(path: Path, form: str, *, name: str, licence: str) -> tuple[Place, ...]:
    """Read a table of places.

    Parameters
    ----------
    path
        The file; a GeoNames dump may be zipped.
    form
        ``geonames``, ``ocha``, ``geojson`` or ``csv``.
    name, licence
        What every place's ``source`` will say. Our own CSV keeps what its rows say.

    Raises
    ------
    BadFiles
        What is wrong in the file, with line numbers.
    ValueError
        The format is not known.
    OSError
        The file cannot be opened.
    """
    readers: dict[str, Callable[[Path, str, list[Fault]], Iterator[Place]]] = {
        "geonames": _geonames,
        "ocha": _ocha,
        "geojson": _geojson,
    }
    credit = f"{name}, {licence}" if licence else name
    if form == "csv":
        return tuple(_credited(place, credit) for place in read_places(path))
    if form not in readers:
        raise ValueError(f"{shown(form)} is no format of places; use geonames, csv, ocha or geojson")
    faults: list[Fault] = []
    places: dict[str, Place] = {}
    for place in readers[form](path, credit, faults):
        if place.id in places and len(faults) < MOST_FAULTS:
            faults.append(Fault(path.name, 0, "", f"two places have the id {shown(place.id)}"))
        places[place.id] = place
    if not faults and not places:
        faults.append(Fault(path.name, 0, "", f"has no places that {form} would name"))
    if faults:
        raise BadFiles(faults)
    return tuple(places.values())


def _credited(place: Place, credit: str) -> Place:
    import dataclasses

    return dataclasses.replace(place, source=f"{place.source}; {credit}" if place.source else credit)


def _geonames(path: Path, credit: str, faults: list[Fault]) -> Iterator[Place]:
    """Read a GeoNames dump: 19 columns, separated by tabs, without a header."""
    with _text_of(path) as stream:
        for number, line in enumerate(stream, 1):
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) != _GEONAMES_COLUMNS:
                faults.append(
                    Fault(path.name, number, "", f"has {len(cells)} columns, a GeoNames dump has 19")
                )
            elif cells[6] == "P" or cells[7] in _KINDS:
                yield from _told(faults, path.name, number, partial(_of_geonames, cells, credit))
            if len(faults) >= MOST_FAULTS:
                return


def _of_geonames(cells: list[str], credit: str) -> Place:
    _, name, ascii_name, others = cells[:4]
    number = _whole(cells[0], "geonameid")
    lat, lon = _coordinates(cells[4], cells[5])
    variants = [v.strip() for v in (ascii_name, *others.split(",")) if v.strip() and v.strip() != name]
    return Place(
        id=f"gn-{number}",
        name=_name(name),
        lat=lat,
        lon=lon,
        kind=_KINDS.get(cells[7], "village"),
        precision_m=_POINT_M,
        source=f"{credit} (GeoNames {number})",
        names=_arabic(variants),
        variants=tuple(dict.fromkeys(v for v in variants if len(v) <= MOST_CELL)),
        admin1=f"{cells[8]}.{cells[10]}",
        population=_whole(cells[14] or "0", "population") or None,
        geonames_id=number,
    )


_OCHA_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": (
        "pcode", "p_code", "admin4pcode", "admin4_pcode", "adm4_pcode", "ppl_pcode", "popplacepcode",
        "locationpcode",
    ),
    "name": (
        "name_en", "admin4name_en", "adm4_en", "featurename_en", "popplacename_en", "locationname_en", "name",
    ),
    "native": (
        "name_ar", "name_uk", "name_ua", "admin4name_ar", "adm4_ar", "adm4_ua", "adm4_uk", "featurename_ar",
        "popplacename_ar", "locationname_ar",
    ),
    "russian": ("name_ru", "adm4_ru", "admin4name_ru"),
    "other": ("name_alt", "altname", "alternate_names", "featurealtname_en", "adm4_alt"),
    "lat": ("latitude", "lat", "latitude_y", "y", "point_y"),
    "lon": ("longitude", "lon", "long", "longitude_x", "x", "point_x"),
    "admin1": ("admin1name_en", "adm1_en", "governorate", "oblast", "admin1"),
    "population": ("population", "pop", "pop_total"),
}  # fmt: skip
"""How the columns of OCHA's populated-place tables are called; they differ from country to country."""


def _ocha(path: Path, credit: str, faults: list[Fault]) -> Iterator[Place]:
    """Read a table of populated places as OCHA publishes them: CSV or the first sheet of a workbook."""
    rows = _sheet_rows(path, faults) if path.suffix.lower() == ".xlsx" else _csv_rows(path, faults)
    _, first = next(rows, (0, []))
    header = [re.sub(r"[^a-z0-9_]", "", cell.lower().replace(" ", "_")) for cell in first]
    where = {
        ours: next((header.index(n) for n in names if n in header), None)
        for ours, names in _OCHA_COLUMNS.items()
    }
    missing = [ours for ours in ("id", "name", "lat", "lon") if where[ours] is None]
    if missing and not faults:
        known = "; ".join(f"{ours}: {', '.join(_OCHA_COLUMNS[ours])}" for ours in missing)
        faults.append(Fault(path.name, 1, "", f"has no column that we know for {known}"))
    if missing:
        return
    for line, cells in rows:
        said = {
            ours: cells[at].strip() if at is not None and at < len(cells) else ""
            for ours, at in where.items()
        }
        if not said["id"].startswith("#"):  # the tags of a Humanitarian Exchange Language table
            yield from _told(faults, path.name, line, partial(_of_ocha, said, credit))
        if len(faults) >= MOST_FAULTS:
            return


def _csv_rows(path: Path, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV in which anything stands, each with the line that it ends on."""
    with _text_of(path) as stream:
        reader = csv.reader(stream, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            faults.append(Fault(path.name, reader.line_num, "", f"cannot be read as CSV ({error})"))


def _sheet_rows(path: Path, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The same of the first sheet of a workbook."""
    try:
        with first_sheet(path) as rows:
            for line, values in enumerate(rows, 1):
                cells = [text_of(value)[:MOST_CELL] for value in values]
                if any(cell.strip() for cell in cells):
                    yield line, cells
    except BadWorkbook as problem:
        faults.append(Fault(path.name, 0, "", str(problem)))


def _of_ocha(said: Mapping[str, str], credit: str) -> Place:
    lat, lon = _coordinates(said["lat"], said["lon"])
    native, name = said["native"], said["name"] or said["native"]
    others = [said["russian"], *re.split(r"[|;,]", said["other"])]
    if native and script_of(native) != "arabic":
        others.insert(0, native)
    return Place(
        id=_identifier("ocha", said["id"]),
        name=_name(name),
        lat=lat,
        lon=lon,
        kind="village",
        precision_m=_POINT_M,
        source=f"{credit} ({said['id']})",
        names=_arabic([native]),
        variants=tuple(dict.fromkeys(o.strip() for o in others if o.strip() and o.strip() != name)),
        admin1=said["admin1"],
        population=_whole(said["population"] or "0", "population") or None,
    )


def _geojson(path: Path, credit: str, faults: list[Fault]) -> Iterator[Place]:
    """Read a GeoJSON collection of points, with names as OpenStreetMap's tags call them."""
    if path.stat().st_size > MOST_GEOJSON:
        faults.append(Fault(path.name, 0, "", f"is over {MOST_GEOJSON:,} bytes long; split it"))
        return
    try:
        whole = json.loads(path.read_bytes())
        features = list(whole["features"])
    except (ValueError, KeyError, TypeError, RecursionError):
        faults.append(Fault(path.name, 0, "", "is no GeoJSON with a list of features"))
        return
    for number, feature in enumerate(features, 1):
        yield from _told(faults, f"{path.name}, feature {number}", 0, partial(_of_feature, feature, credit))
        if len(faults) >= MOST_FAULTS:
            return


def _of_feature(feature: dict[str, Any], credit: str) -> Place:
    said = {str(k): str(v).strip() for k, v in (feature.get("properties") or {}).items() if v is not None}
    geometry = feature["geometry"]
    if geometry["type"] != "Point":
        raise ValueError(f"is a {shown(str(geometry['type']))}, not a Point")
    lon, lat = geometry["coordinates"][:2]
    lat, lon = _coordinates(str(lat), str(lon))
    name = said.get("name:en") or said.get("name_en") or said.get("name", "")
    tags = [v for k, v in said.items() if re.fullmatch(r"(alt_|old_|official_|int_|loc_)?name([:_].*)?", k)]
    others = [one.strip() for tag in tags for one in tag.split(";") if one.strip() and one.strip() != name]
    number = str(feature.get("id") or said.get("@id") or said.get("osm_id") or said.get("id") or "")
    population = said.get("population", "").replace(",", "")
    return Place(
        id=_identifier("gj", number or f"{name}-{lat:.4f}-{lon:.4f}"),
        name=_name(name),
        lat=lat,
        lon=lon,
        kind=said.get("place") or said.get("kind") or "place",
        precision_m=_POINT_M,
        source=f"{credit} ({number})" if number else credit,
        names=_arabic([said.get("name:ar", ""), said.get("name_ar", ""), said.get("name", "")]),
        variants=tuple(dict.fromkeys(others)),
        admin1=said.get("admin1") or said.get("is_in:state", ""),
        population=int(population) or None if population.isascii() and population.isdigit() else None,
    )


def _told(faults: list[Fault], file: str, line: int, make: Callable[[], Place]) -> Iterator[Place]:
    """Give the place that a row makes, or note what is wrong with the row."""
    try:
        yield make()
    except (ValueError, LookupError, TypeError, AttributeError) as problem:
        said = str(problem) if isinstance(problem, ValueError) else "is not what the format promises"
        faults.append(Fault(file, line, "", said))


def _coordinates(lat: str, lon: str) -> tuple[float, float]:
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        raise ValueError(f"{shown(lat)}, {shown(lon)} are no coordinates") from None
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        raise ValueError(f"{shown(lat)}, {shown(lon)} lie outside the world")
    return north, east


def _whole(text: str, what: str) -> int:
    """Read a number of people or of a record; spaces, commas and what stands behind a point are left out."""
    found = re.fullmatch(r"([0-9]{1,15})(?:\.[0-9]*)?", re.sub(r"[\s,]", "", text[:40]))
    if not found:
        raise ValueError(f"{what} {shown(text)} is no whole number")
    return int(found[1])


def _name(name: str) -> str:
    if not name.strip():
        raise ValueError("has no name")
    return name.strip()[:MOST_CELL]


def _arabic(names: list[str]) -> dict[str, str]:
    found = next((name for name in names if script_of(name) == "arabic"), "")
    return {"ar": found} if found else {}


def _identifier(prefix: str, text: str) -> str:
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-")[:80]
    if not clean:
        raise ValueError("has no id")
    return f"{prefix}-{clean}"


@contextmanager
def _text_of(path: Path) -> Iterator[IO[str]]:
    """Open a table as UTF-8 text, out of a zip where it lies in one; too much of it is refused."""
    if path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
        _refuse_if_over(path.name, path.stat().st_size, MOST_BYTES)
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            yield stream
        return
    try:
        with _table_in(path) as stream:
            yield stream
    except _ROTTEN as problem:
        said = f"cannot be read as a zip archive ({shown(str(problem), 200)}); fetch it again, or unpack it"
        raise BadFiles([Fault(path.name, 0, "", said)]) from None


_ROTTEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What an archive that is cut off, damaged, encrypted or packed in an unknown way raises."""


@contextmanager
def _table_in(path: Path) -> Iterator[IO[str]]:
    with zipfile.ZipFile(path) as packed:
        wanted = [m for m in packed.infolist() if m.filename.lower().endswith((".txt", ".csv"))]
        wanted = [m for m in wanted if not m.filename.lower().startswith("readme")]
        if len(wanted) != 1:
            raise BadFiles(
                [Fault(path.name, 0, "", f"holds {len(wanted)} tables; it must hold one .txt or .csv")]
            )
        most = min(MOST_BYTES, MOST_TIMES_PACKED * max(path.stat().st_size, 1_000))
        _refuse_if_over(path.name, wanted[0].file_size, most)
        with packed.open(wanted[0]) as raw:  # zipfile reads no more than the size that was just checked
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _refuse_if_over(file: str, size: int, most: int) -> None:
    if size > most:
        raise BadFiles([Fault(file, 0, "", f"unpacks to {size:,} bytes; at most {most:,} are read")])

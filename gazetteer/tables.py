"""A table of places, as a map's folder keeps it, becomes Places."""

from __future__ import annotations

from gazetteer.errors import BadFiles, Fault, shown
from gazetteer.place import Place
from gazetteer.rows import Row, Source, number_between, read_cell, read_rows, required_cell, whole_number

REQUIRED = ("id", "name", "lat", "lon")
OPTIONAL = (
    "name_ar",
    "other_names",
    "kind",
    "admin1",
    "population",
    "geonames_id",
    "precision_m",
    "source",
    "checked",
    "licence",  # our exports say it in every row; it is read and passed over
)

UNSTATED_PRECISION_M = 2_000
"""The precision, in metres, of a point whose table states none: a large village and its fields."""

_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)
_COUNT = whole_number(0, 10**11)
_METRES = whole_number(0, 1_000_000)


def read_places(source: Source, *, name: str = "") -> tuple[Place, ...]:
    """Read a places table (docs/formats.md): CSV, UTF-8, one place a row.

    Parameters
    ----------
    source
        A path, or an open text or binary stream.
    name
        The file's name in messages.

    Raises
    ------
    BadFiles
        Everything that is wrong in the table, with line numbers; no place is returned then.
    OSError
        The path cannot be opened.
    """
    faults: list[Fault] = []
    rows = list(read_rows(source, REQUIRED, OPTIONAL, faults=faults, name=name))
    places = [place for row in rows if (place := _place(row, faults))]
    faults.extend(_twice(rows))
    if faults:
        raise BadFiles(faults)
    return tuple(places)


def _place(row: Row, faults: list[Fault]) -> Place | None:
    """Make a place of one row, or None where something in it is wrong."""
    before = len(faults)
    place_id = required_cell(row, "id", _identifier, faults)
    name = required_cell(row, "name", str, faults)
    lat = required_cell(row, "lat", _LATITUDE, faults)
    lon = required_cell(row, "lon", _LONGITUDE, faults)
    population = read_cell(row, "population", _COUNT, faults)
    geonames_id = read_cell(row, "geonames_id", _COUNT, faults)
    precision_m = read_cell(row, "precision_m", _METRES, faults, empty=UNSTATED_PRECISION_M)
    checked = read_cell(row, "checked", whole_number(0, 100), faults, empty=0)
    if len(faults) > before or place_id is None or name is None or lat is None or lon is None:
        return None
    return Place(
        id=place_id,
        name=name,
        lat=lat,
        lon=lon,
        kind=row["kind"] or "place",
        precision_m=precision_m or 0,
        source=row["source"],
        names={"ar": row["name_ar"]} if row["name_ar"] else {},
        variants=tuple(dict.fromkeys(v.strip() for v in row["other_names"].split("|") if v.strip())),
        admin1=row["admin1"],
        population=population,
        geonames_id=geonames_id,
        checked=checked or 0,
    )


def _identifier(text: str) -> str:
    """Accept an id of letters, digits, ``-``, ``_`` and ``.``: it travels in addresses and file names."""
    if (
        len(text) > 100
        or not text.isascii()
        or not text.replace("-", "").replace("_", "").replace(".", "").isalnum()
    ):
        raise ValueError(f"{shown(text)} is no id; use up to 100 letters a-z, digits, '-', '_' and '.'")
    return text


def _twice(rows: list[Row]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for row in rows:
        line = first.setdefault(row["id"], row.line)
        if line != row.line and row["id"]:
            faults.append(row.fault("id", f"{shown(row['id'])} is already the id of line {line}"))
    return faults

"""Tables of a map become a file for other programs: CSV, JSON Lines, GeoJSON or GeoPackage."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from exports.data_rows import Cell, Point, Row, Table

_RUNS = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet takes for a formula, and what we have made of such a text before."""


def write_data(tables: Sequence[Table], path: str | Path) -> int:
    """Write tables as what the file's ending says, and return how many rows there are.

    CSV, JSON Lines and GeoJSON hold one table, a GeoPackage any number, each as a layer. The file is written
    beside its place and moved there whole: nobody reads half of it.

    Raises
    ------
    ValueError
        The ending is none of ``KINDS``, or the file cannot hold so many tables.
    """
    target = Path(path)
    kind = target.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise ValueError(f"'{target.name}' ends in none of {', '.join(f'.{known}' for known in KINDS)}")
    if len(tables) != 1 and kind != "gpkg":
        raise ValueError(f"a .{kind} file holds one table; a .gpkg holds several")
    half = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        written = KINDS[kind](tables, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return written


def neutralised(text: str) -> str:
    """A text that no spreadsheet runs: one that begins like a formula gets a ``'`` in front.

    So does one that begins with such quotes already: whoever takes away one quote has the text again.
    """
    return f"'{text}" if _RUNS.match(text) else text


def _csv(tables: Sequence[Table], path: Path) -> int:
    (table,) = tables
    # With a byte order mark: without one, spreadsheets take Arabic for something else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.columns)
        return _each(table, lambda row, _: writer.writerow([_cell(row[column]) for column in table.columns]))


def _each(table: Table, write: Callable[[Row, Point | None], object]) -> int:
    """Write row by row, and count."""
    number = 0
    for row, point in table.rows():
        write(row, point)
        number += 1
    return number


def _cell(cell: Cell) -> str | int:
    """A number stays one, whatever its sign; a text is made harmless."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else repr(cell)
    return neutralised(cell) if isinstance(cell, str) else cell


def _json_lines(tables: Sequence[Table], path: Path) -> int:
    (table,) = tables
    with path.open("w", encoding="utf-8", newline="") as file:
        return _each(table, lambda row, _: file.write(_json(_values(row, table)) + "\n"))


def _geojson(tables: Sequence[Table], path: Path) -> int:
    """One feature a row, as RFC 7946 has them: degrees on WGS 84, longitude first; no point is ``null``."""
    (table,) = tables
    before = iter(chain(["\n"], repeat(",\n")))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('{"type":"FeatureCollection","features":[')
        number = _each(table, lambda row, point: file.write(next(before) + _feature(row, point, table)))
        file.write("\n]}\n")
    return number


def _feature(row: Row, point: Point | None, table: Table) -> str:
    geometry = None if point is None else {"type": "Point", "coordinates": list(point)}
    return _json({"type": "Feature", "geometry": geometry, "properties": _values(row, table)})


def _geopackage(tables: Sequence[Table], path: Path) -> int:
    import geopandas
    import pyogrio

    number = 0
    for place, table in enumerate(tables):
        rows = list(table.rows())
        frame = geopandas.GeoDataFrame(
            _columns(table, [row for row, _ in rows]), geometry=_points([point for _, point in rows])
        )
        pyogrio.write_dataframe(
            frame, path, layer=table.name, driver="GPKG", geometry_type="Point", append=place > 0
        )
        number += len(rows)
    return number


def _columns(table: Table, rows: Sequence[Row]) -> Mapping[str, Any]:
    """Columns of one kind each, so that a column without a value is there as well."""
    import pandas as pd

    kinds = dict.fromkeys(table.numbers, "Float64") | dict.fromkeys(table.whole, "Int64")
    array: Any = pd.array  # its overloads know no dtype that is a variable
    cells: Mapping[str, Any] = {name: [row[name] for row in rows] for name in table.columns}
    return {
        name: array([None if cell == "" else cell for cell in column], dtype=kinds.get(name, "string"))
        for name, column in cells.items()
    }


def _points(points: Sequence[Point | None]) -> Any:  # noqa: ANN401 - geopandas has no types
    import geopandas
    import shapely

    return geopandas.GeoSeries([p and shapely.Point(p) for p in points], crs="EPSG:4326")


def _values(row: Row, table: Table) -> Mapping[str, Cell]:
    """A row in the order of the columns; what nobody said is null."""
    return {column: None if row[column] == "" else row[column] for column in table.columns}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


KINDS: Mapping[str, Callable[[Sequence[Table], Path], int]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "geojson": _geojson,
    "gpkg": _geopackage,
}
"""How each kind of file is written, by the ending of its name."""

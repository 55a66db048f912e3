"""The first sheet of an XLSX workbook, with the columns of claims.csv, becomes claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from claims.claim import Claim
from claims.formats.columns import OPTIONAL, REQUIRED, claim_of, id_in
from claims.formats.json_parts import text_fault
from claims.formats.reading import Reading
from gazetteer.errors import shown
from gazetteer.rows import Row, header_faults, plain_cell
from gazetteer.workbook import BadWorkbook, first_sheet, text_of


def read_claims(path: Path, reading: Reading) -> Iterator[Claim]:
    """Read the rows of the first sheet; a formula is read as its last result."""
    try:
        with first_sheet(path) as rows:
            yield from _read(rows, reading)
    except BadWorkbook as problem:
        reading.fault(0, "", str(problem))


def _read(rows: Iterator[tuple[Any, ...]], reading: Reading) -> Iterator[Claim]:
    columns: Sequence[str] = ()
    for line, values in enumerate(rows, 1):
        if not any(value is not None and value != "" for value in values):
            continue
        if not columns:
            columns = _header(values)
            reading.faults.extend(header_faults(reading.file, line, columns, REQUIRED, OPTIONAL))
            continue
        reading.tally.rows += 1
        reading.line = line
        before = len(reading.faults)
        row = Row(reading.file, line, _cells(columns, values, line, reading))
        claim_id = id_in(row, "claim_id", reading.faults)
        claim = claim_of(row, claim_id, reading.known, reading.faults, reading.tally)
        if claim is not None and len(reading.faults) == before:
            yield claim
    if not columns:
        reading.fault(0, "", f"is empty; its first row must name the columns {', '.join(REQUIRED)}")


def _header(values: Sequence[Any]) -> list[str]:
    names = [str(value).strip() if value is not None else "" for value in values]
    while names and not names[-1]:
        names.pop()
    return names


def _cells(columns: Sequence[str], values: Sequence[Any], line: int, reading: Reading) -> dict[str, str]:
    cells = {}
    for column, value in zip(columns, values, strict=False):
        text = plain_cell(text_of(value))
        said = text_fault(text)
        if said:
            reading.fault(line, column, said)
        cells[column] = "" if said else text
    extra = [value for value in values[len(columns) :] if value is not None and value != ""]
    if extra:
        reading.fault(line, "", f"has a cell right of the last column ({shown(str(extra[0]))})")
    return {column: cells.get(column, "") for column in columns}

"""The first sheet of an XLSX workbook, with the columns of claims.csv, becomes claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from warnings import catch_warnings, simplefilter
from zipfile import ZipFile, ZipInfo

from claims.claim import Claim
from claims.formats.archive import MOST_OF_WORKBOOK, BadArchive, check_zip
from claims.formats.columns import OPTIONAL, REQUIRED, claim_of, id_in
from claims.formats.json_parts import text_fault
from claims.formats.reading import Reading
from gazetteer.errors import shown
from gazetteer.rows import Row, header_faults, plain_cell

_MOST_COLUMNS = 200

T = TypeVar("T")


def read_claims(path: Path, reading: Reading) -> Iterator[Claim]:
    """Read the rows of the first sheet; a formula is read as its last result."""
    try:
        with _sheet(path) as rows:
            yield from _read(rows, reading)
    except _Unreadable as problem:
        reading.fault(0, "", str(problem))


class _Unreadable(ValueError):  # noqa: N818 - a reporter reads "unreadable"
    """The workbook cannot be read at all."""


@contextmanager
def _sheet(path: Path) -> Iterator[Iterator[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    try:
        with ZipFile(path) as archive:
            _check_xml(archive, check_zip(archive, MOST_OF_WORKBOOK))
        book = _quietly(lambda: load_workbook(path, read_only=True, data_only=True, keep_links=False))
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    except Exception as problem:  # a broken workbook makes openpyxl raise anything at all
        raise _Unreadable(_said(problem)) from None
    try:
        yield _safely(rows)
    finally:
        book.close()


def _quietly(work: Callable[[], T]) -> T:
    """Do something without openpyxl's warnings of styles and rules that nobody asks it for."""
    with catch_warnings():
        simplefilter("ignore")
        return work()


def _check_xml(archive: ZipFile, members: Sequence[ZipInfo]) -> None:
    """Refuse a workbook whose XML declares types or entities: no spreadsheet does, and entities expand."""
    from defusedxml.ElementTree import iterparse

    for member in members:
        if member.filename.lower().endswith((".xml", ".rels")):
            with archive.open(member) as part:
                next(iter(iterparse(part, events=("start",), forbid_dtd=True)), None)


def _safely(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    while True:
        try:
            row = _quietly(lambda: next(rows))
        except StopIteration:
            return
        except Exception as problem:  # as above: the sheet itself is read only now
            raise _Unreadable(_said(problem)) from None
        yield row


def _said(problem: Exception) -> str:
    why = str(problem) if isinstance(problem, BadArchive) else f"{type(problem).__name__}: {problem}"
    return f"cannot be read as an XLSX workbook: {shown(why, 200)}"


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


def text_of(value: Any) -> str:  # noqa: ANN401 - a cell is any of a sheet's types
    """What a cell says, as claims.csv would have it: days and times in ISO form, numbers plainly."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        day_only = value.time() == time(0, 0)
        return value.date().isoformat() if day_only else value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)

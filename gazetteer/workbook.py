"""The first sheet of an XLSX workbook becomes rows of values, whatever is wrong with the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from warnings import catch_warnings, simplefilter
from zipfile import ZipFile, ZipInfo

from gazetteer.archive import MOST_OF_WORKBOOK, BadArchive, check_zip
from gazetteer.errors import shown

_MOST_COLUMNS = 200

T = TypeVar("T")


class BadWorkbook(ValueError):  # noqa: N818 - a reporter reads "bad workbook"
    """The workbook cannot be read at all."""


@contextmanager
def first_sheet(path: Path) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Open a workbook's first sheet; a formula is read as its last result.

    Raises
    ------
    BadWorkbook
        On opening or on reading on: it is no workbook, declares entities, or would expand too far.
    """
    from openpyxl import load_workbook

    try:
        with ZipFile(path) as archive:
            _check_xml(archive, check_zip(archive, MOST_OF_WORKBOOK))
        book = _quietly(lambda: load_workbook(path, read_only=True, data_only=True, keep_links=False))
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    except Exception as problem:  # a broken workbook makes openpyxl raise anything at all
        raise BadWorkbook(_said(problem)) from None
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
            raise BadWorkbook(_said(problem)) from None
        yield row


def _said(problem: Exception) -> str:
    why = str(problem) if isinstance(problem, BadArchive) else f"{type(problem).__name__}: {problem}"
    return f"cannot be read as an XLSX workbook: {shown(why, 200)}"


def text_of(value: Any) -> str:  # noqa: ANN401 - a cell is any of a sheet's types
    """What a cell says, as a CSV would have it: days and times in ISO form, numbers plainly."""
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

"""A CSV file becomes rows, and everything wrong with the file becomes a list of faults.

How a reader of one kind of file uses it::

    faults: list[Fault] = []
    for row in read_rows(path, required=("id", "lat"), optional=("note",), faults=faults):
        lat = read_cell(row, "lat", number_between(-90, 90), faults)
        if row["id"] in seen:
            faults.append(row.fault("id", f"{shown(row['id'])} is already the id of line {seen[row['id']]}"))
        ...
    if faults:
        raise BadFiles(faults)

Rows that cannot be read as rows (a wrong number of cells, broken UTF-8, a cell too long, a stray quotation
mark) become faults and are not yielded; reading goes on behind them, so that one run tells everything.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import IO, BinaryIO, TypeVar, cast

from gazetteer.errors import Fault, shown

MOST_CELL = 100_000
"""The most characters one cell may have."""

_MOST_LINE = 1_000_000
"""The most bytes of one physical line that are ever kept in memory."""

_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")

T = TypeVar("T")
Source = str | PathLike[str] | IO[str] | IO[bytes]
"""A path, or an open text or binary stream."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column name, stripped of outer white space.

    ``line`` is the physical line on which the row starts, counted from 1. A column that the file does not
    have reads as an empty cell; ``row.has(column)`` tells the two apart.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        """Whether the file has that column at all."""
        return column in self.cells

    def fault(self, column: str, message: str) -> Fault:
        """Say what is wrong in this row; ``column`` may be empty where it is about the whole row."""
        return Fault(self.file, self.line, column, message)


def read_rows(
    source: Source,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    faults: list[Fault],
    name: str = "",
) -> Iterator[Row]:
    """Read a CSV (RFC 4180, UTF-8 with or without a byte order mark) row by row.

    Parameters
    ----------
    source
        A path, or an open stream; a stream is read from where it stands and is not closed.
    required, optional
        The columns that must and that may be there, in any order. Any other column is a fault.
    faults
        What is wrong is appended here while the rows are drawn; look at it after the last row.
    name
        The file's name in messages; without one the path's last part, or the stream's ``name``.

    Yields
    ------
    Row
        Every readable row, top down. Empty lines are passed over. If a required column is missing the rows
        are still yielded (it reads as empty, and ``required_cell`` says nothing more about it), so that other
        faults show as well.

    Raises
    ------
    OSError
        The path cannot be opened.
    """
    file = name or _name_of(source)
    with _opened(source) as (stream, in_bytes):
        lines = _Lines(stream, in_bytes, file, faults)
        records = _records(lines)
        header = next(records, None)
        columns = _columns(file, header, required, optional, faults)
        if not columns:
            return
        for line, cells in records:
            row = _row(file, line, cells, columns, faults)
            if row:
                yield row


def read_records(source: Source, *, faults: list[Fault], name: str = "") -> Iterator[tuple[int, list[str]]]:
    """Read a CSV as ``read_rows`` does, as (line, cells), the header first and nothing asked of it.

    For tables that other people define. Cells are as they stand; a row of another length than the header, or
    with a cell too long or with a NUL, is a fault and is not yielded.
    """
    file = name or _name_of(source)
    with _opened(source) as (stream, in_bytes):
        records = _records(_Lines(stream, in_bytes, file, faults))
        header = next(records, None)
        if header is None:
            if not any(f.file == file for f in faults):
                faults.append(Fault(file, 0, "", "is empty"))
            return
        yield header
        width = len(header[1])
        for line, cells in records:
            if len(cells) != width:
                faults.append(Fault(file, line, "", f"has {len(cells)} cells, the first line has {width}"))
            elif max(map(len, cells)) > MOST_CELL or "\0" in "".join(cells):
                said = (message for cell in cells if (message := _cell_fault(cell)))
                faults.append(Fault(file, line, "", f"a cell {next(said)}"))
            else:
                yield line, cells


def read_lines(source: Source, *, faults: list[Fault], name: str = "") -> Iterator[tuple[int, str]]:
    """Read a text file in UTF-8 as (line, text); a line that is not UTF-8, or too long, is a fault."""
    file = name or _name_of(source)
    with _opened(source) as (stream, in_bytes):
        lines = _Lines(stream, in_bytes, file, faults)
        for text in lines:
            if lines.number not in lines.broken:
                yield lines.number, text


def read_cell(
    row: Row, column: str, parse: Callable[[str], T], faults: list[Fault], *, empty: T | None = None
) -> T | None:
    """Turn one cell into a value; what ``parse`` refuses with a ValueError becomes a fault of that cell.

    An empty cell gives ``empty`` without asking ``parse``; use ``required_cell`` where empty is a fault.
    """
    if not row[column]:
        return empty
    try:
        return parse(row[column])
    except ValueError as refusal:
        faults.append(row.fault(column, str(refusal)))
        return None


def required_cell(row: Row, column: str, parse: Callable[[str], T], faults: list[Fault]) -> T | None:
    """Do as ``read_cell`` does, where an empty cell is a fault too (unless the whole column is missing)."""
    if not row[column]:
        if row.has(column):
            faults.append(row.fault(column, "is empty"))
        return None
    return read_cell(row, column, parse, faults)


def number_between(low: float, high: float) -> Callable[[str], float]:
    """Make a parser for finite decimal numbers from ``low`` to ``high``, both included."""

    def parse(text: str) -> float:
        try:
            value = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{shown(text)} is not a number")
        if not low <= value <= high:
            raise ValueError(f"{shown(text)} is not between {low:g} and {high:g}")
        return value

    return parse


def whole_number(low: int = 0, high: int = 2**53) -> Callable[[str], int]:
    """Make a parser for whole numbers from ``low`` to ``high``, both included."""
    number = number_between(low, high)

    def parse(text: str) -> int:
        value = number(text)
        if value != int(value):
            raise ValueError(f"{shown(text)} is not a whole number")
        return int(value)

    return parse


def one_of(known: Collection[str]) -> Callable[[str], str]:
    """Make a parser for one word of a fixed list; another word is refused with the nearest known one."""

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"{shown(text)} is not known{nearest_hint(text, known)}")
        return text

    return parse


def nearest_hint(word: str, known: Collection[str]) -> str:
    """Say ``; did you mean 'lat'?`` where a known word is near, else list them where they are few."""
    from rapidfuzz import fuzz, process, utils

    best = process.extractOne(
        word[:200], sorted(known), scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=60
    )
    if best:
        return f"; did you mean {shown(best[0])}?"
    return f"; known are {', '.join(sorted(known))}" if 0 < len(known) <= 25 else ""


class _Lines:
    """The physical lines of a stream as text, remembering which of them were broken.

    The csv module is fed from here. A line that is not UTF-8 is handed on as far as it could be read, a line
    too long to keep as an empty one, and the number is noted: the row is dropped, not the file.
    ``stream`` is text, or bytes as Latin-1 characters.
    """

    def __init__(self, stream: IO[str], in_bytes: bool, file: str, faults: list[Fault]) -> None:
        self.stream, self.in_bytes, self.file, self.faults = stream, in_bytes, file, faults
        self.number = 0
        self.broken: set[int] = set()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            raw = self.stream.readline(_MOST_LINE)
        except UnicodeDecodeError as error:  # a text stream decodes in blocks: the line is only nearly known
            self.fault(self.number + 1, f"is not UTF-8 ({error.reason}) here or in the lines below")
            raise StopIteration from None
        if not raw:
            raise StopIteration
        self.number += 1
        return self._whole(self._decoded(raw.encode("latin-1")) if self.in_bytes else raw)

    def fault(self, line: int, message: str) -> None:
        self.broken.add(line)
        self.faults.append(Fault(self.file, line, "", message))

    def _decoded(self, raw: bytes) -> str:
        if self.number == 1 and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.fault(1, "the file is UTF-16; save it as CSV UTF-8")
            raise StopIteration
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            cut_short = len(raw) == _MOST_LINE and not raw.endswith((b"\n", b"\r"))
            if self.number not in self.broken and not cut_short:
                at = f"byte 0x{raw[error.start]:02x} at {error.start + 1}"
                self.fault(self.number, f"is not UTF-8 ({at}); save the file as CSV UTF-8")
            return raw.decode("utf-8", errors="replace")

    def _whole(self, text: str) -> str:
        if self.number == 1:
            text = text.removeprefix("\ufeff")
        if text.endswith(("\n", "\r")) or not self._skip_rest():
            return text
        self.fault(
            self.number, f"is over {_MOST_LINE:,} bytes long; a cell may have {MOST_CELL:,} characters"
        )
        return ""

    def _skip_rest(self) -> bool:
        """Pass over the rest of a line that was cut short, and say whether there was any."""
        rest = first = self.stream.readline(_MOST_LINE)
        while rest and rest[-1] not in "\n\r":
            rest = self.stream.readline(_MOST_LINE)
        return bool(first)


def _records(lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the row starts, cells) for every row that can be read as one."""
    reader = csv.reader(lines, strict=True)
    while True:
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.number > start:  # the quotation marks no longer pair up: what follows cannot be trusted
                lines.fault(start, f"{_said(error)}; the lines below were not read")
                return
            if start not in lines.broken:
                lines.fault(start, _said(error))
            continue
        if lines.broken and lines.broken.intersection(range(start, lines.number + 1)):
            continue
        if any(map(str.strip, cells)):
            yield start, cells


def _said(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text:
        return f"a cell is longer than {MOST_CELL:,} characters, or a quotation mark is never closed"
    if "unexpected end of data" in text:
        return "a quotation mark is opened and never closed"
    if "expected after" in text:
        return "a quotation mark inside a cell must be doubled, the cell set in quotation marks"
    return f"cannot be read as CSV ({text})"


def _columns(
    file: str,
    header: tuple[int, list[str]] | None,
    required: Sequence[str],
    optional: Sequence[str],
    faults: list[Fault],
) -> list[str]:
    """Check the header and return the column names in file order; empty where no row can be understood."""
    if header is None:
        if not any(f.file == file for f in faults):
            faults.append(
                Fault(file, 0, "", f"is empty; its first line must name the columns {', '.join(required)}")
            )
        return []
    line, cells = header
    names = [cell.strip() for cell in cells]
    if len(names) == 1 and len(required) > 1 and any(mark in names[0] for mark in ";\t"):
        faults.append(
            Fault(file, line, "", "the columns are not separated by commas; save the file as CSV with commas")
        )
        return []
    faults.extend(header_faults(file, line, names, required, optional))
    return names


def header_faults(
    file: str, line: int, names: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> Iterator[Fault]:
    """Find what is wrong with the names of a table's columns."""
    known = [*required, *optional]
    missing = [column for column in required if column not in names]
    for number, name in enumerate(names, 1):
        if not name:
            yield Fault(file, line, "", f"column {number} has no name")
        elif name in names[: number - 1]:
            yield Fault(file, line, "", f"column {shown(name)} is there twice")
        elif name not in known:
            yield Fault(file, line, "", f"column {shown(name)} is not known{nearest_hint(name, known)}")
    for column in missing:
        yield Fault(file, line, "", f"column {shown(column)} is missing")


def _row(file: str, line: int, cells: list[str], columns: list[str], faults: list[Fault]) -> Row | None:
    if len(cells) != len(columns):
        faults.append(Fault(file, line, "", f"has {len(cells)} cells, the first line has {len(columns)}"))
        return None
    named = dict(zip(columns, cells, strict=True))
    said = [Fault(file, line, c, message) for c, cell in named.items() if (message := _cell_fault(cell))]
    faults.extend(said)
    return None if said else Row(file, line, {c: plain_cell(cell) for c, cell in named.items()})


def plain_cell(cell: str) -> str:
    """Strip a cell of outer white space, and of the quote that keeps spreadsheets from running it.

    Our CSV puts ``'`` before a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end, or with
    quotes and then one of these; what is read is what was meant.
    """
    text = cell.strip()
    return text[1:] if text[:1] == "'" and _NEUTRALISED.match(text) else text


def _cell_fault(cell: str) -> str:
    if len(cell) > MOST_CELL:
        return f"has {len(cell):,} characters; the most is {MOST_CELL:,}"
    return "contains a NUL character" if "\0" in cell else ""


def _name_of(source: Source) -> str:
    if isinstance(source, str | PathLike):
        return PurePath(fspath(source)).name
    name = getattr(source, "name", "")
    return PurePath(name).name if isinstance(name, str) and name else "the table"


@contextmanager
def opened_bytes(source: Source) -> Iterator[IO[bytes]]:
    """Give the source as a stream of bytes; a stream that is handed in is not closed."""
    if isinstance(source, str | PathLike):
        with Path(source).open("rb") as stream:
            yield stream
    elif isinstance(source.read(0), bytes):
        yield cast(IO[bytes], source)
    else:
        yield io.BytesIO(cast(IO[str], source).read().encode("utf-8", "surrogatepass"))


@contextmanager
def _opened(source: Source) -> Iterator[tuple[IO[str], bool]]:
    """Give the source as characters with their line ends, and whether each stands for a byte of the file."""
    if isinstance(source, str | PathLike):
        with Path(source).open(encoding="latin-1", newline="") as stream:
            yield stream, True
    elif isinstance(source.read(0), str):
        yield cast(IO[str], source), False
    else:
        # Latin-1 makes one character of each byte: line ends of any system are found, and nothing is lost.
        wrapped = io.TextIOWrapper(cast(BinaryIO, source), encoding="latin-1", newline="")
        try:
            yield wrapped, True
        finally:
            wrapped.detach()

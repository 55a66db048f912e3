"""The lines of a JSON Lines file, one object with the columns of claims.csv each, become claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from claims.claim import Claim
from claims.formats.columns import OPTIONAL, REQUIRED, claim_of, id_in
from claims.formats.json_parts import text_fault, value_of
from claims.formats.reading import Reading
from gazetteer.errors import Fault, shown
from gazetteer.rows import Row, Source, nearest_hint, read_lines

REPORT = {
    "url": "source_url",
    "archived_url": "archived_url",
    "publisher": "publisher",
    "published_at": "published_at",
    "retrieved_at": "retrieved_at",
    "sha256": "report_sha256",
    "language": "report_language",
    "licence": "report_licence",
}
"""The names inside a nested ``report``, and the columns that they are."""

QUOTE = {"start": "quote_start", "end": "quote_end", "sha256": "quote_sha256", "text": "quote"}
"""The names inside a nested ``quote``, and the columns that they are."""

_COLUMNS = frozenset((*REQUIRED, *OPTIONAL))
_BLANK = dict.fromkeys(REQUIRED, "")


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read claims, one line each; the names and their forms are those of claims.csv (docs/formats.md)."""
    for line, text in read_lines(source, faults=reading.faults, name=reading.file):
        if not text.strip():
            continue
        reading.tally.rows += 1
        reading.line = line
        before = len(reading.faults)
        try:
            value = value_of(text)
        except ValueError as refusal:
            reading.fault(line, "", str(refusal))
            continue
        row = row_of(value, line, reading)
        claim_id = id_in(row, "claim_id", reading.faults)
        claim = claim_of(row, claim_id, reading.known, reading.faults, reading.tally)
        if claim is not None and len(reading.faults) == before:
            yield claim


def row_of(value: Any, line: int, reading: Reading) -> Row:  # noqa: ANN401 - JSON is any of its types
    """One JSON value as a row; what in it is no cell is a fault."""
    cells = dict(_BLANK)
    if not isinstance(value, dict):
        reading.fault(line, "", 'is not a JSON object; write one claim a line, like {"claim_id": …}')
        return Row(reading.file, line, {})
    for name, item, column in _named(value):
        if column not in _COLUMNS:
            reading.fault(line, "", f"{shown(name)} is not known{nearest_hint(name, _COLUMNS)}")
        elif cells.get(column):
            reading.fault(line, column, "is there twice, once by itself and once inside report or quote")
        else:
            cells[column] = cell_of(item, line, name, reading.file, reading.faults)
    return Row(reading.file, line, cells)


def _named(value: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Each name of an object, with its value and the column that it is; nested ones too."""
    for name, item in value.items():
        inside = {"report": REPORT, "quote": QUOTE}.get(name)
        if inside is not None and isinstance(item, dict):
            for part, cell in item.items():
                yield f"{name}.{part}", cell, inside.get(part, f"{name}.{part}")
        elif name == "report" and item is None:
            continue
        else:
            yield name, item, name


def cell_of(item: Any, line: int, name: str, file: str, faults: list[Fault]) -> str:  # noqa: ANN401
    """A JSON value as the text of a cell: texts stripped, numbers as they stand, null empty."""
    if item is None:
        return ""
    if not isinstance(item, str):
        what = (
            "true or false" if isinstance(item, bool) else "a list" if isinstance(item, list) else "an object"
        )
        faults.append(Fault(file, line, name, f"is {what}; write a text or a number"))
        return ""
    said = text_fault(item)
    if said:
        faults.append(Fault(file, line, name, said))
    return "" if said else item.strip()

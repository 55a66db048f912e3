"""The map document becomes what is written of it, and what is written becomes the document again.

``packed`` says the same in a tenth of the bytes: arcs meet in nodes that stand there once, numbers are steps
from the number before, lists of records are columns, and what follows from something else is left out. What
the written form means is in docs/map-document.md; any part may also stand there as it is in the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claims.cycles import no_search_for_cycles
from figures.document_columns import looked_up, table, table_rows
from figures.document_events import before_them, complete
from figures.document_ground import ground_of, packed_ground, unpacked_ground
from figures.document_measures import series, series_rows
from figures.document_places import from_cells, near_cells
from figures.document_time import unpacked_time

VERSION = 2
"""Of the written form."""

_TABLES = ("places", "claims", "events", "sources", "unlocated", "observations")
_LOOKED_UP = (
    ("claims", "written", ("places", "name", "en"), "place"),
    ("events", "place", ("claims", "place"), "claims"),
    ("events", "t", ("claims", "end"), "claims"),
)
"""Table, key, where its value mostly stands, and the column that names the row there."""

Document = dict[str, Any]


def packed(document: Mapping[str, Any]) -> Document:
    """What is written of a document; ``unpacked`` gives the same document again."""
    with no_search_for_cycles():
        return _packed(document)


def _packed(document: Mapping[str, Any]) -> Document:
    tables = {name: table(document[name]) for name in _TABLES if name in document}
    for name, key, way, by in _LOOKED_UP:
        if name in document and way[0] in document:
            looked_up(tables[name], document[name], key, way, by, document[way[0]])
    rings, lines = ground_of(document)
    ground = packed_ground(document, rings, lines) if "faces" in document else {}
    if "places" in tables and rings and lines:
        near_cells(document, tables["places"], rings, lines)
    if "events" in tables and "changes" in document:
        before_them(document, tables["events"])
    return {**document, **tables, **ground, **series(document), "version": VERSION}


def unpacked(written: Mapping[str, Any]) -> Document:
    """The document that was written.

    Raises
    ------
    ValueError, LookupError, TypeError
        Where this is no written document; ``figures.read_document`` says what is wrong with it.
    """
    document: Document = {**written, **unpacked_ground(written), **series_rows(written)}
    tables: Document = {}
    for name in _TABLES:
        if name in written:
            told = from_cells(document, written[name]) if name == "places" else written[name]
            tables[name] = table_rows(told, tables)
    document = {**document, **tables}
    document |= unpacked_time(document)
    complete(document, written.get("events"))
    return document

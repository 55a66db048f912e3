"""The rows of what is measured through time, areas and the length of the front, become columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures.document_columns import column, values

Document = Mapping[str, Any]

_FEW = 8


def series(document: Document) -> dict[str, Any]:
    """``area`` and ``front`` as they are written; few rows, and rows that are not alike, stay rows."""
    return {
        key: {**document[key], "series": pack(document[key]["series"])}
        for key, pack in (("area", _packed_areas), ("front", _packed_rows))
        if key in document
    }


def series_rows(written: Document) -> dict[str, Any]:
    """The same as they stand in the document."""
    return {
        key: {**written[key], "series": unpack(written[key]["series"])}
        for key, unpack in (("area", _areas), ("front", _rows))
        if key in written and isinstance(written[key]["series"], dict)
    }


def _packed_rows(rows: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401 - rows or columns
    if len(rows) < _FEW or len({len(row) for row in rows}) != 1:
        return rows
    return {"count": len(rows), "rows": [column(list(one)) for one in zip(*rows, strict=True)]}


def _rows(told: Document) -> list[list[Any]]:
    columns = [values(one, told["count"]) for one in told["rows"]]
    return [list(row) for row in zip(*columns, strict=True)]


def _packed_areas(rows: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401 - rows or columns
    if len(rows) < _FEW:
        return rows
    actors = sorted({key for row in rows for key in row[1]})
    if any(len(held) != 2 for row in rows for held in row[1].values()):
        return rows
    flat = _packed_rows(
        [[row[0], *(n for key in actors for n in row[1].get(key, (None, None))), *row[2:]] for row in rows]
    )
    return {**flat, "actors": actors} if isinstance(flat, dict) else rows


def _areas(told: Document) -> list[list[Any]]:
    actors = told["actors"]
    return [
        [
            row[0],
            {
                key: [row[1 + 2 * i], row[2 + 2 * i]]
                for i, key in enumerate(actors)
                if row[1 + 2 * i] is not None
            },
            *row[1 + 2 * len(actors) :],
        ]
        for row in _rows(told)
    ]

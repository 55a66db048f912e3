"""The shapes of a ledger's observations, read when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from claims.database import Database
from claims.drawn_shapes import BadShapes, unpacked
from claims.errors import DamagedLedger, LedgerUnavailable, NotALedger
from claims.observations import DrawnShape
from claims.schema import prepared_table, shape_table

MOST_PREPARED = 256_000_000
"""The most bytes of prepared content that a ledger keeps; what would go beyond clears the rest first."""

_AT_ONCE = 16
"""How many observations' shapes are read at a time."""


@dataclass(frozen=True)
class ShapesOfLedger:
    """The shapes in a ledger, and its room for what was worked out of them.

    It opens the database when it is asked and may be asked after the ledger was closed. Several threads may
    ask at once.
    """

    database: Database

    def shapes(self, sha256: str) -> tuple[DrawnShape, ...]:
        """The shapes of that hash.

        Raises
        ------
        DamagedLedger
            They are missing, or cannot be understood.
        NotALedger, LedgerUnavailable
            The database cannot be read.
        """
        return next(self.each([sha256]))

    def each(self, sha256s: Sequence[str]) -> Iterator[tuple[DrawnShape, ...]]:
        """The shapes of these hashes, in their order; read some at a time. Raises as ``shapes``."""
        columns = shape_table.c
        for first in range(0, len(sha256s), _AT_ONCE):
            some = sha256s[first : first + _AT_ONCE]
            asked = sa.select(columns.sha256, columns.bytes).where(columns.sha256.in_(some))
            with self._closed_after(), self.database.reading() as connection:
                rows = () if connection is None else connection.execute(asked).all()
            found = {row.sha256: row.bytes for row in rows}
            for sha256 in some:
                yield _shapes(sha256, found.get(sha256))

    def prepared(self, key: str) -> bytes | None:
        """What was kept under a key; None where nothing was, or somebody cleared it."""
        columns = prepared_table.c
        return self._one(sa.select(columns.bytes).where(columns.key == key))

    def keep_prepared(self, key: str, content: bytes) -> None:
        """Keep what took long to work out; forget it where the ledger cannot be written just now."""
        if len(content) > MOST_PREPARED:
            return
        columns, size = prepared_table.c, sa.func.coalesce(sa.func.sum(_length()), 0)
        with suppress(LedgerUnavailable, NotALedger), self._closed_after(), self.database.keeping() as made:
            if made is None:
                return
            made.execute(sa.delete(prepared_table).where(columns.key == key))
            if int(made.scalar(sa.select(size)) or 0) + len(content) > MOST_PREPARED:
                made.execute(sa.delete(prepared_table))
            made.execute(sa.insert(prepared_table).values(key=key, bytes=content))

    def _one(self, asked: sa.Select[Any]) -> bytes | None:
        with self._closed_after(), self.database.reading() as connection:
            return None if connection is None else connection.scalar(asked)

    @contextmanager
    def _closed_after(self) -> Iterator[None]:
        """Leave nothing open where the ledger itself was closed before."""
        was_closed = self.database.closed
        try:
            yield
        finally:
            if was_closed:
                self.database.close()


def _shapes(sha256: str, content: bytes | None) -> tuple[DrawnShape, ...]:
    if content is None:
        raise DamagedLedger("shape", sha256, "it is missing")
    try:
        return unpacked(content)
    except BadShapes as problem:
        raise DamagedLedger("shape", sha256, problem) from None


def _length() -> sa.ColumnElement[int]:
    return sa.func.length(prepared_table.c.bytes)

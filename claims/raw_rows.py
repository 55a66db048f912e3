"""The rows of a ledger as they stand in the database, read past those that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

_MOST = 2**62
_AT_ONCE = 1_000


class Unreadable(Exception):  # noqa: N818 - it is what the database says of a part of itself
    """The database cannot read a part of itself."""


@dataclass(frozen=True, slots=True)
class NoText:
    """The bytes of a text that is not UTF-8."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows from one number to another that cannot be read, and what the database says of them."""

    first: int
    last: int
    said: str


Row = Sequence[Any]
"""The values of a row in the order of its table's columns; the number comes first."""


class RawDatabase(Protocol):
    """What the checks need of a database, whichever it is. All of it may raise ``Unreadable``."""

    def version(self) -> str:
        """The version of its tables; "" where it has none."""

    def rows(self, table: sa.Table, after: int) -> Iterator[Row]:
        """Rows with a higher number, in the order in which the table itself has them."""

    def between(self, table: sa.Table, first: int, last: int) -> list[Row]:
        """The rows of these numbers, in order."""

    def next_number(self, table: sa.Table, first: int) -> int | None:
        """The lowest number from ``first`` on; None where there is no more."""

    def earlier_hashes(self, map_id: str, kind: str, key: str, seq: int) -> set[str]:
        """The hashes of the entries of a key before a number."""

    def named_by_index(self, first: int, last: int) -> dict[int, tuple[str, str, str]]:
        """Map, kind and key of entries as an index has them, where the rows themselves cannot be read."""

    def shapes(self) -> Iterator[tuple[Any, Any]]:
        """The hash and the bytes of every row of shapes, in the order in which the table has them."""

    def shape(self, sha256: str) -> Any:  # noqa: ANN401 - whatever stands in a damaged row
        """The bytes of the shapes with a hash; None where there are none."""

    def own_check(self) -> Iterator[str]:
        """What the database's own check of its indexes and pages finds wrong."""

    def missing_guards(self) -> list[str]:
        """The triggers against changes that should be there and are not."""


def walk(database: RawDatabase, table: sa.Table, known_last: int) -> Iterator[Row | Gap]:
    """All rows of a table in its own order; where rows cannot be read, a gap, and then what follows it.

    ``known_last`` is the last number that there should be, as far as anybody knows.
    """
    done = 0
    while True:
        try:
            for row in database.rows(table, done):
                # A number that rotted must not make us leap over the rows behind it.
                if isinstance(row[0], int) and done < row[0] <= max(known_last, done + 1):
                    yield from _passed_over(database, table, done + 1, row[0] - 1)
                    done = row[0]
                yield row
            yield from _passed_over(database, table, done + 1, known_last)
            return
        except Unreadable as problem:
            said = str(problem)
        following = _readable_from(database, table, done + 1)
        last = max(known_last, done + 1) if following is None else following - 1
        yield from _joined(_halves(database, table, done + 1, last, said))
        if following is None:
            return
        done = last


def _passed_over(database: RawDatabase, table: sa.Table, first: int, last: int) -> Iterator[Row | Gap]:
    """Rows that are not met on the way through the table; in a damaged tree their numbers may find them."""
    for number in range(first, last + 1):
        yield from _halves(database, table, number, number, "")


def _readable_from(database: RawDatabase, table: sa.Table, first: int) -> int | None:
    """A number behind ``first`` from which on rows can be read again; found in growing leaps."""
    leap = 1
    while leap < _MOST:
        with suppress(Unreadable):
            return database.next_number(table, first + leap)
        leap *= 2
    return None


def _joined(pieces: Iterator[Row | Gap]) -> Iterator[Row | Gap]:
    """The same, with neighbouring gaps as one."""
    waiting: Gap | None = None
    for piece in pieces:
        if isinstance(piece, Gap) and waiting:
            waiting = Gap(waiting.first, piece.last, waiting.said)
            continue
        if waiting:
            yield waiting
        waiting = piece if isinstance(piece, Gap) else None
        if not isinstance(piece, Gap):
            yield piece
    if waiting:
        yield waiting


def _halves(database: RawDatabase, table: sa.Table, first: int, last: int, said: str) -> Iterator[Row | Gap]:
    """Read what can be read of a span, down to single rows."""
    if first > last:
        return
    if last - first < _AT_ONCE:
        try:
            found = database.between(table, first, last)
        except Unreadable as problem:
            said = str(problem)
        else:
            if first == last or len(found) == last - first + 1:
                yield from found
                return
    if first == last:
        yield Gap(first, last, said)
        return
    middle = (first + last) // 2
    yield from _halves(database, table, first, middle, said)
    yield from _halves(database, table, middle + 1, last, said)

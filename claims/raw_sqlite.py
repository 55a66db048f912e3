"""A SQLite file read row by row, by its tables and never by an index, without changing a byte of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from claims.raw_rows import NoText, Row, Unreadable
from claims.schema import SQLITE, VERSION, guards
from claims.write_ahead_log import has_log

_WAIT_S = 60.0
_MOST_LINES = 1_000


class RawSqlite:
    """One view of a SQLite database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def version(self) -> str:
        """The version of its tables."""
        names = {name for (name,) in self._asked("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "entry" not in names:
            return ""
        if "alembic_version" not in names:
            return VERSION if "changeset" in names else "0001"
        return " ".join(str(said) for (said,) in self._asked("SELECT version_num FROM alembic_version"))

    def rows(self, table: sa.Table, after: int) -> Iterator[Row]:
        """Rows with a higher number, in the order of the table's own tree."""
        return self._of(table, "> ?", after)

    def between(self, table: sa.Table, first: int, last: int) -> list[Row]:
        """The rows of these numbers."""
        if first == last:  # a span would look at the row behind it too
            return list(self._of(table, "= ?", first))
        return list(self._of(table, "BETWEEN ? AND ?", first, last))

    def next_number(self, table: sa.Table, first: int) -> int | None:
        """The lowest number from ``first`` on."""
        for row in self._of(table, ">= ?", first):
            return int(row[0])
        return None

    def earlier_hashes(self, map_id: str, kind: str, key: str, seq: int) -> set[str]:
        """The hashes of the entries of a key before a number."""
        where = "map_id = ? AND kind = ? AND key = ? AND seq < ?"
        asked = self._asked(f"SELECT hash FROM entry WHERE {where}", map_id, kind, key, seq)  # noqa: S608
        return {str(own) for (own,) in asked}

    def named_by_index(self, first: int, last: int) -> dict[int, tuple[str, str, str]]:
        """Map, kind and key of entries out of the index of keys alone."""
        asked = self._asked(
            "SELECT seq, map_id, kind, key FROM entry INDEXED BY entry_of_key WHERE +seq BETWEEN ? AND ?",
            first,
            last,
        )
        return {seq: (str(map_id), str(kind), str(key)) for seq, map_id, kind, key in asked}

    def shapes(self) -> Iterator[tuple[Any, Any]]:
        """The hash and the bytes of every row of shapes, in the order of the table's own tree."""
        asked = self._asked("SELECT sha256, bytes FROM shape NOT INDEXED ORDER BY rowid")
        return ((own, content) for own, content in asked)

    def shape(self, sha256: str) -> Any:  # noqa: ANN401 - whatever stands in a damaged row
        """The bytes of the shapes with a hash."""
        for (content,) in self._asked("SELECT bytes FROM shape WHERE sha256 = ?", sha256):
            return content
        return None

    def own_check(self) -> Iterator[str]:
        """SQLite's integrity check."""
        for (said,) in self._asked(f"PRAGMA integrity_check({_MOST_LINES})"):
            if said != "ok":
                yield str(said)

    def missing_guards(self) -> list[str]:
        """The triggers that should be there word for word, and are not."""
        found = {sql for (sql,) in self._asked("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
        wanted = (guard.replace("IF NOT EXISTS ", "") for guard in guards(SQLITE))
        return [guard.split()[2] for guard in wanted if guard not in found]

    def _of(self, table: sa.Table, condition: str, *numbers: int) -> Iterator[Row]:
        columns = [column.name for column in table.columns]
        asked = f"SELECT {', '.join(columns)} FROM {table.name} NOT INDEXED "  # noqa: S608 - our own names
        return self._asked(f"{asked} WHERE {columns[0]} {condition} ORDER BY {columns[0]}", *numbers)

    def _asked(self, statement: str, *parameters: str | int) -> Iterator[Row]:
        try:
            yield from self._connection.execute(statement, parameters)
        except (sqlite3.Error, MemoryError, OverflowError) as problem:
            raise Unreadable(str(problem)) from None


@contextmanager
def raw_sqlite(file: Path) -> Iterator[RawSqlite]:
    """One view of a file, opened for reading only; what its log (-wal) holds counts, and is left alone."""
    if not file.exists():
        raise Unreadable("there is no such file")
    connection = None
    try:
        connection = _opened(file)
        connection.text_factory = _text
        connection.execute("BEGIN")
        yield RawSqlite(connection)
    except (sqlite3.Error, MemoryError) as problem:
        raise Unreadable(str(problem)) from None
    finally:
        if connection is not None:
            connection.close()


def _opened(file: Path) -> sqlite3.Connection:
    try:
        return _connected(file, "mode=ro")
    except sqlite3.OperationalError:
        # On a full disk, or in a folder that may only be read, the index of the log cannot be made; where
        # there is no log, none is needed.
        if has_log(file):
            raise
        return _connected(file, "mode=ro&immutable=1")


def _connected(file: Path, how: str) -> sqlite3.Connection:
    address = f"file:{quote(str(file.absolute()))}?{how}"
    connection = sqlite3.connect(address, uri=True, timeout=_WAIT_S, isolation_level=None)
    try:
        connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _text(raw: bytes) -> str | NoText:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return NoText(raw)

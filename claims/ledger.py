"""The ledger: everything that was ever loaded, in one table of a database that only grows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from claims.entries import Entry, StoredEntry, entries_of, record_of
from claims.errors import LedgerUnavailable, NotALedger, UnknownMap
from claims.map_record import MapRecord
from gazetteer.errors import shown

GENESIS = "0" * 64
"""The hash that stands before the first entry."""

_WAIT_S = 60.0
_ROWS_AT_ONCE = 500
_ON_SQLITE = "sqlite"

_HASHED = ("prev_hash", "seq", "map_id", "kind", "key", "body", "recorded_at")

_schema = sa.MetaData()
_table = sa.Table(
    "entry",
    _schema,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("map_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    # Two entries behind the same one would be a fork in the chain, so no database lets that in.
    sa.Column("prev_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Index("entry_of_map", "map_id", "seq"),
)
_GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS entry_no_{word.lower()} BEFORE {word} ON entry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows: entries are never changed or deleted'); END"
    for word in ("UPDATE", "DELETE")
)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did: entries added for new keys, corrections of known ones, and entries that were there."""

    map_id: str
    added: int
    corrected: int
    unchanged: int


class Ledger:
    """A database with one table, ``entry``, to which entries are only ever added.

    Every entry carries the hash of the one before it. A correction is a new entry with the same map, kind and
    key; the newest one counts and the older ones stay.

    Parameters
    ----------
    url
        A database URL: ``sqlite:///frontline.db``, or any other that SQLAlchemy knows.

    Raises
    ------
    NotALedger
        The URL cannot be understood, or names something that is no ledger.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._address = self._engine.url.render_as_string(hide_password=True)
        self._ready = False

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; the ledger opens it again when it is next asked."""
        self._engine.dispose()

    def load(
        self,
        record: MapRecord,
        recorded_at: datetime,
        progress: Callable[[int, int], None] | None = None,
    ) -> LoadResult:
        """Add what is new or different in a record, all of it or nothing.

        Parameters
        ----------
        record
            A map as read from its folder. What it no longer contains stays in the ledger.
        recorded_at
            When it was loaded; with a time zone.
        progress
            Called now and then with the number of entries done and of all entries.

        Raises
        ------
        NotALedger, LedgerUnavailable
            The database is no ledger, or cannot be written.
        ValueError
            ``recorded_at`` has no time zone.
        """
        if recorded_at.tzinfo is None:
            raise ValueError(f"recorded_at ({recorded_at}) says no time zone")
        map_id = record.settings.id
        entries = list(entries_of(record))
        with self._writing() as connection:
            kept = (stored.entry for stored in self._entries(connection, map_id))
            known = {(e.kind, e.key): e.body for e in kept}
            fresh = [e for e in entries if known.get((e.kind, e.key)) != e.body]
            corrected = sum((e.kind, e.key) in known for e in fresh)
            chain = _chained(fresh, map_id, recorded_at, *_last(connection))
            done = len(entries) - len(fresh)
            for rows in _batches(chain):
                connection.execute(sa.insert(_table), rows)
                done += len(rows)
                if progress:
                    progress(done, len(entries))
        return LoadResult(map_id, len(fresh) - corrected, corrected, len(entries) - len(fresh))

    def read(self, map_id: str | None = None) -> MapRecord:
        """One map as the ledger has it now; ``map_id`` may be left out while there is only one.

        Raises
        ------
        UnknownMap
            There is no such map, none at all, or several where none was named.
        NotALedger, LedgerUnavailable
            The database is no ledger, or cannot be read.
        """
        with self._reading() as connection:
            wanted = self._chosen(connection, map_id)
            entries = [] if connection is None else list(self._entries(connection, wanted))
            head = self._head(connection, wanted)
        return record_of(entries, head)

    def head(self, map_id: str | None = None) -> str:
        """The hash of the last entry of a map; raises as ``read`` does."""
        with self._reading() as connection:
            return self._head(connection, self._chosen(connection, map_id))

    def map_ids(self) -> tuple[str, ...]:
        """The ids of all maps, in the order in which they were first loaded."""
        with self._reading() as connection:
            return _map_ids(connection)

    def _chosen(self, connection: sa.Connection | None, map_id: str | None) -> str:
        ids = _map_ids(connection)
        if not ids:
            message = (
                f"The ledger {self._address} has no map yet. Load one: frontline load examples/hama-2024"
            )
            raise UnknownMap(message)
        if map_id is None and len(ids) > 1:
            raise UnknownMap(f"The ledger has several maps; say which: --map {' or --map '.join(ids)}")
        if map_id is not None and map_id not in ids:
            raise UnknownMap(f"The ledger has no map {shown(map_id)}; it has {', '.join(ids)}")
        return map_id or ids[0]

    def _head(self, connection: sa.Connection | None, map_id: str) -> str:
        last = (
            sa.select(_table.c.hash).where(_table.c.map_id == map_id).order_by(_table.c.seq.desc()).limit(1)
        )
        return str(connection.scalar(last)) if connection is not None else GENESIS

    @staticmethod
    def _entries(connection: sa.Connection, map_id: str) -> Iterator[StoredEntry]:
        columns = (_table.c.kind, _table.c.key, _table.c.body, _table.c.recorded_at, _table.c.hash)
        asked = sa.select(*columns).where(_table.c.map_id == map_id).order_by(_table.c.seq)
        for kind, key, body, recorded_at, own in connection.execute(asked):
            yield StoredEntry(Entry(kind, key, body), datetime.fromisoformat(recorded_at), own)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection | None]:
        """One consistent view of the ledger; None where nothing was ever written. Reading makes no file."""
        with self._named_problems():
            if not self._there_is_a_file():
                yield None
                return
            with self._engine.begin() as connection:
                yield connection if self._has_table(connection) else None

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """One transaction that nobody else writes beside, from its first look at the ledger on."""
        with self._named_problems():
            self._prepare()
            with self._engine.connect() as connection:
                alone = connection.execution_options(frontline_writes=True)
                with alone.begin():
                    if alone.dialect.name == "postgresql":
                        alone.exec_driver_sql("LOCK TABLE entry IN EXCLUSIVE MODE")
                    yield alone

    def _prepare(self) -> None:
        """Make the table where there is none; two processes may try at once."""
        if self._ready:
            return
        if self._engine.dialect.name == _ON_SQLITE:
            self._keep_a_log()
        with self._engine.connect() as connection:
            alone = connection.execution_options(frontline_writes=True)
            with alone.begin():
                if not self._has_table(alone):
                    _schema.create_all(alone, checkfirst=False)
                if alone.dialect.name == _ON_SQLITE:
                    for guard in _GUARDS:
                        alone.exec_driver_sql(guard)
        self._ready = True

    def _keep_a_log(self) -> None:
        """Switch a SQLite file to write-ahead logging, in which readers never wait for a writer."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            try:
                with self._engine.connect() as connection:
                    driver: Any = connection.connection.dbapi_connection
                    driver.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as problem:  # SQLite does not wait its busy timeout for this one
                if "locked" not in str(problem) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _has_table(self, connection: sa.Connection) -> bool:
        """Whether the ledger's table is there. Another table of that name, or another file, is refused."""
        found = sa.inspect(connection)
        names = found.get_table_names()
        if _table.name not in names:
            if names and connection.dialect.name == _ON_SQLITE:
                raise NotALedger(f"{self._address} is a database of something else, not a ledger")
            return False
        columns = {column["name"] for column in found.get_columns(_table.name)}
        if columns != set(_table.columns.keys()):
            raise NotALedger(f"{self._address} has a table 'entry' that is not a ledger's")
        return True

    def _there_is_a_file(self) -> bool:
        name = self._engine.url.database
        on_disk = self._engine.dialect.name == _ON_SQLITE and name and name != ":memory:"
        return not on_disk or str(name).startswith("file:") or Path(str(name)).exists()

    @contextmanager
    def _named_problems(self) -> Iterator[None]:
        """Turn what the database says into a named problem; nothing of a failed transaction stays."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as problem:
            raise _named(problem, self._address) from problem


def _named(problem: Exception, address: str) -> Exception:
    said = str(getattr(problem, "orig", None) or problem)
    if "not a database" in said or "file is encrypted" in said:
        return NotALedger(f"{address} is not a ledger: the file is not a SQLite database")
    if "malformed" in said:
        return NotALedger(f"{address} is damaged ({said}); restore it from a copy")
    if "unable to open" in said:
        hint = "check that its folder exists and may be written"
        return LedgerUnavailable(f"The ledger {address} cannot be opened; {hint}")
    if "locked" in said:
        return LedgerUnavailable(
            f"The ledger {address} is being written by somebody else; try again in a moment"
        )
    return LedgerUnavailable(f"The ledger {address} cannot be used: {said}")


def _engine(url: str) -> sa.Engine:
    printed = shown(url)
    try:
        address = sa.make_url(url)
        printed = shown(address.render_as_string(hide_password=True))
        return _watched(address)
    except ImportError as problem:
        needs = f"needs the Python package {shown(problem.name or str(problem))}, which is not installed"
        raise NotALedger(f"A ledger at {printed} {needs}") from None
    except (ArgumentError, NoSuchModuleError, ValueError) as problem:
        hint = "write it like sqlite:///frontline.db"
        raise NotALedger(f"{printed} is not the address of a ledger ({problem}); {hint}") from None


def _watched(address: sa.URL) -> sa.Engine:
    if address.get_backend_name() != _ON_SQLITE:
        return sa.create_engine(address)
    arguments: dict[str, Any] = {"timeout": _WAIT_S}
    if address.database in (None, "", ":memory:"):
        # One connection for all threads: otherwise every thread would have a ledger of its own.
        arguments["check_same_thread"] = False
        engine = sa.create_engine(address, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = sa.create_engine(address, connect_args=arguments)
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by _on_begin, not by the driver
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _on_begin(connection: sa.Connection) -> None:
    # A writer takes its place at once: two that read first and write later could not both go on.
    writes = connection.get_execution_options().get("frontline_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _map_ids(connection: sa.Connection | None) -> tuple[str, ...]:
    if connection is None:
        return ()
    asked = sa.select(_table.c.map_id).group_by(_table.c.map_id).order_by(sa.func.min(_table.c.seq))
    return tuple(connection.scalars(asked))


def _last(connection: sa.Connection) -> tuple[int, str]:
    """The number and the hash of the ledger's last entry."""
    asked = sa.select(_table.c.seq, _table.c.hash).order_by(_table.c.seq.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    return (row.seq, row.hash) if row else (0, GENESIS)


def _chained(
    entries: Iterable[Entry], map_id: str, recorded_at: datetime, seq: int, last_hash: str
) -> Iterator[Mapping[str, Any]]:
    """Make rows of entries, each with the hash over the one before it and its own content."""
    moment = recorded_at.astimezone(UTC).isoformat()
    for number, entry in enumerate(entries, seq + 1):
        content = (last_hash, number, map_id, entry.kind, entry.key, entry.body, moment)
        row = dict(zip(_HASHED, content, strict=True))
        last_hash = entry_hash(content)
        yield {**row, "hash": last_hash}


def entry_hash(content: Sequence[str | int]) -> str:
    """SHA-256, in hex, over the previous hash, number, map, kind, key, body and recording time."""
    text = json.dumps(list(content), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, _ROWS_AT_ONCE)):
        yield batch

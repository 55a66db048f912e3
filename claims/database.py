"""The database of a ledger: opened, brought up to date, read in one view, written in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from claims.errors import LedgerUnavailable, NotALedger
from claims.raw_postgresql import raw_postgresql
from claims.raw_rows import RawDatabase, Unreadable
from claims.raw_sqlite import raw_sqlite
from claims.schema import POSTGRESQL, SQLITE, VERSION, create, upgrade, version_of
from claims.write_ahead_log import damage_of_log
from gazetteer.errors import shown

_WAIT_S = 60.0
_CACHE_KIB = 32_000


class Database:
    """One database, by its URL.

    ``keep_log`` lets a SQLite file have a log beside it (write-ahead logging), with which readers never wait
    for a writer; without it the ledger is one file, as a backup should be.

    Raises
    ------
    NotALedger
        The URL cannot be understood.
    """

    def __init__(self, url: str, *, keep_log: bool = True) -> None:
        self.engine = _engine(url)
        self._with_log = keep_log
        self.address = self.engine.url.render_as_string(hide_password=True)
        self._up_to_date = False

    def close(self) -> None:
        """Let go of the database; it is opened again when it is next asked."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """One consistent view of the ledger; None where nothing was ever written. Reading makes no file."""
        with self._named_problems():
            if not self._there_is_a_file():
                self._up_to_date = False
                yield None
                return
            if not self._up_to_date and not self._has_tables():
                yield None
                return
            with self.engine.connect() as connection:
                view = connection.execution_options(frontline_reads=True)
                with view.begin():
                    yield view

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that nobody else writes beside, from its first look at the ledger on."""
        with self._named_problems():
            self._prepare()
            with self._alone() as connection:
                if connection.dialect.name == POSTGRESQL:
                    connection.exec_driver_sql("LOCK TABLE entry IN EXCLUSIVE MODE")
                yield connection

    def _has_tables(self) -> bool:
        """Whether there is a ledger; an older one is brought up to date first."""
        with self.engine.connect() as connection, connection.begin():
            version = version_of(connection, self.address)
        if version and version != VERSION:
            self._prepare()
        self._up_to_date = bool(version)
        return self._up_to_date

    def _prepare(self) -> None:
        """Make the tables where there are none, or bring them up to date; two processes may try at once."""
        if self._up_to_date and self._there_is_a_file():
            return
        if self.engine.dialect.name == SQLITE and self._with_log:
            self._keep_a_log()
        with self._alone() as connection:
            if connection.dialect.name == POSTGRESQL:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OURS})")
            version = version_of(connection, self.address)
            if not version:
                create(connection)
            elif version != VERSION:
                upgrade(connection, version)
        self._up_to_date = True

    def damage_of_log(self) -> list[str]:
        """What is wrong with the log beside a SQLite file; to be asked before anything else opens it."""
        file = self.file
        said = damage_of_log(file) if file is not None else ""
        return [f"The log {file.name}-wal is damaged: {said}"] if file is not None and said else []

    @contextmanager
    def raw(self) -> Iterator[RawDatabase]:
        """The rows as they stand, in one view and without changing a byte.

        Raises
        ------
        Unreadable
            There is no such file, or the database cannot be read.
        """
        if self.engine.dialect.name == POSTGRESQL:
            with raw_postgresql(self.engine) as rows:
                yield rows
        elif self.file is not None:
            with raw_sqlite(self.file) as rows:
                yield rows
        else:
            raise Unreadable("only a SQLite file or a PostgreSQL database can be checked")

    @property
    def file(self) -> Path | None:
        """The file of a SQLite ledger; None where it is in memory or on a server."""
        name = self.engine.url.database
        on_disk = self.engine.dialect.name == SQLITE and name and name != ":memory:"
        return Path(str(name)) if on_disk and not str(name).startswith("file:") else None

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            alone = connection.execution_options(frontline_writes=True)
            with alone.begin():
                yield alone

    def _keep_a_log(self) -> None:
        """Switch a SQLite file to write-ahead logging, in which readers never wait for a writer."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            try:
                with self.engine.connect() as connection:
                    driver: Any = connection.connection.dbapi_connection
                    driver.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as problem:  # SQLite does not wait its busy timeout for this one
                if "locked" not in str(problem) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _there_is_a_file(self) -> bool:
        return self.file is None or self.file.exists()

    @contextmanager
    def _named_problems(self) -> Iterator[None]:
        """Turn what the database says into a named problem; nothing of a failed transaction stays."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as problem:
            raise _named(problem, self.address) from problem


_OURS = 7_031_202_406
"""The number by which two processes that make or upgrade the tables at once wait for each other."""


def _named(problem: Exception, address: str) -> Exception:
    said = str(getattr(problem, "orig", None) or problem).strip()
    for sign, kind, sentence in _PROBLEMS:
        if sign in said.lower():
            return kind(sentence.format(address=address, said=said))
    return LedgerUnavailable(f"The ledger {address} cannot be used: {said}")


_PROBLEMS: tuple[tuple[str, type[Exception], str], ...] = (
    ("not a database", NotALedger, "{address} is not a ledger: the file is not a SQLite database"),
    (
        "malformed",
        NotALedger,
        "{address} is damaged ({said}). 'frontline verify' says what of it; restore it from a backup",
    ),
    (
        "could not decode",
        NotALedger,
        "{address} is damaged (a text in it is not UTF-8). 'frontline verify' says which; "
        "restore it from a backup",
    ),
    (
        "unable to open",
        LedgerUnavailable,
        "The ledger {address} cannot be opened; check that its folder exists and may be written",
    ),
    (
        "readonly database",
        LedgerUnavailable,
        "The ledger {address} may only be read; check the permissions of the file and of its folder",
    ),
    (
        "is full",
        LedgerUnavailable,
        "There is no room left on the disk for the ledger {address}; nothing was written. "
        "Make room, then try again",
    ),
    (
        "no space left",
        LedgerUnavailable,
        "There is no room left on the disk for the ledger {address}; nothing was written. "
        "Make room, then try again",
    ),
    (
        "locked",
        LedgerUnavailable,
        "The ledger {address} is being written by somebody else; try again in a moment",
    ),
)
"""What a database says (in small letters), and what we say."""


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
    if address.get_backend_name() == POSTGRESQL:
        return _postgresql(address)
    if address.get_backend_name() != SQLITE:
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


def _postgresql(address: sa.URL) -> sa.Engine:
    if address.drivername == POSTGRESQL:  # the driver that comes with Frontline
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, pool_pre_ping=True)
    sa.event.listen(engine, "begin", _on_begin_postgresql)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by _on_begin, not by the driver
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def _on_begin(connection: sa.Connection) -> None:
    # A writer takes its place at once: two that read first and write later could not both go on.
    writes = connection.get_execution_options().get("frontline_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _on_begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("frontline_reads"):
        # One view for all statements of a reader, as SQLite gives it.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

"""The database of a ledger: opened, brought up to date, read in one view, written in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from claims.engines import engine_of, engine_of_still_file
from claims.errors import LedgerUnavailable
from claims.problems import named
from claims.raw_postgresql import raw_postgresql
from claims.raw_rows import RawDatabase, Unreadable
from claims.raw_sqlite import raw_sqlite
from claims.schema import POSTGRESQL, SQLITE, VERSION, create, upgrade, version_of
from claims.write_ahead_log import damage_of_log, has_log

_AGAIN_S = 0.02


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
        self.engine = engine_of(url)
        self._with_log = keep_log
        self._still: sa.Engine | None = None
        self._seen: tuple[int, int] | None = None
        self.address = self.engine.url.render_as_string(hide_password=True)
        self._up_to_date = False
        self.closed = False

    def close(self) -> None:
        """Let go of the database; it is opened again when it is next asked."""
        self.closed = True
        self._let_go()

    def _let_go(self) -> None:
        self.engine.dispose()
        if self._still is not None:
            self._still.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """One consistent view of the ledger; None where nothing was ever written. Reading makes no file."""
        with self._named_problems():
            self._look_at_the_file()
            if not self._there_is_a_file() or (not self._up_to_date and not self._has_tables()):
                yield None
                return
            with (self._still or self.engine).connect() as connection:
                view = connection.execution_options(frontline_reads=True)
                with view.begin():
                    yield view

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that nobody else writes beside, from its first look at the ledger on."""
        with self._named_problems():
            self._look_at_the_file()
            self._prepare()
            with self._alone() as connection:
                if connection.dialect.name == POSTGRESQL:
                    connection.exec_driver_sql("LOCK TABLE entry IN EXCLUSIVE MODE")
                yield connection

    @contextmanager
    def keeping(self) -> Iterator[sa.Connection | None]:
        """One transaction for what may be lost: None where the ledger is not there or somebody writes."""
        with self._named_problems():
            self._look_at_the_file()
            if not self._there_is_a_file() or not (self._up_to_date or self._has_tables()) or self._still:
                yield None
                return
            with self.engine.connect() as connection:
                alone = connection.execution_options(frontline_writes=True)
                with alone.begin():
                    yield alone

    def _has_tables(self) -> bool:
        """Whether there is a ledger; an older one is brought up to date first."""
        try:
            version = self._version(self.engine)
        except OperationalError:
            # A file that nobody has open can be read where not even its log could be made: on a full disk, in
            # a folder that may only be read.
            if self.file is None or has_log(self.file):
                raise
            self._still = engine_of_still_file(self.file)
            version = self._version(self._still)
        if version and version != VERSION:
            self._bring_up_to_date()
        self._up_to_date = bool(version)
        return self._up_to_date

    def _bring_up_to_date(self) -> None:
        try:
            self._prepare()
        except (OperationalError, sqlite3.OperationalError) as problem:
            if "readonly" not in str(problem) and "unable to open" not in str(problem):
                raise
            raise LedgerUnavailable(
                f"The ledger {self.address} is of an earlier version and may only be read here. Copy it to "
                "where it may be written: it is brought up to date when it is next opened"
            ) from None

    def _version(self, engine: sa.Engine) -> str:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == POSTGRESQL:
                # Nobody makes or upgrades the tables between two questions about them; readers share this.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_OURS})")
            return version_of(connection, self.address)

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
        self._look_at_the_file()

    def _look_at_the_file(self) -> None:
        """Let go of a SQLite file that is no longer at its address: it was moved, deleted or replaced."""
        if self.file is None:
            return
        try:
            status = self.file.stat()
        except OSError:
            found = None
        else:
            found = (status.st_dev, status.st_ino)
        if (self._seen and found != self._seen) or (self._still and has_log(self.file)):
            self._let_go()
            self._still, self._up_to_date = None, False
        if self._seen and found is None:
            raise LedgerUnavailable(
                f"The ledger {self.address} was there and is gone: it was moved or deleted. Put it back, or "
                "restore it from a backup"
            )
        self._seen = found

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
            with self._begun(alone):
                yield alone

    @staticmethod
    def _begun(alone: sa.Connection) -> sa.RootTransaction:
        """Wait for whoever writes, however long that takes; an import of a million rows is a minute."""
        while True:
            try:
                return alone.begin()
            except OperationalError as problem:
                if "locked" not in str(problem.orig):
                    raise

    def _keep_a_log(self) -> None:
        """Switch a SQLite file to write-ahead logging, in which readers never wait for a writer."""
        while True:
            try:
                with self.engine.connect() as connection:
                    driver: Any = connection.connection.dbapi_connection
                    driver.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as problem:  # SQLite does not wait its busy timeout for this one
                if "locked" not in str(problem):
                    raise
                time.sleep(_AGAIN_S)

    def _there_is_a_file(self) -> bool:
        return self.file is None or self.file.exists()

    @contextmanager
    def _named_problems(self) -> Iterator[None]:
        """Turn what the database says into a named problem; nothing of a failed transaction stays."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as problem:
            raise named(problem, self.address) from problem


_OURS = 7_031_202_406
"""The number by which two processes that make or upgrade the tables at once wait for each other."""

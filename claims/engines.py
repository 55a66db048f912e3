"""The address of a ledger becomes an engine of SQLAlchemy, set up so that nothing acknowledged is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from claims.errors import NotALedger
from claims.schema import POSTGRESQL, SQLITE
from gazetteer.errors import shown

_PATIENCE_S = 60.0
"""How long a reader of a SQLite file waits while whoever wrote last puts the log into the file."""

_ASKS_AGAIN_S = 1.0
"""How long SQLite keeps a writer waiting before we hear of it; it then asks again (claims/database.py)."""

_CACHE_KIB = 32_000


def engine_of(url: str) -> sa.Engine:
    """The engine of an address.

    Raises
    ------
    NotALedger
        It cannot be understood; the sentence has no password in it.
    """
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
    arguments: dict[str, Any] = {"timeout": _PATIENCE_S}
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
    patience_ms = int((_ASKS_AGAIN_S if writes else _PATIENCE_S) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience_ms}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _on_begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("frontline_reads"):
        # One view for all statements of a reader, as SQLite gives it.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def engine_of_still_file(file: Path) -> sa.Engine:
    """An engine that only reads a SQLite file which nobody writes, and needs no room beside it."""
    address = f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro&immutable=1&uri=true"
    engine = sa.create_engine(address)
    sa.event.listen(engine, "begin", _on_begin)
    return engine

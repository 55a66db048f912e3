"""The ledger's tables, what guards them against change, and which version a database has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from claims.errors import NotALedger

VERSION = "0003"
"""The newest revision under claims/migrations."""

OLDER = ("0001", "0002")
"""The revisions that are brought up to date when a ledger is opened."""

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

schema = sa.MetaData()
_number = sa.BigInteger().with_variant(sa.Integer(), SQLITE)  # only INTEGER is SQLite's own row number

entry_table = sa.Table(
    "entry",
    schema,
    # Two writers that both took the same last entry would need the same number: no database lets that in.
    sa.Column("seq", _number, primary_key=True, autoincrement=False),
    sa.Column("map_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("replaces", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("entry_of_map", "map_id", "seq"),
    sa.Index("entry_of_key", "map_id", "kind", "key"),
)

changeset_table = sa.Table(
    "changeset",
    schema,
    sa.Column("number", _number, primary_key=True, autoincrement=False),
    sa.Column("map_id", sa.Text, nullable=False),
    sa.Column("first_seq", _number, nullable=False),
    sa.Column("last_seq", _number, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

shape_table = sa.Table(
    "shape",
    schema,
    # What an observation draws, once for all that draw the same (claims/drawn_shapes.py).
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
)

prepared_table = sa.Table(
    "prepared",
    schema,
    # What took long to work out; it may be lost at any time, and no hash and no backup has it.
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
)

GUARDED = (entry_table.name, changeset_table.name, shape_table.name)
"""The tables that only grow."""

_version_table = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)

_OF_VERSION_1 = frozenset(("seq", "map_id", "kind", "key", "body", "recorded_at", "prev_hash", "hash"))
_SAID = "the ledger only grows: entries are never changed or deleted"


def create(connection: sa.Connection) -> None:
    """Make the tables of the newest version in an empty database, as all migrations together would."""
    schema.create_all(connection, checkfirst=False)
    _version_table.create(connection)
    connection.execute(sa.insert(_version_table).values(version_num=VERSION))
    guard(connection)


def guard(connection: sa.Connection, tables: Sequence[str] = GUARDED) -> None:
    """Let the database itself refuse to change or delete what was written."""
    for statement in guards(connection.dialect.name, tables):
        connection.exec_driver_sql(statement)


def guards(dialect: str, tables: Sequence[str] = GUARDED) -> list[str]:
    """The statements that make the guards of a database."""
    if dialect == SQLITE:
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{word.lower()} BEFORE {word} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            for table in tables
            for word in ("UPDATE", "DELETE")
        ]
    if dialect == POSTGRESQL:
        return [
            "CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$",
            *(
                f"CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
                for table in tables
            ),
        ]
    return []


def version_of(connection: sa.Connection, address: str) -> str:
    """Which version of the ledger a database has; empty where it has no table at all.

    Raises
    ------
    NotALedger
        It is a database of something else, or a ledger of a version that this program does not know.
    """
    found = sa.inspect(connection)
    names = set(found.get_table_names())
    if entry_table.name not in names:
        # PostgreSQL may share a database with others; a SQLite file is one thing or another.
        if names and connection.dialect.name == SQLITE:
            raise NotALedger(f"{address} is a database of something else, not a ledger")
        return ""
    columns = {column["name"] for column in found.get_columns(entry_table.name)}
    if _version_table.name not in names and columns == _OF_VERSION_1:
        return "0001"
    if _version_table.name not in names:
        raise NotALedger(f"{address} has a table 'entry' that is not a ledger's")
    version = connection.scalar(sa.select(_version_table.c.version_num))
    if version not in (*OLDER, VERSION):
        raise NotALedger(
            f"{address} was written by a newer Frontline (its tables are of version {version}, this program "
            f"knows up to {VERSION}). Install the newer Frontline to use it"
        )
    return str(version)


def upgrade(connection: sa.Connection, version: str) -> None:
    """Bring the tables of an older version to the newest, inside the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    if not sa.inspect(connection).has_table(_version_table.name):
        command.stamp(config, version)
    command.upgrade(config, VERSION)

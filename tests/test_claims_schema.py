"""A ledger of version 1 becomes one of today; nothing of it changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import ROOT

from claims import schema
from claims.chain import GENESIS
from claims.entries import entries_of
from claims.errors import NotALedger
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.schema import VERSION
from claims.verify import verify

LOADED = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 1, tzinfo=UTC)

_OF_VERSION_1 = sa.MetaData()
ENTRY = sa.Table(
    "entry",
    _OF_VERSION_1,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("map_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Index("entry_of_map", "map_id", "seq"),
)
GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS entry_no_{word.lower()} BEFORE {word} ON entry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger only grows: entries are never changed or deleted'); END"
    for word in ("UPDATE", "DELETE")
)
"""All of this as the first version had it."""

Load = tuple[MapRecord, datetime]


def ledger_of_version_1(address: str | Path, record: MapRecord) -> list[tuple[Any, ...]]:
    """One load as the first version wrote it; gives the rows."""
    url = address if isinstance(address, str) else f"sqlite:///{address}"
    return loaded_by_version_1(url, [(record, LOADED)])


def loaded_by_version_1(url: str, loads: Iterable[Load]) -> list[tuple[Any, ...]]:
    """A ledger as the first version wrote it: of each load what is new, or other than the newest."""
    rows: list[tuple[Any, ...]] = []
    known: dict[tuple[str, str, str], str] = {}
    for record, at in loads:
        for entry in entries_of(record):
            key = (record.settings.id, entry.kind, entry.key)
            if known.get(key) != entry.body:
                known[key] = entry.body
                rows.append(_row(rows, (*key, entry.body, at.isoformat())))
    engine = engine_of(url)
    with engine.begin() as connection:
        _OF_VERSION_1.create_all(connection, checkfirst=False)
        for guard in GUARDS if url.startswith("sqlite") else ():
            connection.exec_driver_sql(guard)
        names = [column.name for column in ENTRY.columns]
        connection.execute(sa.insert(ENTRY), [dict(zip(names, row, strict=True)) for row in rows])
    engine.dispose()
    return rows


def _row(rows: list[tuple[Any, ...]], content: tuple[str, ...]) -> tuple[Any, ...]:
    before = rows[-1][-1] if rows else GENESIS
    said = (len(rows) + 1, *content)
    text = json.dumps([before, *said], ensure_ascii=False, separators=(",", ":"))
    return (*said, before, hashlib.sha256(text.encode("utf-8")).hexdigest())


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            found = connection.execute(sa.text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []
    finally:
        engine.dispose()


def shape(url: str) -> Any:
    """Tables with their columns, keys and indexes, and the triggers."""
    engine = engine_of(url)
    with engine.connect() as connection:
        found = sa.inspect(connection)
        tables = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted((i["name"], i["column_names"], bool(i["unique"])) for i in found.get_indexes(name)),
            )
            for name in sorted(found.get_table_names())
        }
        triggers = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
            if url.startswith("sqlite")
            else "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
        )
        made = connection.exec_driver_sql(triggers).fetchall()
    engine.dispose()
    return tables, [tuple(row) for row in made]


@pytest.fixture
def loads(hama_record: MapRecord) -> list[Load]:
    """Two maps and a correction by a file."""
    first, *rest = hama_record.claims
    corrected = dataclasses.replace(
        hama_record, claims=(dataclasses.replace(first, note="read again"), *rest)
    )
    settings = dataclasses.replace(hama_record.settings, id="second")
    return [
        (hama_record, LOADED),
        (dataclasses.replace(hama_record, settings=settings), LOADED),
        (corrected, LATER),
    ]


def test_a_populated_ledger_of_version_1_keeps_every_entry(ledger_url: str, loads: list[Load]) -> None:
    rows = loaded_by_version_1(ledger_url, loads)
    with Ledger(ledger_url) as book:
        read = book.read("hama-2024")
        writes = list(book.changesets())
        assert dict(verify(book.database).heads) == {"hama-2024": rows[-1][-1], "second": rows[-2][-1]}
        assert verify(book.database).problems == ()
        again = [book.load(record, LATER) for record, _ in loads[1:]]
        assert book.read(head=rows[len(rows) // 2 - 1][-1], map_id="hama-2024").claims == loads[0][0].claims
    assert read.claims == loads[-1][0].claims
    assert [(one.added, one.corrected, one.kept) for one in again] == [(0, 0, 0)] * 2
    middle = (len(rows) - 1) // 2
    spans = [(1, middle), (middle + 1, len(rows) - 1), (len(rows), len(rows))]
    assert [(write.first_seq, write.last_seq) for write in writes] == spans
    assert [write.head for write in writes] == [rows[last - 1][-1] for _, last in spans]
    columns = "seq, map_id, kind, key, body, recorded_at, prev_hash, hash"
    assert asked(ledger_url, f"SELECT {columns} FROM entry ORDER BY seq") == rows
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        asked(ledger_url, "DELETE FROM entry")


def test_an_upgraded_ledger_has_the_shape_of_a_new_one(
    ledger_url: str, fresh_ledger_url: Callable[[], str], loads: list[Load]
) -> None:
    new = fresh_ledger_url()
    loaded_by_version_1(ledger_url, loads)
    for url in (ledger_url, new):
        with Ledger(url) as book:
            book.load(loads[0][0], LATER)
    assert shape(ledger_url) == shape(new)


def test_an_upgrade_that_fails_leaves_everything_as_it_was(
    ledger_url: str, loads: list[Load], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = loaded_by_version_1(ledger_url, loads)
    before = shape(ledger_url)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with Ledger(ledger_url) as book:
        with monkeypatch.context() as patched:
            patched.setattr("claims.schema.guards", fail)
            with pytest.raises(KeyboardInterrupt):
                book.read("second")
        assert shape(ledger_url) == before
        assert asked(ledger_url, "SELECT * FROM entry ORDER BY seq") == rows
        assert book.read("second").head == rows[-2][-1]


READER = """
import sys
from claims.ledger import Ledger
with Ledger(sys.argv[1]) as book:
    print(book.head("second"))
"""


def test_two_that_open_an_old_ledger_at_once_upgrade_it_once(ledger_url: str, loads: list[Load]) -> None:
    rows = loaded_by_version_1(ledger_url, loads)
    command = [sys.executable, "-W", "error", "-c", READER, ledger_url]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in "abc"
    ]
    said = [process.communicate(timeout=300) for process in started]
    assert [out.decode().strip() for out, _ in said] == [rows[-2][-1]] * 3, said
    assert asked(ledger_url, "SELECT version_num FROM alembic_version") == [(VERSION,)]


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite lets nobody in meanwhile
def test_tables_are_not_brought_up_to_date_while_a_reader_looks_at_them(
    ledger_url: str, loads: list[Load], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = loaded_by_version_1(ledger_url, loads)
    asks, others = sa.engine.reflection.Inspector.get_columns, list[Thread]()

    def beside_somebody_else(self: Any, *args: Any, **options: Any) -> Any:
        if not others:
            others.append(Thread(target=head_of, args=(ledger_url,)))
            others[0].start()
            while others[0].is_alive() and not asked(ledger_url, "SELECT 1 FROM pg_locks WHERE NOT granted"):
                time.sleep(0.01)
        return asks(self, *args, **options)

    monkeypatch.setattr(sa.engine.reflection.Inspector, "get_columns", beside_somebody_else)
    assert head_of(ledger_url) == rows[-2][-1]
    others[0].join()


def head_of(ledger_url: str) -> str | None:
    with Ledger(ledger_url) as book:
        return book.head("second")


def test_a_ledger_of_a_later_version_is_refused_in_words(ledger_url: str, hama_record: MapRecord) -> None:
    with Ledger(ledger_url) as book:
        book.load(hama_record, LOADED)
    assert asked(ledger_url, "SELECT version_num FROM alembic_version") == [(VERSION,)]
    asked(ledger_url, "UPDATE alembic_version SET version_num = '9999'")
    with Ledger(ledger_url) as book:
        with pytest.raises(NotALedger, match=r"newer Frontline.*9999"):
            book.read()
        with pytest.raises(NotALedger, match=r"newer Frontline.*9999"):
            book.load(hama_record, LATER)
        assert "9999" in verify(book.database).problems[0].said


def test_the_migrations_end_at_the_version_of_the_program() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [VERSION]
    assert scripts.get_bases() == ["0001"]

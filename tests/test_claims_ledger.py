"""The ledger keeps everything, takes all of a load or nothing, and never changes an entry."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from claims.chain import entry_hash
from claims.entries import entries_of
from claims.errors import LedgerUnavailable, NotALedger, UnknownMap
from claims.ledger import GENESIS, Ledger
from claims.map_folder import read_map_folder
from claims.map_record import MapRecord

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2024, 12, 9, 12, tzinfo=UTC)
LATER = datetime(2024, 12, 10, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with Ledger(ledger_url) as book:
        yield book


def rows(url: str) -> list[tuple[Any, ...]]:
    """All entries as the database has them, not as the ledger reads them."""
    columns = "seq, map_id, kind, key, body, recorded_at, prev_hash, hash, action, replaces, why, author"
    return [tuple(row) for row in said(url, f"SELECT {columns} FROM entry ORDER BY seq")]


def said(url: str, statement: str) -> list[Any]:
    """What the database itself answers."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            found = connection.execute(sa.text(statement))
            return list(found) if found.returns_rows else []
    finally:
        engine.dispose()


def with_note(record: MapRecord, note: str) -> MapRecord:
    first, *rest = record.claims
    return dataclasses.replace(record, claims=(dataclasses.replace(first, note=note), *rest))


def renamed(record: MapRecord, map_id: str) -> MapRecord:
    return dataclasses.replace(record, settings=dataclasses.replace(record.settings, id=map_id))


def test_what_is_loaded_is_read_back_unchanged(ledger: Ledger, hama_record: MapRecord) -> None:
    result = ledger.load(hama_record, NOW)
    assert (result.added, result.corrected, result.unchanged) == (len(list(entries_of(hama_record))), 0, 0)
    read = ledger.read()
    assert dataclasses.replace(read, head="") == hama_record
    assert read.head == ledger.head("hama-2024") != GENESIS
    assert list(read.places) == list(hama_record.places)


def test_loading_again_adds_nothing(ledger: Ledger, hama_record: MapRecord, ledger_url: str) -> None:
    ledger.load(hama_record, NOW)
    before = rows(ledger_url)
    result = ledger.load(hama_record, LATER)
    assert (result.added, result.corrected) == (0, 0)
    assert rows(ledger_url) == before


def test_correction_is_a_new_entry_and_the_old_one_stays(
    ledger: Ledger, hama_record: MapRecord, ledger_url: str
) -> None:
    ledger.load(hama_record, NOW)
    before = rows(ledger_url)
    corrected = with_note(hama_record, "read again")
    assert ledger.load(corrected, LATER).corrected == 1
    assert rows(ledger_url)[: len(before)] == before
    assert len(rows(ledger_url)) == len(before) + 1
    read = ledger.read()
    assert dataclasses.replace(read, head="", corrections=()) == corrected
    (told,) = read.corrections
    assert (told.at, told.before, told.after) == (LATER, hama_record.claims[0], corrected.claims[0])


def test_each_entry_carries_the_hash_of_the_one_before(
    ledger: Ledger, hama_record: MapRecord, ledger_url: str
) -> None:
    ledger.load(hama_record, NOW)
    ledger.load(with_note(hama_record, "read again"), LATER)
    previous = GENESIS
    for seq, map_id, kind, key, body, recorded_at, prev_hash, own, *by_hand in rows(ledger_url):
        assert prev_hash == previous
        assert own == entry_hash((prev_hash, seq, map_id, kind, key, body, recorded_at, *by_hand))
        previous = own


def test_bodies_are_canonical_json(ledger: Ledger, hama_record: MapRecord, ledger_url: str) -> None:
    ledger.load(hama_record, NOW)
    for row in rows(ledger_url):
        body = row[4]
        assert json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == body


GUARDED = [
    "UPDATE entry SET body = '{}'",
    "DELETE FROM entry",
    "UPDATE changeset SET why = ''",
    "DELETE FROM changeset",
]


@pytest.mark.parametrize("statement", GUARDED)
def test_database_refuses_to_change_or_delete(
    ledger: Ledger, hama_record: MapRecord, ledger_url: str, statement: str
) -> None:
    ledger.load(hama_record, NOW)
    before = rows(ledger_url)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        said(ledger_url, statement)
    assert rows(ledger_url) == before


def test_postgresql_refuses_to_empty_the_tables(postgresql: Any, hama_record: MapRecord) -> None:
    url = postgresql.fresh()
    with Ledger(url) as book:
        book.load(hama_record, NOW)
        for table in ("entry", "changeset", "entry, changeset"):
            with pytest.raises(sa.exc.DBAPIError, match="only grows"):
                said(url, f"TRUNCATE {table} CASCADE")
        assert dataclasses.replace(book.read(), head="") == hama_record
    postgresql.drop(url)


def test_sqlite_is_set_up_to_lose_nothing(file: Path, hama_record: MapRecord) -> None:
    ledger = Ledger(f"sqlite:///{file}")
    ledger.load(hama_record, NOW)
    with ledger.database.engine.connect() as connection:
        asked = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")
        }
    ledger.close()
    assert asked == {"journal_mode": "wal", "synchronous": 2}


def test_interrupted_load_leaves_the_ledger_as_before(
    ledger: Ledger, hama_record: MapRecord, ledger_url: str
) -> None:
    ledger.load(renamed(hama_record, "first"), NOW)
    before = rows(ledger_url)

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.load(hama_record, NOW, progress=interrupt)
    assert rows(ledger_url) == before


def test_progress_ends_with_everything_done(ledger: Ledger, hama_record: MapRecord) -> None:
    seen: list[tuple[int, int]] = []
    ledger.load(hama_record, NOW, progress=lambda done, total: seen.append((done, total)))
    total = len(list(entries_of(hama_record)))
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)


def test_several_maps_need_an_id(ledger: Ledger, hama_record: MapRecord) -> None:
    ledger.load(hama_record, NOW)
    first_head = ledger.head()
    ledger.load(renamed(hama_record, "second"), NOW)
    assert ledger.map_ids() == ("hama-2024", "second")
    assert ledger.head("hama-2024") == first_head
    with pytest.raises(UnknownMap, match="hama-2024 or --map second"):
        ledger.read()
    with pytest.raises(UnknownMap, match="'thrid'"):
        ledger.read("thrid")
    assert ledger.read("second").settings.id == "second"


def tables(url: str) -> list[str]:
    """The tables that the database has; asking makes no file."""
    made = sa.make_url(url.replace("postgresql:", "postgresql+psycopg:"))
    if made.database and made.get_backend_name() == "sqlite" and not Path(made.database).exists():
        return []
    engine = sa.create_engine(made)
    try:
        return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_empty_ledger_says_how_to_load(ledger: Ledger, ledger_url: str) -> None:
    with pytest.raises(UnknownMap, match="frontline load"):
        ledger.read()
    assert ledger.map_ids() == ()
    assert tables(ledger_url) == []


def test_naive_recording_time_is_refused(ledger: Ledger, hama_record: MapRecord, ledger_url: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ledger.load(hama_record, datetime(2024, 12, 9))  # noqa: DTZ001
    assert tables(ledger_url) == []


@pytest.mark.parametrize("content", [b"claim_id,place\r\n" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_file_that_is_no_database_is_named_and_left_alone(
    file: Path, hama_record: MapRecord, content: bytes
) -> None:
    file.write_bytes(content)
    with Ledger(f"sqlite:///{file}") as book:
        with pytest.raises((NotALedger, LedgerUnavailable), match=r"ledger\.db"):
            book.read()
        with pytest.raises((NotALedger, LedgerUnavailable), match=r"ledger\.db"):
            book.load(hama_record, NOW)
    assert file.read_bytes() == content


@pytest.mark.parametrize("table", ["CREATE TABLE cats (name)", "CREATE TABLE entry (seq, name)"])
def test_database_of_something_else_is_named_and_left_alone(
    file: Path, hama_record: MapRecord, table: str
) -> None:
    connection = sqlite3.connect(file)
    connection.execute(table)
    connection.commit()
    connection.close()
    with Ledger(f"sqlite:///{file}") as book, pytest.raises(NotALedger, match="not a ledger"):
        book.load(hama_record, NOW)
    connection = sqlite3.connect(file)
    names = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    connection.close()
    assert names == [(table,)]


@pytest.mark.parametrize("url", ["frontline.db", "nosuch://host/x", "postgresql+nosuch://u:secret@h/x", ""])
def test_address_that_is_none_is_named_without_its_password(url: str) -> None:
    with pytest.raises(NotALedger, match=r"sqlite:///frontline\.db") as caught:
        Ledger(url)
    assert "secret" not in str(caught.value)


def test_driver_that_is_not_installed_is_named_without_the_password() -> None:
    with pytest.raises(NotALedger, match=r"needs the Python package '.*', which is not installed") as caught:
        Ledger("mssql+pymssql://u:secret@h/x")
    assert "secret" not in str(caught.value)


def test_ledger_in_a_folder_that_is_not_there_is_named(tmp_path: Path, hama_record: MapRecord) -> None:
    with Ledger(f"sqlite:///{tmp_path}/nowhere/x.db") as book:
        assert book.map_ids() == ()
        with pytest.raises(LedgerUnavailable, match="folder exists"):
            book.load(hama_record, NOW)


def test_ledger_in_memory_is_one_ledger(hama_record: MapRecord) -> None:
    with Ledger("sqlite://") as book:
        book.load(hama_record, NOW)
        assert dataclasses.replace(book.read(), head="") == hama_record


LOADER = """
import dataclasses, sys
from datetime import UTC, datetime
from claims.ledger import Ledger
from claims.map_folder import read_map_folder
record = read_map_folder("examples/hama-2024")
first, *rest = record.claims
for i in range(20):
    claim = dataclasses.replace(first, id=f"{sys.argv[2]}-{i}")
    with Ledger(sys.argv[1]) as book:
        book.load(dataclasses.replace(record, claims=(*record.claims, claim)), datetime.now(UTC))
"""


def test_two_processes_load_at_once_and_no_entry_is_lost(ledger_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", LOADER, ledger_url]
    running = [subprocess.Popen([*command, name], cwd=ROOT, stderr=subprocess.PIPE) for name in ("a", "b")]
    said = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    claims = {row[3] for row in rows(ledger_url) if row[2] == "claim"}
    assert {f"{name}-{i}" for name in "ab" for i in range(20)} <= claims
    previous = GENESIS
    for row in rows(ledger_url):
        assert row[6] == previous
        previous = row[7]


def test_readers_go_on_while_somebody_writes(ledger: Ledger, hama_record: MapRecord) -> None:
    ledger.load(hama_record, NOW)

    def look(done: int, total: int) -> None:
        assert dataclasses.replace(ledger.read("hama-2024"), head="") == hama_record

    ledger.load(renamed(hama_record, "second"), NOW, progress=look)


def test_hostile_texts_stay_texts(ledger: Ledger, hama_record: MapRecord) -> None:
    hostile = "</script><img src=x onerror=alert(1)>\u202e%{x}'; DROP TABLE entry;--\u0000"
    record = with_note(hama_record, hostile)
    ledger.load(record, NOW)
    assert ledger.read().claims[0].note == hostile


def test_folder_and_ledger_tell_the_same(ledger: Ledger) -> None:
    record = read_map_folder(ROOT / "examples" / "hama-2024")
    ledger.load(record, NOW)
    assert dataclasses.replace(ledger.read("hama-2024"), head="") == record

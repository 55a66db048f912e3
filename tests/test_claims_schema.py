"""A ledger of version 1 becomes one of today; nothing of it changes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claims.chain import GENESIS
from claims.entries import entries_of
from claims.errors import NotALedger
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.schema import VERSION

LOADED = datetime(2026, 1, 1, tzinfo=UTC)
VERSION_1 = """
CREATE TABLE entry (seq INTEGER NOT NULL, map_id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  body TEXT NOT NULL, recorded_at TEXT NOT NULL, prev_hash VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL,
  PRIMARY KEY (seq), UNIQUE (prev_hash), UNIQUE (hash));
CREATE INDEX entry_of_map ON entry (map_id, seq);
CREATE TRIGGER IF NOT EXISTS entry_no_update BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows: entries are never changed or deleted'); END;
CREATE TRIGGER IF NOT EXISTS entry_no_delete BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'the ledger only grows: entries are never changed or deleted'); END;
"""


def ledger_of_version_1(file: Path, record: MapRecord) -> list[tuple[object, ...]]:
    """A file as the first version wrote it; gives its rows."""
    rows, before = [], GENESIS
    for seq, entry in enumerate(entries_of(record), 1):
        said = (seq, record.settings.id, entry.kind, entry.key, entry.body, LOADED.isoformat())
        text = json.dumps([before, *said], ensure_ascii=False, separators=(",", ":"))
        own = hashlib.sha256(text.encode("utf-8")).hexdigest()
        rows.append((*said, before, own))
        before = own
    connection = sqlite3.connect(file)
    connection.executescript(VERSION_1)
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return rows


def shape(file: Path) -> list[tuple[str, str, list[tuple[object, ...]]]]:
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT type, name FROM sqlite_master ORDER BY type, name").fetchall()
    made = [
        (
            kind,
            name,
            connection.execute(f"PRAGMA {'table' if kind == 'table' else 'index'}_info({name})").fetchall(),
        )
        for kind, name in found
    ]
    connection.close()
    return made


def test_a_populated_ledger_of_version_1_keeps_every_entry(tmp_path: Path, hama_record: MapRecord) -> None:
    file = tmp_path / "old.db"
    rows = ledger_of_version_1(file, hama_record)
    with Ledger(f"sqlite:///{file}") as book:
        read = book.read()
        again = book.load(hama_record, datetime(2026, 2, 1, tzinfo=UTC))
        (loaded,) = book.changesets()
    assert read.claims == hama_record.claims
    assert (again.added, again.corrected, again.kept) == (0, 0, 0)
    assert (loaded.first_seq, loaded.last_seq, loaded.head) == (1, len(rows), rows[-1][-1])
    connection = sqlite3.connect(file)
    columns = "seq, map_id, kind, key, body, recorded_at, prev_hash, hash"
    assert connection.execute(f"SELECT {columns} FROM entry ORDER BY seq").fetchall() == rows
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        connection.execute("DELETE FROM entry")
    connection.close()


def test_an_upgraded_ledger_has_the_shape_of_a_new_one(tmp_path: Path, hama_record: MapRecord) -> None:
    ledger_of_version_1(tmp_path / "old.db", hama_record)
    for name in ("old.db", "new.db"):
        with Ledger(f"sqlite:///{tmp_path / name}") as book:
            book.load(hama_record, LOADED)
    assert shape(tmp_path / "old.db") == shape(tmp_path / "new.db")


def test_a_ledger_of_a_later_version_is_refused_in_words(tmp_path: Path, hama_record: MapRecord) -> None:
    file = tmp_path / "later.db"
    with Ledger(f"sqlite:///{file}") as book:
        book.load(hama_record, LOADED)
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(VERSION,)]
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with Ledger(f"sqlite:///{file}") as book, pytest.raises(NotALedger, match=r"newer Frontline.*9999"):
        book.read()

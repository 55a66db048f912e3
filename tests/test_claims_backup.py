"""A backup is the whole ledger of one moment in one file, and comes back as it was."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from claims_story import at, claim, place, story
from test_claims_schema import ledger_of_version_1

from claims.backup import backup, restore
from claims.entries import entry
from claims.errors import BadBackup, LedgerUnavailable, NotEmpty
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.verify import verify

NOW = at(240)
BY = {"recorded_at": at(300), "by": "anna", "why": "read again"}


@pytest.fixture
def record() -> MapRecord:
    told = [claim(f"c{i}", "captured", "green", "agency", (i, i + 1)) for i in range(5)]
    return story(told, (place("a"), place("b", 50.1)))


@pytest.fixture
def ledger(ledger_url: str, record: MapRecord) -> Iterator[Ledger]:
    with Ledger(ledger_url) as book:
        book.load(record, NOW)
        book.retract("story", "claim", "c1", **BY)
        book.merge("story", "claim", "c2", "c3", **BY)
        yield book


def everything(book: Ledger) -> tuple[list[object], list[object]]:
    return list(book.stored()), list(book.changesets())


def test_a_backup_comes_back_as_it_was(
    ledger: Ledger, fresh_ledger_url: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "kept" / "backup.db"
    file.parent.mkdir()
    found = backup(ledger.database, file)
    assert found.well
    with Ledger(fresh_ledger_url()) as other:
        assert restore(file, other.database).head == found.head == verify(ledger.database).head
        assert everything(other) == everything(ledger)
        assert other.read() == ledger.read()
        other.retract("story", "claim", "c4", **BY)
    assert list(file.parent.iterdir()) == [file]


def test_a_backup_is_a_ledger_in_one_file(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup(ledger.database, file)
    with Ledger(f"sqlite:///{file}") as kept:
        assert everything(kept) == everything(ledger)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            connection.execute("DELETE FROM entry")


def test_each_database_takes_the_backup_of_the_other(
    ledger: Ledger, ledger_url: str, postgresql: object, tmp_path: Path
) -> None:
    backup(ledger.database, tmp_path / "backup.db")
    fresh = (
        f"sqlite:///{tmp_path / 'other.db'}" if ledger_url.startswith("postgresql") else postgresql.fresh()
    )
    with Ledger(fresh) as other:
        assert restore(tmp_path / "backup.db", other.database).well
        assert everything(other) == everything(ledger)


def test_others_read_and_write_while_a_backup_is_made(
    ledger: Ledger, ledger_url: str, record: MapRecord, tmp_path: Path
) -> None:
    before = everything(ledger)
    written: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        with Ledger(ledger_url) as other:
            written.append(other.retract("story", "claim", "c4", **BY))
            assert other.head() == written[-1]

    found = backup(ledger.database, tmp_path / "backup.db", meanwhile)
    assert len(written) == 1
    with Ledger(f"sqlite:///{tmp_path / 'backup.db'}") as kept:
        assert everything(kept) == before
    assert found.head != verify(ledger.database).head


def test_a_backup_taken_among_writers_is_sound(
    ledger: Ledger, ledger_url: str, record: MapRecord, tmp_path: Path
) -> None:
    done = threading.Event()

    def write() -> None:
        with Ledger(ledger_url) as book:
            number = 0
            while not done.is_set():
                number += 1
                one = claim(f"n{number}", "captured", "green", "agency", (1, 2))
                book.append("story", [entry("claim", one.id, one)], NOW + timedelta(hours=number))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heads = [backup(ledger.database, tmp_path / f"{i}.db").head for i in range(5)]
    finally:
        done.set()
        writer.join()
    known = {write.head for write in ledger.changesets()}
    assert set(heads) <= known
    assert verify(ledger.database).well


def test_a_backup_overwrites_nothing(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"notes\.txt"):
        backup(ledger.database, file)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        backup(ledger.database, tmp_path / "nowhere" / "backup.db")
    assert file.read_text(encoding="utf-8") == "mine"


def test_there_is_no_backup_of_nothing(fresh_ledger_url: Callable[[], str], tmp_path: Path) -> None:
    with Ledger(fresh_ledger_url()) as book, pytest.raises(LedgerUnavailable, match="nothing to back up"):
        backup(book.database, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_a_damaged_ledger_is_not_backed_up_as_if_it_were_sound(tmp_path: Path, record: MapRecord) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{file}") as book:
        book.load(record, NOW)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("DROP TRIGGER entry_no_update; UPDATE entry SET body = '{}' WHERE seq = 3;")
    with Ledger(f"sqlite:///{file}") as book, pytest.raises(BadBackup, match=r"Entry 3 .* does not say"):
        backup(book.database, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_restore_refuses_a_ledger_that_has_entries(ledger: Ledger, tmp_path: Path) -> None:
    backup(ledger.database, tmp_path / "backup.db")
    before = everything(ledger)
    with pytest.raises(NotEmpty, match="entries already"):
        restore(tmp_path / "backup.db", ledger.database)
    assert everything(ledger) == before


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.9])
def test_a_rotten_backup_is_not_restored(
    ledger: Ledger, fresh_ledger_url: Callable[[], str], tmp_path: Path, where: float
) -> None:
    file = tmp_path / "backup.db"
    backup(ledger.database, file)
    raw = bytearray(file.read_bytes())
    said = [at for at, byte in enumerate(raw) if byte]  # room that nobody uses may rot
    start = said[int(len(said) * where)]
    raw[start : start + 600] = bytes(600)
    file.write_bytes(raw)
    with Ledger(fresh_ledger_url()) as other:
        with pytest.raises(BadBackup, match=r"backup\.db.*nothing was restored"):
            restore(file, other.database)
        assert other.map_ids() == ()


def test_what_is_no_backup_is_named(fresh_ledger_url: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n", encoding="utf-8")
    with Ledger(fresh_ledger_url()) as book:
        for name in ("table.csv", "none.db"):
            with pytest.raises(BadBackup, match=name):
                restore(tmp_path / name, book.database)
        assert book.map_ids() == ()


def test_an_interrupted_restore_leaves_the_ledger_empty(
    ledger: Ledger, fresh_ledger_url: Callable[[], str], tmp_path: Path
) -> None:
    backup(ledger.database, tmp_path / "backup.db")

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with Ledger(fresh_ledger_url()) as other:
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "backup.db", other.database, interrupt)
        assert other.map_ids() == ()
        assert restore(tmp_path / "backup.db", other.database).well


def test_a_backup_of_the_first_version_is_restored_and_stays_as_it_is(
    fresh_ledger_url: Callable[[], str], hama_record: MapRecord, tmp_path: Path
) -> None:
    file = tmp_path / "old.db"
    rows = ledger_of_version_1(file, hama_record)
    before = file.read_bytes()
    with Ledger(fresh_ledger_url()) as book:
        assert restore(file, book.database).head == rows[-1][-1]
        assert book.read().claims == hama_record.claims
    assert file.read_bytes() == before

"""Every row that was tampered with or rotted is named, and no other; what cannot be read is said to be so."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from claims_story import at, claim, place, story
from postgres_server import data_folder, programs, running_on

from claims.chain import changeset_row, entry_hash
from claims.database import Database
from claims.entries import entry
from claims.errors import DamagedLedger, UnknownMap
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.schema import SQLITE, guards
from claims.verify import Verification, verify

NOW = at(240)
BY = {"recorded_at": at(300), "by": "anna", "why": "read again"}
SUFFIXES = ("", "-wal", "-shm")


def checked(url: str | Path, **asked: Any) -> Verification:
    database = Database(url if isinstance(url, str) else f"sqlite:///{url}")
    try:
        return verify(database, **asked)
    finally:
        database.close()


@pytest.fixture
def record() -> MapRecord:
    told = [claim(f"c{i}", "captured", "green", "agency", (i, i + 1)) for i in range(5)]
    return story(told, (place("a"), place("b", 50.1)))


@pytest.fixture
def url(ledger_url: str, record: MapRecord) -> str:
    """A ledger of two maps, loads, corrections, a retraction and a merge: several change sets."""
    fill(ledger_url, record)
    return ledger_url


def fill(url: str, record: MapRecord) -> None:
    with Ledger(url) as book:
        book.load(record, NOW)
        book.retract("story", "claim", "c1", **BY)
        book.merge("story", "claim", "c2", "c3", **BY)
        book.load(record, NOW + timedelta(1), by="ben")
        book.correct("story", "claim", "c1", record.claims[1], **BY)


def test_a_ledger_that_is_well_is_said_to_be_so(url: str, record: MapRecord) -> None:
    with Ledger(url) as book:
        head = book.head()
        count = len(list(book.stored()))
        writes = len(list(book.changesets()))
    found = checked(url)
    assert found.problems == ()
    assert (found.entries, found.changesets, found.head, dict(found.heads)) == (
        count,
        writes,
        head,
        {"story": head},
    )


def test_a_ledger_that_others_write_meanwhile_is_well(url: str) -> None:
    """Each check meets a writer that is at work: small and larger writes, and the log begun anew."""
    for turn in range(8):
        begun = threading.Event()

        def write(turn: int, begun: threading.Event) -> None:
            with Ledger(url) as book:
                for i in range(12):
                    names = [f"w{turn}-{i}-{n}" for n in range(60 if i % 4 == 0 else 1)]
                    made = (entry("claim", n, claim(n, "captured", "green", "agency", (1, 2))) for n in names)
                    book.append("story", made, NOW)
                    begun.set()

        writer = threading.Thread(target=write, args=(turn, begun))
        writer.start()
        begun.wait()
        found = checked(url)
        writer.join()
        assert found.problems == ()


def test_an_old_head_must_still_be_there(url: str, record: MapRecord) -> None:
    with Ledger(url) as book:
        heads = [write.head for write in book.changesets()]
    for head in heads:
        assert checked(url, head=head, map_id="story").well
    assert [p.what for p in checked(url, head="f" * 64).problems] == ["unknown_head"]
    assert [p.what for p in checked(url, head=heads[0], map_id="other").problems] == ["unknown_map"]


# Tampering by whoever may write to the database: the guards are dropped first, and made again afterwards.


def tampered(url: str, *statements: str, **values: Any) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        if url.startswith(SQLITE):
            for guard in guards(SQLITE):
                connection.exec_driver_sql(f"DROP TRIGGER {guard.split()[5]}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.execute(sa.text(statement), values)
        if url.startswith(SQLITE):
            for guard in guards(SQLITE):
                connection.exec_driver_sql(guard)
    engine.dispose()


def rows_of(url: str, table: str = "entry") -> list[dict[str, Any]]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        number = "seq" if table == "entry" else "number"
        found = [
            dict(row._mapping)
            for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY {number}"))
        ]
    engine.dispose()
    return found


def named(found: Verification, where: str = "entry") -> list[tuple[int | None, int | None, str]]:
    return [(p.first, p.last, p.what) for p in found.problems if p.where == where]


HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE entry SET body = replace(body, 'green', 'blue') WHERE seq = 9", "content"),
        ("UPDATE entry SET why = 'because' WHERE seq = 9", "content"),
        ("UPDATE entry SET author = 'mallory' WHERE seq = 9", "content"),
        ("UPDATE entry SET recorded_at = '2020-01-01T00:00:00+00:00' WHERE seq = 9", "content"),
        ("UPDATE entry SET key = 'c9' WHERE seq = 9", "content"),
        (f"UPDATE entry SET hash = '{HASH}' WHERE seq = 9", "hash"),
        (f"UPDATE entry SET prev_hash = '{HASH}' WHERE seq = 9", "prev_hash"),
        (f"UPDATE entry SET hash = '{HASH}', body = '{{}}' WHERE seq = 9", "content"),
        ("DELETE FROM entry WHERE seq = 9", "missing"),
    ],
)  # fmt: skip
def test_a_changed_row_is_named_and_its_neighbours_are_not(url: str, statement: str, what: str) -> None:
    tampered(url, statement)
    found = checked(url)
    assert named(found) == [(9, 9, what)]
    assert named(found, "changeset") == named(found, "file") == []


def test_a_changed_row_is_named_with_map_kind_and_key(url: str) -> None:
    tampered(url, "UPDATE entry SET body = '{}' WHERE seq = 9")
    (problem,) = checked(url).problems
    before = rows_of(url)[8]
    assert (problem.map_id, problem.kind, problem.key) == ("story", before["kind"], before["key"])
    assert problem.said == f"Entry 9 (story, {before['kind']} {before['key']}) does not say what was recorded"


def test_rows_that_changed_places_are_both_named(url: str) -> None:
    tampered(
        url,
        "UPDATE entry SET seq = -1 WHERE seq = 8",
        "UPDATE entry SET seq = 8 WHERE seq = 9",
        "UPDATE entry SET seq = 9 WHERE seq = -1",
    )
    assert [first for first, _, _ in named(checked(url))] == [8, 9]


def test_a_tail_that_was_cut_off_is_missed(url: str) -> None:
    last = rows_of(url)[-1]["seq"]
    head = checked(url).head
    tampered(url, f"DELETE FROM entry WHERE seq > {last - 2}")
    assert named(checked(url)) == [(last - 1, last, "missing")]
    tampered(url, f"DELETE FROM changeset WHERE last_seq > {last - 2}")
    rest = checked(url)
    assert {p.what for p in rest.problems} <= {"no_changeset"}
    assert "unknown_head" in {p.what for p in checked(url, head=head).problems}


def rehashed(rows: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    made = rows[: first - 1]
    for row in rows[first - 1 :]:
        before = made[-1]["hash"]
        names = ("seq", "map_id", "kind", "key", "body", "recorded_at", "action", "replaces", "why", "author")
        made.append(
            {**row, "prev_hash": before, "hash": entry_hash([before, *(row[name] for name in names)])}
        )
    return made


def put_back(url: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        tampered(
            url,
            "UPDATE entry SET body = :body, prev_hash = :prev_hash, hash = :hash WHERE seq = :seq",
            **{name: row[name] for name in ("body", "prev_hash", "hash", "seq")},
        )


def test_a_suffix_that_was_hashed_anew_is_found_by_its_change_set_and_by_the_head(url: str) -> None:
    head = checked(url).head
    rows = rows_of(url)
    rows[8]["body"] = rows[8]["body"].replace("green", "blue")
    made = rehashed(rows, 9)
    # What was replaced by hand names the old hashes; whoever hashes anew would not forget those.
    put_back(url, made[8:])
    found = checked(url)
    assert (1, rows_of(url, "changeset")[0]["last_seq"], "rewritten") in named(found)
    before = "0" * 64
    for write in rows_of(url, "changeset"):
        new = changeset_row({**write, "head": made[write["last_seq"] - 1]["hash"], "prev_hash": before})
        before = new["hash"]
        tampered(
            url,
            "UPDATE changeset SET head = :head, prev_hash = :prev_hash, hash = :hash WHERE number = :number",
            **{name: new[name] for name in ("head", "prev_hash", "hash", "number")},
        )
    assert "rewritten" not in {p.what for p in checked(url).problems}
    assert "unknown_head" in {p.what for p in checked(url, head=head).problems}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE changeset SET why = 'because' WHERE number = 2", "content"),
        ("UPDATE changeset SET author = 'mallory' WHERE number = 2", "content"),
        (f"UPDATE changeset SET head = '{HASH}' WHERE number = 2", "content"),
        (f"UPDATE changeset SET hash = '{HASH}' WHERE number = 2", "hash"),
        ("DELETE FROM changeset WHERE number = 2", "missing"),
    ],
)
def test_a_changed_change_set_is_named(url: str, statement: str, what: str) -> None:
    tampered(url, statement)
    found = checked(url)
    assert named(found, "changeset") == [(2, 2, what)]
    assert named(found) == []


def test_guards_that_are_gone_are_missed(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        if url.startswith(SQLITE):
            connection.exec_driver_sql("DROP TRIGGER entry_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER entry_only_grows")
    engine.dispose()
    (problem,) = checked(url).problems
    assert problem.what == "guard"
    assert problem.said.endswith("is missing")


def appended(url: str, **said: Any) -> None:
    """A row behind the last, with a right hash and a change set of its own, that Frontline did not write."""
    last, write = rows_of(url)[-1], rows_of(url, "changeset")[-1]
    row = {
        **last,
        "seq": last["seq"] + 1,
        "prev_hash": last["hash"],
        "action": "",
        "replaces": "",
        "why": "",
        "author": "",
        **said,
    }
    names = ("seq", "map_id", "kind", "key", "body", "recorded_at", "action", "replaces", "why", "author")
    row["hash"] = entry_hash([row["prev_hash"], *(row[name] for name in names)])
    noted = {
        **write,
        "number": write["number"] + 1,
        "first_seq": row["seq"],
        "last_seq": row["seq"],
        "head": row["hash"],
        "prev_hash": write["hash"],
        "recorded_at": row["recorded_at"],
    }
    for table, values in (("entry", row), ("changeset", changeset_row(noted))):
        names_of = ", ".join(values)
        tampered(
            url,
            f"INSERT INTO {table} ({names_of}) VALUES ({', '.join(':' + name for name in values)})",
            **values,
        )


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"body": '{ "a": 1}'}, "body"),
        ({"body": '{"b":1,"a":1}'}, "body"),
        ({"body": "{"}, "body"),
        ({"body": '{"unknown":1}'}, "body"),
        ({"body": "[" * 5_000}, "body"),
        ({"kind": "secret"}, "kind"),
        ({"action": "deleted"}, "kind"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"recorded_at": "2026-01-01T00:00:00"}, "recorded_at"),
        ({"replaces": HASH}, "replaces"),
    ],
)
def test_a_row_that_frontline_would_not_have_written_is_named(
    url: str, said: dict[str, str], what: str
) -> None:
    last = rows_of(url)[-1]["seq"]
    appended(url, **said)
    assert named(checked(url)) == [(last + 1, last + 1, what)]


def test_reading_a_damaged_ledger_ends_in_a_sentence(tmp_path: Path, record: MapRecord) -> None:
    """Whatever a letter of an entry becomes: it reads as what stands there, or is said to be damaged."""
    chance, refused = random.Random(4), 0
    columns = ("kind", "key", "body", "recorded_at", "action", "map_id")
    for turn in range(150):
        url = f"sqlite:///{tmp_path / f'{turn}.db'}"
        if turn == 0:
            fill(url, record)
            sound = (tmp_path / "0.db").read_bytes()
        (tmp_path / f"{turn}.db").write_bytes(sound)
        row = chance.choice(rows_of(url))
        column = chance.choice(columns)
        before = row[column]
        at_ = chance.randrange(len(before) + 1)
        after = before[:at_] + chance.choice('"{}[]:,x0-\n\0\u0663') + before[at_ + 1 :]
        tampered(url, f"UPDATE entry SET {column} = :after WHERE seq = :seq", after=after, seq=row["seq"])
        with Ledger(url) as book:
            try:
                book.read("story")
                list(book.changesets())
            except (DamagedLedger, UnknownMap) as problem:
                refused += 1
                assert "Traceback" not in str(problem)
    assert refused > 30


# Rot: bytes of the file, whatever they held.


def image(folder: Path, name: str) -> dict[str, bytes]:
    files = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return {file.name.removeprefix(name): file.read_bytes() for file in files if file.exists()}


def laid_out(image_: dict[str, bytes], folder: Path, name: str) -> Path:
    for suffix in SUFFIXES:
        (folder / f"{name}{suffix}").unlink(missing_ok=True)
        if suffix in image_:
            (folder / f"{name}{suffix}").write_bytes(image_[suffix])
    return folder / name


NUMBER = {"entry": "seq", "changeset": "number"}


def read_as(file: Path, table: str, numbers: Iterable[int]) -> dict[int, set[Any]]:
    """What each row reads as: one by one, and in one go; what cannot be read reads as nothing."""
    in_one_go = f"SELECT * FROM {table} NOT INDEXED ORDER BY {NUMBER[table]}"
    one = f"SELECT * FROM {table} WHERE {NUMBER[table]} = ?"
    found: dict[int, set[Any]] = {number: set() for number in numbers}
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: ("text", raw)
        for number in numbers:
            try:
                found[number].update(connection.execute(one, (number,)).fetchall() or [None])
            except sqlite3.Error:
                found[number].add("cannot be read")
        with suppress(sqlite3.Error):
            for row in connection.execute(in_one_go):
                if row[0] in found:
                    found[row[0]].add(row)
    return found


def rotten(before: dict[int, set[Any]], after: dict[int, set[Any]]) -> set[int]:
    return {number for number in before if before[number] != after[number]}


def numbers_of(found: Verification, where: str) -> set[int]:
    spans = ((p.first, p.last) for p in found.problems if p.where == where and p.first is not None)
    return {number for first, last in spans for number in range(first, (last or first) + 1)}


def overwritten(sound: dict[str, bytes], seed: int) -> tuple[dict[str, bytes], str]:
    generator = random.Random(seed)
    suffix = generator.choice([suffix for suffix in sound if suffix != "-shm"])
    raw = sound[suffix]
    start = generator.randrange(len(raw))
    noise = generator.randbytes(min(64, len(raw) - start))
    return {
        **sound,
        suffix: raw[:start] + noise + raw[start + len(noise) :],
    }, f"{suffix or 'file'} at {start}"


@dataclass(frozen=True)
class Sound:
    """The files of a ledger that is well, and what each of its rows reads as."""

    files: dict[str, bytes]
    rows: dict[str, dict[int, set[Any]]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: Any, hama_record: MapRecord) -> Sound:
    """A ledger as it lies on the disk while somebody has it open: a part of it in the log."""
    folder = tmp_path_factory.mktemp("sound")
    file = folder / "ledger.db"
    with Ledger(f"sqlite:///{file}") as book, closing(sqlite3.connect(file)) as other:
        book.load(hama_record, NOW)
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for one in hama_record.claims[:40]:
            book.retract(hama_record.settings.id, "claim", one.id, **BY)
        last = {
            table: other.execute(f"SELECT max({number}) FROM {table}").fetchone()[0]
            for table, number in NUMBER.items()
        }
        files = image(folder, file.name)
    copy = laid_out(files, folder, "copy.db")
    return Sound(files, {table: read_as(copy, table, range(1, last[table] + 1)) for table in NUMBER})


def damage_is_told(sound: Sound, damaged: dict[str, bytes], folder: Path, said: str) -> bool:
    """Whether the damage changed what a row reads as; then it must be told, and nothing else be blamed."""
    after = laid_out(damaged, folder, "after.db")
    changed = {table: rotten(rows, read_as(after, table, rows)) for table, rows in sound.rows.items()}
    found = checked(laid_out(damaged, folder, "checked.db"))
    assert image(folder, "checked.db")[""] == damaged[""], said
    file_is_damaged = any(p.where == "file" for p in found.problems)
    for table, rows in changed.items():
        blamed = numbers_of(found, table)
        assert file_is_damaged or rows <= blamed, (said, table, rows - blamed, found.problems[:5])
        assert blamed <= rows, (said, table, blamed - rows, found.problems[:5])
    return any(changed.values())


@pytest.mark.parametrize("part", range(4))
def test_every_overwrite_that_changes_a_row_is_told(sound: Sound, tmp_path: Path, part: int) -> None:
    touched = 0
    for seed in range(part, 120, 4):
        damaged, said = overwritten(sound.files, seed)
        touched += damage_is_told(sound, damaged, tmp_path, f"seed {seed}: {said}")
    assert touched > 10


def test_a_copy_without_the_index_of_its_log_is_told_too(sound: Sound, tmp_path: Path) -> None:
    alone = {suffix: raw for suffix, raw in sound.files.items() if suffix != "-shm"}
    for seed in range(200, 215):
        damaged, said = overwritten(alone, seed)
        damage_is_told(sound, damaged, tmp_path, f"seed {seed}: {said}")


def test_a_file_that_is_no_ledger_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"claim_id,place\r\n" * 100)
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "cats.db")) as other:
        other.execute("CREATE TABLE cats (name)")
    for name in ("table.csv", "empty.db", "cats.db", "nothing.db"):
        found = checked(tmp_path / name)
        assert [p.what for p in found.problems] == ["unreadable"]
        assert name in found.problems[0].said


def test_rot_of_a_server_ends_in_sentences(postgresql: Any, record: MapRecord) -> None:
    """What PostgreSQL cannot read, and what crashes it, is said; rows beside it are still checked."""
    bin_folder, told = programs(), 0
    assert bin_folder is not None
    with data_folder(bin_folder) as folder:
        with running_on(bin_folder, folder) as server:
            name = server.fresh().rpartition("/")[2]
            url = f"postgresql://frontline@127.0.0.1:{server.port}/{name}"
            told_often = [claim(f"c{i}", "captured", "green", "agency", (1, 2)) for i in range(300)]
            fill(url, replace(record, claims=tuple(told_often)))
            assert checked(url).well
            engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
            with engine.connect() as connection:
                where = connection.exec_driver_sql("SELECT pg_relation_filepath('entry')").scalar()
            engine.dispose()
        file = folder / "data" / str(where)
        sound = file.read_bytes()
        for seed in range(4):
            chance = random.Random(seed)
            start = chance.randrange(len(sound) - 64)
            file.write_bytes(sound[:start] + chance.randbytes(64) + sound[start + 64 :])
            with running_on(bin_folder, folder) as server:
                found = checked(f"postgresql://frontline@127.0.0.1:{server.port}/{name}")
            told += not found.well
            assert all(p.where in ("entry", "file") for p in found.problems)
    assert told > 1

"""Drawn maps are kept like everything else: nothing changes, nothing is lost, and shapes stand there once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from claims_story import at
from drawn_story import drawn_story
from test_claims_schema import asked
from test_claims_verify import checked, tampered

from claims.backup import backup, restore
from claims.corrections import as_known, latest_known
from claims.drawn_ledger import MOST_PREPARED, ShapesOfLedger
from claims.entries import entries_of, entry
from claims.errors import DamagedLedger
from claims.known_steps import known_steps
from claims.ledger import Ledger
from claims.log import told
from claims.map_record import MapRecord

NOW = at(240)
BY: dict[str, Any] = {"recorded_at": at(300), "by": "anna", "why": "drawn by somebody else"}
DAYS = ([("green", 0.0)], [("green", 0.0)], [("green", 0.0), ("blue", 0.3)], [])


@pytest.fixture
def record() -> MapRecord:
    return drawn_story(*DAYS)


@pytest.fixture
def book(ledger_url: str, record: MapRecord) -> Iterator[Ledger]:
    with Ledger(ledger_url) as opened:
        opened.load(record, NOW)
        yield opened


def test_a_drawn_map_comes_back_as_it_was_and_its_shapes_stand_there_once(
    book: Ledger, record: MapRecord, ledger_url: str
) -> None:
    read = book.read()
    assert read.observations == record.observations
    assert read.drawn is not None and record.drawn is not None
    for one in record.observations:
        assert read.drawn.shapes(one.sha256) == record.drawn.shapes(one.sha256)
    assert asked(ledger_url, "SELECT count(*) FROM shape") == [(3,)]
    assert book.load(record, NOW + timedelta(1)).unchanged == len(list(entries_of(record)))
    assert [
        write.added.get("observation") for write in told(list(book.stored()), list(book.changesets()), ())
    ] == [4]
    with pytest.raises(DamagedLedger, match="missing"):
        read.drawn.shapes("0" * 64)


def test_shapes_are_read_after_the_ledger_was_closed(ledger_url: str, record: MapRecord) -> None:
    with Ledger(ledger_url) as opened:
        opened.load(record, NOW)
        read = opened.read()
    assert read.drawn is not None
    assert len(read.drawn.shapes(record.observations[2].sha256)) == 2


def test_a_load_that_fails_leaves_no_shapes(ledger_url: str, record: MapRecord) -> None:
    lost = replace(record.observations[-1], id="lost", sha256="1" * 64)
    with Ledger(ledger_url) as opened:
        with pytest.raises(LookupError):
            opened.load(replace(record, observations=(*record.observations, lost)), NOW)
        assert opened.map_ids() == ()
    assert asked(ledger_url, "SELECT count(*) FROM shape") == [(0,)]


def test_the_database_refuses_to_change_shapes(book: Ledger, ledger_url: str) -> None:
    for statement in ("DELETE FROM shape", "UPDATE shape SET sha256 = 'a'"):
        with pytest.raises(sa.exc.DBAPIError, match="only grows"):
            asked(ledger_url, statement)


def test_a_drawn_map_is_retracted_and_known_again_of_before(book: Ledger, record: MapRecord) -> None:
    book.retract("story", "observation", "agency-1", **BY)
    read = book.read()
    assert [one.id for one in read.observations] == ["agency-0", "agency-2", "agency-3"]
    assert as_known(read, at(299)).observations == record.observations
    assert [one.id for one in as_known(read, at(30)).observations] == ["agency-0"]
    assert latest_known(record) == record.observations[-1].reported_at
    assert {one.reported_at for one in record.observations} | {at(300)} <= set(known_steps(read))
    assert book.load(record, at(400)).kept == 1


def test_a_corrected_drawn_map_must_draw_shapes_that_are_there(book: Ledger, record: MapRecord) -> None:
    first = record.observations[0]
    with pytest.raises(ValueError, match="no shapes"):
        book.correct("story", "observation", first.id, replace(first, sha256="2" * 64), **BY)
    book.correct("story", "observation", first.id, replace(first, sha256=record.observations[2].sha256), **BY)
    assert checked(str(book.database.engine.url.render_as_string(hide_password=False))).well


# Checks and copies


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM shape WHERE sha256 = '{own}'", "shapes that are missing"),
        ("UPDATE shape SET bytes = '' WHERE sha256 = '{own}'", "not as recorded"),
        (
            "UPDATE shape SET bytes = (SELECT bytes FROM shape WHERE sha256 = '{other}') "
            "WHERE sha256 = '{own}'",
            "not as recorded",
        ),
    ],
)
def test_shapes_that_are_gone_or_changed_are_named(
    book: Ledger, record: MapRecord, ledger_url: str, statement: str, said: str
) -> None:
    assert checked(ledger_url).well
    own, other = record.observations[2].sha256, record.observations[0].sha256
    tampered(ledger_url, statement.format(own=own, other=other))
    (problem,) = checked(ledger_url).problems
    assert (problem.kind, problem.key, problem.what) == ("observation", "agency-2", "shapes")
    assert said in problem.said


def test_a_backup_carries_shapes_and_nothing_that_was_only_prepared(
    book: Ledger, record: MapRecord, fresh_ledger_url: Callable[[], str], tmp_path: Path
) -> None:
    ShapesOfLedger(book.database).keep_prepared("faces", b"long work")
    backup(book.database, tmp_path / "kept.db")
    with Ledger(fresh_ledger_url()) as other:
        assert restore(tmp_path / "kept.db", other.database).well
        read = other.read()
        assert read.observations == record.observations
        assert read.drawn is not None and record.drawn is not None
        own = record.observations[2].sha256
        assert read.drawn.shapes(own) == record.drawn.shapes(own)
        assert read.drawn.prepared("faces") is None


# What is prepared


def test_what_was_prepared_is_kept_until_there_is_too_much(
    book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ShapesOfLedger(book.database)
    head = book.head()
    assert store.prepared("a") is None
    store.keep_prepared("a", b"first")
    store.keep_prepared("a", b"second")
    assert store.prepared("a") == b"second"
    monkeypatch.setattr("claims.drawn_ledger.MOST_PREPARED", 8)
    store.keep_prepared("b", b"long")
    assert (store.prepared("a"), store.prepared("b")) == (None, b"long")
    store.keep_prepared("c", b"far too long")
    assert store.prepared("c") is None
    assert book.head() == head and MOST_PREPARED > 8


def test_a_ledger_that_somebody_writes_or_may_only_be_read_forgets(record: MapRecord, tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{file}") as opened:
        opened.load(record, NOW)
        store = ShapesOfLedger(opened.database)
        with opened.database.writing(), Ledger(f"sqlite:///{file}") as other:
            ShapesOfLedger(other.database).keep_prepared("a", b"x")
        assert store.prepared("a") is None
    absent = Ledger(f"sqlite:///{tmp_path / 'absent.db'}")
    ShapesOfLedger(absent.database).keep_prepared("a", b"x")
    absent.close()
    assert not (tmp_path / "absent.db").exists()


def test_a_ledger_of_version_2_takes_drawn_maps(ledger_url: str, record: MapRecord) -> None:
    plain = replace(record, observations=(), drawn=None)
    with Ledger(ledger_url) as opened:
        opened.load(plain, NOW)
        head = opened.head()
    for statement in (
        "DROP TABLE prepared",
        "DROP TABLE shape",
        "UPDATE alembic_version SET version_num = '0002'",
    ):
        asked(ledger_url, statement)
    with Ledger(ledger_url) as opened:
        assert opened.head() == head
        assert opened.load(record, NOW).added == len(record.observations)
    assert checked(ledger_url).well


def test_settings_that_say_nothing_new_have_the_body_that_they_had(record: MapRecord) -> None:
    assert "elsewhere" not in entry("settings", "settings", record.settings).body
    assert '"elsewhere":"blue"' in entry("settings", "s", replace(record.settings, elsewhere="blue")).body

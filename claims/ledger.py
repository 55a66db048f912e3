"""The ledger: everything that was ever loaded or corrected, in entries that are only ever added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from claims.chain import GENESIS, Changeset
from claims.corrections import Action
from claims.database import Database
from claims.drawn_ledger import ShapesOfLedger
from claims.drawn_shapes import PackedShapes, ShapesInMemory, packed
from claims.entries import (
    KINDS,
    Entry,
    StoredEntry,
    entries_of,
    entry,
    merged,
    record_of,
    value_of,
)
from claims.errors import StaleCorrection, UnknownEntry, UnknownHead, UnknownMap
from claims.map_record import MapRecord
from claims.observations import DrawnStore
from claims.rows import all_changesets, changeset, entries_of_key, entries_of_map, newest_of_key, stored_entry
from claims.schema import changeset_table, entry_table
from claims.writing import LoadResult, Writing
from gazetteer.errors import shown

__all__ = ["GENESIS", "Ledger", "LoadResult"]

Progress = Callable[[int, int], None]
"""Called now and then with the number of entries done and of all entries (0 where nobody knows)."""


class Ledger:
    """A database with a table of entries to which entries are only ever added.

    Every entry carries the hash of the one before it. A correction is a new entry with the same map, kind and
    key; the newest one counts and the older ones stay.

    Parameters
    ----------
    url
        A database URL: ``sqlite:///frontline.db`` or ``postgresql://user@host/name``.

    Raises
    ------
    NotALedger
        The URL cannot be understood, or names something that is no ledger.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; the ledger opens it again when it is next asked."""
        self.database.close()

    # Writing

    def load(
        self,
        record: MapRecord,
        recorded_at: datetime,
        progress: Progress | None = None,
        *,
        by: str = "",
        why: str = "",
        dry_run: bool = False,
    ) -> LoadResult:
        """Add what is new or different in a record, all of it or nothing.

        Parameters
        ----------
        record
            A map as read from its folder. What it no longer contains stays in the ledger; what was corrected
            or retracted by hand since stays so, unless the record says something that it never said before.
        recorded_at
            When it was loaded; with a time zone.
        by, why
            Who loaded it and why, for the log.
        dry_run
            Count what would be done, and do nothing.

        Raises
        ------
        NotALedger, LedgerUnavailable
            The database is no ledger, or cannot be written.
        ValueError
            ``recorded_at`` has no time zone, or an observation's shapes are nowhere.
        """
        entries = list(entries_of(record))
        told = None if progress is None else _of_total(progress, len(entries))
        brought = _with_shapes(entries, record)
        return self.append(
            record.settings.id, brought, recorded_at, by=by, why=why, progress=told, dry_run=dry_run
        )

    def append(
        self,
        map_id: str,
        entries: Iterable[Entry],
        recorded_at: datetime,
        *,
        by: str = "",
        why: str = "",
        tool: str = "load",
        repeated: Callable[[Entry], None] | None = None,
        progress: Progress | None = None,
        dry_run: bool = False,
    ) -> LoadResult:
        """Add entries as they come, in one transaction and in memory that does not grow with them.

        Parameters
        ----------
        entries
            Whatever it raises undoes everything.
        repeated
            Told of an entry whose key came before in this very call; it is not written. Without it a
            repeated entry that says something else is a ValueError.
        dry_run
            Count what would be done, and do nothing.
        """
        _require_zone(recorded_at)
        with self.database.writing() as connection:
            writing = Writing(connection, map_id, recorded_at, by=by, why=why)
            writing.add(entries, repeated, progress)
            writing.finish(tool)
            if dry_run:
                connection.rollback()
        return writing.result()

    def correct(
        self,
        map_id: str,
        kind: str,
        key: str,
        value: Any,  # noqa: ANN401 - any of the frozen values
        *,
        recorded_at: datetime,
        by: str,
        why: str,
        expected: str = "",
    ) -> str:
        """Let a new entry stand in for the newest of that key; give its hash.

        Parameters
        ----------
        value
            The whole corrected value: a ``Claim``, a ``Place``, … A retracted one is reinstated by it.
        expected
            The hash of the entry that the correction was made from.

        Raises
        ------
        UnknownEntry
            The map has nothing of that kind and key.
        StaleCorrection
            The newest entry is another than ``expected``; it says which.
        ValueError
            The value says what the newest entry says already, or there is no reason.
        """
        made = entry(kind, key, value)
        return self._by_hand(map_id, made, Action.CORRECTED, recorded_at, by, why, expected)

    def retract(
        self,
        map_id: str,
        kind: str,
        key: str,
        *,
        recorded_at: datetime,
        by: str,
        why: str,
        expected: str = "",
    ) -> str:
        """Let nothing stand in for the newest entry of that key; raises as ``correct`` does."""
        made = Entry(kind, key, "{}")
        return self._by_hand(map_id, made, Action.RETRACTED, recorded_at, by, why, expected)

    def merge(
        self,
        map_id: str,
        kind: str,
        key: str,
        into: str,
        *,
        recorded_at: datetime,
        by: str,
        why: str,
        expected: str = "",
    ) -> str:
        """Say that an entry is the same thing as another, which stands for both from now on.

        With a place go the claims about it and its baseline holder: each is corrected to the other place.
        Raises as ``correct`` does.
        """
        if key == into:
            raise ValueError(f"{shown(key)} cannot be merged into itself")
        made = merged(kind, key, into)
        return self._by_hand(map_id, made, Action.MERGED, recorded_at, by, why, expected, into)

    def _by_hand(
        self,
        map_id: str,
        made: Entry,
        action: Action,
        recorded_at: datetime,
        by: str,
        why: str,
        expected: str,
        into: str = "",
    ) -> str:
        _require_zone(recorded_at)
        if not why.strip():
            raise ValueError("Say why: a correction without a reason is not taken")
        with self.database.writing() as connection:
            writing = Writing(connection, map_id, recorded_at, by=by, why=why)
            standing = writing.standing(made.kind, made.key)
            _check(standing, made, action, expected)
            _check_shapes(writing, made, action)
            if into and _gone(writing.standing(made.kind, into)):
                raise UnknownEntry(made.kind, into)
            own = writing.replace(standing, made, action)
            if action is not Action.CORRECTED and made.kind == "place":
                _without_place(writing, made.key, into)
            writing.finish(_TOOLS[action])
        return own

    # Reading

    def read(self, map_id: str | None = None, head: str | None = None) -> MapRecord:
        """One map as the ledger has it now; ``map_id`` may be left out while there is only one.

        Parameters
        ----------
        head
            The hash of an entry of that map: the map as the ledger had it then.

        Raises
        ------
        UnknownMap
            There is no such map, none at all, or several where none was named.
        UnknownHead
            The map has no entry of that hash.
        NotALedger, LedgerUnavailable
            The database is no ledger, or cannot be read.
        """
        with self.database.reading() as connection:
            wanted = self._chosen(connection, map_id)
            last = self._seq_of(connection, wanted, head) if head else None
            entries = [] if connection is None else list(_stored(connection, wanted, last))
            newest = head or self._head(connection, wanted)
        return record_of(entries, newest, ShapesOfLedger(self.database))

    def outline(self, map_id: str | None = None) -> MapRecord:
        """One map without its claims, however many it has; raises as ``read`` does."""
        with self.database.reading() as connection:
            wanted = self._chosen(connection, map_id)
            asked = entries_of_map(wanted).where(entry_table.c.kind.in_([k for k in KINDS if k != "claim"]))
            entries = [] if connection is None else [stored_entry(row) for row in connection.execute(asked)]
            newest = self._head(connection, wanted)
        return record_of(entries, newest, ShapesOfLedger(self.database))

    def stored(self, map_id: str | None = None) -> Iterator[StoredEntry]:
        """All entries of a map in the ledger's order, as one consistent view; raises as ``read`` does."""
        with self.database.reading() as connection:
            wanted = self._chosen(connection, map_id)
            if connection is not None:
                yield from _stored(connection, wanted)

    def newest(self, map_id: str, kind: str, key: str) -> StoredEntry | None:
        """The newest entry of that kind and key, a retraction too; None where there never was one."""
        with self.database.reading() as connection:
            if connection is None:
                return None
            row = connection.execute(newest_of_key(map_id, kind, key)).one_or_none()
        return None if row is None else stored_entry(row)

    def versions(self, map_id: str, kind: str, key: str) -> tuple[StoredEntry, ...]:
        """All entries of that kind and key, the oldest first."""
        with self.database.reading() as connection:
            if connection is None:
                return ()
            found = connection.execute(entries_of_key(map_id, kind, key))
            return tuple(stored_entry(row) for row in found)

    def changesets(self, map_id: str | None = None) -> Iterator[Changeset]:
        """The committed writes of a map, or of all maps, the oldest first."""
        asked = all_changesets()
        if map_id is not None:
            asked = asked.where(changeset_table.c.map_id == map_id)
        with self.database.reading() as connection:
            for row in connection.execute(asked) if connection is not None else ():
                yield changeset(row)

    def head(self, map_id: str | None = None) -> str:
        """The hash of the last entry of a map; raises as ``read`` does."""
        with self.database.reading() as connection:
            return self._head(connection, self._chosen(connection, map_id))

    def map_ids(self) -> tuple[str, ...]:
        """The ids of all maps, in the order in which they were first loaded."""
        with self.database.reading() as connection:
            return _map_ids(connection)

    def _chosen(self, connection: sa.Connection | None, map_id: str | None) -> str:
        ids = _map_ids(connection)
        if not ids:
            raise UnknownMap(
                f"The ledger {self.database.address} has no map yet. "
                "Load one: frontline load examples/hama-2024"
            )
        if map_id is None and len(ids) > 1:
            raise UnknownMap(f"The ledger has several maps; say which: --map {' or --map '.join(ids)}")
        if map_id is not None and map_id not in ids:
            raise UnknownMap(f"The ledger has no map {shown(map_id)}; it has {', '.join(ids)}")
        return map_id or ids[0]

    @staticmethod
    def _head(connection: sa.Connection | None, map_id: str) -> str:
        columns = entry_table.c
        last = sa.select(columns.hash).where(columns.map_id == map_id).order_by(columns.seq.desc()).limit(1)
        return str(connection.scalar(last)) if connection is not None else GENESIS

    @staticmethod
    def _seq_of(connection: sa.Connection | None, map_id: str, head: str) -> int:
        columns = entry_table.c
        asked = sa.select(columns.seq).where(columns.map_id == map_id, columns.hash == head)
        seq = None if connection is None else connection.scalar(asked)
        if seq is None:
            raise UnknownHead(f"The map {map_id} has no entry with the hash {shown(head, 80)}")
        return int(seq)


_TOOLS = {Action.CORRECTED: "correct", Action.RETRACTED: "retract", Action.MERGED: "merge"}


def _stored(connection: sa.Connection, map_id: str, last: int | None = None) -> Iterator[StoredEntry]:
    asked = entries_of_map(map_id)
    if last is not None:
        asked = asked.where(entry_table.c.seq <= last)
    found = connection.execute(asked.execution_options(yield_per=1_000))
    return (stored_entry(row) for row in found)


def _map_ids(connection: sa.Connection | None) -> tuple[str, ...]:
    if connection is None:
        return ()
    asked = (
        sa.select(changeset_table.c.map_id)
        .group_by(changeset_table.c.map_id)
        .order_by(sa.func.min(changeset_table.c.number))
    )
    return tuple(connection.scalars(asked))


def _gone(standing: StoredEntry | None) -> bool:
    return standing is None or standing.action in (Action.RETRACTED, Action.MERGED)


def _check(standing: StoredEntry | None, made: Entry, action: Action, expected: str) -> None:
    if standing is None or (action is not Action.CORRECTED and _gone(standing)):
        raise UnknownEntry(made.kind, made.key)
    if expected and standing.hash != expected:
        raise StaleCorrection(standing)
    if action is Action.CORRECTED and standing.entry.body == made.body:
        raise ValueError(f"The {made.kind} {shown(made.key)} says exactly that already; nothing was written")


def _check_shapes(writing: Writing, made: Entry, action: Action) -> None:
    """A corrected observation may say other things of shapes that are there; new ones come with a file."""
    if made.kind == "observation" and action is Action.CORRECTED:
        sha256 = value_of(made.kind, made.body).sha256
        if not writing.has_shapes(sha256):
            raise ValueError(f"The ledger has no shapes {shown(sha256, 80)}; load the file that draws them")


def _with_shapes(entries: Iterable[Entry], record: MapRecord) -> Iterator[Entry]:
    """The entries of a record, each observation with its shapes, read as they are needed."""
    named = {one.id: one.sha256 for one in record.observations}
    for one in entries:
        if one.kind != "observation":
            yield one
        elif record.drawn is None:
            raise ValueError(f"Nobody has the shapes of the observation {shown(one.key)}")
        else:
            yield replace(one, shapes=_packed_in(record.drawn, named[one.key]))


def _packed_in(drawn: DrawnStore, sha256: str) -> PackedShapes:
    """The shapes of a hash as they are to be kept."""
    if isinstance(drawn, ShapesInMemory):
        return PackedShapes(sha256, drawn.content[sha256])
    made = packed(drawn.shapes(sha256))
    if made.sha256 != sha256:
        raise ValueError(f"The shapes {shown(sha256, 80)} are not what their hash says")
    return made


def _without_place(writing: Writing, place_id: str, into: str) -> None:
    """Move what names a place to the one it was merged into; a retracted place must be named by nothing."""
    named = list(writing.naming(place_id))
    if named and not into:
        listed = ", ".join(f"{stored.entry.kind} {stored.entry.key}" for stored in named[:5])
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        raise ValueError(
            f"The place {shown(place_id)} is still named by {listed}{more}. "
            "Merge it into another place, or correct those first"
        )
    for stored in named:
        writing.point_to(stored, place_id, into)


def _require_zone(recorded_at: datetime) -> None:
    if recorded_at.tzinfo is None:
        raise ValueError(f"recorded_at ({recorded_at}) says no time zone")


def _of_total(progress: Progress, total: int) -> Progress:
    return lambda done, _: progress(done, total)

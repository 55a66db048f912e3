"""One write to the ledger: what is new is told from what is known, chained, and noted as a change set."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from claims.chain import GENESIS, changeset_row, entry_hash, utc_text
from claims.corrections import Action
from claims.drawn_shapes import PackedShapes
from claims.entries import Entry, StoredEntry, entry, value_of
from claims.map_record import BaselineHolder
from claims.rows import newest_of_key, stored_entry
from claims.schema import changeset_table, entry_table, shape_table

ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 4_000_000
"""Of shapes, packed."""

_COLUMNS = tuple(column.name for column in entry_table.columns)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did.

    Entries added for new keys, corrections of known ones, entries that were there, and entries that say what
    was corrected or retracted by hand since: these are kept out, so that no file undoes a correction.
    """

    map_id: str
    added: int
    corrected: int
    unchanged: int
    kept: int = 0


class _Version(NamedTuple):
    """One earlier entry of a key."""

    seq: int
    body: str
    action: str
    hash: str


class Writing:
    """An open transaction of one map; ``finish`` notes its change set.

    ``why`` and ``by`` stand in each entry made by hand, and in the change set.
    """

    def __init__(
        self, connection: sa.Connection, map_id: str, recorded_at: datetime, *, by: str, why: str
    ) -> None:
        self._connection = connection
        self._map_id = map_id
        self._moment = utc_text(recorded_at)
        self._by, self._why = by, why
        self._seq, self._hash = _last(connection)
        self._first = self._seq + 1
        self._insert = str(
            sa.insert(entry_table).compile(dialect=connection.dialect, column_keys=list(_COLUMNS))
        )
        self._named = connection.dialect.positional is False
        self._added = self._corrected = self._unchanged = self._kept = 0

    def result(self) -> LoadResult:
        """What has been done so far."""
        return LoadResult(self._map_id, self._added, self._corrected, self._unchanged, self._kept)

    def add(
        self,
        entries: Iterable[Entry],
        repeated: Callable[[Entry], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write what is new or different among entries that a file brought."""
        done = 0
        for batch in _batches(entries):
            self._write(list(self._fresh(batch, repeated)))
            done += len(batch)
            if progress:
                progress(done, 0)

    def standing(self, kind: str, key: str) -> StoredEntry | None:
        """The newest entry of that key, a retraction too."""
        row = self._connection.execute(newest_of_key(self._map_id, kind, key)).one_or_none()
        return None if row is None else stored_entry(row)

    def replace(self, standing: StoredEntry | None, made: Entry, action: Action) -> str:
        """Let an entry stand in for another, by hand; give its hash."""
        self._write([(made, str(action), standing.hash if standing else "")])
        return self._hash

    def naming(self, place_id: str) -> Iterator[StoredEntry]:
        """The standing claims and the baseline holder that name a place."""
        columns = entry_table.c
        asked = (
            sa.select(columns.kind, columns.key)
            .where(columns.map_id == self._map_id, columns.kind.in_(("claim", "baseline")))
            .where(columns.body.contains(json.dumps(place_id, ensure_ascii=False), autoescape=True))
            .distinct()
        )
        for kind, key in list(self._connection.execute(asked)):
            stored = self.standing(kind, key)
            if stored and stored.action not in _GONE and _names(stored.entry, place_id):
                yield stored

    def point_to(self, stored: StoredEntry, place_id: str, into: str) -> None:
        """Correct an entry that names one place so that it names another."""
        kind, key, body = stored.entry.kind, stored.entry.key, stored.entry.body
        value = value_of(kind, body)
        if kind == "baseline":
            self.replace(stored, Entry(kind, key, "{}"), Action.RETRACTED)
            other = self.standing(kind, into)
            if other is None or other.action in _GONE:
                moved = entry(kind, into, BaselineHolder(into, value.holder, value.source))
                self.replace(other, moved, Action.CORRECTED)
            return
        reference = into if value.reference_place_id == place_id else value.reference_place_id
        moved_to = into if value.place_id == place_id else value.place_id
        moved = entry(kind, key, replace(value, place_id=moved_to, reference_place_id=reference))
        self.replace(stored, moved, Action.CORRECTED)

    def finish(self, tool: str) -> str:
        """Note the change set, where anything was written; give the hash of the last entry."""
        if self._seq >= self._first:
            columns = changeset_table.c
            asked = sa.select(columns.number, columns.hash).order_by(columns.number.desc()).limit(1)
            last = self._connection.execute(asked).one_or_none()
            row = {
                "number": last.number + 1 if last else 1,
                "map_id": self._map_id,
                "first_seq": self._first,
                "last_seq": self._seq,
                "head": self._hash,
                "recorded_at": self._moment,
                "author": self._by,
                "why": self._why,
                "tool": tool,
                "prev_hash": last.hash if last else GENESIS,
            }
            self._connection.execute(sa.insert(changeset_table), [changeset_row(row)])
        return self._hash

    def _fresh(
        self, batch: Sequence[Entry], repeated: Callable[[Entry], None] | None
    ) -> Iterator[tuple[Entry, str, str]]:
        """Of a batch, each entry that has to be written, with what it does and what it replaces."""
        known = self._known(batch)
        met: dict[tuple[str, str], str] = {}
        for one in batch:
            key = (one.kind, one.key)
            versions = known.get(key, [])
            if key in met or (versions and versions[-1].seq >= self._first):
                self._again(one, met.get(key) or versions[-1].body, repeated)
                continue
            met[key] = one.body
            if not versions:
                self._added += 1
                yield one, "", ""
            elif versions[-1].body == one.body:
                self._unchanged += 1
            elif self._corrected_by_hand(one, versions):
                self._kept += 1
            else:
                self._corrected += 1
                yield one, "", versions[-1].hash

    def _again(self, one: Entry, body: str, repeated: Callable[[Entry], None] | None) -> None:
        if repeated is not None:
            repeated(one)
        elif body == one.body:
            self._unchanged += 1
        else:
            raise ValueError(f"The {one.kind} '{one.key}' is there twice, and says two things")

    @staticmethod
    def _corrected_by_hand(one: Entry, versions: Sequence[_Version]) -> bool:
        """Whether somebody put right, by hand, what the file still says; retracted stays retracted."""
        newest = versions[-1]
        if newest.action in _GONE:
            return True
        return newest.action == Action.CORRECTED and any(v.body == one.body for v in versions)

    def _known(self, batch: Iterable[Entry]) -> dict[tuple[str, str], list[_Version]]:
        """All earlier entries of the keys of a batch, the oldest first."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in batch:
            wanted[one.kind].add(one.key)
        columns = entry_table.c
        found: dict[tuple[str, str], list[_Version]] = {}
        for kind, keys in wanted.items():
            # Asked without an order: SQLite would read the whole map in that order rather than look up keys.
            asked = sa.select(columns.key, columns.seq, columns.body, columns.action, columns.hash).where(
                columns.map_id == self._map_id, columns.kind == kind, columns.key.in_(sorted(keys))
            )
            for key, *version in self._connection.execute(asked):
                found.setdefault((kind, key), []).append(_Version(*version))
        for versions in found.values():
            versions.sort()
        return found

    def _write(self, fresh: Sequence[tuple[Entry, str, str]]) -> None:
        """Chain entries behind the last one and write them."""
        rows = [self._row(*one) for one in fresh]
        if not rows:
            return
        self._keep([one.shapes for one, _, _ in fresh if one.shapes is not None])
        if self._named:
            named = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
            self._connection.exec_driver_sql(self._insert, named)
        else:
            self._connection.exec_driver_sql(self._insert, rows)

    def _keep(self, shapes: Sequence[PackedShapes]) -> None:
        """Write those shapes that the ledger does not have; the same shapes are kept once."""
        new = {made.sha256: made.content for made in shapes}
        columns = shape_table.c
        known = sa.select(columns.sha256).where(columns.sha256.in_(sorted(new)))
        for own in list(self._connection.scalars(known)) if new else ():
            del new[own]
        if new:
            rows = [{"sha256": own, "bytes": content} for own, content in new.items()]
            self._connection.execute(sa.insert(shape_table), rows)

    def has_shapes(self, sha256: str) -> bool:
        """Whether the ledger has shapes of that hash."""
        asked = sa.select(shape_table.c.sha256).where(shape_table.c.sha256 == sha256)
        return self._connection.scalar(asked) is not None

    def _row(self, one: Entry, action: str, replaces: str) -> tuple[str | int, ...]:
        before, number = self._hash, self._seq + 1
        said = (number, self._map_id, one.kind, one.key, one.body, self._moment)
        by_hand = (action, replaces, self._why, self._by) if action else ("", replaces, "", "")
        self._seq, self._hash = number, entry_hash((before, *said, *by_hand))
        return (*said, *by_hand, before, self._hash)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries in groups that are written together: fewer of them where they bring shapes."""
    batch: list[Entry] = []
    weight = 0
    for one in entries:
        batch.append(one)
        weight += len(one.shapes.content) if one.shapes else 0
        if len(batch) == ROWS_AT_ONCE or weight > BYTES_AT_ONCE:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


_GONE = (Action.RETRACTED, Action.MERGED)


def _last(connection: sa.Connection) -> tuple[int, str]:
    """The number and the hash of the ledger's last entry."""
    columns = entry_table.c
    asked = sa.select(columns.seq, columns.hash).order_by(columns.seq.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    return (row.seq, row.hash) if row else (0, GENESIS)


def _names(one: Entry, place_id: str) -> bool:
    body = json.loads(one.body)
    return place_id in (body.get("place_id"), body.get("reference_place_id"))

"""Rows of the ledger's tables become entries and change sets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from claims.chain import Changeset
from claims.entries import Entry, StoredEntry
from claims.errors import DamagedLedger
from claims.schema import changeset_table, entry_table

_OF_ENTRY = ("kind", "key", "body", "recorded_at", "hash", "action", "replaces", "why", "author")
_OF_CHANGESET = (
    "number",
    "map_id",
    "first_seq",
    "last_seq",
    "head",
    "recorded_at",
    "author",
    "why",
    "tool",
)


def entries_of_map(map_id: str) -> sa.Select[Any]:
    """Ask for all entries of a map, in the ledger's order."""
    columns = entry_table.c
    chosen = sa.select(*(columns[name] for name in _OF_ENTRY))
    return chosen.where(columns.map_id == map_id).order_by(columns.seq)


def entries_of_key(map_id: str, kind: str, key: str) -> sa.Select[Any]:
    """Ask for all entries of one key, the oldest first."""
    columns = entry_table.c
    return entries_of_map(map_id).where(columns.kind == kind, columns.key == key)


def newest_of_key(map_id: str, kind: str, key: str) -> sa.Select[Any]:
    """Ask for the newest entry of one key."""
    return entries_of_key(map_id, kind, key).order_by(None).order_by(entry_table.c.seq.desc()).limit(1)


def stored_entry(row: sa.Row[Any]) -> StoredEntry:
    """An entry out of a row that one of these asked for."""
    said = row._mapping
    return StoredEntry(
        Entry(said["kind"], said["key"], said["body"]),
        _instant(said["recorded_at"], said["kind"], said["key"]),
        said["hash"],
        said["action"],
        said["replaces"],
        said["why"],
        said["author"],
    )


def all_changesets() -> sa.Select[Any]:
    """Ask for all change sets, the oldest first."""
    return sa.select(*(changeset_table.c[name] for name in _OF_CHANGESET)).order_by(changeset_table.c.number)


def changeset(row: sa.Row[Any]) -> Changeset:
    """A change set out of a row that ``all_changesets`` asked for."""
    said = row._mapping
    return Changeset(
        said["number"],
        said["map_id"],
        said["first_seq"],
        said["last_seq"],
        said["head"],
        _instant(said["recorded_at"], "change set", str(said["number"])),
        said["author"],
        said["why"],
        said["tool"],
    )


def _instant(text: Any, kind: str, key: str) -> datetime:  # noqa: ANN401 - whatever stands in a damaged row
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as problem:
        raise DamagedLedger(str(kind), str(key), problem) from None

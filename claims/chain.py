"""Entries become rows, each with the hash of the one before it; so do the writes that brought them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

GENESIS = "0" * 64
"""The hash that stands before the first entry, and before the first change set."""

CONTENT = ("prev_hash", "seq", "map_id", "kind", "key", "body", "recorded_at")
"""What every entry's hash is made of, in this order."""

BY_HAND = ("action", "replaces", "why", "author")
"""What follows it where any of the four says something; entries of version 1 had none of them."""

CHANGESET = ("prev_hash", "number", "map_id", "first_seq", "last_seq", "head", "recorded_at", "author", "why")
"""What a change set's hash is made of, with ``tool`` behind it."""


@dataclass(frozen=True, slots=True)
class Changeset:
    """One committed write: the entries ``first_seq`` to ``last_seq``, the hash of the last of them, and why.

    ``tool`` is what brought them: ``load``, ``correct``, ``retract``, ``merge``, or a format. ``recorded_at``
    is in UTC.
    """

    number: int
    map_id: str
    first_seq: int
    last_seq: int
    head: str
    recorded_at: datetime
    by: str
    why: str
    tool: str


def entry_hash(content: Sequence[str | int]) -> str:
    """SHA-256, in hex, over ``CONTENT`` and, where any of them says something, ``BY_HAND``."""
    seven, four = content[:7], content[7:]
    return hash_of([*seven, *four] if any(four) else seven)


def hash_of(content: Sequence[str | int]) -> str:
    """SHA-256, in hex, over a list as JSON without spaces, in UTF-8."""
    # Written out rather than given to json.dumps: a million rows are hashed in half the time.
    parts = [encode_basestring(part) if isinstance(part, str) else str(part) for part in content]
    return hashlib.sha256(f"[{','.join(parts)}]".encode()).hexdigest()


def changeset_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A change set's row with its hash."""
    content = [row[name] for name in (*CHANGESET, "tool")]
    return {**row, "hash": hash_of(content)}


def utc_text(instant: datetime) -> str:
    """An instant as the ledger writes it."""
    return instant.astimezone(UTC).isoformat()

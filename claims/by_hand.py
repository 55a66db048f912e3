"""What somebody types to correct, retract or merge becomes an entry of the ledger, or all of its faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from claims.claim_form import COLUMNS, corrected, reason_of
from claims.corrections import Action, Correction
from claims.entries import StoredEntry, value_of
from claims.errors import UnknownEntry
from claims.ledger import Ledger
from gazetteer.errors import Fault, shown

_TYPED = "typed"
_LATEST = timedelta(days=1)
"""How far ahead of our clock a report may be dated: elsewhere it is tomorrow already."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, why and when. ``seen`` is the hash of the entry that he looked at, "" for the newest."""

    by: str
    why: str
    at: datetime
    seen: str = ""


class NotTaken(ValueError):  # noqa: N818 - a reporter reads "not taken"
    """Something that was typed is wrong; the sentences of all faults together."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__("\n".join(f"{fault.column}: {fault.message}" for fault in faults))


def correct_claim(book: Ledger, map_id: str | None, key: str, typed: Iterable[str], hand: Hand) -> str:
    """Correct fields of a claim, each typed as ``FIELD=VALUE`` with the names and forms of claims.csv.

    A claim that was retracted stands again, with these fields. Gives the hash of the new entry.

    Raises
    ------
    NotTaken
        Everything that is wrong with the fields and the reason.
    UnknownEntry
        There never was such a claim.
    StaleCorrection
        Somebody else changed the claim after ``hand.seen``.
    """
    record = book.read(map_id)
    faults: list[Fault] = []
    why, cells = reason_of(hand.why, faults), _cells(typed, faults)
    versions = book.versions(record.settings.id, "claim", key)
    before = _last_said(versions, key)
    after = corrected(before, cells, record, faults, hand.at + _LATEST)
    if faults or after is None:
        raise NotTaken(faults)
    said: dict[str, Any] = {"recorded_at": hand.at, "by": hand.by, "why": why}
    return book.correct(
        record.settings.id, "claim", key, after, expected=hand.seen or versions[-1].hash, **said
    )


def retract(book: Ledger, map_id: str, kind: str, key: str, hand: Hand) -> str:
    """Let nothing stand in for an entry; raises as ``correct_claim`` does."""
    return book.retract(map_id, kind, key, expected=hand.seen, **_said(hand))


def merge(book: Ledger, map_id: str, kind: str, key: str, into: str, hand: Hand) -> str:
    """Say that two entries are the same thing; raises as ``correct_claim`` does."""
    return book.merge(map_id, kind, key, into, expected=hand.seen, **_said(hand))


def meanwhile(book: Ledger, map_id: str, kind: str, key: str, seen: str) -> Correction | None:
    """What changed in an entry since somebody saw it, as one correction; None where nobody can tell."""
    versions = book.versions(map_id, kind, key)
    before = next((stored for stored in versions if stored.hash == seen), None)
    if before is None:
        return None
    newest = versions[-1]
    return Correction(
        newest.recorded_at,
        kind,
        key,
        Action(newest.action or Action.CORRECTED),
        _value(before),
        _value(newest),
        why=newest.why,
        by=newest.by,
        entry=newest.hash,
        replaces=seen,
    )


def _said(hand: Hand) -> dict[str, Any]:
    faults: list[Fault] = []
    why = reason_of(hand.why, faults)
    if faults:
        raise NotTaken(faults)
    return {"recorded_at": hand.at, "by": hand.by, "why": why}


def _cells(typed: Iterable[str], faults: list[Fault]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for text in typed:
        name, sign, value = text.partition("=")
        if not sign:
            faults.append(Fault(_TYPED, 0, shown(text), "is not FIELD=VALUE; write it like holder=sdf"))
        elif name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COLUMNS)}"
            faults.append(Fault(_TYPED, 0, shown(name), f"is not a field of a claim; {hint}"))
        elif name in cells:
            faults.append(Fault(_TYPED, 0, name, "is given twice"))
        cells[name] = value
    return cells


def _last_said(versions: Iterable[StoredEntry], key: str) -> Any:  # noqa: ANN401 - any of the frozen values
    said = [value for value in map(_value, versions) if value is not None]
    if not said:
        raise UnknownEntry("claim", key)
    return said[-1]


def _value(stored: StoredEntry) -> Any:  # noqa: ANN401 - any of the frozen values
    gone = stored.action in (Action.RETRACTED, Action.MERGED)
    return None if gone else value_of(stored.entry.kind, stored.entry.body)

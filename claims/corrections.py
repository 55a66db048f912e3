"""What was corrected, retracted or merged since it was first entered; and the record as it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claims.claim import Claim
    from claims.map_record import MapRecord, Unlocated
    from claims.observations import Observation

EVIDENCE = ("place", "baseline", "claim", "unlocated", "area", "observation")
"""The kinds that speak of the world: a correction of them is known from when it was recorded.

Settings, actors, sources, release rules and credits are how an editor looks at the evidence; the newest
counts whatever instant is asked for.
"""


class Action(StrEnum):
    """What an entry does to the one that it names."""

    CORRECTED = "corrected"
    RETRACTED = "retracted"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry that names an older one.

    ``kind`` and ``key`` say of what; ``before`` and ``after`` are the values (``Claim``, ``Place``, …). Where
    nothing stands in its place ``after`` is None; ``before`` is None where it had been retracted. ``into`` is
    the key it was merged into. ``at`` is when it was recorded, ``by`` who did it, ``why`` in his words.
    ``entry`` and ``replaces`` are the hashes of the two entries in the ledger.
    """

    at: datetime
    kind: str
    key: str
    action: Action
    before: Any
    after: Any
    into: str = ""
    why: str = ""
    by: str = ""
    entry: str = ""
    replaces: str = ""


def as_known(record: MapRecord, known_at: datetime | None) -> MapRecord:
    """The record as it was known at an instant; None: as it is known now.

    Corrections of evidence that were recorded later are undone, then claims and observations reported later
    are left out. A claim that was entered late still counts from its ``reported_at``.

    Raises
    ------
    ValueError
        ``known_at`` has no time zone.
    """
    if known_at is None:
        return record
    if known_at.tzinfo is None:
        raise ValueError(f"known_at ({known_at}) says no time zone")
    undone = [c for c in record.corrections if c.at > known_at and c.kind in EVIDENCE]
    kept = tuple(c for c in record.corrections if c.at <= known_at)
    claims = _before(undone, "claim", {claim.id: claim for claim in record.claims})
    known = {key: claim for key, claim in claims.items() if claim.reported_at <= known_at}
    drawn = _before(undone, "observation", {one.id: one for one in record.observations}).values()
    unlocated = _before(undone, "unlocated", {place.name: place for place in record.unlocated})
    return replace(
        record,
        places=_before(undone, "place", record.places),
        baseline=_before(undone, "baseline", record.baseline),
        areas=_before(undone, "area", record.areas),
        claims=tuple(known.values()),
        unlocated=tuple(found for place in unlocated.values() for found in _named_by(place, known)),
        corrections=kept,
        observations=in_order(one for one in drawn if one.reported_at <= known_at),
    )


def in_order(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Observations in the order of their instants."""
    return tuple(sorted(observations, key=lambda one: (one.at, one.series, one.id)))


def _before(undone: Iterable[Correction], kind: str, now: Mapping[str, Any]) -> dict[str, Any]:
    """Undo corrections of one kind, the latest first."""
    found = dict(now)
    for correction in reversed([c for c in undone if c.kind == kind]):
        found[correction.key] = correction.before
    return {key: value for key, value in found.items() if value is not None}


def _named_by(place: Unlocated, known: Mapping[str, Claim]) -> tuple[Unlocated, ...]:
    """The place with the claims that are known; nothing where it has claims and none of them is."""
    ids = tuple(claim_id for claim_id in place.claim_ids if claim_id in known)
    return (replace(place, claim_ids=ids),) if ids or not place.claim_ids else ()


def latest_known(record: MapRecord) -> datetime:
    """When the latest thing in a record became known: its last report, or a correction of evidence."""
    reported = [claim.reported_at for claim in record.claims]
    reported += [one.reported_at for one in record.observations]
    corrected = (c.at for c in record.corrections if c.kind in EVIDENCE)
    return max((*reported, *corrected), default=record.settings.span[0])

"""A draft from a report: a claim that is proposed, how it was read, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from claims.claim import Claim


class State(StrEnum):
    """What became of a draft."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PossiblePlace:
    """A place that the name in a draft may mean, and how likely that is, 0 to 1."""

    place_id: str
    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One proposed claim; in the ledger, and on no map until somebody accepts it.

    ``claim`` is what it would become: ids in it that the map does not know have to be put right first.
    ``actor`` is who acts where nothing changes hands. ``sentence`` is the span, in characters of the report's
    text, of the sentence it was read in. ``why`` says how it was read; ``decided_by`` and ``decided_why`` who
    accepted or rejected it.
    """

    id: str
    claim: Claim
    actor: str
    probability: float
    possible: tuple[PossiblePlace, ...]
    sentence: tuple[int, int]
    why: tuple[str, ...]
    state: State = State.PROPOSED
    decided_by: str = ""
    decided_why: str = ""

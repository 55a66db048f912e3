"""A claim becomes a statement: which holder it speaks for at one place, and of what kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from claims.actors import UNKNOWN
from claims.claim import Claim, Event

DENIED = "denied"
GAINS = frozenset({Event.CAPTURED, Event.RECAPTURED, Event.TRANSFERRED, Event.WITHDRAWN})
SPEAK_OF_CONTROL = GAINS | {Event.HOLDS, Event.CONTESTED, Event.ATTACK_FAILED}


class Kind(Enum):
    """What a statement does: says who gained a place, who (still) holds it, or that it is fought over."""

    GAIN = auto()
    STANDS = auto()
    CONTEST = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim, as the weighing of one place sees it.

    ``holder`` is the party it speaks for and ``loser`` the party it speaks against; where the claim leaves
    them open they are None until the weighing fills them in, and finds out how ``strong`` the claimant's
    word is. It happened from ``start`` on and was over ``at`` which it takes effect.
    """

    claim: Claim
    kind: Kind
    holder: str | None
    loser: str | None
    start: datetime
    at: datetime
    strong: bool = False


def speaks_of_control(claim: Claim) -> bool:
    """Whether a claim says anything about who holds its place; a denied advance says that nobody came in."""
    return claim.event in SPEAK_OF_CONTROL or (claim.event is Event.ADVANCE and claim.status == DENIED)


def moves_nothing(claim: Claim, improbable: int) -> str | None:
    """Why a claim about control is kept and shown, but not weighed; None where it is weighed.

    ``improbable`` is the Admiralty credibility that is set aside.
    """
    named = claim.holder is not None or claim.event in (Event.ATTACK_FAILED, Event.CONTESTED)
    if not named and claim.status != DENIED:
        return "no_holder_named"
    return "improbable" if claim.credibility == improbable else None


def statement(claim: Claim) -> Statement:
    """Read a claim as a statement. A denial, like a failed attack, speaks for the party that did not lose."""
    holder, loser = claim.holder, claim.from_holder
    kind = Kind.STANDS if claim.event is Event.HOLDS else Kind.GAIN
    if claim.status == DENIED or claim.event is Event.ATTACK_FAILED:
        kind, holder, loser = Kind.STANDS, loser, holder
    elif claim.event is Event.CONTESTED:
        kind = Kind.CONTEST
    return Statement(claim, kind, holder, loser, claim.happened.start, claim.happened.end)


def is_refusal(said: Statement) -> bool:
    """Whether it says that something did not happen: a failed attack or a denial."""
    return said.claim.event is Event.ATTACK_FAILED or said.claim.status == DENIED


def conflict(one: Statement, other: Statement, near: timedelta) -> bool:
    """Whether two statements cannot both be taken as they are.

    Different claimants, different holders, and windows that overlap; or one of the two says that its holder
    stands, within ``near`` of the other. One claimant telling both is a sequence, and so is a recapture that
    is over later than the loss it answers.
    """
    if one.holder == other.holder or one.claim.claimant == other.claim.claimant:
        return False
    if UNKNOWN in (one.holder, other.holder):
        leaving, staying = (one, other) if one.holder == UNKNOWN else (other, one)
        if staying.holder != leaving.loser:
            return False
    if Kind.STANDS in (one.kind, other.kind) and abs(one.at - other.at) <= near:
        return True
    return _overlap(one, other) and not _sequence(one, other)


def _overlap(one: Statement, other: Statement) -> bool:
    latest_start, earliest_end = max(one.start, other.start), min(one.at, other.at)
    return latest_start < earliest_end or (one.start, one.at) == (other.start, other.at)


def _sequence(one: Statement, other: Statement) -> bool:
    first, second = sorted((one, other), key=lambda said: said.at)
    taken_back = second.claim.event is Event.RECAPTURED and second.claim.from_holder == first.holder
    return taken_back and second.at > first.at

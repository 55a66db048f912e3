"""A claim becomes a statement: which holder it speaks for at one place, and of what kind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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

    ``holder`` is the party it speaks for and ``loser`` the party it speaks against; both are None until known
    (``resolved`` fills them in from the standing holder). ``strong`` is set by then.
    """

    claim: Claim
    kind: Kind
    holder: str | None
    loser: str | None
    strong: bool = False
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", self.claim.happened.end)

    @property
    def start(self) -> datetime:
        """The start of the window in which it happened."""
        return self.claim.happened.start

    def resolved(self, standing: str) -> Statement:
        """Fill in what the claim leaves open: a failed attack nobody named supports the standing holder."""
        holder = self.holder or standing
        loser = self.loser or (standing if standing != holder else None)
        return replace(self, holder=holder, loser=loser)


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
    if claim.status == DENIED or claim.event is Event.ATTACK_FAILED:
        return Statement(claim, Kind.STANDS, claim.from_holder, claim.holder)
    if claim.event is Event.CONTESTED:
        return Statement(claim, Kind.CONTEST, claim.holder, claim.from_holder)
    kind = Kind.STANDS if claim.event is Event.HOLDS else Kind.GAIN
    return Statement(claim, kind, claim.holder, claim.from_holder)


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

"""The holds of one place while they are written, from the first to the last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from claims.actors import UNKNOWN
from claims.claim import Claim, Window
from claims.control import Certainty, Hold, Remark
from claims.statements import Statement


class Course:
    """One place, from its baseline holder on; ``now`` is the hold that has no end yet."""

    def __init__(self, place_id: str, baseline: str) -> None:
        self.place_id = place_id
        self.now = Hold(None, None, baseline, Certainty.NOT_REPORTED, None, (), None)
        self.past: list[Hold] = []
        self.remarks: list[Remark] = []

    def holds(self) -> list[Hold]:
        """Everything so far as gap-free holds."""
        return [*self.past, self.now]

    def remark(self, claim: Claim, reason: str) -> None:
        """Note a claim that moved nothing."""
        self.remarks.append(Remark(claim.happened.end, self.place_id, claim.id, reason))

    def rival_of(self, contest: Statement) -> str:
        """Whom a claim that the place is contested names beside its standing holder."""
        parties = (party for party in (contest.holder, contest.loser) if party not in (None, self.now.holder))
        return next(parties, None) or UNKNOWN

    def enter(
        self,
        at: datetime,
        holder: str,
        certainty: Certainty,
        rival: str | None,
        claims: Iterable[str],
        window: Window,
    ) -> None:
        """Begin a hold at an instant; the same state goes on, and a hold without length is passed over."""
        now = self.now
        if (now.holder, now.certainty, now.rival) == (holder, certainty, rival):
            self.now = now.resting_on(claims)
            return
        if now.start == at:
            claims = now.resting_on(claims).claims
        else:
            self.past.append(now.until(at))
        self.now = Hold(at, None, holder, certainty, rival, tuple(claims), window)

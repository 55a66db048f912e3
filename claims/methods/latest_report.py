"""The last report that names a holder wins, whoever says it: nothing is weighed, inferred or let go stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from claims.actors import UNKNOWN
from claims.claim import Claim, Event
from claims.control import Certainty, Hold, Remark
from claims.course import Course
from claims.methods.assessed_first import baseline_holder
from claims.methods.method import Conclusion, Method, Parameter, Told, Values
from claims.statements import Kind, Statement, is_refusal, moves_nothing, speaks_of_control, statement

NAME = "latest-report"

PARAMETERS = MappingProxyType({"improbable_credibility": Parameter(5, 0, 6, whole=True)})
"""``improbable_credibility`` is the Admiralty digit that is set aside; 0 sets no claim aside."""


def conclude(told: Told, values: Values) -> Conclusion:
    """Follow the reports about every place."""
    holds: dict[str, Sequence[Hold]] = {}
    remarks: list[Remark] = []
    for place_id in told.record.places:
        course = _Reports(place_id, baseline_holder(told, place_id))
        speaking = (c for c in told.about.get(place_id, ()) if speaks_of_control(c))
        course.follow(speaking, int(values["improbable_credibility"]))
        holds[place_id] = course.holds()
        remarks += course.remarks
    return holds, remarks


class _Reports(Course):
    """One place while reports about it come in."""

    def follow(self, claims: Iterable[Claim], improbable: int) -> None:
        """Hear all claims in the order in which they take effect."""
        said: list[Statement] = []
        for claim in claims:
            reason = moves_nothing(claim, improbable)
            if reason:
                self.remark(claim, reason)
            else:
                said.append(statement(claim))
        for at, group in groupby(sorted(said, key=_turn), key=lambda s: s.at):
            self._hear(at, list(group))

    def _hear(self, at: datetime, said: Sequence[Statement]) -> None:
        """Of what takes effect at one instant the last word counts; refusals support who then stands."""
        words = [s for s in said if not is_refusal(s)]
        if words:
            last = words[-1]
            self._take(at, last)
            for word in words[:-1]:
                alike = (word.kind is Kind.CONTEST, word.holder) == (last.kind is Kind.CONTEST, last.holder)
                self.remark(word.claim, "repeat" if alike else "outweighed")
                if alike:
                    self.now = self.now.resting_on([word.claim.id])
        for refusal in (s for s in said if is_refusal(s)):
            self._refused(at, refusal)

    def _take(self, at: datetime, word: Statement) -> None:
        now, claim = self.now, word.claim
        holder = word.holder or UNKNOWN
        if word.kind is Kind.CONTEST:
            self.enter(at, now.holder, Certainty.CONTESTED, self.rival_of(word), (claim.id,), claim.happened)
            return
        if holder == UNKNOWN and word.loser not in (None, now.holder):
            self.remark(claim, "repeat")  # it left what, as the map knows, it no longer held
            return
        if (now.holder, now.certainty) == (holder, Certainty.REPORTED):
            self.remark(claim, "repeat")
        self.enter(at, holder, Certainty.REPORTED, None, (claim.id,), claim.happened)

    def _refused(self, at: datetime, refusal: Statement) -> None:
        """A failed attack or a denial: no change; it supports who stands, unless it names another."""
        claim, now = refusal.claim, self.now
        self.remark(claim, "denied" if claim.event is not Event.ATTACK_FAILED else "attack_failed")
        if refusal.holder not in (None, now.holder):
            return
        if now.certainty is Certainty.NOT_REPORTED:
            self.enter(at, now.holder, Certainty.REPORTED, None, (claim.id,), claim.happened)
        else:
            self.now = now.resting_on([claim.id])


def _turn(said: Statement) -> tuple[datetime, datetime, datetime, bool, str]:
    """By when it took effect; then by when it was reported, when it began, a recapture after a capture."""
    claim = said.claim
    return said.at, claim.reported_at, said.start, claim.event is Event.RECAPTURED, claim.id


LATEST_REPORT = Method(NAME, "1", PARAMETERS, conclude)

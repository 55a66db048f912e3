"""The claims about one place are weighed against each other, and become its holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from claims.actors import UNKNOWN
from claims.claim import Claim, Event, Window
from claims.control import Certainty, Hold, Remark
from claims.course import Course
from claims.statements import DENIED, Kind, Statement, conflict, is_refusal, moves_nothing, statement
from claims.strength import Strengths


@dataclass(frozen=True, slots=True)
class WeighingRules:
    """The parameters of the weighing: see docs/methods.md."""

    conflict_window: timedelta
    improbable_credibility: int


def weighed(
    place_id: str,
    baseline_holder: str,
    claims: Iterable[Claim],
    strengths: Strengths,
    rules: WeighingRules,
) -> tuple[list[Hold], list[Remark]]:
    """Weigh all claims about the control of one place, in the order in which they took effect.

    The order in which ``claims`` are given does not matter. The holds are gap-free and ordered; the first
    starts before everything (None) and the last has no end. The remarks name every claim that moved nothing.
    """
    scales = _Scales(place_id, baseline_holder, strengths, rules)
    said: list[Statement] = []
    for claim in claims:
        reason = moves_nothing(claim, rules.improbable_credibility)
        if reason:
            scales.remark(claim, reason)
        else:
            said.append(statement(claim))
    said.sort(key=lambda s: (s.at, s.start, s.claim.event is Event.RECAPTURED, s.claim.id))
    for at, group in groupby(said, key=lambda s: s.at):
        for words in _in_turn(list(group)):
            scales.weigh(at, words)
    return scales.holds(), scales.remarks


def _in_turn(said: list[Statement]) -> Iterator[list[Statement]]:
    """Split what takes effect at one instant so that no claimant speaks for two holders at once.

    Who reports a capture and the recapture within one window tells a sequence: the first word is weighed
    first.
    """
    while len(said) > 1:
        first = {s.claim.claimant: s.holder for s in reversed(said)}
        now = [s for s in said if s.holder == first[s.claim.claimant]]
        said = [s for s in said if s.holder != first[s.claim.claimant]]
        yield now
    if said:
        yield said


class _Scales(Course):
    """What is known of one place while its claims are put on one by one."""

    def __init__(self, place_id: str, baseline: str, strengths: Strengths, rules: WeighingRules) -> None:
        super().__init__(place_id, baseline)
        self.strengths, self.rules = strengths, rules
        self.changed = False
        self.in_play: dict[str, list[Statement]] = {}

    def weigh(self, at: datetime, said: Sequence[Statement]) -> None:
        """Weigh what takes effect at one instant, no claimant speaking for two holders."""
        understood = (self._understood(s) for s in said if s.kind is not Kind.CONTEST)
        words = [w for w in understood if not self._already_gone(w)]
        contests = [s for s in said if s.kind is Kind.CONTEST]
        if contests:
            self._fought_over(at, contests)
            tellers = {s.claim.claimant for s in contests}
            self._add_support([w for w in words if w.claim.claimant not in tellers])
            words = [w for w in words if w.claim.claimant in tellers]
        self._take_back_earlier_words(words)
        against, beside = self._disagreement(words)
        if against:
            self._weigh_against(at, words, [*against, *beside])
        else:
            self._weigh_agreeing(at, words)

    def _understood(self, said: Statement) -> Statement:
        """Fill in who gains and who loses, and how strong the claimant's word is in that."""
        standing = self.now.holder
        holder = said.holder or standing
        loser = said.loser or (standing if standing != holder else None)
        kind = said.kind
        if kind is Kind.GAIN and holder == standing and self._nobody_told_of_a_loss():
            kind = Kind.STANDS  # who gains what nobody said he had lost is in truth said to stand there
        if is_refusal(said):
            self.remark(said.claim, "denied" if said.claim.status == DENIED else "attack_failed")
        strong = self.strengths.is_strong(said.claim.claimant, holder, loser)
        return Statement(said.claim, kind, holder, loser, said.start, said.at, strong)

    def _nobody_told_of_a_loss(self) -> bool:
        return not self.changed and not any(said for h, said in self.in_play.items() if h != self.now.holder)

    def _already_gone(self, word: Statement) -> bool:
        """Whether it only says that a party left which, as the map knows, no longer stood there."""
        gone = word.holder == UNKNOWN and word.loser not in (None, self.now.holder)
        if gone:
            self.remark(word.claim, "repeat")
        return gone

    def _take_back_earlier_words(self, words: Sequence[Statement]) -> None:
        """A claimant's later word replaces what he said for another holder before."""
        if not self.in_play:
            return
        speaks_for = {w.claim.claimant: w.holder for w in words}
        self.in_play = {
            holder: standing
            for holder, earlier in self.in_play.items()
            if (standing := [s for s in earlier if speaks_for.get(s.claim.claimant, holder) == holder])
        }

    def _disagreement(self, words: Sequence[Statement]) -> tuple[list[Statement], list[Statement]]:
        """The statements that some of ``words`` conflict with, and those that stand beside them in this."""
        holders = {_holder(w) for w in words}
        if len(holders) == 1 and self.in_play.keys() <= holders:
            return [], []
        rest = [s for h, said in self.in_play.items() if holders != {h} for s in said]
        against = [s for s in (*rest, *words) if self._contradicts(s, words)]
        if not against:
            return [], []
        alike = [s for h in holders for s in self.in_play.get(h, ()) if s not in against]
        beside = [s for s in (*alike, *words) if s not in against and self._contradicts(s, against)]
        return against, beside

    def _weigh_agreeing(self, at: datetime, words: Sequence[Statement]) -> None:
        """Nobody contradicts: a strong word is assessed, a one-sided one is claimed."""
        holders = {_holder(w) for w in words}
        for holder in sorted(holders, key=lambda h: (h != UNKNOWN, h)) if len(holders) > 1 else holders:
            mine = [w for w in words if w.holder == holder]
            if any(w.strong for w in mine):
                self._strong_for(at, holder, mine)
            else:
                self._one_sided_for(at, holder, mine)

    def _weigh_against(self, at: datetime, words: Sequence[Statement], all_said: Sequence[Statement]) -> None:
        """Claimants disagree: the only holder with a strong word stands, else the place is contested."""
        strong = {_holder(s) for s in all_said if s.strong}
        if len(strong) != 1:
            self._add_to_play(words)
            self._contested(at, words, all_said, strong)
            return
        winner = strong.pop()
        mine = [w for w in words if w.holder == winner]
        if mine:
            self._strong_for(at, winner, mine)
        others = [w for w in words if w.holder != winner]
        apart = [w for w in others if not self._contradicts(w, (s for s in all_said if s.holder == winner))]
        beaten = [w for w in others if w not in apart]
        self._add_to_play(beaten)
        for word in beaten:
            if not is_refusal(word):
                self.remark(word.claim, "outweighed")
        self._weigh_agreeing(at, apart)

    def _contradicts(self, word: Statement, said: Iterable[Statement]) -> bool:
        return any(conflict(word, s, self.rules.conflict_window) for s in said)

    def _strong_for(self, at: datetime, holder: str, words: Sequence[Statement]) -> None:
        if holder == self.now.holder and self.now.certainty is Certainty.ASSESSED:
            self._repeated(words)
            return
        self._add_to_play(words)
        self.in_play = {holder: self.in_play[holder]}
        self.changed = self.changed or holder != self.now.holder
        claims = tuple(s.claim.id for s in self.in_play[holder])
        self.enter(at, holder, Certainty.ASSESSED, None, claims, _tightest(words))

    def _one_sided_for(self, at: datetime, holder: str, words: Sequence[Statement]) -> None:
        standing = self.now.holder == holder
        unanswered = self.now.certainty is Certainty.CLAIMED and self.now.rival != holder
        if standing and not unanswered and all(is_refusal(w) for w in words):
            self._add_to_play(words)
            return
        if self._says_nothing_new(holder, words):
            self._repeated(words)
            return
        self._add_to_play(words)
        certainty = Certainty.CONTESTED if self.now.certainty is Certainty.CONTESTED else Certainty.CLAIMED
        claims = tuple(s.claim.id for s in self.in_play[holder])
        self.enter(at, self.now.holder, certainty, holder, claims, _tightest(words))

    def _says_nothing_new(self, holder: str, words: Sequence[Statement]) -> bool:
        now = self.now
        if holder != now.holder or now.certainty is Certainty.CLAIMED:
            return now.rival == holder
        only_stands = all(w.claim.event is Event.HOLDS or is_refusal(w) for w in words)
        return only_stands or now.certainty is not Certainty.NOT_REPORTED

    def _contested(
        self, at: datetime, words: Sequence[Statement], all_said: Sequence[Statement], strong: set[str]
    ) -> None:
        standing = self.now.holder
        parties = [s for s in all_said if s.holder != standing and (not strong or s.holder in strong)]
        parties = parties or [s for s in all_said if s.holder != standing]
        rival = _holder(max(parties, key=lambda s: (s.at, s.claim.id)))
        ordered = sorted(all_said, key=lambda s: (s.at, s.start, s.claim.id))
        claims = tuple(dict.fromkeys(s.claim.id for s in ordered))
        self.enter(at, standing, Certainty.CONTESTED, rival, claims, _tightest(words))

    def _fought_over(self, at: datetime, said: Sequence[Statement]) -> None:
        """Somebody says that the place is contested."""
        for s in said:
            self.enter(
                at,
                self.now.holder,
                Certainty.CONTESTED,
                self.rival_of(s),
                (s.claim.id,),
                s.claim.happened,
            )

    def _repeated(self, words: Sequence[Statement]) -> None:
        """Words for what the map already shows: kept as support, and remarked upon."""
        for word in words:
            if not is_refusal(word):
                self.remark(word.claim, "repeat")
        self._add_support(words)

    def _add_support(self, words: Sequence[Statement]) -> None:
        self._add_to_play(words)
        self.now = self.now.resting_on(w.claim.id for w in words)

    def _add_to_play(self, words: Sequence[Statement]) -> None:
        for word in words:
            self.in_play.setdefault(_holder(word), []).append(word)


def _holder(said: Statement) -> str:
    return said.holder or UNKNOWN


def _tightest(words: Sequence[Statement]) -> Window:
    """The narrowest window among words that take effect together, strong ones first."""
    if len(words) == 1:
        return words[0].claim.happened
    return max(words, key=lambda w: (w.strong, w.start, w.claim.happened.day_precision)).claim.happened

"""Control: who held each place, when, and which claims say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from claims.claim import Window


class Certainty(StrEnum):
    """How sure the map is of a holder. Always computed, never copied from a file.

    *Reported* is said where a method takes reports at their word and weighs none against another; *uncertain*
    where a method has drawn a line and says that it may run anywhere within this ground.
    """

    ASSESSED = "assessed"
    CLAIMED = "claimed"
    CONTESTED = "contested"
    STALE = "stale"
    NOT_REPORTED = "not_reported"
    INFERRED = "inferred"
    REPORTED = "reported"
    UNCERTAIN = "uncertain"

    __hash__ = (
        str.__hash__
    )  # states are looked up by the hundred thousand, and Enum's own asks Python each time


@dataclass(frozen=True, slots=True)
class Hold:
    """Who held one place over [start, end).

    ``holder`` is the standing holder: the one whose colour the ground keeps. Where ``certainty`` is
    *claimed*, ``rival`` says that it holds the place and nobody else confirms it (it may be the standing
    holder itself, who says that a lost place is its own again); where *contested*, ``rival`` is the other
    party that some source names. Otherwise ``rival`` is None. ``start`` is None for "since before the map
    begins", ``end`` is None for "until further notice". ``window`` is the time within which the change into
    this hold happened (None at the baseline and where inferred). ``claims`` are the ids of the claims that
    this rests on: the place's own, or for *inferred* those of the neighbours.
    """

    start: datetime | None
    end: datetime | None
    holder: str
    certainty: Certainty
    rival: str | None
    claims: tuple[str, ...]
    window: Window | None

    def until(self, end: datetime | None) -> Hold:
        """The same hold with another end."""
        return Hold(self.start, end, self.holder, self.certainty, self.rival, self.claims, self.window)

    def resting_on(self, more: Iterable[str]) -> Hold:
        """The same hold, which rests on more claims."""
        claims = tuple(dict.fromkeys((*self.claims, *more)))
        return Hold(self.start, self.end, self.holder, self.certainty, self.rival, claims, self.window)


@dataclass(frozen=True, slots=True)
class Remark:
    """A claim that was looked at and changed no holder: a failed attack, a denial, a repeat, and so on.

    ``reason`` is a short code: ``attack_failed``, ``denied``, ``repeat``, ``improbable``,
    ``no_holder_named``, ``outweighed``; ``no_place_within`` where a unit or area has no place of the map, and
    ``place_id`` is then empty. ``at`` is when the claim would have taken effect.
    """

    at: datetime
    place_id: str
    claim_id: str
    reason: str


@dataclass(frozen=True)
class ControlHistory:
    """Who held each place through time, under a named method, as known at one instant.

    ``holds[place_id]`` is gap-free and ordered: each ``end`` is the next ``start``.
    """

    method: str
    method_version: str
    parameters: Mapping[str, float | str]
    known_at: datetime
    holds: Mapping[str, tuple[Hold, ...]]
    remarks: tuple[Remark, ...]

    def at(self, place_id: str, instant: datetime) -> Hold:
        """The hold of one place at an instant; half-open, so the later hold wins at a hand-over.

        Raises KeyError for a place the history does not know.
        """
        holds = self.holds[place_id]
        return next(h for h in reversed(holds) if h.start is None or h.start <= instant)

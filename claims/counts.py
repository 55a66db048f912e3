"""A count of places becomes how many of them the map cannot show: eighteen villages, eleven not located."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from claims.claim import Claim, Event, Window
from claims.statements import DENIED, GAINS


@dataclass(frozen=True, slots=True)
class Counted:
    """One count claim beside the claims that name places of it.

    ``total`` is the number counted, the lower end where the claim gives a range. ``located`` are the ids of
    the places that are on the map, ``named`` the names, as written, of those that nobody could locate.
    """

    claim_id: str
    total: int
    located: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def not_located(self) -> int:
        """How many of the places counted are not on the map, whether named or not; never below 0."""
        return max(0, self.total - len(self.located))


def counted_places(claims: Iterable[Claim]) -> tuple[Counted, ...]:
    """Every count of places that somebody is said to have gained, in the order of the claims.

    A claim names a place of a count when the same report (one address, or one reporter where there is no
    address) has the same claimant say that the same holder gained it in the same window of time. A count
    that is denied, that names no holder or that has no number, says nothing about places.
    """
    told = tuple(claims)
    naming: dict[tuple[str, ...], list[Claim]] = {}
    for claim in told:
        if claim.event in GAINS and claim.status != DENIED and claim.holder:
            naming.setdefault(_tie(claim), []).append(claim)
    return tuple(
        _counted(claim, total, naming.get(_tie(claim), ()))
        for claim in told
        if (total := _total(claim)) is not None
    )


def _total(claim: Claim) -> int | None:
    if claim.event is not Event.COUNT or claim.status == DENIED or not claim.holder:
        return None
    number = claim.value if claim.value is not None else claim.value_low
    return None if number is None else int(number)


def _tie(claim: Claim) -> tuple[str, ...]:
    """What a count and the claims that name its places have in common."""
    report = claim.report.url or claim.reporter
    return claim.claimant, claim.holder or "", report, *_instants(claim.happened)


def _instants(window: Window) -> tuple[str, str]:
    return str(window.start.timestamp()), str(window.end.timestamp())


def _counted(claim: Claim, total: int, naming: Iterable[Claim]) -> Counted:
    located = dict.fromkeys(one.place_id for one in naming if one.place_id is not None)
    named = dict.fromkeys(one.place_as_written for one in naming if not one.located)
    return Counted(claim.id, total, tuple(located), tuple(named))

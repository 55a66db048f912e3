"""A place that nobody reported on takes its holder from reported neighbours, where they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from claims.actors import UNKNOWN
from claims.control import Certainty, Hold
from gazetteer.place import Place


@dataclass(frozen=True, slots=True)
class InferenceRules:
    """The parameters of the inference: see docs/methods.md. ``share`` is a part of 1."""

    km: float
    neighbours: int
    share: float


class _Vote(NamedTuple):
    """What one reported neighbour says from ``at`` on.

    ``side`` is that of its holder, or empty where the neighbour is not assessed and so counts against every
    holder; ``changed`` says that somebody else held it at the baseline.
    """

    at: datetime
    place_id: str
    holder: str
    side: str
    changed: bool
    claims: tuple[str, ...]


@dataclass(slots=True)
class _Unreported:
    """One place without reports, while its neighbours change. Only votes of another side are counted."""

    place_id: str
    baseline: Hold
    side: str
    neighbours: list[str] = field(default_factory=list)
    voters: int = 0
    votes: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    holds: list[Hold] = field(default_factory=list)

    def count(self, vote: _Vote, earlier: _Vote | None) -> None:
        """Count a neighbour's new vote instead of its earlier one."""
        if earlier is None:
            self.voters += 1
        elif earlier.side and earlier.side != self.side:
            self.votes[earlier.holder] -= 1
            self.changed[earlier.holder] -= earlier.changed
        if vote.side and vote.side != self.side:
            self.votes[vote.holder] = self.votes.get(vote.holder, 0) + 1
            self.changed[vote.holder] = self.changed.get(vote.holder, 0) + vote.changed


def inferred(
    places: Mapping[str, Place],
    holds: Mapping[str, Sequence[Hold]],
    reported_from: Mapping[str, datetime],
    side: Callable[[str], str],
    rules: InferenceRules,
) -> dict[str, list[Hold]]:
    """Infer the holds of the places that have no report of their own.

    Parameters
    ----------
    places
        All places of the map.
    holds
        The holds of every place by its own reports: gap-free, the first of them the baseline.
    reported_from
        When the first report about the control of a place took effect; places that are not in it are
        inferred.
    side
        Gives the side of an actor.
    rules
        How near and how unanimous the neighbours must be.

    Returns
    -------
    The holds of those places for which some neighbours settled something at some time.
    """
    around = _neighbourhoods(places, holds, reported_from, side, rules.km)
    touched: dict[str, list[_Unreported]] = defaultdict(list)
    for unreported in around:
        for neighbour in unreported.neighbours:
            touched[neighbour].append(unreported)
    current: dict[str, _Vote] = {}
    for at, group in groupby(_votes(holds, reported_from, side, touched), key=attrgetter("at")):
        affected: dict[str, _Unreported] = {}
        for vote in group:
            earlier = current.get(vote.place_id)
            current[vote.place_id] = vote
            for unreported in touched[vote.place_id]:
                unreported.count(vote, earlier)
                affected[unreported.place_id] = unreported
        for unreported in affected.values():
            if unreported.votes:
                _settle(unreported, at, current, rules)
    return {u.place_id: u.holds for u in around if u.holds}


def _neighbourhoods(
    places: Mapping[str, Place],
    holds: Mapping[str, Sequence[Hold]],
    reported_from: Mapping[str, datetime],
    side: Callable[[str], str],
    km: float,
) -> list[_Unreported]:
    import numpy as np

    from claims.nearby import pairs_within

    if not reported_from:
        return []
    ids = sorted(places)
    reported = np.array([place_id in reported_from for place_id in ids])
    lats = np.array([places[place_id].lat for place_id in ids])
    lons = np.array([places[place_id].lon for place_id in ids])
    found: dict[int, _Unreported] = {}
    wanted, near = pairs_within(lats, lons, ~reported, reported, km)
    for i, j in zip(wanted.tolist(), near.tolist(), strict=True):
        if i not in found:
            baseline = holds[ids[i]][0]
            found[i] = _Unreported(ids[i], baseline, side(baseline.holder))
        found[i].neighbours.append(ids[j])
    return list(found.values())


def _votes(
    holds: Mapping[str, Sequence[Hold]],
    reported_from: Mapping[str, datetime],
    side: Callable[[str], str],
    voters: Iterable[str],
) -> list[_Vote]:
    """What each reported neighbour says from when on, in order of time."""
    votes = []
    for place_id in voters:
        opens = reported_from[place_id]
        baseline = holds[place_id][0].holder
        for hold in holds[place_id]:
            if hold.end is not None and hold.end <= opens:
                continue
            at = opens if hold.start is None else max(hold.start, opens)
            assessed = hold.certainty is Certainty.ASSESSED and hold.holder != UNKNOWN
            speaks_for = side(hold.holder) if assessed else ""
            votes.append(_Vote(at, place_id, hold.holder, speaks_for, hold.holder != baseline, hold.claims))
    return sorted(votes, key=attrgetter("at", "place_id"))


def _settle(
    place: _Unreported,
    at: datetime,
    current: Mapping[str, _Vote],
    rules: InferenceRules,
) -> None:
    """Begin a new hold where the neighbours of a place now agree on another holder, or agree no more."""
    agreed = _agreed(place, rules)
    last = place.holds[-1] if place.holds else place.baseline
    before = last.holder if last.certainty is Certainty.INFERRED else None
    if agreed is None and before is None:
        return
    claims = () if agreed is None else _claims_for(agreed, place, current)
    if agreed == before:
        place.holds[-1] = last.resting_on(claims)
        return
    certainty = Certainty.NOT_REPORTED if agreed is None else Certainty.INFERRED
    place.holds[-1:] = [
        last.until(at),
        Hold(at, None, agreed or place.baseline.holder, certainty, None, claims, None),
    ]


def _agreed(place: _Unreported, rules: InferenceRules) -> str | None:
    """The holder that enough neighbours agree on, one of them after a change; None where there is none."""
    needed = max(rules.neighbours, rules.share * place.voters - 1e-9)
    for holder, count in place.votes.items():
        if count >= needed and place.changed[holder]:
            return holder
    return None


def _claims_for(holder: str, place: _Unreported, current: Mapping[str, _Vote]) -> tuple[str, ...]:
    votes = (current[j] for j in place.neighbours if j in current)
    return tuple(
        dict.fromkeys(claim for vote in votes if vote.side and vote.holder == holder for claim in vote.claims)
    )

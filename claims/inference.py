"""A place that nobody reported on takes its holder from reported neighbours, where they agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from claims.actors import UNKNOWN
from claims.control import Certainty, Hold
from gazetteer.place import Place

_UNDECIDED = ""
"""The vote of a neighbour that was reported and is not assessed: it counts against every holder."""


@dataclass(frozen=True, slots=True)
class InferenceRules:
    """The parameters of the inference: see docs/methods.md. ``share`` is a part of 1."""

    km: float
    neighbours: int
    share: float


@dataclass(frozen=True, slots=True)
class _Vote:
    at: datetime
    place_id: str
    holder: str
    changed: bool
    claims: tuple[str, ...]


@dataclass(slots=True)
class _Unreported:
    """One place without reports, while its neighbours change."""

    place_id: str
    baseline: Hold
    neighbours: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


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
    around = _neighbourhoods(places, holds, reported_from, rules.km)
    touched = defaultdict(list)
    for unreported in around:
        for neighbour in unreported.neighbours:
            touched[neighbour].append(unreported)
    current: dict[str, _Vote] = {}
    for at, group in groupby(_votes(holds, reported_from, touched), key=lambda vote: vote.at):
        changed = {vote.place_id: vote for vote in group}
        current.update(changed)
        for unreported in {u.place_id: u for j in changed for u in touched[j]}.values():
            _settle(unreported, at, current, side, rules)
    return {u.place_id: u.holds for u in around if u.holds}


def _neighbourhoods(
    places: Mapping[str, Place],
    holds: Mapping[str, Sequence[Hold]],
    reported_from: Mapping[str, datetime],
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
    for i, j in zip(
        *(side.tolist() for side in pairs_within(lats, lons, ~reported, reported, km)), strict=True
    ):
        if i not in found:
            found[i] = _Unreported(ids[i], holds[ids[i]][0])
        found[i].neighbours.append(ids[j])
    return list(found.values())


def _votes(
    holds: Mapping[str, Sequence[Hold]], reported_from: Mapping[str, datetime], voters: Mapping[str, object]
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
            holder = hold.holder if assessed else _UNDECIDED
            votes.append(_Vote(at, place_id, holder, hold.holder != baseline, hold.claims))
    return sorted(votes, key=lambda vote: (vote.at, vote.place_id))


def _settle(
    place: _Unreported,
    at: datetime,
    current: Mapping[str, _Vote],
    side: Callable[[str], str],
    rules: InferenceRules,
) -> None:
    """Let the neighbours of one place vote, and begin a new hold where the result is another."""
    votes = [current[j] for j in place.neighbours if j in current]
    holder, claims = _agreed(votes, side, side(place.baseline.holder), rules)
    last = place.holds[-1] if place.holds else place.baseline
    if holder is None:
        new = Hold(at, None, place.baseline.holder, Certainty.NOT_REPORTED, None, (), None)
    else:
        new = Hold(at, None, holder, Certainty.INFERRED, None, claims, None)
    if (last.holder, last.certainty) == (new.holder, new.certainty):
        _extend(place, claims)
        return
    if not place.holds:
        place.holds.append(place.baseline)
    place.holds[-1] = _ended(place.holds[-1], at)
    place.holds.append(new)


def _agreed(
    votes: Sequence[_Vote], side: Callable[[str], str], against: str, rules: InferenceRules
) -> tuple[str | None, tuple[str, ...]]:
    """The holder that enough neighbours agree on, and the claims they rest on; None where there is none."""
    counted = Counter(vote.holder for vote in votes)
    for holder, count in counted.items():
        mine = [vote for vote in votes if vote.holder == holder]
        if (
            holder != _UNDECIDED
            and count >= max(rules.neighbours, rules.share * len(votes) - 1e-9)
            and side(holder) != against
            and any(vote.changed for vote in mine)
        ):
            return holder, tuple(dict.fromkeys(claim for vote in mine for claim in vote.claims))
    return None, ()


def _extend(place: _Unreported, claims: tuple[str, ...]) -> None:
    if not place.holds or not claims:
        return
    last = place.holds[-1]
    joined = tuple(dict.fromkeys((*last.claims, *claims)))
    place.holds[-1] = Hold(last.start, last.end, last.holder, last.certainty, last.rival, joined, last.window)


def _ended(hold: Hold, at: datetime) -> Hold:
    return Hold(hold.start, at, hold.holder, hold.certainty, hold.rival, hold.claims, hold.window)

"""A place that nobody reported on takes its holder from reported neighbours, where they agree."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from claims.actors import UNKNOWN
from claims.control import Certainty, Hold
from gazetteer.place import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_NOBODY = -1


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
    place: int
    holder: str
    side: str
    changed: bool
    claims: tuple[str, ...]


class _Agreement(NamedTuple):
    """From ``at`` on enough neighbours of a place agree on a holder; on ``None`` where they no longer do.

    ``first`` and ``last`` are the numbers of the votes, of any place, that were cast at that instant.
    """

    at: datetime
    holder: str | None
    first: int
    last: int


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
    if not reported_from:
        return {}
    ids = sorted(places)
    silent, near = _neighbours(ids, places, reported_from, rules.km)
    votes = _votes(ids, holds, reported_from, side, sorted(set(near.tolist())))
    if not votes:
        return {}
    cast = _cast_by_place(votes)
    around = _grouped(silent, near)
    baselines = {place: holds[ids[place]][0] for place in around}
    sides = {place: side(hold.holder) for place, hold in baselines.items()}
    return {
        ids[place]: _settled(baselines[place], agreements, votes, around[place], cast)
        for place, agreements in _agreements(silent, near, votes, sides, rules)
    }


def _neighbours(
    ids: Sequence[str], places: Mapping[str, Place], reported: Mapping[str, datetime], km: float
) -> tuple[Numbers, Numbers]:
    """Every pair of an unreported place and a reported one within reach, as numbers in ``ids``."""
    import numpy as np

    from claims.nearby import pairs_within

    told = np.array([place_id in reported for place_id in ids])
    lats = np.array([places[place_id].lat for place_id in ids])
    lons = np.array([places[place_id].lon for place_id in ids])
    return pairs_within(lats, lons, ~told, told, km)


def _votes(
    ids: Sequence[str],
    holds: Mapping[str, Sequence[Hold]],
    reported_from: Mapping[str, datetime],
    side: Callable[[str], str],
    voters: Iterable[int],
) -> list[_Vote]:
    """What each reported neighbour says from when on, in order of time, then of place."""
    import numpy as np

    votes = []
    for place in voters:
        own = holds[ids[place]]
        opens, baseline = reported_from[ids[place]], own[0].holder
        for hold in own:
            if hold.end is not None and hold.end <= opens:
                continue
            at = opens if hold.start is None else max(hold.start, opens)
            assessed = hold.certainty is Certainty.ASSESSED and hold.holder != UNKNOWN
            speaks_for = side(hold.holder) if assessed else ""
            votes.append(_Vote(at, place, hold.holder, speaks_for, hold.holder != baseline, hold.claims))
    # By place they come already; numbers are sorted faster than instants.
    order = np.argsort(np.array([vote.at.timestamp() for vote in votes]), kind="stable")
    return [votes[number] for number in order.tolist()]


def _cast_by_place(votes: Iterable[_Vote]) -> dict[int, tuple[list[datetime], list[_Vote]]]:
    """The votes of each place, and beside them their instants."""
    cast: dict[int, tuple[list[datetime], list[_Vote]]] = defaultdict(lambda: ([], []))
    for vote in votes:
        instants, own = cast[vote.place]
        instants.append(vote.at)
        own.append(vote)
    return cast


def _grouped(silent: Numbers, near: Numbers) -> dict[int, list[int]]:
    around: dict[int, list[int]] = defaultdict(list)
    for place, neighbour in zip(silent.tolist(), near.tolist(), strict=True):
        around[place].append(neighbour)
    return around


# Counting: all votes at all places at once. Counted one by one, this is most of the work of a large map.


class _Ballots(NamedTuple):
    """Every vote once for each unreported place that hears it, by place, then by vote.

    ``vote`` is its number, ``earlier`` that of the same neighbour's vote before it or -1; ``begins`` is where
    the ballots of the same place begin; ``side`` the place's own side at the baseline.
    """

    place: Numbers
    vote: Numbers
    earlier: Numbers
    begins: Numbers
    side: Numbers


class _Columns(NamedTuple):
    """The votes as arrays: holder, side (0 for none) and instant by number, and whether changed.

    ``holders`` and ``sides`` say what the numbers mean.
    """

    at: Numbers
    holder: Numbers
    side: Numbers
    changed: Numbers
    holders: list[str]
    sides: dict[str, int]


def _columns(votes: Sequence[_Vote]) -> _Columns:
    import numpy as np

    holders = sorted({vote.holder for vote in votes})
    sides = {side: number for number, side in enumerate(sorted({vote.side for vote in votes} | {""}))}
    number = {holder: i for i, holder in enumerate(holders)}
    seconds = np.array([vote.at.timestamp() for vote in votes])
    return _Columns(
        np.cumsum(np.diff(seconds, prepend=seconds[0]) > 0),
        np.array([number[vote.holder] for vote in votes]),
        np.array([sides[vote.side] for vote in votes]),
        np.array([vote.changed for vote in votes], dtype=np.int64),
        holders,
        sides,
    )


def _ballots(
    silent: Numbers, near: Numbers, votes: Sequence[_Vote], columns: _Columns, sides: Mapping[int, str]
) -> _Ballots:
    import numpy as np

    by_neighbour = np.argsort(near, kind="stable")
    voter = np.array([vote.place for vote in votes])
    low, high = (np.searchsorted(near[by_neighbour], voter, edge) for edge in ("left", "right"))
    counts = high - low
    vote = np.repeat(np.arange(len(votes)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    place = silent[by_neighbour[np.repeat(low, counts) + offsets]]
    order = np.argsort(place * len(votes) + vote)
    place, vote = place[order], vote[order]
    heard, begins, which = np.unique(place, return_index=True, return_inverse=True)
    side = np.array([columns.sides.get(sides[number], _NOBODY) for number in heard.tolist()])
    return _Ballots(place, vote, _earlier(voter)[vote], begins[which], side[which])


def _earlier(voter: Numbers) -> Numbers:
    """The number of each voter's vote before, or -1."""
    import numpy as np

    order = np.argsort(voter, kind="stable")
    same = np.diff(voter[order], prepend=_NOBODY) == 0
    earlier = np.full(len(voter), _NOBODY)
    earlier[order[1:]] = order[:-1]
    earlier[order[~same]] = _NOBODY
    return earlier


def _agreements(
    silent: Numbers,
    near: Numbers,
    votes: Sequence[_Vote],
    sides: Mapping[int, str],
    rules: InferenceRules,
) -> Iterator[tuple[int, list[_Agreement]]]:
    """On whom the neighbours of each place agree, from when on; places where they never do are left out."""
    import numpy as np

    columns = _columns(votes)
    ballots = _ballots(silent, near, votes, columns, sides)
    closes = np.diff(ballots.place, append=_NOBODY) != 0
    closes |= np.diff(columns.at[ballots.vote], append=_NOBODY) != 0
    agreed = _agreed(ballots, columns, rules)[closes]
    place = ballots.place[closes]
    before = np.where(np.diff(place, prepend=_NOBODY) != 0, _NOBODY, np.roll(agreed, 1))
    telling = (agreed != _NOBODY) | (before != _NOBODY)
    instants = columns.at[ballots.vote[closes][telling]]
    edges = np.stack([np.searchsorted(columns.at, instants, edge) for edge in ("left", "right")])
    rows = zip(place[telling].tolist(), agreed[telling].tolist(), *edges.tolist(), strict=True)
    for number, group in groupby(rows, key=lambda row: row[0]):
        yield (
            number,
            [
                _Agreement(votes[first].at, columns.holders[who] if who != _NOBODY else None, first, last)
                for _, who, first, last in group
            ],
        )


def _agreed(ballots: _Ballots, columns: _Columns, rules: InferenceRules) -> Numbers:
    """After each ballot, the holder that enough neighbours agree on, one of them after a change; -1 for none.

    Where rules as loose as that let two holders pass, the one that was voted for first.
    """
    import numpy as np

    voters = _running(ballots.earlier == _NOBODY, ballots)
    needed = np.maximum(rules.neighbours, rules.share * voters - 1e-9)
    heard, unheard = _counts(ballots.vote, ballots, columns), _counts(ballots.earlier, ballots, columns)
    agreed, since = np.full(len(voters), _NOBODY), np.full(len(voters), len(voters))
    for holder in range(len(columns.holders)):
        for_it = heard & (columns.holder[ballots.vote] == holder)
        if not for_it.any():
            continue
        no_more = unheard & (columns.holder[ballots.earlier] == holder)
        count = _running(for_it.astype(np.int64) - no_more, ballots)
        moved = columns.changed[ballots.vote] * for_it - columns.changed[ballots.earlier] * no_more
        passes = (count >= needed) & (_running(moved, ballots) > 0)
        first = _first(for_it, ballots)
        better = passes & (first < since)
        agreed[better], since[better] = holder, first[better]
    return agreed


def _counts(vote: Numbers, ballots: _Ballots, columns: _Columns) -> Flags:
    """Whether a vote is for a party of another side than the place's own."""
    side = columns.side[vote]
    counts: Flags = (vote != _NOBODY) & (side != columns.sides[""]) & (side != ballots.side)
    return counts


def _running(amounts: NDArray[np.int64] | Flags, ballots: _Ballots) -> Numbers:
    """The sum so far, at each place by itself."""
    import numpy as np

    sums = np.cumsum(amounts, dtype=np.int64)
    return np.asarray(sums - (sums - amounts)[ballots.begins], dtype=np.int64)


def _first(flags: Flags, ballots: _Ballots) -> Numbers:
    """Where each place's first flagged ballot stands; beyond the end where it has none."""
    import numpy as np

    first = np.full(len(flags), len(flags))
    np.minimum.at(first, ballots.begins[flags], np.flatnonzero(flags))
    return first[ballots.begins]


def _settled(
    baseline: Hold,
    agreements: Iterable[_Agreement],
    votes: Sequence[_Vote],
    neighbours: Sequence[int],
    cast: Mapping[int, tuple[list[datetime], list[_Vote]]],
) -> list[Hold]:
    """The holds of one place whose neighbours agree now and then."""
    holds = [baseline]
    listening = frozenset(neighbours)
    for agreement in agreements:
        last = holds[-1]
        before = last.holder if last.certainty is Certainty.INFERRED else None
        if agreement.holder is not None and agreement.holder == before:
            news = (v for v in votes[agreement.first : agreement.last] if v.place in listening)
            holds[-1] = last.resting_on(_claims_for(before, news))
            continue
        holds[-1] = last.until(agreement.at)
        if agreement.holder is None:
            again = Hold(agreement.at, None, baseline.holder, Certainty.NOT_REPORTED, None, (), None)
            holds.append(again)
            continue
        standing = _standing(agreement.at, neighbours, cast)
        claims = tuple(dict.fromkeys(_claims_for(agreement.holder, standing)))
        holds.append(Hold(agreement.at, None, agreement.holder, Certainty.INFERRED, None, claims, None))
    return holds


def _standing(
    at: datetime, neighbours: Iterable[int], cast: Mapping[int, tuple[list[datetime], list[_Vote]]]
) -> Iterator[_Vote]:
    """The neighbours' votes as they stand at an instant."""
    for neighbour in neighbours:
        instants, own = cast[neighbour]
        number = bisect_right(instants, at)
        if number:
            yield own[number - 1]


def _claims_for(holder: str, votes: Iterable[_Vote]) -> Iterator[str]:
    return (claim for vote in votes if vote.side and vote.holder == holder for claim in vote.claims)

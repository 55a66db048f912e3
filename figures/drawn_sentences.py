"""What a drawn map says of its ground at an instant becomes sentences: who drew it when, and what moved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from figures.sentences import Teller

_MOST_MOVES = 3
_CLAIMED = 1
_LEAST_TOLD_KM2 = 0.05


def observation_at(document: Mapping[str, Any], t: int) -> int:
    """The index of the drawn map that counts at an instant; −1 before the first."""
    return bisect_right(document["observations"], t, key=lambda one: int(one["t"])) - 1


def in_gap(document: Mapping[str, Any], t: int) -> bool:
    """Whether nobody drew the ground on that day."""
    return any(start <= t < end for start, end in document["gaps"])


def drawn_by(teller: Teller, t: int) -> str:
    """*Drawn by DeepState on 8 July 2024*; before the first map there is a sentence of its own."""
    words, index = teller.say.words, observation_at(teller.document, t)
    if index < 0:
        return words["drawn.nothing_yet"]
    one = teller.document["observations"][index]
    return words.fill("drawn.by", source=maker(teller, one), day=_day(teller, one))


def drawn_deck(teller: Teller, t: int) -> str:
    """The sentence under the headline: whose map this is, of which day, and what moved since the last."""
    words, document = teller.say.words, teller.document
    index = observation_at(document, t)
    if index < 0:
        return words["drawn.nothing_yet"]
    one = document["observations"][index]
    known = {"source": maker(teller, one), "day": _day(teller, one)}
    if in_gap(document, t) and one["source"] >= 0:
        return words.fill("drawn.gap", today=teller.say.say("day_month", t), **known)
    if one["source"] < 0:
        return words.fill("drawn.baseline", **known)
    if index == 0:
        return words.fill("drawn.first", **known)
    before = _day(teller, document["observations"][index - 1])
    moves = [told for t0, told in document["moved"] if t0 == one["t"]]
    lines = moved_lines(teller, moves[0] if moves else [])
    if not lines:
        return words.fill("drawn.no_change", before=before, **known)
    return words.fill(
        "drawn.changed", before=before, moves=words["drawn.separator"].join(lines[:_MOST_MOVES]), **known
    )


def moved_lines(teller: Teller, moves: Sequence[Sequence[Any]]) -> list[str]:
    """*12 km² from Ukraine to Russia*, the most first.

    Left out is what would print as nothing, and ground that only became more or less sure.
    """
    sums: dict[tuple[str, str], float] = {}
    for before, after, km2 in moves:
        pair = teller.holder(before), teller.holder(after)
        if pair[0] != pair[1]:
            sums[pair] = sums.get(pair, 0.0) + km2
    return [
        teller.say.words.fill("drawn.move", km2=teller.km2(km2), before=before, after=after)
        for (before, after), km2 in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        if km2 >= _LEAST_TOLD_KM2
    ]


def state_sentence(teller: Teller, state: int) -> str:
    """Who holds ground in a state, and how sure that is, as in *Russia, reported*."""
    words, holder = teller.say.words, teller.document["states"][state][0]
    sure = teller.certainty(state)
    if teller.document["actors"][holder]["role"] == "unknown" and teller.holder(state) == teller.actor(
        holder
    ):
        return words.fill("drawn.state_unknown", holder=teller.actor(holder))
    if teller.document["states"][state][1] == _CLAIMED:
        return words.fill("drawn.state", holder=teller.actor(holder), certainty=teller.holder(state))
    return words.fill("drawn.state", holder=teller.holder(state), certainty=sure)


def maker(teller: Teller, observation: Mapping[str, Any]) -> str:
    """Who drew a map; what a map's own folder brings was drawn by whoever made the map."""
    index = observation["source"]
    return teller.source(index) if index >= 0 else teller.say.words["drawn.own"]


def _day(teller: Teller, observation: Mapping[str, Any]) -> str:
    form = "short_year" if observation["day"] else "short_year_time"
    return teller.say.say(form, observation["t"])

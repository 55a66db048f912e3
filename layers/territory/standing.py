"""The holds of places become what was reported of them since a line was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from claims.control import Certainty, Hold

_SURE = frozenset({Certainty.ASSESSED, Certainty.REPORTED})
_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a place beside the line. ``holder`` is None while nobody says otherwise than it.

    ``rival`` is who claims it, or is named against its holder, with ``certainty`` claimed or contested.
    """

    holder: str | None
    certainty: Certainty
    rival: str | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """From ``at`` on, this is known of a place."""

    at: datetime
    place_id: str
    standing: Standing


def news(
    holds: Mapping[str, Sequence[Hold]], since: datetime | None
) -> Iterator[tuple[datetime, list[News]]]:
    """What became so of any place after ``since``, those of one instant together.

    What took effect before the line was drawn is in the line. Statuses do not expire: a *stale* hold is the
    one before it. Holds that a method of claims *inferred* are left out, since the ground is inferred here.
    """
    every = sorted(
        (one for place_id, own in holds.items() for one in _of_place(place_id, own, since)),
        key=lambda one: (one.at, one.place_id),
    )
    return ((at, list(together)) for at, together in groupby(every, key=lambda one: one.at))


def _of_place(place_id: str, holds: Iterable[Hold], since: datetime | None) -> Iterator[News]:
    standing: str | None = None
    for hold in holds:
        if hold.start is None or (since is not None and hold.start <= since):
            continue
        if hold.certainty in _SURE:
            standing = hold.holder
            yield News(hold.start, place_id, Standing(standing, hold.certainty, None, hold.claims))
        elif hold.certainty in _DISPUTED:
            yield News(hold.start, place_id, Standing(standing, hold.certainty, hold.rival, hold.claims))

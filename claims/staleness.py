"""A hold that nobody has said anything about for long becomes stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from claims.control import Certainty, Hold


def with_silence(
    holds: Sequence[Hold], reports: Iterable[datetime], patience: timedelta, until: datetime
) -> list[Hold]:
    """Cut stale stretches into the holds of one place.

    Parameters
    ----------
    holds
        Gap-free and ordered.
    reports
        The instants at which reports of any kind about the place took effect.
    patience
        How long after the last report a hold stays what it is.
    until
        The end of the story: silence is not judged beyond it.

    Notes
    -----
    A hold of which nothing was ever reported stays *not reported*. The next report of any kind ends a stale
    stretch.
    """
    found: list[Hold] = []
    quiet = _silences(sorted(set(reports)), patience, until)
    for hold in holds:
        found.extend([hold] if hold.certainty is Certainty.NOT_REPORTED else _cut(hold, quiet))
    return found


def _silences(
    reports: Sequence[datetime], patience: timedelta, until: datetime
) -> list[tuple[datetime, datetime | None]]:
    """The stretches [from, to) without a recent report; the last one is open."""
    ends: list[datetime | None] = [*reports[1:], None]
    stretches = [(last + patience, following) for last, following in zip(reports, ends, strict=True)]
    return [(a, b) for a, b in stretches if a < until and (b is None or a < b)]


def _cut(hold: Hold, quiet: Iterable[tuple[datetime, datetime | None]]) -> list[Hold]:
    pieces: list[Hold] = []
    rest: Hold | None = hold
    for start, end in quiet:
        if rest is None or (rest.end is not None and start >= rest.end):
            break
        if end is not None and rest.start is not None and end <= rest.start:
            continue
        if rest.start is None or start > rest.start:
            pieces.append(replace(rest, end=start))
        begin = start if rest.start is None else max(start, rest.start)
        stop = rest.end if end is None else (end if rest.end is None else min(end, rest.end))
        stale = replace(rest, start=begin, end=stop, certainty=Certainty.STALE, rival=None)
        pieces.append(stale)
        rest = replace(rest, start=stop) if stop is not None and stop != rest.end else None
    return pieces if rest is None else [*pieces, rest]

"""A hold that nobody has said anything about for long becomes stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    quiet = _silences(sorted(set(reports)), patience, until)
    if not quiet:
        return list(holds)
    found: list[Hold] = []
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
    """Split a hold at the silences that fall into it."""
    pieces: list[Hold] = []
    rest = hold
    for start, end in quiet:
        if rest.end is not None and start >= rest.end:
            break
        if end is not None and rest.start is not None and end <= rest.start:
            continue
        if rest.start is None or start > rest.start:
            pieces.append(rest.until(start))
        begin = start if rest.start is None else max(start, rest.start)
        lasts = end is None or (rest.end is not None and end >= rest.end)
        stop = rest.end if lasts else end
        pieces.append(Hold(begin, stop, rest.holder, Certainty.STALE, None, rest.claims, rest.window))
        if lasts:
            return pieces
        rest = Hold(stop, rest.end, rest.holder, rest.certainty, rest.rival, rest.claims, rest.window)
    return [*pieces, rest]

"""The instants at which something became known: between two of them, what is known stays the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from claims.corrections import EVIDENCE
from claims.map_record import MapRecord


def known_steps(record: MapRecord) -> tuple[datetime, ...]:
    """Every instant at which something was reported or evidence was corrected, sorted, each once.

    Parts of a second are rounded up, so that whoever asks for the whole second gets what it brought.
    """
    reported = [claim.reported_at for claim in record.claims]
    reported += [one.reported_at for one in record.observations]
    for correction in record.corrections:
        if correction.kind in EVIDENCE:
            reported.append(correction.at)
        if correction.kind in ("claim", "observation") and correction.before is not None:
            reported.append(correction.before.reported_at)
    return tuple(sorted({_whole_second(instant) for instant in reported}))


def step_of(steps: Sequence[datetime], known_at: datetime) -> datetime | None:
    """The last step that is not after an instant; None before the first: then no claim is known."""
    index = bisect_right(steps, known_at) - 1
    return steps[index] if index >= 0 else None


def _whole_second(instant: datetime) -> datetime:
    floor = instant.replace(microsecond=0)
    return floor if floor == instant else floor + timedelta(seconds=1)

"""A claim: one statement by one source about one place or area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Event(StrEnum):
    """What a claim says happened. One vocabulary for files, drafts and programs."""

    CAPTURED = "captured"
    RECAPTURED = "recaptured"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    HOLDS = "holds"
    CONTESTED = "contested"
    ATTACK_FAILED = "attack_failed"
    ADVANCE = "advance"
    CLASH = "clash"
    STRIKE = "strike"
    DISTANCE = "distance"
    COUNT = "count"
    CASUALTIES = "casualties"


@dataclass(frozen=True, slots=True)
class Window:
    """The time within which something happened: it was over by ``end``, and not before ``start``.

    Both are time-zone-aware instants. ``day_precision`` is true where the report gave bare dates only,
    so that nobody prints a clock time that nobody reported.
    """

    start: datetime
    end: datetime
    day_precision: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One attributed statement.

    ``holder`` and ``from_holder`` are actor ids, or None where the claim names nobody. ``status`` is kept as
    it came from the file; how sure the map is, is computed (see ``claims/history.py``). ``reliability`` A-F
    and ``credibility`` 1-6 are the two independent Admiralty fields. ``value`` is km for a distance and a
    number for counts; ``qualifier`` is one of ``""``, ``about``, ``more_than``, ``at_least``, ``less_than``,
    ``up_to``, ``between`` (with ``value_low`` and ``value_high``).
    """

    id: str
    place_as_written: str
    place_id: str | None
    event: Event
    holder: str | None
    from_holder: str | None
    claimant: str
    reporter: str
    happened: Window
    reported_at: datetime
    reported_day_precision: bool
    status: str
    reliability: str
    credibility: int
    value: float | None = None
    qualifier: str = ""
    value_low: float | None = None
    value_high: float | None = None
    reference_place_id: str | None = None
    source_url: str = ""
    note: str = ""

"""A claim: one statement by one source about one place, unit or area."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from claims.report import NO_REPORT, Quote, Report


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

    __hash__ = str.__hash__  # every claim is asked for its event: Enum's own would ask Python each time


class Precision(StrEnum):
    """How exactly the report says when: by the clock, by a part of a day, or only by a longer span."""

    MINUTE = "minute"
    HOURS = "hours"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Window:
    """The time within which something happened: it was over by ``end``, and not before ``start``.

    Both are time-zone-aware instants. ``precision`` is how exactly the report says so: nobody prints a clock
    time that nobody reported.
    """

    start: datetime
    end: datetime
    precision: Precision = Precision.MINUTE

    @property
    def day_precision(self) -> bool:
        """Whether the report gave no time of day."""
        return self.precision not in (Precision.MINUTE, Precision.HOURS)


@dataclass(frozen=True, slots=True)
class Claim:
    """One attributed statement.

    Its subject is a place (``place_id``), a first-level unit (``admin_code``, ISO 3166-2) or a drawn area
    (``area_id``); where all three are missing it is *not located*. ``holder`` and ``from_holder`` are actor
    ids, or None where the claim names nobody. ``claimant`` says it, ``reporter`` carries it, in ``report``.
    ``status`` is kept as it came from the file; how sure the map is, is computed (see ``claims/history.py``).
    ``reliability`` A-F and ``credibility`` 1-6 are the two independent Admiralty fields. ``value`` is km for
    a distance and a number for counts; ``qualifier`` is one of ``""``, ``about``, ``more_than``,
    ``at_least``, ``less_than``, ``up_to``, ``between`` (with ``value_low``, ``value_high``). ``analyst``
    entered it.
    ``recorded_at`` is when the ledger took it, None before that; it says nothing of what is claimed, so two
    claims that differ in it alone are equal.
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
    note: str = ""
    report: Report = NO_REPORT
    quote: Quote | None = None
    admin_code: str = ""
    area_id: str = ""
    analyst: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)

    @property
    def source_url(self) -> str:
        """Where the report stands."""
        return self.report.url

    @property
    def located(self) -> bool:
        """Whether it has a subject on the map at all."""
        return bool(self.place_id or self.admin_code or self.area_id)

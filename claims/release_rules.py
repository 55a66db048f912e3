"""The rules of a release, as an editor writes them, and what they kept back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

PUBLIC = "public"
"""The release of everything that leaves the house, unless another is named."""

INTERNAL = "internal"
"""The name for no rules at all: everything, for the analysts' own eyes."""


class Measure(StrEnum):
    """What a rule does: keep back for some hours, make positions coarse, or keep back for good."""

    DELAY = "delay"
    GRID = "grid"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What it speaks of are claims, places and drawn maps that match every list which is not empty.

    ``events`` are events of claims, ``sources`` ids of those who make or carry claims and draw maps,
    ``kinds`` kinds of places, ``places`` ids of places, ``window`` is (west, south, east, north) in degrees.
    ``hours`` is the length of a delay from when it was reported, ``degrees`` the step of a grid.
    ``reason`` is printed on the map, by language.
    """

    measure: Measure
    events: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    window: tuple[float, float, float, float] | None = None
    hours: float = 0.0
    degrees: float = 0.0
    reason: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @property
    def of_reports(self) -> bool:
        """Whether it speaks of what was said only, not of the places that it was said of."""
        return bool(self.events or self.sources)


@dataclass(frozen=True, slots=True)
class ReleaseRules:
    """All rules of one release. ``notes`` says whether free notes and quoted words go out at all."""

    name: str
    rules: tuple[Rule, ...] = ()
    notes: bool = True


@dataclass(frozen=True, slots=True)
class Withheld:
    """What one rule kept back: how many places and claims, why, and until when (None: for good).

    Drawn maps are counted among the claims. Never which, and never where.
    """

    measure: Measure
    places: int
    claims: int
    reason: Mapping[str, str] = field(default_factory=dict)
    hours: float = 0.0
    degrees: float = 0.0
    until: datetime | None = None

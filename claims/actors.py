"""The parties that can hold ground."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
"""The holder of a place nobody can name a holder for. A holder like any other, never a gap."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One party; ``side`` groups parties that do not fight each other."""

    id: str
    name: str
    name_ar: str
    side: str

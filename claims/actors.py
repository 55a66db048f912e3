"""The parties that can hold ground."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
"""The holder of a place nobody can name a holder for. A holder like any other, never a gap."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One party; ``side`` groups parties that do not fight each other.

    ``aliases`` are names by which other people's data call it.
    """

    id: str
    name: str
    name_ar: str
    side: str
    aliases: tuple[str, ...] = ()


def same_name(name: str) -> str:
    """Bring the name of a party or source to a form in which two ways of writing it meet: case and spaces."""
    return " ".join(name.casefold().split())

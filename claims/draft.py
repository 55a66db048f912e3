"""A draft: a claim as a file gives it, whose place may still be only a name."""

from __future__ import annotations

from dataclasses import dataclass

from claims.claim import Claim


@dataclass(frozen=True, slots=True)
class Draft:
    """One claim before it is located.

    ``claim.place_id`` is what the file has in that cell, or None where it has nothing. ``file`` and ``line``
    say where it stands.
    """

    file: str
    line: int
    claim: Claim

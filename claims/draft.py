"""A draft: a claim as a file gives it, whose place is still only a name."""

from __future__ import annotations

from dataclasses import dataclass

from claims.claim import Claim


@dataclass(frozen=True, slots=True)
class Draft:
    """One claim before it is located.

    ``claim.place_id`` and ``claim.reference_place_id`` are None; ``place_id`` and ``reference_id`` are what
    the file has in those cells, perhaps nothing, perhaps an id that nobody knows. ``file`` and ``line`` say
    where.
    """

    file: str
    line: int
    claim: Claim
    place_id: str
    reference_id: str

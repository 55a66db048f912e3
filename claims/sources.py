"""The people and outlets that say things."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One claimant or reporter.

    ``independent_of`` names the sides (``Actor.side``) that an editor takes the source to be independent of;
    ``affiliation`` is the side it belongs to, or what it is (``monitor``, ``news_agency``, ``think_tank``).
    ``default_reliability`` is an Admiralty letter A-F.
    """

    id: str
    name: str
    affiliation: str
    default_reliability: str
    url: str
    independent_of: frozenset[str]

"""How strong one claim is: whether somebody independent says it, or somebody against his own interest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from claims.actors import UNKNOWN, Actor
from claims.sources import Source


@dataclass(frozen=True)
class Strengths:
    """Judge claims by the editor's settings for the map's actors and sources.

    A claim is *strong* when its claimant is independent of the side that gains by it, or belongs to the side
    that loses by it (it *admits* the loss). Every other claim is *one-sided*.
    """

    actors: Mapping[str, Actor]
    sources: Mapping[str, Source]

    def is_strong(self, claimant: str, gaining: str, losing: str | None) -> bool:
        """Whether the claimant's word alone is enough.

        ``gaining`` and ``losing`` are actor ids; ``losing`` is None where nobody is said to lose. A claim
        that nobody known gained (``unknown``) is strong when its claimant is independent of the side that
        lost.
        """
        source = self.sources.get(claimant)
        if source is None:
            return False
        gains, loses = self.side(gaining), self.side(losing) if losing else None
        if gaining == UNKNOWN:
            return loses is None or loses in source.independent_of or source.affiliation == loses
        return gains in source.independent_of or self._admits(source, gains, loses)

    def side(self, actor_id: str) -> str:
        """The side of an actor; an actor that the map does not list is a side of its own."""
        actor = self.actors.get(actor_id)
        return actor.side if actor else actor_id

    @staticmethod
    def _admits(source: Source, gains: str, loses: str | None) -> bool:
        return loses is not None and loses != gains and source.affiliation == loses

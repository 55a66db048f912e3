"""A candidate: one place that a name may mean, and how well the name fits it."""

from __future__ import annotations

from dataclasses import dataclass

from gazetteer.place import Place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean.

    ``score`` is 0-100: 100 for a name, variant or id as written, less the further the spelling lies from it
    (see docs/gazetteer.md). ``distance_km`` is the geodesic distance from the place the search was near, None
    without one.
    """

    place: Place
    score: float
    distance_km: float | None = None

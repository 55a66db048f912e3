"""A candidate: one place that a name may mean, and how well the name fits it; an answer: all of them."""

from __future__ import annotations

from dataclasses import dataclass

from gazetteer.place import Place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean.

    ``score`` is 0-100: 100 for a name, variant or id as written, less the further the spelling lies from it
    (see docs/gazetteer.md). ``distance_km`` is the geodesic distance from the place the search was near, None
    without one. ``probability`` is how often such a candidate is the place meant, 0-1, with all the evidence;
    ``reasons`` say in words what it rests on.
    """

    place: Place
    score: float
    distance_km: float | None = None
    probability: float | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name may mean, best first, each with its probability, and the chance that it is none of these.

    ``settled`` is the place that is meant where one is likely enough, else None: the name is unresolved, and
    ``undecided`` says what would decide.
    """

    name: str
    candidates: tuple[Candidate, ...]
    unresolved: float
    settled: Place | None
    undecided: str = ""

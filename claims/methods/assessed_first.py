"""Independent or admitted claims are assessed, one-sided ones are claimed: the usual method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from claims.actors import UNKNOWN
from claims.claim import Claim
from claims.control import Certainty, Hold, Remark
from claims.inference import InferenceRules, inferred
from claims.methods.method import Conclusion, Method, Parameter, Told, Values
from claims.staleness import with_silence
from claims.statements import speaks_of_control
from claims.strength import Strengths
from claims.weighing import WeighingRules, weighed

NAME = "assessed-first"

PARAMETERS = MappingProxyType(
    {
        "conflict_hours": Parameter(24, 0, 24 * 366),
        "stale_days": Parameter(14, 1 / 24, 36_600),
        "infer_km": Parameter(7, 0.1, 200),
        "infer_neighbours": Parameter(2, 1, 1_000, whole=True),
        "infer_share": Parameter(2 / 3, 0, 1),
        "improbable_credibility": Parameter(5, 0, 6, whole=True),
    }
)
"""docs/methods.md says what each does; ``improbable_credibility`` 0 sets no claim aside."""


def _conclude(told: Told, values: Values) -> Conclusion:
    strengths = Strengths(told.record.actors, told.record.sources)
    improbable = int(values["improbable_credibility"])
    rules = WeighingRules(timedelta(hours=values["conflict_hours"]), improbable)
    speaking = {
        place_id: [claim for claim in claims if speaks_of_control(claim)]
        for place_id, claims in told.about.items()
    }
    holds, remarks = _weighed_places(told, speaking, strengths, rules)
    patience, until = timedelta(days=values["stale_days"]), told.record.settings.span[1]
    reported_from: dict[str, datetime] = {}
    for place_id, claims in told.about.items():
        counting = [c for c in claims if c.credibility != improbable]
        if not counting:
            continue
        holds[place_id] = with_silence(holds[place_id], (c.happened.end for c in counting), patience, until)
        instants = [c.happened.end for c in speaking[place_id] if c.credibility != improbable]
        if instants:
            reported_from[place_id] = min(instants)
    near = InferenceRules(values["infer_km"], int(values["infer_neighbours"]), values["infer_share"])
    holds |= inferred(told.record.places, holds, reported_from, strengths.side, near)
    return holds, remarks


def _weighed_places(
    told: Told, speaking: Mapping[str, Sequence[Claim]], strengths: Strengths, rules: WeighingRules
) -> tuple[dict[str, Sequence[Hold]], list[Remark]]:
    holds: dict[str, Sequence[Hold]] = {}
    remarks: list[Remark] = []
    for place_id in told.record.places:
        holder = baseline_holder(told, place_id)
        said = speaking.get(place_id)
        if not said:
            holds[place_id] = (Hold(None, None, holder, Certainty.NOT_REPORTED, None, (), None),)
            continue
        holds[place_id], more = weighed(place_id, holder, said, strengths, rules)
        remarks += more
    return holds, remarks


def baseline_holder(told: Told, place_id: str) -> str:
    """Who held a place before the first claim."""
    standing = told.record.baseline.get(place_id)
    return standing.holder if standing else UNKNOWN


ASSESSED_FIRST = Method(NAME, "1", PARAMETERS, _conclude)

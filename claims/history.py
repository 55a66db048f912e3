"""Claims become a history of control, under a named method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from claims.actors import UNKNOWN
from claims.claim import Claim
from claims.control import Certainty, ControlHistory, Hold, Remark
from claims.corrections import as_known, latest_known
from claims.inference import InferenceRules, inferred
from claims.map_record import MapRecord
from claims.staleness import with_silence
from claims.statements import speaks_of_control
from claims.strength import Strengths
from claims.weighing import WeighingRules, weighed

ASSESSED_FIRST = "assessed-first"


@dataclass(frozen=True, slots=True)
class AssessedFirst:
    """The parameters of ``assessed-first``; docs/methods.md says what each does.

    ``conflict_hours`` and ``stale_days`` are lengths of time; ``infer_km`` is geodesic; ``infer_share`` is a
    part of 1; ``improbable_credibility`` is the Admiralty digit that is set aside.
    """

    conflict_hours: float = 24
    stale_days: float = 14
    infer_km: float = 7
    infer_neighbours: int = 2
    infer_share: float = 2 / 3
    improbable_credibility: int = 5

    def named(self) -> Mapping[str, float | str]:
        """The parameters by name, as the map document prints them."""
        names = self.__dataclass_fields__
        return MappingProxyType({name: round(getattr(self, name), 6) for name in names})


class UnknownMethod(LookupError):  # noqa: N818 - a reporter reads "unknown method"
    """No method of making a history has that name."""


def control_history(
    record: MapRecord,
    known_at: datetime | None = None,
    method: str = ASSESSED_FIRST,
    parameters: AssessedFirst | None = None,
) -> ControlHistory:
    """Work out who held each place through time, as it was known at one instant.

    Parameters
    ----------
    record
        A map. The order of its claims does not matter.
    known_at
        Only what was known by then counts (see ``claims.corrections.as_known``). None: everything, and the
        history is known at the latest report or correction.
    method
        How claims become control; ``assessed-first`` is the one there is.
    parameters
        Of that method; None for its defaults.

    Returns
    -------
    One gap-free, ordered row of holds for every place of the map. Times are in UTC.

    Raises
    ------
    UnknownMethod
        No method has that name.
    ValueError
        ``known_at`` has no time zone.
    """
    make = METHODS.get(method)
    if make is None:
        raise UnknownMethod(f"No method is named {method!r}; there is {', '.join(METHODS)}.")
    known = as_known(record, known_at)
    return make(known, known.claims, known_at or latest_known(known), parameters or AssessedFirst())


def _assessed_first(
    record: MapRecord, known: Sequence[Claim], known_at: datetime, parameters: AssessedFirst
) -> ControlHistory:
    """Independent or admitted claims are assessed; one-sided ones are claimed; see docs/methods.md."""
    strengths = Strengths(record.actors, record.sources)
    reports = _by_place(c for c in known if c.credibility != parameters.improbable_credibility)
    holds, remarks = _weighed_places(record, known, strengths, parameters)
    patience, until = timedelta(days=parameters.stale_days), record.settings.span[1]
    for place_id, told in reports.items():
        instants = [c.happened.end for c in told]
        holds[place_id] = with_silence(holds[place_id], instants, patience, until)
    rules = InferenceRules(parameters.infer_km, parameters.infer_neighbours, parameters.infer_share)
    holds |= inferred(record.places, holds, _reported_from(reports), strengths.side, rules)
    return ControlHistory(
        method=ASSESSED_FIRST,
        method_version="1",
        parameters=parameters.named(),
        known_at=known_at,
        holds=MappingProxyType({place_id: _merged(holds[place_id]) for place_id in record.places}),
        remarks=tuple(sorted(remarks, key=lambda r: (r.at, r.place_id, r.claim_id, r.reason))),
    )


METHODS: Mapping[str, Callable[[MapRecord, Sequence[Claim], datetime, AssessedFirst], ControlHistory]] = (
    MappingProxyType({ASSESSED_FIRST: _assessed_first})
)
"""The methods by name."""


def _weighed_places(
    record: MapRecord, known: Iterable[Claim], strengths: Strengths, parameters: AssessedFirst
) -> tuple[dict[str, list[Hold]], list[Remark]]:
    rules = WeighingRules(timedelta(hours=parameters.conflict_hours), parameters.improbable_credibility)
    about = _by_place(c for c in known if speaks_of_control(c))
    holds: dict[str, list[Hold]] = {}
    remarks: list[Remark] = []
    for place_id in record.places:
        standing = record.baseline.get(place_id)
        holder = standing.holder if standing else UNKNOWN
        told = about.get(place_id)
        if told is None:
            holds[place_id] = [Hold(None, None, holder, Certainty.NOT_REPORTED, None, (), None)]
            continue
        holds[place_id], more = weighed(place_id, holder, told, strengths, rules)
        remarks += more
    return holds, remarks


def _by_place(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    about = defaultdict(list)
    for claim in claims:
        if claim.place_id is not None:
            about[claim.place_id].append(claim)
    return dict(about)


def _reported_from(reports: Mapping[str, Iterable[Claim]]) -> dict[str, datetime]:
    """When the first report about the control of a place took effect."""
    opens = {}
    for place_id, told in reports.items():
        instants = [c.happened.end for c in told if speaks_of_control(c)]
        if instants:
            opens[place_id] = min(instants)
    return opens


def _merged(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    """Join neighbours that say the same of the same holder, and drop what has no length."""
    if len(holds) == 1:
        return tuple(holds)
    merged: list[Hold] = []
    for hold in holds:
        if hold.start is not None and hold.start == hold.end:
            continue
        last = merged[-1] if merged else None
        same = last and (last.holder, last.certainty, last.rival) == (hold.holder, hold.certainty, hold.rival)
        if last and same:
            merged[-1] = last.resting_on(hold.claims).until(hold.end)
        else:
            merged.append(hold)
    return tuple(merged)

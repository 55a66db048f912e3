"""Claims become a history of control, under a named method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType

from claims.control import ControlHistory, Hold
from claims.corrections import as_known, latest_known
from claims.cycles import no_search_for_cycles
from claims.map_record import MapRecord
from claims.methods.method import Told, Values
from claims.methods.registry import USUAL, method_named, values_of
from claims.subjects import Within, by_place

NOWHERE: Within = MappingProxyType({})
"""No unit or area has any place: what there is to say where nobody has looked at the ground."""


def control_history(
    record: MapRecord,
    known_at: datetime | None = None,
    method: str | None = None,
    parameters: Values | None = None,
    *,
    within: Within = NOWHERE,
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
        How claims become control: ``assessed-first``, ``latest-report`` or ``single-source:ID``. None: the
        map's own, which is ``assessed-first`` unless its settings name another.
    parameters
        Of that method; those left out have their defaults. None: the map's own where the method is the
        map's own.
    within
        The places within each unit and area that claims are about (``layers.subjects``). A claim about
        ground that is not in it moves nothing and is remarked ``no_place_within``.

    Returns
    -------
    One gap-free, ordered row of holds for every place of the map. Times are in UTC.

    Raises
    ------
    UnknownMethod
        No method has that name, or no source the id that it names.
    BadParameter
        The method has no such parameter, or not that value for it.
    ValueError
        ``known_at`` has no time zone.
    """
    settings = record.settings
    own = settings.method or USUAL
    made_by = method_named(method or own, record.sources)
    asked = parameters if parameters is not None else settings.parameters if made_by.name == own else {}
    values = values_of(made_by, asked)
    known = as_known(record, known_at)
    with no_search_for_cycles():
        about, unplaced = by_place(known, within)
        holds, remarks = made_by.conclude(Told(known, about), values)
        merged = {place_id: _merged(holds[place_id]) for place_id in known.places}
        sorted_remarks = sorted((*remarks, *unplaced), key=lambda r: (r.at, r.place_id, r.claim_id, r.reason))
    return ControlHistory(
        method=made_by.name,
        method_version=made_by.version,
        parameters=MappingProxyType({name: round(value, 6) for name, value in values.items()}),
        known_at=known_at or latest_known(known),
        holds=MappingProxyType(merged),
        remarks=tuple(sorted_remarks),
    )


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

"""The record of a map becomes everything that its surfaces draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from claims.control import ControlHistory
from claims.corrections import as_known
from claims.cycles import no_search_for_cycles
from claims.map_record import MapRecord
from claims.methods.registry import draws_ground
from figures.map_document import MapParts, document_bytes, map_document, reference_part
from layers.basemap import Basemap, basemap
from layers.composite import Composite
from layers.distance import city_of
from layers.ground_source import (
    FROM_CELLS,
    GroundKind,
    GroundSource,
    composite_from,
    ground_source,
    history_on_ground,
    named_after,
)
from layers.rounding import rounded

__all__ = ["Drawing", "as_asked", "document_bytes", "draw", "reference"]

Lap = Callable[[str], None]
Progress = Callable[[int, int], None]
"""Called with the name of each step when it is done, for whoever holds the clock."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """One map, drawn as known at one instant.

    ``composite`` is what measures use; ``drawn`` is the same ground with its corners rounded for the eye;
    ``document`` is the map document of docs/map-document.md, which callers do not change.
    """

    record: MapRecord
    history: ControlHistory
    ground: Basemap
    composite: Composite
    drawn: Composite
    document: dict[str, Any] = field(repr=False)
    source: GroundSource = FROM_CELLS


def draw(
    record: MapRecord,
    known_at: datetime | None = None,
    method: str | None = None,
    *,
    city: str | None = None,
    rings_km: Iterable[float] | None = None,
    lap: Lap | None = None,
    progress: Progress | None = None,
) -> Drawing:
    """Draw a map from its record.

    Parameters
    ----------
    known_at
        Nothing reported later counts; without it, everything in the record does.
    method
        The name of the method that works out who held what; see ``claims.history``. ``drawn:SOURCE`` draws
        the ground as that source did. Without it, the map's own.
    city
        The id of the place that distances and rings start from; without it, the map's own city.
    rings_km
        Radii of the rings; without them, the map's own.
    lap
        Told the name of each step when it is done, for whoever holds a clock.
    progress
        Told how many drawn maps of a series were read, and of how many.

    Raises
    ------
    layers.errors.GroundError
        Where the ground cannot be made: an unknown region, city or series, no place, or two on one spot.
    claims.methods.registry.UnknownMethod
        Where there is no such method.
    """
    with no_search_for_cycles():
        return _draw(record, known_at, method, city, rings_km, lap or _no_clock, progress)


def _draw(
    record: MapRecord,
    known_at: datetime | None,
    method: str | None,
    city: str | None,
    rings_km: Iterable[float] | None,
    done: Lap,
    progress: Progress | None,
) -> Drawing:
    from claims.history import control_history
    from layers.subjects import places_within

    record = as_known(record, known_at)
    place = city_of(record, city)
    source = ground_source(record, method)
    claimed_by = None if method and draws_ground(method) else method
    history = control_history(record, known_at, claimed_by, within=places_within(record))
    done("history")
    ground = basemap(record.settings)
    done("basemap")
    whole = composite_from(source, record, history, ground, progress)
    history = history_on_ground(whole, source, record, history)
    done("composite")
    history = named_after(source, record, history)
    drawn = rounded(whole, record) if source.kind is GroundKind.CELLS else whole
    done("rounding")
    parts = MapParts(record, history, ground, whole, drawn, source)
    radii_km = record.settings.rings_km if rings_km is None else tuple(rings_km)
    document = map_document(parts, city=place, rings_km=radii_km, asked=known_at is not None)
    done("document")
    return Drawing(record, history, ground, whole, drawn, document, source)


def _no_clock(step: str) -> None:
    """Nobody times the steps."""
    del step


def as_asked(drawing: Drawing, known_at: datetime) -> Drawing:
    """The same drawing for an instant until which nothing more became known; it prints that instant."""
    document = {**drawing.document, "known_at": int(known_at.timestamp()), "known_label": "asked"}
    return replace(drawing, history=replace(drawing.history, known_at=known_at), document=document)


def reference(drawing: Drawing, city: str | None, rings_km: Iterable[float]) -> dict[str, Any]:
    """The ``reference`` of the document for another city or other rings; nothing else is done again.

    Raises
    ------
    layers.errors.UnknownCity
        Where the map has no such place.
    """
    parts = MapParts(
        drawing.record, drawing.history, drawing.ground, drawing.composite, drawing.drawn, drawing.source
    )
    return reference_part(parts, city_of(drawing.record, city or None), tuple(rings_km))

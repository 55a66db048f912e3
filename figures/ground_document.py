"""What the map document says of drawn ground: who drew it when, when nobody did, and what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claims.control import Certainty
from layers.area import face_areas_km2
from layers.front_line import by_instant
from layers.ground_source import GroundKind
from layers.series import gaps

if TYPE_CHECKING:
    from figures.map_document import MapParts

_LEAST_KM2 = 0.005


def drawn_part(parts: MapParts) -> dict[str, Any]:
    """The keys ``ground_from``, ``observations``, ``gaps`` and ``moved``."""
    source, zone = parts.source, parts.record.settings.zone
    observed = gaps(source.observations, zone) if source.kind is GroundKind.SERIES else []
    return {
        "ground_from": {"kind": str(source.kind), "source": parts.number("source", source.series)},
        "observations": [
            {
                "t": int(observation.at.timestamp()),
                "source": parts.number("source", observation.series),
                "id": observation.id,
                "reported": int(observation.reported_at.timestamp()),
                "day": int(observation.happened.day_precision),
            }
            for observation in source.observations
        ],
        "gaps": [[int(start.timestamp()), int(end.timestamp())] for start, end in observed],
        "moved": [] if source.kind is GroundKind.CELLS else _moved(parts),
    }


def _moved(parts: MapParts) -> list[list[Any]]:
    """Square kilometres that went from one state to another, by instant, the most first.

    What is drawn for the first time comes from nowhere, and is left out.
    """
    states, sizes = list(parts.whole.start), face_areas_km2(parts.whole)
    rows = []
    for at, changes in by_instant(parts.whole.changes):
        went: dict[tuple[int, int], float] = {}
        for change in changes:
            before, states[change.face] = states[change.face], change.state
            if before.certainty is Certainty.NOT_REPORTED or sizes[change.face] == 0.0:
                continue
            pair = parts.number("state", before), parts.number("state", change.state)
            went[pair] = went.get(pair, 0.0) + sizes[change.face]
        told = [[*pair, round(km2, 2)] for pair, km2 in went.items() if km2 >= _LEAST_KM2]
        if told:
            rows.append([int(at.timestamp()), sorted(told, key=lambda one: (-one[2], one[:2]))])
    return rows

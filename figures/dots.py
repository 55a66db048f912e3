"""Which places have a dot on a map: all of them, or in a crowd the one of each spot that matters most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from figures.frames import Frame, Projected

MOST_DOTS = 1_500
"""So many dots of a frame are still told apart."""
SPOT_PX = 12.0


def dotted(document: Mapping[str, Any], frame: Frame) -> list[int]:
    """The places with a dot, by number in ascending order.

    Where more than ``MOST_DOTS`` places are on the frame, one of each square of ``SPOT_PX``: the least rank
    first, then the one that changed most often, then the largest. A place to which a distance leads has its
    dot all the same.
    """
    points = Projected(document, frame).places()
    if sum(frame.holds(point) for point in points) <= MOST_DOTS:
        return list(range(len(points)))
    places = document["places"]
    changes = Counter(event["place"] for event in document["events"] if event["kind"] == "change")
    measured = {row[5] for row in document["reference"]["series"] if row[5] >= 0}

    def weight(index: int) -> tuple[bool, int, int, int]:
        place = places[index]
        return index not in measured, place["rank"], -changes[index], -(place["population"] or 0)

    of_spot: dict[tuple[int, int], int] = {}
    for index in sorted(range(len(points)), key=weight):
        x, y = points[index]
        of_spot.setdefault((int(x // SPOT_PX), int(y // SPOT_PX)), index)
    return sorted({*of_spot.values(), *measured})

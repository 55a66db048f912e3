"""A small map with maps that somebody drew: squares that two sides hold, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from claims_story import at, claim, place, story

from claims.claim import Precision, Window
from claims.drawn_shapes import ShapesInMemory, packed
from claims.map_record import MapRecord
from claims.observations import DrawnShape, DrawnStatus, Observation


def square(west: float, south: float, side: float = 0.1) -> str:
    """A square as GeoJSON; its corners in degrees."""
    east, north = round(west + side, 6), round(south + side, 6)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return f'{{"type":"Polygon","coordinates":[{ring}]}}'.replace(" ", "")


def drawn(
    store: ShapesInMemory, day: int, shapes: Iterable[tuple[str, float]], series: str = "agency"
) -> Observation:
    """The map of a day: each shape is a holder, and how far east of 30 degrees its square begins."""
    made = tuple(DrawnShape(who, DrawnStatus.HELD, square(30 + x, 50.0)) for who, x in shapes)
    wests = [30 + x for _, x in shapes]
    bounds = (min(wests), 50.0, max(wests) + 0.1, 50.1) if wests else None
    happened = Window(at(24 * day), at(24 * day + 23), Precision.DAY)
    return Observation(
        id=f"{series}-{day}",
        series=series,
        happened=happened,
        reported_at=happened.end,
        sha256=store.keep(packed(made)),
        file=f"{day}.geojson",
        file_sha256="0" * 64,
        holders=tuple(sorted({who for who, _ in shapes})),
        bounds=bounds,
    )


def drawn_story(*days: Iterable[tuple[str, float]]) -> MapRecord:
    """A map of two claims, with one drawn map for each day."""
    store = ShapesInMemory()
    told = [
        claim("c0", "captured", "green", "agency", (0, 1)),
        claim("c1", "captured", "blue", "monitor", (2, 3)),
    ]
    observations = tuple(drawn(store, day, tuple(shapes)) for day, shapes in enumerate(days))
    return replace(story(told, (place("a", lon=30.05),)), observations=observations, drawn=store)

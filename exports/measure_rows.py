"""What is measured of a map through time becomes the rows of a table: the front's length, areas, gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from exports.data_rows import Point, Row, Table, licence_of
from figures.clock import Clock
from figures.tables import daily_gains
from layers.area import Counted, CountedAs

if TYPE_CHECKING:
    from figures.drawing import Drawing

FRONT_COLUMNS = ("at", "km", "solid_km", "dashed_km", "dotted_km", "method", "version", "licence")
AREA_COLUMNS = ("at", "kind", "actor", "km2", "region", "method", "version", "licence")
GAIN_COLUMNS = (
    *("from", "to", "before", "before_actor", "after", "after_actor", "km2"),
    *("region", "method", "version", "licence"),
)


def front_rows(drawing: Drawing) -> Table:
    """How long the front is from ``at`` until the next row, in km."""
    said = _said(drawing)

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for t, *lengths in drawing.document["front"]["series"]:
            solid, dashed, dotted = lengths
            lengths_km = {"solid_km": solid, "dashed_km": dashed, "dotted_km": dotted}
            yield {"at": _clock(drawing).iso(t), "km": round(sum(lengths), 3), **lengths_km, **said}, None

    return Table("front", FRONT_COLUMNS, rows, ("km", "solid_km", "dashed_km", "dotted_km"))


def area_rows(drawing: Drawing) -> Table:
    """How much of the region is counted as what from ``at`` on: one row for each kind of ground and actor."""
    said = {**_said(drawing), **_region(drawing)}

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for t, by_actor, contested_km2, unknown_km2 in drawing.document["area"]["series"]:
            at = _clock(drawing).iso(t)
            sums = {
                **_of_actors(drawing.document, by_actor),
                Counted(CountedAs.CONTESTED): contested_km2,
                Counted(CountedAs.UNKNOWN): unknown_km2,
            }
            for counted, km2 in sums.items():
                what = {"kind": str(counted.kind), "actor": counted.actor}
                yield {"at": at, **what, "km2": km2, **said}, None

    return Table("areas", AREA_COLUMNS, rows, ("km2",))


def gain_rows(drawing: Drawing) -> Table:
    """What ground passed from whom to whom over [from, to), day by day."""
    said = {**_said(drawing), **_region(drawing)}

    def rows() -> Iterator[tuple[Row, Point | None]]:
        for period in daily_gains(drawing.composite, drawing.document):
            days = {"from": _iso(drawing, period.start), "to": _iso(drawing, period.end)}
            for passage in period.passed:
                before = {"before": str(passage.before.kind), "before_actor": passage.before.actor}
                after = {"after": str(passage.after.kind), "after_actor": passage.after.actor}
                yield {**days, **before, **after, "km2": round(passage.km2, 3), **said}, None

    return Table("gains", GAIN_COLUMNS, rows, ("km2",))


def _of_actors(document: Mapping[str, Any], by_actor: Mapping[str, Any]) -> dict[Counted, float]:
    ids = {key: document["actors"][int(key)]["id"] for key in by_actor}
    return {
        Counted(kind, ids[key]): km2
        for key, amounts in by_actor.items()
        for kind, km2 in zip((CountedAs.HELD, CountedAs.CLAIMED), amounts, strict=True)
        if km2
    }


def _said(drawing: Drawing) -> Row:
    """Which method the measures rest on, and the licence of what they were made of."""
    method = drawing.document["method"]
    return {
        "method": method["name"],
        "version": str(method["version"]),
        "licence": licence_of(drawing.record),
    }


def _region(drawing: Drawing) -> Row:
    return {"region": drawing.document["area"]["region"]["code"]}


def _clock(drawing: Drawing) -> Clock:
    return Clock.of(drawing.document)


def _iso(drawing: Drawing, at: datetime) -> str:
    return _clock(drawing).iso(int(at.timestamp()))

"""The rows of a UCDP GED table become claims of clashes and casualties; it says nothing about control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from claims.claim import Claim, Event, Precision, Window
from claims.formats.acled import said_by
from claims.formats.columns import id_text
from claims.formats.days import Days, day_of
from claims.formats.newcomers import OutsideTheWindow
from claims.formats.reading import OUT_OF_WINDOW, Reading, positions
from gazetteer.errors import shown
from gazetteer.rows import Source, number_between, read_records, whole_number

REQUIRED = (
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "source_office",
    "source_date",
    "source_headline",
    "where_prec",
    "where_coordinates",
    "adm_1",
    "latitude",
    "longitude",
    "date_prec",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
)
"""The columns that are read, of 49; all others are welcome."""

EVENTS: Mapping[str, Event] = {"1": Event.CLASH, "2": Event.CLASH, "3": Event.CASUALTIES}
"""What each ``type_of_violence`` becomes: between armies, between groups, against civilians."""

POINTS_M = {"1": 2_000, "2": 25_000}
"""How far the true spot may lie from the point, in metres, by ``where_prec``; 3 to 7 are regions: no spot."""

TIMES: Mapping[str, Precision] = {
    "1": Precision.DAY,
    "2": Precision.WEEK,
    "3": Precision.WEEK,
    "4": Precision.MONTH,
    "5": Precision.YEAR,
}
"""How exactly ``date_prec`` says that the day is known; the window itself is date_start to date_end."""

_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)
_REGIONS = frozenset("34567")
_DEATHS = whole_number(0, 10**7)

Cells = Mapping[str, str]


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read a table, row by row; new sources and places are among ``reading.newcomers``."""
    records = read_records(source, faults=reading.faults, name=reading.file)
    line, header = next(records, (0, []))
    found = positions(reading, line, header, REQUIRED) if line else {}
    if not found:
        return
    rows = _Rows(reading)
    for line, cells in records:
        reading.tally.rows += 1
        claim = rows.claim(line, _named(cells, found))
        if claim is not None:
            yield claim


def _named(cells: Sequence[str], found: Mapping[str, int]) -> Cells:
    return {name: cells[found[name]].strip() for name in REQUIRED}


class _Rows:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.newcomers = reading, reading.newcomers
        self.days = Days(reading.known)
        self.ucdp = reading.newcomers.source("UCDP", "https://ucdp.uu.se")

    def claim(self, line: int, cells: Cells) -> Claim | None:
        """Make a claim of a row; None where it is passed over, or wrong: then every fault of it is told."""
        event = EVENTS.get(cells["type_of_violence"])
        if event is None:
            self.reading.pass_over(f"type_of_violence {shown(cells['type_of_violence'])}")
            return None
        try:
            return self._claim(cells, event)
        except OutsideTheWindow:
            self.reading.pass_over(OUT_OF_WINDOW)
        except ValueError:
            checks = {"id": _id, "latitude": self._point, "date_start": self._happened, "best": _deaths}
            self.reading.tell(line, cells, checks)
        return None

    def _claim(self, cells: Cells, event: Event) -> Claim:
        best, low, high = _deaths(cells)
        happened = self._happened(cells)
        claimant, report = said_by(cells["source_office"], self.ucdp, self.newcomers)
        sides = f"{cells['side_a']} / {cells['side_b']}"
        reported = self._reported(cells, happened)
        return Claim(
            id=_id(cells),
            place_as_written=cells["where_coordinates"],
            place_id=self._place(cells),
            event=event,
            holder=None,
            from_holder=None,
            claimant=claimant,
            reporter=self.ucdp,
            happened=happened,
            reported_at=reported.end,
            reported_day_precision=True,
            status="claimed",
            reliability="F",
            credibility=6,
            value=best,
            qualifier="" if low is None else "between",
            value_low=low,
            value_high=high,
            note=f"{sides}: {cells['source_headline']}" if cells["source_headline"] else sides,
            report=report,
        )

    def _place(self, cells: Cells) -> str | None:
        lat, lon = self._point(cells)
        self.newcomers.check_inside(lat, lon)
        within = POINTS_M.get(cells["where_prec"])
        if within is None:
            return None
        return self.newcomers.place(cells["where_coordinates"], lat, lon, within, admin=cells["adm_1"])

    def _point(self, cells: Cells) -> tuple[float, float]:
        if cells["where_prec"] not in POINTS_M and cells["where_prec"] not in _REGIONS:
            raise ValueError(f"where_prec is {shown(cells['where_prec'])}; it is a number from 1 to 7")
        if not cells["where_coordinates"]:
            raise ValueError("where_coordinates is empty; a point needs the name of its place")
        return _LATITUDE(cells["latitude"]), _LONGITUDE(cells["longitude"])

    def _happened(self, cells: Cells) -> Window:
        precision = TIMES.get(cells["date_prec"])
        if precision is None:
            raise ValueError(f"date_prec is {shown(cells['date_prec'])}; it is a number from 1 to 5")
        first, last = self.days.window(cells["date_start"]), self.days.window(cells["date_end"])
        if first.start > last.start:
            raise ValueError(f"{shown(cells['date_start'])} is after date_end ({cells['date_end']})")
        return Window(first.start, last.end, precision)

    def _reported(self, cells: Cells, happened: Window) -> Window:
        """The day of the first article that is not before the event; without one the event's last day."""
        days = []
        for text in cells["source_date"].split(";"):
            with suppress(ValueError):
                days.append(self.days.window(day_of(text.strip()).isoformat()))
        known = [day for day in days if day.end >= happened.end]
        return min(known, key=lambda day: day.end, default=self.days.window(cells["date_end"]))


def _id(cells: Cells) -> str:
    if not cells["id"]:
        raise ValueError("is empty")
    return id_text(f"ucdp-{cells['id']}")


def _deaths(cells: Cells) -> tuple[float | None, float | None, float | None]:
    """The best estimate of deaths and, where they say more, the lowest and the highest."""
    best, low, high = (
        float(_DEATHS(cells[name])) if cells[name] else None for name in ("best", "low", "high")
    )
    if low is None or high is None or low == high:
        return best, None, None
    if low > high:
        raise ValueError(f"low ({low:g}) is more than high ({high:g})")
    return best, low, high

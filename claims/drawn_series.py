"""The files of a series of drawn areas become observations, one day after the other."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from claims.claim import Precision, Window
from claims.drawn_settings import AreaSettings, Meaning
from claims.drawn_shapes import PackedShapes, packed
from claims.formats import areas_gdal, areas_geojson
from claims.formats.areas_days import Zones, day_in_name
from claims.formats.areas_files import (
    ENDINGS,
    GEOPACKAGE,
    SHAPEFILE,
    ZIPPED_SHAPEFILE,
    AreaFile,
    area_files,
)
from claims.formats.areas_geojson import BadFeature, Feature
from claims.formats.areas_geometry import (
    HEIGHTS,
    Bounds,
    drawn_geometry,
    exchanged,
    joined,
    meet,
)
from claims.formats.areas_meaning import DATE, FIRST, LAST, Meanings, left_out_name, text_of
from claims.observations import DrawnShape, DrawnStatus, Observation
from gazetteer.errors import Fault, shown

EMPTY = "the source says that it draws nothing"
NO_FEATURES = "files without a feature; they are no observation of their day"
NONE_COUNTS = "files in which no area counts; they are no observation of their day"
NO_GROUND = "shapes without any ground"
AS_BEFORE = "drawn as the day before"
UNSORTED = "days out of order; they were sorted"
MIDNIGHT = "a time of midnight without a zone was read as its day"

Repairs = Callable[[Iterable[DrawnShape]], Mapping[str, int]]
"""How many of some shapes need each repair, in words; this floor knows no ground."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """How a series is to be read into a map.

    ``series`` is the source that draws it; ``window`` is the map's, (west, south, east, north).
    """

    series: str
    settings: AreaSettings
    meanings: Meanings
    zones: Zones
    window: Bounds
    repairs: Repairs | None = None


@dataclass
class Seen:
    """What became of the files, counted.

    ``left_out`` says of what no ground was made; ``notes`` gives for each thing that is odd and not wrong how
    often it was met, and where first.
    """

    files: int = 0
    features: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    drawn: list[Observation] = field(default_factory=list)

    def note(self, what: str, where: str, times: int = 1) -> None:
        """Count something odd."""
        count, first = self.notes.get(what, (0, where))
        self.notes[what] = (count + times, first)


@dataclass(frozen=True, slots=True)
class _Shape:
    """One shape on its way: in which order it counts, and within which bounds it lies."""

    drawn: DrawnShape
    rank: int
    bounds: Bounds


_Said = _Shape | None
"""What a feature says of its day: a shape, or, with an area without coordinates, that it draws nothing."""


@dataclass(frozen=True, slots=True)
class _Span:
    """From which window on a shape is drawn, and from which on it no longer is (None: still)."""

    first: Window
    until: Window | None
    shape: _Said


def read_series(
    path: Path, asked: Asked, seen: Seen, faults: list[Fault], progress: Progress | None = None
) -> Iterator[tuple[Observation, PackedShapes]]:
    """Read a folder of files, or one file, day by day; only one file is in memory at a time.

    Parameters
    ----------
    seen, faults
        Filled while it reads. After the first fault nothing more is given, only what else is wrong is told.
    progress
        Called with the files read and all of them.
    """
    files = list(_dated(area_files(path, faults, seen.left_out), asked, seen, faults))
    if not files and not faults:
        faults.append(Fault(path.name, 0, "", f"has no file of areas in it ({', '.join(ENDINGS)})"))
    at: dict[datetime, str] = {}
    with areas_gdal.Gdal() as gdal:
        for number, (window, file) in enumerate(files, 1):
            reading = _File(file, window, asked, seen, faults, gdal)
            for observation, shapes in reading.observations():
                if observation.at in at:
                    day, other = _day(observation, asked), shown(at[observation.at])
                    said = f"draws {day}, as {other} does; leave one of them"
                    faults.append(Fault(file.path.name, 0, "", said))
                at.setdefault(observation.at, file.path.name)
                if not faults:
                    _note_days(observation, asked, seen)
                    yield observation, shapes
            seen.files += 1
            if progress:
                progress(number, len(files))


def read_of_instant(
    path: Path, window: Window, asked: Asked, seen: Seen, faults: list[Fault]
) -> Iterator[tuple[Observation, PackedShapes]]:
    """Read one file whose shapes are all of one instant, whatever its name and properties say of days."""
    alone = replace(asked, settings=replace(asked.settings, date="", first="", last=""))
    with areas_gdal.Gdal() as gdal:
        for file in area_files(path, faults, Counter()):
            yield from _File(file, window, alone, seen, faults, gdal).observations()


def days_missing(drawn: Iterable[Observation], zone: Any) -> list[date]:  # noqa: ANN401 - a ZoneInfo
    """The days between the first and the last of a series of which there is no drawn map."""
    there = {one.at.astimezone(zone).date() for one in drawn}
    if not there:
        return []
    first = min(there)
    return [day for n in range((max(there) - first).days) if (day := first + timedelta(n)) not in there]


def _dated(
    files: Iterable[AreaFile], asked: Asked, seen: Seen, faults: list[Fault]
) -> list[tuple[Window | None, AreaFile]]:
    """Each file with the day in its name, the earliest first; those without one before them, by name."""
    found: list[tuple[Window | None, AreaFile]] = []
    by_property = asked.settings.date or asked.settings.first
    for file in files:
        try:
            text = "" if by_property else day_in_name(file.stem)
            found.append((asked.zones.window(text) if text else None, file))
        except ValueError as refusal:
            faults.append(Fault(file.path.name, 0, "", str(refusal)))
    named = [window.end for window, _ in found if window]
    if named != sorted(named):
        seen.note(UNSORTED, next(file.path.name for window, file in found if window))
    return sorted(found, key=lambda one: (one[0] is not None, one[0].end if one[0] else _NEVER))


_NEVER = datetime.min.replace(tzinfo=UTC)


def _note_days(observation: Observation, asked: Asked, seen: Seen) -> None:
    day = _day(observation, asked)
    if observation.bounds is None:
        seen.note(EMPTY, day)
    if seen.drawn and seen.drawn[-1].sha256 == observation.sha256:
        seen.note(AS_BEFORE, day)
    seen.drawn.append(observation)


def _day(observation: Observation, asked: Asked) -> str:
    at = observation.at.astimezone(asked.zones.days)
    return at.date().isoformat() if observation.happened.day_precision else at.isoformat()


_FOR_GDAL = (GEOPACKAGE, SHAPEFILE, ZIPPED_SHAPEFILE)
"""The kinds that our own reader of GeoJSON does not read."""


class _Hashed:
    """A stream whose bytes are hashed as they are read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(size)
        self._digest.update(found)
        return found

    def hexdigest(self) -> str:
        while self.read(1 << 20):
            pass
        return self._digest.hexdigest()


class _File:
    """One file: its shapes by the day that they are of."""

    def __init__(
        self,
        file: AreaFile,
        window: Window | None,
        asked: Asked,
        seen: Seen,
        faults: list[Fault],
        gdal: areas_gdal.Gdal,
    ) -> None:
        self.name = file.path.name
        self.file, self.window, self.asked, self.seen, self.faults = file, window, asked, seen, faults
        self.gdal = gdal
        self.days: dict[Window, list[_Said]] = {}
        self.spans: list[_Span] = []
        self.undated: list[_Said] = []
        self.features = 0
        self.sha256 = ""

    def observations(self) -> Iterator[tuple[Observation, PackedShapes]]:
        """What the file draws, the earliest first; nothing where anything in it is wrong."""
        before = len(self.faults)
        beside: dict[str, Any] = {}
        try:
            self._read(beside)
            self._date_the_rest(beside)
        except BadFeature as problem:
            self._fault(problem.line, problem.number, str(problem))
        except OSError as problem:
            self._fault(0, 0, f"cannot be read ({problem.strerror or problem})")
        days = self.days or _days_of(self.spans)
        if list(days) != sorted(days, key=lambda window: window.end):
            self.seen.note(UNSORTED, self.name)
        for window in sorted(days, key=lambda window: window.end):
            made = self._observation(window, days[window])
            if len(self.faults) == before:
                yield made

    def _read(self, beside: dict[str, Any]) -> None:
        with self.file.path.open("rb") as stream:
            hashed = _Hashed(stream)
            read = self.gdal.features if self.file.kind in _FOR_GDAL else areas_geojson.features
            for feature in read(self.file, hashed, beside):  # type: ignore[arg-type]
                self.features += 1
                self.seen.features += 1
                try:
                    self._add(feature)
                except ValueError as refusal:
                    self._fault(feature.line, feature.number, str(refusal))
            self.sha256 = hashed.hexdigest()
        if beside.get("network") == "open":
            self.seen.note(areas_gdal.NETWORK_OPEN, self.name)

    def _add(self, feature: Feature) -> None:
        geometry = drawn_geometry(feature.geometry)
        self.seen.left_out.update(geometry.left_out)
        if not geometry.polygons and not geometry.is_empty_area:
            return
        meaning, value = self.asked.meanings.of(feature.properties)
        if meaning.left_out:
            self.seen.left_out[left_out_name(value)] += 1
            return
        bounds = geometry.bounds
        if not geometry.polygons:
            self._place(feature, None)
            return
        if bounds is None:
            raise ValueError("has areas without a single position")
        if exchanged(bounds, self.asked.window):
            raise ValueError(
                "lies outside the map's window, and inside it with latitude and longitude exchanged; "
                "a position is [longitude, latitude]"
            )
        if geometry.heights:
            self.seen.note(HEIGHTS, self._where(feature), geometry.heights)
        west, south, east, north = bounds
        if west == east or south == north:
            self.seen.left_out[NO_GROUND] += 1
            return
        self._place(feature, self._shape(geometry.text, meaning, value, bounds))

    def _shape(self, text: str, meaning: Meaning, value: str, bounds: Bounds) -> _Shape:
        drawn = DrawnShape(meaning.holder, meaning.status or DrawnStatus.HELD, text)
        return _Shape(drawn, self.asked.meanings.rank(value, meaning), bounds)

    def _place(self, feature: Feature, shape: _Said) -> None:
        """Put a shape to the day that it is of."""
        settings, said = self.asked.settings, feature.properties
        first = text_of(said.get(settings.first or FIRST))
        day = text_of(said.get(settings.date or DATE))
        if self.window is not None:
            self.days.setdefault(self.window, []).append(shape)
        elif settings.first or (first and not day and not settings.date):
            if not first:
                raise ValueError(f"has no {shown(settings.first)}, the property with its first day")
            self.spans.append(self._span(first, text_of(said.get(settings.last or LAST)), shape))
        elif day:
            self.days.setdefault(self._day(day, feature), []).append(shape)
        elif settings.date:
            raise ValueError(f"has no {shown(settings.date)}, the property with its day")
        else:
            self.undated.append(shape)

    def _day(self, text: str, feature: Feature) -> Window:
        window = self.asked.zones.window(text)
        if window.day_precision and ":" in text:
            self.seen.note(MIDNIGHT, self._where(feature))
        return window

    def _span(self, first: str, last: str, shape: _Said) -> _Span:
        zones = self.asked.zones
        begins = zones.window(first)
        if not last:
            return _Span(begins, None, shape)
        ends = replace(zones, latest=None).window(last)
        if ends.end < begins.end:
            raise ValueError(f"ends ({shown(last)}) before it begins ({shown(first)})")
        if ends.day_precision:
            ends = replace(zones, latest=None).window(_day_after(ends, zones))
        return _Span(begins, None if zones.latest and ends.end > zones.latest else ends, shape)

    def _date_the_rest(self, beside: Mapping[str, Any]) -> None:
        """The day of shapes that say none is the file's: in its name, or a member beside its features."""
        says_nothing = not (self.undated or self.days or self.spans)
        if says_nothing:
            self.seen.note(NONE_COUNTS if self.features else NO_FEATURES, self.name)
        if self.window is not None or (not self.undated and not says_nothing):
            return
        day = text_of(beside.get(self.asked.settings.date or DATE))
        if not day or self.days or self.spans:
            named = shown(self.asked.settings.date or DATE)
            some = (
                f"{len(self.undated):,} of its shapes say no day"
                if self.days or self.spans
                else "says no day"
            )
            raise BadFeature(
                0,
                0,
                f"{some}: write one in its name (2024-07-08.geojson), or a property {named} or {FIRST!r}",
            )
        if self.undated:
            self.days[self.asked.zones.window(day)] = self.undated

    def _observation(self, window: Window, said: list[_Said]) -> tuple[Observation, PackedShapes]:
        shapes = [one for one in said if one is not None]
        ordered = [one.drawn for one in sorted(shapes, key=lambda one: one.rank)]
        bounds: Bounds | None = None
        for one in shapes:
            bounds = joined(bounds, one.bounds)
        if bounds is not None and not meet(bounds, self.asked.window):
            self._fault(0, 0, f"lies wholly outside the map's window ({_told(bounds)}); is it another map's?")
        made = packed(ordered)
        if not (self.seen.drawn and self.seen.drawn[-1].sha256 == made.sha256):
            self._note_repairs(ordered)
        observation = Observation(
            id=f"{self.asked.series}-{_stamp(window, self.asked.zones)}",
            series=self.asked.series,
            happened=window,
            reported_at=window.end,
            sha256=made.sha256,
            file=self.name,
            file_sha256=self.sha256,
            holders=tuple(sorted({one.holder for one in ordered})),
            bounds=bounds,
        )
        return observation, made

    def _note_repairs(self, shapes: Iterable[DrawnShape]) -> None:
        if self.asked.repairs is not None and not self.faults:
            for what, times in self.asked.repairs(shapes).items():
                self.seen.note(f"repaired where it is drawn: {what}", self.name, times)

    def _where(self, feature: Feature) -> str:
        return f"{self.name}, feature {feature.number}"

    def _fault(self, line: int, number: int, message: str) -> None:
        self.faults.append(Fault(self.name, line, f"feature {number}" if number else "", message))


def _days_of(spans: Iterable[_Span]) -> dict[Window, list[_Said]]:
    """What is drawn from each instant on at which a shape begins or ends."""
    spans = list(spans)
    turns = {span.first for span in spans} | {span.until for span in spans if span.until}
    by_end = {window.end: window for window in turns}
    return {
        window: [s.shape for s in spans if s.first.end <= end and (s.until is None or end < s.until.end)]
        for end, window in sorted(by_end.items())
    }


def _day_after(window: Window, zones: Zones) -> str:
    return (window.start.astimezone(zones.days).date() + timedelta(1)).isoformat()


def _stamp(window: Window, zones: Zones) -> str:
    if window.precision is Precision.DAY:
        return window.start.astimezone(zones.days).date().isoformat()
    return window.end.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(bounds: Bounds) -> str:
    west, south, east, north = bounds
    return f"{south:g} to {north:g} N, {west:g} to {east:g} E"

"""The maps that one source drew, day after day, become snapshots of the ground; days without one are gaps.

Several series of one map are never merged: one is drawn, named by the method ``drawn:SOURCE`` or the only
one there is. What somebody drew to begin with (the series ``baseline``) counts until the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from claims.actors import UNKNOWN
from claims.control import Certainty
from claims.map_record import MapRecord
from claims.methods.registry import DRAWN
from claims.observations import DrawnShape, DrawnStatus, Observation
from gazetteer.errors import shown
from gazetteer.rows import nearest_hint
from layers.coast import Coast
from layers.composite import State
from layers.errors import NoSuchSeries
from layers.known_lines import KnownLines
from layers.outline import Outline, in_one
from layers.overlay import land_of
from layers.repaired import made_valid
from layers.snapshots import Part, Snapshot

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.basemap import Basemap

BASELINE = "baseline"
"""The series of what was drawn to begin with."""

_NOBODYS = State(UNKNOWN, Certainty.REPORTED)
_EMPTY_DEG2 = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class _Area:
    """A drawn shape and its ground; ``outline`` where the shape was sound."""

    drawn: DrawnShape
    ground: BaseGeometry
    outline: Outline | None = None


def series_of(record: MapRecord, method: str | None = None) -> str:
    """The series that a map draws its ground from; empty where it has none.

    Parameters
    ----------
    method
        ``drawn:SOURCE``; any other name, like None, leaves it to the map.

    Raises
    ------
    NoSuchSeries
        The method names a source that drew nothing here, or there are several and nobody says which.
    """
    drawn = list(dict.fromkeys(o.series for o in record.observations if o.series != BASELINE))
    asked = drawn_by(method) or drawn_by(record.settings.method)
    if asked and asked not in drawn:
        raise NoSuchSeries(f"No map of this series was drawn by {shown(asked)}{nearest_hint(asked, drawn)}")
    if not asked and len(drawn) > 1:
        names = ", ".join(f"{DRAWN}{series}" for series in drawn)
        raise NoSuchSeries(f"This map has several series, which are never merged; choose a method: {names}")
    return asked or (drawn[0] if drawn else "")


def drawn_by(method: str | None) -> str:
    """The series that a method's name asks for; empty where it is of another kind."""
    return method.removeprefix(DRAWN) if method and method.startswith(DRAWN) else ""


def observations_of(record: MapRecord, series: str) -> tuple[Observation, ...]:
    """The observations that the ground is drawn from, in order: the baseline before the series' first."""
    own = sorted((o for o in record.observations if o.series == series), key=lambda o: o.at)
    first = own[0].at if own else None
    before = [o for o in record.observations if o.series == BASELINE and (first is None or o.at < first)]
    return (*sorted(before, key=lambda o: o.at)[-1:], *own) if series != BASELINE else tuple(own)


def snapshots(record: MapRecord, ground: Basemap, series: str) -> Iterator[Snapshot]:
    """The ground at each observation of a series, in order; shapes are read when their turn comes.

    Shapes are repaired; the overlay cuts them to the land. Where the map's settings say who holds the land
    that its makers leave blank, that is the last part of each snapshot; strips along the coast are not blank
    (``layers.coast``). Land that only its own holder is said to hold keeps the colour of whoever is drawn
    beneath.
    """
    if record.drawn is None:
        return
    canvas, known = _Canvas.of(record, ground), KnownLines()
    observations = observations_of(record, series)
    drawn = record.drawn.each([one.sha256 for one in observations])
    before, areas = "", list[_Area]()
    for observation, shapes in zip(observations, drawn, strict=True):
        if observation.sha256 != before:
            before, areas = observation.sha256, _areas(shapes, known)
        yield Snapshot(observation.at, tuple(canvas.parts(areas, observation.id)))


def drawn_as(record: MapRecord, ground: Basemap, observation: Observation) -> Snapshot | None:
    """The ground as one observation draws it, cut to the land; None where its shapes are not at hand."""
    if record.drawn is None:
        return None
    canvas = _Canvas.of(record, ground)
    areas = _areas(record.drawn.shapes(observation.sha256), KnownLines())
    parts = canvas.parts(areas, observation.id)
    cut = (replace(part, shape=canvas.ashore(part.shape)) for part in parts)
    return Snapshot(observation.at, tuple(part for part in cut if part.shape.area > _EMPTY_DEG2))


def _areas(shapes: Iterable[DrawnShape], known: KnownLines) -> list[_Area]:
    """The shapes that have any ground, with that, valid."""
    made = ((shape, made_valid(shape.geometry, known)) for shape in shapes)
    return [_Area(shape, one.shape, one.outline) for shape, one in made if not one.shape.is_empty]


def gaps(observations: Sequence[Observation], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The spans of whole local days on which nothing was observed, between the first day and the last."""
    days = [o.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) for o in observations]
    return [
        (earlier + timedelta(days=1), later)
        for earlier, later in pairwise(days)
        if later > earlier + timedelta(days=1)
    ]


@dataclass(frozen=True, eq=False)
class _Canvas:
    """The land of a map, and who holds what is left blank of it, strips by the coast aside."""

    land: BaseGeometry
    rest: tuple[Part, ...]
    coast: Coast | None

    @staticmethod
    def of(record: MapRecord, ground: Basemap) -> _Canvas:
        import shapely

        land = land_of(ground)
        holder = record.settings.elsewhere
        if not holder:
            return _Canvas(land, (), None)
        own = shapely.difference(land, ground.neighbours)
        return _Canvas(land, (Part(State(holder, Certainty.REPORTED), own),), Coast.of(own, ground.window))

    def parts(self, areas: Iterable[_Area], observation: str) -> Iterator[Part]:
        drawn = list(areas)
        if self.coast is not None:
            strips = self.coast.strips([area.outline or in_one(area.ground) for area in drawn])
            drawn += [
                _Area(area.drawn, strip)
                for area, strip in zip(drawn, strips, strict=True)
                if strip is not None
            ]
        for number, area in enumerate(drawn):
            if area.drawn.status in (DrawnStatus.HELD, DrawnStatus.UNKNOWN):
                yield Part(_plain(area.drawn), area.ground, (observation,), area.outline)
            else:
                yield from self._disputed(area, drawn[number + 1 :], observation)
        for part in self.rest:
            yield Part(part.state, part.shape, (observation,))

    def ashore(self, area: BaseGeometry) -> BaseGeometry:
        """The part of some ground that is land."""
        import shapely

        from layers.basemap import polygons

        return polygons(shapely.intersection(area, self.land))

    def _disputed(
        self,
        area: _Area,
        beneath: Sequence[_Area],
        observation: str,
    ) -> Iterator[Part]:
        """The ground of a claimed or contested shape, by who is drawn beneath it."""
        import shapely

        from layers.basemap import polygons

        shape, left = area.drawn, self.ashore(area.ground)
        found: list[tuple[str, BaseGeometry]] = []
        lower = [(_plain(other.drawn).holder, other.ground) for other in beneath]
        lower += [(part.state.holder, part.shape) for part in self.rest]
        for holder, ground in lower:
            shared = polygons(shapely.intersection(left, ground))
            if shared.area > _EMPTY_DEG2:
                found.append((holder, shared))
                left = polygons(shapely.difference(left, ground))
        if left.area > _EMPTY_DEG2:
            found.append((UNKNOWN, left))
        others = [holder for holder, _ in found if holder not in (shape.holder, UNKNOWN)]
        other = others[0] if others else UNKNOWN
        for holder, ground in found:
            yield Part(_disputed(shape, holder, other), ground, (observation,))


def _plain(shape: DrawnShape) -> State:
    return _NOBODYS if shape.status is DrawnStatus.UNKNOWN else State(shape.holder, Certainty.REPORTED)


def _disputed(shape: DrawnShape, standing: str, other: str) -> State:
    """Whoever is drawn beneath stands; of ground with nobody beneath, nobody knows who held it.

    ``other`` is who else has a part of the contested ground.
    """
    if shape.status is DrawnStatus.CLAIMED:
        return State(standing, Certainty.CLAIMED, shape.holder)
    return State(standing, Certainty.CONTESTED, other if standing == shape.holder else shape.holder)

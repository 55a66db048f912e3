"""Holds of places and a drawn line become ground through time, by one of the methods of docs/methods.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from operator import is_not

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from claims.control import Certainty, ControlHistory
from claims.map_record import MapRecord
from claims.methods.ground_methods import GROUND_METHODS, LINE_SHIFT, VORONOI, GroundMethod
from claims.methods.registry import ground_method_named, values_of
from layers.basemap import Basemap, polygons
from layers.composite import State, start_states
from layers.errors import NoPlaces
from layers.kept import kept
from layers.snapshots import Part, Snapshot
from layers.territory.belt import Belts, belt_km, tiles_of
from layers.territory.belt import Key as Tile
from layers.territory.half_way import HalfWay
from layers.territory.scene import Scene, cell_shapes, scene
from layers.territory.shift import Lattice, LineShift
from layers.territory.silence import Known, Links, Reading, read_silence
from layers.territory.standing import News, Standing, news

A_MOMENT = timedelta(seconds=1)
"""So much before the first report the cells of a map without a line begin to count."""

USUAL = LINE_SHIFT.name
"""The method of a map that has a drawn line and names none."""

__all__ = ["GROUND_METHODS", "USUAL", "territory", "territory_at"]


def territory(
    record: MapRecord,
    history: ControlHistory,
    ground: Basemap,
    baseline: Snapshot | None,
    method: str = USUAL,
    parameters: Mapping[str, float] | None = None,
) -> Iterator[Snapshot]:
    """Move a drawn line where places changed hands, and give all ground whenever anything changes.

    Parameters
    ----------
    history
        Who held each place. What took effect before the line was drawn is taken to be in the line.
    baseline
        The line, as ground in degrees. None, or the method ``voronoi``: the cells of the places at the
        start of the history stand for it.
    method, parameters
        Which way, and its parameters where they are not the defaults.

    Returns
    -------
    The ground as drawn, then one snapshot for each instant at which any of it changes. Parts that did not
    change are the same objects in both. Earlier parts of a snapshot lie over later ones.

    Raises
    ------
    NoPlaces
        The map has no place.
    claims.methods.registry.UnknownMethod, claims.methods.registry.BadParameter
        No ground method has that name, or not that parameter.
    """
    work = _work(record, history, ground, baseline, method, parameters)
    shown: tuple[Part, ...] | None = None
    for at, told in chain([(work.since, [])], news(history.holds, work.since if baseline else None)):
        work.hear(told)
        found = work.snapshot(at)
        if shown is None or len(found.parts) != len(shown) or any(map(is_not, found.parts, shown)):
            yield found
        shown = found.parts


def territory_at(
    record: MapRecord,
    history: ControlHistory,
    ground: Basemap,
    baseline: Snapshot | None,
    instant: datetime,
    method: str = USUAL,
    parameters: Mapping[str, float] | None = None,
) -> Snapshot:
    """The ground at one instant alone; see ``territory``."""
    work = _work(record, history, ground, baseline, method, parameters)
    for at, told in news(history.holds, work.since if baseline else None):
        if at > instant:
            break
        work.hear(told)
    return work.snapshot(instant)


@dataclass(eq=False)
class _Work:
    """One map while its news come in; what was worked out of places that did not change is kept."""

    scene: Scene
    method: GroundMethod
    values: Mapping[str, float]
    since: datetime
    half_way: HalfWay
    mover: HalfWay | LineShift
    standing: dict[int, Standing] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        self.number = {place_id: i for i, place_id in enumerate(self.scene.ids)}
        self.links = Links(self.scene)
        self.belts = Belts(self.scene)
        self.cut: dict[int, tuple[tuple[BaseGeometry, ...], BaseGeometry]] = {}
        self.kept: dict[tuple[object, ...], tuple[BaseGeometry, Part]] = {}
        self.base = [Part(one.state, one.degrees, one.claims) for one in self.scene.drawn]

    def hear(self, told: Iterable[News]) -> None:
        """Take note of what became known of places at one instant."""
        for one in told:
            if one.place_id in self.number:
                self.standing[self.number[one.place_id]] = one.standing

    def snapshot(self, at: datetime) -> Snapshot:
        """All ground, as it follows from what was heard."""
        known = self._known()
        reading = self._read(known)
        gained = self.mover.gained(reading.holder)
        before, self.kept = self.kept, {}
        drawn = self._drawn(known, reading, gained)
        self.parts = tuple(self._part(before, *one) for one in drawn if not one[-1].is_empty)
        self.parts += tuple(self.base)
        return Snapshot(at, self.parts)

    def _known(self) -> Known:
        scene, many = self.scene, len(self.scene.ids)
        holder, told, weighed = scene.start.copy(), np.zeros(many, dtype=bool), np.zeros(many, dtype=bool)
        for place, standing in self.standing.items():
            told[place] = True
            weighed[place] = standing.certainty is Certainty.ASSESSED
            if standing.holder is not None:
                holder[place] = scene.number[standing.holder]
        return Known(holder, told, weighed, {place: one.claims for place, one in self.standing.items()})

    def _read(self, known: Known) -> Reading:
        if self.method is VORONOI:
            return Reading(known.holder, {}, (), 1.0)
        return read_silence(self.scene, known, self.links, self.values)

    # What is drawn, the uppermost first: a key, a state, what it rests on, and ground on the plane.

    def _drawn(self, known: Known, reading: Reading, gained: Mapping[int, BaseGeometry]) -> Iterator[_Drawn]:
        width_km = belt_km(self.scene, reading.told_share, self.values)
        belts = self.belts.tiles(gained, reading.holder, width_km)
        sure = [place for place in gained if place not in reading.inferred]
        yield from self._claimed(known, reading, gained)
        for place in reading.inferred:
            if place in gained:
                state = State(self._holder(reading, place), Certainty.INFERRED)
                yield "inferred", place, state, reading.inferred[place], gained[place]
        yield from self._disputed_before(gained)
        for place in sure:
            state = State(self._holder(reading, place), Certainty.UNCERTAIN)
            doubtful = self._within_belt(place, gained[place], int(reading.holder[place]), belts)
            yield "belt", place, state, known.claims[place], doubtful
        drawn_by = [self._drawn_by(one) for one in range(len(self.scene.holders))]
        for tile, own in belts.items():
            for one, ground in own.items():
                state = State(self.scene.holders[one], Certainty.UNCERTAIN)
                yield "line", tile, state, drawn_by[one], ground
        for place in sure:
            state = State(self._holder(reading, place), _sure(self.standing[place]))
            yield "told", place, state, known.claims[place], gained[place]

    def _within_belt(
        self, place: int, piece: BaseGeometry, one: int, belts: Mapping[Tile, Mapping[int, BaseGeometry]]
    ) -> BaseGeometry:
        """The part of a place's ground that lies in the belt; kept while neither changes."""
        near = [belts[key][one] for key in tiles_of(piece) if one in belts.get(key, {})]
        decided_by = (piece, *near)
        kept = self.cut.get(place)
        if kept is None or len(kept[0]) != len(decided_by) or any(map(is_not, kept[0], decided_by)):
            kept = decided_by, _common(piece, shapely.union_all(near))
            self.cut[place] = kept
        return kept[1]

    def _claimed(
        self, known: Known, reading: Reading, gained: Mapping[int, BaseGeometry]
    ) -> Iterator[_Drawn]:
        """Ground that somebody says he holds and nobody confirms, or that sources disagree about."""
        for place, standing in sorted(self.standing.items()):
            holder = self._holder(reading, place)
            nothing_new = standing.holder is None and standing.rival == holder
            if standing.certainty in _DISPUTED and not nothing_new:
                state = State(holder, standing.certainty, standing.rival)
                ground = gained.get(place) or self.half_way.ground(place)
                yield "claimed", place, state, standing.claims, ground
        for place in reading.unconfirmed:
            rival = self.scene.holders[int(known.holder[place])]
            state = State(self._holder(reading, place), Certainty.CLAIMED, rival)
            yield "unconfirmed", place, state, known.claims[place], self.half_way.ground(place)

    def _disputed_before(self, gained: Mapping[int, BaseGeometry]) -> Iterator[_Drawn]:
        """What the line's maker drew as claimed or contested, where nothing moved since; over the belt."""
        disputed = [i for i, one in enumerate(self.scene.drawn) if one.state.certainty in _DISPUTED]
        if disputed:
            moved = shapely.union_all(list(gained.values()))
            for i in disputed:
                one = self.scene.drawn[i]
                yield "drawn", i, one.state, one.claims, polygons(shapely.difference(one.shape, moved))

    def _holder(self, reading: Reading, place: int) -> str:
        return self.scene.holders[int(reading.holder[place])]

    def _drawn_by(self, one: int) -> tuple[str, ...]:
        """What the ground of a holder rests on where nothing moved."""
        own = (part.claims for part in self.scene.drawn if part.state.holder == self.scene.holders[one])
        return tuple(dict.fromkeys(claim for claims in own for claim in claims))

    def _part(
        self,
        before: Mapping[tuple[object, ...], tuple[BaseGeometry, Part]],
        kind: str,
        number: int | Tile,
        state: State,
        claims: tuple[str, ...],
        ground: BaseGeometry,
    ) -> Part:
        """A part in degrees: the one that was given before, where it is the same."""
        key = kind, number, state, claims
        found = before.get(key)
        if found is None or not (found[0] is ground or shapely.equals_exact(found[0], ground)):
            plane = self.scene.plane
            shape = polygons(shapely.make_valid(shapely.transform(ground, plane.points_to_degrees)))
            found = ground, Part(state, shape, claims)
        self.kept[key] = found
        return found[1]


_Drawn = tuple[str, int | Tile, State, tuple[str, ...], BaseGeometry]
_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})
_NOWHERE = shapely.MultiPolygon()


def _sure(standing: Standing) -> Certainty:
    return Certainty.ASSESSED if standing.certainty is Certainty.ASSESSED else Certainty.REPORTED


def _common(piece: BaseGeometry, belt: BaseGeometry) -> BaseGeometry:
    if piece.is_empty or belt.is_empty:
        return _NOWHERE
    return shapely.normalize(polygons(shapely.intersection(piece, belt)))


# What does not change while news come in.


def _work(
    record: MapRecord,
    history: ControlHistory,
    ground: Basemap,
    baseline: Snapshot | None,
    method: str,
    parameters: Mapping[str, float] | None,
) -> _Work:
    made_by = ground_method_named(method)
    values = values_of(made_by, parameters or {})
    if not record.places:
        raise NoPlaces("The map has no place, so no line can move; add places with lat and lon.")
    spots = tuple((i, record.places[i].lat, record.places[i].lon) for i in sorted(record.places))
    holders = frozenset(hold.holder for own in history.holds.values() for hold in own)
    sides = tuple(sorted((actor.id, actor.side) for actor in record.actors.values()))
    cells = made_by is VORONOI or baseline is None
    reach_km = record.settings.reach_km if made_by is VORONOI else values["reach_km"]
    line = _cells(record, history, ground, baseline) if cells else baseline
    if line is None:
        raise AssertionError("there is a line whenever no cells stand for it")
    placed = _scene(frozenset(spots), line.parts, ground, holders, frozenset(sides))
    half_way = _half_way(placed, reach_km)
    mover = LineShift(_lattice(placed), reach_km) if made_by is LINE_SHIFT else half_way
    return _Work(placed, made_by, values, line.at, half_way, mover)


@kept()
def _lattice(placed: Scene) -> Lattice:
    return Lattice(placed)


@kept()
def _half_way(placed: Scene, reach_km: float) -> HalfWay:
    return HalfWay(placed, reach_km)


@kept()
def _scene(
    spots: frozenset[tuple[str, float, float]],
    line: tuple[Part, ...],
    ground: Basemap,
    holders: frozenset[str],
    sides: frozenset[tuple[str, str]],
) -> Scene:
    return scene(sorted(spots), line, ground.land, sorted(holders), dict(sides))


def _cells(
    record: MapRecord, history: ControlHistory, ground: Basemap, baseline: Snapshot | None
) -> Snapshot:
    """The ground nearest to each place, in the state that the place is in before any news."""
    states = start_states(record, history)
    places = frozenset((p.id, p.lat, p.lon, states[p.id]) for p in record.places.values())
    told = [hold.start - A_MOMENT for own in history.holds.values() for hold in own if hold.start]
    since = baseline.at if baseline else min([record.settings.span[0], *told])
    return Snapshot(since, _cell_parts(places, baseline, record.settings.reach_km, ground))


@kept()
def _cell_parts(
    places: frozenset[tuple[str, float, float, State]],
    baseline: Snapshot | None,
    reach_km: float,
    ground: Basemap,
) -> tuple[Part, ...]:
    spots = sorted(places, key=lambda spot: spot[0])
    degrees = np.array([(lon, lat) for _, lat, lon, _ in spots])
    said: list[tuple[State, tuple[str, ...]]] = [(spot[3], ()) for spot in spots]
    for part in reversed(baseline.parts if baseline else ()):
        shapely.prepare(part.shape)
        for i in np.flatnonzero(shapely.intersects_xy(part.shape, degrees[:, 0], degrees[:, 1])).tolist():
            said[i] = part.state, part.claims
    alike: dict[tuple[State, tuple[str, ...]], list[BaseGeometry]] = {}
    for own, shape in zip(said, cell_shapes(degrees, reach_km, ground.land), strict=True):
        alike.setdefault(own, []).append(shape)
    return tuple(
        Part(state, polygons(shapely.union_all(shapes)), claims) for (state, claims), shapes in alike.items()
    )

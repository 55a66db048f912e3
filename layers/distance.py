"""How near hostile ground came to a city, through time.

A distance needs a named reference: from the city's centre (its point in the gazetteer), or from its edge (the
centre minus the built-up radius). Hostile is ground whose standing holder is on another side than the city's
own holder before the map begins. Ground that a hostile party merely claims is measured apart, never mixed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.actors import UNKNOWN
from claims.claim import Claim, Event
from claims.control import Certainty, ControlHistory
from claims.map_record import MapRecord
from gazetteer.errors import shown
from gazetteer.place import Place
from layers.composite import Composite, State, place_changes, polygons_of, start_states
from layers.errors import UnknownCity
from layers.faces import Arc, Face
from layers.front_line import hostile, sides_of
from layers.ground import LocalPlane, geodesic_km
from layers.kept import kept

_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})
_OF_ITS_OWN = frozenset({Certainty.ASSESSED, Certainty.REPORTED})


@dataclass(frozen=True, slots=True)
class DistanceRow:
    """The distances from ``at`` on, until the next row; None where there is no such ground.

    ``centre_km`` and ``edge_km`` go to the nearest ground with a hostile standing holder, ``claimed_km`` to
    the nearest ground that a hostile party claims or that is contested with one. ``nearest_reported_km``
    goes to the nearest place that a report of its own gives to a hostile party (assessed or reported),
    ``nearest_reported_place`` is its id.
    """

    at: datetime
    centre_km: float | None
    edge_km: float | None
    claimed_km: float | None
    nearest_reported_km: float | None
    nearest_reported_place: str | None


@dataclass(frozen=True, slots=True)
class ClaimedDistance:
    """A distance to the city that somebody stated, as stated: never averaged, never corrected.

    ``start`` and ``at`` are the window of the statement; ``affiliation`` is the claimant's, for its colour.
    """

    claim_id: str
    start: datetime
    at: datetime
    km: float | None
    low_km: float | None
    high_km: float | None
    qualifier: str
    claimant: str
    affiliation: str


def city_of(record: MapRecord, city: str | None = None) -> Place | None:
    """The place that distances are measured from: the one asked for, else the map's own city, if it has one.

    Raises
    ------
    UnknownCity
        Where the map has no such place.
    """
    wanted = record.settings.city if city is None else city
    if not wanted and city is None:
        return None
    if wanted not in record.places:
        raise UnknownCity(f"This map has no place with the id {shown(wanted)} to measure distances from.")
    return record.places[wanted]


def edge_km_of(record: MapRecord, city: Place) -> float:
    """The built-up radius of the map's city; of any other place nobody stated one, so it is 0."""
    return record.settings.edge_km if city.id == record.settings.city else 0.0


def distances(
    whole: Composite, record: MapRecord, history: ControlHistory, city: Place
) -> tuple[DistanceRow, ...]:
    """One row at the start of the span and one at each later change of the ground.

    Everything is measured once per place (its ground, its point); after that, time is a lookup.

    Parameters
    ----------
    whole
        The composite before any rounding for the eye.
    city
        One of the map's places; see ``city_of``.
    """
    if any(face.place_id is None for face in whole.faces):
        return _drawn_distances(whole, record, city)
    states = start_states(record, history)
    measured = _Measured.of(whole, record, city, states[city.id].holder)
    for place_id, state in states.items():
        measured.set(place_id, state)
    since = record.settings.span[0]
    rows = [measured.row(since)]
    for at, changes in groupby(place_changes(record, history), key=lambda change: change.at):
        for change in changes:
            measured.set(change.place_id, change.state)
        if at <= since:
            rows.clear()
        rows.append(measured.row(max(at, since)))
    return tuple(rows)


def _drawn_distances(whole: Composite, record: MapRecord, city: Place) -> tuple[DistanceRow, ...]:
    """The same where the ground is drawn: nobody reports of a place, so no place is the nearest."""
    kilometres = np.array(_faces_km(whole.arcs, whole.faces, city.lat, city.lon))
    states, since = list(whole.start), record.settings.span[0]
    own = _first_holder(whole, int(np.argmin(kilometres))) if states else ""
    sides, edge_km = sides_of(record.actors), edge_km_of(record, city)

    def row(at: datetime) -> DistanceRow:
        held = np.array([hostile(own, state.holder, sides) for state in states])
        disputed = np.array(
            [state.certainty in _DISPUTED and hostile(own, state.rival or "", sides) for state in states]
        )
        centre_km = _least(kilometres, held)
        edge = None if centre_km is None else max(0.0, centre_km - edge_km)
        return DistanceRow(at, centre_km, edge, _least(kilometres, disputed & ~held), None, None)

    rows = [row(since)]
    for at, changes in groupby(whole.changes, key=lambda change: change.at):
        for change in changes:
            states[change.face] = change.state
        if at <= since:
            rows.clear()
        rows.append(row(max(at, since)))
    return tuple(rows)


def _first_holder(whole: Composite, face: int) -> str:
    """Who is first drawn as holding a face."""
    course = [whole.start[face], *(change.state for change in whole.changes if change.face == face)]
    return next((state.holder for state in course if state.holder != UNKNOWN), UNKNOWN)


def claimed_distances(record: MapRecord, city: Place, known_at: datetime) -> tuple[ClaimedDistance, ...]:
    """What was said about the distance to this city and known by then, sorted by time; uninterpreted."""
    said = (c for c in record.claims if c.event is Event.DISTANCE and c.reference_place_id == city.id)
    known = sorted((c for c in said if c.reported_at <= known_at), key=lambda c: (c.happened.end, c.id))
    return tuple(_claimed(claim, record) for claim in known)


def _claimed(claim: Claim, record: MapRecord) -> ClaimedDistance:
    claimant = record.sources.get(claim.claimant)
    return ClaimedDistance(
        claim_id=claim.id,
        start=claim.happened.start,
        at=claim.happened.end,
        km=claim.value,
        low_km=claim.value_low,
        high_km=claim.value_high,
        qualifier=claim.qualifier,
        claimant=claim.claimant,
        affiliation=claimant.affiliation if claimant else "",
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """How far each place's ground and point lie from the city, and what each place is at the moment.

    A place without ground is infinitely far. The flags say whether a hostile party holds the place, holds it
    by a report of its own, or merely claims it.
    """

    own: str
    sides: Mapping[str, str]
    edge_km: float
    ids: Sequence[str]
    number: Mapping[str, int]
    ground_km: NDArray[np.float64]
    point_km: NDArray[np.float64]
    held: NDArray[np.bool_]
    reported: NDArray[np.bool_]
    claimed: NDArray[np.bool_]

    @classmethod
    def of(cls, whole: Composite, record: MapRecord, city: Place, own: str) -> _Measured:
        ids = sorted(record.places)
        places = [record.places[place_id] for place_id in ids]
        ground = (
            dict.fromkeys(ids, np.inf)
            | _ground_km(whole.arcs, whole.faces, city.lat, city.lon)
            | {city.id: 0.0}
        )
        held, reported, claimed = (np.zeros(len(ids), dtype=np.bool_) for _ in range(3))
        return cls(
            own=own,
            sides=sides_of(record.actors),
            edge_km=edge_km_of(record, city),
            ids=ids,
            number={place_id: number for number, place_id in enumerate(ids)},
            ground_km=np.array([ground[place_id] for place_id in ids]),
            point_km=geodesic_km(city.lat, city.lon, [p.lat for p in places], [p.lon for p in places]),
            held=held,
            reported=reported,
            claimed=claimed,
        )

    def set(self, place_id: str, state: State) -> None:
        """From now on the place is in that state."""
        number, held = self.number[place_id], hostile(self.own, state.holder, self.sides)
        disputed = state.certainty in _DISPUTED and state.rival is not None
        self.held[number] = held
        self.reported[number] = held and state.certainty in _OF_ITS_OWN
        self.claimed[number] = not held and disputed and hostile(self.own, state.rival or "", self.sides)

    def row(self, at: datetime) -> DistanceRow:
        """The distances as the places are now."""
        centre_km = _least(self.ground_km, self.held)
        reported_km = _least(self.point_km, self.reported)
        return DistanceRow(
            at=at,
            centre_km=centre_km,
            edge_km=None if centre_km is None else max(0.0, centre_km - self.edge_km),
            claimed_km=_least(self.ground_km, self.claimed),
            nearest_reported_km=reported_km,
            nearest_reported_place=None if reported_km is None else self._nearest_reported(),
        )

    def _nearest_reported(self) -> str:
        return self.ids[int(np.argmin(np.where(self.reported, self.point_km, np.inf)))]


def _least(kilometres: NDArray[np.float64], among: NDArray[np.bool_]) -> float | None:
    least = float(np.min(kilometres, where=among, initial=np.inf))
    return least if np.isfinite(least) else None


@kept(16)
def _faces_km(arcs: Sequence[Arc], faces: Sequence[Face], lat: float, lon: float) -> tuple[float, ...]:
    """The distance from the city to each face; 0 to the one that it stands on."""
    plane = LocalPlane(lat, lon)
    ground = shapely.transform(polygons_of(arcs, faces), plane.points_to_plane)
    metres = shapely.distance(ground, shapely.Point(0.0, 0.0))
    return tuple((metres / 1000.0).tolist())


@kept(16)
def _ground_km(arcs: Sequence[Arc], faces: Sequence[Face], lat: float, lon: float) -> dict[str, float]:
    """The distance from the city to each place's nearest ground.

    In the plane round the city, lengths from its point are geodesic.
    """
    plane = LocalPlane(lat, lon)
    ground = shapely.transform(polygons_of(arcs, faces), plane.points_to_plane)
    kilometres = shapely.distance(ground, shapely.Point(0.0, 0.0)) / 1000.0
    nearest: dict[str, float] = {}
    for face, km in zip(faces, kilometres, strict=True):
        place_id = face.place_id or ""
        nearest[place_id] = min(float(km), nearest.get(place_id, np.inf))
    return nearest

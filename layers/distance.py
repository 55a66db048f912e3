"""How near hostile ground came to a city, through time.

A distance needs a named reference: from the city's centre (its point in the gazetteer), or from its edge (the
centre minus the built-up radius). Hostile is ground whose standing holder is on another side than the city's
own holder before the map begins. Ground that a hostile party merely claims is measured apart, never mixed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.actors import UNKNOWN
from claims.claim import Claim, Event
from claims.control import Certainty, ControlHistory
from claims.map_record import MapRecord
from gazetteer.errors import shown
from gazetteer.place import Place
from layers.composite import Composite, polygons_of
from layers.course import Course, course_of, course_of_places, rows_since
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
    ids = sorted(record.places)
    places = [record.places[place_id] for place_id in ids]
    course = course_of_places(record, history)
    own = course.states[course.start[ids.index(city.id)]].holder
    nearest = _ground_km(whole.arcs, whole.faces, city.lat, city.lon) | {city.id: 0.0}
    ground = _measured(course, [nearest.get(place_id, np.inf) for place_id in ids], own, record)
    points_km = geodesic_km(city.lat, city.lon, [p.lat for p in places], [p.lon for p in places])
    own_reports = ground.held & [state.certainty in _OF_ITS_OWN for state in course.states]
    reported = _nearest(course, own_reports, points_km)
    return _rows(ground, record, city, [(points_km[at], ids[at]) if at >= 0 else None for at in reported])


def _drawn_distances(whole: Composite, record: MapRecord, city: Place) -> tuple[DistanceRow, ...]:
    """The same where the ground is drawn: nobody reports of a place, so no place is the nearest."""
    kilometres = _faces_km(whole.arcs, whole.faces, city.lat, city.lon)
    own, course = _first_holder(whole, int(np.argmin(kilometres))), course_of(whole)
    ground = _measured(course, kilometres, own, record)
    return _rows(ground, record, city, [None] * (len(course.instants) + 1))


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
    """The nearest hostile and the nearest merely claimed ground in each row of a course.

    ``held`` says of each state whether a hostile party holds what is in it.
    """

    instants: Sequence[datetime]
    held: NDArray[np.bool_]
    held_km: Sequence[float]
    claimed_km: Sequence[float]


def _measured(course: Course, kilometres: Sequence[float], own: str, record: MapRecord) -> _Measured:
    """What a city of this holder has before it, where each thing of a course is so far away."""
    sides, km = sides_of(record.actors), np.array(kilometres)
    held = np.array([hostile(own, state.holder, sides) for state in course.states], dtype=bool)
    disputed = np.array(
        [s.certainty in _DISPUTED and hostile(own, s.rival or "", sides) for s in course.states], dtype=bool
    )
    nearest = (_nearest(course, which, km) for which in (held, disputed & ~held))
    return _Measured(course.instants, held, *(np.append(km, np.inf)[at].tolist() for at in nearest))


def _nearest(course: Course, which: NDArray[np.bool_], kilometres: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest of the things that are in one of these states, in each row of a course; −1 for none."""
    thing, state, begin, end = course.spells()
    counts = np.flatnonzero(which[state] & np.isfinite(kilometres[thing]))
    farthest_first = counts[np.lexsort((-thing[counts], -kilometres[thing[counts]]))]
    found = np.full(len(course.instants) + 1, -1, dtype=np.int64)
    spells = zip(*(part[farthest_first].tolist() for part in (thing, begin, end)), strict=True)
    for one, since, until in spells:
        found[since:until] = one
    return found


def _rows(
    ground: _Measured, record: MapRecord, city: Place, reported: Sequence[tuple[float, str] | None]
) -> tuple[DistanceRow, ...]:
    ats, rows = rows_since(record.settings.span[0], ground.instants)
    edge_km, nobody = edge_km_of(record, city), (None, None)
    told = zip(ats, ground.held_km[rows], ground.claimed_km[rows], reported[rows], strict=True)
    return tuple(
        DistanceRow(
            at,
            _finite(held_km),
            None if held_km == np.inf else max(0.0, held_km - edge_km),
            _finite(claimed_km),
            *(report or nobody),
        )
        for at, held_km, claimed_km, report in told
    )


def _finite(kilometres: float) -> float | None:
    return kilometres if np.isfinite(kilometres) else None


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

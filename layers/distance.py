"""How near hostile ground came to a city, through time.

A distance needs a named reference: from the city's centre (its point in the gazetteer), or from its edge (the
centre minus the built-up radius). Hostile is ground whose standing holder is on another side than the city's
own holder before the map begins. Ground that a hostile party merely claims is measured apart, never mixed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.claim import Claim, Event
from claims.control import Certainty, ControlHistory
from claims.map_record import MapRecord
from gazetteer.errors import shown
from gazetteer.place import Place
from layers.composite import Composite, State, place_changes, polygon, start_states
from layers.errors import UnknownCity
from layers.front_line import hostile, sides_of
from layers.ground import LocalPlane, geodesic_km

_DISPUTED = frozenset({Certainty.CLAIMED, Certainty.CONTESTED})


@dataclass(frozen=True, slots=True)
class DistanceRow:
    """The distances from ``at`` on, until the next row; None where there is no such ground.

    ``centre_km`` and ``edge_km`` go to the nearest ground with a hostile standing holder, ``claimed_km`` to
    the nearest ground that a hostile party claims or that is contested with one. ``nearest_reported_km``
    goes to the nearest place that a report of its own gives to a hostile party (assessed),
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


def city_of(record: MapRecord, city: str | None = None) -> Place:
    """The place that distances are measured from: the one asked for, else the map's own city.

    Raises
    ------
    UnknownCity
        Where the map has no such place.
    """
    wanted = record.settings.city if city is None else city
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
    states = start_states(record, history)
    measured = _Measured.of(whole, record, city, states[city.id].holder)
    since = record.settings.span[0]
    rows = [measured.row(since, states)]
    for at, changes in groupby(place_changes(record, history), key=lambda change: change.at):
        states |= {change.place_id: change.state for change in changes}
        row = measured.row(max(at, since), states)
        rows = [*rows[:-1], row] if at <= since else [*rows, row]
    return tuple(rows)


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
    """How far each place's ground and point lie from the city; infinite where it has no ground."""

    own: str
    sides: Mapping[str, str]
    edge_km: float
    ids: tuple[str, ...]
    ground_km: NDArray[np.float64]
    point_km: NDArray[np.float64]

    @classmethod
    def of(cls, whole: Composite, record: MapRecord, city: Place, own: str) -> _Measured:
        ids = tuple(sorted(record.places))
        places = [record.places[place_id] for place_id in ids]
        ground = dict.fromkeys(ids, np.inf) | _ground_km(whole, city) | {city.id: 0.0}
        return cls(
            own=own,
            sides=sides_of(record.actors),
            edge_km=edge_km_of(record, city),
            ids=ids,
            ground_km=np.array([ground[place_id] for place_id in ids]),
            point_km=geodesic_km(city.lat, city.lon, [p.lat for p in places], [p.lon for p in places]),
        )

    def row(self, at: datetime, states: Mapping[str, State]) -> DistanceRow:
        """The distances while the places are in these states."""
        held = np.array([self._held(states[place_id]) for place_id in self.ids])
        claimed = np.array([self._claimed(states[place_id]) for place_id in self.ids])
        assessed = np.array([states[place_id].certainty is Certainty.ASSESSED for place_id in self.ids])
        centre_km = _least(self.ground_km, held)
        reported_km = _least(self.point_km, held & assessed)
        return DistanceRow(
            at=at,
            centre_km=centre_km,
            edge_km=None if centre_km is None else max(0.0, centre_km - self.edge_km),
            claimed_km=_least(self.ground_km, claimed),
            nearest_reported_km=reported_km,
            nearest_reported_place=None if reported_km is None else self._nearest(held & assessed),
        )

    def _held(self, state: State) -> bool:
        return hostile(self.own, state.holder, self.sides)

    def _claimed(self, state: State) -> bool:
        disputed = state.certainty in _DISPUTED and state.rival is not None
        return disputed and not self._held(state) and hostile(self.own, state.rival or "", self.sides)

    def _nearest(self, among: NDArray[np.bool_]) -> str:
        return self.ids[int(np.argmin(np.where(among, self.point_km, np.inf)))]


def _least(kilometres: NDArray[np.float64], among: NDArray[np.bool_]) -> float | None:
    least = float(np.min(kilometres, where=among, initial=np.inf))
    return least if np.isfinite(least) else None


def _ground_km(whole: Composite, city: Place) -> dict[str, float]:
    """The distance from the city to each place's nearest ground.

    In the plane round the city, lengths from its point are geodesic.
    """
    plane = LocalPlane(city.lat, city.lon)
    faces = [plane.to_plane(polygon(whole, i)) for i in range(len(whole.faces))]
    kilometres = shapely.distance(np.array(faces), shapely.Point(0.0, 0.0)) / 1000.0
    nearest: dict[str, float] = {}
    for face, km in zip(whole.faces, kilometres, strict=True):
        place_id = face.place_id or ""
        nearest[place_id] = min(float(km), nearest.get(place_id, np.inf))
    return nearest

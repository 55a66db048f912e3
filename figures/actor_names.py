"""Where each party's name stands on its ground, through time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.face_grid import faces_at
from figures.home_view import Bounds
from figures.sides import is_drawn

Spots = tuple[tuple[int, float, float], ...]
"""For each party that is named: its actor index, longitude and latitude."""

_COLUMNS, _ROWS = 30, 22
_KM_PER_DEGREE = 111.2
_REACH_KM = 7.0
_ROOM_KM = 3.2
"""A name needs ground of its own for so far around it."""
_STAY = 0.62
"""A name stays where it is while there is this share of the room that it would find elsewhere."""
_TOWN_KM = 2.4
_FEW_NEAR, _MOST_NEAR = 24, 512
"""So many places near a spot are looked at for another holder: a few first, then all that are kept."""


class NameSpots:
    """Finds the spot of a map's view that lies deepest within each party's ground.

    A grid of spots belongs each to the holder of the nearest place; the name goes to the spot that is
    farthest from any place of another holder, from the edge of the view, and from the names of large places.
    """

    def __init__(self, document: Mapping[str, Any], bounds: Bounds) -> None:
        self.document = document
        self.bounds = bounds
        west, south, east, north = bounds
        lon, lat = np.meshgrid(np.linspace(west, east, _COLUMNS), np.linspace(south, north, _ROWS))
        self.lon, self.lat = lon.ravel(), lat.ravel()

    @cached_property
    def _squeeze(self) -> float:
        return math.cos(math.radians((self.bounds[1] + self.bounds[3]) / 2))

    def _km(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distances from every spot to every point, shape (spots, points); a plane will do."""
        x = (self.lon[:, None] - lon[None, :]) * _KM_PER_DEGREE * self._squeeze
        y = (self.lat[:, None] - lat[None, :]) * _KM_PER_DEGREE
        return np.asarray(np.hypot(x, y))

    @cached_property
    def _places(self) -> list[int]:
        """The places that any spot can belong to; others are farther than the view's edge."""
        west, south, east, north = self.bounds
        high = _REACH_KM / _KM_PER_DEGREE
        wide = high / self._squeeze
        return [
            index
            for index, place in enumerate(self.document["places"])
            if west - wide <= place["lon"] <= east + wide and south - high <= place["lat"] <= north + high
        ]

    @cached_property
    def watched(self) -> frozenset[int]:
        """The faces or places that decide where the names stand."""
        return frozenset(self._faces.tolist() if is_drawn(self.document) else self._places)

    @cached_property
    def _to_places(self) -> NDArray[np.float64]:
        places = [self.document["places"][index] for index in self._places]
        return self._km(np.array([p["lon"] for p in places]), np.array([p["lat"] for p in places]))

    @cached_property
    def _near(self) -> NDArray[np.int64]:
        """For each spot its nearest places, the nearest first."""
        return np.argsort(self._to_places, axis=1, kind="stable")[:, :_MOST_NEAR]

    @cached_property
    def _near_km(self) -> NDArray[np.float64]:
        """How far they are; where all are of one holder, the next is taken to be as far as the last."""
        away = np.take_along_axis(self._to_places, self._near, axis=1)
        beyond = away[:, -1:] if self._near.shape[1] < len(self._places) else np.full((len(away), 1), np.inf)
        return np.hstack([away, beyond])

    @cached_property
    def _nearest(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The nearest place of each spot, and whether it is within reach."""
        return self._near[:, 0], self._near_km[:, 0] <= _REACH_KM

    @cached_property
    def _free(self) -> NDArray[np.float64]:
        """How far each spot is from the view's edge and, with less weight, from the names of towns; in km."""
        west, south, east, north = self.bounds
        across = np.minimum(self.lon - west, east - self.lon) * _KM_PER_DEGREE * self._squeeze
        upright = np.minimum(self.lat - south, north - self.lat) * _KM_PER_DEGREE
        towns = [i for i, place in enumerate(self._places) if self.document["places"][place]["rank"] <= 1]
        edge = np.minimum(across * 0.55, upright)
        if not towns:
            return np.asarray(edge)
        return np.asarray(np.where(self._to_places[:, towns].min(axis=1) < _TOWN_KM, 0.0, edge))

    def at(self, states: list[int], before: Spots = ()) -> Spots:
        """Find the spots for one instant, given the state of every place and the spots just before.

        On drawn ground the states are those of the faces.
        """
        known = [i for i, actor in enumerate(self.document["actors"]) if actor["role"] != "unknown"]
        earlier = {actor: (lon, lat) for actor, lon, lat in before}
        if is_drawn(self.document):
            return self._drawn(
                np.array([self.document["states"][state][0] for state in states]), known, earlier
            )
        if not self._places:
            return ()
        holder = np.array([self.document["states"][states[place]][0] for place in self._places])
        nearest, reached = self._nearest
        owner = np.where(reached, holder[nearest], -1)
        found = (self._spot(actor, owner, holder != actor, earlier.get(actor)) for actor in known)
        return tuple(spot for spot in found if spot)

    def _drawn(
        self, holder: NDArray[np.int_], known: list[int], earlier: Mapping[int, tuple[float, float]]
    ) -> Spots:
        """The same on drawn ground: a spot belongs to whoever holds its face."""
        owner = np.where(self._faces >= 0, holder[self._faces], -1) if len(holder) else self._faces
        found = (self._spot(actor, owner, None, earlier.get(actor)) for actor in known)
        return tuple(spot for spot in found if spot)

    @cached_property
    def _among(self) -> NDArray[np.float64]:
        return self._km(self.lon, self.lat)

    def _away_on_drawn(self, own: NDArray[np.int64], others: NDArray[np.bool_]) -> NDArray[np.float64]:
        if not others.any():
            return np.full(len(own), np.inf)
        return np.asarray(self._among[np.ix_(own, np.flatnonzero(others))].min(axis=1))

    @cached_property
    def _faces(self) -> NDArray[np.int64]:
        return faces_at(self.document, self.lon, self.lat)

    def _away(self, own: NDArray[np.int64], others: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How far some spots are from the nearest of some places."""
        first = np.full(len(own), -1)
        open_, done = np.arange(len(own)), 0
        for most in (_FEW_NEAR, _MOST_NEAR):
            found = others[self._near[own[open_], done:most]]
            seen = found.any(axis=1)
            if seen.any():
                first[open_[seen]] = done + found[seen].argmax(axis=1)
            open_, done = open_[~seen], most
        return np.asarray(self._near_km[own, first])

    def _spot(
        self,
        actor: int,
        owner: NDArray[np.int_],
        others: NDArray[np.bool_] | None,
        earlier: tuple[float, float] | None,
    ) -> tuple[int, float, float] | None:
        """The spot of one party; ``others`` are the places of all others, None where ground is drawn."""
        own = np.flatnonzero(owner == actor)
        if not own.size:
            return None
        away = self._away_on_drawn(own, owner != actor) if others is None else self._away(own, others)
        room = np.zeros(len(owner))
        room[own] = np.minimum(away, self._free[own])
        best = int(room.argmax())
        if room[best] < _ROOM_KM:
            return None
        if earlier is not None:
            was = int(np.hypot(self.lon - earlier[0], self.lat - earlier[1]).argmin())
            best = was if room[was] >= _STAY * room[best] else best
        return actor, round(float(self.lon[best]), 4), round(float(self.lat[best]), 4)


def name_track(document: Mapping[str, Any], bounds: Bounds) -> list[tuple[int, Spots]]:
    """Every instant from which on the names stand elsewhere, with all their spots; the first is the start."""
    track: list[tuple[int, Spots]] = []
    finder = NameSpots(document, bounds)
    for t, states in _through_time(document, finder.watched):
        spots = finder.at(states, track[-1][1] if track else ())
        if not track or spots != track[-1][1]:
            track.append((t, spots))
    return track


def _through_time(document: Mapping[str, Any], watched: frozenset[int]) -> Iterator[tuple[int, list[int]]]:
    """The states at the start, and at each instant at which one that is watched changes."""
    of, column = ("faces", 1) if is_drawn(document) else ("places", 3)
    states = list(document["start"][of])
    yield document["span"][0], states
    for t, *columns in document["changes"]:
        pairs = columns[column - 1]
        for place, state in zip(pairs[::2], pairs[1::2], strict=True):
            states[place] = state
        if not watched.isdisjoint(pairs[::2]):
            yield t, states

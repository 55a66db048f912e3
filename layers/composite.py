"""The space-time composite: ground that never moves, and a list of changes.

After Langran & Chrisman, "A framework for temporal geographic information", Cartographica 25(3), 1988.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from claims.actors import UNKNOWN
from claims.control import Certainty, ControlHistory, Hold
from claims.cycles import no_search_for_cycles
from layers.faces import Arc, Face
from layers.kept import kept

if TYPE_CHECKING:
    import shapely

    from claims.map_record import MapRecord
    from layers.basemap import Basemap


class State(NamedTuple):
    """Who holds a face and how sure that is; see ``claims.control.Hold`` for ``holder`` and ``rival``."""

    holder: str
    certainty: Certainty
    rival: str | None = None


class FaceChange(NamedTuple):
    """From ``at`` on, ``face`` is in ``state``. ``claims`` are the ids that this rests on."""

    at: datetime
    face: int
    state: State
    claims: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Composite:
    """Faces that never move, arcs with their two sides, and changes sorted by (at, face)."""

    arcs: tuple[Arc, ...]
    faces: tuple[Face, ...]
    start: tuple[State, ...]
    changes: tuple[FaceChange, ...]


class PlaceChange(NamedTuple):
    """From ``at`` on, the place is in ``state``. ``claims`` are the ids that this rests on."""

    at: datetime
    place_id: str
    state: State
    claims: tuple[str, ...]


Change = TypeVar("Change", FaceChange, PlaceChange)


def composite(record: MapRecord, history: ControlHistory, ground: Basemap) -> Composite:
    """Overlay all boundaries of all instants once; after that, time is only a list of changes.

    Every face belongs to one place and is always in that place's state.

    Raises
    ------
    layers.errors.GroundError
        Where the map has no place, or two on the same spot.
    """
    with no_search_for_cycles():
        return _composite(record, history, ground)


def _composite(record: MapRecord, history: ControlHistory, ground: Basemap) -> Composite:
    from layers.cells import cells

    settings = record.settings
    made = cells(record.places, record.places.get(settings.city), settings.reach_km, ground)
    before = start_states(record, history)
    faces_of = _faces_of_places(made.faces)
    changes = [
        FaceChange(at, face, state, claims)
        for at, place_id, state, claims in place_changes(record, history)
        for face in faces_of[place_id]
    ]
    start = tuple([before[face.place_id or ""] for face in made.faces])
    return Composite(made.arcs, made.faces, start, _by_time(changes, [change.face for change in changes]))


def _by_time(changes: Sequence[Change], then_by: Sequence[int]) -> tuple[Change, ...]:
    """Changes in the order of time, those of one instant by these numbers."""
    number = {at: i for i, at in enumerate(sorted({change.at for change in changes}))}
    order = np.lexsort((then_by, [number[change.at] for change in changes])) if changes else np.zeros(0, int)
    return tuple([changes[i] for i in order.tolist()])


def _faces_of_places(faces: Iterable[Face]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        if face.place_id is not None:
            found[face.place_id].append(index)
    return found


def state_of(hold: Hold) -> State:
    """What the ground shows during a hold."""
    return _state(hold.holder, hold.certainty, hold.rival)


_state = lru_cache(4096)(State)
"""There are few states and many holds."""


def start_states(record: MapRecord, history: ControlHistory) -> dict[str, State]:
    """The state of each place before its first change; unknown where nobody said anything."""
    silent = State(UNKNOWN, Certainty.NOT_REPORTED)
    holds = {place_id: history.holds.get(place_id, ()) for place_id in sorted(record.places)}
    return {place_id: state_of(own[0]) if own else silent for place_id, own in holds.items()}


@kept()
def place_changes(record: MapRecord, history: ControlHistory) -> tuple[PlaceChange, ...]:
    """What changes at each place, by (at, place id); a hold that looks like the one before is no change."""
    changes = [
        PlaceChange(later.start, place_id, state_of(later), later.claims)
        for place_id in sorted(record.places)
        for earlier, later in pairwise(history.holds.get(place_id, ()))
        if later.start is not None and not look_alike(earlier, later)
    ]
    return _by_time(changes, range(len(changes)))


def look_alike(one: Hold, other: Hold) -> bool:
    """Whether the ground shows the same during both holds."""
    return one.certainty is other.certainty and one.holder == other.holder and one.rival == other.rival


def states_at(whole: Composite, instant: datetime) -> tuple[State, ...]:
    """The state of each face at an instant; half-open, so that a change counts from its own instant on."""
    states = list(whole.start)
    for change in whole.changes:
        if change.at > instant:
            break
        states[change.face] = change.state
    return tuple(states)


def ring_points(arcs: Sequence[Arc], ring: Iterable[int]) -> NDArray[np.float64]:
    """A closed ring as an array of shape (n, 2), longitude and latitude; first and last point are equal."""
    walked = [arcs[i].points if i >= 0 else arcs[~i].points[::-1] for i in ring]
    return np.vstack([walked[0], *(points[1:] for points in walked[1:])])


def polygon(whole: Composite, face: int) -> shapely.Polygon:
    """The ground of a face, in degrees."""
    (found,) = polygons_of(whole.arcs, whole.faces[face : face + 1])
    only: shapely.Polygon = found
    return only


def polygons_of(arcs: Sequence[Arc], faces: Sequence[Face]) -> NDArray[np.object_]:
    """The ground of each face between these arcs, in degrees: an array of polygons."""
    import shapely

    rings = [ring for face in faces for ring in face.rings]
    if not rings:
        return np.empty(0, dtype=object)
    points, ring_ends = _walked(arcs, rings)
    face_ends = np.cumsum([0, *(len(face.rings) for face in faces)])
    found: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, points, (ring_ends, face_ends)
    )
    return found


def _walked(
    arcs: Sequence[Arc], rings: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The points of closed rings in a row, and where each ring begins and the last one ends."""
    references = np.array([reference for ring in rings for reference in ring])
    backwards = references < 0
    used, numbers = np.unique(np.where(backwards, ~references, references), return_inverse=True)
    lines = [arcs[arc].points for arc in used.tolist()]
    every, lengths = np.concatenate(lines), np.array([len(line) for line in lines])
    begins = np.cumsum(lengths) - lengths
    # Two arcs meet in one point, which stands there once: each arc but a ring's first leaves out its own.
    left_out = np.ones(len(references), dtype=np.int64)
    ring_lengths = np.array([len(ring) for ring in rings])
    left_out[np.cumsum(ring_lengths) - ring_lengths] = 0
    counts = lengths[numbers] - left_out
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - left_out, counts)
    back, begin = np.repeat(backwards, counts), np.repeat(begins[numbers], counts)
    end = np.repeat(begins[numbers] + lengths[numbers] - 1, counts)
    points = every[np.where(back, end - within, begin + within)]
    of_rings = np.add.reduceat(counts, np.cumsum(ring_lengths) - ring_lengths)
    return points, np.concatenate([[0], np.cumsum(of_rings)])

"""The corners of a composite are rounded for the eye: once, and the same at every instant.

Cells meet in corners that nobody surveyed. Where a front turns round one of the cells at a corner, that
cell's corner becomes a face of its own: two straight stubs and a quadratic Bézier curve from stub end to
stub end, with the corner as its control point (a quadratic B-spline, where the stubs reach the middle of
their arcs). While the front turns there, the cut-off corner shows its neighbours' state and the front
follows the curve; otherwise it shows its own cell's state and nobody sees it. So fills and line always use
the same arcs, and nothing moves in time. A front that turns twice within 500 m would still look sharp; there
the two corners are first drawn as one. Measures never use the rounded composite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.control import Certainty
from claims.map_record import MapRecord
from layers.composite import Composite, FaceChange, State, polygon, ring_points
from layers.faces import NOTHING, Arc, ArcKind, Face
from layers.front_line import by_instant, hostile, sides_of
from layers.ground import LocalPlane, geodesic_km
from layers.kept import kept

MOST_MOVED_M = 580.0
"""How far a curve may leave its corner; a closed gap included, the line stays within 0.8 km of the edge."""

MOST_FACES = 8_000
"""Of a composite with more faces no corner is rounded: a cell is then a few pixels wide, and thrice as many
faces would be drawn for what nobody sees."""

_CLOSED_GAP_M = 400.0

_NEAR_PLACE = 0.4
_CURVE_STEPS = 8
_SHRINKINGS = (1.0, 0.5, 0.25, 0.125)
_LEAST_CUT_M = 5.0
_LEAST_DEPTH_M = 5.0

_SURENESS = (
    Certainty.ASSESSED,
    Certainty.REPORTED,
    Certainty.INFERRED,
    Certainty.STALE,
    Certainty.NOT_REPORTED,
    Certainty.UNCERTAIN,
    Certainty.CLAIMED,
    Certainty.CONTESTED,
)

Found = TypeVar("Found")
End = tuple[int, bool]
"""One end of an arc: its index, and whether it is the last point (True) or the first."""


@dataclass(frozen=True, slots=True)
class _Corner:
    """Where a face turns from one arc to the next: along ``into`` to ``node``, then away along ``out``."""

    face: int
    node: tuple[float, float]
    into: End
    out: End


_Story = tuple[State, tuple[tuple[datetime, State, tuple[str, ...]], ...]]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A corner that a front turns round at some instant, with the states its piece of ground goes through."""

    corner: _Corner
    start: State
    changes: tuple[tuple[datetime, State, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class _Drawing:
    """Cells in metres, with what the fitting of curves needs, each piece of it worked out once.

    It is the same whatever is known of the holders, so that another known time finds most of it done.
    """

    plane: LocalPlane
    lines: Sequence[NDArray[np.float64]]
    faces: Sequence[Face]
    spots: Mapping[str, shapely.Point]
    splits: dict[tuple[int, tuple[float, ...]], list[NDArray[np.float64]]] = field(default_factory=dict)
    _found: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def once(self, work: Callable[..., Found], *asked: object) -> Found:
        """What ``work`` finds for these, in this drawing."""
        key = (work, *asked)
        if key not in self._found:
            self._found[key] = work(*asked, self)
        found: Found = self._found[key]
        return found

    def spot(self, face: int) -> shapely.Point:
        """The point of the place of a face."""
        return self.spots[self.faces[face].place_id or ""]

    def node(self, end: End) -> NDArray[np.float64]:
        line = self.lines[end[0]]
        return np.asarray(line[-1] if end[1] else line[0])

    def cut(self, end: End, length_m: float) -> NDArray[np.float64]:
        """The point at that length from that end of an arc."""
        point = self.once(_shape, end[0]).interpolate(-length_m if end[1] else length_m)
        return np.array([point.x, point.y])


def _shape(arc: int, drawing: _Drawing) -> shapely.LineString:
    return shapely.LineString(drawing.lines[arc])


def _length_m(arc: int, drawing: _Drawing) -> float:
    return float(np.hypot(*np.diff(drawing.lines[arc], axis=0).T).sum())


def _outline(face: int, drawing: _Drawing) -> shapely.Polygon:
    lines = drawing.lines
    outer, *holes = (
        np.vstack([lines[i] if i >= 0 else lines[~i][::-1] for i in ring])
        for ring in drawing.faces[face].rings
    )
    return shapely.Polygon(outer, holes)


def rounded(whole: Composite, record: MapRecord) -> Composite:
    """The composite to draw: corners that a front turns round are cut off by a curve.

    The drawn line stays within 0.8 km of the cells' edges, inside the cell, and away from the place's own
    point. Corners at the edge of the covered ground, and those where parties meet as on a chessboard, stay
    as they are; so does a composite of more than ``MOST_FACES`` faces.
    """
    if len(whole.faces) > MOST_FACES:
        return whole
    sides = sides_of(record.actors)
    stories: dict[tuple[int, ...], _Story | None] = {}
    whole = _with_gaps_closed(whole, record, _turns(whole, sides, stories))
    turns = _turns(whole, sides, stories)
    if not turns:
        return whole
    spots = frozenset((place.id, place.lon, place.lat) for place in record.places.values())
    drawing = _in_metres(whole.arcs, whole.faces, spots)
    turns = [turn for turn in turns if not drawing.once(_is_straight, turn.corner)]
    cuts = _cuts(turns, drawing)
    return _rebuilt(whole, [turn for turn in turns if turn.corner.into in cuts], cuts, drawing)


# Which corners does a front turn round?


def _turns(
    whole: Composite, sides: Mapping[str, str], stories: dict[tuple[int, ...], _Story | None]
) -> list[_Turn]:
    """Every corner that a front turns round; ``stories`` are those found so far, by the faces of a node."""
    nodes = _faces_at_nodes(whole.arcs)
    story = _changes_of_faces(whole)
    found = []
    for corner in _corners(whole, _ever_fronts(whole, sides)):
        faces = nodes.get(corner.node)
        if faces:
            beside = (_across(whole, corner.into, corner), _across(whole, corner.out, corner))
            others = tuple(sorted(faces - {corner.face, *beside}))
            around = (corner.face, *beside, *others)
            if around not in stories:
                stories[around] = _story(around, whole, story, sides)
            told = stories[around]
            found += [_Turn(corner, *told)] if told else []
    return found


def _ends_at_nodes(arcs: Sequence[Arc]) -> dict[tuple[float, float], list[End]]:
    found: dict[tuple[float, float], list[End]] = defaultdict(list)
    for index, arc in enumerate(arcs):
        found[_node(arc, last=False)].append((index, False))
        found[_node(arc, last=True)].append((index, True))
    return found


def _ever_fronts(whole: Composite, sides: Mapping[str, str]) -> list[bool]:
    """Whether the faces beside each arc are ever held by different sides: no other arc can be a front."""
    ever: list[set[str]] = [{sides[s.holder]} if s.holder in sides else set() for s in whole.start]
    for change in whole.changes:
        if change.state.holder in sides:
            ever[change.face].add(sides[change.state.holder])
    nothing: set[str] = set()
    ever.append(nothing)  # NOTHING is −1
    return [len(ever[arc.left] | ever[arc.right]) > 1 for arc in whole.arcs]


def _node(arc: Arc, *, last: bool) -> tuple[float, float]:
    lon, lat = arc.points[-1 if last else 0].tolist()
    return lon, lat


@kept(12)
def _faces_at_nodes(arcs: Sequence[Arc]) -> dict[tuple[float, float], frozenset[int]]:
    """The faces round each node where nothing but cells meets, each once; no other node is listed."""
    found = {}
    for node, ends in _ends_at_nodes(arcs).items():
        beside = [arcs[index] for index, _ in ends]
        faces = frozenset(face for arc in beside for face in (arc.left, arc.right))
        simple = len(ends) >= 3 and len(faces) == len(ends) and NOTHING not in faces
        if simple and all(arc.kind is ArcKind.CELL for arc in beside):
            found[node] = faces
    return found


def _corners(whole: Composite, ever_fronts: Sequence[bool]) -> Iterable[_Corner]:
    """The corners between two arcs that may both be fronts."""
    for index, face in enumerate(whole.faces):
        for ring in face.rings:
            for before, after in zip(ring, [*ring[1:], ring[0]], strict=True):
                if not (ever_fronts[max(before, ~before)] and ever_fronts[max(after, ~after)]):
                    continue
                into = (before, True) if before >= 0 else (~before, False)
                out = (after, False) if after >= 0 else (~after, True)
                yield _Corner(index, _node(whole.arcs[into[0]], last=into[1]), into, out)


def _across(whole: Composite, end: End, corner: _Corner) -> int:
    arc = whole.arcs[end[0]]
    return arc.right if arc.left == corner.face else arc.left


def _changes_of_faces(whole: Composite) -> dict[int, list[FaceChange]]:
    found: dict[int, list[FaceChange]] = defaultdict(list)
    for change in whole.changes:
        found[change.face].append(change)
    return found


def _story(
    around: Sequence[int],
    whole: Composite,
    story: Mapping[int, list[FaceChange]],
    sides: Mapping[str, str],
) -> _Story | None:
    """How a corner starts and what it becomes, or None where no front ever turns round it.

    ``around`` are the faces at its node: its own, the two beside it, and any others.
    """
    scenes = _scenes(around, whole, story)
    shown, turned = _shown(next(scenes)[1], sides)
    start, changes = shown, []
    for at, states, claims in scenes:
        now, turns = _shown(states, sides)
        turned = turned or turns
        if now != shown:
            shown = now
            changes.append((at, now, claims))
    return (start, tuple(changes)) if turned else None


def _scenes(
    around: Sequence[int], whole: Composite, story: Mapping[int, list[FaceChange]]
) -> Iterator[tuple[datetime, list[State], tuple[str, ...]]]:
    """The states of some faces, first as they start and then after each instant that changes one of them."""
    states = [whole.start[face] for face in around]
    yield datetime.min.replace(tzinfo=UTC), list(states), ()
    for at, together in by_instant(sorted((c for f in around for c in story.get(f, ())), key=lambda c: c.at)):
        for change in together:
            states[around.index(change.face)] = change.state
        yield at, list(states), tuple(dict.fromkeys(claim for c in together for claim in c.claims))


def _shown(states: Sequence[State], sides: Mapping[str, str]) -> tuple[State, bool]:
    """What a corner shows, and whether a front turns round it: then all the others stand together against it.

    Where the two beside it differ, the corner shows the less sure of them.
    """
    own, one, other = states[:3]
    against = {sides.get(state.holder) for state in states[1:]}
    if len(against) > 1 or not hostile(own.holder, one.holder, sides):
        return own, False
    return max(one, other, key=lambda s: (_SURENESS.index(s.certainty), s.holder, s.rival or "")), True


# Two turns close together become one.


def _with_gaps_closed(whole: Composite, record: MapRecord, turns: Iterable[_Turn]) -> Composite:
    """The composite without the short arcs that a front turns into; their ends meet in the middle."""
    beside = {end[0] for turn in turns for end in (turn.corner.into, turn.corner.out)}
    closed = _closable(whole, record, sorted(beside))
    if not closed:
        return whole
    arcs, faces = _closed(whole.arcs, whole.faces, closed)
    return replace(whole, arcs=arcs, faces=faces)


@kept(12)
def _closed(
    arcs: tuple[Arc, ...], faces: tuple[Face, ...], closed: frozenset[int]
) -> tuple[tuple[Arc, ...], tuple[Face, ...]]:
    """The cells without some arcs."""
    moved = dict(to for index in closed for to in _meeting(arcs[index]).items())
    number = {old: new for new, old in enumerate(i for i in range(len(arcs)) if i not in closed)}
    return (
        tuple(_moved(arc, moved) for index, arc in enumerate(arcs) if index not in closed),
        tuple(replace(face, rings=tuple(_renumbered(ring, number) for ring in face.rings)) for face in faces),
    )


def _meeting(arc: Arc) -> dict[tuple[float, float], NDArray[np.float64]]:
    """Where both ends of an arc move to when it is closed: its middle."""
    return dict.fromkeys(
        (_node(arc, last=False), _node(arc, last=True)), (arc.points[0] + arc.points[-1]) / 2
    )


def _closable(whole: Composite, record: MapRecord, arcs: Iterable[int]) -> frozenset[int]:
    """The short ones of these arcs that can go without spoiling a face."""
    nodes, story, sides = _faces_at_nodes(whole.arcs), _changes_of_faces(whole), sides_of(record.actors)
    gaps_m = _gaps_m(whole.arcs)
    closed: set[int] = set()
    moved: dict[tuple[float, float], NDArray[np.float64]] = {}
    for index in arcs:
        if gaps_m[index] > _CLOSED_GAP_M:
            continue
        to = _meeting(whole.arcs[index])
        if not moved.keys().isdisjoint(to):
            continue
        ends = [nodes.get(node, frozenset()) for node in to]
        if not all(ends) or _is_bridge(whole.arcs[index], frozenset.union(*ends), whole, story, sides):
            continue
        if all(_survives(whole, face, moved | to, record) for face in frozenset.union(*ends)):
            closed.add(index)
            moved |= to
    return frozenset(closed)


@kept()
def _gaps_m(arcs: Sequence[Arc]) -> NDArray[np.float64]:
    """How far apart the ends of each arc are."""
    first, last = (np.array([arc.points[end] for arc in arcs]).reshape(-1, 2) for end in (0, -1))
    return geodesic_km(first[:, 1], first[:, 0], last[:, 1], last[:, 0]) * 1000.0


def _is_bridge(
    arc: Arc,
    faces: frozenset[int],
    whole: Composite,
    story: Mapping[int, list[FaceChange]],
    sides: Mapping[str, str],
) -> bool:
    """Whether the arc's two faces are ever joined only across it: then the gap is a corridor."""
    around = (arc.left, arc.right, *sorted(faces - {arc.left, arc.right}))
    for _, states, _ in _scenes(around, whole, story):
        one, other, *beyond = (sides.get(state.holder, state.holder) for state in states)
        others = sum(side != one for side in beyond)
        if one == other and (others > 1 or others == len(beyond)):
            return True
    return False


def _survives(
    whole: Composite, face: int, moved: Mapping[tuple[float, float], NDArray[np.float64]], record: MapRecord
) -> bool:
    """Whether a face stays a plain polygon round its place when those nodes move."""
    outer, *holes = (
        [moved.get((x, y), (x, y)) for x, y in ring_points(whole.arcs, ring).tolist()]
        for ring in whole.faces[face].rings
    )
    before, after = polygon(whole, face), shapely.Polygon(outer, holes)
    place = record.places[whole.faces[face].place_id or ""]
    spot = shapely.Point(place.lon, place.lat)
    return after.is_valid and after.area > 0.5 * before.area and after.contains(spot) == before.contains(spot)


def _moved(arc: Arc, moved: Mapping[tuple[float, float], NDArray[np.float64]]) -> Arc:
    if not moved:
        return arc
    first, last = _node(arc, last=False), _node(arc, last=True)
    if first not in moved and last not in moved:
        return arc
    points = arc.points.copy()
    points[0], points[-1] = moved.get(first, points[0]), moved.get(last, points[-1])
    return replace(arc, points=points)


def _renumbered(ring: Iterable[int], number: Mapping[int, int]) -> tuple[int, ...]:
    kept = (i for i in ring if (i if i >= 0 else ~i) in number)
    return tuple(number[i] if i >= 0 else ~number[~i] for i in kept)


# How much of each corner is cut off?


@kept(12)
def _in_metres(
    arcs: Sequence[Arc], faces: Sequence[Face], spots: frozenset[tuple[str, float, float]]
) -> _Drawing:
    """Cells in metres; ``spots`` are the id, longitude and latitude of every place."""
    every = np.vstack([arc.points for arc in arcs])
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    plane = LocalPlane(float(middle[1]), float(middle[0]))
    moved = plane.points_to_plane(every)
    lines = np.split(moved, np.cumsum([len(arc.points) for arc in arcs])[:-1])
    ids, lons, lats = zip(*sorted(spots), strict=True)
    points = map(shapely.Point, plane.points_to_plane(np.column_stack([lons, lats])))
    return _Drawing(plane, lines, faces, dict(zip(ids, points, strict=True)))


def _cuts(turns: Sequence[_Turn], drawing: _Drawing) -> dict[End, float]:
    """How far from its end each arc is cut, in metres; corners that admit no curve are left out."""
    at_node: dict[tuple[float, float], list[_Corner]] = defaultdict(list)
    for turn in turns:
        at_node[turn.corner.node].append(turn.corner)
    cuts: dict[End, float] = {}
    for node in sorted(at_node):
        cuts |= drawing.once(_cuts_at, tuple(at_node[node]))
    return cuts


def _cuts_at(corners: Sequence[_Corner], drawing: _Drawing) -> dict[End, float]:
    """The longest stubs at one node, up to the middle of their arcs, with which all its curves fit."""
    halves = {
        end: drawing.once(_length_m, end[0]) / 2 for corner in corners for end in (corner.into, corner.out)
    }
    for shrinking in _SHRINKINGS:
        lengths = {end: half * shrinking for end, half in halves.items()}
        leave_m = max(_leaves_m(corner, lengths, drawing) for corner in corners)
        lengths = {end: length * min(1.0, MOST_MOVED_M / leave_m) for end, length in lengths.items()}
        if min(lengths.values()) < _LEAST_CUT_M:
            return {}
        if all(_fits(corner, lengths, drawing) for corner in corners):
            return lengths
    return {}


def _is_straight(corner: _Corner, drawing: _Drawing) -> bool:
    """Whether even the widest curve would cut off less than the drawing's grid can show."""
    halves = {end: drawing.once(_length_m, end[0]) / 2 for end in (corner.into, corner.out)}
    begin, node, end = _controls(corner, halves, drawing)
    (ax, ay), (bx, by) = node - begin, end - node
    cut_off_m2 = abs(ax * by - ay * bx) / 6  # a third of the triangle, by Archimedes
    return bool(cut_off_m2 < _LEAST_DEPTH_M * max(np.hypot(ax, ay), np.hypot(bx, by)))


def _leaves_m(corner: _Corner, lengths: Mapping[End, float], drawing: _Drawing) -> float:
    """How far the middle of the curve lies from the corner."""
    begin, node, end = _controls(corner, lengths, drawing)
    return max(1e-9, float(np.hypot(*((begin + end) / 2 - node))) / 2)


def _controls(
    corner: _Corner, lengths: Mapping[End, float], drawing: _Drawing
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    begin, end = (drawing.cut(arc_end, lengths[arc_end]) for arc_end in (corner.into, corner.out))
    return begin, drawing.node(corner.into), end


def _curve(
    begin: NDArray[np.float64], control: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A quadratic Bézier curve as points, both ends included."""
    return np.asarray(_BEFORE * begin + _BESIDE * control + _BEHIND * end)


_ALONG = np.linspace(0.0, 1.0, _CURVE_STEPS + 1)[:, None]
_BEFORE, _BESIDE, _BEHIND = (1 - _ALONG) ** 2, 2 * _ALONG * (1 - _ALONG), _ALONG**2


def _fits(corner: _Corner, lengths: Mapping[End, float], drawing: _Drawing) -> bool:
    """Whether the curve runs inside its own cell, on its side of the corner, and clear of its place."""
    begin, node, end = _controls(corner, lengths, drawing)
    (ax, ay), (bx, by) = node - begin, end - node
    if ax * by - ay * bx <= 0:
        return False
    curve = _curve(begin, node, end)
    outline, spot = drawing.once(_outline, corner.face), drawing.spot(corner.face)
    cut_off = shapely.Polygon([*curve, node])
    clear_m = _NEAR_PLACE * spot.distance(shapely.Point(node))
    inside = outline.contains_properly(shapely.LineString(curve[1:-1]))
    holes = any(cut_off.intersects(hole) for hole in outline.interiors)
    return bool(inside) and not holes and cut_off.distance(spot) >= clear_m


# The composite again, with the corners as faces of their own.


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The new arcs, and what each old arc has become: its pieces, from its first point to its last."""

    arcs: list[Arc]
    of: list[tuple[int, ...]]
    ends: dict[End, int]

    def walk(self, reference: int) -> list[int]:
        """The references that a reference to an old arc has become."""
        return list(self.of[reference]) if reference >= 0 else [~i for i in reversed(self.of[~reference])]


def _rebuilt(
    whole: Composite, turns: Sequence[_Turn], cuts: Mapping[End, float], drawing: _Drawing
) -> Composite:
    pieces = _cut_arcs(whole, cuts, drawing)
    curve_of: dict[tuple[int, End], int] = {}
    corner_faces: list[Face] = []
    curves = _curves([turn.corner for turn in turns], pieces, drawing)
    for turn, curve in zip(turns, curves, strict=True):
        corner, face = turn.corner, len(whole.faces) + len(corner_faces)
        curve_of[corner.face, corner.into] = len(pieces.arcs)
        corner_faces.append(_cut_off(corner, face, whole.faces[corner.face], pieces, curve))
    faces = [_without_corners(face, index, pieces, curve_of) for index, face in enumerate(whole.faces)]
    changes = [
        FaceChange(at, len(faces) + number, state, claims)
        for number, turn in enumerate(turns)
        for at, state, claims in turn.changes
    ]
    return Composite(
        arcs=tuple(pieces.arcs),
        faces=(*faces, *corner_faces),
        start=(*whole.start, *(turn.start for turn in turns)),
        changes=tuple(sorted([*whole.changes, *changes], key=lambda c: (c.at, c.face))),
    )


def _cut_arcs(whole: Composite, cuts: Mapping[End, float], drawing: _Drawing) -> _Pieces:
    """Every arc, cut where a curve begins or ends; the two curves of a short arc begin at the same point."""
    pieces = _Pieces([], [], {})
    at_m = {index: _lengths_of_cuts(index, cuts, drawing) for index in sorted({end[0] for end in cuts})}
    split = _splits(whole, at_m, drawing)
    for index, arc in enumerate(whole.arcs):
        parts = [replace(arc, points=part) for part in split[index]] if index in split else [arc]
        numbers = tuple(range(len(pieces.arcs), len(pieces.arcs) + len(parts)))
        pieces.arcs.extend(parts)
        pieces.of.append(numbers)
        pieces.ends[index, False], pieces.ends[index, True] = numbers[0], numbers[-1]
    return pieces


def _splits(
    whole: Composite, at_m: Mapping[int, tuple[float, ...]], drawing: _Drawing
) -> dict[int, list[NDArray[np.float64]]]:
    """The points of each of these arcs, divided there; those that are new to the drawing all together."""
    new = [index for index, lengths in at_m.items() if (index, lengths) not in drawing.splits]
    where = [drawing.once(_shape, index).interpolate(m) for index in new for m in at_m[index]]
    marks = iter(drawing.plane.points_to_degrees(shapely.get_coordinates(where)))
    for index in new:
        points = [next(marks) for _ in at_m[index]]
        split = _split(whole.arcs[index], drawing.lines[index], at_m[index], points)
        drawing.splits[index, at_m[index]] = split
    return {index: drawing.splits[index, lengths] for index, lengths in at_m.items()}


def _lengths_of_cuts(arc: int, cuts: Mapping[End, float], drawing: _Drawing) -> tuple[float, ...]:
    """Where an arc is cut, as lengths along it in metres."""
    first, last = cuts.get((arc, False)), cuts.get((arc, True))
    at_m = [] if first is None else [first]
    at_m += [] if last is None else [drawing.once(_length_m, arc) - last]
    return tuple(at_m[:1] if len(at_m) == 2 and at_m[1] - at_m[0] < 1.0 else at_m)


def _split(
    arc: Arc, line: NDArray[np.float64], at_m: Sequence[float], points: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """The arc's points, divided at lengths along its line in metres, which are those points in degrees."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    limits = [0.0, *at_m, along[-1]]
    marks = [arc.points[0], *points, arc.points[-1]]
    return [
        np.vstack([marks[i], arc.points[(along > limits[i]) & (along < limits[i + 1])], marks[i + 1]])
        for i in range(len(limits) - 1)
    ]


def _curves(corners: Sequence[_Corner], pieces: _Pieces, drawing: _Drawing) -> Iterator[NDArray[np.float64]]:
    """The curve of each corner in degrees, from the end of one stub to the end of the other."""
    if not corners:
        return
    ends = np.array(
        [
            pieces.arcs[pieces.ends[end]].points[0 if end[1] else -1]
            for corner in corners
            for end in (corner.into, corner.out)
        ]
    )
    metres = drawing.plane.points_to_plane(ends)
    bent = [_curve(metres[2 * k], drawing.node(c.into), metres[2 * k + 1]) for k, c in enumerate(corners)]
    every = drawing.plane.points_to_degrees(np.vstack(bent))
    for k, curve in enumerate(np.split(every, len(corners))):
        curve[0], curve[-1] = ends[2 * k], ends[2 * k + 1]
        yield curve


def _cut_off(corner: _Corner, face: int, cell: Face, pieces: _Pieces, curve: NDArray[np.float64]) -> Face:
    """Make the corner a face of its own: its curve becomes an arc, and its stubs get it as their side."""
    stubs = []
    for end, leaves in ((corner.into, False), (corner.out, True)):
        number = pieces.ends[end]
        forwards = end[1] != leaves
        stub = pieces.arcs[number]
        pieces.arcs[number] = replace(stub, left=face) if forwards else replace(stub, right=face)
        stubs.append(number if forwards else ~number)
    pieces.arcs.append(Arc(curve, corner.face, face, ArcKind.ROUNDED))
    return Face(cell.place_id, cell.in_region, ((stubs[0], stubs[1], ~(len(pieces.arcs) - 1)),))


def _without_corners(
    face: Face, index: int, pieces: _Pieces, curve_of: Mapping[tuple[int, End], int]
) -> Face:
    """The face that is left when its cut-off corners are taken away."""
    return Face(
        face.place_id,
        face.in_region,
        tuple(_cut_ring(ring, index, pieces, curve_of) for ring in face.rings),
    )


def _cut_ring(
    ring: Sequence[int], face: int, pieces: _Pieces, curve_of: Mapping[tuple[int, End], int]
) -> tuple[int, ...]:
    curves = [curve_of.get((face, (r, True) if r >= 0 else (~r, False))) for r in ring]
    walked: list[int] = []
    for reference, before, after in zip(ring, [curves[-1], *curves[:-1]], curves, strict=True):
        parts = pieces.walk(reference)
        walked += parts[0 if before is None else 1 : len(parts) if after is None else -1]
        walked += [] if after is None else [after]
    return tuple(walked)

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.control import Certainty
from claims.map_record import MapRecord
from layers.composite import Composite, FaceChange, State, polygon, ring_points
from layers.faces import NOTHING, Arc, ArcKind, Face
from layers.front_line import by_instant, hostile, sides_of
from layers.ground import LocalPlane, geodesic_km

MOST_MOVED_M = 580.0
"""How far a curve may leave its corner; a closed gap included, the line stays within 0.8 km of the edge."""

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
    Certainty.CLAIMED,
    Certainty.CONTESTED,
)

End = tuple[int, bool]
"""One end of an arc: its index, and whether it is the last point (True) or the first."""


@dataclass(frozen=True, slots=True)
class _Corner:
    """Where a face turns from one arc to the next: along ``into`` to ``node``, then away along ``out``."""

    face: int
    node: tuple[float, float]
    into: End
    out: End


@dataclass(frozen=True, slots=True)
class _Turn:
    """A corner that a front turns round at some instant, with the states its piece of ground goes through."""

    corner: _Corner
    start: State
    changes: tuple[tuple[datetime, State, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class _Drawing:
    """The composite in metres, with what the fitting of curves needs."""

    plane: LocalPlane
    lines: Sequence[NDArray[np.float64]]
    lengths: NDArray[np.float64]
    outlines: Mapping[int, shapely.Polygon]
    spots: Mapping[int, shapely.Point]

    def node(self, end: End) -> NDArray[np.float64]:
        line = self.lines[end[0]]
        return np.asarray(line[-1] if end[1] else line[0])

    def cut(self, end: End, length_m: float) -> NDArray[np.float64]:
        """The point at that length from that end of an arc."""
        line = shapely.LineString(self.lines[end[0]])
        point = line.interpolate(-length_m if end[1] else length_m)
        return np.array([point.x, point.y])


def rounded(whole: Composite, record: MapRecord) -> Composite:
    """The composite to draw: corners that a front turns round are cut off by a curve.

    The drawn line stays within 0.8 km of the cells' edges, inside the cell, and away from the place's own
    point. Corners at the edge of the covered ground, and those where parties meet as on a chessboard, stay
    as they are.
    """
    sides = sides_of(record.actors)
    whole = _with_gaps_closed(whole, record, _turns(whole, sides))
    turns = _turns(whole, sides)
    if not turns:
        return whole
    drawing = _in_metres(whole, record, {turn.corner.face for turn in turns})
    turns = [turn for turn in turns if not _is_straight(turn.corner, drawing)]
    cuts = _cuts(turns, drawing)
    return _rebuilt(whole, [turn for turn in turns if turn.corner.into in cuts], cuts, drawing)


# Which corners does a front turn round?


def _turns(whole: Composite, sides: Mapping[str, str]) -> list[_Turn]:
    meeting = _ends_at_nodes(whole)
    story = _changes_of_faces(whole)
    found = []
    for corner in _corners(whole):
        faces = _faces_at(whole, meeting[corner.node])
        if faces:
            beside = (_across(whole, corner.into, corner), _across(whole, corner.out, corner))
            others = tuple(sorted(faces - {corner.face, *beside}))
            turn = _turn(corner, (corner.face, *beside, *others), whole, story, sides)
            found += [turn] if turn else []
    return found


def _ends_at_nodes(whole: Composite) -> dict[tuple[float, float], list[End]]:
    found: dict[tuple[float, float], list[End]] = defaultdict(list)
    for index, arc in enumerate(whole.arcs):
        found[_node(arc, last=False)].append((index, False))
        found[_node(arc, last=True)].append((index, True))
    return found


def _node(arc: Arc, *, last: bool) -> tuple[float, float]:
    lon, lat = arc.points[-1 if last else 0]
    return float(lon), float(lat)


def _faces_at(whole: Composite, ends: Sequence[End]) -> set[int]:
    """The faces round a node where nothing but cells meets, each once; none at any other node."""
    arcs = [whole.arcs[index] for index, _ in ends]
    faces = {arc.left for arc in arcs} | {arc.right for arc in arcs}
    simple = len(ends) >= 3 and len(faces) == len(ends) and NOTHING not in faces
    return faces if simple and all(arc.kind is ArcKind.CELL for arc in arcs) else set()


def _corners(whole: Composite) -> Iterable[_Corner]:
    for index, face in enumerate(whole.faces):
        for ring in face.rings:
            for before, after in zip(ring, [*ring[1:], ring[0]], strict=True):
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


def _turn(
    corner: _Corner,
    around: Sequence[int],
    whole: Composite,
    story: Mapping[int, list[FaceChange]],
    sides: Mapping[str, str],
) -> _Turn | None:
    """The corner's own story, or None where no front ever turns round it.

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
    return _Turn(corner, start, tuple(changes)) if turned else None


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
    closed, moved = _closable(whole, record, sorted(beside))
    if not closed:
        return whole
    number = {old: new for new, old in enumerate(i for i in range(len(whole.arcs)) if i not in closed)}
    arcs = tuple(_moved(arc, moved) for index, arc in enumerate(whole.arcs) if index not in closed)
    faces = tuple(
        replace(face, rings=tuple(_renumbered(ring, number) for ring in face.rings)) for face in whole.faces
    )
    return replace(whole, arcs=arcs, faces=faces)


def _closable(
    whole: Composite, record: MapRecord, arcs: Iterable[int]
) -> tuple[set[int], dict[tuple[float, float], NDArray[np.float64]]]:
    """The short ones of these arcs that can go without spoiling a face, and where their ends move to."""
    meeting, story, sides = _ends_at_nodes(whole), _changes_of_faces(whole), sides_of(record.actors)
    closed: set[int] = set()
    moved: dict[tuple[float, float], NDArray[np.float64]] = {}
    for index in arcs:
        first, last = (_node(whole.arcs[index], last=last) for last in (False, True))
        to = dict.fromkeys((first, last), (whole.arcs[index].points[0] + whole.arcs[index].points[-1]) / 2)
        gap_km = geodesic_km(first[1], first[0], last[1], last[0])[0]
        if gap_km * 1000.0 > _CLOSED_GAP_M or first in moved or last in moved:
            continue
        ends = [_faces_at(whole, meeting[node]) for node in (first, last)]
        if not all(ends) or _is_bridge(whole.arcs[index], set.union(*ends), whole, story, sides):
            continue
        if all(_survives(whole, face, moved | to, record) for face in set.union(*ends)):
            closed.add(index)
            moved |= to
    return closed, moved


def _is_bridge(
    arc: Arc,
    faces: set[int],
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
        [moved.get((x, y), (x, y)) for x, y in ring_points(whole, ring).tolist()]
        for ring in whole.faces[face].rings
    )
    before, after = polygon(whole, face), shapely.Polygon(outer, holes)
    place = record.places[whole.faces[face].place_id or ""]
    spot = shapely.Point(place.lon, place.lat)
    return after.is_valid and after.area > 0.5 * before.area and after.contains(spot) == before.contains(spot)


def _moved(arc: Arc, moved: Mapping[tuple[float, float], NDArray[np.float64]]) -> Arc:
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


def _in_metres(whole: Composite, record: MapRecord, faces: Iterable[int]) -> _Drawing:
    every = np.vstack([arc.points for arc in whole.arcs])
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    plane = LocalPlane(float(middle[1]), float(middle[0]))
    moved = plane.points_to_plane(every)
    lines = np.split(moved, np.cumsum([len(arc.points) for arc in whole.arcs])[:-1])
    spots = {}
    for face in faces:
        place = record.places[whole.faces[face].place_id or ""]
        spots[face] = shapely.Point(plane.points_to_plane(np.array([[place.lon, place.lat]]))[0])
    return _Drawing(
        plane=plane,
        lines=lines,
        lengths=np.array([float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines]),
        outlines={face: _outline(whole, face, lines) for face in spots},
        spots=spots,
    )


def _outline(whole: Composite, face: int, lines: Sequence[NDArray[np.float64]]) -> shapely.Polygon:
    outer, *holes = (
        np.vstack([lines[i] if i >= 0 else lines[~i][::-1] for i in ring]) for ring in whole.faces[face].rings
    )
    return shapely.Polygon(outer, holes)


def _cuts(turns: Sequence[_Turn], drawing: _Drawing) -> dict[End, float]:
    """How far from its end each arc is cut, in metres; corners that admit no curve are left out."""
    at_node: dict[tuple[float, float], list[_Corner]] = defaultdict(list)
    for turn in turns:
        at_node[turn.corner.node].append(turn.corner)
    cuts: dict[End, float] = {}
    for node in sorted(at_node):
        cuts |= _cuts_at(at_node[node], drawing)
    return cuts


def _cuts_at(corners: Sequence[_Corner], drawing: _Drawing) -> dict[End, float]:
    """The longest stubs at one node, up to the middle of their arcs, with which all its curves fit."""
    halves = {
        end: float(drawing.lengths[end[0]]) / 2 for corner in corners for end in (corner.into, corner.out)
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
    halves = {end: float(drawing.lengths[end[0]]) / 2 for end in (corner.into, corner.out)}
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
    t = np.linspace(0.0, 1.0, _CURVE_STEPS + 1)[:, None]
    return np.asarray((1 - t) ** 2 * begin + 2 * t * (1 - t) * control + t**2 * end)


def _fits(corner: _Corner, lengths: Mapping[End, float], drawing: _Drawing) -> bool:
    """Whether the curve runs inside its own cell, on its side of the corner, and clear of its place."""
    begin, node, end = _controls(corner, lengths, drawing)
    (ax, ay), (bx, by) = node - begin, end - node
    if ax * by - ay * bx <= 0:
        return False
    curve = _curve(begin, node, end)
    outline, spot = drawing.outlines[corner.face], drawing.spots[corner.face]
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
    for turn in turns:
        corner, face = turn.corner, len(whole.faces) + len(corner_faces)
        curve_of[corner.face, corner.into] = len(pieces.arcs)
        corner_faces.append(_cut_off(corner, face, whole.faces[corner.face], pieces, drawing))
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
    for index, arc in enumerate(whole.arcs):
        first, last = cuts.get((index, False)), cuts.get((index, True))
        at_m = [] if first is None else [first]
        at_m += [] if last is None else [float(drawing.lengths[index]) - last]
        if len(at_m) == 2 and at_m[1] - at_m[0] < 1.0:
            at_m = at_m[:1]
        parts = _split(arc, drawing.lines[index], at_m, drawing.plane)
        numbers = tuple(range(len(pieces.arcs), len(pieces.arcs) + len(parts)))
        pieces.arcs.extend(replace(arc, points=part) for part in parts)
        pieces.of.append(numbers)
        pieces.ends[index, False], pieces.ends[index, True] = numbers[0], numbers[-1]
    return pieces


def _split(
    arc: Arc, line: NDArray[np.float64], at_m: Sequence[float], plane: LocalPlane
) -> list[NDArray[np.float64]]:
    """The arc's points, divided at lengths along its line in metres."""
    if not at_m:
        return [arc.points]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    where = [shapely.get_coordinates(shapely.LineString(line).interpolate(m))[0] for m in at_m]
    points = plane.points_to_degrees(np.array(where))
    limits = [0.0, *at_m, along[-1]]
    marks = [arc.points[0], *points, arc.points[-1]]
    return [
        np.vstack([marks[i], arc.points[(along > limits[i]) & (along < limits[i + 1])], marks[i + 1]])
        for i in range(len(limits) - 1)
    ]


def _cut_off(corner: _Corner, face: int, cell: Face, pieces: _Pieces, drawing: _Drawing) -> Face:
    """Make the corner a face of its own: its curve becomes an arc, and its stubs get it as their side."""
    stubs = []
    for end, leaves in ((corner.into, False), (corner.out, True)):
        number = pieces.ends[end]
        forwards = end[1] != leaves
        stub = pieces.arcs[number]
        pieces.arcs[number] = replace(stub, left=face) if forwards else replace(stub, right=face)
        stubs.append(number if forwards else ~number)
    begin = pieces.arcs[pieces.ends[corner.into]].points[0 if corner.into[1] else -1]
    end_point = pieces.arcs[pieces.ends[corner.out]].points[0 if corner.out[1] else -1]
    metres = drawing.plane.points_to_plane(np.array([begin, end_point]))
    curve = drawing.plane.points_to_degrees(_curve(metres[0], drawing.node(corner.into), metres[1]))
    curve[0], curve[-1] = begin, end_point
    pieces.arcs.append(Arc(curve, corner.face, face, ArcKind.ROUNDED))
    return Face(cell.place_id, cell.in_region, ((stubs[0], stubs[1], ~(len(pieces.arcs) - 1)),))


def _without_corners(
    face: Face, index: int, pieces: _Pieces, curve_of: Mapping[tuple[int, End], int]
) -> Face:
    """The face that is left when its cut-off corners are taken away."""
    return replace(face, rings=tuple(_cut_ring(ring, index, pieces, curve_of) for ring in face.rings))


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

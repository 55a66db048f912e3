"""Places become cells: the ground that is nearer to each place than to any other.

A cell means *nearest listed place*, not a surveyed border. The neighbours are found before anything is
clipped (Voronoi diagram); then all boundaries, those of the cells, of the reach, of the land and of the
region, are noded together on a grid of one metre, so that a boundary between two faces is the same line for
both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gazetteer.place import Place
from layers.basemap import Basemap, polygons
from layers.distinct import distinct
from layers.errors import NoPlaces, SharedPoint
from layers.faces import NOTHING, Arc, ArcKind, Face
from layers.ground import LocalPlane

_GRID_M = 1.0
SAME_SPOT_M = 3.0
"""Places that are nearer to each other than this share one spot."""

_MOST_NAMED = 10
_CIRCLE_QUARTER = 24
_ON_THE_LINE_M = 2.0

_MARGIN_M = 100.0
_CURVE_BITS = 16
_CIRCLE_INSIDE = 0.998
"""What is nearer than this part of the reach lies within the many-sided circle, too."""
_NARROW_M = 5.0
"""The grid moves a boundary by less than a metre: what is farther away than this never meets another."""

_KINDS = (ArcKind.CELL, ArcKind.REGION, ArcKind.LAND, ArcKind.REACH)
_CELL, _REGION, _LAND, _REACH = range(len(_KINDS))

Vertices = NDArray[np.int64]
"""Whole metres, of shape (n, 2)."""
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]
Spot = tuple[str, float, float]
"""Place id, lat, lon."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Arcs and faces that never move; see ``layers.composite`` for what each field means."""

    arcs: tuple[Arc, ...]
    faces: tuple[Face, ...]


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Polygons of the plane, each with the place and the side of the region's border that it belongs to."""

    place: Numbers
    in_region: Flags
    ground: Geometries


def cells(places: Mapping[str, Place], centre: Place | None, reach_km: float, ground: Basemap) -> Cells:
    """The cells of the places, cut at ``reach_km`` from their place, at the coast and at the region's border.

    Parameters
    ----------
    places
        By id.
    centre
        Where the local plane touches the earth: the map's city; without one, the middle of the places.
    reach_km
        Ground farther than this from every place belongs to no cell.

    Raises
    ------
    NoPlaces
        Where there is no place.
    SharedPoint
        Where two places lie within 3 m of each other.
    """
    spots, middle = _spots(places, centre)
    return _cells(spots, middle, reach_km, ground)


def shared_spots(places: Mapping[str, Place], centre: Place | None) -> list[tuple[str, str]]:
    """The ids of places that share a spot, two by two, for which ``cells`` would raise SharedPoint.

    Raises
    ------
    NoPlaces
        Where there is no place.
    """
    spots, middle = _spots(places, centre)
    return _shared([spot[0] for spot in spots], _plane_points(LocalPlane(*middle), spots))


def _spots(places: Mapping[str, Place], centre: Place | None) -> tuple[tuple[Spot, ...], tuple[float, float]]:
    """Give the places in the order of their ids, and where the plane touches the earth (lat, lon)."""
    if not places:
        raise NoPlaces("The map has no place, so there is no ground to draw; add places with lat and lon.")
    spots = tuple((place.id, place.lat, place.lon) for place in sorted(places.values(), key=lambda p: p.id))
    return spots, (centre.lat, centre.lon) if centre else _middle(spots)


def _middle(spots: Sequence[Spot]) -> tuple[float, float]:
    lats, lons = [s[1] for s in spots], [s[2] for s in spots]
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


def _plane_points(plane: LocalPlane, spots: Sequence[Spot]) -> NDArray[np.float64]:
    return plane.points_to_plane(np.array([(lon, lat) for _, lat, lon in spots]))


@lru_cache(maxsize=8)
def _cells(spots: tuple[Spot, ...], centre: tuple[float, float], reach_km: float, ground: Basemap) -> Cells:
    plane = LocalPlane(*centre)
    points = _plane_points(plane, spots)
    ids = [spot[0] for spot in spots]
    _refuse_shared_points(ids, points)
    land = _on_grid(plane.to_plane(_near(ground.land, spots, reach_km)))
    region = _on_grid(plane.to_plane(_near(ground.region, spots, reach_km)))
    pieces = _pieces(points, reach_km * 1000.0, land, region)
    return _topology(pieces, ids, land, plane)


def _near(geometry: BaseGeometry, spots: Sequence[Spot], reach_km: float) -> BaseGeometry:
    """The part of a geometry that any cell can reach: the rest of the world need not be projected."""
    high = reach_km / 100.0
    wide = high / max(0.05, min(np.cos(np.radians(s[1])) for s in spots))
    lats, lons = [s[1] for s in spots], [s[2] for s in spots]
    box = shapely.box(min(lons) - wide, min(lats) - high, max(lons) + wide, max(lats) + high)
    return polygons(shapely.intersection(geometry, box))


def _refuse_shared_points(ids: Sequence[str], points: NDArray[np.float64]) -> None:
    shared = _shared(ids, points)
    if shared:
        pairs = ", ".join(f"{one} and {other}" for one, other in shared[:_MOST_NAMED])
        more = f" and {len(shared) - _MOST_NAMED} pairs more" if len(shared) > _MOST_NAMED else ""
        raise SharedPoint(
            f"These places share one spot (within {SAME_SPOT_M:.0f} m): {pairs}{more}. "
            "A cell can belong to one place only; move one of each, or make them one place."
        )


def _shared(ids: Sequence[str], points: NDArray[np.float64]) -> list[tuple[str, str]]:
    """Pairs within 3 m; of many on the very same point each with the first of them, or pairs had no end."""
    _, firsts, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    again = np.flatnonzero(firsts[which] != np.arange(len(points)))
    dots = _dots(points[firsts])
    near = shapely.STRtree(dots).query(dots, predicate="dwithin", distance=SAME_SPOT_M)
    pairs = np.concatenate([np.stack([firsts[which[again]], again]), firsts[near]], axis=1)
    return sorted((ids[one], ids[other]) for one, other in np.unique(pairs[:, pairs[0] < pairs[1]], axis=1).T)


def _on_grid(geometry: BaseGeometry) -> BaseGeometry:
    # A border that bends when it is projected may cross itself: it is mended before it is put on the grid.
    return polygons(shapely.set_precision(shapely.make_valid(geometry), _GRID_M))


def _pieces(points: NDArray[np.float64], reach_m: float, land: BaseGeometry, region: BaseGeometry) -> _Pieces:
    """The polygons between all boundaries, each with its nearest place; joined where nothing divides them.

    Most cells lie clear of every other boundary and are taken as they are. Only the belt of those that do not
    is noded, and what is noded there meets the others in whole edges.
    """
    diagram = _diagram(points, reach_m)
    covered = polygons(shapely.intersection(_reached(diagram, reach_m), land, grid_size=_GRID_M))
    shapely.prepare([covered, region])
    belt = _belt(diagram, [covered.boundary, region.boundary])
    clear = np.flatnonzero(~belt & shapely.contains_properly(covered, diagram.dots))
    place, inside, ground = _noded(diagram, belt, covered, region)
    place = np.concatenate([clear, place])
    inside = np.concatenate([shapely.contains_properly(region, diagram.dots[clear]), inside])
    order = np.lexsort((inside, place, _along_a_curve(points)[place]))
    every = np.concatenate([_on_grid_cells(diagram, clear), ground])[order]
    return _joined(_Pieces(place[order], inside[order], every))


def _belt(diagram: _Diagram, boundaries: Sequence[BaseGeometry]) -> Flags:
    """The cells that other boundaries come near, or that are so narrow that the grid could close them.

    A corner of a convex cell is at least as far from all edges but its own two as from the line through its
    neighbours. So wherever a boundary comes near a corner that it does not end in, the corner is found here.
    """
    belt = np.zeros(len(diagram.shapes), dtype=bool)
    tree = shapely.STRtree(diagram.shapes)
    narrow = _dots(diagram.corners[_heights(diagram) < _NARROW_M])
    belt[tree.query(narrow, predicate="dwithin", distance=_NARROW_M)[1]] = True
    west, south, east, north = shapely.bounds(_segments(boundaries)).T
    near = shapely.box(west - _NARROW_M, south - _NARROW_M, east + _NARROW_M, north + _NARROW_M)
    belt[tree.query(near)[1]] = True
    return belt


def _heights(diagram: _Diagram) -> NDArray[np.float64]:
    """How far each corner is from the line through the two beside it."""
    corners, after = diagram.corners, diagram.corners[diagram.following]
    before = np.empty_like(corners)
    before[diagram.following] = corners
    across, along = after - before, corners - before
    twice = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    return np.asarray(twice / np.maximum(np.hypot(across[:, 0], across[:, 1]), 1e-9))


def _segments(lines: Sequence[BaseGeometry]) -> Geometries:
    points, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    within = line[1:] == line[:-1]
    return np.asarray(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)[within]), dtype=object)


def _on_grid_cells(diagram: _Diagram, which: Numbers) -> Geometries:
    """These cells with their corners put on the grid, as the noding of the others puts them there."""
    chosen = np.zeros(len(diagram.shapes), dtype=bool)
    chosen[which] = True
    of_chosen = chosen[diagram.cell]
    numbers = np.cumsum(chosen) - 1
    rounded = np.floor(diagram.corners[of_chosen] / _GRID_M + 0.5) * _GRID_M
    rings = shapely.linearrings(rounded, indices=numbers[diagram.cell[of_chosen]])
    found: Geometries = np.asarray(shapely.polygons(rings), dtype=object)[numbers[which]]
    return found


def _noded(
    diagram: _Diagram, belt: Flags, covered: BaseGeometry, region: BaseGeometry
) -> tuple[Numbers, Flags, Geometries]:
    """What lies between the boundaries of the belt: its nearest place, whether in the region, its polygon.

    All cells beyond the belt that touch lie together between its lines; they are left out.
    """
    sites = shapely.STRtree(diagram.dots)
    edges = _within(covered.bounds, diagram.edges(belt), diagram.points)
    lines = shapely.union_all([edges, covered.boundary, region.boundary], grid_size=_GRID_M)
    between = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(between)
    nearest = sites.nearest(inner)
    kept = np.flatnonzero(belt[nearest] & shapely.contains_properly(covered, inner))
    inside = shapely.contains_properly(region, inner[kept])
    return nearest[kept], inside, shapely.orient_polygons(between[kept])


def _along_a_curve(points: NDArray[np.float64]) -> Numbers:
    """Where on a Hilbert curve each point lies: what is near on the ground gets near numbers, mostly.

    After Hilbert, "Über die stetige Abbildung einer Linie auf ein Flächenstück", Math. Annalen 38, 1891.
    """
    low = points.min(axis=0)
    side = max(1.0, float((points.max(axis=0) - low).max()))
    x, y = ((points - low) / side * (2**_CURVE_BITS - 1)).astype(np.int64).T
    along = np.zeros(len(points), dtype=np.int64)
    for bit in range(_CURVE_BITS - 1, -1, -1):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        along = along * 4 + (3 * right ^ up)
        mirrored = (up == 0) & (right == 1)
        x, y = np.where(mirrored, ~x, x), np.where(mirrored, ~y, y)
        x, y = np.where(up == 0, y, x), np.where(up == 0, x, y)
    return along


def _joined(parts: _Pieces) -> _Pieces:
    """The parts that nothing divides as one; oriented alike (outer ring anticlockwise) and sorted."""
    own = 2 * parts.place + parts.in_region
    begins = np.flatnonzero(np.diff(own, prepend=-1))
    lengths = np.diff(begins, append=len(own))
    ground = [
        list(parts.ground[begin : begin + length])
        if length == 1
        else _as_one(parts.ground[begin : begin + length])
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True)
    ]
    which = np.repeat(begins, [len(one) for one in ground])
    every = np.array([one for several in ground for one in several], dtype=object)
    return _Pieces(parts.place[which], parts.in_region[which], every)


def _as_one(parts: Geometries) -> list[shapely.Polygon]:
    joined = shapely.orient_polygons(shapely.get_parts(shapely.coverage_union_all(parts)))
    return sorted(joined, key=lambda p: (p.bounds, p.area))


@dataclass(frozen=True, eq=False)
class _Diagram:
    """The ground that is nearest to each place, before anything is cut: convex cells in the places' order.

    ``corners`` are those of all cells in a row, anticlockwise; ``cell`` says whose each is and ``following``
    which one comes next on its cell.
    """

    points: NDArray[np.float64]
    dots: Geometries
    shapes: Geometries
    corners: NDArray[np.float64]
    cell: Numbers
    following: Numbers

    def edges(self, which: Flags) -> Geometries:
        """The lines round these cells, each once."""
        begins, ends = self.corners, self.corners[self.following]
        forwards = (begins[:, 0] < ends[:, 0]) | ((begins[:, 0] == ends[:, 0]) & (begins[:, 1] < ends[:, 1]))
        ordered = np.where(forwards[:, None], np.hstack([begins, ends]), np.hstack([ends, begins]))
        every = np.unique(ordered[which[self.cell]], axis=0)
        return np.asarray(shapely.linestrings(every.reshape(-1, 2, 2)), dtype=object)


def _diagram(points: NDArray[np.float64], reach_m: float) -> _Diagram:
    """The Voronoi diagram of the places.

    A circle of far-away helper points closes it, so that one place, two places or places in a row need no
    rule of their own; the lines they add lie beyond any reach.
    """
    (west, south), (east, north) = points.min(axis=0) - reach_m, points.max(axis=0) + reach_m
    middle = np.array([(west + east) / 2, (south + north) / 2])
    radius = 4.0 * (east - west + north - south) + 1.0
    angles = np.linspace(0.1, 0.1 + 2 * np.pi, 12, endpoint=False)
    helpers = middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    every = shapely.voronoi_polygons(shapely.MultiPoint(np.vstack([points, helpers])), ordered=True)
    shapes = shapely.orient_polygons(shapely.get_parts(every)[: len(points)])
    corners, cell = shapely.get_coordinates(shapes, return_index=True)
    closing = np.diff(cell, append=len(shapes)) != 0
    corners, cell = corners[~closing], cell[~closing]
    ends = np.cumsum(np.bincount(cell, minlength=len(shapes)))
    following = np.arange(1, len(cell) + 1)
    following[ends - 1] = np.concatenate([[0], ends[:-1]])
    return _Diagram(points, _dots(points), shapes, corners, cell, following)


def _dots(points: NDArray[np.float64]) -> Geometries:
    return np.asarray(shapely.points(points), dtype=object)


def _within(
    bounds: tuple[float, float, float, float], lines: Geometries, points: NDArray[np.float64]
) -> BaseGeometry:
    """The lines as far as the covered ground and the places go."""
    low = np.minimum(bounds[:2], points.min(axis=0)) - _MARGIN_M
    high = np.maximum(bounds[2:], points.max(axis=0)) + _MARGIN_M
    reaching = shapely.bounds(lines)
    inside = (reaching[:, :2] > low).all(axis=1) & (reaching[:, 2:] < high).all(axis=1)
    crossing = shapely.intersection(lines[~inside], shapely.box(*low, *high))
    found = [*lines[inside], *crossing[~shapely.is_empty(crossing)]]
    within: BaseGeometry = shapely.multilinestrings(found) if found else shapely.MultiLineString()
    return within


def _reached(diagram: _Diagram, reach_m: float) -> BaseGeometry:
    """The ground within reach of a place.

    Only the circle of a place whose cell goes farther than that is part of its outline; ground that those
    circles enclose is within reach all over or nowhere.
    """
    away = np.hypot(*(diagram.corners - diagram.points[diagram.cell]).T)
    outer = diagram.dots[np.unique(diagram.cell[away > _CIRCLE_INSIDE * reach_m])]
    circles = shapely.buffer(outer, reach_m, quad_segs=_CIRCLE_QUARTER)
    outline = shapely.union_all(circles, grid_size=_GRID_M)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(outline) for ring in part.interiors]
    enclosed = shapely.get_parts(shapely.difference(shapely.union_all(holes), outline))
    inner = shapely.point_on_surface(enclosed)
    near = shapely.STRtree(diagram.dots).query(inner, predicate="dwithin", distance=reach_m)[0]
    reached: BaseGeometry = shapely.union_all([outline, *enclosed[np.unique(near)]], grid_size=_GRID_M)
    return reached


# From polygons that share boundaries to arcs, each once.


def _topology(pieces: _Pieces, ids: Sequence[str], land: BaseGeometry, plane: LocalPlane) -> Cells:
    vertices, lengths, counts = _rings(pieces.ground)
    walk = _walk_of(vertices, lengths)
    face_of_ring = np.repeat(np.arange(len(counts)), counts)
    left = face_of_ring[walk.ring]
    right = _faces_across(walk, left)
    kinds = _kinds(walk, left, right, pieces.place, land)
    lines = _lines(walk, _nodes(walk, kinds))
    references = _references(lines)
    arcs = _arcs(walk, lines, references, (left, right, kinds), plane)
    ends = np.cumsum(np.bincount(lines.ring, minlength=len(face_of_ring)))
    row = references.tolist()
    rings = iter([tuple(row[begin:end]) for begin, end in pairwise([0, *ends.tolist()])])
    faces = tuple(
        Face(ids[place], in_region, tuple(next(rings) for _ in range(count)))
        for place, in_region, count in zip(
            pieces.place.tolist(), pieces.in_region.tolist(), counts.tolist(), strict=True
        )
    )
    return Cells(arcs, faces)


def _rings(polygons: Geometries) -> tuple[Vertices, Numbers, Numbers]:
    """All rings in a row without closing vertices, how long each is, and how many each polygon has.

    The outer ring comes first, then the holes in order; the face lies on the left.
    """
    _, points, (ends, rings) = shapely.to_ragged_array(polygons)
    vertices, counts = np.rint(points).astype(np.int64), np.diff(rings)
    own = [vertices[begin : end - 1] for begin, end in pairwise(ends.tolist())]
    for polygon in np.flatnonzero(counts > 2):
        holes = slice(rings[polygon] + 1, rings[polygon + 1])
        own[holes] = sorted(own[holes], key=lambda ring: ring.tolist())
    return np.concatenate(own), np.array([len(ring) for ring in own]), counts


@dataclass(frozen=True, eq=False)
class _Walk:
    """All rings walked one after the other: a directed segment for each vertex, to the next one of its ring.

    ``start`` and ``end`` number vertices in the order of their coordinates; ``spots`` are those coordinates.
    """

    spots: Vertices
    start: Numbers
    end: Numbers
    ring: Numbers

    def keys(self, one: Numbers, other: Numbers) -> Numbers:
        """A number for each pair of vertices."""
        return one * len(self.spots) + other


def _walk_of(vertices: Vertices, lengths: Numbers) -> _Walk:
    (west, south), wide = vertices.min(axis=0), int(np.ptp(vertices[:, 1])) + 1
    keys, start = np.unique((vertices[:, 0] - west) * wide + vertices[:, 1] - south, return_inverse=True)
    spots = np.column_stack([keys // wide + west, keys % wide + south])
    following = np.arange(1, len(start) + 1)
    ends = np.cumsum(lengths)
    following[ends - 1] = ends - lengths
    return _Walk(spots, start, start[following], np.repeat(np.arange(len(lengths)), lengths))


def _faces_across(walk: _Walk, left: Numbers) -> Numbers:
    """The face on the right of each segment: the one that walks it the other way."""
    forwards, backwards = walk.keys(walk.start, walk.end), walk.keys(walk.end, walk.start)
    order = np.argsort(forwards)
    at = np.minimum(np.searchsorted(forwards, backwards, sorter=order), len(order) - 1)
    found = order[at]
    return np.where(forwards[found] == backwards, left[found], NOTHING)


def _kinds(walk: _Walk, left: Numbers, right: Numbers, place: Numbers, land: BaseGeometry) -> Numbers:
    """What each directed segment is the boundary of, as an index of ``_KINDS``."""
    kinds = np.where(place[left] != place[right], _CELL, _REGION)
    outer = np.flatnonzero(right == NOTHING)
    middles = shapely.points((walk.spots[walk.start[outer]] + walk.spots[walk.end[outer]]) / 2)
    coast = land.boundary
    shapely.prepare(coast)
    kinds[outer] = np.where(shapely.dwithin(middles, coast, _ON_THE_LINE_M), _LAND, _REACH)
    return kinds


def _nodes(walk: _Walk, kinds: Numbers) -> NDArray[np.bool_]:
    """Vertices where an arc must end: where more than two segments meet, or the boundary changes its kind."""
    ends = np.concatenate([walk.keys(walk.start, walk.end), walk.keys(walk.end, walk.start)])
    lines = distinct(ends)
    meeting = np.bincount(lines // len(walk.spots), minlength=len(walk.spots))
    most, least = np.zeros(len(walk.spots), int), np.full(len(walk.spots), len(_KINDS))
    for vertices in (walk.start, walk.end):
        np.maximum.at(most, vertices, kinds)
        np.minimum.at(least, vertices, kinds)
    found: NDArray[np.bool_] = (meeting != 2) | (most != least)
    return found


@dataclass(frozen=True, eq=False)
class _Lines:
    """The rings cut at nodes: the segments of all pieces in a row, and where those of each piece begin.

    No two pieces begin with the same directed segment, which ``key`` numbers; ``back`` is the key of the
    piece that walks the same line the other way.
    """

    ring: Numbers
    segments: Numbers
    begins: Numbers
    key: Numbers
    back: Numbers


def _lines(walk: _Walk, nodes: NDArray[np.bool_]) -> _Lines:
    at_node = nodes[walk.start] | _least_of_lone_rings(walk, nodes)
    segments = _turned(walk, at_node)
    begins = np.flatnonzero(at_node[segments])
    first, last = segments[begins], segments[np.append(begins[1:], len(segments)) - 1]
    keys = walk.keys(walk.start[first], walk.end[first]), walk.keys(walk.end[last], walk.start[last])
    return _Lines(walk.ring[first], segments, begins, *keys)


def _turned(walk: _Walk, at_node: NDArray[np.bool_]) -> Numbers:
    """All segments, each ring from its first node on."""
    rings = np.arange(walk.ring[-1] + 1)
    begins = np.searchsorted(walk.ring, rings)
    lengths = np.bincount(walk.ring).astype(np.int64)
    opening = np.flatnonzero(at_node)
    opening = opening[np.searchsorted(walk.ring[opening], rings)]
    place = np.arange(len(walk.ring)) - begins[walk.ring] + (opening - begins)[walk.ring]
    return np.asarray(begins[walk.ring] + place % lengths[walk.ring], dtype=np.int64)


def _least_of_lone_rings(walk: _Walk, nodes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The least vertex of each ring that has no node: there its one arc begins and ends."""
    count = walk.ring[-1] + 1
    lone = np.bincount(walk.ring, weights=nodes[walk.start], minlength=count) == 0
    least = np.full(count, len(walk.spots))
    np.minimum.at(least, walk.ring, walk.start)
    found: NDArray[np.bool_] = lone[walk.ring] & (walk.start == least[walk.ring])
    return found


def _references(lines: _Lines) -> Numbers:
    """The arc of each piece of a ring, numbered as met first; ``~i`` where it was met the other way."""
    order = np.argsort(lines.key)
    at = np.minimum(np.searchsorted(lines.key, lines.back, sorter=order), len(order) - 1)
    twin = np.where(lines.key[order[at]] == lines.back, order[at], len(order))
    new = twin > np.arange(len(twin))
    number = np.cumsum(new) - 1
    return np.where(new, number, ~number[np.minimum(twin, len(twin) - 1)])


def _arcs(
    walk: _Walk,
    lines: _Lines,
    references: Numbers,
    sides: tuple[Numbers, Numbers, Numbers],
    plane: LocalPlane,
) -> tuple[Arc, ...]:
    degrees = plane.points_to_degrees(walk.spots.astype(np.float64))
    met = np.flatnonzero(references >= 0)
    begins, ends = lines.begins[met], np.append(lines.begins[1:], len(lines.segments))[met]
    first, last = lines.segments[begins], lines.segments[ends - 1]
    # Each line has a vertex more than segments: its last one stands before the next line's first.
    vertices = np.insert(walk.start[lines.segments], ends, walk.end[last])
    points = degrees[vertices]
    shifts = np.arange(len(met))
    left, right, kinds = (one[first].tolist() for one in sides)
    return tuple(
        Arc(points[begin:end], own, other, _KINDS[kind])
        for begin, end, own, other, kind in zip(
            (begins + shifts).tolist(), (ends + shifts + 1).tolist(), left, right, kinds, strict=True
        )
    )

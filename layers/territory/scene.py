"""Places beside a drawn line: how far each lies from it, and which are neighbours.

Everything here is worked out once for a set of places and a line. Coordinates are metres on a local plane;
distances that methods reckon with are in km.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from claims.actors import UNKNOWN
from layers.basemap import polygons
from layers.composite import State
from layers.ground import LocalPlane
from layers.snapshots import Part

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAR_KM = 1.0e6
"""Farther than anything: nobody's ground seen from known ground, which it never takes."""

_NO_GROUND_KM = 100.0
_THINNEST_KM, _WIDEST_STRIP_KM, _STRIPS_BETWEEN_PLACES = 0.02, 0.75, 6.0
_KM = 1000.0
_HELPERS = 12
_NEAR_FRONT_KM = 30.0
_FINE_M, _PIECE_M = 20.0, 1000.0
_MARGIN_KM = 60.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """A part of the line's map on the plane."""

    state: State
    shape: BaseGeometry
    claims: tuple[str, ...]
    degrees: BaseGeometry


@dataclass(frozen=True, eq=False)
class Ground:
    """Polygons on a plane that many points are asked about."""

    shape: BaseGeometry

    @property
    def is_empty(self) -> bool:
        """Whether there is none."""
        return bool(self.shape.is_empty)

    @cached_property
    def _edges(self) -> shapely.STRtree:
        """Its boundary in short pieces, of which the nearest is soon found."""
        line = shapely.segmentize(shapely.simplify(self.shape, _FINE_M).boundary, _PIECE_M)
        ends = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
        pieces = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in ends])
        return shapely.STRtree(np.asarray(shapely.linestrings(pieces), dtype=object))

    def away_km(self, xy: Floats) -> Floats:
        """How far each point lies outside; 0 inside."""
        shapely.prepare(self.shape)
        out = np.flatnonzero(~shapely.intersects_xy(self.shape, xy[:, 0], xy[:, 1]))
        away = np.zeros(len(xy))
        if len(out):
            points = np.asarray(shapely.points(xy[out]), dtype=object)
            (found, _), metres = self._edges.query_nearest(points, all_matches=False, return_distance=True)
            away[out[found]] = metres / _KM
        return away


@dataclass(frozen=True, eq=False)
class Scene:
    """The places in the order of their ids, and the ground of each holder as the line has it.

    ``holders`` are those who hold ground or ever hold a place; the last is always ``unknown``. ``start[i]``
    is the number of the holder of the ground that place ``i`` stands on. ``regions`` are disjoint and cover
    the land round the places.
    """

    plane: LocalPlane
    ids: tuple[str, ...]
    xy: Floats
    holders: tuple[str, ...]
    side: NDArray[np.int64]
    start: Numbers
    drawn: tuple[Drawn, ...]
    regions: tuple[BaseGeometry, ...]

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each holder."""
        return {holder: i for i, holder in enumerate(self.holders)}

    @cached_property
    def unknown(self) -> int:
        """The number of nobody."""
        return len(self.holders) - 1

    @cached_property
    def depth_km(self) -> Floats:
        """How deep each place lies in the ground of each holder: see ``depths_km``."""
        return self.depths_km(self.xy)

    @cached_property
    def old_km(self) -> Floats:
        """How far each place lies from the line, inside the ground of its first holder."""
        return np.asarray(self.depth_km[np.arange(len(self.ids)), self.start])

    def depths_km(self, xy: Floats) -> Floats:
        """For points (n, 2) an array (n, holders): km to the nearest ground of another, or less to its own.

        Positive inside a holder's ground, negative outside. Nobody's ground divides nothing: it is as deep
        as the nearest known holder is far, and never near to known ground.
        """
        away = np.full((len(xy), len(self.holders)), _NO_GROUND_KM)
        for one, region in enumerate(self.solid):
            if not region.is_empty:
                away[:, one] = region.away_km(xy)
        in_unknown = away.argmin(axis=1) == self.unknown
        away[:, self.unknown] = np.where(in_unknown, 0.0, FAR_KM)
        depth, own, row = -away, away.argmin(axis=1), np.arange(len(xy))
        away[row, own] = np.inf
        depth[row, own] = np.minimum(away.min(axis=1), FAR_KM)
        return depth

    @cached_property
    def solid(self) -> tuple[Ground, ...]:
        """The ground of each holder without strips that are there only because two coasts differ."""
        return tuple(Ground(without_strips(region, self.strip_km)) for region in self.regions)

    @cached_property
    def strip_km(self) -> float:
        """Half the width of the widest strip of ground that is no ground of its own."""
        if not len(self.edges):
            return _THINNEST_KM
        one, other = self.edges.T
        usual = float(np.median(np.hypot(*(self.xy[one] - self.xy[other]).T))) / _KM
        return float(np.clip(usual / _STRIPS_BETWEEN_PLACES, _THINNEST_KM, _WIDEST_STRIP_KM))

    @cached_property
    def triangles(self) -> Numbers:
        """The Delaunay triangles as numbers of corners; those beyond the last place are far-away helpers."""
        corners = self.corners
        number = {(x, y): i for i, (x, y) in reversed(list(enumerate(corners.tolist())))}
        found = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(corners)))
        rings = shapely.get_coordinates(found).reshape(-1, 4, 2)[:, :3].tolist()
        return np.array([[number[x, y] for x, y in ring] for ring in rings], dtype=np.int64).reshape(-1, 3)

    @cached_property
    def corners(self) -> Floats:
        """The places, and round them helper points far away, so that every point lies in a triangle."""
        return with_helpers(self.xy)

    @cached_property
    def triangle_tree(self) -> shapely.STRtree:
        """Where each triangle is."""
        closed = self.corners[self.triangles[:, [0, 1, 2, 0]]]
        return shapely.STRtree(np.asarray(shapely.polygons(closed), dtype=object))

    @cached_property
    def place_tree(self) -> shapely.STRtree:
        """Where each place is."""
        return shapely.STRtree(self.points)

    @cached_property
    def points(self) -> NDArray[np.object_]:
        """The places as points."""
        return np.asarray(shapely.points(self.xy), dtype=object)

    @cached_property
    def edges(self) -> Numbers:
        """Pairs of neighbouring places, each once, without the helpers."""
        t = self.triangles
        pairs = np.sort(np.vstack([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]), axis=1)
        pairs = np.unique(pairs, axis=0)
        return np.asarray(pairs[(pairs < len(self.ids)).all(axis=1)])

    @cached_property
    def _first_of(self) -> tuple[Numbers, Numbers]:
        both = np.vstack([self.edges, self.edges[:, ::-1]]).reshape(-1, 2)
        both = both[np.lexsort((both[:, 1], both[:, 0]))]
        return np.searchsorted(both[:, 0], np.arange(len(self.ids) + 1)), both[:, 1]

    def neighbours(self, place: int) -> Numbers:
        """The places whose cells touch that of this place."""
        first, others = self._first_of
        return np.asarray(others[first[place] : first[place + 1]])

    @cached_property
    def spacing_km(self) -> float:
        """The usual distance between neighbouring places near the line."""
        if not len(self.edges):
            return 1.0
        one, other = self.edges.T
        length = np.hypot(*(self.xy[one] - self.xy[other]).T) / _KM
        near = np.minimum(self.old_km[one], self.old_km[other]) < _NEAR_FRONT_KM
        return float(np.median(length[near] if near.any() else length))


def scene(
    spots: Sequence[tuple[str, float, float]],
    line: Sequence[Part],
    land: BaseGeometry,
    holders: Sequence[str],
    sides: Mapping[str, str],
) -> Scene:
    """Put places (id, lat, lon) and a line on one plane.

    ``holders`` are those who may come to hold a place besides those of the line; ``sides`` is the side of
    each holder. Ground of the line beyond the land round the places is left out.
    """
    ids = tuple(spot[0] for spot in spots)
    degrees = np.array([(lon, lat) for _, lat, lon in spots]).reshape(-1, 2)
    west, south = degrees.min(axis=0)
    east, north = degrees.max(axis=0)
    plane = LocalPlane(float(south + north) / 2, float(west + east) / 2)
    window = _window((west, south, east, north))
    near = polygons(shapely.make_valid(plane.to_plane(shapely.intersection(land, window))))
    drawn = tuple(_on_plane(part, plane, window) for part in line)
    names = _names(drawn, holders)
    xy = plane.points_to_plane(degrees)
    regions = _regions(drawn, names, near)
    number = {name: i for i, name in enumerate(names)}
    known = sorted({sides.get(name, name) for name in names})
    return Scene(
        plane=plane,
        ids=ids,
        xy=xy,
        holders=names,
        side=np.array([known.index(sides.get(name, name)) for name in names], dtype=np.int64),
        start=_starts(xy, drawn, number),
        drawn=drawn,
        regions=regions,
    )


def _window(bounds: tuple[float, float, float, float]) -> shapely.Polygon:
    west, south, east, north = bounds
    high = _MARGIN_KM / 110.0
    wide = high / max(0.05, float(np.cos(np.radians(max(abs(south), abs(north))))))
    return shapely.box(west - wide, max(-89.9, south - high), east + wide, min(89.9, north + high))


def _on_plane(part: Part, plane: LocalPlane, window: shapely.Polygon) -> Drawn:
    near = polygons(shapely.intersection(part.shape, window))
    return Drawn(part.state, polygons(shapely.make_valid(plane.to_plane(near))), part.claims, part.shape)


def _names(drawn: Sequence[Drawn], holders: Sequence[str]) -> tuple[str, ...]:
    known = {part.state.holder for part in drawn} | set(holders)
    return (*sorted(known - {UNKNOWN}), UNKNOWN)


def _regions(drawn: Sequence[Drawn], names: Sequence[str], land: BaseGeometry) -> tuple[BaseGeometry, ...]:
    """The ground of each holder; where parts overlap the earlier one counts, and the rest is nobody's."""
    own: dict[str, list[BaseGeometry]] = {name: [] for name in names}
    taken: BaseGeometry = shapely.MultiPolygon()
    for part in drawn:
        own[part.state.holder].append(polygons(shapely.difference(part.shape, taken)))
        taken = shapely.union(taken, part.shape)
    own[UNKNOWN].append(polygons(shapely.difference(land, taken)))
    return tuple(polygons(shapely.union_all(own[name])) for name in names)


def _starts(xy: Floats, drawn: Sequence[Drawn], number: Mapping[str, int]) -> Numbers:
    """Whose ground each place stands on."""
    start = np.full(len(xy), number[UNKNOWN], dtype=np.int64)
    for part in reversed(drawn):
        shapely.prepare(part.shape)
        start[shapely.intersects_xy(part.shape, xy[:, 0], xy[:, 1])] = number[part.state.holder]
    return start


def cell_shapes(degrees: Floats, reach_km: float, land: BaseGeometry) -> list[BaseGeometry]:
    """For points (longitude, latitude) the land nearest to each and within reach of it, in degrees."""
    west, south = degrees.min(axis=0)
    east, north = degrees.max(axis=0)
    plane = LocalPlane(float(south + north) / 2, float(west + east) / 2)
    window = _window((west, south, east, north))
    near = polygons(shapely.make_valid(plane.to_plane(shapely.intersection(land, window))))
    xy = plane.points_to_plane(degrees)
    discs = shapely.buffer(shapely.points(xy), reach_km * _KM, quad_segs=8)
    cells = np.array(_cells(xy), dtype=object)
    shapely.prepare(near)
    cut = np.asarray(shapely.intersection(cells, discs), dtype=object)
    coastal = ~shapely.contains(near, cut)
    cut[coastal] = shapely.intersection(cut[coastal], near)
    return [polygons(shapely.transform(one, plane.points_to_degrees)) for one in cut]


def _cells(xy: Floats) -> list[BaseGeometry]:
    """The Voronoi cell of each point; a point on the spot of an earlier one gets nothing."""
    corners = with_helpers(xy)
    found = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(corners)))
    cell_of: dict[int, BaseGeometry] = {}
    tree = shapely.STRtree(found)
    for point, cell in tree.query(shapely.points(xy), "intersects").T.tolist():
        cell_of.setdefault(point, found[cell])
    taken: set[int] = set()
    own: list[BaseGeometry] = []
    for i in range(len(xy)):
        cell = cell_of[i]
        own.append(shapely.Polygon() if id(cell) in taken else cell)
        taken.add(id(cell))
    return own


def without_strips(region: BaseGeometry, km: float) -> BaseGeometry:
    """The parts of a region that are more than twice so wide."""
    inner = shapely.buffer(region, -km * _KM, quad_segs=2)
    return polygons(shapely.buffer(inner, km * _KM, quad_segs=4))


def tree_of(xy: Floats) -> shapely.STRtree:
    """Where each point is."""
    return shapely.STRtree(np.asarray(shapely.points(xy), dtype=object))


def with_helpers(xy: Floats) -> Floats:
    """The points, and after them a circle of points far away."""
    west, south, east, north = shapely.MultiPoint(xy).bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    radius = 4.0 * (east - west + north - south) + 100 * _KM
    angles = np.linspace(0.1, 0.1 + 2 * np.pi, _HELPERS, endpoint=False)
    return np.vstack([xy, middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])])

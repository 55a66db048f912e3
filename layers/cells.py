"""Places become cells: the ground that is nearer to each place than to any other.

A cell means *nearest listed place*, not a surveyed border. The neighbours are found before anything is
clipped (Voronoi diagram); then all boundaries, those of the cells, of the reach, of the land and of the
region, are noded together on a grid of one metre, so that a boundary between two faces is the same line for
both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gazetteer.place import Place
from layers.basemap import Basemap, polygons
from layers.errors import NoPlaces, SharedPoint
from layers.faces import NOTHING, Arc, ArcKind, Face
from layers.ground import LocalPlane

_GRID_M = 1.0
_SAME_SPOT_M = 3.0
_MOST_NAMED = 10
_CIRCLE_QUARTER = 24
_ON_THE_LINE_M = 2.0

Vertex = tuple[int, int]
Segment = tuple[Vertex, Vertex]
Spot = tuple[str, float, float]
"""Place id, lat, lon."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Arcs and faces that never move; see ``layers.composite`` for what each field means."""

    arcs: tuple[Arc, ...]
    faces: tuple[Face, ...]


@dataclass(frozen=True, eq=False)
class _Piece:
    """A polygon of the plane with the place and the side of the region's border that it belongs to."""

    place_id: str
    in_region: bool
    polygon: shapely.Polygon


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


def check_spots(places: Mapping[str, Place], centre: Place | None) -> None:
    """Raise NoPlaces or SharedPoint where ``cells`` would; nothing is drawn."""
    spots, middle = _spots(places, centre)
    _points_on(LocalPlane(*middle), spots)


def _spots(places: Mapping[str, Place], centre: Place | None) -> tuple[tuple[Spot, ...], tuple[float, float]]:
    """Give the places in the order of their ids, and where the plane touches the earth (lat, lon)."""
    if not places:
        raise NoPlaces("The map has no place, so there is no ground to draw; add places with lat and lon.")
    spots = tuple((place.id, place.lat, place.lon) for place in sorted(places.values(), key=lambda p: p.id))
    return spots, (centre.lat, centre.lon) if centre else _middle(spots)


def _middle(spots: Sequence[Spot]) -> tuple[float, float]:
    lats, lons = [s[1] for s in spots], [s[2] for s in spots]
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


def _points_on(plane: LocalPlane, spots: Sequence[Spot]) -> NDArray[np.float64]:
    """Place the spots on the plane; two on one spot are refused."""
    points = plane.points_to_plane(np.array([(lon, lat) for _, lat, lon in spots]))
    _refuse_shared_points([spot[0] for spot in spots], points)
    return points


@lru_cache(maxsize=8)
def _cells(spots: tuple[Spot, ...], centre: tuple[float, float], reach_km: float, ground: Basemap) -> Cells:
    plane = LocalPlane(*centre)
    points = _points_on(plane, spots)
    ids = [spot[0] for spot in spots]
    land = _on_grid(plane.to_plane(_near(ground.land, spots, reach_km)))
    region = _on_grid(plane.to_plane(_near(ground.region, spots, reach_km)))
    pieces = _pieces(ids, points, reach_km * 1000.0, land, region)
    return _topology(pieces, land, plane)


def _near(geometry: BaseGeometry, spots: Sequence[Spot], reach_km: float) -> BaseGeometry:
    """The part of a geometry that any cell can reach: the rest of the world need not be projected."""
    high = reach_km / 100.0
    wide = high / max(0.05, min(np.cos(np.radians(s[1])) for s in spots))
    lats, lons = [s[1] for s in spots], [s[2] for s in spots]
    box = shapely.box(min(lons) - wide, min(lats) - high, max(lons) + wide, max(lats) + high)
    return polygons(shapely.intersection(geometry, box))


def _refuse_shared_points(ids: Sequence[str], points: NDArray[np.float64]) -> None:
    spots = [shapely.Point(x, y) for x, y in points]
    near = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=_SAME_SPOT_M)
    shared = sorted((ids[one], ids[other]) for one, other in near.T if one < other)
    if shared:
        pairs = ", ".join(f"{one} and {other}" for one, other in shared[:_MOST_NAMED])
        more = f" and {len(shared) - _MOST_NAMED} pairs more" if len(shared) > _MOST_NAMED else ""
        raise SharedPoint(
            f"These places share one spot (within {_SAME_SPOT_M:.0f} m): {pairs}{more}. "
            "A cell can belong to one place only; move one of each, or make them one place."
        )


def _on_grid(geometry: BaseGeometry) -> BaseGeometry:
    # A border that bends when it is projected may cross itself: it is mended before it is put on the grid.
    return polygons(shapely.set_precision(shapely.make_valid(geometry), _GRID_M))


def _pieces(
    ids: Sequence[str],
    points: NDArray[np.float64],
    reach_m: float,
    land: BaseGeometry,
    region: BaseGeometry,
) -> list[_Piece]:
    """The polygons between all boundaries, each with its nearest place; joined where nothing divides them."""
    sites = [shapely.Point(x, y) for x, y in points]
    reach = shapely.union_all(shapely.buffer(sites, reach_m, quad_segs=_CIRCLE_QUARTER), grid_size=_GRID_M)
    covered = polygons(shapely.intersection(reach, land, grid_size=_GRID_M))
    lines = shapely.union_all(
        [_voronoi_edges(points, covered), covered.boundary, region.boundary], grid_size=_GRID_M
    )
    between = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(between)
    shapely.prepare([covered, region])
    kept = shapely.contains_properly(covered, inner)
    inside = shapely.contains_properly(region, inner)
    nearest = shapely.STRtree(sites).nearest(inner)
    groups: dict[tuple[str, bool], list[shapely.Polygon]] = defaultdict(list)
    for index in np.flatnonzero(kept):
        groups[ids[nearest[index]], bool(inside[index])].append(between[index])
    return [
        _Piece(place_id, in_region, part)
        for (place_id, in_region), parts in sorted(groups.items(), key=lambda item: item[0])
        for part in _in_order(shapely.get_parts(shapely.coverage_union_all(parts)))
    ]


def _in_order(parts: Iterable[shapely.Polygon]) -> list[shapely.Polygon]:
    """Oriented alike (outer ring anticlockwise) and sorted, so that the same map gives the same bytes."""
    oriented = [shapely.orient_polygons(polygon) for polygon in parts]
    return sorted(oriented, key=lambda p: (p.bounds, p.area))


def _voronoi_edges(points: NDArray[np.float64], covered: BaseGeometry) -> BaseGeometry:
    """The lines that are equally far from their two nearest places, as far as the covered ground.

    A circle of far-away helper points closes the diagram, so that one place, two places or places in a row
    need no rule of their own; the lines they add lie beyond any reach.
    """
    west, south, east, north = shapely.union_all([covered, shapely.MultiPoint(points)]).bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    radius = 4.0 * (east - west + north - south) + 1.0
    angles = np.linspace(0.1, 0.1 + 2 * np.pi, 12, endpoint=False)
    helpers = middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    edges = shapely.voronoi_polygons(shapely.MultiPoint(np.vstack([points, helpers])), only_edges=True)
    margin = 100.0
    return shapely.intersection(
        edges, shapely.box(west - margin, south - margin, east + margin, north + margin)
    )


# From polygons that share boundaries to arcs, each once.


def _topology(pieces: Sequence[_Piece], land: BaseGeometry, plane: LocalPlane) -> Cells:
    rings = [_rings(piece.polygon) for piece in pieces]
    left = {seg: face for face, own in enumerate(rings) for ring in own for seg in _segments(ring)}
    kinds = _kinds(left, pieces, land)
    nodes = _nodes(left, kinds)
    arcs: dict[tuple[Vertex, ...], int] = {}
    faces = []
    for piece, own in zip(pieces, rings, strict=True):
        references = tuple(tuple(_references(ring, nodes, arcs)) for ring in own)
        faces.append(Face(piece.place_id, piece.in_region, references))
    return Cells(_arcs(arcs, left, kinds, plane), tuple(faces))


def _rings(polygon: shapely.Polygon) -> list[list[Vertex]]:
    """The outer ring first, then the holes in order, without closing vertices; the face lies on the left."""
    rings = [
        [(round(x), round(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return [rings[0], *sorted(rings[1:])]


def _segments(ring: Sequence[Vertex]) -> Iterable[Segment]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _kinds(
    left: Mapping[Segment, int], pieces: Sequence[_Piece], land: BaseGeometry
) -> dict[Segment, ArcKind]:
    """What each directed segment is the boundary of."""
    kinds: dict[Segment, ArcKind] = {}
    outer: list[Segment] = []
    for (start, end), face in left.items():
        other = left.get((end, start))
        if other is None:
            outer.append((start, end))
        elif pieces[face].place_id != pieces[other].place_id:
            kinds[start, end] = ArcKind.CELL
        else:
            kinds[start, end] = ArcKind.REGION
    middles = shapely.points([((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in outer])
    coast = land.boundary
    shapely.prepare(coast)
    on_coast = shapely.dwithin(middles, coast, _ON_THE_LINE_M)
    kinds |= {seg: ArcKind.LAND if on else ArcKind.REACH for seg, on in zip(outer, on_coast, strict=True)}
    return kinds


def _nodes(left: Mapping[Segment, int], kinds: Mapping[Segment, ArcKind]) -> set[Vertex]:
    """Vertices where an arc must end: where more than two segments meet, or the boundary changes its kind."""
    meeting: dict[Vertex, set[Vertex]] = defaultdict(set)
    at_kind: dict[Vertex, set[ArcKind]] = defaultdict(set)
    for start, end in left:
        meeting[start].add(end)
        meeting[end].add(start)
        at_kind[start].add(kinds[start, end])
        at_kind[end].add(kinds[start, end])
    return {v for v, others in meeting.items() if len(others) != 2 or len(at_kind[v]) > 1}


def _references(ring: list[Vertex], nodes: set[Vertex], arcs: dict[tuple[Vertex, ...], int]) -> Iterable[int]:
    """The ring as references to arcs, which are added to ``arcs`` when they are met first."""
    at = [i for i, vertex in enumerate(ring) if vertex in nodes] or [ring.index(min(ring))]
    turned = [*ring[at[0] :], *ring[: at[0]], ring[at[0]]]
    cuts = [i - at[0] for i in at] + [len(ring)]
    for begin, end in pairwise(cuts):
        line = tuple(turned[begin : end + 1])
        if line[::-1] in arcs:
            yield ~arcs[line[::-1]]
        else:
            yield arcs.setdefault(line, len(arcs))


def _arcs(
    arcs: Mapping[tuple[Vertex, ...], int],
    left: Mapping[Segment, int],
    kinds: Mapping[Segment, ArcKind],
    plane: LocalPlane,
) -> tuple[Arc, ...]:
    vertices = list(dict.fromkeys(vertex for line in arcs for vertex in line))
    degrees = plane.points_to_degrees(np.array(vertices, dtype=np.float64).reshape(-1, 2))
    where = {vertex: i for i, vertex in enumerate(vertices)}
    return tuple(
        Arc(
            points=degrees[[where[vertex] for vertex in line]],
            left=left[line[0], line[1]],
            right=left.get((line[1], line[0]), NOTHING),
            kind=kinds[line[0], line[1]],
        )
        for line in arcs
    )

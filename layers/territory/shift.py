"""A drawn line moves where places changed hands, and only there: *line shift*.

The distance of each place to the line, in the ground of each holder, is set right where places changed
hands; what is added is spread between places by the triangle that a point lies in (linear on the Delaunay
triangles), and the holder with the greatest sum has the ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_not

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.basemap import polygons
from layers.territory.half_way import nearer, within
from layers.territory.marching import positive
from layers.territory.scene import FAR_KM, Floats, Numbers, Scene

_FINEST_KM, _COARSEST_KM, _STEPS_BETWEEN_PLACES = 0.1, 1.0, 6.0
_BLOCK = 16
_THIN = 0.15
_FARTHEST_KM = 60.0
_KM = 1000.0


Key = tuple[int, int]
Points = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Block:
    """A square of the lattice: how deep each node lies in each holder's ground, and in which triangle.

    ``depth_km`` has shape (nodes, holders), ``corners`` and ``weights`` (nodes, 3); ``places`` are the
    corners of any node.
    """

    depth_km: Floats
    corners: Numbers
    weights: Floats
    places: Numbers


@dataclass(eq=False)
class Lattice:
    """The nodes round places that change: worked out where they are asked for, and kept."""

    scene: Scene
    _blocks: dict[Key, Block] = field(default_factory=dict)
    _beyond: dict[tuple[Key, int], BaseGeometry] = field(default_factory=dict)

    @cached_property
    def step_m(self) -> float:
        """The distance between nodes, finer where places are near to one another."""
        km = self.scene.spacing_km / _STEPS_BETWEEN_PLACES
        return float(np.clip(km, _FINEST_KM, _COARSEST_KM)) * _KM

    def keys(self, bounds: tuple[float, float, float, float]) -> list[Key]:
        """The blocks that meet these bounds."""
        low_x, low_y, high_x, high_y = (
            np.floor(np.array(bounds) / (self.step_m * _BLOCK)).astype(int).tolist()
        )
        return [(i, j) for i in range(low_x, high_x + 1) for j in range(low_y, high_y + 1)]

    def block(self, key: Key) -> Block:
        """One block; see ``prepare``."""
        if key not in self._blocks:
            self.prepare([key])
        return self._blocks[key]

    def prepare(self, keys: Iterable[Key]) -> None:
        """Work out many blocks together, which is much faster than one after the other."""
        new = sorted(set(keys) - self._blocks.keys())
        if not new:
            return
        nodes = np.vstack([self._nodes(key) for key in new])
        found, triangle = self.scene.triangle_tree.query(shapely.points(nodes), "intersects")
        of = np.zeros(len(nodes), dtype=np.int64)
        of[found[::-1]] = triangle[::-1]
        corners = self.scene.triangles[of]
        weights = _weights(nodes, self.scene.corners[corners])
        depth, many = self.scene.depths_km(nodes), len(new)
        for key, own_depth, own_corners, own_weights in zip(
            new, *(np.split(each, many) for each in (depth, corners, weights)), strict=True
        ):
            self._blocks[key] = Block(own_depth, own_corners, own_weights, np.unique(own_corners))

    def beyond(self, key: Key, holder: int) -> BaseGeometry:
        """The ground of a block that is not a holder's, as the line was drawn."""
        if (key, holder) not in self._beyond:
            regions = enumerate(self.scene.regions)
            box = self._box(key)
            others = [within(region, box) for number, region in regions if number != holder]
            self._beyond[key, holder] = shapely.union_all(others)
        return self._beyond[key, holder]

    def _nodes(self, key: Key) -> Floats:
        along = np.arange(_BLOCK + 1)
        x, y = np.meshgrid(*((number * _BLOCK + along) * self.step_m for number in key))
        return np.column_stack([x.ravel(), y.ravel()])

    def _box(self, key: Key) -> shapely.Polygon:
        size = self.step_m * _BLOCK
        return shapely.box(key[0] * size, key[1] * size, (key[0] + 1) * size, (key[1] + 1) * size)


@dataclass(eq=False)
class LineShift:
    """The shifted line of one scene. What does not change from one instant to the next is kept."""

    lattice: Lattice
    reach_km: float
    _cells: dict[int, tuple[bytes, shapely.Polygon]] = field(default_factory=dict)
    _regions: dict[tuple[Key, int], tuple[bytes, BaseGeometry]] = field(default_factory=dict)
    _pieces: dict[int, tuple[tuple[BaseGeometry, ...], BaseGeometry]] = field(default_factory=dict)

    def gained(self, holder: Numbers) -> Mapping[int, BaseGeometry]:
        """The ground that each place that changed hands has taken with it; the rest is as it was drawn."""
        changed = np.flatnonzero(holder != self.lattice.scene.start)
        if not len(changed):
            return {}
        added = self._added_km(holder, changed)
        cells = self._cells_of(holder, changed)
        keys = {place: self.lattice.keys(cell.bounds) for place, cell in cells.items()}
        self.lattice.prepare(key for own in keys.values() for key in own)
        asked = sorted({(key, int(holder[place])) for place, own in keys.items() for key in own})
        led = {(key, one): self._region(key, one, added) for key, one in asked}
        return {
            place: self._piece(place, cell, [led[key, int(holder[place])] for key in keys[place]])
            for place, cell in cells.items()
        }

    def _added_km(self, holder: Numbers, changed: Numbers) -> Floats:
        """What is added at each place, and nothing at the helpers, to the depth in each holder's ground."""
        scene = self.lattice.scene
        depth = scene.depth_km
        new = depth.copy()
        for one in range(len(scene.holders)):
            newly = changed[holder[changed] == one]
            others = changed[holder[changed] != one]
            away = _half_way_km(scene.points, scene.points[newly])
            new[:, one] = np.where(holder == one, new[:, one], np.maximum(new[:, one], -away))
            stays = (holder == one) & (scene.start == one)
            new[stays, one] = np.minimum(
                new[stays, one], _half_way_km(scene.points[stays], scene.points[others])
            )
            if len(newly):
                hostile = np.flatnonzero(holder != one)
                gain = np.minimum(self.reach_km, _half_way_km(scene.points[newly], scene.points[hostile]))
                new[newly, one] = gain
                new[newly, scene.start[newly]] = -gain
        new[:, scene.unknown] = np.where(depth[:, scene.unknown] <= -FAR_KM, -FAR_KM, new[:, scene.unknown])
        return np.vstack([new - depth, np.zeros((len(scene.corners) - len(new), new.shape[1]))]).round(6)

    def _cells_of(self, holder: Numbers, changed: Numbers) -> dict[int, shapely.Polygon]:
        """What is nearer to each changed place than to any other that went to the same holder."""
        scene, found = self.lattice.scene, {}
        for one in np.unique(holder[changed]).tolist():
            alike = changed[holder[changed] == one]
            tree = shapely.STRtree(scene.points[alike])
            pairs = tree.query(scene.points[alike], "dwithin", distance=2 * self.reach_km * _KM)
            pairs = pairs[:, np.lexsort((pairs[1], pairs[0]))]
            first = np.searchsorted(pairs[0], np.arange(len(alike) + 1))
            for i, place in enumerate(alike.tolist()):
                found[place] = self._cell(place, alike[pairs[1, first[i] : first[i + 1]]])
        return {place: found[place] for place in changed.tolist()}

    def _cell(self, place: int, alike: Numbers) -> shapely.Polygon:
        kept, stamp = self._cells.get(place), alike.tobytes()
        if kept is None or kept[0] != stamp:
            xy = self.lattice.scene.xy
            kept = stamp, nearer(xy[place], xy[alike[alike != place]], self.reach_km * _KM)
            self._cells[place] = kept
        return kept[1]

    def _region(self, key: Key, one: int, added: Floats) -> BaseGeometry:
        """Where a holder now leads in a block that was not all his; kept while nothing there changes."""
        block = self.lattice.block(key)
        stamp = added[block.places].tobytes()
        kept = self._regions.get((key, one))
        if kept is None or kept[0] != stamp:
            kept = stamp, self._led_by(one, key, block, added)
            self._regions[key, one] = kept
        return kept[1]

    def _led_by(self, one: int, key: Key, block: Block, added: Floats) -> BaseGeometry:
        sums = block.depth_km + (block.weights[:, :, None] * added[block.corners]).sum(axis=1)
        lead = sums[:, one] - np.delete(sums, one, axis=1).max(axis=1)
        parts = positive(lead.reshape(_BLOCK + 1, -1), key[0] * _BLOCK, key[1] * _BLOCK, self.lattice.step_m)
        if not parts:
            return _NOWHERE
        return shapely.intersection(shapely.coverage_union_all(parts), self.lattice.beyond(key, one))

    def _piece(self, place: int, cell: shapely.Polygon, regions: Sequence[BaseGeometry]) -> BaseGeometry:
        """The ground of a place; worked out again only where what decides it is no longer the same."""
        decided_by = (cell, *regions)
        kept = self._pieces.get(place)
        if kept is None or len(kept[0]) != len(decided_by) or any(map(is_not, kept[0], decided_by)):
            near = [region for region in regions if not region.is_empty]
            own = shapely.union_all([shapely.intersection(region, cell) for region in near])
            kept = decided_by, self._without_slivers(own)
            self._pieces[place] = kept
        return kept[1]

    def _without_slivers(self, ground: BaseGeometry) -> BaseGeometry:
        """Without the pieces that are there only because the lattice is coarser than the line."""
        thin = _THIN * self.lattice.step_m
        wide = [p for p in polygons(ground).geoms if not shapely.buffer(p, -thin, quad_segs=1).is_empty]
        return shapely.MultiPolygon(wide)


_NOWHERE = shapely.MultiPolygon()


def _half_way_km(spots: Points, others: Points) -> Floats:
    """Half the distance from each spot to the nearest of the others; far where none is near."""
    half = np.full(len(spots), FAR_KM)
    if len(others) and len(spots):
        (found, _), away = shapely.STRtree(others).query_nearest(
            spots, max_distance=_FARTHEST_KM * _KM, return_distance=True, all_matches=False
        )
        half[found] = away / 2 / _KM
    return half


def _weights(nodes: Floats, triangles: Floats) -> Floats:
    """The barycentric weights (n, 3) of nodes (n, 2) in triangles (n, 3, 2)."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    whole = _twice(a, b, c)
    return np.column_stack([_twice(nodes, b, c), _twice(a, nodes, c), _twice(a, b, nodes)]) / whole[:, None]


def _twice(a: Floats, b: Floats, c: Floats) -> Floats:
    """Twice the area of triangles, negative where they run clockwise."""
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]))

"""How far from the modelled line the real one may run: the uncertain belt.

It is worked out tile by tile, so that a line that moves somewhere leaves the belt elsewhere as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_not

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.basemap import polygons
from layers.territory.half_way import within
from layers.territory.scene import Numbers, Scene

_COARSE_M = 100.0
_QUARTER = 4
_TILE_KM = 40.0
_ALONG_KM = 1.0
_KM = 1000.0

Key = tuple[int, int]
Piece = tuple[int, BaseGeometry]
"""Ground that a place took with it, after the number of its holder."""


def belt_km(scene: Scene, told_share: float, values: Mapping[str, float]) -> float:
    """The width of the belt on each side of the line: wider where less is reported and places are sparse."""
    enough = told_share >= values.get("told_share", 0.0)
    silent = values["belt_km"] if enough else values["belt_silent_km"]
    return max(silent, values["belt_spacing"] * scene.spacing_km)


@dataclass(eq=False)
class Belts:
    """The belts of one scene through time; a tile is worked out again only where ground near it changed."""

    scene: Scene
    _as_drawn: dict[tuple[Key, float], Mapping[int, BaseGeometry]] = field(default_factory=dict)
    _moved: dict[tuple[Key, float], tuple[list[Piece], Mapping[int, BaseGeometry]]] = field(
        default_factory=dict
    )
    _first: dict[float, Mapping[int, BaseGeometry]] = field(default_factory=dict)
    _under: dict[float, frozenset[Key]] = field(default_factory=dict)
    _clipped: dict[tuple[Key, float], list[BaseGeometry]] = field(default_factory=dict)

    def tiles(
        self, gained: Mapping[int, BaseGeometry], holder: Numbers, km: float
    ) -> dict[Key, Mapping[int, BaseGeometry]]:
        """The ground of each holder within km of ground of another side, by tile and the holder's number."""
        if km <= 0.0:
            return {}
        pieces = [(int(holder[place]), ground) for place, ground in gained.items() if not ground.is_empty]
        tree = shapely.STRtree([ground for _, ground in pieces])
        reach = (km + 3 * self.scene.strip_km) * _KM
        keys = set(self._drawn_keys(km))
        for _, ground in pieces:
            west, south, east, north = ground.bounds
            keys.update(_keys((west - reach, south - reach, east + reach, north + reach)))
        found = {}
        for key in sorted(keys):
            near = [pieces[i] for i in sorted(tree.query(_box(key, reach)).tolist())]
            belt = self._with_pieces(key, km, near) if near else self._without(key, km)
            if belt:
                found[key] = belt
        return found

    def _without(self, key: Key, km: float) -> Mapping[int, BaseGeometry]:
        if (key, km) not in self._as_drawn:
            tile = _tile(key)
            cut = {one: within(belt, tile) for one, belt in self._drawn_belts(km).items()}
            self._as_drawn[key, km] = {one: belt for one, belt in cut.items() if not belt.is_empty}
        return self._as_drawn[key, km]

    def _with_pieces(self, key: Key, km: float, near: list[Piece]) -> Mapping[int, BaseGeometry]:
        kept = self._moved.get((key, km))
        if kept is None or _differ(kept[0], near):
            kept = near, self._worked_out(key, km, near)
            self._moved[key, km] = kept
        return kept[1]

    def _worked_out(self, key: Key, km: float, near: Sequence[Piece]) -> Mapping[int, BaseGeometry]:
        if (key, km) not in self._clipped:
            window = _box(key, (km + 3 * self.scene.strip_km) * _KM)
            self._clipped[key, km] = [within(region, window) for region in self._coarse]
        tile = _tile(key)
        belts = self._belts(grounds(self._clipped[key, km], near), km)
        cut = {one: within(belt, tile) for one, belt in belts.items()}
        return {one: belt for one, belt in cut.items() if not belt.is_empty}

    # As the line was drawn.

    @cached_property
    def _coarse(self) -> list[BaseGeometry]:
        return [polygons(shapely.simplify(region, _COARSE_M)) for region in self.scene.regions]

    def _drawn_belts(self, km: float) -> Mapping[int, BaseGeometry]:
        if km not in self._first:
            self._first[km] = self._belts(self._coarse, km)
        return self._first[km]

    def _drawn_keys(self, km: float) -> frozenset[Key]:
        if km not in self._under:
            belts = self._drawn_belts(km)
            whole = shapely.union_all(list(belts.values()))
            shapely.prepare(whole)
            self._under[km] = frozenset(key for key in tiles_of(whole) if whole.intersects(_box(key, 0.0)))
        return self._under[km]

    def _belts(self, held: Sequence[BaseGeometry], km: float) -> dict[int, BaseGeometry]:
        scene = self.scene
        known = [one for one in range(len(held)) if one != scene.unknown and not held[one].is_empty]
        if len({int(scene.side[one]) for one in known}) < 2:
            return {}
        near = {one: _widened(held[one], km, scene.strip_km) for one in known}
        found: dict[int, BaseGeometry] = {}
        for one in known:
            hostile = [near[other] for other in known if scene.side[other] != scene.side[one]]
            found[one] = polygons(shapely.intersection(held[one], shapely.union_all(hostile)))
        return {one: belt for one, belt in found.items() if not belt.is_empty}


def grounds(regions: Sequence[BaseGeometry], pieces: Sequence[Piece]) -> list[BaseGeometry]:
    """The ground of each holder once places have taken theirs with them."""
    own: list[list[BaseGeometry]] = [[] for _ in regions]
    for one, ground in pieces:
        own[one].append(ground)
    won = [shapely.union_all(some) for some in own]
    lost = [shapely.union_all(won[:one] + won[one + 1 :]) for one in range(len(won))]
    return [
        polygons(shapely.union(shapely.difference(region, gone), gain))
        for region, gone, gain in zip(regions, lost, won, strict=True)
    ]


def _differ(before: Sequence[Piece], now: Sequence[Piece]) -> bool:
    """Whether any ground is another object, or another's, than before."""
    return len(before) != len(now) or any(
        one[0] != other[0] or is_not(one[1], other[1]) for one, other in zip(before, now, strict=True)
    )


def _widened(ground: BaseGeometry, km: float, strip_km: float) -> BaseGeometry:
    """Everything within km of a ground; strips along a coast that two maps draw differently do not count."""
    inner = shapely.buffer(ground, -strip_km * _KM, quad_segs=1)
    return shapely.buffer(inner, (km + strip_km) * _KM, quad_segs=_QUARTER)


def _keys(bounds: tuple[float, float, float, float]) -> list[Key]:
    west, south, east, north = np.floor(np.array(bounds) / (_TILE_KM * _KM)).astype(int).tolist()
    return [(i, j) for i in range(west, east + 1) for j in range(south, north + 1)]


def tiles_of(ground: BaseGeometry) -> list[Key]:
    """The tiles that ground may lie in."""
    return [] if ground.is_empty else _keys(ground.bounds)


def _box(key: Key, more_m: float) -> shapely.Polygon:
    size = _TILE_KM * _KM
    west, south = key[0] * size, key[1] * size
    return shapely.box(west - more_m, south - more_m, west + size + more_m, south + size + more_m)


def _tile(key: Key) -> shapely.Polygon:
    """The tile with a corner every kilometre: in degrees its edges bend, and its neighbour's with them."""
    return shapely.segmentize(_box(key, 0.0), _ALONG_KM * _KM)

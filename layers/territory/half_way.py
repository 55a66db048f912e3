"""The ground that goes with a place: nearer to it than to any other place of its first holder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.basemap import polygons
from layers.territory.scene import Floats, Numbers, Scene, tree_of

_CIRCLE = 32
_KM = 1000.0


@dataclass(eq=False)
class HalfWay:
    """Ground by place, each looked for once: it never changes, only who holds it does."""

    scene: Scene
    reach_km: float
    _ground: dict[int, BaseGeometry] = field(default_factory=dict)

    def ground(self, place: int) -> BaseGeometry:
        """What changes hands when this place alone does: of the ground of its first holder."""
        if place not in self._ground:
            self._ground[place] = self._own(place)
        return self._ground[place]

    def gained(self, holder: Numbers) -> Mapping[int, BaseGeometry]:
        """The ground that each place that changed hands has taken with it."""
        changed = np.flatnonzero(holder != self.scene.start).tolist()
        return {place: self.ground(place) for place in changed}

    def _own(self, place: int) -> BaseGeometry:
        first = int(self.scene.start[place])
        alike, tree = self._alike[first]
        spot = self.scene.xy[place]
        reach_m = self.reach_km * _KM
        near = alike[tree.query(shapely.Point(spot), "dwithin", distance=2 * reach_m)]
        cell = nearer(spot, self.scene.xy[near[near != place]], reach_m)
        return within(self.scene.regions[first], cell)

    @cached_property
    def _alike(self) -> dict[int, tuple[Numbers, shapely.STRtree]]:
        found = {}
        for first in np.unique(self.scene.start).tolist():
            alike = np.flatnonzero(self.scene.start == first)
            found[first] = alike, tree_of(self.scene.xy[alike])
        return found


def within(region: BaseGeometry, cell: shapely.Polygon) -> BaseGeometry:
    """The polygons of a large region within a small cell."""
    return polygons(shapely.intersection(region, cell))


def nearer(spot: Floats, rivals: Floats, reach_m: float) -> shapely.Polygon:
    """The ground nearer to a spot than to any rival and at most so far from it, as one convex polygon.

    A rival on the very spot is left out: neither is nearer.
    """
    angles = np.linspace(0, 2 * np.pi, _CIRCLE, endpoint=False)
    corners = reach_m * np.column_stack([np.cos(angles), np.sin(angles)])
    offsets = rivals - spot
    far = np.hypot(*offsets.T)
    for rival in np.argsort(far, kind="stable").tolist():
        if far[rival] > 2 * np.hypot(*corners.T).max():
            break
        if far[rival] > 0.0:
            corners = _cut(corners, corners @ offsets[rival] - far[rival] ** 2 / 2)
    return shapely.Polygon(corners + spot)


def _cut(corners: Floats, beyond: Floats) -> Floats:
    """The part of a convex polygon where ``beyond``, linear and given at its corners, is not above zero."""
    out = beyond > 0
    if not out.any():
        return corners
    after, beyond_after = np.roll(corners, -1, axis=0), np.roll(beyond, -1)
    crossed = out != np.roll(out, -1)
    share = np.where(crossed, beyond / np.where(crossed, beyond - beyond_after, 1.0), 0.0)
    crossings = corners + share[:, None] * (after - corners)
    both = np.stack([corners, crossings], axis=1).reshape(-1, 2)
    return np.asarray(both[np.column_stack([~out, crossed]).ravel()])

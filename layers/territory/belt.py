"""How far from the modelled line the real one may run: the uncertain belt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from layers.basemap import polygons
from layers.territory.scene import Numbers, Scene

_COARSE_M = 100.0
_QUARTER = 4
_KM = 1000.0


def belt_km(scene: Scene, told_share: float, values: Mapping[str, float]) -> float:
    """The width of the belt on each side of the line: wider where less is reported and places are sparse."""
    enough = told_share >= values.get("told_share", 0.0)
    silent = values["belt_km"] if enough else values["belt_silent_km"]
    return max(silent, values["belt_spacing"] * scene.spacing_km)


def grounds(scene: Scene, gained: Mapping[int, BaseGeometry], holder: Numbers) -> tuple[BaseGeometry, ...]:
    """The ground of each holder once places have taken theirs with them."""
    own: list[list[BaseGeometry]] = [[] for _ in scene.holders]
    for place, piece in gained.items():
        own[int(holder[place])].append(piece)
    won = [shapely.union_all(pieces) for pieces in own]
    lost = [shapely.union_all(won[:one] + won[one + 1 :]) for one in range(len(won))]
    return tuple(
        polygons(shapely.union(shapely.difference(region, gone), gain))
        for region, gone, gain in zip(scene.regions, lost, won, strict=True)
    )


def belts(scene: Scene, held: Sequence[BaseGeometry], km: float) -> dict[int, BaseGeometry]:
    """The ground of each holder within km of ground of another side, by the holder's number."""
    if km <= 0.0:
        return {}
    known = [one for one in range(len(held)) if one != scene.unknown and not held[one].is_empty]
    near = {one: _widened(held[one], km, scene.strip_km) for one in known}
    found: dict[int, BaseGeometry] = {}
    for one in known:
        hostile = [near[other] for other in known if scene.side[other] != scene.side[one]]
        belt = polygons(shapely.intersection(held[one], shapely.union_all(hostile)))
        if not belt.is_empty:
            found[one] = belt
    return found


def _widened(ground: BaseGeometry, km: float, strip_km: float) -> BaseGeometry:
    """Everything within km of a ground; strips along a coast that two maps draw differently do not count."""
    inner = shapely.buffer(shapely.simplify(ground, _COARSE_M), -strip_km * _KM, quad_segs=1)
    return shapely.buffer(inner, (km + strip_km) * _KM, quad_segs=_QUARTER)

"""What a report says beside a name, and how much that speaks for a place or against it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from gazetteer.distance import MEAN_RADIUS_KM, geodesic_km, sphere_km
from gazetteer.likeness import coefficients
from gazetteer.place import Place
from gazetteer.spelling import spelling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Degrees = NDArray[np.float64]

FrontDistance = Callable[[Place], float | None] | Mapping[str, float]
"""How far a place lies from that day's front in km: a function, or a mapping by place id; None: unknown."""

ELSEWHERE = 0.02
"""How often a place is meant although it lies anywhere else than what is named beside it."""

_MOST_BESIDE = 30


@dataclass(frozen=True)
class Context:
    """What is known beside the name; every part may be left out.

    Attributes
    ----------
    near
        A place in the region that the report speaks of: a city, the story's centre.
    beside
        Places that are named together with it: neighbours, members of one list.
    region
        The unit that the report names: ``Hama``, ``إدلب``.
    front_km
        How far a place lies from that day's front, handed in by whoever knows the front.
    kind
        The kind that the text says: ``village``, ``Mount``, ``airport``.
    """

    near: Place | None = None
    beside: tuple[Place, ...] = ()
    region: str = ""
    front_km: FrontDistance | None = None
    kind: str = ""

    @property
    def has_place(self) -> bool:
        """Whether anything in it says where to look."""
        return self.near is not None or bool(self.beside) or self.front_km is not None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a place (``worth`` above 0) or against it, in natural logarithms of odds."""

    worth: float
    said: str


def evidence(place: Place, context: Context) -> tuple[Evidence, ...]:
    """Weigh everything in a context for one place, each with its reason in words."""
    parts = (
        _near(place, context.near),
        _beside(place, context.beside),
        _front(place, context.front_km),
        _region(place, context.region),
        _kind(place, context.kind),
    )
    return tuple(part for part in parts if part)


def nearness(km: float, weight: float, scale_km: float) -> float:
    """Give the worth of a distance: 0 at the spot itself, ever less the farther, and never below a floor.

    A report may always name a place elsewhere: the floor is ``weight * log(ELSEWHERE)``.
    """
    return weight * math.log(1 / (1 + (km / scale_km) ** 2) + ELSEWHERE)


def spatial_worth(
    lats: Degrees, lons: Degrees, context: Context, table: tuple[float, float] | None = None
) -> Degrees:
    """Give the worth of where places lie, of many at once: what ``near`` and ``beside`` say.

    ``table`` is a weight and a scale in km to use in place of those in coefficients.toml.
    """
    import numpy as np

    worth = np.zeros(len(lats))
    beside = context.beside[:_MOST_BESIDE]
    if context.near is not None:
        weight, scale_km = table or _scale("near")
        worth += weight * np.log(
            1 / (1 + (many_km(lats, lons, context.near.lat, context.near.lon) / scale_km) ** 2) + ELSEWHERE
        )
    if beside:
        weight, scale_km = table or _scale("beside")
        km = np.min([many_km(lats, lons, other.lat, other.lon) for other in beside], axis=0)
        worth += weight * np.log(1 / (1 + (km / scale_km) ** 2) + ELSEWHERE)
    return worth


def _scale(what: str) -> tuple[float, float]:
    table = coefficients()["context"]
    return table[f"{what}_weight"], table[f"{what}_km"]


def many_km(lats: Degrees, lons: Degrees, lat: float, lon: float) -> Degrees:
    """``sphere_km`` for many places at once."""
    import numpy as np

    phi1, phi2 = np.radians(lats), math.radians(lat)
    chord = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * math.cos(phi2) * np.sin(np.radians(lon - lons) / 2) ** 2
    )
    km: Degrees = 2 * MEAN_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return km


def _near(place: Place, near: Place | None) -> Evidence | None:
    if near is None:
        return None
    table = coefficients()["context"]
    km = _km(place, near)
    return Evidence(nearness(km, table["near_weight"], table["near_km"]), f"{km:.0f} km from {near.name}")


def _beside(place: Place, beside: Iterable[Place]) -> Evidence | None:
    others = [p for p in islice(beside, _MOST_BESIDE) if p.id != place.id]
    if not others:
        return None
    table = coefficients()["context"]
    km, nearest = min(((_km(place, other), other) for other in others), key=lambda pair: pair[0])
    worth = nearness(km, table["beside_weight"], table["beside_km"])
    return Evidence(worth, f"{km:.0f} km from {nearest.name}, named beside it")


def _front(place: Place, front_km: FrontDistance | None) -> Evidence | None:
    if front_km is None:
        return None
    km = front_km.get(place.id) if isinstance(front_km, Mapping) else front_km(place)
    if km is None or not math.isfinite(km) or km < 0:
        return None
    table = coefficients()["context"]
    return Evidence(
        nearness(km, table["front_weight"], table["front_scale_km"]), f"{km:.0f} km from that day's front"
    )


def _region(place: Place, region: str) -> Evidence | None:
    if not region.strip() or not place.admin1:
        return None
    table = coefficients()["context"]
    said, own = spelling(region), spelling(place.admin1)
    if said.folded == own.folded or said.skeleton == own.skeleton != "":
        return Evidence(table["region_same"], f"in {place.admin1}, as the report says")
    return Evidence(table["region_other"], f"in {place.admin1}, not in {region.strip()[:60]}")


def _kind(place: Place, said: str) -> Evidence | None:
    wanted, own = kind_group(said), kind_group(place.kind)
    if not wanted or not own:
        return None
    table = coefficients()["context"]
    words = place.kind.replace("_", " ")
    if wanted == own:
        return Evidence(table["kind_same"], f"a {words}, as the text says")
    return Evidence(table["kind_other"], f"a {words}, where the text says {said.strip()[:40]}")


_KIND_GROUPS = {
    "settlement": "city town village hamlet locality settlement suburb neighbourhood district ppl ppla ppla2 "
    "ppla3 ppla4 pplc ppll pplx selo misto khutor قرية مدينة بلدة ناحية",
    "height": "hill mount mountain mt tall tell jabal peak ridge height hll mt mts pk تل جبل",
    "military": "base barracks brigade regiment division camp battalion checkpoint army post military site "
    "academy معسكر لواء فوج ثكنة",
    "airfield": "airport airbase airfield airp airb مطار",
    "crossing": "bridge crossing dam جسر معبر سد",
}
_GROUP_OF = {word: group for group, words in _KIND_GROUPS.items() for word in words.split()}


@lru_cache(maxsize=1024)
def kind_group(kind: str) -> str:
    """Say what a kind is in general: a settlement, a height, something military; empty where unknown."""
    words = kind.lower().replace("_", " ").split()[:6]
    return next((_GROUP_OF[word] for word in words if word in _GROUP_OF), "")


def _km(one: Place, other: Place) -> float:
    return sphere_km(one.lat, one.lon, other.lat, other.lon)


def distance_from(place: Place, context: Context) -> float | None:
    """Give the geodesic distance in km from ``near``, or without it from the nearest place named beside."""
    others = (context.near,) if context.near else context.beside[:_MOST_BESIDE]
    return min((geodesic_km(o.lat, o.lon, place.lat, place.lon) for o in others if o), default=None)

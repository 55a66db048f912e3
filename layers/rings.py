"""How far is that from the city? Circles of equal geodesic distance round one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gazetteer.place import Place
from layers.ground import circle


@dataclass(frozen=True, eq=False, slots=True)
class Ring:
    """All points ``km`` from the place: a closed line of shape (n, 2), longitude and latitude."""

    km: float
    points: NDArray[np.float64]


def rings(place: Place, radii_km: Iterable[float]) -> tuple[Ring, ...]:
    """Geodesic circles round the point of a place, the smallest first; each radius once."""
    return tuple(Ring(km, circle(place.lat, place.lon, km)) for km in sorted(set(radii_km)) if km > 0)

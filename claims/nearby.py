"""Which places lie within a few kilometres of which others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EQUATORIAL_RADIUS_KM = 6378.137
_ECCENTRICITY_SQUARED = 6.69437999014e-3
_FARTHEST_KM = 200.0


def pairs_within(
    lats: NDArray[np.float64],
    lons: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    others: NDArray[np.bool_],
    km: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find every (wanted, other) pair of places at most ``km`` apart on WGS 84.

    Parameters
    ----------
    lats, lons
        Degrees, shape (n,).
    wanted, others
        Which places may stand first and which second in a pair, shape (n,).
    km
        At most 200. Lengths are taken from the ellipsoid's radii of curvature at the mean latitude: within
        0.05 % of the geodesic at 200 km, and far closer at a few.

    Returns
    -------
    Two arrays of indices of equal length, sorted by the first, then the second.
    """
    import numpy as np

    if not 0 < km <= _FARTHEST_KM:
        raise ValueError(f"{km:g} km is not between 0 and {_FARTHEST_KM:g} km")
    first, second = np.flatnonzero(wanted), np.flatnonzero(others)
    order = np.argsort(lats[second], kind="stable")
    second = second[order]
    found = [
        _near(lats, lons, part, second, km) for part in np.array_split(first, max(1, first.size // 1024 + 1))
    ]
    left, right = (np.concatenate(side) for side in zip(*found, strict=True))
    order = np.lexsort((right, left))
    return left[order], right[order]


def _near(
    lats: NDArray[np.float64],
    lons: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    km: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Compare a part of the places with those in their band of latitude; ``second`` is sorted by latitude."""
    import numpy as np

    band = km / 110.0  # a degree of latitude is nowhere shorter than 110.57 km
    low = np.searchsorted(lats[second], lats[first] - band, "left")
    high = np.searchsorted(lats[second], lats[first] + band, "right")
    counts = high - low
    left = np.repeat(first, counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    right = second[np.repeat(low, counts) + offsets]
    close = _chart_km(lats[left], lons[left], lats[right], lons[right]) <= km
    keep = close & (left != right)
    return left[keep], right[keep]


def _chart_km(
    lat1: NDArray[np.float64], lon1: NDArray[np.float64], lat2: NDArray[np.float64], lon2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Length on WGS 84 from the radii of curvature at the mean latitude, for points close together."""
    import numpy as np

    mean = np.radians((lat1 + lat2) / 2)
    flat = 1 - _ECCENTRICITY_SQUARED * np.sin(mean) ** 2
    meridian = _EQUATORIAL_RADIUS_KM * (1 - _ECCENTRICITY_SQUARED) / flat**1.5
    parallel = _EQUATORIAL_RADIUS_KM / np.sqrt(flat) * np.cos(mean)
    north = np.radians(lat2 - lat1) * meridian
    east = np.radians((lon2 - lon1 + 180) % 360 - 180) * parallel
    return np.asarray(np.hypot(north, east), dtype=np.float64)

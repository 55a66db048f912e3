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
    if not first.size or not second.size:
        return first[:0], second[:0]
    boxes = _Boxes(lats, lons, second, km)
    found = [boxes.near(part) for part in np.array_split(first, max(1, first.size // 8192 + 1))]
    left, right = (np.concatenate(side) for side in zip(*found, strict=True))
    order = np.lexsort((right, left))
    return left[order], right[order]


class _Boxes:
    """Places sorted into boxes at least ``km`` wide and high: who is near lies in one of nine.

    Longitude goes round: a place beside the date line lies in a box on either side of it.
    """

    def __init__(
        self, lats: NDArray[np.float64], lons: NDArray[np.float64], others: NDArray[np.int64], km: float
    ) -> None:
        import numpy as np

        self.lats, self.lons, self.km = lats, lons, km
        self.high = km / 110.0  # a degree of latitude is nowhere shorter than 110.57 km
        poleward = min(float(np.max(np.abs(lats))) + self.high, 90.0)
        self.wide = min(km / max(111.0 * float(np.cos(np.radians(poleward))), 1e-9), 360.0)
        self.columns = int(720.0 / self.wide) + 6
        place, lon = (
            np.tile(others, 3),
            np.concatenate([lons[others] + turn for turn in (0.0, -360.0, 360.0)]),
        )
        seen = np.abs(lon) <= 180.0 + self.wide
        place, lon = place[seen], lon[seen]
        box = self._row(lats[place]) * self.columns + self._column(lon)
        order = np.argsort(box, kind="stable")
        self.place, self.box = place[order], box[order]

    def _row(self, lats: NDArray[np.float64]) -> NDArray[np.int64]:
        import numpy as np

        return np.asarray((lats + 90.0) // self.high, dtype=np.int64) + 1

    def _column(self, lons: NDArray[np.float64]) -> NDArray[np.int64]:
        import numpy as np

        return np.asarray((lons + 180.0) // self.wide, dtype=np.int64) + 2

    def near(self, first: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Compare some places with those in the boxes round them; each pair once."""
        import numpy as np

        own = self._row(self.lats[first]) * self.columns + self._column(self.lons[first])
        rows = np.concatenate([own - self.columns, own, own + self.columns])
        low = np.searchsorted(self.box, rows - 1, "left")
        counts = np.searchsorted(self.box, rows + 1, "right") - low
        left = np.repeat(np.tile(first, 3), counts)
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        right = self.place[np.repeat(low, counts) + offsets]
        close = _chart_km(self.lats[left], self.lons[left], self.lats[right], self.lons[right]) <= self.km
        pairs = np.unique(np.stack([left, right])[:, close & (left != right)], axis=1)
        return pairs[0], pairs[1]


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

"""How much of the ground a method has right, by distance from the true front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from claims.control import Certainty
from layers.snapshots import Snapshot
from layers.territory.trial import DRAWN
from layers.territory.truth import Truth

BANDS_KM = (5.0, 10.0, 20.0, 50.0)
"""Cells count that lie at most so far from the true front."""

_CELL_KM = 1.0
_KM = 1000.0
_CERTAIN = frozenset({Certainty.ASSESSED, Certainty.REPORTED, Certainty.NOT_REPORTED})


@dataclass(frozen=True, slots=True)
class Score:
    """Of the cells of a band: the share that is right, and intersection over union of what is drawn.

    ``certain`` is the share of cells that the method calls certain, and ``certain_right`` how many of those
    are right; ``doubtful_right`` of the others. NaN where there is none.
    """

    cells: int
    right: float
    iou: float
    certain: float
    certain_right: float
    doubtful_right: float


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of 1 km by their middles, in degrees, on land and within the widest band of a day's front."""

    degrees: NDArray[np.float64]
    away_km: NDArray[np.float64]
    drawn: NDArray[np.bool_]
    tree: shapely.STRtree


def cells_of(truth: Truth, number: int) -> Cells:
    """The cells of one day of the truth; land and borders are cut first."""
    one, other = truth.sides_m(number)
    reach = BANDS_KM[-1] * _KM
    wide, far = (shapely.buffer(shapely.simplify(side, 500.0), reach, quad_segs=4) for side in (one, other))
    ground = shapely.intersection(shapely.intersection(wide, far), truth.land_m)
    west, south, east, north = ground.bounds
    step = _CELL_KM * _KM
    x, y = np.meshgrid(np.arange(west, east, step) + step / 2, np.arange(south, north, step) + step / 2)
    xy = np.column_stack([x.ravel(), y.ravel()])
    shapely.prepare(ground)
    xy = xy[shapely.contains_xy(ground, xy[:, 0], xy[:, 1])]
    away = truth.away_km(number, xy)
    degrees = truth.plane.points_to_degrees(xy[away <= BANDS_KM[-1]])
    points = np.asarray(shapely.points(degrees), dtype=object)
    return Cells(degrees, away[away <= BANDS_KM[-1]], truth.drawn(number, degrees), shapely.STRtree(points))


def scores(snapshot: Snapshot, cells: Cells) -> Mapping[float, Score]:
    """Hold a snapshot against the truth, band by band."""
    drawn, certain = _as_cells(snapshot, cells)
    return MappingProxyType({band: _score(drawn, certain, cells, cells.away_km <= band) for band in BANDS_KM})


def _as_cells(snapshot: Snapshot, cells: Cells) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each cell, whether the snapshot calls it drawn, and whether it is certain of that."""
    shapes = np.array([part.shape for part in snapshot.parts], dtype=object)
    uppermost = np.full(len(cells.degrees), len(shapes), dtype=np.int64)
    for shape in shapes:
        shapely.prepare(shape)
    part, cell = cells.tree.query(shapes, "intersects")
    np.minimum.at(uppermost, cell, part)
    states = [part.state for part in snapshot.parts]
    drawn = np.array([*(state.holder == DRAWN for state in states), False])
    certain = np.array([*(state.certainty in _CERTAIN for state in states), False])
    return drawn[uppermost], certain[uppermost]


def _score(
    drawn: NDArray[np.bool_], certain: NDArray[np.bool_], cells: Cells, band: NDArray[np.bool_]
) -> Score:
    said, true, sure = drawn[band], cells.drawn[band], certain[band]
    right = said == true
    union = (said | true).sum()
    return Score(
        cells=int(band.sum()),
        right=_share(right),
        iou=float((said & true).sum() / union) if union else float("nan"),
        certain=_share(sure),
        certain_right=_share(right[sure]),
        doubtful_right=_share(right[~sure]),
    )


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else float("nan")

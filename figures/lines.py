"""Lines of a map document's grid become points in one array: thousands are reckoned with at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines one after the other: ``points`` of shape (n, 2); where each begins, and where the last ends."""

    points: NDArray[np.float64]
    begins: NDArray[np.int64]

    @staticmethod
    def of(lines: Sequence[Sequence[int]]) -> Lines:
        """The lines ``[x0, y0, dx1, dy1, …]`` of a document, in steps of its grid."""
        sizes = np.fromiter(map(len, lines), np.int64, len(lines)) // 2
        begins = np.concatenate([[0], np.cumsum(sizes)])
        steps = np.fromiter(chain.from_iterable(lines), np.int64, 2 * int(begins[-1])).reshape(-1, 2)
        whole = np.cumsum(steps, axis=0)
        starts = begins[:-1]
        points = whole - np.repeat(whole[starts] - steps[starts], sizes, axis=0)
        return Lines(points.astype(np.float64), begins)

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the greatest x, y of each line."""
        if len(self.begins) < 2:
            return np.empty((0, 2)), np.empty((0, 2))
        starts = self.begins[:-1]
        return np.minimum.reduceat(self.points, starts), np.maximum.reduceat(self.points, starts)

    def lengths(self) -> NDArray[np.float64]:
        """How long each line is."""
        steps = np.hypot(*np.diff(self.points, axis=0, append=self.points[-1:]).T)
        steps[self.begins[1:] - 1] = 0.0
        return np.add.reduceat(steps, self.begins[:-1]) if len(steps) else np.empty(0)

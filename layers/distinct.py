"""Which whole numbers occur.

``np.unique`` and ``np.isin`` hash them, which takes ten times as long as putting them in order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def distinct(found: Ints) -> Ints:
    """The numbers that occur, each once and in order."""
    ordered = np.sort(found)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def is_among(found: Ints, others: Ints) -> NDArray[np.bool_]:
    """Whether each number occurs among the others."""
    if not len(others):
        return np.zeros(len(found), dtype=bool)
    ordered = np.sort(others)
    at = np.minimum(np.searchsorted(ordered, found), len(ordered) - 1)
    return np.asarray(ordered[at] == found, dtype=bool)

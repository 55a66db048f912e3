"""Rows of two long tables that are nearly the same cancel each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def apart(some: Ints, others: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows of two tables are left when nearly each has cancelled one that equals it in the other.

    Tables are given by columns. Nothing is sorted: a row is looked for at one spot only, and of rows that
    share a spot by chance one is found there. So of long tables that are nearly the same, little is left.
    """
    left, lost = np.ones(some.shape[1], dtype=bool), np.ones(others.shape[1], dtype=bool)
    if not len(left) or not len(lost):
        return left, lost
    bits = int(_ROOM * len(left)).bit_length()
    here = np.full(1 << bits, -1)
    here[_spots(some, bits)] = np.arange(len(left))
    found = here[_spots(others, bits)]
    same = np.flatnonzero((found >= 0) & (some[:, found] == others).all(axis=0))
    partner = np.full(len(left), -1)
    partner[found[same]] = same  # a row of some cancels one other, however many equal it
    left = partner < 0
    lost[partner[~left]] = False
    return left, lost


_ROOM = 4


def _spots(table: Ints, bits: int) -> Ints:
    made = np.zeros(table.shape[1], dtype=np.uint64)
    for column in table:
        made = (made ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        made ^= made >> np.uint64(32)
    return (made >> np.uint64(64 - bits)).astype(np.int64)

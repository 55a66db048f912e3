"""Numbers that are linked in pairs become groups, each named after its least number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def least_linked(count: int, one: Ints, other: Ints) -> Ints:
    """For each number below ``count`` the least that it hangs together with.

    ``one`` and ``other`` are the two numbers of each link.
    """
    name = np.arange(count)
    while True:
        least = np.minimum(name[one], name[other])
        np.minimum.at(name, name[one], least)
        np.minimum.at(name, name[other], least)
        name = name[name]
        if np.array_equal(name[one], name[other]):
            return name

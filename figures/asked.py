"""What an address asks for is read forgivingly: whatever is wrong in it counts as not said."""

from __future__ import annotations

import re

MOST_RINGS = 4
FARTHEST_KM = 500.0
_BETWEEN = re.compile(r"[,;\s،]+")


def rings_of(text: str) -> tuple[float, ...] | None:
    """Radii in km, the smallest first, four at most; empty for ``none``; None where the text names none."""
    if text.strip().lower() in ("none", "0"):
        return ()
    radii = sorted({radius for part in _BETWEEN.split(text) if (radius := _radius(part))})
    return tuple(radii[:MOST_RINGS]) or None


def _radius(text: str) -> float | None:
    try:
        radius = round(float(text), 1)
    except (ValueError, OverflowError):
        return None
    return radius if 0 < radius <= FARTHEST_KM else None

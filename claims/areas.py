"""Areas that somebody drew, kept as they came; putting them on the ground is for ``layers``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """One drawn area. ``geometry`` is GeoJSON (Polygon or MultiPolygon, degrees, longitude first) as text.

    ``sha256`` is, in hex, over the UTF-8 bytes of ``geometry``.
    """

    id: str
    name: str
    geometry: str
    sha256: str
    source: str = ""

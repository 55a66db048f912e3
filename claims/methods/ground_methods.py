"""The ways in which what is known of places becomes ground: their names, versions and parameters.

How they work is in ``layers.territory``; they are named here because a map's settings and the command line
name them beside the methods that weigh claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from claims.methods.method import Parameter

CELLS = "cells"
"""The honest cells of ``layers.composite``: no drawn line, nothing inferred from neighbours by ground."""


@dataclass(frozen=True)
class GroundMethod:
    """A way from places to ground. ``version`` changes when the same statuses may give other ground."""

    name: str
    version: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


_REACH = {"reach_km": Parameter(10.0, 0.5, 50.0)}
_BELT = {
    "belt_km": Parameter(3.0, 0.0, 50.0),
    "belt_silent_km": Parameter(8.0, 0.0, 50.0),
    "belt_spacing": Parameter(0.85, 0.0, 5.0),
}
_SILENCE = {
    "told_share": Parameter(0.6, 0.0, 1.0),
    "corridor_share": Parameter(0.5, 0.0, 5.0),
    "corridor_km": Parameter(4.0, 0.0, 50.0),
    "flip_share": Parameter(0.45, 0.0, 1.0),
    "flip_slope": Parameter(0.5, 0.0, 1.0),
    "rounds": Parameter(8, 0, 50, whole=True),
}

VORONOI = GroundMethod("voronoi", "1", MappingProxyType(_BELT))
HALF_WAY = GroundMethod("half-way", "1", MappingProxyType(_REACH | _BELT | _SILENCE))
LINE_SHIFT = GroundMethod("line-shift", "1", MappingProxyType(_REACH | _BELT | _SILENCE))

GROUND_METHODS: Mapping[str, GroundMethod] = MappingProxyType(
    {method.name: method for method in (VORONOI, HALF_WAY, LINE_SHIFT)}
)
"""The methods by name."""

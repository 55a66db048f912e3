"""A place: one point on the ground with its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """A named point, in WGS 84.

    Attributes
    ----------
    id
        Stable within one map, for example ``maar-shahour``.
    name
        The name in the map's working language (English here), as it should be printed.
    lat, lon
        Degrees north and east, WGS 84.
    kind
        ``city``, ``town``, ``village``, ``hill``, ``military_site``, ``airport`` and so on.
    precision_m
        How far the true spot may lie from the point, in metres.
    names
        Names in other languages, by language code: ``{"ar": "معر شحور"}``.
    variants
        Other spellings that reports use.
    """

    id: str
    name: str
    lat: float
    lon: float
    kind: str
    precision_m: int
    source: str
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES, hash=False)
    variants: tuple[str, ...] = ()
    admin1: str = ""
    population: int | None = None
    geonames_id: int | None = None
    checked: int = 0

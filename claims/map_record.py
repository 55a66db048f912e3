"""Everything the ledger keeps of one map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.areas import DrawnArea
from claims.claim import Claim
from claims.corrections import Correction
from claims.drawn_settings import NO_AREAS, AreaSettings
from claims.observations import DrawnStore, Observation
from claims.release_rules import ReleaseRules, Withheld
from claims.sources import Source
from gazetteer.place import Place


@dataclass(frozen=True)
class MapSettings:
    """What a map needs beyond its claims: the content of ``map.toml``.

    ``span`` is half-open, as aware instants at local midnight; ``window`` is (west, south, east, north) in
    degrees; ``region`` is the ISO 3166-2 unit that area figures speak of, or ""; ``city`` the place id of
    distances and rings; ``edge_km`` the built-up radius of that city; ``reach_km`` how far a cell may reach
    from its place; ``roles`` gives each actor id its role in the palette; ``method`` and ``parameters`` say
    how claims become control, where the map does not leave that to the usual method and its defaults.
    ``areas`` says how drawn areas are read, and ``elsewhere`` who holds the land that a drawn map leaves
    blank, where its makers mean that; else "".
    """

    id: str
    title: Mapping[str, str]
    zone: ZoneInfo
    span: tuple[datetime, datetime]
    window: tuple[float, float, float, float]
    region: str
    city: str
    edge_km: float
    rings_km: tuple[float, ...]
    reach_km: float
    border_view: str
    roles: Mapping[str, str]
    method: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    elsewhere: str = ""
    areas: AreaSettings = NO_AREAS


@dataclass(frozen=True)
class BaselineHolder:
    """Who held a place before the first claim, and where that is known from."""

    place_id: str
    holder: str
    source: str


@dataclass(frozen=True)
class Unlocated:
    """A place that claims name and nobody could put on the map; listed, never pinned."""

    name: str
    name_ar: str
    kind: str
    reason: str
    hint: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True)
class MapRecord:
    """One map as the ledger knows it. ``head`` is the hash of the ledger entry it was read at.

    ``corrections`` are in the order in which they were recorded; what they replaced stands in them only.
    ``releases`` are the rules by their name. ``release`` is the name of the rules that this record has been
    through, empty before that; ``withheld`` is what they kept back. ``observations`` are in the order of
    their instants; ``drawn`` is where their shapes are.
    """

    settings: MapSettings
    places: Mapping[str, Place]
    actors: Mapping[str, Actor]
    sources: Mapping[str, Source]
    baseline: Mapping[str, BaselineHolder]
    claims: tuple[Claim, ...]
    unlocated: tuple[Unlocated, ...]
    credits: str = ""
    head: str = ""
    areas: Mapping[str, DrawnArea] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    releases: Mapping[str, ReleaseRules] = field(default_factory=dict)
    release: str = ""
    withheld: tuple[Withheld, ...] = ()
    observations: tuple[Observation, ...] = ()
    drawn: DrawnStore | None = field(default=None, compare=False, repr=False)

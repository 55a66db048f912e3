"""What somebody drew of the whole front at one instant, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from claims.claim import Window


class DrawnStatus(StrEnum):
    """What a drawn shape says of its ground: held, claimed by its holder only, contested, or unknown."""

    HELD = "held"
    CLAIMED = "claimed"
    CONTESTED = "contested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """One shape of an observation.

    ``holder`` is an actor id. ``geometry`` is GeoJSON (Polygon or MultiPolygon, degrees, longitude first,
    two numbers a position) as text, with the positions as they came: repairing them is for ``layers``.
    """

    holder: str
    status: DrawnStatus
    geometry: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One source's drawn map of one day or instant: the whole of its ground, not what changed.

    It counts from the end of ``happened`` until the next observation of its series. ``series`` is the id of
    the source that drew it. ``sha256`` names, in hex, the shapes as the ledger keeps them (see
    ``DrawnStore``); where shapes overlap, the earlier one counts. ``file`` and ``file_sha256`` are the file
    that they came in. ``holders`` are the actors that the shapes name, sorted; ``bounds`` is (west, south,
    east, north) of all of them in degrees, None where nothing is drawn.
    """

    id: str
    series: str
    happened: Window
    reported_at: datetime
    sha256: str
    file: str
    file_sha256: str
    holders: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None

    @property
    def at(self) -> datetime:
        """From when on this is how the ground is drawn."""
        return self.happened.end


class DrawnStore(Protocol):
    """Where the shapes of observations are kept, and what was worked out of them and may be lost."""

    def shapes(self, sha256: str) -> tuple[DrawnShape, ...]:
        """The shapes of an observation, read when they are asked for."""

    def each(self, sha256s: Sequence[str]) -> Iterator[tuple[DrawnShape, ...]]:
        """The shapes of several observations, one after the other."""

    def prepared(self, key: str) -> bytes | None:
        """What was kept under a key; None where nothing was, or somebody cleared it."""

    def keep_prepared(self, key: str, content: bytes) -> None:
        """Keep what took long to work out; a store that cannot be written to forgets it."""

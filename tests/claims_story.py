"""Small maps for tests: a few places, two sides, sources of both and of neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.claim import Claim, Event, Window
from claims.map_record import BaselineHolder, MapRecord, MapSettings
from claims.sources import Source
from gazetteer.place import Place

BLUE, GREEN, THIRD, UNKNOWN = "blue", "green", "third", "unknown"
START = datetime(2024, 3, 1, tzinfo=UTC)
SIDES = (BLUE, GREEN, THIRD)

ACTORS = {side: Actor(side, side.title(), "", side) for side in (*SIDES, UNKNOWN)}
_ALL = frozenset(SIDES)
SOURCES = {
    "agency": Source("agency", "Agency", "news_agency", "B", "", _ALL),
    "monitor": Source("monitor", "Monitor", "monitor", "B", "", _ALL),
    "blue-army": Source("blue-army", "Blue army", BLUE, "D", "", frozenset()),
    "green-front": Source("green-front", "Green front", GREEN, "D", "", frozenset()),
    "third-force": Source("third-force", "Third force", THIRD, "D", "", frozenset()),
    "rumour": Source("rumour", "Rumour", "social_media", "F", "", frozenset()),
}


def at(hours: float) -> datetime:
    """Hours after the story began."""
    return START + timedelta(hours=hours)


def place(place_id: str, lat: float = 50.0, lon: float = 30.0) -> Place:
    return Place(place_id, place_id.title(), lat, lon, "village", 500, "invented")


def claim(
    claim_id: str,
    event: str,
    holder: str | None,
    by: str,
    window: tuple[float, float],
    *,
    loser: str | None = None,
    where: str | None = "a",
    reported: float | None = None,
    **more: Any,
) -> Claim:
    """One claim; ``window`` and ``reported`` are hours after the story began."""
    start, end = window
    told = end + 1 if reported is None else reported
    kept = {"status": "claimed", "reliability": "B", "credibility": 2, **more}
    happened = Window(at(start), at(end))
    return Claim(
        claim_id, where or "", where, Event(event), holder, loser, by, by, happened, at(told), False, **kept
    )


def story(
    claims: Iterable[Claim],
    places: Iterable[Place] = (place("a"),),
    baseline: Mapping[str, str] | None = None,
    days: int = 10,
) -> MapRecord:
    """A map of those places; without a baseline Blue holds them all."""
    found = {p.id: p for p in places}
    held = baseline if baseline is not None else dict.fromkeys(found, BLUE)
    zone = ZoneInfo("UTC")
    settings = MapSettings(
        id="story",
        title={"en": "Story"},
        zone=zone,
        span=(START.astimezone(zone), at(24 * days).astimezone(zone)),
        window=(29.0, 49.0, 31.0, 51.0),
        region="",
        city=next(iter(found)),
        edge_km=0.0,
        rings_km=(10.0,),
        reach_km=7.0,
        border_view="UN",
        roles=dict.fromkeys(ACTORS, "foreign"),
    )
    holders = {place_id: BaselineHolder(place_id, holder, "") for place_id, holder in held.items()}
    return MapRecord(settings, found, ACTORS, SOURCES, holders, tuple(claims), ())

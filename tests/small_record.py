"""Maps made by hand for tests: a few places, two armies and a story told in hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.claim import Claim
from claims.control import Certainty, ControlHistory, Hold
from claims.map_record import BaselineHolder, MapRecord, MapSettings
from claims.sources import Source
from gazetteer.place import Place
from layers.basemap import Basemap, basemap
from layers.composite import Composite, composite

START = datetime(2024, 12, 1, tzinfo=UTC)
RED, BLUE, AZURE, UNKNOWN = "red", "blue", "azure", "unknown"
ACTORS = {
    RED: Actor(RED, "Red army (and friends)", "الجيش الأحمر", "red"),
    BLUE: Actor(BLUE, "Blue army, of the hills", "الجيش الأزرق", "blue"),
    AZURE: Actor(AZURE, "Azure brigade", "اللواء اللازوردي", "blue"),
    UNKNOWN: Actor(UNKNOWN, "Unknown holder", "غير معروف", "unknown"),
}
SOURCES = {
    "monitor": Source("monitor", "Monitor", "monitor", "B", "", frozenset({"red", "blue"})),
    "army": Source("army", "Red army", "red", "D", "", frozenset()),
}

Step = tuple[float, str, Certainty] | tuple[float, str, Certainty, str]
"""Hours after START, holder, certainty, and a rival where there is one."""

ASSESSED, CLAIMED, CONTESTED = Certainty.ASSESSED, Certainty.CLAIMED, Certainty.CONTESTED
NOT_REPORTED, INFERRED = Certainty.NOT_REPORTED, Certainty.INFERRED


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


def small_record(
    points: Mapping[str, tuple[float, float]],
    *,
    claims: Iterable[Claim] = (),
    region: str = "",
    reach_km: float = 7.0,
    edge_km: float = 2.0,
    city: str | None = None,
) -> MapRecord:
    """A map of places at (lat, lon); the first is the city unless told otherwise."""
    lats, lons = [lat for lat, _ in points.values()], [lon for _, lon in points.values()]
    settings = MapSettings(
        id="small",
        title={"en": "Small map", "ar": "خريطة صغيرة"},
        zone=ZoneInfo("Asia/Damascus"),
        span=(START, hours(240)),
        window=(
            min(lons, default=36) - 0.2,
            min(lats, default=35) - 0.2,
            max(lons, default=37) + 0.2,
            max(lats, default=36) + 0.2,
        ),
        region=region,
        city=city or next(iter(points), ""),
        edge_km=edge_km,
        rings_km=(10.0, 20.0),
        reach_km=reach_km,
        border_view="UN",
        roles={RED: "government", BLUE: "opposition", AZURE: "sna"},
    )
    places = {
        key: Place(key, key.title(), lat, lon, "village", 100, "by hand")
        for key, (lat, lon) in points.items()
    }
    return MapRecord(
        settings=settings,
        places=places,
        actors=dict(ACTORS),
        sources=dict(SOURCES),
        baseline={key: BaselineHolder(key, RED, "by hand") for key in places},
        claims=tuple(claims),
        unlocated=(),
        credits="Made by hand",
        head="0" * 64,
    )


def small_history(record: MapRecord, story: Mapping[str, Sequence[Step]], first: str = RED) -> ControlHistory:
    """Every place held by ``first``, assessed, until its story begins; a step before hour 0 is the start."""
    return ControlHistory(
        method="by hand",
        method_version="1",
        parameters={"infer_km": 7.0},
        known_at=hours(1000),
        holds={key: _holds(story.get(key, ()), first) for key in record.places},
        remarks=(),
    )


def _holds(steps: Sequence[Step], first: str) -> tuple[Hold, ...]:
    if not steps or steps[0][0] >= 0:
        steps = [(-1.0, first, ASSESSED), *steps]
    holds = []
    for position, (hour, holder, certainty, *rival) in enumerate(steps):
        start = hours(hour) if position else None
        end = hours(steps[position + 1][0]) if position + 1 < len(steps) else None
        holds.append(Hold(start, end, holder, certainty, rival[0] if rival else None, (), None))
    return tuple(holds)


def made(record: MapRecord, history: ControlHistory) -> tuple[Basemap, Composite]:
    ground = basemap(record.settings)
    return ground, composite(record, history, ground)

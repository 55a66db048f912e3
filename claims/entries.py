"""A map's record becomes the entries that the ledger keeps, and entries become a record again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.claim import Claim, Event, Window
from claims.map_record import BaselineHolder, MapRecord, MapSettings, Unlocated
from claims.sources import Source
from gazetteer.place import Place

KINDS = ("settings", "place", "actor", "source", "baseline", "claim", "unlocated", "credits")
"""The kinds of entry, in the order in which a record is written."""

Bodies = Mapping[str, Mapping[str, Any]]
"""By kind, then by key: the newest body."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a map as the ledger keeps it.

    ``key`` tells it from others of its kind; ``body`` is canonical JSON: sorted keys, no spaces, instants in
    UTC.
    """

    kind: str
    key: str
    body: str


def entries_of(record: MapRecord) -> Iterator[Entry]:
    """Take a record apart; equal records give equal entries, whatever zones their instants are written in."""
    yield _entry("settings", "settings", _settings_body(record.settings))
    yield from (_entry("place", place.id, _plain(place)) for place in record.places.values())
    yield from (_entry("actor", actor.id, _plain(actor)) for actor in record.actors.values())
    yield from (_entry("source", source.id, _plain(source)) for source in record.sources.values())
    yield from (_entry("baseline", held.place_id, _plain(held)) for held in record.baseline.values())
    yield from (_entry("claim", claim.id, _plain(claim)) for claim in record.claims)
    yield from (_entry("unlocated", place.name, _plain(place)) for place in record.unlocated)
    yield _entry("credits", "credits", {"text": record.credits})


def record_of(bodies: Bodies, head: str) -> MapRecord:
    """Put a record together from the newest body of each entry, in the order of their first appearance."""
    actors = _made(bodies, "actor", lambda body: Actor(**body))
    settings = _settings(bodies["settings"]["settings"])
    # An actor that a later map.toml no longer names is still spoken of by older claims.
    roles = {**dict.fromkeys(actors, "unknown"), **settings.roles}
    return MapRecord(
        settings=MapSettings(**{**_fields(settings), "roles": roles}),
        places=_made(bodies, "place", _place),
        actors=actors,
        sources=_made(bodies, "source", _source),
        baseline=_made(bodies, "baseline", lambda body: BaselineHolder(**body)),
        claims=tuple(_made(bodies, "claim", _claim).values()),
        unlocated=tuple(_made(bodies, "unlocated", _unlocated).values()),
        credits=bodies.get("credits", {}).get("credits", {}).get("text", ""),
        head=head,
    )


def newest(entries: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Of entries in the ledger's order, the newest body by kind and key."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        found.setdefault(entry.kind, {})[entry.key] = json.loads(entry.body)
    return found


def _entry(kind: str, key: str, body: Mapping[str, Any]) -> Entry:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Entry(kind, key, text)


def _made(bodies: Bodies, kind: str, make: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    return {key: make(dict(body)) for key, body in bodies.get(kind, {}).items()}


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen values
    return {name: _json(item) for name, item in _fields(value).items()}


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen values
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _json(item: Any) -> Any:  # noqa: ANN401 - JSON is any of its types
    if isinstance(item, datetime):
        return item.astimezone(UTC).isoformat()
    if isinstance(item, Window):
        return {"start": _json(item.start), "end": _json(item.end), "day_precision": item.day_precision}
    if isinstance(item, frozenset):
        return sorted(item)
    if isinstance(item, tuple):
        return [_json(part) for part in item]
    return dict(item) if isinstance(item, Mapping) else item


def _settings_body(settings: MapSettings) -> dict[str, Any]:
    return {**_plain_fields(settings), "zone": settings.zone.key}


def _plain_fields(settings: MapSettings) -> dict[str, Any]:
    return {name: _json(item) for name, item in _fields(settings).items() if name != "zone"}


def _settings(body: Mapping[str, Any]) -> MapSettings:
    zone = ZoneInfo(body["zone"])
    first, last = (_instant(text).astimezone(zone) for text in body["span"])
    west, south, east, north = body["window"]
    made = {**body, "zone": zone, "span": (first, last), "window": (west, south, east, north)}
    return MapSettings(**{**made, "rings_km": tuple(body["rings_km"])})


def _place(body: dict[str, Any]) -> Place:
    return Place(**{**body, "variants": tuple(body["variants"])})


def _source(body: dict[str, Any]) -> Source:
    return Source(**{**body, "independent_of": frozenset(body["independent_of"])})


def _unlocated(body: dict[str, Any]) -> Unlocated:
    return Unlocated(**{**body, "claim_ids": tuple(body["claim_ids"])})


def _claim(body: dict[str, Any]) -> Claim:
    span = body["happened"]
    happened = Window(_instant(span["start"]), _instant(span["end"]), span["day_precision"])
    reported_at = _instant(body["reported_at"])
    return Claim(**{**body, "event": Event(body["event"]), "happened": happened, "reported_at": reported_at})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

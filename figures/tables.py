"""The measures of a map are listed: distances and areas over time, with plain names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo


def distance_table(document: Mapping[str, Any]) -> dict[str, Any]:
    """List how near hostile ground came to the reference city, one row per change, beside what was claimed.

    Distances are in km; None where there is no hostile ground. ``claims`` keep what each claim said, with its
    ``qualifier``, and are never averaged.
    """
    reference = document["reference"]
    return {
        "city": document["places"][reference["place"]]["id"],
        "edge_radius_km": reference["edge_km"],
        "series": [_distance_row(document, row) for row in reference["series"]],
        "claims": [_claimed_row(document, claimed) for claimed in reference["claimed"]],
        **_release(document),
    }


def area_table(document: Mapping[str, Any]) -> dict[str, Any]:
    """List how many km² of the region each actor held, one row per change; each km² is counted once.

    ``km2`` is ground whose holder nobody disputes, by holder, and ``unknown``; ``claimed_km2`` is ground that
    only the actor named says it holds; ``contested_km2`` is ground that sources disagree about. Together they
    are the region.
    """
    return {
        "region": document["area"]["region"]["code"],
        "total_km2": document["area"]["total_km2"],
        "series": [_area_row(document, row) for row in document["area"]["series"]],
        **_release(document),
    }


def _release(document: Mapping[str, Any]) -> dict[str, Any]:
    """Which release the figures are of, and what it keeps back."""
    return {"release": document["release"]["name"], "withheld": document["withheld"]}


def _distance_row(document: Mapping[str, Any], row: list[Any]) -> dict[str, Any]:
    instant, centre_km, edge_km, claimed_km, nearest_km, place = row
    return {
        "at": _iso(document, instant),
        "centre_km": centre_km,
        "edge_km": edge_km,
        "claimed_km": claimed_km,
        "nearest_reported_km": nearest_km,
        "nearest_reported_place": _place_id(document, place),
    }


def _claimed_row(document: Mapping[str, Any], claimed: Mapping[str, Any]) -> dict[str, Any]:
    claim = document["claims"][claimed["claim"]]
    return {
        "id": claim["id"],
        "at": _iso(document, claimed["t"]),
        "claimant": document["sources"][claimed["claimant"]]["id"],
        "km": claimed["km"],
        "qualifier": claimed["qualifier"],
        "low": claimed["low"],
        "high": claimed["high"],
        "code": claim["code"],
        "url": claim["url"],
    }


def _area_row(document: Mapping[str, Any], row: list[Any]) -> dict[str, Any]:
    instant, by_actor, contested_km2, unknown_km2 = row
    names = {key: document["actors"][int(key)]["id"] for key in by_actor}
    held = {names[key]: km2 for key, (km2, _) in by_actor.items() if km2}
    claimed = {names[key]: km2 for key, (_, km2) in by_actor.items() if km2}
    return {
        "at": _iso(document, instant),
        "km2": {**held, "unknown": unknown_km2},
        "claimed_km2": claimed,
        "contested_km2": contested_km2,
    }


def _place_id(document: Mapping[str, Any], index: int | None) -> str | None:
    return None if index is None or index < 0 else str(document["places"][index]["id"])


def _iso(document: Mapping[str, Any], instant: int) -> str:
    zone = ZoneInfo(document["clock"]["zone"])
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).isoformat(timespec="minutes")

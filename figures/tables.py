"""The measures of a map are listed with plain names: distances, areas, gains and front lengths over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from figures.clock import Clock
from layers.area import Counted
from layers.composite import Composite
from layers.gains import Balance, Passage, PeriodGains, balances, gains_by_period, passed_between


def distance_table(document: Mapping[str, Any]) -> dict[str, Any]:
    """List how near hostile ground came to the reference city, one row per change, beside what was claimed.

    Distances are in km; None where there is no hostile ground. ``claims`` keep what each claim said, with its
    ``qualifier``, and are never averaged.
    """
    reference = document["reference"]
    return {
        "city": _place_id(document, reference["place"]),
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


def front_table(document: Mapping[str, Any]) -> dict[str, Any]:
    """List how long the front is, in km, one row per change of it.

    ``solid_km`` has assessed or reported ground on both sides, ``dashed_km`` claimed or contested ground on
    one at least, ``dotted_km`` is the rest; ``km`` is all of it.
    """
    rows = document["front"]["series"]
    return {"series": [_front_row(document, row) for row in rows], **_release(document)}


def gains_table(whole: Composite, document: Mapping[str, Any]) -> dict[str, Any]:
    """List what ground passed from whom to whom: in the document's span as a whole, and on each day of it.

    ``passed`` compares the ground at ``from`` with the ground at ``to``: what is held by an actor, claimed by
    it alone, contested or unknown at one and not at the other. ``balance`` is the same by what it is counted
    as. Days are the map's own; those on which nothing passed have no row, and what went over and came back
    within a day is none.

    Parameters
    ----------
    whole
        The composite that the document was made of, before any rounding for the eye.
    """
    first, last = gains_span(document)
    passed = passed_between(whole, first, last)
    return {
        "from": _iso(document, int(first.timestamp())),
        "to": _iso(document, int(last.timestamp())),
        "passed": [_passage(passage) for passage in passed],
        "balance": [_balance(*one) for one in balances(passed).items()],
        "days": [
            {
                "day": _iso(document, int(period.start.timestamp()))[:10],
                "passed": [_passage(passage) for passage in period.passed],
            }
            for period in daily_gains(whole, document)
        ],
    }


def gains_span(document: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The first instant of a document's span, and the last minute of it, in UTC."""
    start, end = (datetime.fromtimestamp(t, UTC) for t in document["span"])
    return start, max(start, end - timedelta(minutes=1))


def daily_gains(whole: Composite, document: Mapping[str, Any]) -> Iterator[PeriodGains]:
    """What passed on each local day of the document's span, where anything did.

    The first period begins just after the first instant of the span: what happened at it is over by then.
    """
    first, last = gains_span(document)
    just = timedelta(microseconds=1)
    midnights = Clock.of(document).days(*document["span"])[1:]
    between = [at for t in midnights if first < (at := datetime.fromtimestamp(t, UTC)) <= last]
    return gains_by_period(whole, [first + just, *between, last + just])


def _front_row(document: Mapping[str, Any], row: Sequence[Any]) -> dict[str, Any]:
    instant, solid_km, dashed_km, dotted_km = row
    return {
        "at": _iso(document, instant),
        "km": round(solid_km + dashed_km + dotted_km, 3),
        "solid_km": solid_km,
        "dashed_km": dashed_km,
        "dotted_km": dotted_km,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "from": _counted(passage.before),
        "to": _counted(passage.after),
        "km2": round(passage.km2, 3),
    }


def _balance(counted: Counted, balance: Balance) -> dict[str, Any]:
    return {
        **_counted(counted),
        "gained_km2": round(balance.gained_km2, 3),
        "lost_km2": round(balance.lost_km2, 3),
        "net_km2": round(balance.net_km2, 3),
    }


def _counted(counted: Counted) -> dict[str, Any]:
    return {"kind": str(counted.kind), "actor": counted.actor or None}


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

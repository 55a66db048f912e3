"""A small map that editors work on: three places, and claims about them that all say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from small_record import hours, small_record

from claims.claim import Claim, Event, Window
from claims.report import Report
from dashboard.claim_address import claim_address
from dashboard.passwords import hashed

MAP = "small"
PASSWORD = "correct horse battery"
KEPT = hashed(PASSWORD, n=16, p=1)
"""Quick to compare with, and worth as much: tests log in often."""


def editors_map(claims: int) -> Any:
    made = small_record({"hama": (35.13, 36.75), "suran": (35.29, 36.75), "taybat": (35.26, 36.71)})
    told = tuple(said(f"T{n:03}", list(made.places)[n % 3], n) for n in range(1, claims + 1))
    return replace(made, settings=replace(made.settings, id=MAP), claims=told, head="")


def said(key: str, place: str, hour: int) -> Claim:
    return Claim(
        id=key,
        place_as_written=place.title(),
        place_id=place,
        event=Event.CAPTURED,
        holder="blue",
        from_holder="red",
        claimant="monitor",
        reporter="monitor",
        happened=Window(hours(hour), hours(hour + 1)),
        reported_at=hours(hour + 2),
        reported_day_precision=False,
        status="claimed",
        reliability="B",
        credibility=2,
        report=Report("https://reports.example/1"),
    )


def page_of(claim: str) -> str:
    return f"/{claim_address(MAP, claim)}"

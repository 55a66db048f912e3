"""What was read in the reports beside this file, held against what a careful reader takes from them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from claims.report_text import CONTROL, NO_BACKGROUND, Background, Reading, published_at, read_report
from gazetteer.spelling import spelling

REPORTS = Path(__file__).resolve().parent / "reports"
WARS = {
    "Syria": "Syria Syrian",
    "Ukraine": "Ukraine Russia Kyiv",
    "Sudan": "Sudan Khartoum",
    "Myanmar": "Myanmar Yangon",
    "Libya": "Libya Tripoli",
    "Yemen": "Yemen Sanaa",
    "Karabakh": "Karabakh Azerbaijan",
    "Congo": "Congo Kivu",
    "Kassar": "Kassar",
}
"""Words that tell the war, for the title above a lone sentence."""

Change = tuple[str, str]
"""A place, by its sound, and whether it was gained or left."""

Full = tuple[str, str, str, str]
"""The same with who holds it afterwards and the day by which it was over."""


@dataclass(frozen=True)
class Scored:
    """Changes of control of one report: those of a careful reader, and those read."""

    name: str
    wanted: frozenset[Full]
    read: frozenset[Full]


def rows(folder: str) -> dict[str, list[dict[str, str]]]:
    """The gold rows of a folder, by report."""
    found: dict[str, list[dict[str, str]]] = {}
    with (REPORTS / folder / "gold.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["report"], []).append(row)
    return found


def read_file(path: Path, published: str, zone: str, known: Background = NO_BACKGROUND) -> Reading:
    """Read a report from a file."""
    return read_bytes(path.read_bytes(), published, zone, known)


def read_bytes(raw: bytes, published: str, zone: str, known: Background = NO_BACKGROUND) -> Reading:
    """Read a report as published on a day of a zone."""
    at, day_only = published_at(published, ZoneInfo(zone))
    return read_report(raw, at, known=known, published_day_only=day_only)


def changes_of(reading: Reading) -> frozenset[Full]:
    """The changes of control that were read; what somebody denies is none."""
    zone = reading.published.tzinfo
    return frozenset(
        (
            *_change(claim.place, claim.event.value),
            claim.actor,
            claim.window.end.astimezone(zone).date().isoformat(),
        )
        for claim in reading.claims
        if claim.event in CONTROL and not claim.denied
    )


def _change(place: str, event: str) -> Change:
    return spelling(place).folded, "left" if event == "withdrawn" else "gained"


@cache
def scored(folder: str) -> list[Scored]:
    """Every report of a folder, read without a map."""
    found = []
    for name, gold in rows(folder).items():
        reading = read_file(REPORTS / folder / name, gold[0]["published"], gold[0]["zone"])
        wanted = frozenset(
            (*_change(row["place"], row["event"]), row["actor"], row["end"]) for row in gold if row["place"]
        )
        found.append(Scored(name, wanted, changes_of(reading)))
    return found


def f1(reports: list[Scored], *, full: bool) -> float:
    """F1 over all changes of all reports: place and change, or with holder and day."""
    size = 4 if full else 2
    right = wanted = read = 0
    for one in reports:
        gold, got = {w[:size] for w in one.wanted}, {r[:size] for r in one.read}
        right, wanted, read = right + len(gold & got), wanted + len(gold), read + len(got)
    return 2 * right / (wanted + read)

"""A claim becomes the fields of a form, and what somebody wrote into them becomes the corrected claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from claims.claim import Claim
from claims.formats.columns import OPTIONAL, REQUIRED, Known, claim_of
from claims.formats.tally import Tally
from claims.log import Moment, fields_of
from claims.map_record import MapRecord
from gazetteer.errors import Fault, shown
from gazetteer.rows import MOST_CELL, Row

COLUMNS = tuple(column for column in (*REQUIRED, *OPTIONAL) if column not in ("claim_id", "analyst"))
"""The fields that a form may change, with the names that they have in claims.csv."""

LONGEST_REASON = 2_000
_FORM = "form"

_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "place_as_written": ("place",),
    "happened": ("happened_from", "happened_to", "happened_precision"),
    "reported_at": ("reported_at",),
    "reported_day_precision": ("reported_at",),
    "report": (
        "source_url",
        "archived_url",
        "publisher",
        "published_at",
        "retrieved_at",
        "report_sha256",
        "report_language",
        "report_licence",
    ),
    "quote": ("quote_start", "quote_end", "quote_sha256", "quote"),
}
"""The parts of a claim that are more than one cell, or another name; every other part is the cell."""


def cells_of(claim: Claim, zone: ZoneInfo) -> dict[str, str]:
    """A claim as a row of claims.csv has it, times in that zone."""
    return {name: _cell(value, zone) for name, value in fields_of("claim", claim).items()}


def corrected(
    claim: Claim,
    typed: Mapping[str, str],
    record: MapRecord,
    faults: list[Fault],
    latest: datetime | None = None,
) -> Claim | None:
    """Give the claim with what was typed, read as a row of claims.csv is; None where anything is wrong.

    A part of the claim whose fields were left as they are stays exactly as it is, whatever the form can show
    of it. ``faults`` name the field as ``column``. Times after ``latest`` lie in the future.
    """
    zone = record.settings.zone
    before = cells_of(claim, zone)
    cells = {**before, **{name: plain_cell(text) for name, text in typed.items() if name in COLUMNS}}
    found = [fault for name, text in cells.items() for fault in _cell_faults(name, text)]
    faults.extend(found)
    if found:
        return None
    known = Known(zone, record.actors, record.sources, record.places, zone, record.areas, latest)
    made = claim_of(Row(_FORM, 1, cells), claim.id, known, found, Tally())
    faults.extend(found)
    if made is None or found:
        return None
    changed = {name for name in COLUMNS if cells.get(name, "") != plain_cell(before.get(name, ""))}
    parts = (*_ATTRIBUTES, *(name for name in COLUMNS if name in Claim.__dataclass_fields__))
    return replace(
        claim, **{part: getattr(made, part) for part in parts if changed & {*_ATTRIBUTES.get(part, (part,))}}
    )


def changed_cells(base: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote, where it differs from what stood in the form."""
    written = {name: plain_cell(text) for name, text in typed.items() if name in COLUMNS}
    return {name: text for name, text in written.items() if text != plain_cell(base.get(name, ""))}


def reason_of(text: str, faults: list[Fault]) -> str:
    """The reason of a correction; an empty, overlong or unprintable one is a fault of the field ``why``."""
    why = plain_cell(text)
    if not why:
        faults.append(Fault(_FORM, 1, "why", "is empty; a correction without a reason is not taken"))
    elif len(why) > LONGEST_REASON:
        said = f"has {len(why):,} characters; the most is {LONGEST_REASON:,}"
        faults.append(Fault(_FORM, 1, "why", said))
    elif any(letter < " " and letter not in "\n\t" for letter in why):
        faults.append(Fault(_FORM, 1, "why", "contains a control character"))
    return why


def other_claim(text: str, claim_id: str, known: Iterable[str], faults: list[Fault]) -> str:
    """The claim that this one is merged into; another than one that stands is a fault of ``into``."""
    into = plain_cell(text)
    if not into:
        faults.append(Fault(_FORM, 1, "into", "is empty; write the id of the claim that stands for both"))
    elif into == claim_id:
        faults.append(Fault(_FORM, 1, "into", "is this very claim"))
    elif into not in known:
        faults.append(Fault(_FORM, 1, "into", f"{shown(into)} is not the id of a claim that stands"))
    return into


def plain_cell(text: str) -> str:
    """What a form sends, as a cell of a file has it: line ends of one kind, no outer white space."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _cell(value: Any, zone: ZoneInfo) -> str:  # noqa: ANN401 - whatever a field holds
    if value is None:
        return ""
    if isinstance(value, Moment):
        return _moment(value, zone)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _moment(moment: Moment, zone: ZoneInfo) -> str:
    local: datetime = moment.at.astimezone(zone)
    if moment.day_only:
        return local.date().isoformat()
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def _cell_faults(name: str, text: str) -> Iterable[Fault]:
    if len(text) > MOST_CELL:
        yield Fault(_FORM, 1, name, f"has {len(text):,} characters; the most is {MOST_CELL:,}")
    if "\0" in text:
        yield Fault(_FORM, 1, name, "contains a NUL character")

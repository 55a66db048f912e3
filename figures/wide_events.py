"""A claim about a whole unit or area moves many places at once; a table tells that in one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from figures.sentences import Teller
from figures.text import plain

Event = Mapping[str, Any]


def folded(document: Mapping[str, Any], events: Iterable[Event]) -> list[tuple[Event, int]]:
    """The events, and for how many places each stands.

    Events that differ in their place only, and rest on claims about units or areas alone, are one row.
    """
    rows: dict[tuple[Any, ...], tuple[Event, int]] = {}
    for number, event in enumerate(events):
        wide = all(_wide(document["claims"][claim]) for claim in event["claims"])
        key = _all_but_place(event) if wide else (number,)
        first, places = rows.get(key, (event, 0))
        rows[key] = first, places + 1
    return list(rows.values())


def wide_name(teller: Teller, event: Event, places: int) -> str:
    """*Idlib: 24 places*, for an event that stands for several."""
    claim = teller.document["claims"][event["claims"][0]]
    names = _wide(claim) or {}
    area = plain(teller.say.words.of(names.get("name", {})))
    return teller.say.words.fill("table.several_places", area=area, n=places)


def _wide(claim: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return claim.get("unit") or claim.get("area")


def _all_but_place(event: Event) -> tuple[Any, ...]:
    told = ("t", "from", "day", "before", "after", "kind", "reason")
    return (*(event[name] for name in told), *event["claims"])

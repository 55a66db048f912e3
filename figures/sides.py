"""A map document has a home side, the city's or else that of whoever is at home; the others come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def home_actor(document: Document, reference: Mapping[str, Any] | None = None) -> int:
    """The party that first held the city; where the map has none, the government, else who holds most."""
    city = (reference or document["reference"])["place"]
    if city >= 0:
        return int(document["states"][document["start"]["places"][city]][0])
    actors, rows = document["actors"], document["area"]["series"]
    government = [index for index, actor in enumerate(actors) if actor["role"] == "government"]
    held = {int(index): km2 for index, (km2, _) in rows[-1][1].items()} if rows else {}
    return government[0] if government else max(held, key=lambda index: (held[index], -index), default=0)


def home_side(document: Document, reference: Mapping[str, Any] | None = None) -> str:
    """The side of the party that is at home."""
    return str(document["actors"][home_actor(document, reference)]["side"])


def gained_by(document: Document) -> dict[int, float]:
    """How many square kilometres were drawn as coming to each party, or as claimed by it."""
    found: dict[int, float] = {}
    for _, moves in document["moved"]:
        for before, after, km2 in moves:
            actor = party_of(document, after)
            if actor != party_of(document, before):
                found[actor] = found.get(actor, 0.0) + km2
    return found


def hostile_role(document: Document, reference: Mapping[str, Any]) -> str:
    """The palette role of the party, of another side than the one at home, that gained most."""
    actors = document["actors"]
    own = home_side(document, reference)
    counts: dict[int, float] = {
        actor: km2
        for actor, km2 in gained_by(document).items()
        if actors[actor]["side"] not in (own, "unknown")
    }
    for event in () if counts else document["events"]:
        after = document["states"][event["after"]]
        for actor in (after[0], after[2]):
            if actor >= 0 and actors[actor]["side"] not in (own, "unknown"):
                counts[actor] = counts.get(actor, 0) + 1
    return str(actors[max(counts, key=lambda actor: counts[actor])]["role"]) if counts else "opposition"


def party_of(document: Document, state: int) -> int:
    """The index of the party in whose colour a change to a state is drawn: whoever gained, or says so."""
    holder, certainty, rival = document["states"][state]
    unsure = document["certainties"][certainty] in ("claimed", "contested")
    return int(rival if unsure and rival >= 0 else holder)


def is_drawn(document: Document) -> bool:
    """Whether the ground is as somebody drew it, not made of reports about places."""
    return bool(document["ground_from"]["kind"] == "series")

"""Which place is meant where a change of hands names none: "seized a town", and its name behind it."""

from __future__ import annotations

from collections.abc import Collection

from claims.claim import Event
from claims.reading import names as known
from claims.reading.lists import COUNTRIES, party_site, places_after
from claims.reading.mentions import EVENT, Scan
from claims.reading.names import Name, is_person, name_at

_GAINS = frozenset([Event.CAPTURED, Event.RECAPTURED])
_ONE = frozenset(["a", "an", "another", "two", "three", "several", "last", "key", "strategic", "final"])
_AWAY = known.LOCATIVE - {"in", "inside", "at", "on"} | {"to", "with", "for", "against", "than"}
_BESIDES = frozenset(["neighbouring", "neighboring", "nearby", "nearest", "adjoining", "adjacent"])
_BASES = frozenset(["base", "headquarters", "hq", "camp", "outpost", "post", "garrison", "barracks"])
_STRONGHOLDS = frozenset(["stronghold", "bastion", "hub", "capital"])
_FOUGHT = frozenset(["fighting", "clashes", "battle", "battles", "attacked", "stormed", "assault", "fought"])
_TOLD_OF = known.AUXILIARIES | {"lies", "sits", "stands", ",", "(", "–", "-", "—"}


def unnamed_kind(scan: Scan, place: int, kind: str) -> str:
    """The kind of place that an object names and no more: "a strategic town in the north"; else nothing."""
    one = kind in _STRONGHOLDS or not _ONE.isdisjoint(scan.lows(place, place + 3))
    return kind if one else ""


def named_behind(scan: Scan, kind: str, common: Collection[str], *, listed: bool) -> tuple[Name, ...]:
    """The places that a sentence may name for what was only "a town", or "35 villages", before.

    ``listed`` wants nothing but a list in brackets.
    """
    if kind.endswith("s") and (names := _in_brackets(scan, common)):
        return names
    if listed or any(event.value.event in _GAINS for event in scan.of(EVENT)):
        return ()  # it tells of its own places
    at = 0
    while at < len(scan.words):
        name = party_site(scan, at) if scan.at[at] else name_at(scan, at, common)
        if name and _may_be(scan, name, kind):
            return (name,)
        at = name.end if name else at + 1
    return ()


def _in_brackets(scan: Scan, common: Collection[str]) -> tuple[Name, ...]:
    """“To 33 areas (A, B and C)”."""
    for at in range(1, len(scan.words)):
        if scan.words[at].text == "(" and scan.low(at - 1) in known.KINDS | known.PARTS:
            names = places_after(scan, at + 1, common).names
            if len(names) > _A_FEW:
                return tuple(names)
    return ()


_A_FEW = 2


def _may_be(scan: Scan, name: Name, kind: str) -> bool:
    """Whether a name is of the kind, or stands at the beginning of a sentence that tells of it."""
    if (
        name.region
        or name.text.lower() in COUNTRIES
        or is_person(scan, name)
        or scan.words[name.end - 1].owns
    ):
        return False
    lead, said = _lead(scan, name)
    leads = scan.low(lead - 2) if scan.low(lead - 1) == "of" else scan.low(lead - 1)  # "north of A"
    if leads in _AWAY or not _BESIDES.isdisjoint(scan.lows(lead, name.first)):
        return False
    several = name.end - name.first > 1 or scan.low(name.end) not in known.AUXILIARIES  # not "Fighting has"
    begins = lead == 0 and several and scan.low(name.end) in _TOLD_OF
    there = scan.low(name.first - 1) in ("in", "at")
    fought = there and not _FOUGHT.isdisjoint(scan.lows(0, name.first))  # "attacked the base at Balad Hawo"
    return begins or fought or any(_alike(kind, one) for one in (name.kind, said) if one)


def _lead(scan: Scan, name: Name) -> tuple[int, str]:
    """The first word of "the strategic town of" before a name, and its kind."""
    at, kind = name.first, ""
    if scan.low(at - 1) == "of" and scan.low(at - 2) in known.KINDS:
        at, kind = at - 2, scan.low(at - 2)
    elif scan.low(at - 1) in known.KINDS:
        at, kind = at - 1, scan.low(at - 1)
    while at > 0 and (scan.low(at - 1) in known.DETERMINERS or scan.low(at - 1) in known.ADJECTIVES):
        at -= 1
    return at, kind


def _alike(kind: str, other: str) -> bool:
    if kind in _STRONGHOLDS:
        return other in known.SETTLEMENTS or other in _STRONGHOLDS
    same = kind.removesuffix("s") == other.removesuffix("s")
    return same or {kind, other} <= known.SETTLEMENTS or {kind, other} <= _BASES

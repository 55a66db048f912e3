"""The states that a map shows become its printed key: a swatch, a name, a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from figures.method_words import by_report, definition
from figures.palette import ROLES
from figures.sentences import Teller
from figures.sides import home_actor, hostile_role, is_drawn, party_of
from figures.svg_style import (
    CLAIMED,
    CONTESTED,
    INFERRED,
    NOT_REPORTED,
    REPORTED,
    STALE,
    UNCERTAIN,
    roles_of,
    states_used,
)
from figures.text import esc
from figures.timeline import MEASURE_WORDS, measure

Document = Mapping[str, Any]
Cues = Callable[..., str]

_FRONT = (
    '<path class="l-opposition" d="M0 0h31v8h-31z"/><path class="l-government" d="M0 8h31v9h-31z"/>'
    '<g class="w casing"><path class="e1" d="M0 8.5h31"/></g>'
    '<g class="w front"><path class="e1" d="M0 8.5h11"/>'
    '<path class="e2" d="M13.5 8.5h8"/><path class="e3" d="M23 8.5h8"/></g>'
)
_DOTS = (
    '<circle class="i-opposition" cx="9" cy="8.5" r="3.6"/>'
    '<circle class="ho-opposition" cx="22" cy="8.5" r="3.2" style="stroke-width:1.9px"/>'
)
_DOT = '<circle class="i-opposition" cx="15.5" cy="8.5" r="3.6"/>'
_CHANGED = (
    '<circle class="i-opposition" cx="15.5" cy="8.5" r="3"/>'
    '<g class="fresh"><circle class="o" cx="15.5" cy="8.5" r="6.4"/></g>'
)
_SMALL = (
    '<circle class="i-unknown" cx="9" cy="8.5" r="1.8"/>'
    + '<circle class="i-opposition" cx="22" cy="8.5" r="1.8"/>'
)
_SQUARES = (
    '<path class="i-opposition" d="M5 4.5h8v8h-8z"/>'
    '<path class="ho-opposition" d="M18.5 5h7v7h-7z" style="stroke-width:1.4px"/>'
)
_HATCHED = "".join(f'<path class="hatch" d="M{x} 16.5l12-16h2l-12 16z"/>' for x in range(1, 17, 5))
_BARS = (
    '<path class="i-unknown" d="M7 2.5h4v12h-4z"/>'
    '<path class="ho-unknown" d="M19.5 6h4v8.5h-4z" style="stroke-width:1.2px"/>'
)
_UNKNOWN = '<path class="region sw" d="M.5.5h30v16h-30z"/>'


def legend(teller: Teller, cues: Cues) -> str:
    """The key as an HTML list: only what the map shows at some instant.

    ``cues(name, prepared, tag=…)`` writes prepared pieces of HTML, one shown at a time.
    """
    words = teller.say.words
    front = _item(front_swatch(teller), words["term.front_line"], definition(teller, "definition.front_line"))
    unknown = _item(_UNKNOWN, words["term.unknown"], unknown_definition(teller))
    items = [*(_item(*ground) for ground in _grounds(teller)), front]
    if is_drawn(teller.document):
        items += [*_drawn_dots(teller), unknown, *_unobserved(teller), _squares(teller)]
    else:
        items += [
            _item(_dots(teller), words["term.dot"], definition(teller, "definition.dot")),
            _changed(teller, cues),
            _item(_SMALL, words["term.small_dot"], words["definition.small_dot"]),
            unknown,
            *_unobserved(teller),
            _squares(teller),
        ]
    return f'<ul class="legend" aria-label="{esc(words["term.legend"])}">{"".join(items)}</ul>'


def legend_entries(teller: Teller, at: int) -> list[tuple[str, str]]:
    """The key of a picture: swatches of 31 × 17 px as SVG, each with its name."""
    words = teller.say.words
    grounds = [(swatch, term) for swatch, term, _ in _grounds(teller)]
    changed = words.fill("term.changed", day=teller.say.short(at))
    if is_drawn(teller.document):
        return [*grounds, (front_swatch(teller), words["term.front_line"]), (_UNKNOWN, words["term.unknown"])]
    return [
        *grounds,
        (front_swatch(teller), words["term.front_line"]),
        (_dots(teller), definition(teller, "term.dot_pair")),
        (_CHANGED, changed),
        (_UNKNOWN, words["term.unknown"]),
    ]


def _drawn_dots(teller: Teller) -> list[str]:
    if not teller.document["places"]:
        return []
    return [_item(_DOT, teller.say.words["term.dot_place"], definition(teller, "definition.dot"))]


def _unobserved(teller: Teller) -> list[str]:
    """The hatch of days on which nobody drew a map, where there are such days."""
    words = teller.say.words
    if not teller.document["gaps"]:
        return []
    return [_item(_HATCHED, words["drawn.no_observation"], words["drawn.no_observation_means"])]


def unknown_definition(teller: Teller) -> str:
    """What unknown ground is, with the reach of a cell."""
    if is_drawn(teller.document):
        return definition(teller, "definition.unknown")
    reach = teller.round_km(float(teller.document["reach_km"]))
    return teller.say.words.fill("definition.unknown", reach=reach)


def front_swatch(teller: Teller) -> str:
    """The front between the two parties that the map is about."""
    document = teller.document
    home = str(document["actors"][home_actor(document)]["role"])
    away = hostile_role(document, document["reference"])
    return _FRONT.replace("l-opposition", f"l-{_known_role(away)}").replace(
        "l-government", f"l-{_known_role(home)}"
    )


def _known_role(role: str) -> str:
    return role if role in ROLES else "unknown"


def _dots(teller: Teller) -> str:
    """The dots of reported places: a ring for what is only claimed, where the method says that of any."""
    return _DOT if by_report(teller.document) else _DOTS


def _item(swatch: str, term: str, definition: str) -> str:
    return (
        f'<li>{_svg(swatch)}<span><b>{esc(term)}</b><span class="def">: {esc(definition)}</span></span></li>'
    )


def _svg(inside: str) -> str:
    return f'<svg class="fl" viewBox="0 0 31 17" aria-hidden="true">{inside}</svg>'


def _grounds(teller: Teller) -> Iterable[tuple[str, str, str]]:
    """A swatch for each way of being unsure, in the colours of the front's parties where they have it."""
    words = teller.say.words
    used = sorted(states_used(teller.document), key=lambda state: _liking(teller.document, state))
    for certainty, name in (
        (REPORTED, "reported"),
        (CLAIMED, "claimed"),
        (CONTESTED, "contested"),
        (NOT_REPORTED, "not_reported"),
        (STALE, "stale"),
        (INFERRED, "inferred"),
        (UNCERTAIN, "uncertain"),
    ):
        fitting = [state for state in used if roles_of(teller.document, state)[1] == certainty]
        known = [
            state
            for state in fitting
            if teller.document["states"][state][2] >= 0 or roles_of(teller.document, state)[0] != "unknown"
        ]
        fitting = known if teller.document["observations"] or certainty == REPORTED else known or fitting
        if fitting:
            swatch = f'<g class="f"><path class="sw s{fitting[0]}" d="M.5.5h30v16h-30z"/></g>'
            yield swatch, words[f"term.{name}"], definition(teller, f"definition.{name}")


def _liking(document: Document, state: int) -> tuple[int, int]:
    """The parties that most readers look for come first."""
    holder, _, rival = roles_of(document, state)
    order = {"government": 0, "opposition": 1}
    return order.get(holder, 2) + order.get(rival, 2) + 5 * (holder == rival), -state


def _changed(teller: Teller, cues: Cues) -> str:
    words = teller.say.words
    days = teller.say.clock.days(*teller.document["span"])
    terms = [(day, f"<b>{esc(words.fill('term.changed', day=teller.say.short(day)))}</b>") for day in days]
    return f"<li>{_svg(_CHANGED)}<span>{cues('changed', terms, tag='span')}</span></li>"


def _squares(teller: Teller) -> str:
    """What a square of the timeline is, and whose colours there are: some stand for parties off this map."""
    shown: dict[str, str] = {}
    for event in teller.document["events"]:
        if event["kind"] == "change":
            actor = party_of(teller.document, event["after"])
            shown.setdefault(str(teller.document["actors"][actor]["role"]), teller.actor(actor))
    for before, after, _ in (move for _, moves in teller.document["moved"] for move in moves):
        for state in (before, after):
            actor = party_of(teller.document, state)
            shown.setdefault(str(teller.document["actors"][actor]["role"]), teller.actor(actor))
    parties = "".join(
        f'<span class="party">{_party(role)}{esc(name)}</span> '
        for role, name in sorted(shown.items(), key=_known)
    )
    drawn = measure(teller.document)
    text = f'<span class="def">{esc(definition(teller, MEASURE_WORDS[drawn]))}</span>'
    drawing = _SQUARES if drawn == "square" else _BARS
    return f'<li class="squares">{_svg(drawing)}<span>{text} {parties}</span></li>'


def _party(role: str) -> str:
    known = role if role in ROLES else "unknown"
    square = f'<path class="i-{known}" d="M.5.5h8v8h-8z"/>'
    return f'<svg class="fl" viewBox="0 0 9 9" aria-hidden="true">{square}</svg>'


def _known(party: tuple[str, str]) -> tuple[int, str]:
    first = ("opposition", "government")
    return (first.index(party[0]) if party[0] in first else len(first)), party[0]

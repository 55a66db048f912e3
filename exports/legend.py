"""The states that a map shows become its printed key: a swatch, a name, a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from figures.method_words import by_report, definition
from figures.palette import ROLES
from figures.sentences import Teller
from figures.svg_style import (
    CLAIMED,
    CONTESTED,
    INFERRED,
    NOT_REPORTED,
    REPORTED,
    STALE,
    roles_of,
    states_used,
)
from figures.text import esc
from figures.timeline import square_of

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
_UNKNOWN = '<path class="region sw" d="M.5.5h30v16h-30z"/>'


def legend(teller: Teller, cues: Cues) -> str:
    """The key as an HTML list: only what the map shows at some instant.

    ``cues(name, prepared, tag=…)`` writes prepared pieces of HTML, one shown at a time.
    """
    words = teller.say.words
    items = [_item(*ground) for ground in _grounds(teller)]
    items += [
        _item(_FRONT, words["term.front_line"], definition(teller, "definition.front_line")),
        _item(_dots(teller), words["term.dot"], definition(teller, "definition.dot")),
        _changed(teller, cues),
        _item(_SMALL, words["term.small_dot"], words["definition.small_dot"]),
        _item(_UNKNOWN, words["term.unknown"], unknown_definition(teller)),
        _squares(teller),
    ]
    return f'<ul class="legend" aria-label="{esc(words["term.legend"])}">{"".join(items)}</ul>'


def legend_entries(teller: Teller, at: int) -> list[tuple[str, str]]:
    """The key of a picture: swatches of 31 × 17 px as SVG, each with its name."""
    words = teller.say.words
    grounds = [(swatch, term) for swatch, term, _ in _grounds(teller)]
    changed = words.fill("term.changed", day=teller.say.short(at))
    return [
        *grounds,
        (_FRONT, words["term.front_line"]),
        (_dots(teller), definition(teller, "term.dot_pair")),
        (_CHANGED, changed),
        (_UNKNOWN, words["term.unknown"]),
    ]


def unknown_definition(teller: Teller) -> str:
    """What unknown ground is, with the reach of a cell."""
    reach = teller.round_km(float(teller.document["reach_km"]))
    return teller.say.words.fill("definition.unknown", reach=reach)


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
    ):
        fitting = [state for state in used if roles_of(teller.document, state)[1] == certainty]
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
            actor = square_of(teller.document, event["after"])
            shown.setdefault(str(teller.document["actors"][actor]["role"]), teller.actor(actor))
    parties = "".join(
        f'<span class="party">{_party(role)}{esc(name)}</span> '
        for role, name in sorted(shown.items(), key=_known)
    )
    text = f'<span class="def">{esc(definition(teller, "control.one_square"))}</span>'
    return f'<li class="squares">{_svg(_SQUARES)}<span>{text} {parties}</span></li>'


def _party(role: str) -> str:
    known = role if role in ROLES else "unknown"
    square = f'<path class="i-{known}" d="M.5.5h8v8h-8z"/>'
    return f'<svg class="fl" viewBox="0 0 9 9" aria-hidden="true">{square}</svg>'


def _known(party: tuple[str, str]) -> tuple[int, str]:
    first = ("opposition", "government")
    return (first.index(party[0]) if party[0] in first else len(first)), party[0]

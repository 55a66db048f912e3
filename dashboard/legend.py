"""The key: what patterns, lines and dots mean, with printed definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dash import html

from dashboard.marks import marks
from dashboard.view import View
from figures.home_view import home_view
from figures.method_words import by_report, definition
from figures.sides import is_drawn
from figures.svg_style import states_used


def layout(view: View) -> html.Details:
    """Build the key; it folds to a button where there is little room."""
    return html.Details(
        className="legend",
        open=True,
        **marks({"data-menu": "key"}),
        children=[
            html.Summary(view.say("map.key"), className="button small"),
            html.Div(
                className="legend-body", children=[holders(view), html.Ul([*_grounds(view), *_marks(view)])]
            ),
        ],
    )


def holders(view: View) -> html.Ul:
    """Who: one swatch for each party that holds or claims ground in this story."""
    items = [
        html.Li([html.Span(className=f"swatch held role-{actor['role']}"), view.of(actor["short"])])
        for actor in in_play(view.document)
    ]
    return html.Ul(items, className="holders")


def in_play(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parties that hold or claim a place in the first view at some instant, in the document's order."""
    if is_drawn(document):
        return _in_states(document, states_used(document))
    west, south, east, north = home_view(document)
    seen = {
        i for i, p in enumerate(document["places"]) if west < p["lon"] < east and south < p["lat"] < north
    }
    states = {document["start"]["places"][index] for index in seen}
    states |= {event["after"] for event in document["events"] if event["place"] in seen}
    return _in_states(document, states)


def _in_states(document: Mapping[str, Any], states: Iterable[int]) -> list[Mapping[str, Any]]:
    shown = {
        actor for state in states for actor in (document["states"][state][0], document["states"][state][2])
    }
    return [a for i, a in enumerate(document["actors"]) if i in shown and a["role"] != "unknown"]


def _grounds(view: View) -> list[html.Li]:
    reach = view.words.fill("units.km", n=f"{float(view.document['reach_km']):g}")
    if view.document["moved"]:
        return _grounds_in_play(view, reach)
    unsure = ["reported", "contested", "not_reported"]
    if not by_report(view.document):
        unsure = ["claimed", "contested", "not_reported", "inferred"]
    return [
        *(_item(view, f"swatch {_SWATCHES.get(term, term)}", term) for term in unsure),
        _item(view, "swatch unknown", "unknown", reach=reach),
        _item(view, "swatch front", "front_line"),
    ]


def _grounds_in_play(view: View, reach: str) -> list[html.Li]:
    """How sure each piece of drawn ground is: only what this map shows at some instant."""
    document = view.document
    used = {
        document["certainties"][document["states"][state][1]]
        for state in states_used(document)
        if document["actors"][document["states"][state][0]]["role"] != "unknown"
        or document["states"][state][2] >= 0
    }
    order = ("assessed", "reported", "claimed", "contested", "not_reported", "stale", "inferred", "uncertain")
    return [
        *(_item(view, f"swatch {_SWATCHES.get(term, term)}", term) for term in order if term in used),
        _item(view, "swatch unknown", "unknown", reach=reach),
        _item(view, "swatch front", "front_line"),
    ]


_SWATCHES = {
    "assessed": "held role-opposition",
    "stale": "not-reported",
    "not_reported": "not-reported",
    "reported": "held role-opposition",
}


def _marks(view: View) -> list[html.Li]:
    if is_drawn(view.document) and not view.document["places"]:
        return []
    sure = ["reported"] if by_report(view.document) else ["assessed", "claimed"]
    dots = html.Span(
        [html.Span(className=f"dot sure-{one} role-opposition") for one in sure], className="dots"
    )
    if is_drawn(view.document):
        told = f": {definition(view.teller, 'definition.dot')}"
        return [html.Li([dots, html.Span([html.B(view.say("term.dot_place")), told])])]
    fresh = html.Span(html.Span(className="dot sure-assessed role-opposition fresh"), className="dots")
    return [
        html.Li([dots, _definition(view, "dot")]),
        html.Li([fresh, html.Span(view.say("key.changed"))]),
    ]


def _item(view: View, swatch: str, term: str, **parts: str) -> html.Li:
    return html.Li([html.Span(className=swatch), _definition(view, term, **parts)])


def _definition(view: View, term: str, **parts: str) -> html.Span:
    separator = ": "
    return html.Span(
        [html.B(view.say(f"term.{term}")), separator, definition(view.teller, f"definition.{term}", **parts)]
    )

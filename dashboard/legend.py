"""The key: what patterns, lines and dots mean, with printed definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.marks import marks
from dashboard.view import View
from figures.home_view import home_view
from figures.method_words import by_report, definition


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
    west, south, east, north = home_view(document)
    seen = {
        i for i, p in enumerate(document["places"]) if west < p["lon"] < east and south < p["lat"] < north
    }
    states = {document["start"]["places"][index] for index in seen}
    states |= {event["after"] for event in document["events"] if event["place"] in seen}
    shown = {
        actor for state in states for actor in (document["states"][state][0], document["states"][state][2])
    }
    return [a for i, a in enumerate(document["actors"]) if i in shown and a["role"] != "unknown"]


def _grounds(view: View) -> list[html.Li]:
    reach = view.words.fill("units.km", n=f"{float(view.document['reach_km']):g}")
    unsure = ["reported", "contested", "not_reported"]
    if not by_report(view.document):
        unsure = ["claimed", "contested", "not_reported", "inferred"]
    return [
        *(_item(view, f"swatch {_SWATCHES.get(term, term)}", term) for term in unsure),
        _item(view, "swatch unknown", "unknown", reach=reach),
        _item(view, "swatch front", "front_line"),
    ]


_SWATCHES = {"not_reported": "not-reported", "reported": "held role-opposition"}


def _marks(view: View) -> list[html.Li]:
    sure = ["reported"] if by_report(view.document) else ["assessed", "claimed"]
    dots = html.Span(
        [html.Span(className=f"dot sure-{one} role-opposition") for one in sure], className="dots"
    )
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

"""The bar whose headline is the date: when, what that means, and as known when."""

from __future__ import annotations

from dash import html

from claims.release_rules import PUBLIC
from dashboard import known_control
from dashboard.lists_panel import corrections_address
from dashboard.marks import marks
from dashboard.view import View
from figures.sentences import deck
from figures.withheld import release_name, withheld_lines


def layout(view: View) -> html.Section:
    """Build the bar."""
    dates = view.teller.say
    date = html.Time(
        dates.long(view.at),
        dateTime=dates.clock.iso(view.at),
        **marks({"data-frontline": "date", "data-form": "long"}),
    )
    return html.Section(
        className="state",
        children=[
            html.Div(
                [html.H1(date), html.P(_deck(view), className="deck", **marks({"data-part": "deck"}))],
                className="headline",
            ),
            html.Div(
                [
                    known_control.layout(view),
                    html.Span(view.say("state.zone", zone=dates.zone(view.at)), className="zone"),
                    html.Div(known_row(view), className="known-row"),
                ],
                className="known-box",
            ),
            html.Div(className="sr-only", **marks({"data-frontline": "live", "aria-live": "polite"})),
            html.Div(className="sr-only", role="status", **marks({"data-part": "known-said"})),
        ],
    )


def known_row(view: View) -> list[html.Span | html.Details | html.A | None]:
    """What stands under the known time: which release, and what was corrected by then."""
    return [_release(view), _corrections(view)]


def _release(view: View) -> html.Span | html.Details:
    """Which release the page shows, and behind it what that keeps back."""
    name, lines = release_name(view.teller), withheld_lines(view.teller)
    if not lines:
        public = view.document["release"]["name"] == PUBLIC
        return html.Span(name, className="release" if public else "release inside")
    return html.Details(
        className="menu release",
        **marks({"data-menu": "display"}),
        children=[
            html.Summary(view.say("state.restricted", release=name)),
            html.Ul([html.Li(line) for line in lines], className="menu-sheet"),
        ],
    )


def _corrections(view: View) -> html.A | None:
    """How much has been corrected, and where that is told."""
    count = len(view.document["corrections"])
    if not count:
        return None
    return html.A(
        view.words.plural("corrections", count), href=corrections_address(view), className="corrected"
    )


def _deck(view: View) -> list[html.B | str]:
    return [html.B(text) if bold else text for text, bold in deck(view.teller, view.at)]

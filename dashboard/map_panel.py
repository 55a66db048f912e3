"""The map itself, with its buttons, its key and its credits."""

from __future__ import annotations

import re
from typing import Any

from dash import dcc, html

from dashboard import ids, legend
from dashboard.marks import marks
from dashboard.view import View
from figures.map_figure import CONFIG, served_figure
from figures.sentences import credits_of

_USUAL_PX = (940.0, 620.0)
_LATIN = re.compile(r"([A-Za-z][A-Za-z0-9 .,:'’/&()-]*[A-Za-z0-9)])")


def layout(view: View, *, webgl: bool = True, size: tuple[float, float] | None = None) -> html.Section:
    """Build the map's part of the page.

    Parameters
    ----------
    webgl
        Whether the browser draws WebGL; without it the light map takes the large one's place.
    size
        Width and height in px that the map has in the browser, for its first view.
    """
    return html.Section(
        className="map-area",
        **marks({"data-surface": "map" if webgl else "light"}),
        children=[
            html.Div(_figure(view, size), className="map-host") if webgl else None,
            html.Div(
                html.Div(className="light-box", **marks({"data-fragment": "light", "data-frontline": "map"})),
                className="light-host",
            ),
            html.P(
                view.say("map.no_webgl"),
                className="notice",
                role="status",
                hidden=webgl,
                **marks({"data-part": "no-webgl"}),
            ),
            html.Div(_buttons(view), className="map-buttons") if webgl else None,
            legend.layout(view),
            _foot(view),
            html.Div(className="popup", hidden=True, role="status", **marks({"data-part": "popup"})),
        ],
    )


def _foot(view: View) -> html.Div:
    """The scale, which the page's script draws, and the credits, which nothing hides."""
    scale = html.Div(
        [html.Span(className="scale-text"), html.Span(className="scale-bar")],
        className="scale",
        **marks({"aria-hidden": "true"}),
    )
    more = html.A(view.say("map.more"), href=f"#{ids.CREDITS}")
    short = html.Div([html.P(credit_runs(view), className="credits"), more], className="credits-short")
    return html.Div([scale, short], className="map-foot")


def credits_line(view: View) -> html.P:
    """Whose data this is, whole, at the end of the panel; the map's foot leads here."""
    return html.P(credit_runs(view), className="credits", id=ids.CREDITS, tabIndex="-1")


def credit_runs(view: View) -> list[str | html.Bdi]:
    """The credit lines; in a line of another script, names in Latin letters keep their order."""
    text = credits_of(view.teller)
    if view.state.lang == "en":
        return [text]
    return [html.Bdi(run, lang="en") if k % 2 else run for k, run in enumerate(_LATIN.split(text)) if run]


def _figure(view: View, size: tuple[float, float] | None) -> dcc.Graph:
    figure = served_figure(
        view.document,
        lambda name: view.address(f"sources/{name}.json", v=view.version),
        lang=view.state.lang,
        theme=view.state.theme,
        palette=view.state.palette,
        size=size or _USUAL_PX,
        seen=view.state.seen,
    )
    # dcc.Graph would watch clicks, zoom and hover; the page's script does that on the map itself.
    return dcc.Graph(
        id=ids.MAP, figure=figure, config=_config(), className="map-figure", clear_on_unhover=False
    )


def _config() -> Any:  # noqa: ANN401
    return dict(CONFIG)


def _buttons(view: View) -> list[html.Button]:
    return [
        html.Button(
            sign,
            type="button",
            **marks(
                {
                    "data-map": action,
                    "aria-label": view.say(f"map.{action}"),
                    "title": view.say(f"map.{action}"),
                }
            ),
        )
        for action, sign in (("zoom_in", "+"), ("zoom_out", "−"), ("home", "⌂"))
    ]

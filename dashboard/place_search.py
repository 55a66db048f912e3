"""The field that finds a place on the map by any of its names."""

from __future__ import annotations

from dash import html

from dashboard.view import View


def layout(view: View) -> html.Div:
    """Build the place of the field; the page's script puts the field in, since without it nothing could be found."""
    return html.Div(
        className="search",
        **{"data-search": "", "data-label": view.say("search.label"), "data-none": view.say("search.none")},
    )

"""The field that finds a place on the map by any of its names."""

from __future__ import annotations

from dash import html

from dashboard.marks import marks
from dashboard.view import View


def layout(view: View) -> html.Div:
    """Build the place of the field; the page's script puts the field in: without it nothing is found."""
    return html.Div(
        className="search",
        **marks(
            {"data-search": "", "data-label": view.say("search.label"), "data-none": view.say("search.none")}
        ),
    )

"""The page's head: which map, where to find a place, and what the reader may set."""

from __future__ import annotations

from dash import html

from dashboard import display_menu, place_search
from dashboard.marks import marks
from dashboard.view import View


def layout(view: View) -> html.Header:
    """Build the head of the page."""
    return html.Header(
        className="top",
        children=[
            html.A(view.say("page.skip"), href="#changes", className="skip"),
            html.Span(
                [html.Span(className="mark", **marks({"aria-hidden": "true"})), view.say("page.brand")],
                className="brand",
            ),
            _which_map(view),
            html.A(view.say("review.link"), href=_review(view), className="review-link"),
            html.Div(className="top-gap"),
            place_search.layout(view),
            _languages(view),
            display_menu.layout(view),
            html.Button(
                view.say("share.button"),
                className="button strong",
                type="button",
                **marks({"data-opens": "share", "aria-haspopup": "dialog"}),
            ),
        ],
    )


def _review(view: View) -> str:
    """The desk where reports are read for this map."""
    return view.address("review", **({} if view.state.lang == "en" else {"lang": view.state.lang}))


def _which_map(view: View) -> html.Div:
    title = html.Span(
        [html.B(view.of(view.document["title"])), html.Span(f" · {span(view)}", className="span")]
    )
    if len(view.titles) < 2:
        return html.Div(title, className="which")
    options = [
        html.Option(title, value=map_id, selected=map_id == view.state.map_id)
        for map_id, title in view.titles.items()
    ]
    chooser = html.Select(
        options, className="field", **marks({"data-choice": "map", "aria-label": view.say("page.maps")})
    )
    return html.Div([chooser, html.Span(span(view), className="span")], className="which")


def span(view: View) -> str:
    """*27 Nov – 8 Dec 2024*."""
    start, end = view.document["span"]
    return view.teller.say.span(start, end)


def _languages(view: View) -> html.Div:
    """Each language in its own letters."""
    buttons = [
        html.Button(
            name,
            type="button",
            lang=lang,
            **marks(
                {
                    "data-choice": "lang",
                    "data-value": lang,
                    "aria-pressed": str(view.state.lang == lang).lower(),
                    "aria-label": full,
                }
            ),
        )
        for lang, name, full in (("en", "EN", "English"), ("ar", "عربي", "العربية"))
    ]
    return html.Div(
        buttons, className="segments", role="group", **marks({"aria-label": view.say("page.language")})
    )

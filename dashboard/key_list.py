"""The dialog that lists the keys, and switches the single-letter ones off."""

from __future__ import annotations

from dash import html

from dashboard.marks import marks
from dashboard.view import View

_KEYS = (
    (("Space",), "play"),
    (("←", "→"), "step"),
    (("Shift ←", "Shift →"), "day"),
    (("Home", "End"), "ends"),
    (("PageUp", "PageDown"), "days"),
    (("[", "]"), "speed"),
    (("K",), "known"),
    (("/",), "find"),
    (("L",), "layers"),
    (("+", "−", "0"), "zoom"),
    (("Esc",), "close"),
    (("?",), "list"),
)


def layout(view: View) -> html.Dialog:
    """Build the dialog."""
    rows = [
        html.Div(
            [
                html.Dt([part for key in keys for part in (html.Kbd(key), " ")]),
                html.Dd(view.say(f"keys.{name}")),
            ]
        )
        for keys, name in _KEYS
    ]
    return html.Dialog(
        className="dialog",
        **marks({"data-dialog": "keys", "aria-labelledby": "keys-title"}),
        children=[
            html.H2(view.say("keys.title"), id="keys-title"),
            html.Dl(rows, className="keys"),
            html.Div(
                [html.Span(view.say("keys.single"), className="controls-name"), _switch(view)],
                className="controls-row",
            ),
            html.Button(
                view.say("map.close"), type="button", className="button", **marks({"data-closes": "keys"})
            ),
        ],
    )


def _switch(view: View) -> html.Div:
    buttons = [
        html.Button(
            view.say(f"keys.{value}"),
            type="button",
            **marks({"data-choice": "keys", "data-value": value, "aria-pressed": str(value == "on").lower()}),
        )
        for value in ("on", "off")
    ]
    return html.Div(
        buttons, className="segments", role="group", **marks({"aria-label": view.say("keys.single")})
    )

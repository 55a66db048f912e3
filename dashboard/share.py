"""The dialog that hands out the link to this view and the snippet for an article."""

from __future__ import annotations

from dash import html

from dashboard.marks import marks
from dashboard.view import View


def layout(view: View) -> html.Dialog:
    """Build the dialog; the page's script fills its fields when it opens."""
    return html.Dialog(
        className="dialog",
        **marks({"data-dialog": "share", "aria-labelledby": "share-title"}),
        children=[
            html.H2(view.say("share.title"), id="share-title"),
            _field(view, "link", 2),
            _field(view, "snippet", 5),
            html.P(view.say("share.note"), className="list-note"),
            html.Button(
                view.say("map.close"), type="button", className="button", **marks({"data-closes": "share"})
            ),
        ],
    )


def _field(view: View, part: str, rows: int) -> html.Div:
    label = view.say(f"share.{part}")
    return html.Div(
        [
            html.H3(label),
            html.Textarea(
                readOnly="readOnly",
                rows=str(rows),
                dir="ltr",
                spellCheck="false",
                className="field code",
                **marks({"data-part": f"share-{part}", "aria-label": label}),
            ),
            html.Button(
                view.say("share.copy"),
                type="button",
                className="button",
                **marks({"data-copy": f"share-{part}", "data-done": view.say("share.copied")}),
            ),
        ],
        className="share-field",
    )

"""The menu of what the reader may set: theme, colours, city, rings, layers."""

from __future__ import annotations

from dash import html

from dashboard.marks import marks
from dashboard.view import View, cities

LAYERS = ("labels", "places", "rings", "rivers", "boundaries")
_LAYER_TEXTS = {"rings": "display.rings_layer"}


def layout(view: View) -> html.Details:
    """Build the menu."""
    return html.Details(
        className="menu",
        **marks({"data-menu": "display"}),
        children=[
            html.Summary(view.say("display.button"), className="button"),
            html.Div(
                className="menu-sheet",
                children=[_theme(view), _palette(view), *_from_a_city(view), _layers(view)],
            ),
        ],
    )


def _theme(view: View) -> html.Fieldset:
    options = (("light", "display.light"), ("dark", "display.dark"))
    return _segments(view, "theme", "display.theme", options, view.state.theme)


def _palette(view: View) -> html.Fieldset:
    options = (("conventional", "display.conventional"), ("safe", "display.safe"))
    return _segments(view, "palette", "display.colours", options, view.state.palette)


def _segments(
    view: View, choice: str, title: str, options: tuple[tuple[str, str], ...], chosen: str
) -> html.Fieldset:
    buttons = [
        html.Button(
            view.say(text),
            type="button",
            **marks(
                {"data-choice": choice, "data-value": value, "aria-pressed": str(value == chosen).lower()}
            ),
        )
        for value, text in options
    ]
    return html.Fieldset([html.Legend(view.say(title)), html.Div(buttons, className="segments")])


def _from_a_city(view: View) -> list[html.Fieldset]:
    """What is measured from a place: nothing to choose where the map has none."""
    return [_city(view), _rings(view)] if cities(view.document) else []


def _city(view: View) -> html.Fieldset:
    places = view.document["places"]
    chosen = view.document["reference"]["place"]
    nowhere = html.Option(view.say("display.no_city"), value="", selected=True)
    options = [nowhere] if chosen < 0 else []
    options += [
        html.Option(view.place(index), value=places[index]["id"], selected=index == chosen)
        for index in cities(view.document)
    ]
    select = html.Select(
        options, className="field", **marks({"data-choice": "city", "aria-label": view.say("display.city")})
    )
    return html.Fieldset([html.Legend(view.say("display.city")), select])


def _rings(view: View) -> html.Fieldset:
    return html.Fieldset(
        [
            html.Legend(view.say("display.rings")),
            html.Div(
                className="rings-field",
                **marks(
                    {
                        "data-rings": ",".join(f"{ring['km']:g}" for ring in view.reference["rings"]),
                        "data-label": view.say("display.rings"),
                        "data-hint": view.say("display.rings_hint"),
                    }
                ),
            ),
        ]
    )


def _layers(view: View) -> html.Fieldset:
    buttons = [
        html.Button(
            view.say(_LAYER_TEXTS.get(layer, f"display.{layer}")),
            type="button",
            **marks({"data-choice": "layers", "data-value": layer, "aria-pressed": "true"}),
        )
        for layer in LAYERS
    ]
    return html.Fieldset([html.Legend(view.say("display.layers")), html.Div(buttons, className="chips")])

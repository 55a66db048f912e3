"""The timeline: play, step, speed, and the axis on which every change is a square."""

from __future__ import annotations

from dash import html

from dashboard.marks import marks
from dashboard.view import View
from figures.method_words import definition
from figures.sides import home_actor, hostile_role
from figures.timeline import MEASURE_WORDS, measure

_SPEEDS = (("0.5", "play.half"), ("1", "play.one"), ("2", "play.two"), ("4", "play.four"))
_STEPS = (("change", "play.change"), ("6h", "play.hours"), ("day", "play.day"))


def layout(view: View) -> html.Section:
    """Build controls and axis."""
    return html.Section(className="time", children=[_controls(view), _axis(view)])


def _controls(view: View) -> html.Div:
    return html.Div(
        className="controls",
        role="group",
        **marks({"aria-label": view.say("control.group")}),
        children=[
            html.Div(
                [
                    _button("back", view.say("control.back"), "step-back"),
                    html.Button(
                        [
                            html.Span(className="play-icon", **marks({"aria-hidden": "true"})),
                            _play_words(view),
                        ],
                        type="button",
                        className="button strong play",
                        **marks(
                            {
                                "data-frontline": "play",
                                "data-label-play": view.say("control.play"),
                                "data-label-pause": view.say("control.pause"),
                                "aria-label": view.say("control.play"),
                            }
                        ),
                    ),
                    _button("forward", view.say("control.forward"), "step-forward"),
                    _choices(view, "speed", "play.speed", _SPEEDS, "1"),
                ],
                className="controls-row",
            ),
            html.Div(
                [
                    html.Span(view.say("play.step"), className="controls-name"),
                    _choices(view, "step", "play.step", _STEPS, "change"),
                ],
                className="controls-row",
            ),
            html.Div(_hints(view), className="controls-row hints"),
        ],
    )


def _play_words(view: View) -> html.Span:
    return html.Span(
        [
            html.Span(view.say("control.play"), className="when-paused"),
            html.Span(view.say("control.pause"), className="when-playing"),
        ],
        **marks({"aria-hidden": "true"}),
    )


def _button(mark: str, label: str, icon: str) -> html.Button:
    return html.Button(
        html.Span(className=icon, **marks({"aria-hidden": "true"})),
        type="button",
        className="button icon",
        title=label,
        **marks({"data-frontline": mark, "aria-label": label}),
    )


def _choices(
    view: View, mark: str, label: str, options: tuple[tuple[str, str], ...], chosen: str
) -> html.Div:
    buttons = [
        html.Button(
            view.say(text),
            type="button",
            **marks(
                {"data-frontline": mark, "data-value": value, "aria-pressed": str(value == chosen).lower()}
            ),
        )
        for value, text in options
    ]
    return html.Div(buttons, className="segments", role="group", **marks({"aria-label": view.say(label)}))


def _hints(view: View) -> list[html.Kbd | str | html.Button]:
    return [
        html.Kbd("Space"),
        f" {view.say('play.hint_play')} ",
        html.Kbd("←"),
        html.Kbd("→"),
        f" {view.say('play.hint_step')} ",
        html.Button(
            [html.Kbd("?"), f" {view.say('play.hint_keys')}"],
            type="button",
            className="plain",
            **marks({"data-opens": "keys", "aria-haspopup": "dialog"}),
        ),
    ]


def _key(view: View) -> list[html.Span]:
    """Which way the squares stand, and what one is."""
    away, home = sides(view)
    return [
        html.Span(html.B(["▲ ", view.say("control.to", actor=away[1])]), className=f"role-{away[0]}"),
        html.Span(html.B(["▼ ", view.say("control.to", actor=home[1])]), className=f"role-{home[0]}"),
        html.Span(definition(view.teller, MEASURE_WORDS[measure(view.document)])),
        *_unobserved(view),
    ]


def _unobserved(view: View) -> list[html.Span]:
    """What the hatch of the axis is, where there is one for days without a map."""
    if not view.document["gaps"]:
        return []
    return [
        html.Span([html.B(view.say("drawn.no_observation")), f": {view.say('drawn.no_observation_means')}"])
    ]


def sides(view: View) -> tuple[tuple[str, str], tuple[str, str]]:
    """Role and name of the party that changes go to, and of the one that held the city first."""
    actors = view.document["actors"]
    role = hostile_role(view.document, view.reference)
    away = next((a for a in actors if a["role"] == role), actors[0])
    held = home_actor(view.document, view.reference)
    return (role, view.of(away["short"])), (str(actors[held]["role"]), view.of(actors[held]["short"]))


def _share(view: View) -> float:
    """How far along the axis the shown instant is, in per cent."""
    start, end = view.document["span"]
    return float(100 * (view.at - start) / (end - start))


def _axis(view: View) -> html.Div:
    """The drawing of the changes, and over it the slider, exactly as wide as the time axis."""
    slider = html.Div(
        html.Span(
            className="playhead",
            style={"insetInlineStart": f"{_share(view):.3f}%"},
            **marks({"data-frontline": "playhead"}),
        ),
        className="slider",
        role="slider",
        tabIndex="0",
        **marks(
            {
                "data-frontline": "slider",
                "aria-label": view.say("control.slider"),
                "aria-valuemin": int(view.document["span"][0]),
                "aria-valuemax": int(view.document["span"][1]),
                "aria-valuenow": view.at,
                "aria-valuetext": view.teller.say.long(view.at),
            }
        ),
    )
    drawing = html.Div(className="axis-drawing", **marks({"data-fragment": "timeline"}))
    return html.Div(
        [html.P(_key(view), className="axis-key"), html.Div([drawing, slider], className="axis")],
        className="axis-box",
    )

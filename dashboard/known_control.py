"""The control of the second clock: the map as it was known at an instant that the reader picks.

It is a form and a few links, so that it works without a script; with one, the page changes in place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.marks import marks
from dashboard.static_html import Raw
from dashboard.view import View
from figures.text import esc


def layout(view: View) -> html.Details:
    """Build the badge that says what was known, and behind it the control."""
    return html.Details(
        className="menu known-menu",
        **marks({"data-menu": "known"}),
        children=[
            html.Summary(
                [
                    html.Span(className="clock", **marks({"aria-hidden": "true"})),
                    html.Span(view.known(), **marks({"data-part": "known"})),
                ],
                className=badge_class(view),
                title=view.say("known.title"),
            ),
            html.Div(className="menu-sheet known-sheet", **marks({"data-fragment": "known"})),
        ],
    )


def badge_class(view: View) -> str:
    """An earlier known time stands out."""
    return "known asked" if view.state.known else "known"


def known_part(view: View) -> dict[str, Any]:
    """What the page's script needs to show another known time in place."""
    return {
        "text": view.state.known,
        "badge": badge_class(view),
        "printed": view.known(),
        "sheet": sheet(view),
    }


def sheet(view: View) -> Raw:
    """Write the control as HTML: a field for any instant, and links to those at which more was known."""
    shown = view.teller.say.clock.local(int(view.document["known_at"])).strftime("%Y-%m-%dT%H:%M")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{esc(value)}">' for name, value in _kept(view).items()
    )
    links = "".join(f"<li>{link}</li>" for link in _links(view))
    return Raw(
        f'<form class="known-form" method="get" action="{esc(view.prefix)}/" data-known-form>{hidden}'
        f"<label><span>{esc(view.say('known.label'))}</span>"
        f'<input class="field" type="datetime-local" name="known" value="{shown}" required></label>'
        f'<button class="button strong" type="submit">{esc(view.say("known.show"))}</button></form>'
        f'<ul class="known-links">{links}</ul>'
        f'<p class="known-note">{esc(view.say("known.note"))}</p>'
    )


def _links(view: View) -> Iterator[str]:
    known_at, steps = int(view.document["known_at"]), view.steps()
    before, after = bisect_left(steps, known_at) - 1, bisect_right(steps, known_at)
    earlier = steps[before] if before >= 0 else None
    later = steps[after] if view.state.known and after < len(steps) else None
    yield _step(view, "earlier", earlier)
    yield _step(view, "later", later)
    at_shown = view.teller.say.clock.exact(view.at)
    yield _link(view, "shown", at_shown, view.say("known.shown"))
    if view.state.known:
        yield _link(view, "latest", "", view.say("known.latest"))


def _step(view: View, name: str, step: int | None) -> str:
    """A link to the last thing that became known before, or the next; words alone where there is none."""
    if step is None:
        return f'<span class="none" data-step="{name}">{esc(view.say(f"known.no_{name}"))}</span>'
    dates = view.teller.say
    words = view.say(f"known.{name}", date=dates.say("short_year_time", step))
    return _link(view, name, dates.clock.exact(step), words)


def _link(view: View, name: str, known: str, words: str) -> str:
    query = urlencode(_kept(view) | ({"known": known} if known else {}))
    return (
        f'<a href="{esc(f"{view.prefix}/?{query}")}" data-step="{name}" data-known="{esc(known)}">'
        f"{esc(words)}</a>"
    )


def _kept(view: View) -> dict[str, str]:
    """What the address says beside the known time."""
    state = view.state
    kept = {
        "map": state.map_id,
        "t": view.teller.say.clock.exact(view.at),
        "city": state.city,
        "rings": state.rings,
        "lang": state.lang,
        "theme": state.theme if state.theme != "light" else "",
        "palette": state.palette if state.palette != "conventional" else "",
    }
    return {name: value for name, value in kept.items() if value}

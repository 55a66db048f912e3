"""Three figures of the shown instant: how near, how much, how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.marks import marks
from dashboard.view import View
from figures.map_sources import figure_of, series_row
from figures.sides import hostile_role, is_drawn
from figures.through_time import changed_between

_DAY = 86_400


def layout(view: View) -> html.Dl:
    """Build the figures; the page's script writes the later ones."""
    return html.Dl(
        className="key-figures",
        children=[
            _figure("distance", *distance(view, view.at), className="figure"),
            _figure("share", *share(view, view.at), className=f"figure role-{_role(view)}"),
            _figure("changed", *changes(view, view.at), className="figure"),
        ],
    )


def _figure(part: str, number: str, unit: str, label: str, *, className: str) -> html.Div:  # noqa: N803
    # A description list wants the term first; the page shows it below its number.
    value = [html.B(number), html.Span(unit, className="unit")]
    return html.Div(
        [
            html.Dt(label, **marks({"data-part": f"{part}-label"})),
            html.Dd(value, **marks({"data-part": part})),
        ],
        className=className,
    )


def distance(view: View, at: int) -> tuple[str, str, str]:
    """Number, unit and label of the distance to the nearest reported hostile place."""
    unit = view.say("units.km").replace("{n}", "").strip()
    if view.reference["place"] < 0:
        return front(view, at, unit)
    row = series_row(view.reference["series"], at)
    city = view.place(view.reference["place"])
    if row is None or row[4] is None:
        return view.say("figures.no_value"), "", view.say("figures.distance_none")
    if row[4] == 0:
        return "0", unit, view.say("figures.distance_held", city=city)
    return figure_of(row[4]), unit, view.say("figures.distance", city=city)


def front(view: View, at: int, unit: str) -> tuple[str, str, str]:
    """How long the front is: what a map without a city has instead of a distance."""
    row = series_row(view.document["front"]["series"], at)
    km = sum(row[1:]) if row else 0.0
    number = f"{km:,.0f}" if row else view.say("figures.no_value")
    return number, unit if row else "", view.say("figures.front")


def share(view: View, at: int) -> tuple[str, str, str]:
    """Low to high, per cent of the region, of the side that fights the city's first holder."""
    actors = hostile_actors(view.document, view.reference)
    area = view.document["area"]
    row = series_row(area["series"], at)
    name = view.of(
        next((a["short"] for a in view.document["actors"] if a["role"] == _role(view)), {"en": ""})
    )
    region = view.of(area["region"]["name"])
    label = view.say("figures.share" if region else "figures.share_land", region=region, actor=name)
    if row is None or not area["total_km2"]:
        return view.say("figures.no_value"), "", label
    low, high = share_bounds(row, actors, area["total_km2"])
    number = f"{low:.0f}–{high:.0f}" if round(low) != round(high) else f"{low:.0f}"
    return number, "%", label


def share_bounds(row: Sequence[Any], actors: list[int], total_km2: float) -> tuple[float, float]:
    """Per cent of the region held beyond dispute, and with everything that is claimed or contested."""
    held = sum(row[1].get(str(i), [0, 0])[0] for i in actors)
    claimed = sum(row[1].get(str(i), [0, 0])[1] for i in actors)
    return 100 * held / total_km2, 100 * (held + claimed + row[2]) / total_km2


def hostile_actors(document: Mapping[str, Any], reference: Mapping[str, Any]) -> list[int]:
    """The parties of the side that the nearest hostile ground belongs to."""
    role = hostile_role(document, reference)
    side = next((a["side"] for a in document["actors"] if a["role"] == role), None)
    return [i for i, actor in enumerate(document["actors"]) if actor["side"] == side]


def changes(view: View, at: int) -> tuple[str, str, str]:
    """How many places changed in 24 hours; of drawn ground, how many square kilometres did."""
    if not is_drawn(view.document):
        return str(changed(view, at)), "", view.say("figures.changed")
    km2 = sum(one[2] for t, moves in view.document["moved"] if at - _DAY < t <= at for one in moves)
    unit = view.say("units.km2").replace("{n}", "").strip()
    return figure_of(km2), unit, view.say("figures.moved")


def changed(view: View, at: int) -> int:
    """How many places changed within the 24 hours up to an instant."""
    return len(changed_between(view.document, at - _DAY + 1, at + 1))


def _role(view: View) -> str:
    return hostile_role(view.document, view.reference)

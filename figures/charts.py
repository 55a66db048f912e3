"""Two small charts of a map document: how near the front came to a city, and who held how much ground."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from figures.clock import Calendar, Clock, calendar
from figures.map_figure import FONT, shown
from figures.map_sources import Document, figure_of
from figures.mark_labels import Mark, Spot, place_labels
from figures.palette import Palette, mix
from figures.palette import palette as colours_of
from figures.text import width as text_width
from figures.words import Words, words

if TYPE_CHECKING:
    import plotly.graph_objects as go

CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}

MARGIN = {"axis": 30, "far": 10, "top": 10, "bottom": 22}
"""Around the plot in px: ``axis`` on the side of the scale. The page lays its playhead out with these."""

_DAY = 86_400
_SIZE = 11
_SIGNS = {
    "": "{km}",
    "about": "≈{km}",
    "more_than": ">{km}",
    "at_least": "≥{km}",
    "less_than": "<{km}",
    "up_to": "≤{km}",
    "between": "{low}–{high}",
}
_UPWARDS = ("more_than", "at_least")


@dataclass(frozen=True)
class View:
    """How a chart is drawn; ``width`` and ``height`` in px decide where labels fit."""

    lang: str = "en"
    theme: str = "light"
    palette: str = "conventional"
    width: int = 440
    height: int = 190

    @property
    def colours(self) -> Palette:
        """All colours of the view."""
        return colours_of(self.palette, self.theme)

    @property
    def words(self) -> Words:
        """All fixed texts of the view."""
        return words(self.lang)

    @property
    def rtl(self) -> bool:
        """Whether the time axis runs from right to left."""
        return self.words.dir == "rtl"

    @property
    def plot(self) -> tuple[float, float]:
        """Width and height in px of the plot within its margins."""
        return (
            self.width - MARGIN["axis"] - MARGIN["far"],
            self.height - MARGIN["top"] - MARGIN["bottom"],
        )


def distance_chart(
    document: Document, reference: Mapping[str, Any] | None = None, view: View | None = None
) -> go.Figure:
    """Draw the computed distance from a city to hostile ground, beside every distance that was claimed.

    The band reaches from the modelled line to the nearest reported place. Ground that only one side claims is
    a line of its own. Claims are marks, each with who said it; they are never averaged.

    Parameters
    ----------
    reference
        The distances from one city, as in the map document; the document's own by default.
    """
    import plotly.graph_objects as go

    reference = document["reference"] if reference is None else reference
    view = view or View()
    span = distance_span(document, reference)
    ink = view.colours.ink(hostile_role(document, reference))
    top = _ceiling(reference)
    claims = _claims(document, reference, view, span)
    layout = _layout(document, span, view)
    layout["yaxis"] |= {"range": [0, top], "tickvals": _round_ticks(top)}
    layout["annotations"] = list(_claim_labels(claims, span, top, view))
    traces = [*_lines(reference, span, view, ink), *_claim_marks(claims, view)]
    return go.Figure(data=traces, layout=layout)


def area_chart(document: Document, view: View | None = None) -> go.Figure:
    """Draw each party's share of the region's ground: claimed and contested hatched, unknown on top."""
    import plotly.graph_objects as go

    view = view or View()
    span = (int(document["span"][0]), int(document["span"][1]))
    layout = _layout(document, span, view)
    layout["yaxis"] |= {"range": [0, 100], "tickvals": [0, 50, 100]}
    layout["hovermode"] = "x unified"
    return go.Figure(data=list(_shares(document, span, view)), layout=layout)


def distance_span(document: Document, reference: Mapping[str, Any]) -> tuple[int, int]:
    """From which to which instant the distance chart reaches: whole days around what moved or was claimed.

    The page needs it for its playhead.
    """
    start, end = int(document["span"][0]), int(document["span"][1])
    rows, top = reference["series"], _ceiling(reference)
    near = [row[0] for row in rows if any(row[k] is not None and 0 < row[k] < top for k in (1, 4))]
    arrived = [row[0] for row in rows if row[1] == 0][:1]
    said = [claim["t"] for claim in reference["claimed"]]
    times = [*(t for t in near if t <= max([*arrived, *said, start]) or not arrived), *arrived, *said]
    if not times:
        return start, end
    clock = Clock.of(document)
    first, last = clock.day_start(min(times)), clock.day_start(max(times)) + _DAY
    return max(start, first), min(end, last)


def hostile_role(document: Document, reference: Mapping[str, Any]) -> str:
    """The palette role of the party, not on the side of the city's first holder, that gained most places."""
    actors = document["actors"]
    city_state = document["states"][document["start"]["places"][reference["place"]]]
    own = actors[city_state[0]]["side"]
    counts: dict[int, int] = {}
    for event in document["events"]:
        after = document["states"][event["after"]]
        for actor in (after[0], after[2]):
            if actor >= 0 and actors[actor]["side"] not in (own, "unknown"):
                counts[actor] = counts.get(actor, 0) + 1
    return str(actors[max(counts, key=lambda actor: counts[actor])]["role"]) if counts else "opposition"


def share_parts(document: Document, row: Sequence[Any]) -> list[tuple[str, int, float]]:
    """What one row of the area series adds up to, from the bottom of the chart: kind, actor index, per cent.

    Kinds are ``held``, ``claimed``, ``contested`` and ``unknown``. The parties of the side that is not the
    government's come first, so that their ground grows from the bottom.
    """
    total = document["area"]["total_km2"] or 1.0
    actors = document["actors"]
    order = sorted(
        (int(key) for key in row[1]), key=lambda index: (actors[index]["role"] == "government", index)
    )
    upward = [index for index in order if actors[index]["role"] != "government"]
    downward = [index for index in order if actors[index]["role"] == "government"]
    amounts = {int(key): value for key, value in row[1].items()}
    parts = [("held", index, amounts[index][0]) for index in upward]
    parts += [("claimed", index, amounts[index][1]) for index in upward]
    parts.append(("contested", -1, row[2]))
    parts += [("claimed", index, amounts[index][1]) for index in downward]
    parts += [("held", index, amounts[index][0]) for index in downward]
    parts.append(("unknown", -1, row[3]))
    return [(kind, index, 100 * km2 / total) for kind, index, km2 in parts]


def _layout(document: Document, span: tuple[int, int], view: View) -> dict[str, Any]:
    tokens = view.colours.tokens
    days = _days(calendar(document, view.lang), span, view)
    axis = {
        "tickfont": {"size": _SIZE, "color": tokens["ink-3"]},
        "gridcolor": tokens["rule"],
        "zeroline": False,
        "fixedrange": True,
        "showline": False,
    }
    first, last = (span[1], span[0]) if view.rtl else span
    return {
        "height": view.height,
        "margin": {
            "l": MARGIN["far" if view.rtl else "axis"],
            "r": MARGIN["axis" if view.rtl else "far"],
            "t": MARGIN["top"],
            "b": MARGIN["bottom"],
            "pad": 2,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": _SIZE, "color": tokens["ink-2"]},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": tokens["panel"],
            "bordercolor": tokens["rule-2"],
            "font": {"color": tokens["ink"], "size": 12, "family": FONT},
            "align": "right" if view.rtl else "left",
        },
        "xaxis": axis | {"range": [first, last], "tickvals": days[0], "ticktext": days[1], "tickangle": 0},
        "yaxis": axis | {"side": "right" if view.rtl else "left"},
        "autosize": True,
    }


def _days(dates: Calendar, span: tuple[int, int], view: View) -> tuple[list[int], list[str]]:
    """Local midnights as ticks; only so many have a date as fit beside each other."""
    ticks = [t for t in dates.clock.days(*span) if t >= span[0]]
    widest = max((text_width(dates.short(t), _SIZE) for t in ticks), default=1.0) + 10
    room = max(1, int(view.plot[0] // widest))
    every = max(1, -(-len(ticks) // room))
    # A date at the very edge would stick out of the chart.
    labels = [
        dates.short(t) if k % every == every // 2 and _clear(t, span, view, widest) else ""
        for k, t in enumerate(ticks)
    ]
    return ticks, labels


def _clear(t: int, span: tuple[int, int], view: View, width: float) -> bool:
    across = view.plot[0] * (t - span[0]) / (span[1] - span[0])
    return width / 2 - MARGIN["axis"] < across < view.plot[0] - width / 2 + MARGIN["far"]


def _round_ticks(top: float) -> list[float]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10_000) if top / step <= 5)
    return [float(step * k) for k in range(int(top // step) + 1)]


def _ceiling(reference: Mapping[str, Any]) -> float:
    values = [row[index] for row in reference["series"] for index in (1, 3, 4) if row[index] is not None]
    said = [claim["km"] for claim in reference["claimed"] if claim["km"] is not None]
    # What lies much farther than anything claimed would press the story flat; its lines come in from above.
    limit = 1.3 * max(said) if said else max(values, default=10.0)
    return 1.22 * float(max([*said, *(value for value in values if value <= limit), 5.0]))


def _steps(
    series: Sequence[Sequence[Any]], column: int, span: tuple[int, int]
) -> tuple[list[int], list[float | None]]:
    """One column of a series as the corners of its steps; a value holds until the next row."""
    xs: list[int] = []
    ys: list[float | None] = []
    ends = [*(row[0] for row in series[1:]), span[1]]
    for row, until in zip(series, ends, strict=True):
        if until <= span[0] or row[0] >= span[1]:
            continue
        xs += [max(row[0], span[0]), min(until, span[1])]
        ys += [row[column], row[column]]
    return xs, ys


def _lines(reference: Mapping[str, Any], span: tuple[int, int], view: View, ink: str) -> Iterable[go.Scatter]:
    import plotly.graph_objects as go

    series = reference["series"]
    band = {"width": 1.2, "color": ink, "dash": "3px,2px"}
    km = html.escape(view.words.fill("units.km", n="%{y:.1f}"))
    modelled = _steps(series, 1, span)
    nearest = _steps(series, 4, span)
    both = [
        None if near is None or line is None else near
        for near, line in zip(nearest[1], modelled[1], strict=True)
    ]
    shade = mix(ink, view.colours.tokens["panel"], 0.16)
    shared = {"mode": "lines", "hovertemplate": f"{km}<extra></extra>"}
    yield go.Scatter(x=modelled[0], y=modelled[1], name="line", line=band, **shared)
    yield go.Scatter(
        x=nearest[0],
        y=both,
        name="band",
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor=shade,
        hoverinfo="skip",
    )
    yield go.Scatter(x=modelled[0], y=modelled[1], name="line", line=band, hoverinfo="skip", mode="lines")
    yield go.Scatter(x=nearest[0], y=nearest[1], name="nearest", line={"width": 2, "color": ink}, **shared)
    claimed = _steps(series, 3, span)
    dots = {"width": 1.4, "color": ink, "dash": "1px,3px"}
    yield go.Scatter(x=claimed[0], y=claimed[1], name="claimed", line=dots, **shared)


@dataclass(frozen=True, slots=True)
class _Said:
    """One claimed distance: when, how far in km, by whom in whose colour, as it is printed."""

    t: int
    km: float
    who: str
    text: str
    ink: str
    upwards: bool


def _claims(
    document: Document, reference: Mapping[str, Any], view: View, span: tuple[int, int]
) -> list[_Said]:
    return [
        _said(document, claim, view)
        for claim in reference["claimed"]
        if claim["km"] is not None and span[0] <= claim["t"] <= span[1]
    ]


def _said(document: Document, claim: Mapping[str, Any], view: View) -> _Said:
    source = document["sources"][claim["claimant"]]
    key = f"source.{source['id']}"
    who = view.words[key] if view.words.known(key) else source["name"]
    low, high, km = (figure(value) for value in (claim["low"], claim["high"], claim["km"]))
    pattern = _SIGNS.get(claim["qualifier"], "{km}")
    text = pattern.replace("{km}", km).replace("{low}", low).replace("{high}", high)
    role = _side_role(document, claim["affiliation"])
    ink = view.colours.ink(role) if role and role != "unknown" else view.colours.tokens["ink"]
    return _Said(
        claim["t"], claim["km"], who[:1].upper() + who[1:], text, ink, claim["qualifier"] in _UPWARDS
    )


def _side_role(document: Document, side: str) -> str | None:
    """The palette role of a side: the one of that name, or its first party's; None for no belligerent."""
    roles = [str(actor["role"]) for actor in document["actors"] if actor["side"] == side]
    return side if side in roles else next(iter(roles), None)


def figure(km: float | None) -> str:
    """A distance as a claim gave it: no decimal that nobody said."""
    return "" if km is None else f"{km:g}"


def _claim_marks(claims: Sequence[_Said], view: View) -> Iterable[go.Scatter]:
    import plotly.graph_objects as go

    yield go.Scatter(
        x=[said.t for said in claims],
        y=[said.km for said in claims],
        name="said",
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 8,
            "color": view.colours.tokens["panel"],
            "line": {"width": 1.6, "color": [said.ink for said in claims]},
        },
        customdata=[[shown(f"{said.who} {said.text}")] for said in claims],
        hovertemplate="%{customdata[0]}<extra></extra>",
        cliponaxis=False,
    )


def _claim_labels(
    claims: Sequence[_Said], span: tuple[int, int], top: float, view: View
) -> Iterable[dict[str, Any]]:
    once = list({(said.who, said.text, said.t // _DAY): said for said in claims}.values())
    marks = [_mark(said, span, top, view) for said in once]
    for said, spot in zip(once, place_labels(marks, view.plot), strict=True):
        if spot is not None:
            yield _annotation(said, spot, view)
    for said in claims:
        if said.upwards:
            yield _arrow(said)


def _mark(said: _Said, span: tuple[int, int], top: float, view: View) -> Mark:
    wide, high = view.plot
    across = (said.t - span[0]) / (span[1] - span[0])
    x = wide * (1 - across if view.rtl else across)
    return Mark(x, high * (1 - said.km / top), text_width(f"{said.who} {said.text}", _SIZE) + 2)


def _annotation(said: _Said, spot: Spot, view: View) -> dict[str, Any]:
    return {
        "x": said.t,
        "y": said.km,
        "text": shown(f"{said.who} \u2066{said.text}\u2069") if not view.rtl else _rtl_label(said),
        "ax": spot.dx,
        "ay": spot.dy,
        "xanchor": "right" if spot.side == "left" else "left",
        "yanchor": "middle",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 0.8 if spot.needs_leader else 0.1,
        "arrowcolor": view.colours.tokens["ink-3"] if spot.needs_leader else "rgba(0,0,0,0)",
        "standoff": 5,
        "borderpad": 0,
        "font": {"size": _SIZE, "color": said.ink},
    }


def _rtl_label(said: _Said) -> str:
    # The isolates keep sign and number in their order; they are ours, so they come after the text is plain.
    return f"\u2067{shown(said.who)} \u2066{shown(said.text)}\u2069\u2069"


def _arrow(said: _Said) -> dict[str, Any]:
    """A small arrow upwards: the claim says "more than"."""
    return {
        "x": said.t,
        "y": said.km,
        "text": "",
        "ax": 0,
        "ay": 8,
        "yshift": 15,
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 0.9,
        "arrowwidth": 1.2,
        "arrowcolor": said.ink,
    }


def _shares(document: Document, span: tuple[int, int], view: View) -> Iterable[go.Scatter]:
    import plotly.graph_objects as go

    rows = document["area"]["series"]
    wanted = {int(key) for row in rows for key in row[1]}
    full = [
        [row[0], {str(k): row[1].get(str(k), [0.0, 0.0]) for k in wanted}, row[2], row[3]] for row in rows
    ]
    parts = [share_parts(document, row) for row in full]
    ends = [*(row[0] for row in rows[1:]), span[1]]
    xs = [t for row, until in zip(rows, ends, strict=True) for t in (row[0], until)]
    percent = view.words.fill("units.percent", n="%{y:.1f}")
    for k, (kind, actor, _) in enumerate(parts[0] if parts else []):
        ys = [share for part in parts for share in (part[k][2], part[k][2])]
        if not any(ys):
            continue
        yield go.Scatter(
            x=xs,
            y=ys,
            stackgroup="all",
            mode="lines",
            line={"width": 0.8 if kind == "held" and k == 0 else 0, "color": view.colours.tokens["front"]},
            name=shown(_part_name(document, kind, actor, view.words)),
            hovertemplate=f"%{{fullData.name}} {html.escape(percent)}<extra></extra>",
            **_filling(document, kind, actor, view.colours),
        )


def _part_name(document: Document, kind: str, actor: int, texts: Words) -> str:
    if actor < 0:
        return texts[f"certainty.{kind}"]
    name = texts.of(document["actors"][actor]["short"])
    return name if kind == "held" else texts.fill("table.claimed_by", actor=name)


def _filling(document: Document, kind: str, actor: int, colours: Palette) -> dict[str, Any]:
    tokens = colours.tokens
    if kind == "unknown":
        return {"fillcolor": tokens["unknown"]}
    if kind == "contested":
        return {"fillpattern": _stripes("\\", tokens["ink-2"], tokens["outside"])}
    role = str(document["actors"][actor]["role"])
    if kind == "held":
        return {"fillcolor": colours.fill(role)}
    return {"fillpattern": _stripes("/", colours.ink(role), tokens["outside"])}


def _stripes(shape: str, ink: str, paper: str) -> dict[str, Any]:
    return {
        "shape": shape,
        "fgcolor": ink,
        "bgcolor": paper,
        "size": 5,
        "solidity": 0.35,
        "fillmode": "overlay",
    }


__all__ = [
    "CONFIG",
    "MARGIN",
    "View",
    "area_chart",
    "distance_chart",
    "distance_span",
    "figure_of",
    "share_parts",
]

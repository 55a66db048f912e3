"""Two small charts of a map document: how near the front came to a city, and who held how much ground."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from figures.clock import Calendar, Clock, calendar
from figures.map_figure import FONT, shown
from figures.map_sources import Document, figure_of
from figures.mark_labels import Box, Mark, Segment, Spot, place_labels
from figures.palette import Palette
from figures.palette import palette as colours_of
from figures.sides import hostile_role
from figures.text import LRI, PDI, RLI, isolated
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

FSI = "\u2068"
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
_ARROW_PX = 17
"""How far above its mark an arrow ends."""


@dataclass(frozen=True)
class View:
    """How a chart is drawn; ``width`` and ``height`` in px decide where labels fit."""

    lang: str = "en"
    theme: str = "light"
    palette: str = "conventional"
    width: int = 440
    height: int = 246

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
    layout = layout_of(document, span, view)
    layout["yaxis"] |= {"range": [0, top], "tickvals": _round_ticks(top)}
    groups = _same(claims, Clock.of(document))
    known = _known_part(document, span)
    layout["annotations"] = list(_claim_labels(groups, reference, span, known, top, view))
    traces = [*_lines(reference, known, view, ink), *_ties(groups), *_claim_marks(claims, view)]
    return go.Figure(data=traces, layout=layout)


def front_chart(document: Document, view: View | None = None) -> go.Figure:
    """Draw how long the front is through time, in km: all of it, and what of it is sure on both sides."""
    import plotly.graph_objects as go

    view = view or View()
    span = (int(document["span"][0]), int(document["span"][1]))
    rows, until = document["front"]["series"], _known_part(document, span)[1]
    top = max((sum(row[1:]) for row in rows), default=0.0) * 1.08 or 1.0
    times = [*(row[0] for row in rows), until]
    layout = layout_of(document, span, view)
    layout["yaxis"] |= {"range": [0, top], "tickvals": _round_ticks(top)}
    layout["hovermode"] = "x unified"

    def line(name: str, km: Sequence[float], dash: str) -> go.Scatter:
        text = [view.words.fill("units.km", n=f"{one:,.0f}") for one in km]
        return go.Scatter(
            x=times,
            y=[*km, *km[-1:]],
            name=view.words[name],
            text=[*text, *text[-1:]],
            mode="lines",
            line={"shape": "hv", "width": 1.8, "dash": dash, "color": view.colours.tokens["ink"]},
            hovertemplate="%{text}",
        )

    traces = [line("term.front_line", [sum(row[1:]) for row in rows], "solid")] if rows else []
    if any(row[2] or row[3] for row in rows):
        traces.append(line("term.front_solid", [row[1] for row in rows], "dot"))
    return go.Figure(data=traces, layout=layout)


def area_chart(document: Document, view: View | None = None) -> go.Figure:
    """Draw each party's share of the region's ground: claimed and contested hatched, unknown on top."""
    import plotly.graph_objects as go

    view = view or View()
    span = (int(document["span"][0]), int(document["span"][1]))
    layout = layout_of(document, span, view)
    layout["yaxis"] |= {"range": [0, 100], "tickvals": [0, 50, 100]}
    layout["hovermode"] = "x unified"
    return go.Figure(data=list(_shares(document, _known_part(document, span), view)), layout=layout)


def _known_part(document: Document, span: tuple[int, int]) -> tuple[int, int]:
    """The part of a span that was known: lines end there, since nobody knows that they went on."""
    return span[0], max(span[0], min(span[1], int(document["known_at"])))


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


def layout_of(document: Document, span: tuple[int, int], view: View) -> dict[str, Any]:
    """What all charts through time share: paper, margins, the days below."""
    tokens = view.colours.tokens
    days = _days(calendar(document, view.lang), span, view)
    axis = {
        "tickfont": {"size": _SIZE, "color": tokens["ink-3"]},
        "gridcolor": _see_through(tokens["ink"], 0.13),  # the playhead stands behind it
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
    """Local midnights as ticks, in a long story those that begin a month; as many are named as fit."""
    days = [t for t in dates.clock.days(*span) if t >= span[0]]
    long = len(days) * _LEAST_DAY_PX > view.plot[0]
    ticks = [t for t in days if dates.clock.local(t).day == 1] if long else days
    names = [dates.say("month_year" if long else "short", t) for t in ticks]
    widest = max((text_width(name, _SIZE) for name in names), default=1.0) + 10
    room = max(1, int(view.plot[0] // widest))
    every = max(1, -(-len(ticks) // room))
    # A date at the very edge would stick out of the chart.
    named = [k % every == every // 2 and _clear(t, span, view, widest) for k, t in enumerate(ticks)]
    labels = [isolated(name, view.lang) if one else "" for name, one in zip(names, named, strict=True)]
    return ticks, labels


_LEAST_DAY_PX = 6
"""Where a day is narrower, lines at every midnight would be a grey ground."""


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
    shade = _see_through(ink, 0.16)  # the playhead stands behind it
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


def _same(claims: Sequence[_Said], clock: Clock) -> list[list[_Said]]:
    """What one claimant said alike on one day: several marks that share a label."""
    groups: dict[tuple[str, str, int], list[_Said]] = {}
    for said in claims:
        groups.setdefault((said.who, said.text, clock.day_start(said.t)), []).append(said)
    return list(groups.values())


def _ties(groups: Sequence[Sequence[_Said]]) -> Iterable[go.Scatter]:
    """A thin line from mark to mark where they share a label."""
    import plotly.graph_objects as go

    for group in groups:
        if len(group) > 1:
            yield go.Scatter(
                x=[said.t for said in group],
                y=[said.km for said in group],
                name="tie",
                mode="lines",
                line={"width": 1.2, "color": group[0].ink},
                hoverinfo="skip",
            )


def _claim_labels(
    groups: Sequence[Sequence[_Said]],
    reference: Mapping[str, Any],
    span: tuple[int, int],
    known: tuple[int, int],
    top: float,
    view: View,
) -> Iterable[dict[str, Any]]:
    spot_of = _Scale(span, top, view)
    marks = [_mark(group[-1], spot_of) for group in groups]
    every = [said for group in groups for said in group]
    lines = list(_in_px(reference, known, spot_of))
    spots = place_labels(marks, spot_of.room, lines, [box for said in every for box in _taken(said, spot_of)])
    for group, spot in zip(groups, spots, strict=True):
        if spot is not None:
            yield _annotation(group[-1], spot, view)
    for said in {(said.t, said.km): said for said in every if said.upwards}.values():
        yield _arrow(said)


@dataclass(frozen=True)
class _Scale:
    """Where an instant and a distance in km lie, in px from the top left of the labels' room."""

    span: tuple[int, int]
    top: float
    view: View

    def __call__(self, t: float, km: float) -> tuple[float, float]:
        wide, high = self.view.plot
        across = (t - self.span[0]) / (self.span[1] - self.span[0])
        x = MARGIN["far"] + wide * (1 - across) if self.view.rtl else wide * across
        return x, high * (1 - km / self.top)

    @property
    def room(self) -> tuple[float, float]:
        """Width and height in px that labels have: the plot and the margin on its far side."""
        return self.view.plot[0] + MARGIN["far"], self.view.plot[1]


def _mark(said: _Said, spot_of: _Scale) -> Mark:
    return Mark(*spot_of(said.t, said.km), text_width(f"{said.who} {said.text}", _SIZE) + 4)


def _taken(said: _Said, spot_of: _Scale) -> Iterable[Box]:
    """What a mark and its arrow cover."""
    x, y = spot_of(said.t, said.km)
    yield x - 6, y - 6, x + 6, y + 6
    if said.upwards:
        yield x - 4, y - _ARROW_PX - 5, x + 4, y


def _in_px(reference: Mapping[str, Any], span: tuple[int, int], spot_of: _Scale) -> Iterable[Segment]:
    """The computed lines, as what labels had better not cover."""
    for column, cost in ((1, 0.25), (4, 0.4), (3, 0.06)):
        ts, kms = _steps(reference["series"], column, span)
        corners = [None if km is None else spot_of(t, km) for t, km in zip(ts, kms, strict=True)]
        for start, end in pairwise(corners):
            if start and end:
                yield *start, *end, cost


def _annotation(said: _Said, spot: Spot, view: View) -> dict[str, Any]:
    return {
        "x": said.t,
        "y": said.km,
        "text": _label(said, view),
        "ax": spot.dx,
        "ay": spot.dy,
        "xanchor": {"left": "right", "right": "left", "middle": "center"}[spot.side],
        "yanchor": "middle",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 0.9 if spot.needs_leader else 0.1,
        "arrowcolor": said.ink if spot.needs_leader else "rgba(0,0,0,0)",
        "standoff": 6,
        "borderpad": 0,
        "font": {"size": _SIZE, "color": said.ink},
    }


def _label(said: _Said, view: View) -> str:
    """Who said how much; the isolates keep a name, its sign and its number in their order.

    They are ours, so they come after the text is plain.
    """
    outer = RLI if view.rtl else LRI
    return f"{outer}{FSI}{shown(said.who)}{PDI} {LRI}{shown(said.text)}{PDI}{PDI}"


def _see_through(colour: str, share: float) -> str:
    """A colour ``#rrggbb`` that lets what is behind it through."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def _arrow(said: _Said) -> dict[str, Any]:
    """A small arrow upwards: the claim says "more than"."""
    return {
        "x": said.t,
        "y": said.km,
        "text": "",
        "ax": 0,
        "ay": 9,
        "yshift": _ARROW_PX,
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
    xs = [t for row, until in zip(rows, ends, strict=True) for t in (row[0], max(row[0], until))]
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

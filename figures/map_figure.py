"""A map document becomes a Plotly figure of one instant, complete without any script of ours."""

from __future__ import annotations

import html
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from figures.actor_names import Spots, name_track
from figures.clock import calendar
from figures.day_names import DayNames
from figures.distance_chip import distance_at
from figures.hatch import hatch_sources
from figures.home_view import Bounds, camera, home_view
from figures.map_sources import (
    Collection,
    Document,
    collection,
    reference_sources,
    sources,
    states_at,
)
from figures.map_style import Look, style
from figures.palette import Palette
from figures.palette import palette as colours_of
from figures.sentences import Teller
from figures.text import plain
from figures.words import Words, words

if TYPE_CHECKING:
    import plotly.graph_objects as go

CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "topojsonURL": "",
    "scrollZoom": True,
    "responsive": True,
}
"""How plotly.js shows the figure: nothing of it calls another host, and its upload button is off."""

SERVED = (
    "land",
    "region",
    "neighbours",
    "units",
    "rivers",
    "unit_lines",
    "country_lines",
    "faces",
    "edges",
    "places",
)
"""The sources that a server may give by address; the others hang on the city, the language or the instant."""

FONT = (
    "'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', "
    "'Noto Sans', 'Noto Sans Arabic', Arial, sans-serif"
)

_FOOT_PX = 44


def map_figure(
    document: Document,
    *,
    at: int | None = None,
    lang: str = "en",
    theme: str = "light",
    palette: str = "conventional",
    width: int = 900,
    height: int = 640,
) -> go.Figure:
    """Draw the map at one instant, for a notebook or a file.

    Parameters
    ----------
    at
        Seconds since the epoch, clamped to the story; None is its end.
    lang, theme, palette
        As everywhere: ``en`` or ``ar``, ``light`` or ``dark``, ``conventional`` or ``safe``.
    width, height
        In px; the first view is chosen for this size.
    """
    import plotly.graph_objects as go

    colours, texts, instant = colours_of(palette, theme), words(lang), clamped(document, at)
    bounds = home_view(document)
    lon, lat, zoom = camera(bounds, width, height - 2 * _FOOT_PX)
    states = states_at(document, instant)
    spots, told = spots_at(document, bounds, instant), told_at(document, bounds, instant, texts.lang)
    data: dict[str, Collection | str] = {
        **sources(document, instant, km=texts["units.km"], spots=spots, told=told),
        **hatch_sources(document, states["faces"], zoom),
    }
    look = Look(colours, texts.lang, images=False)
    layout = _layout(document, instant, texts, colours) | {
        "width": width,
        "height": height,
        "map": {"style": style(document, data, look), "center": {"lon": lon, "lat": lat}, "zoom": zoom},
    }
    return go.Figure(data=list(_place_traces(document, states["places"], texts, colours)), layout=layout)


def served_figure(
    document: Document,
    address: Callable[[str], str],
    *,
    reference: Mapping[str, Any] | None = None,
    lang: str = "en",
    theme: str = "light",
    palette: str = "conventional",
    size: tuple[float, float] = (940.0, 620.0),
    seen: tuple[float, float, float] | None = None,
) -> dict[str, Any]:
    """Build the figure for a page whose script plays the map: its large sources are fetched by address.

    The script sets what each feature is, paints the images that the style's metadata describe, and shows
    places by pointer; one trace that draws nothing makes plotly.js set up the map.

    Parameters
    ----------
    address
        Gives the address of a source of ``SERVED``.
    size
        Width and height in px that the map will have, for its first view.
    seen
        Latitude, longitude and zoom of the first view, where an address asks for one.
    """
    lat, lon, zoom = seen or _first_view(document, reference, size)
    return {
        "data": [{"type": "scattermap", "lon": [lon], "lat": [lat], "mode": "none", "hoverinfo": "skip"}],
        "layout": {
            "map": {
                "style": served_style(document, address, reference, lang=lang, theme=theme, palette=palette),
                "center": {"lon": lon, "lat": lat},
                "zoom": zoom,
            },
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "autosize": True,
            "uirevision": "stay",
            "showlegend": False,
            "paper_bgcolor": "rgba(0,0,0,0)",
        },
    }


def _first_view(
    document: Document, reference: Mapping[str, Any] | None, size: tuple[float, float]
) -> tuple[float, float, float]:
    lon, lat, zoom = camera(home_view(document, reference), *size)
    return lat, lon, zoom


def served_style(
    document: Document,
    address: Callable[[str], str],
    reference: Mapping[str, Any] | None = None,
    *,
    lang: str = "en",
    theme: str = "light",
    palette: str = "conventional",
) -> dict[str, Any]:
    """Build the style of ``served_figure`` alone, for a page that changes its theme, palette or language."""
    texts = words(lang)
    shown = {**document, "reference": reference or document["reference"]}
    given: dict[str, Collection | str] = {
        **{name: address(name) for name in SERVED},
        **reference_sources(document, shown["reference"], texts["units.km"]),
        **{name: collection([]) for name in ("actor_names", "names", "distance")},
    }
    look = Look(colours_of(palette, theme), texts.lang, images=True)
    if look.by_face(document):
        given["edges"] = collection([])  # the page's script has them in the document
    return style(document, given, look)


def clamped(document: Document, at: int | None) -> int:
    """An instant of the story that was known then; what lies outside becomes the first or last one."""
    start, last = int(document["span"][0]), int(document["span"][1]) - 1
    if document["known_label"] == "asked":
        last = max(start, min(last, int(document["known_at"])))
    return last if at is None else max(start, min(int(at), last))


def spots_at(document: Document, bounds: Bounds, at: int) -> Spots:
    """Where the parties' names stand at an instant, in a view."""
    track = name_track(document, bounds)
    return track[max(0, bisect_right([t for t, _ in track], at) - 1)][1]


def told_at(document: Document, bounds: Bounds, at: int, lang: str) -> dict[str, Collection]:
    """The sources that are made of words, at an instant: the places' names, and the distance."""
    teller = Teller.of(document, lang)
    return {"names": DayNames(teller, bounds).at(at), "distance": distance_at(teller, bounds, at)}


def shown(text: str) -> str:
    """A text from outside as plotly.js may be given it: shown letter by letter.

    plotly.js reads texts as a kind of HTML, in which a name could ask another host for a picture, or link.
    """
    return html.escape(plain(text), quote=False)


def _place_traces(
    document: Document, states: list[int], texts: Words, colours: Palette
) -> Iterator[go.Scattermap]:
    """One trace for each party: its places under the drawn dots, for the pointer and the legend."""
    import plotly.graph_objects as go

    for index, actor in enumerate(document["actors"]):
        held = [p for p, state in enumerate(states) if document["states"][state][0] == index]
        if not held:
            continue
        places = [document["places"][p] for p in held]
        yield go.Scattermap(
            lon=[place["lon"] for place in places],
            lat=[place["lat"] for place in places],
            mode="markers",
            name=shown(texts.of(actor["short"])),
            below="dots",
            marker={"size": 1, "color": colours.ink(actor["role"])},
            customdata=[_told(document, p, states[p], texts) for p in held],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        )


def _told(document: Document, place: int, state: int, texts: Words) -> list[str]:
    """A place's name, who holds it, and how sure that is."""
    actor, certainty, rival = document["states"][state]
    kind = document["certainties"][certainty]
    sure = texts[f"certainty.{kind}"]
    if rival >= 0:
        sure += f" ({texts.of(document['actors'][rival]['short'])})"
    holder = texts.of(document["actors"][actor]["name"])
    return [shown(part) for part in (texts.of(document["places"][place]["name"]), holder, sure)]


def _layout(document: Document, at: int, texts: Words, colours: Palette) -> dict[str, Any]:
    tokens = colours.tokens
    aside = {"x": 1, "xanchor": "right"} if texts.dir == "rtl" else {"x": 0, "xanchor": "left"}
    dates = calendar(document, texts.lang)
    title = f"<b>{shown(dates.long(at))}</b> · {shown(texts.of(document['title']))}"
    credit = {
        "text": shown(" · ".join(document["credits"])),
        "xref": "paper",
        "yref": "paper",
        "y": 0,
        "yanchor": "top",
        "yshift": -6,
        "showarrow": False,
        "font": {"size": 10.5, "color": tokens["ink-3"]},
        **aside,
    }
    return {
        "title": {
            "text": title,
            "font": {"size": 17, "color": tokens["ink"]},
            "y": 0.98,
            "pad": {"l": 10, "r": 10},
            "yanchor": "top",
            **aside,
        },
        "font": {"family": FONT, "size": 12, "color": tokens["ink-2"]},
        "paper_bgcolor": tokens["panel"],
        "margin": {"l": 0, "r": 0, "t": _FOOT_PX, "b": _FOOT_PX // 2},
        "annotations": [credit],
        "legend": {
            "x": 0.01,
            "y": 0.02,
            "yanchor": "bottom",
            "bgcolor": tokens["panel"],
            "bordercolor": tokens["rule-2"],
            "borderwidth": 1,
            "itemclick": False,
            "itemdoubleclick": False,
            "itemsizing": "constant",
        },
        "hoverlabel": {"bgcolor": tokens["panel"], "font": {"color": tokens["ink"]}, "align": "left"},
    }

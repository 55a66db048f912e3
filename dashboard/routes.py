"""The addresses that give a map's parts: its document, its drawing, its texts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic_core import to_json

from claims.release_rules import PUBLIC
from dashboard import fragments, legend
from dashboard.key_figures import hostile_actors
from dashboard.known_control import known_part
from dashboard.lists_panel import lists
from dashboard.maps import Maps
from dashboard.once import once
from dashboard.page_state import page_state
from dashboard.state_bar import known_row
from dashboard.static_html import static_html
from dashboard.view import View
from figures.actor_names import name_track
from figures.charts import distance_span
from figures.day_names import DayNames
from figures.distance_chip import distance_rows
from figures.home_view import Bounds, home_view
from figures.map_figure import SERVED, served_style
from figures.map_sources import reference_sources, sources
from figures.map_style import near_stops
from figures.sentences import deck, deck_instants
from figures.through_time import place_states

Snippet = Callable[..., str]
_YEAR = "public, max-age=31536000, immutable"
_CHECK = "no-cache"
_YEAR_PRIVATE, _CHECK_PRIVATE = "private, max-age=31536000, immutable", "private, no-cache"


def router(maps: Maps, *, prefix: str, snippet: Snippet | None, public_url: str) -> APIRouter:
    """Make the routes under ``/maps/{map_id}/``. All of them only read."""
    routes = APIRouter(prefix=f"{prefix}/maps/{{map_id}}", tags=["maps"])

    @routes.get("/document.json", summary="The whole map document")
    def document(request: Request, map_id: str) -> Response:
        view = _view(maps, map_id, request)
        return _answer(request, view, view.written)

    @routes.get("/sources/{name}.json", summary="One GeoJSON source of the map's style")
    def source(request: Request, map_id: str, name: str) -> Response:
        if name not in SERVED:
            raise HTTPException(404, f"no source is called '{name[:60]}'; there are {', '.join(SERVED)}")
        view = _view(maps, map_id, request)
        return _answer(request, view, _source_json(_Same(view), name))

    @routes.get("/style.json", summary="The MapLibre style in a theme, a palette and a language")
    def style(request: Request, map_id: str) -> Response:
        view = _view(maps, map_id, request)
        return _answer(request, view, _style_json(_Asked(view)))

    @routes.get("/page.json", summary="Texts, sentences and the parts that hang on the chosen city")
    def page(request: Request, map_id: str) -> Response:
        view = _view(maps, map_id, request)
        return _answer(request, view, _page_json(_Asked(view)))

    @routes.get("/light.svg", summary="The light map, every instant prepared")
    def light(request: Request, map_id: str) -> Response:
        view = _view(maps, map_id, request)
        return _answer(request, view, _light_svg(_Asked(view)), "image/svg+xml")

    @routes.get("/snippet.json", summary="The HTML to paste into an article")
    def pasted(request: Request, map_id: str) -> Response:
        view = _view(maps, map_id, request)
        return _answer(request, view, _json({"html": _snippet_of(view, snippet, public_url, request)}))

    return routes


def page_part(view: View) -> dict[str, Any]:
    """What the page's script needs beside the document: texts, sentences, what hangs on city and language."""
    km = view.words["units.km"]
    document, reference = view.document, view.reference
    bounds = home_view(document, reference)
    return {
        "placeNames": _place_names(view, bounds),
        "distances": distance_rows(view.teller, bounds),
        "texts": dict(view.words.texts),
        "place": view.teller.say.place,
        "reference": reference,
        "deck": _decks(view),
        "home": bounds,
        "names": name_track(document, bounds),
        "hostile": hostile_actors(document, reference),
        "sources": reference_sources(document, reference, km),
        "sourceNames": [view.teller.source(i) for i in range(len(document["sources"]))],
        "timeline": fragments.timeline(view),
        "lists": static_html(lists(view)),
        "holders": static_html(legend.holders(view)),
        "rules": fragments.drawing_rules(view),
        "known": {**known_part(view), "row": static_html(known_row(view))},
        "distanceSpan": distance_span(document, reference),
        "version": view.version,
    }


def _place_names(view: View, bounds: Bounds) -> dict[str, Any]:
    """The names of the large map: as they are on a day without news, and what stands out from when on."""
    named = DayNames(view.teller, bounds)
    return {**named.usual(), "stops": near_stops(view.document), "days": named.rows}


def _decks(view: View) -> list[tuple[int, list[tuple[str, bool]]]]:
    """The sentence under the headline from each instant on at which it becomes another."""
    document = view.document
    times = {*deck_instants(document, view.reference), *view.teller.say.clock.days(*document["span"])}
    told: list[tuple[int, list[tuple[str, bool]]]] = []
    for t, states in place_states(document, sorted(times)):
        sentence = deck(view.teller, t, states)
        if not told or told[-1][1] != sentence:
            told.append((t, sentence))
    return told


def _snippet_of(view: View, snippet: Snippet | None, public_url: str, request: Request) -> str:
    if snippet is None:
        return ""
    asked = {
        name: value for name, value in request.query_params.items() if name in _EMBEDDED and len(value) < 80
    }
    return snippet(view.document, public_url, **asked)


_EMBEDDED = ("t", "known", "city", "rings", "lang", "theme", "palette")


def _view(maps: Maps, map_id: str, request: Request) -> View:
    ids = maps.ids()
    state = page_state(request.url.query, ids, {})
    if map_id not in ids or state is None:
        raise HTTPException(404, f"there is no map called '{map_id[:60]}' here")
    return maps.view(replace(state, map_id=map_id), part=True)


class _Same:
    """A view's document as the key of a cache: the same version is the same document."""

    def __init__(self, view: View) -> None:
        self.document = view.document
        self._key: tuple[str, ...] = (view.state.map_id, view.version)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key


@once(4)
def _all_sources(same: _Same) -> dict[str, Any]:
    return sources(same.document, int(same.document["span"][0]))


@once(64)
def _source_json(same: _Same, name: str) -> bytes:
    return _json(_all_sources(same)[name])


class _Asked(_Same):
    """A view as the key of a cache, with all that a reader chose."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self.view = view
        state = view.state
        choices = (state.lang, state.known, state.theme, state.palette, state.city, state.rings, state.at)
        self._key = (state.map_id, view.version, view.prefix, *choices)


@once(32)
def _page_json(asked: _Asked) -> bytes:
    return _json(page_part(asked.view))


@once(8)
def _light_svg(asked: _Asked) -> bytes:
    return fragments.light_map(asked.view).encode()


@once(32)
def _style_json(asked: _Asked) -> bytes:
    view, state = asked.view, asked.view.state
    made = served_style(
        view.document,
        lambda name: view.address(f"sources/{name}.json", v=view.version),
        lang=state.lang,
        theme=state.theme,
        palette=state.palette,
    )
    return _json(made)


def _json(value: object) -> bytes:
    # Several times as fast as the standard library's for the hundred thousand small lists of a map's ground.
    return to_json(value)


def _answer(request: Request, view: View, body: bytes, kind: str = "application/json") -> Response:
    """Answer with an entity tag; whoever has the same is told so.

    A versioned address is kept for a year, but what not all may see by no cache that serves many.
    """
    public = view.document["release"]["name"] == PUBLIC
    kept, checked = (_YEAR, _CHECK) if public else (_YEAR_PRIVATE, _CHECK_PRIVATE)
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": kept if request.query_params.get("v") else checked}
    if tag in [
        part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)

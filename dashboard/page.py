"""The analyst's page is put together: one Dash application, its panels, its routes, its guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.backends._fastapi import FastAPIDashServer
from dash.exceptions import DependencyException
from dash.fingerprint import build_fingerprint
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from dashboard import (
    changes_panel,
    charts_panel,
    header,
    ids,
    key_figures,
    key_list,
    lists_panel,
    map_panel,
    share,
    state_bar,
    timeline_panel,
)
from dashboard.compression import CompressedOnce
from dashboard.desk import Desk
from dashboard.doorkeeper import Doorkeeper, content_policy
from dashboard.editor_door import EditorDoor
from dashboard.editor_pages import EditorPages
from dashboard.editor_routes import editor_router
from dashboard.head_requests import HeadAnswered
from dashboard.index_page import index_page
from dashboard.maps import DrawnMaps, Maps
from dashboard.marks import marks
from dashboard.page_state import page_state
from dashboard.record_routes import record_router
from dashboard.review_routes import review_router
from dashboard.reviewing import Reviewing
from dashboard.routes import Snippet, router
from dashboard.view import View

if TYPE_CHECKING:
    from dash.development.base_component import Component

ASSETS = Path(__file__).resolve().parent.parent / "assets"
_NOT_BY_DASH = r"(light|remember|paper).*"
"""Scripts and styles of other pages, and the one script that this page has in its head."""


def build_app(
    maps: DrawnMaps,
    *,
    prefix: str = "",
    public_url: str = "",
    snippet: Snippet | None = None,
    public: DrawnMaps | None = None,
    desk: Desk | None = None,
    door: EditorDoor | None = None,
) -> FastAPI:
    """Build the web application of the dashboard. It only reads, unless a ``desk`` and a ``door`` are given.

    Parameters
    ----------
    maps
        Gives the drawing of a map by its id; ``maps.map_ids()`` the ids of all.
    prefix
        The path that everything lives under, as ``/maps``; empty for the root.
    public_url
        The address that readers use, without a trailing slash.
    snippet
        Writes the HTML to paste into an article, see ``exports.embed.snippet``; without it the dialog shows
        the link alone.
    public
        The maps in the public release, whatever the dashboard shows: any site may read their corrections.
    desk
        The ledger, for the hashes of entries and for editors.
    door
        Knows the editors; without one, or without editors, nothing here can change the ledger.
    """
    known = Maps(maps, prefix)
    server = FastAPI(title="Frontline", docs_url=None, redoc_url=None, openapi_url=f"{prefix}/openapi.json")
    app = _Page(known, server, prefix)
    register(app, known)
    _add_short_address(server, known, prefix)
    server.include_router(router(known, prefix=prefix, snippet=snippet, public_url=public_url))
    _add_record(server, maps, public or maps, desk, door, prefix)
    server.add_exception_handler(NoSuchMapError, _no_such_map)
    server.add_exception_handler(DependencyException, _no_such_script)
    server.add_middleware(CompressedOnce)
    server.add_middleware(
        Doorkeeper,
        callback_path=f"{prefix}/_dash-update-component",
        callbacks=lambda: app.callback_map,
        policy=app.policy,
        origins=_origins(public_url),
    )
    server.add_middleware(HeadAnswered)
    return server


def _add_short_address(server: FastAPI, maps: Maps, prefix: str) -> None:
    """Lead whoever types the beginning of a map's addresses to its page."""

    @server.get(f"{prefix}/maps/{{map_id}}", include_in_schema=False)
    def page_of(map_id: str, request: Request) -> RedirectResponse:
        if map_id not in maps.ids():
            raise NoSuchMapError(maps.ids(), f"{prefix}/")
        said = [(name, value) for name, value in request.query_params.multi_items() if name != "map"]
        return RedirectResponse(f"{prefix}/?{urlencode([('map', map_id), *said])}")


def _add_record(
    server: FastAPI,
    maps: DrawnMaps,
    public: DrawnMaps,
    desk: Desk | None,
    door: EditorDoor | None,
    prefix: str,
) -> None:
    """Add the pages of claims and corrections, and where there are editors what they change them with."""
    editing = (
        EditorPages(door, desk, maps, prefix)
        if desk is not None and door is not None and door.editors
        else None
    )
    entry_hash = desk.entry_hash if desk is not None else None
    routes = record_router(maps, public, prefix=prefix, entry_hash=entry_hash, editing=editing)
    server.include_router(routes)
    server.include_router(review_router(maps, Reviewing(desk), prefix=prefix, editing=editing))
    if editing is not None:
        server.include_router(editor_router(editing, prefix=prefix))


def register(app: Dash, maps: Maps) -> None:
    """Register the callbacks: the page is built once the browser has told of itself; charts follow.

    The server builds while the browser still reads plotly.js; what it built waits there until it has.
    """
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction(namespace="frontline", function_name="client"),
        Output(ids.CLIENT, "data"),
        Input(ids.PAGE, "id"),
    )

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction(namespace="frontline", function_name="page"),
        Output(ids.PAGE, "children"),
        Input(ids.BUILT, "data"),
        prevent_initial_call=True,
    )

    @app.callback(Output(ids.BUILT, "data"), Input(ids.CLIENT, "data"), prevent_initial_call=True)
    def build(client: Any) -> Any:  # noqa: ANN401
        from dash import no_update

        told = client if isinstance(client, dict) else {}
        view = view_of(maps, told)
        if view is None:
            return no_update
        width = charts_panel.fitting(told.get("width"))
        return panels(view, webgl=told.get("webgl") is not False, width=width, size=_size(told.get("map")))

    charts_panel.register(app, lambda choice: view_of(maps, choice))


def view_of(maps: Maps, told: Mapping[str, Any]) -> View | None:
    """The view that the browser's own address asks for; None where there is no such map."""
    search = told.get("search")
    remembered = {name: value for name in ("theme", "palette") if isinstance(value := told.get(name), str)}
    state = page_state(search if isinstance(search, str) else "", maps.ids(), remembered)
    return maps.view(state) if state else None


def _size(told: Any) -> tuple[float, float] | None:  # noqa: ANN401
    """Width and height of the map as a browser told them, if they are such."""
    if not isinstance(told, list) or len(told) != 2 or not all(isinstance(px, int | float) for px in told):
        return None
    wide, high = told
    return (float(wide), float(high)) if 100 < wide < 10_000 and 100 < high < 10_000 else None


def panels(
    view: View,
    *,
    webgl: bool = True,
    width: int = charts_panel.USUAL,
    size: tuple[float, float] | None = None,
) -> list[Component]:
    """Build everything that is seen, in the order in which it is read: date, map, timeline, table, notes."""
    return [
        header.layout(view),
        state_bar.layout(view),
        html.Main(
            [map_panel.layout(view, webgl=webgl, size=size), timeline_panel.layout(view), _side(view, width)],
            className="body",
        ),
        share.layout(view),
        key_list.layout(view),
    ]


def _side(view: View, width: int) -> html.Aside:
    tabs = [
        html.Button(
            view.say(f"panel.{name}"),
            type="button",
            role="tab",
            **marks({"data-tab": name, "aria-selected": str(name == "charts").lower()}),
        )
        for name in ("charts", "changes")
    ]
    return html.Aside(
        className="side",
        **marks({"aria-label": view.say("panel.title")}),
        children=[
            html.Button(
                html.Span(**marks({"aria-hidden": "true"})),
                type="button",
                className="grip",
                **marks({"aria-label": view.say("panel.grip"), "data-grip": ""}),
            ),
            html.Div(
                tabs,
                className="tabs side-tabs",
                role="tablist",
                **marks({"aria-label": view.say("panel.title")}),
            ),
            key_figures.layout(view),
            charts_panel.layout(view, width),
            html.Div([changes_panel.layout(view), lists_panel.layout()], className="below"),
            map_panel.credits_line(view),
        ],
    )


class _Backend(FastAPIDashServer):
    """Dash on FastAPI, without a websocket, and without giving the page for every address nobody knows."""

    websocket_capability = False

    def _setup_catchall(self) -> None:
        return


class _Page(Dash):
    """Dash, with the page written around its entry point, in the reader's language, at the asked instant."""

    def __init__(self, maps: Maps, server: FastAPI, prefix: str) -> None:
        self.maps = maps
        super().__init__(
            __name__,
            server=False,
            backend=_Backend,
            assets_folder=str(ASSETS),
            assets_ignore=_NOT_BY_DASH,
            serve_locally=True,
            routes_pathname_prefix=f"{prefix}/",
            requests_pathname_prefix=f"{prefix}/",
            title="Frontline",
            update_title="",
            suppress_callback_exceptions=True,  # most ids come with the page's content
            add_log_handler=False,
        )
        self.init_app(server)
        self.layout = html.Div(
            [
                *(dcc.Store(id=name) for name in (ids.CLIENT, ids.BUILT, ids.CHOICE)),
                html.Div(id=ids.PAGE, className="page"),
            ]
        )

    def policy(self) -> str:
        """The content-security policy, once all scripts are known."""
        return content_policy(list(dict.fromkeys(self.csp_hashes())))

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # noqa: ANN401
        """Write the page; a reader without a script sees the same, standing still."""
        request = self.backend.request_adapter()
        view = view_of(self.maps, {"search": str(request.args)})
        if view is None:
            raise NoSuchMapError(self.maps.ids(), self.config.requests_pathname_prefix)
        layout = html.Div(panels(view, webgl=False), className="page")
        return index_page(view, layout, {**parts, "plotly": self._plotly_address()})

    def _plotly_address(self) -> str:
        """Where Dash serves plotly.js, under an address that carries its version and may be kept for good.

        The page asks for it at once; Dash would only do so when it builds the first figure.
        """
        path = "package_data/plotly.min.js"
        name = build_fingerprint(path, version("plotly"), 0)  # type: ignore[no-untyped-call]
        return f"{self.config.requests_pathname_prefix}_dash-component-suites/plotly/{name}"


class NoSuchMapError(LookupError):
    """The address names a map that is not there; ``known`` are those that are, on the page at ``home``."""

    def __init__(self, known: Sequence[str], home: str) -> None:
        super().__init__("there is no such map here")
        self.known = tuple(known)
        self.home = home


def _no_such_map(_: Request, problem: Exception) -> HTMLResponse:
    known, home = (problem.known, problem.home) if isinstance(problem, NoSuchMapError) else ((), "")
    links = "".join(
        f'<li><a href="{escape(home)}?map={quote(map_id)}">{escape(map_id)}</a></li>' for map_id in known
    )
    told = f"<p>These maps are here:</p><ul>{links}</ul>" if links else "<p>No map has been loaded yet.</p>"
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Frontline</title>'
    return HTMLResponse(f"{head}<h1>There is no such map here</h1>{told}</html>", 404)


def _no_such_script(_: Request, __: Exception) -> JSONResponse:
    """What Dash itself would answer with 500: a script of an unknown package, or of a path outside it."""
    return JSONResponse({"error": "no such script"}, 404)


def _origins(public_url: str) -> tuple[str, ...]:
    parts = urlsplit(public_url)
    return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()

"""The addresses that tell what stands behind a map: its corrections, and each claim with its history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from dashboard.claim_page import ClaimPage, claim_history
from dashboard.corrections_page import corrections_page
from dashboard.paper import Paper, page
from figures.corrections import feed
from figures.text import esc

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from dashboard.editor_pages import EditorPages
    from figures.drawing import Drawing

EntryHash = Callable[["MapRecord", str], str]
"""Gives the hash of the newest entry of a claim in a record; empty where it is not to be told."""


class Drawings(Protocol):
    """What the door gives: the drawing of a map as it is now."""

    map_ids: Callable[[], Sequence[str]]

    def __call__(self, map_id: str) -> Drawing:
        """Give the drawing of a map; LookupError where there is none of that id."""
        ...


def record_router(
    maps: Drawings,
    public: Drawings,
    *,
    prefix: str,
    entry_hash: EntryHash | None = None,
    editing: EditorPages | None = None,
) -> APIRouter:
    """Make the routes. All of them only read.

    Parameters
    ----------
    maps
        The maps in the release that the pages show.
    public
        The maps in the public release: any site may read their corrections.
    editing
        Writes a claim's page for who may correct it.
    """
    routes = APIRouter(prefix=f"{prefix}/maps/{{map_id}}", tags=["maps"])

    @routes.get(
        "/corrections.json", summary="What was corrected, of the public release; any site may read it"
    )
    def corrections_json(request: Request, map_id: str) -> Response:
        body = json.dumps(feed(_drawing(public, map_id).document), ensure_ascii=False).encode()
        return tagged(request, body, "application/json", {"Access-Control-Allow-Origin": "*"})

    @routes.get("/corrections", summary="What was corrected, in words", response_class=Response)
    def corrections(request: Request, map_id: str) -> Response:
        document = _drawing(maps, map_id).document
        return page(corrections_page(document, Paper(request.query_params, prefix)))

    def claim(request: Request, map_id: str, claim_id: str) -> Response:
        paper = Paper(request.query_params, prefix)
        drawing = _drawing(maps, map_id)
        editor = editing.who(request) if editing is not None else None
        if editing is not None and editor is not None:
            return editing.claim(request, map_id, claim_id, editor, paper)
        newest = entry_hash(drawing.record, claim_id) if entry_hash is not None else ""
        history = claim_history(drawing.record, claim_id, newest)
        if history is None:
            return no_such_claim(paper)
        top = editing.login_link(request, paper) if editing is not None else ""
        html = ClaimPage(history, drawing.history, paper, whole=bool(newest)).html(top=top)
        return page(html, headers={"vary": "Cookie"})

    @routes.get("/claims", summary="A claim by ?id=, where its id fits in no path", response_class=Response)
    def claim_asked(request: Request, map_id: str) -> Response:
        return claim(request, map_id, request.query_params.get("id", ""))

    @routes.get("/claims/{claim_id}", summary="A claim and every version of it", response_class=Response)
    def claim_named(request: Request, map_id: str, claim_id: str) -> Response:
        return claim(request, map_id, claim_id)

    return routes


def no_such_claim(paper: Paper) -> Response:
    """The answer for a claim that is not there, or that nobody is to know of."""
    told = paper.words["claim.not_here"]
    return page(paper.html(told, f"<h1>{esc(told)}</h1>"), 404)


def tagged(request: Request, body: bytes, kind: str, headers: dict[str, str]) -> Response:
    """Answer with an entity tag; whoever has the same is told so."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    told = {"ETag": tag, "Cache-Control": "no-cache", **headers}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return Response(status_code=304, headers=told) if tag in known else Response(body, 200, told, kind)


def claim_path(prefix: str, map_id: str) -> str:
    """Where a claim's forms are sent."""
    return f"{prefix}/maps/{quote(map_id, safe='')}/edit"


def _drawing(maps: Drawings, map_id: str) -> Any:  # noqa: ANN401 - Drawing is imported for types only
    if map_id not in maps.map_ids():
        raise HTTPException(404, f"there is no map called '{map_id[:60]}' here")
    return maps(map_id)

"""The addresses that change something: they are there only where an editor is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.editor_door import Entered
from dashboard.editor_pages import EditorPages, entered
from dashboard.login_page import login_page, own_path
from dashboard.paper import Paper, choices, page
from dashboard.sessions import COOKIE, LIFE_S
from figures.text import esc

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 120
_MOST_BYTES = 400_000
_PRIVATE = {"cache-control": "no-store"}


def editor_router(editing: EditorPages, *, prefix: str) -> APIRouter:
    """Make the routes. Each that changes something checks the editor, the form, and (before it) the origin.

    The origin is checked by ``dashboard.doorkeeper.Doorkeeper`` for whatever is not a mere reading.
    """
    routes = APIRouter(prefix=prefix, include_in_schema=False)
    if editing.door.editors.hashes:
        _add_login(routes, editing, prefix)

    @routes.post("/maps/{map_id}/edit")
    async def edit(request: Request, map_id: str) -> Response:
        editor = editing.who(request)
        if editor is None:
            return _not_an_editor(request, prefix)
        fields = await _form(request)
        if map_id not in editing.maps.map_ids():
            raise HTTPException(404, f"there is no map called '{map_id[:60]}' here")
        return await run_in_threadpool(lambda: editing.save(request, map_id, fields, editor))

    return routes


def _add_login(routes: APIRouter, editing: EditorPages, prefix: str) -> None:
    door = editing.door

    @routes.get("/login")
    def form(request: Request) -> Response:
        paper = Paper(request.query_params, prefix)
        return page(login_page(paper, own_path(request.query_params.get("next", ""), prefix)), 200, _PRIVATE)

    @routes.post("/login")
    async def login(request: Request) -> Response:
        fields = await _form(request)
        return await run_in_threadpool(lambda: _login(request, fields))

    def _login(request: Request, fields: Mapping[str, str]) -> Response:
        paper = Paper(choices(request.query_params), prefix)
        name, back = fields.get("name", ""), own_path(fields.get("next", ""), prefix)
        answer = door.login(request, name, fields.get("password", ""))
        if isinstance(answer, Entered):
            gone_on = RedirectResponse(back, 303, _PRIVATE)
            gone_on.set_cookie(
                COOKIE, answer.cookie, max_age=LIFE_S, path=door.path, secure=door.secure, httponly=True,
                samesite="strict",
            )  # fmt: skip
            return gone_on
        if answer.wait_s:
            told = paper.words.fill("login.wait", n=answer.wait_s)
            headers = {**_PRIVATE, "retry-after": str(answer.wait_s)}
            return page(login_page(paper, back, told, name), 429, headers)
        return page(login_page(paper, back, paper.words["login.wrong"], name), 403, _PRIVATE)

    @routes.post("/logout")
    async def logout(request: Request) -> Response:
        editor = editing.who(request)
        fields = await _form(request)
        if editor is None or not door.sessions.is_ours(fields.get("token", ""), editor):
            return _not_an_editor(request, prefix)
        door.logout(request)
        gone_on = RedirectResponse(own_path("", prefix), 303, _PRIVATE)
        gone_on.delete_cookie(COOKIE, path=door.path, secure=door.secure, httponly=True, samesite="strict")
        return gone_on


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; HTTPException where the body is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, f"a form is sent as {_FORM}")
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise HTTPException(413, "the form is larger than any of ours")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise HTTPException(400, "the body is not a form in UTF-8") from None
    return entered(pairs)


def _not_an_editor(request: Request, prefix: str) -> Response:
    paper = Paper(choices(request.query_params), prefix)
    told = paper.words["login.needed"]
    return page(paper.html(told, f"<h1>{esc(told)}</h1>"), 403, _PRIVATE)

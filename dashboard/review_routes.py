"""The addresses of the review desk: everybody may have a report read, editors decide what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from claims.drafts import Changes
from claims.errors import DraftDecided, DraftUnfinished, UnknownEntry
from dashboard.editor_pages import entered
from dashboard.login_page import logout_form
from dashboard.paper import Paper, choices, page
from dashboard.record_routes import tagged
from dashboard.review_draft import Typed
from dashboard.review_page import ReviewPage
from dashboard.reviewing import MOST_BYTES, Asked, Desked, Reviewing
from figures.palette import PALETTES, THEMES
from figures.pin_map import LETTERS, pin_map
from figures.words import language

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from dashboard.editor_pages import EditorPages
    from dashboard.record_routes import Drawings
    from dashboard.sessions import Editor
    from figures.drawing import Drawing

_PRIVATE = {"cache-control": "no-store"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_MOST_FORM = 20_000
_FIELDS = ("published", "source", "url", "licence")


def review_router(
    maps: Drawings, reviewing: Reviewing, *, prefix: str, editing: EditorPages | None = None
) -> APIRouter:
    """Make the routes.

    Parameters
    ----------
    maps
        The maps in the release that the pages show; a reader's report is read against nothing more.
    editing
        Knows the editors; without it the desk reads, proposes and changes nothing.
    """
    routes = APIRouter(prefix=f"{prefix}/maps/{{map_id}}", include_in_schema=False)
    desk = _Desk(maps, reviewing, prefix, editing)

    @routes.get("/review")
    def start(request: Request, map_id: str) -> Response:
        return desk.start(request, map_id)

    @routes.post("/review")
    async def read(request: Request, map_id: str) -> Response:
        asked = await _report(request)
        return await run_in_threadpool(lambda: desk.read(request, map_id, *asked))

    @routes.get("/pins.svg")
    def pins(request: Request, map_id: str) -> Response:
        return _pins(desk.drawing(map_id), request)

    if editing is not None:

        @routes.post("/review/decide")
        async def decide(request: Request, map_id: str) -> Response:
            fields = await _fields(request)
            return await run_in_threadpool(lambda: desk.decide(request, map_id, fields))

    return routes


class _Desk:
    """The desk for one request after another; nothing of a reader is kept."""

    def __init__(
        self, maps: Drawings, reviewing: Reviewing, prefix: str, editing: EditorPages | None
    ) -> None:
        self.maps, self.reviewing, self.prefix, self.editing = maps, reviewing, prefix, editing

    def drawing(self, map_id: str) -> Drawing:
        if map_id not in self.maps.map_ids():
            raise HTTPException(404, f"there is no map called '{map_id[:60]}' here")
        return self.maps(map_id)

    def start(self, request: Request, map_id: str) -> Response:
        """The form, or one report's desk for an editor."""
        view, editor = self._view(request, map_id)
        if editor is None:
            return _answer(view.start({}))
        sha = request.query_params.get("report", "")
        if not sha:
            return _answer(view.start(self.reviewing.reports(map_id)))
        desked = self.reviewing.report(map_id, sha)
        if desked is None:
            return _answer(view.start(self.reviewing.reports(map_id)), 404)
        done = request.query_params.get("done", "")
        told = view.paper.words[f"review.done_{done}"] if done in ("accept", "reject", "reopen") else ""
        return _answer(view.desk(desked, done=told))

    def read(self, request: Request, map_id: str, asked: Asked, typed: Mapping[str, str]) -> Response:
        """Read a report: a reader sees what is proposed, for an editor it waits in the ledger."""
        view, editor = self._view(request, map_id)
        try:
            if not asked.raw.strip():
                raise ValueError("Paste the text of a report, or choose its file")
            if len(asked.raw) > MOST_BYTES:
                raise ValueError(
                    f"The report is {len(asked.raw):,} bytes long; the most is {MOST_BYTES:,} here. "
                    "'frontline read FILE' takes longer ones"
                )
            if _no_text(asked.raw):
                raise ValueError(
                    "That is no text: open the file and paste its words, or save it as .txt or .html"
                )
            desked = self.reviewing.read(view.record, asked)
            if editor is not None and self.editing is not None:
                if not self.editing.door.sessions.is_ours(typed.get("token", ""), editor):
                    raise ValueError(view.paper.words["edit.old_form"])
                self.reviewing.keep(map_id, desked, editor)
        except (ValueError, OSError) as problem:
            is_text = len(asked.raw) <= MOST_BYTES and not _no_text(asked.raw)
            text = asked.raw.decode("utf-8", "replace") if is_text else ""
            status = 503 if isinstance(problem, OSError) else 422
            return _answer(view.start({}, fault=str(problem), typed=typed, text=text), status)
        if editor is None:
            return _answer(view.desk(desked))
        return _to(view, desked)

    def decide(self, request: Request, map_id: str, fields: Mapping[str, str]) -> Response:
        """Accept, reject or reopen one draft; what cannot be done is said, and nothing typed is lost."""
        view, editor = self._view(request, map_id)
        if editor is None or self.editing is None:
            return _answer(view.start({}, fault=view.paper.words["login.needed"]), 403)
        own = fields.get("draft", "")
        desked = self._of_draft(map_id, own)
        if desked is None:
            raise HTTPException(404, "there is no such draft")
        if not self.editing.door.sessions.is_ours(fields.get("token", ""), editor):
            return self._again(view, desked, fields, view.paper.words["edit.old_form"], 403)
        try:
            self._decided(map_id, own, fields, editor)
        except DraftDecided as problem:
            return self._again(view, desked, fields, str(problem), 409)
        except (DraftUnfinished, UnknownEntry, ValueError) as problem:
            return self._again(view, desked, fields, str(problem), 422)
        except OSError as problem:
            return self._again(view, desked, fields, str(problem), 503)
        return _to(view, desked, fields.get("do", ""), _next(desked, own))

    def _decided(self, map_id: str, own: str, fields: Mapping[str, str], editor: Editor) -> None:
        doing, why = fields.get("do", ""), fields.get("why", "").strip()
        if doing == "accept":
            said = {name: fields.get(name) or None for name in ("place", "holder", "claimant", "reporter")}
            self.reviewing.accept(map_id, own, Changes(**said), editor)
        elif doing == "reject":
            self.reviewing.reject(map_id, own, why, editor)
        elif doing == "reopen":
            self.reviewing.reopen(map_id, own, why, editor)
        else:
            raise ValueError("The form says neither accept, reject nor reopen")

    def _of_draft(self, map_id: str, own: str) -> Desked | None:
        for sha, drafts in self.reviewing.reports(map_id).items():
            if any(draft.id == own for draft in drafts):
                return self.reviewing.report(map_id, sha)
        return None

    @staticmethod
    def _again(
        view: ReviewPage, desked: Desked, fields: Mapping[str, str], fault: str, status: int
    ) -> Response:
        return _answer(view.desk(desked, Typed(fields.get("draft", ""), fields, fault)), status)

    def _view(self, request: Request, map_id: str) -> tuple[ReviewPage, Editor | None]:
        drawing = self.drawing(map_id)
        paper = Paper(choices(request.query_params), self.prefix)
        editor = self.editing.who(request) if self.editing is not None else None
        if editor is None or self.editing is None:
            top = self.editing.login_link(request, paper) if self.editing is not None else ""
            has_editors = self.editing is not None
            return ReviewPage(drawing.record, paper, "", top, drawing.record.places, has_editors), None
        token = self.editing.door.sessions.token(editor)
        record: MapRecord = self.reviewing.record(map_id)
        top = logout_form(paper, editor, token)
        return ReviewPage(record, paper, token, top, drawing.record.places), editor


def _answer(html: str, status: int = 200) -> Response:
    return page(html, status, {**_PRIVATE, "content-security-policy": _POLICY})


def _to(view: ReviewPage, desked: Desked, done: str = "", draft: str = "") -> Response:
    query = {"report": desked.sha256} | ({"done": done} if done else {})
    mark = f"#d-{draft}" if draft else ""
    return RedirectResponse(view.paper.path(view.path, **query) + mark, 303, _PRIVATE)


def _next(desked: Desked, own: str) -> str:
    """The next draft in the text that still waits, or the same."""
    ids = [draft.id for draft in desked.drafts]
    at = ids.index(own)
    later = [*desked.drafts[at + 1 :], *desked.drafts[:at]]
    return next((draft.id for draft in later if draft.state == "proposed"), own)


async def _report(request: Request) -> tuple[Asked, Mapping[str, str]]:
    """The report of a form: a file where one was chosen, else the pasted text."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise HTTPException(415, "a report is sent as a form")
    try:
        async with request.form(max_files=1, max_fields=12, max_part_size=2 * MOST_BYTES) as form:
            typed = {name: value for name, value in form.items() if isinstance(value, str)}
            file = form.get("file")
            raw = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    except HTTPException:
        raise
    except (ValueError, OSError):
        raise HTTPException(400, "the body is not a form") from None
    raw = raw or typed.get("text", "").encode("utf-8", "replace")
    said = {name: typed.get(name, "").strip()[:2_000] for name in _FIELDS}
    return Asked(raw, **said), typed


def _no_text(raw: bytes) -> bool:
    """Whether bytes are a picture, a PDF, a document of an office: what no reader of text can read."""
    start = raw[:4096]
    unseen = sum(byte < 9 or 13 < byte < 32 for byte in start)
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return start.startswith(_NO_TEXT) or (unseen > 0.05 * len(start) and not wide)


_NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"{\\rtf")


async def _fields(request: Request) -> Mapping[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != (
        "application/x-www-form-urlencoded"
    ):
        raise HTTPException(415, "a form is sent as application/x-www-form-urlencoded")
    body = await request.body()
    if len(body) > _MOST_FORM:
        raise HTTPException(413, "the form is larger than any of ours")
    try:
        return entered(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
        )
    except ValueError:
        raise HTTPException(400, "the body is not a form in UTF-8") from None


def _pins(drawing: Drawing, request: Request) -> Response:
    document = drawing.document
    index = {place["id"]: number for number, place in enumerate(document["places"])}
    asked = list(dict.fromkeys(request.query_params.getlist("place")))[: len(LETTERS)]
    places = tuple(index[own] for own in asked if own in index)
    if not places:
        raise HTTPException(404, "none of these places is on the map")
    query = request.query_params
    first, end = document["span"]
    t = int(query["t"]) if query.get("t", "").isdecimal() and len(query["t"]) < 12 else first
    looks = _looks(query)
    drawn = _drawn(_Drawn(document), max(first, min(t, end - 1)), places, *looks)
    return tagged(request, drawn.encode(), "image/svg+xml", {})


def _looks(query: Mapping[str, Any]) -> tuple[str, str, str]:
    name, theme = query.get("palette", ""), query.get("theme", "")
    return (
        language(query.get("lang")),
        name if name in PALETTES else PALETTES[0],
        theme if theme in THEMES else THEMES[0],
    )


class _Drawn:
    """A document as the key of a cache: by what it was made from."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._key = (document["id"], document["head"], document["known_at"], document["method"]["name"])

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawn) and self._key == other._key


@lru_cache(maxsize=128)
def _drawn(drawn: _Drawn, t: int, places: tuple[int, ...], lang: str, name: str, theme: str) -> str:
    return pin_map(drawn.document, t, places, lang=lang, name=name, theme=theme)

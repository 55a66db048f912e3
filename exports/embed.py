"""An address becomes the light page for an iframe, and a map becomes the HTML to paste for it."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from exports.light_page import clamped, light_page, policy
from figures.asked import known_text, rings_of
from figures.clock import Clock, instant
from figures.palette import PALETTES
from figures.sentences import Teller
from figures.text import esc
from figures.words import language, words

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from figures.drawing import Drawing

PARAMETERS = ("t", "known", "city", "rings", "lang", "theme", "palette")
_THEMES = ("auto", "light", "dark")
_LONGEST = 80
_KEPT_PAGES = 64
_CACHING = "public, max-age=60, stale-while-revalidate=600"
_SOURCE = re.compile(
    r"\*|'self'|'none'|(https?://)?(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:\d+|:\*)?|https?:"
)
_PLACE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")

Maps = Callable[[str, str], "Drawing"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, each part already one that we have; None and empty are the map's own."""

    t: str = ""
    known: str = ""
    city: str = ""
    rings: tuple[float, ...] | None = None
    lang: str = "en"
    theme: str = "auto"
    palette: str = "conventional"

    @staticmethod
    def of(query: Mapping[str, str]) -> Asked:
        """Read a query; whatever is wrong in it counts as not said."""
        said = {name: query.get(name, "")[:_LONGEST] for name in PARAMETERS}
        return Asked(
            t=said["t"],
            known=said["known"],
            city=said["city"] if _PLACE_ID.fullmatch(said["city"]) else "",
            rings=rings_of(said["rings"]),
            lang=language(said["lang"]),
            theme=said["theme"] if said["theme"] in _THEMES else "auto",
            palette=said["palette"] if said["palette"] in PALETTES else PALETTES[0],
        )


def register(
    server: FastAPI, maps: Maps, *, prefix: str = "", public_url: str = "", frame_ancestors: str = "*"
) -> None:
    """Serve ``GET`` and ``HEAD {prefix}/embed/{map_id}?t=&known=&city=&rings=&lang=&theme=&palette=``.

    Parameters
    ----------
    maps
        Gives the drawing of a map, as known at the instant of an address; raises LookupError for an unknown
        id.
    public_url
        The address of the dashboard, for the *Full map* link.
    frame_ancestors
        Sites that may show the page in an iframe, separated by spaces.

    Raises
    ------
    ValueError
        Where ``frame_ancestors`` is no such list.
    """
    from fastapi import Request, Response

    pages = _Pages(maps, public_url, _checked_ancestors(frame_ancestors))

    def embed(map_id: str, request: Request) -> Response:
        return pages.answer(map_id, request)

    # FastAPI reads annotations by name, and these two are imported here only.
    embed.__annotations__ = {"map_id": str, "request": Request, "return": Response}
    # In the description of the addresses once: an operation of two methods would be there twice.
    for method in ("GET", "HEAD"):
        server.add_api_route(
            f"{prefix}/embed/{{map_id}}",
            embed,
            methods=[method],
            summary="The light page, for an iframe",
            include_in_schema=method == "GET",
            response_class=Response,
            operation_id="embed",
        )


def snippet(document: Mapping[str, Any], public_url: str, *, title: str | None = None, **params: str) -> str:
    """The HTML to paste into an article.

    The iframe stands alone; the script after it, which may be left out, makes it as high as its page.

    Parameters
    ----------
    public_url
        Where readers find the server, ``https://maps.example.org/frontline``.
    title
        Names the iframe to screen readers; written from the data by default.
    params
        What the address carries: ``t``, ``known``, ``city``, ``rings``, ``lang``, ``theme``, ``palette``.
    """
    asked = Asked.of(params)
    shown = _instant(document, asked.t)
    known = {name: params[name] for name in PARAMETERS if params.get(name)}
    address = f"{public_url.rstrip('/')}/embed/{quote(str(document['id']), safe='')}"
    address += f"?{urlencode(known)}" if known else ""
    name = title or Teller.of(document, asked.lang).headline(shown)
    return (
        f'<iframe src="{escape(address)}" title="{esc(name)}" loading="lazy" width="100%" height="1000"'
        ' style="border:0;max-width:760px"'
        ' sandbox="allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"></iframe>\n'
        f"<script>{_LISTENER}</script>"
    )


_LISTENER = (
    'addEventListener("message",function(e){var d=e.data;'
    'if(d&&d.sentinel==="amp"&&d.type==="embed-size"&&d.height>0)'
    'document.querySelectorAll("iframe").forEach(function(f){'
    "if(f.contentWindow===e.source)f.height=Math.ceil(d.height)})})"
)


def _instant(document: Mapping[str, Any], text: str) -> int:
    """The instant that a text asks for, clamped to the story; its end where the text is none."""
    try:
        return clamped(document, instant(text, document)) if text else clamped(document, None)
    except (ValueError, OverflowError):
        return clamped(document, None)


def _checked_ancestors(text: str) -> str:
    sources = text.split()
    wrong = [source for source in sources if not _SOURCE.fullmatch(source)]
    if wrong or not sources:
        raise ValueError(
            f"'{text}' is no list of sites that may show the map; write * or https://news.example https://…"
        )
    return " ".join(sources)


class _Pages:
    """The pages that were asked for lately, written once each."""

    def __init__(self, maps: Maps, public_url: str, frame_ancestors: str) -> None:
        self._maps = maps
        self._public_url = public_url.rstrip("/")
        self._frame_ancestors = frame_ancestors
        self._kept: OrderedDict[tuple[str, Asked], tuple[str, bytes]] = OrderedDict()
        self._lock = Lock()

    def answer(self, map_id: str, request: Request) -> Response:
        from starlette.responses import Response

        asked = Asked.of(request.query_params)
        try:
            drawing = self._maps(map_id, asked.known)
        except LookupError:
            return self._no_such_map(map_id, asked.lang)
        tag, body = self._page(drawing, asked)
        headers = self._headers() | {"etag": tag, "cache-control": _CACHING}
        if tag in _tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if request.method == "HEAD":
            headers["content-length"] = str(len(body))
            body = b""
        return Response(body, media_type="text/html; charset=utf-8", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {
            "content-security-policy": f"{policy(asks=True)}; frame-ancestors {self._frame_ancestors}",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "cross-origin",
        }

    def _page(self, drawing: Drawing, asked: Asked) -> tuple[str, bytes]:
        at = _instant(drawing.document, asked.t)
        places = drawing.record.places
        # Two addresses that mean the same are one page: nobody fills the memory with odd spellings.
        asked = replace(
            asked,
            t=str(at),
            known=known_text(drawing.document),
            city=asked.city if asked.city in places else "",
        )
        key = (_version(drawing), asked)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = self._written(drawing, at, asked)
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT_PAGES:
                self._kept.popitem(last=False)
        return kept

    def _written(self, drawing: Drawing, at: int, asked: Asked) -> tuple[str, bytes]:
        document = _referred(drawing, asked.city, asked.rings)
        page = light_page(
            document,
            at=at,
            lang=asked.lang,
            theme=asked.theme,
            palette=asked.palette,
            full_map_url=self._full_map(document, at, asked),
            corrections_page=self._corrections(document, asked),
            served=True,
        )
        body = page.encode("utf-8")
        return f'"{hashlib.sha256(body).hexdigest()[:32]}"', body

    def _corrections(self, document: Mapping[str, Any], asked: Asked) -> str | None:
        if not self._public_url:
            return None
        return f"{self._public_url}/maps/{quote(str(document['id']), safe='')}/corrections?lang={asked.lang}"

    def _full_map(self, document: Mapping[str, Any], at: int, asked: Asked) -> str | None:
        if not self._public_url:
            return None
        told = {"map": str(document["id"]), "t": Clock.of(document).iso(at), "lang": asked.lang}
        told |= {"known": asked.known} if asked.known else {}
        told |= {"city": asked.city} if asked.city else {}
        return f"{self._public_url}/?{urlencode(told)}"

    def _no_such_map(self, map_id: str, lang: str) -> Response:
        from starlette.responses import Response

        say = words(lang)
        sentence = esc(say.fill("error.no_map", id=f"“{map_id[:60]}”"))
        page = (
            f'<!DOCTYPE html><html lang="{say.lang}" dir="{say.dir}"><meta charset="utf-8">'
            f"<title>Frontline</title><p>{sentence}</p></html>"
        )
        return Response(page, status_code=404, media_type="text/html; charset=utf-8", headers=self._headers())


def _version(drawing: Drawing) -> str:
    document = drawing.document
    told = (document["id"], document["head"], document["known_at"], document["release"], document["withheld"])
    return hashlib.sha256(repr(told).encode("utf-8")).hexdigest()


def _tags(header: str) -> Sequence[str]:
    """The tags of an If-None-Match header; compared weakly, as RFC 9110 asks for."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _referred(drawing: Drawing, city: str, rings: tuple[float, ...] | None) -> Mapping[str, Any]:
    """The document with another city or other rings; empty and None are the map's own."""
    from figures.drawing import reference

    settings = drawing.record.settings
    known = city or settings.city
    if known == settings.city and rings is None:
        return drawing.document
    radii = settings.rings_km if rings is None else rings
    return {**drawing.document, "reference": reference(drawing, known, radii)}

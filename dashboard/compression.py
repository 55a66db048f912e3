"""Answers leave compressed; what never changes is compressed once and kept."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from threading import Lock

import brotli  # type: ignore[import-untyped]
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALLEST = 700
_KEPT_QUALITY, _ONCE_QUALITY = {"br": 5, "gzip": 9}, {"br": 3, "gzip": 5}
"""What is compressed for one answer alone is a tenth larger, and ready in less than half the time."""
_KEPT_BYTES, _MOST_BYTES = 24_000_000, 50_000_000
_TEXTUAL = ("text/", "application/javascript", "application/json", "application/geo+json", "image/svg+xml")
_LASTING = "max-age=31536000"
_ENCODINGS = ("br", "gzip")
"""The one we like best first."""


class CompressedOnce:
    """An ASGI layer that answers in Brotli or gzip, whichever the browser takes.

    Starlette's own layer compresses each answer anew, which costs a third of a second for plotly.js; this one
    keeps what is served under an address that carries its version. Answers whose length nobody knows, that
    are encoded already, or small ones pass untouched. An entity tag names one encoding: ``"abc-br"`` is the
    answer ``"abc"`` in Brotli.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        encoding = _taken(Headers(scope=scope).get("accept-encoding", ""))
        asked, known = _without_suffix(scope, encoding)
        await self.app(asked, receive, _Answer(self, _address(scope), encoding, known, send).pass_on)

    async def compressed(self, path: str, body: bytes, encoding: str, lasting: bool) -> bytes:
        """Give the body in that encoding, from memory where ``lasting`` and seen before."""
        key = (path, encoding)
        if lasting and key in self._kept:
            return self._kept[key]
        quality = (_KEPT_QUALITY if lasting else _ONCE_QUALITY)[encoding]
        packed = await to_thread.run_sync(_packed, body, encoding, quality)
        if lasting:
            self._keep(key, packed)
        return packed

    def _keep(self, key: tuple[str, str], packed: bytes) -> None:
        with self._lock:
            self._kept[key] = packed
            while sum(map(len, self._kept.values())) > _KEPT_BYTES:
                self._kept.popitem(last=False)


def _packed(body: bytes, encoding: str, quality: int) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, quality, mtime=0)
    return bytes(brotli.compress(body, quality=quality))


class _Answer:
    """One answer on its way out: the start is held back until the body tells whether it came whole.

    ``known`` is whether the browser has told the tag of an answer in this ``encoding``.
    """

    def __init__(self, layer: CompressedOnce, path: str, encoding: str, known: bool, send: Send) -> None:
        self.layer, self.path, self.encoding, self.known, self.send = layer, path, encoding, known, send
        self.start: Message | None = None
        self.parts: list[bytes] = []

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body" or self.start is None:
            await self.send(message)
            return
        headers = MutableHeaders(raw=self.start["headers"])
        if message.get("more_body", False) and _comes_whole(headers):
            self.parts.append(message.get("body", b""))
            return
        body = b"".join([*self.parts, message.get("body", b"")])
        start, self.start = self.start, None
        if not message.get("more_body", False):
            body = await self.whole(start["status"], headers, body)
        await self.send({**start, "headers": headers.raw})
        await self.send({**message, "body": body})

    async def whole(self, status: int, headers: MutableHeaders, body: bytes) -> bytes:
        """The body to send of an answer that is there whole; its headers say what it is."""
        if status == 304:
            headers.add_vary_header("Accept-Encoding")
            if self.known:
                self.tag(headers)
        if not _worth(status, headers, body):
            return body
        headers.add_vary_header("Accept-Encoding")
        if self.encoding:
            body = await self.layer.compressed(self.path, body, self.encoding, _lasting(headers))
            headers["content-encoding"] = self.encoding
            headers["content-length"] = str(len(body))
            self.tag(headers)
        return body

    def tag(self, headers: MutableHeaders) -> None:
        """Name the encoding in the entity tag: two answers that differ in their bytes never share one."""
        tag = headers.get("etag", "")
        if tag.endswith('"'):
            headers["etag"] = f'{tag[:-1]}-{self.encoding}"'


def _without_suffix(scope: Scope, encoding: str) -> tuple[Scope, bool]:
    """The request as the application knows its tags, and whether it told one of this encoding."""
    suffix = f'-{encoding}"'.encode()
    told = any(name == b"if-none-match" and suffix in value for name, value in scope["headers"])
    if not encoding or not told:
        return scope, False
    headers = [
        (name, value.replace(suffix, b'"') if name == b"if-none-match" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}, True


def _address(scope: Scope) -> str:
    """Path and query: the same path may answer differently to another query."""
    return f"{scope['path']}?{scope['query_string'].decode('latin-1')}"


def _taken(offered: str) -> str:
    """The encoding to answer in; empty where the browser takes none of ours."""
    taken = {_name(part) for part in offered.split(",") if not _refused(part)}
    return next((encoding for encoding in _ENCODINGS if encoding in taken), "")


def _name(part: str) -> str:
    return part.split(";")[0].strip().lower()


def _refused(part: str) -> bool:
    quality = part.partition(";")[2].replace(" ", "")
    return quality.startswith("q=0") and not quality.strip("q=0.")


def _worth(status: int, headers: Headers, body: bytes) -> bool:
    return (
        status == 200
        and len(body) >= _SMALLEST
        and "content-encoding" not in headers
        and headers.get("content-type", "").startswith(_TEXTUAL)
    )


def _comes_whole(headers: Headers) -> bool:
    """Whether the parts of an answer are those of a file that can be waited for."""
    length = headers.get("content-length", "")
    textual = headers.get("content-type", "").startswith(_TEXTUAL)
    return textual and "content-encoding" not in headers and length.isdigit() and int(length) <= _MOST_BYTES


def _lasting(headers: Headers) -> bool:
    return _LASTING in headers.get("cache-control", "")

"""Answers leave compressed; what never changes is compressed once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

import brotli  # type: ignore[import-untyped]
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALLEST = 700
_KEPT_QUALITY, _ONCE_QUALITY = 5, 3
"""What is compressed for one answer alone is a tenth larger, and ready in less than half the time."""
_KEPT_BYTES = 24_000_000
_TEXTUAL = ("text/", "application/javascript", "application/json", "application/geo+json", "image/svg+xml")
_LASTING = "max-age=31536000"


class CompressedOnce:
    """An ASGI layer that answers in Brotli where the browser takes it.

    Starlette's own layer compresses each answer anew, which costs a third of a second for plotly.js; this one
    keeps what is served under an address that carries its version. Answers that come in parts, that are
    encoded already, or small ones pass untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not _takes_brotli(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Answer(self, _address(scope), send).pass_on)

    async def compressed(self, path: str, body: bytes, lasting: bool) -> bytes:
        """Give the body in Brotli, from memory where ``lasting`` and seen before."""
        if lasting and path in self._kept:
            return self._kept[path]
        quality = _KEPT_QUALITY if lasting else _ONCE_QUALITY
        packed = bytes(await to_thread.run_sync(lambda: brotli.compress(body, quality=quality)))
        if lasting:
            self._keep(path, packed)
        return packed

    def _keep(self, path: str, packed: bytes) -> None:
        with self._lock:
            self._kept[path] = packed
            while sum(map(len, self._kept.values())) > _KEPT_BYTES:
                self._kept.popitem(last=False)


class _Answer:
    """One answer on its way out: the start is held back until the body tells whether it came whole."""

    def __init__(self, layer: CompressedOnce, path: str, send: Send) -> None:
        self.layer, self.path, self.send = layer, path, send
        self.start: Message | None = None

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body" or self.start is None:
            await self.send(message)
            return
        start, self.start = self.start, None
        headers = MutableHeaders(raw=start["headers"])
        body = message.get("body", b"")
        if not message.get("more_body", False) and _worth(start["status"], headers, body):
            body = await self.layer.compressed(self.path, body, _lasting(headers))
            headers["content-encoding"] = "br"
            headers["content-length"] = str(len(body))
            headers.add_vary_header("Accept-Encoding")
            message = {**message, "body": body}
        await self.send({**start, "headers": headers.raw})
        await self.send(message)


def _address(scope: Scope) -> str:
    """Path and query: the same path may answer differently to another query."""
    return f"{scope['path']}?{scope['query_string'].decode('latin-1')}"


def _takes_brotli(headers: Mapping[str, str]) -> bool:
    offered = [part.strip() for part in headers.get("accept-encoding", "").split(",")]
    return any(part.split(";")[0] == "br" and not part.endswith("q=0") for part in offered)


def _worth(status: int, headers: Headers, body: bytes) -> bool:
    return (
        status == 200
        and len(body) >= _SMALLEST
        and "content-encoding" not in headers
        and headers.get("content-type", "").startswith(_TEXTUAL)
    )


def _lasting(headers: Headers) -> bool:
    return _LASTING in headers.get("cache-control", "")

"""Every answer leaves with its security headers, and no malformed or foreign callback comes in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
"""A callback's body is a few hundred bytes, a form's some thousand; more than this is refused unread."""

LONGEST_BODY_S = 20.0
"""How long a body may take to arrive."""

_READS = ("GET", "HEAD", "OPTIONS")

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}


class RefusedError(ValueError):
    """A request that the page's own script would never send."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def content_policy(script_hashes: Sequence[str]) -> str:
    """Build the page's content-security policy.

    MapLibre starts its worker from a blob: without ``worker-src blob:`` the map never appears, and nothing
    says why.
    """
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src blob:",
            "font-src 'self'",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


def check_callback(raw: bytes, known: Mapping[str, Any]) -> bytes:
    """Refuse a body that is not a call of one of the page's callbacks; give it with nothing else in it.

    ``known`` is Dash's callback map: for each output the ``inputs`` and ``state`` it is called with.
    Raises RefusedError with the status to answer.
    """
    body = _parsed(raw)
    if not isinstance(body, dict):
        raise RefusedError(400, "the body is not an object")
    callback = known.get(output) if isinstance(output := body.get("output"), str) else None
    if callback is None or "callback" not in callback:  # without one it runs in the browser alone
        raise RefusedError(404, "no such output")
    given = {
        "output": output,
        "outputs": _named(body.get("outputs"), str(output)),
        "inputs": _values(body.get("inputs", []), callback["inputs"]),
        "state": _values(body.get("state", []), callback["state"]),
        "changedPropIds": body.get("changedPropIds", []),
    }
    if not _strings(given["changedPropIds"]):
        raise RefusedError(400, "changedPropIds is not a list of texts")
    return json.dumps(given).encode()


def _parsed(raw: bytes) -> object:
    try:
        # Decoded here: json would take UTF-16 and lone surrogates too.
        body: object = json.loads(raw.decode("utf-8"), parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is not JSON") from None
    if _deeper_than(_DEEPEST, body):
        raise RefusedError(400, "the body is nested deeper than anything that this page sends")
    return body


_DEEPEST = 20


def _deeper_than(most: int, value: object) -> bool:
    layer = [value]
    for _ in range(most):
        layer = [item for one in layer for item in _items(one)]
    return bool(layer)


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _values(given: object, wanted: Sequence[Mapping[str, str]]) -> list[dict[str, object]]:
    if not isinstance(given, list) or not all(isinstance(value, dict) for value in given):
        raise RefusedError(400, "inputs and state are lists of objects")
    names = [(value.get("id"), value.get("property")) for value in given]
    if names != [(value["id"], value["property"]) for value in wanted]:
        raise RefusedError(400, "these are not the inputs and states of that output")
    return [{name: value.get(name) for name in ("id", "property", "value")} for value in given]


def _named(given: object, output: str) -> object:
    """The outputs that a body names, which must be those of the output it asks for."""
    if output.startswith(".."):
        parts = [part.rpartition(".") for part in output.strip(".").split("...")]
        wanted: object = [{"id": part, "property": name} for part, _, name in parts]
    else:
        part, _, name = output.rpartition(".")
        wanted = {"id": part, "property": name}
    if given != wanted:
        raise RefusedError(400, "outputs are not those of that output")
    return wanted


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def same_origin(headers: Headers, allowed: Sequence[str]) -> bool:
    """Whether a request comes from this very site, or from an address that the door allows.

    A request without an ``Origin`` is no browser's cross-site request.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return origin in allowed or (urlsplit(origin).netloc == headers.get("host") and origin != "null")


class Doorkeeper:
    """An ASGI layer around the whole application; see the module's sentence.

    Parameters
    ----------
    app
        The application within.
    callback_path
        Where Dash takes callbacks, with the prefix.
    callbacks
        Gives Dash's callback map.
    policy
        Gives the content-security policy; asked once the first answer leaves, when all scripts are known.
    origins
        Addresses beside the server's own that may call: the public URL's origin.
    patience_s
        How long a body may take to arrive.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        callback_path: str,
        callbacks: Callable[[], Mapping[str, Any]],
        policy: Callable[[], str],
        origins: Sequence[str] = (),
        patience_s: float = LONGEST_BODY_S,
    ) -> None:
        self.app = app
        self.callback_path = callback_path
        self.callbacks = callbacks
        self.policy = policy
        self.origins = origins
        self.patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = self._with_headers(send)
        if scope["method"] in _READS:
            await self.app(scope, receive, guarded)
            return
        try:
            body = await self._admitted(scope, receive)
        except RefusedError as refusal:
            await _told(scope, refusal)(scope, receive, guarded)
            return
        await self.app(_sized(scope, len(body)), _replay(body, receive), guarded)

    async def _admitted(self, scope: Scope, receive: Receive) -> bytes:
        """The body of a request that may be answered: read whole, and of this very site."""
        headers = Headers(scope=scope)
        if not same_origin(headers, self.origins):
            raise RefusedError(403, "another site may not call this page")
        callback = scope["path"] == self.callback_path
        if callback and headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise RefusedError(415, "the body must be application/json")
        body = await _read(headers, receive, self.patience_s)
        return check_callback(body, self.callbacks()) if callback else body

    def _with_headers(self, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=_as_scope(message))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", self.policy())
            await send(message)

        return guarded


def _told(scope: Scope, refusal: RefusedError) -> Response:
    """A sentence for a person whose browser sent a form; for a script what it can read."""
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return PlainTextResponse(f"{str(refusal).capitalize()}. Go back to change it.\n", refusal.status)
    return JSONResponse({"error": str(refusal)}, refusal.status)


def _as_scope(message: Message) -> MutableMapping[str, Any]:
    message.setdefault("headers", [])
    return message


async def _read(headers: Headers, receive: Receive, patience_s: float) -> bytes:
    told = headers.get("content-length", "0")
    if not told.isdecimal() or int(told[:20]) > MOST_BYTES:
        raise RefusedError(413, _TOO_LARGE)
    try:
        async with asyncio.timeout(patience_s):
            return await _whole(receive)
    except TimeoutError:
        raise RefusedError(408, "the body took too long to arrive") from None


async def _whole(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RefusedError(400, "the body never arrived")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > MOST_BYTES:
            raise RefusedError(413, _TOO_LARGE)
    return b"".join(parts)


_TOO_LARGE = f"the body is larger than {MOST_BYTES:,} bytes, more than any form of these pages may send"


def _sized(scope: Scope, size: int) -> Scope:
    """The scope with the length of the body that is handed on."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": [*kept, (b"content-length", str(size).encode())]}


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read once more, then whatever comes after it."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed

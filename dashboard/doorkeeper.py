"""Every answer leaves with its security headers, and no malformed or foreign callback comes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
"""A callback's body is a few hundred bytes; more than this is refused unread."""

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
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


def check_callback(raw: bytes, known: Mapping[str, Any]) -> None:
    """Refuse a body that is not a call of one of the page's callbacks.

    ``known`` is Dash's callback map: for each output the ``inputs`` and ``state`` it is called with.
    Raises RefusedError with the status to answer.
    """
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise RefusedError(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "the body is not an object")
    callback = known.get(output) if isinstance(output := body.get("output"), str) else None
    if callback is None:
        raise RefusedError(404, "no such output")
    _check_values(body.get("inputs", []), callback["inputs"])
    _check_values(body.get("state", []), callback["state"])
    _check_outputs(body.get("outputs"))
    if not _strings(body.get("changedPropIds", [])):
        raise RefusedError(400, "changedPropIds is not a list of texts")


def _check_values(given: object, wanted: Sequence[Mapping[str, str]]) -> None:
    if not isinstance(given, list) or not all(isinstance(value, dict) for value in given):
        raise RefusedError(400, "inputs and state are lists of objects")
    names = [(value.get("id"), value.get("property")) for value in given]
    if names != [(value["id"], value["property"]) for value in wanted]:
        raise RefusedError(400, "these are not the inputs and states of that output")


def _check_outputs(outputs: object) -> None:
    listed = outputs if isinstance(outputs, list) else [outputs]
    if not all(
        isinstance(output, dict) and _strings([output.get("id"), output.get("property")]) for output in listed
    ):
        raise RefusedError(400, "outputs do not name an id and a property")


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
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        callback_path: str,
        callbacks: Callable[[], Mapping[str, Any]],
        policy: Callable[[], str],
        origins: Sequence[str] = (),
    ) -> None:
        self.app = app
        self.callback_path = callback_path
        self.callbacks = callbacks
        self.policy = policy
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = self._with_headers(send)
        if scope["path"] != self.callback_path or scope["method"] != "POST":
            await self.app(scope, receive, guarded)
            return
        try:
            body = await self._admitted(Headers(scope=scope), receive)
        except RefusedError as refusal:
            await JSONResponse({"error": str(refusal)}, refusal.status)(scope, receive, guarded)
            return
        await self.app(scope, _replay(body, receive), guarded)

    async def _admitted(self, headers: Headers, receive: Receive) -> bytes:
        if not same_origin(headers, self.origins):
            raise RefusedError(403, "another site may not call this page")
        if not headers.get("content-type", "").startswith("application/json"):
            raise RefusedError(415, "the body must be application/json")
        body = await _read(receive)
        check_callback(body, self.callbacks())
        return body

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


def _as_scope(message: Message) -> MutableMapping[str, Any]:
    message.setdefault("headers", [])
    return message


async def _read(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RefusedError(400, "the body never arrived")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > MOST_BYTES:
            raise RefusedError(413, "the body is larger than any callback of this page")
    return b"".join(parts)


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

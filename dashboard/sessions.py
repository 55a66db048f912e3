"""A signed cookie says who has logged in; a signed token says that a form came from our own page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from dashboard.passwords import Hashed

COOKIE = "frontline_editor"
LIFE_S = 8 * 3600
"""How long a login, and a form, is good for."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who may write, in one request. ``session`` is empty where a proxy vouches for the name."""

    name: str
    session: str = ""


class Sessions:
    """The logins of this server.

    Parameters
    ----------
    secret
        Signs cookies and forms. A random one ends all logins when the server stops.
    clock
        Seconds since 1970.
    """

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._clock = clock
        self._ended: dict[str, float] = {}
        self._lock = Lock()

    def begun(self, name: str, kept: Hashed) -> str:
        """Begin a session; gives the value of its cookie."""
        session, until = secrets.token_urlsafe(18), int(self._clock()) + LIFE_S
        return self._sign("session", [name, session, until, self._mark(kept)])

    def named(self, cookie: str) -> Editor | None:
        """Who a cookie names, whatever passwords there are now; None where it is forged, over or ended."""
        told = self._read("session", cookie, 4)
        if told is None or self._clock() >= told[2] or told[1] in self._ended:
            return None
        return Editor(str(told[0]), str(told[1]))

    def fits(self, cookie: str, kept: Hashed) -> bool:
        """Whether a session began with the password that still counts."""
        told = self._read("session", cookie, 4)
        return told is not None and hmac.compare_digest(str(told[3]), self._mark(kept))

    def ended(self, editor: Editor) -> None:
        """End a session: its cookie is worth nothing from now on, wherever it has been kept."""
        now = self._clock()
        with self._lock:
            self._ended = {session: until for session, until in self._ended.items() if until > now}
            if editor.session:
                self._ended[editor.session] = now + LIFE_S

    def token(self, editor: Editor) -> str:
        """The token of a form that this editor is shown."""
        return self._sign("form", [editor.name, editor.session, int(self._clock()) + LIFE_S])

    def is_ours(self, token: str, editor: Editor) -> bool:
        """Whether a form with that token was shown to this editor, not too long ago."""
        told = self._read("form", token, 3)
        return told is not None and told[:2] == [editor.name, editor.session] and self._clock() < told[2]

    def _mark(self, kept: Hashed) -> str:
        return hmac.new(self._secret.encode(), str(kept).encode(), hashlib.sha256).hexdigest()[:16]

    def _signer(self, what: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secret, salt=f"frontline {what}", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def _sign(self, what: str, told: Sequence[Any]) -> str:
        return str(self._signer(what).dumps(told))

    def _read(self, what: str, text: str, length: int) -> list[Any] | None:
        if len(text) > 2_000:
            return None
        try:
            told = self._signer(what).loads(text)
        except BadData:
            return None
        return told if isinstance(told, list) and len(told) == length else None

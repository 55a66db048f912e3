"""A request of an editor is told from anybody else's, and a name and password let an editor in."""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from dashboard.attempts import Attempts
from dashboard.editors import LONGEST_NAME, Editors, editor_name
from dashboard.passwords import Hashed, same
from dashboard.sessions import COOKIE, Editor, Sessions


@dataclass(frozen=True, slots=True)
class Refused:
    """A login that was refused; ``wait_s`` is how long the next one has to wait."""

    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """A login that was taken: the value of the session's cookie."""

    cookie: str


class EditorDoor:
    """Lets editors in and knows them again.

    Parameters
    ----------
    editors
        Everybody who may write.
    secret
        Signs cookies and forms; a fresh one where it is empty.
    secure
        Whether readers use https, so that the cookie never travels without it.
    path
        The path that everything lives under.
    now
        The clock, seconds since 1970.
    """

    def __init__(
        self,
        editors: Editors,
        *,
        secret: str = "",
        secure: bool = False,
        path: str = "/",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.editors = editors
        self.sessions = Sessions(secret or secrets.token_urlsafe(48), now)
        self.attempts = Attempts(time.monotonic)
        self.secure = secure
        self.path = path or "/"
        self._nobody = _nobody(editors)

    def who(self, request: Request) -> Editor | None:
        """Which editor a request is of; None for a reader."""
        return self._by_cookie(request) or self._by_proxy(request)

    def login(self, request: Request, name: str, password: str) -> Entered | Refused:
        """Let an editor in. It takes as long, and says the same, whether or not there is such a name."""
        peer, name = self._peer(request), unicodedata.normalize("NFC", name.strip())[:LONGEST_NAME]
        if wait := self.attempts.wait_s(peer, name):
            return Refused(wait)
        kept = self.editors.hashes.get(name, self._nobody)
        if not same(password, kept) or kept is self._nobody:
            self.attempts.failed(peer, name)
            return Refused()
        self.attempts.succeeded(peer, name)
        return Entered(self.sessions.begun(name, kept))

    def logout(self, request: Request) -> None:
        """End the session of a request."""
        editor = self._by_cookie(request)
        if editor is not None:
            self.sessions.ended(editor)

    def _by_cookie(self, request: Request) -> Editor | None:
        cookie = request.cookies.get(COOKIE, "")
        editor = self.sessions.named(cookie) if cookie else None
        kept = self.editors.hashes.get(editor.name) if editor else None
        return editor if kept is not None and self.sessions.fits(cookie, kept) else None

    def _by_proxy(self, request: Request) -> Editor | None:
        if not self.editors.header or not self.editors.trusts(_address(request)):
            return None
        told = request.headers.getlist(self.editors.header)
        if len(told) != 1:  # two of them: one may be the caller's own
            return None
        try:
            return Editor(editor_name(_as_utf8(told[0])))
        except ValueError:
            return None

    def _peer(self, request: Request) -> str:
        """Who calls: behind a trusted proxy the address that it added last."""
        address = _address(request)
        if not self.editors.trusts(address):
            return address
        passed = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return passed[:60] or address


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _as_utf8(text: str) -> str:
    """A header's bytes, which arrive as Latin-1, as the UTF-8 that a proxy means."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _nobody(editors: Editors) -> Hashed:
    """What an unknown name is compared with: as slow as the slowest that is kept, and equal to nothing."""
    slowest = max(editors.hashes.values(), key=lambda kept: kept.n * kept.r * kept.p, default=None)
    n, r, p = (slowest.n, slowest.r, slowest.p) if slowest else (1 << 15, 8, 3)
    return Hashed(n, r, p, secrets.token_bytes(16), secrets.token_bytes(32))

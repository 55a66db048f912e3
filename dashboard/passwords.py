"""A password becomes a text that may be kept, and is compared with it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from threading import BoundedSemaphore

SHORTEST = 12
"""Characters that a new password has at least."""

LONGEST = 1_000
_SALT_BYTES = 16
_MOST_BYTES = 1 << 27
_AT_ONCE = BoundedSemaphore(2)
"""Each comparison takes tens of megabytes for a quarter of a second: nobody fills the memory with logins."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """What is kept of a password: the parameters of scrypt (RFC 7914), the salt and the hash.

    Written ``scrypt.N.r.p.SALT.HASH``, the last two in base64url: no letter in it means anything to a shell.
    """

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def __str__(self) -> str:
        return f"scrypt.{self.n}.{self.r}.{self.p}.{_written(self.salt)}.{_written(self.digest)}"

    @staticmethod
    def of(text: str) -> Hashed:
        """Read a kept text; ValueError where it is none."""
        parts = text.strip().split(".")
        try:
            kind, n, r, p = parts[0], *(int(part) for part in parts[1:4])
            found = Hashed(n, r, p, *(_read(part) for part in parts[4:]))
        except (ValueError, TypeError, IndexError):
            raise ValueError(_NOT_KEPT) from None
        usable = n >= 2 and n & (n - 1) == 0 and r >= 1 and 1 <= p <= 16 and 128 * n * r <= _MOST_BYTES
        if kind != "scrypt" or not usable or len(found.salt) < 8 or len(found.digest) < 16:
            raise ValueError(_NOT_KEPT)
        return found


_NOT_KEPT = "is not a hashed password; 'frontline editor NAME' writes one"


def hashed(password: str, n: int = 1 << 15, r: int = 8, p: int = 3) -> Hashed:
    """Hash a new password with a fresh salt.

    Raises
    ------
    ValueError
        It is shorter than ``SHORTEST`` or longer than ``LONGEST`` characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"A password has {SHORTEST} to {LONGEST:,} characters; this one has {len(password)}")
    salt = secrets.token_bytes(_SALT_BYTES)
    return Hashed(n, r, p, salt, _scrypt(password, n, r, p, salt, 32))


def same(password: str, kept: Hashed) -> bool:
    """Whether a password is the one that was hashed; takes as long for a wrong one."""
    given = _scrypt(password[:LONGEST], kept.n, kept.r, kept.p, kept.salt, len(kept.digest))
    return hmac.compare_digest(given, kept.digest)


def _scrypt(password: str, n: int, r: int, p: int, salt: bytes, length: int) -> bytes:
    # Two keyboards may write one letter in two ways.
    words = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    with _AT_ONCE:
        return hashlib.scrypt(words, salt=salt, n=n, r=r, p=p, dklen=length, maxmem=2 * _MOST_BYTES)


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

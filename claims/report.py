"""A report: the page or document that carries a claim, and the words in it that make the claim."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of the document that a claim was read in; everything may be missing.

    ``published_at`` and ``retrieved_at`` are time-zone-aware. ``sha256`` is, in hex, over the bytes as
    retrieved. ``language`` is a BCP 47 tag, ``licence`` the licence of the document's words.
    """

    url: str = ""
    archived_url: str = ""
    publisher: str = ""
    published_at: datetime | None = None
    retrieved_at: datetime | None = None
    sha256: str = ""
    language: str = ""
    licence: str = ""


NO_REPORT = Report()


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a report that make the claim: characters ``start`` to ``end`` (half-open) of its text.

    ``sha256`` is, in hex, over these words in UTF-8. ``text`` is the words themselves, and empty wherever the
    report's licence does not allow keeping them.
    """

    start: int
    end: int
    sha256: str
    text: str = ""


_OPEN_LICENCES = ("cc0", "cc-by", "public domain", "pddl", "odc-by", "odbl", "ogl", "open government")


def words_may_be_kept(licence: str) -> bool:
    """Whether a licence, by its name, lets anybody keep and pass on the words themselves."""
    plain = licence.strip().lower().replace("cc by", "cc-by")
    forbids = "-nd" in plain or "-nc" in plain
    return plain.startswith(_OPEN_LICENCES) and not forbids


def hash_of_words(words: str) -> str:
    """SHA-256 of words in UTF-8, in hex."""
    return hashlib.sha256(words.encode("utf-8")).hexdigest()

"""The corrections of a map document become a badge, the newest one's text, and a list, as HTML."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from figures.corrections import as_html, newest_first, sentence, when
from figures.sentences import Teller
from figures.text import esc

MOST_LISTED = 60
MOST_MARKS = 500
STALE_AFTER_H = 6
"""Hours after which a page that a server gave says that it has grown old."""

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")


def badge(teller: Teller) -> str:
    """How many corrections there are; nothing where there is none."""
    rows = teller.document["corrections"]
    if not rows:
        return ""
    counted = esc(teller.say.words.plural("corrections", len(rows)))
    return f'<a class="badge" href="#corrections">{counted}</a>'


def newest(teller: Teller) -> str:
    """The newest correction in words, which no size of the page hides."""
    rows = teller.document["corrections"]
    if not rows:
        return ""
    words = teller.say.words
    date = esc(words.fill("correction.corrected_on", date=when(teller, rows[-1])))
    more = (
        f' <a href="#all-corrections">{esc(words.fill("correction.more", n=len(rows) - 1))}</a>'
        if len(rows) > 1
        else ""
    )
    told = as_html(sentence(rows[-1], words))
    return f'<p class="corrected" id="corrections"><b>{date}</b> {told}{more}</p>'


def every_one(teller: Teller) -> str:
    """All corrections, the newest first, folded; nothing where the newest is the only one."""
    rows = newest_first(teller.document["corrections"])
    if len(rows) < 2:
        return ""
    words = teller.say.words
    items = "".join(
        f"<li><b>{esc(when(teller, row))}</b> {as_html(sentence(row, words))}</li>"
        for row in rows[:MOST_LISTED]
    )
    left = len(rows) - MOST_LISTED
    more = f"<p>{esc(words.fill('correction.more', n=left))}</p>" if left > 0 else ""
    return (
        f'<details id="all-corrections"><summary>{esc(words["correction.title"])} ({len(rows)})</summary>'
        f'<ul class="corrections">{items}</ul>{more}</details>'
    )


def since_exported(teller: Teller) -> str:
    """The place where the page says that it has been corrected since; hidden until a script knows it."""
    told = esc(teller.say.words["correction.since"])
    return f'<p class="notice" role="status" data-frontline="since" hidden><b>{told}</b><span></span></p>'


def grown_old(teller: Teller) -> str:
    """The place where a page that a server gave says that it has grown old."""
    return f'<p class="notice" role="status" data-frontline="old" lang="{teller.lang}" hidden></p>'


def script_part(teller: Teller, url: str | None, *, served: bool) -> dict[str, Any]:
    """What ``assets/light_corrections.js`` needs: the address to ask, and what the page has already."""
    part: dict[str, Any] = {}
    if url:
        rows = teller.document["corrections"][-MOST_MARKS:]
        complete = len(rows) == len(teller.document["corrections"])
        oldest = 0 if complete else int(rows[0]["t"])
        part["corrections"] = {"url": url, "marks": [row["mark"] for row in rows], "from": oldest}
    if served:
        words = teller.say.words
        kinds = ("one", "two", "few", "many", "other")
        texts = {kind: words.fill(f"checked.{kind}", n="{n}") for kind in kinds}
        part["checked"] = {"after": STALE_AFTER_H, "texts": texts}
    return part


def page_beside(url: str | None) -> str | None:
    """The page for readers beside the address that programs ask."""
    return url.removesuffix(".json") if url and url.endswith("/corrections.json") else None


def asked_origin(address: str) -> str:
    """The origin of the one address that an exported page may ask.

    Raises
    ------
    ValueError
        It is not an address of http or https on a plainly named host.
    """
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        usable = False
    if not usable or any(letter <= " " for letter in address):
        raise ValueError(
            f"'{address[:80]}' is not an address that a page can ask; "
            "write it like https://maps.example.org/maps/hama-2024/corrections.json"
        )
    return f"{parts.scheme}://{parts.netloc}"

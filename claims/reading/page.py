"""The bytes of a report, plain text or a page of HTML, become its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_BYTES = 20_000_000
"""A report longer than this is none."""

_MARKUP = re.compile(
    rb"^\s*(?:<!doctype html|<html|<head|<body|<article|<main|<div|<p[ >]|<h1|<\?xml)", re.IGNORECASE
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "pubdate",
    "publishdate",
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a report's bytes hold.

    ``text`` is what the spans of claims count characters in: of plain text everything as it came, of HTML
    the article with a line for each paragraph, the title first. ``published`` is the date that the page
    itself states, None where it states none.
    """

    text: str
    html: bool
    published: date | None = None


def page_of(raw: bytes) -> Page:
    """Decode a report.

    Raises
    ------
    ValueError
        It has more than 20 MB.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError(f"The report has {len(raw):,} bytes; the most is {MOST_BYTES:,}")
    if _MARKUP.match(raw.removeprefix(b"\xef\xbb\xbf")):
        return _of_html(raw)
    return Page(_decoded(raw), html=False)


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _of_html(raw: bytes) -> Page:
    """Find the article with jusText: paragraphs of running text, and the short ones and lists among them."""
    import justext
    from lxml import etree, html

    try:
        tree = html.fromstring(_markup(raw))
    except etree.ParserError:  # nothing in it at all
        return Page("", html=True)
    published = _published(tree)
    title = _title(tree)
    etree.strip_elements(
        tree, "nav", "aside", "footer", "form", "noscript", "template", "button", with_tail=False
    )
    try:
        found = justext.justext(html.tostring(tree, encoding="unicode"), justext.get_stoplist("English"))
    except etree.ParserError:  # a page without any text
        found = []
    lines = list(_article(found))
    if title and not any(line == title for line in lines[:3]):
        lines.insert(0, title)
    return Page("\n".join(lines), html=True, published=published)


def _markup(raw: bytes) -> str | bytes:
    """The page as text where it is UTF-8; else its bytes, for lxml to find the encoding they state."""
    clean = _without_controls(raw)
    try:
        return _DECLARATION.sub("", clean.decode("utf-8-sig"), count=1)
    except UnicodeDecodeError:
        return clean


def _without_controls(raw: bytes) -> bytes:
    return raw.translate(None, b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0e\x0f\x1b\x1c\x1d\x1e\x1f\x7f")


def _article(paragraphs: list[Any]) -> Iterator[str]:
    """The paragraphs between the first and the last good one, less those that are links."""
    good = [at for at, paragraph in enumerate(paragraphs) if _is_running(paragraph)]
    if not good:
        good = [at for at, paragraph in enumerate(paragraphs) if paragraph.links_density() < 0.5]
    for at in range(_heading_before(paragraphs, good[0]), good[-1] + 1) if good else ():
        line = _SPACE.sub(" ", paragraphs[at].text).strip()
        if line and paragraphs[at].links_density() < 0.5:
            yield f"- {line}" if ".li" in f".{paragraphs[at].dom_path}" else line


def _is_running(paragraph: Any) -> bool:  # noqa: ANN401 - jusText has no types
    """Whether a paragraph is running text, by jusText or by being a plain sentence outside a menu."""
    if paragraph.links_density() > 0.3:
        return False
    sentence = paragraph.text.rstrip().endswith((".", "”", '"')) and paragraph.words_count >= 8
    return bool(paragraph.class_type == "good") or (
        sentence and paragraph.dom_path.endswith((".p", ".li", ".div"))
    )


def _heading_before(paragraphs: list[Any], first: int) -> int:
    for at in range(first - 1, max(first - 6, -1), -1):
        if paragraphs[at].is_heading and ".h1" in paragraphs[at].dom_path:
            return at
    return first


def _title(tree: Any) -> str:  # noqa: ANN401 - lxml's own types are not shipped
    for path in ("//h1", "//title"):
        for found in tree.xpath(path):
            text = _SPACE.sub(" ", found.text_content()).strip()
            if text:
                return str(text) if path == "//h1" else str(re.split(r"\s[|–—-]\s", text)[0])
    return ""


def _published(tree: Any) -> date | None:  # noqa: ANN401 - lxml's own types are not shipped
    for meta in tree.xpath("//meta[@content]"):
        named = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if named in _PUBLISHED:
            return _day(meta.get("content"))
    for element in tree.xpath("//time[@datetime]"):
        return _day(element.get("datetime"))
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None

"""The text of a report with the words marked that drafts came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from claims.claim import Event
from claims.report_draft import ReportDraft
from figures.text import esc

_LINES = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` (half-open) of a text, what they are and which draft they lead to."""

    start: int
    end: int
    kind: str
    number: int = 0
    draft: str = ""
    title: str = ""


def marks_of(
    text: str, drafts: Sequence[ReportDraft], passed_over: Iterable[tuple[int, int, str]]
) -> list[Mark]:
    """What to mark, in the text's order; of marks that overlap the first drafts' stand."""
    found = [mark for number, draft in enumerate(drafts, 1) if (mark := _mark(text, number, draft))]
    found += [Mark(start, end, "over", title=why) for start, end, why in passed_over]
    kept: list[Mark] = []
    for mark in found:
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)


def _mark(text: str, number: int, draft: ReportDraft) -> Mark | None:
    """A figure is marked whole; of a change the name of its place, which stands within the quoted words."""
    quote = draft.claim.quote
    if quote is None or not 0 <= quote.start < quote.end <= len(text):
        return None
    if draft.claim.event in (Event.COUNT, Event.DISTANCE):
        return Mark(quote.start, quote.end, "figure", number, draft.id)
    at = text.rfind(draft.claim.place_as_written, quote.start, quote.end)
    if at < 0:
        return Mark(quote.start, quote.end, "place", number, draft.id)
    return Mark(at, at + len(draft.claim.place_as_written), "place", number, draft.id)


def marked_text(text: str, marks: Sequence[Mark], lang: str) -> str:
    """The text as HTML, a paragraph for each line; everything in it is text."""
    paragraphs = (
        f"<p>{''.join(_pieces(text, line.start(), line.end(), marks))}</p>"
        for line in _LINES.finditer(text)
        if line[0].strip()
    )
    return f'<div class="words" lang="{esc(lang)}" dir="auto">{"".join(paragraphs)}</div>'


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[str]:
    at = start
    for mark in marks:
        if mark.end <= at or mark.start >= end:
            continue
        first, last = max(mark.start, at), min(mark.end, end)
        yield esc(text[at:first])
        yield _marked(text[first:last], mark)
        at = last
    yield esc(text[at:end])


def _marked(words: str, mark: Mark) -> str:
    if not mark.draft:
        return f'<span class="over" title="{esc(mark.title)}">{esc(words)}</span>'
    return (
        f'<a class="{mark.kind}" id="w-{esc(mark.draft)}" href="#d-{esc(mark.draft)}">{esc(words)}'
        f"<sup>{mark.number}</sup></a>"
    )

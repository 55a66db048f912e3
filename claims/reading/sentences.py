"""The text of a report becomes its title and its sentences, each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.reading.words import word_set

LONGEST = 2_000
"""A longer sentence is read in pieces of so many characters: no report writes one, and time stays linear."""

_LONGEST_TITLE = 200
_WRAPPED = range(40, 110)

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c]+")
# A stop without a space behind it is one between a small letter and a capital: "said.The group".
_STOP = re.compile(r"[.!?…]+[\"”'’)\]]*(?=\s)|(?<=[a-z][a-z])[.!?][”\"]?(?=[“\"]?[A-Z][a-z])")
_ABBREVIATED = word_set("grammar", "lists", "abbreviations")
_BULLET = re.compile(r"\s*(?:[-*•–—▪‣·]|\d{1,2}[.)])\s+")
_CLOCK = re.compile(
    r"\s*\[?((?:[01]?\d|2[0-3])[:.][0-5]\d)(?:\s*(?:GMT|UTC|local time|hrs))?\]?\s*(?:[-–—:|]\s*)?"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: characters ``start`` to ``end`` (half-open) of the text.

    ``paragraph`` counts the lines or wrapped blocks; ``bullet`` says that it is an item of a list;
    ``stamp`` is the clock time that a live blog printed before this entry, as written, or empty.
    """

    start: int
    end: int
    paragraph: int
    title: bool = False
    bullet: bool = False
    stamp: str = ""


def sentences_of(text: str) -> Iterator[Sentence]:
    """Read the sentences in order. The first line is the title where it looks like one."""
    stamp = ""
    for number, (start, end) in enumerate(_blocks(text)):
        if number == 0 and _is_title(text, start, end):
            yield Sentence(start, end, 0, title=True)
            continue
        clock = _CLOCK.match(text, start, end)
        if clock:
            stamp, start = clock[1], clock.end()
        bullet = _BULLET.match(text, start, end)
        for first, last in _cut(text, bullet.end() if bullet else start, end):
            yield Sentence(first, last, number, bullet=bullet is not None, stamp=stamp)


def _is_title(text: str, start: int, end: int) -> bool:
    line = text[start:end].rstrip()
    return (
        len(line) <= _LONGEST_TITLE and not line.endswith((".", ":", ",", ";")) and bool(text[end:].strip())
    )


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Lines with anything in them; the lines of a hard-wrapped paragraph are one block."""
    begun: tuple[int, int] | None = None
    first = True
    for found in _LINE.finditer(text):
        start, end = found.span()
        if text[start:end].isspace():
            continue
        if begun and not first and _goes_on(text, begun, start, end):
            begun = begun[0], end
            continue
        if begun:
            yield begun
            first = False
        begun = start, end
    if begun:
        yield begun


def _goes_on(text: str, begun: tuple[int, int], start: int, end: int) -> bool:
    """Whether a line is the next one of a hard-wrapped paragraph."""
    if text.count("\n", begun[1], start) > 1 or _BULLET.match(text, start, end):
        return False
    last_line = begun[1] - max(text.rfind("\n", begun[0], begun[1]) + 1, begun[0])
    if last_line not in _WRAPPED or end - start > _WRAPPED.stop:
        return False
    last = text[begun[1] - 1]
    return last.islower() or last in ",-–" or text[start].islower()


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a block into sentences, and what is longer than any sentence into pieces."""
    first = start
    for stop in _STOP.finditer(text, start, end):
        if _ends_here(text, first, stop, end):
            yield from _pieces(text, first, stop.end())
            first = stop.end()
    yield from _pieces(text, first, end)


def _ends_here(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    after = _next_letter(text, stop.end(), end)
    if after.islower():
        return False
    if stop[0][0] != "." or len(stop[0]) > 1:
        return True
    begins = max(text.rfind(" ", max(first, stop.start() - 20), stop.start()) + 1, first)
    word = text[begins : stop.start()].lower().lstrip("(\"“'")
    return word not in _ABBREVIATED and not (len(word) == 1 and word.isalpha())


def _next_letter(text: str, place: int, end: int) -> str:
    while place < end and not text[place].isalnum():
        if text[place] in "“\"'‘(":
            return "A"
        place += 1
    return text[place] if place < end else "A"


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end - start > LONGEST:
        gap = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), 0) or start + LONGEST
        yield start, gap
        start = gap + (text[gap] == " ")
    if start < end:
        yield start, end

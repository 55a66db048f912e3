"""A right-to-left line with Latin words in it becomes runs of one script, each with its place.

The rasteriser takes letters that a font lacks from another one, but only while both make as many glyphs of
the whole line; one ligature is enough, and boxes stand there instead. So each run is a text of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from figures.text import isolated, width

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ARABIC = re.compile(r"[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_TRAILING = re.compile(r"[^A-Za-z\u00c0-\u024f0-9]*\Z")
_LEADING = re.compile(r"\A[^A-Za-z\u00c0-\u024f0-9]*")
# What Noto Sans Arabic has beside its letters; anything else must come from another font.
_COVERED = re.compile(
    r"[ !,\-.0-9:\u00a0«»\u0600-\u06ff\u0750-\u077f\u200b-\u2011\ufb50-\ufdff\ufe70-\ufefc]+"
)

_TIGHTER = 0.965
"""Widths are estimated so that nothing overlaps; runs of one line may stand closer."""
_AFTER_ARABIC = 0.2
"""Short Arabic words may come out wider than estimated."""


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one script; ``right`` is the px where they end on the right, ``latin`` their direction."""

    text: str
    right: float
    latin: bool


def is_mixed(text: str) -> bool:
    """Whether a line has Arabic and signs that no Arabic font has."""
    return bool(_ARABIC.search(text)) and _COVERED.sub("", text) != ""


def runs_of(text: str, right: float, size: float, *, bold: bool = False) -> list[Run]:
    """The runs of a line that starts at ``right`` px, in the order of reading.

    Latin words keep their order from left to right, and the numbers and signs between them; signs at their
    ends belong to the line around them.
    """
    found = []
    for run, latin in _pieces(text):
        kept = run.strip(" ")
        lead = len(run) - len(run.lstrip(" "))
        right -= width(" ", size, bold=bold) * lead
        if kept:
            shown = kept if latin else isolated(kept, "ar")
            found.append(Run(shown, round(right, 1), latin))
            right -= _TIGHTER * width(kept, size, bold=bold) + (0 if latin else _AFTER_ARABIC * size)
        right -= width(" ", size, bold=bold) * (len(run) - lead - len(kept))
    return found


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Stretches of a line in order, and whether each is Latin; what is not has the signs of one font only."""
    found: list[tuple[str, bool]] = []
    for run, latin in _stretches(text):
        if latin:
            found.append((run, True))
        else:
            found += [(part, False) for part in re.split(f"({_COVERED.pattern})", run) if part]
    return found


def _stretches(text: str) -> list[tuple[str, bool]]:
    words = re.findall(r"[^ ]+ *| +", text)
    sides = _sides(words)
    found: list[tuple[str, bool]] = []
    for latin, group in groupby(zip(words, sides, strict=True), key=lambda pair: pair[1]):
        run = "".join(word for word, _ in group)
        if not latin:
            found.append((run, False))
            continue
        start, end = _inner(run)
        found += [
            piece for piece in ((run[:start], False), (run[start:end], True), (run[end:], False)) if piece[0]
        ]
    return found


def _inner(run: str) -> tuple[int, int]:
    """Where the words of a Latin run start and end; a bracket that closes one of its own stays with it."""
    lead, tail = _LEADING.search(run), _TRAILING.search(run)
    start, end = lead.end() if lead else 0, tail.start() if tail else len(run)
    while end < len(run) and run[end] == ")" and run[start:end].count("(") > run[start:end].count(")"):
        end += 1
    return start, end


def _sides(words: list[str]) -> list[bool]:
    """Whether each word is read from left to right: numbers follow what is before, signs need both sides."""
    strong = [True if _LATIN.search(word) else False if _ARABIC.search(word) else None for word in words]
    sides: list[bool] = []
    for index, side in enumerate(strong):
        before = sides[-1] if sides else False
        after = next((later for later in strong[index:] if later is not None), False)
        number = any(letter.isdigit() for letter in words[index])
        sides.append(side if side is not None else before and (number or after))
    return sides

"""A sentence becomes its words, each with where it stands; and a list of phrases finds itself among them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any, Generic, TypeVar

# A word holds apostrophes, hyphens and the dots of "U.N." inside it; every other mark is a word of its own.
_WORD = re.compile(
    r"[A-Za-z][a-z]+(?=[ ,])"  # most words, the short way
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|km)?(?![\w])"
    r"|(?:[A-Z]\.){2,}(?:-\w+)*"
    r"|[\w\u0300-\u036f](?:[\w\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069'’ʻʼ`´-]*[\w\u0300-\u036f])?"
    r"|[^\w\s]"
)
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_APOSTROPHES = str.maketrans("’ʻʼ`´", "'''''")

T = TypeVar("T")


class Word:
    """One word: as written, in small letters with plain apostrophes, and its span in the report's text.

    ``owns`` is true for a possessive, which ``low`` then lacks: "city's" is ``city``.
    """

    __slots__ = ("cap", "end", "low", "owns", "start", "text")

    def __init__(self, text: str, start: int, end: int, low: str, owns: bool = False) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.low = low
        self.owns = owns
        self.cap = text[0].isupper()

    def __repr__(self) -> str:
        return self.text


def words_of(text: str, start: int, end: int) -> list[Word]:
    """The words of ``text[start:end]``."""
    spans = [found.span() for found in _WORD.finditer(text, start, end)]
    low = text[start:end].lower()
    if low.isascii() and "'s" not in low:  # most sentences
        return [Word(text[a:b], a, b, low[a - start : b - start]) for a, b in spans]
    # The sentence in small letters may not line up with it: some letters' small forms are longer.
    return [_word(text[a:b], a, b) for a, b in spans]


def _word(text: str, start: int, end: int) -> Word:
    low = text.lower()
    if not low.isascii():
        low = _INVISIBLE.sub("", low.translate(_APOSTROPHES))
    owns = low.endswith("'s") and len(low) > 2
    return Word(text, start, end, low[:-2] if owns else low, owns)


def without_scare_quotes(words: list[Word]) -> list[Word]:
    """The words without quotation marks around a few of them: have "fully liberated" the town."""
    marks = [at for at, word in enumerate(words) if word.text in _OPENS_AND_CLOSES]
    dropped: set[int] = set()
    for opens, closes in pairwise(marks):
        pair = _OPENS_AND_CLOSES[words[opens].text] == words[closes].text
        inside = words[opens + 1 : closes]
        if (
            pair
            and opens not in dropped
            and 0 < len(inside) <= _FEW
            and all(w.text[0].isalnum() for w in inside)
        ):
            dropped |= {opens, closes}
    return [word for at, word in enumerate(words) if at not in dropped] if dropped else words


_OPENS_AND_CLOSES = {"“": "”", '"': '"', "«": "»", "‘": "’", "”": "", "»": "", "’": ""}
_FEW = 4


@cache
def table(name: str) -> Mapping[str, Any]:
    """One of the word tables beside this file."""
    file = resources.files("claims.reading").joinpath(f"tables/{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def word_set(name: str, *path: str) -> frozenset[str]:
    """A list in a table as a set."""
    found: Any = table(name)
    for key in path:
        found = found[key]
    return frozenset(found)


class Phrases(Generic[T]):
    """Phrases that mean something, found at a place among words: the longest one counts.

    A phrase is words in small letters; "_" in it stands for up to three words of ``fillers``, "a/b" for
    either. Looking is linear in the words and the few phrases that begin alike.
    """

    def __init__(self, fillers: Iterable[str] = ()) -> None:
        self._fillers = frozenset(fillers)
        self._by_first: dict[str, list[tuple[tuple[frozenset[str] | None, ...], T]]] = {}
        self._next: dict[str, frozenset[str]] = {}
        self._alone: dict[str, T] = {}

    def add(self, phrase: str, meaning: T) -> None:
        """Add one phrase; of two that are as long, the first added counts."""
        first, *rest = phrase.split()
        parts = tuple(None if part == "_" else frozenset(part.split("/")) for part in rest)
        for one in first.split("/"):
            mine = self._by_first.setdefault(one, [])
            mine.append((parts, meaning))
            mine.sort(key=lambda entry: -sum(part is not None for part in entry[0]))
            if not parts:
                self._alone.setdefault(one, meaning)
            self._next[one] = self._next.get(one, frozenset()).union(*[part for part in parts if part][:1])

    @property
    def firsts(self) -> frozenset[str]:
        """The words that phrases begin with."""
        return frozenset(self._by_first)

    def may_go_on(self, first: str, behind: Sequence[str]) -> bool:
        """Whether a phrase beginning with a word may go on in those behind it, or is that word alone."""
        return first in self._alone or not self._next[first].isdisjoint(behind)

    def at(self, words: Sequence[Word], place: int) -> tuple[int, T] | None:
        """The longest phrase that begins at a word: (the word behind it, its meaning)."""
        low = words[place].low
        known = self._by_first.get(low)
        if known is None:
            return None
        following = self._next[low]
        if not following or following.isdisjoint([word.low for word in words[place + 1 : place + 5]]):
            alone = self._alone.get(low)
            return None if alone is None else (place + 1, alone)
        for parts, meaning in known:
            end = self._matched(words, place + 1, parts)
            if end:
                return end, meaning
        return None

    def _matched(self, words: Sequence[Word], place: int, parts: Sequence[frozenset[str] | None]) -> int:
        for at, part in enumerate(parts):
            if part is None:
                return self._past_fillers(words, place, parts[at + 1 :])
            if place >= len(words) or words[place].low not in part:
                return 0
            place += 1
        return place

    def _past_fillers(self, words: Sequence[Word], place: int, parts: Sequence[frozenset[str] | None]) -> int:
        """The end of what is left of a phrase behind up to three fillers, as few as will do."""
        for end in range(place, min(place + 3, len(words)) + 1):
            if end > place and words[end - 1].low not in self._fillers:
                return 0
            found = self._matched(words, end, parts)
            if found:
                return found
        return 0


@lru_cache(maxsize=16_384)
def number_of(word: str) -> float | None:
    """The number that a word is: 18, 1,600, "eighteen"; None where it is none."""
    digits = word.replace(",", "")
    if digits[:1].isdigit():
        cleaned = digits.removesuffix("km")
        return float(cleaned) if cleaned.replace(".", "", 1).isdecimal() and len(cleaned) < 10 else None
    if "-" in word:
        return _compound(word)
    named = table("times")["numbers"].get(word)
    return None if named is None or word in ("a", "an") else float(named)


def _compound(word: str) -> float | None:
    numbers = table("times")["numbers"]
    tens, _, ones = word.partition("-")
    if tens in numbers and ones in numbers and numbers[tens] >= 20 > numbers[ones]:
        return float(numbers[tens] + numbers[ones])
    return None


def conjugated(base: str, irregular: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The forms of a verb, each with what it is: base, third (person), past, participle, ing."""
    yield base, "base"
    stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
    doubled = base + base[-1] if base in _DOUBLING else stem
    yield f"{doubled}ing", "ing"
    ending = "ies" if base.endswith("y") and base[-2] not in "aeou" else ""
    yield (
        (base[:-1] + ending if ending else base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s")),
        "third",
    )
    if base in irregular:
        past, participle = irregular[base].split()
        yield past, "past"
        yield participle, "participle"
        return
    past = base[:-1] + "ied" if ending else doubled + "ed"
    yield past, "past"
    yield past, "participle"


_DOUBLING = word_set("grammar", "lists", "doubling")

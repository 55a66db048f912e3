"""A name as somebody wrote it becomes keys under which other spellings of the same name meet.

Four steps, each coarser: the *normalised* text (letters and spaces only), the *plain* key (without articles,
with "mount" and "jabal" made one), the *folded* key (how it sounds, whichever way it was romanised) and the
*skeleton* (its consonants). What tells namesakes apart (north and south, upper and lower, numbers) is kept
beside the keys and never folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import zip_longest

from gazetteer import words

LONGEST_NAME = 200
"""More characters than this are no name; they are refused before any work is done."""


class Family(StrEnum):
    """How names are romanised where the map lies: it decides which letters are taken for the same sound."""

    ARABIC = "arabic"
    SLAVIC = "slavic"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The keys of one written name.

    ``qualifiers`` are the directions, sizes and numbers in it: two names that differ in them are two names,
    however alike the rest. ``native`` is true where it is written in another script than Latin, ``slip``
    where a letter stands three times in a row, which no spelling of a name does.
    """

    plain: str
    folded: str
    skeleton: str
    qualifiers: frozenset[str]
    kinds: frozenset[str]
    native: bool
    slip: bool


def normalised(name: str) -> str:
    """Bring a name to lower-case letters, digits and single spaces, in its own script.

    Unicode NFKC and case folding; no accents, Arabic vowel signs, tatweel, apostrophes, invisible or
    bidirectional characters; hyphens and other marks become spaces; the forms of alef, hamza, ya and ta
    marbuta become one each. Idempotent: ``normalised(normalised(name)) == normalised(name)``.
    """
    for _ in range(4):  # a compatibility form can hide another; two rounds settle it, seldom three
        again = _normalised_once(name)
        if again == name:
            break
        name = again
    return name


def _normalised_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold().translate(_LETTERS)
    kept = "".join(_kept(c) for c in unicodedata.normalize("NFKD", decomposed))
    return " ".join(unicodedata.normalize("NFKC", kept).split())


@lru_cache(maxsize=4096)
def _kept(character: str) -> str:
    if character in _DROPPED:
        return ""
    category = unicodedata.category(character)
    if category[0] == "L":
        return character
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "" if category in ("Mn", "Me", "Cf", "Lm", "Sk") else " "


_DROPPED = frozenset("'`´‘’‚‛′ʹʻʼʽʾʿˈˊˋ\u0640\u0621ʺ\u044c\u044a")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("ىیېئ", "ي"),
        **dict.fromkeys("ک", "ك"),
        **dict.fromkeys("ؤ", "و"),
        **dict.fromkeys("ةهۀەھہ", "ه"),
        "ş": "sh",
        "Ş": "Sh",
        "š": "sh",
        "Š": "Sh",
        "č": "ch",
        "Č": "Ch",
        "ž": "zh",
        "Ž": "Zh",
        "ç": "ch",
        "Ç": "Ch",
        "ı": "i",
        "ł": "l",
        "Ł": "L",
    }
)


def spelling(name: str, family: Family = Family.ARABIC) -> Spelling:
    """Work out the keys of a name as written, in any script."""
    text = normalised(name)
    tokens = [_roman(token, family) for token in _without_articles(text.split(), family)]
    qualifiers, core = _split(_without_idle_words([t for t in tokens if t], family), family)
    kinds = frozenset(k for t in core if (k := _kind(t, family)))
    core = _kind_first([_kind(t, family) or t for t in core], kinds)
    folded = _folded(core, family)
    slip = _THREE_TIMES.search(text) is not None
    return Spelling("".join(core), folded, _skeleton(folded), qualifiers, kinds, not text.isascii(), slip)


def family_of(names: Iterable[str]) -> Family:
    """Tell the family from the scripts of the names: Slavic where Cyrillic ones lead, else Arabic."""
    cyrillic = arabic = 0
    for name in names:
        letter = next((c for c in name if c.isalpha()), "")
        cyrillic += "\u0400" <= letter <= "\u052f"
        arabic += "\u0600" <= letter <= "\u06ff"
    return Family.SLAVIC if cyrillic > arabic else Family.ARABIC


def _without_articles(tokens: list[str], family: Family) -> list[str]:
    if family is not Family.ARABIC:
        return tokens
    kept: list[str] = []
    for token, following in zip_longest(tokens, tokens[1:], fillvalue=""):
        if not _is_article(token, following):
            kept.append(_without_script_article(token))
    return kept


def _is_article(token: str, following: str) -> bool:
    if not following:
        return False
    return token in _ARTICLES or (token in _ASSIMILATED and following[0] in token[1:])


def _without_script_article(token: str) -> str:
    return token[2:] if token.startswith("ال") and len(token) > 4 else token


_ARTICLES = frozenset(words.ARTICLES.split())
_ASSIMILATED = frozenset(words.ASSIMILATED.split())


@lru_cache(maxsize=65536)
def _roman(token: str, family: Family) -> str:
    """Romanise one token; Latin letters stay, digits stay, ``87th`` becomes ``87``."""
    from anyascii import anyascii

    if token.isascii():
        ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th|e|er|eme|inci|nci|uncu|\.)", token)
        return ordinal.group(1) if ordinal else token
    romanised = anyascii(token.translate(_LONG_VOWELS) if family is Family.ARABIC else token)
    return re.sub(r"[^a-z0-9]", "", romanised.lower())


_LONG_VOWELS = str.maketrans({"ا": "a", "و": "w", "ي": "y", "ع": ""})


def _without_idle_words(tokens: list[str], family: Family) -> list[str]:
    kept = [t for t in tokens if t not in _idle_words(family)]
    return kept or tokens


@cache
def _idle_words(family: Family) -> frozenset[str]:
    settlements = words.SLAVIC_SETTLEMENT_WORDS if family is Family.SLAVIC else words.SETTLEMENT_WORDS
    return frozenset(_roman(normalised(w), family) for w in f"{settlements} {words.SMALL_WORDS}".split())


def _split(tokens: list[str], family: Family) -> tuple[frozenset[str], list[str]]:
    """Part what tells namesakes apart from the rest; a name made of such words only is its own rest."""
    marks = [(_qualifier(t, family), t) for t in tokens]
    core = [t for mark, t in marks if not mark]
    if not core:
        return frozenset(), tokens
    return frozenset(mark for mark, _ in marks if mark), core


@lru_cache(maxsize=65536)
def _qualifier(token: str, family: Family) -> str:
    if token.isdigit():
        return token.lstrip("0") or "0"
    return _qualifiers(family).get(_key(token, family), "")


@lru_cache(maxsize=65536)
def _kind(token: str, family: Family) -> str:
    return _kinds(family).get(token, "")


@cache
def _qualifiers(family: Family) -> dict[str, str]:
    table = words.SLAVIC_QUALIFIERS if family is Family.SLAVIC else words.QUALIFIERS
    return {_key(word, family): meaning for meaning, word in _meanings(table, family)}


@cache
def _kinds(family: Family) -> dict[str, str]:
    return (
        {word: meaning for meaning, word in _meanings(words.KINDS, family)} if family is Family.ARABIC else {}
    )


def _meanings(table: dict[str, str], family: Family) -> Iterator[tuple[str, str]]:
    """Every word of a table, romanised, with its meaning."""
    for meaning, written in table.items():
        for word in written.split():
            yield meaning, _roman(normalised(word), family)


def _key(token: str, family: Family) -> str:
    """One or two letters stay as they are: ``n`` is north, ``sw`` is south-west."""
    return token if len(token) < 3 else _fold(token, family)


def _kind_first(core: list[str], kinds: frozenset[str]) -> list[str]:
    """Put a kind that is named last first, as Arabic does: ``Samman Hill``, ``tall samman``."""
    return [core[-1], *core[:-1]] if len(core) > 1 and core[-1] in kinds else core


def _folded(core: list[str], family: Family) -> str:
    inner = "".join(_construct(_fold(token, family), family) for token in core[:-1])
    return _DOUBLED.sub(r"\1", inner + _fold(core[-1], family)) if core else ""


def _construct(folded: str, family: Family) -> str:
    """Drop the -t that an Arabic feminine noun takes before another: ``Khirbat``, ``Khirbah``."""
    return folded[:-1] if family is Family.ARABIC and folded.endswith("at") and len(folded) > 4 else folded


@lru_cache(maxsize=65536)
def _fold(token: str, family: Family) -> str:
    """Write a romanised word by sound; capital letters stand for sounds of two letters."""
    digraphs, letters = _SOUNDS[family]
    if family is Family.ARABIC and token.startswith("rh"):  # French: Rharbi for Gharbi
        token = "gh" + token[2:]
    for written, sound in digraphs:
        token = token.replace(written, sound)
    token = _DOUBLED.sub(r"\1", token.translate(letters))
    return _ENDINGS[family].sub("", token)


def _skeleton(folded: str) -> str:
    return folded.translate(_NO_VOWELS)


_THREE_TIMES = re.compile(r"([a-z])\1\1")
_DOUBLED = re.compile(r"(.)\1+")
_ENDINGS = {
    Family.ARABIC: re.compile(r"(?<=..)h$"),
    Family.SLAVIC: re.compile(r"(?<=..)(?:ie|ii|oi|oe|ai|ei|ee|i|e|a|o)$"),
}
_NO_VOWELS = str.maketrans("", "", "aeiou")
_ARABIC_SOUNDS = (
    ("dsch", "j"), ("tsch", "S"), ("sch", "S"), ("tch", "S"), ("dzh", "j"), ("dj", "j"), ("dz", "j"),
    ("sh", "S"), ("ch", "S"), ("sz", "S"), ("kh", "X"), ("gh", "G"), ("th", "t"), ("dh", "d"),
    ("ph", "f"), ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
)  # fmt: skip
_SLAVIC_SOUNDS = (
    ("shch", "S"), ("szcz", "S"), ("sch", "S"), ("sh", "S"), ("sz", "S"), ("ch", "C"), ("cz", "C"),
    ("zh", "Z"), ("rz", "Z"), ("kh", "h"), ("ts", "c"), ("yo", "o"), ("io", "o"), ("ye", "e"), ("ie", "e"),
    ("je", "e"), ("ya", "a"), ("ia", "a"), ("ja", "a"), ("yu", "u"), ("iu", "u"), ("ju", "u"), ("yi", "i"),
    ("ks", "x"),
)  # fmt: skip
_SOUNDS = {
    Family.ARABIC: (_ARABIC_SOUNDS, str.maketrans("qcpvwyeog", "kjbuuiauG")),
    Family.SLAVIC: (_SLAVIC_SOUNDS, str.maketrans("gwyj", "hvii")),
}

"""A name as somebody wrote it becomes keys under which other spellings of the same name meet.

Four steps, each coarser: the *normalised* text (letters and spaces only), the *plain* key (without articles,
with "mount" and "jabal" made one), the *folded* key (how it sounds, whichever way it was romanised) and the
*skeleton* (its consonants). What tells namesakes apart (north and south, upper and lower, numbers) is kept
beside the keys and never folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from gazetteer import words

LONGEST_NAME = 200
"""More characters than this are no name; they are refused before any work is done."""


class Family(StrEnum):
    """How names are romanised where the map lies: it decides which letters are taken for the same sound."""

    ARABIC = "arabic"
    SLAVIC = "slavic"


class Spelling(NamedTuple):
    """The keys of one written name.

    ``qualifiers`` are the directions, sizes and numbers in it: two names that differ in them are two names,
    however alike the rest. ``native`` is true where it is written in another script than Latin, ``slip``
    where a letter stands three times in a row, which no spelling of a name does.
    """

    text: str
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
    if name.isascii():
        return " ".join(name.translate(_CHARACTERS).split())
    name = unicodedata.normalize("NFC", name)
    if ("ş" in name or "Ş" in name) and _SCHOLARLY.search(name):
        name = name.replace("ş", "s").replace("Ş", "S")
    return unicodedata.normalize("NFC", " ".join(name.translate(_CHARACTERS).split()))


_SCHOLARLY = re.compile("[āīūḩţḑẕĀĪŪḨŢḐẔ‘]|[kgdst]h|a[yw]|ah(?![a-z])")
"""Letters of the map makers' romanisation of Arabic, whose ş is a heavy s; elsewhere it is the Turkish sh."""


class _Characters(dict[int, str]):
    """What each character becomes, worked out when it is first met: ``str.translate`` takes it as a table."""

    def __missing__(self, code: int) -> str:
        text = chr(code)
        for _ in range(4):  # a compatibility form can hide another; two rounds settle it, seldom three
            text, before = _normalised_once(text), text
            if text == before:
                break
        self[code] = text
        return text


def _normalised_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold().translate(_LETTERS)
    kept = "".join(_kept(c) for c in unicodedata.normalize("NFKD", decomposed))
    return unicodedata.normalize("NFKC", kept)


def _kept(character: str) -> str:
    if character in _DROPPED:
        return ""
    category = unicodedata.category(character)
    if category[0] == "L":
        return character
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "" if category in ("Mn", "Me", "Cf", "Lm", "Sk") else " "


_CHARACTERS = _Characters()
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
        "ё": "йо",
        "Ё": "Йо",
        "ł": "l",
        "Ł": "L",
    }
)


def spelling(name: str, family: Family = Family.ARABIC) -> Spelling:
    """Work out the keys of a name as written, in any script."""
    return spelling_of(normalised(name), family)


def spelling_of(text: str, family: Family) -> Spelling:
    """Work out the keys of a name that is normalised already."""
    written = _words(text.split(), family)
    qualifiers, core = _split(written) if len(written) > 1 else (_NONE, written)
    kinds = frozenset([w.kind for w in core if w.kind]) or _NONE
    if kinds and len(core) > 1 and core[-1].kind:  # as Arabic does: ``Samman Hill`` is ``tall samman``
        core = [core[-1], *core[:-1]]
    plain = "".join([w.kind or w.roman for w in core])
    folded = _folded(core)
    slip = _THREE_TIMES.search(text) is not None
    skeleton = folded.translate(_NO_VOWELS)
    return Spelling(text, plain, folded, skeleton, qualifiers, kinds, not text.isascii(), slip)


def _words(tokens: list[str], family: Family) -> list[_Word]:
    """Take up the words of a name, without articles, and without idle words where others are left."""
    said = [_word(token, family) for token in tokens]
    if len(said) < 2:
        return [w for w in said if w.roman]
    said = [
        w for w, after in zip(said, [*tokens[1:], ""], strict=True) if w.roman and not _is_article(w, after)
    ]
    return [w for w in said if not w.idle] or said


def _is_article(word: _Word, following: str) -> bool:
    return word.article != "" and following != "" and (word.article == "*" or following[0] in word.article)


class _Word(NamedTuple):
    """What one word of a name is: its Latin letters, its sound alone and before another word, its meaning."""

    roman: str
    folded: str
    inner: str
    qualifier: str
    kind: str
    idle: bool
    article: str


@lru_cache(maxsize=1 << 17)
def _word(token: str, family: Family) -> _Word:
    roman = _roman(_without_script_article(token) if family is Family.ARABIC else token, family)
    kind = _kinds(family).get(roman, "")
    sound = _fold(roman, family)
    folded = _fold(kind, family) if kind else sound
    qualifier = _qualifier(roman, sound, family)
    inner, idle = _construct(folded, family), roman in _idle_words(family)
    return _Word(roman, folded, inner, qualifier, kind, idle, _article(token, family))


def _article(token: str, family: Family) -> str:
    """Say before which letters a word is an Arabic article: ``*`` for any, empty for none."""
    if family is not Family.ARABIC:
        return ""
    if token in _ARTICLES:
        return "*"
    return token[1:] if token in _ASSIMILATED else ""


_NONE: frozenset[str] = frozenset()


def _split(written: list[_Word]) -> tuple[frozenset[str], list[_Word]]:
    """Part what tells namesakes apart from the rest; a name made of such words only is its own rest."""
    core = [w for w in written if not w.qualifier]
    if not core or len(core) == len(written):
        return _NONE, written
    return frozenset(w.qualifier for w in written if w.qualifier), core


def _folded(core: list[_Word]) -> str:
    if not core:
        return ""
    if len(core) == 1:
        return core[0].folded
    return _single("".join([w.inner for w in core[:-1]]) + core[-1].folded)


def _single(text: str) -> str:
    """Write double letters once."""
    return _DOUBLED.sub(_FIRST_LETTER, text) if _DOUBLED.search(text) else text


def script_of(name: str) -> str:
    """Say which script the first letter of a name is in: latin, arabic, cyrillic or other; empty for none."""
    first = name[:1]
    letter = first if first.isalpha() else next((c for c in name if c.isalpha() and c not in _SIGNS), "")
    if letter < "\u0250":
        return "latin" if letter else ""
    return next((script for first, end, script in _SCRIPTS if first <= letter < end), "other")


_SIGNS = frozenset("ʰʱʲʹʺʻʼʽʾʿˀˁˈˊˋ")
_SCRIPTS = (
    ("\u0600", "\u0780", "arabic"),
    ("\u0400", "\u0530", "cyrillic"),
    ("\u1e00", "\u1f00", "latin"),
)


def family_of(names: Iterable[str]) -> Family:
    """Tell the family from the scripts of the names: Slavic where Cyrillic ones lead, else Arabic."""
    scripts = Counter(script_of(name) for name in names)
    return Family.SLAVIC if scripts["cyrillic"] > scripts["arabic"] else Family.ARABIC


def _without_script_article(token: str) -> str:
    return token[2:] if token.startswith("ال") and len(token) > 4 else token


_ARTICLES = frozenset(words.ARTICLES.split())
_ASSIMILATED = frozenset(words.ASSIMILATED.split())


def _roman(token: str, family: Family) -> str:
    """Romanise one token; Latin letters stay, digits stay, ``87th`` becomes ``87``."""
    from anyascii import anyascii

    if token.isascii():
        if token.isalpha():
            return token
        ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th|e|er|eme|inci|nci|uncu|\.)", token)
        return ordinal.group(1) if ordinal else token
    romanised = anyascii(token.translate(_LONG_VOWELS if family is Family.ARABIC else _CYRILLIC))
    lower = romanised.lower()
    return lower if lower.isalnum() and lower.isascii() else re.sub(r"[^a-z0-9]", "", lower)


_CYRILLIC = str.maketrans(
    {
        "г": "h",
        "ґ": "g",
        "и": "y",
        "і": "i",
        "є": "ye",
        "ю": "yu",
        "я": "ya",
        "х": "kh",
        "щ": "shch",
        "ы": "y",
    }
)
_LONG_VOWELS = str.maketrans({"ا": "a", "و": "w", "ي": "y", "ع": ""})


@cache
def _idle_words(family: Family) -> frozenset[str]:
    settlements = words.SLAVIC_SETTLEMENT_WORDS if family is Family.SLAVIC else words.SETTLEMENT_WORDS
    return frozenset(_roman(normalised(w), family) for w in f"{settlements} {words.SMALL_WORDS}".split())


def _qualifier(roman: str, sound: str, family: Family) -> str:
    if roman.isdigit():
        return roman.lstrip("0") or "0"
    return _qualifiers(family).get(roman if len(roman) < 3 else sound, "")


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


def _construct(folded: str, family: Family) -> str:
    """Drop the -t that an Arabic feminine noun takes before another: ``Khirbat``, ``Khirbah``."""
    return folded[:-1] if family is Family.ARABIC and folded.endswith("at") and len(folded) > 4 else folded


def _fold(token: str, family: Family) -> str:
    """Write a romanised word by sound; capital letters stand for sounds of two letters."""
    digraphs, letters = _SOUNDS[family]
    if family is Family.ARABIC and token.startswith("rh"):  # French: Rharbi for Gharbi
        token = "gh" + token[2:]
    for written, sound in digraphs:
        if written in token:
            token = token.replace(written, sound)
    token = _single(token.translate(letters))
    if family is Family.ARABIC:
        return token[:-1] if token.endswith("h") and len(token) > 2 else token
    return _NEW_SYLLABLE.sub(r"ov\1", _SLAVIC_ENDING.sub("", token))


_THREE_TIMES = re.compile(r"([a-z])\1\1")
_DOUBLED = re.compile(r"(.)\1+")
_FIRST_LETTER = itemgetter(1)
_SLAVIC_ENDING = re.compile(r"(?<=..)(?:ie|ii|oi|oe|ai|ei|ee|i|e|a|o)$")
_NEW_SYLLABLE = re.compile(r"(?<=..)[ieu]v(k?)$")
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
    ("ks", "x"), ("tz", "c"), ("ou", "u"),
)  # fmt: skip
_SOUNDS = {
    Family.ARABIC: (_ARABIC_SOUNDS, str.maketrans("qcpvwyeog", "kjbuuiauG")),
    Family.SLAVIC: (_SLAVIC_SOUNDS, str.maketrans("gwyj", "hvii")),
}

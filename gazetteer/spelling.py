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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from gazetteer import words

LONGEST_NAME = 200
"""More characters than this are no name; they are refused before any work is done."""

TOGETHER = 1 << 15
"""So many names are read in one sweep."""


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
    return normalised_all((name,))[0]


def normalised_all(names: Sequence[str]) -> list[str]:
    """Do as ``normalised`` does for many names: one a line, so that each rule runs once over all of them."""
    plain = [name for name in names if name.isascii()]
    if 0 < len(plain) < len(names):  # those of plain letters alone are swept much faster
        rest = [name for name in names if not name.isascii()]
        found = dict(zip(plain, _swept(plain), strict=True)) | dict(zip(rest, _swept(rest), strict=True))
        return [found[name] for name in names]
    return _swept(names)


def _swept(names: Sequence[str]) -> list[str]:
    text = "\n".join(names)
    if text.count("\n") >= len(names):
        text = "\n".join([name.replace("\n", " ") for name in names])
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if "ş" in text or "Ş" in text:
            text = "\n".join([_with_heavy_s(name) for name in text.split("\n")])
    text = unicodedata.normalize("NFC", text.translate(_CHARACTERS))
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace("\n ", "\n").replace(" \n", "\n").strip(" ").split("\n")


def _with_heavy_s(name: str) -> str:
    return name.replace("ş", "s").replace("Ş", "S") if _SCHOLARLY.search(name) else name


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


_CHARACTERS = _Characters({ord("\n"): "\n"})
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
    text = normalised(name)
    return _spelled(text, {token: _word(token, family) for token in text.split()})


def spellings(texts: Sequence[str], family: Family) -> Iterator[Spelling]:
    """Do as ``spelling`` does for many names that are normalised already, their words read together."""
    for start in range(0, len(texts), TOGETHER):
        part = texts[start : start + TOGETHER]
        known = _words_of(set(" ".join(part).split()), family)
        for text in part:
            yield _spelled(text, known)


def _spelled(text: str, known: Mapping[str, _Word]) -> Spelling:
    slip, native = _THREE_TIMES.search(text) is not None, not text.isascii()
    only = known.get(text)
    if only is not None and not only.is_special:
        return Spelling(text, only.roman, only.folded, only.skeleton, _NONE, _NONE, native, slip)
    tokens = text.split()
    said = [known[token] for token in tokens]
    if any(w.is_special for w in said):
        return Spelling(text, *_with_special(tokens, said), native, slip)
    folded = _folded(said)
    plain = "".join([w.roman for w in said])
    return Spelling(text, plain, folded, folded.translate(_NO_VOWELS), _NONE, _NONE, native, slip)


def _with_special(
    tokens: list[str], said: list[_Word]
) -> tuple[str, str, str, frozenset[str], frozenset[str]]:
    """Work out the keys of a name with words that say north or mount, or that carry nothing."""
    core = _without_small_words(said, tokens)
    qualifiers, core = _split(core) if len(core) > 1 else (_NONE, core)
    kinds = frozenset(found) if (found := [w.kind for w in core if w.kind]) else _NONE
    if kinds and len(core) > 1 and core[-1].kind:  # as Arabic does: ``Samman Hill`` is ``tall samman``
        core = [core[-1], *core[:-1]]
    plain = "".join([w.kind or w.roman for w in core])
    folded = _folded(core)
    return plain, folded, folded.translate(_NO_VOWELS), qualifiers, kinds


def _without_small_words(said: list[_Word], tokens: list[str]) -> list[_Word]:
    """Leave out articles, and idle words where others are left."""
    if len(said) == 1:
        return said
    said = [
        w for w, after in zip(said, [*tokens[1:], ""], strict=True) if w.roman and not _is_article(w, after)
    ]
    return [w for w in said if not w.idle] or said


def _is_article(word: _Word, following: str) -> bool:
    return word.article != "" and following != "" and (word.article == "*" or following[0] in word.article)


class _Word(NamedTuple):
    """What one word of a name is: its Latin letters, its sound, consonants, meaning.

    ``inner`` is its sound before another word; a word is special where more than its letters counts.
    """

    roman: str
    folded: str
    skeleton: str
    inner: str
    qualifier: str = ""
    kind: str = ""
    idle: bool = False
    article: str = ""
    is_special: bool = False


@lru_cache(maxsize=1 << 17)
def _word(token: str, family: Family) -> _Word:
    return _words_of((token,), family)[token]


def _words_of(tokens: Collection[str], family: Family) -> dict[str, _Word]:
    """Read distinct words, one a line, so that each rule runs once over all of them."""
    if not tokens:
        return {}
    is_arabic = family is Family.ARABIC
    romans = _romans([_without_script_article(t) for t in tokens] if is_arabic else tokens, family)
    sounds = _folds(romans, family)
    skeletons = "\n".join(sounds).translate(_NO_VOWELS).split("\n")
    by_letters, by_sound = _marked(family)
    found = {}
    for token, roman, sound, skeleton in zip(tokens, romans, sounds, skeletons, strict=True):
        if roman in by_letters or sound in by_sound or roman[:1] <= "9" or (is_arabic and _article(token)):
            found[token] = _marked_word(token, roman, sound, family)
        else:
            inner = _construct(sound) if is_arabic else sound
            found[token] = _Word(roman, sound, skeleton, inner)
    return found


def _marked_word(token: str, roman: str, sound: str, family: Family) -> _Word:
    """Read a word that may say north or mount, or carry nothing."""
    kind = _kinds(family).get(roman, "")
    folded = _sound(kind, family) if kind else sound
    key = roman if len(roman) < 3 else sound
    qualifier = (roman.lstrip("0") or "0") if roman.isdigit() else _qualifiers(family).get(key, "")
    idle = roman in _idle_words(family)
    is_arabic = family is Family.ARABIC
    inner, article = (_construct(folded), _article(token)) if is_arabic else (folded, "")
    special = not roman or idle or bool(qualifier or kind or article)
    skeleton = folded.translate(_NO_VOWELS)
    return _Word(roman, folded, skeleton, inner, qualifier, kind, idle, article, special)


@cache
def _marked(family: Family) -> tuple[frozenset[str], frozenset[str]]:
    """Give the words that may say more than their letters: those known by letters, and by sound."""
    return frozenset(_kinds(family)) | _idle_words(family) | frozenset(_qualifiers(family)), frozenset(
        _qualifiers(family)
    )


def _article(token: str) -> str:
    """Say before which letters a word is an Arabic article: ``*`` for any, empty for none."""
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


def _romans(tokens: Iterable[str], family: Family) -> list[str]:
    """Romanise words; Latin letters stay, digits stay, ``87th`` becomes ``87``."""
    text = _ORDINAL.sub(r"\1", "\n".join(tokens))
    return (text if text.isascii() else text.translate(_ROMAN[family])).split("\n")


_ORDINAL = re.compile(r"^([0-9]+)(?:st|nd|rd|th|e|er|eme|inci|nci|uncu)$", re.MULTILINE)


class _Roman(dict[int, str]):
    """What each letter is in Latin letters, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        from anyascii import anyascii

        found = self[code] = "".join(c for c in anyascii(chr(code)).lower() if c in _LATIN)
        return found


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
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
_ROMAN = {
    Family.ARABIC: _Roman({**_LONG_VOWELS, ord("\n"): "\n"}),
    Family.SLAVIC: _Roman({**_CYRILLIC, ord("\n"): "\n"}),
}


@cache
def _idle_words(family: Family) -> frozenset[str]:
    settlements = words.SLAVIC_SETTLEMENT_WORDS if family is Family.SLAVIC else words.SETTLEMENT_WORDS
    return frozenset(_romans(normalised_all(f"{settlements} {words.SMALL_WORDS}".split()), family))


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
        for roman in _romans(normalised_all(written.split()), family):
            yield meaning, roman


def _key(token: str, family: Family) -> str:
    """One or two letters stay as they are: ``n`` is north, ``sw`` is south-west."""
    return token if len(token) < 3 else _sound(token, family)


def _construct(folded: str) -> str:
    """Drop the -t that an Arabic feminine noun takes before another: ``Khirbat``, ``Khirbah``."""
    return folded[:-1] if folded.endswith("at") and len(folded) > 4 else folded


@cache
def _sound(token: str, family: Family) -> str:
    return _folds((token,), family)[0]


def _folds(romans: Iterable[str], family: Family) -> list[str]:
    """Write romanised words by sound; capital letters stand for sounds of two letters."""
    digraphs, letters = _SOUNDS[family]
    text = "\n".join(romans)
    if family is Family.ARABIC:
        text = _FRENCH.sub("gh", text)
    for written, sound in digraphs:
        text = text.replace(written, sound)
    text = _single(text.translate(letters))
    if family is Family.ARABIC:
        return _LAST_H.sub("", text).split("\n")
    return _NEW_SYLLABLE.sub(r"ov\1", _SLAVIC_ENDING.sub("", text)).split("\n")


_FRENCH = re.compile("^rh", re.MULTILINE)
"""Rharbi for Gharbi."""

_LAST_H = re.compile("(?<=..)h$", re.MULTILINE)
_THREE_TIMES = re.compile(r"([a-z])\1\1")
_DOUBLED = re.compile(r"(.)\1+")
_FIRST_LETTER = itemgetter(1)
_SLAVIC_ENDING = re.compile(r"(?<=..)(?:ie|ii|oi|oe|ai|ei|ee|i|e|a|o)$", re.MULTILINE)
_NEW_SYLLABLE = re.compile(r"(?<=..)[ieu]v(k?)$", re.MULTILINE)
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

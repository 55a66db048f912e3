"""How alike two spellings are, measured in small readable ways and weighed into one figure.

Every measure is a number between a written name and one name of a place; ``MEASURES`` says what each one
means. Their weights stand in coefficients.toml, with how they were fitted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gazetteer.spelling import Family, Spelling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Figures = NDArray[np.float64]

MEASURES: dict[str, str] = {
    "text": "how much of the normalised text differs, 0 to 1",
    "same_text": "1 where the normalised text is the same",
    "letters": "how much of the letters differs, articles aside and kinds made one word, 0 to 1",
    "letters_by_length": "the same, times the logarithm of the name's length",
    "sound": "how much of the sound differs, 0 to 1",
    "sound_edits": "letters of the sound to change, swap, add or leave out",
    "same_sound": "1 where the sound is the same",
    "same_sound_by_length": "the same, times the logarithm of the name's length",
    "opening": "how much the sound differs, its first letters counting most (Jaro-Winkler), 0 to 1",
    "longer": "by how many letters of sound one is longer",
    "consonants": "how much of the consonants differs, 0 to 1",
    "consonant_edits": "consonants to change, swap, add or leave out",
    "same_consonants": "1 where the consonants are the same",
    "same_consonants_by_length": "the same, times the logarithm of their number",
    "rough_consonants": "how much differs where kindred consonants (s and z, k and g) are one, 0 to 1",
    "first_consonant": "1 where the first consonants differ",
    "ending": "1 where the last vowel (the gender or number of the name) differs",
    "one_qualified": "1 where only one of the two says north, upper, great, 87 and the like",
    "other_qualifier": "1 where they say different ones",
    "one_kind": "1 where only one of the two says mount, hill, bridge and the like",
    "other_kind": "1 where they say different ones",
    "other_script": "1 where one is in Latin letters and the other is not",
    "first_name": "1 where it is the place's first name, not a variant",
    "first_name_sound": "how much the sound differs from the place's first name, 0 to 1",
    "first_name_ending": "1 where the ending differs from the first name's",
    "first_name_qualifier": "1 where what it says of north, upper, 87 differs from the first name's",
    "agreeing_names": "logarithm of 1 + how many names of the place sound nearly the same",
    "listed_names": "logarithm of 1 + how many names the place has",
    "listed_native": "1 where the name is not in Latin letters and the place has such names",
    "listed_latin": "1 where the name is in Latin letters and the place has such names",
    "population": "decimal logarithm of 1 + the population",
}
"""Every measure, with its meaning; the order is that of the columns."""

_NUMBER = {name: number for number, name in enumerate(MEASURES)}
_NEARLY = 0.2

_ROUGH = {
    Family.ARABIC: str.maketrans({"X": "h", "G": "k", "g": "k", "j": "k", "z": "s", "f": "b", "h": ""}),
    Family.SLAVIC: str.maketrans(
        {
            "C": "h", "G": "h", "k": "h", "Z": "S", "c": "S", "s": "S", "z": "S", "d": "t", "b": "p",
            "f": "v", "j": "",
        }
    ),
}  # fmt: skip
_LAST_VOWEL = {
    # In Arabic letters only the -h of the feminine ending tells of its -a: tmymh is Tamimah.
    Family.ARABIC: re.compile("(?:(?P<a>[ae]h?|(?<![kgsctdz])h)|(?P<i>[iy])|(?P<o>[uwo]))$"),
    Family.SLAVIC: re.compile(
        "(?:(?P<a>aya|aia|aja|ya|ia|ja|a)|(?P<o>oye|oie|oje|oe|ye|ee|ie|je|e|o)"
        "|(?P<i>yy|iy|yi|ii|ij|yj|oy|oi|oj|y|i))$"
    ),
}


def measured(asked: Spelling, known: Sequence[Spelling], family: Family) -> Figures:
    """Measure a name against names, one row each; what depends on their places is left at 0."""
    import numpy as np

    figures = np.zeros((len(known), len(MEASURES)))
    _measure_letters(figures, asked, known)
    _measure_sound(figures, asked, known)
    _measure_consonants(figures, asked, known, family)
    _measure_words(figures, asked, known)
    ending = last_vowel(asked, family)
    _put(figures, "ending", [last_vowel(k, family) != ending for k in known])
    return figures


def _measure_letters(figures: Figures, asked: Spelling, known: Sequence[Spelling]) -> None:
    import numpy as np

    _put(figures, "text", _gaps(asked.text, [k.text for k in known]))
    _put(figures, "same_text", figures[:, _NUMBER["text"]] == 0)
    letters = _gaps(asked.plain, [k.plain for k in known])
    _put(figures, "letters", letters)
    _put(figures, "letters_by_length", letters * np.log(max(len(asked.folded), 1)))


def _measure_sound(figures: Figures, asked: Spelling, known: Sequence[Spelling]) -> None:
    import numpy as np
    from rapidfuzz.distance import OSA, JaroWinkler

    sounds = [k.folded for k in known]
    gaps = _gaps(asked.folded, sounds)
    same = gaps == 0
    _put(figures, "sound", gaps)
    _put(figures, "same_sound", same)
    _put(figures, "same_sound_by_length", same * np.log(max(len(asked.folded), 1)))
    _put(figures, "sound_edits", _against(asked.folded, sounds, OSA.distance))
    _put(figures, "opening", _against(asked.folded, sounds, JaroWinkler.distance))
    _put(figures, "longer", [abs(len(sound) - len(asked.folded)) for sound in sounds])


def _measure_consonants(figures: Figures, asked: Spelling, known: Sequence[Spelling], family: Family) -> None:
    import numpy as np
    from rapidfuzz.distance import OSA

    theirs = [k.skeleton for k in known]
    gaps = _gaps(asked.skeleton, theirs)
    same = gaps == 0
    _put(figures, "consonants", gaps)
    _put(figures, "same_consonants", same)
    _put(figures, "same_consonants_by_length", same * np.log(max(len(asked.skeleton), 1)))
    _put(figures, "consonant_edits", _against(asked.skeleton, theirs, OSA.distance))
    _put(figures, "first_consonant", [c[:1] != asked.skeleton[:1] for c in theirs])
    rough = _ROUGH[family]
    _put(
        figures,
        "rough_consonants",
        _gaps(asked.skeleton.translate(rough), [c.translate(rough) for c in theirs]),
    )


def _measure_words(figures: Figures, asked: Spelling, known: Sequence[Spelling]) -> None:
    said, kinds = asked.qualifiers, asked.kinds
    _put(figures, "one_qualified", [bool(k.qualifiers) != bool(said) for k in known])
    _put(figures, "other_qualifier", [bool(k.qualifiers and said) and k.qualifiers != said for k in known])
    _put(figures, "one_kind", [bool(k.kinds) != bool(kinds) for k in known])
    _put(figures, "other_kind", [bool(k.kinds and kinds) and k.kinds != kinds for k in known])
    _put(figures, "other_script", [k.native != asked.native for k in known])


def first_names_measured(
    asked: Spelling, known: Sequence[Spelling], family: Family
) -> tuple[Figures, NDArray[np.bool_], NDArray[np.bool_]]:
    """Measure a name against first names: how much the sound differs, whether ending and qualifier do."""
    import numpy as np

    ending = last_vowel(asked, family)
    endings = np.array([last_vowel(k, family) != ending for k in known], bool)
    qualifiers = np.array([k.qualifiers != asked.qualifiers for k in known], bool)
    return _gaps(asked.folded, [k.folded for k in known]), endings, qualifiers


def nearly_the_same(figures: Figures) -> NDArray[np.bool_]:
    """Tell which of the measured names sound nearly the same and say nothing else of north or upper."""
    column = figures[:, _NUMBER["sound"]] <= _NEARLY
    qualified = figures[:, _NUMBER["one_qualified"]] + figures[:, _NUMBER["other_qualifier"]]
    agreeing: NDArray[np.bool_] = column & (qualified == 0)
    return agreeing


def put_measure(figures: Figures, name: str, values: Any) -> None:  # noqa: ANN401 - whatever numpy takes
    """Set one measure in every row."""
    figures[:, _NUMBER[name]] = values


_put = put_measure


def last_vowel(name: Spelling, family: Family) -> str:
    """Say whether a name ends on an a, an i or an o, however it is spelled; empty for a consonant."""
    return _last_vowel(name.plain[-3:], family)


@lru_cache(maxsize=1 << 15)
def _last_vowel(end: str, family: Family) -> str:
    found = _LAST_VOWEL[family].search(end)
    return found.lastgroup or "" if found else ""


def weights(family: Family, native: bool) -> Figures:
    """Give the weights of the measures for names in Latin letters, or in the family's own script."""
    return _weights(family, native)


@cache
def _weights(family: Family, native: bool) -> Figures:
    import numpy as np

    table = coefficients()[family.value]["native" if native else "latin"]
    return np.array([table[name] for name in MEASURES])


@cache
def coefficients() -> dict[str, Any]:
    """Read coefficients.toml: the weights of the measures, and how evidence becomes a probability."""
    return tomllib.loads(files("gazetteer").joinpath("coefficients.toml").read_text(encoding="utf-8"))


def _gaps(asked: str, known: Sequence[str]) -> Figures:
    from rapidfuzz import fuzz

    return 1 - _against(asked, known, fuzz.ratio) / 100


def _against(asked: str, known: Sequence[str], scorer: Any) -> Figures:  # noqa: ANN401 - rapidfuzz's scorers
    import numpy as np
    from rapidfuzz import process

    found: Figures = process.cdist([asked], known, scorer=scorer, dtype=np.float64)[0]
    return found

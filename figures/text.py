"""A text from outside becomes text that a page can hold, and its width on paper becomes known."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from types import MappingProxyType

RLI, LRI, PDI = "\u2067", "\u2066", "\u2069"

SANS = '"Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
ARABIC = '"Noto Sans Arabic", "SF Arabic", "Segoe UI", "Geeza Pro", Tahoma, sans-serif'


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """The text without control characters and without directional overrides that would reach its neighbours.

    Zero-width joiners stay: Persian and Indic names need them.
    """
    return "".join(_kept(letter) for letter in str(text))


def esc(text: str) -> str:
    """A text from outside as the content of an element or quoted attribute: the one boundary of the house."""
    return escape(plain(text), quote=True)


def isolated(text: str, lang: str) -> str:
    """The text so that its numbers, units and Latin names keep their order in a right-to-left line."""
    return f"{RLI}{text}{PDI}" if lang == "ar" else text


@lru_cache(maxsize=4096)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is drawn, in px, at a font size in px; rather too wide than too narrow.

    Measured on Noto Sans and Noto Sans Arabic, which are wider than Segoe UI, Helvetica and Arial.
    """
    table = _BOLD if bold else _REGULAR
    ends = sum(_ARABIC_END for word in text.split() if word[-1] in _ARABIC_LETTERS)
    return (sum(_letter(letter, table) for letter in text) + ends) * size / 100 * 1.04


def _letter(letter: str, table: Mapping[str, int]) -> int:
    known = table.get(letter)
    if known is not None:
        return known
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf"):
        return 0
    wide = unicodedata.east_asian_width(letter) in "WF"
    return 100 if wide else 66


def _kept(letter: str) -> str:
    if letter in "\t\n\r":
        return " "
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Cs", "Cn", "Co"):
        return ""
    # Line and paragraph separators, and every bidirectional mark, embedding, override and isolate.
    return "" if kind in ("Zl", "Zp") or letter in _BIDI else letter


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _by_letter(groups: Mapping[int, str]) -> dict[str, int]:
    return {letter: units for units, letters in groups.items() for letter in letters}


# Hundredths of the font size; Arabic letters within a word.
_ARABIC_WIDTHS = _by_letter(
    {
        24: "آأإا",
        31: "رزلژ",
        37: "ؤئبتثنوىيپ،؛ی",
        41: "ءة",
        46: "دذ؟",
        52: "عغفقكهگک",
        58: "م",
        65: "جحخچ",
        71: "طظ",
        85: "سش",
        95: "صض",
    }
)
_ARABIC_LETTERS = frozenset(_ARABIC_WIDTHS)
_ARABIC_END = 25


def _tables() -> tuple[Mapping[str, int], Mapping[str, int]]:
    regular = _by_letter(
        {
            22: "'’‘",
            26: " ijlı\u00a0",
            28: "!,.:;J`·",
            32: "()-[]",
            34: "If",
            36: "/\\t“”²",
            40: '{}"r',
            44: "?_",
            48: "cszçş",
            52: "–FLkvxy",
            57: "0123456789$*+<=>ESTYZ^ae|~é−",
            61: "PVXbdgopqğö",
            63: "KRhnuü",
            65: "#ABC",
            72: "&DGU",
            75: "HN",
            80: "OQw",
            90: "@%",
            93: "MWm",
        }
    )
    bold = _by_letter(
        {
            26: " \u00a0'’‘",
            29: "!,.:;·",
            31: "ijlı-J[]()",
            40: "`²/I\\_f{}",
            45: "rt“”",
            50: 's–ş?z"',
            53: "cç*",
            57: "0123456789$+<=>EFLS^vy|~−",
            60: "TZxaeé",
            65: "Ykoö#CPVbdgpqğKRhnuü",
            70: "ABXG",
            76: "D&HU",
            82: "NOQ",
            88: "w",
            98: "%@MWm",
        }
    )
    arabic_bold = {letter: round(units * 1.06) for letter, units in _ARABIC_WIDTHS.items()}
    return (
        MappingProxyType(regular | _ARABIC_WIDTHS),
        MappingProxyType(bold | arabic_bold),
    )


_REGULAR, _BOLD = _tables()

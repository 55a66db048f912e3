"""A key and a language become a fixed text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "ar")
_FOLDER = Path(__file__).parent / "words"


def language(code: str | None) -> str:
    """The language of ours that a code asks for: ``ar-SY`` is ``ar``; one we do not have is ``en``."""
    first = (code or "").strip().lower().replace("_", "-").split("-")[0]
    return first if first in LANGUAGES else "en"


@dataclass(frozen=True)
class Words:
    """All fixed texts of one language, by dotted key: ``words["term.claimed"]``."""

    lang: str
    texts: Mapping[str, Any]

    def __getitem__(self, key: str) -> str:
        """The text of a key; KeyError where no file has it."""
        return str(self.texts[key])

    def list(self, key: str) -> tuple[str, ...]:
        """A text that is a list, as ``calendar.months``."""
        return tuple(self.texts[key])

    def fill(self, key: str, **parts: str | int) -> str:
        """The text with its ``{names}`` filled in; what is filled in is taken as it is, braces and all."""
        return self[key].format_map({name: str(part) for name, part in parts.items()})

    def known(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts

    @property
    def dir(self) -> str:
        """``ltr`` or ``rtl``."""
        return self["language.dir"]

    def of(self, texts: Mapping[str, str]) -> str:
        """A text of a map document (``{"en": …, "ar": …}``) in this language, in English, or in any."""
        return texts.get(self.lang) or texts.get("en") or next(iter(texts.values()), "")

    def join(self, parts: Iterable[str]) -> str:
        """A list in a sentence, without a word before the last."""
        return self["language.list_separator"].join(parts)

    def plural(self, section: str, number: int) -> str:
        """The form of ``section.one``, ``section.few`` … that fits a whole number, filled in."""
        return self.fill(f"{section}.{plural_category(self.lang, number)}", n=number)


def plural_category(lang: str, number: int) -> str:
    """The Unicode CLDR plural category of a whole number, with ``zero`` for 0 in every language."""
    if number in (0, 1):
        return ("zero", "one")[number]
    if lang != "ar":
        return "other"
    if number == 2:
        return "two"
    last_two = number % 100
    return "few" if 3 <= last_two <= 10 else "many" if last_two >= 11 else "other"


@lru_cache(maxsize=len(LANGUAGES))
def _words(lang: str) -> Words:
    with (_FOLDER / f"{lang}.toml").open("rb") as file:
        sections = tomllib.load(file)
    flat = {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}
    return Words(lang, MappingProxyType(flat))


def words(lang: str | None = "en") -> Words:
    """The fixed texts of a language; English for one that we do not have."""
    return _words(language(lang))

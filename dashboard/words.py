"""The page's own texts join those of the figures, under one roof of keys."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from figures.words import Words, language
from figures.words import words as figure_words

_FOLDER = Path(__file__).parent / "words"


@lru_cache(maxsize=8)
def _page_words(lang: str) -> Words:
    with (_FOLDER / f"{lang}.toml").open("rb") as file:
        sections = tomllib.load(file)
    own = {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}
    return Words(lang, MappingProxyType({**figure_words(lang).texts, **own}))


def page_words(lang: str | None) -> Words:
    """All fixed texts of the page in a language; English for one that we do not have."""
    return _page_words(language(lang))

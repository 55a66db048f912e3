"""Why a draft was read so, kept in English with the draft, becomes a sentence of the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from dashboard.words import page_words
from figures.words import Words

_SECTION = "read_why."
_DEEPEST = 3


def said_in(words: Words, why: str) -> str:
    """A reason in the language of ``words``; as it is where no sentence of ours says it.

    The English sentences are those that the reader writes. What they quote from the report stays as it is.
    """
    english = page_words("en")
    return why if words.lang == english.lang else _said(words, english, why, _DEEPEST)


def _said(words: Words, english: Words, why: str, deep: int) -> str:
    for key, form in _forms(tuple(sorted(_templates(english).items()))):
        found = form.fullmatch(why)
        if found and words.known(key):
            parts = found.groupdict()
            if deep:  # a reason may hold another: "place: Suran has this name"
                parts = {name: _said(words, english, part, deep - 1) for name, part in parts.items()}
            return words.fill(key, **parts)
    return why


def _templates(english: Words) -> Mapping[str, str]:
    return {key: str(text) for key, text in english.texts.items() if key.startswith(_SECTION)}


@cache
def _forms(templates: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The templates as patterns, those that begin with and have most words of their own first."""
    ordered = sorted(templates, key=lambda one: (one[1][:1] == "{", -len(re.sub(r"\{\w+\}", "", one[1]))))
    return tuple((key, _pattern(text)) for key, text in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )

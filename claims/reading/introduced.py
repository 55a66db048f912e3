"""Which armed bodies a report introduces: "Rapid Coast Force (RCF)", "Selva rebels", "rebel group Selva"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from claims.reading.words import word_set

_NAME = r"(?:[aA]l[- ])?[A-Z][\w'’-]*(?: (?:[aA]l[- ])?[A-Z][\w'’-]*){0,2}"
_KINDS = "|".join(sorted(word_set("grammar", "force", "armed_kinds"), key=len, reverse=True))
_PEOPLE = "|".join(sorted(word_set("grammar", "force", "armed_people"), key=len, reverse=True))
_BODY = "(?:group|alliance|coalition|movement|militia)"
_BEFORE = re.compile(rf"(?<!of )\b({_NAME})[ -](?:(?:{_BODY} )?(?:{_PEOPLE})|(?:{_KINDS}) {_BODY})\b")
_BEHIND = re.compile(rf"\b(?:{_KINDS}) {_BODY},? ({_NAME})")
_BESIDE = re.compile(rf"\b({_NAME}), an? (?:[\w-]+ ){{0,3}}(?:{_KINDS}) {_BODY}\b")
_BRACKETS = re.compile(r"\(([A-Z][A-Za-z0-9/-]{1,11})\)")
_PLACES = re.compile(
    rf"\b(?:in|at|near|into|outside|inside|around|across|towards?|town|city|village) (?:the )?({_NAME})"
)
_DESCRIBE = (
    "'s",
    "’s",
    "-backed",
    "-led",
    "-linked",
    "-aligned",
    "-allied",
    "-affiliated",
    "-supported",
    "-held",
)
_MOST = 300
_INTRODUCED_BY = 60_000
"""Who fights is introduced within so many characters; what comes behind them is only read."""


def groups_in(text: str, no_names: Collection[str]) -> Counter[str]:
    """The names of armed groups, as written, with how often the words make them one.

    ``no_names`` are words in small letters that describe a group and do not name it: "Syrian", "Islamist".
    What the text also says to be a place, "in Misrata", is none.
    """
    text = text[:_INTRODUCED_BY]
    matches = (match for pattern in (_BEFORE, _BEHIND, _BESIDE) for match in pattern.finditer(text))
    found = Counter(_without_descriptions(match[1].split(), no_names) for match in matches)
    places = {" ".join(name.split()[:many]) for name in _PLACES.findall(text) for many in (1, 2, 3)}
    return Counter({name: many for name, many in found.most_common(_MOST) if name and name not in places})


def abbreviations_in(text: str) -> Iterator[tuple[str, int]]:
    """Each abbreviation that stands in brackets, once, and where its bracket opens."""
    seen: set[str] = set()
    for match in _BRACKETS.finditer(text, 0, _INTRODUCED_BY):
        if match[1] not in seen and len(seen) < _MOST and sum(map(str.isupper, match[1])) * 2 > len(match[1]):
            seen.add(match[1])
            yield match[1], match.start()


def _without_descriptions(name: list[str], no_names: Collection[str]) -> str:
    while name and name[0].lower() in no_names:
        name = name[1:]
    described = any(word.endswith(_DESCRIBE) or word.lower().startswith(("pro-", "anti-")) for word in name)
    return "" if described or any(word.lower() in no_names for word in name) else " ".join(name)

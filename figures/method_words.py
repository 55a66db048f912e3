"""The method that made a map becomes the words that fit it: a name, a sentence, the key's definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.sentences import Teller

Document = Mapping[str, Any]

_SINGLE = "single-source:"


def method_name(document: Document) -> str:
    """The name and version of the method, as programs write it: *assessed-first 1*."""
    method = document["method"]
    return f"{method['name']} {method['version']}"


def by_report(document: Document) -> bool:
    """Whether reports are taken at their word: nothing on such a map is assessed, claimed or inferred."""
    name = str(document["method"]["name"])
    return name == "latest-report" or name.startswith(_SINGLE)


def method_sentence(teller: Teller) -> str:
    """How claims became control on this map."""
    words = teller.say.words
    if not by_report(teller.document):
        return words["method.usual"]
    source = _single_source(teller)
    return words.fill("method.single", source=source) if source else words["method.latest"]


def definition(teller: Teller, key: str, **parts: str) -> str:
    """The text of a key like ``definition.contested`` as it is meant under the map's method."""
    words, term = teller.say.words, key.rpartition(".")[2]
    source = _single_source(teller)
    if term == "reported" and source:
        return words.fill("by_report.reported_single", source=source)
    own = f"by_report.{term}"
    return words.fill(own if by_report(teller.document) and words.known(own) else key, **parts)


def _single_source(teller: Teller) -> str:
    """The name of the one source that counts; empty where all do."""
    name = str(teller.document["method"]["name"])
    source_id = name.removeprefix(_SINGLE)
    sources = [source["id"] for source in teller.document["sources"]]
    if source_id == name:
        return ""
    return teller.source(sources.index(source_id)) if source_id in sources else source_id

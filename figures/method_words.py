"""The method that made a map becomes the words that fit it: a name, a sentence, the key's definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.drawn_sentences import maker
from figures.sentences import Teller
from figures.sides import is_drawn
from figures.timeline import gaps_text

Document = Mapping[str, Any]

_SINGLE = "single-source:"


def method_name(document: Document) -> str:
    """The name and version of the method, as programs write it: *assessed-first 1*."""
    method = document["method"]
    return f"{method['name']} {method['version']}"


def by_report(document: Document) -> bool:
    """Whether reports are taken at their word: nothing on such a map is assessed, claimed or inferred."""
    name = str(document["method"]["name"]).partition("+")[0]
    return name == "latest-report" or name.startswith(_SINGLE)


def method_sentence(teller: Teller) -> str:
    """How claims became control on this map."""
    words = teller.say.words
    kind = teller.document["ground_from"]["kind"]
    drawn = teller.document["observations"]
    if kind == "series" and drawn:
        return words.fill("drawn.method", source=maker(teller, drawn[-1]))
    if kind == "territory" and drawn:
        return words.fill("drawn.territory", day=teller.say.say("short_year", drawn[-1]["t"]))
    if not by_report(teller.document):
        return words["method.usual"]
    source = _single_source(teller)
    return words.fill("method.single", source=source) if source else words["method.latest"]


def modelled_note(teller: Teller) -> str:
    """How near to the ground the lines are; where nobody drew a map for some days, which those are."""
    words = teller.say.words
    if not is_drawn(teller.document):
        return words["note.modelled"]
    return " ".join([words["drawn.note"], gaps_text(teller)]).strip()


def definition(teller: Teller, key: str, **parts: str) -> str:
    """The text of a key like ``definition.contested`` as it is meant under the map's method."""
    words, term = teller.say.words, key.rpartition(".")[2]
    if is_drawn(teller.document) and words.known(f"by_map.{term}"):
        drawn = teller.document["observations"]
        return words.fill(f"by_map.{term}", source=maker(teller, drawn[-1]) if drawn else "", **parts)
    if teller.document["ground_from"]["kind"] == "territory" and words.known(f"by_line.{term}"):
        return words.fill(f"by_line.{term}", **parts)
    source = _single_source(teller)
    if term == "reported" and source:
        return words.fill("by_report.reported_single", source=source)
    own = f"by_report.{term}"
    return words.fill(own if by_report(teller.document) and words.known(own) else key, **parts)


def _single_source(teller: Teller) -> str:
    """The name of the one source that counts; empty where all do."""
    name = str(teller.document["method"]["name"]).partition("+")[0]
    source_id = name.removeprefix(_SINGLE)
    sources = [source["id"] for source in teller.document["sources"]]
    if source_id == name:
        return ""
    return teller.source(sources.index(source_id)) if source_id in sources else source_id

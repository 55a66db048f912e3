"""What was corrected since it was first published becomes rows of the map document, and sentences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from claims.corrections import Action, Correction
from claims.log import Moment, changes_of
from claims.map_record import MapRecord
from figures.clock import Calendar, Clock
from figures.sentences import Teller, stated
from figures.text import plain
from figures.words import LANGUAGES, Words, words

Row = Mapping[str, Any]
"""One row of the map document's ``corrections``."""

LONGEST = 240
"""Characters of a value that a sentence prints."""

_OPENS, _CLOSES = "\u2068", "\u2069"
"""What comes from outside stands between these in a sentence: its letters keep their own direction."""


def correction_rows(record: MapRecord) -> list[dict[str, Any]]:
    """The corrections of a record as the map document has them (docs/map-document.md), in their order."""
    names, rows = Names(record), []
    gone: set[tuple[str, str]] = set()
    for correction in record.corrections:
        key = (correction.kind, correction.key)
        rows.append(_row(correction, names, again=key in gone))
        (gone.add if correction.after is None else gone.discard)(key)
    return rows


def _row(correction: Correction, names: Names, *, again: bool) -> dict[str, Any]:
    """One correction, with names and values as texts; never with the name of who made it."""
    changed = [
        {"field": c.field, "before": names.said(c.field, c.before), "after": names.said(c.field, c.after)}
        for c in changes_of(correction)
    ]
    row = {
        "t": int(correction.at.timestamp()),
        "kind": correction.kind,
        "id": correction.key,
        "what": names.what(correction),
        "action": _action(correction, again),
        "into": correction.into,
        "fields": changed,
        "why": _cut(correction.why),
    }
    return {**row, "mark": _mark(row)}


def sentence(row: Row, say: Words) -> str:
    """*Kafr'a (SOHR): earlier holder changed from “opposition” to “unknown”. Reason: …*.

    Texts from outside stand between isolates; ``as_html`` and ``as_plain`` are for a page and a terminal.
    """
    parts = {
        "what": _isolated(say.of(row["what"])),
        "into": _isolated(row["into"]),
        "changes": say["correction.separator"].join(_change(change, say) for change in row["fields"]),
    }
    told = say.fill(f"correction.{_form(row)}", **parts)
    return f"{told} {say.fill('correction.why', why=_isolated(row['why']))}" if row["why"] else told


def changes(row: Row, say: Words) -> list[str]:
    """Each field that a correction changed, as a piece of a sentence."""
    return [_change(change, say) for change in row["fields"]]


def as_html(told: str) -> str:
    """A sentence of this module as HTML."""
    return escape(told).replace(_OPENS, "<bdi>").replace(_CLOSES, "</bdi>")


def as_plain(told: str) -> str:
    """A sentence of this module without its invisible marks."""
    return told.replace(_OPENS, "").replace(_CLOSES, "")


def newest_first(rows: Sequence[Row]) -> list[Row]:
    """The rows, the latest correction first."""
    return list(reversed(rows))


def when(teller: Teller, row: Row) -> str:
    """*5 Dec, 09:10*: when a correction was recorded, with its year where that is not the story's."""
    t, last = int(row["t"]), int(teller.document["span"][1]) - 1
    local = teller.say.clock.local
    return teller.say.say("short_time" if local(t).year == local(last).year else "short_year_time", t)


def feed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The corrections of a map document for whoever asks, the newest first (docs/light-page.md)."""
    rows = newest_first(document["corrections"])
    tellers = {lang: Teller.of(document, lang) for lang in LANGUAGES}
    return {
        "format": "frontline-corrections",
        "version": 1,
        "map": document["id"],
        "head": document["head"],
        "release": document["release"]["name"],
        "total": len(rows),
        "corrections": [_in_words(row, tellers) for row in rows[:MOST_IN_FEED]],
    }


MOST_IN_FEED = 500


def _in_words(row: Row, tellers: Mapping[str, Teller]) -> dict[str, Any]:
    return {
        **row,
        "at": tellers["en"].say.clock.iso(int(row["t"])),
        "date": {lang: teller.say.say("short_year_time", int(row["t"])) for lang, teller in tellers.items()},
        "text": {lang: sentence(row, teller.say.words) for lang, teller in tellers.items()},
    }


def field_name(field: str, say: Words) -> str:
    """The name of a field in words; as it stands in our files where we have none."""
    key = f"field.{field}"
    return say[key] if say.known(key) else plain(field)


@dataclass(frozen=True)
class Names:
    """The names of places, parties and sources in all languages, for values that are ids."""

    record: MapRecord

    @cached_property
    def _words(self) -> Mapping[str, Words]:
        return {lang: words(lang) for lang in LANGUAGES}

    def what(self, correction: Correction) -> dict[str, str]:
        """What a correction is about."""
        value = correction.after if correction.after is not None else correction.before
        if correction.kind == "claim" and value is not None:
            place = self._place(value.place_id) if value.place_id else _same(value.place_as_written)
            source = self._source(value.claimant)
            return self._filled("claim", place=place, source=source)
        if correction.kind == "observation" and value is not None:
            day = Moment(value.at, value.happened.day_precision)
            date = {lang: self._moment(day, say) for lang, say in self._words.items()}
            return self._filled("observation", source=self._source(value.series), date=date)
        if correction.kind == "baseline":
            return self._filled("baseline", place=self._place(correction.key))
        if correction.kind in ("settings", "credits", "release"):
            return {lang: say[f"correction.about_{correction.kind}"] for lang, say in self._words.items()}
        return self._named(correction.kind, correction.key)

    def said(self, field: str, value: Any) -> dict[str, str] | None:  # noqa: ANN401 - any value
        """The value of a field in words, in each language; None where nothing is said."""
        if value is None:
            return None
        if isinstance(value, Moment):
            return {lang: self._moment(value, say) for lang, say in self._words.items()}
        if isinstance(value, tuple):
            return _same(" | ".join(map(str, value)))
        if isinstance(value, int | float):
            return _same(stated(value))
        kind = _KIND_OF.get(field)
        return self._named(kind, value) if kind else self._word(field, str(value))

    def _named(self, kind: str, key: str) -> dict[str, str]:
        found = {"place": self._place, "actor": self._actor, "source": self._source}.get(kind, _same)
        return found(key)

    def _word(self, field: str, value: str) -> dict[str, str]:
        """A word of our vocabularies in each language, or the text as it is."""
        section = _VOCABULARY.get(field)
        return {
            lang: say[f"{section}.{value}"] if section and say.known(f"{section}.{value}") else _cut(value)
            for lang, say in self._words.items()
            if section or lang == "en"
        }

    def _place(self, key: str) -> dict[str, str]:
        place = self.record.places.get(key)
        return {**_same(place.name), **place.names} if place else _same(key)

    def _actor(self, key: str) -> dict[str, str]:
        actor = self.record.actors.get(key)
        if actor is None:
            return _same(key)
        return {"en": _short(actor.name), **({"ar": _short(actor.name_ar)} if actor.name_ar else {})}

    def _source(self, key: str) -> dict[str, str]:
        source = self.record.sources.get(key)
        name = _short(source.name) if source else key
        return {
            lang: say[f"source.{key}"] if say.known(f"source.{key}") else name
            for lang, say in self._words.items()
        }

    def _moment(self, moment: Moment, say: Words) -> str:
        t = int(moment.at.timestamp())
        offset = moment.at.astimezone(self.record.settings.zone).utcoffset()
        clock = Clock({}, ((0, int(offset.total_seconds()) // 60 if offset else 0),))
        return Calendar(clock, say).say("short_year" if moment.day_only else "short_year_time", t)

    def _filled(self, about: str, **parts: Mapping[str, str]) -> dict[str, str]:
        return {
            lang: say.fill(
                f"correction.about_{about}", **{name: say.of(text) for name, text in parts.items()}
            )
            for lang, say in self._words.items()
        }


_KIND_OF = {
    "holder": "actor",
    "from_holder": "actor",
    "claimant": "source",
    "reporter": "source",
    "series": "source",
    "place_id": "place",
    "reference_place_id": "place",
    "city": "place",
}
"""Fields whose value is the id of something that has a name."""

_VOCABULARY = {
    "event": "event",
    "status": "claim_status",
    "qualifier": "qualifier_name",
    "happened_precision": "precision",
}
"""Fields whose value is a word of ours."""


def _action(correction: Correction, again: bool) -> str:
    """What was done. A release may let out the newest alone of what it kept back: that is added."""
    if correction.before is None and correction.after is not None:
        return "reinstated" if again else "added"
    return str(correction.action)


def _form(row: Row) -> str:
    if row["action"] == Action.MERGED:
        return "merged_claim" if row["kind"] == "claim" else "merged"
    if row["action"] == Action.RETRACTED:
        return "retracted_claim" if row["kind"] == "claim" else "retracted"
    if row["action"] in ("reinstated", "added"):
        return f"{row['action']}_row"
    return "corrected" if row["fields"] else "changed"


def _change(change: Mapping[str, Any], say: Words) -> str:
    before, after = (_value(change[side], say) for side in ("before", "after"))
    field = field_name(change["field"], say)
    if not before:
        return say.fill("correction.added", field=field, after=after)
    if not after:
        return say.fill("correction.removed", field=field, before=before)
    return say.fill("correction.field", field=field, before=before, after=after)


def _value(texts: Mapping[str, str] | None, say: Words) -> str:
    return _isolated(say.of(texts)) if texts else ""


def _isolated(text: str) -> str:
    return f"{_OPENS}{plain(str(text))}{_CLOSES}"


def _same(text: str) -> dict[str, str]:
    return {"en": _cut(text)}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _short(name: str) -> str:
    """A name without what an editor put behind it: cut at the first bracket or comma."""
    return name.partition("(")[0].partition(",")[0].strip() or name


def _mark(row: Row) -> str:
    """A name for a correction by which a page that was exported earlier tells whether it has it."""
    told = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

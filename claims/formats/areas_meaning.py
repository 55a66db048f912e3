"""What the properties of a drawn shape say: whose ground it is, how sure its maker is, and which day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.actors import UNKNOWN, Actor, same_name
from claims.drawn_settings import AreaSettings, Meaning
from claims.formats.json_parts import Number
from claims.observations import DrawnStatus
from gazetteer.errors import shown

HOLDER, STATUS, DATE, FIRST, LAST = "holder", "status", "date", "from", "to"
"""The properties that are read where a map.toml names no others."""

_PARTS = "///"
_KEY = re.compile(r"geoJSON\.[A-Za-z_.]+")
_WORDS = re.compile(r"[a-z]+(?: [a-z]+)*")

HELD, FREE, OPEN, ASIDE = "held", "free", "open", "aside"
_DEEPSTATE = {
    "geoJSON.status.occupied": HELD,
    "geoJSON.status.dismissed": FREE,
    "geoJSON.status.dismissed_at": FREE,
    "geoJSON.status.unknown": OPEN,
    "geoJSON.territories.crimea": HELD,
    "geoJSON.territories.ordlo": HELD,
    "geoJSON.territories.tuzla": HELD,
    "geoJSON.zmiinyi_island": FREE,
}
"""What the keys in DeepState's names say; all others speak of other countries, units or arrows."""

_OF_WORDS = {
    "occupied": HELD,
    "occupied crimea": HELD,
    "cadr and calr": HELD,
    "liberated": FREE,
    "unknown status": OPEN,
}
"""The same for names of before there were keys: how their English part begins."""


@dataclass(frozen=True)
class Meanings:
    """How the properties of one map's drawn areas are understood."""

    settings: AreaSettings
    elsewhere: str
    actors: Mapping[str, Actor]

    def of(self, properties: Mapping[str, Any]) -> tuple[Meaning, str]:
        """What a shape's properties say, with the value that said it.

        Raises
        ------
        ValueError
            Nobody says who holds it, or the one who is named is unknown.
        """
        value = _text(properties.get(self.settings.property or HOLDER))
        name = _text(properties.get("name"))
        if not value and not self.settings.property and _PARTS in name:
            value = name
        status = self._status(properties)
        meaning = self._meaning(value)
        if meaning.left_out:
            return meaning, value
        status = meaning.status or status or self.settings.status
        holder = meaning.holder or self.settings.holder or (UNKNOWN if status is DrawnStatus.UNKNOWN else "")
        if not holder:
            raise ValueError(
                f"nobody says who holds it: it has no property {shown(self.settings.property or HOLDER)}; "
                'write holder = "…" under [areas] in map.toml'
            )
        return Meaning(holder, status), value

    def rank(self, value: str, meaning: Meaning) -> int:
        """Where in the stated order a shape stands; the least counts where shapes overlap."""
        order = self.settings.order
        said = {meaning.holder, str(meaning.status), *_candidates(value)}
        return next((i for i, one in enumerate(order) if one in said), len(order))

    def _meaning(self, value: str) -> Meaning:
        if not value:
            return Meaning()
        for one in _candidates(value):
            if same_name(one) in self._values:
                return self._values[same_name(one)]
        if _PARTS in value:
            return self._of_deepstate(value)
        if same_name(value) in self._called:
            return Meaning(self._called[same_name(value)])
        raise ValueError(
            f"{shown(value)} is nobody of actors.csv; say who it is under [areas.values] in map.toml, "
            "or give the actor that alias"
        )

    def _of_deepstate(self, value: str) -> Meaning:
        said = _said_by_deepstate(value)
        if said == FREE:
            return Meaning(self.elsewhere) if self.elsewhere else Meaning(left_out=True)
        if said == OPEN:
            return Meaning(UNKNOWN, DrawnStatus.UNKNOWN)
        return Meaning(left_out=said == ASIDE)

    def _status(self, properties: Mapping[str, Any]) -> DrawnStatus | None:
        said = _text(properties.get(self.settings.status_property or STATUS))
        if not said:
            return None
        if said in list(DrawnStatus):
            return DrawnStatus(said)
        meaning = self._values.get(same_name(said))
        if meaning is not None and meaning.status:
            return meaning.status
        known = ", ".join(DrawnStatus)
        raise ValueError(
            f"the status {shown(said)} is not known; known are {known}, or say it under [areas.values]"
        )

    @cached_property
    def _values(self) -> Mapping[str, Meaning]:
        return {same_name(value): meaning for value, meaning in self.settings.values.items()}

    @cached_property
    def _called(self) -> Mapping[str, str]:
        """The id of every actor by all that it is called."""
        found: dict[str, str] = {}
        for key, actor in self.actors.items():
            for name in (key, actor.name, actor.name_ar, *actor.aliases):
                found.setdefault(same_name(name), key)
        return found


def left_out_name(value: str) -> str:
    """What is said of a shape that is left out for what its value says."""
    key = _KEY.search(value)
    return f"shapes of {shown(key[0] if key else value, 80)}"


def _said_by_deepstate(value: str) -> str:
    key = _KEY.search(value)
    if key:
        return _DEEPSTATE.get(key[0].rstrip("."), ASIDE)
    parts = [same_name(part) for part in value.split(_PARTS)]
    words = _WORDS.match(parts[1]) if len(parts) > 1 else None
    return _OF_WORDS.get(words[0], ASIDE) if words else ASIDE


def _candidates(value: str) -> Iterator[str]:
    """The whole value, and the parts of one that has several."""
    yield value
    if _PARTS in value:
        yield from (" ".join(part.split()) for part in value.split(_PARTS))
        yield from _KEY.findall(value)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON is any of its types
    """A property as text; a number by its digits, anything else as nothing."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str | Number | int | float):
        return str(value).strip()
    return ""


text_of = _text

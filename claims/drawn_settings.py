"""How a map's drawn areas are read: who draws them, and what their properties say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from claims.observations import DrawnStatus
from gazetteer.errors import shown
from gazetteer.rows import nearest_hint, one_of

KEYS = (
    "series",
    "holder",
    "status",
    "property",
    "status_property",
    "date",
    "from",
    "to",
    "elsewhere",
    "order",
    "values",
)
"""The keys of ``[areas]`` in a map.toml."""

_LONGEST = 200
_MOST_VALUES = 1_000

Fault = Callable[[str, str], None]
"""Told the key and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value of a property says of a shape: who holds it, and how; or that it is no ground of anybody.

    ``holder`` is an actor id, empty where the value does not say; ``status`` likewise.
    """

    holder: str = ""
    status: DrawnStatus | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class AreaSettings:
    """The ``[areas]`` of a map.toml.

    ``series`` is the source that draws; ``holder`` and ``status`` hold for shapes that say nothing else.
    ``property`` and ``status_property`` name what says it, ``values`` what their values mean. ``date``, or
    ``first`` and ``last``, name the properties with the day, or the first and last day, of a shape.
    ``order`` lists values, holders and statuses: where shapes overlap, the one that is named first counts.
    """

    series: str = ""
    holder: str = ""
    status: DrawnStatus = DrawnStatus.HELD
    property: str = ""
    status_property: str = ""
    date: str = ""
    first: str = ""
    last: str = ""
    values: Mapping[str, Meaning] = field(default_factory=dict)
    order: tuple[str, ...] = ()


NO_AREAS = AreaSettings()
"""What a map says that has no ``[areas]``."""


def body_of(settings: AreaSettings) -> dict[str, Any]:
    """The settings as JSON has them."""
    said = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    values = {
        value: {"holder": meaning.holder, "left_out": meaning.left_out, "status": meaning.status}
        for value, meaning in settings.values.items()
    }
    return {**said, "order": list(settings.order), "values": values}


def settings_of(body: Mapping[str, Any]) -> AreaSettings:
    """What ``body_of`` said."""
    values = {
        value: Meaning(
            said["holder"], DrawnStatus(said["status"]) if said["status"] else None, said["left_out"]
        )
        for value, said in body["values"].items()
    }
    made = {**body, "status": DrawnStatus(body["status"]), "order": tuple(body["order"]), "values": values}
    return AreaSettings(**made)


def read_area_settings(
    given: object, actors: Collection[str] | None, sources: Collection[str] | None, fault: Fault
) -> tuple[AreaSettings, str]:
    """Read an ``[areas]``: its settings, and who holds the land that is left blank.

    Parameters
    ----------
    given
        The table as it stands in the file.
    actors, sources
        The ids that may be named; None where those files could not be read.
    fault
        Told everything that is wrong.
    """
    if not isinstance(given, dict):
        fault("", 'is not a table; write [areas], then one line each: series = "…"')
        return NO_AREAS, ""
    for key in given:
        if key not in KEYS:
            fault(key, f"is not a key of [areas]{nearest_hint(key, KEYS)}")
    asked = _Asked(given, fault)
    settings = AreaSettings(
        series=asked.one("series", sources),
        holder=asked.one("holder", actors),
        status=DrawnStatus(asked.one("status", list(DrawnStatus)) or DrawnStatus.HELD),
        property=asked.one("property"),
        status_property=asked.one("status_property"),
        date=asked.one("date"),
        first=asked.one("from"),
        last=asked.one("to"),
        values=asked.values(actors),
        order=asked.order(),
    )
    if settings.date and (settings.first or settings.last):
        fault("date", "says the day of a shape, and from and to its first and last; write one or the other")
    if settings.last and not settings.first:
        fault("to", "needs from beside it")
    return settings, asked.one("elsewhere", actors)


@dataclass(frozen=True)
class _Asked:
    """The keys of one ``[areas]``."""

    given: Mapping[str, Any]
    fault: Fault

    def one(self, key: str, known: Collection[str] | None = None) -> str:
        """A text; empty where it is left out, or wrong."""
        value = self.given.get(key, "")
        try:
            return _text(value, known) if value != "" else ""
        except ValueError as refusal:
            self.fault(key, str(refusal))
            return ""

    def order(self) -> tuple[str, ...]:
        value = self.given.get("order", [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fault("order", 'is not a list of texts, like ["contested", "held"]')
            return ()
        return tuple(dict.fromkeys(value))

    def values(self, actors: Collection[str] | None) -> dict[str, Meaning]:
        given = self.given.get("values", {})
        if not isinstance(given, dict) or len(given) > _MOST_VALUES:
            self.fault("values", 'is not a table; write [areas.values], then one line each: "RU" = "russia"')
            return {}
        found: dict[str, Meaning] = {}
        for value, said in given.items():
            try:
                found[value] = _meaning(said, actors)
            except ValueError as refusal:
                self.fault(f"values.{value}", str(refusal))
        return found


def _meaning(said: object, actors: Collection[str] | None) -> Meaning:
    if said is False:
        return Meaning(left_out=True)
    if isinstance(said, str):
        return Meaning(_text(said, actors))
    if not isinstance(said, dict) or not said or not said.keys() <= {"holder", "status"}:
        raise ValueError('is neither an actor, nor { holder = "…", status = "…" }, nor false (left out)')
    holder = _text(said["holder"], actors) if "holder" in said else ""
    return Meaning(
        holder, DrawnStatus(_text(said["status"], list(DrawnStatus))) if "status" in said else None
    )


def _text(value: object, known: Collection[str] | None) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is not a text; write it in quotation marks")
    if len(value) > _LONGEST:
        raise ValueError(f"{shown(value)} is longer than {_LONGEST} characters")
    return value.strip() if known is None else one_of(known)(value.strip())

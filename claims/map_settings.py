"""A map.toml becomes the settings of a map."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from claims.drawn_settings import read_area_settings
from claims.map_record import MapSettings
from claims.methods.ground_methods import GROUND_METHODS
from claims.methods.registry import USUAL, BadParameter, UnknownMethod, method_named, values_of
from claims.times import day_at, zone_named
from gazetteer.errors import Fault, shown
from gazetteer.place import Place
from gazetteer.rows import nearest_hint, one_of

DEFAULTS: Mapping[str, Any] = {
    "region": "",
    "city": "",
    "edge_km": 0,
    "rings_km": [10, 20, 30],
    "reach_km": 7.0,
    "border_view": "UN",
    "method": "",
    "parameters": {},
    "areas": {},
}
ROLES = ("government", "opposition", "sna", "sdf", "is", "foreign", "unknown")
"""The palette roles that an actor can have."""
BORDER_VIEWS = ("UN",)
"""Whose borders the bundled ground draws; a map must not say that it draws others."""
REQUIRED = ("id", "timezone", "span", "window", "title", "actors")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 64
_LONGEST_TEXT = 1_000
_MOST_BYTES = 1_000_000
_MOST_RINGS = 20
_LEAST_KM, _FARTHEST_KM = 0.1, 2_000.0
_FARTHEST_REACH_KM = 100.0
_NORTHERNMOST, _WIDEST = 84.0, 40.0
_MOST_YEARS = 50

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

T = TypeVar("T")


class _Table:
    """The keys of one map.toml, with the line on which each stands."""

    def __init__(self, file: str, text: str, faults: list[Fault]) -> None:
        self.file, self.text, self.faults = file, text, faults
        self.values: Mapping[str, Any] = tomllib.loads(text)

    def fault(self, key: str, message: str) -> None:
        self.faults.append(Fault(self.file, _line_of(key, self.text), key, message))

    def read(self, key: str, parse: Callable[[Any], T]) -> T | None:
        """Parse a key's value, or its default; what ``parse`` refuses with a ValueError becomes a fault."""
        if key not in self.values and key not in DEFAULTS:
            return None
        try:
            return parse(self.values.get(key, DEFAULTS.get(key)))
        except ValueError as refusal:
            self.fault(key, str(refusal))
            return None


def with_line(path: Path, fault: Fault) -> Fault:
    """Say the line of a fault about a key of that map.toml; faults of other files stay as they are."""
    if fault.line or fault.file != path.name:
        return fault
    return replace(fault, line=_line_of(fault.column, _unified(path.read_bytes())))


def _unified(raw: bytes) -> str:
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _line_of(key: str, text: str) -> int:
    """The line that sets a key, or opens the table of that name; 0 where there is none."""
    name = re.escape(key.rpartition(".")[2])
    found = re.search(rf'^[ \t]*(?:"?{name}"?[ \t]*=|\[{name}\])', text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def read_zone(path: Path) -> ZoneInfo | None:
    """The zone of a map.toml, or None where it cannot be known; says nothing about what is wrong."""
    try:
        return zone_named(str(tomllib.loads(_unified(path.read_bytes())).get("timezone")))
    except (OSError, ValueError):
        return None


def names_a_city(path: Path) -> bool:
    """Whether a map.toml says where distances start; also where nobody can read it."""
    try:
        return bool(tomllib.loads(_unified(path.read_bytes())).get("city", "") != "")
    except (OSError, ValueError):
        return True


def read_settings(
    path: Path,
    faults: list[Fault],
    places: Mapping[str, Place] | None = None,
    actor_ids: Collection[str] | None = None,
    source_ids: Collection[str] | None = None,
) -> MapSettings | None:
    """Read a map.toml.

    Parameters
    ----------
    path
        The file; its keys are described in docs/formats.md and in the file that ``frontline new`` makes.
    faults
        Everything wrong with it is appended here, with the line; then None is returned.
    places, actor_ids, source_ids
        What ``city``, ``[actors]``, ``method`` and ``[areas]`` may name; None where those files could not be
        read.
    """
    before = len(faults)
    table = _parsed(path, faults)
    if table is None:
        return None
    _check_keys(table)
    zone = table.read("timezone", lambda value: zone_named(_text(value)))
    span = table.read("span", lambda value: _span(value, zone or ZoneInfo("UTC")))
    window = table.read("window", window_of)
    settings: dict[str, Any] = {
        "id": table.read("id", _id),
        "title": table.read("title", _titles),
        "window": window,
        "region": table.read("region", _text_or_nothing),
        "city": table.read("city", lambda value: _city(value, places, window)),
        "edge_km": table.read("edge_km", _km_or_zero),
        "rings_km": table.read("rings_km", _rings),
        "reach_km": table.read("reach_km", lambda value: _km(value, _FARTHEST_REACH_KM)),
        "border_view": table.read("border_view", lambda value: one_of(BORDER_VIEWS)(_text(value))),
        "roles": _roles(table, actor_ids),
        "method": table.read("method", lambda value: _method(value, source_ids)),
        "parameters": _parameters(table, source_ids),
    }
    settings["areas"], settings["elsewhere"] = read_area_settings(
        table.values.get("areas", {}),
        actor_ids,
        source_ids,
        lambda key, message: table.fault(f"areas.{key}" if key else "areas", message),
    )
    if len(faults) > before or zone is None or span is None:
        return None
    return MapSettings(zone=zone, span=span, **settings)


def _parsed(path: Path, faults: list[Fault]) -> _Table | None:
    try:
        raw = path.read_bytes()
        if len(raw) > _MOST_BYTES:
            raise ValueError(f"is {len(raw):,} bytes long; the most is {_MOST_BYTES:,}")
        return _Table(path.name, _unified(raw), faults)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path.name, line, "", "is not UTF-8; save the file as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        message = f"cannot be read as TOML ({error})"
        faults.append(Fault(path.name, int(at[1]) if at else 0, "", message))
    except (ValueError, RecursionError) as error:
        faults.append(Fault(path.name, 0, "", str(error) or "cannot be read as TOML"))
    return None


def _check_keys(table: _Table) -> None:
    known = (*REQUIRED, *DEFAULTS)
    for key in table.values:
        if key not in known:
            table.fault(key, f"is not a key of map.toml{nearest_hint(key, known)}")
    for key in REQUIRED:
        if key not in table.values:
            table.fault(key, "is missing")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is not a text; write it in quotation marks")
    if len(value) > _LONGEST_TEXT:
        raise ValueError(f"is longer than {_LONGEST_TEXT:,} characters")
    return value.strip()


def _text_or_nothing(value: object) -> str:
    return "" if value == "" else _text(value)


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text) or len(text) > _LONGEST_ID:
        raise ValueError(
            f"{shown(text)} cannot stand in an address; use small letters, digits and hyphens, like hama-2024"
        )
    return text


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ValueError(f"{shown(str(value))} is not a number")
    return float(value)


def _km_or_zero(value: object) -> float:
    number = _number(value)
    if not 0 <= number <= _FARTHEST_KM:
        raise ValueError(f"{number:g} is not a distance from 0 to {_FARTHEST_KM:g} km")
    return number


def _km(value: object, farthest: float = _FARTHEST_KM) -> float:
    number = _number(value)
    if not _LEAST_KM <= number <= farthest:
        raise ValueError(f"{number:g} is not a distance from {_LEAST_KM:g} to {farthest:g} km")
    return number


def _rings(value: object) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ValueError("is not a list of distances in km, like [10, 20, 30]")
    return ring_radii(value)


def ring_radii(values: Sequence[object]) -> tuple[float, ...]:
    """Sort the radii of rings in km, each once; too many, or one that no map could show, is a ValueError."""
    if len(values) > _MOST_RINGS:
        raise ValueError(f"{len(values):,} rings are too many; the most is {_MOST_RINGS}")
    return tuple(sorted({_km(value) for value in values}))


def window_of(value: object) -> Window:
    """West, south, east, north in degrees; what is no such window is a ValueError."""
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("is not [west, south, east, north] in degrees")
    west, south, east, north = (_number(item) for item in value)
    if not (-180 <= west < east <= 180 and -_NORTHERNMOST <= south < north <= _NORTHERNMOST):
        raise ValueError(
            "is not [west, south, east, north]: west must be less than east (-180 to 180), "
            f"south less than north (-{_NORTHERNMOST:g} to {_NORTHERNMOST:g})"
        )
    if max(east - west, north - south) > _WIDEST:
        raise ValueError(
            f"is wider or higher than {_WIDEST:g} degrees; show the part where the story happens"
        )
    return west, south, east, north


def _span(value: object, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError('is not a list of two dates, like ["2024-11-27", "2024-12-09"]')
    first, last = (day_at(item if isinstance(item, str) else str(item), zone) for item in value)
    if first >= last:
        raise ValueError(
            f"{value[0]} is not before {value[1]}; the second date is the day after the last one"
        )
    if last.year - first.year > _MOST_YEARS:
        raise ValueError(f"{value[0]} to {value[1]} is longer than {_MOST_YEARS} years; is one a slip?")
    return first, last


def _titles(value: object) -> dict[str, str]:
    if isinstance(value, str):
        return {"en": _text(value)}
    if not isinstance(value, dict) or "en" not in value:
        raise ValueError('has no English title; write en = "..." under [title]')
    return {str(language): _text(text) for language, text in value.items()}


def _city(value: object, places: Mapping[str, Place] | None, window: Window | None) -> str:
    text = _text_or_nothing(value)
    if places is None or not text:
        return text
    if text not in places:
        raise ValueError(f"no place has the id {shown(text)}{nearest_hint(text, places)}")
    lat, lon = places[text].lat, places[text].lon
    if window and not (window[0] <= lon <= window[2] and window[1] <= lat <= window[3]):
        raise ValueError(f"{shown(text)} ({lat:g} N, {lon:g} E) lies outside the window")
    return text


def _method(value: object, source_ids: Collection[str] | None) -> str:
    """The name of the method; empty, like leaving it out, for the usual one."""
    name = _text_or_nothing(value)
    try:
        return method_named(name, source_ids).name if name else ""
    except UnknownMethod as unknown:
        said = str(unknown)
        raise ValueError(said[0].lower() + said[1:]) from None


def _parameters(table: _Table, source_ids: Collection[str] | None) -> dict[str, float]:
    """What ``[parameters]`` sets of the map's method."""
    given = table.values.get("parameters", {})
    if not isinstance(given, dict):
        table.fault("parameters", "is not a table; write [parameters], then one line each: infer_km = 5")
        return {}
    try:
        name = str(table.values.get("method") or USUAL)
        values_of(GROUND_METHODS.get(name) or method_named(name, source_ids), given)
    except UnknownMethod:
        return {}  # told of the key ``method`` already
    except BadParameter as problem:
        table.fault(f"parameters.{problem.parameter}", str(problem.args[0]))
    return dict(given)


def _roles(table: _Table, actor_ids: Collection[str] | None) -> dict[str, str]:
    """The palette role of each actor; ``[actors]`` must name every actor, and nobody else."""
    given = table.values.get("actors", {})
    if not isinstance(given, dict):
        table.fault("actors", 'is not a table; write [actors], then one line per actor: id = "role"')
        return {}
    for key, message in _role_faults(given, actor_ids):
        table.fault(f"actors.{key}" if key else "actors", message)
    return {str(actor): str(role) for actor, role in given.items()}


def _role_faults(given: Mapping[str, Any], actor_ids: Collection[str] | None) -> Iterator[tuple[str, str]]:
    for actor, role in given.items():
        if role not in ROLES:
            yield actor, f"{shown(str(role))} is not a palette role{nearest_hint(str(role), ROLES)}"
        if actor_ids is not None and actor not in actor_ids:
            yield actor, f"no actor has the id {shown(actor)}{nearest_hint(actor, actor_ids)}"
    for actor in actor_ids or ():
        if actor not in given:
            yield "", f"says no role for the actor {shown(actor)}"

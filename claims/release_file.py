"""A release.toml becomes the rules of a map's releases."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from claims.claim import Event
from claims.map_record import MapSettings
from claims.map_settings import window_of
from claims.release_rules import INTERNAL, Measure, ReleaseRules, Rule
from claims.withholding import matches
from gazetteer.errors import Fault, shown
from gazetteer.place import Place
from gazetteer.rows import nearest_hint, one_of

RELEASE_FILE = "release.toml"

_RULE_KEYS = ("measure", "hours", "degrees", "events", "sources", "kinds", "places", "window", "reason")
_RELEASE_KEYS = ("notes", "rules")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_USUAL_KINDS = ("city", "town", "village", "hill", "military_site", "airport", "place")
_MOST_BYTES = 1_000_000
_MOST_HOURS = 24 * 366 * 10
_FINEST, _COARSEST = 0.001, 2.0
_LONGEST_REASON = 300

T = TypeVar("T")


def read_releases(
    path: Path,
    faults: list[Fault],
    places: Mapping[str, Place] | None = None,
    settings: MapSettings | None = None,
    sources: Collection[str] | None = None,
) -> dict[str, ReleaseRules]:
    """Read a release.toml; its keys are described in docs/formats.md.

    Parameters
    ----------
    faults
        Everything wrong with it is appended here, with the line.
    places, settings, sources
        What rules may speak of; None where those files could not be read.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _MOST_BYTES:
            raise ValueError(f"is {len(raw):,} bytes long; the most is {_MOST_BYTES:,}")
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        faults.append(Fault(path.name, int(at[1]) if at else 0, "", f"cannot be read as TOML ({error})"))
        return {}
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path.name, line, "", "is not UTF-8; save the file as UTF-8"))
        return {}
    except (ValueError, RecursionError) as error:
        faults.append(Fault(path.name, 0, "", str(error) or "cannot be read as TOML"))
        return {}
    known = _Known(places, settings, sources)
    releases = (
        _release(name, value, _At(path.name, text, faults, name), known) for name, value in values.items()
    )
    return {made.name: made for made in releases if made is not None}


@dataclass(frozen=True, slots=True)
class _Known:
    """The places of the map, its settings and its sources, as far as they could be read."""

    places: Mapping[str, Place] | None
    settings: MapSettings | None
    sources: Collection[str] | None

    def kinds(self) -> Collection[str] | None:
        return None if self.places is None else {*_USUAL_KINDS, *(p.kind for p in self.places.values())}


@dataclass(frozen=True, slots=True)
class _At:
    """Where in the file something is: in a release, and in which of its rules (from 0; −1 for none)."""

    file: str
    text: str
    faults: list[Fault]
    release: str
    rule: int = -1

    def fault(self, key: str, message: str) -> None:
        column = ".".join(part for part in (self.release, key) if part)
        self.faults.append(Fault(self.file, self.line(key), column, message))

    def line(self, key: str) -> int:
        """The line that sets a key here, or else the one on which the rule or the release begins."""
        name = re.escape(self.release)
        rules = list(re.finditer(rf'^[ \t]*\[\[[ \t]*"?{name}"?\.rules[ \t]*\]\]', self.text, re.MULTILINE))
        first = re.search(rf'^[ \t]*(?:\[+[ \t]*)?"?{name}"?\b', self.text, re.MULTILINE)
        start = rules[self.rule] if 0 <= self.rule < len(rules) else first
        if start is None:
            return 0
        begins = start.start()
        following = re.search(r"^[ \t]*\[", self.text[start.end() :], re.MULTILINE)
        ends = start.end() + following.start() if following else len(self.text)
        found = re.search(rf'^[ \t]*"?{re.escape(key)}"?[ \t]*=', self.text[begins:ends], re.MULTILINE)
        return self.text.count("\n", 0, begins + (found.start() if key and found else 0)) + 1

    def read(self, table: Mapping[str, Any], key: str, parse: Callable[[Any], T], empty: T) -> T:
        """The value of a key; what ``parse`` refuses with a ValueError becomes a fault."""
        if key not in table:
            return empty
        try:
            return parse(table[key])
        except ValueError as refusal:
            self.fault(key, str(refusal))
            return empty


def _release(name: str, value: object, at: _At, known: _Known) -> ReleaseRules | None:
    if not isinstance(value, dict):
        at.fault("", f"is no release; write [{name}], and its rules under [[{name}.rules]]")
        return None
    if name == INTERNAL:
        at.fault("", "is the name for everything and can have no rules; give the release another name")
    if not _NAME.fullmatch(name):
        at.fault("", "cannot be the name of a release; use small letters, digits and hyphens")
    for key in value:
        if key not in _RELEASE_KEYS:
            at.fault(key, f"is not a key of a release{nearest_hint(key, _RELEASE_KEYS)}")
    rules = value.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        at.fault("rules", f"is not a list of rules; begin each with a line [[{name}.rules]]")
        rules = []
    made = [_rule(rule, _At(at.file, at.text, at.faults, name, i), known) for i, rule in enumerate(rules)]
    notes = at.read(value, "notes", _truth, empty=True)
    return ReleaseRules(name, tuple(rule for rule in made if rule is not None), notes)


def _rule(table: Mapping[str, Any], at: _At, known: _Known) -> Rule | None:
    before = len(at.faults)
    for key in table:
        if key not in _RULE_KEYS:
            at.fault(key, f"is not a key of a rule{nearest_hint(key, _RULE_KEYS)}")
    if "measure" not in table:
        at.fault("measure", f"is missing; write one of {', '.join(Measure)}")
    measure = at.read(
        table, "measure", lambda value: Measure(one_of(list(Measure))(str(value))), Measure.WITHHOLD
    )
    rule = Rule(
        measure=measure,
        events=at.read(table, "events", _listed(list(map(str, Event))), ()),
        sources=at.read(table, "sources", _listed(known.sources), ()),
        kinds=at.read(table, "kinds", _listed(known.kinds()), ()),
        places=at.read(table, "places", _listed(known.places), ()),
        window=at.read(table, "window", lambda value: _window(value, known.settings), None),
        hours=at.read(table, "hours", _number_from(0.01, _MOST_HOURS, "hours"), 0.0),
        degrees=at.read(table, "degrees", _number_from(_FINEST, _COARSEST, "degrees"), 0.0),
        reason=at.read(table, "reason", _reason, {}),
    )
    if len(at.faults) == before:
        _check_sense(rule, table, at)
    if len(at.faults) == before:
        _check_city(rule, at, known)
    return rule if len(at.faults) == before else None


def _check_sense(rule: Rule, table: Mapping[str, Any], at: _At) -> None:
    """What each measure needs, and what says nothing to it."""
    for key, measure in (("hours", Measure.DELAY), ("degrees", Measure.GRID)):
        if rule.measure is measure and key not in table:
            at.fault(key, f"is missing; a {measure} needs it")
        if rule.measure is not measure and key in table:
            at.fault(key, f"belongs to the measure {measure}")
    for key in ("events", "sources") if rule.measure is Measure.GRID else ():
        if getattr(rule, key):
            at.fault(key, "says nothing to a grid, which is for places; name kinds, places or a window")
    if not rule.reason:
        at.fault("reason", 'is missing; write reason = { en = "…", ar = "…" }, it is printed on the map')


def _check_city(rule: Rule, at: _At, known: _Known) -> None:
    """The map's own city is what rings and distances are measured from: everybody sees where it is."""
    if known.places is None or known.settings is None or rule.measure is Measure.DELAY or rule.of_reports:
        return
    city = known.places.get(known.settings.city)
    if city is not None and matches(rule, city):
        key = next((name for name in ("places", "kinds", "window") if getattr(rule, name)), "measure")
        said = f"speaks of {shown(city.id)} too, the map's city, from which rings and distances are measured"
        at.fault(
            key, f"{said}; it can neither be withheld nor put on a grid. Say more narrowly what you mean"
        )


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def _listed(known: Collection[str] | None) -> Callable[[object], tuple[str, ...]]:
    def parse(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise ValueError('is not a list of texts, like ["a", "b"]')
        if not value:
            raise ValueError("is an empty list, which would speak of everything; leave the key out for that")
        items = tuple(dict.fromkeys(item.strip() for item in value))
        return items if known is None else tuple(one_of(known)(item) for item in items)

    return parse


def _number_from(low: float, high: float, what: str) -> Callable[[object], float]:
    def parse(value: object) -> float:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not low <= number <= high:
            raise ValueError(f"{shown(str(value))} is not a number of {what} from {low:g} to {high:g}")
        return number

    return parse


def _window(value: object, settings: MapSettings | None) -> tuple[float, float, float, float]:
    west, south, east, north = window_of(value)
    if settings is not None:
        w, s, e, n = settings.window
        if east < w or west > e or north < s or south > n:
            raise ValueError("lies wholly outside the map's window; are latitude and longitude exchanged?")
    return west, south, east, north


def _reason(value: object) -> dict[str, str]:
    texts = {"en": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not all(
        isinstance(text, str) and text.strip() for text in texts.values()
    ):
        raise ValueError('is not a text by language; write reason = { en = "…", ar = "…" }')
    if "en" not in texts:
        raise ValueError('has no English text; write reason = { en = "…", ar = "…" }')
    if any(len(text) > _LONGEST_REASON for text in texts.values()):
        raise ValueError(f"is longer than {_LONGEST_REASON} characters; it is printed on the map")
    return {language: " ".join(text.split()) for language, text in texts.items()}

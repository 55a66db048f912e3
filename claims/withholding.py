"""Which rule of a release keeps which claim or place back, and for how long."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from claims.areas import DrawnArea
from claims.claim import Claim
from claims.map_record import MapRecord, Unlocated
from claims.observations import Observation
from claims.release_rules import Measure, ReleaseRules, Rule
from claims.statements import SPEAK_OF_CONTROL
from gazetteer.place import Place

_SHORT = 4
"""A name with fewer letters counts in a text only as a word of its own."""


class Verdict(NamedTuple):
    """The rule that keeps something back, and until when; None: for good."""

    rule: Rule
    due: datetime | None


def versions(record: MapRecord, kind: str) -> Iterator[tuple[str, Any]]:
    """Every value of a kind that a record knows, with its key: those that count, and those in corrections."""
    for correction in record.corrections:
        if correction.kind == kind:
            yield from ((correction.key, v) for v in (correction.before, correction.after) if v is not None)
    standing: Mapping[str, Iterable[tuple[str, Any]]] = {
        "place": record.places.items(),
        "baseline": record.baseline.items(),
        "area": record.areas.items(),
        "claim": ((claim.id, claim) for claim in record.claims),
        "observation": ((one.id, one) for one in record.observations),
        "unlocated": ((listed.name, listed) for listed in record.unlocated),
    }
    yield from standing[kind]


@dataclass(eq=False)
class Withholding:
    """A record under the rules of a release at an instant.

    Each place, claim and area is judged by what it is now (or was last, where it is retracted), and each
    older version by what it was then as well.
    """

    record: MapRecord
    rules: ReleaseRules
    now: datetime
    later: Withholding | None = None
    """The map as it has become, where the record is an older state: what is kept back of one is of both."""
    _silent: dict[str, Rule] = field(default_factory=dict)
    """Names of places that do not go out, in small letters, with the rule that keeps them back."""
    _verdicts: dict[int, Verdict | None] = field(default_factory=dict)
    _looked_at: dict[str, Rule | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left_out: Mapping[str, Rule] = {}
        if self.rules.rules:
            self._judge_places()

    def _judge_places(self) -> None:
        withheld = {key: rule for key, rule in self._withheld_places.items() if rule is not None}
        if self.later is not None:
            known, city = self.newest, self.record.settings.city
            since = {key: rule for key, rule in self.later.left_out.items() if key in known and key != city}
            withheld = {**since, **withheld}
        self._silence(withheld)
        in_vain = self._named_in_vain(withheld)
        if in_vain:  # their names are not to be read either, and that may keep back more
            self._silence(withheld | in_vain)
            in_vain = self._named_in_vain(withheld)
        self.left_out = withheld | in_vain

    # Places

    @cached_property
    def newest(self) -> Mapping[str, Place]:
        """Each place as it is, or as it was last."""
        return dict(versions(self.record, "place"))

    def place_rule(self, place: Place, measure: Measure) -> Rule | None:
        """The first rule of a measure that speaks of a place itself; none does of the map's city."""
        if place.id == self.record.settings.city:
            return None
        return next((r for r in self._of(measure) if not r.of_reports and matches(r, place)), None)

    def place_left_out(self, place: Place) -> bool:
        """Whether this version of a place does not go out."""
        return place.id in self.left_out or self.place_rule(place, Measure.WITHHOLD) is not None

    def degrees(self, place: Place) -> float:
        """The coarsest grid that a place is put on; 0 for none."""
        grids = self._of(Measure.GRID)
        if not grids or place.id == self.record.settings.city:
            return 0.0
        both = (place, self.newest.get(place.id, place))
        return max((r.degrees for r in grids if any(matches(r, one) for one in both)), default=0.0)

    @cached_property
    def _withheld_places(self) -> Mapping[str, Rule | None]:
        return {key: self.place_rule(place, Measure.WITHHOLD) for key, place in self.newest.items()}

    def _named_in_vain(self, withheld: Mapping[str, Rule]) -> dict[str, Rule]:
        """Places without a baseline that only withheld claims name: they were added for those."""
        going: set[str] = set()
        kept_back: dict[str, Rule] = {}
        for _, claim in versions(self.record, "claim"):
            verdict = self.claim(claim)
            for place_id in _places_of(claim):
                if verdict is None:
                    going.add(place_id)
                else:
                    kept_back.setdefault(place_id, verdict.rule)
        shown = going | set(self.record.baseline) | {self.record.settings.city} | set(withheld)
        return {key: rule for key, rule in kept_back.items() if key not in shown}

    # Claims

    @cached_property
    def last_claims(self) -> Mapping[str, Claim]:
        """Each claim as it is, or as it was last."""
        return dict(versions(self.record, "claim"))

    def claim(self, claim: Claim) -> Verdict | None:
        """What keeps this version of a claim back, or None; what it has become counts as well."""
        if not self.rules.rules:
            return None
        if id(claim) not in self._verdicts:
            last = self.last_claims.get(claim.id, claim)
            own = self._judged(claim)
            own = own if own is not None or last is claim else self._judged(last)
            self._verdicts[id(claim)] = own or self._become(claim)
        return self._verdicts[id(claim)]

    def _become(self, claim: Claim) -> Verdict | None:
        """What keeps back what a claim has become since this record."""
        if self.later is None or claim.id not in self.later.last_claims:
            return None
        return self.later.claim(self.later.last_claims[claim.id])

    def _judged(self, claim: Claim) -> Verdict | None:
        for rule in self._of(Measure.WITHHOLD):
            if self._speaks_of(rule, claim):
                return Verdict(rule, None)
        silent = None if claim.place_id else self.silenced(claim.place_as_written)
        if silent is not None:
            return Verdict(silent, None)
        delays = [Verdict(r, d) for r, d in self._delays(claim) if d > self.now]
        return max(delays, key=lambda verdict: verdict.due or self.now, default=None)

    def _delays(self, claim: Claim) -> Iterator[tuple[Rule, datetime]]:
        for rule in self._of(Measure.DELAY):
            if self._speaks_of(rule, claim):
                yield rule, claim.reported_at + timedelta(hours=rule.hours)

    def _speaks_of(self, rule: Rule, claim: Claim) -> bool:
        if rule.events and claim.event not in rule.events:
            return False
        if rule.sources and not {claim.claimant, claim.reporter} & set(rule.sources):
            return False
        if not (rule.kinds or rule.places or rule.window):
            return True
        spoken_of = self._places_of_rule[id(rule)]
        if any(place_id in spoken_of for place_id in _places_of(claim)):
            return True
        if not claim.located and claim.place_as_written.strip().casefold() in self._names_of_rule[id(rule)]:
            return True
        return claim.area_id in self._areas_of_rule[id(rule)]

    @cached_property
    def _places_of_rule(self) -> Mapping[int, frozenset[str]]:
        return {
            id(rule): frozenset(key for key, place in self.newest.items() if matches(rule, place))
            for rule in self.rules.rules
        }

    @cached_property
    def _names_of_rule(self) -> Mapping[int, frozenset[str]]:
        """What a claim that nobody located may call the places of a rule."""
        return {
            key: frozenset(name for place_id in ids for name in _names(self.newest[place_id]))
            for key, ids in self._places_of_rule.items()
        }

    # Observations

    @cached_property
    def last_observations(self) -> Mapping[str, Observation]:
        """Each observation as it is, or as it was last."""
        return dict(versions(self.record, "observation"))

    def observation(self, one: Observation) -> Verdict | None:
        """What keeps a drawn map back, whole, or None; what it has become counts as well."""
        last = self.last_observations.get(one.id, one)
        judged = self._judged_map(one) or (None if last == one else self._judged_map(last))
        if judged is not None or self.later is None or one.id not in self.later.last_observations:
            return judged
        return self.later.observation(self.later.last_observations[one.id])

    def _judged_map(self, one: Observation) -> Verdict | None:
        spoken_of = [rule for rule in self.rules.rules if self._speaks_of_map(rule, one)]
        for rule in spoken_of:
            if rule.measure is Measure.WITHHOLD:
                return Verdict(rule, None)
        delays = [(rule, one.reported_at + timedelta(hours=rule.hours)) for rule in spoken_of]
        waits = [Verdict(rule, due) for rule, due in delays if due > self.now]
        return max(waits, key=lambda verdict: verdict.due or self.now, default=None)

    def _speaks_of_map(self, rule: Rule, one: Observation) -> bool:
        """Whether a rule speaks of a drawn map: it tells who holds all the ground within its bounds.

        A grid never does; a rule that withholds places as such does not, since no drawn map names them.
        """
        if rule.measure is Measure.GRID or (rule.events and not SPEAK_OF_CONTROL & set(rule.events)):
            return False
        if rule.sources and one.series not in rule.sources:
            return False
        if rule.window is not None and not _overlap(rule.window, one.bounds):
            return False
        if not (rule.kinds or rule.places):
            return True
        if rule.measure is Measure.WITHHOLD and not rule.of_reports:
            return False
        spoken_of = (self.newest[key] for key in self._places_of_rule[id(rule)])
        return any(one.bounds is None or _holds(one.bounds, place.lon, place.lat) for place in spoken_of)

    # Areas

    def area_left_out(self, area: DrawnArea) -> bool:
        """Whether a rule that withholds ground withholds this drawn area."""
        return any(not r.of_reports and _reaches(r, area) for r in self._of(Measure.WITHHOLD))

    @cached_property
    def _areas_of_rule(self) -> Mapping[int, frozenset[str]]:
        areas = list(versions(self.record, "area"))
        return {
            id(rule): frozenset(key for key, area in areas if _reaches(rule, area))
            for rule in self.rules.rules
        }

    # Words

    def silenced(self, text: str) -> Rule | None:
        """The rule of a place that a text names and that does not go out; None where it names none."""
        if not text or not self._silent:
            return None
        if text not in self._looked_at:
            name = self._names_in.first_in(text.casefold())
            self._looked_at[text] = None if name is None else self._silent[name]
        return self._looked_at[text]

    def clean(self, text: str) -> str:
        """A text that goes out, or nothing where it names a place that does not."""
        return "" if self.silenced(text) else text

    def unlocated_left_out(self, listed: Unlocated) -> bool:
        """Whether a name in the list of what has no point is that of a place that does not go out."""
        return self.silenced(listed.name) is not None or self.silenced(listed.name_ar) is not None

    def _silence(self, left_out: Mapping[str, Rule]) -> None:
        for key, place in versions(self.record, "place"):
            for name in _names(place) if key in left_out else ():
                self._silent.setdefault(name, left_out[key])
        self._names_in = _NamesInTexts(self._silent)
        self._looked_at.clear()
        self._verdicts.clear()

    # Time

    def dues(self) -> Iterator[datetime]:
        """When each claim and drawn map that is kept back for a time comes out."""
        claims = (self.claim(claim) for _, claim in versions(self.record, "claim"))
        drawn = (self.observation(one) for _, one in versions(self.record, "observation"))
        verdicts = chain(claims, drawn)
        return (verdict.due for verdict in verdicts if verdict is not None and verdict.due is not None)

    def _of(self, measure: Measure) -> tuple[Rule, ...]:
        return self._by_measure[measure]

    @cached_property
    def _by_measure(self) -> Mapping[Measure, tuple[Rule, ...]]:
        return {m: tuple(rule for rule in self.rules.rules if rule.measure is m) for m in Measure}


def matches(rule: Rule, place: Place) -> bool:
    """Whether a place is in every list of a rule that is not empty."""
    return (
        (not rule.kinds or place.kind in rule.kinds)
        and (not rule.places or place.id in rule.places)
        and (rule.window is None or _holds(rule.window, place.lon, place.lat))
    )


def _holds(window: tuple[float, float, float, float], lon: float, lat: float) -> bool:
    west, south, east, north = window
    return west <= lon <= east and south <= lat <= north


def _overlap(
    window: tuple[float, float, float, float], bounds: tuple[float, float, float, float] | None
) -> bool:
    """Whether a window and the bounds of a drawn map meet; what draws nothing tells of all ground."""
    if bounds is None:
        return True
    west, south, east, north = bounds
    return west <= window[2] and east >= window[0] and south <= window[3] and north >= window[1]


def _reaches(rule: Rule, area: DrawnArea) -> bool:
    """Whether a rule that speaks of ground alone speaks of some of an area; too often at worst."""
    if rule.window is None or rule.kinds or rule.places:
        return False
    west, south, east, north = rule.window
    points = list(_points(json.loads(area.geometry).get("coordinates", [])))
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    if not points:
        return True
    return min(lons) <= east and max(lons) >= west and min(lats) <= north and max(lats) >= south


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:  # noqa: ANN401 - nested lists of GeoJSON
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)


def _places_of(claim: Claim) -> tuple[str, ...]:
    return tuple(key for key in (claim.place_id, claim.reference_place_id) if key)


def _names(place: Place) -> Iterator[str]:
    """All names of a place in small letters."""
    names = (place.name, *place.names.values(), *place.variants)
    return (name.strip().casefold() for name in names if name.strip())


class _NamesInTexts:
    """Finds any of many names in a text in small letters, in time that hardly grows with the names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = defaultdict(list)
        words = []
        for name in names:
            if len(name) < _SHORT:
                words.append(re.escape(name))
            else:
                self._by_start[name[:_SHORT]].append(name)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None

    def first_in(self, text: str) -> str | None:
        """The first name that stands in a text, or None."""
        for start in range(len(text) - _SHORT + 1):
            for name in self._by_start.get(text[start : start + _SHORT], ()):
                if text.startswith(name, start):
                    return name
        found = self._words.search(text) if self._words else None
        return found[0] if found else None

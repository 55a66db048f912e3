"""What of a map leaves the house: its record after the rules of a release.

Everything that goes out, a file, a page, an address, a figure, is made of what ``released`` gives and of
nothing else. Rules are described in docs/formats.md, what is done with each thing in docs/release.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from claims.actors import UNKNOWN, Actor
from claims.areas import DrawnArea
from claims.claim import Claim
from claims.coarse import Cell, Spot, cell_of, coarsened, spot_key, spots_in_cells
from claims.corrections import Correction
from claims.drawn_settings import NO_AREAS
from claims.drawn_shapes import SomeShapes
from claims.entries import entries_of, entry
from claims.errors import UnknownRelease
from claims.map_record import BaselineHolder, MapRecord, MapSettings, Unlocated
from claims.observations import DrawnStore, Observation
from claims.release_rules import INTERNAL, PUBLIC, Measure, ReleaseRules, Rule, Withheld
from claims.report import Quote, words_may_be_kept
from claims.sources import Source
from claims.withholding import Verdict, Withholding, versions
from gazetteer.errors import shown
from gazetteer.place import Place

T = TypeVar("T")


def released(record: MapRecord, name: str, now: datetime, *, newest: MapRecord | None = None) -> MapRecord:
    """The part of a record that a release lets out at an instant.

    Parameters
    ----------
    record
        As the ledger has it.
    name
        ``public``, ``internal`` (everything), or a release of the map's own.
    now
        The clock of whoever asks; with a time zone. A delay is over when it has passed since a claim or a
        drawn map was reported.
    newest
        The map as the ledger has it now, where ``record`` is an older state of it: its rules hold, and what
        they keep back of it is kept back of the older state.

    Returns
    -------
    The record with ``release`` and ``withheld``, and without the rules. Its ``head`` is that of the ledger
    where all of the record goes out; else it is made of what goes out alone, so that nobody can try by it
    what is kept back.

    Raises
    ------
    UnknownRelease
        The map has no release of that name.
    ValueError
        ``now`` has no time zone, or the record has been through another release.
    """
    if now.tzinfo is None:
        raise ValueError(f"now ({now}) says no time zone")
    if record.release:
        if record.release != name:
            raise ValueError(f"this record has been through the release {shown(record.release)} already")
        return record
    rules = rules_of(newest or record, name)
    if rules is None:
        return replace(record, release=INTERNAL)
    later = None if newest is None else Withholding(newest, rules, now)
    return _Release(record, rules, now, later).record


def next_due(record: MapRecord, name: str, now: datetime) -> datetime | None:
    """When the first of what a release keeps back for a time comes out; None where it keeps nothing so.

    Raises as ``released`` does.
    """
    rules = rules_of(record, name)
    if rules is None:
        return None
    return min(Withholding(record, rules, now).dues(), default=None)


def rules_of(record: MapRecord, name: str) -> ReleaseRules | None:
    """The rules of a release by its name; None for ``internal``, which has none."""
    if name == INTERNAL:
        return None
    rules = record.releases.get(name)
    if rules is None and name != PUBLIC:
        known = ", ".join(dict.fromkeys([PUBLIC, INTERNAL, *record.releases]))
        raise UnknownRelease(f"This map has no release {shown(name)}; it has {known}")
    return _followed(rules, record) if rules else ReleaseRules(PUBLIC)


def _followed(rules: ReleaseRules, record: MapRecord) -> ReleaseRules:
    """The rules, each also for the places that those it names have been merged into."""
    merged = {c.key: c.into for c in record.corrections if c.kind == "place" and c.into}
    return replace(rules, rules=tuple(_rule_followed(rule, merged) for rule in rules.rules))


def _rule_followed(rule: Rule, merged: Mapping[str, str]) -> Rule:
    places = list(rule.places)
    for key in places:  # what is added while it runs is looked at as well
        if key in merged and merged[key] not in places:
            places.append(merged[key])
    return rule if len(places) == len(rule.places) else replace(rule, places=tuple(places))


@dataclass(eq=False)
class _Release:
    """A record on its way through the rules of a release."""

    raw: MapRecord
    rules: ReleaseRules
    now: datetime
    later: Withholding | None

    @cached_property
    def record(self) -> MapRecord:
        raw = self.raw
        made = replace(
            raw,
            claims=tuple(c for claim in raw.claims if (c := self._claim(claim)) is not None),
            corrections=tuple(self._corrections()),
            observations=self._observations,
        )
        if self.rules.rules:
            made = replace(
                made,
                settings=self._settings(raw.settings),
                places=_kept(raw.places, self._place),
                actors=_kept(raw.actors, self._actor),
                sources=_kept(raw.sources, self._source),
                baseline=_kept(raw.baseline, self._baseline),
                areas=_kept(raw.areas, self._area),
                unlocated=tuple(u for listed in raw.unlocated if (u := self._unlocated(listed)) is not None),
            )
        head = raw.head if made == raw and not (raw.releases or self.rules.rules) else _head_of(made)
        corrections = made.corrections if head == raw.head else tuple(map(_renamed, made.corrections))
        return replace(
            made,
            head=head,
            corrections=corrections,
            releases={},
            release=self.rules.name,
            withheld=tuple(self._withheld()),
            drawn=self._drawn(made.observations),
        )

    @cached_property
    def _judge(self) -> Withholding:
        return Withholding(self.raw, self.rules, self.now, self.later)

    # Each kind of value: as it goes out, or None

    def _claim(self, claim: Claim) -> Claim | None:
        if self._judge.claim(claim) is not None:
            return None
        made = {
            "analyst": "",
            "note": self._judge.clean(claim.note) if self.rules.notes else "",
            "place_as_written": self._written(claim),
            "quote": self._quote(claim),
        }
        return _changed(claim, made)

    @cached_property
    def _observations(self) -> tuple[Observation, ...]:
        return tuple(o for one in self.raw.observations if (o := self._observation(one)) is not None)

    def _observation(self, one: Observation) -> Observation | None:
        if self._judge.observation(one) is not None:
            return None
        return _changed(one, {"file": self._judge.clean(one.file)})

    def _drawn(self, going: tuple[Observation, ...]) -> DrawnStore | None:
        """The shapes of what goes out, and no others."""
        if self.raw.drawn is None or len(going) == len(self.raw.observations):
            return self.raw.drawn
        return SomeShapes(self.raw.drawn, frozenset(one.sha256 for one in going))

    def _written(self, claim: Claim) -> str:
        """The place in the report's words; its plain name where those name another one that is kept back."""
        if self._judge.silenced(claim.place_as_written) is None:
            return claim.place_as_written
        place = self.raw.places.get(claim.place_id or "")
        return place.name if place else ""

    def _quote(self, claim: Claim) -> Quote | None:
        quote = claim.quote
        if quote is None or not quote.text:
            return quote
        may = self.rules.notes and words_may_be_kept(claim.report.licence)
        return quote if may and self._judge.silenced(quote.text) is None else replace(quote, text="")

    def _place(self, place: Place) -> Place | None:
        if self._judge.place_left_out(place):
            return None
        degrees = self._judge.degrees(place)
        if not degrees:
            return _changed(place, {"source": self._judge.clean(place.source)})
        cell = cell_of(place, degrees)
        return coarsened(place, cell, self._spots[spot_key(cell, place.id)])

    @cached_property
    def _spots(self) -> Mapping[str, Spot]:
        """Where the places of a grid go; each version of a place has its spot kept free at all times."""
        members: list[tuple[Cell, str]] = []
        fixed: list[Place] = []
        for _, place in versions(self.raw, "place"):
            if self._judge.place_left_out(place):
                continue
            degrees = self._judge.degrees(place)
            if degrees:
                members.append((cell_of(place, degrees), place.id))
            else:
                fixed.append(place)
        return spots_in_cells(members, fixed)

    def _baseline(self, held: BaselineHolder) -> BaselineHolder | None:
        if held.place_id in self._judge.left_out:
            return None
        return _changed(held, {"source": self._judge.clean(held.source)})

    def _area(self, area: DrawnArea) -> DrawnArea | None:
        if self._judge.area_left_out(area) or not self._named.goes("area", area.id):
            return None
        clean = self._judge.clean
        return _changed(area, {"name": clean(area.name), "source": clean(area.source)})

    def _unlocated(self, listed: Unlocated) -> Unlocated | None:
        ids = tuple(i for i in listed.claim_ids if i not in self._withheld_claims)
        if self._judge.unlocated_left_out(listed) or (listed.claim_ids and not ids):
            return None
        clean = self._judge.clean
        return _changed(
            listed, {"claim_ids": ids, "reason": clean(listed.reason), "hint": clean(listed.hint)}
        )

    @cached_property
    def _withheld_claims(self) -> frozenset[str]:
        return frozenset(
            claim.id for claim in self._judge.last_claims.values() if self._judge.claim(claim) is not None
        )

    def _source(self, source: Source) -> Source | None:
        if not self._named.goes("source", source.id):
            return None
        gone = self._sides_gone
        return _changed(source, {"independent_of": source.independent_of - gone}) if gone else source

    def _actor(self, actor: Actor) -> Actor | None:
        return actor if actor.id == UNKNOWN or self._named.goes("actor", actor.id) else None

    @cached_property
    def _sides_gone(self) -> frozenset[str]:
        """Sides of which no party is left."""
        before, after = self.raw.actors.values(), filter(None, map(self._actor, self.raw.actors.values()))
        return frozenset({actor.side for actor in before} - {actor.side for actor in after})

    def _settings(self, settings: MapSettings) -> MapSettings:
        gone = {key for key, actor in self.raw.actors.items() if self._actor(actor) is None}
        roles = {key: role for key, role in settings.roles.items() if key not in gone}
        settings = replace(settings, areas=NO_AREAS)  # how files are read is nobody's business
        elsewhere = "" if settings.elsewhere in gone else settings.elsewhere
        settings = replace(settings, roles=roles, elsewhere=elsewhere) if gone else settings
        # A method that listens to one source alone would name it.
        named = settings.method.partition(":")[2]
        alone = named and not self._named.goes("source", named)
        return replace(settings, method="", parameters={}) if alone else settings

    @cached_property
    def _named(self) -> _Named:
        return _Named.of(self.raw, self._judge)

    # Corrections

    def _corrections(self) -> Iterator[Correction]:
        for correction in self.raw.corrections:
            made = self._correction(correction)
            if made is not None:
                yield made

    def _correction(self, correction: Correction) -> Correction | None:
        """A correction that goes out; None where it would tell of what does not."""
        goes = _GOES.get(correction.kind)
        if goes is None or (correction.into and self._hidden(correction.kind, correction.into)):
            return None
        before, after = (None if v is None else goes(self, v) for v in (correction.before, correction.after))
        lost = (correction.before is not None and before is None) or (
            correction.after is not None and after is None
        )
        # A claim or drawn map appears with the correction that made it public; of all else the newest stands
        # throughout.
        if lost and (correction.kind not in ("claim", "observation") or after is None):
            return None
        if before == after or self._hidden(correction.kind, correction.key):
            return None
        return replace(correction, before=before, after=after, by="", why=self._judge.clean(correction.why))

    def _hidden(self, kind: str, key: str) -> bool:
        if kind == "place":
            return key in self._judge.left_out
        if kind == "claim":
            return key in self._withheld_claims
        if kind == "observation":
            last = self._judge.last_observations.get(key)
            return last is not None and self._judge.observation(last) is not None
        return kind == "unlocated" and self._judge.silenced(key) is not None

    def _old_settings(self, settings: MapSettings) -> MapSettings | None:
        return None if settings.city in self._judge.left_out else self._settings(settings)

    # What is told of it

    def _withheld(self) -> Iterator[Withheld]:
        told: dict[int, _Told] = {id(rule): _Told(rule) for rule in self.rules.rules}
        for key, rule in self._judge.left_out.items():
            if key in self.raw.places:
                told[id(rule)].places.add(key)
        for place_id, verdict in self._verdicts():
            told[id(verdict.rule)].add(place_id, verdict.due)
        for key, place in self.raw.places.items():
            degrees = 0.0 if key in self._judge.left_out else self._judge.degrees(place)
            for rule in self.rules.rules if degrees else ():
                if rule.measure is Measure.GRID and rule.degrees == degrees:
                    told[id(rule)].places.add(key)
                    break
        zone = self.raw.settings.zone
        return (one.withheld(zone) for one in told.values() if one.places or one.claims)

    def _verdicts(self) -> Iterator[tuple[str | None, Verdict]]:
        """What keeps back a claim, with its place, or a drawn map."""
        judged = [
            *((claim.place_id, self._judge.claim(claim)) for claim in self.raw.claims),
            *((None, self._judge.observation(one)) for one in self.raw.observations),
        ]
        return ((place_id, verdict) for place_id, verdict in judged if verdict is not None)


_GOES: Mapping[str, Callable[[_Release, Any], Any]] = {
    "claim": _Release._claim,
    "observation": _Release._observation,
    "place": _Release._place,
    "baseline": _Release._baseline,
    "area": _Release._area,
    "unlocated": _Release._unlocated,
    "source": _Release._source,
    "actor": _Release._actor,
    "settings": _Release._old_settings,
    "credits": lambda _, text: text,
}
"""How a value of each kind goes out. Rules are not here: they name what they keep back."""


class _Told:
    """What one rule kept back, while it is counted."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.places: set[str] = set()
        self.claims = 0
        self.due: datetime | None = None

    def add(self, place_id: str | None, due: datetime | None) -> None:
        self.claims += 1
        if place_id and due is not None:
            self.places.add(place_id)
        if due is not None:
            self.due = due if self.due is None else max(self.due, due)

    def withheld(self, zone: ZoneInfo) -> Withheld:
        rule = self.rule
        until = None if self.due is None else _end_of_day(self.due, zone)
        return Withheld(
            rule.measure, len(self.places), self.claims, rule.reason, rule.hours, rule.degrees, until
        )


@dataclass(frozen=True)
class _Named:
    """Who and what is named by claims that go out, and by claims that do not, by kind."""

    going: Mapping[str, frozenset[str]]
    kept_back: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, record: MapRecord, judge: Withholding) -> _Named:
        going: dict[str, set[str]] = {"source": set(), "actor": set(), "area": set()}
        kept_back: dict[str, set[str]] = {kind: set() for kind in going}
        for _, claim in versions(record, "claim"):
            found = going if judge.claim(claim) is None else kept_back
            found["source"] |= {claim.claimant, claim.reporter}
            found["actor"] |= {claim.holder or "", claim.from_holder or ""}
            found["area"].add(claim.area_id)
        for _, one in versions(record, "observation"):
            found = going if judge.observation(one) is None else kept_back
            found["source"].add(one.series)
            found["actor"] |= {*one.holders, record.settings.elsewhere}
        for place_id, held in versions(record, "baseline"):
            (kept_back if place_id in judge.left_out else going)["actor"].add(held.holder)
        frozen = ({kind: frozenset(ids) for kind, ids in found.items()} for found in (going, kept_back))
        return cls(*frozen)

    def goes(self, kind: str, key: str) -> bool:
        """Whether it goes out: all but what nothing else than withheld claims names."""
        return key in self.going[kind] or key not in self.kept_back[kind]


def _kept(values: Mapping[str, T], goes: Callable[[T], T | None]) -> dict[str, T]:
    found = ((key, goes(value)) for key, value in values.items())
    return {key: value for key, value in found if value is not None}


def _changed(value: T, fields: Mapping[str, Any]) -> T:
    """A value with other fields; itself where they are the same, so that a large record is not copied."""
    same = all(getattr(value, name) == new for name, new in fields.items())
    return value if same else replace(value, **fields)  # type: ignore[type-var]


def _renamed(correction: Correction) -> Correction:
    """A correction with a hash of its own instead of its entry's, which is chained to what is kept back."""
    own = hashlib.sha256("\0".join(_of_correction(correction)).encode("utf-8")).hexdigest()
    return replace(correction, entry=own, replaces="")


def _end_of_day(instant: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight after an instant: to the day is all that is told of when a report came."""
    following = instant.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(following, time(), zone)


def _head_of(record: MapRecord) -> str:
    """SHA-256, in hex, over the entries of what goes out, and its corrections."""
    digest = hashlib.sha256()
    for part in _told_apart(record):
        digest.update(part.encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()


def _told_apart(record: MapRecord) -> Iterator[str]:
    for one in entries_of(replace(record, releases={})):
        yield from (one.kind, one.key, one.body)
    for correction in record.corrections:
        yield from _of_correction(correction)


def _of_correction(correction: Correction) -> Iterator[str]:
    yield from (correction.at.isoformat(), correction.kind, correction.key, correction.action)
    yield from (correction.into, correction.why)
    for value in (correction.before, correction.after):
        yield "" if value is None else entry(correction.kind, "", value).body

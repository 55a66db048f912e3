"""A drawn map becomes the map document: the one compact JSON that page, file and iframe play.

What each key means is written in docs/map-document.md.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from claims.actors import UNKNOWN, Actor
from claims.claim import Claim
from claims.control import Certainty, ControlHistory, Hold, Remark
from claims.counts import Counted, counted_places
from claims.cycles import no_search_for_cycles
from claims.map_record import MapRecord, Unlocated
from claims.release_rules import INTERNAL, Withheld
from claims.sources import Source
from claims.subjects import SubjectKind, subject_of
from figures.corrections import correction_rows
from figures.document_file import VERSION, packed
from figures.ground_document import drawn_part
from figures.ranks import ranks
from gazetteer.place import Place
from layers.area import AreaRow, areas
from layers.basemap import Basemap, bundled_unit, polygons
from layers.composite import Composite, State, look_alike, state_of
from layers.course import Course, course_of, course_of_places
from layers.distance import ClaimedDistance, DistanceRow, claimed_distances, distances, edge_km_of
from layers.distinct import distinct
from layers.front_length import front_lengths
from layers.front_line import front_course, sides_of
from layers.ground_source import FROM_CELLS, GroundSource
from layers.kept import kept
from layers.rings import rings

FORMAT = "frontline-map"
STEP_DEG = 1e-4
"""The grid of all lines: 11 m north-south, 9 m or less east-west at Hama's latitude."""

CERTAINTIES = tuple(Certainty)
_REPORTED = frozenset({Certainty.ASSESSED, Certainty.CLAIMED, Certainty.CONTESTED, Certainty.REPORTED})
_NONE = -1

Line = list[int]
Numbers = NDArray[np.int64]
Texts = dict[str, str]


@dataclass(frozen=True, eq=False)
class MapParts:
    """What a document is made of, with the numbers that its lists give to things."""

    record: MapRecord
    history: ControlHistory
    ground: Basemap
    whole: Composite
    drawn: Composite
    source: GroundSource = FROM_CELLS

    @cached_property
    def grid(self) -> Grid:
        """From the window's south-west corner."""
        west, south, _, _ = self.record.settings.window
        return Grid(round(west, 4), round(south, 4), STEP_DEG)

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """By id, with *unknown* always among them."""
        unknown = Actor(UNKNOWN, "Unknown holder", "غير معروف", UNKNOWN)
        return tuple(actor for _, actor in sorted({UNKNOWN: unknown, **self.record.actors}.items()))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """By id."""
        return tuple(source for _, source in sorted(self.record.sources.items()))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """By id."""
        return tuple(place for _, place in sorted(self.record.places.items()))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Those known by the known time, in the order in which they take effect."""
        known = (c for c in self.record.claims if c.reported_at <= self.history.known_at)
        return tuple(sorted(known, key=lambda c: (c.happened.end, c.id)))

    @cached_property
    def course(self) -> Course:
        """What changes on the drawn faces."""
        return course_of(self.drawn)

    @cached_property
    def place_course(self) -> Course:
        """What changes at the places, in the order of ``places``."""
        return course_of_places(self.record, self.history)

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Every state that anything is ever in, sorted."""
        found = {*self.course.states, *self.place_course.states}
        return tuple(sorted(found, key=lambda s: (s.holder, CERTAINTIES.index(s.certainty), s.rival or "")))

    @cached_property
    def numbers(self) -> dict[str, dict[Any, int]]:
        """The index of each thing in its list, by kind."""
        return {
            "actor": {actor.id: i for i, actor in enumerate(self.actors)},
            "source": {source.id: i for i, source in enumerate(self.sources)},
            "place": {place.id: i for i, place in enumerate(self.places)},
            "claim": {claim.id: i for i, claim in enumerate(self.claims)},
            "state": {state: i for i, state in enumerate(self.states)},
            "observation": {one.id: i for i, one in enumerate(self.source.observations)},
        }

    def number(self, kind: str, key: object) -> int:
        """The index of a thing in its list; −1 for none, or for one that is not listed."""
        return self.numbers[kind].get(key, _NONE)

    def state(self, hold: Hold) -> int:
        """The index of what the ground shows during a hold; −1 where the map never shows it."""
        return self.numbers["state"].get(state_of(hold), _NONE)

    def numbered(self, course: Course) -> tuple[Numbers, Numbers]:
        """How each thing of a course starts and what each change makes of it, as indices of ``states``."""
        number = np.array([self.numbers["state"][state] for state in course.states], dtype=np.int64)
        return number[course.start], number[course.state]


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole numbers for degrees: ``x`` steps east and ``y`` steps north of a corner."""

    lon: float
    lat: float
    step: float

    def line(self, points: NDArray[np.float64]) -> Line:
        """Points of shape (n, 2), longitude and latitude, as ``[x0, y0, dx1, dy1, …]``; steps of 0 go."""
        return self.each([points])[0]

    def lines(self, geometry: BaseGeometry) -> list[Line]:
        """The lines of a geometry, in its own order."""
        return self.each([shapely.get_coordinates(part) for part in shapely.get_parts(geometry)])

    def each(self, lines: Sequence[NDArray[np.float64]]) -> list[Line]:
        """Each line as ``line`` gives it; all of them are put on the grid together."""
        if not lines:
            return []
        on_grid = np.rint((np.concatenate(lines) - (self.lon, self.lat)) / self.step).astype(np.int64)
        steps = np.diff(on_grid, axis=0, prepend=on_grid[:1])
        begins = np.cumsum([0, *(len(line) for line in lines)])
        steps[begins[:-1]] = on_grid[begins[:-1]]
        moving = np.any(steps != 0, axis=1)
        moving[begins[:-1]] = True
        flat = steps.ravel().tolist()
        resting = set(np.searchsorted(begins, np.flatnonzero(~moving), side="right") - 1)
        return [
            _walked(steps[begin:end], moving[begin:end]) if number in resting else flat[2 * begin : 2 * end]
            for number, (begin, end) in enumerate(pairwise(begins.tolist()))
        ]


def _walked(steps: NDArray[np.int64], moving: NDArray[np.bool_]) -> Line:
    """The steps that move; the first stands for where the line begins, and a second one is always kept."""
    found = steps[moving] if moving.sum() > 1 else steps[:2]
    walked: Line = found.ravel().tolist()
    return walked


def map_document(
    parts: MapParts, *, city: Place | None, rings_km: Sequence[float], asked: bool
) -> dict[str, Any]:
    """The whole document; ``asked`` is whether the reader chose the known time."""
    with no_search_for_cycles():
        return _document(parts, city, rings_km, asked)


def _document(parts: MapParts, city: Place | None, rings_km: Sequence[float], asked: bool) -> dict[str, Any]:
    settings, history = parts.record.settings, parts.history
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": settings.id,
        "title": _texts(settings.title),
        "clock": _clock(settings.zone, _instants(parts)),
        "span": [_seconds(instant) for instant in settings.span],
        "window": list(settings.window),
        "known_at": _seconds(history.known_at),
        "known_label": "asked" if asked else "latest",
        "head": parts.record.head,
        "method": {
            "name": history.method,
            "version": history.method_version,
            "parameters": dict(history.parameters),
        },
        "border_view": settings.border_view,
        "reach_km": settings.reach_km,
        "actors": [_actor(actor, settings.roles) for actor in parts.actors],
        "sources": [_source(source) for source in parts.sources],
        "certainties": [str(certainty) for certainty in CERTAINTIES],
        "states": [_state(state, parts) for state in parts.states],
        "grid": {"lon": parts.grid.lon, "lat": parts.grid.lat, "step": parts.grid.step},
        **_ground_through_time(parts),
        **drawn_part(parts),
        "places": _places(parts, city),
        "events": _events(parts),
        "claims": [_claim(claim, parts) for claim in parts.claims],
        "reference": reference_part(parts, city, rings_km),
        "area": _area(parts),
        "front": _front(parts),
        "ground": _ground(parts.ground, parts.grid.lon, parts.grid.lat),
        "unlocated": [_unlocated(unlocated) for unlocated in parts.record.unlocated],
        "release": {"name": parts.record.release or INTERNAL},
        "withheld": [_withheld(withheld) for withheld in parts.record.withheld],
        "corrections": correction_rows(parts.record),
        "counts": [_count(one, parts) for one in counted_places(parts.claims) if one.not_located],
        "credits": _credits(parts),
    }


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """What is written of the document (``figures.document_file``): the same document gives the same bytes."""
    text = json.dumps(
        packed(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def reference_part(parts: MapParts, city: Place | None, rings_km: Sequence[float]) -> dict[str, Any]:
    """Rings round a city, its distance to hostile ground through time, and what was said about that."""
    if city is None:
        return {"place": _NONE, "edge_km": 0.0, "rings": [], "series": [], "claimed": []}
    rows = distances(parts.whole, parts.record, parts.history, city)
    said = claimed_distances(parts.record, city, parts.history.known_at)
    return {
        "place": parts.number("place", city.id),
        "edge_km": edge_km_of(parts.record, city),
        "rings": [{"km": ring.km, "line": parts.grid.line(ring.points)} for ring in rings(city, rings_km)],
        "series": [_distance_row(row, parts) for row in rows],
        "claimed": [_claimed_distance(one, parts) for one in said],
    }


# Small values


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _km(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _texts(texts: Mapping[str, str]) -> Texts:
    return {language: text for language, text in sorted(texts.items()) if text}


def _short(name: str) -> str:
    """A party's name without what an editor put behind it: cut at the first bracket or comma."""
    return name.partition("(")[0].partition(",")[0].strip() or name


def _actor(actor: Actor, roles: Mapping[str, str]) -> dict[str, Any]:
    own_role = UNKNOWN if actor.id == UNKNOWN else roles.get(actor.id, "foreign")
    return {
        "id": actor.id,
        "name": _texts({"en": actor.name, "ar": actor.name_ar}),
        "short": _texts({"en": _short(actor.name), "ar": _short(actor.name_ar)}),
        "role": own_role,
        "side": actor.side,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "affiliation": source.affiliation,
        "independent_of": sorted(source.independent_of),
        "url": source.url,
    }


def _state(state: State, parts: MapParts) -> list[int]:
    certainty = CERTAINTIES.index(state.certainty)
    return [parts.number("actor", state.holder), certainty, parts.number("actor", state.rival)]


def _unlocated(unlocated: Unlocated) -> dict[str, Any]:
    return {
        "name": _texts({"en": unlocated.name, "ar": unlocated.name_ar}),
        "kind": unlocated.kind,
        "reason": unlocated.reason,
        "hint": unlocated.hint,
        "claims": list(unlocated.claim_ids),
        "area": int(unlocated.kind == "area"),
    }


def _withheld(withheld: Withheld) -> dict[str, Any]:
    return {
        "measure": str(withheld.measure),
        "places": withheld.places,
        "claims": withheld.claims,
        "reason": _texts(withheld.reason),
        "hours": withheld.hours,
        "degrees": withheld.degrees,
        "until": None if withheld.until is None else _seconds(withheld.until),
    }


def _credits(parts: MapParts) -> list[str]:
    own = [line.strip() for line in parts.record.credits.splitlines() if line.strip()]
    return list(dict.fromkeys([*own, *parts.ground.credits]))


# The clock


def _instants(parts: MapParts) -> list[datetime]:
    told = [instant for claim in parts.claims for instant in (claim.happened.start, claim.happened.end)]
    until = [withheld.until for withheld in parts.record.withheld if withheld.until is not None]
    known = [claim.reported_at for claim in parts.claims] + [c.at for c in parts.record.corrections]
    drawn = [instant for one in parts.source.observations for instant in (one.at, one.reported_at)]
    return [*parts.record.settings.span, *told, *known, *until, *drawn]


def _clock(zone: ZoneInfo, instants: Sequence[datetime]) -> dict[str, Any]:
    day = timedelta(days=1)
    offsets = _offsets(zone, min(instants) - day, max(instants) + day)
    city = zone.key.rpartition("/")[2].replace("_", " ")
    return {
        "zone": zone.key,
        "name": _texts({"en": city, "ar": _ARABIC_ZONES.get(zone.key, "")}),
        "offsets": offsets,
    }


_ARABIC_ZONES = {
    "Africa/Khartoum": "الخرطوم",
    "Africa/Tripoli": "طرابلس",
    "Asia/Aden": "عدن",
    "Asia/Amman": "عمّان",
    "Asia/Baghdad": "بغداد",
    "Asia/Beirut": "بيروت",
    "Asia/Damascus": "دمشق",
    "Asia/Gaza": "غزة",
    "Europe/Kyiv": "كييف",
    "Indian/Kerguelen": "كيرغولن",
}


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[list[int]]:
    """Minutes east of UTC and since when; found day by day, then to the second."""

    def minutes(second: int) -> int:
        offset = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
        return round(offset.total_seconds() / 60)

    found = [[_seconds(first), minutes(_seconds(first))]]
    for noon in range(_seconds(first), _seconds(last) + 86_400, 86_400):
        if minutes(noon) != found[-1][1]:
            day = range(noon - 86_400, noon + 1)
            turn = day[bisect_right(day, False, key=lambda second: minutes(second) == minutes(noon))]
            found.append([turn, minutes(noon)])
    return found


# Ground through time


def _ground_through_time(parts: MapParts) -> dict[str, Any]:
    drawn, front = parts.drawn, front_course(parts.drawn, sides_of(parts.record.actors))
    (faces, new_faces), (places, new_places) = map(parts.numbered, (parts.course, parts.place_course))
    edges = distinct(np.concatenate([np.flatnonzero(front.start), front.arc]))
    place = parts.numbers["place"]
    return {
        "arcs": parts.grid.each([arc.points for arc in drawn.arcs]),
        "faces": [
            [place.get(face.place_id, _NONE), int(face.in_region), list(map(list, face.rings))]
            for face in drawn.faces
        ],
        "edges": [[arc, drawn.arcs[arc].left, drawn.arcs[arc].right] for arc in edges.tolist()],
        "start": {
            "faces": faces.tolist(),
            "fronts": front.start[edges].tolist(),
            "places": places.tolist(),
        },
        "changes": _changes(
            _Turns(parts.course.instants, parts.course.when, parts.course.thing, new_faces),
            _Turns(front.instants, front.when, np.searchsorted(edges, front.arc), front.style),
            _Turns(
                parts.place_course.instants, parts.place_course.when, parts.place_course.thing, new_places
            ),
        ),
    }


class _Turns(NamedTuple):
    """What becomes of some kind of thing: at which of the instants, its index, and what it becomes."""

    instants: Sequence[datetime]
    when: Numbers
    thing: Numbers
    new: Numbers


def _changes(*kinds: _Turns) -> list[list[Any]]:
    """Changes by instant: ``[t, [face, state, …], [edge, style, …], [place, state, …]]``."""
    told = [np.array([_seconds(at) for at in kind.instants], dtype=np.int64)[kind.when] for kind in kinds]
    seconds = distinct(np.concatenate(told))
    columns = [
        _by_row(np.searchsorted(seconds, when), kind, len(seconds))
        for when, kind in zip(told, kinds, strict=True)
    ]
    return [list(row) for row in zip(seconds.tolist(), *columns, strict=True)]


def _by_row(row: Numbers, kind: _Turns, rows: int) -> Iterator[list[int]]:
    """The indices and new values of each row in turn, flat."""
    flat = np.column_stack([kind.thing, kind.new]).ravel().tolist()
    ends = np.cumsum(2 * np.bincount(row, minlength=rows)).tolist()
    return (flat[begin:end] for begin, end in pairwise([0, *ends]))


# What was said


def _places(parts: MapParts, city: Place | None) -> list[dict[str, Any]]:
    reported = _reported_places(parts)
    changed = np.bincount(parts.place_course.thing, minlength=len(parts.places)).tolist()
    times = {place.id: count for place, count in zip(parts.places, changed, strict=True)}
    rank = ranks(parts.record, times, city.id if city else "", reported)
    return [
        {
            "id": place.id,
            "name": _place_name(place),
            "variants": list(place.variants),
            "lon": place.lon,
            "lat": place.lat,
            "kind": place.kind,
            "precision_m": place.precision_m,
            "population": place.population,
            "rank": rank[place.id],
            "reported": int(place.id in reported),
        }
        for place in parts.places
    ]


def _place_name(place: Place) -> Texts:
    if not place.names and place.name:
        return {"en": place.name}
    return _texts({**place.names, "en": place.names.get("en") or place.name})


def _reported_places(parts: MapParts) -> set[str]:
    """The places that a claim names, or speaks for because they lie within its unit or area."""
    named = {claim.place_id for claim in parts.claims if claim.place_id}
    thing, state, *_ = parts.place_course.spells()
    says = np.array([one.certainty in _REPORTED for one in parts.place_course.states], dtype=bool)
    spoken_for = {parts.places[i].id for i in distinct(thing[says[state]]).tolist()}
    return named | spoken_for | {remark.place_id for remark in parts.history.remarks}


def _events(parts: MapParts) -> list[dict[str, Any]]:
    remarked = {(remark.place_id, remark.claim_id) for remark in parts.history.remarks}
    changes = [
        _change_event(place.id, earlier, later, parts)
        for place in parts.places
        for earlier, later in pairwise(parts.history.holds.get(place.id, ()))
        if later.certainty in _REPORTED and not look_alike(earlier, later)
        if not _only_confirms(place.id, earlier, later, remarked) and not _first_drawn(later, parts)
    ]
    remarks = [_remark_event(remark, parts) for remark in parts.history.remarks if remark.place_id]
    return sorted([*changes, *remarks], key=lambda e: (e["t"], e["place"], e["kind"], e["claims"]))


def _first_drawn(hold: Hold, parts: MapParts) -> bool:
    """Whether a hold is what the first drawn map shows: somebody looked, and nothing need have moved."""
    first = parts.source.observations[:1]
    return bool(first) and hold.claims == (first[0].id,)


def _only_confirms(place_id: str, earlier: Hold, later: Hold, remarked: set[tuple[str, str]]) -> bool:
    """Whether nothing changed hands and the claims, failed attacks say, are told as no change already."""
    same = (earlier.holder, earlier.rival) == (later.holder, later.rival)
    return same and all((place_id, claim) in remarked for claim in later.claims)


def _change_event(place_id: str, earlier: Hold, later: Hold, parts: MapParts) -> dict[str, Any]:
    assert later.start is not None  # noqa: S101 - only a first hold has no start
    window = later.window
    return {
        "t": _seconds(later.start),
        "from": _seconds(window.start if window else later.start),
        "day": int(window.day_precision) if window else 0,
        "place": parts.number("place", place_id),
        "before": parts.state(earlier),
        "after": parts.state(later),
        "kind": "change",
        "reason": "",
        **_grounds(later.claims, parts),
    }


def _grounds(ids: Sequence[str], parts: MapParts) -> dict[str, Any]:
    """What an event rests on: claims, or the drawn map that shows it."""
    claim, observation = parts.numbers["claim"], parts.numbers["observation"]
    claims = [claim[one] for one in ids if one in claim]
    drawn = [observation[one] for one in ids if one in observation] if observation else []
    return {"claims": claims, "observation": drawn[-1]} if drawn else {"claims": claims}


def _remark_event(remark: Remark, parts: MapParts) -> dict[str, Any]:
    number = parts.number("claim", remark.claim_id)
    window = parts.claims[number].happened if number != _NONE else None
    state = parts.state(parts.history.at(remark.place_id, remark.at))
    return {
        "t": _seconds(remark.at),
        "from": _seconds(window.start if window else remark.at),
        "day": int(window.day_precision) if window else 0,
        "place": parts.number("place", remark.place_id),
        "before": state,
        "after": state,
        "kind": "no_change",
        "reason": remark.reason,
        "claims": [number],
    }


def _claim(claim: Claim, parts: MapParts) -> dict[str, Any]:
    place, actor, source = (parts.numbers[kind].get for kind in ("place", "actor", "source"))
    return {
        **(_wide_subject(claim, parts) if claim.place_id is None else {}),
        "id": claim.id,
        "place": place(claim.place_id, _NONE),
        "written": claim.place_as_written,
        "event": claim.event.value,
        "holder": actor(claim.holder, _NONE),
        "from_holder": actor(claim.from_holder, _NONE),
        "claimant": source(claim.claimant, _NONE),
        "reporter": source(claim.reporter, _NONE),
        "start": _seconds(claim.happened.start),
        "end": _seconds(claim.happened.end),
        "day": int(claim.happened.day_precision),
        "reported": _seconds(claim.reported_at),
        "reported_day": int(claim.reported_day_precision),
        "status": claim.status,
        "code": f"{claim.reliability}{claim.credibility}",
        "value": claim.value,
        "qualifier": claim.qualifier,
        "low": claim.value_low,
        "high": claim.value_high,
        "reference": place(claim.reference_place_id, _NONE),
        "url": claim.source_url,
        "note": claim.note,
    }


def _wide_subject(claim: Claim, parts: MapParts) -> dict[str, Any]:
    """What a claim is about where that is no place: a unit or an area, with its name."""
    subject = subject_of(claim)
    if subject is None:
        return {}
    kind, key = subject
    if kind is SubjectKind.UNIT:
        unit = bundled_unit(key)
        return {"unit": {"code": key, "name": _texts(unit.names if unit else {"en": claim.place_as_written})}}
    area = parts.record.areas.get(key)
    return {"area": {"id": key, "name": _texts({"en": area.name if area else claim.place_as_written})}}


def _count(count: Counted, parts: MapParts) -> dict[str, Any]:
    return {
        "claim": parts.number("claim", count.claim_id),
        "total": count.total,
        "not_located": count.not_located,
        "located": [parts.number("place", place_id) for place_id in count.located],
        "named": list(count.named),
    }


# Measures


def _distance_row(row: DistanceRow, parts: MapParts) -> list[int | float | None]:
    return [
        _seconds(row.at),
        _km(row.centre_km),
        _km(row.edge_km),
        _km(row.claimed_km),
        _km(row.nearest_reported_km),
        parts.number("place", row.nearest_reported_place),
    ]


def _claimed_distance(said: ClaimedDistance, parts: MapParts) -> dict[str, Any]:
    return {
        "claim": parts.number("claim", said.claim_id),
        "t": _seconds(said.at),
        "start": _seconds(said.start),
        "km": said.km,
        "low": said.low_km,
        "high": said.high_km,
        "qualifier": said.qualifier,
        "claimant": parts.number("source", said.claimant),
        "affiliation": said.affiliation,
    }


def _area(parts: MapParts) -> dict[str, Any]:
    measured = areas(parts.whole, parts.ground, parts.record.settings.span[0])
    return {
        "region": {"code": measured.region_code, "name": _texts(measured.region_names)},
        "total_km2": round(measured.total_km2, 2),
        "series": [_area_row(row, parts) for row in measured.rows],
    }


def _area_row(row: AreaRow, parts: MapParts) -> list[Any]:
    holders = {*row.held_km2, *row.claimed_km2}
    by_actor = {
        str(parts.number("actor", actor)): [
            round(row.held_km2.get(actor, 0.0), 2),
            round(row.claimed_km2.get(actor, 0.0), 2),
        ]
        for actor in sorted(holders)
    }
    return [_seconds(row.at), by_actor, round(row.contested_km2, 2), round(row.unknown_km2, 2)]


def _front(parts: MapParts) -> dict[str, Any]:
    rows = front_lengths(parts.whole, sides_of(parts.record.actors), parts.record.settings.span[0])
    lengths = ([row.solid_km, row.dashed_km, row.dotted_km] for row in rows)
    return {"series": [[_seconds(row.at), *map(_km, km)] for row, km in zip(rows, lengths, strict=True)]}


# The ground beneath


@kept()
def _ground(ground: Basemap, lon: float, lat: float) -> dict[str, Any]:
    """The ground on the grid from that corner."""
    grid = Grid(lon, lat, STEP_DEG)
    around = ground.surroundings
    land = polygons(shapely.intersection(ground.land, around))
    return {
        "land": _rings(land, grid),
        "region": _rings(ground.region, grid),
        "neighbours": _rings(ground.neighbours, grid),
        "units": _units(ground, grid),
        "unit_lines": grid.lines(ground.unit_lines),
        "country_lines": grid.lines(ground.country_lines),
        "rivers": [
            {"name": _texts(river.names), "lines": grid.lines(river.lines)} for river in ground.rivers
        ],
    }


def _rings(geometry: BaseGeometry, grid: Grid) -> list[Line]:
    """One ring for each polygon; a polygon with holes is cut into polygons without."""
    whole = [part for polygon in shapely.get_parts(geometry) for part in _without_holes(polygon)]
    return [grid.line(shapely.get_coordinates(part.exterior)) for part in whole]


def _without_holes(polygon: shapely.Polygon) -> list[shapely.Polygon]:
    if not polygon.interiors:
        return [polygon]
    west, south, east, north = polygon.bounds
    middle = polygon.interiors[0].centroid.x
    halves = shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)
    cut = [part for half in halves for part in polygons(shapely.intersection(polygon, half)).geoms]
    return [part for piece in cut for part in _without_holes(piece)]


def _units(ground: Basemap, grid: Grid) -> list[dict[str, Any]]:
    return [
        {
            "code": unit.code,
            "name": _texts(unit.names),
            "at": grid.line(_label_point(unit.geometry, ground))[:2],
            "in_region": int(unit.code == ground.region_code),
        }
        for unit in sorted(ground.units, key=lambda unit: unit.code)
    ]


def _label_point(geometry: BaseGeometry, ground: Basemap) -> NDArray[np.float64]:
    """The middle of the roomiest part of a unit that the window shows, or else its surroundings."""
    for frame in (shapely.box(*ground.window), ground.surroundings):
        seen = polygons(shapely.intersection(geometry, frame))
        if not seen.is_empty:
            return shapely.get_coordinates(shapely.maximum_inscribed_circle(seen))[:1]
    return shapely.get_coordinates(geometry.representative_point())

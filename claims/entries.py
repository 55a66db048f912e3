"""A map's record becomes the entries that the ledger keeps, and entries become a record again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.areas import DrawnArea
from claims.claim import Claim, Event, Precision, Window
from claims.corrections import Action, Correction, in_order
from claims.drawn_settings import NO_AREAS, settings_of
from claims.drawn_settings import body_of as areas_body
from claims.drawn_shapes import PackedShapes
from claims.errors import DamagedLedger
from claims.map_record import BaselineHolder, MapRecord, MapSettings, Unlocated
from claims.observations import DrawnStore, Observation
from claims.release_rules import Measure, ReleaseRules, Rule
from claims.report import NO_REPORT, Quote, Report
from claims.report_draft import PossiblePlace, ReportDraft, State
from claims.sources import Source
from gazetteer.place import Place

KINDS = (
    "settings",
    "place",
    "actor",
    "source",
    "baseline",
    "area",
    "observation",
    "claim",
    "unlocated",
    "release",
    "credits",
    "draft",
)
"""The kinds of entry, in the order in which a record is written; drafts are no part of a record."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a map as the ledger keeps it.

    ``key`` tells it from others of its kind; ``body`` is canonical JSON: sorted keys, no spaces, instants in
    UTC, nothing that an entry of an earlier version would not have where it says nothing. ``shapes`` are
    those that an observation names by their hash, packed, on their way in; the ledger keeps them beside it.
    """

    kind: str
    key: str
    body: str
    shapes: PackedShapes | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the ledger has it.

    ``action`` is empty where a file was loaded, else what was done by hand; ``replaces`` is the hash of the
    entry that it stands in for, ``why`` and ``by`` whom say the rest. ``recorded_at`` is in UTC.
    """

    entry: Entry
    recorded_at: datetime
    hash: str
    action: str = ""
    replaces: str = ""
    why: str = ""
    by: str = ""


def entries_of(record: MapRecord) -> Iterator[Entry]:
    """Take a record apart; equal records give equal entries, whatever zones their instants are written in."""
    yield entry("settings", "settings", record.settings)
    yield from (entry("place", place.id, place) for place in record.places.values())
    yield from (entry("actor", actor.id, actor) for actor in record.actors.values())
    yield from (entry("source", source.id, source) for source in record.sources.values())
    yield from (entry("baseline", held.place_id, held) for held in record.baseline.values())
    yield from (entry("area", area.id, area) for area in record.areas.values())
    yield from (entry("observation", one.id, one) for one in record.observations)
    yield from (entry("claim", claim.id, claim) for claim in record.claims)
    yield from (entry("unlocated", place.name, place) for place in record.unlocated)
    yield from (entry("release", rules.name, rules) for rules in record.releases.values())
    yield entry("credits", "credits", record.credits)


def entry(kind: str, key: str, value: Any) -> Entry:  # noqa: ANN401 - any of the frozen values
    """One value as an entry."""
    body = _claim_text(value) if kind == "claim" else _ENCODER.encode(_BODIES.get(kind, _plain)(value))
    return Entry(kind, key, body)


def merged(kind: str, key: str, into: str) -> Entry:
    """The entry that says that a key is the same thing as another."""
    return Entry(kind, key, _ENCODER.encode({"into": into}))


def is_canonical(body: str) -> bool:
    """Whether a text is JSON as ``entry`` writes it, byte for byte."""
    try:
        return _ENCODER.encode(json.loads(body)) == body
    except (ValueError, RecursionError):
        return False


def value_of(kind: str, body: str) -> Any:  # noqa: ANN401 - any of the frozen values
    """The value that an entry's body holds."""
    return _VALUES[kind](json.loads(body))


def record_of(stored: Iterable[StoredEntry], head: str, drawn: DrawnStore | None = None) -> MapRecord:
    """Put a record together from all entries of a map in the ledger's order.

    The newest body of a key counts, in the order in which the keys first appeared; what it stands in for is
    kept among the corrections. ``drawn`` is where the shapes of observations are.
    """
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    corrections: list[Correction] = []
    for one in stored:
        if one.entry.kind == "draft":
            continue
        after, into = _understood(one)
        of_kind = found[one.entry.kind]
        if one.entry.key in of_kind:
            corrections.append(_correction(one, of_kind[one.entry.key], after, into))
        of_kind[one.entry.key] = after
    standing = {kind: _standing(values) for kind, values in found.items()}
    return replace(_record(standing, tuple(corrections), head), drawn=drawn)


def _understood(one: StoredEntry) -> tuple[Any, str]:
    """The value that stands from an entry on, None where none does, and what it was merged into."""
    try:
        if one.entry.kind not in KINDS:
            raise ValueError("no such kind")
        if one.action in (Action.RETRACTED, Action.MERGED):
            return None, str(json.loads(one.entry.body).get("into", ""))
        return _recorded(one), ""
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
        raise DamagedLedger(one.entry.kind, one.entry.key, problem) from None


def _standing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _recorded(one: StoredEntry) -> Any:  # noqa: ANN401 - any of the frozen values
    """The value of an entry; a claim remembers when it was recorded."""
    body = json.loads(one.entry.body)
    return _claim(body, one.recorded_at) if one.entry.kind == "claim" else _VALUES[one.entry.kind](body)


def _correction(one: StoredEntry, before: Any, after: Any, into: str) -> Correction:  # noqa: ANN401
    return Correction(
        at=one.recorded_at,
        kind=one.entry.kind,
        key=one.entry.key,
        action=Action(one.action or Action.CORRECTED),
        before=before,
        after=after,
        into=into,
        why=one.why,
        by=one.by,
        entry=one.hash,
        replaces=one.replaces,
    )


def _record(
    found: Mapping[str, Mapping[str, Any]], corrections: tuple[Correction, ...], head: str
) -> MapRecord:
    settings = found["settings"].get("settings")
    if settings is None:
        raise DamagedLedger("settings", "settings", "missing")
    # An actor that a later map.toml no longer names is still spoken of by older claims.
    roles = {**dict.fromkeys(found["actor"], "unknown"), **settings.roles}
    return MapRecord(
        settings=MapSettings(**{**_fields(settings), "roles": roles}),
        places=found["place"],
        actors=found["actor"],
        sources=found["source"],
        baseline=found["baseline"],
        claims=tuple(found["claim"].values()),
        unlocated=tuple(found["unlocated"].values()),
        credits=found["credits"].get("credits", ""),
        head=head,
        areas=found["area"],
        corrections=corrections,
        releases=found["release"],
        observations=in_order(found["observation"].values()),
    )


# Values to bodies

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen values
    return {name: _json(item) for name, item in _fields(value).items()}


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen values
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _json(item: Any) -> Any:  # noqa: ANN401 - JSON is any of its types
    if isinstance(item, datetime):
        return _utc(item)
    if isinstance(item, frozenset):
        return sorted(item)
    if isinstance(item, tuple):
        return [_json(part) for part in item]
    return dict(item) if isinstance(item, Mapping) else item


def _utc(instant: datetime) -> str:
    return (instant if instant.tzinfo is UTC else instant.astimezone(UTC)).isoformat()


def _settings_body(settings: MapSettings) -> dict[str, Any]:
    body = {name: _json(item) for name, item in _fields(settings).items() if name not in ("zone", "areas")}
    unsaid = [name for name in ("method", "parameters", "elsewhere") if not body[name]]
    areas = {} if settings.areas == NO_AREAS else {"areas": areas_body(settings.areas)}
    said = {name: item for name, item in body.items() if name not in unsaid}
    return {**said, **areas, "zone": settings.zone.key}


def _observation_body(observation: Observation) -> dict[str, Any]:
    own = {"happened": json.loads(_window_text(observation.happened))}
    return {**{name: _json(item) for name, item in _fields(observation).items() if name not in own}, **own}


def _draft_body(draft: ReportDraft) -> dict[str, Any]:
    own = {"claim": json.loads(_claim_text(draft.claim)), "possible": [_plain(one) for one in draft.possible]}
    return {**{name: _json(item) for name, item in _fields(draft).items() if name not in own}, **own}


def _actor_body(actor: Actor) -> dict[str, Any]:
    body = _plain(actor)
    if not actor.aliases:  # version 1 of the ledger did not know them
        del body["aliases"]
    return body


def _claim_text(claim: Claim) -> str:
    """The body of a claim, written out: what the encoder would make of it, for files of a million rows.

    What version 1 of the ledger did not know stands in it only where it says something.
    """
    text, maybe, number = encode_basestring, _text_or_null, _number_or_null
    first = ""
    if claim.admin_code or claim.analyst or claim.area_id:
        new = ("admin_code", "analyst", "area_id")
        first = "".join([f'"{name}":{text(said)},' for name in new if (said := getattr(claim, name))])
    quote = "" if claim.quote is None else f'"quote":{_ENCODER.encode(_plain(claim.quote))},'
    report = "" if claim.report is NO_REPORT else _report_text(claim.report)
    return (
        f'{{{first}"claimant":{text(claim.claimant)},"credibility":{claim.credibility},'
        f'"event":{text(claim.event)},"from_holder":{maybe(claim.from_holder)},'
        f'"happened":{_window_text(claim.happened)},"holder":{maybe(claim.holder)},"id":{text(claim.id)},'
        f'"note":{text(claim.note)},"place_as_written":{text(claim.place_as_written)},'
        f'"place_id":{maybe(claim.place_id)},"qualifier":{text(claim.qualifier)},{quote}'
        f'"reference_place_id":{maybe(claim.reference_place_id)},"reliability":{text(claim.reliability)},'
        f'{report}"reported_at":"{_utc(claim.reported_at)}",'
        f'"reported_day_precision":{"true" if claim.reported_day_precision else "false"},'
        f'"reporter":{text(claim.reporter)},"source_url":{text(claim.report.url)},'
        f'"status":{text(claim.status)},"value":{number(claim.value)},'
        f'"value_high":{number(claim.value_high)},"value_low":{number(claim.value_low)}}}'
    )


def _text_or_null(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


def _number_or_null(number: float | None) -> str:
    if number is None:
        return "null"
    return repr(number) if type(number) is float and isfinite(number) else _ENCODER.encode(number)


def _report_text(report: Report) -> str:
    said = {name: _json(item) for name, item in _fields(report).items() if item and name != "url"}
    return f'"report":{_ENCODER.encode(said)},' if said else ""


@lru_cache(maxsize=4096)
def _window_text(window: Window) -> str:
    body = {
        "start": _utc(window.start),
        "end": _utc(window.end),
        "day_precision": window.day_precision,
    }
    return _ENCODER.encode(body if window.precision in _IMPLIED else {**body, "precision": window.precision})


_IMPLIED = (Precision.MINUTE, Precision.DAY)
"""What ``day_precision`` alone says."""


def _rules_body(rules: ReleaseRules) -> dict[str, Any]:
    return {"name": rules.name, "notes": rules.notes, "rules": [_rule_body(rule) for rule in rules.rules]}


def _rule_body(rule: Rule) -> dict[str, Any]:
    body = _plain(rule)
    if not rule.sources:  # version 2 of the ledger did not know them
        del body["sources"]
    return body


_BODIES: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "settings": _settings_body,
    "actor": _actor_body,
    "release": _rules_body,
    "credits": lambda text: {"text": text},
    "draft": _draft_body,
    "observation": _observation_body,
}


# Bodies to values


def _settings(body: Mapping[str, Any]) -> MapSettings:
    zone = ZoneInfo(body["zone"])
    first, last = (_instant(text).astimezone(zone) for text in body["span"])
    west, south, east, north = body["window"]
    made = {**body, "zone": zone, "span": (first, last), "window": (west, south, east, north)}
    made["areas"] = settings_of(body["areas"]) if "areas" in body else NO_AREAS
    return MapSettings(**{**made, "rings_km": tuple(body["rings_km"])})


def _place(body: dict[str, Any]) -> Place:
    return Place(**{**body, "variants": tuple(body["variants"])})


def _source(body: dict[str, Any]) -> Source:
    return Source(**{**body, "independent_of": frozenset(body["independent_of"])})


def _unlocated(body: dict[str, Any]) -> Unlocated:
    return Unlocated(**{**body, "claim_ids": tuple(body["claim_ids"])})


def _claim(body: dict[str, Any], recorded_at: datetime | None = None) -> Claim:
    quote = body.get("quote")
    made = {
        **body,
        "event": Event(body["event"]),
        "happened": _window(body["happened"]),
        "reported_at": _instant(body["reported_at"]),
        "report": _report(body["source_url"], body.get("report")),
        "quote": None if quote is None else Quote(**quote),
        "recorded_at": recorded_at,
    }
    made.pop("source_url")
    return Claim(**made)


def _window(span: Mapping[str, Any]) -> Window:
    implied = Precision.DAY if span["day_precision"] else Precision.MINUTE
    return Window(_instant(span["start"]), _instant(span["end"]), Precision(span.get("precision", implied)))


def _report(url: str, said: Mapping[str, Any] | None) -> Report:
    if not said:
        return Report(url) if url else NO_REPORT
    times = {name: _instant(said[name]) for name in ("published_at", "retrieved_at") if said.get(name)}
    return Report(url, **{**said, **times})


def _rules(body: Mapping[str, Any]) -> ReleaseRules:
    return ReleaseRules(body["name"], tuple(_rule(rule) for rule in body["rules"]), body["notes"])


def _rule(body: Mapping[str, Any]) -> Rule:
    lists = {name: tuple(body.get(name, ())) for name in ("events", "kinds", "places", "sources")}
    window = body["window"]
    return Rule(
        **{**body, **lists, "measure": Measure(body["measure"]), "window": tuple(window) if window else None}
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _observation(body: dict[str, Any]) -> Observation:
    if not _SHA256.fullmatch(body["sha256"]):
        raise ValueError("sha256 is not a hash")
    bounds = body["bounds"]
    west, south, east, north = bounds or (0.0, 0.0, 0.0, 0.0)
    made = {
        **body,
        "happened": _window(body["happened"]),
        "reported_at": _instant(body["reported_at"]),
        "holders": tuple(body["holders"]),
        "bounds": (west, south, east, north) if bounds else None,
    }
    return Observation(**made)


_SHA256 = re.compile("[0-9a-f]{64}")


def _draft(body: dict[str, Any]) -> ReportDraft:
    made = {
        **body,
        "claim": _claim(body["claim"]),
        "possible": tuple(PossiblePlace(**one) for one in body["possible"]),
        "sentence": tuple(body["sentence"]),
        "why": tuple(body["why"]),
        "state": State(body["state"]),
    }
    return ReportDraft(**made)


_VALUES: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "settings": _settings,
    "place": _place,
    "actor": lambda body: Actor(**{**body, "aliases": tuple(body.get("aliases", ()))}),
    "source": _source,
    "baseline": lambda body: BaselineHolder(**body),
    "area": lambda body: DrawnArea(**body),
    "claim": _claim,
    "unlocated": _unlocated,
    "release": _rules,
    "credits": lambda body: body.get("text", ""),
    "draft": _draft,
    "observation": _observation,
}

"""What each write to the ledger did, and what a correction changed, field by field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from claims.chain import Changeset
from claims.corrections import Correction
from claims.drawn_settings import NO_AREAS, body_of
from claims.entries import StoredEntry

if TYPE_CHECKING:
    from claims.claim import Claim
    from claims.map_record import MapSettings
    from claims.observations import Observation
    from claims.release_rules import ReleaseRules, Rule
    from gazetteer.place import Place


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and whether only its day was stated: then nobody prints a clock time."""

    at: datetime
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a correction changed.

    ``field`` is its name in our files (docs/formats.md): ``happened_to``, ``holder``, ``lat``. ``before`` and
    ``after`` are a text, a number, a ``Moment``, a tuple of texts, or None where nothing is said.
    """

    field: str
    before: Any
    after: Any


def changes_of(correction: Correction) -> tuple[FieldChange, ...]:
    """The fields in which a correction's two values differ, in the order of our files.

    Empty where nothing stands before or after it: the entry was retracted, merged, or stands again.
    """
    if correction.before is None or correction.after is None:
        return ()
    before = fields_of(correction.kind, correction.before)
    after = fields_of(correction.kind, correction.after)
    names = dict.fromkeys((*before, *after))
    changed = (FieldChange(name, before.get(name), after.get(name)) for name in names)
    return tuple(change for change in changed if change.before != change.after)


@dataclass(frozen=True, slots=True)
class Told:
    """What one write did: how many entries of each kind it added, and what it corrected, in order."""

    write: Changeset
    added: Mapping[str, int]
    corrections: tuple[Correction, ...]


def told(
    entries: Iterable[StoredEntry],
    writes: Iterable[Changeset],
    corrections: Iterable[Correction],
    only: tuple[str, str] | None = None,
) -> Iterator[Told]:
    """Tell what every write of a map did, the oldest first.

    Parameters
    ----------
    entries, writes, corrections
        All of one map, in the ledger's order.
    only
        A kind and a key: tell of that alone, and only of the writes that touched it.
    """
    by_entry = {correction.entry: correction for correction in corrections}
    waiting = iter(entries)
    for write in writes:
        added: Counter[str] = Counter()
        corrected: list[Correction] = []
        for stored in waiting:
            if only in (None, (stored.entry.kind, stored.entry.key)):
                if stored.hash in by_entry:
                    corrected.append(by_entry[stored.hash])
                elif not stored.replaces:  # what a draft becomes is neither new nor a correction
                    added[stored.entry.kind] += 1
            if stored.hash == write.head:
                break
        if only is None or added or corrected:
            yield Told(write, added, tuple(corrected))


def fields_of(kind: str, value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any of the frozen values
    """A value of the ledger as fields with the names that they have in our files; "" is said as None."""
    found = _FIELDS.get(kind, _plain)(value)
    return {name: None if item in ("", ()) else item for name, item in found.items()}


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the frozen values
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        name: tuple(sorted(item)) if isinstance(item, frozenset) else item for name, item in found.items()
    }


def _claim(claim: Claim) -> dict[str, Any]:
    day = claim.happened.day_precision
    return {
        "claim_id": claim.id,
        "happened_from": Moment(claim.happened.start, day),
        "happened_to": Moment(claim.happened.end, day),
        "happened_precision": str(claim.happened.precision),
        "reported_at": Moment(claim.reported_at, claim.reported_day_precision),
        "place": claim.place_as_written,
        "place_id": claim.place_id,
        "admin_code": claim.admin_code,
        "area_id": claim.area_id,
        "event": str(claim.event),
        "holder": claim.holder,
        "from_holder": claim.from_holder,
        "claimant": claim.claimant,
        "reporter": claim.reporter,
        "status": claim.status,
        "reliability": claim.reliability,
        "credibility": claim.credibility,
        "value": claim.value,
        "qualifier": claim.qualifier,
        "value_low": claim.value_low,
        "value_high": claim.value_high,
        "reference_place_id": claim.reference_place_id,
        **_report(claim),
        "note": claim.note,
        "analyst": claim.analyst,
    }


def _report(claim: Claim) -> dict[str, Any]:
    said, quote = claim.report, claim.quote
    return {
        "source_url": said.url,
        "archived_url": said.archived_url,
        "publisher": said.publisher,
        "published_at": said.published_at and Moment(said.published_at),
        "retrieved_at": said.retrieved_at and Moment(said.retrieved_at),
        "report_sha256": said.sha256,
        "report_language": said.language,
        "report_licence": said.licence,
        "quote_start": quote and quote.start,
        "quote_end": quote and quote.end,
        "quote_sha256": quote and quote.sha256,
        "quote": quote and quote.text,
    }


def _observation(one: Observation) -> dict[str, Any]:
    day = one.happened.day_precision
    return {
        "series": one.series,
        "happened_from": Moment(one.happened.start, day),
        "happened_to": Moment(one.happened.end, day),
        "happened_precision": str(one.happened.precision),
        "reported_at": Moment(one.reported_at, day),
        "holders": one.holders,
        "shapes": one.sha256,
        "file": one.file,
        "file_sha256": one.file_sha256,
    }


def _place(place: Place) -> dict[str, Any]:
    found = _plain(place)
    names, variants = found.pop("names"), found.pop("variants")
    return {**found, **{f"name_{lang}": name for lang, name in names.items()}, "other_names": variants}


def _settings(settings: MapSettings) -> dict[str, Any]:
    found = _plain(settings)
    del found["zone"]
    found["timezone"] = settings.zone.key
    found["span"] = tuple(at.date().isoformat() for at in settings.span)
    areas = found.pop("areas")
    if areas != NO_AREAS:
        found |= {f"areas.{name}": _plainly(item) for name, item in body_of(areas).items()}
    for name in ("title", "roles"):
        texts = found.pop(name)
        found |= {f"{_IN_MAP_TOML.get(name, name)}.{key}": text for key, text in texts.items()}
    return found


def _plainly(item: Any) -> Any:  # noqa: ANN401 - a text, a list or a table of [areas]
    return tuple(item) if isinstance(item, list) else json.dumps(item) if isinstance(item, dict) else item


_IN_MAP_TOML = {"roles": "actors"}


def _release(rules: ReleaseRules) -> dict[str, Any]:
    return {"name": rules.name, "rules": tuple(map(_rule, rules.rules)), "notes": rules.notes}


def _rule(rule: Rule) -> str:
    """A rule in one line, with what it says and nothing else: *delay hours=24 kinds=airport*."""
    said = {name: item for name, item in _plain(rule).items() if item and name not in ("measure", "reason")}
    reasons = {f"reason.{lang}": text for lang, text in rule.reason.items()}
    return " ".join([rule.measure, *(f"{name}={_listed(item)}" for name, item in (said | reasons).items())])


def _listed(item: Any) -> str:  # noqa: ANN401 - a number, a text or a tuple of them
    return ",".join(map(str, item)) if isinstance(item, tuple) else str(item)


_FIELDS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "claim": _claim,
    "place": _place,
    "settings": _settings,
    "release": _release,
    "credits": lambda text: {"credits": text},
    "observation": _observation,
}

"""What was read in a report waits in the ledger as drafts, until a person accepts or rejects each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from claims.claim import Claim, Event, Window
from claims.corrections import Action
from claims.entries import entry, value_of
from claims.errors import DraftDecided, DraftUnfinished, UnknownEntry
from claims.report import Quote, Report, hash_of_words, words_may_be_kept
from claims.report_draft import PossiblePlace, ReportDraft, State
from gazetteer.errors import shown

if TYPE_CHECKING:
    from claims.ledger import Ledger
    from claims.map_record import MapRecord
    from claims.report_text import Reading
    from claims.writing import LoadResult

KIND = "draft"

NOWHERE = "none"
"""Given as a place: the claim is accepted as *not located*, listed and on no map."""

_HELD = frozenset({Event.CAPTURED, Event.RECAPTURED, Event.WITHDRAWN, Event.TRANSFERRED, Event.HOLDS})


@dataclass(frozen=True, slots=True)
class Changes:
    """What an editor puts right in drafts while accepting them; None leaves what was read.

    ``place`` may be ``none`` for a place that nobody can put on the map.
    """

    place: str | None = None
    holder: str | None = None
    claimant: str | None = None
    reporter: str | None = None


NO_CHANGES = Changes()


def drafts_of(reading: Reading, *, url: str = "", licence: str = "") -> tuple[ReportDraft, ...]:
    """Make drafts of a reading: its claims, its counts and its distances.

    The words themselves are kept only where ``licence``, the licence of the report's text, lets anybody keep
    them; their place in the text and their hash always are. A report read again gives the same ids.
    """
    report = Report(
        url=url,
        publisher=reading.reporter,
        published_at=reading.published,
        sha256=reading.sha256,
        licence=licence,
    )
    making = _Making(reading, report)
    return (*making.of_claims(), *making.of_counts(), *making.of_distances())


def keep_drafts(
    ledger: Ledger, map_id: str, drafts: Sequence[ReportDraft], recorded_at: datetime, *, by: str = ""
) -> LoadResult:
    """Add drafts to the ledger; those that were decided before stay as they are."""
    decided = {draft.id for draft in all_drafts(ledger, map_id) if draft.state is not State.PROPOSED}
    fresh = {draft.id: entry(KIND, draft.id, draft) for draft in drafts if draft.id not in decided}
    return ledger.append(map_id, fresh.values(), recorded_at, by=by, tool="read")


def all_drafts(ledger: Ledger, map_id: str | None = None) -> tuple[ReportDraft, ...]:
    """Every draft of a map as it stands now, in the order in which they were first read."""
    found: dict[str, ReportDraft | None] = {}
    for stored in ledger.stored(map_id):
        if stored.entry.kind == KIND:
            found[stored.entry.key] = None if stored.action else value_of(KIND, stored.entry.body)
    return tuple(draft for draft in found.values() if draft is not None)


def accept(
    ledger: Ledger,
    map_id: str,
    ids: Sequence[str],
    recorded_at: datetime,
    *,
    by: str = "",
    changes: Changes = NO_CHANGES,
) -> tuple[Claim, ...]:
    """Make claims of drafts, all of them or none.

    Raises
    ------
    UnknownEntry
        There is no draft of that id.
    DraftDecided
        It was accepted or rejected before.
    DraftUnfinished
        It names a place, party or source that the map does not know, or a place that is ambiguous.
    """
    record = ledger.read(map_id)
    drafts = _open_drafts(ledger, map_id, ids)
    claims = tuple(_finished(draft, record, changes, by) for draft in drafts)
    decided = (replace(draft, state=State.ACCEPTED, decided_by=by) for draft in drafts)
    entries = [entry("claim", claim.id, claim) for claim in claims]
    entries += [entry(KIND, draft.id, draft) for draft in decided]
    for claim in claims:  # one that was accepted and undone before stands as retracted, which no load lifts
        if _was_taken_back(ledger, map_id, claim.id):
            ledger.correct(
                map_id, "claim", claim.id, claim, recorded_at=recorded_at, by=by, why="accepted again"
            )
    ledger.append(map_id, entries, recorded_at, by=by, tool="accept")
    return claims


def _was_taken_back(ledger: Ledger, map_id: str, claim_id: str) -> bool:
    standing = ledger.newest(map_id, "claim", claim_id)
    return standing is not None and standing.action in (Action.RETRACTED, Action.MERGED)


def reject(
    ledger: Ledger, map_id: str, ids: Sequence[str], recorded_at: datetime, *, why: str, by: str = ""
) -> tuple[ReportDraft, ...]:
    """Say of drafts that they are no claims, and why; raises as ``accept`` does."""
    if not why.strip():
        raise ValueError("Say why: a draft is not rejected without a reason")
    drafts = _open_drafts(ledger, map_id, ids)
    decided = tuple(replace(d, state=State.REJECTED, decided_by=by, decided_why=why) for d in drafts)
    entries = [entry(KIND, draft.id, draft) for draft in decided]
    ledger.append(map_id, entries, recorded_at, by=by, why=why, tool="reject")
    return decided


def reopen(
    ledger: Ledger, map_id: str, own: str, recorded_at: datetime, *, why: str, by: str = ""
) -> ReportDraft:
    """Let a decided draft wait again; the claim that it had become is retracted. Nothing is deleted.

    Raises
    ------
    UnknownEntry
        There is no draft of that id.
    ValueError
        It waits already, or there is no reason.
    """
    if not why.strip():
        raise ValueError("Say why: a decision is not taken back without a reason")
    draft = next((one for one in all_drafts(ledger, map_id) if one.id == own), None)
    if draft is None:
        raise UnknownEntry(KIND, own)
    if draft.state is State.PROPOSED:
        raise ValueError(f"The draft {own} waits for a decision already")
    if draft.state is State.ACCEPTED and not _was_taken_back(ledger, map_id, own):
        ledger.retract(map_id, "claim", own, recorded_at=recorded_at, by=by, why=why)
    waiting = replace(draft, state=State.PROPOSED, decided_by="", decided_why="")
    ledger.append(map_id, [entry(KIND, own, waiting)], recorded_at, by=by, why=why, tool="reopen")
    return waiting


def _open_drafts(ledger: Ledger, map_id: str, ids: Sequence[str]) -> tuple[ReportDraft, ...]:
    known = {draft.id: draft for draft in all_drafts(ledger, map_id)}
    found = []
    for own in dict.fromkeys(ids):
        draft = known.get(own)
        if draft is None:
            raise UnknownEntry(KIND, own)
        if draft.state is not State.PROPOSED:
            raise DraftDecided(draft)
        found.append(draft)
    return tuple(found)


# A draft becomes a claim


def _finished(draft: ReportDraft, record: MapRecord, changes: Changes, by: str) -> Claim:
    """The claim of a draft, with what the editor put right; everything in it is known to the map."""
    read = draft.claim
    place_id = _place(draft, record, changes.place)
    reference = read.reference_place_id
    if read.event is Event.DISTANCE:
        place_id, reference = None, _reference(draft, record, changes.place)
    holder = changes.holder if changes.holder is not None else read.holder
    claimant = changes.claimant or read.claimant
    reporter = changes.reporter or read.reporter or claimant
    _known(draft, "holder", holder, record.actors, "actors.csv")
    _known(draft, "from_holder", read.from_holder, record.actors, "actors.csv")
    _known(draft, "claimant", claimant or None, record.sources, "sources.csv")
    _known(draft, "reporter", reporter or None, record.sources, "sources.csv")
    if not claimant:
        raise DraftUnfinished(
            draft.id, "nobody is named who claims it; say who: --claimant ID of sources.csv"
        )
    reliability = record.sources[claimant].default_reliability
    return replace(
        read, place_id=place_id, holder=holder, claimant=claimant, reporter=reporter, analyst=by,
        reliability=reliability, reference_place_id=reference,
    )  # fmt: skip


def _place(draft: ReportDraft, record: MapRecord, chosen: str | None) -> str | None:
    if draft.claim.event is Event.DISTANCE or (draft.claim.event is Event.COUNT and chosen is None):
        return draft.claim.place_id
    if chosen == NOWHERE:
        return None
    place_id = chosen or draft.claim.place_id
    if place_id is not None and place_id in record.places:
        return place_id
    if place_id is not None:
        raise DraftUnfinished(draft.id, f"the map has no place {shown(place_id)}; see places.csv")
    listed = ", ".join(f"{one.place_id} ({one.name}, {one.probability:.0%})" for one in draft.possible[:5])
    could = f" It could be {listed}." if listed else ""
    raise DraftUnfinished(
        draft.id,
        f"{shown(draft.claim.place_as_written)} is not one known place.{could} "
        f"Say which: --place ID, or --place {NOWHERE} to list it without a point",
    )


def _reference(draft: ReportDraft, record: MapRecord, chosen: str | None) -> str:
    own = chosen or draft.claim.reference_place_id or ""
    if own not in record.places:
        raise DraftUnfinished(
            draft.id, "say from which place the distance is measured: --place ID of places.csv"
        )
    return own


def _known(draft: ReportDraft, what: str, own: str | None, known: object, file: str) -> None:
    if own and own not in known:  # type: ignore[operator]
        option = {"holder": "holder", "claimant": "claimant", "reporter": "reporter"}.get(what)
        fix = f", or say another: --{option} ID" if option else ""
        raise DraftUnfinished(draft.id, f"its {what} {shown(own)} is not in {file}; add it there{fix}")


# A reading becomes drafts


class _Making:
    def __init__(self, reading: Reading, report: Report) -> None:
        self._reading, self._report = reading, report

    def of_claims(self) -> Iterator[ReportDraft]:
        for read in self._reading.claims:
            held = read.event in _HELD
            claim = self._claim(
                read.event, read.place, read.place_id, read.window, read.claimant, (read.start, read.end)
            )
            claim = replace(
                claim,
                holder=(read.actor or None) if held else None,
                from_holder=read.loser or None,
                status="denied" if read.denied else "claimed",
            )
            possible = tuple(
                PossiblePlace(one.place_id, one.name, one.probability) for one in read.candidates
            )
            yield self._draft(claim, read.actor, read.probability, possible, read.sentence, read.why)

    def of_counts(self) -> Iterator[ReportDraft]:
        for read in self._reading.counts:
            place = f"{read.value:g} {read.unit}" + (f" in {read.region}" if read.region else "")
            claim = self._claim(Event.COUNT, place, None, read.window, read.claimant, (read.start, read.end))
            claim = replace(
                claim, holder=read.actor or None, from_holder=read.loser or None, value=read.value,
                qualifier=read.qualifier,
            )  # fmt: skip
            named = f"{len(read.named)} of them are named" if read.named else "none of them is named"
            yield self._draft(claim, read.actor, 0.9, (), read.sentence, (named,))

    def of_distances(self) -> Iterator[ReportDraft]:
        for read in self._reading.distances:
            place = f"distance from {read.reference}"
            claim = self._claim(
                Event.DISTANCE, place, None, read.window, read.claimant, (read.start, read.end)
            )
            low, high = (read.low_km, read.high_km) if read.qualifier == "between" else (None, None)
            claim = replace(
                claim, value=read.km, qualifier=read.qualifier, value_low=low, value_high=high,
                reference_place_id=read.reference_id,
            )  # fmt: skip
            why = [*(["can also be read as how far somebody was pushed"] if read.moved else [])]
            why += ["measured from the edge of the place"] if read.edge else []
            yield self._draft(claim, "", 0.9, (), read.sentence, tuple(why))

    def _claim(
        self,
        event: Event,
        place: str,
        place_id: str | None,
        window: Window,
        claimant: str,
        span: tuple[int, int],
    ) -> Claim:
        reading = self._reading
        # A report of the same day can only speak of what had begun by then.
        happened = replace(window, start=min(window.start, reading.published))
        return Claim(
            id="", place_as_written=place, place_id=place_id, event=event, holder=None, from_holder=None,
            claimant=claimant or reading.reporter, reporter=reading.reporter, happened=happened,
            reported_at=reading.published, reported_day_precision=reading.published_day_only,
            status="claimed", reliability="F", credibility=6, report=self._report, quote=self._quote(*span),
        )  # fmt: skip

    def _quote(self, start: int, end: int) -> Quote:
        words = self._reading.text[start:end]
        kept = words if words_may_be_kept(self._report.licence) else ""
        return Quote(start, end, hash_of_words(words), kept)

    def _draft(
        self, claim: Claim, actor: str, probability: float, possible: tuple[PossiblePlace, ...],
        sentence: tuple[int, int], why: tuple[str, ...],
    ) -> ReportDraft:  # fmt: skip
        span = claim.quote
        said = (
            self._report.sha256,
            claim.event,
            claim.place_as_written,
            claim.place_id,
            span and (span.start, span.end),
        )
        own = hashlib.sha256(repr(said).encode()).hexdigest()[:10]
        claim = replace(claim, id=f"R{own}")
        return ReportDraft(f"R{own}", claim, actor, probability, possible, sentence, why)

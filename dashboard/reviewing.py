"""A report is read for a map: what is proposed, what of it waits, and what an editor decided."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from claims.drafts import Changes, accept, all_drafts, drafts_of, keep_drafts, reject, reopen
from claims.report_draft import ReportDraft, State

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from claims.report_text import Background, Reading
    from dashboard.desk import Desk
    from dashboard.sessions import Editor

MOST_BYTES = 400_000
"""The longest report that is read here; a longer one goes through ``frontline read``."""

_KEPT_TEXTS = 40
_AT_ONCE = 2
_PATIENCE_S = 20.0
"""A long report keeps a processor busy for seconds: strangers must not take all of them from the map."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as somebody gave it: its bytes, and what was said of it."""

    raw: bytes
    published: str
    source: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Desked:
    """One report on the desk. ``text`` is empty where nobody has given it since the server was started."""

    sha256: str
    title: str
    text: str
    drafts: tuple[ReportDraft, ...]
    passed_over: tuple[tuple[int, int, str], ...] = ()


class Reviewing:
    """Reads reports, and keeps the texts of the latest in memory: the ledger keeps words only by licence."""

    def __init__(self, desk: Desk | None) -> None:
        self.desk = desk
        self._texts: OrderedDict[tuple[str, str], Desked] = OrderedDict()
        self._background: tuple[MapRecord, Background] | None = None
        self._lock = Lock()
        self._turn = BoundedSemaphore(_AT_ONCE)

    def read(self, record: MapRecord, asked: Asked) -> Desked:
        """Read a report for a map.

        Raises
        ------
        ValueError
            It cannot be read, or when it was published cannot be understood.
        BlockingIOError
            Others keep the desk busy.
        """
        if not self._turn.acquire(timeout=_PATIENCE_S):
            raise BlockingIOError("Other reports are being read just now; give yours again in a moment")
        try:
            desked = self._read(record, asked)
        finally:
            self._turn.release()
        with self._lock:
            self._texts[record.settings.id, desked.sha256] = desked
            while len(self._texts) > _KEPT_TEXTS:
                self._texts.popitem(last=False)
        return desked

    def _read(self, record: MapRecord, asked: Asked) -> Desked:
        from claims.report_text import published_at, read_report

        at, day_only = published_at(asked.published, record.settings.zone)
        source = asked.source if asked.source in record.sources else ""
        reading = read_report(
            asked.raw, at, reporter=source, known=self._known(record), published_day_only=day_only
        )
        return _desked(reading, asked)

    def keep(self, map_id: str, desked: Desked, editor: Editor) -> None:
        """Add what is proposed to the ledger, where it waits for a decision."""
        desk = self._desk()
        keep_drafts(desk.book, map_id, desked.drafts, desk.now(), by=editor.name)

    def reports(self, map_id: str) -> Mapping[str, tuple[ReportDraft, ...]]:
        """All drafts of a map by the hash of their report, the latest report first."""
        found: dict[str, list[ReportDraft]] = {}
        for draft in all_drafts(self._desk().book, map_id):
            found.setdefault(draft.claim.report.sha256, []).append(draft)
        return {sha: tuple(drafts) for sha, drafts in reversed(found.items())}

    def report(self, map_id: str, sha256: str) -> Desked | None:
        """A report with its drafts as they stand in the ledger; None where it has none of that hash."""
        drafts = self.reports(map_id).get(sha256)
        if drafts is None:
            return None
        with self._lock:
            kept = self._texts.get((map_id, sha256))
        ordered = _in_order(drafts)
        return replace(kept, drafts=ordered) if kept else Desked(sha256, "", "", ordered)

    def accept(self, map_id: str, own: str, changes: Changes, editor: Editor) -> None:
        """Make a claim of a draft; raises as ``claims.drafts.accept`` does."""
        desk = self._desk()
        accept(desk.book, map_id, [own], desk.now(), by=editor.name, changes=changes)

    def reject(self, map_id: str, own: str, why: str, editor: Editor) -> None:
        """Say of a draft that it is no claim; raises as ``claims.drafts.reject`` does."""
        desk = self._desk()
        reject(desk.book, map_id, [own], desk.now(), why=why, by=editor.name)

    def reopen(self, map_id: str, own: str, why: str, editor: Editor) -> None:
        """Let a decided draft wait again; raises as ``claims.drafts.reopen`` does."""
        desk = self._desk()
        reopen(desk.book, map_id, own, desk.now(), why=why, by=editor.name)

    def record(self, map_id: str) -> MapRecord:
        """The raw record of a map."""
        return self._desk().record(map_id)

    def now(self) -> datetime:
        """The present instant."""
        return self._desk().now()

    def _desk(self) -> Desk:
        if self.desk is None:
            raise LookupError("there is no ledger behind these pages")
        return self.desk

    def _known(self, record: MapRecord) -> Background:
        """What the map knows; made once while its record stays."""
        from claims.report_text import background_of

        with self._lock:
            kept = self._background
        if kept is None or kept[0] is not record:
            kept = (record, background_of(record))
            with self._lock:
                self._background = kept
        return kept[1]


def _desked(reading: Reading, asked: Asked) -> Desked:
    drafts = _in_order(drafts_of(reading, url=asked.url, licence=asked.licence))
    over = tuple((one.start, one.end, one.why) for one in reading.passed_over)
    return Desked(hashlib.sha256(asked.raw).hexdigest(), reading.title, reading.text, drafts, over)


def _in_order(drafts: Iterable[ReportDraft]) -> tuple[ReportDraft, ...]:
    """As the report tells them."""

    def where(draft: ReportDraft) -> tuple[int, int]:
        quote = draft.claim.quote
        return (quote.end, quote.start) if quote else (0, 0)

    return tuple(sorted(drafts, key=where))


def still_open(drafts: Sequence[ReportDraft]) -> tuple[ReportDraft, ...]:
    """Those that nobody has decided."""
    return tuple(draft for draft in drafts if draft.state is State.PROPOSED)

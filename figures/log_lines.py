"""What a write to the ledger did becomes lines of text in a language, and a row for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from claims.corrections import Correction
from claims.entries import KINDS
from claims.log import Told
from claims.map_record import MapRecord
from figures.clock import Calendar, Clock
from figures.corrections import Row, as_plain, correction_rows, sentence
from figures.text import isolated, plain
from figures.words import Words, words


class LogLines:
    """The lines of a map's log in one language; names are those that the map has now."""

    def __init__(self, record: MapRecord, lang: str) -> None:
        entries = (correction.entry for correction in record.corrections)
        self._rows: dict[str, Row] = dict(zip(entries, correction_rows(record), strict=True))
        self._record = record
        self._say: Words = words(lang)

    def lines(self, told: Told) -> list[str]:
        """*9 Dec 2024, 15:00: corrected by anna*, what was added, and each correction field by field."""
        reason = plain(told.write.why)
        given = {correction.why for correction in told.corrections}
        said = [self._heading(told)]
        if reason and told.write.why not in given:
            said.append("  " + self._say.fill("correction.why", why=reason))
        if told.added:
            said.append("  " + self._say.fill("log.added", counts=self._counts(told)))
        for correction in told.corrections:
            line = as_plain(sentence(self._rows[correction.entry], self._say))
            said.append(f"  {isolated(plain(correction.key), self._say.lang)}: {line}")
        return said

    def nothing(self) -> str:
        """What is said where there is nothing to tell."""
        return self._say["log.nothing"]

    def row(self, told: Told) -> dict[str, Any]:
        """The same for programs; sentences in the language, instants in the map's zone."""
        write = told.write
        return {
            "number": write.number,
            "at": self._local(write.recorded_at).isoformat(),
            "tool": write.tool,
            "by": write.by,
            "why": write.why,
            "head": write.head,
            "added": dict(told.added),
            "corrections": [self._row(correction) for correction in told.corrections],
        }

    def _row(self, correction: Correction) -> dict[str, Any]:
        row = self._rows[correction.entry]
        text = as_plain(sentence(row, self._say))
        return {**row, "by": correction.by, "entry": correction.entry, "text": text}

    def _heading(self, told: Told) -> str:
        write = told.write
        known = self._say.known(f"log.tool_{write.tool}")
        what = (
            self._say[f"log.tool_{write.tool}"]
            if known
            else self._say.fill("log.tool_other", tool=plain(write.tool))
        )
        form = "log.heading_by" if write.by else "log.heading"
        return self._say.fill(form, date=self._date(write.recorded_at), what=what, by=plain(write.by))

    def _counts(self, told: Told) -> str:
        return self._say.join(
            self._say.fill("log.count", kind=self._say[f"log.kind_{kind}"], n=f"{told.added[kind]:,}")
            for kind in KINDS
            if told.added.get(kind)
        )

    def _date(self, at: datetime) -> str:
        offset = self._local(at).utcoffset()
        clock = Clock({}, ((0, int(offset.total_seconds()) // 60 if offset else 0),))
        return Calendar(clock, self._say).say("short_year_time", int(at.timestamp()))

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._record.settings.zone)

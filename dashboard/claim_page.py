"""A claim with every version of it: what it says, what rests on it, who changed what and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from claims.claim import Claim
from claims.control import Certainty, ControlHistory, Hold
from claims.corrections import Action, Correction
from claims.entries import entry
from claims.log import fields_of
from claims.map_record import MapRecord
from dashboard.claim_address import claim_address
from dashboard.paper import Paper, described
from figures.clock import Calendar, Clock
from figures.corrections import Names, as_html, changes, correction_rows, field_name
from figures.text import esc

_NOT_SHOWN = ("claim_id", "analyst")
_ADDRESSES = ("source_url", "archived_url")
_HASHES = ("report_sha256", "quote_sha256")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a claim. ``value`` is None where it was retracted or merged ``into`` another.

    ``action`` is empty for the first; ``row`` is what the map document says of a correction.
    """

    value: Claim | None
    at: datetime | None
    hash: str
    action: str = ""
    into: str = ""
    why: str = ""
    by: str = ""
    row: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ClaimHistory:
    """A claim in a record, as much of it as the record tells. ``versions`` are never empty."""

    key: str
    record: MapRecord
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version that counts."""
        return self.versions[-1]

    @property
    def said(self) -> Claim:
        """What it says, or said before it was retracted."""
        return next(v.value for v in reversed(self.versions) if v.value is not None)


def claim_history(record: MapRecord, key: str, first_hash: str = "") -> ClaimHistory | None:
    """Gather all versions of a claim; None where the record has none of that id.

    ``first_hash`` is the hash of the only entry, which a record tells of corrected claims alone.
    """
    mine = tuple(c for c in record.corrections if c.kind == "claim" and c.key == key)
    now = next((claim for claim in record.claims if claim.id == key), None)
    first = mine[0].before if mine else now
    versions = [] if first is None else [_first(first, mine[0].replaces if mine else first_hash)]
    rows = correction_rows(replace(record, corrections=mine))
    versions += [_corrected(correction, row) for correction, row in zip(mine, rows, strict=True)]
    told = any(version.value is not None for version in versions)
    return ClaimHistory(key, record, tuple(versions)) if told else None


def _first(claim: Claim, own: str) -> Version:
    return Version(claim, claim.recorded_at, own)


def _corrected(correction: Correction, row: Mapping[str, Any]) -> Version:
    return Version(
        correction.after,
        correction.at,
        correction.entry,
        str(row["action"]),
        correction.into,
        correction.why,
        correction.by,
        row,
    )


class ClaimPage:
    """The parts of a claim's page, as HTML.

    Parameters
    ----------
    claim
        With all its versions.
    held
        The control that the map concludes from the claims.
    whole
        Whether the record is told as the ledger has it, so that the hashes of its entries may be shown. Else
        each version has a fingerprint of what is told of it.
    """

    def __init__(self, claim: ClaimHistory, held: ControlHistory, paper: Paper, *, whole: bool) -> None:
        self.claim, self.held, self.paper, self.whole = claim, held, paper, whole
        self.words = paper.words
        self.names = Names(claim.record)

    @property
    def map_id(self) -> str:
        """The map's id."""
        return self.claim.record.settings.id

    def html(self, *, above: str = "", below: str = "", top: str = "") -> str:
        """The page; ``above``, ``below`` and ``top`` are an editor's."""
        title = f"{self._subject()}: {self._said('event', str(self.claim.said.event))}"
        text = "".join(
            (above, self._head(title), self._standing(), self._fields(), below, self._rests(), self._past())
        )
        return self.paper.html(title, text, top=top, here=claim_address(self.map_id, self.claim.key))

    def link(self, key: str, text: str) -> str:
        """A link to the page of a claim."""
        path, _, query = claim_address(self.map_id, key).partition("?")
        return f'<a href="{self.paper.address(path, **dict(parse_qsl(query)))}">{text}</a>'

    def when(self, at: datetime, *, day_only: bool = False) -> str:
        """An instant on the clocks of the map, as HTML."""
        offset = at.astimezone(self.claim.record.settings.zone).utcoffset()
        minutes = int(offset.total_seconds()) // 60 if offset else 0
        say, t = Calendar(Clock({}, ((0, minutes),)), self.words), int(at.timestamp())
        told = say.say("short_year" if day_only else "short_year_time", t)
        return f'<time datetime="{say.clock.iso_day(t) if day_only else say.clock.iso(t)}">{esc(told)}</time>'

    # What it says

    def _subject(self) -> str:
        said = self.claim.said
        key, field = (said.place_id, "place_id") if said.place_id else (said.place_as_written, "place")
        return self._said(field, key)

    def _said(self, field: str, value: Any) -> str:  # noqa: ANN401 - whatever a field holds
        return self.words.of(self.names.said(field, value) or {})

    def _head(self, title: str) -> str:
        source = self._said("claimant", self.claim.said.claimant)
        told = self.words.fill("claim.of", source=source, id=self.claim.key)
        map_address = self.paper.address("", map=self.map_id)
        back = f'<a href="{map_address}">{esc(self.words["corrections_page.back"])}</a>'
        return f'<p class="links">{back}</p><h1>{esc(title)}</h1><p class="lead"><bdi>{esc(told)}</bdi></p>'

    def _standing(self) -> str:
        """Whether it still counts, where it does not."""
        newest = self.claim.newest
        if newest.value is not None:
            return ""
        if newest.action == Action.MERGED:
            other = self.link(newest.into, f"<bdi>{esc(newest.into)}</bdi>")
            return f'<p class="notice">{esc(self.words["claim.merged"])} {other}</p>'
        return f'<p class="notice">{esc(self.words["claim.retracted"])}</p>'

    def _fields(self) -> str:
        rows = [
            (esc(field_name(name, self.words)), self._value(name, value))
            for name, value in fields_of("claim", self.claim.said).items()
            if value is not None and name not in _NOT_SHOWN
        ]
        return f"<section><h2>{esc(self.words['claim.says'])}</h2>{described(rows)}</section>"

    def _value(self, name: str, value: Any) -> str:  # noqa: ANN401 - whatever a field holds
        if name in _ADDRESSES and _of_the_web(value):
            return (
                f'<a dir="ltr" href="{esc(value)}" target="_blank" rel="noopener noreferrer nofollow">'
                f"{esc(value)}</a>"
            )
        if name in _HASHES:
            return f"<code>{esc(value)}</code>"
        raw = value if isinstance(value, str) and name in ("note", "quote") else self._said(name, value)
        return f'<span dir="auto">{esc(raw)}</span>'

    # What rests on it

    def _rests(self) -> str:
        words = self.words
        lines = [*self._holds(), *self._remarks()]
        listed = "".join(f"<li>{line}</li>" for line in lines)
        told = (
            f'<ul class="told">{listed}</ul>'
            if lines
            else f'<p class="none">{esc(words["claim.rests_none"])}</p>'
        )
        return f"<section><h2>{esc(words['claim.rests'])}</h2>{told}</section>"

    def _holds(self) -> Iterator[str]:
        for place, holds in self.held.holds.items():
            for hold in holds:
                if self.claim.key in hold.claims:
                    yield self._hold(place, hold)

    def _hold(self, place: str, hold: Hold) -> str:
        words = self.words
        holder = self._said("holder", hold.holder)
        if hold.rival and hold.certainty is Certainty.CONTESTED:
            holder = words.fill("table.contested_by", actor=holder, rival=self._said("holder", hold.rival))
        elif hold.rival:
            holder = words.fill("table.claimed_by", actor=self._said("holder", hold.rival))
        who = words.fill("claim.hold", place=self._said("place_id", place), holder=holder)
        since = self.when(hold.start) if hold.start else esc(words["claim.from_start"])
        until = self.when(hold.end) if hold.end else esc(words["claim.to_end"])
        sure = esc(words[f"certainty.{hold.certainty}"])
        return f"{esc(who)} ({sure}), {since} – {until}"

    def _remarks(self) -> Iterator[str]:
        for remark in self.held.remarks:
            if remark.claim_id == self.claim.key:
                key = f"reason.{remark.reason}"
                why = self.words[key if self.words.known(key) else "certainty.no_change"]
                where = self._said("place_id", remark.place_id) if remark.place_id else self._subject()
                yield f"{esc(where)}: {esc(why)}, {self.when(remark.at)}"

    # What became of it

    def _past(self) -> str:
        items = "".join(self._version(version) for version in reversed(self.claim.versions))
        title = esc(self.words["claim.history"])
        return f'<section id="history"><h2>{title}</h2><ol class="versions" reversed>{items}</ol></section>'

    def _version(self, version: Version) -> str:
        words = self.words
        done = esc(words[f"claim.{version.action or 'entered'}"])
        when = f" {self.when(version.at)}" if version.at else ""
        who = f" · <bdi>{esc(version.by)}</bdi>" if version.by else ""
        into = f" {self.link(version.into, esc(version.into))}" if version.into else ""
        why = f'<p class="why" dir="auto">{esc(version.why)}</p>' if version.why else ""
        told = (
            "".join(f"<li>{as_html(change)}</li>" for change in changes(version.row, words))
            if version.row
            else ""
        )
        listed = f"<ul>{told}</ul>" if told else ""
        return f"<li><p><b>{done}</b>{into}{when}{who}</p>{why}{listed}{self._mark(version)}</li>"

    def _mark(self, version: Version) -> str:
        """The hash of the ledger's entry, or the fingerprint of what is told."""
        if self.whole:
            name, told = "claim.hash", version.hash
        else:
            name, told = "claim.fingerprint", fingerprint(version.value) if version.value else ""
        return f'<p class="hash">{esc(self.words[name])} <code>{esc(told)}</code></p>' if told else ""


def fingerprint(claim: Claim) -> str:
    """SHA-256, in hex, over the canonical JSON of a claim, as docs/formats.md describes an entry's body."""
    return hashlib.sha256(entry("claim", claim.id, claim).body.encode("utf-8")).hexdigest()


def _of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in address

"""The review desk: a report's text, the drafts that were read in it, and the evidence for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from claims.map_record import MapRecord
from claims.report_draft import ReportDraft
from dashboard.paper import Paper, described
from dashboard.review_draft import DraftView, Typed
from dashboard.review_text import marked_text, marks_of
from dashboard.review_why import said_in
from dashboard.reviewing import MOST_BYTES, Desked, still_open
from figures.text import esc, plain

KEYS = (("J", "next"), ("K", "previous"), ("A", "accept"), ("R", "reject"), ("E", "edit"), ("U", "undo"))


@dataclass(frozen=True)
class ReviewPage:
    """The pages of the desk for one map. ``token`` is empty for a reader, who can decide nothing.

    ``top`` is HTML at the end of the page's head: who is logged in, or where to log in. ``mapped`` are the
    places that the pages may show; ``has_editors`` is false where the server was started without any.
    """

    record: MapRecord
    paper: Paper
    token: str = ""
    top: str = ""
    mapped: Collection[str] = ()
    has_editors: bool = True

    @property
    def path(self) -> str:
        """Where the desk of this map is."""
        return f"maps/{quote(self.record.settings.id, safe='')}/review"

    # The first page

    def start(
        self,
        reports: Mapping[str, tuple[ReportDraft, ...]],
        *,
        fault: str = "",
        typed: Mapping[str, str] | None = None,
        text: str = "",
    ) -> str:
        """The page with the form for a report, and the reports that wait."""
        say = self.paper.words
        notice = f'<p class="notice" role="alert" lang="en" dir="ltr">{esc(fault)}</p>' if fault else ""
        body = (
            f'<p class="links">{self._to_map()}</p><h1>{esc(self._title())}</h1>'
            f'<p class="lead">{esc(say["review.lead"])}</p>{self._read_only()}{notice}'
            f"{self._form(typed or {}, text)}{self._waiting(reports)}"
        )
        return self.paper.html(self._title(), body, top=self.top, here=self.path, script="paper_review.js")

    def _title(self) -> str:
        title = plain(self.paper.words.of(self.record.settings.title))
        return self.paper.words.fill("review.title", title=title)

    def _to_map(self) -> str:
        address = self.paper.address("", map=self.record.settings.id)
        return f'<a href="{address}">{esc(self.paper.words["corrections_page.back"])}</a>'

    def _read_only(self) -> str:
        if self.token:
            return ""
        said = "review.read_only" if self.has_editors else "review.no_editors"
        return f'<p class="notice done">{esc(self.paper.words[said])}</p>'

    def _form(self, typed: Mapping[str, str], text: str) -> str:
        say = self.paper.words
        zone = self.record.settings.zone.key
        sources = "".join(
            f'<option value="{esc(own)}"{" selected" if own == typed.get("source") else ""}>'
            f"{esc(plain(source.name))}</option>"
            for own, source in sorted(self.record.sources.items(), key=lambda item: item[1].name.lower())
        )
        token = f'<input type="hidden" name="token" value="{esc(self.token)}">' if self.token else ""
        return (
            f'<form class="edit give" method="post" action="{self.paper.address(self.path)}"'
            f' enctype="multipart/form-data" accept-charset="utf-8">{token}'
            f'<p><label for="text">{esc(say["review.text"])}</label>'
            f'<textarea id="text" name="text" rows="9" dir="auto">\n{_lines(text)}</textarea></p>'
            f'<div class="fields"><p class="field"><label for="file">{esc(say["review.file"])}</label>'
            f'<input id="file" name="file" type="file" accept=".txt,.html,.htm,text/plain,text/html"'
            f' data-most="{MOST_BYTES}"'
            f' data-too-large="{esc(say.fill("review.too_large", n=f"{MOST_BYTES:,}"))}"></p>'
            f"{self._input('published', typed, say.fill('review.published', zone=zone), required=True)}"
            f'<p class="field"><label for="source">{esc(say["review.carried_by"])}</label>'
            f'<select id="source" name="source"><option value="">–</option>{sources}</select></p>'
            f"{self._input('url', typed, say['review.url'])}"
            f"{self._input('licence', typed, say['review.licence'])}</div>"
            f'<p><button type="submit">{esc(say["review.read"])}</button></p></form>'
        )

    @staticmethod
    def _input(name: str, typed: Mapping[str, str], label: str, *, required: bool = False) -> str:
        hint = ' placeholder="2024-12-04"' if name == "published" else ""
        needed = " required" if required else ""
        return (
            f'<p class="field"><label for="{name}">{esc(label)}</label>'
            f'<input id="{name}" name="{name}" dir="ltr"'
            f' maxlength="2000" value="{esc(typed.get(name, ""))}" autocomplete="off"{hint}{needed}></p>'
        )

    def _waiting(self, reports: Mapping[str, tuple[ReportDraft, ...]]) -> str:
        if not reports:
            return ""
        say = self.paper.words
        items = "".join(self._report_line(sha, drafts) for sha, drafts in reports.items())
        return f'<section><h2>{esc(say["review.reports"])}</h2><ol class="told">{items}</ol></section>'

    def _report_line(self, sha: str, drafts: Sequence[ReportDraft]) -> str:
        say = self.paper.words
        report = drafts[0].claim.report
        name = plain(report.url) or f"sha256 {sha[:12]}…"
        first = DraftView(drafts[0], 1, self.record, self.paper)
        told = say.fill("review.counts", n=len(drafts), open=len(still_open(drafts)))
        day = first.when(
            type(drafts[0].claim.happened)(drafts[0].claim.reported_at, drafts[0].claim.reported_at)
        )
        return (
            f'<li><a href="{self.paper.address(self.path, report=sha)}"><bdi dir="ltr">{esc(name)}</bdi></a> '
            f"<span>{esc(day)} · {esc(told)}</span></li>"
        )

    # The desk

    def desk(self, desked: Desked, typed: Typed | None = None, done: str = "") -> str:
        """The page of one report."""
        say = self.paper.words
        views = [
            DraftView(draft, number, self.record, self.paper, self.token, typed or Typed(), self.mapped)
            for number, draft in enumerate(desked.drafts, 1)
        ]
        body = (
            f"{self._head(desked)}{self._narrow()}"
            f'<div class="desk"><section class="report" aria-label="{esc(say["review.report"])}">'
            f"{self._report(desked)}</section>"
            f'<section class="drafts" aria-labelledby="drafts"><h2 id="drafts">{esc(say["review.drafts"])} '
            f"<small>{esc(say['review.nothing_yet'])}</small></h2><ol>{''.join(v.card() for v in views)}</ol>"
            f"{self._none(views)}</section>"
            f'<div class="side"><p class="hint pick">{esc(say["review.pick"])}</p>'
            f"{''.join(v.evidence(self.paper.address(f'{self.path}/decide')) for v in views)}</div></div>"
            f"{self._keys(done)}"
        )
        here = f"{self.path}?report={desked.sha256}" if self.token else self.path
        return self.paper.html(
            self._name(desked), body, top=self.top, here=here, kind="review", script="paper_review.js"
        )

    def _name(self, desked: Desked) -> str:
        name = plain(desked.title)[:160] or f"sha256 {desked.sha256[:12]}…"
        return self.paper.words.fill("review.of", title=name)

    def _head(self, desked: Desked) -> str:
        say = self.paper.words
        left = len(still_open(desked.drafts))
        counts = say.fill("review.counts", n=len(desked.drafts), open=left)
        back = self.paper.address(self.path)
        return (
            f'<header class="about"><div><h1 dir="auto">{esc(self._name(desked))}</h1>'
            f'<p class="links">{self._to_map()} <a href="{back}">{esc(say["review.another"])}</a></p></div>'
            f'<p class="count">{esc(counts)}</p></header>{self._read_only()}'
        )

    def _narrow(self) -> str:
        if not self.token:
            return ""
        return f'<p class="notice done narrow">{esc(self.paper.words["review.narrow"])}</p>'

    def _report(self, desked: Desked) -> str:
        say = self.paper.words
        if not desked.text:
            return f'<p class="hint">{esc(say["review.no_text"])}</p>{self._record_of(desked)}'
        over = [(start, end, said_in(self.paper.words, why)) for start, end, why in desked.passed_over]
        marks = marks_of(desked.text, desked.drafts, over)
        key = "".join(
            f'<span class="{kind}">{esc(say[f"review.mark_{kind}"])}</span>'
            for kind in ("place", "figure", "over")
        )
        return f'<p class="key">{key}</p>{marked_text(desked.text, marks, "und")}{self._record_of(desked)}'

    def _record_of(self, desked: Desked) -> str:
        say = self.paper.words
        report = desked.drafts[0].claim.report if desked.drafts else None
        rows = [
            (say["review.url"], report.url if report else ""),
            (say["review.licence"], report.licence if report else ""),
            (say["review.bytes"], f"sha256 {desked.sha256}"),
        ]
        listed = [(esc(name), f'<bdi dir="ltr">{esc(plain(told))}</bdi>') for name, told in rows if told]
        return f"<h2>{esc(say['review.source_record'])}</h2>{described(listed)}"

    def _none(self, views: Sequence[DraftView]) -> str:
        return "" if views else f'<p class="hint">{esc(self.paper.words["review.none"])}</p>'

    def _keys(self, done: str) -> str:
        """The keys, and what the last of them did: in sight wherever the page is scrolled to."""
        say = self.paper.words
        keys = KEYS if self.token else KEYS[:2]
        listed = "".join(
            f"<span><kbd>{key}</kbd> {esc(say[f'review.key_{name}'])}</span>" for key, name in keys
        )
        box = '<input type="checkbox" id="keys" checked>'
        switch = f'<label class="switch">{box} {esc(say["review.keys_on"])}</label>'
        told = f'<span role="status">{esc(done)}</span>' if done else ""
        return f'<footer class="keys">{told}{listed}{switch}</footer>'


def _lines(text: str) -> str:
    return "\n".join(esc(line) for line in text.split("\n"))

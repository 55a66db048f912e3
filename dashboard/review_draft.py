"""One draft as an editor reads it: a card in the list, and the evidence for it with what can be decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from claims.claim import Event, Window
from claims.drafts import NOWHERE
from claims.map_record import MapRecord
from claims.report_draft import ReportDraft, State
from dashboard.paper import Paper, described
from dashboard.review_why import said_in
from figures.clock import Calendar, Clock
from figures.corrections import Names, field_name
from figures.pin_map import LETTERS
from figures.text import esc, plain
from gazetteer.distance import geodesic_km

_FIGURES = (Event.COUNT, Event.DISTANCE, Event.CASUALTIES)


@dataclass(frozen=True, slots=True)
class Typed:
    """What an editor typed into the forms of one draft, and what is wrong with it."""

    draft: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class DraftView:
    """One draft in a reader's language.

    ``token`` is empty where nothing may be decided. ``mapped`` are the places that the pages may show.
    """

    draft: ReportDraft
    number: int
    record: MapRecord
    paper: Paper
    token: str = ""
    typed: Typed = Typed()
    mapped: Collection[str] = ()

    # The card

    def card(self) -> str:
        """The draft in two lines, as a link to its evidence."""
        draft, say = self.draft, self.paper.words
        state = self._state()
        return (
            f'<li class="card {state}"><a href="#d-{esc(draft.id)}"><span class="n">{self.number}</span>'
            f'<span class="what">{self._turn()}<b>{esc(self._subject())}</b></span>'
            f'<span class="tag">{esc(say[f"review.{state}"])}</span>'
            f'<span class="line">{esc(self._told())}</span></a></li>'
        )

    def _state(self) -> str:
        draft = self.draft
        if draft.state is not State.PROPOSED:
            placed = draft.claim.place_id or draft.claim.event in _FIGURES
            return str(draft.state) if draft.state is State.REJECTED or placed else "unlocated"
        return "needs_you" if self.open_question() else "proposed"

    def open_question(self) -> bool:
        """Whether an editor has to choose a place before it can be accepted."""
        claim = self.draft.claim
        return claim.event not in _FIGURES and claim.place_id not in self.record.places

    def _subject(self) -> str:
        claim = self.draft.claim
        if claim.event in _FIGURES:
            of = self._said("place_id", claim.reference_place_id) if claim.reference_place_id else ""
            told = self._said("event", str(claim.event))
            return f"{told}: {self._value()}" + (f", {of}" if of else "")
        return self._said("place_id", claim.place_id) if claim.place_id else plain(claim.place_as_written)

    def _turn(self) -> str:
        """Who held it before and after, as two dots; a failed attack changes nothing."""
        claim = self.draft.claim
        if claim.event in _FIGURES:
            return ""
        before, after = claim.from_holder, claim.holder
        if claim.event is Event.ATTACK_FAILED or claim.status == "denied":
            before = after = claim.from_holder
        text = self._from_to(before, after)
        dots = f'{self._dot(before)}<span aria-hidden="true" class="to">→</span>{self._dot(after)}'
        return f'<span class="turn" role="img" aria-label="{esc(text)}">{dots}</span>'

    def _dot(self, actor: str | None) -> str:
        role = self.record.settings.roles.get(actor or "", "unknown")
        return f'<i class="dot {esc(role)}"></i>'

    def _party(self, actor: str | None) -> str:
        return self._said("holder", actor) if actor else self.paper.words["certainty.unknown"]

    def _from_to(self, before: str | None, after: str | None) -> str:
        arrow = "←" if self.paper.lang == "ar" else "→"
        return f"{self._party(before)} {arrow} {self._party(after)}"

    def _told(self) -> str:
        """Event, who says so through whom, and when."""
        claim, say = self.draft.claim, self.paper.words
        event = self._said("event", str(claim.event))
        if claim.status == "denied":
            event = say.fill("review.denied", event=event)
        who = self._source(claim.claimant)
        if claim.reporter and claim.reporter != claim.claimant:
            who = say.fill("review.via", claimant=who, reporter=self._source(claim.reporter))
        told = () if claim.event in _FIGURES else (event,)
        return " · ".join((*told, who, self.when(claim.happened)))

    def _value(self) -> str:
        claim, say = self.draft.claim, self.paper.words
        number = f"{claim.value:g}"
        if claim.qualifier == "between" and claim.value_low is not None and claim.value_high is not None:
            number = f"{claim.value_low:g}–{claim.value_high:g}"
        text = say.fill("units.km", n=number) if claim.event is Event.DISTANCE else number
        return say.fill(f"qualifier.{claim.qualifier or 'none'}", km=text)

    def _source(self, own: str) -> str:
        key = f"voice.{own}"
        source = self.record.sources.get(own)
        if (source is None or source.name == own) and self.paper.words.known(key):
            return self.paper.words[key]  # a kind of source, not one with a name
        return self._said("claimant", own) if own else self.paper.words["review.nobody"]

    def _said(self, column: str, value: object) -> str:
        return plain(self.paper.words.of(Names(self.record).said(column, value) or {}))

    def when(self, window: Window) -> str:
        """A window in words; bare days where the report gave no time of day."""
        form = "short_year" if window.day_precision else "short_year_time"
        first, last = self._instant(window.start, form), self._instant(window.end, form)
        return (
            first if first == last else self.paper.words.fill("calendar.span", **{"from": first, "to": last})
        )

    def _instant(self, at: datetime, form: str) -> str:
        offset = at.astimezone(self.record.settings.zone).utcoffset()
        minutes = int(offset.total_seconds()) // 60 if offset else 0
        return Calendar(Clock({}, ((0, minutes),)), self.paper.words).say(form, int(at.timestamp()))

    # The evidence

    def evidence(self, address: str) -> str:
        """What the draft rests on, and the forms that decide; ``address`` is where they are sent."""
        draft, say = self.draft, self.paper.words
        title = say.fill("review.draft_n", n=self.number)
        return (
            f'<section class="evidence" id="d-{esc(draft.id)}" tabindex="-1"'
            f' aria-labelledby="h-{esc(draft.id)}"'
            f' data-state="{esc(draft.state)}">{self._map()}'
            f'<h3 id="h-{esc(draft.id)}">{esc(title)}: <bdi>{esc(self._subject())}</bdi></h3>'
            f"{self._fault()}{self._quoted()}{self._decide(address)}{described(self._rows())}{self._why()}"
            f'<p class="links"><a href="#w-{esc(draft.id)}">{esc(say["review.in_text"])}</a></p></section>'
        )

    def _map(self) -> str:
        places = tuple(place for place in self.pinned() if place in self.mapped)
        if not places:
            return ""
        asked = "&".join(f"place={quote(place, safe='')}" for place in places)
        t = int(self.draft.claim.happened.end.timestamp())
        names = ", ".join(
            f"{letter} {self._said('place_id', place)}"
            for letter, place in zip(LETTERS, places, strict=False)
        )
        base = self.paper.path(f"maps/{quote(self.record.settings.id, safe='')}/pins.svg")
        joint = "&" if "?" in base else "?"
        alt = self.paper.words.fill("review.map_alt", places=names)
        return (
            f'<img class="pins" loading="lazy" width="306" height="176" alt="{esc(alt)}"'
            f' src="{esc(f"{base}{joint}t={t}&{asked}")}">'
        )

    def pinned(self) -> tuple[str, ...]:
        """The places that the map has and the name may mean, the chosen one first."""
        claim = self.draft.claim
        own = [claim.place_id or claim.reference_place_id or ""]
        listed = [*own, *(one.place_id for one in self.draft.possible)]
        return tuple(dict.fromkeys(place for place in listed if place in self.record.places))[: len(LETTERS)]

    def _quoted(self) -> str:
        quote_ = self.draft.claim.quote
        if quote_ is None or not quote_.text:
            return ""
        return f'<blockquote dir="auto">{esc(plain(quote_.text))}</blockquote>'

    def _fault(self) -> str:
        if self.typed.draft != self.draft.id or not self.typed.fault:
            return ""
        return f'<p class="notice" role="alert" lang="en" dir="ltr">{esc(self.typed.fault)}</p>'

    def _rows(self) -> list[tuple[str, str]]:
        claim, say = self.draft.claim, self.paper.words
        holder = self._from_to(claim.from_holder, claim.holder)
        rows = [
            (field_name("claimant", say), self._source(claim.claimant)),
            (field_name("reporter", say), self._source(claim.reporter)),
            *([] if claim.event in _FIGURES else [(field_name("holder", say), holder)]),
            (say["review.happened"], self.when(claim.happened)),
            (
                say["note.known"],
                self._instant(
                    claim.reported_at, "short_year" if claim.reported_day_precision else "short_year_time"
                ),
            ),
            (say["review.likely"], say.fill("units.percent", n=round(100 * self.draft.probability))),
        ]
        listed = [(esc(name), f"<bdi>{esc(told)}</bdi>") for name, told in rows]
        return [*listed, (esc(say["review.evidence"]), self._span())]

    def _span(self) -> str:
        claim = self.draft.claim
        told = ""
        if claim.quote is not None:
            span = f"{claim.quote.start:,}–{claim.quote.end:,}"
            told = esc(self.paper.words.fill("review.characters", span=span))
        return f"{told} <code>sha256 {esc(claim.report.sha256[:12])}…</code>"

    def _why(self) -> str:
        if not self.draft.why:
            return ""
        say = self.paper.words
        items = "".join(f'<li dir="auto">{esc(plain(said_in(say, why)))}</li>' for why in self.draft.why)
        title = esc(say["review.why_read"])
        return f'<details class="how"><summary>{title}</summary><ul>{items}</ul></details>'

    # Deciding

    def _decide(self, address: str) -> str:
        if not self.token:
            return self._candidates(as_form=False)
        if self.draft.state is not State.PROPOSED:
            return self._decided() + self._form(address, "reopen", self._reason("reopen"))
        accept = self._candidates(as_form=True) + self._edit()
        title = f"<summary>{esc(self.paper.words['review.reject'])} <kbd>R</kbd></summary>"
        refusal = self._form(address, "reject", self._reason("reject"))
        return (
            f"{self._form(address, 'accept', accept, mark='A')}"
            f'<details class="reject">{title}{refusal}</details>'
        )

    def _decided(self) -> str:
        draft, say = self.draft, self.paper.words
        key = f"review.{draft.state}_by" if draft.decided_by else f"review.{draft.state}"
        told = esc(say.fill(key, name=draft.decided_by) if draft.decided_by else say[key])
        why = (
            f' <span class="why" dir="auto">{esc(plain(draft.decided_why))}</span>'
            if draft.decided_why
            else ""
        )
        return f'<p class="decided">{told}{why}</p>'

    def _form(self, address: str, doing: str, inside: str, mark: str = "") -> str:
        key = f" <kbd>{mark}</kbd>" if mark else ""
        label = esc(self.paper.words[f"review.do_{doing}"])
        return (
            f'<form class="edit" method="post" action="{address}" accept-charset="utf-8" data-do="{doing}">'
            f'<input type="hidden" name="do" value="{doing}"><input type="hidden" name="draft"'
            f' value="{esc(self.draft.id)}"><input type="hidden" name="token" value="{esc(self.token)}">'
            f'{inside}<p><button type="submit">{label}{key}</button></p></form>'
        )

    def _reason(self, doing: str) -> str:
        own = f"{doing}-{esc(self.draft.id)}"
        typed = self._typed("why") if self._typed("do") == doing else ""
        return (
            f'<p><label for="{own}">{esc(self.paper.words["review.why"])}</label>'
            f'<textarea id="{own}" name="why" rows="2" maxlength="2000" required dir="auto">\n'
            f"{esc(typed)}</textarea></p>"
        )

    def _candidates(self, *, as_form: bool) -> str:
        """Which place is meant: nothing is chosen beforehand where it is not clear."""
        claim, say = self.draft.claim, self.paper.words
        if claim.event in _FIGURES:
            return ""
        rows = [
            self._candidate(letter, place, as_form)
            for letter, place in zip(LETTERS, self.pinned(), strict=False)
        ]
        if as_form:
            rows.append(self._choice(NOWHERE, esc(say["review.keep_unlocated"])))
        if not rows:
            return f'<p class="hint">{esc(say["review.no_candidate"])}</p>'
        tag = "fieldset" if as_form else "div"
        legend = "legend" if as_form else "p"
        return (
            f'<{tag} class="which"><{legend}>{esc(say["review.which"])} <q dir="auto">'
            f"{esc(plain(claim.place_as_written))}</q></{legend}>{''.join(rows)}</{tag}>"
        )

    def _candidate(self, letter: str, place: str, as_form: bool) -> str:
        say = self.paper.words
        one = self.record.places[place]
        city = self.record.places[self.record.settings.city]
        far = geodesic_km(one.lat, one.lon, city.lat, city.lon)
        likely = next((p.probability for p in self.draft.possible if p.place_id == place), None)
        chance = "" if likely is None else f" · {say.fill('units.percent', n=round(100 * likely))}"
        best = self.draft.possible and self.draft.possible[0].place_id == place
        suggested = f" <em>{esc(say['review.suggested'])}</em>" if best and self.open_question() else ""
        from_city = say.fill(
            "review.from_city", km=say.fill("units.km", n=f"{far:.1f}"), city=self._said("place_id", city.id)
        )
        told = (
            f"<b>{letter}</b> <b><bdi>{esc(self._said('place_id', place))}</bdi></b>{suggested}"
            f'<small><bdi dir="ltr">{one.lat:.3f}, {one.lon:.3f}</bdi> · {esc(from_city)}{chance}</small>'
        )
        return self._choice(place, told) if as_form else f'<p class="choice"><span>{told}</span></p>'

    def _choice(self, value: str, told: str) -> str:
        chosen = self._typed("place") or (self.draft.claim.place_id if not self.open_question() else "")
        checked = " checked" if chosen == value else ""
        own = f"p-{esc(self.draft.id)}-{esc(value)}"
        return (
            f'<p class="choice"><input type="radio" id="{own}" name="place" value="{esc(value)}"'
            f" required{checked}>"
            f'<label for="{own}">{told}</label></p>'
        )

    def _edit(self) -> str:
        """What an editor may put right before accepting."""
        claim, record = self.draft.claim, self.record
        title = esc(self.paper.words["review.edit"])
        fields = [
            self._select("holder", claim.holder, list(record.actors)),
            self._select("claimant", claim.claimant, sorted(record.sources)),
            self._select("reporter", claim.reporter, sorted(record.sources)),
        ]
        kept = fields[1:] if claim.event in _FIGURES else fields
        is_open = " open" if any(self._typed(name) for name in ("holder", "claimant", "reporter")) else ""
        named = [own for own in (claim.claimant, claim.reporter) if own]
        unknown = not claim.claimant or any(own not in record.sources for own in named)
        shown = is_open or (" open" if unknown else "")
        return (
            f'<details class="fix"{shown}><summary>{title} <kbd>E</kbd></summary><div class="fields">'
            f"{''.join(kept)}</div></details>"
        )

    def _select(self, column: str, value: str | None, known: Sequence[str]) -> str:
        own = f"{column}-{esc(self.draft.id)}"
        now = self._typed(column) or (value or "")
        options = {"": "–", **{key: self._said(column, key) for key in known}}
        listed = "".join(
            f'<option value="{esc(key)}"{" selected" if key == now else ""}>{esc(name)}</option>'
            for key, name in options.items()
        )
        return (
            f'<p class="field"><label for="{own}">{esc(field_name(column, self.paper.words))}</label>'
            f'<select id="{own}" name="{column}">{listed}</select></p>'
        )

    def _typed(self, name: str) -> str:
        return self.typed.fields.get(name, "") if self.typed.draft == self.draft.id else ""

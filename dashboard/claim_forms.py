"""The forms with which an editor corrects, retracts or merges a claim; plain HTML, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from claims.claim import Event, Precision
from claims.claim_form import COLUMNS
from claims.formats.columns import CREDIBILITIES, QUALIFIERS, RELIABILITIES, STATUSES
from claims.log import fields_of
from dashboard.claim_page import ClaimHistory
from dashboard.paper import Paper
from figures.corrections import Names, field_name
from figures.text import esc, plain
from gazetteer.errors import Fault

ACTIONS = ("correct", "retract", "merge")
_MOST_OPTIONS = 400
_WIDE = ("note", "quote", "source_url", "archived_url")
_LONG = ("note", "quote")
_LEFT_TO_RIGHT = ("happened_", "reported_at", "published_at", "retrieved_at", "_url", "_id", "sha256")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the forms.

    ``expected`` is the hash of the entry that they are made from. ``cells`` are the fields of the claim,
    ``now`` those that somebody else has changed meanwhile, as they stand. ``doing`` is the form that is open.
    """

    token: str
    expected: str
    cells: Mapping[str, str]
    doing: str = ""
    why: str = ""
    into: str = ""
    faults: Sequence[Fault] = ()
    now: Mapping[str, str] = field(default_factory=dict)


class ClaimForms:
    """The forms of one claim, as HTML."""

    def __init__(self, claim: ClaimHistory, written: Written, paper: Paper, action: str) -> None:
        self.claim, self.written, self.paper = claim, written, paper
        self.words = paper.words
        self.action = action
        self._names = Names(claim.record)
        self._faults: dict[str, list[str]] = {}
        for fault in written.faults:
            self._faults.setdefault(fault.column, []).append(fault.message)

    def html(self) -> str:
        """All forms that fit: what was retracted can be reinstated, and nothing else."""
        title = f'<h2 id="edit">{esc(self.words["edit.title"])}</h2>'
        gone = self.claim.newest.value is None
        forms = [self._correct(reinstate=gone)]
        if not gone:
            forms += [self._retract(), self._merge()]
        return f'<section aria-labelledby="edit">{title}{"".join(forms)}</section>'

    def faults_above(self) -> str:
        """All faults in one place, each with a link to its field."""
        if not self.written.faults:
            return ""
        doing = self.written.doing
        items = "".join(
            f'<li><a href="#{_id(doing, fault.column)}">{esc(self._name(fault.column))}</a>: '
            f'<span lang="en" dir="ltr">{esc(fault.message)}</span></li>'
            for fault in self.written.faults
        )
        return (
            f'<div class="notice" role="alert"><p>{esc(self.words["edit.faults"])}</p><ul>{items}</ul></div>'
        )

    # The forms

    def _correct(self, *, reinstate: bool) -> str:
        columns = [name for name in fields_of("claim", self.claim.said) if name in COLUMNS]
        fields = "".join(self._field(column) for column in columns)
        zone = self.claim.record.settings.zone.key
        hint = f'<p class="hint">{esc(self.words.fill("edit.times", zone=zone))}</p>'
        name = "edit.reinstate" if reinstate else "edit.correct"
        return self._form("correct", name, f'{hint}<div class="fields">{fields}</div>')

    def _retract(self) -> str:
        return self._form(
            "retract", "edit.retract", f'<p class="hint">{esc(self.words["edit.retract_hint"])}</p>'
        )

    def _merge(self) -> str:
        near = [
            claim
            for claim in self.claim.record.claims
            if claim.place_id == self.claim.said.place_id and claim.id != self.claim.key
        ]
        options = "".join(
            f'<option value="{esc(claim.id)}">{esc(self._said("claimant", claim.claimant))}, '
            f"{esc(self._said('event', str(claim.event)))}</option>"
            for claim in near[:_MOST_OPTIONS]
        )
        told = "into" if self.written.doing == "merge" else ""
        into = (
            f'<div class="field wide"><label for="merge-into">{esc(self.words["edit.into"])}</label>'
            f'<input id="merge-into" name="into" value="{esc(self.written.into)}" dir="ltr" required'
            f' list="merge-near" autocomplete="off"{self._invalid("merge", told)}>'
            f'<datalist id="merge-near">{options}</datalist>{self._fault_lines("merge", told)}</div>'
        )
        return self._form(
            "merge", "edit.merge", f'<p class="hint">{esc(self.words["edit.merge_hint"])}</p>{into}'
        )

    def _form(self, doing: str, name: str, inside: str) -> str:
        is_open = " open" if self.written.doing == doing else ""
        why = self.written.why if self.written.doing == doing else ""
        told = "why" if self.written.doing == doing else ""
        hidden = "".join(
            f'<input type="hidden" name="{key}" value="{esc(value)}">'
            for key, value in (
                ("do", doing),
                ("claim", self.claim.key),
                ("expected", self.written.expected),
                ("token", self.written.token),
            )
        )
        reason = (
            f'<div class="field wide"><label for="{doing}-why">{esc(self.words["edit.why"])}</label>'
            f'<textarea id="{doing}-why" name="why" rows="2" maxlength="2000" required dir="auto"'
            f"{self._invalid(doing, told)}>\n{_text(why)}</textarea>{self._fault_lines(doing, told)}</div>"
        )
        return (
            f"<details{is_open}><summary>{esc(self.words[name])}</summary>"
            f'<form class="edit" method="post" action="{self.action}" accept-charset="utf-8">{hidden}{inside}'
            f'{reason}<p><button type="submit">{esc(self.words[name])}</button></p></form></details>'
        )

    # Fields

    def _field(self, column: str) -> str:
        wide = " wide" if column in _WIDE else ""
        field_id = _id("correct", column)
        told = column if self.written.doing == "correct" else ""
        now = self.written.now.get(column)
        meanwhile = (
            f'<p class="fault">{esc(self.words["edit.now"])} <bdi>{esc(now or "–")}</bdi></p>'
            if now is not None
            else ""
        )
        return (
            f'<div class="field{wide}"><label for="{field_id}">{esc(self._name(column))}</label>'
            f"{self._control(column, field_id, self._invalid('correct', told))}"
            f"{self._fault_lines('correct', told)}{meanwhile}</div>"
        )

    def _control(self, column: str, field_id: str, invalid: str) -> str:
        value = self.written.cells.get(column, "")
        options = self._options(column)
        if options is not None:
            return self._select(column, field_id, value, options, invalid)
        direction = "ltr" if any(part in column for part in _LEFT_TO_RIGHT) else "auto"
        marks = f'id="{field_id}" name="{column}" dir="{direction}"{invalid}'
        if column in _LONG:
            return f'<textarea rows="4" {marks}>\n{_text(value)}</textarea>'
        near = self._nearby(column, field_id)
        return f'<input {marks} value="{esc(value)}" autocomplete="off"{near[0]}>{near[1]}'

    def _select(
        self, column: str, field_id: str, value: str, options: Mapping[str, str], invalid: str
    ) -> str:
        known = options if value in options else {**options, value: value}
        listed = "".join(
            f'<option value="{esc(key)}"{" selected" if key == value else ""}>{esc(name)}</option>'
            for key, name in known.items()
        )
        return f'<select id="{field_id}" name="{column}"{invalid}>{listed}</select>'

    def _options(self, column: str) -> Mapping[str, str] | None:
        """The values that a field may have, with their names; None where anything may be written."""
        if column in _VALUES:
            needed, values = _VALUES[column]
            named = {value: self._said(column, value) for value in values}
            return named if needed else {"": "–", **named}
        record = self.claim.record
        if column in ("holder", "from_holder"):
            return {"": "–", **{key: self._said(column, key) for key in record.actors}}
        if column in ("claimant", "reporter") and len(record.sources) <= _MOST_OPTIONS:
            return {key: self._said(column, key) for key in sorted(record.sources)}
        return None

    def _nearby(self, column: str, field_id: str) -> tuple[str, str]:
        """Ids that the browser may suggest, where they are not too many."""
        places = self.claim.record.places
        if column not in ("place_id", "reference_place_id") or len(places) > _MOST_OPTIONS:
            return "", ""
        listed = "".join(
            f'<option value="{esc(key)}">{esc(self._said(column, key))}</option>' for key in places
        )
        return f' list="{field_id}-known"', f'<datalist id="{field_id}-known">{listed}</datalist>'

    def _invalid(self, doing: str, column: str) -> str:
        if column not in self._faults:
            return ""
        return f' aria-invalid="true" aria-describedby="{_id(doing, column)}-fault"'

    def _fault_lines(self, doing: str, column: str) -> str:
        if column not in self._faults:
            return ""
        told = esc("; ".join(self._faults[column]))
        return f'<p class="fault" id="{_id(doing, column)}-fault" lang="en" dir="ltr">{told}</p>'

    def _name(self, column: str) -> str:
        if column in ("why", "into"):
            return self.words[f"edit.{column}"]
        return field_name(column, self.words)

    def _said(self, column: str, value: str) -> str:
        return plain(self.words.of(self._names.said(column, value) or {}))


_VALUES: Mapping[str, tuple[bool, Sequence[str]]] = {
    "event": (True, tuple(map(str, Event))),
    "status": (True, STATUSES),
    "reliability": (True, RELIABILITIES),
    "credibility": (True, CREDIBILITIES),
    "qualifier": (False, QUALIFIERS),
    "happened_precision": (True, tuple(map(str, Precision))),
}
"""Fields with a vocabulary, and whether they always say something."""


def _id(doing: str, column: str) -> str:
    return f"{doing}-{column}"


def _text(value: str) -> str:
    """The content of a text area: its line ends stay."""
    return "\n".join(esc(line) for line in value.split("\n"))

"""What an editor sees of a claim, and what becomes of what the editor sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from claims.claim_form import cells_of, changed_cells, corrected, other_claim, plain_cell, reason_of
from claims.errors import StaleCorrection, UnknownEntry
from dashboard.claim_address import claim_address
from dashboard.claim_forms import ACTIONS, ClaimForms, Written
from dashboard.claim_page import ClaimHistory, ClaimPage, claim_history
from dashboard.login_page import login_link, logout_form
from dashboard.paper import Paper, choices, page
from dashboard.record_routes import claim_path, no_such_claim
from dashboard.sessions import Editor
from figures.text import esc
from gazetteer.errors import Fault

if TYPE_CHECKING:
    from dashboard.desk import Desk
    from dashboard.editor_door import EditorDoor
    from dashboard.record_routes import Drawings

_PRIVATE = {"cache-control": "no-store"}
_A_DAY = timedelta(days=1)
"""No zone's clock is farther ahead than that: what is later lies in the future."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent, and what it is about."""

    fields: Mapping[str, str]
    claim: ClaimHistory
    editor: Editor
    paper: Paper

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def doing(self) -> str:
        """Which form it was."""
        return self["do"] if self["do"] in ACTIONS else ACTIONS[0]


class EditorPages:
    """The pages of editors over a ledger.

    Parameters
    ----------
    maps
        Give what the map concludes, in the release that the pages show.
    prefix
        The path that everything lives under.
    """

    def __init__(self, door: EditorDoor, desk: Desk, maps: Drawings, prefix: str) -> None:
        self.door, self.desk, self.maps, self.prefix = door, desk, maps, prefix

    def who(self, request: Request) -> Editor | None:
        """Which editor a request is of; None for a reader."""
        return self.door.who(request)

    def login_link(self, request: Request, paper: Paper) -> str:
        """Where an editor can log in, on a page for readers; nothing where a proxy does that."""
        query = f"?{request.url.query}" if request.url.query else ""
        # Not ``request.url.path``: an id may hold a question mark.
        path = quote(request.scope["path"])
        return login_link(paper, f"{path}{query}") if self.door.editors.hashes else ""

    def claim(self, request: Request, map_id: str, key: str, editor: Editor, paper: Paper) -> Response:
        """The page of a claim with its forms."""
        history = self._history(map_id, key)
        if history is None:
            return no_such_claim(paper)
        doing = request.query_params.get("do", "")
        written = self._fresh(history, editor, doing if doing in ACTIONS else "")
        done = request.query_params.get("done", "")
        told = _told(paper.words[f"edit.done_{done}"]) if done in ACTIONS else ""
        if claim_history(self.maps(map_id).record, key) is None:
            told += _told(paper.words["edit.hidden"])
        return self._page(history, written, editor, paper, above=told)

    def save(self, request: Request, map_id: str, fields: Mapping[str, str], editor: Editor) -> Response:
        """Do what a form asks for, or show it again with what is wrong; nothing typed is lost."""
        paper = Paper(choices(request.query_params), self.prefix)
        key = fields.get("claim", "")
        history = self._history(map_id, key)
        if history is None:
            return no_such_claim(paper)
        sent = Sent(fields, history, editor, paper)
        if not self.door.sessions.is_ours(sent["token"], editor):
            return self._again(sent, paper.words["edit.old_form"], 403)
        faults: list[Fault] = []
        try:
            saved = self._saved(sent, faults)
        except StaleCorrection:
            return self._stale(sent)
        except UnknownEntry:
            return self._stale(sent)
        except (ValueError, OSError) as problem:
            status = 422 if isinstance(problem, ValueError) else 503
            return self._again(sent, str(problem), status, foreign=True)
        if not saved:
            return self._again(sent, "", 422, faults=faults)
        path, _, query = claim_address(history.record.settings.id, key).partition("?")
        told = dict(parse_qsl(query)) | {"done": sent.doing}
        return RedirectResponse(paper.path(path, **told), 303, _PRIVATE)

    def _saved(self, sent: Sent, faults: list[Fault]) -> bool:
        """Write to the ledger; False where something is wrong with the form."""
        if sent["expected"] != sent.claim.newest.hash:
            raise StaleCorrection(self.desk.book.versions(_map_id(sent), "claim", sent.claim.key)[-1])
        claim, record, map_id = sent.claim.said, sent.claim.record, _map_id(sent)
        why = reason_of(sent["why"], faults)
        told: dict[str, Any] = {
            "recorded_at": self.desk.now(),
            "by": sent.editor.name,
            "why": why,
            "expected": sent["expected"],
        }
        if sent.doing == "correct":
            made = corrected(claim, sent.fields, record, faults, self.desk.now() + _A_DAY)
            if not faults and made is not None:
                self.desk.book.correct(map_id, "claim", claim.id, made, **told)
        elif sent.doing == "retract":
            if not faults:
                self.desk.book.retract(map_id, "claim", claim.id, **told)
        else:
            into = other_claim(sent["into"], claim.id, {c.id for c in record.claims}, faults)
            if not faults:
                self.desk.book.merge(map_id, "claim", claim.id, into, **told)
        return not faults

    # The form once more

    def _again(
        self, sent: Sent, told: str, status: int, *, faults: list[Fault] | None = None, foreign: bool = False
    ) -> Response:
        written = replace(
            self._fresh(sent.claim, sent.editor, sent.doing),
            expected=sent["expected"],
            cells={
                **self._cells(sent.claim),
                **{name: plain_cell(text) for name, text in sent.fields.items()},
            },
            why=sent["why"],
            into=sent["into"],
            faults=tuple(faults or ()),
        )
        lang = ' lang="en" dir="ltr"' if foreign else ""
        notice = f'<p class="notice" role="alert"{lang}>{esc(told)}</p>' if told else ""
        return self._page(sent.claim, written, sent.editor, sent.paper, above=notice, status=status)

    def _stale(self, sent: Sent) -> Response:
        """Somebody else was first: what stands now, with what this editor has changed put into it."""
        claim = self._history(_map_id(sent), sent.claim.key)
        sent = sent if claim is None else replace(sent, claim=claim)
        now = self._cells(sent.claim)
        seen = next((v.value for v in sent.claim.versions if v.hash == sent["expected"]), None)
        base = cells_of(seen, sent.claim.record.settings.zone) if seen is not None else {}
        mine = changed_cells(base, sent.fields) if sent.doing == "correct" else {}
        theirs = {name: text for name, text in now.items() if text != base.get(name, "")}
        written = replace(
            self._fresh(sent.claim, sent.editor, sent.doing),
            cells={**now, **mine},
            why=sent["why"],
            into=sent["into"],
            now={name: text for name, text in theirs.items() if name in mine and mine[name] != text},
        )
        words = sent.paper.words
        link = f'<a href="#history">{esc(words["claim.history"])}</a>'
        notice = f'<p class="notice" role="alert">{esc(words["edit.stale"])} {link}</p>'
        return self._page(sent.claim, written, sent.editor, sent.paper, above=notice, status=409)

    # Parts

    def _history(self, map_id: str, key: str) -> ClaimHistory | None:
        found = self.desk.book.versions(map_id, "claim", key)
        return claim_history(self.desk.record(map_id), key, found[-1].hash) if found else None

    def _cells(self, claim: ClaimHistory) -> dict[str, str]:
        return cells_of(claim.said, claim.record.settings.zone)

    def _fresh(self, claim: ClaimHistory, editor: Editor, doing: str) -> Written:
        token = self.door.sessions.token(editor)
        return Written(token, claim.newest.hash, self._cells(claim), doing)

    def _page(
        self,
        claim: ClaimHistory,
        written: Written,
        editor: Editor,
        paper: Paper,
        *,
        above: str,
        status: int = 200,
    ) -> Response:
        action = paper.address(claim_path("", claim.record.settings.id).lstrip("/"))
        forms = ClaimForms(claim, written, paper, action)
        held = self.maps(claim.record.settings.id).history
        html = ClaimPage(claim, held, paper, whole=True).html(
            above=above + forms.faults_above(),
            below=forms.html(),
            top=logout_form(paper, editor, written.token),
        )
        return page(html, status, _PRIVATE)


def _map_id(sent: Sent) -> str:
    return sent.claim.record.settings.id


def _told(text: str) -> str:
    return f'<p class="notice done" role="status">{esc(text)}</p>'


def entered(fields: Any) -> Mapping[str, str]:  # noqa: ANN401 - pairs of a form
    """The fields of a form by name; of a repeated one the first counts."""
    found: dict[str, str] = {}
    for name, value in fields:
        found.setdefault(name, value)
    return found

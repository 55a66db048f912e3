"""The review desk: a report is read for anybody; what becomes of its drafts is decided by editors only."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from conftest import EXAMPLE, running
from hostile_document import HOSTILE

from claims.drafts import all_drafts
from claims.ledger import Ledger
from claims.map_folder import read_map_folder
from claims.report_draft import State
from dashboard.editors import editors
from dashboard.passwords import hashed
from dashboard.review_text import Mark, marked_text
from frontline import build_server

SITE = "http://maps.example"
DESK = "/maps/hama-2024/review"
PASSWORD = "correct horse battery"
KEPT = hashed(PASSWORD, n=16, p=1)
REPORT = """Factions push on

Opposition factions led by HTS captured the villages of Maar Shahour and Bayoud on Tuesday, the Syrian
Observatory for Human Rights (SOHR) said, coming within 6 kilometers of Hama city.

After midnight Tuesday-Wednesday, government forces recaptured Maar Shahour, according to SOHR.
"""


@pytest.fixture
def url(tmp_path: Any) -> str:
    address = f"sqlite:///{tmp_path / 'hama.db'}"
    with Ledger(address) as book:
        book.load(read_map_folder(EXAMPLE), recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    return address


def opened(url: str, **told: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    server = build_server(url, public_url=SITE, **told)
    return TestClient(server, base_url=SITE, follow_redirects=False)


@pytest.fixture
def maya(url: str) -> Iterator[Any]:
    """An editor's browser, logged in."""
    with opened(url, editors=editors(f"maya:{KEPT}")) as client:
        told = {"name": "maya", "password": PASSWORD}
        assert client.post("/login", data=told, headers={"origin": SITE}).status_code == 303
        yield client


def token_of(page: str) -> str:
    return unescape(re.search(r'name="token" value="([^"]+)"', page)[1])  # type: ignore[index]


def given(client: Any, text: str = REPORT, **more: str) -> Any:
    page = client.get(DESK).text
    token = {"token": token_of(page)} if 'name="token"' in page else {}
    told = {"text": text, "published": "2024-12-04", **token, **more}
    return client.post(DESK, data=told, headers={"origin": SITE})


def desk(client: Any, **more: str) -> tuple[str, str]:
    """Give the report; the desk's address and page."""
    answer = given(client, **more)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    return address, client.get(address).text


def decide(client: Any, page: str, draft: str, **told: str) -> Any:
    fields = {"draft": draft, "token": token_of(page), **told}
    return client.post(f"{DESK}/decide", data=fields, headers={"origin": SITE})


def drafts(url: str) -> dict[tuple[str, str], Any]:
    with Ledger(url) as book:
        found = all_drafts(book, "hama-2024")
    return {(draft.claim.event.value, draft.claim.place_as_written): draft for draft in found}


def entries(url: str) -> int:
    with Ledger(url) as book:
        return sum(1 for _ in book.stored("hama-2024"))


def test_a_reader_sees_what_is_proposed_and_nothing_is_kept(url: str) -> None:
    before = entries(url)
    with opened(url) as client:
        answer = given(client)
        assert answer.status_code == 200
        assert "Maar Shahour" in answer.text and "captured" in answer.text
        assert 'data-do="accept"' not in answer.text
        assert "this server was started without editors" in answer.text
        assert client.post(f"{DESK}/decide", data={"do": "accept"}).status_code in (404, 405)
        told = {"text": "Sources said HTS captured Maar Shahour on Tuesday.", "published": "2024-12-04"}
        arabic = client.post(f"{DESK}?lang=ar", data=told, headers={"origin": SITE}).text
        assert (
            "مصادر" in arabic and "sources ·" not in arabic and "→" not in re.sub("<span[^>]*>→", "", arabic)
        )
    assert entries(url) == before


def test_another_site_cannot_give_a_report(url: str) -> None:
    with opened(url, editors=editors(f"maya:{KEPT}")) as client:
        told = {"text": REPORT, "published": "2024-12-04"}
        assert client.post(DESK, data=told, headers={"origin": "http://evil.example"}).status_code == 403


def test_an_accepted_draft_is_a_claim_and_an_undone_one_is_none(maya: Any, url: str) -> None:
    _, page = desk(maya)
    draft = drafts(url)["captured", "Maar Shahour"]
    assert draft.claim.place_id == "maar-shahour"
    answer = decide(maya, page, draft.id, do="accept", place="maar-shahour")
    assert answer.status_code == 303 and "done=accept" in answer.headers["location"]
    with Ledger(url) as book:
        claim = next(c for c in book.read().claims if c.id == draft.id)
    assert (claim.holder, claim.claimant, claim.analyst) == ("hts_led_opposition", "sohr", "maya")
    assert claim.report.sha256 and claim.quote is not None and claim.quote.text == ""
    again = decide(maya, page, draft.id, do="accept", place="maar-shahour")
    assert again.status_code == 409 and "was accepted by maya before" in again.text
    undone = decide(maya, page, draft.id, do="reopen", why="Read too fast")
    assert undone.status_code == 303
    assert drafts(url)["captured", "Maar Shahour"].state is State.PROPOSED
    with Ledger(url) as book:
        read = book.read()
    assert draft.id not in {c.id for c in read.claims}
    assert [c.why for c in read.corrections if c.key == draft.id] == ["Read too fast"]
    assert decide(maya, page, draft.id, do="accept", place="maar-shahour").status_code == 303
    with Ledger(url) as book:
        assert draft.id in {c.id for c in book.read().claims}


def test_a_place_that_nobody_knows_is_chosen_by_a_person(maya: Any, url: str) -> None:
    _, page = desk(maya)
    draft = drafts(url)["captured", "Bayoud"]
    evidence = page.partition(f'id="d-{draft.id}"')[2].partition("</section>")[0]
    assert " checked" not in evidence
    refused = decide(maya, page, draft.id, do="accept", holder="sna")
    assert refused.status_code == 422 and "is not one known place" in unescape(refused.text)
    assert '<option value="sna" selected>' in refused.text
    assert decide(maya, page, draft.id, do="accept", place="none").status_code == 303
    with Ledger(url) as book:
        claim = next(c for c in book.read().claims if c.id == draft.id)
    assert claim.place_id is None


def test_a_rejection_needs_a_reason_and_keeps_it(maya: Any, url: str) -> None:
    _, page = desk(maya)
    draft = drafts(url)["recaptured", "Maar Shahour"]
    assert decide(maya, page, draft.id, do="reject", why=" ").status_code == 422
    assert decide(maya, page, draft.id, do="reject", why="Said of another place").status_code == 303
    kept = drafts(url)["recaptured", "Maar Shahour"]
    assert (kept.state, kept.decided_by, kept.decided_why) == (
        State.REJECTED,
        "maya",
        "Said of another place",
    )


def test_a_form_that_is_not_ours_decides_nothing(maya: Any, url: str) -> None:
    _, page = desk(maya)
    draft = drafts(url)["captured", "Maar Shahour"]
    before = entries(url)
    told = {"draft": draft.id, "do": "accept", "place": "maar-shahour", "token": "forged"}
    assert maya.post(f"{DESK}/decide", data=told, headers={"origin": SITE}).status_code == 403
    foreign = {**told, "token": token_of(page)}
    assert maya.post(f"{DESK}/decide", data=foreign, headers={"origin": "null"}).status_code == 403
    with opened(url, editors=editors(f"maya:{KEPT}")) as stranger:
        assert stranger.post(f"{DESK}/decide", data=foreign, headers={"origin": SITE}).status_code == 403
    assert entries(url) == before


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": "  "}, "Paste the text of a report"),
        ({"published": "yesterday"}, "'yesterday' is not a date or time"),
        ({"text": "x" * 400_001}, "400,001 bytes long"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(
    maya: Any, url: str, told: Any, said: str
) -> None:
    before = entries(url)
    answer = given(maya, url="https://reports.example/1", **told)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "https://reports.example/1" in answer.text
    assert entries(url) == before


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"PK\x03\x04\x14\0", b"\x89PNG\r\n\x1a\n", b"\0\1\2\3" * 9])
def test_a_file_that_is_no_text_is_refused(maya: Any, url: str, start: bytes) -> None:
    before = entries(url)
    told = {"published": "2024-12-04", "token": token_of(maya.get(DESK).text)}
    files = {"file": ("report.txt", start + REPORT.encode())}
    answer = maya.post(DESK, data=told, files=files, headers={"origin": SITE})
    assert answer.status_code == 422 and "That is no text" in answer.text
    assert entries(url) == before


def test_a_body_that_is_too_large_is_refused_in_words(maya: Any) -> None:
    sent = {"origin": SITE, "content-type": "multipart/form-data; boundary=x", "accept": "text/html"}
    answer = maya.post(DESK, content=b"x" * 1_000_001, headers=sent)
    assert answer.status_code == 413 and "more than any form of these pages" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", ""])
def test_a_body_that_is_no_form_is_refused(maya: Any, kind: str) -> None:
    for path in (DESK, f"{DESK}/decide"):
        answer = maya.post(path, content=b"\xff{[", headers={"origin": SITE, "content-type": kind})
        assert answer.status_code == 415
    broken = {"origin": SITE, "content-type": "multipart/form-data; boundary=x"}
    assert maya.post(DESK, content=b"--y\r\n\xff", headers=broken).status_code in (400, 422)


def test_hostile_words_stay_words(maya: Any) -> None:
    text = f"{HOSTILE}\n\nHTS-led factions captured Maar Shahour on Tuesday, SOHR said. {HOSTILE}"
    _, page = desk(maya, text=text, url="javascript:alert(1)", licence=HOSTILE)
    assert "<img" not in page.replace('<img class="pins"', "")
    assert "<script>" not in page.replace("\n", "") and 'href="javascript' not in page
    assert "\u202e" not in page.partition('<div class="words"')[0]


def test_a_marked_text_shows_every_letter_once() -> None:
    marks = [Mark(4, 8, "place", 1, "R1"), Mark(9, 12, "over", title='a "b"')]
    told = marked_text("one <two> 345\nsix", marks, "und")
    assert unescape(re.sub(r"<sup>\d+</sup>|<[^>]+>", "", told)) == "one <two> 345six"


def test_pins_are_drawn_for_places_of_the_map_only(maya: Any) -> None:
    drawn = maya.get("/maps/hama-2024/pins.svg?place=maar-shahour&place=nowhere&t=1733270340")
    assert drawn.status_code == 200 and drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.count('r="8.5"') == 1 and "href" not in drawn.text
    assert maya.get("/maps/hama-2024/pins.svg?place=nowhere").status_code == 404
    assert maya.get("/maps/nowhere/pins.svg?place=hama").status_code == 404


@pytest.mark.browser
def test_keys_choose_and_accept(url: str, chromium: Any, watched_page: Any) -> None:
    server = build_server(url, public_url="http://127.0.0.1", editors=editors(f"maya:{KEPT}"))
    with running(server) as address:
        watched = watched_page(chromium, viewport={"width": 1440, "height": 900})
        page = watched.page
        page.goto(f"{address}/login")
        page.fill("#name", "maya")
        page.fill("#password", PASSWORD)
        page.click("button")
        page.goto(f"{address}{DESK}")
        large = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 400_001}
        page.set_input_files("#file", large)
        assert "400,000 bytes" in page.evaluate("document.getElementById('file').validationMessage")
        page.set_input_files("#file", [])
        page.fill("#text", REPORT)
        page.fill("#published", "2024-12-04")
        page.click("form.give button")
        first = page.locator(".evidence.now")
        assert "Maar Shahour" in first.inner_text()
        page.keyboard.press("j")
        assert "Bayoud" in page.locator(".evidence.now").inner_text()
        assert page.locator('.evidence.now form[data-do="accept"] button').is_disabled()
        page.keyboard.press("k")
        page.keyboard.press("a")
        page.wait_for_url("**done=accept**")
        assert page.locator(".card.accepted").count() == 1
        assert page.get_by_role("status").inner_text().startswith("Accepted")
        assert page.evaluate("document.activeElement.className") == "evidence now"
        page.keyboard.press("u")
        assert page.evaluate("document.activeElement.name") == "why"
        assert "Maar Shahour" in page.locator(".evidence:visible").inner_text()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        assert "Bayoud" in page.locator(".evidence:visible").inner_text()
        page.uncheck("#keys")
        before = page.locator(".card > a.now").inner_text()
        page.locator("body").click(position={"x": 5, "y": 5})
        page.keyboard.press("j")
        assert page.locator(".card > a.now").inner_text() == before


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("ar", 1024), ("ar", 360)])
def test_the_desk_is_accessible_and_fits(
    url: str, chromium: Any, watched_page: Any, lang: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with running(build_server(url, public_url="http://127.0.0.1")) as address:
        page = watched_page(chromium, viewport={"width": width, "height": 800}, bypass_csp=True).page
        page.goto(f"{address}{DESK}?lang={lang}")
        page.fill("#text", REPORT)
        page.fill("#published", "2024-12-04")
        page.click("form.give button")
        page.wait_for_selector(".card")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_desk_that_others_keep_busy_says_so(maya: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("dashboard.reviewing._PATIENCE_S", 0.01)
    monkeypatch.setattr("dashboard.reviewing.Reviewing._read", lambda *_: pytest.fail("it is not its turn"))
    monkeypatch.setattr("threading.Semaphore.acquire", lambda *_, **__: False)
    answer = given(maya)
    assert answer.status_code == 503 and "in a moment" in answer.text and "Maar Shahour" in answer.text

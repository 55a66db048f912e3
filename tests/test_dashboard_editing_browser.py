"""An editor's pages in a real browser: without a script, on a phone, in Arabic; and against other sites."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import running
from editors_map import KEPT, MAP, PASSWORD, editors_map, page_of, said
from hostile_document import HOSTILE

from claims.ledger import Ledger
from dashboard.editors import editors
from dashboard.sessions import COOKIE
from frontline import build_server

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def url(tmp_path_factory: Any) -> str:
    address = f"sqlite:///{tmp_path_factory.mktemp('ledger')}/small.db"
    with Ledger(address) as book:
        book.load(editors_map(20), recorded_at=datetime(2024, 12, 20, tzinfo=UTC))
        book.correct(
            MAP,
            "claim",
            "T003",
            said("T003", "suran", 3),
            recorded_at=datetime(2024, 12, 21, 9, 10, tzinfo=UTC),
            by="omar",
            why=f"It was Suran. {HOSTILE}",
        )
        book.retract(
            MAP, "claim", "T004", recorded_at=datetime(2024, 12, 22, tzinfo=UTC), by="omar", why="no"
        )
    return address


@pytest.fixture(scope="module")
def address(url: str) -> Iterator[str]:
    server = build_server(url, public_url="", editors=editors(f"maya:{KEPT}"))
    with running(server) as found:
        yield found


def logged_in(page: Any, address: str, back: str) -> None:
    page.goto(f"{address}/login?next={back}")
    page.fill("#name", "maya")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{back}*")


def newest(url: str, key: str) -> Any:
    with Ledger(url) as book:
        return book.newest(MAP, "claim", key)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_claim_is_corrected_on_a_phone_without_a_script(
    chromium: Any, watched_page: Any, address: str, url: str, lang: str
) -> None:
    key = "T005" if lang == "en" else "T006"
    page = watched_page(chromium, java_script_enabled=False, **PHONE).page
    logged_in(page, address, f"{page_of(key)}?lang={lang}")
    page.locator("summary").first.click()
    page.select_option("#correct-holder", "unknown")
    page.fill("#correct-note", "two\nlines")
    page.fill("#correct-why", "The report names nobody.")
    page.locator("form.edit button").first.click()
    assert page.locator('[role="status"]').is_visible()
    assert page.locator(".versions > li").count() == 2
    assert "The report names nobody." in page.locator(".versions").inner_text()
    stored = newest(url, key)
    assert (stored.by, stored.action) == ("maya", "corrected") and "two\\nlines" in stored.entry.body
    for path in (page_of(key), f"/maps/{MAP}/corrections", "/login"):
        page.goto(f"{address}{path}?lang={lang}")
        box = page.locator("main").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["viewport"]["width"]


def test_every_control_is_reached_by_the_keyboard(
    chromium: Any, watched_page: Any, address: str, url: str
) -> None:
    page = watched_page(chromium).page
    logged_in(page, address, page_of("T007"))
    summary = page.locator("summary", has_text="Retract")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "retract-why"
    page.keyboard.type("typed by hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*done=retract")
    assert newest(url, "T007").action == "retracted"


def test_the_first_fault_is_told_and_leads_to_its_field(
    chromium: Any, watched_page: Any, address: str
) -> None:
    watched = watched_page(chromium)
    page = watched.page
    logged_in(page, address, f"{page_of('T008')}")
    page.goto(f"{address}{page_of('T008')}?do=correct")
    page.fill("#correct-happened_to", "tomorrow")
    page.fill("#correct-why", "x")
    with page.expect_console_message(lambda said: "422" in said.text):
        page.locator("form.edit button").first.click()
    watched.errors.clear()  # the browser remarks the status 422
    link = page.locator('[role="alert"] a')
    assert link.count() == 1
    link.click()
    field = page.locator("#correct-happened_to")
    assert field.get_attribute("aria-invalid") == "true" and field.input_value() == "tomorrow"
    assert "tomorrow" in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1100, 900), (360, 740)])
def test_axe_finds_nothing(
    chromium: Any, watched_page: Any, address: str, lang: str, theme: str, size: tuple[int, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = watched_page(chromium, viewport={"width": size[0], "height": size[1]}, bypass_csp=True).page
    look = f"lang={lang}&theme={theme}"
    paths = [f"/login?{look}", f"/maps/{MAP}/corrections?{look}", f"{page_of('T003')}?{look}"]
    logged_in(page, address, page_of("T009"))
    paths += [
        f"{page_of(key)}?{look}&do={doing}" for key, doing in (("T009", "correct"), ("T004", "correct"))
    ]
    paths.append(f"{page_of('T009')}?{look}&do=merge&done=correct")
    for path in paths:
        page.goto(f"{address}{path}")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == [], path


def test_another_site_cannot_send_a_form(
    chromium: Any, watched_page: Any, address: str, url: str, served_folder: tuple[Path, str]
) -> None:
    """The editor is logged in, and opens a page that sends our form by itself."""
    folder, evil = served_folder
    evil = evil.replace("127.0.0.1", "localhost")  # another site for the browser
    form = (
        f'<link rel="icon" href="data:,"><form method="post" action="{address}/maps/{MAP}/edit">'
        '<input name="do" value="retract">'
        '<input name="claim" value="T010"><input name="why" value="csrf"><input name="expected" value="">'
        '<input name="token" value=""></form><script>document.forms[0].submit()</script>'
    )
    (folder / "evil.html").write_text(form, encoding="utf-8")
    watched = watched_page(chromium)
    logged_in(watched.page, address, page_of("T010"))
    with watched.page.expect_response("**/edit") as answer:
        watched.page.goto(f"{evil}/evil.html")
    assert answer.value.status == 403
    assert newest(url, "T010").action == ""
    watched.page.wait_for_timeout(500)
    watched.errors.clear()  # the browser remarks the status 403, and asks for an icon of its own


def test_what_a_readers_browser_holds_changes_nothing(
    chromium: Any, watched_page: Any, address: str, url: str
) -> None:
    """Cookies and stores that a reader may fill with anything, sent from the page's own origin."""
    page = watched_page(chromium).page
    page.goto(f"{address}{page_of('T011')}")
    page.evaluate("() => localStorage.setItem('frontline_editor', 'maya')")
    forged = {"name": COOKIE, "value": "maya", "url": address}
    page.context.add_cookies([forged])
    with Ledger(url) as book:
        before = book.head(MAP)
    form = {"do": "retract", "claim": "T011", "why": "x", "expected": "", "token": ""}
    for path in (
        f"/maps/{MAP}/edit",
        page_of("T011"),
        f"/embed/{MAP}",
        "/logout",
        f"/maps/{MAP}/corrections",
    ):
        answer = page.request.post(f"{address}{path}", form=form, headers={"origin": address})
        assert 400 <= answer.status < 500, path
    with Ledger(url) as book:
        assert book.head(MAP) == before
    page.reload()
    assert page.locator("form").count() == 0


def test_hostile_words_run_nothing(chromium: Any, watched_page: Any, address: str) -> None:
    page = watched_page(chromium).page
    for path in (page_of("T003"), f"/maps/{MAP}/corrections", f"/embed/{MAP}", f"{page_of('T003')}?lang=ar"):
        page.goto(f"{address}{path}")
        assert page.title() != "broken" and page.locator("main img, main script").count() == 0
        assert "<img src=//outside.example" in page.locator("body").text_content()


def test_the_corrections_print_without_their_links(chromium: Any, watched_page: Any, address: str) -> None:
    page = watched_page(chromium).page
    page.goto(f"{address}/maps/{MAP}/corrections?theme=dark")
    page.emulate_media(media="print")
    assert page.locator(".links").is_hidden() and page.locator(".told li").first.is_visible()
    assert (
        page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_another_site_may_read_the_corrections(
    chromium: Any, watched_page: Any, address: str, served_folder: tuple[Path, str]
) -> None:
    folder, other = served_folder
    (folder / "page.html").write_text('<link rel="icon" href="data:,"><p>elsewhere', encoding="utf-8")
    page = watched_page(chromium).page
    page.goto(f"{other.replace('127.0.0.1', 'localhost')}/page.html")
    told = page.evaluate(
        "url => fetch(url).then(answer => answer.json())", f"{address}/maps/{MAP}/corrections.json"
    )
    assert told["format"] == "frontline-corrections" and "omar" not in str(told)


def test_an_exported_file_learns_of_a_correction_from_the_server(
    chromium: Any, watched_page: Any, address: str, url: str, tmp_path: Path
) -> None:
    """The whole way: exported by the command line, corrected afterwards, opened from disk."""
    from typer.testing import CliRunner

    from frontline import app

    out = tmp_path / "map.html"
    asked = f"{address}/maps/{MAP}/corrections.json"
    answer = CliRunner().invoke(app, ["export", "html", str(out), "--ledger", url, "--corrections", asked])
    assert answer.exit_code == 0, answer.output
    first, second = watched_page(chromium), watched_page(chromium)
    first.page.goto(out.as_uri())
    first.page.evaluate("frontline.ready")
    first.page.wait_for_timeout(500)
    assert first.page.locator('[data-frontline="since"]').is_hidden()
    with Ledger(url) as book:
        now = datetime.now(UTC)
        book.retract(MAP, "claim", "T012", recorded_at=now, by="omar", why="Not what happened.")
    second.page.goto(out.as_uri())
    second.page.locator('[data-frontline="since"]').wait_for(state="visible")
    assert "Not what happened." in second.page.locator('[data-frontline="since"]').inner_text()


# The server as it listens


def raw(address: str, head: str, body: bytes = b"", wait_s: float = 5.0) -> bytes:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=wait_s) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        try:
            return line.recv(200)
        except TimeoutError:
            return b""


def test_a_huge_body_is_refused_before_it_is_sent(address: str) -> None:
    head = f"POST /maps/{MAP}/edit HTTP/1.1\nHost: x\nContent-Type: application/x-www-form-urlencoded\n"
    assert b" 413 " in raw(address, head + "Content-Length: 5000000000").splitlines()[0]


def test_others_are_answered_while_slow_bodies_are_waited_for(address: str) -> None:
    parts = urlsplit(address)
    lines = [socket.create_connection((parts.hostname, parts.port), timeout=5) for _ in range(60)]
    for line in lines:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=")
    started = time.monotonic()
    assert b" 200 " in raw(address, "GET /login HTTP/1.1\nHost: x\nConnection: close").splitlines()[0]
    assert time.monotonic() - started < 5  # far below the time that a body is waited for
    for line in lines:
        line.close()

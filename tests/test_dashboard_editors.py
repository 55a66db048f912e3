"""Who may write, and who may not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from dashboard.attempts import Attempts
from dashboard.editor_door import EditorDoor, Entered, Refused
from dashboard.editors import editor_name, editors
from dashboard.passwords import Hashed, hashed, same
from dashboard.sessions import COOKIE, LIFE_S, Editor, Sessions

PASSWORD = "correct horse battery"
KEPT = hashed(PASSWORD, n=16, p=1)


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def request(peer: str = "127.0.0.1", *headers: tuple[str, str]) -> Request:
    listed = [(name.lower().encode(), value.encode("utf-8")) for name, value in headers]
    return Request({"type": "http", "headers": listed, "client": (peer, 40_000)})


def cookie(value: str) -> tuple[str, str]:
    return ("cookie", f"{COOKIE}={value}")


# Passwords


def test_a_kept_password_is_not_the_password_and_is_found_again() -> None:
    text = str(KEPT)
    assert PASSWORD not in text and not set(text) & set("$;: \n\"'")
    assert Hashed.of(text) == KEPT
    assert same(PASSWORD, KEPT) and not same(PASSWORD + "!", KEPT)
    assert hashed(PASSWORD, n=16).salt != KEPT.salt


def test_a_letter_that_is_written_in_two_ways_is_one_letter() -> None:
    assert same("caf\u00e9 caf\u00e9 caf\u00e9", hashed("cafe\u0301 cafe\u0301 cafe\u0301", n=16, p=1))


@pytest.mark.parametrize(
    "text",
    ["", "secret", "scrypt.16.8.1", "scrypt.15.8.1.AAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBB",
     "bcrypt.1.1",
     "scrypt.1099511627776.8.1.AAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBB", "scrypt.16.8.1.AA.BB"],
)  # fmt: skip
def test_what_is_no_kept_password_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="frontline editor"):
        Hashed.of(text)


def test_a_short_password_is_not_taken() -> None:
    with pytest.raises(ValueError, match="12"):
        hashed("short")


# Who is named


def test_editors_are_read_from_a_line_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "editors.toml"
    file.write_text(f'[editors]\n"ليلى" = "{KEPT}"\n', encoding="utf-8")
    found = editors(f"maya:{KEPT};\n omar : {KEPT}\n", file)
    assert list(found.hashes) == ["maya", "omar", "ليلى"]
    assert found and not editors()


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("maya", "name:hash"),
        ("maya:hunter2hunter2", "behind the editor 'maya'"),
        (f"maya:{KEPT};maya:{KEPT}", "named twice"),
        (f":{KEPT}", "has a name"),
        (f"{'m' * 81}:{KEPT}", "longer"),
    ],
    ids=["no hash", "no hash after the name", "twice", "no name", "a long name"],
)
def test_editors_that_cannot_be_used_are_told_without_their_hash(listed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as told:
        editors(listed)
    assert "hunter2" not in str(told.value) and str(KEPT) not in str(told.value)


def test_a_file_that_is_none_is_told_without_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "editors.toml"
    for text in ("[editors\nmaya = hunter2hunter2", "[people]\nmaya = 'x'", "[editors]\nmaya = 3"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="editors") as told:
            editors(file=file)
        assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "a:b", "a;b", "x" * 81, "a\u202eb", "\u2028"])
def test_names_that_would_not_print_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        editor_name(name)


def test_header_and_proxy_go_together() -> None:
    for header, proxies in (
        ("X-User", ""),
        ("", "127.0.0.1"),
        ("X User", "127.0.0.1"),
        ("X-User", "nowhere"),
    ):
        with pytest.raises(ValueError, match=r"header|proxy"):
            editors(header=header, proxies=proxies)


# The proxy's header


@pytest.fixture
def proxied() -> EditorDoor:
    return EditorDoor(editors(header="X-Forwarded-User", proxies="10.0.0.5, 192.168.1.0/24"))


@pytest.mark.parametrize("peer", ["10.0.0.5", "192.168.1.77", "::ffff:10.0.0.5"])
def test_a_trusted_proxy_names_the_editor(proxied: EditorDoor, peer: str) -> None:
    assert proxied.who(request(peer, ("X-Forwarded-User", "ليلى"))) == Editor("ليلى")


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.6", "", "unix:", "10.0.0.5.evil.example"])
def test_the_header_from_anybody_else_is_worth_nothing(proxied: EditorDoor, peer: str) -> None:
    spoofed = [("X-Forwarded-User", "maya"), ("X-Forwarded-For", "10.0.0.5"), ("Forwarded", "for=10.0.0.5")]
    assert proxied.who(request(peer, *spoofed)) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\tb", "maya; admin"])
def test_a_proxy_that_names_nobody_names_nobody(proxied: EditorDoor, name: str) -> None:
    assert proxied.who(request("10.0.0.5", ("X-Forwarded-User", name))) is None


def test_two_headers_name_nobody(proxied: EditorDoor) -> None:
    told = request("10.0.0.5", ("X-Forwarded-User", "evil"), ("X-Forwarded-User", "maya"))
    assert proxied.who(told) is None


# Sessions


@pytest.fixture
def door() -> EditorDoor:
    door = EditorDoor(editors(f"maya:{KEPT}"), now=Clock())
    door.attempts = Attempts(Clock())
    return door


def entered(door: EditorDoor) -> str:
    answer = door.login(request(), "maya", PASSWORD)
    assert isinstance(answer, Entered)
    return answer.cookie


def test_a_login_is_known_again_until_it_is_over(door: EditorDoor) -> None:
    value = entered(door)
    editor = door.who(request("9.9.9.9", cookie(value)))
    assert editor is not None and editor.name == "maya"
    door.sessions._clock.now += LIFE_S  # type: ignore[attr-defined]
    assert door.who(request("9.9.9.9", cookie(value))) is None


def test_a_cookie_is_worth_nothing_after_the_logout(door: EditorDoor) -> None:
    value, other = entered(door), entered(door)
    door.logout(request("127.0.0.1", cookie(value)))
    assert door.who(request("127.0.0.1", cookie(value))) is None
    assert door.who(request("127.0.0.1", cookie(other))) is not None


def test_a_new_password_ends_the_sessions_of_the_old_one(door: EditorDoor) -> None:
    secret = "s" * 32
    first = EditorDoor(editors(f"maya:{KEPT}"), secret=secret)
    value = entered(first)
    again = EditorDoor(editors(f"maya:{KEPT}"), secret=secret)
    changed = EditorDoor(editors(f"maya:{hashed(PASSWORD, n=16)}"), secret=secret)
    gone = EditorDoor(editors(f"omar:{KEPT}"), secret=secret)
    held = request("127.0.0.1", cookie(value))
    assert again.who(held) is not None
    assert changed.who(held) is None and gone.who(held) is None and door.who(held) is None


@pytest.mark.parametrize("value", ["", "x", "maya", "WyJtYXlhIl0.x", "." * 3000])
def test_a_forged_cookie_names_nobody(door: EditorDoor, value: str) -> None:
    assert door.who(request("127.0.0.1", cookie(value))) is None


def test_a_form_is_good_for_whom_it_was_made_and_for_a_while() -> None:
    clock = Clock()
    sessions = Sessions("secret", clock)
    maya, again, omar = Editor("maya", "s1"), Editor("maya", "s2"), Editor("omar", "s1")
    token = sessions.token(maya)
    assert sessions.is_ours(token, maya)
    assert not sessions.is_ours(token, again) and not sessions.is_ours(token, omar)
    assert not sessions.is_ours(sessions.begun("maya", KEPT), maya)  # a cookie is no token
    assert not Sessions("other", clock).is_ours(token, maya)
    clock.now += LIFE_S
    assert not sessions.is_ours(token, maya)


# Guessing


def test_wrong_and_unknown_names_are_told_the_same(door: EditorDoor) -> None:
    assert door.login(request(), "maya", "wrong") == door.login(request(), "nobody", PASSWORD) == Refused()


def test_guesses_are_slowed_down_alike_for_names_that_exist_and_names_that_do_not(door: EditorDoor) -> None:
    waits: dict[str, list[Any]] = {"maya": [], "nobody": []}
    for name, found in waits.items():
        for _ in range(8):
            found.append(door.login(request(f"10.0.0.{len(name)}"), name, "wrong"))
    assert waits["maya"] == waits["nobody"]
    assert waits["maya"][:5] == [Refused()] * 5 and waits["maya"][5].wait_s > 0
    blocked = door.login(request("10.0.0.4"), "maya", PASSWORD)
    assert isinstance(blocked, Refused) and blocked.wait_s > 0  # not even the right one, for a while
    assert isinstance(door.login(request("10.0.0.99"), "maya", PASSWORD), Entered)


def test_waits_grow_and_end() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits = []
    for _ in range(14):
        attempts.failed("peer", "maya")
        waits.append(attempts.wait_s("peer", "maya"))
    assert waits[:4] == [0] * 4 and waits[4:] == sorted(waits[4:]) and max(waits) <= 901
    clock.now += 3_600
    assert attempts.wait_s("peer", "maya") == 0
    attempts.failed("peer", "maya")
    assert attempts.wait_s("peer", "maya") == 0


def test_many_names_from_one_address_and_one_name_from_many_are_slowed_down() -> None:
    attempts = Attempts(Clock())
    for number in range(20):
        attempts.failed("peer", f"name{number}")
    assert attempts.wait_s("peer", "another") > 0 and attempts.wait_s("elsewhere", "another") == 0
    for number in range(100):
        attempts.failed(f"peer{number}", "maya")
    assert 0 < attempts.wait_s("elsewhere", "maya") <= 61


# The command line


def run(*arguments: str, told: str = "") -> Any:
    from typer.testing import CliRunner

    from frontline import app

    return CliRunner().invoke(app, list(arguments), input=told)


def test_frontline_editor_prints_a_line_that_lets_in() -> None:
    answer = run("editor", "maya", told=f"{PASSWORD}\n")
    assert answer.exit_code == 0 and PASSWORD not in answer.output
    found = editors(answer.output.strip())
    assert same(PASSWORD, found.hashes["maya"])
    assert found.hashes["maya"].n >= 1 << 15


@pytest.mark.parametrize(
    ("name", "told"), [("maya", "short\n"), ("maya", ""), ("a:b", PASSWORD), ("", PASSWORD)]
)
def test_frontline_editor_says_what_it_cannot_use(name: str, told: str) -> None:
    answer = run("editor", name, told=told)
    assert answer.exit_code == 1 and "scrypt" not in answer.output
    assert "Traceback" not in answer.output


def test_serve_refuses_editors_that_it_cannot_use(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FRONTLINE_EDITOR", "maya:hunter2hunter2")
    answer = run("serve", "--port", "0", "--ledger", f"sqlite:///{tmp_path}/none.db")
    assert answer.exit_code == 1 and "maya" in answer.output and "hunter2" not in answer.output


def test_the_server_that_listens_believes_no_forwarded_address(tmp_path: Path) -> None:
    """The command itself, as a process: this very machine may not pass for the trusted proxy."""
    import os
    import re
    import subprocess
    import sys
    from urllib.error import HTTPError
    from urllib.request import Request as Asking
    from urllib.request import urlopen

    from conftest import ROOT
    from editors_map import MAP, editors_map, page_of

    from claims.ledger import Ledger

    url = f"sqlite:///{tmp_path}/small.db"
    with Ledger(url) as book:
        book.load(editors_map(2), recorded_at=datetime(2024, 12, 20, tzinfo=UTC))
    told = {"FRONTLINE_EDITOR_HEADER": "X-Forwarded-User", "FRONTLINE_TRUSTED_PROXY": "10.9.9.9"}
    command = [sys.executable, str(ROOT / "frontline.py"), "serve", "--port", "0", "--ledger", url]
    with subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            spoofed = {"X-Forwarded-User": "maya", "X-Forwarded-For": "10.9.9.9", "X-Real-IP": "10.9.9.9"}
            with urlopen(Asking(found[0] + page_of("T001"), headers=spoofed), timeout=60) as answer:
                assert b"<form" not in answer.read()
            body = b"do=retract&claim=T001&why=x&expected=&token="
            with pytest.raises(HTTPError) as refused:
                urlopen(Asking(f"{found[0]}/maps/{MAP}/edit", body, spoofed), timeout=60)
            assert refused.value.code == 403
            refused.value.close()
        finally:
            server.terminate()

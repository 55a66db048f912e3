"""An editor corrects, retracts and merges claims on the dashboard; nobody else changes anything."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from editors_map import KEPT, MAP, PASSWORD, editors_map, page_of
from hostile_document import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.claim import Event
from claims.ledger import Ledger
from claims.release_rules import Measure, ReleaseRules, Rule
from dashboard.claim_page import fingerprint
from dashboard.editors import editors
from dashboard.login_page import own_path
from dashboard.sessions import COOKIE, LIFE_S
from frontline import build_server

SITE = "http://maps.example"
LOADED = datetime(2024, 12, 20, tzinfo=UTC)
EDIT = f"/maps/{MAP}/edit"
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def record() -> Any:
    return editors_map(40)


@pytest.fixture(scope="module")
def url(record: Any, tmp_path_factory: Any) -> str:
    """A ledger with it, with one claim that no release lets out, and some with odd ids."""
    address = f"sqlite:///{tmp_path_factory.mktemp('ledger')}/small.db"
    first = record.claims[0]
    odd = [replace(first, id=key) for key in ("a/../b", "..", "c d?x=1&y#z", "ادعاء-1", "<b>'\"")]
    secret = replace(first, id="secret-1", event=Event.STRIKE, note="canary")
    rules = ReleaseRules("public", (Rule(Measure.WITHHOLD, events=("strike",), reason={"en": "safety"}),))
    whole = replace(record, claims=(*record.claims, *odd, secret), releases={"public": rules})
    with Ledger(address) as book:
        book.load(whole, recorded_at=LOADED)
    return address


def opened(url: str, **told: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    server = build_server(url, public_url=SITE, **told)
    return TestClient(server, base_url=SITE, follow_redirects=False)


@pytest.fixture(scope="module")
def reader(url: str) -> Iterator[Any]:
    """A reader of a server without editors."""
    with opened(url) as client:
        yield client


@pytest.fixture
def client(url: str) -> Iterator[Any]:
    """A browser on a server with editors, not logged in."""
    with opened(url, editors=editors(f"maya:{KEPT};omar:{KEPT}")) as client:
        yield client


@pytest.fixture
def maya(client: Any) -> Any:
    """The same, logged in."""
    assert log_in(client).status_code == 303
    return client


def log_in(client: Any, name: str = "maya", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login", data={"name": name, "password": password, **more}, headers={"origin": SITE})


def form_of(client: Any, claim: str, doing: str = "correct") -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    html = client.get(page_of(claim)).text
    form = next(part for part in html.split("<form")[1:] if f'name="do" value="{doing}"' in part)
    form = form.partition("</form>")[0]
    fields = dict(re.findall(r'<input [^>]*?name="([^"]+)"[^>]*? value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        fields[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    return {name: unescape(value) for name, value in fields.items()}


def send(client: Any, fields: dict[str, str], **headers: str) -> Any:
    return client.post(EDIT, data=fields, headers={"origin": SITE, **headers})


def claim_ids(record: Any, count: int, start: int = 0) -> list[str]:
    return [c.id for c in record.claims if c.holder and c.place_id][start : start + count]


def entries(url: str) -> int:
    with Ledger(url) as book:
        return sum(1 for _ in book.stored(MAP))


# Without an editor


def test_without_an_editor_there_is_no_address_that_changes_anything(reader: Any, url: str) -> None:
    before = entries(url)
    claim = page_of("T001")
    for path in ("/login", "/logout", EDIT, claim, f"/maps/{MAP}/corrections", f"/embed/{MAP}", "/"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = reader.request(method, path, data={"do": "retract", "claim": "T001"})
            assert answer.status_code in (404, 405), (method, path)
    assert reader.get("/login").status_code == 404
    assert entries(url) == before


def test_with_editors_the_embed_has_none(client: Any) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, f"/embed/{MAP}").status_code == 405


# Corrections


def test_an_editor_corrects_a_field_and_reads_the_history(maya: Any, record: Any, url: str) -> None:
    (key,) = claim_ids(record, 1)
    fields = form_of(maya, key) | {"status": "denied", "why": "The ministry denied it <b>itself</b>."}
    answer = send(maya, fields)
    assert answer.status_code == 303 and answer.headers["location"] == f"{page_of(key)}?done=correct"
    page = maya.get(answer.headers["location"]).text
    assert "The correction is saved." in page and "maya" in page
    assert "The ministry denied it &lt;b&gt;itself&lt;/b&gt;." in page
    assert "status changed from" in page and page.count('class="hash"') == 2
    with Ledger(url) as book:
        newest = book.newest(MAP, "claim", key)
        told = next(claim for claim in book.read(MAP).claims if claim.id == key)
    assert newest is not None and (newest.by, newest.action) == ("maya", "corrected")
    before = next(claim for claim in record.claims if claim.id == key)
    assert told == replace(before, status="denied")


def test_readers_see_the_same_page_without_forms_and_without_names(
    client: Any, reader: Any, record: Any
) -> None:
    log_in(client)
    (key,) = claim_ids(record, 1, 1)
    assert (
        send(client, form_of(client, key) | {"credibility": "5", "why": "Not seen by anybody."}).status_code
        == 303
    )
    page = reader.get(page_of(key)).text
    assert "<form" not in page and "maya" not in page
    assert "credibility changed from" in page and "Not seen by anybody." in page
    assert 'id="history"' in page


def test_an_editor_retracts_merges_and_reinstates(maya: Any, reader: Any, record: Any) -> None:
    gone, twin, other = claim_ids(record, 3, 2)
    assert send(maya, form_of(maya, gone, "retract") | {"why": "A hoax."}).status_code == 303
    assert "no longer counts" in reader.get(page_of(gone)).text
    merging = form_of(maya, twin, "merge") | {"into": other, "why": "Entered twice."}
    assert send(maya, merging).status_code == 303
    page = reader.get(page_of(twin)).text
    assert f'href="{page_of(other)}"' in page and "Merged into another report" in page
    again = form_of(maya, gone) | {"why": "No hoax after all."}
    assert send(maya, again).status_code == 303
    assert "Counts again" in reader.get(page_of(gone)).text


def test_all_faults_stand_at_their_fields_and_nothing_typed_is_lost(maya: Any, record: Any, url: str) -> None:
    (key,) = claim_ids(record, 1, 5)
    before = entries(url)
    typed = {"happened_to": "2024-13-01", "holder": "nobody", "note": "mine\nand more", "why": ""}
    answer = send(maya, form_of(maya, key) | typed)
    assert answer.status_code == 422 and entries(url) == before
    for field in ("happened_to", "holder", "why"):
        assert f'id="correct-{field}-fault"' in answer.text
    assert 'value="2024-13-01"' in answer.text and "mine\nand more" in answer.text
    assert '<option value="nobody" selected>' in answer.text


def test_a_correction_that_changes_nothing_is_not_written(maya: Any, record: Any, url: str) -> None:
    (key,) = claim_ids(record, 1, 6)
    before = entries(url)
    answer = send(maya, form_of(maya, key) | {"why": "just so"})
    assert (
        answer.status_code == 422 and "says exactly that already" in answer.text and "just so" in answer.text
    )
    assert entries(url) == before


def test_a_stale_correction_is_refused_and_told_what_changed(maya: Any, record: Any, url: str) -> None:
    (key,) = claim_ids(record, 1, 7)
    mine = form_of(maya, key)
    with Ledger(url) as book:
        stands = next(claim for claim in book.read(MAP).claims if claim.id == key)
        book.correct(
            MAP,
            "claim",
            key,
            replace(stands, status="disputed", note="theirs"),
            recorded_at=LOADED,
            by="omar",
            why="two versions",
        )
    before = entries(url)
    typed = {"status": "denied", "reliability": "A", "why": "my reason"}
    answer = send(maya, mine | typed)
    assert answer.status_code == 409 and entries(url) == before
    page = answer.text
    assert "two versions" in page and "omar" in page and "my reason" in page
    assert '<option value="denied" selected>' in page and '<option value="A" selected>' in page
    assert "theirs" in page  # what somebody else wrote elsewhere stays
    assert page.count("Somebody else wrote here meanwhile") == 1 and "<bdi>disputed</bdi>" in page
    stale = dict(re.findall(r'name="(expected|token)" value="([^"]*)"', page))
    again = mine | typed | {"note": "theirs"} | stale
    assert send(maya, again).status_code == 303
    with Ledger(url) as book:
        told = next(claim for claim in book.read(MAP).claims if claim.id == key)
    assert (told.status, told.note, told.reliability) == ("denied", "theirs", "A")


def test_a_stale_retraction_is_refused_too(maya: Any, record: Any) -> None:
    (key,) = claim_ids(record, 1, 8)
    first, second = form_of(maya, key, "retract"), form_of(maya, key, "merge")
    assert send(maya, first | {"why": "first"}).status_code == 303
    assert send(maya, first | {"why": "second"}).status_code == 409
    assert send(maya, second | {"into": claim_ids(record, 1, 9)[0], "why": "third"}).status_code == 409


def test_a_correction_reaches_map_page_and_feed(maya: Any, record: Any) -> None:
    (key,) = claim_ids(record, 1, 10)
    before = maya.get(f"/maps/{MAP}/document.json").json()
    feed = maya.get(f"/maps/{MAP}/corrections.json")
    assert feed.headers["access-control-allow-origin"] == "*" and "etag" in feed.headers
    assert send(maya, form_of(maya, key) | {"holder": "", "why": "Names nobody."}).status_code == 303
    after = maya.get(f"/maps/{MAP}/document.json").json()
    assert len(after["corrections"]) == len(before["corrections"]) + 1
    told = maya.get(f"/maps/{MAP}/corrections.json", headers={"if-none-match": feed.headers["etag"]})
    assert told.status_code == 200 and told.json()["corrections"][0]["id"] == key
    again = maya.get(f"/maps/{MAP}/corrections.json", headers={"if-none-match": told.headers["etag"]})
    assert again.status_code == 304 and again.headers["access-control-allow-origin"] == "*"
    assert "Names nobody." in maya.get(f"/maps/{MAP}/corrections").text
    assert "السبب" in maya.get(f"/maps/{MAP}/corrections?lang=ar&theme=dark").text
    assert "Names nobody." in maya.get(f"/embed/{MAP}").text
    assert "maya" not in told.text + maya.get(f"/embed/{MAP}").text


# The release


def test_a_withheld_claim_is_not_there_for_readers(client: Any, reader: Any) -> None:
    for one in (client, reader):
        hidden, never = one.get(page_of("secret-1")), one.get(page_of("nothing-1"))
        assert hidden.status_code == never.status_code == 404
        assert hidden.text.replace("secret-1", "") == never.text.replace("nothing-1", "")
    log_in(client)
    page = client.get(page_of("secret-1")).text
    assert "canary" in page and "Readers do not see this report" in page
    assert "Readers do not see this report" not in client.get(page_of("T001")).text


def test_corrections_of_a_withheld_claim_stay_inside(maya: Any, reader: Any) -> None:
    assert send(maya, form_of(maya, "secret-1") | {"note": "canary-2", "why": "canary-3"}).status_code == 303
    for path in (
        f"/maps/{MAP}/corrections",
        f"/maps/{MAP}/corrections.json",
        f"/embed/{MAP}",
        page_of("secret-1"),
    ):
        assert "canary" not in reader.get(path).text


def test_an_internal_dashboard_gives_other_sites_the_public_release_alone(url: str) -> None:
    with opened(url, release="internal", editors=editors(f"maya:{KEPT}")) as inside:
        log_in(inside)
        send(inside, form_of(inside, "secret-1") | {"note": "canary-4", "why": "canary-5"})
        assert "canary-5" in inside.get(f"/maps/{MAP}/corrections").text
        assert "canary" not in inside.get(f"/maps/{MAP}/corrections.json").text


def test_hashes_are_told_only_where_the_record_goes_out_whole(
    reader: Any, record: Any, tmp_path: Any
) -> None:
    key = claim_ids(record, 1, 30)[0]
    page = reader.get(page_of(key)).text  # rules keep something back
    assert "Entry <code>" not in page and f"Fingerprint <code>{fingerprint(record.claims[30])}" in page
    address = f"sqlite:///{tmp_path}/whole.db"
    with Ledger(address) as book:
        book.load(replace(record, releases={}), recorded_at=LOADED)
        entry = book.newest(MAP, "claim", key)
    assert entry is not None
    with opened(address) as whole:
        assert f"Entry <code>{entry.hash}" in whole.get(page_of(key)).text


# Ids that files may hold


@pytest.mark.parametrize("key", ["a/../b", "..", "c d?x=1&y#z", "ادعاء-1", "<b>'\""])
def test_any_id_has_a_page_and_forms(client: Any, reader: Any, key: str) -> None:
    page = reader.get(page_of(key))
    assert page.status_code == 200 and "<b>'" not in page.text
    log_in(client)
    answer = send(client, form_of(client, key) | {"status": "disputed", "why": "odd id"})
    assert answer.status_code == 303
    assert "The correction is saved." in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "path",
    ["/maps/../claims/T001", f"/maps/{MAP}/claims/..%2f..%2fetc%2fpasswd", f"/maps/{MAP}/claims/%00",
     "/maps//claims/x",
     f"/maps/{MAP}/claims?id=", f"/maps/{MAP}/claims", "/maps/atlantis/claims/T001",
     "/maps/atlantis/corrections",
     f"/maps/{MAP}/claims/" + "x" * 5000, f"/maps/{MAP}/claims/%ff%fe", "/maps/atlantis/corrections.json"],
)  # fmt: skip
def test_tricks_in_paths_lead_nowhere(client: Any, path: str) -> None:
    log_in(client)
    assert client.get(path).status_code == 404


# Who may write


def test_a_reader_can_send_nothing(client: Any, record: Any, url: str) -> None:
    before = entries(url)
    fields = {"do": "retract", "claim": claim_ids(record, 1)[0], "why": "x", "expected": "", "token": ""}
    assert send(client, fields).status_code == 403
    for cookie in ("", "maya", "W10.x", "a" * 5000):
        client.cookies.set(COOKIE, cookie)
        assert send(client, fields).status_code == 403
    assert entries(url) == before


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://maps.example.evil.example"},
     {"origin": "http://maps.example:81"}],
)  # fmt: skip
def test_a_form_of_another_site_is_refused(maya: Any, record: Any, url: str, headers: dict[str, str]) -> None:
    before = entries(url)
    fields = form_of(maya, claim_ids(record, 1, 11)[0], "retract") | {"why": "csrf"}
    assert send(maya, fields, **headers).status_code == 403
    assert entries(url) == before


def test_a_cross_site_request_without_an_origin_is_refused(maya: Any, record: Any) -> None:
    fields = form_of(maya, claim_ids(record, 1, 11)[0], "retract") | {"why": "csrf"}
    for site in ("cross-site", "same-site"):
        assert maya.post(EDIT, data=fields, headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("token", ["", "forged", "of omar"])
def test_a_form_without_its_token_is_shown_again_and_saves_nothing(
    maya: Any, url: str, record: Any, token: str
) -> None:
    before = entries(url)
    fields = form_of(maya, claim_ids(record, 1, 12)[0]) | {"status": "denied", "why": "kept words"}
    if token == "of omar":
        with opened(url, editors=editors(f"omar:{KEPT}")) as other:
            log_in(other, "omar")
            token = form_of(other, fields["claim"])["token"]
    answer = send(maya, fields | {"token": token})
    assert answer.status_code == 403 and entries(url) == before
    assert "kept words" in answer.text and '<option value="denied" selected>' in answer.text


def test_a_cookie_is_bounded_and_hidden_from_scripts_and_other_sites(client: Any) -> None:
    cookie = log_in(client).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and f"max-age={LIFE_S}" in cookie
    assert "path=/" in cookie and "secure" not in cookie


def test_under_https_the_cookie_never_travels_without(url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    server = build_server(
        url, public_url="https://maps.example", prefix="/front", editors=editors(f"maya:{KEPT}")
    )
    with TestClient(server, base_url="https://maps.example", follow_redirects=False) as client:
        told = {"name": "maya", "password": PASSWORD, "next": "/front/maps/x"}
        answer = client.post("/front/login", data=told, headers={"origin": "https://maps.example"})
    cookie = answer.headers["set-cookie"].lower()
    assert "secure" in cookie and "path=/front" in cookie and answer.headers["location"] == "/front/maps/x"


def test_a_cookie_kept_elsewhere_is_worth_nothing_after_the_logout(maya: Any, record: Any) -> None:
    kept = maya.cookies[COOKIE]
    fields = form_of(maya, claim_ids(record, 1, 13)[0], "retract") | {"why": "replayed"}
    token = re.search(r'action="/logout"[^/]*?</span><input type="hidden" name="token" value="([^"]+)"',
                      maya.get(page_of("T001")).text) or [None, fields["token"]]  # fmt: skip
    out = maya.post("/logout", data={"token": token[1]}, headers={"origin": SITE})
    assert out.status_code == 303 and "max-age=0" in out.headers["set-cookie"].lower()
    maya.cookies.clear()
    maya.cookies.set(COOKIE, kept)
    assert send(maya, fields).status_code == 403
    assert "<form" not in maya.get(page_of("T001")).text


def test_a_logout_from_another_site_is_refused(maya: Any) -> None:
    assert maya.post("/logout", data={"token": ""}, headers={"origin": SITE}).status_code == 403
    assert maya.post("/logout", data={}, headers={"origin": "https://evil.example"}).status_code == 403
    assert "Log out" in maya.get(page_of("T001")).text


def test_a_login_that_fails_says_the_same_for_every_name(client: Any) -> None:
    wrong, unknown = (log_in(client, name, "wrong password") for name in ("maya", "mayo"))
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text.replace("maya", "") == unknown.text.replace("mayo", "")
    assert COOKIE not in wrong.headers.get("set-cookie", "")


def test_guessing_is_slowed_down(client: Any) -> None:
    answers = [log_in(client, "maya", f"guess number {n}").status_code for n in range(7)]
    assert answers[:5] == [403] * 5 and 429 in answers
    blocked = log_in(client)
    assert blocked.status_code == 429 and int(blocked.headers["retry-after"]) > 0


def test_a_login_from_another_site_is_refused(client: Any) -> None:
    told = {"name": "maya", "password": PASSWORD}
    assert client.post("/login", data=told, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
     "\\\\evil",
     "/ /evil.example", "////evil.example", "/x//evil.example", "/../../evil", "http:evil.example",
     "/\r\nset-cookie:x",
     "", "evil", "/" + "x" * 2000],
)  # fmt: skip
def test_a_login_leads_nowhere_else(client: Any, back: str) -> None:
    assert log_in(client, next=back).headers["location"] == "/"


def test_a_login_leads_back_to_the_claim(client: Any) -> None:
    back = f"{page_of('ادعاء-1')}?lang=ar"
    assert quote(back, safe="") in client.get(back).text
    assert log_in(client, next=back).headers["location"] == back
    assert (
        own_path("/front/maps/x", "/front") == "/front/maps/x" and own_path("/other", "/front") == "/front/"
    )


# The proxy's way


def test_a_spoofed_header_from_an_untrusted_peer_changes_nothing(url: str, record: Any) -> None:
    told = editors(header="X-Forwarded-User", proxies="10.0.0.5")
    with opened(url, editors=told) as client:  # the peer is "testclient"
        headers = {"x-forwarded-user": "maya", "x-forwarded-for": "10.0.0.5"}
        assert "<form" not in client.get(page_of("T001"), headers=headers).text
        assert send(client, {"do": "retract", "claim": "T001", "why": "x"}, **headers).status_code == 403
        assert client.get("/login").status_code == 404


def test_a_trusted_proxy_lets_its_user_write(url: str, record: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    server = build_server(
        url, public_url=SITE, editors=editors(header="X-Forwarded-User", proxies="10.0.0.5")
    )
    (key,) = claim_ids(record, 1, 14)
    headers = {"x-forwarded-user": "ليلى".encode()}
    with TestClient(
        server, base_url=SITE, follow_redirects=False, client=("10.0.0.5", 1), headers=headers
    ) as client:
        assert (
            send(client, form_of(client, key) | {"status": "denied", "why": "by the proxy"}).status_code
            == 303
        )
        assert (
            send(client, form_of(client, key) | {"why": "x"}, origin="https://evil.example").status_code
            == 403
        )
        other = form_of(client, key) | {"status": "claimed", "why": "x"}
        assert (
            client.post(EDIT, data=other, headers={"origin": SITE, "x-forwarded-user": ""}).status_code == 403
        )
    with Ledger(url) as book:
        newest = book.newest(MAP, "claim", key)
    assert newest is not None and newest.by == "ليلى"


# Whatever is sent


def test_hostile_words_in_every_field_are_text(maya: Any, reader: Any, record: Any) -> None:
    (key,) = claim_ids(record, 1, 15)
    typed = {
        "place": HOSTILE,
        "note": HOSTILE,
        "source_url": f"javascript:alert('{HOSTILE}')",
        "why": HOSTILE,
    }
    refused = send(maya, form_of(maya, key) | typed | {"status": HOSTILE, "happened_from": HOSTILE})
    saved = send(maya, form_of(maya, key) | typed)
    assert (refused.status_code, saved.status_code) == (422, 303)
    pages = [refused.text, maya.get(page_of(key)).text, reader.get(page_of(key)).text]
    pages += [
        reader.get(f"/maps/{MAP}/corrections").text,
        reader.get(f"/embed/{MAP}").text,
        reader.get("/").text,
    ]
    for page in pages:
        assert "<img src=//outside" not in page and "<script>document.title" not in page
        assert 'href="javascript:' not in page and "\u202e" not in page
    policy = reader.get(page_of(key)).headers["content-security-policy"]
    assert (
        "script-src 'self';" in policy
        and "frame-ancestors 'none'" in policy
        and "form-action 'self'" in policy
    )


fields = st.dictionaries(
    st.sampled_from(
        ["do", "claim", "expected", "why", "into", "happened_from", "value", "note", "x", "token"]
    ),
    st.text(max_size=30),
    max_size=6,
)


@MANY
@given(fields)
def test_any_form_is_answered(maya: Any, record: Any, url: str, fields: dict[str, str]) -> None:
    key = claim_ids(record, 1, 16)[0]
    base = {"do": "correct", "claim": key, "why": "fuzz"}
    assert send(maya, {**base, **fields}).status_code in (303, 403, 404, 409, 422)


@MANY
@given(st.binary(max_size=300))
def test_any_body_is_answered(maya: Any, body: bytes) -> None:
    headers = {"origin": SITE, "content-type": "application/x-www-form-urlencoded"}
    for path in (EDIT, "/login", "/logout"):
        assert 400 <= maya.post(path, content=body, headers=headers).status_code < 500


def test_bodies_that_are_no_forms_are_refused(maya: Any) -> None:
    for path in (EDIT, "/login", "/logout"):
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
            answer = maya.post(path, content=b"a=1", headers={"origin": SITE, "content-type": kind})
            assert answer.status_code == 415, (path, kind)
        form = {"origin": SITE, "content-type": "application/x-www-form-urlencoded"}
        for body in (b"a=%ff", b"a=\xff", b"&".join(b"a%d=1" % n for n in range(500))):
            assert maya.post(path, content=body, headers=form).status_code == 400
        for size in (500_000, 2_000_000):
            assert maya.post(path, content=b"a=" + b"x" * size, headers=form).status_code == 413


@MANY
@given(
    st.text(max_size=40),
    st.text(max_size=20),
    st.sampled_from(["claims", "corrections", "claims?id=", "edit"]),
)
def test_any_address_is_answered(maya: Any, text: str, lang: str, part: str) -> None:
    asked = f"/maps/{MAP}/{part}{'' if part.endswith('=') else '/'}{quote(text, safe='')}"
    assert maya.get(asked).status_code < 500
    for path in (f"/maps/{MAP}/corrections", page_of("T020"), "/login"):
        query = {"lang": lang, "theme": text, "palette": text, "next": text, "do": text, "done": text}
        assert maya.get(path, params=query).status_code == 200


def test_of_editors_who_save_at_once_one_is_first_and_the_others_are_told(
    maya: Any, url: str, record: Any
) -> None:
    (key,) = claim_ids(record, 1, 20)
    before = entries(url)
    forms = [
        form_of(maya, key) | {"status": "denied", "note": f"by {n}", "why": f"reason {n}"} for n in range(6)
    ]
    with ThreadPoolExecutor(max_workers=6) as together:
        answers = list(together.map(lambda form: send(maya, form), forms))
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 5]
    assert entries(url) == before + 1
    assert all(f"reason {n}" in answer.text for n, answer in enumerate(answers) if answer.status_code == 409)

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import pytest
from dashboard_server import OneMap, drawing_of, pasted
from tiny_document import tiny_document

from dashboard.doorkeeper import RefusedError, check_callback
from dashboard.page import build_app, panels
from dashboard.page_state import PageState, instant_of, page_state, rings_of
from dashboard.static_html import static_html
from dashboard.view import View
from dashboard.words import page_words
from figures.words import words

HOSTILE = '<img src=x onerror=alert(1)>%{customdata[0]}</script><a href="//evil.example">x</a>\u202e'


@pytest.fixture(scope="module")
def browser_less() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    app = build_app(OneMap(drawing_of(tiny_document())), public_url="http://maps.example", snippet=pasted)
    with TestClient(app, base_url="http://maps.example") as client:
        yield client


def page_callback(search: str = "") -> dict[str, Any]:
    return {
        "output": "built.data",
        "outputs": {"id": "built", "property": "data"},
        "inputs": [
            {"id": "client", "property": "data", "value": {"search": search, "webgl": True, "width": 420}}
        ],
        "changedPropIds": ["client.data"],
    }


def test_page_shows_date_table_and_drawing_before_any_script(browser_less: Any) -> None:
    page = browser_less.get("/?t=2024-12-03T23:50%2B03:00").text
    assert "Tuesday 3 December 2024, 23:50" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="fl"' in page
    assert "Qasr" in page and "All reported changes" in page
    assert '<html lang="en" dir="ltr" data-theme="light" data-palette="conventional">' in page


def test_a_page_without_a_script_lists_the_newest_changes_and_counts_the_rest(
    browser_less: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("dashboard.changes_panel._MOST_ROWS", 1)
    page = browser_less.get("/?t=2024-12-02T23:50%2B03:00").text
    assert re.search(r"Not listed here: \d+ older ones", page)
    assert "أقدم" in browser_less.get("/?lang=ar&t=2024-12-02T23:50%2B03:00").text


def test_arabic_page_reads_from_right_to_left_before_any_script(browser_less: Any) -> None:
    page = browser_less.get("/?lang=ar&theme=dark&palette=safe").text
    assert '<html lang="ar" dir="rtl" data-theme="dark" data-palette="safe">' in page
    assert "قصر" in page


def test_page_carries_its_security_headers(browser_less: Any) -> None:
    headers = browser_less.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "worker-src blob:" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe-eval" not in policy and "script-src 'self' 'unsafe-inline'" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_page_names_no_other_host(browser_less: Any) -> None:
    page = browser_less.get("/").text
    outside = [part.split('"')[0] for part in page.split('src="')[1:] + page.split('href="')[1:]]
    assert [address for address in outside if "//" in address and "www.w3.org" not in address] == []


def test_map_that_is_not_there_is_told_with_a_404(browser_less: Any) -> None:
    answer = browser_less.get("/?map=atlantis")
    assert answer.status_code == 404
    assert 'href="/?map=tiny"' in answer.text


def test_the_beginning_of_a_maps_addresses_leads_to_its_page(browser_less: Any) -> None:
    answer = browser_less.get("/maps/tiny?lang=ar&map=other", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/?map=tiny&lang=ar")
    assert browser_less.get("/maps/tiny/").text.startswith("<!DOCTYPE html>")
    unknown = browser_less.get("/maps/atlantis")
    assert unknown.status_code == 404
    assert 'href="/?map=tiny"' in unknown.text


def test_address_that_nobody_knows_is_a_404(browser_less: Any) -> None:
    assert browser_less.get("/nowhere").status_code == 404
    assert browser_less.get("/maps/atlantis/document.json").status_code == 404
    assert browser_less.get("/maps/tiny/sources/secrets.json").status_code == 404


@pytest.mark.parametrize("path", ["/", "/?lang=ar", "/maps/tiny/document.json", "/assets/page.css"])
def test_head_is_answered_like_get_without_the_body(browser_less: Any, path: str) -> None:
    head, get = browser_less.head(path), browser_less.get(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b"" and head.headers["content-type"] == get.headers["content-type"]


def test_head_of_an_unknown_address_is_a_404(browser_less: Any) -> None:
    assert browser_less.head("/nowhere").status_code == 404


def test_callback_builds_the_page(browser_less: Any) -> None:
    answer = browser_less.post("/_dash-update-component", json=page_callback("?lang=ar"))
    assert answer.status_code == 200
    assert "قصر" in json.dumps(answer.json(), ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b"{", b'"x"', b'{"output": 3}', b'{"output": "built.data"}', b"[" * 100_000],
    ids=["null", "list", "broken", "text", "number", "no inputs", "deep"],
)
def test_malformed_callback_is_refused_and_never_a_500(browser_less: Any, body: bytes) -> None:
    answer = browser_less.post(
        "/_dash-update-component", content=body, headers={"content-type": "application/json"}
    )
    assert 400 <= answer.status_code < 500


def test_callback_for_an_unknown_output_is_a_404(browser_less: Any) -> None:
    answer = browser_less.post("/_dash-update-component", json=page_callback() | {"output": "nothing.here"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "value", [None, 3, [], {"search": 5}, {"search": "?map=atlantis"}, {"width": "x", "map": [1]}]
)
def test_callback_survives_any_value(browser_less: Any, value: Any) -> None:
    body = page_callback()
    body["inputs"][0]["value"] = value
    assert browser_less.post("/_dash-update-component", json=body).status_code < 500
    choice = {
        "output": "..distance-figure.figure...area-figure.figure..",
        "outputs": [
            {"id": "distance-figure", "property": "figure"},
            {"id": "area-figure", "property": "figure"},
        ],
        "inputs": [{"id": "choice", "property": "data", "value": value}],
        "changedPropIds": ["choice.data"],
    }
    assert browser_less.post("/_dash-update-component", json=choice).status_code < 500


def test_callback_from_another_site_is_refused(browser_less: Any) -> None:
    for origin in ("https://evil.example", "null"):
        answer = browser_less.post(
            "/_dash-update-component", json=page_callback(), headers={"origin": origin}
        )
        assert answer.status_code == 403
    own = {"origin": "http://maps.example"}
    assert browser_less.post("/_dash-update-component", json=page_callback(), headers=own).status_code == 200


def test_huge_callback_is_refused_unread(browser_less: Any) -> None:
    body = page_callback("x" * 2_000_000)
    assert browser_less.post("/_dash-update-component", json=body).status_code == 413


def test_a_body_may_not_be_nested_beyond_reason() -> None:
    with pytest.raises(RefusedError):
        check_callback(b'{"output":' + b"[" * 200_000, {})


def test_document_is_kept_for_a_year_under_its_version_and_checked_without(browser_less: Any) -> None:
    first = browser_less.get("/maps/tiny/document.json")
    assert first.json()["format"] == "frontline-map"
    assert first.headers["cache-control"] == "no-cache"
    again = browser_less.get("/maps/tiny/document.json", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    assert "immutable" in browser_less.get("/maps/tiny/document.json?v=abc").headers["cache-control"]


def test_answers_leave_compressed(browser_less: Any) -> None:
    for offered, got in (("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)):
        answer = browser_less.get("/maps/tiny/document.json", headers={"accept-encoding": offered})
        assert answer.headers.get("content-encoding") == got
        assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path", ["/maps/tiny/document.json?v=1", "/maps/tiny/document.json", "/assets/page.css"]
)
def test_each_encoding_has_an_entity_tag_of_its_own_and_is_known_again_by_it(
    browser_less: Any, path: str
) -> None:
    tags = {}
    for offered in ("br", "gzip", "identity"):
        first = browser_less.get(path, headers={"accept-encoding": offered})
        tags[offered] = first.headers["etag"]
        again = browser_less.get(
            path, headers={"accept-encoding": offered, "if-none-match": f'"other", {tags[offered]}'}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tags[offered]
        assert "Accept-Encoding" in again.headers["vary"]
    assert len(set(tags.values())) == 3
    other = browser_less.get(path, headers={"accept-encoding": "br", "if-none-match": tags["gzip"]})
    assert other.status_code == 200


def test_an_encoding_that_is_refused_is_not_used(browser_less: Any) -> None:
    for offered, got in (("br;q=0, gzip;q=0.5", "gzip"), ("gzip;q=0.0, br;q=0.8", "br"), ("br; q=0", None)):
        answer = browser_less.get("/assets/page.css", headers={"accept-encoding": offered})
        assert answer.headers.get("content-encoding") == got


def test_what_is_kept_compressed_is_kept_for_its_own_query_alone(browser_less: Any) -> None:
    offered = {"accept-encoding": "br"}
    styles = [
        browser_less.get(f"/maps/tiny/style.json?theme={theme}&v=1", headers=offered).content
        for theme in ("light", "dark", "light")
    ]
    assert styles[0] == styles[2] != styles[1]


def test_server_changes_nothing(browser_less: Any) -> None:
    schema = browser_less.get("/openapi.json").json()
    assert {method for path in schema["paths"].values() for method in path} == {"get"}
    assert browser_less.post("/maps/tiny/document.json").status_code == 405


def test_snippet_carries_what_is_shown(browser_less: Any) -> None:
    told = browser_less.get("/maps/tiny/snippet.json?t=2024-12-03&lang=ar&evil=1").json()["html"]
    assert "http://maps.example/embed/tiny" in told and "['lang', 't']" in told


def test_hostile_names_are_text_everywhere() -> None:
    document = tiny_document()
    document["title"]["en"] = document["places"][0]["name"]["en"] = HOSTILE
    document["sources"][0]["name"] = document["credits"][0] = HOSTILE
    document["unlocated"] = [
        {"name": {"en": HOSTILE}, "kind": "", "reason": HOSTILE, "hint": "", "claims": [], "area": 0}
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    with TestClient(build_app(OneMap(drawing_of(document)), snippet=pasted)) as client:
        page = client.get("/").text
    assert "<img src=x" not in page
    assert '<a href="//evil.example"' not in page
    assert "\u202e" not in page


def test_prefix_stands_before_every_address() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    with TestClient(build_app(OneMap(drawing_of(tiny_document())), prefix="/front")) as client:
        page = client.get("/front/").text
        assert client.get("/front/maps/tiny/document.json").status_code == 200
        assert client.get("/maps/tiny/document.json").status_code == 404
    assert 'src="/front/assets/remember.js"' in page
    assert "/front/_dash-component-suites/plotly/" in page


def test_address_is_read_forgivingly() -> None:
    state = page_state("?map=tiny&lang=xx&theme=pink&palette=&city=../etc&t=2024-12-03&view=1,2", ["tiny"])
    assert state == PageState("tiny", at="2024-12-03")
    assert page_state("?map=other", ["tiny"]) is None
    assert page_state("", []) is None
    assert page_state("?view=35.1,36.7,99", ["tiny"]).seen == (35.1, 36.7, 16.0)  # type: ignore[union-attr]
    assert page_state("?view=nan,0,3", ["tiny"]).seen is None  # type: ignore[union-attr]


def test_remembered_theme_gives_way_to_the_address() -> None:
    remembered = {"theme": "dark", "palette": "safe"}
    assert page_state("", ["tiny"], remembered).theme == "dark"  # type: ignore[union-attr]
    assert page_state("?theme=light", ["tiny"], remembered).theme == "light"  # type: ignore[union-attr]


def test_instant_clamps_to_the_story() -> None:
    document = tiny_document()
    last = document["span"][1] - 1
    for asked, shown in (
        ("2031-01-01", last),
        ("1999-01-01", document["span"][0]),
        ("soon", last),
        ("", last),
    ):
        assert instant_of(PageState("tiny", at=asked), document) == shown


@pytest.mark.parametrize(
    ("text", "radii"),
    [
        ("5,10", (5, 10)),
        ("30 10", (10, 30)),
        ("none", ()),
        ("x", (7,)),
        ("", (7,)),
        ("1,2,3,4,5", (1, 2, 3, 4)),
        ("-1,900", (7,)),
    ],
)
def test_rings_are_read_forgivingly(text: str, radii: tuple[float, ...]) -> None:
    assert rings_of(text, [7]) == radii


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    english, arabic = page_words("en"), page_words("ar")
    assert set(english.texts) == set(arabic.texts)
    own = set(english.texts) - set(words("en").texts)
    for key in own:
        assert blanks(english[key]) == blanks(arabic[key]), key


def test_the_page_and_the_figures_never_share_a_key() -> None:
    both = len(page_words("en").texts)
    own = both - len(words("en").texts)
    import tomllib
    from pathlib import Path

    sections = tomllib.loads(Path("dashboard/words/en.toml").read_text(encoding="utf-8"))
    assert own == sum(len(texts) for texts in sections.values())


def blanks(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


def test_panels_stand_in_the_order_of_reading() -> None:
    document = tiny_document()
    view = View(document, PageState("tiny"), {"tiny": "Tiny"})
    written = static_html(panels(view, webgl=False))
    marks = [
        'class="top"',
        "<h1>",
        'class="map-area"',
        'class="time"',
        'class="changes-area"',
        'class="lists"',
    ]
    positions = [written.index(mark) for mark in marks]
    assert positions == sorted(positions)


def test_everything_that_travels_is_json() -> None:
    from dashboard.routes import page_part

    view = View(tiny_document(), PageState("tiny", lang="ar"), {"tiny": "Tiny"})
    assert json.loads(json.dumps(page_part(view)))["home"]


def released_as(name: str, *withheld: dict[str, Any]) -> dict[str, Any]:
    return {**tiny_document(), "release": {"name": name}, "withheld": list(withheld)}


@pytest.mark.parametrize(
    ("name", "search", "told"),
    [
        ("public", "", "Public release"),
        ("internal", "", "Internal, not for publication"),
        ("partners", "", "Release: partners"),
        ("public", "?lang=ar", "النسخة العامة"),
    ],
)
def test_page_says_which_release_it_shows(name: str, search: str, told: str) -> None:
    page = asked_of(released_as(name), f"/{search}").text
    inside = "" if name == "public" else " inside"
    assert f'<span class="release{inside}">{told}</span>' in page


def test_page_lists_what_is_withheld_behind_the_release_and_in_the_panel() -> None:
    empty = {"places": 0, "hours": 0.0, "degrees": 0.0, "until": None}
    told = {"measure": "withhold", "claims": 5, "reason": {"en": HOSTILE}, **empty}
    page = asked_of(released_as("public", told), "/").text
    assert "Public release, with restrictions" in page
    assert page.count("5 reports withheld: &lt;img src=x") == 2
    assert "<img src=x" not in page


@pytest.mark.parametrize(("name", "kept"), [("public", "public, max-age"), ("internal", "private, max-age")])
def test_what_not_all_may_see_is_kept_by_no_shared_cache(name: str, kept: str) -> None:
    for part in ("document.json", "sources/land.json", "page.json", "style.json", "light.svg"):
        headers = asked_of(released_as(name), f"/maps/tiny/{part}?v=1").headers
        assert headers["cache-control"].startswith(kept)
        unversioned = asked_of(released_as(name), f"/maps/tiny/{part}").headers["cache-control"]
        assert unversioned == ("no-cache" if name == "public" else "private, no-cache")


def asked_of(document: dict[str, Any], address: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    app = build_app(OneMap(drawing_of(document)), public_url="http://maps.example", snippet=pasted)
    with TestClient(app, base_url="http://maps.example") as client:
        return client.get(address)

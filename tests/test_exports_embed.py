"""An address gives a page for an iframe, whatever it holds; a map gives the HTML to paste."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from tiny_document import tiny_document

from exports.embed import Asked, register, rings_of, snippet
from figures.drawn_maps import DrawnMaps


class Answer:
    """What a server sent back."""

    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")


class Client:
    """Speaks ASGI with a server, without a network."""

    def __init__(self, server: FastAPI) -> None:
        self.server = server

    def get(self, address: str, headers: dict[str, str] | None = None) -> Answer:
        return self._now("GET", address, headers or {})

    def head(self, address: str) -> Answer:
        return self._now("HEAD", address, {})

    def _now(self, *asked) -> Answer:
        """In a thread of its own: a browser test before this one may have left a loop running in ours."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(lambda: asyncio.run(self._ask(*asked))).result()

    async def _ask(self, method: str, address: str, headers: dict[str, str]) -> Answer:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[dict] = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        await self.server(scope, receive, send)
        got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent[1:]))


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(hama_record):
    def head(map_id):
        if map_id != "hama-2024":
            raise LookupError(map_id)
        return hama_record.head

    maps = DrawnMaps(lambda _: hama_record, head, lambda: ["hama-2024"], lambda: NOW)
    server = FastAPI()
    register(server, maps, public_url="https://maps.example.org", frame_ancestors="https://news.example")
    return Client(server)


def test_the_page_comes_with_its_tag_and_may_be_kept(client):
    answer = client.get("/embed/hama-2024?t=2024-12-04T23:59%2B03:00")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "max-age" in answer.headers["cache-control"]
    assert "Hama: who held what on 4 December" in answer.text
    again = client.get(
        "/embed/hama-2024?t=2024-12-04T23:59%2B03:00",
        headers={"If-None-Match": f'"x", W/{answer.headers["etag"]}'},
    )
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == answer.headers["etag"]


def test_a_head_request_has_the_headers_and_no_body(client):
    answer = client.head("/embed/hama-2024")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["etag"] == client.get("/embed/hama-2024").headers["etag"]


def test_only_the_sites_of_the_configuration_may_frame_it(client):
    policy = client.get("/embed/hama-2024").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://news.example")
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "wrong", ["", "https://a; script-src *", "https://a\r\nset-cookie: x", "https://a,https://b"]
)
def test_a_wrong_list_of_sites_is_refused_at_the_start(wrong):
    with pytest.raises(ValueError, match="no list of sites"):
        register(FastAPI(), lambda _: None, frame_ancestors=wrong)


def test_every_parameter_reaches_the_page(client):
    page = client.get(
        "/embed/hama-2024?t=2024-12-03&city=homs&rings=5,15&lang=ar&theme=dark&palette=safe"
    ).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "#84BBF0" in page
    assert "حمص: من كان يسيطر على ماذا في 3 كانون الأول" in page
    assert "15\u00a0كم" in page


@pytest.mark.parametrize(
    "query",
    [
        "t=yesterday", "t=9999-99-99", "t=%00", "city=../../etc", "city=nowhere", "rings=-1,nan,inf,1e99,x",
        "rings=none", "lang=%3Cscript%3E", "theme=%22%3E", "palette=%3Cimg%20src=x%3E", "t=" + "9" * 5000,
        "known=x&v=99&unknown=1", "known=9999-99-99", "known=%00", "known=" + "9" * 5000,
        "known=2199-01-01", "city=%ff%fe", "t=0001-01-01", "t=2200-01-01", "lang=ar&lang=en",
    ],
)  # fmt: skip
def test_garbage_is_never_an_error_and_never_comes_back(client, query):
    answer = client.get(f"/embed/hama-2024?{query}")
    assert answer.status_code == 200
    for part in ("<script>e", "<img", "nowhere", "yesterday", "../", "9999"):
        assert part not in answer.text.split("<main>")[1].split("<script")[0]


def test_an_instant_outside_the_story_is_its_nearest_end(client):
    assert "27 Nov 2024, 00:00" in client.get("/embed/hama-2024?t=2020-01-01").text
    assert "8 Dec 2024, 23:59" in client.get("/embed/hama-2024?t=2030-01-01").text


@pytest.mark.parametrize("map_id", ["nothing", "%3Cscript%3Ealert(1)", "%E2%80%AEx"])
def test_an_unknown_map_is_told_in_words(client, map_id):
    answer = client.get(f"/embed/{map_id}?lang=ar")
    assert answer.status_code == 404
    assert "لا توجد هنا خريطة" in answer.text
    assert "<script" not in answer.text and "\u202e" not in answer.text
    assert "frame-ancestors" in answer.headers["content-security-policy"]


def test_what_was_known_that_evening_is_told_hatched_and_linked(client):
    page = client.get("/embed/hama-2024?known=2024-12-04T23:59").text
    assert "As known at</b> 4 December 2024, 23:59 (Damascus, UTC+3)" in page
    assert "Not yet known at 4 Dec" in page
    assert "known=2024-12-04T23%3A59%2B03%3A00" in page.split("Full map")[0]
    assert '"known_at":1733345940' in page and "1733345941" not in page


def test_two_spellings_of_a_known_time_are_one_page(client):
    ways = ("2024-12-04", "2024-12-04T23:59", "2024-12-04T20:59Z", "2024-12-04T23:59%2B03:00")
    assert len({client.get(f"/embed/hama-2024?known={way}").headers["etag"] for way in ways}) == 1


def test_a_known_time_that_is_none_means_all_that_is_known(client):
    plain = client.get("/embed/hama-2024").headers["etag"]
    assert {client.get(f"/embed/hama-2024?known={way}").headers["etag"] for way in ("x", "2199-01-01")} == {
        plain
    }


def test_the_full_map_is_linked_at_the_same_instant(client):
    page = client.get("/embed/hama-2024?t=2024-12-04").text
    assert "https://maps.example.org/?map=hama-2024&amp;t=2024-12-04T23%3A59%2B03%3A00&amp;lang=en" in page


def test_the_snippet_stands_in_an_article():
    document = tiny_document()
    html = snippet(document, "https://maps.example.org/", t="2024-12-03", lang="ar", theme="", nonsense="x")
    assert 'src="https://maps.example.org/embed/tiny?t=2024-12-03&amp;lang=ar"' in html
    assert 'title="قصر: من كان يسيطر على ماذا في 3 كانون الأول"' in html
    assert 'loading="lazy"' in html and 'sandbox="allow-scripts' in html
    assert "allow-same-origin" not in html


def test_a_snippet_escapes_what_it_is_given():
    html = snippet({**tiny_document(), "id": '"><script>'}, 'https://x/"', title='"><script>', t='"><script>')
    assert len(re.findall("<script", html)) == 1


@given(
    st.dictionaries(
        st.sampled_from(["t", "known", "city", "rings", "lang", "theme", "palette"]), st.text(max_size=200)
    )
)
def test_any_query_is_read(query):
    asked = Asked.of(query)
    assert asked.lang in ("en", "ar") and asked.theme in ("auto", "light", "dark")
    assert asked.rings is None or all(0 < radius <= 500 for radius in asked.rings)


def test_rings_are_read_as_a_reader_writes_them():
    assert rings_of("20, 10;30") == (10.0, 20.0, 30.0)
    assert rings_of("none") == ()
    assert rings_of("") is None
    assert rings_of("nan,inf,-3") is None
    assert len(rings_of("1,2,3,4,5,6")) == 4

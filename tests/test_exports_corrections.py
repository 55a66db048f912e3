"""A published page says what was corrected, and may ask one address what was corrected since."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hostile_document import HOSTILE
from tiny_document import at, tiny_document

from exports.corrections import MOST_LISTED, asked_origin
from exports.html import write_html
from exports.light_page import light_page
from figures.corrections import feed


def row(number: int = 1, **said: Any) -> dict[str, Any]:
    change = {
        "field": "from_holder",
        "before": {"en": "opposition", "ar": "المعارضة"},
        "after": {"en": "unknown"},
    }
    return {
        "t": at(5, 9, 10) + number,
        "kind": "claim",
        "id": f"c{number}",
        "what": {"en": "Qasr (Monitor)", "ar": "قصر (المرصد)"},
        "action": "corrected",
        "into": "",
        "fields": [change],
        "why": "",
        "mark": f"mark{number}",
        **said,
    }


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    made = deepcopy(tiny_document())
    made["corrections"] = list(rows)
    return made


def test_a_page_without_corrections_says_nothing_of_them() -> None:
    page = light_page(document())
    assert 'class="badge"' not in page and 'id="corrections"' not in page and "connect-src" not in page


def test_one_correction_is_counted_and_told() -> None:
    page = light_page(document(row()))
    assert '<a class="badge" href="#corrections">1 correction</a>' in page
    assert "<b>Corrected 5 Dec, 09:10</b> <bdi>Qasr (Monitor)</bdi>: earlier holder changed from" in page
    assert 'id="all-corrections"' not in page


def test_arabic_counts_and_tells_in_arabic() -> None:
    page = light_page(document(row(1), row(2)), lang="ar")
    assert ">تصحيحان</a>" in page and "«<bdi>المعارضة</bdi>»" in page


def test_many_corrections_are_listed_the_newest_first_and_not_without_end() -> None:
    page = light_page(document(*(row(n, why=f"reason-{n}") for n in range(1, 200))))
    assert "199 corrections" in page
    listed = re.findall(r"reason-(\d+)", page.partition('id="all-corrections"')[2])
    assert listed == [str(n) for n in range(199, 199 - MOST_LISTED, -1)]
    assert "and 139 more" in page


def test_hostile_corrections_are_text() -> None:
    both = {"en": HOSTILE, "ar": HOSTILE}
    bad = row(what=both, why=HOSTILE, into=HOSTILE, id=HOSTILE)
    bad["fields"] = [{"field": HOSTILE, "before": both, "after": both}]
    for lang in ("en", "ar"):
        page = light_page(document(bad, bad), lang=lang, corrections_url="https://maps.example/c.json")
        assert "<img src=//outside" not in page and "<script>document.title" not in page
        assert "\u202e" not in page


def test_only_the_given_address_may_be_asked() -> None:
    page = light_page(document(row()), corrections_url="https://maps.example:8443/maps/tiny/corrections.json")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None and "connect-src https://maps.example:8443;" in policy[1]
    part = json.loads(re.search(r'id="frontline-document">(.*?)</script>', page)[1])  # type: ignore[index]
    assert part["corrections"]["marks"] == ["mark1"]


@pytest.mark.parametrize(
    "address",
    ["", "maps.example", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b/", "https://a;b/",
     "https://user:pw@maps.example/", "https://maps.example' 'unsafe-inline'/", "https://[::1",
     "//maps.example"],
)  # fmt: skip
def test_an_address_that_would_loosen_the_policy_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        asked_origin(address)
    if address:
        with pytest.raises(ValueError, match="not an address"):
            light_page(document(), corrections_url=address)


# In a browser

PHONE = {"width": 360, "height": 740}


def written(folder: Path, *rows: dict[str, Any], url: str | None = None, **options: Any) -> Path:
    return write_html(document(*rows), folder / "map.html", theme="light", corrections_url=url, **options)


def answering(folder: Path, *rows: dict[str, Any]) -> None:
    (folder / "corrections.json").write_text(json.dumps(feed(document(*rows))), encoding="utf-8")


@pytest.fixture
def open_server(served_folder: Any, monkeypatch: Any) -> tuple[Path, str]:
    """A folder and its address; every page may read it, as the real server's corrections."""
    from conftest import _SilentHandler

    own = _SilentHandler.end_headers

    def end_headers(handler: Any) -> None:
        handler.send_header("Access-Control-Allow-Origin", "*")
        own(handler)

    monkeypatch.setattr(_SilentHandler, "end_headers", end_headers)
    return served_folder


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_file_says_that_it_was_corrected_since(
    chromium: Any, watched_page: Any, open_server: Any, tmp_path: Path, lang: str
) -> None:
    folder, address = open_server
    answering(folder, row(1), row(2, why=HOSTILE))
    path = written(tmp_path, row(1), url=f"{address}/corrections.json", lang=lang)
    watched = watched_page(chromium, viewport=PHONE)
    watched.page.goto(path.as_uri())
    badge = watched.page.locator('[data-frontline="since"]')
    badge.wait_for(state="visible")
    told = badge.inner_text()
    assert ("Corrected since this was exported" if lang == "en" else "صُحِّحت بعد تصدير هذه النسخة") in told
    assert "5 Dec 2024, 09:10" in told or "5 كانون الأول 2024" in told
    assert "<img src=//outside.example" in told and watched.page.locator("header img").count() == 0
    assert [url for url in watched.asked if url.startswith("http")] == [f"{address}/corrections.json"]
    wide = watched.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


@pytest.mark.browser
@pytest.mark.parametrize("served", ["the same", "nothing", "no json", "another shape", "gone"])
def test_a_page_that_learns_of_nothing_new_is_silent(
    chromium: Any, watched_page: Any, open_server: Any, tmp_path: Path, served: str
) -> None:
    folder, address = open_server
    texts = {
        "nothing": "",
        "no json": "<html>",
        "another shape": '{"format": "frontline-corrections", "version": 1}',
    }
    if served == "the same":
        answering(folder, row(1))
    elif served in texts:
        (folder / "corrections.json").write_text(texts[served], encoding="utf-8")
    path = written(tmp_path, row(1), url=f"{address}/corrections.json")
    watched = watched_page(chromium)
    page = watched.page
    with page.expect_request("**/corrections.json"):
        page.goto(path.as_uri())
    page.evaluate("frontline.ready")
    page.wait_for_timeout(300)
    assert page.locator('[data-frontline="since"]').is_hidden()
    assert page.locator("#corrections").inner_text().startswith("Corrected 5 Dec, 09:10")
    if served == "gone":  # the browser itself remarks that; the page says nothing
        watched.errors.clear()


@pytest.mark.browser
def test_without_the_option_nothing_is_asked(chromium: Any, watched_page: Any, tmp_path: Path) -> None:
    watched = watched_page(chromium)
    watched.page.goto(written(tmp_path, row(1)).as_uri())
    watched.page.evaluate("frontline.ready")
    watched.page.wait_for_timeout(300)
    assert all(url.startswith(("file:", "data:")) for url in watched.asked)


@pytest.mark.browser
@pytest.mark.parametrize("height", [400, 900])
def test_badge_and_newest_text_stay_at_any_height(
    chromium: Any, watched_page: Any, tmp_path: Path, height: int
) -> None:
    page = watched_page(chromium, viewport={"width": 360, "height": height}).page
    page.goto(written(tmp_path, row(1), row(2)).as_uri())
    assert page.locator(".badge").is_visible() and page.locator("#corrections").is_visible()


@pytest.mark.browser
def test_a_served_page_says_when_it_has_grown_old(chromium: Any, watched_page: Any) -> None:
    page = watched_page(chromium).page
    page.clock.install()
    page.set_content(light_page(document(), served=True))
    page.clock.run_for("05:50:00")
    assert page.locator('[data-frontline="old"]').is_hidden()
    page.clock.run_for("01:20:00")
    assert page.locator('[data-frontline="old"]').inner_text() == "Last checked 7 h ago"

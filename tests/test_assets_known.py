"""The second clock in a real Chromium: another known time is another map, in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from conftest import running

from dashboard.page import build_app
from exports.embed import snippet
from figures.clock import Clock
from figures.drawn_maps import DrawnMaps
from figures.map_sources import states_at

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
EVENING = "2024-12-04T23:59+03:00"
READY = "() => window.frontline && !document.getElementById('first-paint')"
MAP = "frontlineParts.nativeMap(document.querySelector('.map-figure .js-plotly-plot'))"
BADGE = '#react-entry-point [data-part="known"]'
STEP = '#react-entry-point [data-menu="known"] [data-step="{}"]'


@pytest.fixture(scope="module")
def maps(hama_record: Any) -> DrawnMaps:
    return DrawnMaps(
        lambda _: hama_record, lambda _: hama_record.head, lambda: ["hama-2024"], lambda: datetime.now(UTC)
    )


@pytest.fixture(scope="module")
def address(maps: DrawnMaps) -> Iterator[str]:
    with running(build_app(maps, public_url="https://maps.example.org", snippet=snippet)) as url:
        yield url


def opened(watched_page: Any, browser: Any, url: str, **options: Any) -> Any:
    page = watched_page(browser, **options).page
    page.goto(url)
    page.wait_for_function(READY, timeout=60_000)
    return page


def until(page: Any, known: str) -> None:
    """Wait until the map of a known time stands; empty: of all that is known."""
    page.wait_for_function(
        "(known) => (new URLSearchParams(location.search).get('known') || '') === known"
        " && !document.querySelector('.map-cover, [aria-busy=true]')",
        arg=known,
        timeout=20_000,
    )


def asked(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def assert_painted(page: Any, document: dict[str, Any], t: int) -> None:
    """Every face, edge and place of the large map is in the state that the document gives it."""
    truth = states_at(document, t)
    for source, key in (("faces", "s"), ("edges", "f"), ("places", "s")):
        one = f"{MAP}.getFeatureState({{source: '{source}', id}}).{key}"
        wanted = truth[source]
        assert page.evaluate(f"Array.from({{length: {len(wanted)}}}, (_, id) => {one})") == wanted


def shown(page: Any) -> int:
    return int(page.evaluate("Date.parse(frontline.time()) / 1000"))


def test_what_was_known_that_evening_is_one_link_away_and_the_back_button_leads_back(
    watched_page: Any, chromium_gl: Any, address: str, maps: DrawnMaps
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?t={quote(EVENING)}", **WIDE)
    assert page.locator(BADGE).inner_text().startswith("As known at the latest report, ")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.type") == "datetime-local"
    page.locator(STEP.format("shown")).click()
    until(page, EVENING)
    assert page.locator(BADGE).inner_text() == "As known at 4 Dec 2024, 23:59"
    assert page.locator("[data-part='known-said']").last.inner_text() == "As known at 4 Dec 2024, 23:59"
    assert page.evaluate("frontline.range()[1]") == EVENING and page.evaluate("frontline.time()") == EVENING
    assert "Not yet known at 4 Dec" in page.locator(".axis-drawing").inner_text()
    assert page.locator('[data-frontline="forward"]').get_attribute("aria-disabled") == "true"
    assert_painted(page, maps("hama-2024", EVENING).document, shown(page))
    page.evaluate("frontline.seek('2024-12-02T12:00+03:00')")
    assert_painted(page, maps("hama-2024", EVENING).document, shown(page))
    page.go_back()
    until(page, "")
    assert page.locator(BADGE).inner_text().startswith("As known at the latest report, ")
    assert page.evaluate("frontline.range()[1]") == "2024-12-08T23:59+03:00"
    assert page.evaluate("frontline.time()") == EVENING
    assert_painted(page, maps("hama-2024").document, shown(page))
    page.go_forward()
    until(page, EVENING)
    assert_painted(page, maps("hama-2024", EVENING).document, shown(page))


def test_keyboard_walks_through_what_became_known_and_keeps_its_place(
    watched_page: Any, chromium_gl: Any, address: str, maps: DrawnMaps
) -> None:
    page = opened(
        watched_page, chromium_gl, f"{address}/?t=2024-12-02T12:00%2B03:00&known=2024-12-04", **WIDE
    )
    before = page.evaluate(f"[{MAP}.getZoom(), {MAP}.getCenter().lng]")
    steps = maps.steps("hama-2024")
    earlier = [step for step in steps if step < maps("hama-2024", EVENING).document["known_at"]][-2:]
    clock = Clock.of(maps("hama-2024").document)
    page.keyboard.press("k")
    page.locator(STEP.format("earlier")).focus()
    for step in reversed(earlier):
        page.keyboard.press("Enter")
        until(page, clock.exact(step))
        assert page.evaluate("document.activeElement.dataset.step") == "earlier"
    assert_painted(page, maps("hama-2024", clock.exact(earlier[0])).document, shown(page))
    assert page.evaluate("frontline.time()") == "2024-12-02T12:00+03:00"
    assert page.evaluate(f"[{MAP}.getZoom(), {MAP}.getCenter().lng]") == before
    page.locator(STEP.format("later")).focus()
    page.keyboard.press("Enter")
    until(page, clock.exact(earlier[1]))
    page.keyboard.press("Escape")
    assert page.locator('#react-entry-point details[data-menu="known"]').get_attribute("open") is None
    page.keyboard.press("?")
    assert "What was known when" in page.locator('[data-dialog="keys"]').last.inner_text()


def test_field_takes_an_instant_and_the_page_agrees_with_one_that_was_opened_there(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    where = f"{address}/?t=2024-12-02T12:00%2B03:00&lang=ar&theme=dark"
    page = opened(watched_page, chromium_gl, where, **WIDE)
    page.keyboard.press("k")
    page.locator('#react-entry-point input[name="known"]').fill("2024-12-03T10:30")
    page.keyboard.press("Enter")
    until(page, "2024-12-03T10:30+03:00")
    assert asked(page)["lang"] == ["ar"] and asked(page)["theme"] == ["dark"]
    there = opened(watched_page, chromium_gl, page.url, **WIDE)
    for part in (".known", ".axis-drawing", "#changes", ".lists", ".key-figures", ".deck", ".legend"):
        one, other = (found.locator(f"#react-entry-point {part}").first for found in (page, there))
        assert one.inner_text() == other.inner_text(), part
    layers = f"JSON.stringify({MAP}.getStyle().layers.filter(({{id}}) => !id.startsWith('plotly'))"
    layers += ".map(({id, filter, paint}) => [id, filter, paint]))"
    assert page.evaluate(layers) == there.evaluate(layers)


def test_known_time_that_is_none_shows_all_that_is_known(
    watched_page: Any, chromium: Any, address: str
) -> None:
    page = watched_page(chromium, java_script_enabled=False, **PHONE).page
    page.goto(f"{address}/?known=yesterday%3Cscript%3E")
    assert page.locator('[data-part="known"]').first.inner_text().startswith("As known at the latest report")


def test_without_a_script_the_control_is_a_form_and_links(
    watched_page: Any, chromium: Any, address: str
) -> None:
    page = watched_page(chromium, java_script_enabled=False, **PHONE).page
    page.goto(f"{address}/?t={quote(EVENING)}&palette=safe")
    page.locator('details[data-menu="known"] > summary').click()
    page.locator('input[name="known"]').fill("2024-12-03T10:30")
    page.locator(".known-form button").click()
    assert page.locator('[data-part="known"]').inner_text() == "As known at 3 Dec 2024, 10:30"
    assert page.locator("h1").inner_text() == "Tuesday 3 December 2024, 10:30"
    assert asked(page)["palette"] == ["safe"]
    page.locator('details[data-menu="known"] > summary').click()
    page.locator('[data-step="latest"]').click()
    assert page.locator('[data-part="known"]').inner_text().startswith("As known at the latest report")


def test_without_webgl_the_light_map_becomes_the_one_of_that_time(
    watched_page: Any, chromium_without_webgl: Any, address: str, maps: DrawnMaps
) -> None:
    page = opened(watched_page, chromium_without_webgl, f"{address}/?t={quote(EVENING)}", **PHONE)
    page.locator("#react-entry-point .known").click()
    page.locator(STEP.format("shown")).click()
    until(page, EVENING)
    truth = states_at(maps("hama-2024", EVENING).document, shown(page))
    marked = page.evaluate(
        "[...document.querySelectorAll('#react-entry-point .light-box [data-f]')]"
        ".map((e) => [+e.dataset.f, [...e.classList].find((c) => /^s\\d+$/.test(c))])"
    )
    assert len(marked) > 300
    assert all(state == f"s{truth['faces'][face]}" for face, state in marked)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_control_fits_a_phone(watched_page: Any, chromium_gl: Any, address: str, lang: str) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?lang={lang}&known=2024-12-04", **PHONE)
    page.locator("#react-entry-point .known").click()
    box = page.locator("#react-entry-point .known-sheet").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for link in page.locator("#react-entry-point .known-links a").all():
        assert link.bounding_box()["height"] >= 40
    if lang == "ar":
        assert not re.search("[A-Za-z]{3}", page.locator("#react-entry-point .known-sheet").inner_text())

"""The analyst's page in a real Chromium, on the example map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import WatchedPage
from dashboard_server import drawing_of, served
from tiny_document import tiny_document

from figures.document_file import unpacked

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "device_scale_factor": 3}
EVENING = "t=2024-12-04T23:59%2B03:00"
READY = "() => window.frontline && !document.getElementById('first-paint')"
MAP = "frontlineParts.nativeMap(document.querySelector('.map-figure .js-plotly-plot'))"


@pytest.fixture(scope="module")
def address(hama_drawing: Any) -> Iterator[str]:
    with served(hama_drawing) as url:
        yield url


def opened(watched_page: Any, browser: Any, url: str, **options: Any) -> Any:
    page = watched_page(browser, **options).page
    page.goto(url)
    page.wait_for_function(READY, timeout=60_000)
    return page


Kept = Callable[..., Any]


@pytest.fixture(scope="module")
def kept(chromium_gl: Any, chromium_without_webgl: Any, address: str) -> Iterator[Kept]:
    """Pages that several tests look at, each opened once: ``kept(query, width, height, webgl=…)``.

    Each comes as it opened on the evening of 4 December, but for what a reader cannot put back.
    """
    pages: dict[tuple[Any, ...], tuple[Any, WatchedPage]] = {}

    def page_of(asked: str, width: int = 1440, height: int = 900, *, webgl: bool = False) -> Any:
        size = {"width": width, "height": height}
        if (asked, width, height, webgl) not in pages:
            context = (chromium_gl if webgl else chromium_without_webgl).new_context(viewport=size)
            watched = WatchedPage(context.new_page())
            pages[asked, width, height, webgl] = (context, watched)
            watched.page.goto(f"{address}/?{asked}")
            watched.page.wait_for_function(READY, timeout=60_000)
            return watched.page
        page = pages[asked, width, height, webgl][1].page
        page.set_viewport_size(size)
        for _ in range(2):
            page.keyboard.press("Escape")
        page.evaluate(PUT_BACK)
        return page

    yield page_of
    for context, _ in pages.values():
        context.close()
    for _, watched in pages.values():
        watched.assert_clean()


PUT_BACK = """async () => {
    for (const fold of document.querySelectorAll('.side details[open]')) fold.open = false;
    document.querySelector('.search input').value = '';
    document.activeElement.blur();
    await frontline.seek('2024-12-04T23:59+03:00');
}"""


@pytest.fixture
def page(kept: Kept) -> Any:
    """The wide page on the evening of 4 December."""
    return kept(EVENING, webgl=True)


def date(page: Any) -> str:
    return str(page.locator(".state h1").inner_text())


def query(page: Any) -> dict[str, list[str]]:
    page.wait_for_timeout(600)  # the address is written at most twice a second
    return parse_qs(urlsplit(page.url).query)


def state_of(page: Any, source: str, index: int) -> dict[str, Any]:
    return dict(page.evaluate(f"{MAP}.getFeatureState({{source: '{source}', id: {index}}})"))


def test_page_opens_clean_at_the_asked_instant(page: Any) -> None:
    assert date(page) == "Wednesday 4 December 2024, 23:59"
    assert page.evaluate("frontline.time()") == "2024-12-04T23:59+03:00"
    assert "Brigade 87" in page.locator(".deck").inner_text()
    assert page.locator(".map-area").get_attribute("data-surface") == "map"
    assert page.locator("#distance-figure .main-svg").count() >= 1


def test_story_of_the_day_is_named_and_the_chip_hides_neither_end(page: Any) -> None:
    named = f"{MAP}.queryRenderedFeatures({{layers: ['labels', 'first_label']}})"
    names = f"() => {named}.map((f) => f.properties.en)"
    page.wait_for_function(f"() => ({names})().includes('Brigade 87')", timeout=10_000)
    page.wait_for_timeout(800)
    shown = set(page.evaluate(names))
    assert {"Brigade 87", "Maar Shahour", "Salamiyah"} <= shown
    assert not {"Adabas", "Rabun", "Danin", "Khunayzir"} & shown
    for when in ("2024-12-04T23:59+03:00", "2024-12-06T12:00+03:00", "2024-12-02T12:00+03:00"):
        page.evaluate(f"frontline.seek('{when}')")
        page.wait_for_timeout(900)
        assert page.evaluate(f"{MAP}.queryRenderedFeatures({{layers: ['distance_chip']}}).length") > 0
        assert page.evaluate(CHIP_AT_AN_END) == []


CHIP_AT_AN_END = f"""() => {{
    const map = {MAP};
    const drawn = map.getStyle().sources.distance.data.features;
    const line = drawn.find((feature) => feature.geometry.type === 'LineString');
    const ends = line ? line.geometry.coordinates : drawn.map((feature) => feature.geometry.coordinates);
    const over = (at) => map.queryRenderedFeatures(map.project(at), {{layers: ['distance_chip']}}).length;
    return ends.filter(over);
}}"""


def test_play_runs_through_every_change(page: Any, hama_drawing: Any) -> None:
    changes = {int(change[0]) for change in hama_drawing.document["changes"]}
    seen = page.evaluate(
        """async () => {
            const seen = [];
            const stamps = () => Date.parse(frontline.time()) / 1000;
            await frontline.seek(frontline.range()[0]);
            const forward = document.querySelector('#react-entry-point [data-frontline="forward"]');
            for (let i = 0; i < 400 && forward.getAttribute('aria-disabled') !== 'true'; i++) {
                forward.click();
                await new Promise((done) => setTimeout(done, 30));
                seen.push(stamps());
            }
            return seen;
        }"""
    )
    assert changes - set(seen) == set()
    assert page.evaluate("frontline.stats().changes") == len(changes)


def test_what_is_painted_is_what_the_document_says(page: Any, hama_drawing: Any) -> None:
    from figures.map_sources import states_at

    for when in ("2024-12-05T12:00+03:00", "2024-12-01T00:10+03:00", "2024-12-08T23:59+03:00"):
        page.evaluate(f"frontline.seek('{when}')")
        seconds = page.evaluate(f"Date.parse('{when}') / 1000")
        truth = states_at(hama_drawing.document, int(seconds))
        for source, key, wanted in (("faces", "s", truth["faces"]), ("edges", "f", truth["edges"])):
            one = f"{MAP}.getFeatureState({{source: '{source}', id}}).{key}"
            shown = page.evaluate(f"Array.from({{length: {len(wanted)}}}, (_, id) => {one})")
            assert shown == wanted


def test_play_button_plays_and_stops_at_the_end(page: Any) -> None:
    page.evaluate("frontline.seek('2024-12-08T06:00+03:00')")
    page.locator('[data-frontline="speed"][data-value="4"]').click()
    page.locator('[data-frontline="play"]').click()
    page.wait_for_function("() => frontline.time() === frontline.range()[1]", timeout=20_000)
    page.wait_for_function("() => !document.querySelector('[data-frontline=\"play\"].playing')")


def test_keyboard_steps_finds_and_lists(page: Any) -> None:
    before = page.evaluate("frontline.time()")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => frontline.time() < '{before}'")
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("maar sh")
    page.keyboard.press("Enter")
    page.locator(".popup.pinned").wait_for()
    assert "Maar Shahour" in page.locator(".popup").inner_text()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator('[data-dialog="keys"]').is_visible()
    page.keyboard.press("Escape")
    assert not page.locator('[data-dialog="keys"]').is_visible()


def test_tab_reaches_every_control_and_skips_to_the_table(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(() => { const e = document.activeElement; return e.dataset.frontline || e.dataset.opens || "
                "e.dataset.map || e.dataset.choice || e.type || e.localName })()"
            )
        )
    assert {"search", "lang", "summary", "share", "canvas", "home", "play", "slider", "keys"} <= reached


def test_retaken_village_shows_both_changes(page: Any) -> None:
    page.locator(".search input").fill("Maar Shahour")
    page.keyboard.press("Enter")
    told = page.locator(".popup").inner_text()
    assert "Syrian government" in told and "HTS-led" in told


def test_a_place_not_yet_reported_is_not_said_to_be_never_reported(page: Any) -> None:
    page.evaluate("frontline.seek('2024-11-27')")
    for name, sentence in (("Maar Shahour", "up to the shown time"), ("Masyaf", "in this story")):
        page.locator(".search input").fill(name)
        page.keyboard.press("Enter")
        page.locator(".popup.pinned b", has_text=name).wait_for()
        assert f"Nobody reported who holds it {sentence}." in page.locator(".popup").inner_text()
        page.keyboard.press("Escape")


def test_arabic_page_runs_from_right_to_left(watched_page: Any, chromium_gl: Any, address: str) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}&lang=ar", **WIDE)
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    assert "كانون الأول" in date(page)
    side = page.locator(".side").bounding_box()
    area = page.locator(".map-area").bounding_box()
    assert side["x"] < area["x"]
    head = "document.querySelector('#react-entry-point .playhead').getBoundingClientRect().x"
    first, last = (
        page.evaluate(f"frontline.seek('{when}').then(() => {head})") for when in ("2024-11-28", "2024-12-07")
    )
    assert last < first
    assert english_left_on(page) == []


def english_left_on(page: Any) -> list[str]:
    """Words of English in an Arabic page that are neither marked as foreign nor a name."""
    return list(
        page.evaluate(
            r"""() => {
                const foreign = '[lang=en], bdi, kbd, svg, textarea, .brand, .ids, .popup, [hidden], '
                    + '.maplibregl-map';
                const page = document.querySelector('#react-entry-point .page');
                const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
                const found = [];
                while (walk.nextNode()) {
                    const text = walk.currentNode;
                    const owner = text.parentElement;
                    if (owner.closest(foreign)) continue;
                    if (/[A-Za-z]{4,}/.test(text.textContent)) found.push(text.textContent.slice(0, 60));
                }
                return found;
            }"""
        )
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_date_is_whole_and_nothing_covers_it_at_any_width(kept: Kept, lang: str) -> None:
    page = kept(f"{EVENING}&lang={lang}")
    page.evaluate("frontline.seek('2024-11-27T23:59+03:00')")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        found = page.evaluate(DATE_FAULTS)
        assert found == [], f"{width} px: {found}"


WIDTHS = (320, 360, 519, 520, 767, 768, 900, 1023, 1024, 1060, 1120, 1121, 1200, 1279, 1280, 1440, 1920)
DATE_FAULTS = """() => {
    const date = document.querySelector(".state h1 time");
    const range = document.createRange();
    range.selectNodeContents(date);
    const faults = [];
    const page = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
    const size = parseFloat(getComputedStyle(date).fontSize);
    // The letters themselves: a font's own box is higher than its lines.
    const lines = [...range.getClientRects()].map(({left, right, top, bottom}) => {
        const middle = (top + bottom) / 2;
        return {left, right, top: middle - size / 2, bottom: middle + size / 2};
    });
    const within = (inner, outer) => inner.left >= outer.left - 0.5 && inner.right <= outer.right + 0.5
        && inner.top >= outer.top - 0.5 && inner.bottom <= outer.bottom + 0.5;
    const state = document.querySelector(".state").getBoundingClientRect();
    for (const line of lines) {
        if (!within(line, state)) faults.push(["cut by the bar", line, state]);
        if (!within(line, page)) faults.push(["off the page", line]);
        for (let x = line.left + 1; x < line.right; x += 6) {
            const top = document.elementFromPoint(x, (line.top + line.bottom) / 2);
            if (!date.contains(top) && !top.contains(date)) faults.push(["covered", x, top.className]);
        }
        for (const other of document.querySelectorAll(".state .known, .state .zone, .state .deck")) {
            const box = other.getBoundingClientRect();
            const apart = box.left >= line.right || box.right <= line.left
                || box.top >= line.bottom - 0.5 || box.bottom <= line.top + 0.5;
            if (!apart) faults.push(["met by", other.className, box, line]);
            if (!within(box, state)) faults.push(["cut", other.className, box, state]);
        }
    }
    return faults;
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_panel_shows_chart_and_five_changes_at_once(kept: Kept, lang: str) -> None:
    page = kept(f"{EVENING}&lang={lang}")
    seen = page.evaluate(
        """() => {
            const end = document.querySelector(".side").getBoundingClientRect().bottom;
            const rows = [...document.querySelectorAll(".changes tbody tr")];
            const high = rows.map((row) => row.getBoundingClientRect());
            const most = Math.max(...high.map((box) => box.height));
            return [high.filter((box) => box.bottom <= end).length, most, rows.map((row) => row.className)];
        }"""
    )
    assert seen[0] >= 5
    assert seen[1] <= 26
    assert seen[2] == sorted(seen[2])  # changed before unchanged
    assert page.locator("#distance-figure").bounding_box()["height"] >= 242


def test_key_stays_off_the_city_and_is_remembered_folded(
    watched_page: Any, chromium_without_webgl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_without_webgl, f"{address}/?{EVENING}", **WIDE)
    key = page.locator(".legend")
    if key.get_attribute("open") is None:
        key.locator("summary").click()
    box, area = key.bounding_box(), page.locator(".map-area").bounding_box()
    assert box["width"] * box["height"] < 0.16 * area["width"] * area["height"]
    assert box["x"] + box["width"] < area["x"] + 0.4 * area["width"]
    for folded in (True, False):
        key.locator("summary").click()
        page.reload()
        page.wait_for_function(READY, timeout=60_000)
        assert (key.get_attribute("open") is None) == folded


def test_credits_are_in_the_readers_language_and_lead_to_all_of_them(kept: Kept) -> None:
    page = kept(f"{EVENING}&lang=ar")
    short = page.locator(".credits-short")
    assert "الأماكن: GeoNames" in short.inner_text()
    short.locator("a").click()
    page.wait_for_timeout(200)
    whole = page.locator(".side #credits")
    end = whole.bounding_box()
    panel = page.locator(".side").bounding_box()
    assert end["y"] + end["height"] <= panel["y"] + panel["height"] + 1
    assert whole.evaluate("(e) => e.scrollHeight <= e.clientHeight")


def test_language_can_be_changed_and_keeps_the_instant(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    page.locator('[data-choice="lang"][data-value="ar"]').click()
    page.wait_for_function("() => document.documentElement.lang === 'ar'")
    page.wait_for_function(READY, timeout=60_000)
    assert page.evaluate("frontline.time()") == "2024-12-04T23:59+03:00"


def test_address_carries_everything_and_gives_it_back(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    page.evaluate("frontline.seek('2024-12-03T23:59+03:00')")
    page.locator('[data-menu="display"] > summary').click()
    page.locator('[data-choice="theme"][data-value="dark"]').click()
    page.locator('[data-choice="palette"][data-value="safe"]').click()
    page.locator('[data-choice="layers"][data-value="rivers"]').click()
    page.locator('select[data-choice="city"]').select_option("salamiyah")
    page.wait_for_function(
        "() => document.querySelector('.chart-distance h2').textContent.includes('Salamiyah')"
    )
    page.locator(".rings-field input").fill("5,15")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    asked = query(page)
    assert asked["t"] == ["2024-12-03T23:59+03:00"] and asked["v"] == ["1"]
    assert (asked["theme"], asked["palette"], asked["city"], asked["rings"]) == (
        ["dark"],
        ["safe"],
        ["salamiyah"],
        ["5,15"],
    )
    assert "rivers" not in asked["layers"][0]
    again = opened(watched_page, chromium_gl, page.url, **WIDE)
    assert (
        again.evaluate("document.documentElement.dataset.theme + document.documentElement.dataset.palette")
        == "darksafe"
    )
    assert date(again) == "Tuesday 3 December 2024, 23:59"
    assert "Salamiyah" in again.locator(".chart-distance h2").inner_text()
    assert again.evaluate(f"{MAP}.getLayoutProperty('rivers', 'visibility')") == "none"
    assert again.evaluate(f"{MAP}.getStyle().sources.rings.data.features.length") == 2


def test_theme_and_palette_repaint_the_map_without_losing_its_state(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    before = page.evaluate(f"{MAP}.getPaintProperty('region', 'fill-color')")
    states = [state_of(page, "faces", index) for index in range(40)]
    page.locator('[data-menu="display"] > summary').click()
    page.locator('[data-choice="theme"][data-value="dark"]').click()
    page.wait_for_function(f"() => {MAP}.getPaintProperty('region', 'fill-color') !== '{before}'")
    assert [state_of(page, "faces", index) for index in range(40)] == states
    assert page.evaluate("localStorage.getItem('frontline.theme')") == "dark"


def test_a_style_that_plotly_sets_anew_gets_its_state_back(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    states = [state_of(page, "faces", index) for index in range(60)]
    page.evaluate(f"{MAP}.setStyle({MAP}.getStyle(), {{diff: false}})")
    page.wait_for_function(f"() => {MAP}.hasImage('_chip') && {MAP}.loaded()", timeout=20_000)
    assert [state_of(page, "faces", index) for index in range(60)] == states


def test_lost_graphics_bring_the_light_map(watched_page: Any, chromium_gl: Any, address: str) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **WIDE)
    page.evaluate(f"{MAP}.getCanvas().getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()")
    page.locator('.map-area[data-surface="light"] .light-box svg').wait_for(timeout=15_000)
    assert "graphics" in page.locator('[data-part="no-webgl"]').inner_text()
    assert page.evaluate("frontline.seek('2024-12-02T12:00+03:00')") == "2024-12-02T12:00+03:00"


def test_share_hands_out_link_and_snippet(page: Any) -> None:
    page.locator('[data-opens="share"]').click()
    page.wait_for_function(
        "() => document.querySelector('[data-part=share-snippet]').value.includes('<iframe')"
    )
    assert "t=2024-12-04T23:59%2B03:00" in page.locator("[data-part=share-link]").input_value()


def test_changes_table_leads_to_the_map(page: Any) -> None:
    assert "Changes on 4 December" in page.locator("#changes caption").inner_text()
    row = page.locator("#changes tbody tr .pick").first
    name = row.inner_text()
    row.click()
    page.locator(".popup.pinned").wait_for()
    assert name in page.locator(".popup").inner_text()


def test_places_that_nobody_located_are_listed_and_never_pinned(page: Any, address: str) -> None:
    page.locator(".list > summary").first.click()
    listed = page.locator(".unlocated:not(.counts)").inner_text()
    assert "Bayoud" in listed and "Mechanized School" in listed
    places = page.request.get(f"{address}/maps/hama-2024/sources/places.json").json()
    written = page.request.get(f"{address}/maps/hama-2024/document.json").json()
    known = unpacked(written)["places"]
    names = [known[feature["id"]]["name"]["en"] for feature in places["features"]]
    assert "Hama" in names
    assert "Bayoud" not in names and "Mechanized School" not in names


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (800, 1000), (360, 740), (320, 640)])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_scrolls_sideways(kept: Kept, size: tuple[int, int], lang: str) -> None:
    page = kept(f"{EVENING}&lang={lang}", *size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.locator(".state h1").is_visible() and page.locator('[data-frontline="play"]').is_visible()


def test_phone_page_scrolls_under_a_finger_on_the_map(
    watched_page: Any, chromium_gl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **PHONE)
    assert page.evaluate(f"getComputedStyle({MAP}.getCanvas()).touchAction") == "pan-x pan-y"
    assert page.locator(".legend-body").is_hidden()
    page.locator(".side-tabs [data-tab=changes]").click()
    assert page.locator("#changes table").is_visible() and page.locator(".charts").is_hidden()


def test_without_webgl_the_light_map_takes_its_place_and_plays(
    watched_page: Any, chromium_without_webgl: Any, address: str
) -> None:
    page = opened(watched_page, chromium_without_webgl, f"{address}/?{EVENING}", **WIDE)
    assert "WebGL" in page.locator('[data-part="no-webgl"]').inner_text()
    assert page.locator(".light-box svg").is_visible()
    face = page.locator(".light-box [data-f].s5, .light-box [data-f]").first
    assert face.count() == 1
    before = page.evaluate(
        "[...document.querySelectorAll('.light-box [data-f]')].map((e) => e.getAttribute('class')).join()"
    )
    page.evaluate("frontline.seek('2024-11-27T12:00+03:00')")
    after = page.evaluate(
        "[...document.querySelectorAll('.light-box [data-f]')].map((e) => e.getAttribute('class')).join()"
    )
    assert before != after
    page.locator('[data-menu="display"] > summary').click()
    page.locator('select[data-choice="city"]').select_option("salamiyah")
    page.wait_for_function(
        "() => document.querySelector('.light-box title').textContent.includes('Salamiyah')"
    )


def test_without_a_script_date_map_and_table_are_there(
    watched_page: Any, chromium: Any, address: str
) -> None:
    page = watched_page(chromium, java_script_enabled=False, **WIDE).page
    page.goto(f"{address}/?{EVENING}")
    assert date(page) == "Wednesday 4 December 2024, 23:59"
    assert page.locator(".light-box svg").is_visible()
    assert page.locator("table.changes tbody tr").count() > 100
    assert page.locator(".no-script").is_visible()
    assert not page.locator('[data-frontline="play"]').is_visible()


def serious(page: Any) -> list[tuple[str, list[str]]]:
    from axe_playwright_python.sync_playwright import Axe

    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    return [(v["id"], [node["html"][:160] for node in v["nodes"]][:4]) for v in found]


@pytest.mark.parametrize("asked", [EVENING, f"{EVENING}&lang=ar&theme=dark", f"{EVENING}&palette=safe"])
def test_axe_finds_no_serious_violation(
    watched_page: Any, chromium_gl: Any, address: str, asked: str
) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{asked}", **WIDE)
    assert serious(page) == []
    page.locator('[data-menu="display"] > summary').click()
    for fold in page.locator(".list > summary").all():
        fold.click()
    assert serious(page) == []
    page.locator('[data-opens="keys"]').first.click()
    assert serious(page) == []


def test_axe_finds_no_serious_violation_on_a_phone(watched_page: Any, chromium_gl: Any, address: str) -> None:
    page = opened(watched_page, chromium_gl, f"{address}/?{EVENING}", **PHONE)
    assert serious(page) == []


def test_hostile_names_run_nothing_in_popup_chart_and_table(watched_page: Any, chromium_gl: Any) -> None:
    hostile = (
        '<img src=//evil.example/x onerror="window.broken=1">%{customdata[0]}<a href="//evil.example">y</a>'
    )
    document = tiny_document()
    for place in document["places"]:
        place["name"]["en"] = hostile
    document["sources"][2]["name"] = document["actors"][1]["short"]["en"] = hostile
    document["reference"]["claimed"] = [
        {
            "claim": 0,
            "t": document["changes"][1][0],
            "start": document["changes"][0][0],
            "km": 8.0,
            "low": None,
            "high": None,
            "qualifier": "about",
            "claimant": 2,
            "affiliation": "opposition",
        }
    ]
    with served(drawing_of(document)) as url:
        page = opened(watched_page, chromium_gl, url, **WIDE)
        page.locator("#changes tbody tr .pick").first.click()
        page.locator(".popup.pinned").wait_for()
        page.wait_for_timeout(500)
        assert page.evaluate("window.broken") is None
        assert page.locator('a[href*="evil"], img[src*="evil"]').count() == 0
        assert "<img src=" in page.locator(".popup").inner_text()

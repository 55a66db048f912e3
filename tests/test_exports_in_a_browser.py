"""The light page in a real browser: as a file, in iframes, without a script, with hostile names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hostile_document import HOSTILE, hostile_document
from numpy.lib.stride_tricks import sliding_window_view
from pixels import pixels
from tiny_document import at, tiny_document

from exports.embed import snippet
from exports.light_page import light_page

pytestmark = pytest.mark.browser

EVENING = at(4, 23, 59)


@pytest.fixture(scope="module")
def hama_page(hama_drawing, tmp_path_factory):
    """Files of the example: (language, theme) -> address; each is written once."""
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def page(lang="en", theme="light", **options):
        path = folder / f"{lang}-{theme}-{len(list(folder.iterdir()))}.html"
        page = light_page(hama_drawing.document, at=EVENING, lang=lang, theme=theme, **options)
        path.write_text(page, encoding="utf-8")
        return path

    return page


def _opened(watched_page, chromium, path: Path, **options):
    watched = watched_page(chromium, **options)
    watched.page.goto(path.as_uri())
    if options.get("java_script_enabled", True):
        watched.page.evaluate("frontline.ready")
    return watched.page


def _seek(page, iso):
    return page.evaluate("iso => frontline.seek(iso)", iso)


def _stamp(page):
    return page.locator(".stamp").inner_text()


def test_everything_follows_time(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page())
    assert _stamp(page) == "Wed 4 Dec 2024, 23:59 Damascus"
    assert _seek(page, "2024-12-03T23:59+03:00") == "2024-12-03T23:59+03:00"
    assert _stamp(page) == "Tue 3 Dec 2024, 23:59 Damascus"
    assert page.locator("h1").inner_text() == "Hama: who held what on 3 December"
    assert (
        page.locator("tbody.on").inner_text().startswith("Changes on 3 December")
        or page.locator("tbody.on th").text_content() == "Changes on 3 December"
    )
    _seek(page, "2024-12-06T12:00+03:00")
    assert page.locator(".deck p.on").inner_text() == "Opposition forces were reported to hold Hama."
    assert page.locator("#fl-desc").text_content() == "Opposition forces were reported to hold Hama."
    assert page.locator("[data-cue=pill-wide].on").inner_html() == ""  # no distance once the city is held
    _seek(page, "2024-12-04T23:59+03:00")
    assert page.locator("[data-cue=pill-wide].on").text_content() == "8.4\u00a0km"


def test_a_seek_gives_what_python_draws(chromium, watched_page, hama_drawing, hama_page):
    """Whatever way time takes, the page looks as Python draws that instant at once."""
    page = _opened(watched_page, chromium, hama_page())
    marks = """() => [...document.querySelectorAll('.map :is([data-f], [data-e]:not(.e0), [data-p])')].map(
      e => [e.dataset.f, e.dataset.e, e.dataset.p, [...e.classList].sort()].join('|')).sort()"""
    cues = (
        """() => [...document.querySelectorAll('[data-cue].on')].map(e => e.dataset.cue + e.dataset.from)"""
    )
    for t in (at(1, 12), at(5, 15), at(3, 8)):
        page.evaluate("t => frontline.seek(new Date(t * 1000).toISOString())", t)
        moved = page.evaluate(marks), page.evaluate(cues)
        fresh = page.context.new_page()
        fresh.set_content(light_page(hama_drawing.document, at=t, theme="light"))
        fresh.evaluate("frontline.ready")
        assert (fresh.evaluate(marks), fresh.evaluate(cues)) == moved
        fresh.close()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_script_draws_the_ground_that_stands_there_without_it(chromium, watched_page, hama_page, scale):
    """Pixel for pixel, but for a hair's breadth along lines."""
    path = hama_page()
    seen = []
    for script in (True, False):
        page = _opened(watched_page, chromium, path, java_script_enabled=script, device_scale_factor=scale)
        # The rings of what is new pulse once: both are looked at when they have come to rest.
        seen.append(pixels(chromium, page.locator(".map").screenshot(animations="disabled")))
    assert seen[0].shape == seen[1].shape
    unlike = abs(seen[0] - seen[1]).max(axis=2) > 40
    wide = scale + 2
    assert unlike.mean() < 0.002
    assert not sliding_window_view(unlike, (wide, wide)).all(axis=(2, 3)).any()


def test_play_runs_through_every_change_and_stops(chromium, watched_page, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(light_page(tiny_document(), at=at(4, 9)), encoding="utf-8")
    page = _opened(watched_page, chromium, path)
    page.locator("[data-frontline=play]").click()
    assert page.locator("[data-frontline=play]").get_attribute("aria-label") == "Pause"
    page.locator(".playing").wait_for(state="detached")
    assert page.locator("[data-p='0']").count() == 0  # the city is a square
    assert page.locator("[data-f].s2").count() == 1  # its ground is claimed in the end


def test_the_keyboard_reaches_everything(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page(full_map_url="https://maps.example.org/"))
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.dataset.frontline || document.activeElement.localName")
        )
    assert reached[:8] == ["map", "button", "button", "button", "play", "back", "forward", "slider"]
    assert {"a", "data", "summary"} <= set(reached)
    page.locator("[data-frontline=slider]").focus()
    page.keyboard.press("Home")
    assert (
        page.locator("[data-frontline=slider]")
        .get_attribute("aria-valuetext")
        .startswith("Wednesday 27 November")
    )


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("ar", "dark")])
@pytest.mark.parametrize("width", [320, 360, 640, 1000])
def test_nothing_is_wider_than_the_page(chromium, watched_page, hama_page, lang, theme, width):
    page = _opened(watched_page, chromium, hama_page(lang, theme), viewport={"width": width, "height": 800})
    page.locator("summary").click()
    page.evaluate("frontline.seek('2024-12-04')")  # the longest table
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = "narrow" if width < 520 else "wide"
    for frame in ("wide", "narrow"):
        assert page.locator(f".map > svg > g.{frame}").is_visible() == (frame == shown)
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44


def _overlaps(page):
    """Pairs of texts on the map that share ground, measured by the browser with this machine's fonts."""
    return page.evaluate(
        """() => {
        // Line boxes are higher than letters, in Arabic much higher.
        const box = e => { const b = e.getBoundingClientRect(), s = 0.22 * b.height;
          return {left: b.left, right: b.right, top: b.top + s, bottom: b.bottom - s, width: b.width}; };
        const map = document.querySelector('.map').getBoundingClientRect();
        const texts = [...document.querySelectorAll('.map svg text'), document.querySelector('.stamp')]
          .filter(e => e.checkVisibility()).map(e => [e.textContent, box(e)]).filter(([, b]) => b.width);
        const found = [];
        for (const [i, [a, p]] of texts.entries()) for (const [b, q] of texts.slice(i + 1)) {
          const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
          const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
          if (across > 1 && down > 1) found.push([a, b, across, down]);
        }
        for (const [a, p] of texts)
          if (p.left < map.left || p.right > map.right || p.top < map.top - 3 || p.bottom > map.bottom + 3)
            found.push([a, 'edge']);
        return found;}"""
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 640])
def test_no_text_stands_on_another_at_any_change(
    chromium, watched_page, hama_drawing, hama_page, lang, width
):
    page = _opened(watched_page, chromium, hama_page(lang), viewport={"width": width, "height": 900})
    for change in hama_drawing.document["changes"]:
        page.evaluate("t => frontline.seek(new Date(t * 1000).toISOString())", change[0])
        assert _overlaps(page) == []


def test_arabic_time_runs_from_the_right(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page("ar"))
    playhead = page.locator("[data-frontline=playhead]")
    slider = page.locator("[data-frontline=slider]").bounding_box()
    late = playhead.bounding_box()["x"]
    _seek(page, "2024-11-27T00:00+03:00")
    assert playhead.bounding_box()["x"] == pytest.approx(slider["x"] + slider["width"], abs=8)
    assert late < playhead.bounding_box()["x"]
    assert _stamp(page) == "الأربعاء 27 تشرين الثاني 2024، 00:00 دمشق"


def test_without_a_script_the_page_is_whole(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page(), java_script_enabled=False)
    assert _stamp(page) == "Wed 4 Dec 2024, 23:59 Damascus"
    assert page.locator("button:visible").count() == 0
    assert page.locator("noscript p").is_visible()
    page.locator("summary").click()
    assert page.locator("tbody:visible").count() == 12


@pytest.mark.parametrize("sandbox", ["", "allow-scripts"])
def test_it_plays_across_origins_and_tells_its_height(
    chromium, watched_page, served_folder, hama_drawing, sandbox
):
    folder, address = served_folder
    other = address.replace("127.0.0.1", "localhost")
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "embed").mkdir()
    (folder / "embed" / "hama-2024").write_text("", encoding="utf-8")
    (folder / "embed" / "hama-2024.html").write_text(
        light_page(hama_drawing.document, at=EVENING), encoding="utf-8"
    )
    html = snippet(hama_drawing.document, other).replace("/embed/hama-2024", "/embed/hama-2024.html")
    if sandbox:
        html = html.replace(html.split('sandbox="')[1].split('"')[0], sandbox)
    (folder / "article.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
    page = watched_page(chromium, viewport={"width": 700, "height": 900}).page
    page.goto(f"{address}/article.html")
    page.wait_for_function("document.querySelector('iframe').height !== '1000'")
    frame = page.frames[1]
    assert frame.evaluate("frontline.ready.then(() => frontline.seek('2024-12-03'))").startswith("2024-12-03")
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


def test_hostile_names_do_nothing_but_stand_there(chromium, watched_page, tmp_path):
    path = tmp_path / "hostile.html"
    path.write_text(light_page(hostile_document(), at=at(4, 10), title=HOSTILE), encoding="utf-8")
    page = _opened(watched_page, chromium, path)
    assert "broken" not in page.title().split("</script>")[0]
    assert page.title().startswith("</title></script><script>")
    for t in ("2024-12-02T00:00Z", "2024-12-04T20:00Z"):
        _seek(page, t)
    assert page.locator("img").count() == 0
    assert page.locator("h1").inner_text().startswith("</title></script><script>")


def test_the_file_of_changes_has_every_row(chromium, watched_page, hama_page, hama_drawing):
    page = _opened(watched_page, chromium, hama_page(), accept_downloads=True)
    with page.expect_download() as told:
        page.locator("[data-frontline=data]").click()
    assert told.value.suggested_filename == "hama-2024-changes.csv"
    rows = Path(told.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == len(hama_drawing.document["events"]) + 1
    night = "2024-12-04T00:00+03:00/2024-12-04T06:00+03:00"
    assert f"{night},Maar Shahour,HTS-led opposition to Syrian government,SOHR" in "\n".join(rows)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium, hama_page, watched_page, lang, theme):
    from axe_playwright_python.sync_playwright import Axe

    # Axe is put into the page by a script of its own, which the page's policy would refuse.
    page = watched_page(chromium, bypass_csp=True).page
    page.goto(hama_page(lang, theme).as_uri())
    page.evaluate("frontline.ready")
    page.locator("summary").click()
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_reduced_motion_has_no_pulse(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page(), reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0


def test_forced_colours_keep_the_map(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page(), forced_colors="active")
    fill = page.evaluate("getComputedStyle(document.querySelector('.fl .region')).fill")
    assert fill == "rgb(233, 230, 223)"


def test_auto_follows_the_reader_and_paper_is_light(chromium, watched_page, hama_page):
    page = _opened(watched_page, chromium, hama_page(theme="auto"), color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(21, 26, 30)"
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(255, 255, 255)"

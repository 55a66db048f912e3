"""The light map is enlarged and moved on a real page, and the page still scrolls."""

from __future__ import annotations

import pytest
from pixels import pixels
from tiny_document import at, tiny_document

from exports.light_page import light_page

pytestmark = pytest.mark.browser

SIZE = "+document.querySelector('.map .g').getAttribute('transform')?.match(/[\\d.]+/)[0] || 1"
FRAME = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("pages")
    for lang in ("en", "ar"):
        (made / f"{lang}.html").write_text(
            light_page(tiny_document(), at=at(4, 23, 59), lang=lang, theme="light"), encoding="utf-8"
        )
    return made


def _opened(watched_page, chromium, path, **options):
    page = watched_page(chromium, **{"viewport": {"width": 640, "height": 600}, **options}).page
    page.goto(path.as_uri())
    page.evaluate("frontline.ready")
    return page


@pytest.fixture
def page(watched_page, chromium, folder):
    return _opened(watched_page, chromium, folder / "en.html")


def _size(page):
    page.evaluate(FRAME)
    return page.evaluate(SIZE)


def _until_scrolled(page):
    """The page's policy forbids what Playwright's own waiting evaluates."""
    for _ in range(100):
        if page.evaluate("scrollY") > 0:
            return
        page.wait_for_timeout(30)
    pytest.fail("the page never scrolled")


def test_buttons_enlarge_the_map_say_so_and_bring_it_back(page):
    for _ in range(2):
        page.locator("[data-zoom=in]").click()
    assert _size(page) == 2.25
    page.locator("[data-frontline=zoom-said]", has_text="Map 2.3 times as large").wait_for(state="attached")
    page.locator("[data-zoom=out]").click()
    assert _size(page) == 1.5
    page.locator("[data-zoom=home]").click()
    assert _size(page) == 1
    page.locator("[data-zoom=out][aria-disabled=true]").wait_for()


def test_keys_enlarge_and_move_only_while_the_map_has_the_focus(page):
    page.locator("[data-frontline=map]").focus()
    page.keyboard.press("+")
    assert _size(page) == 1.5
    before, time = (
        page.evaluate("document.querySelector('.map .g').getAttribute('transform')"),
        page.evaluate("frontline.time()"),
    )
    page.keyboard.press("ArrowRight")
    page.evaluate(FRAME)
    assert page.evaluate("document.querySelector('.map .g').getAttribute('transform')") != before
    assert page.evaluate("frontline.time()") == time  # the same arrow does not move time
    page.keyboard.press("0")
    assert _size(page) == 1
    page.locator("[data-frontline=slider]").focus()
    page.keyboard.press("+")
    assert _size(page) == 1


def test_the_wheel_scrolls_the_page_until_the_map_was_clicked_or_ctrl_is_held(page):
    page.mouse.move(320, 300)
    page.mouse.wheel(0, 120)
    _until_scrolled(page)
    assert _size(page) == 1
    assert page.locator("[data-frontline=zoom-hint]").is_visible()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(320, 300)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    assert _size(page) == 2
    page.mouse.click(320, 300)
    page.mouse.wheel(0, -300)
    assert _size(page) == pytest.approx(4)
    assert page.evaluate("scrollY") == 0


def test_what_lies_under_the_pointer_stays_there(page):
    under = "([x, y]) => document.elementFromPoint(x, y)?.getAttribute('data-f')"
    spot = [250, 330]
    face = page.evaluate(under, spot)
    page.mouse.move(*spot)
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, -60)
    assert _size(page) > 4
    assert page.evaluate(under, spot) == face


def test_two_fingers_enlarge_the_map_and_one_scrolls_the_page(watched_page, chromium, folder):
    page = _opened(
        watched_page, chromium, folder / "en.html", viewport={"width": 360, "height": 640}, has_touch=True
    )
    touch = page.context.new_cdp_session(page)

    def fingers(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    fingers("touchStart", (160, 300), (200, 300))
    for out in (10, 20, 40):
        fingers("touchMove", (160 - out, 300), (200 + out, 300))
    fingers("touchEnd")
    assert _size(page) == pytest.approx(3, rel=0.05)
    fingers("touchStart", (180, 350))
    for up in (10, 40, 80, 120):
        fingers("touchMove", (180, 350 - up))
    fingers("touchEnd")
    _until_scrolled(page)


def test_names_dots_and_lines_keep_their_size(page):
    measure = """() => [...document.querySelectorAll('.map text, .map .d')].filter((e) => e.checkVisibility())
      .map((e) => e.getBoundingClientRect()).map(({width, height}) => [width, height])"""
    before = page.evaluate(measure)
    for _ in range(3):
        page.locator("[data-zoom=in]").click()
    page.evaluate(FRAME)
    after = page.evaluate(measure)
    bar = 1  # the scale bar's text may be another number
    close = [
        abs(a - b) < 1
        for one, other in zip(before, after, strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    assert close.count(False) <= 2 * bar
    # A day later other names stand there, of the same size.
    page.evaluate("frontline.seek('2024-12-02')")
    heights = "[...document.querySelectorAll('.map text')].map((e) => e.getBoundingClientRect().height)"
    assert max(page.evaluate(heights)) < 40


def test_the_scale_bar_is_as_long_as_it_says(page):
    page.locator("[data-zoom=in]").click()
    page.evaluate(FRAME)
    long, text, per_km = page.evaluate(
        """() => { const bar = document.querySelector('.wide [data-frontline=scale]');
          const {width} = bar.querySelector('path').getBBox();
          return [width, bar.textContent, +bar.dataset.scale.split(' ')[0]]; }"""
    )
    assert long == pytest.approx(float(text.split()[0]) * per_km * 1.5, rel=0.01)


@pytest.mark.parametrize("scale", [1, 2])
def test_cells_of_one_colour_show_no_line_between_them_however_large(watched_page, chromium, folder, scale):
    page = _opened(watched_page, chromium, folder / "en.html", device_scale_factor=scale)
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`.fl .f path{fill:#00f!important}
          .map :is(.w,.p,.veil,[data-frontline=names],[data-frontline=scale]),.stamp{display:none!important}
          .fl .paper{fill:#ff0!important}`); document.adoptedStyleSheets.push(sheet); }"""
    )
    for size in (1, 1.5, 2.25):
        assert _size(page) == size
        found = pixels(chromium, page.locator(".map").screenshot())
        blue = (found == (0, 0, 255)).all(axis=2)
        rows, columns = blue.any(axis=1).nonzero()[0], blue.any(axis=0).nonzero()[0]
        ground = blue[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert ground.all(), f"{(~ground).sum()} pixels show a seam at size {size}"
        page.locator("[data-zoom=in]").click()


def test_in_arabic_the_buttons_are_named_and_large_enough(watched_page, chromium, folder):
    page = _opened(watched_page, chromium, folder / "ar.html", viewport={"width": 360, "height": 700})
    for button in page.locator("[data-zoom]").all():
        box = button.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
        assert any("\u0600" < letter < "\u06ff" for letter in button.get_attribute("aria-label"))


def test_without_a_script_there_is_nothing_to_press(watched_page, chromium, folder):
    page = watched_page(chromium, java_script_enabled=False).page
    page.goto((folder / "en.html").as_uri())
    assert page.locator("[data-zoom]:visible").count() == 0
    assert page.locator("[data-frontline=map]").get_attribute("tabindex") is None

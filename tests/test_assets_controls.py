"""What the timeline's slider, the buttons, the keys and the live region do."""

from __future__ import annotations

from typing import Any

import pytest
from assets_page import light_page, load_scripts
from tiny_document import START, at, tiny_document

pytestmark = pytest.mark.browser

START_IT = """
() => {
  const doc = JSON.parse(document.getElementById("frontline-document").textContent);
  window.playback = frontlineParts.createPlayback(doc, {paint: () => Promise.resolve()});
  window.timeline = frontlineParts.createTimeline(playback, document.querySelector("[role=slider]"));
  window.buttons = frontlineParts.bindButtons(playback, document.body);
  window.pressed = [];
  const keys = {"/": () => pressed.push("/"), "?": () => pressed.push("?")};
  window.keys = frontlineParts.bindShortcuts(playback, {keys});
  window.live = document.querySelector("[data-frontline=live]");
  window.said = [];
  new MutationObserver(() => said.push(live.textContent)).observe(live, {childList: true});
  frontlineParts.bindLiveRegion(playback, live);
  return playback.ready;
}
"""


def _open(page: Any, lang: str = "en", **changed: Any) -> Any:
    load_scripts(page, light_page({**tiny_document(), "at": at(2, 15), **changed}, lang=lang))
    page.evaluate(START_IT)
    return page


@pytest.fixture
def controls(chromium: Any, watched_page: Any) -> Any:
    return _open(watched_page(chromium).page)


@pytest.fixture
def controls_ar(chromium: Any, watched_page: Any) -> Any:
    return _open(watched_page(chromium).page, "ar")


def _now(page: Any) -> int:
    return page.evaluate("playback.seconds()")


def _box(page: Any) -> dict[str, float]:
    return page.locator("[role=slider]").bounding_box()


def test_slider_says_its_range_its_value_and_the_date(controls):
    slider = controls.locator("[role=slider]")
    controls.evaluate("t => playback.seek(t)", at(4, 23, 59))
    assert slider.get_attribute("aria-valuemin") == str(START)
    assert slider.get_attribute("aria-valuemax") == str(at(4, 23, 59))
    assert slider.get_attribute("aria-valuenow") == str(at(4, 23, 59))
    assert slider.get_attribute("aria-valuetext") == "Wednesday 4 December 2024, 23:59"


def test_slider_speaks_arabic(chromium, watched_page):
    words = {
        "weekdays": ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"],
        "months": ["-"] * 11 + ["كانون الأول"],
        "date_forms": {"long": "{weekday} {day} {month} {year}، {time}"},
    }
    page = watched_page(chromium).page
    load_scripts(page, light_page({**tiny_document(), "at": at(4, 23, 59)}, lang="ar"))
    page.evaluate("words => { window.words = words }", words)
    page.evaluate(START_IT.replace("window.playback =", "doc.words = window.words; window.playback ="))
    text = page.locator("[role=slider]").get_attribute("aria-valuetext")
    assert text == "الأربعاء 4 كانون الأول 2024، 23:59"


def test_slider_is_high_enough_for_a_finger_and_lets_the_page_scroll(controls):
    controls.add_style_tag(content="[role=slider] { height: 10px !important }")
    assert _box(controls)["height"] >= 44
    style = "getComputedStyle(document.querySelector('[role=slider]')).touchAction"
    assert controls.evaluate(style) == "pan-y"


def test_click_and_drag_choose_the_instant_under_the_pointer(controls):
    box = _box(controls)
    middle = box["y"] + box["height"] / 2
    controls.mouse.click(box["x"] + box["width"] / 4, middle)
    assert _now(controls) == at(2, 0)
    controls.mouse.move(box["x"] + box["width"] / 4, middle)
    controls.mouse.down()
    controls.mouse.move(box["x"] + box["width"] / 2, middle)
    controls.wait_for_function("t => playback.seconds() === t", arg=at(3, 0))
    controls.mouse.move(box["x"] + box["width"] * 3 / 4, middle + 200)  # the pointer may leave the slider
    controls.wait_for_function("t => playback.seconds() === t", arg=at(4, 0))
    controls.mouse.move(box["x"] + box["width"] + 300, middle)
    controls.mouse.up()
    controls.wait_for_function("t => playback.seconds() === t", arg=at(4, 23, 59))
    controls.mouse.move(box["x"], middle)
    assert _now(controls) == at(4, 23, 59)


def test_the_right_button_chooses_nothing(controls):
    box = _box(controls)
    controls.mouse.click(box["x"] + 10, box["y"] + 10, button="right")
    assert _now(controls) == at(2, 15)


def test_a_finger_chooses_too(chromium, watched_page):
    page = _open(watched_page(chromium, has_touch=True, viewport={"width": 500, "height": 800}).page)
    box = _box(page)
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 20)
    page.wait_for_function("t => playback.seconds() === t", arg=at(3, 0))


def test_a_drag_stops_the_play(controls):
    controls.evaluate("playback.play()")
    box = _box(controls)
    controls.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert controls.evaluate("playback.playing()") is False


def test_in_arabic_the_oldest_is_on_the_right(controls_ar):
    box = _box(controls_ar)
    controls_ar.mouse.click(box["x"] + box["width"] * 3 / 4, box["y"] + 20)
    assert _now(controls_ar) == at(2, 0)
    head = controls_ar.locator("[data-frontline=playhead]").bounding_box()
    assert head["x"] == pytest.approx(box["x"] + box["width"] * 3 / 4, abs=1)


def test_playhead_stands_where_the_instant_is(controls):
    controls.evaluate("t => playback.seek(t)", at(2, 12))
    head = controls.locator("[data-frontline=playhead]").bounding_box()
    box = _box(controls)
    assert head["x"] == pytest.approx(box["x"] + box["width"] * 1.5 / 4, abs=0.5)


CHANGES = [change[0] for change in tiny_document()["changes"]]


@pytest.mark.parametrize("where", ["[role=slider]", "body"])
@pytest.mark.parametrize(
    ("lang", "later", "earlier"), [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")]
)
def test_arrows_follow_the_eye(chromium, watched_page, where, lang, later, earlier):
    page = _open(watched_page(chromium).page, lang)
    if where != "body":
        page.locator(where).focus()
    for key, expected in [
        (later, CHANGES[2]),
        (later, CHANGES[3]),
        (earlier, CHANGES[2]),
        (f"Shift+{later}", at(3, 23, 59)),
        (f"Shift+{later}", at(4, 23, 59)),
        (f"Shift+{earlier}", at(3, 23, 59)),
        ("Home", CHANGES[0]),
        ("End", CHANGES[-1]),
    ]:
        page.keyboard.press(key)
        assert _now(page) == expected, key


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_slider_knows_pages_and_up_and_down(chromium, watched_page, lang):
    page = _open(watched_page(chromium).page, lang)
    page.locator("[role=slider]").focus()
    for key, expected in [
        ("PageDown", at(2, 23, 59)),
        ("PageUp", at(1, 23, 59)),
        ("ArrowUp", CHANGES[1]),
        ("ArrowDown", CHANGES[0]),
    ]:
        page.keyboard.press(key)
        assert _now(page) == expected, key


def test_each_key_press_is_one_step_even_on_the_slider(controls):
    controls.evaluate("window.times = 0; void playback.on('time', () => { times += 1 })")
    controls.locator("[role=slider]").focus()
    controls.keyboard.press("ArrowRight")
    assert controls.evaluate("times") == 1


def test_space_plays_and_brackets_change_the_speed(controls):
    controls.keyboard.press("Space")
    assert controls.evaluate("playback.playing()") is True
    controls.keyboard.press("Space")
    assert controls.evaluate("playback.playing()") is False
    for key, speed in [("]", 2), ("]", 4), ("]", 4), ("[", 2), ("[", 1), ("[", 0.5), ("[", 0.5)]:
        controls.keyboard.press(key)
        assert controls.evaluate("playback.speed()") == speed


def test_other_keys_go_to_whoever_asked_for_them(controls):
    for key in ("/", "?", "x"):
        controls.keyboard.press(key)
    assert controls.evaluate("pressed") == ["/", "?"]


def test_keys_work_on_an_arabic_keyboard(controls):
    press = """([key, code]) =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))"""
    for key, code in [("د", "BracketRight"), ("\u061f", "Slash"), ("ظ", "Slash")]:
        controls.evaluate(press, [key, code])
    assert controls.evaluate("playback.speed()") == 2
    assert controls.evaluate("pressed") == ["?", "/"]


def test_keys_rest_in_a_field_and_when_switched_off(controls):
    controls.locator("#field").focus()
    for key in ("Space", "ArrowRight", "]", "/", "End"):
        controls.keyboard.press(key)
    assert (_now(controls), controls.evaluate("playback.speed()")) == (at(2, 15), 1)
    assert controls.evaluate("document.getElementById('field').value") == " ]/"
    controls.evaluate("document.getElementById('field').blur(); keys.setEnabled(false)")
    for key in ("Space", "ArrowRight", "]", "/"):
        controls.keyboard.press(key)
    assert (_now(controls), controls.evaluate("playback.speed()"), controls.evaluate("pressed")) == (
        at(2, 15),
        1,
        [],
    )
    controls.locator("[role=slider]").focus()
    controls.keyboard.press("ArrowRight")  # the slider's own keys are not shortcuts
    assert _now(controls) == CHANGES[2]
    controls.evaluate("keys.setEnabled(true)")
    controls.keyboard.press("]")
    assert controls.evaluate("playback.speed()") == 2


def test_keys_with_control_belong_to_the_browser(controls):
    for key in ("Control+ArrowRight", "Alt+ArrowLeft", "Control+]"):
        controls.keyboard.press(key)
    assert (_now(controls), controls.evaluate("playback.speed()")) == (at(2, 15), 1)


def test_space_on_a_button_presses_that_button_only(controls):
    controls.locator("[data-frontline=forward]").focus()
    controls.keyboard.press("Space")
    assert _now(controls) == CHANGES[2]
    assert controls.evaluate("playback.playing()") is False


def test_buttons_play_step_and_say_what_is_pressed(controls):
    play = controls.locator("[data-frontline=play]")
    assert play.get_attribute("aria-label") == "Play"
    play.click()
    assert play.get_attribute("aria-label") == "Pause"
    assert "playing" in play.get_attribute("class")
    controls.locator("[data-frontline=back]").click()
    assert controls.evaluate("playback.playing()") is False
    assert play.get_attribute("aria-label") == "Play"
    pressed = "e => e.getAttribute('aria-pressed')"
    speeds = [controls.locator(f"[data-frontline=speed][data-value='{s}']") for s in ("1", "4")]
    assert [button.evaluate(pressed) for button in speeds] == ["true", "false"]
    speeds[1].click()
    assert [button.evaluate(pressed) for button in speeds] == ["false", "true"]
    day = controls.locator("[data-frontline=step][data-value=day]")
    day.click()
    assert day.get_attribute("aria-pressed") == "true"
    controls.evaluate("t => playback.seek(t)", at(2, 12))
    controls.locator("[data-frontline=forward]").click()
    assert _now(controls) == at(2, 23, 59)


def test_back_and_forward_end_at_the_ends(controls):
    back, forward = (controls.locator(f"[data-frontline={mark}]") for mark in ("back", "forward"))
    assert back.get_attribute("aria-disabled") is None
    controls.evaluate("playback.seek(0)")
    assert back.get_attribute("aria-disabled") == "true"
    assert forward.get_attribute("aria-disabled") is None
    controls.evaluate("playback.seek(4e9)")
    assert back.get_attribute("aria-disabled") is None
    assert forward.get_attribute("aria-disabled") == "true"


def test_what_is_removed_listens_no_more(controls):
    controls.evaluate("timeline(); buttons(); keys.remove()")
    box = _box(controls)
    controls.mouse.click(box["x"] + 10, box["y"] + 20)
    controls.locator("[data-frontline=forward]").click()
    controls.keyboard.press("End")
    assert _now(controls) == at(2, 15)


def test_live_region_speaks_at_most_once_a_second_and_the_last_wins(chromium, watched_page):
    page = watched_page(chromium).page
    page.clock.install()
    _open(page)
    page.clock.pause_at(page.evaluate("Date.now() + 3000"))
    assert page.evaluate("said") == []
    assert page.locator("[data-frontline=live]").get_attribute("aria-live") == "polite"
    for _ in range(5):
        page.evaluate("void playback.step(-1, 'day')")
        page.evaluate("void playback.step(1, 'day')")
    assert page.evaluate("said") == ["Sunday 1 December 2024, 23:59. 1 place changed"]
    page.clock.run_for(990)
    assert len(page.evaluate("said")) == 1
    page.clock.run_for(20)
    assert page.evaluate("said")[1:] == ["Monday 2 December 2024, 23:59. 1 place changed"]
    page.evaluate("t => void playback.seek(t)", at(4, 23, 59))
    page.clock.run_for(1_000)
    assert page.evaluate("said.at(-1)") == "Wednesday 4 December 2024, 23:59. 4 places changed"
    page.clock.run_for(2_000)
    page.evaluate("t => void playback.seek(t)", at(4, 23, 58))
    assert page.evaluate("said.at(-1)") == "Wednesday 4 December 2024, 23:58. no place changed"


def test_live_region_counts_as_arabic_does(chromium, watched_page):
    page = _open(watched_page(chromium).page, "ar")
    page.evaluate("t => void playback.seek(t)", at(4, 23, 59))
    assert page.evaluate("live.textContent").endswith("4 places changed (few)")

"""What surface_svg.js changes on a page with the marks of docs/light-page.md."""

from __future__ import annotations

import random
from typing import Any

import pytest
from assets_page import light_page, load_scripts, replay
from tiny_document import START, at, tiny_document

pytestmark = pytest.mark.browser

START_IT = """
() => {
  const doc = JSON.parse(document.getElementById("frontline-document").textContent);
  window.playback = frontlineParts.createPlayback(doc, frontlineParts.createSvgSurface(document, doc));
  return playback.ready;
}
"""


def _document(**changed: Any) -> dict[str, Any]:
    return {**tiny_document(), "at": at(2, 15), **changed}


@pytest.fixture
def lit(chromium: Any, watched_page: Any) -> Any:
    page = watched_page(chromium).page
    load_scripts(page, light_page(_document()))
    page.evaluate(START_IT)
    return page


def _tokens(page: Any, mark: str) -> dict[int, set[str]]:
    pairs = page.eval_on_selector_all(
        f"[{mark}]", f"all => all.map((e) => [e.getAttribute('{mark}'), e.getAttribute('class')])"
    )
    found: dict[int, set[str]] = {}
    for index, tokens in pairs:
        found.setdefault(int(index), set()).add(tokens)
    return found


def _assert_shows(page: Any, document: dict[str, Any], t: int) -> None:
    state = replay(document, t)
    assert _tokens(page, "data-f") == {
        i: {f"s{s}"} for i, s in enumerate(state["faces"]) if i != 3
    }  # the fourth face is not drawn
    fronts = _tokens(page, "data-e")
    assert {i: tokens for i, tokens in fronts.items() if tokens != {"e0"}} == {
        i: {f"e{s}"} for i, s in enumerate(state["fronts"]) if s
    }
    for index, tokens in _tokens(page, "data-p").items():
        (only,) = tokens
        assert set(only.split()) - {"fresh"} == {"town", f"s{state['places'][index]}"}


def test_every_mark_shows_its_state_wherever_time_goes(lit):
    document = _document()
    _assert_shows(lit, document, at(2, 15))
    chance = random.Random(5)
    for _ in range(30):
        t = chance.randrange(*document["span"]) // 60 * 60
        lit.evaluate("t => playback.seek(t)", t)
        _assert_shows(lit, document, t)


def test_ground_that_never_changes_is_one_outline_for_each_state(chromium, watched_page):
    page = watched_page(chromium).page
    document = _document()
    document["changes"] = [[t, [], [], []] for t, _, _, _ in document["changes"]]
    document["start"] = {**document["start"], "faces": [0, 0, 0, 5]}
    html = light_page(document)
    load_scripts(page, html)
    page.evaluate(START_IT)
    drawn = page.eval_on_selector_all(
        "[data-frontline=faces] path", "all => all.map((e) => [e.getAttribute('class'), e.getAttribute('d')])"
    )
    assert [kind for kind, _ in drawn] == ["s0"]
    d = drawn[0][1]
    assert d.count("M") == 1 and d.count("L") == 8  # an L of three squares, without a line inside it


def test_an_edge_gets_its_casing_and_its_line_when_it_first_is_a_front(lit):
    drawn = lit.eval_on_selector_all("[data-e]", "all => all.map((e) => e.parentNode.dataset.frontline)")
    assert drawn.count("casing") == drawn.count("front") > 0
    assert not set(drawn) - {"casing", "front"}


def test_enlarged_lines_have_the_points_that_nobody_sees_otherwise(chromium, watched_page):
    page = watched_page(chromium).page
    document = _document()
    # The south side of the first cell bulges by 0.15 px of the page.
    document["arcs"] = [[0, 0, 500, 1, 500, -1], *document["arcs"][1:]]
    document["arcs"][0] = [0, 0, 500, -2, 500, 2]
    load_scripts(page, light_page(document))
    page.evaluate(START_IT.replace("return playback.ready", "window.surface = null; return playback.ready"))
    sizes = page.evaluate(
        """() => {
          const doc = JSON.parse(document.getElementById("frontline-document").textContent);
          const surface = frontlineParts.createSvgSurface(document, doc);
          frontlineParts.createPlayback(doc, surface);
          const length = () => document.querySelector("[data-f='0']").getAttribute("d").split("L").length;
          const sizes = [length()];
          for (const k of [1.2, 3, 1]) { surface.refine(k); sizes.push(length()); }
          return sizes; }"""
    )
    assert sizes == [5, 5, 6, 5]


def test_rings_are_around_what_changed_on_the_shown_day(lit):
    for t, fresh in [(at(2, 15), [2]), (at(1, 2), []), (at(4, 23, 59), [0, 1, 3]), (at(4, 9), [1, 3])]:
        lit.evaluate("t => playback.seek(t)", t)
        assert (
            lit.eval_on_selector_all("[data-p].fresh", "all => all.map((e) => +e.dataset.p).sort()") == fresh
        )


def test_of_each_cue_exactly_one_is_shown_and_none_before_the_first(lit):
    for t, shown in [
        (START, "day-0"),
        (at(3, 0), "day-2"),
        (at(3, 23, 59), "day-2"),
        (at(1, 23, 59), "day-0"),
    ]:
        lit.evaluate("t => playback.seek(t)", t)
        assert lit.eval_on_selector_all("[data-cue=day].on", "all => all.map((e) => e.id)") == [shown]
    lit.evaluate(
        "document.querySelectorAll('[data-cue=day]').forEach((e) => { e.dataset.from = '9999999999' })"
    )
    lit.evaluate(START_IT)
    assert lit.locator("[data-cue=day].on").count() == 0


def test_date_stamps_and_description_follow(lit):
    lit.evaluate("t => playback.seek(t)", at(1, 6))
    assert lit.locator("text[data-frontline=date]").text_content() == "Sun 1 Dec 2024, 06:00 Damascus"
    assert lit.locator("time[data-frontline=date]").text_content() == "Sunday 1 December 2024, 06:00"
    assert lit.locator("time[data-frontline=date]").get_attribute("datetime") == "2024-12-01T06:00+03:00"
    assert lit.locator("desc").text_content() == "First day."
    lit.evaluate("t => playback.seek(t)", at(2, 6))
    assert lit.locator("desc").text_content() == "Second day."


def test_rows_of_what_has_not_happened_are_later(lit):
    times = sorted(event["t"] for event in tiny_document()["events"])
    for t in (at(2, 15), at(4, 23, 59), START, times[2], times[2] - 1):
        lit.evaluate("t => playback.seek(t)", t)
        later = lit.eval_on_selector_all("tr.later", "all => all.map((e) => +e.dataset.t)")
        assert later == [when for when in times if when > lit.evaluate("playback.seconds()")]

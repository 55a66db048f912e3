"""What changes.js lists about the shown day, and the facts that it looks up."""

from __future__ import annotations

from typing import Any

import pytest
from assets_page import load_scripts
from tiny_document import START, at, tiny_document

pytestmark = pytest.mark.browser

START_IT = """
([doc, options]) => {
  document.body.innerHTML = "<section id='region'></section>";
  window.picked = [];
  window.cleared = 0;
  const surface = {paint: () => Promise.resolve()};
  window.playback = frontlineParts.createPlayback(doc, surface, {words: options.words});
  window.changes = frontlineParts.createChanges(playback, document.getElementById("region"), {
    doc, texts: options.texts || {}, lang: options.lang, limit: options.limit,
    filter: options.only ? (row) => row.place === window.only : undefined,
    onPick: (row) => picked.push([row.place, row.t]), onClear: () => { cleared += 1; },
  });
  window.only = -1;
  return playback.ready;
}
"""
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<a href='https://example.com'>x</a>",
    "%{customdata[0]}",
    "{n} {day} {place}",
    "\u202eevil\u2066",
    "$& $1 $`",
]


def _open(page: Any, document: dict[str, Any] | None = None, **options: Any) -> Any:
    if page.evaluate("typeof frontlineParts") == "undefined":
        load_scripts(page)
    page.evaluate(START_IT, [document or tiny_document(), options])
    return page


@pytest.fixture
def page(chromium: Any, watched_page: Any) -> Any:
    return watched_page(chromium).page


def _at(page: Any, t: int) -> list[list[str]]:
    page.evaluate("t => { playback.seek(t) }", t)
    return page.eval_on_selector_all(
        "#region tbody tr", "rows => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )


def test_lists_the_shown_day_up_to_the_shown_instant_newest_first(page):
    _open(page)
    assert _at(page, at(4, 23, 59)) == [
        ["18:00", "Government to claimed by Opposition", "Qasr", "Rebels", "C3", "claimed"],
        ["09:00", "Opposition to Opposition or Government", "Tell", "Monitor", "B2", "contested"],
        ["00:20", "Opposition to Government", "Wadi", "Monitor", "B2", "assessed"],
    ]
    assert [row[2] for row in _at(page, at(4, 17))] == ["Tell", "Wadi"]
    assert page.locator("#region caption b").text_content() == "Changes on Wednesday 4 December 2024, 17:00"


def test_places_that_one_claim_about_a_unit_moves_are_one_row(page):
    document = tiny_document()
    document["claims"][0] |= {"place": -1, "unit": {"code": "XX-A", "name": {"en": "Province <b>"}}}
    first = next(event for event in document["events"] if event["claims"] == [0])
    others = [
        {**first, "place": place} for place in range(len(document["places"])) if place != first["place"]
    ]
    document["events"] = sorted([*document["events"], *others], key=lambda event: event["t"])
    _open(page, document)
    rows = _at(page, first["t"])
    assert [row[2] for row in rows].count(f"Province <b>: {len(document['places'])} places") == 1
    assert len(rows) == len(_at(_open(page), first["t"]))


def test_a_failed_attack_is_listed_as_no_change(page):
    _open(page, texts={"reason.attack_failed": "attack failed, no change"})
    assert _at(page, at(3, 13)) == [
        ["12:00", "stays Government", "Qasr", "Monitor", "B2", "attack failed, no changeno change"],
    ]
    cell = page.locator("#region tr.unchanged .status-no_change")
    assert cell.get_attribute("title") == "attack failed, no change"
    assert cell.locator('[aria-hidden="true"]').text_content() == "no change"
    assert cell.locator(".sr-only").text_content() == "attack failed, no change"
    assert (
        page.locator("#region .changes-notice").text_content() == "No change recorded. Reports looked at: 1."
    )
    _open(page)
    assert _at(page, at(3, 13))[0][5] == "no change"


def test_changes_come_first_then_what_changed_nothing(page):
    document = tiny_document()
    for event in document["events"]:
        if event["t"] == at(4, 18):
            event |= {"kind": "no_change", "reason": "denied"}
    _open(page, document)
    assert [row[0] for row in _at(page, at(4, 23, 59))] == ["09:00", "00:20", "18:00"]
    assert page.locator("#region tr.changed + tr.changed + tr.unchanged").count() == 1


def test_long_names_of_sources_are_shortened(page):
    document = tiny_document()
    for source in document["sources"]:
        source |= {"id": "unheard-of", "name": "the Herald (daily), of the river"}
    _open(page, document)
    _at(page, at(4, 18))
    cell = page.locator("#region tbody tr").first.locator(".source")
    assert (cell.text_content(), cell.get_attribute("title")) == ("The Herald", "The Herald")


def test_holders_are_glyphs_with_words_for_screen_readers(page):
    _open(page)
    _at(page, at(4, 10))
    dots = page.eval_on_selector_all(
        "#region tbody tr:first-child .dot", "all => all.map((e) => e.className)"
    )
    assert dots == [
        "dot role-opposition sure-not_reported",
        "dot role-opposition sure-contested rival-government",
    ]
    assert page.locator("#region tbody tr:first-child .glyphs").get_attribute("aria-hidden") == "true"
    _at(page, at(4, 18))
    claimed = page.eval_on_selector_all(
        "#region tbody tr:first-child .dot", "all => all.map((e) => e.className)"
    )
    assert claimed[1] == "dot role-opposition sure-claimed"


def test_no_reports_names_the_nearest_and_leads_there(page):
    document = tiny_document()
    document["span"][1] += 5 * 86400
    document["known_at"] = document["span"][1]
    _open(page, document)
    assert _at(page, at(7, 12)) == []
    notice = page.locator("#region .changes-notice")
    assert notice.text_content().startswith(
        "No reports between Saturday 7 December 2024, 00:00 and Saturday 7"
    )
    assert "Nearest: " in notice.text_content()
    notice.locator("button").click()
    assert page.evaluate("playback.seconds()") == at(4, 18)


def test_no_change_differs_from_no_reports(page):
    document = tiny_document()
    document["events"] = []
    _open(page, document)
    _at(page, at(1, 12))
    assert (
        page.locator("#region .changes-notice").text_content() == "No change recorded. Reports looked at: 1."
    )


def test_a_filter_that_hides_all_says_so_and_can_be_cleared(page):
    _open(page, only=True)
    assert _at(page, at(4, 23, 59)) == []
    assert page.locator("#region .changes-notice").text_content() == "0 of 3 shown Clear"
    page.locator("#region .changes-notice button").click()
    assert page.evaluate("cleared") == 1
    page.evaluate("window.only = 3; changes.draw()")
    assert page.locator("#region tbody tr").count() == 1
    assert page.locator("#region .changes-notice").count() == 0


def test_says_how_many_of_how_many(page):
    _open(page, limit=2)
    assert len(_at(page, at(4, 23, 59))) == 2
    assert page.locator("#region .changes-count").text_content() == "2 of 3"
    _at(page, at(2, 15))
    assert page.locator("#region .changes-count").text_content() == ""


def test_rows_can_be_picked_by_pointer_and_by_keyboard(page):
    _open(page)
    _at(page, at(4, 23, 59))
    page.locator("#region tbody tr").nth(1).locator("td").first.click()
    page.locator("#region tbody tr").nth(0).locator("button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("picked") == [[3, at(4, 9)], [0, at(4, 18)]]


def test_a_day_without_an_hour_prints_no_time(page):
    document = tiny_document()
    document["events"][0]["day"] = 1
    _open(page, document)
    assert _at(page, at(1, 12))[0][0] == "–during the day"


def test_contested_names_both_sources(page):
    document = tiny_document()
    next(event for event in document["events"] if event["t"] == at(4, 9))["claims"] = [4, 5]
    _open(page, document, texts={"source.rebels": "rebel radio"})
    assert _at(page, at(4, 9))[0][3:5] == ["Monitor v Rebel radio", "B2"]


def test_speaks_arabic(page):
    from figures.words import words

    texts = {key: list(text) if isinstance(text, tuple) else text for key, text in words("ar").texts.items()}
    load_scripts(page)
    made = page.evaluate("texts => frontlineParts.wordsFrom(texts, 'دمشق')", texts)
    _open(page, lang="ar", texts=texts, words=made)
    rows = _at(page, at(4, 18))
    assert rows[0][2] == "قصر"
    assert rows[0][5] == texts["certainty.claimed"]
    assert page.locator("#region thead").text_content().startswith(texts["table.time"])
    assert page.locator("#region caption b").text_content() == texts["table.on_day"].replace(
        "{day}", f"4 {texts['calendar.months'][11]}"
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(page, name):
    document = tiny_document()
    document["places"][0]["name"]["en"] = name
    for source in document["sources"]:
        source["name"] = name
    for actor in document["actors"]:
        actor["short"]["en"] = name
    document["claims"][5]["code"] = name
    _open(page, document)
    page.on("dialog", lambda dialog: pytest.fail(f"ran {dialog.message}"))
    row = _at(page, at(4, 18))[0]
    short = name.split("(")[0].split(",")[0].strip() or name
    assert row[2:5] == [name, short, name]
    assert row[1] == f"{name} to claimed by {name}"
    assert page.locator("#region img, #region a, #region script").count() == 0


def test_facts_at_an_instant(page):
    _open(page)
    document = tiny_document()
    facts = page.evaluate("([doc, t]) => frontlineParts.factsAt(doc, t)", [document, at(4, 18)])
    assert facts == {
        "distance": {
            "centre_km": 6.2, "edge_km": 5.2, "claimed_km": 4.0, "nearest_reported_km": 8.3, "place": 1,
        },
        "area": {"held": {"river_government": 4.0}, "claimed": {"river_government": 0.0},
                 "contested_km2": 0.0, "unknown_km2": 0.0},
        "changedPlaces": 3,
        "changes": 4,
    }  # fmt: skip
    before = page.evaluate("([doc, t]) => frontlineParts.factsAt(doc, t)", [document, START - 1])
    assert before == {"distance": None, "area": None, "changedPlaces": 0, "changes": 0}
    first = page.evaluate("([doc, t]) => frontlineParts.factsAt(doc, t)", [document, START])
    assert first["distance"]["centre_km"] == 12.4

"""How the light page starts: on its own, from a file, in an iframe and in a sandbox."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from assets_page import ASSETS, SCRIPTS, light_page, load_scripts, with_scripts
from tiny_document import at, tiny_document

pytestmark = pytest.mark.browser


def _whole_page(**changed: Any) -> str:
    document = {**tiny_document(), "at": at(2, 15), **changed}
    return with_scripts(light_page(document), *SCRIPTS, "light_start.js")


def _assert_plays(frame: Any) -> None:
    frame.locator("html.js").wait_for()
    frame.evaluate("frontline.ready")
    assert frame.evaluate("frontline.seek('2024-12-04T09:00+03:00')") == "2024-12-04T09:00+03:00"
    assert "s4" in frame.locator("[data-p='3']").get_attribute("class")
    assert frame.evaluate("frontline.stats().faces") == 4
    frame.locator("[data-frontline=forward]").click()
    assert frame.evaluate("frontline.time()") == "2024-12-04T18:00+03:00"
    assert "js" in frame.locator("html").get_attribute("class")


def test_plays_when_the_file_is_opened(chromium, watched_page, tmp_path):
    (tmp_path / "map.html").write_text(_whole_page(), encoding="utf-8")
    page = watched_page(chromium).page
    page.goto((tmp_path / "map.html").as_uri())
    assert page.evaluate("frontline.ready.then(() => frontline.time())") == "2024-12-02T15:00+03:00"
    _assert_plays(page)


@pytest.mark.parametrize("sandbox", ["", "sandbox='allow-scripts'"])
def test_plays_in_an_iframe_and_tells_its_height(chromium, watched_page, served_folder, sandbox):
    folder, address = served_folder
    (folder / "map.html").write_text(_whole_page(), encoding="utf-8")
    elsewhere = address.replace("127.0.0.1", "localhost")
    (folder / "article.html").write_text(
        f"""<!doctype html><link rel="icon" href="data:,">
        <script>var told = []; onmessage = (event) => told.push(event.data);</script>
        <iframe title="map" {sandbox} width="600" height="2000" src="{elsewhere}/map.html"></iframe>""",
        encoding="utf-8",
    )
    page = watched_page(chromium).page
    page.goto(f"{address}/article.html")
    frame = page.frame(url=f"{elsewhere}/map.html")
    _assert_plays(frame)
    page.wait_for_function("told.length === 1")
    (told,) = page.evaluate("told")
    assert told == {"sentinel": "amp", "type": "embed-size", "height": told["height"]}
    assert 300 < told["height"] < 1000  # the page's own height, not the iframe's
    frame.evaluate("document.getElementById('tall').style.height = '500px'")
    page.wait_for_function("told.length === 2")
    assert page.evaluate("told[1].height") == told["height"] + 200


def test_fast_is_told_to_the_styles_at_the_greatest_speed(chromium, watched_page):
    page = watched_page(chromium).page
    page.set_content(_whole_page())
    tokens = []
    for key in ("]", "]", "["):
        page.keyboard.press(key)
        tokens.append("fast" in page.locator("html").get_attribute("class").split())
    assert tokens == [False, True, False]


def test_a_page_without_a_time_part_is_left_alone(chromium, watched_page):
    page = watched_page(chromium).page
    load_scripts(page)
    page.add_script_tag(path=str(ASSETS / "light_start.js"))
    assert page.evaluate("typeof frontline") == "undefined"
    assert page.locator("html").get_attribute("class") is None


EXPECTED_ROWS = [
    ["Time", "Place, written"],
    *([str(event["t"]), None] for event in tiny_document()["events"]),
]


def _assert_is_the_table(text: str) -> None:
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert [row[0] for row in rows] == [row[0] for row in EXPECTED_ROWS]
    assert all(cell.startswith("'=") and cell.endswith(', "now"') for _, cell in rows[1:])


def test_data_is_a_file_of_all_rows_without_formulas(chromium, watched_page, served_folder):
    folder, address = served_folder
    (folder / "map.html").write_text(_whole_page(), encoding="utf-8")
    page = watched_page(chromium).page
    page.goto(f"{address}/map.html")
    with page.expect_download() as download:
        page.locator("[data-frontline=data]").click()
    assert download.value.suggested_filename == "tiny.csv"
    _assert_is_the_table(Path(download.value.path()).read_bytes().decode("utf-8"))


def test_a_cell_is_neutralised_as_our_csv_is_and_can_be_read_back(chromium, watched_page, tmp_path):
    (tmp_path / "map.html").write_text(_whole_page().replace("<td>=", "<td>'="), encoding="utf-8")
    page = watched_page(chromium).page
    page.goto((tmp_path / "map.html").as_uri())
    with page.expect_download() as download:
        page.locator("[data-frontline=data]").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert all(cell.startswith("''=") for _, cell in rows[1:])


def test_data_works_from_a_file(chromium, watched_page, tmp_path):
    (tmp_path / "map.html").write_text(_whole_page(), encoding="utf-8")
    page = watched_page(chromium).page
    page.goto((tmp_path / "map.html").as_uri())
    with page.expect_download() as download:
        page.locator("[data-frontline=data]").click()
    assert download.value.suggested_filename == "tiny.csv"
    _assert_is_the_table(Path(download.value.path()).read_bytes().decode("utf-8"))


def test_in_a_sandbox_data_asks_for_a_file_and_leads_to_the_table(chromium, watched_page, served_folder):
    folder, address = served_folder
    (folder / "map.html").write_text(_whole_page(), encoding="utf-8")
    (folder / "article.html").write_text(
        """<!doctype html><link rel="icon" href="data:,">
        <iframe title="map" sandbox="allow-scripts" src="map.html"></iframe>""",
        encoding="utf-8",
    )
    page = watched_page(chromium).page
    page.goto(f"{address}/article.html")
    frame = page.frame(url=f"{address}/map.html")
    frame.locator("html.js").wait_for()
    frame.evaluate(
        """() => {
          HTMLAnchorElement.prototype.click = function () { window.asked = [this.download, this.href]; };
          const link = document.querySelector("[data-frontline=data]");
          link.dispatchEvent(new MouseEvent("click", {cancelable: true}));
        }"""
    )
    name, href = frame.evaluate("asked")
    assert name == "tiny.csv"
    head, _, body = href.partition(",")
    assert head == "data:text/csv;charset=utf-8"
    _assert_is_the_table(unquote(body))
    assert frame.evaluate("document.querySelector('details').open") is True

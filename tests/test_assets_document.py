"""What document.js reads is what Python wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from assets_page import ASSETS
from conftest import EXAMPLE
from tiny_document import big_document, tiny_document

from claims.map_folder import read_map_folder
from figures.document_file import packed
from figures.drawing import draw
from figures.map_document import document_bytes

pytestmark = pytest.mark.browser


@pytest.fixture
def blank(chromium: Any, watched_page: Any) -> Any:
    page = watched_page(chromium).page
    page.set_content("<!doctype html><html lang='en'><body></body></html>")
    for name in ("written_time.js", "document.js"):
        page.add_script_tag(path=str(ASSETS / name))
    return page


def read(page: Any, written: str) -> Any:
    return json.loads(
        page.evaluate("(text) => JSON.stringify(frontlineParts.readDocument(JSON.parse(text)))", written)
    )


def hama() -> Any:
    return draw(read_map_folder(EXAMPLE)).document


def tiny_with_all_that_is_rare() -> Any:
    document = tiny_document()
    document["changes"][2][1] += [3, 1]
    document["start"]["fronts"][0] = 3
    document["claims"][1]["area"] = {"id": "a", "name": {"en": "Area"}}
    return document


def drawn_lines() -> Any:
    return draw(read_map_folder(EXAMPLE.parent / "drawn-lines")).document


@pytest.mark.parametrize(
    "make", [hama, drawn_lines, tiny_document, tiny_with_all_that_is_rare, lambda: big_document(300, 400)]
)
def test_the_browser_reads_the_same_document(blank, make):
    document = make()
    assert read(blank, document_bytes(document).decode()) == json.loads(json.dumps(document))


def test_a_document_written_plainly_is_read_too(blank):
    document = tiny_document()
    assert read(blank, json.dumps(document)) == json.loads(json.dumps(document))


@pytest.mark.parametrize(
    "written",
    [
        {},
        {**packed(tiny_document()), "version": 3},
        {**packed(tiny_document()), "claims": {"count": 1, "columns": {"id": {}}}},
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence(blank, written):
    told = blank.evaluate(
        "(it) => { try { frontlineParts.readDocument(it) } catch (e) { return e.message } }", written
    )
    assert told.startswith("this map document cannot be read: ")

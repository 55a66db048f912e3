"""The light page holds everything, asks nobody for anything, and is text where strings are."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser

import pytest
from hostile_document import HOSTILE, hostile_document
from tiny_document import at, tiny_document

from exports.html import write_html
from exports.light_page import (
    ASSETS,
    PIXELS,
    SCRIPTS,
    clamped,
    json_in_html,
    light_page,
    scripts,
    web_address,
)
from figures.document_file import unpacked


class _Reader(HTMLParser):
    """Reads a page as a browser does: its elements, its attributes, its visible text."""

    def __init__(self, page):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        where = self._open[-1] if self._open else ""
        if where == "script":
            self.scripts.append(data)
        elif where != "style":
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def marked(self, value):
        return [attrs for _, attrs in self.elements if attrs.get("data-frontline") == value]


def _page(document=None, **options):
    return light_page(document or tiny_document(), **{"at": at(4, 10), **options})


def _document_in(page):
    return json.loads(re.search(r'id="frontline-document">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_mark_that_the_script_needs_is_there_once(lang):
    page = _Reader(_page(lang=lang))
    for mark in (
        "map",
        "deck",
        "play",
        "back",
        "forward",
        "slider",
        "playhead",
        "live",
        "table",
        "data",
        "desc",
    ):
        assert len(page.marked(mark)) == 1, mark
    assert page.marked("date")[0]["datetime"] == "2024-12-04T10:00+03:00"
    assert page.marked("slider")[0]["role"] == "slider"
    assert page.marked("slider")[0]["aria-valuetext"]
    assert page.marked("live")[0]["aria-live"] == "polite"


def test_the_time_part_is_what_the_script_reads():
    document = tiny_document()
    part = _document_in(_page(document))
    read = unpacked(part)
    # Faces and edges have numbers of their own on the page; their places tell them here.
    place = {number: face[0] for number, face in enumerate(read["faces"])}
    assert sorted(place.values()) == [face[0] for face in document["faces"]]
    for told, (t, on_faces, _, on_places) in zip(read["changes"], document["changes"], strict=True):
        named = dict(zip([place[i] for i in told[1][::2]], told[1][1::2], strict=True))
        assert (told[0], named, told[3]) == (
            t,
            dict(zip(on_faces[::2], on_faces[1::2], strict=True)),
            on_places,
        )
    assert sorted(map(len, (change[2] for change in read["changes"]))) == sorted(
        len(change[2]) for change in document["changes"]
    )
    assert part["at"] == at(4, 10)
    assert part["days"] == [at(day, 0) for day in (1, 2, 3, 4)]
    assert part["last"] == at(4, 23, 59) + 59
    assert "claims" not in part and "ground" not in part
    assert set(part["words"]) == {
        "weekdays", "weekdays_short", "months", "months_short", "date_forms", "place", "live", "changes",
        "km", "enlarged",
    }  # fmt: skip


@pytest.mark.parametrize("pixels", [False, True])
def test_scripts_of_the_page_have_no_comments_and_all_their_code(pixels):
    shown = scripts(False, pixels)
    assert ("function createCanvasGround" in shown) is pixels
    assert not re.search(r"^\s*//|/\*\*", shown, flags=re.MULTILINE)
    for name in (*SCRIPTS, *(PIXELS if pixels else ())):
        text = (ASSETS / name).read_text(encoding="utf-8")
        for line in re.findall(
            r"^ *function \w+\([^\n]*\{$|^  frontlineParts\.\w+ = [^\n]*$", text, flags=re.MULTILINE
        ):
            assert line.strip() in shown


def test_an_embed_always_shows_who_says_so_and_how_sure():
    text = " ".join(_Reader(_page()).text)
    for shown in (
        "Wed 4 Dec 2024, 10:00 Damascus",
        "As known at",
        "Monitor",
        "Areas between reported places are modelled and approximate.",
        "Made by hand",
        "Claimed",
        "Contested",
        "Government",
        "Opposition",
        "10\u00a0km",
    ):
        assert shown in text, shown


def test_the_page_asks_no_other_host():
    page = _Reader(_page(full_map_url="https://maps.example.org/?map=tiny"))
    fetching = {"src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest"}
    for tag, attrs in page.elements:
        assert not fetching & attrs.keys(), tag
        assert tag != "link" or attrs == {"rel": "icon", "href": "data:,"}
        assert tag not in ("iframe", "object", "embed", "base", "form", "img"), tag
        assert not [name for name in attrs if name.startswith("on")], tag
    styles = re.findall(r"<style>(.*?)</style>", _page(), re.DOTALL)
    assert not re.search(r"url\((?!#)|@import|@font-face", "".join(styles))


def test_the_policy_allows_the_one_script_and_nothing_else():
    page = _page()
    policy = next(
        attrs["content"]
        for attrs in _Reader(page).all("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy and "'self'" not in policy
    assert len(re.findall(r"<script>", page)) == 1


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_strings_are_text_everywhere(lang):
    page = light_page(
        hostile_document(), at=at(4, 10), lang=lang, title=HOSTILE, full_map_url="javascript:alert(1)"
    )
    reader = _Reader(page)
    assert len(reader.all("script")) == 2
    assert reader.all("img") == []
    assert {attrs.get("href", "#")[:1] for attrs in reader.all("a")} == {"#"}
    assert "\u202e" not in page
    assert reader.marked("data")[0]["data-file"].isascii()
    assert '"' not in reader.marked("data")[0]["data-file"]
    assert _document_in(page)["id"] == '"><script>'


def test_json_cannot_leave_its_script_element():
    text = json_in_html({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_the_table_has_every_event_with_source_code_and_status():
    document = tiny_document()
    page = _page(document)
    rows = re.findall(r'<tr data-t="(\d+)"', page)
    assert [int(t) for t in rows] == [event["t"] for event in document["events"]]
    assert "attack failed, no change" in page
    assert "Government to claimed by Opposition" in page
    assert 'href="https://example.org/report"' in page
    assert len(re.findall(r'<tbody data-cue="table"', page)) == 4
    assert len(re.findall(r"class=later", page)) == 1


def test_a_time_of_day_that_nobody_reported_is_not_printed():
    document = tiny_document()
    document["events"][0]["day"] = 1
    assert f'<tr data-t="{document["events"][0]["t"]}"><td data-csv="2024-12-01">1 Dec</td>' in _page(
        document
    )


def test_hours_are_as_wide_as_the_report_was():
    """ "In the night" is no minute: the window is printed, not its end alone."""
    document = tiny_document()
    document["events"][0]["from"] = document["events"][0]["t"] - 6 * 3600
    t = document["events"][0]["t"]
    cell = re.search(rf'<tr data-t="{t}"[^>]*><td data-csv="([^"]+)">([^<]+)</td>', _page(document))
    first, last = cell[1].split("/")
    assert first < last and cell[2] == f"{first[11:16]}–{last[11:16]}"


def test_every_colour_of_the_timeline_is_named_in_the_key(hama_drawing):
    page = light_page(hama_drawing.document)
    key = re.search(r'<li class="squares">.*?</li>', page)[0]
    squares = set(
        re.findall(r'class="(?:i|ho)-(\w+)"', page[page.index('class="axis"') : page.index("<noscript")])
    )
    named = set(re.findall(r'class="i-(\w+)"', key))
    assert squares and squares <= named
    assert "one square = one place" in key and "HTS-led opposition" in key


def test_a_holder_is_named_beside_its_dot():
    page = _page()
    assert re.search(r'<span class="dots">.*?</span>Opposition</span><span class="vh">', page)


def test_without_a_script_the_data_link_leads_to_the_table():
    assert "download" not in _Reader(_page()).marked("data")[0]


def test_the_headline_follows_the_day_unless_an_editor_wrote_one():
    assert len(re.findall(r'data-cue="title"', _page())) == 4
    page = _page(title="Four days & four villages")
    assert 'data-cue="title"' not in page
    assert "<h1>Four days &amp; four villages</h1>" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [(None, at(4, 23, 59) + 59), (0, at(1, 0)), (10**11, at(4, 23, 59) + 59), (at(2, 5), at(2, 5))],
)
def test_an_instant_outside_the_story_clamps(asked, shown):
    assert clamped(tiny_document(), asked) == shown
    assert _document_in(light_page(tiny_document(), at=asked))["at"] == shown


def test_what_was_not_known_is_not_shown():
    document = {**tiny_document(), "known_at": at(3, 0)}
    assert clamped(document, None) == at(3, 0)


def test_an_unknown_language_theme_or_palette_is_the_usual_one():
    page = light_page(tiny_document(), at=at(4, 10), lang="tlh", theme="<b>", palette="rainbow")
    assert page == light_page(tiny_document(), at=at(4, 10))


def test_arabic_pages_are_arabic():
    page = _Reader(_page(lang="ar"))
    assert page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    text = " ".join(page.text).replace("Frontline", "").replace("Made by hand", "").replace("by hand", "")
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= {"UTC", "Monitor", "Army", "Rebels", "Ctrl"}


def test_the_example_in_arabic_has_no_english_but_what_is_marked_so(hama_drawing):
    page = light_page(hama_drawing.document, at=at(4, 23, 59), lang="ar")
    without = re.sub(
        r'<bdi lang="en">.*?</bdi>|<script.*?</script>|<style>.*?</style>', "", page, flags=re.DOTALL
    )
    text = " ".join(_Reader(without).text)
    named = "UTC Frontline GeoNames geonames.org CC BY SA Who On First Wikipedia Module Syrian Civil War"
    named += " detailed map airportsdata MIT Natural Earth GSHHG WDBII LGPL"
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= set(re.findall("[A-Za-z]+", named))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//host", "http://", "file:///etc", "http://[", None],
)
def test_only_addresses_of_the_web_become_links(address):
    assert web_address(address) is None


def test_the_example_is_small(hama_drawing):
    page = light_page(hama_drawing.document)
    assert len(gzip.compress(page.encode(), 9)) < 120_000


def test_the_same_document_gives_the_same_page(hama_drawing):
    assert light_page(hama_drawing.document, lang="ar") == light_page(hama_drawing.document, lang="ar")


def test_a_file_is_written_whole(tmp_path):
    target = tmp_path / "map.html"
    assert write_html(tiny_document(), target, at=at(4, 10)) == target
    assert target.read_text(encoding="utf-8") == _page()
    assert list(tmp_path.iterdir()) == [target]


HELD_BACK = {
    "measure": "withhold",
    "places": 2,
    "claims": 5,
    "reason": {"en": "<b>asked</b>", "ar": "بطلب"},
    "hours": 0.0,
    "degrees": 0.0,
    "until": None,
}


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "2 places withheld: &lt;b&gt;asked&lt;/b&gt;"), ("ar", "حجب مكانين: بطلب")]
)
def test_the_page_tells_what_is_withheld_before_anything_else_in_its_notes(lang, line):
    page = light_page({**tiny_document(), "withheld": [HELD_BACK]}, lang=lang)
    notes = page.partition('<div class="notes">')[2]
    assert notes.startswith('<ul class="withheld"')
    assert f"<li>{line}</li>" in notes


def test_a_page_that_lacks_nothing_says_nothing_of_it():
    assert '<ul class="withheld"' not in light_page(tiny_document())


def test_a_table_of_too_many_rows_tells_some_of_each_day_and_how_many_it_leaves_out(
    hama_drawing, monkeypatch
):
    document = hama_drawing.document
    whole = _Reader(light_page(document))
    monkeypatch.setattr("exports.change_table._MOST_ROWS", 30)
    page = light_page(document)
    part = _Reader(page)
    rows = [sum("data-t" in attributes for _, attributes in one.elements) for one in (whole, part)]
    left_out = [int(n) for n in re.findall(r"Not listed on this page: (\d+) more of this day", page)]
    assert 0 < rows[1] <= 40
    assert left_out and rows[1] + sum(left_out) == rows[0]
    assert "the table shows a part of each day" in page
    assert "Not listed" not in light_page(tiny_document())

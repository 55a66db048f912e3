"""Every word from outside is text, all the way: a map full of attacks is served, framed and exported."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import EXAMPLE, running, wait_until_drawn

from claims.ledger import Ledger
from claims.map_folder import read_map_folder
from figures.drawing import draw
from frontline import build_server

TRAP = "http://127.0.0.1:9/trap"
ATTACKS = [
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=2</script>",
    '<a href="javascript:window.hacked=3">Hama</a>',
    f'<span style="background:url({TRAP})">Kafr</span>',
    "%{customdata[0]} %{text}",
    "‮rahS raaM⁦",
    '"><svg onload=window.hacked=4>',
    "{{7*7}}${7*7}<%= 7 %>",
    "&lt;b&gt;bold&lt;/b&gt;<b>bold</b><br>",
    "]]><!--<style>*{background:url(" + TRAP + ")}</style>",
]
WATCHED_PLACES = [
    "maar-shahour",
    "kafraa",
    "brigade-87",
    "khattab",
    "suruj",
    "halfaya",
    "maardis",
    "suran",
    "morek",
]


def rewrite(path: Path, change) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        change(number, row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def attack(number: int) -> str:
    return ATTACKS[number % len(ATTACKS)]


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "map"
    shutil.copytree(EXAMPLE, folder)

    def places(number, row):
        if row["id"] in WATCHED_PLACES or number % 5 == 0:
            row["name"] = f"{attack(number)} {number}"
            row["name_ar"] = f"{attack(number + 1)} حماة"

    def claims(number, row):
        row["note"] = attack(number)
        row["place"] = attack(number + 2)
        row["source_url"] = (
            "javascript:window.hacked=5" if number % 2 else f'https://example.org/"><b>{number}'
        )

    rewrite(folder / "places.csv", places)
    rewrite(folder / "claims.csv", claims)
    rewrite(
        folder / "actors.csv", lambda n, row: row.update(name=f"{attack(n)} party", name_ar=attack(n + 3))
    )
    rewrite(folder / "sources.csv", lambda n, row: row.update(name=f"{attack(n)} desk"))
    rewrite(
        folder / "unlocated.csv",
        lambda n, row: row.update(name=f"{attack(n)} {n}", hint=attack(n), reason=attack(n)),
    )
    (folder / "CREDITS.md").write_text("\n".join(ATTACKS), encoding="utf-8")
    settings = (folder / "map.toml").read_text(encoding="utf-8")
    settings = settings.replace(
        'en = "Hama, Syria"', "en = '<img src=x onerror=window.hacked=6></title><script>'"
    )
    (folder / "map.toml").write_text(settings, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile_document(hostile_folder):
    return draw(read_map_folder(hostile_folder)).document


@pytest.fixture(scope="module")
def hostile_server(hostile_folder, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'hostile.db'}"
    with Ledger(url) as book:
        book.load(read_map_folder(hostile_folder), recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    with running(build_server(url, public_url="http://127.0.0.1")) as address:
        yield address


HARM = """() => ({
  hacked: window.hacked ?? null,
  links: [...document.querySelectorAll('a[href]')].filter((a) => a.protocol === 'javascript:').length,
  images: document.querySelectorAll('img[src="x"], svg[onload], [onerror]').length,
  traps: document.querySelectorAll('[style*="trap"]').length,
})"""
UNHARMED = {"hacked": None, "links": 0, "images": 0, "traps": 0}


def assert_unharmed(watched) -> None:
    assert watched.page.evaluate(HARM) == UNHARMED
    assert not [url for url in watched.asked if "trap" in url]


@pytest.mark.browser
def test_the_exported_page_shows_attacks_as_text(chromium, watched_page, hostile_document, tmp_path):
    from exports.html import write_html

    for lang in ("en", "ar"):
        out = tmp_path / f"{lang}.html"
        write_html(hostile_document, out, lang=lang)
        watched = watched_page(chromium)
        watched.page.goto(out.as_uri())
        watched.page.locator("html.js").wait_for()
        assert_unharmed(watched)
        assert "onerror" in watched.page.inner_text("body"), "the attack is there, as words"


@pytest.mark.browser
def test_the_embed_shows_attacks_as_text(chromium, watched_page, hostile_server):
    watched = watched_page(chromium)
    watched.page.goto(
        f"{hostile_server}/embed/hama-2024?t=</script><script>window.hacked=7</script>&lang=<b>"
    )
    watched.page.locator("html.js").wait_for()
    assert_unharmed(watched)


@pytest.mark.browser
def test_the_dashboard_shows_attacks_as_text_in_page_hover_and_charts(
    chromium_gl, watched_page, hostile_server
):
    for query in (
        "?t=2024-12-04",
        "?t=2024-12-04&lang=ar",
        '?t="><script>window.hacked=8</script>&city=<img>',
    ):
        watched = watched_page(chromium_gl, viewport={"width": 1440, "height": 900})
        watched.page.goto(f"{hostile_server}/{query}")
        wait_until_drawn(watched.page)
        for x in range(320, 900, 90):
            watched.page.mouse.move(x, 380)
            watched.page.wait_for_timeout(30)
        assert_unharmed(watched)


def test_a_picture_holds_attacks_as_text(hostile_document):
    from xml.etree import ElementTree

    from exports.picture import picture

    root = ElementTree.fromstring(picture(hostile_document, kind="svg"))
    tags = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
    assert not tags & {"script", "image", "img", "a", "foreignObject"}
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)
    assert picture(hostile_document, kind="png").startswith(b"\x89PNG")


def test_the_figure_carries_no_pseudo_html(hostile_document):
    from figures.map_figure import map_figure

    for trace in map_figure(hostile_document).data:
        assert "<a " not in str(trace.hovertemplate or "")
        assert "customdata[0]} %{text}" not in str(trace.hovertemplate or "")
        assert "<" not in str(trace.name or "").replace("<br>", "")

"""A picture says by itself what it shows, when, and who says so."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree as ET

import pytest
from hostile_document import hostile_document
from tiny_document import at, tiny_document

from exports import picture as pictures
from exports.picture import MissingFontError, draws, picture

SVG = "{http://www.w3.org/2000/svg}"


def _size(png):
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def _texts(svg):
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def _pixels(png):
    """Rows of a PNG as resvg writes it: eight bits, with opacity."""
    import zlib

    at_byte, data, (width, height) = 8, b"", _size(png)
    while at_byte < len(png):
        (length,) = struct.unpack(">I", png[at_byte : at_byte + 4])
        if png[at_byte + 4 : at_byte + 8] == b"IDAT":
            data += png[at_byte + 8 : at_byte + 8 + length]
        at_byte += length + 12
    raw, stride = zlib.decompress(data), 4 * width
    before, rows = bytearray(stride), []
    for row in range(height):
        kind, line = (
            raw[row * (stride + 1)],
            bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)]),
        )
        for i in range(stride):
            left, up = (line[i - 4] if i >= 4 else 0), before[i]
            corner = before[i - 4] if i >= 4 else 0
            line[i] = (line[i] + _predicted(kind, left, up, corner)) & 255
        rows.append([tuple(line[i : i + 3]) for i in range(0, stride, 4)])
        before = line
    return rows


def _predicted(kind, left, up, corner):
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda value: abs(guess - value))
    return (0, left, up, (left + up) // 2)[kind]


def test_a_picture_carries_title_date_sources_and_key():
    texts = " ".join(_texts(picture(tiny_document(), at(4, 10), kind="svg")))
    for shown in (
        "Qasr: who held what on 4 December",
        "Wed 4 Dec 2024, 10:00 Damascus",
        "Sources: ",
        "Monitor",
        "As known at",
        "modelled and approximate",
        "Made by hand",
        "Claimed",
        "10\u00a0km",
    ):
        assert shown in texts, shown


def test_a_share_card_has_the_shape_of_one():
    assert _size(picture(tiny_document(), at(4, 10))) == (1200, 630)
    assert _size(picture(tiny_document(), at(4, 10), width=400)) == (400, 520)


def test_the_svg_stands_alone():
    svg = picture(tiny_document(), at(4, 10), kind="svg").decode()
    assert "var(" not in svg
    assert "href" not in svg and "@import" not in svg
    assert ET.fromstring(svg).get("width") == "1200"


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_language_and_theme_is_drawn(hama_drawing, lang, theme):
    assert _size(picture(hama_drawing.document, at(4, 23, 59), lang=lang, theme=theme)) == (1200, 630)


def test_ground_of_one_state_has_no_seams():
    """Across the border of two cells of one holder no third colour appears."""
    document = tiny_document()
    document["changes"], document["start"]["faces"] = [], [3, 3, 3, 3]
    document["start"]["fronts"] = [0] * len(document["edges"])
    document["reference"]["rings"] = []
    document["events"], document["places"][1]["rank"] = [], 5
    svg = picture(document, at(1, 10), kind="svg").decode()
    bare = svg.replace('<g class="p">', '<g class="p" display="none">').replace(
        '<g class="still"', '<g display="none"'
    )
    png = pictures._rasterised(bare, width=600, **pictures.font_options(bare))
    fill = (0xE9, 0xC0, 0xAE)
    rows = [row for row in _pixels(png)[45:240] if row.count(fill) > 40]
    assert len(rows) > 40
    for row in rows:
        first, last = row.index(fill), len(row) - row[::-1].index(fill)
        assert set(row[first:last]) == {fill}


def test_no_dot_is_cut_by_the_edge_of_a_picture(hama_drawing):
    svg = picture(hama_drawing.document, at(4, 23, 59), kind="svg").decode()
    dots = re.findall(r'<g class="s\d+[^"]*" transform="translate\(([\d.-]+) ([\d.-]+)\)"', svg)
    assert len(dots) > 50
    assert all(5 <= float(x) <= 795 and float(y) >= 5 for x, y in dots)


def test_patterns_are_drawn():
    document = tiny_document()
    light = _pixels(picture(document, at(4, 19), width=600))
    colours = {pixel for row in light for pixel in row}
    assert (0x0F, 0x6A, 0x66) in colours  # the claimant's stripes
    assert (0xE9, 0xC0, 0xAE) in colours


def test_a_missing_script_is_a_named_error(monkeypatch):
    monkeypatch.setattr(pictures, "font_options", lambda _: {"skip_system_fonts": True})
    with pytest.raises(MissingFontError, match="Latin letters; install the package fonts-noto-core"):
        picture(tiny_document(), at(4, 10))


def test_arabic_alone_may_be_missing(monkeypatch):
    latin = [file for file in pictures.noto_files() if "Arabic" not in file]
    if not latin:
        pytest.skip("no Noto Sans on this machine: 'apt-get install fonts-noto-core' brings it")
    monkeypatch.setattr(pictures, "font_options", lambda _: {"skip_system_fonts": True, "font_files": latin})
    assert picture(tiny_document(), at(4, 10))
    with pytest.raises(MissingFontError, match="Arabic letters"):
        picture(tiny_document(), at(4, 10), lang="ar")
    assert not draws("حماة", skip_system_fonts=True, font_files=latin)


def test_hostile_names_are_text():
    svg = picture(hostile_document(), at(4, 10), kind="svg", title="</svg><script>").decode()
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert "script" not in tags and "a" not in tags and "image" not in tags
    assert picture(hostile_document(), at(4, 10))


def test_another_kind_of_file_is_refused():
    with pytest.raises(ValueError, match="'gif' is no kind of picture"):
        picture(tiny_document(), kind="gif")

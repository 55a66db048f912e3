"""Arabic lines with Latin words keep their order and lose no letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import picture as pictures
from exports.mixed_line import is_mixed, runs_of
from figures.text import ARABIC, esc


def _read(text):
    return [(run.text.strip("\u2067\u2069"), run.latin) for run in runs_of(text, 700, 10)]


def test_latin_words_and_their_numbers_stay_together():
    assert _read("الأماكن: GeoNames, CC BY 4.0، عبر") == [
        ("الأماكن:", False),
        ("GeoNames, CC BY 4.0", True),
        ("،", False),
        ("عبر", False),
    ]


def test_brackets_go_with_what_they_hold():
    assert _read("الأنهار: GSHHG (LGPL-3)")[1:] == [("GSHHG (LGPL-3)", True)]
    assert [text for text, _ in _read("Natural Earth (ملكية عامة) ·")] == [
        "Natural Earth",
        "(",
        "ملكية عامة",
        ")",
        "·",
    ]
    assert _read("(بتوقيت دمشق، UTC+3).")[-2:] == [(")", False), (".", False)]


def test_a_line_of_one_script_is_left_alone():
    assert not is_mixed("المناطق بين الأماكن المُبلَّغ عنها تقديرية.")
    assert not is_mixed("Natural Earth (public domain)")
    assert is_mixed("الخريطة: Frontline.")


@given(st.text(alphabet="أبلاج ABC12.(),·", max_size=40))
def test_no_letter_is_lost_and_runs_go_leftwards(text):
    runs = runs_of(text, 700, 10)
    kept = "".join(run.text.strip("\u2067\u2069") for run in runs).replace(" ", "")
    assert kept == text.replace(" ", "")
    assert [run.right for run in runs] == sorted((run.right for run in runs), reverse=True)


def test_every_run_is_drawn_without_boxes():
    """A doubled letter makes another number of glyphs: the rasteriser then drew a box for each letter."""
    if len(pictures.noto_files()) < 5:
        pytest.skip("no Noto Sans on this machine: 'apt-get install fonts-noto-core' brings it")

    def line(text):
        runs = "".join(
            f'<text x="{run.right:g}" y="20" font-size="14" text-anchor="end"'
            f' font-family="{esc(ARABIC)}">{run.text}</text>'
            for run in runs_of(text, 290, 14)
        )
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="30">{runs}</svg>'
        return pictures._rasterised(svg, **pictures.font_options(svg))

    assert line("المُبلَّغ الأول GSHHG (CC BY)") != line("المُحلَّغ الأول GSHHG (CC BY)")

"""Reports that nobody wrote in good faith: read without an error, in time, and shown escaped."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_score import read_bytes
from typer.testing import CliRunner

from claims.report_text import as_json
from frontline import app

NAUGHTY = [
    "",
    "\x00\x00\x00",
    "\u200b\u200e\u202e\u2066Rebels took Hama\u2069",
    "Rebels captured H\u200bama and \u202eSuran\u202c on Tuesday.",
    "Rebels captured \x00Hama\x00 on Tuesday.",
    "<script>alert(1)</script> captured <b>Hama</b> on Tuesday",
    "'; DROP TABLE entry; -- captured Hama",
    "Ｒｅｂｅｌｓ ｃａｐｔｕｒｅｄ Ｈａｍａ",
    "ẞ İ ǰ ŉ on Tuesday",
    "\ud7ff\ue000\ufffd\U0001f600 captured \U0001f600",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮ captured Hama",
    "((((((((((((((((((((((((((((captured Hama",
    "captured " * 3_000,
    "A " * 5_000 + "captured B",
    "Hama, " * 5_000 + "were captured by rebels.",
    "x" * 200_000,
    "captured the village of " + ", ".join(f"Village{n}" for n in range(3_000)) + " on Tuesday",
    "on " * 20_000,
    "1" * 5_000 + " km from Hama",
    "9" * 400 + " villages were captured",
    "⁰⁴⁵ villages were captured, ٣ km and ②km from Hama",
    "\n" * 10_000,
    "- \n" * 5_000,
    "Monday-" * 5_000,
    '"' * 10_000,
    "\u2028\u2029\x85\x0b\x0c captured Hama",
    "in 99999999999999999999 days ago on 99 December 9999",
    "0001-01-01 and 9999-12-31 rebels captured Hama 200 years ago, 999 years later",
]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_text_is_read(text: str) -> None:
    reading = read_bytes(text.encode("utf-8", "surrogatepass"), "2024-12-04", "Asia/Damascus")
    json.dumps(as_json(reading))
    for claim in reading.claims:
        assert reading.text[claim.start : claim.end]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_is_printed_cannot_move_the_cursor(text: str, options: list[str], tmp_path: object) -> None:
    ledger = f"sqlite:///{tmp_path}/none.db"
    asked = ["read", "-", "--published", "2024-12-04", "--ledger", ledger, *options]
    done = CliRunner().invoke(app, asked, input=text.encode("utf-8", "surrogatepass"))
    assert done.exit_code == 0, done.output
    unseen = {
        c
        for c in done.stdout
        if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and c != "\n"
    }
    assert unseen <= {"\ue000"}


def test_an_invisible_letter_in_a_verb_hides_nothing() -> None:
    reading = read_bytes("Rebels cap\u200btured Suran on Tuesday.".encode(), "2024-12-04", "Asia/Damascus")
    assert [claim.place for claim in reading.claims] == ["Suran"]


_WORDS = [
    *(
        "captured",
        "retook",
        "Hama",
        "Suran",
        "the village of",
        "and",
        ",",
        "was",
        "were",
        "by",
        "from",
        "rebels",
    ),
    *(
        "the army",
        "on Tuesday",
        "failed to",
        "denied",
        "18 villages",
        "within 6 km of",
        "said",
        "that",
        "(",
        ")",
    ),
    *("not", "which", ";", ":", "fell", "to", "it"),
]


@given(st.lists(st.sampled_from(_WORDS), max_size=40))
@settings(max_examples=150)
def test_no_order_of_the_words_breaks_a_rule(words: list[str]) -> None:
    reading = read_bytes(" ".join(words).encode(), "2024-12-04", "Asia/Damascus")
    for claim in reading.claims:
        assert claim.place
        assert 0 < claim.probability <= 1
        assert claim.sentence[0] <= claim.start < claim.end <= claim.sentence[1]


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_are_read(raw: bytes) -> None:
    as_json(read_bytes(raw, "2024-12-04", "UTC"))
    as_json(read_bytes(b"<html><body><p>" + raw, "2024-12-04", "UTC"))

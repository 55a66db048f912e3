"""The reasons of drafts in Arabic: every one that the reader gives, and none that somebody else wrote."""

from __future__ import annotations

import re

import reading_score as score

from claims.report_text import Background
from dashboard.review_why import said_in
from dashboard.words import page_words
from gazetteer.index import Gazetteer
from gazetteer.place import Place

AR, EN = page_words("ar"), page_words("en")
QUOTED = re.compile(r"[“«].*?[”»]", re.DOTALL)


def reasons() -> set[str]:
    known = Background(
        gazetteer=Gazetteer(
            [
                Place("a", "Suran", 35.29, 36.74, "village", 500, ""),
                Place("b", "Suran", 36.56, 37.22, "village", 500, ""),
                Place("c", "Halfaya", 35.26, 36.6, "village", 500, ""),
            ]
        )
    )
    found: set[str] = set()
    for name, gold in score.rows("development").items():
        path = score.REPORTS / "development" / name
        reading = score.read_file(path, gold[0]["published"], gold[0]["zone"], known)
        found |= {why for claim in reading.claims for why in claim.why}
        found |= {one.why for one in reading.passed_over}
    return found


def test_every_reason_that_the_reader_gives_is_said_in_arabic():
    for why in reasons():
        own = QUOTED.sub("", said_in(AR, why))
        assert re.search("[\u0600-\u06ff]", own), why
        english = re.sub(r"(possibly two, ).*", "", own)
        for word in ("place", "stands", "table", "time", "party", "behind"):
            assert word not in english.split(), (why, own)


def test_how_many_of_a_count_are_named_is_said_in_arabic():
    assert said_in(AR, "7 of them are named").endswith(": 7")
    assert not re.search("[a-z]", said_in(AR, "none of them is named"))


def test_in_english_a_reason_stays_what_it_is():
    assert {why for why in reasons() if said_in(EN, why) != why} == set()


def test_what_no_sentence_of_ours_says_stays_as_it_is():
    for strange in ("", "Suran", "{name} <b>", "time: tomorrow", "x" * 5_000):
        assert said_in(AR, strange) == strange


def test_what_is_quoted_is_kept_letter_by_letter():
    quoted = "place: {km} & <i> has this name"
    assert "{km} & <i>" in said_in(AR, quoted)
    assert said_in(AR, "“took {time}”: the place behind it was lost").startswith("«took {time}»")

"""Sentences are written from the data: neutral, attributed, in the reader's language."""

from __future__ import annotations

import re

from tiny_document import at, tiny_document

from figures.sentences import (
    Teller,
    alt_text,
    deck,
    deck_text,
    description,
    disagreement,
    known_at,
    number,
    source_names,
    stated,
)


def _teller(lang="en", **changed):
    return Teller.of({**tiny_document(), **changed}, lang)


def _claimed(km, claimant, t, qualifier="", low=None, high=None):
    return {
        "claim": 0, "t": t, "start": t - 3600, "km": km, "low": low, "high": high,
        "qualifier": qualifier, "claimant": claimant,
        "affiliation": ["monitor", "government", "opposition"][claimant],
    }  # fmt: skip


def _with_claims(*claimed, lang="en"):
    document = tiny_document()
    return Teller.of({**document, "reference": {**document["reference"], "claimed": list(claimed)}}, lang)


def test_the_nearest_reported_place_is_named_with_its_distance():
    teller = _teller()
    assert (
        deck_text(teller, at(4, 1))
        == "Government forces were reported at Wadi, 8.3\u00a0km from the city centre."
    )
    assert [text for text, bold in deck(teller, at(4, 1)) if bold] == ["8.3\u00a0km"]


def test_the_sentence_says_who_is_at_the_place_at_that_instant():
    document = tiny_document()
    rows = [[at(1, 0), 12.4, 11.4, None, 8.3, 1]]
    teller = _teller(reference={**document["reference"], "series": rows})
    assert deck_text(teller, at(3, 23, 50)).startswith("Opposition forces were reported at Wadi")
    assert deck_text(teller, at(4, 0, 30)).startswith("Government forces were reported at Wadi")


def test_before_any_report_the_sentence_says_so():
    assert (
        deck_text(_teller(), at(1, 0)) == "Holders are those of the baseline; nothing has been reported yet."
    )


def test_a_claimed_city_is_not_said_to_be_held():
    assert "no independent source has reported it" in deck_text(_teller(), at(4, 19))


def test_disagreeing_sources_are_named_and_never_averaged():
    said = disagreement(
        _with_claims(
            _claimed(20.0, 1, at(4, 9), "more_than"), _claimed(3.5, 0, at(4, 12), "between", 3.0, 4.0)
        ),
        at(4, 13),
    )
    assert said == "Sources disagree on how close: Army said more than 20\u00a0km, Monitor 3–4\u00a0km."


def test_only_the_latest_word_of_a_source_within_a_day_counts():
    teller = _with_claims(
        _claimed(12.0, 0, at(3, 9)), _claimed(5.0, 0, at(4, 9)), _claimed(6.0, 2, at(4, 10), "about")
    )
    assert disagreement(teller, at(4, 12)) == ""


def test_arabic_sentences_are_arabic():
    teller = _with_claims(
        _claimed(20.0, 1, at(4, 9), "more_than"), _claimed(3.5, 0, at(4, 9), "between", 3.0, 4.0), lang="ar"
    )
    text = deck_text(teller, at(4, 10))
    assert "القوات الحكومية" in text
    assert "أكثر من" in text
    assert re.findall("[A-Za-z]+", text) == ["Army", "Monitor"]  # names that no table of ours has


def test_sources_that_readers_know_have_a_short_name(hama_drawing):
    teller = Teller.of(hama_drawing.document, "en")
    assert "SOHR" in source_names(teller, most=60)
    arabic = Teller.of(hama_drawing.document, "ar")
    assert not re.search("[A-Za-z]", " ".join(source_names(arabic, most=60)))


def test_the_example_reads_as_a_journalist_would_write(hama_drawing):
    teller = Teller.of(hama_drawing.document, "en")
    assert deck_text(teller, at(4, 23, 59)).replace("\u00a0", " ") == (
        "Opposition forces were reported at Brigade 87, 8.4 km from the city centre. "
        "Sources disagree on how close: the army said more than 20 km, SOHR 3–4 km."
    )
    assert deck_text(teller, at(6, 12)) == "Opposition forces were reported to hold Hama."


def test_no_sentence_of_the_example_takes_a_side(hama_drawing):
    for lang in ("en", "ar"):
        teller = Teller.of(hama_drawing.document, lang)
        for change in hama_drawing.document["changes"]:
            text = description(teller, change[0]).lower()
            assert not re.search(r"liberat|terror|regime\b|fell |تحرير |إرهاب|النظام", text)


def test_what_the_map_shows_is_counted_for_who_does_not_see_it():
    text = description(_teller(), at(4, 10))
    assert "Holders of reported places: Government 2, Opposition 1, claimed or contested 1." in text
    assert alt_text(_teller(), at(4, 10)) == (
        "Map of Qasr and its surroundings, Wednesday 4 December 2024, 10:00"
    )


def test_known_time_that_nobody_chose_is_said_to_be_the_last_reports():
    reported = max(claim["reported"] for claim in tiny_document()["claims"])
    assert known_at(_teller(known_at=reported)).startswith("the latest report, ")
    assert known_at(_teller("ar", known_at=reported)).startswith("آخر تقرير، ")
    assert known_at(_teller(known_at=reported + 60)).startswith("the latest correction, ")
    assert known_at(_teller(claims=[])) == "5 December 2024, 00:00 (Damascus, UTC+3)"


def test_known_at_names_the_clock():
    asked = {"known_label": "asked"}
    assert known_at(_teller(**asked)) == "5 December 2024, 00:00 (Damascus, UTC+3)"
    assert known_at(_teller("ar", **asked)) == "5 كانون الأول (ديسمبر) 2024، 00:00 (بتوقيت دمشق، UTC+3)"


def test_measured_numbers_are_rounded_and_stated_ones_kept():
    assert [number(value) for value in (8.419, 9.96, 12.4, 9060, -1.25)] == [
        "8.4",
        "10",
        "12",
        "9,060",
        "−1.2",
    ]
    assert [stated(value) for value in (3.0, 3.5, 20, 9060)] == ["3", "3.5", "20", "9,060"]

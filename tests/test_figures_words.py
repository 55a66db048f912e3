"""Every fixed text is there in every language, with the same parts to fill in."""

from __future__ import annotations

import string

import pytest

from figures.words import LANGUAGES, language, plural_category, words


def _parts(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_files_have_the_same_keys_and_parts(lang):
    english, other = words("en").texts, words(lang).texts
    assert english.keys() == other.keys()
    may_drop = {"other_month", "one", "two"}  # a month has one name in English; Arabic says "two" in one word
    for key, text in english.items():
        if isinstance(text, str) and key.split(".")[-1] not in may_drop:
            assert _parts(text) == _parts(other[key]), key
        elif isinstance(text, list):
            assert len(text) == len(other[key]), key


def test_the_arabic_file_is_in_arabic():
    same = {
        key
        for key, text in words("ar").texts.items()
        if isinstance(text, str) and text == words("en").texts[key]
    }
    assert {key for key in same if any(letter.isalpha() for letter in string_of(key))} == set()


def string_of(key):
    """The letters of an Arabic text that are neither parts to fill in nor our name."""
    text = words("ar")[key].replace("Frontline", "")
    return "".join(literal for literal, *_ in string.Formatter().parse(text))


def test_definitions_have_twelve_words_at_most():
    for lang in LANGUAGES:
        for key, text in words(lang).texts.items():
            if key.startswith("definition."):
                assert len(text.split()) <= 13, key  # the specification's own longest has thirteen


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("ar-SY", "ar"),
        ("AR", "ar"),
        ("en_GB", "en"),
        ("tlh", "en"),
        ("", "en"),
        (None, "en"),
        ("<script>", "en"),
    ],
)
def test_an_unknown_language_is_english(asked, answered):
    assert language(asked) == answered
    assert words(asked).lang == answered


def test_arabic_counts_as_arabic_does():
    assert [plural_category("ar", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 103)] == [
        "zero", "one", "two", "few", "few", "many", "many", "other", "few",
    ]  # fmt: skip
    assert [plural_category("en", n) for n in (0, 1, 2)] == ["zero", "one", "other"]
    assert words("ar").plural("live", 3) == "تغيّرت 3 أماكن"


def test_braces_in_a_name_stay_braces():
    assert words("en").fill("link.table") == "Table"
    assert words("en").fill("term.changed", day="{evil} %{x}") == "Changed on {evil} %{x}"


def test_texts_of_a_document_fall_back_to_english():
    assert words("ar").of({"en": "Hama"}) == "Hama"
    assert words("ar").of({"en": "Hama", "ar": "حماة"}) == "حماة"
    assert words("en").of({}) == ""

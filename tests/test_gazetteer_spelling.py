"""Spellings: names that are the same meet, names that are not stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.spelling import Family, family_of, normalised, normalised_all, spelling, spellings


@pytest.mark.parametrize(
    "name",
    [
        "Ma\u2019ar  Shahour",
        "MA'AR-SHAHOUR",
        "\u202eMaar\u200b Shahour\u202c",
        "Maʿar Shahour",
        "Mâar Shahoûr",
    ],
)
def test_marks_case_and_invisible_characters_carry_nothing(name):
    assert normalised(name) == "maar shahour"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إدلب", "ادلب"),
        ("حَمَاة", "حماه"),
        ("حمـــاة", "حماة"),
        ("سلمى", "سلمي"),
        ("كرک", "كرك"),
        ("اللواء ٨٧", "اللوا 87"),
    ],
)
def test_arabic_letters_of_one_sound_are_one(one, other):
    assert normalised(one) == normalised(other)


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(name):
    assert normalised(normalised(name)) == normalised(name)


@given(st.text(alphabet=st.characters(categories=["Lo", "Mn", "Lm", "Cf", "Nd", "So"]), max_size=30))
def test_normalising_twice_changes_nothing_in_any_script(name):
    assert normalised(normalised(name)) == normalised(name)


@pytest.mark.parametrize(
    "names",
    [
        ["Maar Shahour", "Ma'ar Shahur", "Maarshahur", "Maʿar Shaḥūr", "Maar Chahour", "ma-ar shahoor"],
        ["Mount Zain Al-Abidin", "Jabal Zayn al-Abidin", "Djebel Zein el-Abidin", "Mt. Zayn al Abidin"],
        ["Kafr'a", "Kafraa", "Kafr Raa", "KAFR‘A"],
        ["Northern Sarha", "Sarha al-Shamaliyah", "Sarha ash Shamali", "N Sarha", "Kuzey Sarha"],
        ["Brigade 87", "87th Brigade", "Liwa 87", "اللواء 87", "اللواء ٨٧"],
        ["Tell Sinan", "Tall Sinan", "Tal Sinan", "Sinan Hill", "Tel Sinân"],
        ["Sheikh Hadid", "Shaykh Hadid", "Cheikh Hadid", "Şeyh Hadid", "Ash Shaykh Hadid"],
        ["Deir al-Fardis", "Dayr al Fardis", "Deir el Fardis"],
        ["Ash-Shir", "Shir", "Ech Chir", "eş-Şir"],
        ["Rharbi Kabir Suran", "Gharbi Kabir Souran", "Big Western Suran"],
        ["the town of Suran", "Suran", "Souran village"],
    ],
)
def test_one_name_in_many_spellings_sounds_the_same(names):
    keys = {(spelling(n).folded, spelling(n).qualifiers) for n in names}
    assert len(keys) == 1, {n: spelling(n) for n in names}


@pytest.mark.parametrize(
    "arabic, latin", [("معر شحور", "Maar Shahour"), ("حماة", "Hama"), ("كفراع", "Kafr'a")]
)
def test_an_arabic_name_has_the_consonants_of_its_romanisation(arabic, latin):
    assert spelling(arabic).skeleton == spelling(latin).skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northern Sarha", "Southern Sarha"),
        ("سرحا الشمالية", "سرحا الجنوبية"),
        ("Upper Suran", "Lower Suran"),
        ("Brigade 87", "Brigade 66"),
        ("Rashideen 4", "Rashideen 5"),
        ("Kafr'a", "Jabal Kafraa"),
        ("Hama", "Hamamiyat"),
        ("Homs", "Hama"),
        ("Durubiyah Kabir", "Durubiyah"),
    ],
)
def test_different_names_have_different_keys(one, other):
    a, b = spelling(one), spelling(other)
    assert (a.folded, a.qualifiers) != (b.folded, b.qualifiers)


def test_russian_and_ukrainian_spellings_meet():
    names = ["Гірське", "Hirske", "Girske"]
    assert len({spelling(n, Family.SLAVIC).folded for n in names}) == 1
    assert family_of(["Гірське", "Kyiv", "Львів"]) is Family.SLAVIC
    assert family_of(["حماة", "Hama"]) is Family.ARABIC


@given(st.text(max_size=60), st.sampled_from(list(Family)))
def test_any_text_has_a_spelling(name, family):
    assert spelling(name, family) == spelling(normalised(name), family)


SAID = ["Tell al-Ahmar", "Ash-Shir", "Brigade 87th", "Eşrefiye", "تل الاحمر", "Нова Петрівка", "aaa\nb"]


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(SAID)), min_size=1, max_size=8))
def test_many_names_together_are_read_as_each_alone(names):
    texts = normalised_all(names)
    assert texts == [normalised(name) for name in names]
    for family in Family:
        assert list(spellings(texts, family)) == [spelling(text, family) for text in texts]

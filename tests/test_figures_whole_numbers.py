"""Whole numbers are a text and come back; what is no such text is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.whole_numbers import ALPHABET, array, numbers, written

_BELOW = 2**53 - 1


@given(st.lists(st.integers(-_BELOW, _BELOW), min_size=48, max_size=200))
def test_any_numbers_come_back(found):
    text = written(found)
    assert isinstance(text, str) and set(text) <= set(ALPHABET)
    assert numbers(text) == found == array(text).tolist()


def test_the_text_is_the_one_that_is_described():
    assert written([0, -1, 1, 15, -16, 16, 1000] * 8) == "ABCefgBw-B" * 8


def test_short_lists_and_numbers_that_are_too_large_stay_lists():
    assert written([1, 2, 3]) == [1, 2, 3]
    assert written([2**53] * 60) == [2**53] * 60
    assert numbers([5, 6]) == [5, 6]


@pytest.mark.parametrize("text", ["g", "A!", "é", "gggggggggggg" + "B"])
def test_what_is_no_such_text_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        numbers(text)

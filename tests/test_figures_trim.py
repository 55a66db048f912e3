"""Cutting a story changes nothing that remains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_document import tiny_document

from figures.trim import trimmed

WHOLE = tiny_document()
START, END = WHOLE["span"]
KINDS = ("faces", "fronts", "places")


def replay(document, instant):
    state = {kind: list(document["start"][kind]) for kind in KINDS}
    for t, *deltas in document["changes"]:
        if t <= instant:
            for kind, pairs in zip(KINDS, deltas, strict=True):
                state[kind] = [
                    dict(zip(pairs[::2], pairs[1::2], strict=True)).get(index, value)
                    for index, value in enumerate(state[kind])
                ]
    return state


@given(st.integers(START, END), st.integers(START, END), st.integers(START, END))
def test_every_instant_that_remains_looks_as_before(a, b, instant):
    first, last = sorted((a, b))
    if first == last:
        return
    part = trimmed(WHOLE, first, last)
    if first <= instant < last:
        assert replay(part, instant) == replay(WHOLE, instant)


def test_a_story_cut_nowhere_is_the_same_document():
    assert trimmed(WHOLE, None, None) is WHOLE


def test_events_outside_are_left_out_and_series_begin_at_the_cut():
    middle = (START + END) // 2
    part = trimmed(WHOLE, middle, None)
    assert all(event["t"] >= middle for event in part["events"])
    assert part["reference"]["series"][0][0] == middle
    assert part["area"]["series"][0][0] == middle


def test_the_cut_does_not_touch_the_whole():
    before = tiny_document()
    trimmed(WHOLE, START + 3600, END - 3600)
    assert before == WHOLE


def test_nothing_left_is_a_named_error():
    with pytest.raises(ValueError, match=r"The story cannot begin on .* and end on .*, before it"):
        trimmed(WHOLE, END, START)
    with pytest.raises(ValueError, match="Nothing of the story lies between those two times; it runs from "):
        trimmed(WHOLE, END + 3600, None)

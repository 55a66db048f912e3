"""What is written of a map document is small, and becomes the very same document again."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from functools import cache

import pytest
from conftest import EXAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_document import big_document, tiny_document

from claims.map_folder import read_map_folder
from exports.light_page import light_page
from figures.document_columns import column, table, table_rows, values
from figures.document_file import VERSION, packed, unpacked
from figures.drawing import draw
from figures.map_document import document_bytes


@cache
def hama():
    return draw(read_map_folder(EXAMPLE)).document


def as_text(document):
    """Values and their types: 1 and 1.0 are two texts."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def comes_back(document):
    again = unpacked(json.loads(json.dumps(packed(document))))
    assert as_text(again) == as_text(document)
    return True


def drawn_lines():
    return draw(read_map_folder(EXAMPLE.parent / "drawn-lines")).document


def test_drawn_ground_and_a_page_of_it_are_packed_whole():
    """What does not come back as it was is written plainly: none of it may be."""
    document = drawn_lines()
    written = packed(document)
    parts = ("arcs", "faces", "edges", "changes")
    assert all(isinstance(written[part], dict) for part in parts)
    page = unpacked_page(light_page(document))
    assert all(isinstance(page[part], dict) for part in parts)
    assert "from" not in page["arcs"] and "turn" in page["faces"]


def unpacked_page(html):
    told = re.search(r'id="frontline-document">(.*?)</script>', html, re.DOTALL)
    return json.loads(told[1])


@pytest.mark.parametrize("make", [hama, drawn_lines, tiny_document, lambda: big_document(300, 400)])
def test_a_document_comes_back_to_the_last_number(make):
    assert comes_back(make())


def test_the_written_form_is_version_two_and_three_quarters_of_the_plain_one_at_most():
    document = hama()
    assert packed(document)["version"] == VERSION == 2
    plain = len(gzip.compress(as_text(document).encode(), 9))
    assert len(gzip.compress(document_bytes(document), 9)) < 0.8 * plain


def test_fronts_that_follow_from_their_sides_and_faces_that_follow_their_place_are_not_written():
    document = tiny_document()
    written = packed(document)
    assert "fronts" not in written["start"]
    assert "fronts" not in written["changes"]
    assert written["start"]["own"] == []
    assert set(written["edges"]) == {"arc", "count"}


def test_a_front_that_does_not_follow_from_its_sides_is_written():
    document = tiny_document()
    document["start"]["fronts"][0] = 3 - document["start"]["fronts"][0]
    assert "fronts" in packed(document)["start"]
    assert comes_back(document)


def test_a_face_with_its_own_story_is_written():
    document = tiny_document()
    document["changes"][2][1] += [3, 1]
    assert 3 in packed(document)["start"]["own"]
    assert comes_back(document)


def test_faces_without_a_place_have_their_own_story():
    document = tiny_document()
    for face in document["faces"]:
        face[0] = -1
    assert packed(document)["start"]["own"] == [0, 1, 1, 1]
    assert comes_back(document)


def test_a_part_that_would_not_come_back_is_written_as_it_is():
    document = tiny_document()
    document["changes"] = [[t, *pairs, "more"] for t, *pairs in document["changes"]]
    document["faces"][0] = [0, 1, [[7, 7]], "more"]
    written = packed(document)
    assert written["changes"] == document["changes"]
    assert written["faces"] == document["faces"]
    assert comes_back(document)


def test_unknown_keys_of_a_document_stay():
    assert comes_back({**tiny_document(), "weather": [{"rain": 1.5}]})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_arcs_that_meet_anywhere_and_rings_in_any_order_come_back(seed):
    chance = random.Random(seed)
    document = tiny_document()
    spots = [(chance.randrange(-50, 50), chance.randrange(-50, 50)) for _ in range(6)]

    def line():
        walked = [chance.choice(spots) for _ in range(chance.randrange(2, 6))]
        steps = itertools.pairwise(walked)
        return [*walked[0], *(n for (ax, ay), (bx, by) in steps for n in (bx - ax, by - ay))]

    count = len(document["arcs"])
    document["arcs"] = [line() for _ in range(count)]
    references = [chance.randrange(-count, count) for _ in range(20)]
    document["faces"][0][2] = [references[:7], references[7:]]
    assert comes_back(document)


_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0),
    st.floats(-180, 180).map(lambda x: round(x, 5) + 0.0),
    st.text(max_size=8),
    st.integers(0, 10**6).map(lambda n: f"gn-{n}"),
    st.integers(0, 99).map(lambda n: f"{n:04}"),
    st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(st.sampled_from(["en", "ar", "uk"]), st.text(max_size=4), max_size=3),
)
_COLUMNS = st.one_of(st.lists(_CELLS, min_size=1, max_size=12), *(
    st.lists(cells, min_size=1, max_size=12) for cells in (
        st.integers(-5, 5),
        st.floats(-9, 9).map(lambda x: round(x, 2) + 0.0),
        st.integers(0, 99).map(lambda n: f"n{n}.x"),
        st.sampled_from(["a", "b"]),
        st.lists(st.sampled_from("xyz"), max_size=3),
        st.fixed_dictionaries({"en": st.text("ab", min_size=1)}, optional={"ar": st.text("cd", min_size=1)}),
    )
))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_COLUMNS)
def test_any_column_comes_back(found):
    again = values(json.loads(json.dumps(column(found))), len(found))
    assert as_text(again) == as_text(found)


_KEYS = st.sampled_from(["t", "from", "end", "start", "claimant", "reporter", "x"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(_KEYS, _CELLS, min_size=1), max_size=9))
def test_any_records_come_back_whatever_keys_each_has(rows):
    again = table_rows(json.loads(json.dumps(table(rows))))
    assert as_text(again) == as_text(rows)


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("arcs", {"from": [5]}),
        ("faces", {"walk": [999_999]}),
        ("places", {"count": 3}),
        ("changes", {"t": [0]}),
        ("claims", {"columns": {"id": {"cipher": 1}}}),
    ],
)
def test_what_is_broken_is_refused_with_a_plain_error(part, broken):
    written = packed(tiny_document())
    written[part] = {**written[part], **broken}
    with pytest.raises((ValueError, LookupError, TypeError)):
        unpacked(written)

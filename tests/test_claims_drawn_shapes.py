"""Packed shapes come back as they were, one hash for what is equal; other bytes are named as none."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.drawn_shapes import BadShapes, ShapesInMemory, SomeShapes, packed, sha256_of, unpacked
from claims.observations import DrawnShape, DrawnStatus

SHAPES = st.lists(st.builds(DrawnShape, st.text(), st.sampled_from(DrawnStatus), st.text()), max_size=4)


@given(SHAPES, SHAPES)
def test_shapes_come_back_and_one_hash_is_of_one_list(
    some: list[DrawnShape], other: list[DrawnShape]
) -> None:
    made = packed(some)
    assert unpacked(made.content) == tuple(some)
    assert sha256_of(made.content) == made.sha256
    assert (packed(other).sha256 == made.sha256) == (some == other)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        packed([]).content[:-1],
        packed([]).content + b"x",
        zlib.compress(b"{"),
        zlib.compress(b"[3]"),
        zlib.compress(b'[{"geometry":"","holder":"","status":"lost"}]'),
        zlib.compress(b"\xff"),
    ],
)
def test_bytes_that_are_no_shapes_are_named(content: bytes) -> None:
    with pytest.raises(BadShapes):
        unpacked(content)


def test_what_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.drawn_shapes.MOST_BYTES", 1_000)
    with pytest.raises(BadShapes):
        sha256_of(zlib.compress(b" " * 1_000_000))


def test_a_release_knows_no_shapes_but_those_that_go_out() -> None:
    store = ShapesInMemory()
    shape = DrawnShape("blue", DrawnStatus.HELD, "{}")
    going, kept = (store.keep(packed([one])) for one in (shape, replace(shape, holder="green")))
    public = SomeShapes(store, frozenset({going}))
    assert public.shapes(going) == (shape,)
    with pytest.raises(LookupError):
        public.shapes(kept)

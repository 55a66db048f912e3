"""One drawing for each thing that became known, however often and however spelled it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from figures.drawing import draw
from figures.drawn_maps import DrawnMaps
from figures.map_document import document_bytes

EVENING = "2024-12-04T23:59+03:00"


@pytest.fixture(scope="module")
def drawn(hama_record: Any) -> DrawnMaps:
    return DrawnMaps(
        read=lambda map_id: hama_record, head=lambda map_id: hama_record.head, map_ids=lambda: ["hama-2024"]
    )


def test_two_spellings_of_an_instant_are_one_drawing(drawn: DrawnMaps) -> None:
    ways = ("2024-12-04", "2024-12-04T23:59", EVENING, "2024-12-04T23:59 03:00", "2024-12-04T20:59Z")
    assert len({id(drawn("hama-2024", way)) for way in ways}) == 1


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-13-01", "9999-01-01", "2200-01-01", "\x00", "5" * 9999]
)
def test_what_is_no_known_time_means_all_that_is_known(drawn: DrawnMaps, text: str) -> None:
    assert drawn("hama-2024", text) is drawn("hama-2024")
    assert drawn("hama-2024").document["known_label"] == "latest"


@pytest.mark.parametrize("text", [EVENING, "2024-12-03T10:00", "2024-12-05T12:00:07Z", "1950-01-01"])
def test_drawing_is_the_one_of_the_asked_instant_to_the_byte(
    drawn: DrawnMaps, hama_record: Any, text: str
) -> None:
    asked = drawn("hama-2024", text).document
    known_at = datetime.fromtimestamp(asked["known_at"], UTC)
    assert document_bytes(asked) == document_bytes(draw(hama_record, known_at).document)
    assert asked["known_label"] == "asked"


def test_many_instants_are_drawn_once_for_each_step(
    hama_record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr("figures.drawn_maps._drawn", lambda *asked: made.append(asked) or draw(*asked))
    maps = DrawnMaps(lambda _: hama_record, lambda _: "", lambda: ["hama-2024"])
    for minute in range(60):
        maps("hama-2024", f"2024-11-28T05:{minute:02d}+03:00")
    assert len(made) <= 3
    assert all(len(kept._found) <= 8 for kept in (maps._now, maps._earlier, maps._asked))


def test_steps_are_sorted_seconds_and_the_last_is_what_is_known_now(drawn: DrawnMaps) -> None:
    steps = drawn.steps("hama-2024")
    assert list(steps) == sorted(set(steps))
    assert steps[-1] == drawn("hama-2024").document["known_at"]


def test_claims_reported_later_are_nowhere_in_the_drawing(drawn: DrawnMaps) -> None:
    document = drawn("hama-2024", EVENING).document
    assert document["claims"] and all(
        claim["reported"] <= document["known_at"] for claim in document["claims"]
    )
    named = {claim["id"] for claim in document["claims"]}
    assert {claim for place in document["unlocated"] for claim in place["claims"]} <= named

"""One drawing for each thing that became known, however often and however spelled it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from drawn_story import drawn_story

from claims.release import released
from claims.release_rules import Measure, ReleaseRules, Rule
from figures.drawing import draw
from figures.drawn_maps import DrawnMaps
from figures.map_document import document_bytes

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENING = "2024-12-04T23:59+03:00"


@pytest.fixture(scope="module")
def drawn(hama_record: Any) -> DrawnMaps:
    return DrawnMaps(
        read=lambda map_id: hama_record,
        head=lambda map_id: hama_record.head,
        map_ids=lambda: ["hama-2024"],
        clock=lambda: NOW,
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
    assert document_bytes(asked) == document_bytes(
        draw(released(hama_record, "public", NOW), known_at).document
    )
    assert asked["known_label"] == "asked"


def test_many_instants_are_drawn_once_for_each_step(
    hama_record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr("figures.drawn_maps._drawn", lambda *asked, **_: made.append(asked) or draw(*asked))
    maps = DrawnMaps(lambda _: hama_record, lambda _: "", lambda: ["hama-2024"], lambda: NOW)
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


def test_a_map_is_drawn_again_when_a_claim_that_was_to_wait_comes_out(hama_record: Any) -> None:
    rules = ReleaseRules("public", (Rule(Measure.DELAY, hours=48, reason={"en": "safety"}),))
    record = replace(hama_record, releases={"public": rules})
    last = max(claim.reported_at for claim in record.claims)
    clock = [last + timedelta(hours=47)]
    maps = DrawnMaps(lambda _: record, lambda _: "", lambda: ["hama-2024"], lambda: clock[0])
    before = maps("hama-2024")
    assert maps("hama-2024") is before
    known_before = maps("hama-2024", EVENING)
    clock[0] = last + timedelta(hours=48)
    after = maps("hama-2024")
    assert len(after.document["claims"]) > len(before.document["claims"])
    assert (bool(before.document["withheld"]), after.document["withheld"]) == (True, [])
    assert maps("hama-2024", EVENING).document["withheld"] == []
    assert known_before.document["withheld"] == before.document["withheld"]


def test_a_release_shows_what_its_rules_let_out(hama_record: Any) -> None:
    rules = ReleaseRules("public", (Rule(Measure.WITHHOLD, places=("suruj",), reason={"en": "asked"}),))
    record = replace(hama_record, releases={"public": rules})
    drawn = {
        name: DrawnMaps(lambda _: record, lambda _: "", lambda: ["hama-2024"], lambda: NOW, name)("hama-2024")
        for name in ("public", "internal")
    }
    named = {name: {p["id"] for p in drawing.document["places"]} for name, drawing in drawn.items()}
    assert named["internal"] - named["public"] == {"suruj"}
    assert [drawn[name].document["release"]["name"] for name in drawn] == ["public", "internal"]


def test_a_map_without_the_release_is_no_map_here(hama_record: Any) -> None:
    maps = DrawnMaps(lambda _: hama_record, lambda _: "", lambda: ["hama-2024"], lambda: NOW, "partners")
    with pytest.raises(LookupError, match="no release 'partners'"):
        maps("hama-2024")


def test_whoever_waits_for_a_map_is_shown_how_many_drawn_maps_were_read() -> None:
    record = drawn_story([("green", 0.0)], [("green", 0.1)], [("blue", 0.2)])
    told: list[tuple[str, int, int]] = []

    @contextmanager
    def shown(map_id: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, total: told.append((map_id, done, total))

    map_id = record.settings.id
    maps = DrawnMaps(lambda _: record, lambda _: "", lambda: [map_id], lambda: NOW, shown=shown)
    assert maps(map_id) is maps(map_id)
    assert told == [(map_id, done, 3) for done in (1, 2, 3)]

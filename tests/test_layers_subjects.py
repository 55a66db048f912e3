"""Claims about units and areas: the places within, and what the map makes of one claim about many."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from claims_story import BLUE, GREEN, claim, place, story

from claims.areas import DrawnArea
from claims.claim import Claim
from claims.control import ControlHistory
from claims.history import control_history
from claims.map_record import MapRecord
from claims.report import hash_of_words
from claims.subjects import SubjectKind
from layers.subjects import drawn_ground, places_within

IDLIB = (SubjectKind.UNIT, "SY-ID")


def area(area_id: str, coordinates: object, kind: str = "Polygon") -> DrawnArea:
    text = json.dumps({"type": kind, "coordinates": coordinates})
    return DrawnArea(area_id, "The hills", text, hash_of_words(text))


SQUARE = [[[29.9, 49.9], [30.1, 49.9], [30.1, 50.1], [29.9, 50.1], [29.9, 49.9]]]
BOW_TIE = [[[29.9, 49.9], [30.1, 50.1], [30.1, 49.9], [29.9, 50.1], [29.9, 49.9]]]


def about(area_id: str, **more: Any) -> Claim:
    return claim("w", "captured", GREEN, "agency", (1, 2), where=None, area_id=area_id, **more)


def drawn(claims: list[Claim], *areas: DrawnArea) -> MapRecord:
    made = story(claims, places=[place("a"), place("b", 50.05), place("far", 50.5)])
    return replace(made, areas={one.id: one for one in areas})


def test_claim_about_an_area_speaks_for_the_places_within() -> None:
    made = drawn([about("hills")], area("hills", SQUARE))
    within = places_within(made)
    assert within == {(SubjectKind.AREA, "hills"): ("a", "b")}
    history = control_history(made, within=within)
    held = {place_id: holds[-1] for place_id, holds in history.holds.items()}
    assert [held[i].holder for i in ("a", "b", "far")] == [GREEN, GREEN, BLUE]
    assert held["a"].claims == held["b"].claims == ("w",)


def test_area_whose_rings_cross_is_repaired() -> None:
    made = drawn([about("tie")], area("tie", BOW_TIE))
    assert places_within(made)[SubjectKind.AREA, "tie"] == ("a",)  # its middle; b lies between the wings


@pytest.mark.parametrize(
    "geometry",
    [
        "",
        "{}",
        "null",
        "[]",
        '{"type":"Point","coordinates":[30,50]}',
        '{"type":"Polygon","coordinates":[[1]]}',
    ],
)
def test_area_that_is_none_has_no_ground(geometry: str) -> None:
    assert drawn_ground(geometry) is None


@pytest.mark.parametrize(
    "subject", [{"area_id": "nowhere"}, {"admin_code": "XX-YY"}, {"admin_code": "nonsense"}]
)
def test_claim_about_unknown_ground_is_remarked_and_not_lost(subject: dict[str, str]) -> None:
    lost = replace(about(""), **subject)
    made = drawn([lost])
    assert places_within(made) == {}
    (remark,) = control_history(made, within=places_within(made)).remarks
    assert (remark.place_id, remark.claim_id, remark.reason) == ("", "w", "no_place_within")


def test_claim_about_a_place_is_about_that_place_alone() -> None:
    made = drawn(
        [claim("1", "captured", GREEN, "agency", (1, 2), where="far", area_id="hills")], area("hills", SQUARE)
    )
    assert places_within(made) == {}
    held = control_history(made).holds
    assert [held[i][-1].holder for i in ("a", "far")] == [BLUE, GREEN]


# On our own rows: SOHR said that all of Idlib changed hands; the example has one row for each place.


def derived(record: MapRecord) -> list[Claim]:
    return [c for c in record.claims if c.id.startswith("D") and c.claimant == "sohr"]


def with_one_claim(record: MapRecord, **subject: str) -> MapRecord:
    first, *_ = derived(record)
    one = replace(first, id="ALL", place_id=None, place_as_written="Idlib governorate", **subject)
    return replace(record, claims=(*(c for c in record.claims if c not in derived(record)), one))


def shown(history: ControlHistory, many: tuple[str, ...]) -> dict[str, list[Any]]:
    """The holds of every place, the rows of one claim by the name of that claim."""

    def named(claims: tuple[str, ...]) -> list[str]:
        return sorted({"ALL" if i in many else i for i in claims})

    return {
        place_id: [(h.start, h.end, h.holder, h.certainty, h.rival, named(h.claims), h.window) for h in holds]
        for place_id, holds in history.holds.items()
    }


def test_one_claim_about_an_area_gives_the_map_of_the_many_rows(hama_record: Any) -> None:
    rows = derived(hama_record)
    assert len(rows) == 23
    spots = [hama_record.places[c.place_id] for c in rows]
    squares = [
        [[[p.lon + x, p.lat + y] for x, y in ((-d, -d), (d, -d), (d, d), (-d, d), (-d, -d))]]
        for p in spots
        for d in (1e-4,)
    ]
    one = replace(
        with_one_claim(hama_record, area_id="rest"), areas={"rest": area("rest", squares, "MultiPolygon")}
    )
    ids = tuple(c.id for c in rows)
    assert shown(control_history(one, within=places_within(one)), ids) == shown(
        control_history(hama_record), ids
    )


def test_one_claim_about_the_governorate_is_a_row_for_each_of_its_places(hama_record: Any) -> None:
    one = with_one_claim(hama_record, admin_code="SY-ID")
    within = places_within(one)
    assert {c.place_id for c in derived(hama_record)} <= set(within[IDLIB])
    whole = next(c for c in one.claims if c.id == "ALL")
    rows = tuple(replace(whole, id=f"ALL-{i}", place_id=i, admin_code="") for i in within[IDLIB])
    many = replace(one, claims=(*(c for c in one.claims if c.id != "ALL"), *rows))
    ids = tuple(row.id for row in rows)
    assert shown(control_history(one, within=within), ids) == shown(control_history(many), ids)

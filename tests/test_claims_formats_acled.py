"""An ACLED export becomes claims: who holds a place by it, when, and what says nothing about control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from acled_rows import ROW, rows
from format_files import Desk, desk_in, table

from claims.claim import Event, Precision
from claims.formats.acled import NO_WINNER
from claims.import_file import REPEATED, said_of

WRITTEN = datetime.fromtimestamp(1709800000, UTC)
STATE, REBELS = {"actor1": "Army of Inventia", "inter1": "1"}, {"actor2": "Blue Front", "inter2": "2"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


def acled(desk: Desk, *changed: dict[str, str]) -> Path:
    made = [{**ROW, "event_id_cnty": f"INV{i}", **cells} for i, cells in enumerate(changed)]
    return desk.write("acled.csv", table(made))


STATE_2, BOTH = {"actor2": "Army of Inventia", "inter2": "State forces"}, {**STATE, **REBELS}
REGAINS, OVERTAKES = "Government regains territory", "Non-state actor overtakes territory"


@pytest.mark.parametrize(
    ("kind", "cells", "event", "holder", "loser"),
    [
        (REGAINS, BOTH, Event.RECAPTURED, "army-of-inventia", "blue-front"),
        (
            REGAINS,
            {"actor1": "Blue Front", "inter1": "Rebel group", **STATE_2},
            Event.RECAPTURED,
            "army-of-inventia",
            "blue-front",
        ),
        (
            REGAINS,
            {**REBELS, "actor1": "Foreign Army", "inter1": "8"},
            Event.RECAPTURED,
            "foreign-army",
            "blue-front",
        ),
        (OVERTAKES, BOTH, Event.CAPTURED, "blue-front", "army-of-inventia"),
        (OVERTAKES, {**REBELS, "actor1": "Hill Guard", "inter1": "3"}, Event.CAPTURED, None, None),
        ("Non-violent transfer of territory", BOTH, Event.TRANSFERRED, "army-of-inventia", "blue-front"),
        (
            "Headquarters or base established",
            {**STATE, "actor2": "", "inter2": "0"},
            Event.HOLDS,
            "army-of-inventia",
            None,
        ),
    ],
)
def test_who_holds_the_place_after_it(
    desk: Desk, kind: str, cells: dict[str, str], event: Event, holder: str | None, loser: str | None
) -> None:
    done = desk.load(acled(desk, {**cells, "sub_event_type": kind}))
    claim = desk.claims()["acled-INV0"]
    assert (claim.event, claim.holder, claim.from_holder) == (event, holder, loser)
    assert (NO_WINNER in done.tally.flagged) == (holder is None)
    assert claim.value is None and claim.note.endswith("[fatalities: 2]")


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("Armed clash", Event.CLASH),
        ("Air/drone strike", Event.STRIKE),
        ("Shelling/artillery/missile attack", Event.STRIKE),
        ("Attack", Event.CASUALTIES),
    ],
)
def test_fighting_is_kept_with_its_deaths_and_moves_nothing(desk: Desk, kind: str, event: Event) -> None:
    desk.load(acled(desk, {"sub_event_type": kind}))
    claim = desk.claims()["acled-INV0"]
    assert (claim.event, claim.value, claim.holder) == (event, 2.0, None)
    assert (claim.claimant, claim.reporter) == ("inventia-gazette", "acled")
    assert (claim.reliability, claim.credibility, claim.status) == ("F", 6, "claimed")
    assert desk.record().sources["inventia-gazette"].independent_of == frozenset()


def test_other_kinds_are_passed_over_and_counted(desk: Desk) -> None:
    riot = {"event_type": "Riots", "sub_event_type": "Mob violence"}
    done = desk.load(acled(desk, {}, riot, riot, {"latitude": "35.1", "longitude": "36.7"}))
    assert done.tally.passed_over == {"'Mob violence' ('Riots')": 2, "outside the map's window": 1}
    assert done.tally.rows == 4
    said = list(said_of(done.result, done.tally, done.came))
    assert "passed over: 2 'Mob violence' ('Riots')" in said
    assert "new sources: 'ACLED' (id acled), 'Inventia Gazette' (id inventia-gazette)" in said
    assert "new places: 1" in said


def test_a_window_is_as_wide_as_the_row_says(desk: Desk) -> None:
    march = "13 March 2024"
    desk.load(
        acled(desk, *({"time_precision": p, "event_date": march, "timestamp": "1716000000"} for p in "123"))
    )
    day, week, month = (desk.claims()[f"acled-INV{i}"].happened for i in range(3))
    assert [w.precision for w in (day, week, month)] == [Precision.DAY, Precision.WEEK, Precision.MONTH]
    assert (day.start.day, day.end.day, f"{day.end:%H:%M}") == (13, 13, "23:59")
    assert (week.start.day, week.end.day) == (10, 16)
    assert (month.start.day, month.end.day) == (1, 31)


def test_it_is_known_from_when_acled_wrote_it_and_over_by_then(desk: Desk) -> None:
    desk.load(acled(desk, {"time_precision": "3"}, {"time_precision": "1"}))
    month, day = (desk.claims()[f"acled-INV{i}"] for i in range(2))
    assert (month.reported_at, month.happened.end) == (WRITTEN, WRITTEN)
    assert not day.reported_day_precision
    without = [{name: text for name, text in ROW.items() if name != "timestamp"}]
    desk.load(desk.write("old.csv", table([{**without[0], "event_id_cnty": "OLD1"}])))
    old = desk.claims()["acled-OLD1"]
    assert (old.reported_at, old.reported_day_precision) == (old.happened.end, True)


def test_a_region_is_no_place_and_near_a_town_says_nothing_about_who_holds_it(desk: Desk) -> None:
    taken = {"sub_event_type": "Non-state actor overtakes territory"}
    done = desk.load(
        acled(desk, {"geo_precision": "3"}, {"geo_precision": "2"}, {"geo_precision": "2", **taken})
    )
    assert [desk.claims()[f"acled-INV{i}"].place_id for i in range(3)] == [None, "lower-fell", None]
    assert done.came.places == {"lower-fell": "Lower Fell"}
    assert desk.record().places["lower-fell"].precision_m == 10_000


def test_the_maps_own_place_is_found_by_name_and_nearness_only(desk: Desk) -> None:
    near = {"location": "north village", "latitude": "65.07", "longitude": "-18.51"}
    far = {"location": "North Village", "latitude": "64.70", "longitude": "-18.51"}
    same_spot = {"location": "Northern Farm", "latitude": "65.06", "longitude": "-18.50"}
    desk.load(acled(desk, near, far, same_spot, {**far, "latitude": "64.71"}))
    found = [desk.claims()[f"acled-INV{i}"].place_id for i in range(4)]
    assert found == ["north-village", "north-village-2", "north-village", "north-village-2"]
    assert desk.claims()["acled-INV2"].place_as_written == "Northern Farm"


def test_parties_are_found_by_their_aliases_else_they_are_new_and_a_side_of_their_own(desk: Desk) -> None:
    green = desk.record().actors["green"]
    called = replace(green, aliases=("The Greens (2019-)",))
    desk.ledger.correct("my-map", "actor", "green", called, recorded_at=WRITTEN, by="maya", why="alias")
    held = {"sub_event_type": "Headquarters or base established"}
    names = (
        "the greens (2019-)",
        "Grey Ärmy+",
        "Grey Army",
        "grey army",
        "Unidentified Armed Group (Inventia)",
    )
    done = desk.load(acled(desk, *({**held, "actor1": name} for name in names)))
    holders = [desk.claims()[f"acled-INV{i}"].holder for i in range(5)]
    assert holders[0] == "green" and holders[2:] == ["grey-army", "grey-army", "unknown"]
    assert holders[1] is not None and holders[1].startswith("grey-army-")
    assert {desk.record().actors[key].side for key in done.came.actors} == set(done.came.actors)


def test_several_sources_of_a_row_are_all_kept(desk: Desk) -> None:
    desk.load(acled(desk, {"source": "Fell Post; Inventia Gazette"}, {"source": ""}))
    first, second = (desk.claims()[f"acled-INV{i}"] for i in range(2))
    assert (first.claimant, first.report.publisher) == ("fell-post", "Fell Post; Inventia Gazette")
    assert second.claimant == "acled"


def test_loading_again_adds_nothing_and_a_later_export_corrects(desk: Desk) -> None:
    file = acled(desk, {}, {"location": "Upper Fell", "latitude": "64.9"})
    desk.load(file)
    again = desk.load(file)
    assert (again.result.added, again.result.corrected, again.result.unchanged) == (0, 0, 2)
    assert not again.came.places and not again.came.actors and not again.came.sources
    later = desk.load(acled(desk, {"fatalities": "3"}, {"location": "Upper Fell", "latitude": "64.9"}))
    assert (later.result.added, later.result.corrected, later.result.unchanged) == (0, 1, 1)


def test_an_event_that_comes_twice_in_one_export_counts_once_and_is_said(desk: Desk) -> None:
    done = desk.load(acled(desk, {"event_id_cnty": "INV7"}, {"event_id_cnty": "INV7", "fatalities": "9"}))
    assert done.tally.passed_over == {REPEATED: 1}
    assert desk.claims()["acled-INV7"].value == 2.0


def test_all_faults_of_all_rows_are_told(desk: Desk) -> None:
    bad = [
        {"event_date": "2024-02-30", "latitude": "north", "fatalities": "-1", "event_id_cnty": ""},
        {"time_precision": "4"},
        {"geo_precision": ""},
        {"event_date": "31 December 2025"},
        {"timestamp": "1709300000"},
        {"timestamp": "soon"},
        {"location": " "},
        {"notes": "a\0b"},
    ]
    told = desk.told(acled(desk, {}, *bad))
    assert told == [
        "acled.csv, line 3: event_id_cnty: is empty",
        "acled.csv, line 3: latitude: 'north' is not a number",
        "acled.csv, line 3: event_date: '2024-02-30' does not exist in the calendar "
        "(day is out of range for month)",
        "acled.csv, line 3: fatalities: '-1' is not between 0 and 1e+06",
        "acled.csv, line 4: event_date: time_precision is '4'; it is 1, 2 or 3",
        "acled.csv, line 5: latitude: geo_precision is ''; it is 1, 2 or 3",
        "acled.csv, line 6: event_date: '31 December 2025' lies in the future; nobody can have seen it yet",
        "acled.csv, line 7: event_date: '03 March 2024' is after the row's timestamp (2024-03-01)",
        "acled.csv, line 8: event_date: 'soon' is not a number of seconds since 1970",
        "acled.csv, line 9: latitude: location is empty; a point needs the name of its place",
        "acled.csv, line 10: a cell contains a NUL character",
    ]


def test_older_exports_have_more_columns_and_a_missing_one_is_named(desk: Desk) -> None:
    older = {**ROW, "data_id": "1", "event_id_no_cnty": "1", "iso3": "INV"}
    assert desk.load(desk.write("older.csv", table([older]))).result.added == 4
    less = {name: text for name, text in ROW.items() if name not in ("inter1", "notes")}
    assert desk.told(desk.write("less.csv", table([less])), form="acled") == [
        "less.csv, line 1: column 'inter1' is missing",
        "less.csv, line 1: column 'notes' is missing",
    ]


def test_hostile_names_stay_text(desk: Desk) -> None:
    hostile = '<script>alert(1)</script>=cmd|\u202e"'
    desk.load(acled(desk, {"location": hostile, "source": hostile, "actor1": hostile, "notes": hostile}))
    claim = desk.claims()["acled-INV0"]
    assert claim.note == hostile and claim.place_as_written == hostile
    assert desk.record().places[claim.place_id or ""].name == hostile
    assert (claim.place_id or "").isascii() and "<" not in (claim.place_id or "")


def test_a_thousand_invented_rows_are_drawn(desk: Desk) -> None:
    from figures.drawing import draw

    desk.load(desk.write("many.csv", table(rows(300, places=40))))
    drawn = draw(desk.record())
    assert len(drawn.record.claims) > 200


def test_what_an_editor_merged_or_took_off_the_map_stays_so(desk: Desk) -> None:
    lower, upper = {}, {"location": "Upper Fell", "latitude": "64.9"}
    third = {"location": "Third Fell", "latitude": "64.7", "geo_precision": "2"}
    desk.load(acled(desk, lower, upper, third))
    by_hand = {"recorded_at": WRITTEN, "by": "maya", "why": "one village"}
    desk.ledger.merge("my-map", "place", "lower-fell", "upper-fell", **by_hand)
    desk.ledger.merge("my-map", "source", "inventia-gazette", "acled", **by_hand)
    more = [{**cells, "event_id_cnty": f"NEW{i}"} for i, cells in enumerate((lower, upper, third))]
    done = desk.load(acled(desk, *more))
    found = desk.claims()
    assert [found[f"acled-NEW{i}"].place_id for i in range(3)] == ["upper-fell", "upper-fell", "third-fell"]
    assert found["acled-NEW0"].claimant == "acled"
    assert (done.result.added, done.came.places, done.came.sources) == (3, {}, {})
    assert set(desk.record().places) >= {c.place_id for c in found.values() if c.place_id}


def test_a_place_that_was_taken_off_the_map_leaves_its_claims_unlocated(desk: Desk) -> None:
    desk.load(acled(desk, {}))
    by_hand = {"recorded_at": WRITTEN, "by": "maya", "why": "no such village"}
    desk.ledger.retract("my-map", "claim", "acled-INV0", **by_hand)
    desk.ledger.retract("my-map", "place", "lower-fell", **by_hand)
    done = desk.load(acled(desk, {"event_id_cnty": "NEW1"}))
    assert desk.claims()["acled-NEW1"].place_id is None
    assert done.came.places == {}


def test_a_source_that_was_retracted_stays_so_and_its_name_is_a_new_one(desk: Desk) -> None:
    desk.load(acled(desk, {}))
    desk.ledger.retract("my-map", "source", "acled", recorded_at=WRITTEN, by="maya", why="a slip")
    desk.load(acled(desk, {"event_id_cnty": "NEW1"}))
    assert desk.claims()["acled-NEW1"].reporter == "acled-again"
    assert "acled-again" in desk.record().sources and "acled" not in desk.record().sources

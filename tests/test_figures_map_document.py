from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from conftest import EXAMPLE
from hypothesis import given
from hypothesis import strategies as st
from small_record import (
    ACTORS,
    ASSESSED,
    BLUE,
    CLAIMED,
    INFERRED,
    RED,
    UNKNOWN,
    hours,
    made,
    small_history,
    small_record,
)

from claims.claim import Claim, Event, Precision, Window
from claims.map_folder import read_map_folder
from figures.document_file import unpacked
from figures.drawing import Drawing, draw
from figures.map_document import Grid, MapParts, _clock, _without_holes, document_bytes, map_document
from layers.composite import polygon
from layers.front_line import FrontStyle, fronts_at, sides_of
from layers.rounding import rounded

KEYS = {
    "format", "version", "id", "title", "clock", "span", "window", "known_at", "known_label", "head",
    "method", "border_view", "actors", "sources", "certainties", "states", "grid", "arcs", "faces", "edges",
    "places", "start", "changes", "events", "claims", "reference", "area", "front", "ground", "unlocated",
    "credits", "release", "withheld", "corrections", "counts", "reach_km",
    "ground_from", "observations", "gaps", "moved",
}  # fmt: skip


@cache
def hama() -> Drawing:
    return draw(read_map_folder(EXAMPLE))


def points(document, line):
    grid = document["grid"]
    steps = np.array(line).reshape(-1, 2).cumsum(axis=0)
    return steps * grid["step"] + (grid["lon"], grid["lat"])


def small_document(story, claims=(), places=None):
    record = small_record(
        places or {"a": (35.0, 37.0), "b": (35.0, 37.1), "c": (35.08, 37.05)}, claims=claims
    )
    history = small_history(record, story)
    ground, whole = made(record, history)
    parts = MapParts(record, history, ground, whole, rounded(whole, record))
    return map_document(parts, city=record.places["a"], rings_km=(10.0,), asked=False), history, record


def claim(**changes) -> Claim:
    fields = {
        "id": "c1",
        "place_as_written": "B",
        "place_id": "b",
        "event": Event.CAPTURED,
        "holder": BLUE,
        "from_holder": RED,
        "claimant": "monitor",
        "reporter": "monitor",
        "happened": Window(hours(1), hours(2), Precision.DAY),
        "reported_at": hours(3),
        "reported_day_precision": True,
        "status": "confirmed",
        "reliability": "B",
        "credibility": 2,
    }
    return Claim(**(fields | changes))


def test_a_document_has_every_key_of_its_description_and_no_other():
    document = hama().document
    assert set(document) == KEYS
    assert (document["format"], document["version"], document["id"]) == ("frontline-map", 2, "hama-2024")
    assert document["certainties"] == [
        "assessed",
        "claimed",
        "contested",
        "stale",
        "not_reported",
        "inferred",
        "reported",
        "uncertain",
    ]


def test_every_index_names_something():
    document = hama().document
    actors, states, places = (len(document[key]) for key in ("actors", "states", "places"))
    arcs, faces, sources = (len(document[key]) for key in ("arcs", "faces", "sources"))
    assert all(0 <= a < actors and 0 <= c < 6 and -1 <= r < actors for a, c, r in document["states"])
    for place, in_region, rings in document["faces"]:
        assert 0 <= place < places
        assert in_region in (0, 1)
        assert all(0 <= (i if i >= 0 else ~i) < arcs for ring in rings for i in ring)
    for arc, left, right in document["edges"]:
        assert 0 <= arc < arcs
        assert 0 <= left < faces
        assert 0 <= right < faces
    limits = (len(document["faces"]), len(document["edges"]), places)
    values = (states, 4, states)
    for key, limit, most in zip(("faces", "fronts", "places"), limits, values, strict=True):
        assert len(document["start"][key]) == limit
        assert all(0 <= value < most for value in document["start"][key])
    for _, *columns in document["changes"]:
        for pairs, limit, most in zip(columns, limits, values, strict=True):
            assert len(pairs) % 2 == 0
            assert all(0 <= i < limit for i in pairs[::2])
            assert all(0 <= v < most for v in pairs[1::2])
    for event in document["events"]:
        assert 0 <= event["before"] < states
        assert 0 <= event["after"] < states
        assert event["claims"]
        assert all(0 <= c < len(document["claims"]) for c in event["claims"])
        assert event["from"] <= event["t"]
    for said in document["claims"]:
        assert 0 <= said["claimant"] < sources
        assert 0 <= said["reporter"] < sources
        assert -1 <= said["place"] < places


def test_changes_and_events_are_in_time_and_each_instant_comes_once():
    document = hama().document
    instants = [change[0] for change in document["changes"]]
    assert instants == sorted(set(instants))
    times = [event["t"] for event in document["events"]]
    assert times == sorted(times)
    assert all(change[1] or change[2] or change[3] for change in document["changes"])


def test_rings_close_and_faces_have_their_size():
    drawing = hama()
    document = drawing.document
    lines = [points(document, line) for line in document["arcs"]]
    size = 0.0
    for _, _, rings in document["faces"]:
        for number, ring in enumerate(rings):
            walked = [lines[i] if i >= 0 else lines[~i][::-1] for i in ring]
            for one, other in zip(walked, [*walked[1:], walked[0]], strict=True):
                assert np.allclose(one[-1], other[0], atol=1e-9)
            area = shapely.Polygon(np.vstack(walked)).area
            size += -area if number else area
    truth = sum(polygon(drawing.composite, face).area for face in range(len(drawing.composite.faces)))
    assert size == pytest.approx(truth, rel=1e-4)


def test_the_grid_keeps_ten_metres():
    drawing = hama()
    for arc, line in zip(drawing.drawn.arcs, drawing.document["arcs"], strict=True):
        kept = shapely.LineString(points(drawing.document, line))
        for spot in arc.points:
            assert kept.distance(shapely.Point(spot)) * 111_320 <= 10


def replayed(document, instant):
    """Faces, fronts and places at an instant, in seconds, as any player works them out."""
    now = [list(document["start"][key]) for key in ("faces", "fronts", "places")]
    for t, *columns in document["changes"]:
        if t > instant:
            break
        for states, pairs in zip(now, columns, strict=True):
            for index, value in zip(pairs[::2], pairs[1::2], strict=True):
                states[index] = value
    return now


def test_replaying_the_document_gives_what_the_history_says():
    drawing = hama()
    document = drawing.document
    sides = sides_of(drawing.record.actors)
    for t in [change[0] + late for change in document["changes"] for late in (-1, 0)]:
        instant = datetime.fromtimestamp(t, UTC)
        _, fronts, places = replayed(document, t)
        for place, number in zip(document["places"], places, strict=True):
            hold = drawing.history.at(place["id"], instant)
            actor, certainty, rival = document["states"][number]
            assert document["actors"][actor]["id"] == hold.holder
            assert document["certainties"][certainty] == hold.certainty
            assert (document["actors"][rival]["id"] if rival >= 0 else None) == hold.rival
        shown = {edge[0]: FrontStyle(s) for edge, s in zip(document["edges"], fronts, strict=True) if s}
        assert shown == fronts_at(drawing.drawn, instant, sides)


def test_a_document_is_the_same_bytes_each_time_and_small():
    record = read_map_folder(EXAMPLE)
    one = document_bytes(hama().document)
    assert document_bytes(draw(record).document) == one
    assert unpacked(json.loads(one)) == json.loads(json.dumps(hama().document))
    assert len(gzip.compress(one, 9, mtime=0)) < 100_000
    assert b": " not in one[:200]
    assert "حماة".encode() in one


def test_bytes_refuse_what_json_has_no_number_for():
    with pytest.raises(ValueError, match="JSON"):
        document_bytes({"km": float("nan")})


def test_an_event_is_what_a_report_said_not_what_was_inferred():
    story = {"b": [(2.0, BLUE, ASSESSED)], "c": [(2.0, BLUE, INFERRED)]}
    document, history, _ = small_document(story, claims=[claim()])
    assert [event["place"] for event in document["events"]] == [1]
    event = document["events"][0]
    assert (event["kind"], event["t"]) == ("change", int(hours(2).timestamp()))
    assert document["states"][event["before"]][0] == [a["id"] for a in document["actors"]].index(RED)
    assert document["states"][event["after"]][0] == [a["id"] for a in document["actors"]].index(BLUE)
    assert history.holds["c"][-1].certainty is INFERRED


def test_a_failed_attack_is_told_as_no_change():
    events = [event for event in hama().document["events"] if event["kind"] == "no_change"]
    assert {"attack_failed", "repeat"} <= {event["reason"] for event in events}
    assert all(event["before"] == event["after"] for event in events)


def test_claims_after_the_known_time_are_not_in_the_document():
    known_at = datetime(2024, 12, 3, 20, 59, tzinfo=UTC)
    document = draw(read_map_folder(EXAMPLE), known_at).document
    assert document["known_at"] == int(known_at.timestamp())
    assert document["known_label"] == "asked"
    assert document["claims"]
    assert all(said["reported"] <= document["known_at"] for said in document["claims"])
    assert len(document["claims"]) < len(hama().document["claims"])
    assert hama().document["known_label"] == "latest"


def test_hostile_names_stay_text():
    ugly = "</script><img src=x onerror=alert(1)>\u202e%{y}"
    document, _, _ = small_document({}, claims=[claim(place_as_written=ugly, note=ugly)])
    again = unpacked(json.loads(document_bytes(document)))
    assert again["claims"][0]["written"] == ugly
    assert again["claims"][0]["note"] == ugly


def test_a_claim_keeps_its_window_its_code_and_its_empty_fields():
    document, _, _ = small_document({}, claims=[claim()])
    said = document["claims"][0]
    assert (said["code"], said["day"], said["reported_day"], said["place"]) == ("B2", 1, 1, 1)
    assert (said["value"], said["low"], said["reference"]) == (None, None, -1)
    assert said["start"] == int(hours(1).timestamp())


def test_unknown_is_always_among_the_actors_and_short_names_are_short():
    document, _, _ = small_document({})
    actors = {actor["id"]: actor for actor in document["actors"]}
    assert set(actors) == set(ACTORS)
    assert actors[RED]["short"]["en"] == "Red army"
    assert actors[BLUE]["short"]["en"] == "Blue army"
    assert (actors[UNKNOWN]["role"], actors[UNKNOWN]["side"]) == ("unknown", "unknown")
    shorts = {actor["short"]["en"] for actor in hama().document["actors"]}
    assert {"HTS-led opposition", "Syrian government"} <= shorts


def test_ranks_put_the_city_first_and_silent_places_last():
    ranks = {place["id"]: place["rank"] for place in hama().document["places"]}
    assert [place for place, rank in ranks.items() if rank == 0] == ["hama"]
    assert ranks["aleppo"] == 1
    assert ranks["maar-shahour"] == 2
    changed = {event["place"] for event in hama().document["events"] if event["kind"] == "change"}
    assert all(hama().document["places"][number]["rank"] <= 3 for number in changed)


def test_the_clock_knows_when_the_offset_changes():
    day = datetime(2024, 10, 20, tzinfo=UTC)
    clock = _clock(ZoneInfo("Europe/Kyiv"), [day, day + timedelta(days=20)])
    assert clock["name"] == {"ar": "كييف", "en": "Kyiv"}
    turn = int(datetime(2024, 10, 27, 1, 0, tzinfo=UTC).timestamp())
    assert clock["offsets"] == [[int(day.timestamp()) - 86_400, 180], [turn, 120]]
    spring = datetime(2025, 3, 25, tzinfo=UTC)
    found = _clock(ZoneInfo("Europe/Kyiv"), [spring, spring + timedelta(days=20)])["offsets"]
    assert found[1] == [int(datetime(2025, 3, 30, 1, 0, tzinfo=UTC).timestamp()), 180]


@given(st.lists(st.tuples(st.floats(35, 38), st.floats(34, 37)), min_size=2, max_size=30))
def test_a_line_comes_back_from_the_grid_within_half_a_step(line):
    grid = Grid(36.0, 35.0, 1e-4)
    coded = grid.line(np.array(line))
    steps = np.array(coded).reshape(-1, 2)
    assert len(steps) >= 2
    kept = shapely.LineString(steps.cumsum(axis=0) * grid.step + (grid.lon, grid.lat))
    for spot in line:
        assert kept.distance(shapely.Point(spot)) <= 1e-4 * 0.7072


def test_rings_of_the_ground_have_no_holes():
    ring = shapely.box(0, 0, 10, 10)
    holed = ring.difference(shapely.box(2, 2, 3, 3)).difference(shapely.box(6, 5, 8, 8))
    parts = _without_holes(holed)
    assert all(not part.interiors for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(holed.area)


def test_the_ground_names_its_units_where_the_window_shows_them():
    document = hama().document
    west, south, east, north = document["window"]
    units = {unit["code"]: unit for unit in document["ground"]["units"]}
    assert units["SY-HM"]["in_region"] == 1
    assert units["SY-ID"]["name"] == {"ar": "محافظة إدلب", "en": "Idlib"}
    lon, lat = points(document, units["SY-ID"]["at"])[0]
    assert west < lon < east
    assert south < lat < north
    assert {"Orontes", "Euphrates"} <= {river["name"].get("en") for river in document["ground"]["rivers"]}


def test_a_claimed_village_is_dashed_beside_its_claimant():
    document, _, _ = small_document({"b": [(-1.0, BLUE, ASSESSED)], "c": [(1.0, RED, CLAIMED, BLUE)]})
    _, fronts, _ = replayed(document, int(hours(1).timestamp()))
    assert {1, 2} == set(fronts) - {0}

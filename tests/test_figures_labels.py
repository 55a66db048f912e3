"""Names find room, or are left out; none stands on another."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_document import at, tiny_document

from figures.dots import MOST_DOTS, dotted
from figures.frames import Projected, narrow_frame, wide_frame
from figures.front_points import FrontPoints
from figures.labels import (
    BUDGETS,
    Box,
    Room,
    Scatter,
    Wanted,
    _Raster,
    best_label,
    place_labels,
    place_together,
)
from figures.map_names import names_on
from figures.map_sources import states_at
from figures.party_names import PartyNames
from figures.sentences import Teller
from figures.text import esc, plain, width


def _wanted(x, y, text="Kafr Zita", rank=2, **more):
    return Wanted(f"{x}-{y}", text, (x, y), rank, 12.0, **more)


def _room(fronts=(), dots=()):
    return Room(640, 452, Scatter(fronts), Scatter(dots))


def test_a_name_stands_to_the_right_of_its_dot_where_nothing_is_in_the_way():
    label = best_label(_wanted(100, 100), _room())
    assert label.anchor == "start"
    assert label.box.left > 100
    assert label.leader is None


def test_a_name_goes_to_the_other_side_of_a_front():
    front = [((112.0, y), 1.0) for y in range(60, 140, 6)]
    label = best_label(_wanted(100, 100), _room(fronts=front))
    assert label.box.right < 112


def test_a_name_in_a_crowd_gets_a_leader_that_crosses_no_label():
    ring = [(math.cos(turn / 9) * 13, math.sin(turn / 9) * 13) for turn in range(57)]
    room = _room(dots=[((100 + x, 100 + y), 0.3) for x, y in ring])
    room.taken.append(Box(106, 90, 180, 110))
    label = best_label(_wanted(100, 100, rank=1), room)
    assert label.leader is not None
    assert room.open(label.leader)


def test_a_small_place_is_dropped_where_a_large_one_would_pay():
    fronts = [((x, y), 1.0) for x in range(0, 400, 6) for y in range(0, 400, 6)]
    assert best_label(_wanted(200, 200, rank=4), _room(fronts=fronts)) is None
    assert best_label(_wanted(200, 200, rank=0), _room(fronts=fronts)) is not None


def test_a_second_line_is_left_out_before_the_name_is():
    room = _room()
    room.taken += [Box(0, 0, 640, 90), Box(0, 112, 640, 452)]
    label = best_label(_wanted(100, 100, second="retaken 4 Dec, SOHR"), room)
    assert label.wanted.second == ""


def test_a_second_line_that_would_stand_on_a_front_is_left_out_too():
    front = [((float(x), 118.0), 1.0) for x in range(100, 260, 6)]
    room = _room(fronts=front)
    room.taken += [Box(0, 0, 640, 88), Box(0, 0, 96, 452)]
    label = best_label(_wanted(100, 100, second="retaken 4 Dec, SOHR", leaders=False), room)
    assert label.wanted.second == ""


def test_a_name_stays_where_it_stood_unless_elsewhere_is_much_better():
    left = best_label(_wanted(100, 100), _room(fronts=[((112.0, 100.0), 1.0)]))
    assert left.anchor == "end"
    stays = best_label(_wanted(100, 100, stood=(left.x, left.y)), _room())
    assert (stays.x, stays.y) == (left.x, left.y)
    front = [((80.0, float(y)), 1.0) for y in range(60, 140, 6)]
    assert best_label(_wanted(100, 100, stood=(left.x, left.y)), _room(fronts=front)).anchor == "start"


def test_a_name_is_not_put_where_it_reads_as_the_neighbours():
    label = best_label(_wanted(100, 100, leaders=False), _room(dots=[((100, 100), 1.0), ((116, 110), 1.0)]))
    assert label.box.away((116, 110)) > label.box.away((100, 100))


def test_a_leader_crosses_no_other_and_no_label_stands_on_it():
    room = _room()
    room.leaders.append(((80.0, 150.0), (300.0, 150.0)))
    assert not room.open(((100.0, 140.0), (100.0, 170.0)))
    assert not room.free(Box(150, 140, 200, 160))


def test_a_second_line_gives_way_to_a_name_of_the_same_rank():
    room = _room()
    room.taken += [Box(0, 0, 640, 92), Box(0, 126, 640, 452), Box(0, 0, 98, 452)]
    first = _wanted(100, 100, text="Kafr'a", second="retaken 4 Dec, SOHR", leaders=False)
    other = _wanted(110, 118, text="Maar Shahour", leaders=False)
    assert [label.wanted.text for label in place_labels([first, other], room)] == ["Kafr'a"]
    together = {label.wanted.text: label.wanted.second for label in place_together([first, other], room)}
    assert together == {"Kafr'a": "", "Maar Shahour": ""}


def test_the_reference_city_is_never_dropped_for_its_cost():
    assert math.isinf(BUDGETS[0])


points = st.tuples(st.floats(0, 640), st.floats(0, 452))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(points, st.integers(0, 4), st.text(min_size=1, max_size=18)), max_size=25))
def test_no_two_labels_overlap_and_all_are_on_the_map(places):
    wanted = [Wanted(str(index), text, point, rank, 12.0) for index, (point, rank, text) in enumerate(places)]
    labels = place_labels(wanted, _room(dots=[(point, 1.0) for point, _, _ in places]))
    for one, other in combinations(labels, 2):
        assert not one.box.meets(other.box)
    for label in labels:
        assert label.box.left >= 0 and label.box.right <= 640
        assert label.box.top >= 0 and label.box.bottom <= 452


def boxes_shown(names, t):
    """Every box that stands on a frame at an instant."""
    shown = [label.box for label in (*names.towns, *names.rings, *names.units)]
    shown += [names.city.box] if names.city else []
    chip = [chip for chip in names.chips if chip.since <= t][-1:]
    shown += [one.pill for one in chip if one.pill]
    for day in [day for day in names.days if day.since <= t][-1:]:
        shown += [label.box for label in day.labels]
        shown += [name.box for name in day.actors]
    return shown


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("frame_of", [wide_frame, narrow_frame])
def test_nothing_overlaps_at_any_instant_of_the_example(hama_drawing, lang, frame_of):
    document = hama_drawing.document
    frame = frame_of(document)
    stamp = Box(8, 8, 240, 40)
    names = names_on(document, frame, lang, [stamp])
    instants = {document["span"][0], *(change[0] for change in document["changes"])}
    instants |= {day.since for day in names.days}
    for t in instants:
        shown = [*boxes_shown(names, t), stamp]
        assert [pair for pair in combinations(shown, 2) if pair[0].meets(pair[1])] == []
        for box in shown:
            assert box.left >= 0 and box.right <= frame.width and box.top >= 0 and box.bottom <= frame.height


def test_the_parties_and_the_nearest_place_are_named_on_the_example(hama_drawing):
    document = hama_drawing.document
    evening = at(4, 23, 59)
    for frame in (wide_frame(document), narrow_frame(document)):
        names = names_on(document, frame, "en", [])
        day = [day for day in names.days if day.since <= evening][-1]
        assert {name.role for name in day.actors} >= {"government", "opposition"}
        assert "Brigade 87" in {label.wanted.text for label in day.labels}


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("frame_of", [wide_frame, narrow_frame])
def test_the_place_that_was_lost_and_retaken_is_named_on_its_days(hama_drawing, lang, frame_of):
    document = hama_drawing.document
    index = [place["id"] for place in document["places"]].index("maar-shahour")
    names = names_on(document, frame_of(document), lang, [])
    for moment in (at(3, 23, 59), at(4, 6), at(4, 23, 59), at(5, 15)):
        day = [day for day in names.days if day.since <= moment][-1]
        assert str(index) in {label.wanted.key for label in day.labels}


def test_a_name_waits_for_the_first_report_of_its_place(hama_drawing):
    document = hama_drawing.document
    index = [place["name"]["en"] for place in document["places"]].index("Al-Uwayr")
    first = min(event["t"] for event in document["events"] if event["place"] == index)
    names = names_on(document, wide_frame(document), "en", [])
    day = [day for day in names.days if day.since <= first][-1]
    assert str(index) in {label.wanted.key for label in day.labels}
    assert day.told[str(index)] == first > day.since


def test_a_claimed_retaking_is_not_printed_as_one(hama_drawing):
    """SANA said on 3 December that villages in the west were retaken; stripes show that, no second line."""
    document = hama_drawing.document
    names = names_on(document, wide_frame(document), "en", [])
    for day in names.days:
        for key, notes in day.notes.items():
            for t, text in notes:
                told = [e for e in document["events"] if e["place"] == int(key) and e["t"] == t]
                holders = {document["states"][event["after"]][1] for event in told}
                assert "retaken" not in text or holders == {0}


def test_a_name_on_the_map_needs_no_bracket_against_namesakes(hama_drawing):
    document = hama_drawing.document
    names = names_on(document, wide_frame(document), "en", [])
    shown = {label.wanted.text for day in names.days for label in day.labels}
    assert not [text for text in shown if "(" in text]


def test_the_city_and_its_distance_stand_on_a_small_map():
    document = tiny_document()
    names = names_on(document, wide_frame(document), "en", [])
    assert names.city.wanted.text == "Qasr"
    assert {chip.text for chip in names.chips} == {"14\u00a0km", "8.3\u00a0km"}


def test_a_text_is_estimated_wider_than_it_is_drawn():
    # Measured in Chromium with Noto Sans and Noto Sans Arabic at 100 px.
    assert width("Maar Shahour", 100) >= 622
    assert width("السقيلبية", 100) >= 371
    assert width("جبل زين العابدين", 100) >= 671
    assert width("Maar Shahour", 100) < 1.25 * 640


@given(st.text(max_size=40))
def test_an_escaped_text_has_no_markup_and_no_directional_control(text):
    escaped = esc(text)
    assert not set(escaped) & set("<>\"'")
    assert not set(escaped) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00\x1b"
    )


def test_hostile_names_stay_readable_text():
    assert plain("\u202eevil\u2067name\x00") == "evilname"
    assert esc("</script><b>") == "&lt;/script&gt;&lt;b&gt;"
    assert plain("می‌خواهم") == "می‌خواهم"  # a zero-width non-joiner belongs to the word


def test_names_of_a_long_story_stand_for_several_days_and_party_names_on_ground_held_all_of_them(
    hama_drawing, monkeypatch
):
    monkeypatch.setattr("figures.map_names._MOST_SPANS", 4)
    document, frame = hama_drawing.document, wide_frame(hama_drawing.document)
    names = names_on(document, frame, "en", [])
    days = Teller.of(document, "en").say.clock.days(*document["span"])
    assert [day.since for day in names.days] == days[::3]
    assert all(name.role in ("government", "opposition") for day in names.days for name in day.actors)
    for t in days[::2]:
        shown = boxes_shown(names, t + 3_600)
        assert not any(one.meets(other) for one, other in combinations(shown, 2))


def test_a_party_is_named_in_the_middle_of_its_ground_and_stays_while_it_holds_it():
    document = tiny_document()
    frame = wide_frame(document)
    points = [Projected(document, frame).place(index) for index in range(len(document["places"]))]
    parties = PartyNames(Teller.of(document, "en"), frame, points, (frame.width / 2, frame.height / 2))
    start, end = document["span"]
    during = list(parties.owners([start, end - 1]))
    room = Room(frame.width, frame.height)
    first = parties.on_ground(during[:1], room, ())
    assert {name.role for name in first} <= {"government", "opposition"} and first
    assert parties.on_ground(during[:1], room, first) == first
    nobody = np.full_like(during[0], -1)
    assert parties.on_ground([nobody], room, first) == ()


@given(
    points=st.lists(st.tuples(st.floats(-5, 700), st.floats(-5, 500)), min_size=1, max_size=60),
    box=st.tuples(st.floats(-20, 720), st.floats(-20, 520), st.floats(1, 90), st.floats(1, 30)),
)
def test_a_crowd_of_points_weighs_what_its_points_weigh_to_the_nearest_px(points, box):
    left, top, wide, high = box
    inner, outer = (Box(left, top, left + wide, top + high).grown(by) for by in (-1.5, 1.5))
    few = Scatter((point, 1.0) for point in points)
    many = _Raster(np.array(points), np.ones(len(points)))
    assert few.within(inner) <= many.within(Box(left, top, left + wide, top + high)) + 1e-9
    assert many.within(Box(left, top, left + wide, top + high)) <= few.within(outer) + 1e-9


def test_in_a_crowd_only_the_place_of_each_spot_that_matters_most_has_a_dot_and_a_name():
    document = tiny_document()
    frame = wide_frame(document)
    assert dotted(document, frame) == list(range(len(document["places"])))
    own = document["places"][1]
    crowd = [
        {
            **own,
            "id": f"crowd-{k}",
            "rank": 5,
            "lon": own["lon"] + k % 50 / 5e4,
            "lat": own["lat"] + k // 50 / 5e4,
        }
        for k in range(MOST_DOTS)
    ]
    document["places"] += crowd
    document["start"]["places"] += [0] * len(crowd)
    shown = dotted(document, frame)
    assert 1 in shown
    assert len(shown) < 60
    names = names_on(document, frame, "en", [], dotted=shown)
    named = {label.wanted.key for label in (*names.towns, *(one for day in names.days for one in day.labels))}
    assert named <= {str(index) for index in shown}


def test_a_front_weighs_for_the_share_of_the_time_that_it_is_one():
    document = tiny_document()
    frame = wide_frame(document)
    points = FrontPoints.of(document, frame)
    everything = Box(0, 0, frame.width, frame.height)
    first, last = document["span"]
    turns = [t for t, _, pairs, _ in document["changes"] if pairs]
    whole = points.between(first, last).within(everything)
    parts = [points.between(t, t + 1).within(everything) for t in (first, *turns)]
    assert min(parts) <= whole <= len(points.weights)
    styles = states_at(document, turns[-1])["edges"]
    shown = {edge for edge, style in enumerate(styles) if style}
    assert parts[-1] == pytest.approx(
        sum(w for w, e in zip(points.weights, points.lines, strict=True) if e in shown)
    )

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from conftest import EXAMPLE
from small_record import small_record

from claims.map_folder import read_map_folder
from claims.methods.registry import UnknownMethod
from figures.drawing import Drawing, document_bytes, draw, reference
from layers.errors import NoPlaces, UnknownCity, UnknownRegion

POINTS = {"a": (35.0, 37.0), "b": (35.0, 37.1), "c": (35.08, 37.05)}


@cache
def hama() -> Drawing:
    return draw(read_map_folder(EXAMPLE))


def test_another_city_gives_the_same_reference_as_drawing_from_it():
    drawing = hama()
    apart = reference(drawing, "salamiyah", (5.0, 10.0))
    assert apart == draw(drawing.record, city="salamiyah", rings_km=(5.0, 10.0)).document["reference"]
    assert drawing.document["places"][apart["place"]]["id"] == "salamiyah"
    assert [ring["km"] for ring in apart["rings"]] == [5.0, 10.0]
    assert apart["edge_km"] == 0.0, "nobody stated how far Salamiyah is built up"


def test_the_reference_of_the_maps_own_city_is_the_documents():
    drawing = hama()
    assert reference(drawing, "hama", drawing.record.settings.rings_km) == drawing.document["reference"]
    assert drawing.document["reference"]["edge_km"] == 4.0


def test_the_city_chosen_has_the_first_label():
    places = draw(hama().record, city="salamiyah").document["places"]
    assert [place["id"] for place in places if place["rank"] == 0] == ["salamiyah"]


def test_claimed_distances_are_marked_beside_the_computed_ones():
    said = hama().document["reference"]["claimed"]
    assert len(said) > 5
    claims = hama().document["claims"]
    assert all(claims[one["claim"]]["event"] == "distance" for one in said)
    assert any(one["qualifier"] == "more_than" or one["low"] is not None for one in said)


def test_steps_are_told_to_whoever_holds_the_clock():
    told: list[str] = []
    draw(small_record(POINTS), lap=told.append)
    assert told == ["history", "basemap", "composite", "rounding", "document"]


def test_a_newcomers_map_in_another_country_draws_at_once():
    record = small_record({"omdurman": (15.64, 32.48), "bahri": (15.68, 32.55), "soba": (15.5, 32.65)})
    document = draw(record).document
    assert len(document["faces"]) == 3
    assert document["area"]["region"] == {"code": "", "name": {}}
    assert document["ground"]["land"]
    assert document["ground"]["units"] == []


def test_a_map_of_one_place_and_no_claims_draws():
    document = draw(small_record({"alone": (35.0, 37.0)})).document
    assert len(document["faces"]) == 1
    assert document["changes"] == []
    assert document["edges"] == []
    assert document["reference"]["series"][0][1:] == [None, None, None, None, -1]


def test_what_cannot_be_drawn_is_named():
    record = small_record(POINTS)
    with pytest.raises(UnknownCity, match="nowhere"):
        draw(record, city="nowhere")
    with pytest.raises(UnknownCity):
        reference(draw(record), "nowhere", ())
    with pytest.raises(UnknownRegion):
        draw(replace(record, settings=replace(record.settings, region="SY-XX")))
    with pytest.raises(UnknownMethod, match="guess"):
        draw(record, method="guess")
    with pytest.raises(NoPlaces):
        draw(small_record({}))


def test_drawing_twice_gives_the_same_bytes():
    record = small_record(POINTS)
    assert document_bytes(draw(record).document) == document_bytes(draw(record).document)

"""The tables of measures say what the document says, in plain names."""

from __future__ import annotations

from datetime import datetime

from tiny_document import tiny_document

from figures.tables import area_table, distance_table, front_table

DOCUMENT = tiny_document()


def test_one_distance_row_per_change_in_the_maps_zone():
    table = distance_table(DOCUMENT)
    assert len(table["series"]) == len(DOCUMENT["reference"]["series"])
    assert table["city"] == DOCUMENT["places"][DOCUMENT["reference"]["place"]]["id"]
    assert all(
        datetime.fromisoformat(row["at"]).utcoffset().total_seconds() == 3 * 3600 for row in table["series"]
    )


def test_claimed_distances_keep_their_words():
    table = distance_table(DOCUMENT)
    for row, claimed in zip(table["claims"], DOCUMENT["reference"]["claimed"], strict=True):
        assert (row["km"], row["qualifier"]) == (claimed["km"], claimed["qualifier"])


def test_areas_go_by_holder_id():
    table = area_table(DOCUMENT)
    known = {actor["id"] for actor in DOCUMENT["actors"]}
    assert table["series"]
    for row in table["series"]:
        assert set(row["km2"]) <= known
        assert sum(row["km2"].values()) <= table["total_km2"] * 1.001


def test_the_front_has_a_length_and_what_it_is_made_of():
    (row,) = front_table(DOCUMENT)["series"]
    assert (row["km"], row["solid_km"], row["dashed_km"], row["dotted_km"]) == (42.5, 40.0, 2.5, 0.0)

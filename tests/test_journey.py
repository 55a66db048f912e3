"""The tour: one control change walks through the seven rooms, from a row of a file to the reader's screen.

Maar Shahour, a town north-east of Hama: taken on 3 December 2024, retaken after midnight. Beside it walk
Kafr'a, Mount Zain al-Abidin (an attack that failed), Brigade 87, Northern and Southern Sarha, and two names
that nobody can put on a map.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from conftest import EXAMPLE

from claims.claim import Event
from claims.control import Certainty
from claims.formats.columns import Known
from claims.formats.csv import read_drafts
from claims.history import control_history
from claims.ledger import Ledger
from claims.locate import located
from claims.map_folder import read_map_folder
from figures.drawing import draw
from gazetteer.errors import UnknownPlace
from gazetteer.index import Gazetteer
from layers.basemap import basemap
from layers.composite import composite, polygon, states_at

GOVERNMENT, OPPOSITION = "syrian_government", "hts_led_opposition"


def damascus(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2024-12-{day:02d}T{clock}+03:00")


@pytest.fixture(scope="module")
def record(shared_ledger_url):
    """What the ledger gives back after the folder was loaded: every later room starts from it."""
    book = Ledger(shared_ledger_url)
    book.load(read_map_folder(EXAMPLE), recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    yield book.read()
    book.close()


@pytest.fixture(scope="module")
def history(record):
    return control_history(record)


@pytest.fixture(scope="module")
def drawing(record):
    return draw(record)


@pytest.fixture(scope="module")
def drafts(record):
    known = Known(
        actors=set(record.actors),
        sources=set(record.sources),
        places=set(record.places),
        zone=record.settings.zone,
        clock_zone=None,
    )
    faults = []
    found = {draft.claim.id: draft for draft in read_drafts(EXAMPLE / "claims.csv", known, faults)}
    assert faults == []
    return found


def test_room_1_a_row_becomes_a_draft_with_the_name_as_written(drafts):
    draft = drafts["T166"]
    assert draft.claim.place_as_written == "Mount Zain Al-Abidin"
    assert draft.claim.event is Event.ATTACK_FAILED


def test_room_2_the_gazetteer_gives_a_draft_its_place(record, drafts):
    gazetteer = Gazetteer(record.places)
    hama = record.places["hama"]
    for name, place_id in [
        ("Maar Shahour", "maar-shahour"),
        ("Kafr'a", "kafraa"),
        ("Mount Zain Al-Abidin", "jabal-zayn-al-abidin"),
        ("Brigade 87", "brigade-87"),
        ("Northern Sarha", "northern-sarha"),
        ("Southern Sarha", "southern-sarha"),
    ]:
        assert gazetteer.locate(name, near=hama).id == place_id
    draft = drafts["T168"]
    nameless = replace(draft, claim=replace(draft.claim, place_id=None))
    assert located(nameless, [], gazetteer, hama).place_id == "maar-shahour"


@pytest.mark.parametrize("name", ["Bayoud", "Mechanized School"])
def test_room_2_a_place_nobody_can_find_is_listed_and_never_pinned(record, drawing, name):
    with pytest.raises(UnknownPlace):
        Gazetteer(record.places).locate(name, near=record.places["hama"])
    assert any(unlocated.name == name for unlocated in record.unlocated)
    assert any(row["name"]["en"] == name for row in drawing.document["unlocated"])
    assert all(place["name"]["en"] != name for place in drawing.document["places"])


def test_room_3_the_ledger_keeps_every_row_as_it_came(record):
    with (EXAMPLE / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [claim.id for claim in record.claims] == [row["claim_id"] for row in rows]
    assert [claim.status for claim in record.claims] == [row["status"] for row in rows]
    assert len(record.head) == 64


def test_room_4_retaken_village_shows_both_changes(history):
    for place in ("maar-shahour", "kafraa"):
        before, taken, retaken = history.holds[place]
        assert (before.holder, before.certainty) == (GOVERNMENT, Certainty.NOT_REPORTED)
        assert (taken.holder, taken.certainty) == (OPPOSITION, Certainty.ASSESSED)
        assert (retaken.holder, retaken.certainty) == (GOVERNMENT, Certainty.ASSESSED)
        assert taken.start == damascus(3, "23:59")
        assert retaken.start == damascus(4, "06:00") == taken.end
        assert retaken.window.start == damascus(4, "00:00")


def test_room_4_a_failed_attack_changes_no_holder(history):
    hill = history.holds["jabal-zayn-al-abidin"]
    before_5_december = [hold for hold in hill if hold.start is None or hold.start < damascus(5, "00:00")]
    assert {hold.holder for hold in before_5_december} == {GOVERNMENT}
    assert history.at("jabal-zayn-al-abidin", damascus(4, "06:00")).certainty is Certainty.ASSESSED
    assert any(r.claim_id == "T166" and r.reason == "attack_failed" for r in history.remarks)


@pytest.mark.parametrize("place", ["brigade-87", "northern-sarha", "southern-sarha"])
def test_room_4_the_other_places_of_the_report_changed_hands_on_3_december(history, place):
    assert history.at(place, damascus(3, "23:58")).holder == GOVERNMENT
    assert history.at(place, damascus(3, "23:59")).holder == OPPOSITION


def test_room_5_the_composite_says_the_same_at_every_instant(record, history):
    whole = composite(record, history, basemap(record.settings))
    for instant in (damascus(3, "23:58"), damascus(3, "23:59"), damascus(4, "05:59"), damascus(4, "06:00")):
        states = states_at(whole, instant)
        for index, face in enumerate(whole.faces):
            assert states[index].holder == history.at(face.place_id, instant).holder
    town = record.places["maar-shahour"]
    (face,) = [i for i, f in enumerate(whole.faces) if f.place_id == "maar-shahour"]
    west, south, east, north = polygon(whole, face).bounds
    assert west < town.lon < east
    assert south < town.lat < north


def test_room_6_the_map_document_holds_both_changes_and_the_three_distances(drawing):
    document = json.loads(json.dumps(drawing.document))
    town = [place["id"] for place in document["places"]].index("maar-shahour")
    events = [event for event in document["events"] if event["place"] == town]
    changed = [event["t"] for event in events if event["kind"] == "change"]
    assert changed == [int(damascus(3, "23:59").timestamp()), int(damascus(4, "06:00").timestamp())]
    said = {
        (document["sources"][row["claimant"]]["id"], row["qualifier"], row["km"])
        for row in document["reference"]["claimed"]
    }
    assert {("syrian-army", "more_than", 20.0), ("sohr", "about", 10.0), ("sohr", "up_to", 6.0)} <= said


def test_room_6_a_failed_attack_is_told_as_no_change(drawing):
    document = drawing.document
    hill = [place["id"] for place in document["places"]].index("jabal-zayn-al-abidin")
    of_4_december = range(int(damascus(4, "00:00").timestamp()), int(damascus(5, "00:00").timestamp()))
    told = [event for event in document["events"] if event["place"] == hill and event["t"] in of_4_december]
    assert {(event["kind"], event["reason"]) for event in told} == {("no_change", "attack_failed")}


def test_room_6_the_document_becomes_a_plotly_figure(drawing):
    from figures.map_figure import map_figure

    figure = map_figure(drawing.document, at=int(damascus(4, "23:59").timestamp()))
    style = figure.layout.map.style
    assert "glyphs" not in style
    assert "http" not in json.dumps(style)


def test_room_7_the_reader_gets_one_page_that_asks_nobody_for_anything(drawing):
    from exports.light_page import light_page

    page = light_page(drawing.document, at=int(damascus(4, "23:59").timestamp()), lang="en", theme="light")
    assert "Maar Shahour" in page
    assert "23:59" in page
    assert 'src="http' not in page
    assert 'href="http' not in page.split("<body")[0]

"""A map document that somebody else wrote is read, or refused with a sentence that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT
from tiny_document import tiny_document
from typer.testing import CliRunner

from exports.light_page import light_page
from figures.document_file import packed
from figures.document_shape import json_schema, written_shape
from figures.map_document import CERTAINTIES, document_bytes
from figures.read_document import MOST_BYTES, BadDocument, composite_of, read_document
from frontline import app
from layers.composite import polygon
from layers.front_line import front_changes

EXAMPLE = ROOT / "docs" / "map-document-example.json"
SCHEMA = ROOT / "docs" / "map-document.schema.json"


def by_hand():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_written_by_hand_is_read_and_drawn():
    document = read_document(EXAMPLE.read_bytes())
    assert document == by_hand()
    page = light_page(document)
    assert "Middle" in page and "Blue" in page
    assert read_document(document_bytes(document)) == document


def test_our_own_documents_are_read():
    document = {**tiny_document(), "certainties": [str(one) for one in CERTAINTIES], "front": {"series": []}}
    assert read_document(document_bytes(document)) == json.loads(json.dumps(document))


def test_a_document_becomes_the_composite_that_it_draws():
    document = by_hand()
    whole = composite_of(document)
    assert [face.place_id for face in whole.faces] == ["town-0", "town-1", "town-2"]
    assert polygon(whole, 1).bounds == pytest.approx((30.2, 50.0, 30.4, 50.3))
    assert [(change.face, change.state.holder, change.state.rival) for change in whole.changes] == [
        (1, "red", "blue"),
        (1, "blue", None),
    ]
    turns = front_changes(whole, {"red": "red", "blue": "blue"})
    fronts = [change[2] for change in document["changes"]]
    told = [pair for flat in fronts for pair in zip(flat[::2], flat[1::2], strict=True)]
    arcs = [edge[0] for edge in document["edges"]]
    assert [(turn.arc, turn.style) for turn in turns] == [(arcs[edge], style) for edge, style in told]


def test_the_schema_that_is_shipped_is_the_one_that_we_hold_documents_against():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json_schema()
    written_shape().validate_python(packed(by_hand()))
    written_shape().validate_python(by_hand())


def broken(path, value):
    document = by_hand()
    *way, last = path
    inner = document
    for step in way:
        inner = inner[step]
    inner[last] = value
    return json.dumps(document).encode()


def ids(column):
    """A table of two claims whose ids are written so."""
    return {"count": 2, "columns": {"id": column}}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe{", "not UTF-8"),
        (b"{", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "no map document"),
        (broken(["version"], 1), "version '1'"),
        (broken(["version"], 3), "version '3'"),
        (EXAMPLE.read_bytes().replace(b"14.3", b"NaN", 1), "NaN is no number"),
        (EXAMPLE.read_bytes().replace(b"14.3", b"1e999", 1), "reference"),
        (broken(["faces", 0, 2], [[0, 99]]), "A ring names number 99 of arcs; there are 6"),
        (broken(["faces", 0, 2], [[0, 1]]), "A ring is not closed"),
        (broken(["faces", 0, 0], 3), "A face names number 3 of places"),
        (broken(["edges", 0, 1], -1), "An edge names number -1 of faces"),
        (broken(["states", 0, 0], 7), "A state names number 7 of actors"),
        (broken(["start", "faces"], [0, 0]), "start.faces has 2 entries for 3 faces"),
        (broken(["changes", 0, 1], [1]), "A change of faces is no list of pairs"),
        (broken(["changes", 0, 1], [1, 3]), "A change names number 3 of states"),
        (broken(["changes", 0, 2], [0, 4]), "a style that is not"),
        (broken(["changes", 0, 0], 10**10), "not in the order of time"),
        (broken(["events", 0, "claims"], [2]), "An event names number 2 of claims"),
        (broken(["claims", 0, "holder"], 3), "holder of a claim names number 3 of actors"),
        (broken(["claims", 0, "code"], "<b>"), "claims → 0 → code"),
        (broken(["actors", 1, "role"], "red"), "actors → 1 → role"),
        (broken(["actors", 1, "id"], "blue"), "Two actors have one id"),
        (broken(["places", 0, "lat"], 91), "places → 0 → lat"),
        (broken(["places", 0, "name"], {"en": 5}), "places → 0 → name"),
        (broken(["span"], [5, 5]), "span ends"),
        (broken(["window"], [31, 50, 30, 51]), "window"),
        (broken(["area", "series", 0, 1], {"x": [1, 0]}), "the actor 'x'"),
        (broken(["id"], "../../x"), "id"),
        (broken(["places"], {"count": 10**15, "columns": {"id": {"all": "x"}}}), "places"),
        (broken(["claims"], ids({"each": {"all": 10**9}, "is": {"all": 1}})), "cannot be unfolded"),
        (broken(["claims"], ids({"steps": [1, 1], "decimals": 10**9})), "cannot be unfolded"),
        (broken(["arcs"], {**packed(by_hand())["arcs"], "from": [9] * 6, "to": [0] * 6}), "be unfolded"),
        (broken(["arcs"], {**packed(by_hand())["arcs"], "nodes": {"x": [1], "y": [1]}}), "be unfolded"),
        (broken(["faces"], {**packed(by_hand())["faces"], "turn": [1]}), "cannot be unfolded"),
        (broken(["faces"], {**packed(by_hand())["faces"], "turn": "gg"}), "cannot be unfolded"),
        (broken(["faces"], {**packed(by_hand())["faces"], "turn": "é"}), "faces"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(raw, said):
    with pytest.raises(BadDocument) as refused:
        read_document(raw)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_too_large_is_not_even_parsed():
    with pytest.raises(BadDocument, match="the most is"):
        read_document(b" " * (MOST_BYTES + 1))


def test_the_command_line_makes_a_page_of_a_foreign_document(tmp_path: Path):
    out = tmp_path / "map.html"
    done = CliRunner().invoke(app, ["export", "html", str(out), "--document", str(EXAMPLE)])
    assert done.exit_code == 0, done.output
    assert "Three towns" in out.read_text(encoding="utf-8")
    bad = tmp_path / "bad.json"
    bad.write_bytes(broken(["version"], 1))
    refused = CliRunner().invoke(app, ["export", "html", str(out), "--document", str(bad)])
    assert refused.exit_code == 1
    assert "version '1'" in refused.stderr and "Traceback" not in refused.output

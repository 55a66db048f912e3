"""Any past map comes back exactly; what was corrected later is nowhere on it, whichever surface shows it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from claims_story import at, claim, place, story
from conftest import ROOT
from typer.testing import CliRunner

from claims.ledger import Ledger
from claims.release_rules import INTERNAL
from figures.document_file import unpacked
from figures.drawing import draw
from figures.map_document import document_bytes
from frontline import app, build_server

LOADED, CORRECTED = at(24 * 12), at(24 * 20)
BEFORE, AFTER = (instant.strftime("%Y-%m-%dT%H:%MZ") for instant in (at(24 * 19), at(24 * 21)))

SAME_MAP = """
import hashlib, json, sys
from datetime import datetime
from claims.ledger import Ledger
from figures.drawing import draw
from figures.map_document import document_bytes
url, head, *known = json.loads(sys.argv[1])
with Ledger(url) as book:
    record = book.read(None, head)
for text in known:
    document = draw(record, text and datetime.fromisoformat(text)).document
    print(hashlib.sha256(document_bytes(document)).hexdigest())
"""


@pytest.fixture(scope="module")
def story_ledger(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A ledger in which a claim, a place and a baseline were corrected later; and its head before that."""
    url = f"sqlite:///{tmp_path_factory.mktemp('clocks')}/story.db"
    told = [
        claim("c1", "captured", "green", "agency", (10, 12)),
        claim("c2", "captured", "green", "monitor", (30, 31), where="b"),
        claim("c3", "captured", "blue", "blue-army", (40, 41), where="b", loser="green"),
        claim("c4", "distance", None, "agency", (20, 22), where="a", value=4.0, reference_place_id="c"),
    ]
    record = story(told, (place("a"), place("b", 50.05), place("c", 50.1)))
    how: dict[str, Any] = {"recorded_at": CORRECTED, "by": "anna", "why": "read again"}
    with Ledger(url) as book:
        book.load(record, LOADED)
        head = book.head()
        book.correct("story", "claim", "c1", dataclasses.replace(told[0], holder="third"), **how)
        book.correct("story", "place", "a", dataclasses.replace(record.places["a"], lat=50.01), **how)
        book.retract("story", "claim", "c2", **how)
    return url, head


def hashes(url: str, head: str, *known: str | None, seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SAME_MAP, json.dumps([url, head, *known])],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def test_two_processes_draw_the_same_bytes(story_ledger: tuple[str, str]) -> None:
    url, first = story_ledger
    with Ledger(url) as book:
        last = book.head()
    asked = (None, at(15).isoformat(), at(35).isoformat(), at(24 * 19).isoformat(), at(24 * 21).isoformat())
    for head in (first, last):
        one, other = (hashes(url, head, *asked, seed=seed) for seed in ("1", "4242"))
        assert one == other and len(set(one)) == len(asked)


def test_corrections_change_nothing_about_an_earlier_head_or_an_earlier_known_time(
    story_ledger: tuple[str, str],
) -> None:
    url, first = story_ledger
    with Ledger(url) as book:
        then, now = book.read(None, first), book.read()
    for known_at in (at(15), at(35), at(24 * 19)):
        before, after = draw(then, known_at).document, draw(now, known_at).document
        assert document_bytes({**before, "head": ""}) == document_bytes({**after, "head": ""})
    assert draw(then).document["changes"] != draw(now).document["changes"]


def test_order_in_which_claims_and_places_lie_in_the_record_is_nowhere_in_the_document(
    hama_record: Any,
) -> None:
    known_at = datetime(2024, 12, 4, 20, 59, tzinfo=UTC)
    claims, places = list(hama_record.claims), list(hama_record.places.items())
    random.Random(7).shuffle(claims)
    random.Random(8).shuffle(places)
    shuffled = dataclasses.replace(hama_record, claims=tuple(claims), places=dict(places))
    one, other = (draw(record, known_at).document for record in (hama_record, shuffled))
    assert hashlib.sha256(document_bytes(one)).digest() == hashlib.sha256(document_bytes(other)).digest()


@pytest.fixture(scope="module")
def client(story_ledger: tuple[str, str]) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    server = build_server(story_ledger[0], public_url="http://maps.example", release=INTERNAL)
    with TestClient(server, base_url="http://maps.example") as client:
        yield client


def holders(document: dict[str, Any]) -> dict[str, str]:
    """Who holds each place in the end, by the document's own list of changes."""
    states = list(document["start"]["places"])
    for change in document["changes"]:
        pairs = change[3]
        for index, state in zip(pairs[::2], pairs[1::2], strict=True):
            states[index] = state
    named = zip(document["places"], states, strict=True)
    return {p["id"]: document["actors"][document["states"][s][0]]["id"] for p, s in named}


def test_dashboard_shows_the_claim_as_it_was_before_it_was_corrected(client: Any) -> None:
    before = unpacked(client.get(f"/maps/story/document.json?known={BEFORE}").json())
    after = unpacked(client.get(f"/maps/story/document.json?known={AFTER}").json())
    assert holders(before) == {"a": "green", "b": "green", "c": "blue"}
    assert holders(after)["a"] == "third" and {c["id"] for c in after["claims"]} == {"c1", "c3", "c4"}
    assert before["corrections"] == [] and len(after["corrections"]) == 3
    lat = {place["id"]: place["lat"] for place in before["places"]}["a"]
    assert lat == 50.0
    early, late = (client.get(f"/?known={known}&t={known}").text for known in (BEFORE, AFTER))
    table = "All reported changes"
    assert "Third" in late.split(table)[1] and "Third" not in early.split(table)[1].split("</table>")[0]


def test_page_light_map_and_embed_agree_on_what_was_known(client: Any) -> None:
    for path in (
        "/maps/story/light.svg",
        "/embed/story",
        "/maps/story/page.json",
        "/maps/story/sources/faces.json",
    ):
        before, after = (client.get(f"{path}?known={known}") for known in (BEFORE, AFTER))
        assert before.status_code == after.status_code == 200
        assert before.content != after.content
        assert client.get(f"{path}?known={BEFORE}").content == before.content


def test_exports_and_tables_of_an_earlier_known_time_and_of_the_earlier_head_are_the_same(
    story_ledger: tuple[str, str], tmp_path: Path
) -> None:
    url, head = story_ledger

    def run(*words: str) -> str:
        told = CliRunner().invoke(app, [*words, "--ledger", url])
        assert told.exit_code == 0, told.output
        return told.stdout

    for table in (("area", "--json"), ("distance", "--json")):
        then, known = run(*table, "--head", head), run(*table, "--known-at", BEFORE)
        assert json.loads(then)["series"] == json.loads(known)["series"] != json.loads(run(*table))["series"]
    for name in ("story.html", "story.svg"):
        kind = "html" if name.endswith("html") else "picture"
        for known in (BEFORE, AFTER):
            run("export", kind, str(tmp_path / f"{known[8:10]}{name}"), "--known-at", known)
        early, late = (tmp_path.joinpath(f"{known[8:10]}{name}").read_text() for known in (BEFORE, AFTER))
        assert "Third" in late and "Third" not in early.replace("Third force", "")

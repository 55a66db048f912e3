"""A drawn map goes out whole or not at all, and which rules speak of it is settled by what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from claims_story import at
from drawn_story import drawn_story
from test_claims_release import delay, ids, out, ruled, withhold

from claims.corrections import Action, Correction
from claims.drawn_settings import AreaSettings
from claims.entries import entries_of
from claims.map_record import MapRecord
from claims.release import next_due


def drawn_record() -> MapRecord:
    return drawn_story([("green", 0.0)], [("green", 0.2)], [("third", 0.0)])


def drawn_ids(record: MapRecord) -> list[str]:
    return [one.id for one in record.observations]


def test_a_delay_holds_back_newer_drawn_maps_and_says_until_when() -> None:
    record = drawn_record()
    rules = delay(24)
    now = record.observations[1].reported_at + timedelta(hours=25)
    public = out(record, rules, now=now)
    assert drawn_ids(public) == ["agency-0", "agency-1"]
    assert public.withheld[0].until is not None
    assert next_due(ruled(record, rules), "public", now) == record.observations[2].reported_at + timedelta(
        hours=24
    )
    assert public.drawn is not None
    assert public.drawn.shapes(record.observations[0].sha256)
    with pytest.raises(LookupError):
        public.drawn.shapes(record.observations[2].sha256)


def test_a_withheld_source_keeps_its_drawn_maps_and_its_claims() -> None:
    record = drawn_record()
    public = out(record, withhold(sources=("agency",)))
    assert (drawn_ids(public), ids(public.claims)) == ([], ["c1"])
    assert "agency" not in public.sources and "third" not in public.actors
    elsewhere = out(record, withhold(sources=("monitor",)))
    assert drawn_ids(elsewhere) == drawn_ids(record)
    assert "third" in elsewhere.actors


@pytest.mark.parametrize(
    ("rule", "goes"),
    [
        ({"window": (30.21, 50.01, 30.22, 50.02)}, ["agency-0", "agency-2"]),
        ({"events": ("strike",)}, ["agency-0", "agency-1", "agency-2"]),
        ({"events": ("captured",)}, []),
        ({"places": ("a",)}, ["agency-0", "agency-1", "agency-2"]),
        ({"places": ("a",), "events": ("captured",)}, ["agency-1"]),
    ],
)
def test_a_rule_speaks_of_drawn_maps_by_what_they_tell(rule: dict[str, Any], goes: list[str]) -> None:
    assert drawn_ids(out(drawn_record(), withhold(**rule))) == goes


def test_a_withheld_drawn_map_leaves_in_no_byte_of_a_correction_or_the_head() -> None:
    record = drawn_story([("green", 0.0)], [("green", 0.2)], [("green", 0.4)])
    last = record.observations[2]
    gone = Correction(at(300), "observation", last.id, Action.RETRACTED, last, None, why="no")
    rule = delay(24)
    now = last.reported_at + timedelta(hours=1)
    retracted = replace(record, observations=record.observations[:2], corrections=(gone,))
    assert out(retracted, rule, now=now).corrections == ()
    without = replace(record, observations=record.observations[:2])
    assert out(record, rule, now=now).head == out(without, rule, now=now).head


def test_nothing_of_a_withheld_drawn_map_stands_in_what_goes_out() -> None:
    record = drawn_story([("green", 0.0)], [("third", 0.2)])
    secret = replace(record.observations[1], file="Kanari.geojson", file_sha256="c" * 64, series="rumour")
    record = replace(record, observations=(record.observations[0], secret))
    record = replace(record, settings=replace(record.settings, areas=AreaSettings("rumour", "third")))
    public = out(record, withhold(sources=("rumour",)))
    said = repr(public) + "".join(one.body for one in entries_of(replace(public, releases={})))
    for word in (secret.id, secret.sha256, secret.file, secret.file_sha256, "rumour"):
        assert word not in said, word
    assert "third" not in public.actors and "third" not in public.settings.roles

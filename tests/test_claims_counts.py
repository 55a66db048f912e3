"""Counts of places, and how many of them the map can show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claims_story import BLUE, GREEN, claim

from claims.claim import Claim
from claims.counts import counted_places
from claims.report import Report

REPORT = Report(url="https://example.org/report")


def said(claim_id: str, **more: Any) -> Claim:
    fields = {
        "event": "captured",
        "holder": GREEN,
        "by": "agency",
        "window": (0, 24),
        "report": REPORT,
    } | more
    event, holder, by, window = (fields.pop(name) for name in ("event", "holder", "by", "window"))
    return claim(claim_id, event, holder, by, window, **fields)


def count(**more: Any) -> Claim:
    return said("n", event="count", where=None, **{"value": 18.0} | more)


def test_places_that_the_same_report_names_are_taken_off() -> None:
    named = said("u", where=None)
    listed = replace(named, place_as_written="Bayoud")
    (found,) = counted_places([count(), said("1"), said("2", where="b"), listed, said("3", where="b")])
    assert (found.total, found.located, found.named, found.not_located) == (18, ("a", "b"), ("Bayoud",), 16)


def test_another_claimant_holder_window_or_report_does_not_count() -> None:
    elsewhere = Report(url="https://example.org/another")
    others = [
        said("1", by="monitor"),
        said("2", holder=BLUE),
        said("3", window=(0, 12)),
        said("4", report=elsewhere),
        said("5", event="holds"),
        said("6", status="denied"),
    ]
    (found,) = counted_places([count(), *others])
    assert (found.located, found.not_located) == ((), 18)


def test_reports_without_an_address_are_told_apart_by_who_carried_them() -> None:
    plain = Report()
    carried = replace(said("2", report=plain, where="b"), reporter="monitor")
    (found,) = counted_places([count(report=plain), said("1", report=plain), carried])
    assert found.located == ("a",)


def test_more_places_than_were_counted_leave_none() -> None:
    (found,) = counted_places([count(value=1.0), said("1"), said("2", where="b")])
    assert found.not_located == 0


def test_range_counts_from_its_lower_end() -> None:
    (found,) = counted_places([count(value=None, qualifier="between", value_low=3.0, value_high=5.0)])
    assert found.total == 3


def test_counts_that_are_denied_or_say_nothing_of_places_are_passed_over() -> None:
    assert counted_places([count(status="denied"), count(holder=None), count(value=None)]) == ()


def test_eighteen_villages_of_which_eleven_are_not_located(hama_record: Any) -> None:
    found = {one.claim_id: one for one in counted_places(hama_record.claims)}
    assert (found["T150"].total, found["T150"].not_located, found["T150"].named) == (18, 11, ("Bayoud",))
    assert found["T005"].not_located == 21
    assert "T215" not in found  # civilians are no places

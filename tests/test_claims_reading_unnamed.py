"""A change of hands that names no place takes the name from the sentences behind it, or none."""

from __future__ import annotations

import pytest
import reading_score as score

from claims.report_text import CONTROL


def gained(text: str) -> list[str]:
    """The places that changed hands."""
    reading = score.read_bytes(f"Sudan bulletin\n{text}".encode(), "2024-10-03", "Africa/Khartoum")
    return [claim.place for claim in reading.claims if claim.event in CONTROL]


SEIZED = "RSF fighters seized a strategic town in the south on Wednesday, residents said."


@pytest.mark.parametrize(
    "behind",
    [
        "Abu Zarif, a market town of 40,000, lies on the road to Kosti.",
        "Residents of the town of Abu Zarif hid in their houses.",
        "The fall of Abu Zarif is a blow to the army.",
        "Fighting had broken out in Abu Zarif, north of Kosti, before dawn.",
    ],
)
def test_a_town_seized_is_the_one_that_the_next_sentences_name(behind: str):
    assert gained(f"{SEIZED} {behind}") == ["Abu Zarif"]


@pytest.mark.parametrize(
    "behind",
    [
        "People fled from the town of Abu Zarif to Kosti.",
        "The army said it had left the nearby town of Abu Zarif in March.",
        "In January the army recaptured the town of Abu Zarif.",
        "Ahmed Sabri, an elder, said that the shops were closed.",
    ],
)
def test_a_town_that_is_only_near_or_was_taken_long_ago_is_not_meant(behind: str):
    assert gained(f"{SEIZED} {behind}") == []


def test_a_report_that_names_what_was_gained_needs_no_other_name():
    told = "The army took Wad Jamil the same day. Residents of the town of Abu Zarif hid in their houses."
    assert gained(f"{SEIZED} {told}") == ["Wad Jamil"]

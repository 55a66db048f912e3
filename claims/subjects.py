"""What a claim is about becomes the places of the map that it speaks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from claims.claim import Claim
from claims.control import Remark
from claims.map_record import MapRecord
from claims.statements import speaks_of_control


class SubjectKind(StrEnum):
    """What a claim can be about, beside a place."""

    UNIT = "unit"
    AREA = "area"


Subject = tuple[SubjectKind, str]
"""A first-level unit by its ISO 3166-2 code, or a drawn area by its id."""

Within = Mapping[Subject, tuple[str, ...]]
"""The ids of the map's places within each unit and area that its claims are about."""


def subject_of(claim: Claim) -> Subject | None:
    """The unit or the area that a claim is about; None where it names a place, or nothing on the map."""
    if claim.place_id is not None:
        return None
    if claim.admin_code:
        return SubjectKind.UNIT, claim.admin_code
    return (SubjectKind.AREA, claim.area_id) if claim.area_id else None


def by_place(record: MapRecord, within: Within) -> tuple[dict[str, Sequence[Claim]], list[Remark]]:
    """Every claim under each place that it speaks for; and remarks on claims that speak for none.

    A claim about a unit or an area speaks for all places within, and stands under every one of them.
    """
    about: dict[str, list[Claim]] = defaultdict(list)
    remarks: list[Remark] = []
    for claim in record.claims:
        if claim.place_id is not None:
            about[claim.place_id].append(claim)
            continue
        subject = subject_of(claim)
        if subject is not None:
            remarks += _spread(claim, within.get(subject, ()), about)
    # What a claim says of a place that is not among the map's stays in the list of claims.
    return {place_id: told for place_id, told in about.items() if place_id in record.places}, remarks


def _spread(claim: Claim, places: Iterable[str], about: Mapping[str, list[Claim]]) -> list[Remark]:
    found = list(places)
    for place_id in found:
        about[place_id].append(claim)
    lost = not found and speaks_of_control(claim)
    return [Remark(claim.happened.end, "", claim.id, "no_place_within")] if lost else []

"""A draft becomes a claim: the place it names is found among the map's places."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import TYPE_CHECKING

from claims.claim import Claim
from claims.draft import Draft
from gazetteer.errors import AmbiguousPlace, Fault, UnknownPlace, shown
from gazetteer.rows import nearest_hint

if TYPE_CHECKING:
    from gazetteer.index import Gazetteer
    from gazetteer.place import Place

_MOST_HINTS = 200
"""A file with more faults than this is a wrong file; guessing at each spelling would only take time."""


def located(
    draft: Draft,
    place_ids: Collection[str] | None,
    faults: list[Fault],
    gazetteer: Gazetteer | None = None,
    near: Place | None = None,
) -> Claim:
    """Give a draft its place.

    Parameters
    ----------
    draft
        What a format made of a row.
    place_ids
        The ids of the map's places; None where places.csv could not be read, and ids are not checked.
    faults
        An id that no place has is appended here, as is a name that means nothing or several things.
    gazetteer, near
        Asked for the written name of a draft without a place id, preferring places near that one. Without a
        gazetteer such a claim stays unlocated: ``place_id`` is None.
    """
    place_id = _checked(draft, "place_id", draft.place_id, place_ids, faults)
    reference = _checked(draft, "reference_place_id", draft.reference_id, place_ids, faults)
    if place_id is None and not draft.place_id and gazetteer is not None:
        place_id = _asked(draft, gazetteer, near, faults)
    return dataclasses.replace(draft.claim, place_id=place_id, reference_place_id=reference)


def _checked(
    draft: Draft, column: str, text: str, place_ids: Collection[str] | None, faults: list[Fault]
) -> str | None:
    if not text:
        return None
    if place_ids is not None and text not in place_ids:
        hint = nearest_hint(text, place_ids) if len(faults) < _MOST_HINTS else ""
        message = f"no place has the id {shown(text)}{hint}"
        faults.append(Fault(draft.file, draft.line, column, message))
        return None
    return text


def _asked(draft: Draft, gazetteer: Gazetteer, near: Place | None, faults: list[Fault]) -> str | None:
    try:
        return gazetteer.locate(draft.claim.place_as_written, near=near).id
    except (UnknownPlace, AmbiguousPlace) as problem:
        faults.append(Fault(draft.file, draft.line, "place", str(problem)))
        return None

"""A draft becomes a claim: the place it names is found among the map's places."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from claims.claim import Claim
from claims.draft import Draft
from gazetteer.errors import AmbiguousPlace, Fault, UnknownPlace

if TYPE_CHECKING:
    from gazetteer.index import Gazetteer
    from gazetteer.place import Place


def located(
    draft: Draft, faults: list[Fault], gazetteer: Gazetteer | None = None, near: Place | None = None
) -> Claim:
    """Give a draft its place.

    Parameters
    ----------
    draft
        What a format made of a row.
    faults
        A name that means nothing or several things is appended here.
    gazetteer, near
        Asked for the written name of a draft without a place id, preferring places near that one. Without a
        gazetteer such a claim stays unlocated: ``place_id`` is None.
    """
    claim = draft.claim
    if claim.place_id is not None or gazetteer is None:
        return claim
    try:
        found = gazetteer.locate(claim.place_as_written, near=near)
    except (UnknownPlace, AmbiguousPlace) as problem:
        faults.append(Fault(draft.file, draft.line, "place", str(problem)))
        return claim
    return dataclasses.replace(claim, place_id=found.id)

"""Which places of a map lie within the units and areas that its claims are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from claims.map_record import MapRecord
from claims.subjects import Subject, SubjectKind, subject_of
from layers.basemap import bundled_unit

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def places_within(record: MapRecord) -> Mapping[Subject, tuple[str, ...]]:
    """The ids of the places within each subject of the record's claims, sorted.

    A unit is taken from the bundled ground, an area as somebody drew it, repaired where its rings cross. A
    subject that is in neither is left out: nothing is guessed.
    """
    subjects = {subject for claim in record.claims if (subject := subject_of(claim)) is not None}
    if not subjects:
        return {}
    import numpy as np
    import shapely

    ids = sorted(record.places)
    points = shapely.points(
        np.array([(record.places[i].lon, record.places[i].lat) for i in ids]).reshape(-1, 2)
    )
    found = {}
    for subject in sorted(subjects):
        ground = _ground(subject, record)
        if ground is not None:
            shapely.prepare(ground)
            within = np.asarray(shapely.intersects(ground, points))
            found[subject] = tuple(place_id for place_id, is_in in zip(ids, within, strict=True) if is_in)
    return found


def _ground(subject: Subject, record: MapRecord) -> BaseGeometry | None:
    kind, key = subject
    if kind is SubjectKind.UNIT:
        unit = bundled_unit(key)
        return unit.geometry if unit else None
    area = record.areas.get(key)
    return drawn_ground(area.geometry) if area else None


def drawn_ground(geometry: str) -> BaseGeometry | None:
    """The ground of a GeoJSON area, made valid; None where there is none to be had from it."""
    import shapely

    from layers.repaired import made_valid

    try:
        ground = made_valid(geometry).shape
    except (ValueError, TypeError, LookupError, RecursionError, shapely.errors.ShapelyError):
        return None
    return None if ground.is_empty else ground

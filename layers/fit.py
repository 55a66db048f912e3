"""A map's settings and places become a list of what of them cannot be put on the ground."""

from __future__ import annotations

from collections.abc import Mapping

from claims.map_record import MapSettings
from gazetteer.errors import Fault
from gazetteer.place import Place
from layers.basemap import check_region
from layers.cells import check_spots
from layers.errors import NoPlaces, SharedPoint, UnknownRegion


def ground_faults(settings: MapSettings, places: Mapping[str, Place]) -> list[Fault]:
    """Find what would keep this map from being drawn, so that it is told before anything is loaded."""
    faults = []
    try:
        check_region(settings)
    except UnknownRegion as problem:
        faults.append(Fault("map.toml", 0, "region", str(problem)))
    if not places and not settings.city:
        return faults  # what is drawn needs no places
    try:
        check_spots(places, places.get(settings.city))
    except (NoPlaces, SharedPoint) as problem:
        faults.append(Fault("places.csv", 0, "", str(problem)))
    return faults

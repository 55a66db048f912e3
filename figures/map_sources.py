"""The lines of a map document become GeoJSON sources, as a MapLibre style wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np

from figures.actor_names import Spots
from figures.clock import Clock
from figures.through_time import changed_between
from layers.kept import kept

Document = Mapping[str, Any]
Feature = dict[str, Any]
Collection = dict[str, Any]
Point = list[float]

STATED = ("faces", "edges", "places")
"""The sources whose features have an integer id and a state that time changes."""


def points_of(document: Document, line: Sequence[int]) -> list[Point]:
    """The points [longitude, latitude] of a line of the document's grid, in degrees."""
    grid = document["grid"]
    return _points(tuple(line), grid["lon"], grid["lat"], grid["step"])


@lru_cache(maxsize=8192)
def _points(line: tuple[int, ...], lon: float, lat: float, step: float) -> list[Point]:
    """The same boundaries stand in the documents of every known time; nobody changes what is given here."""
    eastward, northward = accumulate(line[::2]), accumulate(line[1::2])
    return [
        [round(lon + x * step, 6), round(lat + y * step, 6)] for x, y in zip(eastward, northward, strict=True)
    ]


def _arcs(document: Document) -> list[list[Point]]:
    """The points of every arc, all worked out together: a country of places has a hundred thousand arcs."""
    lines = document["arcs"]
    if not lines:
        return []
    grid = document["grid"]
    steps = np.fromiter(chain.from_iterable(lines), np.int64).reshape(-1, 2)
    ends = np.cumsum([len(line) // 2 for line in lines])
    walked = np.cumsum(steps, axis=0)
    before = np.vstack([[[0, 0]], walked[ends[:-1] - 1]])
    walked -= np.repeat(before, np.diff(ends, prepend=0), axis=0)
    points = np.round(walked * grid["step"] + (grid["lon"], grid["lat"]), 6).tolist()
    return [points[start:end] for start, end in pairwise((0, *ends.tolist()))]


def states_at(document: Document, at: int | None) -> dict[str, list[int]]:
    """What every face, edge and place is at an instant: a state index each, for edges a front style.

    ``at`` is in seconds since the epoch; None is the end of the story. A change at ``at`` has happened.
    """
    start = document["start"]
    states = {"faces": list(start["faces"]), "edges": list(start["fronts"]), "places": list(start["places"])}
    for change in document["changes"]:
        if at is not None and change[0] > at:
            break
        for name, pairs in zip(STATED, change[1:], strict=True):
            for index, state in zip(pairs[::2], pairs[1::2], strict=True):
                states[name][index] = state
    return states


def ever(document: Document, source: str) -> list[str]:
    """What each feature of a source is at some instant of the story: its states between commas, ``,1,4,``.

    A layer is filtered by it (``map_style.only``): a list of ids in the style would be gone through for each.
    """
    key, column = {"faces": ("faces", 1), "edges": ("fronts", 2), "places": ("places", 3)}[source]
    found = [{state} for state in document["start"][key]]
    for change in document["changes"]:
        pairs = change[column]
        for index, state in zip(pairs[::2], pairs[1::2], strict=True):
            found[index].add(state)
    return [f",{','.join(map(str, sorted(states)))}," for states in found]


def sources(
    document: Document,
    at: int | None,
    *,
    km: str = "{n} km",
    spots: Spots = (),
    told: Mapping[str, Collection] | None = None,
) -> dict[str, Collection]:
    """Every source of the map at an instant, by name.

    Parameters
    ----------
    km
        How a distance is written, with ``{n}``.
    spots
        Where the parties' names stand.
    told
        The sources ``names`` and ``distance``, which are made of words: see ``figures.day_names`` and
        ``figures.distance_chip``. Without them both are empty.
    """
    states = states_at(document, at)
    arcs = _arcs(document)
    return {
        **ground_sources(document),
        "faces": collection(_faces(document, arcs, states["faces"])),
        "edges": collection(_edges(document, arcs, states["edges"])),
        "places": collection(_places(document, states["places"], at)),
        **reference_sources(document, document["reference"], km),
        "actor_names": actor_name_source(document, spots),
        "names": collection([]),
        "distance": collection([]),
        **(told or {}),
    }


def ground_sources(document: Document) -> dict[str, Collection]:
    """What never changes: land, region, rivers and boundaries."""
    return _ground_sources(document["ground"], *(document["grid"][part] for part in ("lon", "lat", "step")))


@kept()
def _ground_sources(ground: Mapping[str, Any], lon: float, lat: float, step: float) -> dict[str, Collection]:
    document = {"grid": {"lon": lon, "lat": lat, "step": step}}
    lines = {name: [points_of(document, line) for line in ground[name]] for name in _GROUND_LINES}
    rivers = [
        feature(
            "MultiLineString", [points_of(document, line) for line in river["lines"]], names(river["name"])
        )
        for river in ground["rivers"]
    ]
    units = [
        feature("Point", points_of(document, unit["at"])[0], {**names(unit["name"]), "in": unit["in_region"]})
        for unit in ground["units"]
    ]
    return {
        "land": collection(feature("Polygon", [ring], {}) for ring in lines["land"]),
        "region": collection(feature("Polygon", [ring], {}) for ring in lines["region"]),
        "neighbours": collection(feature("Polygon", [ring], {}) for ring in lines["neighbours"]),
        "units": collection(units),
        "rivers": collection(rivers),
        "unit_lines": collection(feature("LineString", line, {}) for line in lines["unit_lines"]),
        "country_lines": collection(feature("LineString", line, {}) for line in lines["country_lines"]),
    }


_GROUND_LINES = ("land", "region", "neighbours", "unit_lines", "country_lines")


def reference_sources(
    document: Document, reference: Mapping[str, Any], km: str = "{n} km"
) -> dict[str, Collection]:
    """What hangs on the chosen city: its mark, the rings, and a label at the south of each ring."""
    city = document["places"][reference["place"]] if reference["place"] >= 0 else None
    rings = [(ring["km"], points_of(document, ring["line"])) for ring in reference["rings"]]
    labels = [
        feature("Point", min(line, key=lambda point: point[1]), {"text": km.replace("{n}", f"{radius:g}")})
        for radius, line in rings
        if line
    ]
    return {
        "city": collection(
            [feature("Point", [city["lon"], city["lat"]], names(city["name"]))] if city else []
        ),
        "rings": collection(feature("LineString", line, {"km": radius}) for radius, line in rings),
        "ring_labels": collection(labels),
    }


def names(texts: Mapping[str, str]) -> dict[str, str]:
    """A text in its languages, as feature properties: ``{"en": …, "ar": …}``."""
    return {language: text for language, text in texts.items() if text}


def line_of(arcs: Sequence[list[Point]], references: Iterable[int]) -> list[Point]:
    """A line walked along its arcs; ``~i`` walks arc ``i`` backwards."""
    walked = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in references]
    return list(chain.from_iterable(part if k == 0 else part[1:] for k, part in enumerate(walked)))


def ring_of(arcs: Sequence[list[Point]], references: Iterable[int]) -> list[Point]:
    """A closed ring walked along its arcs; ``~i`` walks arc ``i`` backwards."""
    points = line_of(arcs, references)
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points


def _faces(document: Document, arcs: Sequence[list[Point]], states: Sequence[int]) -> Iterable[Feature]:
    through = ever(document, "faces")
    for index, (place, in_region, rings) in enumerate(document["faces"]):
        polygon = [ring_of(arcs, references) for references in rings]
        properties = {"s": states[index], "ever": through[index], "in": in_region, "place": place}
        yield {**feature("Polygon", polygon, properties), "id": index}


def _edges(document: Document, arcs: Sequence[list[Point]], styles: Sequence[int]) -> Iterable[Feature]:
    through = ever(document, "edges")
    for index, (arc, _, _) in enumerate(document["edges"]):
        properties = {"f": styles[index], "ever": through[index]}
        yield {**feature("LineString", arcs[arc], properties), "id": index}


def _places(document: Document, states: Sequence[int], at: int | None) -> Iterable[Feature]:
    fresh, through = changed_today(document, at), ever(document, "places")
    moved = {event["place"] for event in document["events"] if event["kind"] == "change"}
    for index, place in enumerate(document["places"]):
        properties = {
            "s": states[index],
            "ever": through[index],
            "moved": int(index in moved),
            "rank": max(1, place["rank"]),
            "changed": int(index in fresh),
            "reported": place["reported"],
        }
        yield {**feature("Point", [place["lon"], place["lat"]], properties), "id": index}


def changed_today(document: Document, at: int | None) -> set[int]:
    """Indices of the places that changed from the local midnight before ``at`` to ``at``, both included."""
    until = document["span"][1] - 1 if at is None else at
    return changed_between(document, Clock.of(document).day_start(until), until + 1)


def actor_name_source(document: Document, spots: Spots) -> Collection:
    """The parties' short names, each at its spot."""
    actors = document["actors"]
    return collection(
        feature("Point", [lon, lat], {**names(actors[actor]["short"]), "role": actors[actor]["role"]})
        for actor, lon, lat in spots
    )


def series_row(series: Sequence[Sequence[Any]], at: int | None) -> Sequence[Any] | None:
    """The row of a series that holds at an instant: the last whose time is not after it."""
    past = [row for row in series if at is None or row[0] <= at]
    return past[-1] if past else None


def figure_of(km: float) -> str:
    """A distance as it is printed: one decimal under ten, none above."""
    return f"{km:.1f}" if km < 10 else f"{km:.0f}"


def feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> Feature:
    """One GeoJSON feature."""
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def collection(features: Iterable[Feature]) -> Collection:
    """Features as a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features)}

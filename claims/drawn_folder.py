"""The drawn maps in a map's folder: a series in ``areas/``, and where the line ran at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from os.path import lexists
from pathlib import Path

from claims.actors import Actor
from claims.claim import Window
from claims.drawn_series import Asked, Progress, Repairs, Seen, read_of_instant, read_series
from claims.drawn_shapes import ShapesInMemory
from claims.formats.areas_days import Zones
from claims.formats.areas_meaning import Meanings
from claims.map_record import MapSettings
from claims.observations import Observation
from gazetteer.errors import Fault

AREAS_FOLDER = "areas"
BASELINE_FILE = "baseline.geojson"
BASELINE = "baseline"
"""The series and the id of the map that a baseline.geojson draws."""


def read_drawn(
    folder: Path,
    settings: MapSettings,
    actors: Mapping[str, Actor],
    zones: Zones,
    faults: list[Fault],
    seen: Seen,
    repairs: Repairs | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[Observation, ...], ShapesInMemory]:
    """Read what is drawn in a map's folder; without ``areas/`` and ``baseline.geojson`` that is nothing.

    Parameters
    ----------
    zones
        How written days become instants.
    faults, seen
        Filled with what is wrong in any file, and with what became of the rest.
    repairs
        Asked how many shapes will need which repair.

    Returns
    -------
    The observations in the order of their instants, and their shapes.
    """
    meanings = Meanings(settings.areas, settings.elsewhere, actors)
    asked = Asked(settings.areas.series, settings.areas, meanings, zones, settings.window, repairs)
    found, store = list[Observation](), ShapesInMemory()
    if lexists(folder / BASELINE_FILE):
        start: datetime = settings.span[0]
        of_start = replace(asked, series=BASELINE)
        drawn = read_of_instant(folder / BASELINE_FILE, Window(start, start), of_start, seen, faults)
        for observation, shapes in drawn:
            store.keep(shapes)
            found.append(replace(observation, id=BASELINE))
    if lexists(folder / AREAS_FOLDER) and not settings.areas.series:
        said = f"does not say who draws what is in {AREAS_FOLDER}/; write series, the id of a source"
        faults.append(Fault("map.toml", 0, "areas", said))
    elif lexists(folder / AREAS_FOLDER):
        mine: list[Fault] = []
        for observation, shapes in read_series(folder / AREAS_FOLDER, asked, seen, mine, progress):
            store.keep(shapes)
            found.append(observation)
        faults.extend(_within(fault) for fault in mine)
    return tuple(sorted(found, key=lambda one: (one.at, one.series, one.id))), store


def _within(fault: Fault) -> Fault:
    """A fault of a file in the folder of areas, named with it."""
    return fault if fault.file == AREAS_FOLDER else replace(fault, file=f"{AREAS_FOLDER}/{fault.file}")

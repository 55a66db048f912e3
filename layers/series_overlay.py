"""A series of drawn maps becomes a composite, going on from what was kept of it before.

What is kept holds nothing that the shapes of its observations do not say: a series that lost one of them, was
drawn on other ground, or by other rules, is overlaid anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from claims.map_record import MapRecord
from claims.observations import DrawnStore, Observation
from claims.withholding import versions
from layers.composite import Composite
from layers.kept import kept
from layers.overlay import GRID_DEG, Overlaid, appended, overlay
from layers.overlay_state import Grown, from_bytes, to_bytes
from layers.series import observations_of, snapshots

if TYPE_CHECKING:
    from layers.basemap import Basemap

Progress = Callable[[int, int], None]

_RULES = 3
"""Raise this where a drawn shape becomes other ground than before: nothing older is gone on from then."""


@kept(2)
def series_overlaid(
    record: MapRecord, ground: Basemap, series: str, *, progress: Progress | None = None
) -> Overlaid:
    """The ground through time as a series draws it; only maps that were never overlaid before are read.

    ``progress`` is told how many of them were, and of how many.
    """
    store, drawn = record.drawn, observations_of(record, series)
    if store is None:
        return overlay((), ground=ground)
    key = _key(record, ground, series)
    before, grown = _kept(store, key)
    names = _names(drawn)
    if grown is None or before != names[: len(before)]:
        told = _of_total(progress, len(drawn))
        made = overlay(snapshots(record, ground, series), ground=ground, progress=told)
    else:
        rest = replace(record, observations=drawn[len(before) :])
        told = _of_total(progress, len(rest.observations))
        made = appended(grown, snapshots(rest, ground, series), progress=told)
    if names != before[: len(names)]:
        store.keep_prepared(key, json.dumps(names).encode() + b"\n" + to_bytes(made.grown))
    return made


def unlike_its_maps(record: MapRecord, ground: Basemap, series: str) -> bool:
    """Whether what is kept of a series is not what the maps give that it says it was made of.

    All of them are read and overlaid anew: every drawn map that the ledger has or had is looked for. What is
    kept and cannot be read is nobody's ground, and well.
    """
    store = record.drawn
    names, grown = _kept(store, _key(record, ground, series)) if store else ([], None)
    if grown is None:
        return False
    known = [one for _, one in versions(record, "observation")]
    by_name = {json.dumps(name): one for one, name in zip(known, _names(known), strict=True)}
    drawn = [by_name.get(json.dumps(name)) for name in names]
    if None in drawn:
        return True
    then = replace(record, observations=tuple(one for one in drawn if one))
    anew = overlay(snapshots(then, ground, series), ground=ground)
    return _said(appended(grown, ()).composite) != _said(anew.composite)


def _said(whole: Composite) -> tuple[object, ...]:
    arcs = [(arc.points.tobytes(), arc.left, arc.right, arc.kind) for arc in whole.arcs]
    return arcs, whole.faces, whole.start, whole.changes


def _of_total(progress: Progress | None, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(done, total)


def _names(drawn: Sequence[Observation]) -> list[list[str]]:
    """What tells an observation from any other."""
    return [[one.id, one.sha256, one.at.isoformat()] for one in drawn]


def _kept(store: DrawnStore, key: str) -> tuple[list[list[str]], Grown | None]:
    """The observations that were overlaid before, and what their overlay had grown to."""
    head, _, body = (store.prepared(key) or b"").partition(b"\n")
    try:
        names = json.loads(head)
    except ValueError:
        return [], None
    grown = from_bytes(body)
    return (names, grown) if isinstance(names, list) and grown is not None else ([], None)


def _key(record: MapRecord, ground: Basemap, series: str) -> str:
    """One key for each series on each ground."""
    asked = record.settings
    land = [
        hashlib.sha256(shape.wkb).hexdigest() for shape in (ground.land, ground.region, ground.neighbours)
    ]
    said = [_RULES, GRID_DEG, asked.id, series, asked.elsewhere, list(asked.window), land]
    return f"overlay:{hashlib.sha256(json.dumps(said).encode()).hexdigest()}"

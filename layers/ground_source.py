"""What the ground of a map is drawn from: cells round its places, drawn maps, or a line that claims move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from claims.claim import Window
from claims.control import ControlHistory, Hold
from claims.map_record import MapRecord
from claims.methods.ground_methods import CELLS, GROUND_METHODS, LINE_SHIFT
from claims.methods.registry import DRAWN, draws_ground, values_of
from claims.observations import Observation
from layers.composite import Composite, FaceChange, State, composite, polygons_of
from layers.series import BASELINE, drawn_as, observations_of, series_of

if TYPE_CHECKING:
    from layers.basemap import Basemap
    from layers.snapshots import Snapshot


class GroundKind(StrEnum):
    """Cells are in the state of their place, a series is as its maker drew it, claims move a territory."""

    CELLS = "cells"
    SERIES = "series"
    TERRITORY = "territory"


@dataclass(frozen=True)
class GroundSource:
    """Where the ground of one map comes from.

    ``observations`` are in order, ``series`` is who drew them: of a series all that there are, of a territory
    the one that is its line to begin with. ``method`` moves that line.
    """

    kind: GroundKind
    series: str = ""
    observations: tuple[Observation, ...] = ()
    method: str = ""


FROM_CELLS = GroundSource(GroundKind.CELLS)
"""What a map without a drawn line is made of."""


def ground_source(record: MapRecord, method: str | None = None) -> GroundSource:
    """Choose what a map is drawn from.

    A name that says how ground is drawn (``cells``, ``drawn:SOURCE``, ``line-shift`` and its like) is
    followed, the reader's before the map's own. Else a map with a series is drawn as its maker drew it. Where
    there are claims about places, and one drawn line to begin with, that line is moved by them. Everything
    else is cells.

    Raises
    ------
    layers.errors.NoSuchSeries
        As ``layers.series.series_of``.
    """
    named = next((n for n in (method, record.settings.method) if n and draws_ground(n)), "")
    if named == CELLS:
        return FROM_CELLS
    line = _line(record)
    if named in GROUND_METHODS:
        return GroundSource(GroundKind.TERRITORY, line[0].series if line else "", line, named)
    if not named and line and line[0].series == BASELINE and _moves(record):
        return GroundSource(GroundKind.TERRITORY, BASELINE, line, LINE_SHIFT.name)
    series = series_of(record, method) or (BASELINE if line else "")
    if not series:
        return FROM_CELLS
    return GroundSource(GroundKind.SERIES, series, observations_of(record, series))


def _line(record: MapRecord) -> tuple[Observation, ...]:
    """The drawn line that claims may move: the last map of a series, or the baseline where there is none."""
    drawn = sorted(record.observations, key=lambda one: (one.series != BASELINE, one.at))
    series = [one for one in drawn if one.series != BASELINE]
    return tuple((series or drawn)[-1:])


def _moves(record: MapRecord) -> bool:
    return bool(record.places) and any(claim.located for claim in record.claims)


def composite_from(
    source: GroundSource,
    record: MapRecord,
    history: ControlHistory,
    ground: Basemap,
    progress: Callable[[int, int], None] | None = None,
) -> Composite:
    """The ground through time, from what it is drawn from.

    ``progress`` is told how many drawn maps of a series were read, and of how many.
    """
    from layers.overlay import overlay
    from layers.series_overlay import series_overlaid

    if source.kind is GroundKind.CELLS:
        return composite(record, history, ground)
    if source.kind is GroundKind.SERIES:
        return series_overlaid(record, ground, source.series, progress=progress).composite
    return overlay(_moved(source, record, history, ground), ground=ground).composite


def slivers(source: GroundSource, record: MapRecord, ground: Basemap) -> int:
    """How many pieces of drawn ground were narrower than the grid and went to a neighbour."""
    from layers.series_overlay import series_overlaid

    if source.kind is not GroundKind.SERIES:
        return 0
    return series_overlaid(record, ground, source.series).slivers


def _moved(
    source: GroundSource, record: MapRecord, history: ControlHistory, ground: Basemap
) -> Iterator[Snapshot]:
    from layers.territory.ground import territory

    own = record.settings.parameters if record.settings.method == source.method else None
    line = drawn_as(record, ground, source.observations[0]) if source.observations else None
    return territory(record, history, ground, line, source.method, own)


def history_on_ground(
    whole: Composite, source: GroundSource, record: MapRecord, history: ControlHistory
) -> ControlHistory:
    """The history where nobody claims anything of places: who is drawn as holding the ground they are on."""
    if not record.places or source.kind is not GroundKind.SERIES or record.claims:
        return history
    windows = {o.id: o.happened for o in source.observations}
    course = _course(whole)
    holds = {
        place_id: _holds(whole.start[face], course.get(face, ()), windows)
        for place_id, face in _faces_under(whole, record).items()
        if face >= 0
    }
    return replace(history, holds={**history.holds, **holds})


def _faces_under(whole: Composite, record: MapRecord) -> dict[str, int]:
    """The face that each place stands on; −1 for none."""
    import numpy as np
    import shapely

    ids = sorted(record.places)
    ground = shapely.STRtree(polygons_of(whole.arcs, whole.faces))
    points = shapely.points([(record.places[i].lon, record.places[i].lat) for i in ids])
    found = dict.fromkeys(ids, -1)
    for number, face in np.asarray(ground.query(points, predicate="intersects")).T.tolist():
        found[ids[number]] = face
    return found


def _course(whole: Composite) -> dict[int, list[FaceChange]]:
    found: dict[int, list[FaceChange]] = {}
    for change in whole.changes:
        found.setdefault(change.face, []).append(change)
    return found


def _holds(first: State, changes: Sequence[FaceChange], windows: Mapping[str, Window]) -> tuple[Hold, ...]:
    """What a face is through time, as the holds of a place; ``first`` is before its first change."""
    starts = [None, *(change.at for change in changes)]
    states = [first, *(change.state for change in changes)]
    bases = [(), *(change.claims for change in changes)]
    ends = [*starts[1:], None]
    return tuple(
        Hold(start, end, state.holder, state.certainty, state.rival, claims, _window(claims, windows))
        for start, end, state, claims in zip(starts, ends, states, bases, strict=True)
    )


def _window(claims: Sequence[str], windows: Mapping[str, Window]) -> Window | None:
    return next((windows[claim] for claim in claims if claim in windows), None)


def named_after(source: GroundSource, record: MapRecord, history: ControlHistory) -> ControlHistory:
    """The history under the name of the method that drew the ground, where that is not made of cells.

    How claims were weighed stands before a plus sign, where there are any.
    """
    if source.kind is GroundKind.CELLS:
        return history
    name, version, parameters = f"{DRAWN}{source.series}", "1", {}
    if source.kind is GroundKind.TERRITORY:
        method = GROUND_METHODS[source.method]
        own = record.settings.parameters if record.settings.method == source.method else {}
        name, version, parameters = method.name, method.version, values_of(method, own)
    if not record.claims:
        return replace(history, method=name, method_version=version, parameters=parameters)
    return replace(
        history,
        method=f"{history.method}+{name}",
        method_version=f"{history.method_version}+{version}",
        parameters={**history.parameters, **parameters},
    )

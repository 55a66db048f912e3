"""Ground that is drawn again and again becomes one composite: faces that never move, and a list of changes.

Nothing is dissolved for any day. What a snapshot changes is a handful of boundary (``overlay_days``); all
boundaries together are cut where they meet (``overlay_noding``), divide the plane into arcs and faces
(``overlay_arrangement``), and tell each face from its neighbour (``overlay_stories``); faces with one story
are joined, and slivers merged (``overlay_merging``). docs/decisions/0010-one-overlay.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import length_hint
from typing import TYPE_CHECKING

import numpy as np
import shapely

from claims.cycles import no_search_for_cycles
from layers.composite import Composite
from layers.errors import OutOfOrder
from layers.overlay_arrangement import chained, lines_of, sides
from layers.overlay_days import (
    FIRST_SLOT,
    LAND,
    REGION,
    Days,
    Ints,
    Segments,
    difference,
    joined,
    still,
)
from layers.overlay_faces import Drawn, composite_of
from layers.overlay_merging import merged
from layers.overlay_noding import Noding, noded, nothing_noded
from layers.overlay_state import Grown
from layers.overlay_stories import News, edges_of, regional, stories
from layers.snapshots import Snapshot

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.basemap import Basemap

GRID_DEG = 1e-4
"""The step of the grid that boundaries are put on, in degrees: about 10 m."""


@dataclass(frozen=True, eq=False, slots=True)
class Overlaid:
    """A composite of snapshots.

    ``instants`` is how many snapshots are in it, ``slivers`` how many pieces of ground were narrower than the
    grid and merged into a neighbour, ``faces_merged`` how many others touched one with the same story.
    ``grown`` is what ``appended`` goes on from.
    """

    composite: Composite
    slivers: int
    faces_merged: int
    instants: int
    grown: Grown


def overlay(
    snapshots: Iterable[Snapshot],
    *,
    grid_deg: float = GRID_DEG,
    ground: Basemap | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Overlaid:
    """Overlay all boundaries of all snapshots once.

    On any instant, the faces in one state cover the ground that the snapshot of that instant gives it, to
    within the grid: vertices move to its nearest point, boundaries by less than two steps, and ground of a
    mean width below one step may go to a neighbour. Before the first snapshot all ground is silent: nobody is
    known to hold it, and nothing is reported. So is, later, what a snapshot no longer covers. Ground that is
    never covered has no face, nor has what lies off the land of the map.

    Parameters
    ----------
    snapshots
        In the order of their instants; read one by one, and not kept. Of two of one instant the later counts.
    grid_deg
        The step of the grid, in degrees; at least a millionth.
    ground
        Its region says which faces are in the region, and its border divides faces; without ground all are.
        Snapshots are cut to its land, and outer boundaries along that are of the kind LAND.
    progress
        Is told after each snapshot how many were read, and of how many (0 where nobody knows).

    Raises
    ------
    OutOfOrder
        A snapshot is earlier than the one before it.
    """
    return _laid(_begun(grid_deg, ground), snapshots, progress)


def appended(
    grown: Overlaid | Grown,
    snapshots: Iterable[Snapshot],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Overlaid:
    """An overlay with later snapshots: the same, to the byte, as if all had been overlaid at once.

    Raises
    ------
    OutOfOrder
        A snapshot is earlier than the one before it.
    """
    return _laid(grown.grown if isinstance(grown, Overlaid) else grown, snapshots, progress)


def _begun(grid_deg: float, ground: Basemap | None) -> Grown:
    none = np.empty(0, dtype=np.int64)
    nothing = nothing_noded(), News(none, none, none, none)
    empty = Grown(grid_deg, ground is not None, (), (), (), frozenset(), *nothing)
    if ground is None:
        return empty
    fixed = [
        still(slot, shape, per_degree(grid_deg))
        for slot, shape in ((REGION, ground.region), (LAND, land_of(ground)))
    ]
    return _with(empty, [(0, one) for one in fixed])


def land_of(ground: Basemap) -> BaseGeometry:
    """The land of a map, as far as its countries are drawn."""
    return shapely.intersection(ground.land, shapely.union(ground.surroundings, ground.region))


def per_degree(grid_deg: float) -> float:
    """How many steps a degree has: a whole number wherever that is meant, so that degrees come out even."""
    steps = 1.0 / grid_deg
    return float(round(steps)) if abs(steps - round(steps)) < 1e-6 * steps else steps


def _laid(
    grown: Grown, snapshots: Iterable[Snapshot], progress: Callable[[int, int], None] | None
) -> Overlaid:
    return _drawn(_grown(grown, snapshots, progress))


def _grown(grown: Grown, snapshots: Iterable[Snapshot], progress: Callable[[int, int], None] | None) -> Grown:
    total = length_hint(snapshots, 0)
    days = list(grown.days)
    fold = Days(
        per_degree(grown.grid_deg), list(grown.slots), list(grown.order), grown.claims,
        [_standing(grown)],
    )  # fmt: skip
    news: list[tuple[int, Segments]] = []
    for done, snapshot in enumerate(snapshots, start=1):
        if days and snapshot.at < days[-1][0]:
            raise OutOfOrder(
                f"The ground of {snapshot.at.isoformat()} does not come after that of "
                f"{days[-1][0].isoformat()}; give snapshots in the order of their instants."
            )
        changed, common = fold.news(snapshot)
        if days and snapshot.at == days[-1][0]:
            days.pop()
        news.append((len(days), changed))
        days.append((snapshot.at, common))
        if progress is not None:
            progress(done, total)
    said = replace(
        grown, days=tuple(days), slots=tuple(fold.slots), order=tuple(fold.order), claims=fold.claims
    )
    return _with(said, news)


def _standing(grown: Grown) -> Segments:
    """The boundary of the latest snapshot: the sum of all news."""
    own = grown.news.slot >= FIRST_SLOT
    segment = grown.news.segment[own]
    low, high = grown.noding.low[segment], grown.noding.high[segment]
    return difference([Segments(low, high, grown.news.slot[own], grown.news.winding[own])], [])


def _with(grown: Grown, news: Sequence[tuple[int, Segments]]) -> Grown:
    """What has grown, with more rows of news."""
    rows = joined([one for _, one in news])
    before, noding = grown.noding, grown.noding
    low, high = _unknown(before, rows)
    noding = noded(before, low, high)
    day = np.repeat([number for number, _ in news], [len(one.low) for _, one in news])
    old = grown.news
    segment = _numbers(
        noding, np.append(before.low[old.segment], rows.low), np.append(before.high[old.segment], rows.high)
    )
    day = np.append(old.day, day.astype(np.int64))
    slot, winding = np.append(old.slot, rows.slot), np.append(old.winding, rows.winding)
    order = np.lexsort((slot, day, segment))
    told = News(segment[order], day[order], slot[order], winding[order])
    return replace(grown, noding=noding, news=told)


def _unknown(noding: Noding, rows: Segments) -> tuple[Ints, Ints]:
    """The segments of these rows that are not noded yet, each once."""
    low, high = _unique(rows.low, rows.high)
    known = _numbers(noding, low, high) >= 0
    return low[~known], high[~known]


def _unique(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    new = np.ones(len(low), dtype=bool)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[new], high[new]


def _numbers(noding: Noding, low: Ints, high: Ints) -> Ints:
    """The number of each of these segments; -1 where it is not noded."""
    vertices, of_low = np.unique(noding.low, return_inverse=True)
    ends, of_high = np.unique(noding.high, return_inverse=True)
    if not len(vertices):
        return np.full(len(low), -1)
    begin = np.minimum(np.searchsorted(vertices, low), len(vertices) - 1)
    end = np.minimum(np.searchsorted(ends, high), len(ends) - 1)
    keys = of_low * len(ends) + of_high
    at = np.minimum(np.searchsorted(keys, begin * len(ends) + end), len(keys) - 1)
    return np.where((noding.low[at] == low) & (noding.high[at] == high), at, -1)


def _places(grown: Grown) -> Ints:
    """The place of each slot among those that lie upon each other, after those of region and land."""
    places = np.arange(FIRST_SLOT + len(grown.order))
    places[np.array(grown.order, dtype=np.int64)] = np.arange(FIRST_SLOT, len(places))
    return places


def _drawn(grown: Grown) -> Overlaid:
    """The composite of all boundaries and news."""
    with no_search_for_cycles():
        return _made(grown)


def _made(grown: Grown) -> Overlaid:
    edges = edges_of(grown.noding, grown.news)
    if not len(edges.u):
        return Overlaid(Composite((), (), (), ()), 0, 0, len(grown.days), grown)
    chains = chained(edges.u, edges.v, np.empty(0, dtype=np.int64))
    lines = lines_of(chains, edges.u, edges.v, edges.x, edges.y)
    beside = sides(lines)
    slots = [grown.slots[slot - FIRST_SLOT] for slot in grown.order]
    news = replace(grown.news, slot=_places(grown)[grown.news.slot])
    told = stories(beside, chains, edges, news, slots, everywhere=not grown.has_region)
    joint = merged(beside, lines.lengths(), regional(told))
    drawn = Drawn(edges, chains, lines, beside, told, joint.into)
    whole = composite_of(drawn, grown.days, per_degree(grown.grid_deg))
    return Overlaid(whole, joint.slivers, joint.joined, len(grown.days), grown)

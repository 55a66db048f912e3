"""The merged arrangement as a composite: faces and arcs in degrees, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import numpy as np

from layers.composite import Composite, FaceChange
from layers.faces import NOTHING, Arc, ArcKind, Face
from layers.overlay_arrangement import Chains, Lines, Sides, chained, lines_of, origins, rings_of, turns
from layers.overlay_days import Ints
from layers.overlay_stories import SILENT, Edges, Stories

_KINDS = (ArcKind.CELL, ArcKind.REGION, ArcKind.LAND)


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """Everything that a composite is made of, in steps of the grid.

    ``into`` says of each face of the arrangement whose story it has.
    """

    edges: Edges
    chains: Chains
    lines: Lines
    sides: Sides
    told: Stories
    into: Ints


def composite_of(
    drawn: Drawn, days: Sequence[tuple[datetime, tuple[str, ...]]], per_degree: float
) -> Composite:
    """The composite; ``days`` are the instants of the snapshots, and what all parts of each rest on."""
    number, owners = _numbers(drawn)
    if not len(owners):
        return Composite((), (), (), ())
    left, right, kind, lines = _arcs(drawn, number)
    points = np.stack([lines.x[lines.vertex], lines.y[lines.vertex]], axis=1) / per_degree
    ends = lines.starts.tolist()
    arcs = tuple(
        Arc(points[ends[i] : ends[i + 1]], one, other, _KINDS[what])
        for i, (one, other, what) in enumerate(zip(left.tolist(), right.tolist(), kind.tolist(), strict=True))
    )
    rings = _rings(lines, left, right)
    in_region = drawn.told.in_region[owners].tolist()
    faces = tuple(Face(None, inside, rings[i]) for i, inside in enumerate(in_region))
    return Composite(arcs, faces, (SILENT,) * len(faces), _changes(drawn.told, number, owners, days))


def _numbers(drawn: Drawn) -> tuple[Ints, Ints]:
    """The number of each face of the arrangement in the composite, and which faces have a number.

    Faces come in the order of their first and last change, so that those of one day are neighbours in a list.
    """
    told = drawn.told
    owners = np.unique(drawn.into)
    owners = owners[told.covered[owners]]
    first, last = np.full((2, len(told.covered)), -1)
    first[told.face[::-1]], last[told.face] = told.day[::-1], told.day
    owners = owners[np.lexsort((owners, last[owners], first[owners]))]
    number = np.full(len(told.covered), NOTHING)
    number[owners] = np.arange(len(owners))
    return number[drawn.into], owners


def _arcs(drawn: Drawn, number: Ints) -> tuple[Ints, Ints, Ints, Lines]:
    """The arcs between faces that are left: faces on both sides, kind, and geometry."""
    sides, edges = drawn.sides, drawn.edges
    kept = np.flatnonzero(number[sides.left] != number[sides.right])
    kind = _kinds(drawn, number)[kept]
    u, v = drawn.lines.first[kept], drawn.lines.last[kept]
    chains = chained(u, v, _where_kinds_meet(u, v, kind))
    head = chains.steps[chains.starts[:-1]]
    arc, backwards = kept[head // 2], head % 2 == 1
    left = np.where(backwards, number[sides.right[arc]], number[sides.left[arc]])
    right = np.where(backwards, number[sides.left[arc]], number[sides.right[arc]])
    whole = _spelled_out(chains, kept, drawn.chains)
    return left, right, kind[head // 2], lines_of(whole, edges.u, edges.v, edges.x, edges.y)


def _kinds(drawn: Drawn, number: Ints) -> Ints:
    """What each arc of the arrangement is the boundary of, as an index of ``_KINDS``."""
    left, right, told = drawn.sides.left, drawn.sides.right, drawn.told
    one, other = drawn.into[left], drawn.into[right]
    outer = (number[left] == NOTHING) | (number[right] == NOTHING)
    on_coast = outer & (told.on_land[left] != told.on_land[right])
    between = ~outer & (told.told[one] == told.told[other])
    return np.where(on_coast, 2, np.where(between, 1, 0))


def _where_kinds_meet(u: Ints, v: Ints, kind: Ints) -> Ints:
    """The vertices at which arcs of different kinds end."""
    many = int(max(u.max(), v.max())) + 1 if len(u) else 0
    least, most = np.full(many, len(_KINDS)), np.full(many, -1)
    for end in (u, v):
        np.minimum.at(least, end, kind)
        np.maximum.at(most, end, kind)
    return np.flatnonzero(least < most)


def _spelled_out(chains: Chains, kept: Ints, finer: Chains) -> Chains:
    """Chains of arcs, which are chains of edges themselves, as chains of edges."""
    arc, backwards = kept[chains.steps // 2], chains.steps % 2 == 1
    many = finer.starts[arc + 1] - finer.starts[arc]
    begin = np.cumsum(many) - many
    within = np.arange(many.sum()) - np.repeat(begin, many)
    turned = np.repeat(backwards, many)
    first, length = np.repeat(finer.starts[arc], many), np.repeat(many, many)
    at = first + np.where(turned, length - 1 - within, within)
    ends = np.concatenate([[0], np.cumsum(many)])
    return Chains(finer.steps[at] ^ turned, ends[chains.starts])


def _rings(lines: Lines, left: Ints, right: Ints) -> dict[int, tuple[tuple[int, ...], ...]]:
    """The rings of each face as references to arcs, the outer one first."""
    rings = rings_of(turns(lines), origins(lines.first, lines.last))
    doubled = lines.areas()
    steps = np.fromiter(chain.from_iterable(rings), dtype=np.int64)
    first = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    inner = (np.add.reduceat(origins(doubled, -doubled)[steps], first) < 0).tolist()
    face = origins(left, right)[steps[first]].tolist()
    reference = np.where(steps % 2 == 1, ~(steps // 2), steps // 2).tolist()
    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    for own, is_inner, ring, begin in zip(face, inner, rings, first.tolist(), strict=True):
        walked = tuple(reference[begin : begin + len(ring)])
        found[own] = (*found.get(own, ()), walked) if is_inner else (walked, *found.get(own, ()))
    return found


def _changes(
    told: Stories, number: Ints, owners: Ints, days: Sequence[tuple[datetime, tuple[str, ...]]]
) -> tuple[FaceChange, ...]:
    """The stories of the faces that are left, by instant and face."""
    own = np.zeros(len(told.covered), dtype=bool)
    own[owners] = True
    row = np.flatnonzero(own[told.face])
    face, day = number[told.face[row]], told.day[row]
    order = np.lexsort((face, day))
    claims: dict[tuple[int, int], tuple[str, ...]] = {}
    changes = []
    columns = (face[order], day[order], told.state[row][order], told.claims[row][order])
    for one, on, state, index in zip(*(column.tolist() for column in columns), strict=True):
        if (on, index) not in claims:
            claims[on, index] = (*days[on][1], *told.own[index])
        changes.append(FaceChange(days[on][0], one, told.states[state], claims[on, index]))
    return tuple(changes)

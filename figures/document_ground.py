"""Arcs and faces are written without saying anything twice.

Each node stands once and arcs lead from node to node; a ring names its arcs by how long ago they came up; the
faces on both sides of an edge are those whose rings walk it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from figures.document_arcs import Lines, packed_arcs, unpacked_arcs
from figures.document_columns import column, values
from figures.document_rings import Rings
from figures.document_time import packed_time
from figures.whole_numbers import Numbers, array, numbers, whole, written, written_steps

Document = Mapping[str, Any]
Packed = dict[str, Any]
Part = Any
"""One part of a document, as it is or as it is written."""
Edges = tuple[Numbers, Numbers, Numbers]
"""The arc, the left and the right face of each edge."""
Found = TypeVar("Found")

_MOST_ARCS = 2_000_000


def ground_of(document: Document) -> tuple[Rings | None, Lines | None]:
    """The rings and the arcs of a document as arrays; None where they are of another kind than ours."""
    return _tried(lambda: Rings.of(document["faces"])), _tried(lambda: Lines.of(document["arcs"]))


def packed_ground(document: Document, rings: Rings | None, lines: Lines | None) -> Packed:
    """``arcs``, ``faces``, ``edges``, ``start`` and ``changes`` as they are written.

    What would not come back as it is stays as it is; ``rings`` and ``lines`` are those of the document.
    """
    edges = _tried(lambda: _edges_of(document["edges"]))
    made = {
        "faces": rings and _tried(lambda: _same_faces(rings)),
        "arcs": rings and lines and _tried(lambda: _same_arcs(lines, rings)),
        "edges": rings and edges and _tried(lambda: _same_edges(edges, rings)),
    }
    whole_parts = {part: document[part] if told is None else told for part, told in made.items()}
    return {**whole_parts, **packed_time(document, rings, edges)}


def unpacked_ground(told: Document) -> Packed:
    """The same parts as they stand in the document."""
    plain = isinstance(told["faces"], list)
    if plain and all(isinstance(told[part], list) for part in ("arcs", "edges")):
        return {part: told[part] for part in ("arcs", "faces", "edges")}
    rings = Rings.of(told["faces"]) if plain else unpacked_faces(told["faces"])
    arcs, edges = told["arcs"], told["edges"]
    return {
        "arcs": arcs if isinstance(arcs, list) else unpacked_arcs(arcs, rings).listed(),
        "faces": told["faces"] if plain else rings.listed(),
        "edges": edges if isinstance(edges, list) else _listed(unpacked_edges(edges, rings)),
    }


def _tried(make: Callable[[], Found]) -> Found | None:
    try:
        return make()
    except (ValueError, TypeError, LookupError):
        return None


def _same_faces(rings: Rings) -> Packed | None:
    told = _packed_faces(rings)
    return told if unpacked_faces(told).is_same(rings) else None


def _same_arcs(lines: Lines, rings: Rings) -> Packed | None:
    told = packed_arcs(lines, rings)
    return told if unpacked_arcs(told, rings).is_same(lines) else None


def _same_edges(edges: Edges, rings: Rings) -> Packed | None:
    told = _packed_edges(edges, rings)
    again = unpacked_edges(told, rings)
    return told if all(np.array_equal(one, two) for one, two in zip(edges, again, strict=True)) else None


# Faces and their rings


def _packed_faces(rings: Rings) -> Packed:
    return {
        "count": len(rings.place),
        "place": column(rings.place.tolist()),
        "in_region": column(rings.inside.tolist()),
        "rings": column(rings.counts.tolist()),
        "arcs": column(rings.lengths.tolist()),
        **_walk(rings.walk.tolist()),
    }


def _walk(references: Sequence[int]) -> Packed:
    """The arcs of all rings in a row: among those walked once where each has one to both sides, else all."""
    turn = _turned(references)
    if turn is not None:
        return {"turn": written(turn)}
    met, walk = 0, []
    for reference in references:
        arc = reference if reference >= 0 else ~reference
        walk.append(2 * (met - arc) + (reference < 0))
        met = max(met, arc + 1)
    return {"walk": written(walk)}


def _turned(references: Sequence[int]) -> list[int] | None:
    """Which of the arcs that were walked once is walked back, counted from the latest.

    0 is a new one walked forwards, −1 a new one walked backwards. None where arcs come up out of order, or
    one is walked twice the same way.
    """
    waiting: list[int] = []
    walked: dict[int, int] = {}
    turn = []
    for reference in references:
        arc = reference if reference >= 0 else ~reference
        if arc == len(walked):
            turn.append(0 if reference >= 0 else -1)
            walked[arc] = reference
            waiting.append(arc)
            continue
        at = bisect_left(waiting, arc)
        if at == len(waiting) or waiting[at] != arc or walked[arc] != ~reference:
            return None
        turn.append(len(waiting) - at)
        del waiting[at]
    return turn


def unpacked_faces(told: Packed) -> Rings:
    """The faces that were written."""
    count = told["count"]
    counts = values(told["rings"], count)
    lengths = values(told["arcs"], sum(counts))
    walk = _returned(numbers(told["turn"])) if "turn" in told else _walked(numbers(told["walk"]))
    place, inside = values(told["place"], count), values(told["in_region"], count)
    rings = Rings(*map(whole, (place, inside, counts, lengths, walk)))
    if len(rings.walk) != sum(lengths):
        raise ValueError(f"rings of {sum(lengths):,} arcs walk {len(rings.walk):,}")
    return rings


def _returned(turn: Iterable[int]) -> Iterator[int]:
    waiting: list[int] = []
    met = 0
    for step in turn:
        if step in (0, -1):
            waiting.append(met if step == 0 else ~met)
            yield waiting[-1]
            met += 1
        elif 0 < step <= len(waiting):
            yield ~waiting.pop(-step)
        else:
            raise IndexError(f"a ring walks back the arc {step} ago, and {len(waiting)} wait for that")


def _walked(walk: Iterable[int]) -> Iterator[int]:
    met = 0
    for step in walk:
        arc = met - (step >> 1)
        if arc < 0:
            raise IndexError(f"a ring walks the arc {step >> 1} ago, and {met} came up before")
        met = max(met, arc + 1)
        yield ~arc if step & 1 else arc


# Edges and their two sides


def _edges_of(edges: Sequence[Any]) -> Edges:
    """The edges of a document; ValueError or TypeError where they are of another kind."""
    arc, left, right = zip(*edges, strict=True) if edges else ((), (), ())
    return whole(arc), whole(left), whole(right)


def _packed_edges(edges: Edges, rings: Rings) -> Packed:
    arcs, left, right = edges
    made: Packed = {"count": len(arcs), "arc": written_steps(arcs)}
    sides = _sides(arcs, rings)
    if any(not np.array_equal(side, real) for side, real in zip(sides, (left, right), strict=True)):
        made["left"], made["right"] = column(left.tolist()), column(right.tolist())
    return made


def unpacked_edges(told: Packed, rings: Rings) -> Edges:
    """The edges that were written."""
    count, arcs = told["count"], np.cumsum(array(told["arc"]))
    if "left" in told:
        left, right = (whole(values(told[side], count)) for side in ("left", "right"))
    else:
        left, right = _sides(arcs, rings)
        if (np.minimum(left, right) < 0).any():
            raise IndexError("an edge is an arc that no ring walks, or walks to one side only")
    if not len(arcs) == len(left) == len(right):
        raise ValueError(f"{len(arcs):,} edges have {len(left):,} sides")
    return arcs, left, right


def _listed(edges: Edges) -> list[Any]:
    """Each edge as ``[arc index, left face, right face]``."""
    told: list[Any] = np.column_stack(edges).tolist()
    return told


def _sides(arcs: Numbers, rings: Rings) -> tuple[Numbers, Numbers]:
    """The faces on both sides of some arcs: left the one whose ring walks it; −1 for none."""
    most = int(rings.arc.max(initial=-1)) + 1
    if most > _MOST_ARCS:
        raise IndexError(f"a ring walks the arc {most - 1:,}; the most are {_MOST_ARCS:,}")
    left, right = (np.append(side, -1) for side in rings.sides(most))
    at = np.where((arcs >= 0) & (arcs < most), arcs, most)
    return left[at], right[at]

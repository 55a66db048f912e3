"""Arcs and faces are written without saying anything twice.

Each node stands once and arcs lead from node to node; a ring names its arcs by how long ago they came up; the
faces on both sides of an edge are those whose rings walk it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any

from figures.document_arcs import packed_arcs, unpacked_arcs
from figures.document_columns import column, steps, values
from figures.document_time import packed_time
from figures.whole_numbers import numbers, written

Document = Mapping[str, Any]
Packed = dict[str, Any]
Part = Any
"""One part of a document, as it is or as it is written."""


def packed_ground(document: Document) -> Packed:
    """``arcs``, ``faces``, ``edges``, ``start`` and ``changes`` as they are written.

    A part that would not come back as it is stays as it is.
    """
    faces = document["faces"]
    return {
        "arcs": _tried(
            document["arcs"],
            lambda arcs: packed_arcs(arcs, faces),
            lambda told: unpacked_arcs(told, faces),
        ),
        "faces": _tried(faces, _packed_faces, unpacked_faces),
        "edges": _tried(
            document["edges"],
            lambda e: _packed_edges(e, faces),
            lambda told: unpacked_edges(told, faces),
        ),
        **packed_time(document),
    }


def unpacked_ground(told: Document) -> Packed:
    """The same parts as they stand in the document."""
    faces = unpacked_faces(told["faces"])
    return {
        "arcs": unpacked_arcs(told["arcs"], faces),
        "faces": faces,
        "edges": unpacked_edges(told["edges"], faces),
    }


def _tried(part: Part, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> Part:
    try:
        told = pack(part)
        return told if unpack(told) == part else part
    except (ValueError, TypeError, LookupError):
        return part


# Faces and their rings


def _packed_faces(faces: Sequence[Any]) -> Packed:
    rings = [ring for _, _, own in faces for ring in own]
    references = [reference for ring in rings for reference in ring]
    return {
        "count": len(faces),
        "place": column([place for place, _, _ in faces]),
        "in_region": column([inside for _, inside, _ in faces]),
        "rings": column([len(own) for _, _, own in faces]),
        "arcs": column([len(ring) for ring in rings]),
        **_walk(references),
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


def unpacked_faces(told: Part) -> list[Any]:
    """Each face as ``[place index, in_region, rings]``."""
    if isinstance(told, list):
        return told
    count = told["count"]
    places, inside = values(told["place"], count), values(told["in_region"], count)
    ring_counts = values(told["rings"], count)
    lengths = iter(values(told["arcs"], sum(ring_counts)))
    walk = _returned(numbers(told["turn"])) if "turn" in told else _walked(numbers(told["walk"]))
    return [
        [place, within, [list(islice(walk, length)) for length in islice(lengths, rings)]]
        for place, within, rings in zip(places, inside, ring_counts, strict=True)
    ]


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


def _packed_edges(edges: Sequence[Any], faces: Sequence[Any]) -> Packed:
    arcs = [arc for arc, _, _ in edges]
    made: Packed = {"count": len(edges), "arc": written(steps(arcs))}
    sides = _sides(faces)
    if any(sides.get(arc) != left or sides.get(~arc) != right for arc, left, right in edges):
        made["left"] = column([left for _, left, _ in edges])
        made["right"] = column([right for _, _, right in edges])
    return made


def unpacked_edges(told: Part, faces: Sequence[Any]) -> list[Any]:
    """Each edge as ``[arc index, left face, right face]``."""
    if isinstance(told, list):
        return told
    count, arcs = told["count"], list(accumulate(numbers(told["arc"])))
    if "left" in told:
        left, right = values(told["left"], count), values(told["right"], count)
    else:
        sides = _sides(faces)
        left, right = [sides[arc] for arc in arcs], [sides[~arc] for arc in arcs]
    return [list(edge) for edge in zip(arcs, left, right, strict=True)]


def _sides(faces: Sequence[Any]) -> dict[int, int]:
    """The face that walks each arc, by the reference with which it does: it lies on the left of ``i``."""
    return {
        reference: face for face, (_, _, rings) in enumerate(faces) for ring in rings for reference in ring
    }

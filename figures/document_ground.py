"""Arcs and faces are written without saying anything twice.

Each node stands once and arcs lead from node to node; a ring names its arcs by how long ago they came up; the
faces on both sides of an edge are those whose rings walk it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any

from figures.document_columns import column, steps, values
from figures.document_time import packed_time, unpacked_time

Document = Mapping[str, Any]
Packed = dict[str, Any]
Part = Any
"""One part of a document, as it is or as it is written."""
Line = list[int]

_NEW = 0
"""The end of an arc at a node that was not there before; other numbers say how many nodes ago it was."""


def packed_ground(document: Document) -> Packed:
    """``arcs``, ``faces``, ``edges``, ``start`` and ``changes`` as they are written.

    A part that would not come back as it is stays as it is.
    """
    faces = document["faces"]
    return {
        "arcs": _tried(document["arcs"], _packed_arcs, unpacked_arcs),
        "faces": _tried(faces, _packed_faces, unpacked_faces),
        "edges": _tried(
            document["edges"],
            lambda e: _packed_edges(e, faces),
            lambda written: unpacked_edges(written, faces),
        ),
        **packed_time(document),
    }


def unpacked_ground(written: Document) -> Packed:
    """The same parts as they stand in the document."""
    faces = unpacked_faces(written["faces"])
    ground = {
        "arcs": unpacked_arcs(written["arcs"]),
        "faces": faces,
        "edges": unpacked_edges(written["edges"], faces),
    }
    return {**ground, **unpacked_time({**written, **ground})}


def _tried(part: Part, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> Part:
    try:
        written = pack(part)
        return written if unpack(written) == part else part
    except (ValueError, TypeError, LookupError):
        return part


# Arcs from node to node


def _packed_arcs(arcs: Sequence[Line]) -> Packed:
    nodes: dict[tuple[int, int], int] = {}
    ends: list[int] = []
    inner: list[int] = []
    xs: list[int] = []
    ys: list[int] = []
    for line in arcs:
        first = line[0], line[1]
        for node in (first, (sum(line[::2]), sum(line[1::2]))):
            ends.append(len(nodes) - nodes[node] if node in nodes else _NEW)
            nodes.setdefault(node, len(nodes))
        inner.append(len(line) // 2 - 2)
        xs += line[2:-2:2]
        ys += line[3:-2:2]
    return {
        "count": len(arcs),
        "nodes": {"x": steps(x for x, _ in nodes), "y": steps(y for _, y in nodes)},
        "from": ends[::2],
        "to": ends[1::2],
        "inner": column(inner),
        "x": xs,
        "y": ys,
    }


def unpacked_arcs(written: Part) -> list[Line]:
    """Each arc as a line of the document's grid."""
    if isinstance(written, list):
        return written
    nodes = list(zip(accumulate(written["nodes"]["x"]), accumulate(written["nodes"]["y"]), strict=True))
    ends = _nodes_met(written["from"], written["to"], len(nodes))
    inner = values(written["inner"], written["count"])
    between = _points_between(written["x"], written["y"], inner)
    return [
        _line(nodes[first], nodes[last], points)
        for first, last, points in zip(ends, ends, between, strict=True)
    ]


def _nodes_met(froms: Sequence[int], tos: Sequence[int], count: int) -> Iterator[int]:
    """The node at which each arc begins, the one at which it ends, and so on."""
    met = 0
    for pair in zip(froms, tos, strict=True):
        for ago in pair:
            node = met - ago
            met += ago == _NEW
            if ago < _NEW or not 0 <= node < count:
                raise IndexError(f"an arc ends {ago} nodes ago, and {met} came up before")
            yield node


def _points_between(xs: Sequence[int], ys: Sequence[int], inner: Sequence[int]) -> Iterator[Line]:
    every = iter([number for point in zip(xs, ys, strict=True) for number in point])
    for count in inner:
        yield list(islice(every, 2 * count))


def _line(first: tuple[int, int], last: tuple[int, int], between: Line) -> Line:
    x, y = first[0] + sum(between[::2]), first[1] + sum(between[1::2])
    return [*first, *between, last[0] - x, last[1] - y]


# Faces and their rings


def _packed_faces(faces: Sequence[Any]) -> Packed:
    rings = [ring for _, _, own in faces for ring in own]
    return {
        "count": len(faces),
        "place": column([place for place, _, _ in faces]),
        "in_region": column([inside for _, inside, _ in faces]),
        "rings": column([len(own) for _, _, own in faces]),
        "arcs": column([len(ring) for ring in rings]),
        "walk": _walk(reference for ring in rings for reference in ring),
    }


def _walk(references: Iterable[int]) -> list[int]:
    """Twice how many arcs ago each came up, and one more where it is walked backwards."""
    met, walk = 0, []
    for reference in references:
        arc = reference if reference >= 0 else ~reference
        walk.append(2 * (met - arc) + (reference < 0))
        met = max(met, arc + 1)
    return walk


def unpacked_faces(written: Part) -> list[Any]:
    """Each face as ``[place index, in_region, rings]``."""
    if isinstance(written, list):
        return written
    count = written["count"]
    places, inside = values(written["place"], count), values(written["in_region"], count)
    ring_counts = values(written["rings"], count)
    lengths = iter(values(written["arcs"], sum(ring_counts)))
    walk = _walked(written["walk"])
    return [
        [place, within, [list(islice(walk, length)) for length in islice(lengths, rings)]]
        for place, within, rings in zip(places, inside, ring_counts, strict=True)
    ]


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
    written: Packed = {"count": len(edges), "arc": steps(arcs)}
    sides = _sides(faces)
    if any(sides.get(arc) != left or sides.get(~arc) != right for arc, left, right in edges):
        written["left"] = column([left for _, left, _ in edges])
        written["right"] = column([right for _, _, right in edges])
    return written


def unpacked_edges(written: Part, faces: Sequence[Any]) -> list[Any]:
    """Each edge as ``[arc index, left face, right face]``."""
    if isinstance(written, list):
        return written
    count, arcs = written["count"], list(accumulate(written["arc"]))
    if "left" in written:
        left, right = values(written["left"], count), values(written["right"], count)
    else:
        sides = _sides(faces)
        left, right = [sides[arc] for arc in arcs], [sides[~arc] for arc in arcs]
    return [list(edge) for edge in zip(arcs, left, right, strict=True)]


def _sides(faces: Sequence[Any]) -> dict[int, int]:
    """The face that walks each arc, by the reference with which it does: it lies on the left of ``i``."""
    return {
        reference: face for face, (_, _, rings) in enumerate(faces) for ring in rings for reference in ring
    }

"""Start and changes are written without what follows.

A face that always looks like its place is not spoken of, nor a front that follows from its two sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any

from figures.document_columns import column, steps, values
from figures.document_events import packed_places, unpacked_places
from figures.whole_numbers import numbers, written

Document = Mapping[str, Any]
Packed = dict[str, Any]
Pairs = list[int]
"""Flat: index, new value, index, new value, …"""

_FACES, _FRONTS, _PLACES = 1, 2, 3
_NO_FRONT = 0
_Track = tuple[int, tuple[tuple[int, int], ...]]
"""How one thing starts, and what it becomes at which change."""
_Styles = dict[tuple[int, int], int]
"""The style of an edge between two states."""


def packed_time(document: Document) -> Packed:
    """``start`` and ``changes`` as they are written; what would not come back as it is stays as it is."""
    plain = {"start": document["start"], "changes": document["changes"]}
    try:
        for made in _ways(document):
            if unpacked_time({**document, **made}) == plain:
                return made
    except (ValueError, TypeError, LookupError):
        pass
    return plain


def _ways(document: Document) -> Iterable[Packed]:
    """The shortest way of writing first, then one that says everything."""
    own = _own_faces(document)
    styles = _styles(document)
    yield _written(document, own, styles)
    yield _written(document, list(range(len(document["start"]["faces"]))), None)


def _written(document: Document, own: Sequence[int], styles: _Styles | None) -> Packed:
    start, changes = document["start"], document["changes"]
    mine = {face: number for number, face in enumerate(own)}
    faces = [[n for i, s in _pairs(change[_FACES]) if i in mine for n in (i, s)] for change in changes]
    begin: Packed = {
        "places": _counted(start["places"]),
        "own": written(steps(own)),
        "faces": column([start["faces"][face] for face in own]),
    }
    then: Packed = {
        "count": len(changes),
        "t": written(steps(change[0] for change in changes)),
        "places": packed_places(document) or _parts([change[_PLACES] for change in changes]),
        "faces": _parts(faces),
    }
    if styles is None:
        begin["fronts"] = _counted(start["fronts"])
        then["fronts"] = _parts([change[_FRONTS] for change in changes])
    else:
        begin["styles"] = [n for pair, style in sorted(styles.items()) for n in (*pair, style)]
    return {"start": begin, "changes": then}


def _counted(found: Sequence[int]) -> Packed:
    return {"count": len(found), "is": column(found)}


def _parts(parts: Sequence[Pairs]) -> Packed:
    every = [number for pairs in parts for number in pairs]
    return {
        "each": column([len(pairs) // 2 for pairs in parts]),
        "at": written(steps(every[::2])),
        "is": written(every[1::2]),
    }


def _pairs(flat: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(flat[::2], flat[1::2], strict=True)


# What follows from what


def _own_faces(document: Document) -> list[int]:
    """The faces that do not always look like their place."""
    faces, places = (_tracks(document, name, slot) for name, slot in (("faces", _FACES), ("places", _PLACES)))
    of = [face[0] for face in document["faces"]]
    return [face for face, place in enumerate(of) if place < 0 or faces[face] != places[place]]


def _tracks(document: Document, name: str, slot: int) -> list[_Track]:
    turns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, change in enumerate(document["changes"]):
        for index, state in _pairs(change[slot]):
            turns[index].append((number, state))
    return [(state, tuple(turns.get(i, ()))) for i, state in enumerate(document["start"][name])]


def _styles(document: Document) -> _Styles | None:
    """Which two states make which front, where that is so at every instant; None where it is not."""
    edges = [(left, right) for _, left, right in document["edges"]]
    if any(side < 0 for sides in edges for side in sides):
        return None
    seen = _Seen(edges, document["start"])
    touching = _touching(edges)
    agree = seen.agree(range(len(edges)))
    for change in document["changes"] if agree else ():
        seen.change(change)
        if not seen.agree({edge for face in change[_FACES][::2] for edge in touching.get(face, ())}):
            return None
    return {pair: style for pair, style in seen.styles.items() if style != _NO_FRONT} if agree else None


class _Seen:
    """The fronts that were seen between two states, as time goes by."""

    def __init__(self, edges: Sequence[tuple[int, int]], start: Mapping[str, list[int]]) -> None:
        self.edges, self.styles = edges, _Styles()
        self.states, self.shown = list(start["faces"]), list(start["fronts"])

    def change(self, change: Sequence[Any]) -> None:
        for face, state in _pairs(change[_FACES]):
            self.states[face] = state
        for edge, style in _pairs(change[_FRONTS]):
            self.shown[edge] = style

    def agree(self, edges: Iterable[int]) -> bool:
        for edge in edges:
            left, right = self.edges[edge]
            pair = self.states[left], self.states[right]
            style = self.styles.setdefault(pair if pair[0] <= pair[1] else pair[::-1], self.shown[edge])
            if style != self.shown[edge]:
                return False
        return True


def _touching(edges: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    touching: dict[int, list[int]] = defaultdict(list)
    for number, sides in enumerate(edges):
        for face in sides:
            touching[face].append(number)
    return touching


# Reading


def unpacked_time(told: Document) -> Packed:
    """``start`` and ``changes`` as they stand in the document; everything else of it is whole already."""
    begin, then = told["start"], told["changes"]
    if isinstance(then, list):
        return {"start": begin, "changes": then}
    of = [face[0] for face in told["faces"]]
    own = list(accumulate(numbers(begin["own"])))
    places = _listed(begin["places"])
    faces = _started(of, own, places, values(begin["faces"], len(own)))
    instants = list(accumulate(numbers(then["t"])))
    place_pairs = (
        unpacked_places(then["places"], instants, told["events"])
        if "events" in then["places"]
        else _unfolded(then["places"], then["count"])
    )
    own_pairs = _unfolded(then["faces"], then["count"])
    followers = _followers(of, own)
    face_pairs = [
        _merged(mine, places_now, followers) for mine, places_now in zip(own_pairs, place_pairs, strict=True)
    ]
    if "styles" in begin:
        fronts, front_pairs = _fronts(begin["styles"], told["edges"], faces, face_pairs)
    else:
        fronts, front_pairs = _listed(begin["fronts"]), _unfolded(then["fronts"], then["count"])
    rows = zip(instants, face_pairs, front_pairs, place_pairs, strict=True)
    return {
        "start": {"faces": faces, "fronts": fronts, "places": places},
        "changes": [list(row) for row in rows],
    }


def _listed(counted: Mapping[str, Any]) -> list[int]:
    return values(counted["is"], counted["count"])


def _unfolded(parts: Mapping[str, Any], count: int) -> list[Pairs]:
    """The pairs of each instant."""
    indices, new = accumulate(numbers(parts["at"])), iter(numbers(parts["is"]))
    found = []
    for length in values(parts["each"], count):
        taken = zip(islice(indices, length), islice(new, length), strict=True)
        found.append([number for pair in taken for number in pair])
    return found


def _followers(of: Sequence[int], own: Iterable[int]) -> dict[int, list[int]]:
    """The faces that always look like a place, by place."""
    apart = set(own)
    followers: dict[int, list[int]] = defaultdict(list)
    for face, place in enumerate(of):
        if face not in apart:
            followers[place].append(face)
    return followers


def _started(
    of: Sequence[int], own: Sequence[int], places: Sequence[int], states: Sequence[int]
) -> list[int]:
    mine = dict(zip(own, states, strict=True))
    return [mine[face] if face in mine else places[_index(place)] for face, place in enumerate(of)]


def _index(place: int) -> int:
    if place < 0:
        raise IndexError("a face without a place has no start of its own")
    return place


def _merged(mine: Pairs, places: Pairs, followers: Mapping[int, list[int]]) -> Pairs:
    """What changes on the faces at one instant: on those with their own story, and beside places."""
    following = [(face, state) for place, state in _pairs(places) for face in followers.get(place, ())]
    if not following:
        return mine
    return [number for pair in sorted([*following, *_pairs(mine)]) for number in pair]


def _fronts(
    flat: Sequence[int], edges: Sequence[Any], start: Sequence[int], changes: Iterable[Pairs]
) -> tuple[list[int], list[Pairs]]:
    """How the fronts start, and what they become at each instant."""
    styles = {
        pair: style
        for a, b, style in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        for pair in ((a, b), (b, a))
    }
    sides = [(left, right) for _, left, right in edges]
    touching, states = _touching(sides), list(start)

    def style(edge: int) -> int:
        left, right = sides[edge]
        return styles.get((states[left], states[right]), _NO_FRONT)

    shown = [style(edge) for edge in range(len(sides))]
    began, found = list(shown), []
    for pairs in changes:
        for face, state in _pairs(pairs):
            states[face] = state
        now = []
        for edge in sorted({edge for face in pairs[::2] for edge in touching.get(face, ())}):
            if style(edge) != shown[edge]:
                shown[edge] = style(edge)
                now += [edge, shown[edge]]
        found.append(now)
    return began, found

"""Start and changes are written without what follows.

A face that always looks like its place is not spoken of, nor a front that follows from its two sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from figures.document_columns import MOST_VALUES, column, values
from figures.document_events import Turns, packed_places, turns_of, unpacked_places
from figures.document_rings import Rings
from figures.whole_numbers import Numbers, array, whole, written, written_steps
from layers.course import sides_through_time
from layers.distinct import is_among

Document = Mapping[str, Any]
Packed = dict[str, Any]
Edges = tuple[Numbers, Numbers, Numbers]
"""The arc, the left and the right face of each edge."""

_FACES, _FRONTS, _PLACES = 1, 2, 3
_NO_FRONT = 0
_KEYS = ("faces", "fronts", "places")


class _Time(NamedTuple):
    """``start`` and ``changes`` as arrays."""

    instants: Numbers
    start: Mapping[str, Numbers]
    turns: Mapping[str, Turns]

    @classmethod
    def of(cls, document: Document) -> _Time:
        """From a document; ValueError or TypeError where they are of another kind."""
        start, changes = document["start"], document["changes"]
        if set(start) != set(_KEYS) or any(len(change) != 1 + len(_KEYS) for change in changes):
            raise ValueError("start and changes speak of faces, fronts and places")
        return cls(
            whole(change[0] for change in changes),
            {key: whole(start[key]) for key in _KEYS},
            {key: turns_of(changes, slot) for slot, key in enumerate(_KEYS, 1)},
        )

    def is_same(self, other: _Time) -> bool:
        """Whether the same changes."""
        pairs = [(self.instants, other.instants)]
        pairs += [(self.start[key], other.start[key]) for key in _KEYS]
        pairs += [pair for key in _KEYS for pair in zip(self.turns[key], other.turns[key], strict=True)]
        return all(np.array_equal(one, two) for one, two in pairs)

    def listed(self) -> Packed:
        """As they stand in a document."""
        columns = [_listed_by_instant(self.turns[key], len(self.instants)) for key in _KEYS]
        rows = zip(self.instants.tolist(), *columns, strict=True)
        return {
            "start": {key: self.start[key].tolist() for key in _KEYS},
            "changes": [list(row) for row in rows],
        }


def _listed_by_instant(turns: Turns, instants: int) -> Iterator[list[int]]:
    flat = np.column_stack([turns.thing, turns.new]).ravel().tolist()
    ends = np.cumsum(2 * np.bincount(turns.when, minlength=instants)).tolist()
    return (flat[begin:end] for begin, end in pairwise([0, *ends]))


def packed_time(document: Document, rings: Rings | None, edges: Edges | None) -> Packed:
    """``start`` and ``changes`` as they are written; what would not come back as it is stays as it is.

    ``rings`` and ``edges`` are those of the document, None where they are of another kind than ours.
    """
    try:
        if rings is not None and edges is not None:
            time = _Time.of(document)
            for made in _ways(document, time, rings.place, edges):
                if _unpacked(made, document["events"], rings.place, edges).is_same(time):
                    return made
    except (ValueError, TypeError, LookupError):
        pass
    return {"start": document["start"], "changes": document["changes"]}


def _ways(document: Document, time: _Time, of: Numbers, edges: Edges) -> Iterator[Packed]:
    """The shortest way of writing first, then one that says everything."""
    yield _written(document, time, _own_faces(time, of), _styles(time, edges))
    yield _written(document, time, np.arange(len(time.start["faces"])), None)


def _written(document: Document, time: _Time, own: Numbers, styles: Sequence[int] | None) -> Packed:
    start, turns = time.start, time.turns
    mine = np.zeros(len(start["faces"]), dtype=bool)
    mine[own] = True
    instants = len(time.instants)
    begin: Packed = {
        "places": _counted(start["places"]),
        "own": written_steps(own),
        "faces": column(start["faces"][own].tolist()),
    }
    then: Packed = {
        "count": instants,
        "t": written_steps(time.instants),
        "places": packed_places(document, turns["places"]) or _parts(turns["places"], instants),
        "faces": _parts(turns["faces"].only(mine[turns["faces"].thing]), instants),
    }
    if styles is None:
        begin["fronts"] = _counted(start["fronts"])
        then["fronts"] = _parts(turns["fronts"], instants)
    else:
        begin["styles"] = list(styles)
    return {"start": begin, "changes": then}


def _counted(found: Numbers) -> Packed:
    return {"count": len(found), "is": column(found.tolist())}


def _parts(turns: Turns, instants: int) -> Packed:
    return {
        "each": column(np.bincount(turns.when, minlength=instants).tolist()),
        "at": written_steps(turns.thing),
        "is": written(turns.new),
    }


# What follows from what


def _own_faces(time: _Time, of: Numbers) -> Numbers:
    """The faces that do not always look like their place."""
    faces, places = (_Tracks.of(time, key) for key in ("faces", "places"))
    apart = of < 0
    with_place = np.flatnonzero(~apart)
    place = of[with_place]
    alike = faces.start[with_place] == places.start[place]
    alike &= faces.many[with_place] == places.many[place]
    face, place = with_place[alike], place[alike]
    apart[with_place[~alike]] = True
    many = faces.many[face]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    mine = np.repeat(faces.begin[face], many) + within
    theirs = np.repeat(places.begin[place], many) + within
    other = (faces.when[mine] != places.when[theirs]) | (faces.new[mine] != places.new[theirs])
    apart[np.repeat(face, many)[other]] = True
    return np.flatnonzero(apart)


class _Tracks(NamedTuple):
    """How each thing starts, and what it becomes when: its changes begin at ``begin``, ``many`` of them."""

    start: Numbers
    begin: Numbers
    many: Numbers
    when: Numbers
    new: Numbers

    @classmethod
    def of(cls, time: _Time, key: str) -> _Tracks:
        start, turns = time.start[key], time.turns[key]
        many = np.bincount(turns.thing, minlength=len(start))
        order = np.argsort(turns.thing, kind="stable")
        return cls(start, np.cumsum(many) - many, many, turns.when[order], turns.new[order])


def _styles(time: _Time, edges: Edges) -> list[int] | None:
    """Which two states make which front, where that is so at every instant; None where it is not.

    Flat: the smaller state, the other, the style between them.
    """
    _, left, right = edges
    if (np.minimum(left, right) < 0).any():
        return None
    start, fronts = time.start["faces"], _Tracks.of(time, "fronts")
    seen = sides_through_time(left, right, start, time.turns["faces"])
    shown = np.concatenate([fronts.start, _shown(fronts, seen.line, seen.when, len(time.instants))])
    one, other = np.concatenate([start[left], seen.left]), np.concatenate([start[right], seen.right])
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys = low * (1 + high.max(initial=0)) + high
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    style = shown[first]
    if (style[which] != shown).any():
        return None
    real = np.flatnonzero(style != _NO_FRONT)
    told: list[int] = np.column_stack([low[first[real]], high[first[real]], style[real]]).ravel().tolist()
    return told


def _shown(fronts: _Tracks, edge: Numbers, when: Numbers, instants: int) -> Numbers:
    """How edges are shown from an instant on."""
    told = np.repeat(np.arange(len(fronts.start)), fronts.many) * instants + fronts.when
    at = np.searchsorted(told, edge * instants + when, side="right") - 1
    changed = at >= fronts.begin[edge]
    return np.where(changed, np.append(fronts.new, 0)[at], fronts.start[edge])


# Reading


def unpacked_time(told: Document) -> Packed:
    """``start`` and ``changes`` as they stand in the document; everything else of it is whole already."""
    begin, then = told["start"], told["changes"]
    if isinstance(then, list):
        return {"start": begin, "changes": then}
    of = whole(face[0] for face in told["faces"])
    arc, left, right = zip(*told["edges"], strict=True) if told["edges"] else ((), (), ())
    edges = whole(arc), whole(left), whole(right)
    return _unpacked({"start": begin, "changes": then}, told["events"], of, edges).listed()


def _unpacked(told: Packed, events: Sequence[Any], of: Numbers, edges: Edges) -> _Time:
    begin, then = told["start"], told["changes"]
    own, instants = np.cumsum(array(begin["own"])), np.cumsum(array(then["t"]))
    if len(instants) != then["count"]:
        raise ValueError(f"{then['count']:,} changes have {len(instants):,} instants")
    place_start = _whole(begin["places"])
    places = (
        unpacked_places(then["places"], instants, events)
        if "events" in then["places"]
        else _unfolded(then["places"], len(instants))
    )
    face_start = _started(of, own, place_start, whole(values(begin["faces"], len(own))))
    faces = _merged(_unfolded(then["faces"], len(instants)), places, of, own)
    if "styles" in begin:
        front_start, fronts = _fronts(array(begin["styles"]), edges, face_start, faces)
    else:
        front_start, fronts = _whole(begin["fronts"]), _unfolded(then["fronts"], len(instants))
    return _Time(
        instants,
        {"faces": face_start, "fronts": front_start, "places": place_start},
        {"faces": faces, "fronts": fronts, "places": places},
    )


def _whole(counted: Mapping[str, Any]) -> Numbers:
    return whole(values(counted["is"], counted["count"]))


def _unfolded(parts: Mapping[str, Any], instants: int) -> Turns:
    """The pairs of each instant."""
    each = whole(values(parts["each"], instants))
    things, new = np.cumsum(array(parts["at"])), array(parts["is"])
    if not each.sum() == len(things) == len(new):
        raise ValueError(f"{each.sum():,} changes are told of {len(things):,} things and {len(new):,} states")
    return Turns(np.repeat(np.arange(instants), each), things, new)


def _started(of: Numbers, own: Numbers, places: Numbers, states: Numbers) -> Numbers:
    follows = np.ones(len(of), dtype=bool)
    follows[own] = False
    if (own < 0).any() or (of[follows] < 0).any():
        raise IndexError("a face without a place has no start of its own")
    found = np.empty(len(of), dtype=np.int64)
    found[follows] = places[of[follows]]
    found[own] = states
    return found


def _merged(mine: Turns, places: Turns, of: Numbers, own: Numbers) -> Turns:
    """What changes on the faces at each instant: on those with their own story, and beside places."""
    follows = np.ones(len(of), dtype=bool)
    follows[own] = False
    faces = np.flatnonzero(follows)
    faces = faces[np.argsort(of[faces], kind="stable")]
    begin, end = (np.searchsorted(of[faces], places.thing, side) for side in ("left", "right"))
    many = end - begin
    if many.sum() > MOST_VALUES:
        raise ValueError(f"{many.sum():,} faces follow their places; the most are {MOST_VALUES:,}")
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    beside = Turns(
        np.repeat(places.when, many), faces[np.repeat(begin, many) + within], np.repeat(places.new, many)
    )
    when, thing, new = (np.concatenate(pair) for pair in zip(mine, beside, strict=True))
    # Where no face follows a place, the faces stay in the order in which they were written.
    sorts = is_among(when, beside.when)
    order = np.lexsort((new * sorts, thing * sorts, when))
    return Turns(when[order], thing[order], new[order])


def _fronts(flat: Numbers, edges: Edges, start: Numbers, faces: Turns) -> tuple[Numbers, Turns]:
    """How the fronts start, and what they become at each instant."""
    _, left, right = edges
    one, other, style = flat.reshape(-1, 3).T
    seen = sides_through_time(left, right, start, faces)
    states = 1 + max(int(part.max(initial=0)) for part in (one, other, start, faces.new))
    keys = np.concatenate([one * states + other, other * states + one])
    order = np.argsort(keys, kind="stable")
    keys, made = keys[order], np.concatenate([style, style])[order]

    def between(left_state: Numbers, right_state: Numbers) -> Numbers:
        asked = left_state * states + right_state
        at = np.searchsorted(keys, asked, side="right") - 1
        return np.where(np.append(keys, -1)[at] == asked, np.append(made, 0)[at], _NO_FRONT)

    began, now = between(start[left], start[right]), between(seen.left, seen.right)
    before = began[seen.line]
    again = np.flatnonzero(seen.line[1:] == seen.line[:-1]) + 1
    before[again] = now[again - 1]
    turned = np.flatnonzero(now != before)
    turned = turned[np.argsort(seen.when[turned], kind="stable")]
    return began, Turns(seen.when[turned], seen.line[turned], now[turned])

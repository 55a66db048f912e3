"""Sorted instants become the state of every place at each: one walk through the changes for all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from layers.kept import kept


def events_between(document: Mapping[str, Any], start: int, end: int) -> Sequence[Mapping[str, Any]]:
    """The events that count from ``start`` until before ``end``; a document has them in order of time."""
    events = document["events"]
    first, last = (bisect_left(events, t, key=itemgetter("t")) for t in (start, end))
    found: Sequence[Mapping[str, Any]] = events[first:last]
    return found


def changed_between(document: Mapping[str, Any], start: int, end: int) -> set[int]:
    """Indices of the places with a change that counts from ``start`` until before ``end``."""
    return {event["place"] for event in events_between(document, start, end) if event["kind"] == "change"}


def place_states(document: Mapping[str, Any], instants: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    """Each instant (seconds, in ascending order) with the state index of every place then.

    The list is the same one every time, moved on: whoever keeps it, copies it.
    """
    states = list(document["start"]["places"])
    changes = document["changes"]
    done = 0
    for t in instants:
        while done < len(changes) and changes[done][0] <= t:
            pairs = changes[done][3]
            for index, state in zip(pairs[::2], pairs[1::2], strict=True):
                states[index] = state
            done += 1
        yield t, states


def place_state(document: Mapping[str, Any], place: int, t: int) -> int:
    """The state index of one place at an instant, for whoever asks about many instants."""
    since, states = _states_of(document, place)
    return states[bisect_right(since, t)]


@kept()
def _states_of(document: Mapping[str, Any], place: int) -> tuple[list[int], list[int]]:
    """The instants at which a place becomes something else, and what it is before and after each."""
    since, states = [], [int(document["start"]["places"][place])]
    for t, _, _, pairs in document["changes"]:
        if place in pairs[::2]:
            since.append(t)
            states.append(pairs[2 * pairs[::2].index(place) + 1])
    return since, states

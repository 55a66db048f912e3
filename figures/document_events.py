"""What changes about places mostly follows from what reports said of them, and is written as what does not.

An event of kind ``change`` puts its place into the state after it. A state may *fade*: so many seconds after
an event brought a place into it, it becomes another, unless the next event comes before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any

import numpy as np

from figures.document_columns import column, steps, values
from figures.whole_numbers import Numbers, numbers, written

Document = Mapping[str, Any]
Pairs = list[int]
"""Flat: place, new state, place, new state, …"""
Told = tuple[Numbers, Numbers, Numbers]
"""What becomes of places, in the order of instants and places: number of the instant, place, state."""

_PLACES = 3
_LEAST_FADING = 3
_MOST_AMISS = 0.5


def packed_places(document: Document) -> dict[str, Any] | None:
    """How the changes of places are written beside the events; None where they hardly follow from those."""
    changes, events = document["changes"], document["events"]
    if not changes or not events or not all("after" in event for event in events):
        return None
    instants = np.array([change[0] for change in changes], dtype=np.int64)
    true = _true(changes)
    fades = _fading(instants, true, events)
    told = _following(instants, events, fades)
    real, said = _keys(true, told)
    wrong, missing = np.flatnonzero(~np.isin(said, real)), np.flatnonzero(~np.isin(real, said))
    if len(wrong) + len(missing) > _MOST_AMISS * len(real):
        return None
    instant, place, state = (part[missing] for part in true)
    return {
        "events": 1,
        "fades": [number for fade in fades for number in fade],
        "not": _steps_of(wrong.tolist()),
        "each": column(np.bincount(instant, minlength=len(changes)).tolist()),
        "at": _steps_of(place.tolist()),
        "is": written(state.tolist()),
    }


def unpacked_places(told: Mapping[str, Any], instants: Sequence[int], events: Sequence[Any]) -> list[Pairs]:
    """The changes of places at each instant."""
    flat = told["fades"]
    fades = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    instant, place, state = _following(np.array(instants, dtype=np.int64), events, fades)
    kept = np.ones(len(instant), dtype=bool)
    kept[[_within(row, len(kept)) for row in accumulate(numbers(told["not"]))]] = False
    found: list[list[tuple[int, int]]] = [[] for _ in instants]
    for number, one, new in zip(*(part[kept].tolist() for part in (instant, place, state)), strict=True):
        found[number].append((one, new))
    places, states = accumulate(numbers(told["at"])), iter(numbers(told["is"]))
    for own, length in zip(found, values(told["each"], len(instants)), strict=True):
        own += zip(islice(places, length), islice(states, length), strict=True)
    return [[number for pair in sorted(own) for number in pair] for own in found]


def before_them(document: Document, table: Any) -> None:  # noqa: ANN401 - a table, or records
    """Write the column ``before`` of a table of events as what its place was in, and what is otherwise."""
    if not isinstance(table, dict) or "before" not in table["columns"]:
        return
    was = _was(document, document["events"])
    real = [event["before"] for event in document["events"]]
    other = [row for row, (one, two) in enumerate(zip(was, real, strict=True)) if one != two]
    if len(other) * 2 < len(real):
        otherwise = {"rows": _steps_of(other), "is": column([real[row] for row in other])}
        table["columns"]["before"] = {"was": otherwise}


def complete(document: Document, table: Any) -> None:  # noqa: ANN401 - a table, records or nothing
    """Give the events of a document their ``before``, where their table leaves it to what was before them."""
    column_of = table["columns"].get("before") if isinstance(table, dict) else None
    if not isinstance(column_of, dict) or "was" not in column_of:
        return
    was, events = column_of["was"], document["events"]
    for event, state in zip(events, _was(document, events), strict=True):
        event["before"] = state
    rows = list(accumulate(numbers(was["rows"])))
    for row, state in zip(rows, values(was["is"], len(rows)), strict=True):
        events[_within(row, len(events))]["before"] = state


def _was(document: Document, events: Sequence[Mapping[str, Any]]) -> list[int]:
    """The state of the place of each event just before it."""
    now, changes, done = list(document["start"]["places"]), document["changes"], 0
    found = []
    for event in events:
        while done < len(changes) and changes[done][0] < event["t"]:
            pairs = changes[done][_PLACES]
            for place, state in zip(pairs[::2], pairs[1::2], strict=True):
                now[place] = state
            done += 1
        found.append(now[event["place"]])
    return found


def _steps_of(found: Sequence[int]) -> Any:  # noqa: ANN401 - a list or a text
    """Whole numbers, each as the step from the one before."""
    return written(steps(found))


def _within(row: int, count: int) -> int:
    if not 0 <= row < count:
        raise IndexError(f"a change {row} is not to be made, and {count} follow from the events")
    return row


def _true(changes: Sequence[Any]) -> Told:
    pairs = [change[_PLACES] for change in changes]
    flat = np.array([number for one in pairs for number in one], dtype=np.int64)
    return np.repeat(np.arange(len(pairs)), [len(one) // 2 for one in pairs]), flat[::2], flat[1::2]


def _keys(*told: Told) -> list[Numbers]:
    """One number for each instant, place and state, the same in all of them."""
    places, states = (1 + max((int(one[part].max(initial=0)) for one in told), default=0) for part in (1, 2))
    return [(instant * places + place) * states + state for instant, place, state in told]


def _events_in_order(events: Sequence[Any]) -> tuple[Numbers, Numbers, Numbers]:
    """Place, time and new state of each change that was reported, by place and time; of one time the last."""
    rows = [(event["place"], event["t"], event["after"]) for event in events if event["kind"] == "change"]
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    found = found[np.lexsort((np.arange(len(found)), found[:, 1], found[:, 0]))]
    last = np.ones(len(found), dtype=bool)
    last[:-1] = (found[1:, :2] != found[:-1, :2]).any(axis=1)
    place, t, after = found[last].T
    return place, t, after


def _following(instants: Numbers, events: Sequence[Any], fades: Iterable[tuple[int, int, int]]) -> Told:
    """What follows from the events; only at instants at which anything changes."""
    place, t, after = _events_in_order(events)
    until = np.full(len(t), np.iinfo(np.int64).max)
    until[:-1] = np.where(place[1:] == place[:-1], t[1:], until[:-1])
    every = [(t, place, after)]
    for state, seconds, faded in fades:
        own = (after == state) & (until - seconds > t)
        every.append((t[own] + seconds, place[own], np.full(int(own.sum()), faded)))
    when, where, what = (np.concatenate(parts) for parts in zip(*every, strict=True))
    number = np.minimum(np.searchsorted(instants, when), max(0, len(instants) - 1))
    there = np.flatnonzero(instants[number] == when) if len(instants) else np.empty(0, dtype=np.int64)
    there = there[np.lexsort((where[there], number[there]))]
    return number[there], where[there], what[there]


def _fading(instants: Numbers, true: Told, events: Sequence[Any]) -> list[tuple[int, int, int]]:
    """Which states fade, after how many seconds and into what, as far as places mostly do."""
    place, t, _ = _events_in_order(events)
    told = set(zip(place.tolist(), t.tolist(), strict=True))
    order = np.lexsort((true[0], true[1]))
    when, where, what = instants[true[0]][order].tolist(), true[1][order].tolist(), true[2][order].tolist()
    seen = Counter(
        (what[i], when[i + 1] - when[i], what[i + 1])
        for i in range(len(when) - 1)
        if where[i] == where[i + 1]
        and (where[i], when[i]) in told
        and (where[i + 1], when[i + 1]) not in told
    )
    found: dict[int, tuple[int, int, int]] = {}
    for fade, many in seen.most_common():
        if many >= _LEAST_FADING:
            found.setdefault(fade[0], fade)
    return sorted(found.values())

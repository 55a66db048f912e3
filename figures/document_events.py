"""What changes about places mostly follows from what reports said of them, and is written as what does not.

An event of kind ``change`` puts its place into the state after it. A state may *fade*: so many seconds after
an event brought a place into it, it becomes another, unless the next event comes before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from figures.document_columns import column, steps, values
from figures.whole_numbers import Numbers, array, numbers, whole, written, written_steps
from layers.distinct import is_among

Document = Mapping[str, Any]


class Turns(NamedTuple):
    """What becomes of things of one kind, by the numbers of instants: things and their new states."""

    when: Numbers
    thing: Numbers
    new: Numbers

    def only(self, which: NDArray[np.bool_]) -> Turns:
        """Some of them."""
        return Turns(self.when[which], self.thing[which], self.new[which])


def turns_of(changes: Sequence[Any], slot: int) -> Turns:
    """What is told in one slot of the changes of a document, where it is flat: thing, state, thing, …."""
    parts = [change[slot] for change in changes]
    lengths, flat = whole(map(len, parts)), whole(chain.from_iterable(parts))
    if (lengths % 2).any():
        raise ValueError("a thing changes, and nothing says into what")
    return Turns(np.repeat(np.arange(len(parts)), lengths // 2), flat[::2], flat[1::2])


_PLACES = 3
_LEAST_FADING = 3
_MOST_AMISS = 0.5


Reported = tuple[Numbers, Numbers, Numbers]
"""Place, time and new state of each change that was reported, by place and time; of one time the last."""


def packed_places(document: Document, true: Turns) -> dict[str, Any] | None:
    """How the changes of places are written beside the events; None where they hardly follow from those."""
    changes, events = document["changes"], document["events"]
    if not changes or not events or not all("after" in event for event in events):
        return None
    instants = whole(change[0] for change in changes)
    reported = _reported(events)
    fades = _fading(instants, true, reported)
    told = _following(instants, reported, fades)
    real, said = _keys(true, told)
    wrong, missing = np.flatnonzero(~is_among(said, real)), np.flatnonzero(~is_among(real, said))
    if len(wrong) + len(missing) > _MOST_AMISS * len(real):
        return None
    instant, place, state = (part[missing] for part in true)
    return {
        "events": 1,
        "fades": [number for fade in fades for number in fade],
        "not": written_steps(wrong),
        "each": column(np.bincount(instant, minlength=len(changes)).tolist()),
        "at": written_steps(place),
        "is": written(state),
    }


def unpacked_places(told: Mapping[str, Any], instants: Numbers, events: Sequence[Any]) -> Turns:
    """The changes of places, at each instant in the order of places."""
    flat = told["fades"]
    fades = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    following = _following(instants, _reported(events), fades)
    kept = np.ones(len(following.when), dtype=bool)
    kept[[_within(row, len(kept)) for row in accumulate(numbers(told["not"]))]] = False
    each = whole(values(told["each"], len(instants)))
    besides = np.repeat(np.arange(len(instants)), each), np.cumsum(array(told["at"])), array(told["is"])
    if len({len(part) for part in besides}) > 1:
        raise ValueError(f"{len(besides[0]):,} changes besides those of events have other places and states")
    when, place, state = (np.concatenate(pair) for pair in zip(following.only(kept), besides, strict=True))
    order = np.lexsort((state, place, when))
    return Turns(when[order], place[order], state[order])


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


def _is_told(where: Numbers, when: Numbers, reported: Reported) -> NDArray[np.bool_]:
    """Whether an event tells of that place at that time."""
    place, t, _ = reported
    every = np.concatenate([t, when])
    first, span = every.min(initial=0), int(np.ptp(every)) + 1 if len(every) else 1
    return is_among(where * span + (when - first), place * span + (t - first))


def _within(row: int, count: int) -> int:
    if not 0 <= row < count:
        raise IndexError(f"a change {row} is not to be made, and {count} follow from the events")
    return row


def _keys(*told: Turns) -> list[Numbers]:
    """One number for each instant, place and state, the same in all of them."""
    places, states = (1 + max((int(one[part].max(initial=0)) for one in told), default=0) for part in (1, 2))
    return [(instant * places + place) * states + state for instant, place, state in told]


def _reported(events: Sequence[Any]) -> Reported:
    """Place, time and new state of each change that was reported, by place and time; of one time the last."""
    told = itemgetter("place", "t", "after")
    rows = [told(event) for event in events if event["kind"] == "change"]
    found = whole(chain.from_iterable(rows)).reshape(-1, 3)
    found = found[np.lexsort((np.arange(len(found)), found[:, 1], found[:, 0]))]
    last = np.ones(len(found), dtype=bool)
    last[:-1] = (found[1:, :2] != found[:-1, :2]).any(axis=1)
    place, t, after = found[last].T
    return place, t, after


def _following(instants: Numbers, reported: Reported, fades: Iterable[tuple[int, int, int]]) -> Turns:
    """What follows from the events; only at instants at which anything changes."""
    place, t, after = reported
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
    return Turns(number[there], where[there], what[there])


def _fading(instants: Numbers, true: Turns, reported: Reported) -> list[tuple[int, int, int]]:
    """Which states fade, after how many seconds and into what, as far as places mostly do."""
    order = np.lexsort((true.when, true.thing))
    when, where, what = instants[true.when][order], true.thing[order], true.new[order]
    told = _is_told(where, when, reported)
    fades = np.flatnonzero((where[:-1] == where[1:]) & told[:-1] & ~told[1:])
    rows = zip(
        what[fades].tolist(), (when[fades + 1] - when[fades]).tolist(), what[fades + 1].tolist(), strict=True
    )
    seen = Counter(rows)
    found: dict[int, tuple[int, int, int]] = {}
    for fade, many in seen.most_common():
        if many >= _LEAST_FADING:
            found.setdefault(fade[0], fade)
    return sorted(found.values())

"""The changes of ground as arrays, for what is worked out of all of them at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.composite import Composite, State, place_changes, start_states
from layers.kept import kept

if TYPE_CHECKING:
    from claims.control import ControlHistory
    from claims.map_record import MapRecord

Numbers = NDArray[np.int64]

_FAR = 1 << 63
_MOST = 100_000_000


@dataclass(frozen=True, eq=False)
class Course:
    """The states of numbered things through time: change by change, in the order of time.

    ``start`` has the state of each thing before the first change, ``when`` the number of the instant of each
    change, ``thing`` what changes and ``state`` what it becomes; states are numbered as in ``states``.
    """

    instants: Sequence[datetime]
    states: Sequence[State]
    start: Numbers
    when: Numbers
    thing: Numbers
    state: Numbers

    def before(self) -> Numbers:
        """The state before each change, of the thing that changes."""
        order = np.argsort(self.thing, kind="stable")
        thing, state = self.thing[order], self.state[order]
        again = np.flatnonzero(thing[1:] == thing[:-1]) + 1
        was = self.start[thing]
        was[again] = state[again - 1]
        found = np.empty_like(was)
        found[order] = was
        return found

    def spells(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Each thing in each state that it is in: its number, the state, from which row to before which.

        Row 0 is before the first instant, the others each begin with an instant.
        """
        count = len(self.start)
        thing = np.concatenate([np.arange(count), self.thing])
        begin = np.concatenate([np.zeros(count, dtype=np.int64), self.when + 1])
        order = np.argsort(thing, kind="stable")
        thing, begin = thing[order], begin[order]
        end = np.full(len(thing), len(self.instants) + 1)
        end[:-1] = np.where(thing[1:] == thing[:-1], begin[1:], end[:-1])
        return thing, np.concatenate([self.start, self.state])[order], begin, end


@kept(2)
def course_of(whole: Composite) -> Course:
    """The course of the faces of a composite."""
    return _course(whole.start, whole.changes, [change.face for change in whole.changes])


@kept(2)
def course_of_places(record: MapRecord, history: ControlHistory) -> Course:
    """The course of the places of a map, which are numbered in the order of their ids."""
    number = {place_id: i for i, place_id in enumerate(sorted(record.places))}
    changes = place_changes(record, history)
    start = tuple(start_states(record, history).values())
    return _course(start, changes, [number[change.place_id] for change in changes])


def _course(
    start: Sequence[State], changes: Sequence[tuple[datetime, object, State, object]], things: list[int]
) -> Course:
    instants = list(dict.fromkeys([change[0] for change in changes]))
    at = {instant: i for i, instant in enumerate(instants)}
    turned = [change[2] for change in changes]
    states = list(dict.fromkeys([*start, *turned]))
    number = {state: i for i, state in enumerate(states)}
    return Course(
        instants,
        states,
        _array([number[state] for state in start]),
        _array([at[change[0]] for change in changes]),
        _array(things),
        _array([number[state] for state in turned]),
    )


def _array(found: list[int]) -> Numbers:
    return np.array(found, dtype=np.int64)


class Sides(NamedTuple):
    """What lies on both sides of a line from an instant on: in the order of lines and instants."""

    line: Numbers
    when: Numbers
    left: Numbers
    right: Numbers


def sides_through_time(
    left: Numbers, right: Numbers, start: Numbers, changes: tuple[Numbers, Numbers, Numbers]
) -> Sides:
    """The states on both sides of each line, whenever one of them is given anew.

    Parameters
    ----------
    left, right
        The thing on either side of each line.
    start
        The state of each thing before the first change.
    changes
        Instants, things and states, numbers from 0 on; of one thing at one instant the last counts.
    """
    when, thing, state = _last_of_each(*changes)
    times, states = 1 + int(when.max(initial=0)), 1 + int(max(state.max(initial=0), start.max(initial=0)))
    if min(state.min(initial=0), start.min(initial=0)) < 0 or len(left) * 2 * times * states >= _FAR:
        raise ValueError(f"{times:,} instants and states up to {states:,} are too many, or one is below 0")
    told = [
        _of_lines(side, thing, (when * 2 + which) * states + state, 2 * times * states)
        for which, side in enumerate((left, right))
    ]
    line, rest = np.divmod(np.sort(np.concatenate(told)), 2 * times * states)
    when, rest = np.divmod(rest, 2 * states)
    which, state = np.divmod(rest, states)
    both = [_filled(line, which == side, state, start[of]) for side, of in enumerate((left, right))]
    last = np.ones(len(line), dtype=bool)
    last[:-1] = (line[1:] != line[:-1]) | (when[1:] != when[:-1])
    return Sides(line[last], when[last], both[0][last], both[1][last])


def _last_of_each(when: Numbers, thing: Numbers, state: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The changes by thing and instant; of several of one thing at one instant the last."""
    order = np.argsort(thing * (1 + int(when.max(initial=0))) + when, kind="stable")
    when, thing, state = when[order], thing[order], state[order]
    last = np.ones(len(when), dtype=bool)
    last[:-1] = (thing[1:] != thing[:-1]) | (when[1:] != when[:-1])
    return when[last], thing[last], state[last]


def _of_lines(side: Numbers, thing: Numbers, told: Numbers, span: int) -> Numbers:
    """What is told of sorted things, once for each line that has the thing on this side."""
    by_thing = np.argsort(side, kind="stable")
    begins, ends = (np.searchsorted(side[by_thing], thing, end) for end in ("left", "right"))
    counts = ends - begins
    if counts.sum() > _MOST:
        raise ValueError(f"what lies beside lines changes {counts.sum():,} times; the most are {_MOST:,}")
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    line = by_thing[np.repeat(begins, counts) + within]
    return np.asarray(line * span + np.repeat(told, counts), dtype=np.int64)


def _filled(line: Numbers, own: NDArray[np.bool_], state: Numbers, start: Numbers) -> Numbers:
    """The state of one side in each row: that of its latest own row of the same line, or how it starts."""
    latest = np.maximum.accumulate(np.where(own, np.arange(len(line)), -1))
    known = latest >= np.searchsorted(line, line)
    return np.where(known, state[latest], start[line])


def summed_through_time(
    sizes: Numbers, kinds: int, start: Numbers, moves: tuple[Numbers, Numbers, Numbers, Numbers], times: int
) -> Numbers:
    """How much there is of each kind of thing: a row before the first instant, and one for each of them.

    Parameters
    ----------
    sizes
        The size of each thing, a whole number, so that sums are exact.
    kinds
        How many kinds there are.
    start
        The kind of each thing at first.
    moves
        Instants, things, and the kinds that they were and become.
    times
        How many instants there are.
    """
    when, thing, was, becomes = moves
    table = np.zeros((times + 1, kinds), dtype=np.int64)
    np.add.at(table[0], start, sizes)
    np.add.at(table, (when + 1, becomes), sizes[thing])
    np.subtract.at(table, (when + 1, was), sizes[thing])
    return np.cumsum(table, axis=0)


def rows_since(since: datetime, instants: Sequence[datetime]) -> tuple[list[datetime], slice]:
    """From when each row holds, where nothing is asked before ``since``, and which rows of a table these are.

    The table has a row before the first instant, and one for each.
    """
    begin = bisect_right(instants, since)
    return [since, *instants[begin:]], slice(begin, None)

"""The smallest ground that has a front: squares in a row, made without any cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from small_record import ASSESSED, RED, Step, hours

from layers.composite import Composite, FaceChange, State
from layers.faces import NOTHING, Arc, ArcKind, Face

WEST, SOUTH, SIDE = 37.0, 35.0, 0.1
"""The south-west corner of the first square, and the side of each, in degrees."""


def strip(story: Mapping[str, Sequence[Step]]) -> Composite:
    """One square for each key, from west to east, in the states that ``small_history`` would give a place."""
    keys, at = list(story), [WEST + SIDE * number for number in range(len(story) + 1)]
    arcs, faces = [], []
    for number in range(len(at)):
        sides = (number - 1 if number else NOTHING, number if number < len(keys) else NOTHING)
        kind = ArcKind.LAND if NOTHING in sides else ArcKind.CELL
        arcs.append(Arc(_line((at[number], SOUTH), (at[number], SOUTH + SIDE)), *sides, kind))
    for number, key in enumerate(keys):
        west, east, north = at[number], at[number + 1], SOUTH + SIDE
        below, above = len(arcs), len(arcs) + 1
        arcs.append(Arc(_line((west, SOUTH), (east, SOUTH)), number, NOTHING, ArcKind.LAND))
        arcs.append(Arc(_line((east, north), (west, north)), number, NOTHING, ArcKind.LAND))
        faces.append(Face(key, True, ((below, number + 1, above, ~number),)))
    start = [_state(*_first(steps)) for steps in story.values()]
    changes = [
        FaceChange(hours(hour), number, _state(*state), ())
        for number, key in enumerate(keys)
        for hour, *state in story[key]
        if hour >= 0
    ]
    told = tuple(sorted(changes, key=lambda change: (change.at, change.face)))
    return Composite(tuple(arcs), tuple(faces), tuple(start), told)


def _first(steps: Sequence[Step]) -> Sequence[object]:
    return steps[0][1:] if steps and steps[0][0] < 0 else (RED, ASSESSED)


def _state(holder, certainty, rival=None) -> State:
    return State(holder, certainty, rival)


def _line(*points) -> np.ndarray:
    return np.array(points)

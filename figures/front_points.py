"""Every line that ever is a front becomes points on a frame, each with the share of a time that it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.frames import Frame, Projected
from figures.labels import FRONT_STEP_PX, Scatter
from figures.lines import Lines
from figures.paths import along, cut_line

_LEAST_SHARE = 0.3
"""A line that is a front for an hour is seen all the same."""

_LEAST_WEIGHT = 0.7
"""However short a line is: many short ones are a corner, which is seen more than a straight line is."""


@dataclass(frozen=True, eq=False)
class FrontPoints:
    """Points ``FRONT_STEP_PX`` apart, those of each line with its number; and when which line is a front.

    ``weights`` are 1, less for a line shorter than a step. ``turns`` are seconds, lines, and 1 where the line
    comes to be a front then, −1 where it no longer is one.
    """

    points: NDArray[np.float64]
    weights: NDArray[np.float64]
    lines: NDArray[np.int64]
    start: NDArray[np.int64]
    turns: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

    @staticmethod
    def of(document: Mapping[str, Any], frame: Frame) -> FrontPoints:
        """The points on a frame of a map document's fronts."""
        styles = np.array(document["start"]["fronts"], dtype=np.int64)
        flat = [pairs for _, _, pairs, _ in document["changes"]]
        pairs = np.fromiter(chain.from_iterable(flat), np.int64).reshape(-1, 2)
        instants = np.repeat([change[0] for change in document["changes"]], [len(one) // 2 for one in flat])
        ever = styles > 0
        ever[pairs[:, 0]] = True
        points, weights, lines = _points(document, frame, np.flatnonzero(ever))
        turns = _turns(styles, instants.astype(np.int64), pairs, lines)
        return FrontPoints(points, weights, lines, (styles > 0).astype(np.int64), turns)

    def between(self, first: int, last: int) -> Scatter:
        """The points of what is a front within a span (seconds), each with the share of it that it is one."""
        instants, lines, change = self.turns
        begin, end = np.searchsorted(instants, (first, last), side="right")
        end = max(begin, np.searchsorted(instants, last, side="left"))
        many = len(self.start)
        before = self.start + np.bincount(lines[:begin], change[:begin], many)
        seconds = before * (last - first) + np.bincount(
            lines[begin:end], change[begin:end] * (last - instants[begin:end]), many
        )
        shares = seconds[self.lines] / (last - first)
        shown = shares > 0
        return Scatter.of(self.points[shown], np.maximum(_LEAST_SHARE, shares[shown]) * self.weights[shown])


def _turns(
    styles: NDArray[np.int64], instants: NDArray[np.int64], pairs: NDArray[np.int64], near: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """When which line near the frame turns a front or no longer is one, in order of time."""
    kept = np.isin(pairs[:, 0], near)
    instants, lines, front = instants[kept], pairs[kept, 0], (pairs[kept, 1] > 0).astype(np.int64)
    by_line = np.argsort(lines, kind="stable")
    own, now = lines[by_line], front[by_line]
    was = np.concatenate([[0], now[:-1]])
    first = np.concatenate([[True], own[1:] != own[:-1]]) if len(own) else np.empty(0, dtype=bool)
    was = np.where(first, (styles[own] > 0).astype(np.int64), was[: len(own)])
    change = np.empty(len(own), dtype=np.int64)
    change[by_line] = now - was
    return instants, lines, change


def _points(
    document: Mapping[str, Any], frame: Frame, edges: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Points on what the frame shows of some edges, their weights, and the edge of each."""
    projected = Projected(document, frame)
    arcs = np.array([edge[0] for edge in document["edges"]], dtype=np.int64)[edges]
    flat = projected.flat(Lines.of([document["arcs"][arc] for arc in arcs.tolist()]))
    low, high = flat.bounds()
    long = flat.lengths()
    near = np.all((high >= 0) & (low <= (frame.width, frame.height)), axis=1)
    short = near & (long < FRONT_STEP_PX)
    points = [flat.points[flat.begins[:-1][short]]]
    weights, lines = [np.maximum(_LEAST_WEIGHT, long[short] / FRONT_STEP_PX)], [edges[short]]
    box = (0.0, 0.0, frame.width, frame.height)
    for number in np.flatnonzero(near & ~short).tolist():
        line = list(map(tuple, flat.points[flat.begins[number] : flat.begins[number + 1]].tolist()))
        found = [point for stretch in cut_line(line, box) for point in along(stretch, FRONT_STEP_PX)]
        points.append(np.array(found).reshape(-1, 2))
        weights.append(np.ones(len(found)))
        lines.append(np.full(len(found), edges[number]))
    return np.concatenate(points), np.concatenate(weights), np.concatenate(lines)

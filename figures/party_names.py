"""Who holds which spot of a frame becomes the names of the parties, each on its own ground."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from figures.face_grid import faces_at
from figures.frames import Frame
from figures.labels import Box, Room
from figures.sentences import Teller
from figures.sides import is_drawn
from figures.svg_style import CLAIMED, CONTESTED
from figures.text import isolated, width

Document = Mapping[str, Any]
Point = tuple[float, float]
Numbers = NDArray[np.int64]
Ground = NDArray[np.bool_]
"""Which spots of the grid are meant: of shape (columns, rows)."""

_GRID_PX = 9.0
_REACH_KM = 7.0
_WALK = 12
_WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
_LARGER = (3.5, 2.0, 0.5)
"""How much larger than other names a party's is written, the largest that fits."""


@dataclass(frozen=True)
class ActorName:
    """The name of a party on its ground: lines of text round a middle."""

    role: str
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    box: Box


@dataclass(frozen=True)
class PartyNames:
    """Finds where the name of each party stands on one frame, in one language.

    ``points`` is where each place falls, in px; ``middle`` the spot that names would rather be near.
    """

    teller: Teller
    frame: Frame
    points: Sequence[Point]
    middle: Point

    def owners(self, instants: Iterable[int]) -> Iterator[Numbers]:
        """Who holds each spot at some instants in ascending order; -1 where that is unsure, or no ground.

        While nothing changes on the frame, it is the same array again.
        """
        document = self.teller.document
        of_state = np.array([*(self._owner(state) for state in range(len(document["states"]))), -1])
        name, slot = ("faces", 1) if is_drawn(document) else ("places", 3)
        near, at = np.unique(self._spots[self._spots >= 0], return_inverse=True)
        number = {index: own for own, index in enumerate(near.tolist())}
        states = np.array([document["start"][name][index] for index in number], dtype=np.int64)
        changes, held = iter(document["changes"]), None
        following = next(changes, None)
        for t in instants:
            while following and following[0] <= t:
                pairs = following[slot]
                for index, state in zip(pairs[::2], pairs[1::2], strict=True):
                    if index in number:
                        states[number[index]], held = state, None
                following = next(changes, None)
            if held is None:
                held = np.full(self._spots.shape, -1)
                held[self._spots >= 0] = of_state[states[at]]
            yield held

    def on_ground(
        self, during: Sequence[Numbers], room: Room, before: Sequence[ActorName]
    ) -> tuple[ActorName, ...]:
        """One name for each party that has room for it, on ground that it holds all the time.

        ``during`` says who holds each spot at some instants of that time, as ``owners`` does. A party that
        has no such room is named on what it holds in the end. A name stays where it stood ``before``, if it
        can.
        """
        found: list[ActorName] = []
        last = during[-1]
        parties, counts = np.unique(last[last >= 0], return_counts=True)
        steady = np.logical_and.reduce([one == last for one in during])
        for _, actor in sorted(
            (-count, actor) for actor, count in zip(parties.tolist(), counts, strict=True)
        ):
            ends = last == actor
            open_room = room.with_taken(name.box for name in found)
            name = self._name(actor, ends & steady, open_room, before) or self._name(
                actor, ends, open_room, ()
            )
            found += [name] if name else []
        return tuple(found)

    def _owner(self, state: int) -> int:
        document = self.teller.document
        holder, certainty, _ = document["states"][state]
        unknown = document["actors"][holder]["role"] == "unknown"
        return -1 if unknown or certainty in (CLAIMED, CONTESTED) else int(holder)

    @cached_property
    def _spots(self) -> Numbers:
        """For each spot of the frame the place whose cell it is in, on drawn ground its face; -1 for none."""
        columns, rows = int(self.frame.width / _GRID_PX), int(self.frame.height / _GRID_PX)
        x, y = (axis * _GRID_PX for axis in np.mgrid[:columns, :rows])
        find = self._faces_at if is_drawn(self.teller.document) else self._nearest
        found = find(x.ravel(), y.ravel()).reshape(columns, rows)
        found[:1], found[:, :1] = -1, -1
        return found

    def _faces_at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Numbers:
        (west, north), (east, south) = self.frame.at(0.0, 0.0), self.frame.at(1.0, 1.0)
        lon, lat = (x - west) / (east - west), (y - north) / (south - north)
        return np.asarray(faces_at(self.teller.document, lon, lat), dtype=np.int64)

    def _nearest(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Numbers:
        reach = _REACH_KM * self.frame.px_per_km
        near = [index for index, point in enumerate(self.points) if self.frame.holds(point, -reach)]
        if not near:
            return np.full(len(x), -1)
        tree = shapely.STRtree(shapely.points([self.points[index] for index in near]))
        spots = shapely.points(x, y)
        closest = tree.nearest(spots)
        away = shapely.distance(spots, tree.geometries[closest])
        return np.where(away < reach, np.array(near)[closest], -1)

    def _name(self, actor: int, ground: Ground, room: Room, before: Sequence[ActorName]) -> ActorName | None:
        if not ground.any():
            return None
        role = str(self.teller.document["actors"][actor]["role"])
        was = next((name for name in before if name.role == role), None)
        if was and _under(was.box, ground) and room.free(was.box):
            return was
        for larger in _LARGER:
            options = [
                option
                for lines in _broken(self.teller.actor(actor))
                if (option := self._roomiest(role, lines, self.frame.font + larger, ground, room))
            ]
            if options:
                return max(options, key=lambda option: option[0])[1]
        return None

    def _roomiest(
        self, role: str, lines: tuple[str, ...], size: float, ground: Ground, room: Room
    ) -> tuple[float, ActorName] | None:
        """The box that has most of its own ground around it."""
        text = tuple(isolated(line, self.teller.lang) for line in lines)
        half = max(width(line, size, bold=True) for line in lines) / 2 + 2
        tall = size * 1.22 * len(lines) / 2 + 2
        best: tuple[float, ActorName] | None = None
        for (column, row), depth in _wide_enough(ground, half, tall):
            x, y = column * _GRID_PX, row * _GRID_PX
            score = depth - math.dist((x, y), self.middle) / 50
            if best is not None and score <= best[0]:
                continue  # what stands there can only make it worse
            box = Box(x - half, y - tall, x + half, y + tall)
            if not room.free(box.grown(2)):
                continue
            score -= room.cost(box) / 4
            if best is None or score > best[0]:
                best = score, ActorName(role, text, x, y, size, box)
        return best


def _under(box: Box, ground: Ground) -> bool:
    """Whether all of a box lies on some ground."""
    left, top = math.floor(box.left / _GRID_PX), math.floor(box.top / _GRID_PX)
    right, bottom = math.ceil(box.right / _GRID_PX), math.ceil(box.bottom / _GRID_PX)
    columns, rows = ground.shape
    inside = left >= 0 and top >= 0 and right < columns and bottom < rows
    return inside and bool(ground[left : right + 1, top : bottom + 1].all())


def _wide_enough(ground: Ground, half: float, tall: float) -> Iterator[tuple[tuple[int, int], float]]:
    """The spots round which a box of twice this size lies on the ground, with how deep in it they are.

    Depth is how far one can walk on the ground: the mean of eight directions, at most 12 spots each.
    """
    across, down = math.ceil(half / _GRID_PX), math.ceil(tall / _GRID_PX)
    columns, rows = ground.shape
    if columns <= 2 * across or rows <= 2 * down:
        return
    sums = np.zeros((columns + 1, rows + 1), dtype=np.int64)
    sums[1:, 1:] = ground.cumsum(0).cumsum(1)
    wide, high = 2 * across + 1, 2 * down + 1
    held = sums[wide:, high:] - sums[:-wide, high:] - sums[wide:, :-high] + sums[:-wide, :-high]
    fits = np.argwhere(held == wide * high) + np.array([across, down])
    padded = np.pad(ground, _WALK)
    steps = np.arange(1, _WALK + 1)
    depth = np.zeros(len(fits))
    for dx, dy in _WAYS:
        walked = padded[
            fits[:, :1] + _WALK + dx * steps,
            fits[:, 1:] + _WALK + dy * steps,
        ]
        depth += np.logical_and.accumulate(walked, axis=1).sum(axis=1)
    yield from zip(map(tuple, fits.tolist()), (depth / len(_WAYS)).tolist(), strict=True)


def _broken(name: str) -> list[tuple[str, ...]]:
    """A name on one line, and on two where it has several words."""
    words = name.split()
    options: list[tuple[str, ...]] = [(name,)]
    if len(words) > 1:
        cut = min(
            range(1, len(words)),
            key=lambda k: max(len(" ".join(words[:k])), len(" ".join(words[k:]))),
        )
        options.append((" ".join(words[:cut]), " ".join(words[cut:])))
    return options

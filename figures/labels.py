"""Names and the room between lines and dots become labels that never overlap: which names fit, and where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from figures.text import width

Point = tuple[float, float]
Segment = tuple[Point, Point]
Ring = tuple[float, float]
"""How far from its marker a name stands, in px, and what that costs at least."""

FRONT_STEP_PX = 6.0
FRONT_COST = 4.4
"""Twice what was first tried (2.2 per 6 px): with that, names still came to stand on the line."""
DOT_COST = 14.0
"""First 11; with that, small names still came to stand on a neighbour's dot."""
AMBIGUOUS = 0.6
"""The share of that for standing close beside a dot that is not its own."""
LEADER_COST = 9.0
LEADER_PX = 24.0
FAR_COST = 13.0
FAR_PX = 40.0
"""A second ring of leader positions, for names of rank 0 to 2."""
STAY = 3.0
"""How much better another position must be for a name to leave the one where it stood."""
BUDGETS = {0: float("inf"), 1: 60.0, 2: 34.0, 3: 13.0, 4: 9.0}
"""What a label of a rank may cost before it is dropped; the reference city's never is.

The second rank had 26, too little for the places of the story once fronts and dots cost what they do.
"""
WORTH = {0: 500.0, 1: 80.0, 2: 48.0, 3: 16.0, 4: 10.0}
SECOND_WORTH = 30.0
SERVED_AGAIN = (1, 2)
"""What a name of a rank, and its second line, may cost others; and the ranks for which that is tried."""

_OPENINGS = 2
_ASCENT, _DESCENT = 0.92, 0.26
_HALO_PX = 3.0
_NEAR_PX = 7.0
_CELL_PX = 24.0
_MANY = 500


class Box(NamedTuple):
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share more than a border."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, by: float) -> Box:
        """The box, larger on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def away(self, point: Point) -> float:
        """How far a point is from the box; 0 within it."""
        across = max(self.left - point[0], 0.0, point[0] - self.right)
        down = max(self.top - point[1], 0.0, point[1] - self.bottom)
        return math.hypot(across, down)

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


@dataclass(frozen=True)
class Wanted:
    """A name that wants to be on the map: at ``point``, whose marker has a radius of ``clear`` px.

    ``second`` is a second, smaller line. ``key`` tells the caller which it was. ``stood`` is where the name
    stood before: it stays there unless another position is much better.
    """

    key: str
    text: str
    point: Point
    rank: int
    size: float
    bold: bool = False
    clear: float = 5.0
    second: str = ""
    leaders: bool = True
    stood: Point | None = None


@dataclass(frozen=True)
class Label:
    """A name and where it stands.

    ``x``, ``y`` is the start, middle or end (``anchor``) of its baseline, in px; ``leader`` a line from its
    point.
    """

    wanted: Wanted
    x: float
    y: float
    anchor: str
    box: Box
    cost: float
    leader: Segment | None = None


class Scatter:
    """Weighted points in px that a label should not cover, found by place."""

    def __init__(self, points: Iterable[tuple[Point, float]] = (), *, over: Scatter | None = None) -> None:
        """The points, beside those of another scatter that they stand ``over``."""
        every = list(points)
        self._points = np.array([point for point, _ in every], dtype=np.float64).reshape(-1, 2)
        self._weights = np.array([weight for _, weight in every], dtype=np.float64)
        self._over = over

    @staticmethod
    def of(points: NDArray[np.float64], weights: NDArray[np.float64]) -> Scatter:
        """The points of an array of shape (n, 2), each with its weight."""
        found = Scatter()
        found._points, found._weights = points, weights
        return found

    def within(self, box: Box) -> float:
        """The weight of the points in a box; where there are very many, to the nearest px."""
        beneath = self._over.within(box) if self._over else 0.0
        if len(self._weights) > _MANY:
            return beneath + self._raster.within(box)
        left, top, right, bottom = box
        cells, found = self._cells, 0.0
        rows = range(int(top // _CELL_PX), int(bottom // _CELL_PX) + 1)
        for column in range(int(left // _CELL_PX), int(right // _CELL_PX) + 1):
            for row in rows:  # a hundred thousand times for a page, so without a call for each
                for (x, y), weight in cells.get((column, row), ()):
                    if left <= x <= right and top <= y <= bottom:
                        found += weight
        return beneath + found

    def points(self, box: Box) -> Iterator[tuple[Point, float]]:
        """The points in a box, with their weight."""
        if self._over:
            yield from self._over.points(box)
        yield from ((point, weight) for point, weight in self._near(box) if box.holds(point))

    @cached_property
    def _raster(self) -> _Raster:
        return _Raster(self._points, self._weights)

    @cached_property
    def _cells(self) -> Mapping[tuple[int, int], list[tuple[Point, float]]]:
        cells: defaultdict[tuple[int, int], list[tuple[Point, float]]] = defaultdict(list)
        for (x, y), weight in zip(self._points.tolist(), self._weights.tolist(), strict=True):
            cells[_cell((x, y))].append(((x, y), weight))
        return cells

    def _near(self, box: Box) -> list[tuple[Point, float]]:
        left, top = _cell((box.left, box.top))
        right, bottom = _cell((box.right, box.bottom))
        cells, found = self._cells, []
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                if cell := cells.get((column, row)):
                    found += cell
        return found


class _Raster:
    """Weights by px, summed from the corner on: what a box holds is the difference of four sums."""

    def __init__(self, points: NDArray[np.float64], weights: NDArray[np.float64]) -> None:
        spots = np.floor(points).astype(np.int64)
        self._left, self._top = spots.min(axis=0).tolist()
        columns, rows = spots[:, 0] - self._left, spots[:, 1] - self._top
        self._wide, self._high = int(columns.max()) + 1, int(rows.max()) + 1
        flat = np.bincount(columns * self._high + rows, weights, self._wide * self._high)
        sums = np.zeros((self._wide + 1, self._high + 1))
        sums[1:, 1:] = flat.reshape(self._wide, self._high).cumsum(0).cumsum(1)
        self._sums = sums

    def within(self, box: Box) -> float:
        left, right = self._column(box.left), self._column(box.right)
        top, bottom = self._row(box.top), self._row(box.bottom)
        sums = self._sums
        return float(sums[right, bottom] - sums[left, bottom] - sums[right, top] + sums[left, top])

    def _column(self, x: float) -> int:
        column = round(x) - self._left
        return 0 if column < 0 else min(column, self._wide)

    def _row(self, y: float) -> int:
        row = round(y) - self._top
        return 0 if row < 0 else min(row, self._high)


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] // _CELL_PX), int(point[1] // _CELL_PX)


@dataclass
class Room:
    """The room on one map: its edge, what is taken, what a label should rather not cover.

    ``fronts`` holds points ``FRONT_STEP_PX`` apart, weighted by the share of the time that they are a front;
    ``dots`` the markers, 1 for one that matters.
    """

    width: float
    height: float
    fronts: Scatter = field(default_factory=Scatter)
    dots: Scatter = field(default_factory=Scatter)
    taken: list[Box] = field(default_factory=list)
    leaders: list[Segment] = field(default_factory=list)

    def free(self, box: Box) -> bool:
        """Whether nothing stands there and the box is within the map."""
        left, top, right, bottom = box
        if left < 2 or top < 2 or right > self.width - 2 or bottom > self.height - 2:
            return False
        for other in self.taken:  # many thousand times for a page, so without a call for each
            if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                return False
        return not any(box.holds(point) for leader in self.leaders for point in _between(leader))

    def open(self, leader: Segment) -> bool:
        """Whether a leader line crosses no label and no other leader."""
        left, right = sorted((leader[0][0], leader[1][0]))
        top, bottom = sorted((leader[0][1], leader[1][1]))
        near = [b for b in self.taken if b[0] <= right and left <= b[2] and b[1] <= bottom and top <= b[3]]
        between = _between(leader)[1:] if near else []
        return not any(box.holds(point) for box in near for point in between) and not any(
            crossing(*leader, *other) for other in self.leaders
        )

    def leader_cost(self, leader: Segment) -> float:
        """What it costs to lead a line past other markers, or over a front."""
        beside = [Box(x - 4, y - 4, x + 4, y + 4) for x, y in _between(leader)]
        passed = {point for box in beside[2:] for point, weight in self.dots.points(box) if weight >= 1}
        over = max(min(1.0, self.fronts.within(box)) for box in beside)
        return DOT_COST * len(passed - {leader[0]}) + 2 * FRONT_COST * over

    def add(self, label: Label) -> None:
        """A label takes its room, and so does its leader."""
        self.taken.append(label.box)
        if label.leader:
            self.leaders.append(label.leader)

    def cost(self, box: Box) -> float:
        """What it costs to cover a box."""
        return FRONT_COST * self.fronts.within(box) + DOT_COST * self.dots.within(box)

    def with_taken(self, boxes: Iterable[Box]) -> Room:
        """The same room with more of it taken."""
        return replace(self, taken=[*self.taken, *boxes], leaders=list(self.leaders))


def place_labels(wanted: Sequence[Wanted], room: Room, most: int | None = None) -> list[Label]:
    """Place names in the order of their rank, each where it costs least, dropping those over their budget.

    Greedy: eight positions round the point, then eight on a leader line, and for the first ranks eight
    farther off. What is placed takes its room; ``room`` itself is left as it was. No more than ``most``
    names are placed.
    """
    return _greedy(sorted(wanted, key=lambda item: item.rank), _Spots(room), most)


def place_together(wanted: Sequence[Wanted], room: Room, most: int | None = None) -> list[Label]:
    """Place names like `place_labels`; then try whether one that lost out, served first, makes it better.

    Better is what shows more of the worthier names, at less cost.
    """
    order = sorted(wanted, key=lambda item: item.rank)
    spots = _Spots(room)
    best = _greedy(order, spots, most)
    for one in [item for item in order if item.rank in SERVED_AGAIN]:
        if not one.second and any(label.wanted == one for label in best):
            continue
        rest = [item for item in order if item is not one]
        for first in _openings(one, spots):
            if any(label.wanted == first.wanted for label in best):
                continue
            other = _greedy(rest, spots, most, [first])
            best = other if _worth(other) > _worth(best) else best
    return best


@dataclass
class _Spots:
    """Where each name could stand if it were the only one: found once, however often names are served."""

    room: Room
    _found: dict[tuple[Wanted, float], list[Label]] = field(default_factory=dict)

    def of(self, wanted: Wanted) -> Iterator[Label]:
        """The free positions of a name within its budget, the cheapest first; far ones only if asked for."""
        stays = STAY if wanted.stood else 0.0
        waiting: list[Label] = []
        rings = _rings(wanted)
        for ring, (_, farther) in zip(rings, [*rings[1:], (0.0, math.inf)], strict=True):
            waiting = sorted([*waiting, *self._on(ring, wanted)], key=lambda label: label.cost)
            while waiting and waiting[0].cost <= farther - stays:
                yield waiting.pop(0)

    def _on(self, ring: Ring, wanted: Wanted) -> list[Label]:
        key = wanted, ring[0]
        if key not in self._found:
            self._found[key] = list(_affordable(wanted, ring, self.room))
        return self._found[key]

    def best(self, wanted: Wanted, room: Room) -> Label | None:
        """The cheapest position that is still free, without its second line where that costs too much."""
        found = next((label for label in self.of(wanted) if _fits(label, room)), None)
        if not wanted.second:
            return found
        single = self.of(replace(wanted, second=""))
        alone = next((label for label in single if _fits(label, room)), None)
        dear = alone is not None and (found is None or found.cost - alone.cost > SECOND_WORTH / 2)
        return alone if dear else found


def _openings(wanted: Wanted, spots: _Spots) -> list[Label]:
    """A name on its cheapest spots where nothing else is named yet, without and with its second line."""
    forms = [replace(wanted, second=""), wanted] if wanted.second else [wanted]
    return [label for form in forms for label in islice(spots.of(form), _OPENINGS)]


def _greedy(
    order: Iterable[Wanted], spots: _Spots, most: int | None, placed: Sequence[Label] = ()
) -> list[Label]:
    found = list(placed)
    open_room = spots.room.with_taken(())
    for label in found:
        open_room.add(label)
    for one in order:
        if len(found) == most:
            break
        if best := spots.best(one, open_room):
            found.append(best)
            open_room.add(best)
    return found


def _worth(labels: Iterable[Label]) -> float:
    return sum(
        WORTH[label.wanted.rank] + (SECOND_WORTH if label.wanted.second else 0.0) - label.cost
        for label in labels
    )


def best_label(wanted: Wanted, room: Room) -> Label | None:
    """The cheapest free position of one name, without its second line where that costs too much."""
    return _Spots(room).best(wanted, room)


def _fits(label: Label, room: Room) -> bool:
    return room.free(label.box) and (label.leader is None or room.open(label.leader))


def _affordable(wanted: Wanted, ring: Ring, room: Room) -> Iterator[Label]:
    """The free positions of a name on a ring that are within its budget, with what each costs."""
    away, least = ring
    for across, down, dearer in _POSITIONS:
        budget = BUDGETS[wanted.rank]
        if least + dearer > budget:
            continue
        candidate = _at(wanted, across, down, away, least + dearer)
        if not _fits(candidate, room):
            continue
        cost = candidate.cost + DOT_COST * room.dots.within(candidate.box)
        if cost > budget:
            continue  # before the rest is asked, which can only add to it
        cost += FRONT_COST * room.fronts.within(candidate.box)
        if cost > budget:
            continue
        cost += _ambiguity(candidate, room)
        cost += room.leader_cost(candidate.leader) if candidate.leader else 0.0
        if cost <= budget:
            stays = wanted.stood == (candidate.x, candidate.y)
            yield replace(candidate, cost=cost - (STAY if stays else 0.0))


def _ambiguity(label: Label, room: Room) -> float:
    """What it costs to stand so near to other markers that the name may be taken for theirs."""
    own = label.wanted.point
    near = label.box.grown(_NEAR_PX)
    total = 0.0
    for point, weight in room.dots.points(near):
        if point == own or label.box.holds(point):
            continue
        nearer = label.box.away(point) < label.box.away(own) - 1
        total += weight * DOT_COST * (1.0 if nearer else AMBIGUOUS)
    return total


def _between(leader: Segment) -> list[Point]:
    """Points along a leader, from near its own point on."""
    (ax, ay), (bx, by) = leader
    return [(ax + (bx - ax) * k / 8, ay + (by - ay) * k / 8) for k in range(1, 8)]


def crossing(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments from a to b and from c to d cross."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


# Direction (x, y), and what the position costs before anything is covered.
_POSITIONS = (
    (1, 0, 0.0),
    (-1, 0, 0.6),
    (1, -1, 0.9),
    (1, 1, 1.0),
    (-1, -1, 1.3),
    (-1, 1, 1.4),
    (0, -1, 1.2),
    (0, 1, 1.5),
)


def _rings(wanted: Wanted) -> list[Ring]:
    """Beside the marker, on a leader, and for the first ranks on a longer one."""
    if not wanted.leaders:
        return [(wanted.clear, 0.0)]
    far = [(FAR_PX, FAR_COST)] if wanted.rank <= 2 else []
    return [(wanted.clear, 0.0), (LEADER_PX, LEADER_COST), *far]


def _at(wanted: Wanted, across: int, down: int, away: float, cost: float) -> Label:
    """The label in one direction from its point, ``away`` px off."""
    diagonal = 0.75 if across and down else 1.0
    x = wanted.point[0] + across * away * diagonal
    middle = wanted.point[1] + down * away * diagonal
    text_height = wanted.size * (_ASCENT + _DESCENT)
    second_height = second_size(wanted.size) * 1.18 if wanted.second else 0.0
    whole = text_height + second_height
    if down < 0:
        top = middle - whole
    elif down > 0:
        top = middle
    else:
        top = middle - text_height / 2
    anchor = {1: "start", -1: "end", 0: "middle"}[across]
    box = _box(wanted, x, top, whole, anchor)
    baseline = top + wanted.size * _ASCENT
    leader = (wanted.point, _nearest(box, wanted.point)) if away >= LEADER_PX else None
    return Label(wanted, round(x, 1), round(baseline, 1), anchor, box, cost, leader)


def second_size(size: float) -> float:
    """The font size of a second line."""
    return size - 1.5


def _box(wanted: Wanted, x: float, top: float, height: float, anchor: str) -> Box:
    wide = max(
        width(wanted.text, wanted.size, bold=wanted.bold),
        width(wanted.second, second_size(wanted.size)) if wanted.second else 0.0,
    )
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return Box(left - _HALO_PX, top, left + wide + _HALO_PX, top + height)


def _nearest(box: Box, point: Point) -> Point:
    x = min(max(point[0], box.left), box.right)
    y = min(max(point[1], box.top), box.bottom)
    return round(x, 1), round(y, 1)

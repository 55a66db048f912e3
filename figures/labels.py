"""Names and the room between lines and dots become labels that never overlap: which names fit, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from figures.text import width

Point = tuple[float, float]

FRONT_STEP_PX = 6.0
FRONT_COST = 4.4
"""Twice what was first tried (2.2 per 6 px): with that, names still came to stand on the line."""
DOT_COST = 14.0
"""First 11; with that, small names still came to stand on a neighbour's dot."""
LEADER_COST = 9.0
LEADER_PX = 24.0
BUDGETS = {0: float("inf"), 1: 60.0, 2: 26.0, 3: 13.0, 4: 9.0}
"""What a label of a rank may cost before it is dropped; the reference city's never is."""

_ASCENT, _DESCENT = 0.92, 0.26
_HALO_PX = 3.0
_NEAR_PX = 7.0
_CELL_PX = 24.0


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

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


@dataclass(frozen=True)
class Wanted:
    """A name that wants to be on the map: at ``point``, whose marker has a radius of ``clear`` px.

    ``second`` is a second, smaller line. ``key`` tells the caller which it was.
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
    leader: tuple[Point, Point] | None = None


class Scatter:
    """Weighted points in px that a label should not cover, found by place."""

    def __init__(self, points: Iterable[tuple[Point, float]] = ()) -> None:
        self._cells: defaultdict[tuple[int, int], list[tuple[Point, float]]] = defaultdict(list)
        for point, weight in points:
            self._cells[_cell(point)].append((point, weight))

    def within(self, box: Box) -> float:
        """The weight of the points in a box."""
        return sum(weight for point, weight in self._near(box) if box.holds(point))

    def _near(self, box: Box) -> Iterator[tuple[Point, float]]:
        left, top = _cell((box.left, box.top))
        right, bottom = _cell((box.right, box.bottom))
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                yield from self._cells.get((column, row), ())


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

    def free(self, box: Box) -> bool:
        """Whether nothing stands there and the box is within the map."""
        inside = (
            box.left >= 2 and box.top >= 2 and box.right <= self.width - 2 and box.bottom <= self.height - 2
        )
        return inside and not any(box.meets(other) for other in self.taken)

    def open(self, start: Point, end: Point) -> bool:
        """Whether a line from one point to another crosses no label."""
        steps = 8
        between = [
            (start[0] + (end[0] - start[0]) * k / steps, start[1] + (end[1] - start[1]) * k / steps)
            for k in range(2, steps)
        ]
        return not any(box.holds(point) for box in self.taken for point in between)

    def cost(self, box: Box) -> float:
        """What it costs to cover a box."""
        return FRONT_COST * self.fronts.within(box) + DOT_COST * self.dots.within(box)

    def with_taken(self, boxes: Iterable[Box]) -> Room:
        """The same room with more of it taken."""
        return replace(self, taken=[*self.taken, *boxes])


def place_labels(wanted: Sequence[Wanted], room: Room) -> list[Label]:
    """Place names in the order of their rank, each where it costs least, dropping those over their budget.

    Greedy: eight positions round the point, then eight on a leader line. What is placed takes its room;
    ``room`` itself is left as it was.
    """
    open_room = room.with_taken(())
    placed = []
    for one in sorted(wanted, key=lambda item: item.rank):
        label = best_label(one, open_room)
        if label:
            placed.append(label)
            open_room.taken.append(label.box)
    return placed


def best_label(wanted: Wanted, room: Room) -> Label | None:
    """The cheapest free position of one name, if need be without its second line; None over budget."""
    found = _cheapest(wanted, room)
    if found is None and wanted.second:
        return best_label(replace(wanted, second=""), room)
    return found


def _cheapest(wanted: Wanted, room: Room) -> Label | None:
    best: Label | None = None
    for candidate in _candidates(wanted):
        if not room.free(candidate.box) or (best and candidate.cost >= best.cost):
            continue
        if candidate.leader and not room.open(*candidate.leader):
            continue
        cost = candidate.cost + room.cost(candidate.box) + _ambiguity(candidate, room)
        if cost <= BUDGETS[wanted.rank] and (best is None or cost < best.cost):
            best = replace(candidate, cost=cost)
    return best


def _ambiguity(label: Label, room: Room) -> float:
    """What it costs to stand so near to other markers that the name may be taken for theirs."""
    near = label.box.grown(_NEAR_PX)
    own = 1.0 if near.holds(label.wanted.point) else 0.0
    others = room.dots.within(near) - room.dots.within(label.box) - own
    return max(0.0, others) * (DOT_COST if label.leader else 0.4 * DOT_COST)


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


def _candidates(wanted: Wanted) -> Iterator[Label]:
    for across, down, cost in _POSITIONS:
        yield _at(wanted, across, down, wanted.clear, cost)
    if not wanted.leaders:
        return
    for across, down, cost in _POSITIONS:
        yield _at(wanted, across, down, LEADER_PX, cost + LEADER_COST)


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

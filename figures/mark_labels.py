"""Labels find their place beside the marks of a small chart, without covering each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in px."""

Segment = tuple[float, float, float, float, float]
"""From x, y to x, y in px; the last number is the cost of each px of it that a label covers."""

_GAP_PX = 9.0
_MARK_PX = 6.0
LINE_PX = 13.0
"""How high a label is."""
_REACHES_PX = (19.0, 26.0, 34.0, 44.0, 56.0, 70.0)
_DIRECTIONS = 16
_KEPT = 36
_PUSHES = 5
_ROUNDS = 4
_LEADER, _LEADER_PX, _CROSSED_LINE, _CROSSED_MARK, _CROSSED_LEADER, _UNCLEAR = 3.0, 0.12, 0.7, 14.0, 14.0, 2.5
_NO_LABEL = 90.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at ``x``, ``y`` px from the top left of the plot, with a label ``width`` px wide."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label goes, in px from its mark.

    ``side`` says which way the label reaches from there: its near edge is at the spot where it goes to the
    ``left`` or to the ``right``, its middle where it stands above or below (``middle``).
    """

    dx: float
    dy: float
    side: str

    @property
    def needs_leader(self) -> bool:
        """Whether the label stands so far off that a line must lead to it."""
        beside = abs(self.dx) <= _GAP_PX + 1 and abs(self.dy) <= LINE_PX / 2
        return not beside and not (self.side == "middle" and abs(self.dy) < _MARK_PX + LINE_PX)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One possible place of a label: its box, its leader, and what it costs whatever the others do."""

    spot: Spot
    box: Box
    leader: Segment | None
    cost: float


@lru_cache(maxsize=256)
def _placed(
    marks: tuple[Mark, ...], size: tuple[float, float], lines: tuple[Segment, ...], taken: tuple[Box, ...]
) -> tuple[Spot | None, ...]:
    choices = [_choices(index, marks, size, lines, taken) for index in range(len(marks))]
    rows = sorted(range(len(marks)), key=lambda i: (marks[i].y, marks[i].x))
    orders = (sorted(rows, key=lambda i: len(choices[i])), rows, rows[::-1])
    best = min((_settled(choices, order) for order in orders), key=_total, default=[])
    return tuple(choice.spot if choice else None for choice in _pushed(choices, best))


def place_labels(
    marks: Sequence[Mark],
    size: tuple[float, float],
    lines: Sequence[Segment] = (),
    taken: Sequence[Box] = (),
) -> list[Spot | None]:
    """Choose a spot for each mark's label; None where none is free.

    Labels never cover each other, a mark or what is ``taken``, and stay within the plot. Of the places left,
    the set is looked for that keeps labels near and ``lines`` uncovered, with short leaders that cross
    nothing: each label in turn moves to where it costs least, from several starts.

    Parameters
    ----------
    size
        Width and height of the plot in px.
    lines
        The chart's own lines, better not covered.
    taken
        Boxes that labels keep clear of.
    """
    return list(_placed(tuple(marks), size, tuple(lines), tuple(taken)))


def _settled(choices: Sequence[Sequence[_Choice]], order: Sequence[int]) -> list[_Choice | None]:
    """Serve the marks in turn, then let each move again until nobody gains."""
    chosen: list[_Choice | None] = [None] * len(choices)
    for _ in range(_ROUNDS):
        before = list(chosen)
        for index in order:
            others = [choice for k, choice in enumerate(chosen) if choice and k != index]
            chosen[index] = _cheapest(choices[index], others)
        if chosen == before:
            break
    return chosen


def _pushed(choices: Sequence[Sequence[_Choice]], settled: list[_Choice | None]) -> list[_Choice | None]:
    """Let each label push others out of a better place, where all together gain by it."""
    best, least = settled, _total(settled)
    for _ in range(_ROUNDS):
        before = least
        for index in range(len(choices)):
            for wanted in choices[index][:_PUSHES]:
                tried = _with(choices, best, index, wanted)
                if (cost := _total(tried)) < least - 0.01:
                    best, least = tried, cost
        if least == before:
            break
    return best


def _with(
    choices: Sequence[Sequence[_Choice]], chosen: Sequence[_Choice | None], index: int, wanted: _Choice
) -> list[_Choice | None]:
    """One label where it wants to be; those in its way find another place."""
    tried = list(chosen)
    tried[index] = wanted
    out = [k for k, other in enumerate(chosen) if other and k != index and _collide(wanted, other)]
    for k in out:
        tried[k] = None
    for k in [*out, *(k for k, other in enumerate(chosen) if other is None and k != index)]:
        tried[k] = _cheapest(choices[k], [choice for choice in tried if choice])
    return tried


def _cheapest(choices: Sequence[_Choice], others: Sequence[_Choice]) -> _Choice | None:
    best, least = None, _NO_LABEL
    for choice in choices:
        if choice.cost >= least:
            break
        cost = choice.cost + _between(choice, others, least - choice.cost)
        if cost < least:
            best, least = choice, cost
    return best


def _between(choice: _Choice, others: Sequence[_Choice], most: float) -> float:
    """What a choice costs beside others; ``most`` or more where it cannot be."""
    if any(_collide(choice, other) for other in others):
        return most
    return sum(_CROSSED_LEADER for other in others if _tangled(choice, other))


def _collide(one: _Choice, other: _Choice) -> bool:
    return _meet(one.box, other.box) or _covers(one, other) or _covers(other, one)


def _tangled(one: _Choice, other: _Choice) -> bool:
    return bool(one.leader and other.leader and _cross(one.leader, other.leader))


def _covers(one: _Choice, other: _Choice) -> bool:
    return other.leader is not None and _length_within(other.leader, one.box) > 0


def _total(chosen: Sequence[_Choice | None]) -> float:
    placed = [choice for choice in chosen if choice]
    tangles = sum(_tangled(one, other) for one, other in combinations(placed, 2))
    alone = sum(choice.cost for choice in placed)
    return alone + _NO_LABEL * (len(chosen) - len(placed)) + _CROSSED_LEADER * tangles


def _choices(
    index: int,
    marks: Sequence[Mark],
    size: tuple[float, float],
    lines: Sequence[Segment],
    taken: Sequence[Box],
) -> list[_Choice]:
    """The places that a label may have, the cheapest first."""
    mark = marks[index]
    blocked = [*taken, *(_around(other) for other in marks)]
    others = [other for other in marks if (other.x, other.y) != (mark.x, mark.y)]
    found = []
    for spot in _spots():
        box = _box(mark, spot)
        if not _inside(box, size) or any(_meet(box, other) for other in blocked):
            continue
        leader = _leader(mark, spot) if spot.needs_leader else None
        cost = _alone(spot, box, leader, lines) + _beside_marks(box, leader, others)
        found.append(_Choice(spot, box, leader, cost))
    return sorted(found, key=lambda choice: choice.cost)[:_KEPT]


def _alone(spot: Spot, box: Box, leader: Segment | None, lines: Sequence[Segment]) -> float:
    cost = sum(line[4] * _length_within(line, box) for line in lines)
    if spot.side == "middle":
        cost += 0.6
    if leader is None:
        return cost
    cost += _LEADER + _LEADER_PX * math.hypot(spot.dx, spot.dy)
    return cost + sum(_CROSSED_LINE for line in lines if _cross(leader, line))


def _beside_marks(box: Box, leader: Segment | None, others: Sequence[Mark]) -> float:
    """A label that touches a mark not its own is read as that one's; a leader through one, too."""
    near = (box[0] - 7, box[1] - 3, box[2] + 7, box[3] + 3)
    cost = sum(_UNCLEAR for other in others if near[0] < other.x < near[2] and near[1] < other.y < near[3])
    if leader is not None:
        cost += sum(_CROSSED_MARK for other in others if _length_within(leader, _around(other)) > 0)
    return cost


@lru_cache(maxsize=1)
def _spots() -> tuple[Spot, ...]:
    return tuple(_all_spots())


def _all_spots() -> Iterator[Spot]:
    for sign, side in ((1, "right"), (-1, "left")):
        for dy in (0.0, -5.0, 5.0):
            yield Spot(sign * _GAP_PX, dy, side)
    for dy in (-_MARK_PX - LINE_PX / 2 - 1, _MARK_PX + LINE_PX / 2 + 1):
        yield Spot(0.0, dy, "middle")
    for reach in _REACHES_PX:
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * step / _DIRECTIONS
            dx, dy = round(reach * math.cos(angle), 1), round(reach * math.sin(angle), 1)
            side = "middle" if abs(dx) < 1 else "right" if dx > 0 else "left"
            if side != "middle" or reach > LINE_PX + _MARK_PX:
                yield Spot(dx, dy, side)


def _around(mark: Mark) -> Box:
    return mark.x - _MARK_PX, mark.y - _MARK_PX, mark.x + _MARK_PX, mark.y + _MARK_PX


def _leader(mark: Mark, spot: Spot) -> Segment:
    return mark.x, mark.y, mark.x + spot.dx, mark.y + spot.dy, 0.0


def _box(mark: Mark, spot: Spot) -> Box:
    near = mark.x + spot.dx
    left = {"left": near - mark.width, "right": near, "middle": near - mark.width / 2}[spot.side]
    middle = mark.y + spot.dy
    return left, middle - LINE_PX / 2, left + mark.width, middle + LINE_PX / 2


def _inside(box: Box, size: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _length_within(line: Segment, box: Box) -> float:
    """How many px of a line lie within a box (clipping after Liang and Barsky)."""
    x, y, to_x, to_y, _ = line
    dx, dy = to_x - x, to_y - y
    start, end = 0.0, 1.0
    for step, room in ((-dx, x - box[0]), (dx, box[2] - x), (-dy, y - box[1]), (dy, box[3] - y)):
        if step == 0:
            if room <= 0:
                return 0.0
            continue
        share = room / step
        if step < 0:
            start = max(start, share)
        else:
            end = min(end, share)
    return max(0.0, end - start) * math.hypot(dx, dy)


def _cross(one: Segment, other: Segment) -> bool:
    return _parts(one, other) and _parts(other, one)


def _parts(line: Segment, other: Segment) -> bool:
    """Whether the ends of ``other`` lie on different sides of a line."""
    return _turn(line, other[0], other[1]) * _turn(line, other[2], other[3]) < 0


def _turn(line: Segment, x: float, y: float) -> float:
    return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

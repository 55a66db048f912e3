"""Labels find their place beside the marks of a small chart, without covering each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in px."""

_GAP_PX = 8.0
_MARK_PX = 6.0
_LINE_PX = 13.0
_ROWS = 6
_OUT_PX = (_GAP_PX, 22.0, 40.0, 62.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at ``x``, ``y`` px from the top left of the plot, with a label ``width`` px wide."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label goes, in px from its mark: the middle of its near edge, on the ``side`` left or right."""

    dx: float
    dy: float
    side: str

    @property
    def needs_leader(self) -> bool:
        """Whether the label stands so far off that a line must lead to it."""
        return abs(self.dy) > _LINE_PX * 0.8 or abs(self.dx) > _GAP_PX + 1


def place_labels(
    marks: Sequence[Mark], size: tuple[float, float], taken: Sequence[Box] = ()
) -> list[Spot | None]:
    """Choose a spot for each mark's label, the nearest free one; None where none is free.

    ``size`` is the plot's width and height; ``taken`` are boxes that labels keep clear of. Marks are served
    from the top down, so that the order of labels follows that of marks.
    """
    spots: list[Spot | None] = [None] * len(marks)
    boxes = [*taken, *(_around(mark) for mark in marks)]
    for index in sorted(range(len(marks)), key=lambda i: (marks[i].y, marks[i].x)):
        mark = marks[index]
        own = _around(mark)
        for spot in _candidates():
            box = _box(mark, spot)
            if _inside(box, size) and not any(other != own and _meet(box, other) for other in boxes):
                spots[index] = spot
                boxes.append(box)
                break
    return spots


def _candidates() -> Iterator[Spot]:
    """All spots, the nearest first; to the left where both sides are as near."""
    spots = [
        Spot(out * sign, row * _LINE_PX, "left" if sign < 0 else "right")
        for out in _OUT_PX
        for row in range(-_ROWS, _ROWS + 1)
        for sign in (-1, 1)
        if out > _GAP_PX or abs(row) <= 1
    ]
    yield from sorted(spots, key=lambda spot: abs(spot.dx) + 1.4 * abs(spot.dy))


def _around(mark: Mark) -> Box:
    return mark.x - _MARK_PX, mark.y - _MARK_PX, mark.x + _MARK_PX, mark.y + _MARK_PX


def _box(mark: Mark, spot: Spot) -> Box:
    near = mark.x + spot.dx
    left, right = (near - mark.width, near) if spot.side == "left" else (near, near + mark.width)
    middle = mark.y + spot.dy
    return left, middle - _LINE_PX / 2, right, middle + _LINE_PX / 2


def _inside(box: Box, size: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

"""Points in pixels become the ``d`` of an SVG path, cut to what is shown and no finer than a pixel shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]

TOLERANCE_PX = 0.2
"""How far a drawn line may leave the given one when points are left out."""


def simplified(points: Sequence[Point], tolerance: float = TOLERANCE_PX) -> list[Point]:
    """The line with fewer points, its ends kept (Douglas & Peucker 1973).

    A line and its reverse keep the same points, so two faces that share an arc still fit.
    """
    if len(points) < 3:
        return list(points)
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, distance = _farthest(points, first, last)
        if distance > tolerance:
            kept.add(far)
            waiting += [(first, far), (far, last)]
    return [points[index] for index in sorted(kept)]


def _farthest(points: Sequence[Point], first: int, last: int) -> tuple[int, float]:
    (ax, ay), (bx, by) = points[first], points[last]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    best, far = -1.0, first
    for index in range(first + 1, last):
        x, y = points[index]
        if length == 0:
            away = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        else:
            away = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        if away > best:
            best, far = away, index
    return far, best


def d_of(points: Sequence[Point], *, closed: bool = False) -> str:
    """The path data of one line, in tenths of a pixel, relative after its first point."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    parts = [f"M{_number(tenths[0][0])}", _spaced(tenths[0][1])]
    before = tenths[0]
    first = True
    for point in tenths[1 : -1 if closed and tenths[-1] == tenths[0] else None]:
        step = point[0] - before[0], point[1] - before[1]
        if step == (0, 0):
            continue
        parts += [f"l{_number(step[0])}" if first else _spaced(step[0]), _spaced(step[1])]
        before, first = point, False
    return "".join(parts) + ("z" if closed else "")


def _number(tenths: int) -> str:
    whole, tenth = divmod(abs(tenths), 10)
    text = (str(whole) if whole or not tenth else "") + (f".{tenth}" if tenth else "")
    return f"-{text}" if tenths < 0 else text


def _spaced(tenths: int) -> str:
    return _number(tenths) if tenths < 0 else f" {_number(tenths)}"


def bounds(points: Iterable[Point]) -> Rectangle:
    """Left, top, right, bottom of some points; of at least one."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def meets(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def grown(box: Rectangle, by: float) -> Rectangle:
    """The rectangle, larger on every side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def union(boxes: Iterable[Rectangle]) -> Rectangle:
    """The smallest rectangle round all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def cut_line(points: Sequence[Point], box: Rectangle) -> list[list[Point]]:
    """The stretches of a line that come near a rectangle: segments wholly to one side of it are left out."""
    stretches: list[list[Point]] = []
    open_stretch: list[Point] = []
    for a, b in pairwise(points):
        if meets(bounds((a, b)), box):
            open_stretch = open_stretch or [a]
            open_stretch.append(b)
        elif open_stretch:
            stretches.append(open_stretch)
            open_stretch = []
    return [*stretches, open_stretch] if open_stretch else stretches


def cut_polygon(points: Sequence[Point], box: Rectangle) -> list[Point]:
    """A ring cut to a rectangle (Sutherland & Hodgman 1974); empty where nothing of it is inside."""
    left, top, right, bottom = box
    ring = list(points)
    sides: tuple[tuple[int, float, Callable[[float], bool]], ...] = (
        (0, left, lambda value: value >= left),
        (0, right, lambda value: value <= right),
        (1, top, lambda value: value >= top),
        (1, bottom, lambda value: value <= bottom),
    )
    for axis, limit, inside in sides:
        if not ring:
            return []
        ring = _cut_side(ring, axis, limit, inside)
    return [(round(x, 1), round(y, 1)) for x, y in ring]


def _cut_side(ring: Sequence[Point], axis: int, limit: float, inside: Callable[[float], bool]) -> list[Point]:
    kept: list[Point] = []
    before = ring[-1]
    for point in ring:
        if inside(point[axis]) != inside(before[axis]):
            share = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append(tuple(a + share * (b - a) for a, b in zip(before, point, strict=True)))  # type: ignore[arg-type]
        if inside(point[axis]):
            kept.append(point)
        before = point
    return kept


def within(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a point lies in a ring (even-odd rule)."""
    x, y = point
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ax, ay = bx, by
    return inside


def along(points: Sequence[Point], step: float) -> list[Point]:
    """Points on a line, ``step`` px apart."""
    found: list[Point] = []
    left = 0.0
    for (ax, ay), (bx, by) in pairwise(points):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        while length > 0 and left <= length:
            share = left / length
            found.append((ax + share * (bx - ax), ay + share * (by - ay)))
            left += step
        left -= length
    return found

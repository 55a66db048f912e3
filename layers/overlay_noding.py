"""Segments of the grid are cut wherever they meet.

Snap rounding (Hobby, "Practical segment intersection with finite precision output", Computational Geometry
13, 1999), kept up while segments are added (Guibas and Marimont, "Rounding arrangements dynamically",
International Journal of Computational Geometry and Applications 8, 1998): the pixel round each end and each
crossing of segments is *hot*, and a segment runs through the middles of all hot pixels that it meets as it
was drawn. Which pixels are hot does not hang on the order in which segments came, so that a series that grows
day by day is cut like one that is read at once, and no line drifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.overlay_days import Ints, keys_of, vertices_of
from layers.overlay_near import Boxes, overlapping

_SAFE = 2.0**60
"""Products below this fit in whole numbers of 64 bits, doubled and added to."""


@dataclass(frozen=True, eq=False, slots=True)
class Noding:
    """Segments of the grid, sorted, and where they are cut.

    ``low`` and ``high`` are the ends of the segments; ``hot`` the sorted keys of all hot pixels. ``cut`` are
    the segments that are cut and ``at`` the pixels where, sorted by segment and way along it.
    """

    low: Ints
    high: Ints
    hot: Ints
    cut: Ints
    at: Ints


def nothing_noded() -> Noding:
    """No segment yet."""
    none = np.empty(0, dtype=np.int64)
    return Noding(none, none, none, none, none)


def noded(before: Noding, low: Ints, high: Ints) -> Noding:
    """The segments of before and these new ones, which are not among them, cut wherever they meet."""
    if not len(low):
        return before
    every_low, every_high = np.concatenate([before.low, low]), np.concatenate([before.high, high])
    new = np.arange(len(before.low), len(every_low))
    lines = _Lines.of(every_low, every_high)
    hot = np.unique(np.concatenate([low, high, _crossings(lines, new)]))
    fresh = np.setdiff1d(hot, before.hot, assume_unique=True)
    cut, at = _met(lines, np.arange(len(every_low)), fresh)
    more_cut, more_at = _met(lines, new, before.hot)
    cut, at = np.concatenate([before.cut, cut, more_cut]), np.concatenate([before.at, at, more_at])
    return _sorted(every_low, every_high, np.union1d(before.hot, fresh), cut, at)


def _sorted(low: Ints, high: Ints, hot: Ints, cut: Ints, at: Ints) -> Noding:
    order = np.lexsort((high, low))
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    low, high, cut = low[order], high[order], number[cut]
    (x0, y0), (x1, y1), (x, y) = vertices_of(low[cut]), vertices_of(high[cut]), vertices_of(at)
    along = np.lexsort(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0), cut))
    return Noding(low, high, hot, cut[along], at[along])


@dataclass(frozen=True, eq=False, slots=True)
class _Lines:
    low: Ints
    high: Ints
    x0: Ints
    y0: Ints
    x1: Ints
    y1: Ints

    @classmethod
    def of(cls, low: Ints, high: Ints) -> _Lines:
        return cls(low, high, *vertices_of(low), *vertices_of(high))

    def boxes(self, which: Ints) -> Boxes:
        """The ground between the ends of some of the lines."""
        y0, y1 = self.y0[which], self.y1[which]
        return Boxes(self.x0[which], np.minimum(y0, y1), self.x1[which], np.maximum(y0, y1))


def _crossings(lines: _Lines, new: Ints) -> Ints:
    """The pixels in which new segments cross others, each in the middle of both."""
    every = np.arange(len(lines.low))
    one, other = overlapping(lines.boxes(new), lines.boxes(every))
    one = new[one]
    once = (one < other) | (other < new[0])
    one, other = one[once], other[once]
    ahead = (
        _side(lines, one, lines.x0[other], lines.y0[other]),
        _side(lines, one, lines.x1[other], lines.y1[other]),
    )
    across = (
        _side(lines, other, lines.x0[one], lines.y0[one]),
        _side(lines, other, lines.x1[one], lines.y1[one]),
    )
    cross = (np.sign(ahead[0]) * np.sign(ahead[1]) < 0) & (np.sign(across[0]) * np.sign(across[1]) < 0)
    return _pixels(lines, one[cross], across[0][cross], across[1][cross])


def _side(lines: _Lines, of: Ints, x: Ints, y: Ints) -> Ints:
    """Positive where a point lies to the left of a segment: twice the area of their triangle."""
    x0, y0 = lines.x0[of], lines.y0[of]
    return (lines.x1[of] - x0) * (y - y0) - (lines.y1[of] - y0) * (x - x0)


def _pixels(lines: _Lines, one: Ints, first: Ints, last: Ints) -> Ints:
    """The pixels at which ``one`` is divided in the ratio of its ends' distances from the other line."""
    x0, y0 = lines.x0[one], lines.y0[one]
    dx, dy, part, whole = lines.x1[one] - x0, lines.y1[one] - y0, first, first - last
    part, whole = np.where(whole < 0, -part, part), np.abs(whole)
    if len(one) and (whole.astype(float) * np.maximum(np.abs(dx), np.abs(dy))).max() > _SAFE:
        dx, dy, part, whole = (numbers.astype(object) for numbers in (dx, dy, part, whole))
    x = x0 + (2 * part * dx + whole) // (2 * whole)
    y = y0 + (2 * part * dy + whole) // (2 * whole)
    return keys_of(x.astype(np.int64), y.astype(np.int64))


def _met(lines: _Lines, which: Ints, pixels: Ints) -> tuple[Ints, Ints]:
    """Which of these segments meet which pixels, other than those of their own ends."""
    if not len(pixels) or not len(which):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    x, y = vertices_of(pixels)
    # Segments end in the middles of pixels: where they are beside a pixel, they are beside its middle.
    middles = Boxes(x, y, x, y)
    if len(pixels) < len(which):
        pixel, line = overlapping(middles, lines.boxes(which))
    else:
        line, pixel = overlapping(lines.boxes(which), middles)
    line = which[line]
    inner = (pixels[pixel] != lines.low[line]) & (pixels[pixel] != lines.high[line])
    line, pixel = line[inner], pixel[inner]
    met = _meets(lines, line, x[pixel], y[pixel])
    return np.asarray(line[met]), np.asarray(pixels[pixel[met]])


def _meets(lines: _Lines, line: Ints, x: Ints, y: Ints) -> NDArray[np.bool_]:
    """Whether segments meet pixels, whose right and upper sides do not belong to them."""
    x0, y0, x1, y1 = (2 * numbers[line] for numbers in (lines.x0, lines.y0, lines.x1, lines.y1))
    west, south, east, north = 2 * x - 1, 2 * y - 1, 2 * x + 1, 2 * y + 1
    dx, dy = x1 - x0, y1 - y0  # dx >= 0: the lower end has the smaller key

    def side(px: Ints, py: Ints) -> Ints:
        return np.asarray(np.sign(dx * (py - y0) - dy * (px - x0)))

    near = (x0 < east) & (x1 >= west) & (np.minimum(y0, y1) < north) & (np.maximum(y0, y1) >= south)
    straight = (dx == 0) | (dy == 0)
    nw, ne, sw, se = side(west, north), side(east, north), side(west, south), side(east, south)
    # A line through a corner alone meets the pixel only in the corner that belongs to it, the south-western.
    rises = dy > 0
    crosses = np.where(rises, (nw > 0) & (se < 0), ((ne > 0) & (sw <= 0)))
    return np.asarray(near & (straight | crosses))

"""How many kilometres of front there are, through time.

Lengths are geodesic, of the arcs as they are, before any rounding for the eye; of the whole map, not of its
region alone. The front is modelled between places or drawn by somebody, and the finer it was drawn the longer
it is: lengths of two maps that were made differently do not compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from layers.composite import Composite
from layers.course import rows_since, summed_through_time
from layers.distinct import distinct
from layers.faces import Arc
from layers.front_line import FrontStyle, carries_front, front_course
from layers.ground import lengths_km
from layers.kept import kept

_MM_PER_KM = 1_000_000


@dataclass(frozen=True, slots=True)
class LengthRow:
    """The length of the front from ``at`` on, by how sure the map is of its two sides.

    ``solid_km`` has assessed or reported ground on both sides, ``dashed_km`` claimed or contested ground on
    one at least, ``dotted_km`` is the rest (``layers.front_line``).
    """

    at: datetime
    solid_km: float
    dashed_km: float
    dotted_km: float

    @property
    def km(self) -> float:
        """All of it."""
        return self.solid_km + self.dashed_km + self.dotted_km


def front_lengths(whole: Composite, sides: Mapping[str, str], since: datetime) -> tuple[LengthRow, ...]:
    """Kilometres of front: one row at ``since``, and one at each later instant at which the front changes.

    A row holds until the next. ``sides`` are those of ``layers.front_line.sides_of``.
    """
    mm, course = _lengths_mm(whole.arcs), front_course(whole, sides)
    moves = course.when, course.arc, course.before, course.style
    table = summed_through_time(mm, len(FrontStyle), course.start, moves, len(course.instants))
    turned = distinct(course.when)
    table = table[np.concatenate([[0], turned + 1])]
    ats, rows = rows_since(since, [course.instants[when] for when in turned.tolist()])
    return tuple(_row(at, row) for at, row in zip(ats, table[rows].tolist(), strict=True))


@kept()
def _lengths_mm(arcs: Sequence[Arc]) -> NDArray[np.int64]:
    """The length of each arc, and 0 where no front can run: whole millimetres, so that sums are exact."""
    carriers = [number for number, arc in enumerate(arcs) if carries_front(arc)]
    found = np.zeros(len(arcs), dtype=np.int64)
    found[carriers] = np.rint(lengths_km([arcs[number].points for number in carriers]) * _MM_PER_KM)
    return found


def _row(at: datetime, mm: Sequence[int]) -> LengthRow:
    solid, dashed, dotted = (
        mm[style] / _MM_PER_KM for style in (FrontStyle.SOLID, FrontStyle.DASHED, FrontStyle.DOTTED)
    )
    return LengthRow(at, solid, dashed, dotted)

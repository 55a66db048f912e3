"""How many kilometres of front there are, through time.

Lengths are geodesic, of the arcs as they are, before any rounding for the eye; of the whole map, not of its
region alone. The front is modelled between places or drawn by somebody, and the finer it was drawn the longer
it is: lengths of two maps that were made differently do not compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from layers.composite import Composite
from layers.faces import Arc
from layers.front_line import FrontStyle, carries_front, front_changes, start_fronts
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
    mm, styles = _lengths_mm(whole.arcs), start_fronts(whole, sides)
    sums = dict.fromkeys(FrontStyle, 0)
    for arc, style in styles.items():
        sums[style] += mm[arc]
    rows = [_row(since, sums)]
    for at, changes in groupby(front_changes(whole, sides), key=lambda change: change.at):
        for change in changes:
            sums[styles.get(change.arc, FrontStyle.NONE)] -= mm[change.arc]
            sums[change.style] += mm[change.arc]
            styles[change.arc] = change.style
        if at <= since:
            rows.clear()
        rows.append(_row(max(at, since), sums))
    return tuple(rows)


@kept()
def _lengths_mm(arcs: Sequence[Arc]) -> tuple[int, ...]:
    """The length of each arc, and 0 where no front can run: whole millimetres, so that sums are exact."""
    carriers = [number for number, arc in enumerate(arcs) if carries_front(arc)]
    found = [0] * len(arcs)
    lengths = lengths_km([arcs[number].points for number in carriers])
    for number, km in zip(carriers, lengths.tolist(), strict=True):
        found[number] = round(km * _MM_PER_KM)
    return tuple(found)


def _row(at: datetime, sums: Mapping[FrontStyle, int]) -> LengthRow:
    km = {style: mm / _MM_PER_KM for style, mm in sums.items()}
    return LengthRow(at, km[FrontStyle.SOLID], km[FrontStyle.DASHED], km[FrontStyle.DOTTED])

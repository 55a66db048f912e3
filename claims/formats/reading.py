"""What the reader of one file is handed, and where it puts what it finds besides claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from claims.formats.columns import Known
from claims.formats.newcomers import Newcomers, OutsideTheWindow
from claims.formats.tally import Tally
from gazetteer.errors import BadFiles, Fault, shown

MOST_FAULTS = 10_000
"""After so many faults a file is not read further: the memory that they take is finite."""

OUT_OF_WINDOW = "outside the map's window"
_MOST_KINDS = 100

T = TypeVar("T")


class Faults(list[Fault]):
    """The faults of one file; the one too many ends the reading."""

    def append(self, fault: Fault) -> None:
        """Add one; raises BadFiles with all of them once there are too many."""
        super().append(fault)
        if len(self) >= MOST_FAULTS:
            more = Fault(fault.file, fault.line, "", f"{MOST_FAULTS:,} faults; the lines below were not read")
            raise BadFiles([*self, more])

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add several, one by one."""
        for fault in faults:
            self.append(fault)


@dataclass
class Reading:
    """One file being read into one map."""

    file: str
    known: Known
    newcomers: Newcomers
    faults: list[Fault] = field(default_factory=Faults)
    tally: Tally = field(default_factory=Tally)
    line: int = 0
    """The line of the claim that was made last, where the format has lines of its own."""

    def tell(self, line: int, cells: T, checks: Mapping[str, Callable[[T], object]]) -> None:
        """Say everything that is wrong in a row: what each check, under the name of a column, refuses."""
        for column, check in checks.items():
            try:
                check(cells)
            except OutsideTheWindow:
                continue
            except ValueError as refusal:
                self.fault(line, column, str(refusal))

    def pass_over(self, kind: str) -> None:
        """Count a row of which nothing is made; kinds beyond the first hundred are counted as one."""
        passed = self.tally.passed_over
        passed[kind if kind in passed or len(passed) < _MOST_KINDS else "of other kinds"] += 1

    def fault(self, line: int, column: str, message: str) -> None:
        """Say what is wrong in a row."""
        self.faults.append(Fault(self.file, line, column, message))


def positions(
    reading: Reading, line: int, header: Iterable[str], required: Iterable[str]
) -> Mapping[str, int]:
    """Where each column of a foreign table stands; empty, and a fault each, where required ones are missing.

    Columns that nobody asks for are welcome: other people's tables grow.
    """
    names = [name.strip().strip('"').lower() for name in header]
    found = {name: names.index(name) for name in names}
    missing = [name for name in required if name not in found]
    for name in missing:
        reading.fault(line, "", f"column {shown(name)} is missing")
    twice = [name for name in required if names.count(name) > 1]
    for name in twice:
        reading.fault(line, "", f"column {shown(name)} is there twice")
    return {} if missing or twice else found

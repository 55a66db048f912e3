"""What became of the rows of a file, counted: read, passed over by kind, flagged by rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

ENDS_AFTER_REPORT = "its window ends on a later day than its report"
"""The rule of docs/formats.md by which a claim is taken and flagged."""
REPORT_NOT_DATED = "nobody says when it was reported; taken as known when it was over"
"""The rule for data that do not say when a report became known."""


@dataclass
class Tally:
    """Counts, kept while a file is read.

    ``passed_over`` says of how many rows nothing was made, and why. ``flagged`` gives for each rule the
    number of claims that were taken though odd, and the line of the first.
    """

    rows: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    flagged: dict[str, tuple[int, int]] = field(default_factory=dict)

    def flag(self, rule: str, line: int) -> None:
        """Count a claim that is odd and not wrong."""
        count, first = self.flagged.get(rule, (0, line))
        self.flagged[rule] = (count + 1, first)

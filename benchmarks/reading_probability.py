"""How often a draft is read rightly that says so and so likely: `python benchmarks/reading_probability.py`.

Prints, for the reports of each folder of tests/reports, the changes of control read, the mean of what they
say of themselves and the share that is right as a whole (place, change, holder and day), by steps of it.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import reading_score as score  # noqa: E402

from claims.report_text import CONTROL, ReadClaim, Reading  # noqa: E402

STEPS = (0.0, 0.4, 0.55, 0.65, 0.75, 1.01)


def told(folder: str) -> list[tuple[float, bool]]:
    """What each change of control read says of itself, and whether it is right."""
    found: list[tuple[float, bool]] = []
    wanted = {one.name: one.wanted for one in score.scored(folder)}
    for name, gold in score.rows(folder).items():
        path = score.REPORTS / folder / name
        reading = score.read_file(path, gold[0]["published"], gold[0]["zone"])
        found += [
            (claim.probability, _alone(reading, claim) <= wanted[name])
            for claim in reading.claims
            if claim.event in CONTROL and not claim.denied
        ]
    return found


def _alone(reading: Reading, claim: ReadClaim) -> frozenset[score.Full]:
    return score.changes_of(Reading(**{**_fields(reading), "claims": (claim,)}))


def _fields(reading: Reading) -> dict[str, object]:
    return {name: getattr(reading, name) for name in Reading.__slots__}


def main() -> None:
    """Print the table."""
    folders = sys.argv[1:] or ["development", "held_out", "held_out_2", "held_out_3"]
    rows = [row for folder in folders for row in told(folder)]
    for low, high in pairwise(STEPS):
        part = [row for row in rows if low <= row[0] < high]
        if part:
            said, right = (sum(column) / len(part) for column in zip(*part, strict=True))
            print(f"{low:.2f} to {high:.2f}: {len(part):4} read, {said:.2f} said, {right:.2f} right")
    said, right = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    print(f"all of {', '.join(folders)}: {len(rows)} read, {said:.2f} said, {right:.2f} right")


if __name__ == "__main__":
    main()

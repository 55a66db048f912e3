"""The rows of a claims.csv become claims, or drafts of claims whose place is still to be found."""

from __future__ import annotations

from collections.abc import Iterator

from claims.claim import Claim
from claims.draft import Draft
from claims.formats.columns import OPTIONAL, REQUIRED, Known, claim_of, id_in, row_id
from claims.formats.reading import Reading
from claims.formats.tally import Tally
from gazetteer.errors import Fault
from gazetteer.rows import Source, read_rows


def read_drafts(
    source: Source, known: Known, faults: list[Fault], name: str = "", tally: Tally | None = None
) -> Iterator[Draft]:
    """Read claims as drafts; whatever is wrong is appended to ``faults``, and its row is left out.

    The columns, their forms and their defaults are described in docs/formats.md.
    """
    seen: dict[str, int] = {}
    counted = Tally() if tally is None else tally
    for row in read_rows(source, REQUIRED, OPTIONAL, faults=faults, name=name):
        counted.rows += 1
        before = len(faults)
        claim_id = row_id(row, "claim_id", seen, faults)
        claim = claim_of(row, claim_id, known, faults, counted)
        if claim is not None and len(faults) == before:
            yield Draft(row.file, row.line, claim)


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read claims in memory that does not grow with them; an id that is there twice is not looked for."""
    rows = read_rows(source, REQUIRED, OPTIONAL, faults=reading.faults, name=reading.file)
    for row in rows:
        reading.tally.rows += 1
        reading.line = row.line
        before = len(reading.faults)
        claim_id = id_in(row, "claim_id", reading.faults)
        claim = claim_of(row, claim_id, reading.known, reading.faults, reading.tally)
        if claim is not None and len(reading.faults) == before:
            yield claim

"""Counts that no claim accounts for become lines: *11 of 18 not located (SOHR, 3 Dec, Opposition)*."""

from __future__ import annotations

from figures.sentences import Teller, stated


def count_lines(teller: Teller) -> list[str]:
    """One line for each count of places of which some are not on the map."""
    words, document = teller.say.words, teller.document
    lines = []
    for count in document["counts"]:
        claim = document["claims"][count["claim"]]
        qualifier = f"qualifier.{claim['qualifier'] or 'none'}"
        total = words.fill(qualifier, km=stated(count["total"]))
        lines.append(
            words.fill(
                "table.count",
                n=count["not_located"],
                total=total,
                source=teller.source(claim["claimant"]),
                day=teller.say.short(claim["end"]),
                actor=teller.actor(claim["holder"]),
            )
        )
    return lines

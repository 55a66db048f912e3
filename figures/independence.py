"""The sources of a map become a short list of who is taken to be independent of whom."""

from __future__ import annotations

from collections.abc import Iterable

from figures.sentences import Teller
from figures.text import plain


def independence(teller: Teller) -> list[str]:
    """One line for each set of sides, with the sources behind the changes: *of no side: the army, …*."""
    used = {
        teller.document["claims"][claim]["claimant"]
        for event in teller.document["events"]
        for claim in event["claims"]
    }
    grouped: dict[tuple[str, ...], list[str]] = {}
    for index in sorted(used):
        sides = tuple(teller.document["sources"][index]["independent_of"])
        grouped.setdefault(sides, []).append(teller.source(index))
    words = teller.say.words
    return [
        words.fill(
            "table.independent_of",
            sides=words.join(side_names(teller, sides)) or words["table.nobody"],
            sources=words.join(dict.fromkeys(names)),
        )
        for sides, names in sorted(grouped.items(), key=lambda item: (-len(item[0]), item[0]))
    ]


def side_names(teller: Teller, sides: Iterable[str]) -> list[str]:
    """Sides by our words where we have them, else as the map writes them."""
    words = teller.say.words
    return [words[f"side.{side}"] if words.known(f"side.{side}") else plain(side) for side in sides]

"""Numbers of places that changed hands without all being named: "18 villages and towns"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.reading import names as known
from claims.reading.mentions import Scan
from claims.reading.words import number_of, word_set

_COUNTED = (
    word_set("grammar", "kinds", "settlements")
    | word_set("grammar", "kinds", "sites")
    | word_set("grammar", "kinds", "regions")
)
_NOT_COUNTED = frozenset(
    ["percent", "border", "front", "line", "road", "highway", "coast", "directions", "points"]
)
_WORTH = frozenset(["kilometers", "kilometres", "km", "miles", "people", "soldiers", "days", "hours"])


@dataclass(frozen=True, slots=True)
class Count:
    """A number of places, words ``first`` to ``end``; ``qualifier`` as in claims.csv."""

    value: float
    qualifier: str
    unit: str
    first: int
    end: int


def counts_in(scan: Scan) -> Iterator[Count]:
    """The counts of places in a sentence."""
    for place, word in enumerate(scan.words):
        number = None if scan.at[place] else number_of(word.low)
        if number is None and word.low == "dozens":
            number = 24.0
        if number is not None and number >= 2:
            found = _counted(scan, place, number)
            if found:
                yield found


def _counted(scan: Scan, place: int, number: float) -> Count | None:
    at = place + 1
    while at < len(scan.words) and at - place < 5 and scan.low(at) not in _COUNTED:
        if scan.low(at) in _WORTH or not (
            scan.low(at) in known.ADJECTIVES or scan.low(at) in ("of", "more", "other", "named")
        ):
            return None
        at += 1
    noun = scan.low(at)
    if noun not in _COUNTED or not noun.endswith("s") or noun in _NOT_COUNTED:
        return None
    end = at + 1
    while scan.low(end) in ("and", "or", ",") and scan.low(end + 1) in _COUNTED:
        end += 2
    unit = " ".join(word.text for word in scan.words[at:end])
    qualifier, first = qualifier_before(scan, place)
    if scan.low(place) == "dozens":
        qualifier = "at_least"
    return Count(number, qualifier, unit, first, end)


def qualifier_before(scan: Scan, place: int) -> tuple[str, int]:
    """How a number is meant, and the word its phrase begins with: "more than", "about", "within"."""
    for words, qualifier in _QUALIFIERS:
        first = place - len(words)
        if first >= 0 and tuple(scan.low(at) for at in range(first, place)) == words:
            return qualifier, first
    return "", place


_QUALIFIERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("more", "than"), "more_than"),
    (("less", "than"), "less_than"),
    (("fewer", "than"), "less_than"),
    (("no", "more", "than"), "up_to"),
    (("at", "least"), "at_least"),
    (("no", "less", "than"), "at_least"),
    (("up", "to"), "up_to"),
    (("as", "many", "as"), "up_to"),
    (("as", "close", "as"), "up_to"),
    (("over",), "more_than"),
    (("within",), "up_to"),
    (("under",), "less_than"),
    (("about",), "about"),
    (("around",), "about"),
    (("some",), "about"),
    (("roughly",), "about"),
    (("approximately",), "about"),
    (("nearly",), "about"),
    (("almost",), "about"),
    (("just",), "about"),
    (("only",), ""),
)

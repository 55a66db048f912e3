"""The names of many places as numpy arrays: what is asked often is found fast, and a file can hold it.

One ``Names`` holds the names of one family of languages. Its spellings are kept as lines of text and taken
apart only when they are looked at, so that an index of the whole world opens at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gazetteer.postings import Postings, build_postings
from gazetteer.spelling import TOGETHER, Family, Spelling, normalised_all, spellings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]

_MOST_KEPT = 100_000
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """Spellings, whose they are, and the ways to find them.

    ``lines`` has the spellings one after the other, ``line_starts`` where each begins; ``owners`` the numbers
    of the places of each, ``owner_starts`` where those begin. ``by_letters`` and ``by_sound`` are sorted
    keys, each beside the number of its spelling. ``first`` has the spellings of a place's first names, -1 for
    none.
    """

    family: Family
    lines: NDArray[np.uint8]
    line_starts: NDArray[np.int64]
    owners: Numbers
    owner_starts: NDArray[np.int64]
    by_letters: NDArray[np.uint32]
    letters_order: Numbers
    by_sound: NDArray[np.uint32]
    sound_order: Numbers
    first: Numbers
    postings: Postings
    seen: dict[int, Spelling] = field(default_factory=dict)

    def spelling(self, number: int) -> Spelling:
        """Take one spelling apart."""
        known = self.seen.get(number)
        if known is None:
            begin, end = self.line_starts[number], self.line_starts[number + 1]
            known = _read(bytes(self.lines[begin:end]).decode("utf-8"))
            if len(self.seen) < _MOST_KEPT:
                self.seen[number] = known
        return known

    def owners_of(self, number: int) -> Numbers:
        """Give the numbers of the places that have a spelling."""
        return self.owners[self.owner_starts[number] : self.owner_starts[number + 1]]

    def with_letters(self, asked: Spelling) -> list[int]:
        """Give the spellings with the same letters and the same words such as north."""
        wanted = _letters_key(asked)
        found = (int(n) for n in _at(self.by_letters, self.letters_order, wanted))
        return [n for n in found if _same_letters(self.spelling(n), asked)]

    def with_sound(self, asked: Spelling) -> list[int]:
        """Give the spellings that sound the same and have the same words such as north."""
        found = (int(n) for n in _at(self.by_sound, self.sound_order, _sound_key(asked)))
        return [n for n in found if _same_sound(self.spelling(n), asked)]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give everything as arrays by name, for a file."""
        own = {name: getattr(self, name) for name in _OWN}
        return own | {f"postings_{name}": getattr(self.postings, name) for name in _POSTINGS}


def names_of_arrays(family: Family, arrays: Mapping[str, NDArray[Any]]) -> Names:
    """Do the reverse of ``Names.arrays``."""
    postings = Postings(**{name: arrays[f"postings_{name}"] for name in _POSTINGS})
    own: dict[str, Any] = {name: arrays[name] for name in _OWN}
    return Names(family, **own, postings=postings)


_OWN = (
    "lines", "line_starts", "owners", "owner_starts", "by_letters", "letters_order", "by_sound",
    "sound_order", "first",
)  # fmt: skip
_POSTINGS = ("starts", "numbers", "weights")


def build_names(family: Family, named: Iterable[tuple[int, list[str], int]], places: int) -> Names:
    """Index names.

    Parameters
    ----------
    named
        For each place its number, its names as written, and how many of these are its first names.
    places
        How many places there are in all, with those of other families.
    """
    import numpy as np

    own = list(named)
    texts, numbers = _numbered(chain.from_iterable(written for _, written, _ in own))
    lines, letters, sounds, folded, skeletons = [], [], [], [], []
    is_name = np.zeros(len(texts), bool)
    for number, known in enumerate(spellings(texts, family)):
        if known.plain:
            is_name[number] = True
            lines.append(_line(known).encode("utf-8"))
            letters.append(_letters_key(known))
            sounds.append(_sound_key(known))
            folded.append(known.folded)
            skeletons.append(known.skeleton)
    numbers = np.where(is_name, np.cumsum(is_name, dtype=np.int32) - 1, -1)[numbers]
    first, pairs = _whose(own, numbers, places)
    starts = np.searchsorted(pairs, np.arange(len(lines) + 1, dtype=np.int64) << 32)
    line_starts = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=line_starts[1:])
    return Names(
        family,
        np.frombuffer(b"".join(lines), np.uint8),
        line_starts,
        (pairs & 0xFFFFFFFF).astype(np.int32),
        starts,
        *_sorted(letters),
        *_sorted(sounds),
        first,
        build_postings(folded, skeletons),
    )


def _numbered(written: Iterable[str]) -> tuple[list[str], Numbers]:
    """Give every spelling once, and of each name the number of its spelling."""
    import numpy as np

    numbers: dict[str, int] = {}
    parts = []
    while names := list(islice(written, TOGETHER)):
        parts.append(np.array([numbers.setdefault(t, len(numbers)) for t in normalised_all(names)], np.int32))
    return list(numbers), np.concatenate([np.empty(0, np.int32), *parts])


def _whose(
    own: Sequence[tuple[int, list[str], int]], numbers: Numbers, places: int
) -> tuple[Numbers, NDArray[np.int64]]:
    """Give the spellings of each place's first names, and all pairs of spelling and place, sorted."""
    import numpy as np

    first = np.full((places, 2), -1, np.int32)
    said, begin = numbers.tolist(), 0
    for owner, written, firsts in own:
        mine = [n for n in said[begin : begin + len(written)] if n >= 0][: min(firsts, 2)]
        first[owner, : len(mine)] = mine
        begin += len(written)
    each = np.array([(owner, len(written)) for owner, written, _ in own], np.int64).reshape(-1, 2)
    owners = np.repeat(each[:, 0], each[:, 1])
    pairs = np.sort((numbers.astype(np.int64) << 32 | owners)[numbers >= 0])
    return first, pairs[np.diff(pairs, prepend=-1) > 0]


def _line(known: Spelling) -> str:
    text, plain, folded, skeleton, said, kinds, native, slip = known
    qualifiers = " ".join(sorted(said)) if said else ""
    kind = " ".join(sorted(kinds)) if kinds else ""
    marks = ("n" if native else "") + ("s" if slip else "")
    return f"{text}\t{plain}\t{folded}\t{skeleton}\t{qualifiers}\t{kind}\t{marks}"


def _read(line: str) -> Spelling:
    text, plain, folded, skeleton, qualifiers, kinds, marks = line.split("\t")
    said = frozenset(qualifiers.split()) if qualifiers else _NONE
    kind = frozenset(kinds.split()) if kinds else _NONE
    return Spelling(text, plain, folded, skeleton, said, kind, "n" in marks, "s" in marks)


def _letters_key(known: Spelling) -> int:
    return _key(known.plain, known.qualifiers)


def _sound_key(known: Spelling) -> int:
    return _key(known.folded, known.qualifiers)


def _key(text: str, qualifiers: frozenset[str]) -> int:
    whole = f"{text} {' '.join(sorted(qualifiers))}" if qualifiers else text
    return crc32(whole.encode("utf-8"))


def _same_letters(one: Spelling, other: Spelling) -> bool:
    return one.plain == other.plain and one.qualifiers == other.qualifiers


def _same_sound(one: Spelling, other: Spelling) -> bool:
    return one.folded == other.folded and one.qualifiers == other.qualifiers


def _sorted(keys: list[int]) -> tuple[NDArray[np.uint32], Numbers]:
    import numpy as np

    unsorted = np.array(keys, np.uint32)
    order = np.argsort(unsorted, kind="stable").astype(np.int32)
    return unsorted[order], order


def _at(keys: NDArray[np.uint32], order: Numbers, wanted: int) -> Numbers:
    import numpy as np

    key = np.uint32(wanted)
    return order[np.searchsorted(keys, key, "left") : np.searchsorted(keys, key, "right")]

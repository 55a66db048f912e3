"""Which spellings share pieces with a given one: an inverted index of letter groups, in numpy arrays.

A spelling's pieces are the groups of three letters in its sound and of two in its consonants, each with its
ends marked. A piece counts for more the fewer spellings have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789SXGCZ"
"""Every letter that a sound is written with; capitals stand for sounds of two letters."""

LEAST_SHARED = 0.22
"""A spelling that shares less than this part of the asked one's weight is not looked at."""

_FIRST, _LAST = "^", "$"
_CODE = {letter: number for number, letter in enumerate(LETTERS + _FIRST + _LAST, 1)}
_PAIRS_FROM = 1 << 18
_PIECES = _PAIRS_FROM + (1 << 12)


@dataclass(frozen=True, slots=True)
class Postings:
    """For each piece the numbers of the spellings that have it, one after the other.

    ``starts[piece]`` to ``starts[piece + 1]`` is where they stand in ``numbers``; ``weights`` has the sum of
    each spelling's own pieces.
    """

    starts: NDArray[np.int64]
    numbers: Numbers
    weights: NDArray[np.float32]

    def pool(self, sound: str, consonants: str, most: int) -> Numbers:
        """Give the numbers of the spellings most like a sound and its consonants, best first."""
        import numpy as np

        pieces = _pieces(sound, consonants)
        begins, ends = self.starts[pieces], self.starts[pieces + 1]
        worth = _worth(ends - begins, len(self.weights))
        total = float(worth.sum())
        if not total:
            return np.empty(0, np.int32)
        runs = [self.numbers[b:e] for b, e in zip(begins, ends, strict=True)]
        shared = np.bincount(
            np.concatenate(runs), np.repeat(worth, ends - begins), minlength=len(self.weights)
        )
        near = np.flatnonzero(shared > LEAST_SHARED * total)
        likeness = 2 * shared[near] / (total + self.weights[near])
        if len(near) > most:
            kept = np.argpartition(-likeness, most)[:most]
            near, likeness = near[kept], likeness[kept]
        return near[np.argsort(-likeness, kind="stable")].astype(np.int32)


def build_postings(sounds: Sequence[str], consonants: Sequence[str]) -> Postings:
    """Index spellings by their pieces; the two sequences have one entry for each spelling."""
    import numpy as np

    by_three, whose_three = _grouped(sounds, 3)
    by_two, whose_two = _grouped(consonants, 2)
    pieces = np.concatenate([by_three, by_two + _PAIRS_FROM])
    whose = np.concatenate([whose_three, whose_two])
    ordered = np.sort(pieces.astype(np.int64) << 32 | whose)
    starts = np.zeros(_PIECES + 1, np.int64)
    np.cumsum(np.bincount(pieces, minlength=_PIECES), out=starts[1:])
    worth = _worth(np.diff(starts), len(sounds))
    weights = np.bincount(whose, worth[pieces], minlength=len(sounds)).astype(np.float32)
    return Postings(starts, (ordered & 0xFFFFFFFF).astype(np.int32), weights)


def _worth(count: NDArray[np.int64], of: int) -> NDArray[np.float64]:
    import numpy as np

    return np.log1p(of / np.maximum(count, 1)) * (count > 0)


def _grouped(texts: Sequence[str], size: int) -> tuple[Numbers, Numbers]:
    """Give every group of letters in every text as a number, and whose text each is."""
    import numpy as np

    table = np.zeros(256, np.int32)
    table[[ord(letter) for letter in _CODE]] = list(_CODE.values())
    joined = _FIRST + (_LAST + _FIRST).join(texts) + _LAST
    codes = table[np.frombuffer(joined.encode("ascii"), np.uint8)]
    whose = np.cumsum(codes == _CODE[_FIRST], dtype=np.int32) - 1
    span = len(codes) - size + 1
    groups = np.zeros(span, np.int32)
    whole = np.ones(span, bool)
    for place in range(size):
        here = codes[place : place + span]
        groups = (groups << 6) | here
        if place < size - 1:
            whole &= here != _CODE[_LAST]
    return groups[whole], whose[:span][whole]


def _pieces(sound: str, consonants: str) -> Numbers:
    import numpy as np

    by_three, _ = _grouped([sound], 3)
    by_two, _ = _grouped([consonants], 2)
    return np.unique(np.concatenate([by_three, by_two + _PAIRS_FROM]))

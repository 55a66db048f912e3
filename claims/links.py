"""Which links of a chain of hashes are not as they were made, told from those that only stand beside one.

Every hash stands twice: in its own row, and in the next one as the hash before it. So a row whose hash rotted
is told from one whose words did, and neither makes its neighbour suspect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from claims.chain import GENESIS
from claims.raw_rows import Gap, Row


class Fault(StrEnum):
    """What is wrong with a row, or with what should be one."""

    CONTENT = "content"
    OWN_HASH = "hash"
    HASH_BEFORE = "prev_hash"
    TYPE = "type"
    NUMBER = "number"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Chain:
    """How a table is chained: its columns in order, those that are numbers, and how a row's hash is made.

    ``hashed`` are the columns that the hash is made of behind the hash before, in that order.
    """

    columns: tuple[str, ...]
    numbers: frozenset[str]
    hashed: tuple[str, ...]
    hash_of: Callable[[Sequence[Any]], str]


@dataclass(frozen=True, slots=True)
class Link:
    """One row, or a span of rows that are not there, with what is wrong with it.

    ``hash`` is the hash that the row had when it was made, None where nobody can tell. ``said`` is what the
    database says of rows that it cannot read.
    """

    first: int
    last: int
    row: Mapping[str, Any]
    faults: tuple[Fault, ...]
    hash: str | None
    said: str = ""


@dataclass(slots=True)
class _Read:
    """A row as it was read; ``bad`` are the columns that do not hold what such a column holds."""

    values: Mapping[str, Any]
    number: int | None
    bad: tuple[str, ...]
    chain: Chain
    _made: dict[str, str] = field(default_factory=dict)

    @property
    def own(self) -> str | None:
        return None if "hash" in self.bad else str(self.values["hash"])

    @property
    def before(self) -> str | None:
        return None if "prev_hash" in self.bad else str(self.values["prev_hash"])

    def made_behind(self, before: str | None) -> str | None:
        """The hash that this content gets behind a hash; None where it has no content that could have one."""
        if before is None or any(name in self.bad for name in self.chain.hashed):
            return None
        if before not in self._made:
            self._made[before] = self.chain.hash_of(
                [before, *(self.values[name] for name in self.chain.hashed)]
            )
        return self._made[before]

    @property
    def agrees(self) -> bool:
        """Whether its hash is the hash of what it says."""
        return self.own is not None and self.made_behind(self.before) == self.own


def links(pieces: Iterable[Row | Gap], chain: Chain, noted: Mapping[int, str], last: int) -> Iterator[Link]:
    """Check every row of a table against its neighbours.

    Parameters
    ----------
    pieces
        What was read, in the table's own order.
    noted
        Hashes of rows that somebody else wrote down, by the number of the row.
    last
        The number of the last row that there should be; rows may be missing up to it.
    """
    expected = 1
    before: str | None = GENESIS
    for piece, following in _pairs(_read(piece, chain) for piece in pieces):
        if isinstance(piece, Gap):
            yield from _missing(expected, piece.first - 1)
            yield Link(piece.first, piece.last, {}, (Fault.UNREADABLE,), None, piece.said)
            expected, before = max(expected, piece.last + 1), None
            continue
        if piece.number is not None and piece.number < expected and piece.agrees:
            continue  # met twice, as in a tree whose branches rotted; the database's own check tells of that
        if not _in_place(piece, following, expected, last):
            yield Link(piece.number or 0, piece.number or 0, piece.values, (Fault.NUMBER,), None)
            continue
        number = piece.number or 0
        if number > expected:
            yield from _missing(expected, number - 1)
            before = None
        link = _checked(piece, before, following, noted.get(number))
        yield link
        expected, before = number + 1, link.hash
    yield from _missing(expected, last)


def _missing(first: int, last: int) -> Iterator[Link]:
    if first <= last:
        yield Link(first, last, {}, (Fault.MISSING,), None)


def _in_place(one: _Read, following: _Read | Gap | None, expected: int, last: int) -> bool:
    """Whether a row's number is its own: the next in turn, or one behind rows that are missing."""
    if one.number is None or one.number < expected:
        return False
    if one.number == expected or one.agrees:
        return True
    in_turn = isinstance(following, _Read) and following.number == one.number + 1
    return in_turn or one.number == last


def _checked(one: _Read, before: str | None, following: _Read | Gap | None, noted: str | None) -> Link:
    number = one.number or 0
    follower = following if isinstance(following, _Read) and following.number == number + 1 else None
    before = one.before if before is None else before
    made = one.made_behind(before)
    handed_on = follower.before if follower else noted
    if not one.bad and made == one.own == (handed_on or one.own) and one.before == before:
        return Link(number, number, one.values, (), one.own)
    true = _true_hash(one.own, handed_on, made, follower)
    return Link(number, number, one.values, tuple(_faults(one, before, made, true)), true)


def _true_hash(
    own: str | None, handed_on: str | None, made: str | None, follower: _Read | None
) -> str | None:
    """The hash that a row had when it was made, out of the three places that tell of it."""
    if own is not None and own == handed_on:
        return own
    if follower and follower.agrees:
        return handed_on  # whoever came next was hashed behind it, and has not changed since
    for told in (own, handed_on):
        if told is not None and made == told:
            return told
    for told in (own, handed_on):
        if follower and told is not None and follower.made_behind(told) == follower.own:
            return told
    return own if handed_on is None else None


def _faults(one: _Read, before: str | None, made: str | None, true: str | None) -> Iterator[Fault]:
    if set(one.bad) - {"hash", "prev_hash"}:
        yield Fault.TYPE
    elif made is None or made != true:
        yield Fault.CONTENT
    if one.before != before:
        yield Fault.HASH_BEFORE
    if one.own is None or (true is not None and one.own != true):
        yield Fault.OWN_HASH


def _read(piece: Row | Gap, chain: Chain) -> _Read | Gap:
    if isinstance(piece, Gap):
        return piece
    values = dict(zip(chain.columns, piece, strict=True))
    bad = tuple(
        name for name, value in values.items() if type(value) is not (int if name in chain.numbers else str)
    )
    number = values[chain.columns[0]]
    return _Read(values, number if type(number) is int else None, bad, chain)


def _pairs(pieces: Iterable[_Read | Gap]) -> Iterator[tuple[_Read | Gap, _Read | Gap | None]]:
    """Each with the one that follows it."""
    waiting: _Read | Gap | None = None
    for piece in pieces:
        if waiting is not None:
            yield waiting, piece
        waiting = piece
    if waiting is not None:
        yield waiting, None

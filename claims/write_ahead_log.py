"""Whether the log beside a SQLite file (its name ends in -wal) still holds all that was committed into it.

SQLite believes the log up to the first frame whose checksum is wrong and passes over the rest without a word:
right after a power cut, and silent loss where a disk has rotted. The layout is that of
https://www.sqlite.org/fileformat2.html#walformat and https://www.sqlite.org/walformat.html.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

_HEADER, _FRAME = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
_INDEX_HEADER = 48
_CHECKED = 40
_GENERATIONS = 100_000

Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Log:
    """What the log's own header says; ``sums`` are its checksum, where the chain of frames begins."""

    order: str
    page: int
    salts: bytes
    sums: Sums


@dataclass(frozen=True, slots=True)
class _Frame:
    number: int
    commits: bool
    salts: bytes
    valid: bool


def has_log(database: Path) -> bool:
    """Whether a SQLite file has something in its log, so that the file alone does not tell all."""
    log = database.with_name(f"{database.name}-wal")
    return log.exists() and log.stat().st_size > 0


def damage_of_log(database: Path) -> str:
    """Say what is wrong with the log of a SQLite file; "" where nothing is, or where there is no log.

    To be asked before SQLite opens the file: opening it as the only one clears the index (-shm) that tells
    how far the log was confirmed.
    """
    for _ in range(5):
        confirmed = _confirmed(database)
        try:
            with database.with_name(database.name + "-wal").open("rb") as file:
                said = _damage(file, confirmed)
        except FileNotFoundError:
            return ""
        if not said or _confirmed(database) == confirmed:
            return said
    return said


def _damage(file: BinaryIO, confirmed: tuple[bytes, int] | None) -> str:
    raw = file.read(_HEADER)
    if not raw:
        return ""
    log = _log(raw)
    if log is None:
        return "its header cannot be read, so all that it held is passed over"
    frames = _frames(file, log)
    if confirmed is not None and confirmed[0] == log.salts:
        sound = sum(1 for frame in _first(frames, confirmed[1]) if frame.valid)
        return _cut(sound, confirmed[1]) if sound < confirmed[1] else ""
    return _unexplained(list(frames), log)


def _cut(sound: int, confirmed: int) -> str:
    return f"only {sound} of its {confirmed} confirmed frames can be read; what was written last is missing"


def _first(frames: Iterator[_Frame], most: int) -> Iterator[_Frame]:
    for frame in frames:
        if frame.number > most or not frame.valid:
            return
        yield frame


def _unexplained(frames: list[_Frame], log: _Log) -> str:
    """Without the index: frames that neither an unfinished write nor an earlier use of the log explains."""
    broken = [frame for frame in frames if not frame.valid]
    if not broken:
        return ""
    if any(frame.salts == log.salts for frame in broken):
        return (
            f"frame {broken[0].number} cannot be read although others follow or were begun behind it; it was "
            "damaged, or the power was cut before it was confirmed"
        )
    first, *rest = broken
    if _is_earlier(first.salts, log.salts) or (rest and rest[0].salts == first.salts):
        return ""
    return f"frame {first.number} cannot be read; what was written last may be missing"


def _is_earlier(salts: bytes, now: bytes) -> bool:
    """Whether frames were left over when the log was begun again: its first salt counts these beginnings."""
    ago = (int.from_bytes(now[:4], "big") - int.from_bytes(salts[:4], "big")) & 0xFFFFFFFF
    return 0 < ago <= _GENERATIONS


def _log(raw: bytes) -> _Log | None:
    if len(raw) < _HEADER:
        return None
    magic, _, page = struct.unpack(">III", raw[:12])
    order = _MAGIC.get(magic)
    if order is None or page < 512 or page > 65_536 or page & (page - 1):
        return None
    sums = _sums(raw[:24], order, (0, 0))
    return _Log(order, page, raw[16:24], sums) if sums == struct.unpack(">II", raw[24:32]) else None


def _frames(file: BinaryIO, log: _Log) -> Iterator[_Frame]:
    """All whole frames in order; from the first whose checksum is wrong on, none is valid."""
    sums, valid, number = log.sums, True, 0
    while len(raw := file.read(_FRAME + log.page)) == _FRAME + log.page:
        number += 1
        salts = raw[8:16]
        if valid:
            sums = _sums(raw[_FRAME:], log.order, _sums(raw[:8], log.order, sums))
            valid = salts == log.salts and sums == struct.unpack(">II", raw[16:24])
        yield _Frame(number, raw[4:8] != b"\0\0\0\0", salts, valid)


def _confirmed(database: Path) -> tuple[bytes, int] | None:
    """The salts of the log, and how many frames the index (-shm) has as committed, where it is sound."""
    try:
        raw = database.with_name(database.name + "-shm").read_bytes()[: 2 * _INDEX_HEADER]
    except OSError:
        return None
    head, again = raw[:_INDEX_HEADER], raw[_INDEX_HEADER:]
    if len(head) < _INDEX_HEADER or head != again or not head[12]:
        return None
    order = "<" if sys.byteorder == "little" else ">"
    if _sums(head[:_CHECKED], order, (0, 0)) != struct.unpack("=II", head[_CHECKED:]):
        return None
    return head[32:40], int(struct.unpack("=I", head[16:20])[0])


def _sums(raw: bytes, order: str, before: Sums) -> Sums:
    """SQLite's checksum: over pairs of words, ``s1 += x + s2`` then ``s2 += y + s1``, modulo 2**32.

    That is linear, so the words of a page are multiplied with fixed weights instead of being walked through.
    """
    import numpy as np

    words = np.frombuffer(raw, dtype=f"{order}u4").astype(np.uint64)
    weights = _weights(len(words))
    first, second = (int((words * weights[row]).sum(dtype=np.uint64)) for row in (0, 1))
    (a, b), (c, d) = weights[2]
    s1, s2 = before
    return (first + a * s1 + b * s2) & 0xFFFFFFFF, (second + c * s1 + d * s2) & 0xFFFFFFFF


@lru_cache(maxsize=16)
def _weights(words: int) -> tuple[Any, Any, tuple[Sums, Sums]]:
    """What each word of so many adds to either sum, and what the sums before it become."""
    import numpy as np

    first, second = [0] * words, [0] * words
    step = ((1, 0), (0, 1))  # what the pairs behind this one make of the two sums
    for position in range(words - 2, -1, -2):
        (a, b), (c, d) = step
        first[position], second[position] = (a + b) & 0xFFFFFFFF, (c + d) & 0xFFFFFFFF
        first[position + 1], second[position + 1] = b, d
        step = tuple((x + y & 0xFFFFFFFF, x + 2 * y & 0xFFFFFFFF) for x, y in step)  # type: ignore[assignment]
    return np.array(first, dtype=np.uint64), np.array(second, dtype=np.uint64), step

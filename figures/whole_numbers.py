"""A list of whole numbers becomes a text, and the text becomes the list again.

Each number is doubled, a negative one ``2 · |n| − 1``, and written in digits of five bits, the lowest
first; a character is a digit, and 32 more where another digit of the number follows. Characters are those
of the base-64 alphabet for addresses, so that a text needs no escape in JSON or HTML. After the polylines
of Google Maps, which are written in the same way with other characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FEWEST = 48
"""A shorter list is left to those who read documents with their eyes."""
_MOST_DIGITS = 11
_FAR = 1 << 53
_CHARACTERS = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
_DIGIT_OF = np.full(128, -1, dtype=np.int64)
_DIGIT_OF[_CHARACTERS] = np.arange(64)

Numbers = NDArray[np.int64]
Written = str | list[int]


def written(numbers: Sequence[int] | Numbers) -> Written:
    """Write whole numbers; a short list, or one with numbers of more than 53 bits, is left alone."""
    if len(numbers) < _FEWEST:
        return _listed(numbers)
    try:
        found = np.asarray(numbers, dtype=np.int64)
    except (OverflowError, TypeError, ValueError):
        return _listed(numbers)
    if np.abs(found).max() >= _FAR:
        return _listed(numbers)
    return text_of(found)


def _listed(numbers: Sequence[int] | Numbers) -> list[int]:
    return numbers.tolist() if isinstance(numbers, np.ndarray) else list(numbers)


def written_steps(numbers: Numbers) -> Written:
    """Write whole numbers, each as the step from the one before."""
    return written(np.diff(numbers, prepend=0))


def whole(found: Iterable[int]) -> Numbers:
    """Whole numbers as an array.

    Raises
    ------
    TypeError
        Where one of them is no whole number, or has more than 64 bits.
    """
    made = np.array(list(found))
    if made.size and (made.ndim != 1 or made.dtype != np.int64):
        raise TypeError("these are not all whole numbers")
    return made.astype(np.int64)


def text_of(numbers: Numbers) -> str:
    """The text of some whole numbers below 2⁵³."""
    left = np.where(numbers >= 0, numbers << 1, ((-numbers) << 1) - 1)
    many = np.ones(len(left), dtype=np.int64)
    for digits in range(1, _MOST_DIGITS):
        many += left >> (5 * digits) > 0
    ends = np.cumsum(many)
    made = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for digit in range(int(many.max()) if len(many) else 0):
        own = many > digit
        more = (many[own] > digit + 1) << 5
        made[(ends - many)[own] + digit] = _CHARACTERS[(left[own] >> (5 * digit)) & 31 | more]
    return made.tobytes().decode("ascii")


def numbers(text: Written) -> list[int]:
    """The list that was written.

    Raises
    ------
    ValueError
        The text ends within a number, has other characters, or a number of more than 55 bits.
    """
    return text if isinstance(text, list) else array(text).tolist()


def array(text: Written) -> Numbers:
    """The same as an array."""
    if isinstance(text, list):
        return np.array(text, dtype=np.int64)
    try:
        digits = _DIGIT_OF[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]
    except (UnicodeEncodeError, IndexError):
        raise ValueError("a list of numbers is written with other characters than its alphabet has") from None
    if (digits < 0).any():
        raise ValueError("a list of numbers is written with other characters than its alphabet has")
    last = np.flatnonzero(digits < 32)
    if len(digits) and (not len(last) or last[-1] != len(digits) - 1):
        raise ValueError("a list of numbers ends within a number")
    begins = np.concatenate([[0], last[:-1] + 1]) if len(last) else last
    many = last - begins + 1
    if len(many) and many.max() > _MOST_DIGITS:
        raise ValueError(f"a number is written with {int(many.max())} digits; the most are {_MOST_DIGITS}")
    place = np.arange(len(digits)) - np.repeat(begins, many)
    whole = np.add.reduceat((digits & 31) << (5 * place), begins) if len(begins) else begins
    return np.asarray(np.where(whole & 1, -((whole + 1) >> 1), whole >> 1), dtype=np.int64)

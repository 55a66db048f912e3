"""A JSON file of any length becomes its parts, one at a time.

Python's own decoder reads each part; this finds where parts begin and end, and holds never more than one.
Numbers come as the text that stands in the file, so that nothing is rounded.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from gazetteer.errors import shown

MOST_PART = 4_000_000
"""The most characters of one part."""
MOST_CELL = 100_000
"""The most characters of one text."""

_CHUNK = 1 << 16
_SPACE = re.compile(r"[ \t\n\r]*")
_LONE_HALF = re.compile("[\ud800-\udfff]")


class BadJson(ValueError):  # noqa: N818 - a reporter reads "bad JSON"
    """The file, or one text of it, is not JSON that can be kept; ``line`` is where."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class NoSuchList(BadJson):
    """The file is JSON, and has no list of that name."""


def _no_constant(word: str) -> Any:  # noqa: ANN401 - it never returns
    raise ValueError(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{shown(twice)} is there twice")
    return made


class Number(str):
    """A number of a JSON file, as it is written there."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_constant=_no_constant, parse_float=Number, parse_int=Number
)


def value_of(text: str) -> Any:  # noqa: ANN401 - JSON is any of its types
    """One JSON value that is all of a text.

    Raises
    ------
    ValueError
        It is not JSON, says a name twice, or is nested too deep; with a sentence.
    """
    try:
        found, end = _DECODER.raw_decode(text, _behind_space(text, 0))
    except json.JSONDecodeError as problem:
        raise ValueError(f"cannot be read as JSON ({problem.msg} at character {problem.pos + 1})") from None
    except RecursionError:
        raise ValueError("cannot be read as JSON (nested too deep)") from None
    if _behind_space(text, end) < len(text):
        raise ValueError(f"cannot be read as JSON (more follows at character {end + 1})")
    return found


def text_fault(text: str) -> str:
    """Say why a text of a JSON file cannot be kept; empty where it can."""
    if len(text) > MOST_CELL:
        return f"has {len(text):,} characters; the most is {MOST_CELL:,}"
    if "\0" in text:
        return "contains a NUL character"
    return "contains half a character (a lone surrogate)" if _LONE_HALF.search(text) else ""


def members(text: str) -> dict[str, str]:
    """The members of one JSON object, each as the very text that stands in the file."""
    found: dict[str, str] = {}
    at = _behind_space(text, _behind_space(text, 0) + 1)
    while at < len(text) and text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _behind_space(text, _behind_space(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found[name] = text[start:end]
        at = _behind_space(text, end)
        at = _behind_space(text, at + 1) if text[at : at + 1] == "," else at
    return found


def _behind_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


class JsonParts:
    """The parts of one JSON file: ``for line, raw, value in JsonParts(stream).each("features")``.

    ``raw`` is the text of the part as it stands. What stands beside the list is in ``beside`` once it was
    passed. A part, of the list or beside it, has at most ``most_part`` characters; one that is longer than
    ``chunk`` bytes is decoded more than once.

    Raises
    ------
    BadJson
        From the iteration, where the file is not JSON, or no list of that name is in it.
    """

    def __init__(self, stream: IO[bytes], most_part: int = MOST_PART, chunk: int = _CHUNK) -> None:
        self._stream, self._most_part, self._chunk = stream, most_part, chunk
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at, self._ended = "", 0, False
        self._line = 1
        self.beside: dict[str, Any] = {}

    def each(self, name: str) -> Iterator[tuple[int, str, Any]]:
        """The items of that list in the file's object, or of the file where it is itself a list."""
        found = False
        if self._peek() == "[":
            found = True
            yield from self._items()
        else:
            self._expect("{")
            while self._peek() != "}":
                _, _, key = self._value()
                self._expect(":")
                if key == name and self._peek() == "[" and not found:
                    found = True
                    yield from self._items()
                else:
                    _, _, self.beside[key] = self._value()
                self._comma("}")
            self._expect("}")
        if self._peek():
            raise BadJson(self._line, "cannot be read as JSON (more follows behind its end)")
        if not found:
            raise NoSuchList(1, f"has no list {shown(name)}")

    def _items(self) -> Iterator[tuple[int, str, Any]]:
        self._expect("[")
        while self._peek() != "]":
            yield self._value()
            self._comma("]")
        self._expect("]")

    def _comma(self, end: str) -> None:
        if self._peek() != end:
            self._expect(",")
            if self._peek() == end:
                raise BadJson(self._line, f"cannot be read as JSON (a comma before {end})")

    def _value(self) -> tuple[int, str, Any]:
        """Read one value: its line, its text, itself."""
        self._peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
                whole = end < len(self._text) or self._ended
            except json.JSONDecodeError as problem:
                cut = "; the file is cut short" if problem.pos >= len(self._text) else ""
                found, end, whole = problem.msg + cut, self._at, False
            except RecursionError:
                raise BadJson(self._line, "cannot be read as JSON (nested too deep)") from None
            except ValueError as refusal:
                raise BadJson(self._line, str(refusal)) from None
            if whole:
                line, raw = self._line, self._text[self._at : end]
                self._pass(end)
                return line, raw, found
            self._more(found)

    def _more(self, problem: Any) -> None:  # noqa: ANN401 - a message where there was a problem
        length = len(self._text) - self._at
        if self._ended:
            raise BadJson(self._line, f"cannot be read as JSON ({problem})")
        if length > self._most_part:
            said = f"a part is longer than {self._most_part:,} characters, or never ends"
            raise BadJson(self._line, said)
        self._fill(max(self._chunk, length))

    def _expect(self, mark: str) -> None:
        found = self._peek()
        if found != mark:
            said = f"{shown(found)} where {mark} should be" if found else f"it ends before its {mark}"
            raise BadJson(self._line, f"cannot be read as JSON ({said})")
        self._pass(self._at + 1)

    def _peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            self._pass(_behind_space(self._text, self._at))
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill(self._chunk)

    def _pass(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _fill(self, size: int) -> None:
        first = not self._at and not self._text
        raw = self._stream.read(size)
        self._ended = not raw
        if first and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise BadJson(1, "the file is UTF-16; save it as UTF-8")
        try:
            more = self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError:
            said = "is not UTF-8 here or in the lines below; save the file as UTF-8"
            raise BadJson(self._line, said) from None
        self._text = self._text[self._at :] + (more.removeprefix("\ufeff") if first else more)
        self._at = 0

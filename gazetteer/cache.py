"""An index of names is built once and kept in a file, which opens at once however large it is.

The file has a header in JSON and then plain arrays of numbers and text, each read from where it lies; nothing
in it is ever run. Where it lies is for the caller to say.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload
from zlib import crc32

from gazetteer.index import Gazetteer
from gazetteer.names import names_of_arrays
from gazetteer.place import Place
from gazetteer.place_index import PlaceIndex
from gazetteer.spelling import Family

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

_MAGIC = b"FRONTLINE-NAMES\n"
_MOST_HEADER = 1_000_000
_SPOT = 65_536
_ALIGNED = 64
_MADE_BY = ("spelling.py", "words.py", "names.py", "postings.py", "place_index.py", "cache.py")


def opened(path: Path, stamp: str, places: Callable[[], Iterable[Place]]) -> Gazetteer:
    """Open the index kept in a file; where it is missing, stale or broken build it anew and keep it.

    Parameters
    ----------
    path
        The file. A folder that is missing is made; where nothing can be written the index lives in memory.
    stamp
        Says what the places are, for example a hash of their sources: another stamp makes the file stale,
        and so do other rules of spelling.
    places
        Asked for the places only where the index has to be built.
    """
    found = kept(path, stamp)
    if found is not None:
        return found
    made = Gazetteer(places())
    with suppress(OSError):
        keep(made, path, stamp)
        return kept(path, stamp) or made
    return made


def kept(path: Path, stamp: str) -> Gazetteer | None:
    """Open the index kept in a file; None where it is missing, stale or broken."""
    import numpy as np

    try:
        whole = np.memmap(path, np.uint8, "r").view(np.ndarray)  # a plain view: slices cost a tenth
        header = _header(whole)
        if header["stamp"] != stamp or header["rules"] != _rules():
            return None
        return _gazetteer(header, _arrays(whole, header))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(gazetteer: Gazetteer, path: Path, stamp: str) -> None:
    """Write an index to a file, all of it or nothing.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    index = gazetteer.index
    arrays = _place_arrays(index)
    for family, part in index.parts.items():
        arrays |= {f"{family.value}.{name}": array for name, array in part.arrays().items()}
    head = {"stamp": stamp, "rules": _rules(), "families": [f.value for f in index.parts]}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            for piece in _pieces(head, arrays):
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@cache
def _rules() -> str:
    """Name the rules that an index is made by: another text of them, another index."""
    folder = files("gazetteer")
    return sha256(b"".join(folder.joinpath(name).read_bytes() for name in _MADE_BY)).hexdigest()


def _pieces(head: dict[str, Any], arrays: Arrays) -> Iterator[bytes]:
    """Give the file piece by piece: the mark, the header with its length and check, the arrays."""
    import numpy as np

    listed: list[tuple[str, str, list[int], int, int]] = []
    at = 0
    for name, array in arrays.items():
        at += -at % _ALIGNED
        listed.append((name, array.dtype.str, list(array.shape), at, _spots(array.tobytes())))
        at += array.nbytes
    header = json.dumps({**head, "arrays": listed, "size": at}).encode()
    header += b" " * (-(len(_MAGIC) + 12 + len(header)) % _ALIGNED)
    yield _MAGIC + len(header).to_bytes(8, "little") + crc32(header).to_bytes(4, "little") + header
    written = 0
    for (_, _, _, start, _), array in zip(listed, arrays.values(), strict=True):
        yield b"\0" * (start - written)
        yield np.ascontiguousarray(array).tobytes()
        written = start + array.nbytes


def _header(whole: NDArray[np.uint8]) -> dict[str, Any]:
    """Read and check the header. Raises ValueError for anything else than an index."""
    start = len(_MAGIC) + 12
    first = bytes(whole[:start])
    length = int.from_bytes(first[len(_MAGIC) : len(_MAGIC) + 8], "little")
    text = bytes(whole[start : start + min(length, _MOST_HEADER)])
    if (
        not first.startswith(_MAGIC)
        or len(text) != length
        or crc32(text) != int.from_bytes(first[-4:], "little")
    ):
        raise ValueError("not an index of names")
    header: dict[str, Any] = json.loads(text)
    if len(whole) != start + length + header["size"]:
        raise ValueError("the index was cut short")
    return {**header, "start": start + length}


def _arrays(whole: NDArray[np.uint8], header: dict[str, Any]) -> Arrays:
    import numpy as np

    arrays: Arrays = {}
    for name, kind, shape, at, spots in header["arrays"]:
        begin = header["start"] + at
        dtype = np.dtype(kind)
        size = int(np.prod(shape)) * dtype.itemsize
        raw = whole[begin : begin + size]
        if dtype.hasobject or _spots(raw) != spots:
            raise ValueError(f"{name} is damaged")
        arrays[name] = raw.view(dtype).reshape(shape)
    return arrays


def _spots(raw: Any) -> int:  # noqa: ANN401 - bytes or an array of them
    """Check the first and last 64 KB: reading everything would take longer than opening may."""
    return crc32(bytes(raw[-_SPOT:]), crc32(bytes(raw[:_SPOT])))


def _gazetteer(header: dict[str, Any], arrays: Arrays) -> Gazetteer:
    parts = {}
    for value in header["families"]:
        own = {n.removeprefix(f"{value}."): a for n, a in arrays.items() if n.startswith(f"{value}.")}
        parts[Family(value)] = names_of_arrays(Family(value), own)
    columns = {n.removeprefix("column."): a for n, a in arrays.items() if n.startswith("column.")}
    places = _KeptPlaces(arrays["places"], arrays["place_starts"])
    by_id = _PlacesById(places, arrays["ids"], arrays["ids_order"])
    return Gazetteer.of_index(PlaceIndex(places, parts, columns), by_id)


def _place_arrays(index: PlaceIndex) -> Arrays:
    import numpy as np

    lines = [_line(place) for place in index.places]
    starts = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    ids = np.fromiter((crc32(place.id.encode()) for place in index.places), np.uint32)
    order = np.argsort(ids, kind="stable").astype(np.int32)
    arrays: Arrays = {
        "places": np.frombuffer(b"".join(lines), np.uint8),
        "place_starts": starts,
        "ids": ids[order],
        "ids_order": order,
    }
    return arrays | {f"column.{name}": column for name, column in index.columns.items()}


def _line(place: Place) -> bytes:
    """Write a place as JSON, its fields in their order."""
    fields = [getattr(place, name) for name in Place.__slots__]
    return json.dumps([dict(f) if isinstance(f, Mapping) else f for f in fields]).encode()


def _place(line: bytes) -> Place:
    fields: dict[str, Any] = dict(zip(Place.__slots__, json.loads(line), strict=True))
    return Place(**{**fields, "variants": tuple(fields["variants"])})


class _KeptPlaces(Sequence[Place]):
    """Places that lie in a file, each read when it is asked for."""

    def __init__(self, lines: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self._lines, self._starts = lines, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, number: int) -> Place: ...
    @overload
    def __getitem__(self, number: slice) -> list[Place]: ...
    def __getitem__(self, number: int | slice) -> Place | list[Place]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return _place(bytes(self._lines[self._starts[number] : self._starts[number + 1]]))


class _PlacesById(Mapping[str, Place]):
    """The same places by their id."""

    def __init__(self, places: _KeptPlaces, ids: NDArray[np.uint32], order: NDArray[np.int32]) -> None:
        self._places, self._ids, self._order = places, ids, order

    def __getitem__(self, place_id: str) -> Place:
        import numpy as np

        key = np.uint32(crc32(place_id.encode("utf-8", "replace")))
        first = int(np.searchsorted(self._ids, key, "left"))
        last = int(np.searchsorted(self._ids, key, "right"))
        for number in self._order[first:last].tolist():
            place: Place = self._places[number]
            if place.id == place_id:
                return place
        raise KeyError(place_id)

    def __iter__(self) -> Iterator[str]:
        return (place.id for place in self._places)

    def __len__(self) -> int:
        return len(self._places)

"""The shapes of an observation become bytes that their hash names, and shapes again."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from claims.observations import DrawnShape, DrawnStatus, DrawnStore

MOST_BYTES = 1_000_000_000
"""The most that the shapes of one observation may be, unpacked."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_LEVEL = 5  # 6 takes half as long again and saves nothing


@dataclass(frozen=True, slots=True)
class PackedShapes:
    """Shapes as the ledger keeps them: ``content`` is compressed, ``sha256`` is over what it was before."""

    sha256: str
    content: bytes


class BadShapes(ValueError):  # noqa: N818 - a reporter reads "bad shapes"
    """Bytes that are no packed shapes."""


def packed(shapes: Iterable[DrawnShape]) -> PackedShapes:
    """Write shapes as canonical JSON in their order, and compress it; equal shapes have one hash."""
    said = [{"geometry": s.geometry, "holder": s.holder, "status": s.status} for s in shapes]
    text = _ENCODER.encode(said).encode("utf-8")
    return PackedShapes(hashlib.sha256(text).hexdigest(), zlib.compress(text, _LEVEL))


def unpacked(content: bytes) -> tuple[DrawnShape, ...]:
    """The shapes in packed bytes.

    Raises
    ------
    BadShapes
        They are not what ``packed`` makes.
    """
    try:
        said = json.loads(_text(content))
        return tuple(DrawnShape(s["holder"], DrawnStatus(s["status"]), s["geometry"]) for s in said)
    except (ValueError, TypeError, LookupError, RecursionError) as problem:
        raise BadShapes(str(problem)) from None


def sha256_of(content: bytes) -> str:
    """The hash that names packed bytes; BadShapes where they cannot be unpacked."""
    return hashlib.sha256(_text(content)).hexdigest()


def _text(content: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(content, MOST_BYTES)
    except (zlib.error, TypeError) as problem:
        raise BadShapes(str(problem)) from None
    if not unpacking.eof or unpacking.unused_data:
        raise BadShapes("they end too early, or go on behind their end")
    return text


@dataclass
class ShapesInMemory:
    """A store of packed shapes by their hash, as a map's folder gives them before a ledger has them."""

    content: dict[str, bytes] = field(default_factory=dict)

    def keep(self, made: PackedShapes) -> str:
        """Keep shapes; gives the hash that names them."""
        self.content.setdefault(made.sha256, made.content)
        return made.sha256

    def shapes(self, sha256: str) -> tuple[DrawnShape, ...]:
        """The shapes of that hash; a LookupError where there are none."""
        return unpacked(self.content[sha256])

    def each(self, sha256s: Sequence[str]) -> Iterator[tuple[DrawnShape, ...]]:
        """The shapes of these hashes, in their order; a LookupError at one that is not there."""
        return map(self.shapes, sha256s)

    def prepared(self, key: str) -> bytes | None:
        """Nothing: what is worked out of a folder is not kept."""
        del key
        return None

    def keep_prepared(self, key: str, content: bytes) -> None:
        """Forget it."""
        del key, content


@dataclass(frozen=True)
class SomeShapes:
    """Those shapes of a store that go out with a release; of the others it knows nothing."""

    store: DrawnStore
    going: frozenset[str]

    def shapes(self, sha256: str) -> tuple[DrawnShape, ...]:
        """The shapes of that hash; a LookupError where they do not go out."""
        if sha256 not in self.going:
            raise LookupError(f"there are no shapes {sha256}")
        return self.store.shapes(sha256)

    def each(self, sha256s: Sequence[str]) -> Iterator[tuple[DrawnShape, ...]]:
        """The shapes of these hashes, in their order; a LookupError where one does not go out."""
        staying = next((one for one in sha256s if one not in self.going), None)
        if staying is not None:
            raise LookupError(f"there are no shapes {staying}")
        return self.store.each(sha256s)

    def prepared(self, key: str) -> bytes | None:
        """What was kept under a key."""
        return self.store.prepared(key)

    def keep_prepared(self, key: str, content: bytes) -> None:
        """Keep what took long to work out."""
        self.store.keep_prepared(key, content)

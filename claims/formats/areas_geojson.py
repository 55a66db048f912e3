"""The features of one GeoJSON file of drawn areas, read by Python's own decoder and one at a time."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

from claims.formats.areas_files import ZIPPED_GEOJSON, AreaFile
from claims.formats.json_parts import BadJson, JsonParts, NoSuchList
from gazetteer.errors import shown

MOST_FEATURE = 24_000_000
"""The most characters of one feature: a whole front in one shape."""
MOST_UNPACKED = 1_000_000_000
"""The most bytes of a gzip file, unpacked."""

_CHUNK = 1 << 20

_WGS84 = frozenset(
    (
        "urn:ogc:def:crs:ogc:1.3:crs84",
        "urn:ogc:def:crs:ogc::crs84",
        "http://www.opengis.net/def/crs/ogc/1.3/crs84",
        "urn:ogc:def:crs:epsg::4326",
        "epsg:4326",
        "crs84",
        "ogc:crs84",
        "wgs84",
    )
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as a file has it: on which line, the how manieth, its properties and its geometry."""

    line: int
    number: int
    properties: Mapping[str, Any]
    geometry: Any


class BadFeature(ValueError):  # noqa: N818 - a reporter reads "bad feature"
    """A feature, or the file at a line, cannot be read."""

    def __init__(self, line: int, number: int, message: str) -> None:
        self.line, self.number = line, number
        super().__init__(message)


def features(file: AreaFile, stream: IO[bytes], beside: dict[str, Any]) -> Iterator[Feature]:
    """The features of a FeatureCollection; what stands beside them is put into ``beside``.

    Raises
    ------
    BadFeature
        From the iteration: the file is not JSON, or says that its positions are no degrees on WGS 84.
    """
    with _unpacked(file, stream) as plain:
        parts = JsonParts(plain, MOST_FEATURE, _CHUNK)
        try:
            for number, (line, feature) in enumerate(_each(parts), 1):
                yield _feature(line, number, feature)
        except BadJson as problem:
            raise BadFeature(problem.line, 0, str(problem)) from None
        except (OSError, EOFError, zlib.error) as problem:
            raise BadFeature(0, 0, f"cannot be read ({shown(str(problem), 200)})") from None
    inner = parts.beside.pop("map", None)
    for collection in (parts.beside, inner):
        if isinstance(collection, dict) and "crs" in collection:
            _check_crs(collection["crs"], 1, 0)
    beside.update(parts.beside)


def _each(parts: JsonParts) -> Iterator[tuple[int, Any]]:
    """The features of a collection, or of the one under ``map``, as DeepState gives its last state."""
    try:
        yield from ((line, feature) for line, _, feature in parts.each("features"))
    except NoSuchList:
        inner = parts.beside.get("map")
        if not isinstance(inner, dict) or not isinstance(inner.get("features"), list):
            raise
        yield from ((1, feature) for feature in inner["features"])


def _feature(line: int, number: int, feature: Any) -> Feature:  # noqa: ANN401 - JSON is any of its types
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadFeature(line, number, "is not a GeoJSON feature")
    geometry = feature.get("geometry")
    for part in (feature, geometry):
        if isinstance(part, dict) and "crs" in part:
            _check_crs(part["crs"], line, number)
    properties = feature.get("properties")
    return Feature(line, number, properties if isinstance(properties, dict) else {}, geometry)


def _check_crs(crs: Any, line: int, number: int) -> None:  # noqa: ANN401
    """Refuse a reference system other than degrees on WGS 84, and any that is a link."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) and crs.get("type") == "name" else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or name.strip().lower() not in _WGS84:
        said = (
            f"names the reference system {shown(name)}"
            if isinstance(name, str)
            else "has a crs that is no name"
        )
        raise BadFeature(line, number, f"crs: {said}; GeoJSON is in degrees on WGS 84, save it so")


@contextmanager
def _unpacked(file: AreaFile, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    if file.kind != ZIPPED_GEOJSON:
        yield stream
        return
    with gzip.GzipFile(fileobj=stream) as unpacking:
        yield cast(IO[bytes], _Limited(unpacking))


class _Limited:
    """A stream that is refused once it grows beyond ``MOST_UNPACKED``."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream, self._left = stream, MOST_UNPACKED

    def read(self, size: int) -> bytes:
        """The next bytes."""
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise OSError(f"it unpacks to more than {MOST_UNPACKED:,} bytes")
        return found

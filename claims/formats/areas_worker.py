"""A program of its own: the features of GeoPackages and Shapefiles as GeoJSON, a process for each file.

``areas_gdal`` starts it in an empty environment. It reads in GDAL and gives up the network once; for each
file that it is asked for it makes a copy of itself, which gives up memory, time and every way to write a
file, and only then lets GDAL look at what somebody sent. It imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import socket
import sys
import warnings
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 2_000_000_000
PROCESSOR_S = 120
DRIVERS = {"ESRI Shapefile", "GPKG"}

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4


class _Refused(ValueError):  # noqa: N818 - it is a refusal
    """A file that GDAL can read and we do not take; with a sentence."""


def main(arguments: list[str]) -> None:
    """Print the drivers that GDAL has, or answer on the socket that is the standard input."""
    if arguments == ["drivers"]:
        import pyogrio

        _say(json.dumps(sorted(pyogrio.list_drivers())))
        return
    import pyogrio.raw
    import shapely

    del pyogrio, shapely  # read in once, for all copies of this program
    network = "none" if _network_given_up() else "open"
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            name, (told,) = _next(asked)
            if not name:
                return
            if not os.fork():
                os.dup2(told, 1)
                asked.close()
                os.close(0)
                _answer(name, network)
                os._exit(0)
            os.close(told)
            os.wait()


def _next(asked: socket.socket) -> tuple[str, list[int]]:
    """The file that is asked for next and where to tell of it; no name once nobody asks any more."""
    name, handed, _, _ = socket.recv_fds(asked, 4096, 1)
    return name.decode("utf-8", "surrogateescape"), handed or [-1]


def _answer(path: str, network: str) -> None:
    """Tell of one file, within the limits."""
    _limit()
    _say(f'{{"network":"{network}","features":[')
    fault = ""
    try:
        for number, line in enumerate(_features(path)):
            _say(f",{line}" if number else line)
    except MemoryError:
        fault = f"needs more memory than the {MEMORY_BYTES / 1e6:,.0f} MB that it may have"
    except _Refused as refusal:
        fault = str(refusal)
    except Exception as problem:
        fault = f"GDAL cannot read it ({' '.join(str(problem).split())[:300] or type(problem).__name__})"
    _say(f'],"fault":{json.dumps(fault)}}}')
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _network_given_up() -> bool:
    """Move into a network of its own that has nothing in it; whether the system lets us."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_DUMPABLE, 0, 0, 0, 0)  # no copy may look into another, or into what made them
        return any(libc.unshare(into) == 0 for into in (_NEW_USER | _NEW_NETWORK, _NEW_NETWORK))
    except (OSError, AttributeError):
        return False


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _features(path: str) -> Iterator[str]:
    import pyogrio

    warnings.simplefilter("ignore")
    more = set(pyogrio.list_drivers()) - DRIVERS
    if more:
        raise RuntimeError(f"GDAL would open other kinds of files too: {', '.join(sorted(more))}")
    for name, kind in pyogrio.list_layers(path):
        if kind is not None:
            yield from _of_layer(path, str(name))


def _of_layer(path: str, layer: str) -> Iterator[str]:
    import shapely
    from pyogrio.raw import read

    meta, _, geometry, columns = read(path, layer=layer, force_2d=True, datetime_as_string=True)
    if geometry is not None and len(geometry):
        _check_reference(meta["crs"])
    names = [str(name) for name in meta["fields"]]
    for at, binary in enumerate(geometry if geometry is not None else ()):
        said = {name: _plain(column[at]) for name, column in zip(names, columns, strict=True)}
        shape = "null" if binary is None else shapely.to_geojson(shapely.from_wkb(binary, on_invalid="fix"))
        properties = json.dumps({"layer": layer, **said}, ensure_ascii=False)
        yield f'{{"type":"Feature","properties":{properties},"geometry":{shape or "null"}}}'


def _check_reference(crs: str | None) -> None:
    """Refuse positions that are no degrees on WGS 84."""
    if crs is None:
        raise _Refused("says in no reference system where it lies; a Shapefile says it in its .prj")
    known = crs in ("EPSG:4326", "OGC:CRS84") or (
        crs.startswith(("GEOGCS[", "GEOGCRS[")) and ("WGS 84" in crs[:60] or "WGS_1984" in crs[:60])
    )
    if not known:
        raise _Refused(
            f"is in the reference system {crs[:80]}; save it in degrees on WGS 84 (EPSG:4326), as with "
            "'ogr2ogr -t_srs EPSG:4326 NEW.gpkg' and its name, or QGIS, Save Features As"
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    found = value.item() if hasattr(value, "item") else value
    if found is None or isinstance(found, str | bool | int):
        return found
    if isinstance(found, float):
        return found if math.isfinite(found) else None
    return str(found)


if __name__ == "__main__":
    main(sys.argv[1:])

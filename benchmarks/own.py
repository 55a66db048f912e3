"""What our own way takes, in a process of its own: ``python -m benchmarks.own areas|towns WHERE OUT``.

All times are seconds of processor time, which do not count what else the machine does.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def areas(ledger: str, out: str) -> dict[str, Any]:
    """The drawn maps of a ledger become a composite, a document and a light page."""
    from claims.ledger import Ledger

    began = time.process_time()
    with Ledger(ledger) as book:
        record = book.read()
        read_s = time.process_time() - began
        return {"from the ledger, s": read_s, **_drawn(record, Path(out)), **_measured(record)}


def towns(where: str, out: str) -> dict[str, Any]:
    """33,530 places, 1,700 days and 50,000 changes become a composite, a document and a light page."""
    from war_story import town_days, town_record

    del where
    return _drawn(town_record(town_days()), Path(out))


def append(ledger: str, out: str) -> dict[str, Any]:
    """The last day is added to the overlay of all days before it."""
    from claims.ledger import Ledger
    from layers.basemap import basemap
    from layers.overlay import appended, overlay
    from layers.series import series_of, snapshots

    del out
    with Ledger(ledger) as book:
        record = book.read()
        ground = basemap(record.settings)
        *before, last = snapshots(record, ground, series_of(record))
        rebuild_s, whole = _timed(lambda: overlay([*before, last], ground=ground))
        grown = overlay(before, ground=ground)
        append_s, again = _timed(lambda: appended(grown, [last]))
    assert again.composite.changes == whole.composite.changes
    return {"append one day, ms": append_s * 1000, "rebuild, ms": rebuild_s * 1000}


def _drawn(record: Any, out: Path) -> dict[str, Any]:
    """The steps from a record to a page; what is known so far is printed after each, should one not end."""
    from exports.html import write_html
    from figures.drawing import document_bytes, draw

    told: dict[str, Any] = {}
    began = last = time.process_time()

    def lap(step: str) -> None:
        nonlocal last
        now = time.process_time()
        told[f"{step}, s"], last = now - last, now
        print(json.dumps(told), flush=True)

    drawing = draw(record, lap=lap)
    written = document_bytes(drawing.document)
    out.with_suffix(".document.json").write_bytes(written)
    lap("bytes of the document")
    told |= {
        "from the record to those bytes, s": last - began,
        "most memory so far, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "faces": len(drawing.composite.faces),
        "changes": len(drawing.composite.changes),
        "document, KB gz": len(gzip.compress(written, 9)) / 1000,
    }
    last = time.process_time()
    write_html(drawing.document, out)
    lap("light page written")
    _write_faces(drawing.composite, out.with_suffix(".geojson"))
    return {**told, "light page, KB gz": len(gzip.compress(out.read_bytes(), 9)) / 1000}


def _write_faces(whole: Any, path: Path) -> None:
    """The faces of a composite as GeoJSON, to ten metres, for those who draw them in another way."""
    import shapely

    from layers.composite import polygon

    rounded = [
        shapely.transform(polygon(whole, face), lambda xy: xy.round(4)) for face in range(len(whole.faces))
    ]
    features = [
        {"type": "Feature", "id": face, "properties": {}, "geometry": json.loads(shapely.to_geojson(ground))}
        for face, ground in enumerate(rounded)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _measured(record: Any) -> dict[str, Any]:
    """Front and areas over time, the second time: sizes of faces and arcs are known by then."""
    from figures.drawing import draw
    from figures.tables import daily_gains
    from layers.area import areas as areas_of
    from layers.front_length import front_lengths
    from layers.front_line import sides_of

    drawing = draw(record)
    since, whole = record.settings.span[0], drawing.composite
    sides = sides_of(record.actors)
    first_s, _ = _timed(lambda: list(daily_gains(whole, drawing.document)))
    gains_s, _ = _timed(lambda: list(daily_gains(whole, drawing.document)))
    length_s, _ = _timed(lambda: front_lengths(whole, sides, since))
    area_s, _ = _timed(lambda: areas_of(whole, drawing.ground, since))
    return {
        "gains by day, first time, ms": first_s * 1000,
        "gains by day, ms": gains_s * 1000,
        "front length, ms": length_s * 1000,
        "areas, ms": area_s * 1000,
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    answer = work()
    return time.process_time() - began, answer


if __name__ == "__main__":
    print(json.dumps({"areas": areas, "towns": towns, "append": append}[sys.argv[1]](*sys.argv[2:])))

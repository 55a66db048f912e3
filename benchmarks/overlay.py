"""The composite of daily drawn areas: built, grown by a day, and kept; beside geopandas on the same days."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_ALLOWED_S = 20


def bench_overlay(folder: Path) -> None:
    """The 92 real days, where they are, and 769 invented ones."""
    from war_story import drawn_days, write_days

    from benchmarks.measuring import SHARED

    real, invented = SHARED / "deepstate", folder / "days"
    if real.exists():
        _days("92 real days", real)
    else:
        print("92 real days: not measured, ../shared/data/deepstate is not beside this checkout")
    write_days(invented, drawn_days())
    _days("769 days", invented)


def _days(label: str, days: Path) -> None:
    from benchmarks.measuring import ran
    from benchmarks.war import tell

    tell(f"{label}: overlay", ran("overlay", "ours", str(days)))
    tell(f"{label}: geopandas overlay of all days", ran("overlay", "geopandas", str(days), allowed_s=300))


def ours(folder: Path) -> dict[str, float]:
    """Seconds of the processor, without what reading the files takes."""
    from layers.overlay import appended, overlay
    from layers.overlay_state import from_bytes, to_bytes

    snapshots = list(_snapshots(folder))
    build_s, whole = _processor_s(lambda: overlay(snapshots))
    before = overlay(snapshots[:-1])
    appends = sorted(_processor_s(lambda: appended(before, snapshots[-1:]))[0] for _ in range(5))
    keep_s, content = _processor_s(lambda: to_bytes(before.grown))
    back_s, _ = _processor_s(lambda: from_bytes(content))
    again = appended(before, snapshots[-1:])
    assert (again.composite.faces, again.composite.changes) == (
        whole.composite.faces,
        whole.composite.changes,
    )
    return {
        "vertices read": float(sum(_vertices(snapshot) for snapshot in snapshots)),
        "faces": len(whole.composite.faces),
        "vertices of arcs": sum(len(arc.points) for arc in whole.composite.arcs),
        "changes": len(whole.composite.changes),
        "slivers merged": whole.slivers,
        "built, processor time, s": build_s,
        "one day appended, processor time, median of 5, ms": appends[2] * 1000,
        "its state, KB": len(content) / 1000,
        "its state written, ms": keep_s * 1000,
        "its state read, ms": back_s * 1000,
    }


def geopandas_composite(folder: Path) -> dict[str, float]:
    """The same faces by geopandas: each day with all before it, for twenty seconds of the processor."""
    import geopandas

    frames = [
        geopandas.GeoDataFrame({f"day{number}": [1]}, geometry=[one.parts[0].shape], crs="EPSG:4326")
        for number, one in enumerate(_snapshots(folder))
    ]
    whole, done, began = frames[0], 1, time.process_time()
    for frame in frames[1:]:
        whole = geopandas.overlay(whole, frame, how="union", keep_geom_type=True)
        done += 1
        if time.process_time() - began > _ALLOWED_S:
            break
    took = time.process_time() - began
    told = {"days done": done, "faces until then": len(whole), "processor time, s": took}
    if done < len(frames):
        told[f"all {len(frames)} days at that rate, at least, s"] = took / done * len(frames)
    return told


def _snapshots(folder: Path) -> Any:
    import shapely

    from benchmarks.rivals import DAY
    from claims.control import Certainty
    from layers.composite import State
    from layers.snapshots import Part, Snapshot

    held = State("red", Certainty.REPORTED)
    for file in sorted(folder.glob("*.geojson")):
        found = DAY.search(file.name)
        assert found is not None
        day = "-".join(found.groups())
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
        ground = shapely.union_all([shapely.make_valid(shapely.force_2d(shape)) for shape in shapes])
        yield Snapshot(datetime.fromisoformat(day).replace(tzinfo=UTC), (Part(held, ground, (day,)),))


def _vertices(snapshot: Any) -> int:
    import shapely

    return sum(int(shapely.get_num_coordinates(part.shape)) for part in snapshot.parts)


def _processor_s(work: Any) -> tuple[float, Any]:
    began = time.process_time()
    answer = work()
    return time.process_time() - began, answer


if __name__ == "__main__":
    print(json.dumps({"ours": ours, "geopandas": geopandas_composite}[sys.argv[1]](Path(sys.argv[2]))))

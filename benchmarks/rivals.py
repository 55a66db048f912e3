"""What others' tools take for the same days: run as ``python -m benchmarks.rivals NAME FOLDER OUT``.

Each reads dated GeoJSON files, as ``tests/war_story.py`` and the map makers write them.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def days_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The FeatureCollection of each day."""
    files = {"-".join(DAY.search(path.name).groups()): path for path in folder.glob("*.geojson")}  # type: ignore[union-attr]
    return {day: json.loads(path.read_text(encoding="utf-8")) for day, path in sorted(files.items())}


def frame_of(days: dict[str, dict[str, Any]]) -> Any:
    """All days in one GeoDataFrame, with valid geometries and a column ``day``."""
    import geopandas

    features = [
        {**feature, "properties": {**(feature["properties"] or {}), "day": day}}
        for day, collection in days.items()
        for feature in collection["features"]
    ]
    frame = geopandas.GeoDataFrame.from_features(features, crs="EPSG:4326")
    return frame.set_geometry(frame.geometry.make_valid())


def geopandas_dissolve(folder: Path, out: Path) -> None:
    """The ground of each day: what is drawn for each holder, dissolved."""
    frame = frame_of(days_of(folder))
    keys = ["day", "holder"] if "holder" in frame else ["day"]
    frame.dissolve(by=keys).to_file(out, driver="GeoJSON")


def geopandas_overlay(folder: Path, out: Path) -> None:
    """What changed from day to day: each day overlaid with the one before."""
    import geopandas
    import pandas as pd

    parts = [part[["geometry"]] for _, part in frame_of(days_of(folder)).groupby("day")]
    changed = [
        geopandas.overlay(before, after, how="symmetric_difference", keep_geom_type=True)
        for before, after in pairwise(parts)
    ]
    geopandas.GeoDataFrame(pd.concat(changed, ignore_index=True)).to_file(out, driver="GeoJSON")


def plotly_express(folder: Path, out: Path) -> None:
    """One page with one frame a day: px.choropleth_map(animation_frame=...)."""
    import plotly.express as px

    frame = frame_of(days_of(folder)).reset_index(drop=True)
    frame["holder"] = frame.get("holder", "drawn")
    figure = px.choropleth_map(
        frame, geojson=frame.geometry.__geo_interface__, locations=frame.index, color="holder",
        animation_frame="day", map_style="white-bg", center={"lat": 48.5, "lon": 36.0}, zoom=5,
    )  # fmt: skip
    figure.write_html(out, include_plotlyjs=True)


def folium_timestamped(folder: Path, out: Path) -> None:
    """One page with every polygon at its day: folium's TimestampedGeoJson."""
    import folium
    from folium.plugins import TimestampedGeoJson

    features = [
        {
            "type": "Feature",
            "geometry": feature["geometry"],
            "properties": {"time": f"{day}T00:00:00", "style": {"weight": 1}},
        }
        for day, collection in days_of(folder).items()
        for feature in collection["features"]
    ]
    page = folium.Map(location=[48.5, 36.0], zoom_start=6, tiles=None)
    TimestampedGeoJson({"type": "FeatureCollection", "features": features}, period="P1D").add_to(page)
    page.save(str(out))


def towns_dissolved() -> dict[str, float]:
    """Cells of all places, dissolved by who holds them, on as many days as half a minute allows."""
    import geopandas
    import shapely
    from war_story import town_days

    told = town_days(days=3, changes=100)
    points = shapely.multipoints([(place.lon, place.lat) for place in told.places.values()])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, ordered=True))
    frame = geopandas.GeoDataFrame({"holder": list(told.start.values())}, geometry=cells, crs="EPSG:4326")
    began, days = time.perf_counter(), 0
    while time.perf_counter() - began < 30:
        frame.dissolve(by="holder")
        days += 1
    took = (time.perf_counter() - began) / days
    return {"days dissolved": days, "one day, s": took, "1,700 days at that rate, min": 1700 * took / 60}


RIVALS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "geopandas dissolve per day": (geopandas_dissolve, "json"),
    "geopandas overlay per day": (geopandas_overlay, "json"),
    "px.choropleth_map(animation_frame)": (plotly_express, "html"),
    "folium TimestampedGeoJson": (folium_timestamped, "html"),
}
"""By name: what does it, and the ending of what it writes."""


def main(name: str, folder: str, out: str) -> None:
    """Run one rival, and print the seconds it took without what its imports took."""
    if name == "towns":
        print(json.dumps(towns_dissolved()))
        return
    work, _ = RIVALS[name]
    import geopandas  # noqa: F401 - what importing costs is nobody's fault
    import plotly.express  # noqa: F401

    if work is folium_timestamped:
        import folium  # noqa: F401
    began = time.perf_counter()
    work(Path(folder), Path(out))
    print(json.dumps({"took, s": time.perf_counter() - began}))


if __name__ == "__main__":
    main(*sys.argv[1:])

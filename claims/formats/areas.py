"""The polygons of an areas.geojson become drawn areas, each kept to the byte as it stands in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from claims.areas import DrawnArea
from claims.formats.columns import id_text
from claims.formats.geojson import CRS
from claims.formats.json_parts import BadJson, JsonParts, Number, members, text_fault
from gazetteer.errors import Fault, shown
from gazetteer.rows import Source, number_between, opened_bytes

_DEPTH = {"Polygon": 2, "MultiPolygon": 3}
_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)


def read_areas(source: Source, faults: list[Fault], name: str = "areas.geojson") -> dict[str, DrawnArea]:
    """Read drawn areas: features with the properties ``id``, ``name`` and, if there is one, ``source``.

    The text of each geometry is kept as it is, with its SHA-256; nothing is repaired here.
    """
    found: dict[str, DrawnArea] = {}
    lines: dict[str, int] = {}
    with opened_bytes(source) as stream:
        parts = JsonParts(stream)
        try:
            for line, raw, feature in parts.each("features"):
                try:
                    area = _area(raw, feature)
                except ValueError as refusal:
                    faults.append(Fault(name, line, "", str(refusal)))
                    continue
                if area.id in found:
                    said = f"{shown(area.id)} is already the id of line {lines[area.id]}"
                    faults.append(Fault(name, line, "id", said))
                lines.setdefault(area.id, line)
                found.setdefault(area.id, area)
        except BadJson as problem:
            faults.append(Fault(name, problem.line, "", str(problem)))
        if "crs" in parts.beside:
            faults.append(Fault(name, 1, "crs", CRS))
    return found


def _area(raw: str, feature: Any) -> DrawnArea:  # noqa: ANN401 - JSON is any of its types
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise ValueError("is not a GeoJSON feature with a geometry")
    if "crs" in feature or "crs" in feature["geometry"]:
        raise ValueError(f"crs: {CRS}")
    given = feature.get("properties")
    properties: Mapping[str, Any] = given if isinstance(given, dict) else {}
    _check_geometry(feature["geometry"])
    area_id = id_text(_text(properties.get("id", feature.get("id")), "id", required=True))
    text = members(raw)["geometry"]
    return DrawnArea(
        id=area_id,
        name=_text(properties.get("name"), "name", required=True),
        geometry=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        source=_text(properties.get("source"), "source", required=False),
    )


def _text(value: Any, name: str, *, required: bool) -> str:  # noqa: ANN401 - JSON is any of its types
    if value is None or value == "":
        if required:
            raise ValueError(f"{name}: is missing; write it among the properties")
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name}: is not a text")
    said = text_fault(value)
    if said:
        raise ValueError(f"{name}: {said}")
    return value.strip()


def _check_geometry(geometry: Mapping[str, Any]) -> None:
    kind = geometry.get("type")
    depth = _DEPTH.get(kind) if isinstance(kind, str) else None
    if depth is None:
        raise ValueError(f"geometry: {shown(str(kind))} is no area; draw a Polygon or a MultiPolygon")
    _check_rings(geometry.get("coordinates"), depth)


def _check_rings(item: Any, depth: int) -> None:  # noqa: ANN401 - JSON is any of its types
    if not isinstance(item, list) or not item:
        raise ValueError("geometry: its coordinates are not lists of [longitude, latitude]")
    if depth:
        for part in item:
            _check_rings(part, depth - 1)
        return
    if len(item) < 2 or not all(isinstance(number, Number) for number in item):
        raise ValueError("geometry: its coordinates are not lists of [longitude, latitude]")
    try:
        _LONGITUDE(item[0])
        _LATITUDE(item[1])
    except ValueError as refusal:
        raise ValueError(f"geometry: a point is [longitude, latitude]: {refusal}") from None

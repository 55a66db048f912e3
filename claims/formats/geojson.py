"""The points of a GeoJSON file, with the columns of claims.csv as properties, become claims.

The file is read as text, by Python's own JSON decoder: no library that follows links or guesses other formats
ever sees it. Coordinates are degrees on WGS 84, as GeoJSON has them; a file that says otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from claims.claim import Claim
from claims.formats.columns import OPTIONAL, REQUIRED, SUBJECTS, claim_of, id_in, known_or_fault
from claims.formats.json_parts import BadJson, JsonParts
from claims.formats.jsonl import cell_of
from claims.formats.newcomers import OutsideTheWindow
from claims.formats.reading import OUT_OF_WINDOW, Reading
from claims.formats.tally import REPORT_NOT_DATED
from gazetteer.errors import shown
from gazetteer.rows import Row, Source, number_between, opened_bytes, read_cell, whole_number

ALSO_CALLED = {
    "id": "claim_id",
    "name": "place",
    "date": "happened_from",
    "source": "claimant",
    "description": "note",
}
"""Names that other files give to our columns; ours, where it is there, goes before."""

POINT_M = 2_000
"""How far the true spot may lie from a point, in metres, where ``precision_m`` does not say."""

_OF_PLACE = ("precision_m", "geonames_id", "admin1")
_METRES, _COUNT = whole_number(0, 1_000_000), whole_number(1, 10**11)
_LATITUDE, _LONGITUDE = number_between(-90, 90), number_between(-180, 180)
CRS = "names a reference system (crs), which GeoJSON no longer has; write degrees on WGS 84 and leave it out"


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read a FeatureCollection, feature by feature; new names are among ``reading.newcomers``."""
    with opened_bytes(source) as stream:
        parts = JsonParts(stream)
        try:
            for line, _, feature in parts.each("features"):
                reading.tally.rows += 1
                claim = _claim(feature, line, reading)
                if claim is not None:
                    yield claim
        except BadJson as problem:
            reading.fault(problem.line, "", str(problem))
        if "crs" in parts.beside:
            reading.fault(1, "crs", CRS)


def _claim(feature: Any, line: int, reading: Reading) -> Claim | None:  # noqa: ANN401 - JSON is any of its types
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        reading.fault(line, "", "is not a GeoJSON feature with properties")
        return None
    before = len(reading.faults)
    kind, point = _point(feature, line, reading)
    if kind != "Point":
        reading.pass_over(f"that are no points ({kind})")
        return None
    row = Row(reading.file, line, _cells(feature, properties, line, reading))
    claim_id = id_in(row, "claim_id", reading.faults)
    for column in ("place_id", "reference_place_id"):
        known_or_fault(row, column, reading.known.places, reading.faults)
    try:
        row = _with_ids(row, point, reading)
    except OutsideTheWindow:
        if len(reading.faults) == before:
            reading.pass_over(OUT_OF_WINDOW)
            return None
    # Names have become ids by now, and those of places have been looked at.
    known = replace(reading.known, actors=None, sources=None, places=None)
    claim = claim_of(row, claim_id, known, reading.faults, reading.tally)
    return claim if len(reading.faults) == before else None


def _point(feature: Mapping[str, Any], line: int, reading: Reading) -> tuple[str, tuple[float, float] | None]:
    """What kind of geometry a feature has, and where it is if that is a point: (lat, lon).

    No geometry at all is a point that nobody knows.
    """
    geometry = feature.get("geometry")
    if "crs" in feature or (isinstance(geometry, dict) and "crs" in geometry):
        reading.fault(line, "crs", CRS)
    if geometry is None:
        return "Point", None
    if not isinstance(geometry, dict):
        reading.fault(line, "geometry", "is no GeoJSON geometry")
        return "Point", None
    if geometry.get("type") != "Point":
        return shown(str(geometry.get("type")), 30), None
    try:
        lon, lat = (str(number) for number in geometry["coordinates"][:2])
        return "Point", (_LATITUDE(lat), _LONGITUDE(lon))
    except (KeyError, TypeError):
        reading.fault(line, "geometry", "has no coordinates; a point is [longitude, latitude]")
    except ValueError as refusal:
        reading.fault(line, "geometry", f"a point is [longitude, latitude]: {refusal}")
    return "Point", None


def _cells(
    feature: Mapping[str, Any], properties: Mapping[str, Any], line: int, reading: Reading
) -> dict[str, str]:
    """The properties that we know, as cells; the others are passed over."""
    cells = dict.fromkeys(REQUIRED, "")
    for name in (*REQUIRED, *OPTIONAL, *_OF_PLACE):
        if name in properties:
            cells[name] = cell_of(properties[name], line, name, reading.file, reading.faults)
    for theirs, ours in ALSO_CALLED.items():
        if theirs in properties and not cells.get(ours):
            cells[ours] = cell_of(properties[theirs], line, theirs, reading.file, reading.faults)
    if not cells["claim_id"] and "id" in feature:
        cells["claim_id"] = cell_of(feature["id"], line, "id", reading.file, reading.faults)
    if not cells["reported_at"]:
        cells["reported_at"] = cells.get("happened_to") or cells["happened_from"]
        reading.tally.flag(REPORT_NOT_DATED, line)
    return cells


def _with_ids(row: Row, point: tuple[float, float] | None, reading: Reading) -> Row:
    """The row with the ids of those that it names; parties, sources and places may be new."""
    newcomers = reading.newcomers
    cells = dict(row.cells)
    if point is not None and row["place"] and not any(row[column] for column in SUBJECTS):
        newcomers.check_inside(*point)
        precision_m = read_cell(row, "precision_m", _METRES, reading.faults, empty=POINT_M)
        geonames = read_cell(row, "geonames_id", _COUNT, reading.faults)
        found = newcomers.place(
            row["place"], *point, precision_m or 0, admin=row["admin1"], geonames=geonames
        )
        cells["place_id"] = found or ""
    for column in ("holder", "from_holder"):
        cells[column] = newcomers.actor(row[column]) or ""
    for column in ("claimant", "reporter"):
        cells[column] = newcomers.source(row[column]) if row[column] else ""
    return Row(row.file, row.line, cells)

"""What a map document looks like, key by key: as it is, and as it may be written.

docs/map-document.md says what each key means. The JSON Schema beside it is made of these types
(``json_schema``), and ``figures.read_document`` holds what others wrote against them.
"""

# ruff: noqa: UP013 - some keys are words of Python, and the parts of the written form are tables of types
# mypy: disable-error-code="misc, operator, valid-type"
from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

MOST = 2_000_000
"""The most entries of any one list that a page could still play."""

_Index = Annotated[int, Field(ge=-1, le=MOST, strict=True)]
_Whole = Annotated[int, Field(ge=-(2**40), le=2**40, strict=True)]
_Flag = Annotated[int, Field(ge=0, le=1, strict=True)]
_Second = Annotated[int, Field(ge=-(10**10), le=10**11, strict=True)]
_Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
_Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
_Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=20_000, strict=True)]
_Texts = Annotated[dict[_Text, _Text], Field(max_length=50)]
_Line = Annotated[list[_Whole], Field(min_length=2, max_length=MOST)]
_Style = Annotated[int, Field(ge=0, le=3, strict=True)]
_Role = Literal["government", "opposition", "sna", "sdf", "is", "foreign", "unknown"]
_Certainties = tuple[
    Literal["assessed"],
    Literal["claimed"],
    Literal["contested"],
    Literal["stale"],
    Literal["not_reported"],
    Literal["inferred"],
    Literal["reported"],
    Literal["uncertain"],
]

_Clock = TypedDict(
    "_Clock",
    {
        "zone": _Text,
        "name": _Texts,
        "offsets": Annotated[
            list[tuple[_Second, Annotated[int, Field(ge=-1440, le=1440)]]], Field(min_length=1)
        ],
    },
)
_Method = TypedDict("_Method", {"name": _Text, "version": _Text, "parameters": dict[_Text, Any]})
_Actor = TypedDict("_Actor", {"id": _Text, "name": _Texts, "short": _Texts, "role": _Role, "side": _Text})
_Source = TypedDict(
    "_Source",
    {"id": _Text, "name": _Text, "affiliation": _Text, "independent_of": list[_Text], "url": _Text},
)
_Grid = TypedDict("_Grid", {"lon": _Lon, "lat": _Lat, "step": Annotated[float, Field(gt=0, le=10)]})
_Place = TypedDict(
    "_Place",
    {
        "id": _Text,
        "name": _Texts,
        "variants": list[_Text],
        "lon": _Lon,
        "lat": _Lat,
        "kind": _Text,
        "precision_m": _Number,
        "population": _Number | None,
        "rank": Annotated[int, Field(ge=0, le=5)],
        "reported": _Flag,
    },
)
_Start = TypedDict("_Start", {"faces": list[_Index], "fronts": list[_Style], "places": list[_Index]})
_Event = TypedDict(
    "_Event",
    {
        "t": _Second,
        "from": _Second,
        "day": _Flag,
        "place": _Index,
        "before": _Index,
        "after": _Index,
        "kind": Literal["change", "no_change"],
        "reason": _Text,
        "claims": list[_Index],
        "observation": NotRequired[_Index],
    },
)
_GroundFrom = TypedDict("_GroundFrom", {"kind": Literal["cells", "series", "territory"], "source": _Index})
_Observation = TypedDict(
    "_Observation", {"t": _Second, "source": _Index, "id": _Text, "reported": _Second, "day": _Flag}
)
_Unit = TypedDict("_Unit", {"code": _Text, "name": _Texts})
_Area = TypedDict("_Area", {"id": _Text, "name": _Texts})
_Claim = TypedDict(
    "_Claim",
    {
        "id": _Text,
        "place": _Index,
        "written": _Text,
        "event": _Text,
        "holder": _Index,
        "from_holder": _Index,
        "claimant": _Index,
        "reporter": _Index,
        "start": _Second,
        "end": _Second,
        "day": _Flag,
        "reported": _Second,
        "reported_day": _Flag,
        "status": _Text,
        "code": Annotated[str, Field(pattern="^[A-F][1-6]$")],
        "value": _Number | None,
        "qualifier": _Text,
        "low": _Number | None,
        "high": _Number | None,
        "reference": _Index,
        "url": _Text,
        "note": _Text,
        "unit": NotRequired[_Unit],
        "area": NotRequired[_Area],
    },
)
_Km = _Number | None
_Reference = TypedDict(
    "_Reference",
    {
        "place": _Index,
        "edge_km": _Number,
        "rings": list[TypedDict("_Ring", {"km": _Number, "line": _Line})],
        "series": list[tuple[_Second, _Km, _Km, _Km, _Km, _Index]],
        "claimed": list[
            TypedDict(
                "_Said",
                {
                    "claim": _Index,
                    "t": _Second,
                    "start": _Second,
                    "km": _Km,
                    "low": _Km,
                    "high": _Km,
                    "qualifier": _Text,
                    "claimant": _Index,
                    "affiliation": _Text,
                },
            )
        ],
    },
)
_AreaSeries = list[tuple[_Second, dict[_Text, tuple[_Number, _Number]], _Number, _Number]]
_FrontSeries = list[tuple[_Second, _Number, _Number, _Number]]
_Areas = TypedDict("_Areas", {"region": _Unit, "total_km2": _Number, "series": _AreaSeries})
_Front = TypedDict("_Front", {"series": _FrontSeries})
_Ground = TypedDict(
    "_Ground",
    {
        "land": list[_Line],
        "region": list[_Line],
        "units": list[
            TypedDict(
                "_DrawnUnit",
                {"code": _Text, "name": _Texts, "at": tuple[_Whole, _Whole], "in_region": _Flag},
            )
        ],
        "unit_lines": list[_Line],
        "country_lines": list[_Line],
        "neighbours": list[_Line],
        "rivers": list[TypedDict("_River", {"name": _Texts, "lines": list[_Line]})],
    },
)
_Unlocated = TypedDict(
    "_Unlocated",
    {"name": _Texts, "kind": _Text, "reason": _Text, "hint": _Text, "claims": list[_Text], "area": _Flag},
)
_Count = TypedDict(
    "_Count",
    {"claim": _Index, "total": _Whole, "not_located": _Whole, "located": list[_Index], "named": list[_Text]},
)
_Withheld = TypedDict(
    "_Withheld",
    {
        "measure": Literal["delay", "grid", "withhold"],
        "places": _Whole,
        "claims": _Whole,
        "reason": _Texts,
        "hours": _Number | None,
        "degrees": _Number | None,
        "until": _Second | None,
    },
)
_Correction = TypedDict(
    "_Correction",
    {
        "t": _Second,
        "kind": _Text,
        "id": _Text,
        "what": _Texts,
        "action": Literal["corrected", "retracted", "merged", "reinstated", "added"],
        "into": _Text | None,
        "fields": list[
            TypedDict("_Field", {"field": _Text, "before": _Texts | None, "after": _Texts | None})
        ],
        "why": _Text,
        "mark": _Text,
    },
)
_Lines = Annotated[list[_Line], Field(max_length=MOST)]
_Rings = list[list[_Whole]]
_Faces = Annotated[list[tuple[_Index, _Flag, _Rings]], Field(max_length=MOST)]
_Edges = Annotated[list[tuple[_Index, _Index, _Index]], Field(max_length=MOST)]
_Changes = Annotated[list[tuple[_Second, list[_Whole], list[_Whole], list[_Whole]]], Field(max_length=MOST)]

_WHOLE: dict[str, Any] = {
    "format": Literal["frontline-map"],
    "version": Literal[2],
    "id": Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")],
    "title": _Texts,
    "clock": _Clock,
    "span": tuple[_Second, _Second],
    "window": tuple[_Lon, _Lat, _Lon, _Lat],
    "known_at": _Second,
    "known_label": Literal["latest", "asked"],
    "head": _Text,
    "method": _Method,
    "border_view": _Text,
    "reach_km": _Number,
    "actors": Annotated[list[_Actor], Field(min_length=1, max_length=1000)],
    "certainties": _Certainties,
    "states": Annotated[list[tuple[_Index, _Index, _Index]], Field(min_length=1, max_length=60_000)],
    "grid": _Grid,
    "reference": _Reference,
    "area": _Areas,
    "front": _Front,
    "ground": _Ground,
    "ground_from": _GroundFrom,
    "gaps": list[tuple[_Second, _Second]],
    "moved": Annotated[list[tuple[_Second, list[tuple[_Index, _Index, _Number]]]], Field(max_length=MOST)],
    "counts": list[_Count],
    "release": TypedDict("_Release", {"name": _Text}),
    "withheld": list[_Withheld],
    "corrections": list[_Correction],
    "credits": list[_Text],
}
_PLAIN: dict[str, Any] = {
    "sources": list[_Source],
    "places": Annotated[list[_Place], Field(max_length=MOST)],
    "events": Annotated[list[_Event], Field(max_length=MOST)],
    "claims": Annotated[list[_Claim], Field(max_length=MOST)],
    "unlocated": list[_Unlocated],
    "observations": Annotated[list[_Observation], Field(max_length=MOST)],
    "arcs": _Lines,
    "faces": _Faces,
    "edges": _Edges,
    "start": _Start,
    "changes": _Changes,
}
_Numbers = (
    Annotated[list[_Whole], Field(max_length=50 * MOST)]
    | Annotated[str, Field(pattern="^[A-Za-z0-9_-]*$", max_length=250 * MOST, strict=True)]
)
_Column = list[Any] | dict[str, Any]
_Columns = Annotated[int, Field(ge=0, le=MOST, strict=True)]
_Table = TypedDict("_Table", {"count": _Columns, "columns": dict[_Text, _Column]})
_Nodes = TypedDict("_Nodes", {"x": _Numbers, "y": _Numbers})
_Pairs = TypedDict("_Pairs", {"each": _Column, "at": _Numbers, "is": _Numbers})
_BesideEvents = TypedDict(
    "_BesideEvents",
    {
        "events": Literal[1],
        "fades": Annotated[list[_Whole], Field(max_length=192)],
        "not": _Numbers,
        "each": _Column,
        "at": _Numbers,
        "is": _Numbers,
    },
)
_Counted = TypedDict("_Counted", {"count": _Columns, "is": _Column})
_Rows = TypedDict("_Rows", {"count": _Columns, "rows": list[_Column]})
_AreaRows = TypedDict("_AreaRows", {"count": _Columns, "rows": list[_Column], "actors": list[_Text]})
_WrittenAreas = TypedDict(
    "_WrittenAreas", {"region": _Unit, "total_km2": _Number, "series": _AreaSeries | _AreaRows}
)
_WrittenFront = TypedDict("_WrittenFront", {"series": _FrontSeries | _Rows})
_PACKED: dict[str, Any] = {
    **dict.fromkeys(("sources", "places", "events", "claims", "unlocated", "observations"), _Table),
    "arcs": TypedDict(
        "_PackedArcs",
        {
            "count": _Columns,
            "nodes": _Nodes,
            "from": NotRequired[_Numbers],
            "to": NotRequired[_Numbers],
            "inner": _Column,
            "x": _Numbers,
            "y": _Numbers,
        },
    ),
    "faces": TypedDict(
        "_PackedFaces",
        {
            "count": _Columns,
            "place": _Column,
            "in_region": _Column,
            "rings": _Column,
            "arcs": _Column,
            "turn": NotRequired[_Numbers],
            "walk": NotRequired[_Numbers],
        },
    ),
    "edges": TypedDict(
        "_PackedEdges",
        {"count": _Columns, "arc": _Numbers, "left": NotRequired[_Column], "right": NotRequired[_Column]},
    ),
    "start": TypedDict(
        "_PackedStart",
        {
            "places": _Counted,
            "own": _Numbers,
            "faces": _Column,
            "styles": NotRequired[_Numbers],
            "fronts": NotRequired[_Counted],
        },
    ),
    "changes": TypedDict(
        "_PackedChanges",
        {
            "count": _Columns,
            "t": _Numbers,
            "places": _Pairs | _BesideEvents,
            "faces": _Pairs,
            "fronts": NotRequired[_Pairs],
        },
    ),
}


def _closed(name: str, keys: dict[str, Any]) -> TypeAdapter[Any]:
    made = TypedDict(name, keys)
    return TypeAdapter(with_config(ConfigDict(extra="allow", title=name))(made))


@cache
def document_shape() -> TypeAdapter[Any]:
    """Holds a whole document against its description."""
    return _closed("Document", {**_WHOLE, **_PLAIN})


@cache
def written_shape() -> TypeAdapter[Any]:
    """Holds a document as it is written against its description: each part packed or plain."""
    packed = {key: _PLAIN[key] | _PACKED[key] for key in _PLAIN}
    return _closed("WrittenDocument", {**_WHOLE, **packed, "area": _WrittenAreas, "front": _WrittenFront})


def json_schema() -> dict[str, Any]:
    """The JSON Schema of what is written."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Frontline map document, version 2, as it is written",
        **written_shape().json_schema(),
    }

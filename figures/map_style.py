"""A map document becomes a MapLibre style: every source and every layer of the map, and nothing to fetch.

The style names no glyphs, so that labels draw with the reader's own fonts and no request leaves the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figures.day_names import NAMED, SILENT, STORY, TOLD, TOP
from figures.distance_chip import SIZE_PX
from figures.home_view import camera, home_view
from figures.map_sources import Collection, Document
from figures.palette import OUTSIDE_SHARE, PATTERNS, Palette, mix
from layers.kept import kept

Layer = dict[str, Any]
Expression = Any

FONTS = [
    "Segoe UI",
    "Noto Sans",
    "Helvetica Neue",
    "Arial",
    "Noto Sans Arabic",
    "SF Arabic",
    "Geeza Pro",
    "Tahoma",
]
"""Families of the reader's machine, in this order; MapLibre reads the weight off the first name of a list."""
REGULAR = ["literal", FONTS]
BOLD = ["literal", ["Bold", *FONTS]]

_USUAL_PX = (940.0, 620.0)
"""The size of a map for which it is said how near a name must be looked for."""
_NEARER = [(0, TOLD), (1, STORY), (2, NAMED), (3, SILENT)]
"""So many whole zoom levels nearer than the first view, so many more names. Names count whole levels only."""
_FRONT_WIDTHS = [(7, 1.6), (8, 1.9), (9, 2.3), (10, 2.6), (11, 3.0)]
_CASING_WIDTHS = [(7, 4.0), (8, 4.3), (9, 4.7), (10, 5.2), (11, 6.0)]
_UNIT_WIDTHS = [(7, 0.8), (8, 0.9), (9, 1.1), (10, 1.2)]
_RIVER_WIDTHS = [(7, 0.9), (8, 1.3), (9, 1.6), (10, 2.0), (11, 2.4)]
_RING_WIDTHS = [(7, 0.8), (8, 0.9), (10, 1.0)]

_MANY = 1_000
"""Of so many changing faces assets/ground.js draws the light page's in another way too."""

_TOO_MANY = 1 << 18
"""The number of a face has so much room in a colour of which blue stays below 4."""

SOLID, DASHED, DOTTED = 1, 2, 3
_DASHES = {DASHED: [4.5, 3.5], DOTTED: [1.6, 3.0]}
"""Front dashes in px."""


@dataclass(frozen=True)
class Look:
    """How a style is drawn.

    Attributes
    ----------
    palette
        Colours, with their theme.
    lang
        Language of the labels.
    km
        How a ring's radius is written, with ``{n}``.
    images
        Whether the page registers the images of ``image_recipes`` with the map. Without them stripes are
        drawn as the lines of the source ``hatch``.
    """

    palette: Palette
    lang: str = "en"
    km: str = "{n} km"
    images: bool = False

    def by_face(self, document: Document) -> bool:
        """Whether the page colours the faces itself: see ``ground_told``."""
        return self.images and many_faces(document)


def style(document: Document, data: Mapping[str, Collection | str], look: Look) -> dict[str, Any]:
    """Build the whole style object.

    Parameters
    ----------
    data
        GeoJSON by source name as ``map_sources.sources`` gives it, or the address where a browser finds it.
    """
    return {
        "version": 8,
        "name": "frontline",
        "transition": {"duration": 0, "delay": 0},
        "metadata": _metadata(document, look),
        "sources": {name: {"type": "geojson", "data": value, "tolerance": 0} for name, value in data.items()},
        "layers": layers(document, look),
    }


def _metadata(document: Document, look: Look) -> dict[str, Any]:
    recipes = image_recipes(document, look.palette) if look.images else {}
    told = {"frontline:ground": ground_told(document, look.palette)} if look.by_face(document) else {}
    return {"frontline:images": recipes, **told}


@kept()
def many_faces(document: Document) -> bool:
    """Whether more faces change than MapLibre should be told one by one; colours can number them."""
    changing: set[int] = set()
    for _, pairs, _, _ in document["changes"]:
        changing.update(pairs[::2])
    return len(changing) > _MANY and len(document["faces"]) < _TOO_MANY


def ground_told(document: Document, palette: Palette) -> dict[str, Any]:
    """What assets/map_ground.js needs to draw ground and front: colours by state, and lines in px by zoom."""
    within = face_colours(document, palette)
    dashes = [part for style in (DASHED, DOTTED) for part in _DASHES[style]]
    return {
        "within": within,
        "beyond": [mix(colour, palette.tokens["outside"], OUTSIDE_SHARE) for colour in within],
        "patterns": patterns(document),
        "front": {
            "casing": palette.tokens["casing"],
            "casing_widths": _CASING_WIDTHS,
            "ink": palette.tokens["front"],
            "widths": _FRONT_WIDTHS,
            "dashes": dashes,
        },
    }


def layers(document: Document, look: Look) -> list[Layer]:
    """Every layer, from the paper up."""
    groups: list[Callable[[Document, Look], Iterable[Layer]]] = [
        _ground,
        _territory,
        _uncertain,
        _lines,
        _front,
        _dots,
        _labels,
    ]
    return [layer for group in groups for layer in group(document, look)]


_STATE: Expression = ["coalesce", ["feature-state", "s"], ["get", "s"]]
_STYLE: Expression = ["coalesce", ["feature-state", "f"], ["get", "f"]]
_CHANGED: Expression = ["coalesce", ["feature-state", "changed"], ["get", "changed"]]


def face_colours(document: Document, palette: Palette) -> list[str]:
    """Colour of the ground in each state of the document, by state index."""
    return [_ground_colour(document, state, palette) for state in document["states"]]


def _ground_colour(document: Document, state: list[int], palette: Palette) -> str:
    role = _role(document, state[0])
    certainty = document["certainties"][state[1]]
    if role == "unknown":
        return palette.tokens["unknown"]
    if certainty in ("stale", "not_reported"):
        return palette.stale(role)
    if certainty == "uncertain":
        return palette.uncertain(role)
    return palette.inferred(role) if certainty == "inferred" else palette.fill(role)


def _role(document: Document, actor: int) -> str:
    return "unknown" if actor < 0 else str(document["actors"][actor]["role"])


def _by_state(values: Sequence[str | float], otherwise: str | float) -> Expression:
    """Choose by a feature's state index; equal values share a branch, one value for all needs no choice."""
    branches: dict[Any, list[int]] = {}
    for index, value in enumerate(values):
        if value != otherwise:
            branches.setdefault(value, []).append(index)
    if not branches:
        return otherwise
    pairs = [part for value, indices in branches.items() for part in (indices, value)]
    return ["match", _STATE, *pairs, otherwise]


def _dashes(lengths_px: Sequence[float], width_px: float) -> list[float]:
    """Dashes in line widths, as MapLibre counts them.

    It lets them grow to twice their length from one whole zoom level to the next; they are right halfway.
    """
    return [round(length / width_px / math.sqrt(2), 3) for length in lengths_px]


def _by_zoom(stops: Sequence[tuple[float, float]], factor: float = 1.0) -> Expression:
    return [
        "interpolate",
        ["linear"],
        ["zoom"],
        *[part for zoom, value in stops for part in (zoom, value * factor)],
    ]


def _layer(name: str, kind: str, source: str, paint: dict[str, Any], **rest: Any) -> Layer:  # noqa: ANN401
    return {"id": name, "type": kind, "source": source, "paint": paint, **rest}


def _ground(_: Document, look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    sea = mix(tokens["river"], tokens["outside"], 0.32)
    yield {"id": "paper", "type": "background", "paint": {"background-color": sea}}
    yield _layer("land", "fill", "land", {"fill-color": tokens["outside"], "fill-antialias": False})
    yield _layer("region", "fill", "region", {"fill-color": tokens["unknown"], "fill-antialias": False})


def _territory(document: Document, look: Look) -> Iterable[Layer]:
    if look.by_face(document):
        number = [["%", ["floor", ["/", ["id"], size]], 256] for size in (1, 256, 65_536)]
        yield _layer("faces", "fill", "faces", {"fill-color": ["rgb", *number], "fill-antialias": False})
        return
    colours = face_colours(document, look.palette)
    paper = look.palette.tokens["outside"]
    paler = [mix(colour, paper, OUTSIDE_SHARE) for colour in colours]
    within = _by_state(colours, look.palette.tokens["unknown"])
    beyond = _by_state(paler, paper)
    # No outline and full opacity: neighbouring faces then meet without a seam.
    paint = {"fill-color": ["case", ["==", ["get", "in"], 1], within, beyond], "fill-antialias": False}
    yield _layer("faces", "fill", "faces", paint)


def patterns(document: Document) -> dict[str, list[int]]:
    """Which states each stripe pattern covers: ``{"_claimed-2": [3, 7], …}``.

    An underscore leads every name: where an image is missing under a plain one, plotly.js asks another host.
    """
    covered: dict[str, list[int]] = {}
    for index, (actor, certainty, rival) in enumerate(document["states"]):
        kind = document["certainties"][certainty]
        if kind == "claimed":
            covered.setdefault(f"_claimed-{rival}", []).append(index)
        elif kind == "contested":
            covered.setdefault(f"_contested-{actor}-{rival}", []).append(index)
        elif _role(document, actor) != "unknown" and kind in _textured(document):
            covered.setdefault(f"_{kind}-{actor}", []).append(index)
    return covered


def _textured(document: Document) -> tuple[str, ...]:
    """The certainties that have a texture beside their tone; inferred ground only where a line follows it."""
    return ("uncertain", "inferred") if document["ground_from"]["kind"] == "territory" else ("uncertain",)


def _only(states: Iterable[int]) -> Expression:
    """Only what is ever in one of these states: the browser then never cuts up what it would never show."""
    return ["any", *(["in", f",{state},", ["get", "ever"]] for state in states)]


def image_recipes(document: Document, palette: Palette) -> dict[str, dict[str, Any]]:
    """How to paint each image of the style, by its name: colours, and sizes in px."""
    # Patterns grow between whole zoom levels as dashes do, see _dashes.
    stripes = {"period": PATTERNS.period / math.sqrt(2), "stripe": PATTERNS.stripe / math.sqrt(2)}
    recipes: dict[str, dict[str, Any]] = {}
    for name in patterns(document):
        kind, *actors = name.removeprefix("_").split("-")
        inks = [palette.ink(_role(document, int(actor))) for actor in actors if actor]
        if kind in ("uncertain", "inferred"):
            recipes[name] = _thin_recipe(kind, inks)
            continue
        paper = None if kind == "claimed" else palette.tokens["outside"]
        angle = PATTERNS.claimed_angle if kind == "claimed" else PATTERNS.contested_angle
        recipes[name] = {"kind": "stripes", "inks": inks, "paper": paper, "angle": angle, **stripes}
        if kind == "contested":
            recipes[f"_half{name}"] = {"kind": "half", "inks": inks, "halo": palette.tokens["halo"]}
    recipes["_chip"] = {"kind": "chip", "ink": palette.tokens["ink"]}
    recipes["_square"] = {"kind": "square", "ink": palette.tokens["ink"], "paper": palette.tokens["halo"]}
    recipes["_unknown"] = {"kind": "dashed", "ink": palette.tokens["ink-3"], "paper": palette.tokens["halo"]}
    return recipes


def _thin_recipe(kind: str, inks: list[str]) -> dict[str, Any]:
    """Dots where a line may run anywhere, thin lines where ground is inferred."""
    if kind == "uncertain":
        return {"kind": "dots", "inks": inks, "period": PATTERNS.dots_period, "dot": PATTERNS.dot}
    sizes = {"period": PATTERNS.period / math.sqrt(2), "stripe": PATTERNS.thin / math.sqrt(2)}
    return {"kind": "stripes", "inks": inks, "paper": None, "angle": PATTERNS.contested_angle, **sizes}


def _uncertain(document: Document, look: Look) -> Iterable[Layer]:
    if not look.images:
        inks = [["==", ["get", "actor"], index] for index in range(len(document["actors"]))]
        colours = [look.palette.ink(actor["role"]) for actor in document["actors"]]
        chosen = [part for pair in zip(inks, colours, strict=True) for part in pair]
        ink = ["case", *chosen, look.palette.tokens["ink-3"]]
        yield _layer("hatch_paper", "fill", "hatch_paper", {"fill-color": look.palette.tokens["outside"]})
        yield _layer("hatch", "line", "hatch", {"line-color": ink, "line-width": PATTERNS.stripe})
        return
    for name, states in patterns(document).items() if not look.by_face(document) else ():
        # fill-pattern ignores feature-state: each pattern is a layer of its own, shown by its opacity.
        paint = {
            "fill-pattern": name,
            "fill-opacity": ["match", _STATE, states, 1, 0],
            "fill-antialias": False,
        }
        yield _layer(f"pattern{name}", "fill", "faces", paint, filter=_only(states))


def _lines(_: Document, look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    rounded = {"line-cap": "round", "line-join": "round"}
    river = {"line-color": tokens["river"], "line-width": _by_zoom(_RIVER_WIDTHS)}
    yield _layer("rivers", "line", "rivers", river, layout=rounded)
    unit = {
        "line-color": tokens["unit-line"],
        "line-width": _by_zoom(_UNIT_WIDTHS),
        "line-dasharray": _dashes([5, 2.5, 1, 2.5], 1.1),
    }
    yield _layer("unit_lines", "line", "unit_lines", unit)
    country = {"line-color": tokens["unit-line"], "line-width": _by_zoom(_UNIT_WIDTHS, 1.5)}
    yield _layer("country_lines", "line", "country_lines", country)
    yield from _rings(look)


def _rings(look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    halo = {"line-color": tokens["halo"], "line-width": _by_zoom(_RING_WIDTHS, 3.2), "line-opacity": 0.28}
    yield _layer("rings_halo", "line", "rings", halo)
    dots = {
        "line-color": tokens["ring"],
        "line-width": _by_zoom(_RING_WIDTHS),
        "line-dasharray": _dashes([1.5, 3.5], 0.9),
    }
    yield _layer("rings", "line", "rings", dots, layout={"line-cap": "round"})


def _front(document: Document, look: Look) -> Iterable[Layer]:
    if not look.by_face(document):
        yield from _front_lines(look)
    distance = {"line-color": look.palette.tokens["ink"], "line-width": 1.4}
    yield _layer("distance", "line", "distance", distance)


def _front_lines(look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    rounded = {"line-cap": "round", "line-join": "round"}
    shown = ["match", _STYLE, [SOLID, DASHED, DOTTED], 1, 0]
    casing = {"line-color": tokens["casing"], "line-width": _by_zoom(_CASING_WIDTHS), "line-opacity": shown}
    ever_front = _only((SOLID, DASHED, DOTTED))
    yield _layer("front_casing", "line", "edges", casing, layout=rounded, filter=ever_front)
    # line-dasharray ignores feature-state too: one layer for each way to draw the front.
    for number, name in ((SOLID, "front_solid"), (DASHED, "front_dashed"), (DOTTED, "front_dotted")):
        paint = {
            "line-color": tokens["front"],
            "line-width": _by_zoom(_FRONT_WIDTHS),
            "line-opacity": ["match", _STYLE, number, 1, 0],
        }
        if number in _DASHES:
            paint["line-dasharray"] = _dashes(_DASHES[number], 2.3)
        caps = {"line-cap": "butt", "line-join": "round"}
        only = _only((number,))
        yield _layer(name, "line", "edges", paint, layout=rounded if number == SOLID else caps, filter=only)


@dataclass(frozen=True, slots=True)
class _Dot:
    """One state's dot: radius, fill, width and colour of its rim, all in px and hex."""

    radius: float
    fill: str
    rim: float
    rim_colour: str


def _dot(document: Document, state: list[int], palette: Palette) -> _Dot:
    actor, certainty, rival = state
    kind = document["certainties"][certainty]
    tokens = palette.tokens
    ink = palette.ink(_role(document, actor))
    if _role(document, actor) == "unknown":
        return _Dot(2.6, tokens["halo"], 1.0, tokens["ink-3"])
    if kind == "claimed":
        return _Dot(3.0, tokens["halo"], 1.6, palette.ink(_role(document, rival)))
    if kind == "contested":
        return _Dot(2.6, ink, 1.6, palette.ink(_role(document, rival)))
    if kind == "uncertain":
        return _Dot(1.5, ink, 0.0, tokens["halo"])
    if kind in ("stale", "not_reported"):
        return _Dot(1.5, tokens["ink-3"], 0.0, tokens["halo"])
    return _Dot(1.5, ink, 0.0, tokens["halo"]) if kind == "inferred" else _Dot(3.0, ink, 1.0, tokens["halo"])


def _dots(document: Document, look: Look) -> Iterable[Layer]:
    palette = look.palette
    dots = [_dot(document, state, palette) for state in document["states"]]
    radius = _by_state([dot.radius for dot in dots], 1.5)
    circle = {
        "circle-radius": _by_zoom_and(radius),
        "circle-color": _by_state([dot.fill for dot in dots], palette.tokens["ink-3"]),
        "circle-stroke-width": _by_state([dot.rim for dot in dots], 0.0),
        "circle-stroke-color": _by_state([dot.rim_colour for dot in dots], palette.tokens["halo"]),
    }
    ring = {
        "circle-radius": _by_zoom_and(["+", radius, 3.2]),
        "circle-opacity": 0,
        "circle-stroke-color": palette.tokens["ink"],
        "circle-stroke-width": 1.1,
        "circle-stroke-opacity": ["case", ["==", _CHANGED, 1], 1, 0],
    }
    town = {
        "circle-radius": 3.0,
        "circle-color": palette.tokens["town"],
        "circle-stroke-color": palette.tokens["ink"],
        "circle-stroke-width": 1.3,
    }
    in_play = ["any", [">", ["get", "rank"], 1], ["==", ["get", "reported"], 1]]
    yield _layer("changed", "circle", "places", ring, filter=["==", ["get", "moved"], 1])
    yield _layer("dots", "circle", "places", circle, filter=["all", _shown_dots(), in_play])
    yield _layer("towns", "circle", "places", town, filter=["all", ["!", in_play], _no_city(document)])
    yield from _half_dots(document, look)


def _by_zoom_and(value: Expression) -> Expression:
    """A size that grows with the zoom, whatever the feature's own size is."""
    stops = [
        part for zoom, factor in ((7, 0.7), (9, 1.0), (12, 1.6)) for part in (zoom, ["*", factor, value])
    ]
    return ["interpolate", ["linear"], ["zoom"], *stops]


def _shown_dots() -> Expression:
    return ["<=", ["get", "rank"], ["step", ["zoom"], 3, 7.6, 4, 8.4, 9]]


def _half_dots(document: Document, look: Look) -> Iterable[Layer]:
    if not look.images:
        return
    always = {"icon-allow-overlap": True, "icon-ignore-placement": True}
    for name, states in patterns(document).items():
        if not name.startswith("_contested"):
            continue
        paint = {"icon-opacity": ["match", _STATE, states, 1, 0]}
        only = _only(states)
        layout = {"icon-image": f"_half{name}", **always}
        yield _layer(f"half{name}", "symbol", "places", paint, layout=layout, filter=only)
    unknown = [i for i, state in enumerate(document["states"]) if _role(document, state[0]) == "unknown"]
    if unknown:
        paint = {"icon-opacity": ["match", _STATE, unknown, 1, 0]}
        only = ["all", _shown_dots(), _only(unknown)]
        layout = {"icon-image": "_unknown", **always}
        yield _layer("half_unknown", "symbol", "places", paint, layout=layout, filter=only)


def _labels(document: Document, look: Look) -> Iterable[Layer]:
    """Names from the least to the most important: what stands highest is placed first and keeps its room."""
    yield from _ground_labels(look)
    yield from _place_labels(document, look)
    yield _actor_names(document, look)
    yield _ring_labels(look)
    yield _chip(look)
    yield from _city(look)
    yield _kept_free()


def _kept_free() -> Layer:
    """Nothing visible, but every dot keeps its spot free of names."""
    spot = {
        "text-field": "●",
        "text-font": REGULAR,
        "text-allow-overlap": True,
        "text-padding": 0,
        "text-size": 6,
    }
    listed = ["<", ["get", "rank"], 5]
    return _layer("dot_spots", "symbol", "places", {"text-opacity": 0}, layout=spot, filter=listed)


def _name(lang: str) -> Expression:
    return ["coalesce", ["get", lang], ["get", "en"], ""]


def _text(colour: str, look: Look, halo: float = 1.6) -> dict[str, Any]:
    return {
        "text-color": colour,
        "text-halo-color": _translucent(look.palette.tokens["halo"], 0.88),
        "text-halo-width": halo,
    }


def _translucent(colour: str, share: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _ground_labels(look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    river = {
        "symbol-placement": "line",
        "text-field": _name(look.lang),
        "text-font": REGULAR,
        "text-size": 11,
        "symbol-spacing": 420,
    }
    yield _layer("river_names", "symbol", "rivers", _text(tokens["river-label"], look, 1.2), layout=river)
    spaced = look.lang != "ar"  # joined letters cannot stand apart
    unit = {
        "text-field": ["upcase", _name(look.lang)] if spaced else _name(look.lang),
        "text-font": BOLD,
        "text-size": 11,
        "text-letter-spacing": 0.14 if spaced else 0,
        "text-max-width": 8,
    }
    outside = ["==", ["get", "in"], 0]
    yield _layer("unit_names", "symbol", "units", _text(tokens["ink-3"], look), layout=unit, filter=outside)


def _ring_labels(look: Look) -> Layer:
    layout = {
        "text-field": ["get", "text"],
        "text-font": REGULAR,
        "text-size": 11,
    }
    return _layer(
        "ring_labels", "symbol", "ring_labels", _text(look.palette.tokens["ink-2"], look), layout=layout
    )


def _actor_names(document: Document, look: Look) -> Layer:
    roles = {str(actor["role"]) for actor in document["actors"]}
    colours = [part for role in sorted(roles) for part in (role, look.palette.role(role).text)]
    layout = {
        "text-field": _name(look.lang),
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 7, 12, 9, 14.5, 11, 17],
        "text-max-width": 9,
        "text-line-height": 1.3,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
        "text-radial-offset": 1.0,
        "text-overlap": "cooperative",  # rather over dots than not at all
    }
    colour = ["match", ["get", "role"], *colours, look.palette.tokens["ink-2"]]
    return _layer(
        "actor_names", "symbol", "actor_names", {**_text("", look), "text-color": colour}, layout=layout
    )


def _no_city(document: Document) -> Expression:
    """The city of the rings has a mark and a name of its own."""
    return ["!=", ["id"], document["reference"]["place"]]


def _place_labels(document: Document, look: Look) -> Iterable[Layer]:
    """The day's first name, the nearest reported place, stands in any case, if it must over a dot."""
    note = {"font-scale": 0.85, "text-font": REGULAR, "text-color": look.palette.tokens["ink-2"]}
    second = ["case", ["==", ["get", "note"], ""], "", ["concat", "\n", ["get", "note"]]]
    layout = {
        "text-field": ["format", _name(look.lang), {}, second, note],
        "text-font": ["case", ["<=", ["get", "rank"], 1], BOLD, REGULAR],
        "text-size": ["match", ["get", "rank"], 1, 13, 2, 12, 11.5],
        "text-variable-anchor-offset": ["coalesce", ["get", "anchors"], ["literal", _SIDES]],
        "text-justify": "auto",
        "text-max-width": 14,
        "text-line-height": 1.1,
        "text-padding": 1,
        "symbol-sort-key": ["get", "order"],
    }
    paint = _text(look.palette.tokens["ink"], look)
    first = ["==", ["get", "order"], 0]
    others = ["all", ["!", first], _near_enough(document)]
    yield _layer("labels", "symbol", "names", paint, layout=layout, filter=others)
    layout = {**layout, "text-overlap": "cooperative"}
    yield _layer("first_label", "symbol", "names", paint, layout=layout, filter=first)


_OFF, _CORNER = 0.62, 0.44
_SIDES = [
    *("left", [_OFF, 0], "right", [-_OFF, 0], "top", [0, _OFF], "bottom", [0, -_OFF]),
    *("top-left", [_CORNER, _CORNER], "top-right", [-_CORNER, _CORNER]),
    *("bottom-left", [_CORNER, -_CORNER], "bottom-right", [-_CORNER, -_CORNER]),
]
"""Where a name may stand, as in assets/analyst_names.js, which puts the sides without a front first."""


def near_stops(document: Document) -> list[tuple[int, int]]:
    """From which whole zoom on which names are near enough; before the first those of ``TOP``."""
    _, _, zoom = camera(home_view(document), *_USUAL_PX)
    return [(math.floor(zoom) + nearer, near) for nearer, near in _NEARER]


def _near_enough(document: Document) -> Expression:
    """The names that one looks near enough for."""
    stops = [part for stop in near_stops(document) for part in stop]
    return ["<=", ["get", "near"], ["step", ["zoom"], TOP, *stops]]


def _city(look: Look) -> Iterable[Layer]:
    tokens = look.palette.tokens
    name = {
        "text-field": _name(look.lang),
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 7, 15, 9, 18],
        "text-variable-anchor": ["top-left", "top-right", "bottom-left", "bottom-right", "left", "right"],
        "text-radial-offset": 0.55,
        "text-justify": "auto",
        "text-overlap": "always",
    }
    if look.images:
        name |= {"icon-image": "_square", "icon-allow-overlap": True}
        yield _layer("city", "symbol", "city", _text(tokens["ink"], look), layout=name)
        return
    yield _layer("city", "symbol", "city", _text(tokens["ink"], look), layout=name)
    for layer, size, colour in (("city_mark", 15, tokens["ink"]), ("city_hole", 6, tokens["halo"])):
        mark = {"text-field": "■", "text-font": REGULAR, "text-size": size, "text-allow-overlap": True}
        yield _layer(layer, "symbol", "city", {**_text(colour, look), "text-halo-width": 0}, layout=mark)


def _chip(look: Look) -> Layer:
    tokens = look.palette.tokens
    layout = {
        "text-field": ["get", "text"],
        "text-font": BOLD,
        "text-size": SIZE_PX,
        "text-variable-anchor-offset": ["get", "spots"],
        "text-overlap": "always",
        "text-max-width": 40,
    }
    paint = _text(tokens["ink"], look, 2.4)
    if look.images:
        layout |= {
            "icon-image": "_chip",
            "icon-text-fit": "both",
            "icon-text-fit-padding": [2, 5, 2, 5],
            "icon-allow-overlap": True,
        }
        paint = {"text-color": tokens["panel"]}
    only_chip = ["==", ["geometry-type"], "Point"]
    return _layer("distance_chip", "symbol", "distance", paint, layout=layout, filter=only_chip)

"""The states of a map document become the style and patterns of its SVG; colours are custom properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from figures.palette import PATTERNS, ROLES, TEXTURES, Palette
from figures.text import ARABIC, SANS

Document = Mapping[str, Any]

ASSESSED, CLAIMED, CONTESTED, STALE, NOT_REPORTED, INFERRED, REPORTED, UNCERTAIN = range(8)
"""Indices of ``certainties``, in the order that docs/map-document.md fixes."""

DOT_PX, SMALL_DOT_PX, FRESH_PX = 3.0, 1.5, 3.2


def roles_of(document: Document, state: int) -> tuple[str, int, str]:
    """Role of the standing holder, certainty index, role of the rival (or unknown) of a state."""
    actors = document["actors"]
    holder, certainty, rival = document["states"][state]
    return _role(actors[holder]), certainty, _role(actors[rival]) if rival >= 0 else "unknown"


def _role(actor: Mapping[str, Any]) -> str:
    """The role as part of a class name; whatever else a document says is not one of ours."""
    role = str(actor["role"])
    return role if role in ROLES else "foreign"


def dot_radius(document: Document, state: int, *, town: bool) -> float:
    """Radius in px of the dot of a place in a state."""
    holder, certainty, _ = roles_of(document, state)
    small = certainty in (STALE, NOT_REPORTED, INFERRED, UNCERTAIN) and holder != "unknown"
    return SMALL_DOT_PX if small and not town else DOT_PX


def state_rules(document: Document) -> str:
    """One rule for the ground and one for the dot of every state."""
    return "".join(_state_rule(document, state) for state in range(len(document["states"])))


def _state_rule(document: Document, state: int) -> str:
    holder, certainty, rival = roles_of(document, state)
    face = f".fl .f .s{state}{{fill:{_ground(holder, certainty, rival, hatched=_hatches(document))}}}"
    small = f".fl .town.s{state}>.d{{{_TOWN}}}" if certainty in (STALE, NOT_REPORTED) else ""
    return f"{face}.fl .p .s{state}>.d{{{_dot(holder, certainty, rival)}}}{small}"


def _hatches(document: Document) -> bool:
    """Whether inferred ground is hatched: it is where a line is moved by it, and not only a cell's colour."""
    return bool(document["ground_from"]["kind"] == "territory")


def _ground(holder: str, certainty: int, rival: str, *, hatched: bool = False) -> str:
    if certainty == CLAIMED:
        return f"url(#fl-c-{holder}-{rival})"
    if certainty == CONTESTED:
        return f"url(#fl-x-{holder}-{rival})"
    if holder == "unknown":
        return "var(--unknown)"
    if certainty in (STALE, NOT_REPORTED):
        return f"var(--{holder}-stale)"
    if certainty == INFERRED:
        return f"url(#fl-n-{holder})" if hatched else f"var(--{holder}-inferred)"
    if certainty == UNCERTAIN:
        return f"url(#fl-u-{holder})"
    return f"url(#fl-t-{holder})" if holder in TEXTURES else f"var(--{holder}-fill)"


_TOWN = "r:3px;fill:var(--town);stroke:var(--ink);stroke-width:1.5px"


def _dot(holder: str, certainty: int, rival: str) -> str:
    if certainty == CLAIMED:
        return f"r:2.9px;fill:var(--halo);stroke:var(--{rival}-ink);stroke-width:1.8px"
    if certainty == CONTESTED:
        upper, lower = _halves(holder, rival)
        return f"r:3.4px;fill:url(#fl-h-{upper}-{lower});stroke:var(--halo);stroke-width:1px"
    if holder == "unknown":
        return "r:3px;fill:none;stroke:var(--unknown-ink);stroke-width:1.2px;stroke-dasharray:2 1.4"
    if certainty in (STALE, NOT_REPORTED):
        return "r:1.5px;fill:var(--unknown-ink);stroke:none"
    if certainty in (INFERRED, UNCERTAIN):
        return f"r:1.5px;fill:var(--{holder}-ink);stroke:none"
    return f"r:3px;fill:var(--{holder}-ink);stroke:var(--halo);stroke-width:1px"


def _halves(holder: str, rival: str) -> tuple[str, str]:
    """Upper and lower half of a contested dot: the government is below wherever it is one of the two."""
    return (holder, rival) if rival == "government" else (rival, holder)


def patterns(document: Document) -> str:
    """The patterns and half-and-half fills that the document's states need, once each."""
    found: dict[str, str] = {}
    for state in range(len(document["states"])):
        holder, certainty, rival = roles_of(document, state)
        if certainty == CLAIMED:
            found[f"fl-c-{holder}-{rival}"] = _claimed(holder, rival)
        elif certainty == CONTESTED:
            found[f"fl-x-{holder}-{rival}"] = _contested(holder, rival)
            upper, lower = _halves(holder, rival)
            found[f"fl-h-{upper}-{lower}"] = _half(upper, lower)
        elif certainty == UNCERTAIN and holder != "unknown":
            found[f"fl-u-{holder}"] = _stippled(holder)
        elif certainty == INFERRED and holder != "unknown" and _hatches(document):
            found[f"fl-n-{holder}"] = _thinly(holder)
        elif certainty in (ASSESSED, REPORTED) and holder in TEXTURES:
            found[f"fl-t-{holder}"] = _texture(holder)
    return "".join(found[key] for key in sorted(found))


def colour_rules() -> str:
    """Classes that paint with a role's ink or fill: ``i-government``, ``l-government``."""
    return "".join(
        f".fl .i-{role}{{fill:var(--{role}-ink)}}.fl .l-{role}{{fill:var(--{role}-fill)}}"
        f".fl .t-{role}{{fill:var(--{role}-text)}}.fl .u-{role}{{fill:var(--{role}-uncertain)}}"
        f".fl .n-{role}{{fill:var(--{role}-inferred)}}"
        for role in sorted(ROLES)
    )


def _tile(key: str, size: float, angle: float, inside: str) -> str:
    return (
        f'<pattern id="{key}" width="{size:g}" height="{size:g}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({angle:g})">{inside}</pattern>'
    )


def _claimed(holder: str, rival: str) -> str:
    size, stripe = PATTERNS.period, PATTERNS.stripe
    inside = (
        f'<path class="l-{holder}" d="M-1-1h{size + 2:g}v{size + 2:g}h-{size + 2:g}z"/>'
        f'<path class="i-{rival}" d="M{stripe:g}-1h{stripe:g}v{size + 2:g}h-{stripe:g}z"/>'
    )
    return _tile(f"fl-c-{holder}-{rival}", size, PATTERNS.claimed_angle, inside)


def _contested(holder: str, rival: str) -> str:
    size, stripe = 2 * PATTERNS.period - 2, PATTERNS.stripe
    inside = f'<path class="sheet" d="M-1-1h{size + 2:g}v{size + 2:g}h-{size + 2:g}z"/>' + "".join(
        f'<path class="i-{role}" d="M{x:g}-1h{stripe:g}v{size + 2:g}h-{stripe:g}z"/>'
        for role, x in ((holder, 1.4), (rival, size / 2 + 1.4))
    )
    return _tile(f"fl-x-{holder}-{rival}", size, PATTERNS.contested_angle, inside)


def _stippled(holder: str) -> str:
    """Dots on a pale ground: the line may run anywhere here."""
    size, dot = PATTERNS.dots_period, PATTERNS.dot
    inside = (
        f'<path class="u-{holder}" d="M-1-1h{size + 2:g}v{size + 2:g}h-{size + 2:g}z"/>'
        f'<circle class="i-{holder}" cx="{size / 2:g}" cy="{size / 2:g}" r="{dot:g}"/>'
    )
    return _tile(f"fl-u-{holder}", size, PATTERNS.claimed_angle, inside)


def _thinly(holder: str) -> str:
    """Thin lines on the tone of inferred ground."""
    size, thin = PATTERNS.period, PATTERNS.thin
    inside = (
        f'<path class="n-{holder}" d="M-1-1h{size + 2:g}v{size + 2:g}h-{size + 2:g}z"/>'
        f'<path class="i-{holder}" d="M2-1h{thin:g}v{size + 2:g}h-{thin:g}z"/>'
    )
    return _tile(f"fl-n-{holder}", size, PATTERNS.contested_angle, inside)


_TEXTURE_D = {
    "dots": "M3 3m-.9 0a.9.9 0 1 0 1.8 0a.9.9 0 1 0-1.8 0",
    "horizontal": "M-1 2.6h8v.8h-8z",
    "vertical": "M2.6-1h.8v8h-.8z",
    "cross": "M-1 2.6h8v.8h-8zM2.6-1h.8v8h-.8z",
}


def _texture(role: str) -> str:
    angle = 45 if TEXTURES[role] == "cross" else 0
    inside = (
        f'<path class="l-{role}" d="M-1-1h8v8h-8z"/>'
        f'<path class="i-{role}" opacity=".6" d="{_TEXTURE_D[TEXTURES[role]]}"/>'
    )
    return _tile(f"fl-t-{role}", PATTERNS.texture_period, angle, inside)


def _half(upper: str, lower: str) -> str:
    stops = "".join(
        f'<stop offset="{offset}" class="h-{role}"/>'
        for offset, role in (("0", upper), (".5", upper), (".5", lower), ("1", lower))
    )
    return f'<linearGradient id="fl-h-{upper}-{lower}" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient>'


def half_rules() -> str:
    """Classes of the half-and-half fills' stops."""
    return "".join(f".fl .h-{role}{{stop-color:var(--{role}-ink)}}" for role in sorted(ROLES))


BASE_RULES = f"""
.fl{{font-family:{SANS};font-variant-numeric:tabular-nums lining-nums;overflow:visible;direction:ltr}}
.fl[lang=ar]{{font-family:{ARABIC}}}
.fl .paper{{fill:var(--outside)}}
.fl .sheet{{fill:var(--panel)}}
.fl .neighbour{{fill:var(--neighbour)}}
.fl .region{{fill:var(--unknown)}}
.fl .veil{{fill:var(--outside);fill-opacity:.55;fill-rule:evenodd}}
.fl .f path{{shape-rendering:crispEdges;fill-rule:evenodd}}
.fl .w path,.fl .w circle,.fl .p circle,.fl .dl,.fl .dlh{{vector-effect:non-scaling-stroke}}
.fl .w{{fill:none;stroke-linejoin:round}}
.fl .coast,.fl .river{{stroke:var(--river);stroke-width:1.6px;stroke-linecap:round}}
.fl .coast{{stroke-width:1px}}
.fl .unit{{stroke:var(--unit-line);stroke-width:1.1px;stroke-dasharray:5 2.5 1 2.5}}
.fl .country{{stroke:var(--unit-line);stroke-width:1.6px;stroke-dasharray:7 2.5 1.5 2.5}}
.fl .ring-halo{{stroke:var(--halo);stroke-width:2.4px;stroke-opacity:.28}}
.fl .ring{{stroke:var(--ring);stroke-width:.9px;stroke-dasharray:1.5 3.5;stroke-linecap:round}}
.fl .e0{{display:none}}
.fl .casing path{{stroke:var(--casing);stroke-width:4.7px;stroke-linecap:round}}
.fl .front path{{stroke:var(--front);stroke-width:2.3px}}
.fl .front .e1{{stroke-linecap:round}}
.fl .front .e2{{stroke-dasharray:4.5 3.5}}
.fl .front .e3{{stroke-dasharray:1.2 3.2}}
.fl .o{{display:none;fill:none;stroke:var(--ink);stroke-width:1.1px}}
.fl .fresh>.o{{display:inline}}
.fl text{{fill:var(--ink);stroke:var(--halo);stroke-opacity:.88;stroke-width:3.2px}}
.fl text{{stroke-linejoin:round;paint-order:stroke}}
.fl .b{{font-weight:700}}
.fl .n{{fill:var(--ink-2)}}
.fl .rl{{fill:var(--ink-2)}}
.fl .rv{{fill:var(--river-label);font-style:italic}}
.fl[lang=ar] .rv{{font-style:normal}}
.fl .un{{fill:var(--ink-3);font-weight:700}}
.fl .un.sp{{letter-spacing:2px}}
.fl .lead{{stroke:var(--ink);stroke-width:.9px;fill:none}}
.fl .hq{{fill:var(--panel);stroke:var(--ink);stroke-width:2.6px}}
.fl .hqh{{fill:var(--halo)}}
.fl .hqd{{fill:var(--ink)}}
.fl .bar{{fill:none;stroke:var(--ink-2);stroke-width:1.6px}}
.fl .dl{{stroke:var(--ink);stroke-width:1.6px;fill:none}}
.fl .dlh{{stroke:var(--halo);stroke-width:3.4px;stroke-opacity:.8;fill:none}}
.fl .pill{{fill:var(--ink)}}
.fl .pill+text,.fl .on-pill{{fill:var(--panel);stroke:none}}
.fl [data-cue]:not(.on){{display:none}}
"""


def style_of(document: Document) -> str:
    """Every rule that the SVG of a document needs; colours come from custom properties."""
    rules = "".join(line for line in BASE_RULES.strip().splitlines())
    return rules + colour_rules() + half_rules() + state_rules(document)


def fixed(style: str, palette: Palette) -> str:
    """The style with its custom properties replaced by colours, for renderers that know none."""
    colours = palette.custom_properties()
    return re.sub(r"var\((--[a-z0-9-]+)\)", lambda found: colours[found[1]], style)


def declarations(properties: Mapping[str, str]) -> str:
    """Custom properties as CSS declarations."""
    return "".join(f"{name}:{value};" for name, value in properties.items())


def tokens(names: Iterable[str]) -> str:
    """A class attribute from its tokens, empty ones left out."""
    return " ".join(name for name in names if name)


def states_used(document: Document) -> set[int]:
    """The states that any face of the document is ever in."""
    seen = set(document["start"]["faces"])
    for change in document["changes"]:
        pairs: Sequence[int] = change[1]
        seen.update(pairs[1::2])
    return seen

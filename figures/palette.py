"""A palette and a theme become every colour that a map, a chart or a page is drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Theme: TypeAlias = Literal["light", "dark"]
Hex: TypeAlias = str

PALETTES = ("conventional", "safe")
THEMES: tuple[Theme, Theme] = ("light", "dark")
ROLES = ("government", "opposition", "sna", "sdf", "is", "foreign", "unknown")

STALE_SHARE = 0.35
"""How much of the holder's fill is left in ground that nobody has reported, or not for long."""
INFERRED_SHARE = 0.35
UNCERTAIN_SHARE = 0.25
"""How much of the fill is left where a modelled line may run anywhere; dots tell it from the rest."""
OUTSIDE_SHARE = 0.45
"""How much of the fill is left outside the study area."""

TEXTURES: Mapping[str, str] = MappingProxyType(
    {"sna": "dots", "sdf": "horizontal", "is": "cross", "foreign": "vertical"}
)
"""Secondary texture of the third party onwards: no seven hues are safe for every reader."""


@dataclass(frozen=True, slots=True)
class PatternSizes:
    """Stripes in px: ``period`` from one to the next, ``stripe`` its width; angles in degrees, clockwise."""

    period: float = 6.0
    stripe: float = 2.2
    claimed_angle: float = 45.0
    contested_angle: float = -45.0
    texture_period: float = 6.0
    texture_stroke: float = 0.9
    thin: float = 0.9
    dot: float = 0.8
    dots_period: float = 5.0


PATTERNS = PatternSizes()


@dataclass(frozen=True, slots=True)
class RoleColours:
    """What one party is drawn with: ``ink`` (dots, stripes), ``fill`` (ground), ``text`` (on that ground)."""

    ink: Hex
    fill: Hex
    text: Hex


@dataclass(frozen=True)
class Palette:
    """All colours of one palette in one theme; ``roles`` and ``tokens`` are keyed by name."""

    name: str
    theme: Theme
    roles: Mapping[str, RoleColours]
    tokens: Mapping[str, Hex]

    def role(self, name: str) -> RoleColours:
        """The colours of a role; one that nobody planned for is drawn as a foreign force."""
        return self.roles.get(name) or self.roles["foreign"]

    def ink(self, role: str) -> Hex:
        """Dots, stripes, text on panels."""
        return self.role(role).ink

    def fill(self, role: str) -> Hex:
        """Ground that is assessed."""
        return self.role(role).fill

    def stale(self, role: str) -> Hex:
        """Ground whose last holder nobody has reported since the baseline, or not for long."""
        return mix(self.fill(role), self.tokens["unknown"], STALE_SHARE)

    def inferred(self, role: str) -> Hex:
        """Ground whose holder is taken from its neighbours."""
        return mix(self.fill(role), self.tokens["outside"], INFERRED_SHARE)

    def uncertain(self, role: str) -> Hex:
        """Ground within which a modelled line may run anywhere."""
        return mix(self.fill(role), self.tokens["panel"], UNCERTAIN_SHARE)

    def custom_properties(self) -> dict[str, Hex]:
        """Everything as CSS custom properties: ``--ink``, ``--government-fill`` and so on."""
        properties = {f"--{name}": value for name, value in self.tokens.items()}
        for role in self.roles:
            properties[f"--{role}-ink"] = self.ink(role)
            properties[f"--{role}-fill"] = self.fill(role)
            properties[f"--{role}-text"] = self.role(role).text
            properties[f"--{role}-stale"] = self.stale(role)
            properties[f"--{role}-inferred"] = self.inferred(role)
            properties[f"--{role}-uncertain"] = self.uncertain(role)
        return properties


def palette(name: str = "conventional", theme: str = "light") -> Palette:
    """The palette of that name in that theme; a name nobody knows is the default one.

    Parameters
    ----------
    name
        ``conventional`` or ``safe`` (for colour-blind readers).
    theme
        ``light`` or ``dark``.
    """
    known_theme: Theme = "dark" if theme == "dark" else "light"
    known_name = name if name in PALETTES else "conventional"
    roles = _ROLES[known_name, known_theme]
    return Palette(known_name, known_theme, MappingProxyType(roles), MappingProxyType(_TOKENS[known_theme]))


def mix(colour: Hex, into: Hex, share: float) -> Hex:
    """``share`` (0-1) of one sRGB colour in another, as a layer of that opacity would look."""
    pairs = zip(channels(colour), channels(into), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def channels(colour: Hex) -> tuple[int, int, int]:
    """Red, green and blue, 0-255, of ``#RRGGBB``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Hex, other: Hex) -> float:
    """Contrast ratio of two colours, 1-21, after WCAG 2.2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Hex) -> float:
    red, green, blue = (_linear(value / 255) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _roles(*rows: tuple[str, Hex, Hex, Hex]) -> dict[str, RoleColours]:
    return {role: RoleColours(ink, fill, text) for role, ink, fill, text in rows}


_ROLES: dict[tuple[str, str], dict[str, RoleColours]] = {
    ("conventional", "light"): _roles(
        ("government", "#A1302A", "#E9C0AE", "#8E2620"),
        ("opposition", "#0F6A66", "#CBEAE7", "#0B5652"),
        ("sna", "#5E6E12", "#D7DE9F", "#4C590E"),
        ("sdf", "#8A6100", "#F4E3A1", "#765300"),
        ("is", "#2B2B2B", "#B5B3B0", "#2B2B2B"),
        ("foreign", "#5A4A9C", "#CFC8EA", "#4E4089"),
        ("unknown", "#646C73", "#E9E6DF", "#596067"),
    ),
    ("conventional", "dark"): _roles(
        ("government", "#F2998B", "#65342A", "#F2998B"),
        ("opposition", "#66CFC6", "#164A4D", "#66CFC6"),
        ("sna", "#C4D275", "#454D18", "#C4D275"),
        ("sdf", "#E6C25F", "#57430D", "#E6C25F"),
        ("is", "#C9C7C4", "#4A4948", "#D6D4D1"),
        ("foreign", "#B9ADEE", "#3F3670", "#C4BAF2"),
        ("unknown", "#949EA5", "#1D2327", "#949EA5"),
    ),
    ("safe", "light"): _roles(
        ("government", "#9C4A12", "#F3CFAB", "#84400F"),
        ("opposition", "#1B5E9B", "#B4D0EA", "#155084"),
        ("sna", "#2A7F95", "#BFE3E6", "#1F6273"),
        ("sdf", "#7A6300", "#F1E7A8", "#6B5700"),
        ("is", "#2B2B2B", "#A9A7A4", "#2B2B2B"),
        ("foreign", "#8A3A76", "#E3C4DC", "#7A3268"),
        ("unknown", "#646C73", "#E9E6DF", "#596067"),
    ),
    ("safe", "dark"): _roles(
        ("government", "#F0A869", "#6E431F", "#F6B981"),
        ("opposition", "#84BBF0", "#234A70", "#8FC2F3"),
        ("sna", "#7FC6D6", "#1C4E58", "#7FC6D6"),
        ("sdf", "#DCC763", "#51470F", "#DCC763"),
        ("is", "#C9C7C4", "#4A4948", "#D6D4D1"),
        ("foreign", "#E0A3CF", "#5E2B50", "#E0A3CF"),
        ("unknown", "#949EA5", "#1D2327", "#949EA5"),
    ),
}

_TOKENS: dict[str, dict[str, Hex]] = {
    "light": {
        "panel": "#FFFFFF",
        "bg": "#F3F1EC",
        "sunk": "#F7F6F2",
        "ink": "#191D21",
        "ink-2": "#474E55",
        "ink-3": "#646C73",
        "accent": "#1B4F8A",
        "warn": "#7A4B00",
        "warn-bg": "#FBF0D9",
        "rule": "#DEDAD2",
        "rule-2": "#C9C4BA",
        "outside": "#F3F1EC",
        "neighbour": "#EBE8E0",
        "unknown": "#E9E6DF",
        "river": "#8DB4CF",
        "river-label": "#41708F",
        "front": "#15181B",
        "casing": "#FFFFFF",
        "ring": "#3D444A",
        "halo": "#FFFFFF",
        "town": "#FFFFFF",
        "unit-line": "#7B7468",
        "selected": "#FFF6D6",
    },
    "dark": {
        "panel": "#151A1E",
        "bg": "#0D1113",
        "sunk": "#111619",
        "ink": "#ECEFF1",
        "ink-2": "#B9C1C7",
        "ink-3": "#949EA5",
        "accent": "#86B8EF",
        "warn": "#F0C36B",
        "warn-bg": "#2E2512",
        "rule": "#2A3238",
        "rule-2": "#3D474E",
        "outside": "#12171A",
        "neighbour": "#191F23",
        "unknown": "#1D2327",
        "river": "#3F6F8E",
        "river-label": "#7FB0CE",
        "front": "#FBF8F1",
        "casing": "#0B0E10",
        "ring": "#C3CAD0",
        "halo": "#0F1417",
        "town": "#151A1E",
        "unit-line": "#8B9299",
        "selected": "#2B2A17",
    },
}

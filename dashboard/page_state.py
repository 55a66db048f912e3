"""An address becomes what the page shows; whatever is wrong in it becomes the nearest right thing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from figures import asked
from figures.clock import instant
from figures.map_figure import clamped
from figures.palette import PALETTES, THEMES
from figures.words import language

_LONGEST = 2_000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class PageState:
    """What an address asks for, each part already one that exists; None and empty mean the map's own."""

    map_id: str
    lang: str = "en"
    theme: str = "light"
    palette: str = "conventional"
    at: str = ""
    known: str = ""
    city: str = ""
    rings: str = ""
    seen: tuple[float, float, float] | None = None
    """Latitude, longitude and zoom of the map's view."""


def page_state(
    search: str, map_ids: Sequence[str], remembered: Mapping[str, str] | None = None
) -> PageState | None:
    """Read the query of an address.

    Parameters
    ----------
    search
        With or without the question mark. Unknown names are passed over; of a repeated name the first counts.
    map_ids
        The maps there are; the first is shown where the address names none.
    remembered
        Theme and palette that this reader chose before, for an address that names none.

    Returns
    -------
    PageState or None
        None where the address names a map that is not there, or where there is none at all.
    """
    query = {name: values[0] for name, values in _query(search).items()}
    wanted = query.get("map") or (map_ids[0] if map_ids else "")
    if wanted not in map_ids:
        return None
    known = {**(remembered or {}), **query}
    return PageState(
        map_id=wanted,
        lang=language(query.get("lang")),
        theme=_one_of(THEMES, known.get("theme")),
        palette=_one_of(PALETTES, known.get("palette")),
        at=query.get("t", "")[:40],
        known=query.get("known", "")[:40],
        city=_matching(_ID, query.get("city")),
        rings=query.get("rings", "")[:60],
        seen=_seen(query.get("view", "")),
    )


def instant_of(state: PageState, document: Mapping[str, Any]) -> int:
    """The instant the address asks for, clamped to the story; the last change where it asks for none.

    What is no instant counts as none.
    """
    try:
        return clamped(document, instant(state.at, document) if state.at else None)
    except (ValueError, OverflowError):
        return clamped(document, None)


def rings_of(text: str, otherwise: Sequence[float]) -> tuple[float, ...]:
    """The radii in km that a text asks for; a text that names none leaves them as they are."""
    radii = asked.rings_of(text)
    return tuple(otherwise) if radii is None else radii


def _seen(text: str) -> tuple[float, float, float] | None:
    try:
        lat, lon, zoom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (abs(lat) <= _NORTHERNMOST and abs(lon) <= 180 and math.isfinite(zoom)):
        return None
    return lat, lon, max(_FARTHEST, min(zoom, _NEAREST))


_NORTHERNMOST, _FARTHEST, _NEAREST = 84.0, 3.0, 16.0


def _query(search: str) -> dict[str, list[str]]:
    try:
        return parse_qs(search[:_LONGEST].lstrip("?"), max_num_fields=50)
    except ValueError:
        return {}


def _one_of(known: Sequence[str], asked: str | None) -> str:
    return asked if asked is not None and asked in known else known[0]


def _matching(pattern: re.Pattern[str], asked: str | None) -> str:
    return asked if asked and pattern.fullmatch(asked) else ""

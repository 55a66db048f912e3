"""The parts of a page that are drawings or long tables: written as HTML once, not as a tree of components."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dashboard import known_control
from dashboard.changes_panel import every_change
from dashboard.lists_panel import lists
from dashboard.once import once
from dashboard.static_html import static_html
from dashboard.view import View
from figures.frames import Frame, narrow_frame
from figures.home_view import camera, home_view, middle
from figures.svg_map import svg_map
from figures.svg_style import style_of
from figures.timeline import DASHBOARD, NARROW, timeline_rules, timeline_svg

_WIDE = (968.0, 613.0)


def first_drawn(view: View) -> Mapping[str, str]:
    """Everything that is seen before the large map is drawn, by the name of its place."""
    return _first_drawn(_Asked(view))


class _Asked:
    """A view as the key of a cache: what differs in nothing drawn is the same."""

    def __init__(self, view: View) -> None:
        self.view = view
        state = view.state
        self._key = (
            state.map_id,
            view.version,
            state.lang,
            state.city,
            state.rings,
            view.at,
            state.theme,
            state.palette,
        )

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key


@once(32)
def _first_drawn(asked: _Asked) -> Mapping[str, str]:
    view = asked.view
    return {
        "light": still_map(view),
        "timeline": timeline(view),
        "changes": table(view),
        "lists": static_html(lists(view)),
        "known": known_control.sheet(view),
    }


def light_map(view: View) -> str:
    """Draw the light map at the shown instant; the page's script can play it."""
    return svg_map(view.document, view.at, view.state.lang, frames=_frames(view))


def still_map(view: View) -> str:
    """Draw the light map at the shown instant only: what is seen before the large map is drawn."""
    return svg_map(view.document, view.at, view.state.lang, frames=_frames(view), still=True)


def timeline(view: View) -> str:
    """Draw the changes over time, for a wide axis and for a phone's."""
    drawn = (timeline_svg(view.document, view.state.lang, lane, at=view.at) for lane in (DASHBOARD, NARROW))
    return "".join(drawn)


def table(view: View) -> str:
    """Write the table of every reported change."""
    return static_html(every_change(view))


def drawing_rules(view: View) -> str:
    """The style of what is drawn from the document, as CSS: a document has states of its own."""
    return (
        crop_rule(view)
        + style_of(view.document)
        + timeline_rules({actor["role"] for actor in view.document["actors"]})
    )


def crop_rule(view: View) -> str:
    """How the light map is cropped to its narrow frame on a phone, as CSS."""
    wide, narrow = _frames(view)
    left, top, _, _ = narrow.box_in(wide)
    k = narrow.px_per_km / wide.px_per_km
    return (
        ".fl .narrow{display:none}"
        "@media(max-width:519px){.fl .wide{display:none}.fl .narrow{display:inline}"
        f".light-box{{aspect-ratio:{narrow.width:g}/{narrow.height:g};block-size:auto;"
        "overflow:hidden;position:relative}"
        ".light-box>svg{position:absolute;block-size:auto;"
        f"inline-size:{100 * wide.width * k / narrow.width:.3f}%;"
        f"left:{-100 * left * k / narrow.width:.3f}%;top:{-100 * top * k / narrow.height:.3f}%}}}}"
    )


def _frames(view: View) -> tuple[Frame, Frame]:
    return home_frame(view.document, *_WIDE), narrow_frame(view.document)


def home_frame(document: Mapping[str, Any], width: float, height: float) -> Frame:
    """The frame that shows what the large map shows first, so that nothing moves when it takes the place."""
    lon, lat, zoom = camera(home_view(document), width, height)
    here = middle(document)
    km_per_degree = 40_075.017 / 360
    squeeze = math.cos(math.radians(lat))
    px_per_km = 512 * 2**zoom / (40_075.017 * squeeze)
    x = width / 2 + (here[0] - lon) * km_per_degree * squeeze * px_per_km
    y = height / 2 - (here[1] - lat) * km_per_degree * px_per_km
    return Frame("wide", width, height, *here, x, y, px_per_km, 12.0, 4)

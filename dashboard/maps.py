"""A reader's choices become the view of a map, with the distances of the chosen city."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from dashboard.once import once
from dashboard.page_state import PageState, rings_of
from dashboard.view import View
from figures.asked import known_text
from figures.map_document import document_bytes
from figures.text import plain

if TYPE_CHECKING:
    from figures.drawing import Drawing

_KEPT = 48
_KEPT_WRITTEN = 12
_FORM = b"2"
"""Counts what was changed in the sources that a browser keeps for a year under a document's hash."""


class DrawnMaps(Protocol):
    """What the door gives: the drawings of maps by id and known time, and the ids of all maps."""

    map_ids: Callable[[], Sequence[str]]

    def __call__(self, map_id: str, known: str = "") -> Drawing:
        """Give the drawing of a map as known at an instant; LookupError where there is none of that id."""
        ...

    def steps(self, map_id: str) -> tuple[int, ...]:
        """Give the instants at which something of a map became known, in seconds."""
        ...


class Maps:
    """The maps of the server, each with the distances from whatever city a reader chose; the latest are kept.

    ``prefix`` is the path that everything lives under.
    """

    def __init__(self, drawn: DrawnMaps, prefix: str = "") -> None:
        self._drawn = drawn
        self._prefix = prefix
        self._kept: OrderedDict[tuple[str, str, str, tuple[float, ...]], Mapping[str, Any]] = OrderedDict()
        self._lock = Lock()

    def ids(self) -> list[str]:
        """The ids of all maps."""
        return list(self._drawn.map_ids())

    def view(self, state: PageState, *, part: bool = False) -> View:
        """The view that a reader's choices ask for; of a ``part`` of a page, without the other maps' titles.

        Raises LookupError where the map is gone.
        """
        drawing = self._drawn(state.map_id, state.known)
        state = replace(state, known=known_text(drawing.document))
        document = self._referred(drawing, state)
        titles = {} if part else {map_id: self._title(map_id, state.lang) for map_id in self.ids()}
        written, version = self._of(drawing)
        steps = partial(self._drawn.steps, state.map_id)
        return View(document, state, titles, version, self._prefix, written, steps)

    def _of(self, drawing: Drawing) -> tuple[bytes, str]:
        """The document as bytes, and a hash for addresses: two that differ never have the same."""
        return _written(_Drawn(drawing))

    def _title(self, map_id: str, lang: str) -> str:
        titles = self._drawn(map_id).document["title"]
        return plain(str(titles.get(lang) or titles.get("en") or map_id))

    def _referred(self, drawing: Drawing, state: PageState) -> Mapping[str, Any]:
        """The document, measured from the chosen city; a city that the map has not is its own."""
        own = drawing.record.settings
        city = state.city if state.city in drawing.record.places else own.city
        rings = rings_of(state.rings, own.rings_km)
        if city == own.city and tuple(rings) == tuple(own.rings_km):
            return drawing.document
        key = (state.map_id, self._of(drawing)[1], city, tuple(rings))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _measured(drawing, city, rings)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


class _Drawn:
    """A drawing as the key of a cache: no other is the same."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing

    def __hash__(self) -> int:
        return id(self.drawing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawn) and self.drawing is other.drawing


@once(_KEPT_WRITTEN)
def _written(drawn: _Drawn) -> tuple[bytes, str]:
    written = document_bytes(drawn.drawing.document)
    return written, hashlib.sha256(_FORM + written).hexdigest()[:16]


def _measured(drawing: Drawing, city: str, rings_km: Sequence[float]) -> Mapping[str, Any]:
    from figures.drawing import reference

    return {**drawing.document, "reference": reference(drawing, city, rings_km)}

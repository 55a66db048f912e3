"""What every panel is given: the document, the reader's choices and the texts that fit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from dashboard.page_state import PageState, instant_of
from dashboard.words import page_words
from figures.sentences import Teller, latest
from figures.text import plain

if TYPE_CHECKING:
    from figures.words import Words


@dataclass(frozen=True, eq=False)
class View:
    """One page as one reader sees it.

    Attributes
    ----------
    document
        The map document, with the ``reference`` of the chosen city and rings.
    titles
        The titles of all maps, by id.
    version
        Changes whenever the document does.
    prefix
        The path that everything lives under; empty or ``/maps``.
    written
        The map's own document as bytes, whatever city the reader chose.
    steps
        Gives when something became known, in seconds, sorted: also after the known time that is shown.
    """

    document: Mapping[str, Any]
    state: PageState
    titles: Mapping[str, str]
    version: str = ""
    prefix: str = ""
    written: bytes = b""
    steps: Callable[[], tuple[int, ...]] = tuple

    @cached_property
    def words(self) -> Words:
        """The page's texts."""
        return page_words(self.state.lang)

    @cached_property
    def teller(self) -> Teller:
        """Reads the document aloud."""
        return Teller.of(self.document, self.state.lang)

    @cached_property
    def at(self) -> int:
        """The instant that is shown first."""
        return instant_of(self.state, self.document)

    @property
    def reference(self) -> Mapping[str, Any]:
        """Distances and rings of the chosen city."""
        return dict(self.document["reference"])

    def say(self, key: str, **parts: str | int) -> str:
        """A text of the page, filled in."""
        return self.words.fill(key, **parts) if parts else self.words[key]

    def of(self, texts: Mapping[str, str]) -> str:
        """A text of the document in the reader's language."""
        return plain(self.words.of(texts))

    def place(self, index: int) -> str:
        """The name of a place."""
        return self.of(self.document["places"][index]["name"])

    def address(self, part: str, **query: str) -> str:
        """The address of something that the server gives of this map, as known at the asked instant."""
        if self.state.known:
            query["known"] = self.state.known
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.prefix}/maps/{quote(self.state.map_id)}/{part}{asked}"

    def known(self) -> str:
        """What was known: the printed line of the state bar."""
        date = self.teller.say.say("short_year_time", int(self.document["known_at"]))
        asked = self.document["known_label"] == "asked"
        return self.say("state.known_at", date=date if asked else latest(self.teller, date))


def cities(document: Mapping[str, Any]) -> Sequence[int]:
    """The places that rings and distances may start from, the map's city first, then by name."""
    places = document["places"]
    own = document["reference"]["place"]
    listed = [
        i for i, place in enumerate(places) if i != own and (place["rank"] <= 1 or place["kind"] in _TOWNS)
    ]
    return [*([own] if own >= 0 else []), *sorted(listed, key=lambda i: str(places[i]["name"].get("en", "")))]


_TOWNS = ("city", "town", "capital")

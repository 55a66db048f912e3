"""Names that other people's data use become actors, sources and places: the map's own, or new ones.

A name is known where it is the id, the name or an alias of one that the map has; then that one is meant.
Otherwise it becomes one of its own, with an id made of the name, and belongs to nobody: a new actor is a side
by itself, a new source is independent of nobody. An editor can change both later, without reading the file
again: the id stays.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence

from claims.actors import UNKNOWN, Actor, same_name
from claims.corrections import Correction
from claims.entries import Entry, entry
from claims.map_record import MapRecord
from claims.sources import Source
from gazetteer.distance import sphere_km
from gazetteer.place import Place
from gazetteer.spelling import LONGEST_NAME, normalised, spelling

NEAR_KM = 5.0
"""A place of the same name within this distance is the same place."""
ONE_SPOT_KM = 0.010
"""Two points nearer than this are one spot, whatever they are called: a map cannot tell them apart."""
UNATTRIBUTED = "unattributed"
"""The source of what nobody is named for."""

_LONGEST_SLUG = 60
_PLAIN = re.compile(r"""[A-Za-z0-9 _.,:;'"()\[\]/&-]+""")
_SQUARE = 0.05  # degrees: NEAR_KM of latitude at least
_CLOSE = 0.001  # degrees: ONE_SPOT_KM of latitude at least


class OutsideTheWindow(ValueError):  # noqa: N818 - no error: what lies there is of another map
    """A point does not lie in the map's window."""


class Newcomers:
    """The names of one map, and those that a file adds to them.

    Parameters
    ----------
    record
        The map; its claims are not looked at.
    origin
        Where new places are from, as their ``source`` is to say: ``ACLED``.
    """

    def __init__(self, record: MapRecord, origin: str) -> None:
        self.origin = origin
        self.window = record.settings.window
        gone = [c for c in record.corrections if c.after is None and c.before is not None]
        self._actors = _known(record.actors, [c for c in gone if c.kind == "actor"])
        self._sources = _known(record.sources, [c for c in gone if c.kind == "source"])
        self._retracted = {c.key for c in gone if not c.into}
        self._places = _Places(record.places, [c for c in gone if c.kind == "place"])
        self._waiting: list[Entry] = []
        self.actors: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        self.places: dict[str, str] = {}

    def take(self) -> list[Entry]:
        """Hand over the entries of those that came since this was last asked."""
        taken, self._waiting = self._waiting, []
        return taken

    @property
    def waiting(self) -> bool:
        """Whether anybody came since they were last taken."""
        return bool(self._waiting)

    def actor(self, name: str, code: str = "") -> str | None:
        """The id of the party of that name or, before that, of that code; None for no name.

        Parties that the data call unidentified are the actor ``unknown``.
        """
        key = same_name(name)
        if not key:
            return None
        found = self._actors.get(same_name(code)) or self._actors.get(key)
        return found or self._new_actor(name.strip(), key)

    def _new_actor(self, name: str, key: str) -> str:
        nobody = key.startswith("unidentified ") or key == UNKNOWN
        actor_id = UNKNOWN if nobody else self._id_of(name)
        if actor_id not in self._actors:
            printed = "Unknown" if nobody else name
            self._actors[actor_id] = actor_id
            self.actors[actor_id] = printed
            self._waiting.append(entry("actor", actor_id, Actor(actor_id, printed, "", actor_id)))
        return self._actors.setdefault(key, self._actors[actor_id])

    def source(self, name: str, url: str = "") -> str:
        """The id of the source of that name; one that is not named is ``unattributed``."""
        key = same_name(name)
        found = self._sources.get(key or UNATTRIBUTED)
        return found or self._new_source(name.strip(), key or UNATTRIBUTED, url)

    def _new_source(self, name: str, key: str, url: str) -> str:
        source_id = self._id_of(name) if name else UNATTRIBUTED
        if source_id not in self._sources:
            printed = name or "Nobody named"
            self._sources[source_id] = source_id
            self.sources[source_id] = printed
            made = Source(source_id, printed, "other", "F", url, frozenset())
            self._waiting.append(entry("source", source_id, made))
        return self._sources.setdefault(key, self._sources[source_id])

    def _id_of(self, name: str) -> str:
        """The id made of a name; another one where what had it was retracted, and stays so."""
        made = slug(name)
        return f"{made}-again" if made in self._retracted else made

    def check_inside(self, lat: float, lon: float) -> None:
        """Raise OutsideTheWindow where a point does not lie in the map's window."""
        west, south, east, north = self.window
        if not (west <= lon <= east and south <= lat <= north):
            raise OutsideTheWindow

    def place_of_geonames(self, number: int) -> str | None:
        """The id of the map's place that is this record of GeoNames."""
        return self._places.by_geonames.get(number) or None

    def place_called(self, name: str) -> str | None:
        """The id of the one place of the map with that id, name or spelling; None for none or several."""
        found = self._places.called(name)
        return found.pop() if len(found) == 1 else None

    def place(
        self,
        name: str,
        lat: float,
        lon: float,
        precision_m: int,
        *,
        admin: str = "",
        geonames: int | None = None,
    ) -> str | None:
        """The id of the place of that name near that point; a new one where the map has none.

        None where an editor took that place off the map: it is no longer known where it is.

        ``precision_m`` is how far the true spot may lie from the point, in metres; ``admin`` the first-level
        unit, by name.
        """
        of_record = self._places.by_geonames.get(geonames) if geonames else None
        found = of_record or self._places.near(name, lat, lon)
        if found is None:
            return self._new_place(name, lat, lon, precision_m, admin, geonames)
        return found or None

    def _new_place(
        self, name: str, lat: float, lon: float, precision_m: int, admin: str, geonames: int | None
    ) -> str:
        place_id = self._places.free_id(slug(name))
        place = Place(
            place_id, name, lat, lon, "place", precision_m, self.origin, admin1=admin, geonames_id=geonames
        )
        self._places.add(place)
        self.places[place_id] = name
        self._waiting.append(entry("place", place_id, place))
        return place_id


def _known(things: Mapping[str, Actor] | Mapping[str, Source], gone: Sequence[Correction]) -> dict[str, str]:
    """Every key under which the map's parties or sources are known: ids first, then names, then aliases.

    What was merged into another is known as that other. ``gone`` are merges and retractions.
    """
    keys = {key: key for key in things}
    for key in things:
        keys.setdefault(same_name(key), key)
    for key, thing in things.items():
        keys.setdefault(same_name(thing.name), key)
    for key, thing in things.items():
        for alias in (getattr(thing, "name_ar", ""), *getattr(thing, "aliases", ())):
            if alias:
                keys.setdefault(same_name(alias), key)
    for merged in gone:
        into = _end_of(merged, gone)
        if merged.key not in things and into in things:
            keys.setdefault(same_name(merged.key), into)
            keys.setdefault(same_name(merged.before.name), into)
    return keys


def _end_of(merged: Correction, gone: Sequence[Correction]) -> str:
    """The key that stands for one that was merged, in the end; empty where it was retracted."""
    into = {correction.key: correction.into for correction in gone}
    key, seen = merged.into, {merged.key}
    while key in into and key not in seen:
        seen.add(key)
        key = into[key]
    return key


class _Places:
    """The places of a map, found by nearness and name, and by their record of GeoNames."""

    def __init__(self, places: Mapping[str, Place], gone: Sequence[Correction]) -> None:
        self.by_geonames: dict[int, str] = {}
        self._stands_for: dict[str, str] = {}
        self._squares: dict[tuple[int, int], list[Place]] = {}
        self._letters: dict[str, frozenset[str]] = {}
        self._sounds: dict[str, frozenset[str]] = {}
        self._called: dict[str, set[str]] = {}
        for place in places.values():
            self.add(place)
        for taken in gone:
            if taken.key not in places:
                into = _end_of(taken, gone)
                self.add(taken.before, into if into in places else "")

    def add(self, place: Place, stands_for: str | None = None) -> None:
        """Know a place by all its names, and by its id: a name may have been corrected since.

        ``stands_for`` is the place that it was merged into, or empty where it was taken off the map.
        """
        self._stands_for[place.id] = place.id if stands_for is None else stands_for
        if place.geonames_id:
            self.by_geonames.setdefault(place.geonames_id, self._stands_for[place.id])
        self._squares.setdefault(_square(place.lat, place.lon), []).append(place)
        self._called.clear()

    def called(self, name: str) -> set[str]:
        """The ids of all places of that name that are on the map."""
        if not self._called:
            for place in (place for square in self._squares.values() for place in square):
                for key in self._names(place, self._letters, _letters_of):
                    self._called.setdefault(key, set()).add(self._stands_for[place.id])
        return self._called.get(_letters_of(name), set()) - {""}

    def near(self, name: str, lat: float, lon: float) -> str | None:
        """The nearest place of that name, at most ``NEAR_KM`` away; else what is at that very spot.

        Empty where that one was taken off the map, None where there is none.
        """
        there = self._there(lat, lon)
        for kept, key_of in ((self._letters, _letters_of), (self._sounds, _sound_of)):
            wanted = key_of(name)
            named = [place for place in there if wanted in self._names(place, kept, key_of)]
            found = _nearest(named, lat, lon, NEAR_KM)
            if found:
                return self._stands_for[found]
        close = [place for place in there if abs(place.lat - lat) < _CLOSE]
        found = _nearest(close, lat, lon, ONE_SPOT_KM)
        return self._stands_for[found] if found else None

    def _there(self, lat: float, lon: float) -> list[Place]:
        """The places of all squares that reach within ``NEAR_KM`` of a point."""
        row, column = _square(lat, lon)
        wide = math.ceil(1 / max(0.01, math.cos(math.radians(lat))))
        columns = range(column - wide, column + wide + 1)
        squares = ((row + i, at) for i in (-1, 0, 1) for at in columns)
        return [place for square in squares for place in self._squares.get(square, ())]

    @staticmethod
    def _names(place: Place, kept: dict[str, frozenset[str]], key_of: Callable[[str], str]) -> frozenset[str]:
        """A place's names as keys; each is worked out once, and only when it is asked for."""
        found = kept.get(place.id)
        if found is None:
            names = (place.id, place.name, *place.names.values(), *place.variants)
            found = kept[place.id] = frozenset(key for name in names if (key := key_of(name)))
        return found

    def free_id(self, wanted: str) -> str:
        """That id, or where it is taken the first of ``kafr-2``, ``kafr-3`` and so on that is not."""
        number, free = 1, wanted
        while free in self._stands_for:
            number += 1
            free = f"{wanted}-{number}"
        return free


def _nearest(places: Sequence[Place], lat: float, lon: float, most_km: float) -> str | None:
    measured = [(sphere_km(lat, lon, place.lat, place.lon), place.id) for place in places]
    km, place_id = min(measured, default=(most_km + 1, ""))
    return place_id if km <= most_km else None


def _square(lat: float, lon: float) -> tuple[int, int]:
    return math.floor(lat / _SQUARE), math.floor(lon / _SQUARE)


def _letters_of(name: str) -> str:
    """The key under which ways to write a name meet that differ in no letter."""
    return normalised(name[:LONGEST_NAME])


def _sound_of(name: str) -> str:
    """The key under which ways to romanise one name meet."""
    sounds = spelling(name[:LONGEST_NAME])
    return " ".join((sounds.folded, *sorted(sounds.qualifiers))) if sounds.folded else ""


def slug(name: str) -> str:
    """Make an id of a name; the same name always gives the same id.

    Names that differ in case, spaces and plain punctuation only give one id. Whatever else cannot stand in an
    id (another script, a sign such as ``+``, a very long name) is told apart by six digits of its hash.
    """
    from anyascii import anyascii

    words = "-".join(re.findall(r"[a-z0-9]+", anyascii(name).lower()))
    if words and len(words) <= _LONGEST_SLUG and _PLAIN.fullmatch(name):
        return words
    digits = hashlib.sha256(same_name(name).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words[:_LONGEST_SLUG].strip('-')}-{digits}".strip("-")

"""A map's folder, its map.toml and the CSV files beside it, becomes one MapRecord."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from os import PathLike
from os.path import lexists
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.claim import Claim
from claims.drawn_folder import read_drawn
from claims.drawn_series import Progress, Repairs, Seen
from claims.errors import NotAMapFolder
from claims.formats.areas import read_areas
from claims.formats.areas_days import Zones
from claims.formats.columns import Known
from claims.formats.csv import read_drafts
from claims.formats.tally import Tally
from claims.locate import located
from claims.map_record import BaselineHolder, MapRecord, MapSettings, Unlocated
from claims.map_settings import names_a_city, read_settings, read_zone, with_line
from claims.map_tables import read_actors, read_baseline, read_sources, read_unlocated
from claims.observations import DrawnStore, Observation
from claims.release_file import RELEASE_FILE, read_releases
from claims.times import A_DAY, zone_named
from gazetteer.errors import BadFiles, Fault, shown
from gazetteer.index import Gazetteer
from gazetteer.place import Place
from gazetteer.tables import read_places

MAP_FILE = "map.toml"
_MOST_CREDITS = 100_000
_NO_PLACES: Mapping[str, Place] = {}
_NO_BASELINE: Mapping[str, BaselineHolder] = {}
_NO_CLAIMS: tuple[Claim, ...] = ()

GroundFaults = Callable[[MapSettings, Mapping[str, Place]], Iterable[Fault]]

T = TypeVar("T")


def read_map_folder(
    path: str | PathLike[str],
    tz: str | None = None,
    *,
    locate_missing: bool = False,
    ground_faults: GroundFaults | None = None,
    now: datetime | None = None,
    tally: Tally | None = None,
    repairs: Repairs | None = None,
    seen: Seen | None = None,
    progress: Progress | None = None,
) -> MapRecord:
    """Read the folder of one map: see docs/formats.md for its files.

    Parameters
    ----------
    path
        The folder: map.toml, places.csv, actors.csv, sources.csv, baseline.csv, claims.csv and, if there are
        any, areas.geojson, unlocated.csv, release.toml, CREDITS.md, baseline.geojson and a folder areas. A
        map without a city, whose ground is drawn, can do without places.csv, baseline.csv and claims.csv.
    tz
        The zone of clock times that state no offset, as an IANA name; without one such times are refused.
        Bare dates are days in the map's own zone in any case.
    locate_missing
        Ask the gazetteer of the map's own places for each claim that gives no place id. Otherwise those
        claims stay unlocated.
    ground_faults
        Asked what of the settings and places cannot be put on the ground; this floor knows no ground.
    now
        The door's clock, with a time zone: what lies more than a day behind it lies in the future, and is
        refused. None: nothing is.
    tally
        Counts what was taken though odd.
    repairs
        Asked how many drawn shapes will need which repair.
    seen
        Counts what became of drawn areas.
    progress
        Called with the files of drawn areas that were read, and all of them.

    Returns
    -------
    The record; ``head`` is empty, since no ledger has it yet. Claims are in the order of the file.

    Raises
    ------
    NotAMapFolder
        There is no such folder, or it has no map.toml.
    BadFiles
        Everything that is wrong in any of the files, with file and line.
    ValueError
        ``tz`` is not the name of a zone.
    """
    folder = _Folder(Path(path))
    clock_zone = zone_named(tz) if tz else None
    bare = folder.is_drawn()
    places = folder.read("places.csv", _places, _NO_PLACES if bare else None)
    actors = folder.read("actors.csv", read_actors)
    sides = None if actors is None else {actor.side for actor in actors.values()}
    sources = folder.read("sources.csv", lambda file, faults: read_sources(file, sides, faults))
    settings = folder.read(
        MAP_FILE, lambda file, faults: read_settings(file, faults, places, actors, sources)
    )
    baseline = folder.read(
        "baseline.csv",
        lambda file, faults: read_baseline(file, places, actors, faults),
        _NO_BASELINE if bare else None,
    )
    areas = folder.read_if_there("areas.geojson", read_areas) if folder.has("areas.geojson") else {}
    known = Known(
        folder.zone(settings), actors, sources, places, clock_zone, areas, now + A_DAY if now else None
    )
    near = places.get(settings.city) if places and settings else None
    asked = Gazetteer(places) if locate_missing and places else None
    claims = folder.claims(known, asked, near, tally, _NO_CLAIMS if bare else None)
    unlocated = folder.read_if_there("unlocated.csv", lambda file, faults: _unlocated(file, claims, faults))
    said = folder.read_if_there("CREDITS.md", _credits)
    releases = folder.read_if_there(
        RELEASE_FILE, lambda file, faults: read_releases(file, faults, places, settings, sources)
    )
    if settings is not None and places is not None and ground_faults is not None:
        folder.add(ground_faults(settings, places))
    drawn = _drawn(folder, settings, actors, known, seen or Seen(), repairs, progress)
    folder.raise_faults()
    observations, store = _there(drawn)
    return MapRecord(
        _there(settings),
        _there(places),
        _there(actors),
        _there(sources),
        _there(baseline),
        _there(claims),
        unlocated or (),
        said or "",
        areas=areas or {},
        releases=releases or {},
        observations=observations,
        drawn=store,
    )


def _there(read: T | None) -> T:
    """What was read of a file; where nothing was, some fault was told before this is asked."""
    if read is None:
        raise AssertionError("a file was not read and nobody said why")
    return read


def _drawn(
    folder: _Folder,
    settings: MapSettings | None,
    actors: Mapping[str, Actor] | None,
    known: Known,
    seen: Seen,
    repairs: Repairs | None,
    progress: Progress | None,
) -> tuple[tuple[Observation, ...], DrawnStore] | None:
    """The drawn maps of the folder; None where the files that they hang on could not be read."""
    if settings is None or actors is None:
        return None
    zones = Zones(known.zone, known.clock_zone, known.latest)
    return read_drawn(folder.path, settings, actors, zones, folder.faults, seen, repairs, progress)


class _Folder:
    """The files of one map, read one after the other; what is wrong in any is gathered."""

    def __init__(self, path: Path) -> None:
        if path.is_file():
            raise NotAMapFolder(f"{shown(str(path))} is a file. Name the folder that {MAP_FILE} is in.")
        if not path.is_dir():
            raise NotAMapFolder(
                f"There is no folder {shown(str(path))}. Make a map with: frontline new {path.name}"
            )
        if not (path / MAP_FILE).is_file():
            raise NotAMapFolder(
                f"{shown(str(path))} has no {MAP_FILE}, so it is not a map's folder. "
                "'frontline new' makes one to start from."
            )
        self.path = path
        self.faults: list[Fault] = []

    def read(
        self, name: str, parse: Callable[[Path, list[Fault]], T], otherwise: T | None = None
    ) -> T | None:
        """Read one file; None where anything in it is wrong, or it is missing and nothing stands in."""
        found = self.read_if_there(name, parse)
        if not lexists(self.path / name):
            if otherwise is not None:
                return otherwise
            self.faults.append(Fault(name, 0, "", "is missing from the map's folder"))
        return found

    def claims(
        self,
        known: Known,
        asked: Gazetteer | None,
        near: Place | None,
        tally: Tally | None,
        otherwise: tuple[Claim, ...] | None,
    ) -> tuple[Claim, ...] | None:
        """Read the claims, each put where it says or where the gazetteer finds it."""
        return self.read(
            "claims.csv", lambda file, faults: _claims(file, known, asked, near, tally, faults), otherwise
        )

    def is_drawn(self) -> bool:
        """Whether the map has no city: its ground is drawn, and it may have no places and no claims."""
        return not names_a_city(self.path / MAP_FILE)

    def has(self, name: str) -> bool:
        """Whether something of that name is in the folder."""
        return lexists(self.path / name)

    def read_if_there(self, name: str, parse: Callable[[Path, list[Fault]], T]) -> T | None:
        """Read one file that a map can do without."""
        file = self.path / name
        if not lexists(file):
            return None
        mine: list[Fault] = []
        if file.exists() and not file.is_file():
            self.faults.append(Fault(name, 0, "", "is not a file"))
            return None
        try:
            found = parse(file, mine)
        except BadFiles as bad:
            mine.extend(bad.faults)
        except OSError as problem:
            mine.append(Fault(name, 0, "", f"cannot be read ({problem.strerror or problem})"))
        self.faults.extend(mine)
        return None if mine else found

    def zone(self, settings: MapSettings | None) -> ZoneInfo:
        """The map's zone, as far as it can be known where something else in map.toml is wrong."""
        return (settings.zone if settings else read_zone(self.path / MAP_FILE)) or ZoneInfo("UTC")

    def add(self, faults: Iterable[Fault]) -> None:
        """Gather what somebody else found wrong."""
        self.faults.extend(with_line(self.path / MAP_FILE, fault) for fault in faults)

    def raise_faults(self) -> None:
        """Tell everything that was wrong."""
        if self.faults:
            raise BadFiles(self.faults)


def _places(file: Path, faults: list[Fault]) -> Mapping[str, Place]:
    del faults  # read_places raises its own
    return {place.id: place for place in read_places(file)}


def _claims(
    file: Path,
    known: Known,
    gazetteer: Gazetteer | None,
    near: Place | None,
    tally: Tally | None,
    faults: list[Fault],
) -> tuple[Claim, ...]:
    drafts = read_drafts(file, known, faults, tally=tally)
    return tuple(located(draft, faults, gazetteer, near) for draft in drafts)


def _unlocated(file: Path, claims: Iterable[Claim] | None, faults: list[Fault]) -> tuple[Unlocated, ...]:
    ids: Collection[str] | None = None if claims is None else {claim.id for claim in claims}
    return read_unlocated(file, ids, faults)


def _credits(file: Path, faults: list[Fault]) -> str:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(file.name, line, "", "is not UTF-8; save the file as UTF-8"))
        return ""
    if len(text) > _MOST_CREDITS:
        faults.append(Fault(file.name, 0, "", f"has {len(text):,} characters; the most is {_MOST_CREDITS:,}"))
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        faults.append(Fault(file.name, line, "", "contains a NUL character"))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()

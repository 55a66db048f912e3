"""A folder of gazetteer sources: each kept as it was added, all merged into one index that opens at once."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from gazetteer import cache
from gazetteer.errors import shown
from gazetteer.index import Gazetteer
from gazetteer.merging import Merged, merged
from gazetteer.place import Place
from gazetteer.sources import read_source
from gazetteer.tables import OPTIONAL, REQUIRED, read_places

COLUMNS = tuple(c for c in (*REQUIRED, *OPTIONAL) if c != "licence")
"""The licence stands in ``source``, which a map shows; read back, a column of its own would be lost."""

_LIST = "sources.json"
_INDEX = "names.index"
_SAME = "same.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One source: its name, licence and format, how many places it has, when it was added."""

    name: str
    licence: str
    form: str
    places: int
    added: str
    sha256: str


class Catalogue:
    """The sources of one folder.

    Parameters
    ----------
    folder
        Where they are kept; it need not exist before the first source is added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sources(self) -> tuple[Source, ...]:
        """List the sources, in the order in which they were added.

        Raises
        ------
        ValueError
            The list is damaged.
        """
        try:
            listed = json.loads((self.folder / _LIST).read_text(encoding="utf-8"))
            return tuple(Source(**one) for one in listed)
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError):
            raise ValueError(f"{shown(str(self.folder / _LIST))} is damaged; add the sources again") from None

    def add(self, file: Path, form: str, *, name: str, licence: str, now: datetime) -> Source:
        """Read a file of places and keep it as a source; one of the same name is replaced.

        Raises as ``read_source`` does; nothing is changed then.
        """
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,59}", name):
            raise ValueError(f"{shown(name)} is no name of a source; use letters, digits, '-', '_' and '.'")
        places = read_source(file, form, name=name, licence=licence)
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self._file(name)
        written = kept.with_suffix(".part")
        with written.open("w", encoding="utf-8", newline="") as stream:
            write_places(places, stream)
        digest = sha256(written.read_bytes()).hexdigest()
        os.replace(written, kept)  # noqa: PTH105 - says that it replaces
        source = Source(name, licence, form, len(places), now.isoformat(timespec="seconds"), digest)
        others = [s for s in self.sources() if s.name != name]
        listed = json.dumps([asdict(s) for s in (*others, source)], indent=1, ensure_ascii=False)
        _write(self.folder / _LIST, listed)
        return source

    def gazetteer(self) -> Gazetteer:
        """Open the index of all sources, merged; it is built anew after a source was added."""
        return cache.opened(self.folder / _INDEX, self._stamp(), lambda: self._built().places)

    def kept_by(self, place_id: str) -> str:
        """Give the id by which a place is kept: its own, or that of the record it was merged with."""
        with suppress(OSError, ValueError):
            known = json.loads((self.folder / _SAME).read_text(encoding="utf-8"))
            if known.get("stamp") == self._stamp():
                return str(known["same"].get(place_id, place_id))
        return self._built().same.get(place_id, place_id)

    def _built(self) -> Merged:
        whole = merged(read_places(self._file(source.name)) for source in self.sources())
        _write(self.folder / _SAME, json.dumps({"stamp": self._stamp(), "same": dict(whole.same)}))
        return whole

    def _stamp(self) -> str:
        return sha256("\n".join(f"{s.name} {s.sha256}" for s in self.sources()).encode()).hexdigest()

    def _file(self, name: str) -> Path:
        return self.folder / f"{re.sub('[^A-Za-z0-9._-]', '_', name)}.csv"


def write_places(places: Iterable[Place], stream: object) -> None:
    """Write places as our own CSV, which ``read_places`` and a map's folder read."""
    out = csv.writer(stream, lineterminator="\n")  # type: ignore[arg-type]
    out.writerow(COLUMNS)
    out.writerows(_cells(place) for place in places)


def _cells(place: Place) -> Iterator[str]:
    arabic = place.names.get("ar", "")
    others = [n for language, n in place.names.items() if language != "ar"]
    values = {
        "id": place.id,
        "name": place.name,
        "lat": f"{place.lat:.6f}",
        "lon": f"{place.lon:.6f}",
        "name_ar": arabic,
        "other_names": "|".join(v.replace("|", " ") for v in (*others, *place.variants)),
        "kind": place.kind,
        "admin1": place.admin1,
        "population": "" if place.population is None else str(place.population),
        "geonames_id": "" if place.geonames_id is None else str(place.geonames_id),
        "precision_m": str(place.precision_m),
        "source": place.source,
        "checked": str(place.checked),
    }
    for column in COLUMNS:
        yield values[column].replace("\0", "")[:100_000]


def _write(path: Path, text: str) -> None:
    """Write a small file, all of it or nothing."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

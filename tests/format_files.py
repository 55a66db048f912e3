"""A small invented map in a ledger, and files of each format to load into it."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from claims.claim import Claim
from claims.import_file import Imported, import_file
from claims.ledger import Ledger
from claims.map_folder import read_map_folder
from claims.map_record import MapRecord
from claims.new_map import write_new_map
from gazetteer.errors import BadFiles, Fault

NOW = datetime(2025, 3, 9, 12, tzinfo=UTC)
CLAIM = {
    "claim_id": "C1",
    "happened_from": "2024-03-02",
    "reported_at": "2024-03-02",
    "place": "North Village",
    "place_id": "north-village",
    "event": "captured",
    "holder": "green",
    "claimant": "example-agency",
}


@dataclass
class Desk:
    """A ledger with the new map in it, and a folder for files."""

    folder: Path
    file: Path
    ledger: Ledger

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def load(self, path: Path, **options: Any) -> Imported:
        return import_file(self.ledger, path, "my-map", options.pop("now", NOW), **options)

    def record(self) -> MapRecord:
        return self.ledger.read("my-map")

    def claims(self) -> dict[str, Claim]:
        """The claims that the files brought, by id."""
        return {claim.id: claim for claim in self.record().claims if not claim.id.startswith("example-")}

    def faults(self, path: Path, **options: Any) -> tuple[Fault, ...]:
        """What is told of a bad file; the ledger is looked at before and after."""
        before = dump(self.file)
        with pytest.raises(BadFiles) as caught:
            self.load(path, **options)
        assert dump(self.file) == before
        return caught.value.faults

    def told(self, path: Path, **options: Any) -> list[str]:
        return [str(fault) for fault in self.faults(path, **options)]


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    write_new_map(folder / "my-map")
    file = folder / "ledger.db"
    with Ledger(f"sqlite:///{file}") as ledger:
        ledger.load(read_map_folder(folder / "my-map"), NOW)
        yield Desk(folder, file, ledger)


def dump(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def table(rows: Iterable[Mapping[str, str]], columns: Iterable[str] | None = None) -> str:
    """Rows as CSV; the columns are those of the rows."""
    listed = list(rows)
    names = list(columns or dict.fromkeys(name for row in listed for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()

"""The ledger as an editor's pages see it: raw, with what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from claims.map_record import MapRecord

if TYPE_CHECKING:
    from claims.ledger import Ledger


class Desk:
    """A ledger, with the record of the map that was read last kept while the ledger stays as it is.

    Parameters
    ----------
    clock
        Gives the present instant, with a time zone.
    """

    def __init__(self, book: Ledger, clock: Callable[[], datetime]) -> None:
        self.book = book
        self.now = clock
        self._kept: tuple[str, str, MapRecord] | None = None
        self._lock = Lock()

    def record(self, map_id: str) -> MapRecord:
        """The raw record of a map as the ledger has it now."""
        head = self.book.head(map_id)
        with self._lock:
            if self._kept is None or self._kept[:2] != (map_id, head):
                self._kept = (map_id, head, self.book.read(map_id))
            return self._kept[2]

    def entry_hash(self, record: MapRecord, claim_id: str) -> str:
        """The hash of a claim's newest entry, for a record that goes out as the ledger has it; else empty.

        Entries are chained: who knows the hashes around something that is kept back, be it a name, can try
        what it says.
        """
        map_id = record.settings.id
        if self.book.head(map_id) != record.head:
            return ""
        found = self.book.versions(map_id, "claim", claim_id)
        return str(found[-1].hash) if found else ""

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

    def entry_hash(self, map_id: str, head: str, claim_id: str) -> str:
        """The hash of a claim's newest entry, for a record that was read at ``head``.

        Empty where the record does not go out as the ledger has it: who knows the hash of what is kept back
        can try what it says.
        """
        if self.book.head(map_id) != head:
            return ""
        found = self.book.versions(map_id, "claim", claim_id)
        return str(found[-1].hash) if found else ""

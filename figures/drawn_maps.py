"""A map of the ledger becomes its drawing, made again only when the ledger has moved on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from figures.drawing import Drawing

_KEPT = 8


class DrawnMaps:
    """The drawings of a ledger's maps, the latest few kept in memory.

    Parameters
    ----------
    read
        Gives the record of a map as the ledger has it now.
    head
        Gives the hash of a map's last entry; raises LookupError for an unknown id.
    map_ids
        Gives the ids of all maps in the ledger.
    """

    def __init__(
        self,
        read: Callable[[str], MapRecord],
        head: Callable[[str], str],
        map_ids: Callable[[], Sequence[str]],
    ) -> None:
        self._read = read
        self._head = head
        self.map_ids = map_ids
        self._kept: OrderedDict[str, Drawing] = OrderedDict()
        self._lock = Lock()

    def __call__(self, map_id: str) -> Drawing:
        """The drawing of a map as the ledger has it now.

        Raises LookupError where the ledger has no such map.
        """
        head = self._head(map_id)
        with self._lock:
            kept = self._kept.get(map_id)
            if kept is None or kept.record.head != head:
                kept = self._draw(self._read(map_id))
            self._kept[map_id] = kept
            self._kept.move_to_end(map_id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept

    @staticmethod
    def _draw(record: MapRecord) -> Drawing:
        from figures.drawing import draw

        return draw(record)

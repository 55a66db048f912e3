"""A map of the ledger becomes its drawing as known at an instant, made again only when that is another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from figures.asked import known_of

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from figures.drawing import Drawing

_KEPT = 8
T = TypeVar("T")


class DrawnMaps:
    """The drawings of a ledger's maps; of each kind the latest few are kept in memory.

    Whatever instants readers ask for, a map is drawn only once for each at which something became known.

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
        self._now: _Kept[Drawing] = _Kept(_KEPT)
        self._earlier: _Kept[Drawing] = _Kept(_KEPT)
        self._asked: _Kept[Drawing] = _Kept(_KEPT)
        self._steps: _Kept[tuple[datetime, ...]] = _Kept(_KEPT)

    def __call__(self, map_id: str, known: str = "") -> Drawing:
        """The drawing of a map as the ledger has it now, with what was known at an instant.

        Parameters
        ----------
        known
            The instant as an address writes it, see ``figures.asked.known_of``; empty for all that is known.

        Raises LookupError where the ledger has no such map.
        """
        latest = self._latest(map_id)
        asked = known_of(known, latest.document)
        return latest if asked is None else self._as_known(latest, datetime.fromtimestamp(asked, UTC))

    def steps(self, map_id: str) -> tuple[int, ...]:
        """When something became known, in seconds, sorted: the instants between which a map is the same."""
        return tuple(int(step.timestamp()) for step in self._steps_of(self._latest(map_id).record))

    def _latest(self, map_id: str) -> Drawing:
        head = self._head(map_id)
        return self._now.get((map_id, head), lambda: _drawn(self._read(map_id)))

    def _as_known(self, latest: Drawing, known_at: datetime) -> Drawing:
        from claims.known_steps import step_of
        from figures.drawing import as_asked

        record, steps = latest.record, self._steps_of(latest.record)
        before_all = steps[0] - timedelta(seconds=1) if steps else known_at
        step = step_of(steps, known_at) or before_all
        key = (record.settings.id, record.head)
        drawing = self._earlier.get((*key, step), lambda: _drawn(record, step))
        return self._asked.get((*key, known_at), lambda: as_asked(drawing, known_at))

    def _steps_of(self, record: MapRecord) -> tuple[datetime, ...]:
        from claims.known_steps import known_steps

        return self._steps.get((record.settings.id, record.head), lambda: known_steps(record))


class _Kept(Generic[T]):
    """What was asked for lately; each is made by one thread while others get what is there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._lock, self._making = Lock(), Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        found = self._lately(key)
        if found is not None:
            return found
        with self._making:
            found = self._lately(key)
            if found is None:
                found = make()
            with self._lock:
                self._found[key] = found
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
        return found

    def _lately(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found


def _drawn(record: MapRecord, known_at: datetime | None = None) -> Drawing:
    from figures.drawing import draw

    return draw(record, known_at)

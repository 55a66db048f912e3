"""A map of the ledger becomes its drawing as known at an instant, made again only when that is another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from claims.release_rules import PUBLIC
from figures.asked import known_of

if TYPE_CHECKING:
    from claims.map_record import MapRecord
    from figures.drawing import Drawing

Progress = Callable[[int, int], None]
Shown = Callable[[str], "AbstractContextManager[Progress | None]"]

_KEPT = 8
T = TypeVar("T")


class DrawnMaps:
    """The drawings of a release of a ledger's maps; of each kind the latest few are kept in memory.

    A map is drawn again when the ledger has moved on, or when a claim that was to wait comes out. Whatever
    instants readers ask for, it is drawn only once for each at which something became known.

    Parameters
    ----------
    read
        Gives the record of a map as the ledger has it now.
    head
        Gives the hash of a map's last entry; raises LookupError for an unknown id.
    map_ids
        Gives the ids of all maps in the ledger.
    clock
        Gives the present instant, with a time zone.
    release
        The name of the rules that everything goes through; a map without them is no map here.
    shown
        Asked with a map's id when it is drawn: what is told how many drawn maps were read, and of how many.
    """

    def __init__(
        self,
        read: Callable[[str], MapRecord],
        head: Callable[[str], str],
        map_ids: Callable[[], Sequence[str]],
        clock: Callable[[], datetime],
        release: str = PUBLIC,
        shown: Shown = lambda _: nullcontext(),
    ) -> None:
        self._read = read
        self._head = head
        self.map_ids = map_ids
        self._clock = clock
        self._release = release
        self._shown = shown
        self._now: _Kept[_Latest] = _Kept(_KEPT, lambda latest: latest.holds(clock()))
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
        return tuple(int(step.timestamp()) for step in self._steps_of(self._latest(map_id)))

    def _latest(self, map_id: str) -> Drawing:
        head = self._head(map_id)
        return self._now.get((map_id, head), lambda: self._made(map_id)).drawing

    def _made(self, map_id: str) -> _Latest:
        from claims.release import next_due, released

        record, now = self._read(map_id), self._clock()
        until = next_due(record, self._release, now)
        return _Latest(self._drawn(released(record, self._release, now)), until)

    def _as_known(self, latest: Drawing, known_at: datetime) -> Drawing:
        from claims.known_steps import step_of
        from figures.drawing import as_asked

        steps = self._steps_of(latest)
        before_all = steps[0] - timedelta(seconds=1) if steps else known_at
        step = step_of(steps, known_at) or before_all
        # The drawing itself is the key: two with one head may tell different things of what is withheld.
        drawing = self._earlier.get((latest, step), lambda: self._drawn(latest.record, step))
        return self._asked.get((latest, known_at), lambda: as_asked(drawing, known_at))

    def _drawn(self, record: MapRecord, known_at: datetime | None = None) -> Drawing:
        with self._shown(record.settings.id) as progress:
            return _drawn(record, known_at, progress=progress)

    def _steps_of(self, latest: Drawing) -> tuple[datetime, ...]:
        from claims.known_steps import known_steps

        return self._steps.get(latest, lambda: known_steps(latest.record))


@dataclass(frozen=True, eq=False)
class _Latest:
    """A drawing of all that may go out, and when something more may; None: when the ledger moves on."""

    drawing: Drawing
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class _Kept(Generic[T]):
    """What was asked for lately; each is made by one thread while others get what is there.

    What does not ``hold`` any more is made again.
    """

    def __init__(self, most: int, holds: Callable[[T], bool] = lambda _: True) -> None:
        self._most = most
        self._holds = holds
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
            if found is None or not self._holds(found):
                return None
            self._found.move_to_end(key)
            return found


def _drawn(record: MapRecord, known_at: datetime | None, *, progress: Progress | None) -> Drawing:
    from figures.drawing import draw

    return draw(record, known_at, progress=progress)

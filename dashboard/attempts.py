"""Logins that fail make the next ones wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from threading import Lock

_FORGOTTEN_S = 3_600.0
_LONGEST_S = 900.0
_MOST_KEPT = 20_000


class Attempts:
    """Failed logins of the last hour, by who tried and for whom.

    Five failures for one name from one address are free, then each makes the next wait twice as long, up to a
    quarter of an hour. One address has 20 for all names together; one name 100 from all addresses, and waits
    a minute at most, so that nobody locks an editor out for long. Names that do not exist count alike.

    Parameters
    ----------
    clock
        Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, peer: str, name: str) -> int:
        """Whole seconds before this one may try again; 0 for at once."""
        with self._lock:
            waits = [self._due(key, free, most) for key, free, most in _counted(peer, name)]
        return max(0, *(int(wait) + 1 if wait > 0 else 0 for wait in waits))

    def failed(self, peer: str, name: str) -> None:
        """Count a failure."""
        now = self._clock()
        with self._lock:
            for key, _, _ in _counted(peer, name):
                self._failed[key] = (self._count(key, now) + 1, now)
                self._failed.move_to_end(key)
            while len(self._failed) > _MOST_KEPT:
                self._failed.popitem(last=False)

    def succeeded(self, peer: str, name: str) -> None:
        """Forget the failures of this one for this name."""
        with self._lock:
            self._failed.pop((peer, name), None)

    def _count(self, key: tuple[str, str], now: float) -> int:
        count, last = self._failed.get(key, (0, now))
        return count if now - last < _FORGOTTEN_S else 0

    def _due(self, key: tuple[str, str], free: int, most_s: float) -> float:
        now = self._clock()
        over = self._count(key, now) - free
        if over < 0:
            return 0.0
        return self._failed[key][1] + min(most_s, 2.0 ** min(over, 12)) - now


def _counted(peer: str, name: str) -> Iterator[tuple[tuple[str, str], int, float]]:
    """What a failure counts against: how many are free, and the longest wait after them."""
    yield (peer, name), 5, _LONGEST_S
    yield (peer, ""), 20, _LONGEST_S
    yield ("", name), 100, 60.0

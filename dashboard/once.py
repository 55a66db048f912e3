"""What many readers ask for at the same time is worked out once, and kept for the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class _Slot:
    """The place of one answer; whoever asks while it is worked out waits for it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.found: tuple[Any, ...] = ()


def once(most: int) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Keep the ``most`` latest answers of a function, by what was asked.

    ``functools.lru_cache`` does the work anew for everybody who asks before the first answer is there: ten
    sources of one page at once did it ten times, in threads that hold each other up. What fails is not kept.
    """

    def keeping(work: Callable[..., Answer]) -> Callable[..., Answer]:
        slots: OrderedDict[tuple[Hashable, ...], _Slot] = OrderedDict()
        lock = Lock()

        @wraps(work)
        def ask(*asked: Hashable) -> Answer:
            with lock:
                slot = slots.setdefault(asked, _Slot())
                slots.move_to_end(asked)
                while len(slots) > most:
                    slots.popitem(last=False)
            with slot.lock:
                if not slot.found:
                    slot.found = (work(*asked),)
            answer: Answer = slot.found[0]
            return answer

        return ask

    return keeping

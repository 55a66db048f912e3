"""What is worked out of a value that never changes is kept for the next who asks about that very value."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_PLAIN = (str, int, float, frozenset)


def kept(most: int = 4) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keep the ``most`` latest answers of a function.

    Numbers, texts and frozen sets are the same where they are equal, everything else where it is the same
    object: cells and ground are large, frozen, and one object for as long as places and settings stay.
    """

    def keeping(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        answers: OrderedDict[tuple[object, ...], tuple[tuple[Any, ...], Answer]] = OrderedDict()
        lock = Lock()

        @wraps(work)
        def ask(*asked: Asked.args, **named: Asked.kwargs) -> Answer:
            key = tuple(one if isinstance(one, _PLAIN) else id(one) for one in asked)
            with lock:
                found = answers.get(key)
                if found:
                    answers.move_to_end(key)
                    return found[1]
            answer = work(*asked, **named)
            with lock:
                # What was asked about is kept too: as long as it lives, nothing else can have its id.
                answers[key] = (asked, answer)
                while len(answers) > most:
                    answers.popitem(last=False)
            return answer

        return ask

    return keeping

"""Many values are made at once without a search for cycles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Python looks for cycles whenever many values are made; where there are none, that costs a third.

    Afterwards they are among the old values, which are looked through when there are a quarter more of them.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            _age()
            gc.enable()


def _age() -> None:
    """Make all values old ones without looking at them; what somebody froze on purpose stays frozen."""
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()

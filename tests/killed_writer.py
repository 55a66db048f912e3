"""Writers that are killed while they write, and what their ledger then holds. Run as a program of its own.

It forks: a writer is there within milliseconds, and many can be killed at many points.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from claims_story import at, claim, place, story

from claims.entries import Entry, entry
from claims.ledger import Ledger
from claims.verify import verify

IMPORTED = 1_100
"""Rows of an import: three batches, in one change set."""

KILLS_OF_A_LEDGER = 10


def main(urls: list[str], seed: int) -> None:
    """Kill writers of each ledger in turn; print what went wrong and how often a kill met a write."""
    chance = random.Random(seed)
    told: dict[str, object] = {"kills": 0, "during": 0, "acknowledged": 0, "wrong": []}
    for url in urls:
        with Ledger(url) as book:
            book.load(story((), (place("a"),)), at(240))
        acknowledged: set[str] = set()
        for number in range(KILLS_OF_A_LEDGER):
            new = _killed(url, number, chance)
            acknowledged |= new
            told["kills"] = int(str(told["kills"])) + 1
            told["during"] = int(str(told["during"])) + bool(new)
            told["wrong"] += _wrong(url, acknowledged, whole=number + 1 == KILLS_OF_A_LEDGER)  # type: ignore[operator]
        told["acknowledged"] = int(str(told["acknowledged"])) + len(acknowledged)
    print(json.dumps(told))


def _killed(url: str, number: int, chance: random.Random) -> set[str]:
    """Start a writer, kill it at some point, and give what it had said was written."""
    reading, writing = os.pipe()
    phase, seed = chance.choice(list(PHASES)), chance.random()
    writes, rest_s = chance.randint(0, PHASES[phase].writes), chance.uniform(0, PHASES[phase].lasts_s)
    child = os.fork()
    if child == 0:
        os.close(reading)
        with suppress(BaseException):
            _write(url, number, phase, seed, writing)
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        assert said.read(1) == b"!", "the writer did not start"
        lines = [said.readline() for _ in range(writes)]
        time.sleep(rest_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines += said.read().splitlines(keepends=True)
    return {line.decode().strip() for line in lines if line.endswith(b"\n")}


def _write(url: str, number: int, phase: str, seed: float, pipe: int) -> None:
    chance = random.Random(seed)
    book = Ledger(url)
    if url.startswith("sqlite"):
        # The log goes into the file every few pages, so that kills meet that too.
        sa.event.listen(
            book.database.engine, "connect", lambda c, _: c.execute("PRAGMA wal_autocheckpoint=8")
        )
    book.head()
    os.write(pipe, b"!")
    for turn in range(1_000):
        name = f"{number}-{turn}"
        size = chance.choice(PHASES[phase].sizes)
        book.append("story", _entries(name, size), at(241))
        os.write(pipe, f"{name} {size}\n".encode())
        if phase == "reopened":
            book.close()  # the last one out puts the log into the file and removes it


class Phase(NamedTuple):
    """What a writer does: entries at once, writes that are waited for at most, about how long one lasts."""

    sizes: tuple[int, ...]
    writes: int
    lasts_s: float


PHASES = {
    "commits": Phase((1,), 12, 0.01),
    "imports": Phase((IMPORTED,), 1, 0.2),
    "mixed": Phase((1, 1, 3, IMPORTED), 4, 0.1),
    "reopened": Phase((2,), 6, 0.02),
}


def _entries(name: str, size: int) -> Iterator[Entry]:
    for i in range(size):
        one = replace(_CLAIM, id=f"{name}-{i}")
        yield entry("claim", one.id, one)


_CLAIM = claim("c", "captured", "green", "agency", (1, 2))


def _wrong(url: str, acknowledged: set[str], *, whole: bool) -> list[str]:
    """What a ledger lacks of what was acknowledged, and what it has only a part of."""
    with Ledger(url) as book:
        wrong = book.database.damage_of_log()
        held: dict[str, int] = {}
        entries = list(book.stored("story"))
        for stored in entries:
            if stored.entry.kind == "claim":
                write = stored.entry.key.rpartition("-")[0]
                held[write] = held.get(write, 0) + 1
        sizes = {write.head: write.last_seq - write.first_seq + 1 for write in book.changesets()}
        for line in acknowledged:
            name, size = line.split()
            if held.get(name, 0) != int(size):
                wrong.append(f"{name}: {held.get(name, 0)} of {size} acknowledged claims are there")
        partial = set(held.values()) - {1, 2, 3, IMPORTED}
        wrong += [f"a part of a write is there: {size} entries" for size in partial]
        if sum(sizes.values()) != len(entries):
            wrong.append("entries without a change set")
        if whole:
            wrong += [problem.said for problem in verify(book.database).problems]
    return wrong


if __name__ == "__main__":
    main(sys.argv[2:], int(sys.argv[1]))

"""What an overlay keeps so that more snapshots can follow, as a value and as bytes.

The bytes are for a cache: those of another version, or damaged ones, are as good as none.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from claims.control import Certainty
from layers.composite import State
from layers.overlay_days import Ints, Slot
from layers.overlay_noding import Noding
from layers.overlay_stories import News

_MAGIC = b"frontline-overlay 1\n"
_PACKING = 3
_TYPES = ("i1", "i2", "i4", "i8")
_LENGTH = 8

Day = tuple[datetime, tuple[str, ...]]
"""The instant of a snapshot, and the claims that are its own: all its parts rest on them."""


@dataclass(frozen=True, eq=False, slots=True)
class Grown:
    """Every boundary of an overlay, and when it came and went.

    ``days``, ``slots``, ``order`` and ``claims`` are as in ``overlay_days.Days``.
    """

    grid_deg: float
    has_region: bool
    days: tuple[Day, ...]
    slots: tuple[Slot, ...]
    order: tuple[int, ...]
    claims: frozenset[str]
    noding: Noding
    news: News


def to_bytes(grown: Grown) -> bytes:
    """Write the state of an overlay: the same state gives the same bytes."""
    arrays = {name: _narrow(numbers) for name, numbers in _arrays(grown).items()}
    head = {
        "grid": grown.grid_deg,
        "region": grown.has_region,
        "days": [[at.isoformat(), claims] for at, claims in grown.days],
        "slots": [[s.state.holder, s.state.certainty, s.state.rival, s.own] for s in grown.slots],
        "order": grown.order,
        "claims": sorted(grown.claims),
        "arrays": [[name, numbers.dtype.str[1:], len(numbers)] for name, numbers in arrays.items()],
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    body = b"".join(numbers.tobytes() for numbers in arrays.values())
    packed = zlib.compress(len(text).to_bytes(_LENGTH, "little") + text + body, _PACKING)
    return _MAGIC + packed


def from_bytes(content: bytes) -> Grown | None:
    """Read the state of an overlay; None where the bytes are none of this version, or damaged."""
    if not content.startswith(_MAGIC):
        return None
    try:
        unpacked = zlib.decompress(content[len(_MAGIC) :])
        length = int.from_bytes(unpacked[:_LENGTH], "little")
        return _read(json.loads(unpacked[_LENGTH : _LENGTH + length]), unpacked[_LENGTH + length :])
    except (zlib.error, ValueError, KeyError, TypeError, IndexError):
        return None


def _arrays(grown: Grown) -> dict[str, Ints]:
    """All numbers, as differences that pack well; hot pixels are the ends and cuts of segments."""
    noding, news = grown.noding, grown.news
    return {
        "low": np.diff(noding.low, prepend=0),
        "high": noding.high - noding.low,
        "cut": np.diff(noding.cut, prepend=0),
        "at": noding.at - noding.low[noding.cut],
        "segment": np.diff(news.segment, prepend=0),
        "day": news.day,
        "slot": news.slot,
        "winding": news.winding,
    }


def _narrow(numbers: Ints) -> np.ndarray[Any, Any]:
    """In the least bytes that hold them all."""
    for kind in _TYPES[:-1]:
        limits = np.iinfo(kind)
        if not len(numbers) or (numbers.min() >= limits.min and numbers.max() <= limits.max):
            return numbers.astype("<" + kind)
    return numbers.astype("<i8")


def _read(head: Mapping[str, Any], body: bytes) -> Grown:
    found: dict[str, Ints] = {}
    for name, kind, many in head["arrays"]:
        if kind not in _TYPES:
            raise ValueError(kind)
        size = many * np.dtype(kind).itemsize
        found[name] = np.frombuffer(body[:size], dtype="<" + kind).astype(np.int64)
        body = body[size:]
    low, cut = np.cumsum(found["low"]), np.cumsum(found["cut"])
    high, at = low + found["high"], low[cut] + found["at"]
    noding = Noding(low, high, np.unique(np.concatenate([low, high, at])), cut, at)
    news = News(np.cumsum(found["segment"]), found["day"], found["slot"], found["winding"])
    days = tuple((datetime.fromisoformat(instant), tuple(claims)) for instant, claims in head["days"])
    slots = tuple(Slot(State(h, Certainty(c), rival), tuple(own)) for h, c, rival, own in head["slots"])
    order, claims = tuple(head["order"]), frozenset(head["claims"])
    return Grown(head["grid"], head["region"], days, slots, order, claims, noding, news)

"""A map document is cut down to a part of its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures.clock import Clock

_KINDS = ("faces", "fronts", "places")


def trimmed(document: dict[str, Any], start: int | None, end: int | None) -> dict[str, Any]:
    """Cut the story to [start, end), both in seconds since 1970; None leaves that side as it is.

    What changed before ``start`` is folded into the state at the start; nothing is drawn differently at any
    instant that remains.

    Raises
    ------
    ValueError
        If nothing of the story would remain.
    """
    if start is None and end is None:
        return document
    first, last = _cut_span(document, start, end)
    return {
        **document,
        "span": [first, last],
        "start": _state_at(document, first),
        "changes": [change for change in document["changes"] if first < change[0] < last],
        "events": [event for event in document["events"] if first <= event["t"] < last],
        "reference": {
            **document["reference"],
            "series": _cut_series(document["reference"]["series"], first, last),
            "claimed": [claim for claim in document["reference"]["claimed"] if first <= claim["t"] < last],
        },
        "counts": [c for c in document["counts"] if first <= document["claims"][c["claim"]]["end"] < last],
        "moved": [row for row in document["moved"] if first <= row[0] < last],
        "area": {**document["area"], "series": _cut_series(document["area"]["series"], first, last)},
        "front": {"series": _cut_series(document["front"]["series"], first, last)},
    }


def _cut_span(document: Mapping[str, Any], start: int | None, end: int | None) -> tuple[int, int]:
    span, clock = document["span"], Clock.of(document)
    if start is not None and end is not None and start >= end:
        raise ValueError(
            f"The story cannot begin on {clock.iso(start)} and end on {clock.iso(end)}, before it"
        )
    first = max(span[0], start) if start is not None else span[0]
    last = min(span[1], end) if end is not None else span[1]
    if first >= last:
        runs = f"it runs from {clock.iso(span[0])} to {clock.iso(span[1])}"
        raise ValueError(f"Nothing of the story lies between those two times; {runs}")
    return first, last


def _state_at(document: Mapping[str, Any], instant: int) -> dict[str, list[int]]:
    state = {kind: list(document["start"][kind]) for kind in _KINDS}
    for change in document["changes"]:
        if change[0] > instant:
            break
        for kind, pairs in zip(_KINDS, change[1:], strict=True):
            for index, value in zip(pairs[::2], pairs[1::2], strict=True):
                state[kind][index] = value
    return state


def _cut_series(series: Sequence[Sequence[Any]], first: int, last: int) -> list[list[Any]]:
    """Keep the rows in [first, last); the last row before becomes the first."""
    before = [row for row in series if row[0] <= first][-1:]
    opening = [[first, *row[1:]] for row in before]
    return opening + [list(row) for row in series if first < row[0] < last]

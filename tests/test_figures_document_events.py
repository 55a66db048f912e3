"""What changes about places is written as what does not follow from the events, and comes back whole."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from figures.document_events import before_them, complete, packed_places, turns_of, unpacked_places

_DAY = 86_400


def story(rows, fades_after=3):
    """Events of six places by day, whose state fades to 9 three days later; some of it is not so."""
    events = [
        {"place": place, "t": day * _DAY, "after": state, "kind": kind}
        for day, place, state, kind in sorted(rows)
    ]
    told: dict[tuple[int, int], int] = {}
    for number, event in enumerate(events):
        if event["kind"] != "change":
            continue
        later = [e["t"] for e in events[number + 1 :] if e["place"] == event["place"]]
        told[event["t"], event["place"]] = event["after"]
        if not later or later[0] > event["t"] + fades_after * _DAY:
            told[event["t"] + fades_after * _DAY, event["place"]] = 9
    changes = [
        [t, [], [], [n for (at, place), state in sorted(told.items()) if at == t for n in (place, state)]]
        for t in sorted({t for t, _ in told})
    ]
    return {"events": events, "changes": changes, "places": [{}] * 6, "states": [[0, 0, -1]] * 10}


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 40), st.integers(0, 5), st.integers(0, 3), st.sampled_from(["change", "no_change"])
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.integers(2, 4))
def test_changes_come_back_from_events_and_from_what_is_otherwise(rows, fades_after):
    document = story(rows, fades_after)
    turns = turns_of(document["changes"], 3)
    written = packed_places(document, turns)
    if written is None:
        return
    instants = np.array([change[0] for change in document["changes"]])
    again = unpacked_places(json.loads(json.dumps(written)), instants, document["events"])
    assert [part.tolist() for part in again] == [part.tolist() for part in turns]


def test_states_that_fade_are_one_rule_and_no_rows():
    document = story([(2 * day, day % 6, 1, "change") for day in range(12)])
    written = packed_places(document, turns_of(document["changes"], 3))
    assert written is not None
    assert written["fades"] == [1, 3 * _DAY, 9]
    assert written["at"] == written["not"] == []


def test_what_was_before_each_event_follows_from_the_changes():
    document = story([(day, 0, day % 3, "change") for day in range(1, 9)])
    document["start"] = {"places": [7] * 6}
    for event, before in zip(document["events"], [7, 1, 2, 0, 1, 2, 0, 5], strict=True):
        event["before"] = before
    table = {"count": 8, "columns": {"before": [event["before"] for event in document["events"]]}}
    before_them(document, table)
    assert table["columns"]["before"] == {"was": {"rows": [7], "is": {"all": 5}}}
    bare = [{key: value for key, value in event.items() if key != "before"} for event in document["events"]]
    whole = {**document, "events": bare}
    complete(whole, table)
    assert whole["events"] == document["events"]

"""When one event of a sentence happened: the words of time that belong to it, or what was said before it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from claims.claim import Window
from claims.reading.mentions import EVENT, SAYING, TIME, Mention, Scan
from claims.reading.names import ADJECTIVES, KINDS
from claims.reading.when import Clock, Said, day_window

_OTHER_EVENT = 25
_BEFORE = 4
_TAKEN = 8
_OF_A_CLAUSE = 15
_CLAUSES = frozenset(["after", "since", "until", "before"])
_RELATIVE = frozenset(["which", "who", "that", "whose", "where"])


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happened.

    ``window`` is None where the words lie ahead. ``said`` says that the sentence itself gives the time of
    the deed; ``words`` are those words, empty where the time is taken from elsewhere.
    """

    window: Window | None
    said: bool
    words: str = ""


def moment_of(
    scan: Scan, trigger: Mention, clock: Clock, said_at: Collection[int], before: Window | None
) -> Moment:
    """Choose the time of an event.

    ``said_at`` are the words of time that belong to a verb of saying: they count where no others do.
    ``before`` is when the sentences before it place the story, None where they do not.
    """
    times = [mention for mention in scan.of(TIME) if mention.first not in said_at]
    best = min(times, key=lambda time: _cost(scan, trigger, time), default=None)
    if best is not None and _cost(scan, trigger, best) < 2 * _OTHER_EVENT:
        said: Said = best.value
        window = None if _by_then(scan, trigger, best) else said.window
        if window and best.end <= trigger.first and _when_behind(scan, best) and window.day_precision:
            window = day_window(window.start.date(), clock.zone)  # "since 13 April, when": on that day
        return Moment(window, True, scan.written(best.first, best.end))

    for mention in scan.of(TIME):
        if mention.first in said_at and mention.value.window and scan.low(mention.end - 1) != "after":
            return Moment(
                _not_by_the_hour(mention.value.window, clock), False, scan.written(mention.first, mention.end)
            )
    return Moment(before or day_window(clock.today, clock.zone), False)


def _by_then(scan: Scan, trigger: Mention, time: Mention) -> bool:
    """“The deal says that the rebels leave A by Friday”: a day that lies ahead."""
    forms: frozenset[str] = trigger.value.forms
    present = forms.isdisjoint({"past", "participle", "ing", "noun"})
    return present and scan.low(time.first) == "by"


def _not_by_the_hour(window: Window, clock: Clock) -> Window:
    """The time of saying is no time of the deed: only its day is kept."""
    return (
        window if window.day_precision else day_window(window.end.astimezone(clock.zone).date(), clock.zone)
    )


def _cost(scan: Scan, trigger: Mention, time: Mention) -> int:
    """How far words of time are from an event; those that belong to another event are farther."""
    if time.first >= trigger.end and scan.low(time.end - 1) == "after":
        return 2 * _OTHER_EVENT
    if time.first >= trigger.end and of_next_name(scan, time):
        return 2 * _OTHER_EVENT
    if time.first >= trigger.end:
        between = range(trigger.end, time.first)
        others = _others(scan, between, joined=True)
        aside = any(
            scan.low(at) in _RELATIVE
            and scan.low(at - 1) not in ("said", "announced")
            and "," not in scan.lows(at + 1, time.first)
            for at in between
        )
        other = _of_another_verb(scan, trigger, time) or any(scan.words[at].text == ";" for at in between)
        later = any(scan.low(at) in _CLAUSES and scan.kind_at(at) != TIME for at in between)
        return len(between) + _OF_A_CLAUSE * later + 2 * _OTHER_EVENT * (others + aside + other)
    between = range(time.end, trigger.first)
    if scan.low(time.end - 1) == "after":  # "two days after the fall of": of what follows, and nothing else
        next_deed = trigger.value.noun or _its_clause(scan, between)
        if not next_deed or len(between) > (2 if trigger.value.noun else _CLAUSE):
            return 2 * _OTHER_EVENT
        return 0 if trigger.value.noun else _BEFORE  # but "a week after they took A on Monday"
    if _when_behind(scan, time) and len(between) < _CLAUSE:
        return 0
    others = _others(scan, between, joined=False)
    leading = time.first <= 1 or scan.words[time.first - 1].text == ","
    aside = not trigger.value.noun and _in_an_aside(scan, time, between)
    taken = (
        not leading
        and scan.low(time.first - 1) != "and"
        and any(m.first < time.first for m in scan.of(EVENT))
    )
    return (
        len(between) + _BEFORE + _TAKEN * taken + _OTHER_EVENT * ((others if not leading else 0) + 2 * aside)
    )


def _its_clause(scan: Scan, between: range) -> bool:
    """Whether the words between lead to a verb of the same clause: "a day after the rebels captured"."""
    return not any(scan.words[at].text in _STOPS or scan.kind_at(at) in (EVENT, TIME) for at in between)


_STOPS = frozenset(",;:.–—")


def of_next_name(scan: Scan, time: Mention) -> bool:
    """“Captured A and on Tuesday B”: the time of what stands behind it only."""
    words = scan.words
    named = time.end < len(words) and words[time.end].cap and not scan.at[time.end]
    return named and scan.low(time.first - 1) == "and"


def _when_behind(scan: Scan, time: Mention) -> bool:
    """“On 13 April, when …”."""
    return "when" in (scan.low(time.end), scan.low(time.end + 1) if scan.low(time.end) == "," else "")


_CLAUSE = 14


def _of_another_verb(scan: Scan, trigger: Mention, time: Mention) -> bool:
    """“Took the airport, destroyed in 2014”: the time of a verb that tells nothing of who holds what."""
    low = scan.low(time.first - 1)
    verb = low.endswith("ed") and low not in ADJECTIVES and low not in KINDS
    if any(
        scan.low(at) == "by" and scan.low(at - 1).endswith("ed") for at in range(trigger.end + 1, time.first)
    ):
        return True  # "in operations provoked by an attack on Monday"
    return verb and time.first - 1 >= trigger.end and scan.kind_at(time.first - 1) == ""


def _in_an_aside(scan: Scan, time: Mention, between: range) -> bool:
    """“The brigades, which came last week, cleared”: the time of another clause."""
    closed = any(scan.words[at].text == "," for at in between)
    opened = any(
        scan.low(at) in _RELATIVE and scan.kind_at(at - 1) != SAYING and scan.low(at + 1) != ","
        for at in range(max(time.first - 12, 1), time.first)
        if "," not in [word.text for word in scan.words[at + 1 : time.first]]
    )
    return closed and opened


def _others(scan: Scan, between: range, *, joined: bool) -> int:
    """How many other events lie between; "took A and entered B on Monday" tells one time for both."""
    found = {mention.first: mention for at in between if (mention := scan.at[at]) and mention.kind == EVENT}
    count = 0
    for first in found:
        if not (joined and scan.low(first - 1) == "and"):
            count += 1
    return count

"""The events of a map document become the table of changes: when, where, from whom to whom, who says so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from figures.clock import Calendar
from figures.counted import count_lines
from figures.drawn_sentences import in_gap, maker, observation_at
from figures.independence import independence
from figures.sentences import Teller
from figures.sides import is_drawn
from figures.svg_style import CLAIMED, CONTESTED, INFERRED, NOT_REPORTED, STALE, roles_of
from figures.text import esc
from figures.wide_events import folded, wide_name

_MOST_SOURCES = 3
_MOST_ROWS, _LEAST_A_DAY = 4_000, 3
"""Of more rows than a phone can hold, so many of each day are told, and how many are left out."""

Told = tuple[Mapping[str, Any], int]
"""An event, and for how many places it stands."""
_COLUMNS = ("time", "place", "holder", "source", "code", "status")


def change_table(teller: Teller, at: int) -> str:
    """The table of all events, folded, one body per day of which a script shows one, as HTML."""
    words = teller.say.words
    title = words["drawn.table_title" if is_drawn(teller.document) else "table.title"]
    heads = "".join(
        f'<th scope="col"{_hint(teller, column)}>{esc(_head(teller, column))}</th>' for column in _COLUMNS
    )
    start, end = teller.document["span"]
    days = teller.say.clock.days(start, end)
    spans = list(pairwise([*days, max(end, days[-1] + 1)]))
    told = _by_day(teller, days)
    most = _most_a_day(told)
    bodies = "".join(_day(teller, span, events, most, at) for span, events in zip(spans, told, strict=True))
    return (
        f"<details><summary>{esc(title)}</summary>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(title)}">'
        f'<table id="table" data-frontline="table"><thead><tr>{heads}</tr></thead>{bodies}</table></div>'
        f"{_unlocated(teller)}{_counts(teller)}{_independence(teller)}</details>"
    )


def _head(teller: Teller, column: str) -> str:
    words = teller.say.words
    ground = column == "place" and is_drawn(teller.document)
    return words["drawn.ground" if ground else f"table.{column}"]


def _hint(teller: Teller, column: str) -> str:
    return f' title="{esc(teller.say.words["table.code_long"])}"' if column == "code" else ""


def leaves_out(teller: Teller) -> bool:
    """Whether the table is a part only of what there is to tell."""
    return len(teller.document["events"]) > _MOST_ROWS


def _most_a_day(told: Sequence[Sequence[object]]) -> int:
    """How many rows a day may have: all of them, unless they are too many for a reader's page."""
    if sum(map(len, told)) <= _MOST_ROWS:
        return _MOST_ROWS
    return max(_LEAST_A_DAY, _MOST_ROWS // sum(map(bool, told)))


def _by_day(teller: Teller, days: Sequence[int]) -> list[list[Mapping[str, Any]]]:
    """The events of each day, in the order in which they are read; none of before or after the span."""
    found: list[list[Mapping[str, Any]]] = [[] for _ in days]
    for event in teller.document["events"]:
        if days[0] <= event["t"] <= teller.document["span"][1]:
            found[bisect_right(days, event["t"]) - 1].append(event)
    return [sorted(events, key=_reading_order) for events in found]


def _day(
    teller: Teller, span: tuple[int, int], events: Sequence[Mapping[str, Any]], most: int, at: int
) -> str:
    words, (day, until) = teller.say.words, span
    title = esc(words.fill("table.on_day", day=teller.say.say("day_month", day)))
    on = " class=on" if day <= at < until else ""
    told = folded(teller.document, events)
    shown = _chosen(teller, told, most)
    rows = _moves(teller, day, until, at) + "".join(
        _row(teller, event, places, at) for event, places in shown
    )
    rows += _more(teller, len(told) - len(shown))
    if not rows:
        rows = f'<tr><td colspan="{len(_COLUMNS)}">{esc(_nothing(teller, day))}</td></tr>'
    return (
        f'<tbody data-cue="table" data-from="{day}"{on}>'
        f'<tr><th colspan="{len(_COLUMNS)}" scope="rowgroup">{title}</th></tr>{rows}</tbody>'
    )


def _chosen(teller: Teller, told: list[Told], most: int) -> list[Told]:
    """No more than ``most`` rows: changes before the rest, then the places that matter most to the story."""
    places = teller.document["places"]

    def weight(one: Told) -> tuple[bool, int, int]:
        place = places[one[0]["place"]]
        return one[0]["kind"] != "change", place["rank"], -(place["population"] or 0)

    if len(told) <= most:
        return told
    return sorted(sorted(told, key=weight)[:most], key=lambda one: _reading_order(one[0]))


def _more(teller: Teller, left_out: int) -> str:
    if left_out <= 0:
        return ""
    text = teller.say.words.fill("table.more", n=left_out)
    return f'<tr class="more"><td colspan="{len(_COLUMNS)}">{esc(text)}</td></tr>'


def _nothing(teller: Teller, day: int) -> str:
    """Why a day has no row: nothing moved, nobody looked, or nothing was reported."""
    words = teller.say.words
    if in_gap(teller.document, day):
        return words["drawn.unobserved"]
    return words["drawn.none" if is_drawn(teller.document) else "table.none"]


def _moves(teller: Teller, day: int, until: int, at: int) -> str:
    """A row for each way in which ground changed hands on a day, with its km²."""
    return "".join(
        _move(teller, t, move, at)
        for t, moves in teller.document["moved"]
        if day <= t < until
        for move in moves
        if teller.holder(move[0]) != teller.holder(move[1])
    )


def _move(teller: Teller, t: int, move: Sequence[Any], at: int) -> str:
    before, after, km2 = move
    later = " class=later" if t > at else ""
    index = observation_at(teller.document, t)
    drawn = maker(teller, teller.document["observations"][index]) if index >= 0 else ""
    event = {"kind": "change", "before": before, "after": after}
    day = teller.say.clock.iso_day(t)
    return (
        f'<tr data-t="{t}"{later}><td data-csv="{day}">{esc(teller.say.short(t))}</td>'
        f"<td>{esc(teller.km2(km2))}</td>{_holders(teller, event)}"
        f"<td>{esc(drawn)}</td><td></td><td>{esc(teller.certainty(after))}</td></tr>"
    )


def _reading_order(event: Mapping[str, Any]) -> tuple[int, int, int]:
    """By the instant from which it counts; what is only known to the day before what has hours."""
    return event["t"], -int(event["day"]), event["from"]


def _row(teller: Teller, event: Mapping[str, Any], places: int, at: int) -> str:
    claims = [teller.document["claims"][index] for index in event["claims"]]
    later = " class=later" if event["t"] > at else ""
    cells = "".join(
        (
            _time(teller, event),
            f"<td>{_place(teller, event, places)}</td>",
            _holders(teller, event),
            f"<td>{_sources(teller, claims) or esc(_drawn(teller, event))}</td>",
            f"<td>{esc(' '.join(_unique(claim['code'] for claim in claims)))}</td>",
            f"<td>{esc(_status(teller, event))}</td>",
        )
    )
    return f'<tr data-t="{event["t"]}"{later}>{cells}</tr>'


def _time(teller: Teller, event: Mapping[str, Any]) -> str:
    """When it happened, as far as reports say: a span of hours, a day, or an instant."""
    shown, machine = _span(teller.say, event)
    return f'<td data-csv="{machine}">{esc(shown)}</td>'


def _span(say: Calendar, event: Mapping[str, Any]) -> tuple[str, str]:
    start, end = event["from"], event["t"]
    same_day = say.clock.day_start(end) <= start
    if event["day"] or (same_day and say.time(start) == "00:00" and say.time(end) == "23:59"):
        return say.short(end), say.clock.iso_day(end)
    if start >= end:
        return say.time(end), say.clock.iso(end)
    first = say.time(start) if same_day else say.short(start, day_only=False)
    return f"{first}–{say.time(end)}", f"{say.clock.iso(start)}/{say.clock.iso(end)}"


def _place(teller: Teller, event: Mapping[str, Any], places: int) -> str:
    return _name(teller, event["place"]) if places == 1 else esc(wide_name(teller, event, places))


def _name(teller: Teller, place: int) -> str:
    """A name; marked as English where the page is not and there is no other."""
    names = teller.document["places"][place]["name"]
    return _foreign(teller, names)


def _foreign(teller: Teller, names: Mapping[str, str]) -> str:
    text = esc(teller.say.words.of(names))
    return text if names.get(teller.lang) else f'<bdi lang="en">{text}</bdi>'


def _holders(teller: Teller, event: Mapping[str, Any]) -> str:
    """Dots and an arrow, and who holds it now or says so; the whole sentence for the ear and for the file."""
    words = teller.say.words
    after = teller.holder(event["after"])
    dot = _dot(teller, event["after"])
    if event["kind"] != "change":
        return _told(dot, _who(teller, event["after"]), words.fill("table.stays", after=after))
    text = words.fill("table.from_to", before=teller.holder(event["before"]), after=after)
    arrow = "←" if teller.lang == "ar" else "→"
    return _told(f"{_dot(teller, event['before'])} {arrow} {dot}", _who(teller, event["after"]), text)


def _who(teller: Teller, state: int) -> str:
    """The party whose colour the dot has; both where that is contested."""
    holder, certainty, rival = teller.document["states"][state]
    if certainty == CLAIMED and rival >= 0:
        return teller.actor(rival)
    return teller.holder(state) if certainty == CONTESTED else teller.actor(holder)


def _told(drawing: str, who: str, text: str) -> str:
    """A cell with a drawing and a name for the eye, and the same as a sentence."""
    eye = f'<span class="eye" aria-hidden="true"><span class="dots">{drawing}</span>{esc(who)}</span>'
    return f'<td data-csv="{esc(text)}">{eye}<span class="vh">{esc(text)}</span></td>'


def _dot(teller: Teller, state: int) -> str:
    holder, certainty, rival = roles_of(teller.document, state)
    if certainty == CLAIMED:
        return f'<i style="--b:var(--{rival}-ink)"></i>'
    if certainty == CONTESTED:
        return f'<i style="--c:linear-gradient(var(--{rival}-ink) 50%,var(--{holder}-ink) 50%);border:0"></i>'
    if holder == "unknown":
        return '<i class="un" style="--b:var(--unknown-ink)"></i>'
    faint = ";opacity:.5" if certainty in (STALE, NOT_REPORTED, INFERRED) else ""
    return f'<i style="--c:var(--{holder}-ink){faint}"></i>'


def _sources(teller: Teller, claims: Sequence[Mapping[str, Any]]) -> str:
    """The claimants, each linked to what it said where that has an address."""
    first: dict[str, str] = {}
    for claim in claims:
        first.setdefault(teller.source(claim["claimant"]), str(claim["url"] or ""))
    shown = list(first.items())[:_MOST_SOURCES]
    more = [f"+{len(first) - len(shown)}"] if len(first) > len(shown) else []
    return esc(teller.say.words["language.list_separator"]).join([*(_link(*item) for item in shown), *more])


def _drawn(teller: Teller, event: Mapping[str, Any]) -> str:
    """Who drew the map that an event is read off; empty where it rests on reports."""
    index = event.get("observation", -1)
    return maker(teller, teller.document["observations"][index]) if index >= 0 else ""


def _link(name: str, address: str) -> str:
    if not _of_the_web(address):
        return esc(name)
    return f'<a href="{esc(address)}" target="_blank" rel="noopener noreferrer nofollow">{esc(name)}</a>'


def _of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in address


def _status(teller: Teller, event: Mapping[str, Any]) -> str:
    key = f"reason.{event['reason']}"
    words = teller.say.words
    if event["kind"] == "change":
        return teller.certainty(event["after"])
    return words[key] if words.known(key) else words["certainty.no_change"]


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(str(value) for value in values))[:_MOST_SOURCES]


def _unlocated(teller: Teller) -> str:
    """Places that reports name and that nobody could put on the map: listed, never pinned."""
    listed = teller.document["unlocated"]
    if not listed:
        return ""
    words = teller.say.words
    names = esc(words["language.list_separator"]).join(_foreign(teller, one["name"]) for one in listed)
    return f'<p class="unlocated"><b>{esc(words["table.unlocated"])}</b>: {names}</p>'


def _counts(teller: Teller) -> str:
    """What reports only count, as far as it is not on the map."""
    return _paragraph(teller, "table.counts", count_lines(teller))


def _independence(teller: Teller) -> str:
    """Which of the sources count as independent of which side."""
    return _paragraph(teller, "table.independent", independence(teller))


def _paragraph(teller: Teller, key: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    words = teller.say.words
    text = esc(words["language.part_separator"].join(lines))
    return f'<p class="unlocated"><b>{esc(words[key])}</b>: {text}</p>'

"""The table of what reports said about the shown day; without a script, of every day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import ids
from dashboard.claim_address import claim_address
from dashboard.marks import marks
from dashboard.view import View
from figures.drawn_sentences import maker, observation_at
from figures.text import plain
from figures.wide_events import folded, wide_name

_MOST_ROWS = 2_000


def layout(_: View) -> html.Section:
    """Build the place of the table: the page's script fills it."""
    return html.Section(
        id=ids.CHANGES, className="changes-area", tabIndex="-1", **marks({"data-fragment": "changes"})
    )


def every_change(view: View) -> html.Table:
    """Build the table of all reported changes, the newest first, for a page whose script does not run.

    Of very many it has the newest, and says how many there are besides: files have them all.
    """
    every = sorted(view.document["events"], key=lambda event: -event["t"])
    events, older = every[:_MOST_ROWS], len(every[_MOST_ROWS:])
    columns = ("time", "holder", "place", "source", "code", "status")
    head = html.Tr(
        [html.Th(view.say(f"table.{column}"), scope="col", className=column) for column in columns]
    )
    return html.Table(
        [
            html.Caption(html.B(view.say("lists.all_changes"))),
            html.Thead(head),
            html.Tbody(
                [
                    *_moves(view),
                    *(_row(view, event, places) for event, places in folded(view.document, events)),
                    *([html.Tr(html.Td(view.say("lists.older", n=older), colSpan=6))] if older else []),
                ]
            ),
        ],
        className="changes",
    )


def _row(view: View, event: Mapping[str, Any], places: int) -> html.Tr:
    where = view.place(event["place"]) if places == 1 else wide_name(view.teller, event, places)
    dates, claims = view.teller.say, [view.document["claims"][index] for index in event["claims"]]
    when = dates.short(event["t"], day_only=bool(event["day"]))
    codes = sorted(claim["code"] for claim in claims if claim["code"])
    said = {view.teller.source(claim["claimant"]): claim["id"] for claim in reversed(claims)}
    return html.Tr(
        [
            html.Td(html.Time(when, dateTime=dates.clock.iso(event["t"]))),
            html.Td(_holders(view, event)),
            html.Th(html.Bdi(where), scope="row"),
            html.Td(html.Bdi(_linked(view, dict(reversed(said.items()))))),
            html.Td(codes[0] if codes else ""),
            html.Td(_status(view, event)),
        ]
    )


def _moves(view: View) -> list[html.Tr]:
    """A row for each way in which drawn ground changed hands, the newest first."""
    return [
        _move(view, t, before, after, km2)
        for t, moves in reversed(view.document["moved"])
        for before, after, km2 in moves
        if view.teller.holder(before) != view.teller.holder(after)
    ]


def _move(view: View, t: int, before: int, after: int, km2: float) -> html.Tr:
    dates, index = view.teller.say, observation_at(view.document, t)
    drawn = maker(view.teller, view.document["observations"][index]) if index >= 0 else ""
    told = view.say("table.from_to", before=state_text(view, before), after=state_text(view, after))
    return html.Tr(
        [
            html.Td(html.Time(dates.short(t), dateTime=dates.clock.iso(t))),
            html.Td(told),
            html.Th(plain(view.teller.km2(km2)), scope="row"),
            html.Td(html.Bdi(drawn)),
            html.Td(""),
            html.Td(view.teller.certainty(after)),
        ]
    )


def _linked(view: View, said: Mapping[str, str]) -> list[html.A | str]:
    """Who said so, each name a link to the page of the claim."""
    lang = "" if view.state.lang == "en" else view.state.lang
    links: list[html.A | str] = []
    for name, claim in said.items():
        path = claim_address(view.state.map_id, claim)
        query = f"{'&' if '?' in path else '?'}lang={lang}" if lang else ""
        links += [view.say("language.list_separator"), html.A(name, href=f"{view.prefix}/{path}{query}")]
    return links[1:]


def _holders(view: View, event: Mapping[str, Any]) -> str:
    after = state_text(view, event["after"])
    if event["kind"] != "change":
        return view.say("table.stays", after=after)
    return view.say("table.from_to", before=state_text(view, event["before"]), after=after)


def state_text(view: View, state: int) -> str:
    """Holder of a state, and who disputes it."""
    actor, certainty, rival = view.document["states"][state]
    if rival < 0:
        return view.teller.actor(actor)
    if view.document["certainties"][certainty] == "contested":
        return view.say("table.contested_by", actor=view.teller.actor(actor), rival=view.teller.actor(rival))
    return view.say("table.claimed_by", actor=view.teller.actor(rival))


def _status(view: View, event: Mapping[str, Any]) -> str:
    if event["kind"] == "change":
        certainty = view.document["certainties"][view.document["states"][event["after"]][1]]
        return view.say(f"certainty.{certainty}")
    reason = f"reason.{event['reason']}"
    return view.say(reason if view.words.known(reason) else "certainty.no_change")

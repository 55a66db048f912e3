"""What stands under the table: places nobody could locate, sources and how they count, the method."""

from __future__ import annotations

from dash import html

from dashboard.map_panel import credit_runs
from dashboard.marks import marks
from dashboard.view import View
from figures.corrections import as_plain, newest_first, sentence, when
from figures.counted import count_lines
from figures.independence import side_names
from figures.method_words import by_report, method_name, method_sentence
from figures.text import plain
from figures.withheld import release_name, withheld_lines


def layout() -> html.Div:
    """Build the place of the lists; they never change, so they are written as HTML once."""
    return html.Div(className="lists", **marks({"data-fragment": "lists"}))


def lists(view: View) -> list[html.Details]:
    """Build the folded lists."""
    return [*_withheld(view), _unlocated(view), _sources(view), _method(view), _corrections(view)]


def corrections_address(view: View) -> str:
    """Where everything that was corrected is told."""
    return view.address("corrections", **({} if view.state.lang == "en" else {"lang": view.state.lang}))


def _corrections(view: View) -> html.Details:
    """The newest corrections, and the way to all of them."""
    rows = newest_first(view.document["corrections"])
    lines = [f"{when(view.teller, row)}: {as_plain(sentence(row, view.words))}" for row in rows[:_NEWEST]]
    told = (
        html.Ul([html.Li(line) for line in lines], className="list-note")
        if lines
        else html.P(view.say("correction.none"), className="list-note")
    )
    link = html.A(view.say("lists.all_corrections"), href=corrections_address(view))
    return _folded(f"{view.say('correction.title')} ({len(rows)})", told, html.P(link, className="list-note"))


_NEWEST = 5


def _folded(title: str, *children: html.P | html.Ul | html.Table) -> html.Details:
    return html.Details([html.Summary(title), *children], className="list")


def _withheld(view: View) -> list[html.Details]:
    """What the release keeps back, where it does."""
    lines = withheld_lines(view.teller)
    if not lines:
        return []
    title = f"{view.say('withheld.title')} – {release_name(view.teller)}"
    return [_folded(title, html.Ul([html.Li(line) for line in lines], className="unlocated"))]


def _unlocated(view: View) -> html.Details:
    listed = view.document["unlocated"]
    items = [
        html.Li(
            [
                html.B(html.Bdi(view.of(place["name"]))),
                html.Span(f" – {plain(place['reason'])}" if place["reason"] else "", lang="en"),
                html.Span(f"; {plain(place['hint'])}" if place["hint"] else "", lang="en"),
                html.Span(
                    f" {view.say('lists.claims', claims=view.words.join(place['claims']))}", className="ids"
                )
                if place["claims"]
                else None,
            ]
        )
        for place in listed
    ]
    title = f"{view.say('lists.unlocated')} ({len(listed)})"
    return _folded(
        title,
        html.P(view.say("lists.unlocated_note"), className="list-note"),
        html.Ul(items, className="unlocated"),
        *_counts(view),
    )


def _counts(view: View) -> list[html.P | html.Ul]:
    """What reports only count: how many of those places are not on the map."""
    lines = count_lines(view.teller)
    if not lines:
        return []
    title = html.P(html.B(view.say("table.counts")), className="list-note")
    return [title, html.Ul([html.Li(line) for line in lines], className="unlocated counts")]


def _sources(view: View) -> html.Details:
    head = html.Tr(
        [
            html.Th(view.say(f"lists.{column}"), scope="col")
            for column in ("source", "affiliation", "independent")
        ]
    )
    rows = []
    for source in view.document["sources"]:
        kind = f"affiliation.{source['affiliation']}"
        sides = side_names(view.teller, source["independent_of"])
        rows.append(
            html.Tr(
                [
                    html.Th(html.Bdi(plain(source["name"]), lang="en"), scope="row"),
                    html.Td(view.say(kind if view.words.known(kind) else "affiliation.other")),
                    html.Td(view.words.join(sides) or view.say("table.nobody")),
                ]
            )
        )
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="sources")
    note = "by_report.sources_note" if by_report(view.document) else "lists.sources_note"
    title = f"{view.say('lists.sources')} ({len(rows)})"
    return _folded(title, html.P(view.say(note), className="list-note"), table)


def _method(view: View) -> html.Details:
    name = html.Bdi(method_name(view.document), lang="en")
    cells = html.P(
        [name, ". ", method_sentence(view.teller), " ", view.say("lists.method_note")], className="list-note"
    )
    modelled = html.P(view.say("note.modelled"), className="list-note")
    credit = html.P(credit_runs(view), className="list-note")
    return _folded(view.say("lists.method"), cells, modelled, credit)

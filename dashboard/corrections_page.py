"""The corrections of a map in plain words: what changed, when and why; to read and to print."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

from dashboard.claim_address import claim_address
from dashboard.paper import Paper
from figures.corrections import as_html, newest_first, sentence
from figures.sentences import Teller, known_at
from figures.text import esc

MOST_LISTED = 1_000


def corrections_page(document: Mapping[str, Any], paper: Paper) -> str:
    """Write the page of a map document."""
    teller, words = Teller.of(document, paper.lang), paper.words
    map_id = str(document["id"])
    rows = newest_first(document["corrections"])
    title = words.fill("corrections_page.title", title=teller.title())
    told = "".join(
        _day(day, list(of_day), teller, paper) for day, of_day in _by_day(rows[:MOST_LISTED], teller)
    )
    left = len(rows) - MOST_LISTED
    more = f"<p>{esc(words.fill('correction.more', n=left))}</p>" if left > 0 else ""
    back = f'<a href="{paper.address("", map=map_id)}">{esc(words["corrections_page.back"])}</a>'
    feed = f"{esc(paper.prefix)}/maps/{esc(quote(map_id, safe=''))}/corrections.json"
    body = (
        f"<h1>{esc(title)}</h1>"
        f'<p class="lead">{esc(words.plural("corrections", len(rows)))}. {esc(words["note.known"])} '
        f"{esc(known_at(teller))}.</p>"
        f"{told or _nothing(words['correction.none'])}{more}"
        f'<p class="links">{back} <a href="{feed}">JSON</a></p>'
    )
    return paper.html(title, body, here=f"maps/{quote(map_id, safe='')}/corrections")


def _nothing(told: str) -> str:
    return f'<p class="none">{esc(told)}</p>'


def _by_day(rows: list[Mapping[str, Any]], teller: Teller) -> Any:  # noqa: ANN401 - an iterator of groups
    return groupby(rows, key=lambda row: teller.say.clock.day_start(int(row["t"])))


def _day(day: int, rows: list[Mapping[str, Any]], teller: Teller, paper: Paper) -> str:
    items = "".join(_item(row, teller, paper) for row in rows)
    return f'<section><h2>{esc(teller.say.say("long_day", day))}</h2><ol class="told">{items}</ol></section>'


def _item(row: Mapping[str, Any], teller: Teller, paper: Paper) -> str:
    t = int(row["t"])
    link = ""
    if row["kind"] == "claim":
        path = claim_address(str(teller.document["id"]), str(row["id"]))
        address = paper.address(path.partition("?")[0], **_query(path))
        link = f' <a href="{address}">{esc(paper.words["corrections_page.claim"])}</a>'
    time = f'<time datetime="{teller.say.clock.iso(t)}">{esc(teller.say.time(t))}</time>'
    return f"<li>{time} {as_html(sentence(row, paper.words))}{link}</li>"


def _query(path: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(path.partition("?")[2]))

"""The facts of a map document at an instant become sentences: neutral, attributed, translated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figures.clock import Calendar, Clock, calendar
from figures.drawn_sentences import drawn_deck, maker, moved_lines
from figures.map_sources import states_at
from figures.sides import is_drawn
from figures.svg_style import ASSESSED, CLAIMED, CONTESTED, REPORTED
from figures.text import isolated, plain

Document = Mapping[str, Any]
Part = tuple[str, bool]
"""A piece of a sentence, and whether it is the number that stands in bold."""

_DAY = 86_400
_APART_KM = 3.0
"""Claimed distances that differ by more are said to disagree."""


@dataclass(frozen=True)
class Teller:
    """A map document read aloud in one language; ``say`` is its calendar."""

    document: Document
    say: Calendar

    @staticmethod
    def of(document: Document, lang: str | None) -> Teller:
        """The teller of a document; English for a language that we do not have."""
        return Teller(document, calendar(document, lang))

    @property
    def lang(self) -> str:
        """The language."""
        return self.say.words.lang

    def place(self, index: int) -> str:
        """The name of a place."""
        return plain(self.say.words.of(self.document["places"][index]["name"]))

    @property
    def city(self) -> str:
        """The name of the city of distances and rings; of the whole map where it has none."""
        city = self.document["reference"]["place"]
        return self.place(city) if city >= 0 else self.title()

    def actor(self, index: int) -> str:
        """The short name of a party."""
        actor = self.document["actors"][index]
        return plain(self.say.words.of(actor["short"]) or self.say.words.of(actor["name"]))

    def forces(self, index: int) -> str:
        """The armed side of a party, as the subject of a sentence."""
        role = str(self.document["actors"][index]["role"])
        if role in ("government", "opposition", "unknown"):
            return self.say.words[f"forces.{role}"]
        return self.say.words.fill("forces.other", actor=self.actor(index))

    def source(self, index: int) -> str:
        """The short name of a source: ours where we have one, else up to its first bracket or comma."""
        source = self.document["sources"][index]
        key = f"source.{source['id']}"
        if self.say.words.known(key):
            return self.say.words[key]
        name = plain(str(source["name"]))
        return name.split("(")[0].split(",")[0].strip() or name

    def region(self) -> str:
        """The name of the region of the area figures."""
        return plain(self.say.words.of(self.document["area"]["region"]["name"]))

    def title(self) -> str:
        """The map's own title."""
        return plain(self.say.words.of(self.document["title"]))

    def headline(self, t: int) -> str:
        """*Hama: who held what on 4 December*."""
        return self.say.words.fill("title.headline", city=self.city, day=self.say.say("day_month", t))

    def km(self, value: float) -> str:
        """A measured distance: one decimal below ten, none above, a space that does not break."""
        return self._km(number(value))

    def round_km(self, value: float) -> str:
        """A distance as somebody stated it: *10 km*, *3.5 km*."""
        return self._km(stated(value))

    def _km(self, text: str) -> str:
        return isolated(self.say.words.fill("units.km", n=text).replace(" ", "\u00a0"), self.lang)

    def km2(self, value: float) -> str:
        """An area: two or three figures that count."""
        text = number(value) if value < 1000 else f"{float(f'{value:.3g}'):,.0f}"
        return isolated(self.say.words.fill("units.km2", n=text).replace(" ", "\u00a0"), self.lang)

    def km_range(self, low: float, high: float) -> str:
        """*3–4 km*."""
        text = self.say.words.fill("units.km_range", low=stated(low), high=stated(high))
        return isolated(text.replace(" ", "\u00a0"), self.lang)

    def distance(self, claimed: Mapping[str, Any]) -> str:
        """A claimed distance as it was said: *more than 20 km*."""
        qualifier = str(claimed["qualifier"] or "none")
        low, high = claimed["low"], claimed["high"]
        known = self.say.words.known(f"qualifier.{qualifier}")
        km = (
            self.km_range(low, high) if low is not None and high is not None else self.round_km(claimed["km"])
        )
        return self.say.words.fill(f"qualifier.{qualifier if known else 'none'}", km=km)

    def certainty(self, state: int) -> str:
        """How sure the map is of a state, in a word."""
        holder, certainty, _ = self.document["states"][state]
        if self.document["actors"][holder]["role"] == "unknown" and certainty in (ASSESSED, REPORTED):
            return self.say.words["certainty.unknown"]
        return self.say.words[f"certainty.{self.document['certainties'][certainty]}"]

    def holder(self, state: int) -> str:
        """Who holds a place in a state, with who else says so."""
        holder, certainty, rival = self.document["states"][state]
        if certainty == CLAIMED and rival >= 0:
            return self.say.words.fill("table.claimed_by", actor=self.actor(rival))
        if certainty == CONTESTED and rival >= 0:
            return self.say.words.fill(
                "table.contested_by", actor=self.actor(holder), rival=self.actor(rival)
            )
        return self.actor(holder)


def number(value: float) -> str:
    """A measured number: 8.4, 12, 9,060."""
    rounded = f"{value:.1f}" if abs(value) < 9.95 else f"{value:,.0f}"
    return rounded.replace("-", "−")


def stated(value: float) -> str:
    """A number as it was stated, no digit added."""
    return f"{value:,.10g}".replace("-", "−")


def deck(teller: Teller, t: int, states: Sequence[int] | None = None) -> list[Part]:
    """The sentence under the headline at an instant, from the data alone.

    Parameters
    ----------
    states
        The state of every place at ``t``; looked up where it is not given.
    """
    words, document = teller.say.words, teller.document
    if is_drawn(document):
        return [(drawn_deck(teller, t), False)]
    if document["reference"]["place"] < 0:
        return [(_moved_today(teller, t), False)]
    now = states if states is not None else states_at(document, t)["places"]
    city = document["reference"]["place"]
    about_city = _about_city(teller, now[city], document["start"]["places"][city])
    if about_city:
        return [(about_city, False)]
    if not document["events"] or document["events"][0]["t"] > t:
        return [(words["deck.baseline"], False)]
    row = series_row(document, t)
    if row is None or row[4] is None or row[5] < 0:
        return [(words["deck.none_reported"], False)]
    holder = document["states"][now[row[5]]][0]
    sentence = words.texts["deck.reported_at"]
    parts = _with_bold(
        sentence, "km", teller.km(row[4]), forces=teller.forces(holder), place=teller.place(row[5])
    )
    claims = disagreement(teller, t)
    return [*parts, (" " + claims, False)] if claims else parts


def _moved_today(teller: Teller, t: int) -> str:
    """Where distances start nowhere: how much ground moved on the day."""
    words, day = teller.say.words, teller.say.clock.day_start(t)
    moves = [one for at, told in teller.document["moved"] if day <= at <= t for one in told]
    lines = moved_lines(teller, sorted(moves, key=lambda one: -one[2]))
    if not lines:
        return words.fill("drawn.nothing_moved", day=teller.say.say("day_month", t))
    return words.fill(
        "drawn.moved_today",
        day=teller.say.say("day_month", t),
        moves=words["drawn.separator"].join(lines[:3]),
    )


def deck_instants(document: Mapping[str, Any], reference: Mapping[str, Any]) -> list[int]:
    """Whenever the ground, the distance, or what was said of it in 24 hours changes, or somebody drew."""
    start, end = document["span"]
    instants = {start, *(change[0] for change in document["changes"])}
    instants |= {row[0] for row in reference["series"]}
    instants |= {claimed["t"] + late for claimed in reference["claimed"] for late in (0, _DAY)}
    instants |= {drawn["t"] for drawn in document["observations"]}
    instants |= {day for gap in document["gaps"] for day in Clock.of(document).days(*gap)}
    return sorted(int(t) for t in instants if start <= t < end)


def deck_text(teller: Teller, t: int) -> str:
    """The deck as one text."""
    return "".join(text for text, _ in deck(teller, t))


def _about_city(teller: Teller, state: int, baseline: int) -> str:
    """A sentence on the city itself once somebody else is said to hold it; else nothing."""
    words, states = teller.say.words, teller.document["states"]
    holder, certainty, rival = states[state]
    if certainty == CONTESTED:
        return words.fill("deck.city_contested", city=teller.city)
    if certainty == CLAIMED and rival >= 0:
        return words.fill("deck.city_claimed", forces=teller.forces(rival), city=teller.city)
    if _side(teller, holder) != _side(teller, states[baseline][0]):
        return words.fill("deck.city_held", forces=teller.forces(holder), city=teller.city)
    return ""


def _side(teller: Teller, actor: int) -> str:
    return str(teller.document["actors"][actor]["side"])


def _with_bold(sentence: str, bold: str, value: str, **parts: str) -> list[Part]:
    """The sentence filled in, cut so that one of its parts can stand in bold."""
    before, after = sentence.split("{" + bold + "}", 1)
    return [(before.format_map(parts), False), (value, True), (after.format_map(parts), False)]


def series_row(document: Document, t: int) -> Sequence[Any] | None:
    """The row of the distance series that holds at an instant."""
    rows: Sequence[Sequence[Any]] = document["reference"]["series"]
    index = bisect_right(rows, t, key=lambda row: row[0])
    return rows[index - 1] if index else None


def disagreement(teller: Teller, t: int) -> str:
    """What sources said of the distance in the 24 hours up to an instant, where that differs; else nothing.

    The latest word of each source counts; the farthest and the nearest are named. Nothing is averaged.
    """
    latest: dict[int, Mapping[str, Any]] = {}
    for claimed in teller.document["reference"]["claimed"]:
        if t - _DAY < claimed["t"] <= t and claimed["km"] is not None:
            latest[claimed["claimant"]] = claimed
    said = sorted(latest.values(), key=lambda claimed: (claimed["km"], -claimed["t"]))
    if len(said) < 2 or said[-1]["km"] - said[0]["km"] < _APART_KM:
        return ""
    far, near = _one_of_the_farthest(said), said[0]
    words = teller.say.words
    claims = [
        words.fill("deck.first_claim", source=teller.source(far["claimant"]), distance=teller.distance(far)),
        words.fill("deck.next_claim", source=teller.source(near["claimant"]), distance=teller.distance(near)),
    ]
    return words.fill("deck.disagree", claims=words.join(claims))


def _one_of_the_farthest(said: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several equally far claims, the one of a party to the fighting: its interest is known."""
    farthest = [claimed for claimed in said if claimed["km"] == said[-1]["km"]]
    parties = [claimed for claimed in farthest if claimed["affiliation"] in ("government", "opposition")]
    return (parties or farthest)[0]


def description(teller: Teller, t: int, states: Sequence[int] | None = None) -> str:
    """What the map shows at an instant, for who does not see it: the deck, and places counted by holder."""
    now = list(states if states is not None else states_at(teller.document, t)["places"])
    if is_drawn(teller.document):
        return " ".join([*(text for text, _ in deck(teller, t)), _areas(teller, t)]).strip()
    return f"{''.join(text for text, _ in deck(teller, t, now))} {_counts(teller, now)}"


def _areas(teller: Teller, t: int) -> str:
    """How much ground each party is drawn as holding."""
    rows = teller.document["area"]["series"]
    index = bisect_right(rows, t, key=lambda row: row[0])
    held = {int(actor): km2 for actor, (km2, _) in rows[index - 1][1].items()} if index else {}
    counts = [
        teller.say.words.fill("alt.area", actor=teller.actor(actor), km2=teller.km2(km2))
        for actor, km2 in sorted(held.items(), key=lambda item: -item[1])
        if km2
    ]
    return teller.say.words.fill("alt.areas", counts=teller.say.words.join(counts)) if counts else ""


def _counts(teller: Teller, states: Sequence[int]) -> str:
    words, document = teller.say.words, teller.document
    held: dict[int, int] = {}
    uncertain = 0
    for place, state in zip(document["places"], states, strict=True):
        holder, certainty, _ = document["states"][state]
        if not place["reported"]:
            continue
        if certainty in (CLAIMED, CONTESTED):
            uncertain += 1
        else:
            held[holder] = held.get(holder, 0) + 1
    counts = [
        words.fill("alt.held", actor=teller.actor(holder), n=n)
        for holder, n in sorted(held.items(), key=lambda item: -item[1])
    ]
    if uncertain:
        counts.append(words.fill("alt.uncertain", n=uncertain))
    return words.fill("alt.counts", counts=words.join(counts)) if counts else ""


def alt_text(teller: Teller, t: int) -> str:
    """*Map of Hama and its surroundings, Wednesday 4 December 2024, 23:59*."""
    if teller.document["reference"]["place"] < 0:
        return teller.say.words.fill("alt.whole_map", title=teller.title(), date=teller.say.long(t))
    return teller.say.words.fill("alt.map", city=teller.city, date=teller.say.long(t))


def stamp(teller: Teller, t: int) -> str:
    """The date that always stands on the map."""
    return teller.say.stamp(t)


def span_title(teller: Teller) -> str:
    """*27 Nov – 8 Dec 2024*."""
    start, end = teller.document["span"]
    return teller.say.span(start, end)


def known_at(teller: Teller) -> str:
    """As known at which instant, with the place of the clock and the month's other name.

    Where nobody chose the instant it is that of the latest report or correction, and is said to be.
    """
    t = int(teller.document["known_at"])
    date = f"{teller.say.say('other_month', t)} {_bracketed(teller.say.zone(t))}"
    return date if teller.document["known_label"] == "asked" else latest(teller, date)


def latest(teller: Teller, date: str) -> str:
    """*The latest report, 4 December 2025*: the thing that became known last, and when."""
    document = teller.document
    told = [*document["claims"], *document["observations"]]
    if not told:
        return date
    reported = any(one["reported"] == document["known_at"] for one in told)
    if reported and not any(one["reported"] == document["known_at"] for one in document["claims"]):
        return teller.say.words.fill("drawn.latest", date=date)
    return teller.say.words.fill(f"note.latest_{'report' if reported else 'correction'}", date=date)


def _bracketed(text: str) -> str:
    return f"({text})"


def credits_of(teller: Teller) -> str:
    """The credit lines of the map, in one line, as far as we can say them in the language."""
    line = " · ".join(plain(str(line)) for line in teller.document["credits"])
    words = teller.say.words
    for phrase, said in zip(words.list("credit.from"), words.list("credit.to"), strict=True):
        line = line.replace(phrase, said)
    return line


def source_names(teller: Teller, most: int = 8) -> list[str]:
    """The sources that the shown changes rest on, most used first, and how many more there are."""
    document = teller.document
    if is_drawn(document):
        drawn = [maker(teller, one) for one in document["observations"] if one["source"] >= 0]
        return list(dict.fromkeys(drawn)) or [teller.say.words["drawn.own"]]
    used: dict[int, int] = {}
    for event in document["events"]:
        for claim in event["claims"]:
            claimant = document["claims"][claim]["claimant"]
            used[claimant] = used.get(claimant, 0) + 1
    names = [teller.source(index) for index in sorted(used, key=lambda index: (-used[index], index))]
    if not names:
        return [teller.say.words["note.no_sources"]]
    more = len(names) - most
    return names if more <= 1 else [*names[:most], teller.say.words.fill("note.more_sources", n=more)]

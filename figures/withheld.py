"""What a release keeps back becomes sentences: how much, why and until when; never which, never where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claims.release_rules import INTERNAL, PUBLIC, Measure
from figures.sentences import Teller, number, stated
from figures.text import isolated, plain
from figures.words import plural_category

_KM_PER_DEGREE = 111.2


def release_name(teller: Teller) -> str:
    """*Public release*; of another one its name."""
    name = str(teller.document["release"]["name"])
    words = teller.say.words
    if name in (PUBLIC, INTERNAL):
        return words[f"release.{name}"]
    return words.fill("release.other", name=plain(name))


def withheld_lines(teller: Teller) -> list[str]:
    """*2 places withheld until 6 Dec (24 h delay): for their safety*, a line for each rule."""
    return [_line(teller, one) for one in teller.document["withheld"]]


def _line(teller: Teller, one: Mapping[str, Any]) -> str:
    words = teller.say.words
    counted = words.plural("withheld_places", one["places"]) if one["places"] else ""
    counted = counted or words.plural("withheld_reports", one["claims"])
    reason = plain(words.of(one["reason"]))
    if one["measure"] == Measure.DELAY:
        hours = _hours(teller, one["hours"])
        return words.fill("withheld.delay", what=counted, day=_day(teller, one), hours=hours, reason=reason)
    if one["measure"] == Measure.GRID:
        degrees = isolated(f"{stated(one['degrees'])}°", teller.lang)
        km = isolated(words.fill("units.km", n=number(one["degrees"] * _KM_PER_DEGREE)), teller.lang)
        return words.fill("withheld.grid", what=counted, degrees=degrees, km=km, reason=reason)
    return words.fill("withheld.withhold", what=counted, reason=reason)


def _hours(teller: Teller, hours: float) -> str:
    words = teller.say.words
    kind = plural_category(teller.lang, int(hours)) if hours == int(hours) else "other"
    return isolated(words.fill(f"hours.{kind}", n=stated(hours)), teller.lang)


def _day(teller: Teller, one: Mapping[str, Any]) -> str:
    """The day on which the last of it comes out, with its year where that is not the story's."""
    last = int(one["until"]) - 1
    local = teller.say.clock.local
    same_year = local(last).year == local(int(teller.document["span"][1]) - 1).year
    return teller.say.say("short" if same_year else "short_year", last)

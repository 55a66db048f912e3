"""What a release keeps back, as it is told."""

from __future__ import annotations

from typing import Any

import pytest
from tiny_document import tiny_document

from figures.sentences import Teller
from figures.text import esc
from figures.withheld import release_name, withheld_lines

DAY = 86_400
WHY = {"en": "for their safety", "ar": "حفاظًا على سلامتهم"}


def told(lang: str, **said: Any) -> str:
    document = tiny_document()
    empty = {"measure": "withhold", "places": 0, "claims": 0, "hours": 0.0, "degrees": 0.0, "until": None}
    document["withheld"] = [{**empty, "reason": WHY, **said}]
    (line,) = withheld_lines(Teller.of(document, lang))
    return esc(line)


def midnight(days: int) -> int:
    return int(tiny_document()["span"][0]) + days * DAY


def test_a_delay_tells_how_much_until_which_day_and_why() -> None:
    line = told("en", measure="delay", places=2, claims=5, hours=24.0, until=midnight(2))
    day = Teller.of(tiny_document(), "en").say.say("short", midnight(2) - 1)
    assert line == f"2 places withheld until {day} (24 h delay): for their safety"


def test_a_delay_into_another_year_says_the_year() -> None:
    line = told("en", measure="delay", places=1, claims=1, hours=1.5, until=midnight(800))
    year = Teller.of(tiny_document(), "en").say.clock.local(midnight(800)).year
    assert f"{year} (1.5 h delay)" in line


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"places": 1, "claims": 3}, "1 place withheld: for their safety"),
        ({"claims": 3}, "3 reports withheld: for their safety"),
        (
            {"measure": "grid", "places": 5, "degrees": 0.05},
            "5 places shown at rounded positions (grid of 0.05°, about 5.6 km): for their safety",
        ),
    ],
)
def test_what_is_kept_back_for_good_or_made_coarse_is_counted(said: dict[str, Any], line: str) -> None:
    assert told("en", **said) == line


def test_it_is_told_in_arabic_with_the_right_forms() -> None:
    assert told("ar", places=2) == "حجب مكانين: حفاظًا على سلامتهم"
    assert told("ar", claims=14) == "حجب 14 تقريرًا: حفاظًا على سلامتهم"
    assert "(تأخير 6 ساعات)" in told("ar", measure="delay", claims=3, hours=6.0, until=midnight(2))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("public", "Public release"),
        ("internal", "Internal, not for publication"),
        ("partners", "Release: partners"),
    ],
)
def test_a_release_is_named(name: str, printed: str) -> None:
    document = tiny_document()
    document["release"] = {"name": name}
    assert release_name(Teller.of(document, "en")) == printed

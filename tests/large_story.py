"""A large map made by chance, always the same: thousands of places, and many claims about some of them."""

from __future__ import annotations

import random
from datetime import timedelta

from claims_story import BLUE, GREEN, START, story

from claims.claim import Claim, Event, Window
from claims.map_record import MapRecord
from gazetteer.place import Place

_EVENTS = (
    [Event.CAPTURED] * 6
    + [Event.RECAPTURED] * 3
    + [Event.HOLDS] * 2
    + [Event.ATTACK_FAILED] * 2
    + [Event.CLASH] * 4
    + [Event.STRIKE] * 2
    + [Event.WITHDRAWN, Event.CONTESTED, Event.ADVANCE]
)
_TELLERS = ("agency", "agency", "monitor", "monitor", "monitor", "blue-army", "green-front", "rumour")


def large_story(claims: int, places: int, days: int = 300, seed: int = 7) -> MapRecord:
    """A country of ``places`` at towns' usual spacing; the claims speak of two in three of them at most."""
    chance = random.Random(seed)
    side = 1.45 * (places / 1000) ** 0.5  # degrees: about 16 km² for each place
    found = [
        Place(
            f"p{number:05}",
            f"P {number}",
            46.0 + chance.random() * side * 0.7,
            30.0 + chance.random() * side,
            "village",
            500,
            "by chance",
        )
        for number in range(places)
    ]
    spoken_of = found[: places * 2 // 3]
    told = [_claim(number, chance.choice(spoken_of), chance, days) for number in range(claims)]
    return story(told, places=found, days=days)


def _claim(number: int, place: Place, chance: random.Random, days: int) -> Claim:
    start = START + timedelta(hours=chance.randrange(days * 24 - 48))
    end = start + timedelta(hours=chance.choice((0, 1, 6, 24)))
    event, holder = chance.choice(_EVENTS), chance.choice((BLUE, GREEN))
    loser = chance.choice((None, GREEN if holder == BLUE else BLUE))
    teller = chance.choice(_TELLERS)
    return Claim(
        f"c{number:06}",
        place.name,
        place.id,
        event,
        None if event is Event.ATTACK_FAILED else holder,
        loser,
        teller,
        teller,
        Window(start, end),
        end + timedelta(hours=chance.randrange(72)),
        False,
        "claimed",
        "B",
        chance.choice((1, 2, 2, 3, 5, 6)),
    )

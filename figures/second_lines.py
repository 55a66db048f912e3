"""An event becomes the line under a place's name: *retaken 4 Dec, SOHR*; most events get none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from figures.sentences import Teller

MOST_A_DAY = 3
"""How many places have a second line on one day."""


def second_line(teller: Teller, event: Mapping[str, Any], fits: Callable[[str], bool]) -> str:
    """What a place's second line says of an event: that it was retaken, or that an attack on it failed.

    Parameters
    ----------
    event
        An event of the teller's document.
    fits
        Whether a line is short enough. Where it is not, the source is left out; then the whole line.
    """
    claims = [teller.document["claims"][index] for index in event["claims"]]
    kind = _kind(teller.document, event, {claim["event"] for claim in claims})
    if not kind:
        return ""
    day, source = teller.say.short(event["t"]), teller.source(claims[0]["claimant"])
    forms = (f"second_line.{kind}", f"second_line.{kind}_short")
    lines = (teller.say.words.fill(form, day=day, source=source) for form in forms)
    return next((line for line in lines if fits(line)), "")


def _kind(document: Mapping[str, Any], event: Mapping[str, Any], said: set[str]) -> str:
    states = document["states"]
    # A retaking that one side alone claims is drawn as a claim; a bare "retaken" would say more.
    moved = states[event["before"]][0] != states[event["after"]][0]
    if event["kind"] == "change" and moved and "recaptured" in said:
        return "recaptured"
    failed = event["kind"] == "no_change" and event["reason"] == "attack_failed"
    return "attack_failed" if failed else ""

"""Whether what a sentence speaks of has happened: done, denied, failed, tried, or only meant."""

from __future__ import annotations

from enum import StrEnum

from claims.reading import names as known
from claims.reading.mentions import ACCORDING, EVENT, PARTY, SAYING, Mention, Scan, Trigger
from claims.reading.words import word_set


class Reality(StrEnum):
    """How real the report says it is."""

    DONE = "done"
    DENIED = "denied"
    NEGATED = "negated"
    FAILED = "failed"
    TRIED = "tried"
    UNREAL = "unreal"
    MENTIONED = "mentioned"
    BEFORE = "long before"


_MODALS = word_set("grammar", "doubt", "modals")
_NEGATIONS = word_set("grammar", "doubt", "negations")
_CONDITIONS = word_set("grammar", "doubt", "conditions")
_MANAGED = word_set("grammar", "doubt", "managed")
_FAILED = word_set("grammar", "doubt", "failed")
_TRIED = word_set("grammar", "doubt", "tried")
_FEARED = word_set("grammar", "doubt", "feared")
_DENIALS = word_set("grammar", "doubt", "denials")
_FALSE = word_set("grammar", "doubt", "false_words")
_RESULT = word_set("grammar", "doubt", "result")
_GO_ON = frozenset(["leaves", "loses", "hands"])
_LONG = frozenset(["year", "years", "months", "decade", "decades", "month"])
_FALSE_OR_TRUE = _FALSE | {"true"}
_BACK = 10
ORDINALS = frozenset(
    [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "latest",
        "last",
    ]
)
GOVERNORS = _FAILED | _TRIED
"""Words that say that an attempt was made: failed, unable, tried, effort."""


def reality(scan: Scan, mention: Mention) -> Reality:
    """Say how real one event of a sentence is."""
    trigger: Trigger = mention.value
    if scan.words[-1].text == "?" or "?" in (word.text for word in scan.words[mention.end :][:12]):
        return Reality.UNREAL
    if _said_false(scan, mention):
        return Reality.DENIED
    if "one" in scan.all_low and "according to one " in " ".join(scan.lows(mention.end, mention.end + 16)):
        return Reality.UNREAL  # "according to one account, and never lost according to another"
    if trigger.build in ("ours", "headline", "flag"):
        return Reality.DONE
    if trigger.noun and scan.low(mention.first) in _RESULT:
        return Reality.DONE  # "led to their control of"
    found = _of_noun(scan, mention) if trigger.noun else _of_verb(scan, mention, trigger)
    if found is Reality.DONE and _in_passing(scan, mention):
        found = Reality.MENTIONED
    if found in (Reality.DONE, Reality.MENTIONED):
        return _in_its_clause(scan, mention, found)
    return found


def _in_passing(scan: Scan, mention: Mention) -> bool:
    """Whether a clause like ", which the army took from them," only says which place is meant."""
    for at in range(mention.first - 1, max(mention.first - 7, 0), -1):
        if scan.low(at) in ("which", "that") and scan.low(at - 1) == ",":
            return not any(scan.kind_at(i) == PARTY for i in range(at - 1)) or scan.kind_at(at + 1) == PARTY
        if scan.words[at].text in ",;" or scan.kind_at(at) in (EVENT, SAYING):
            return False
    return False


def _long_done(scan: Scan, mention: Mention) -> bool:
    """“Before the deal was reached, the group had already lost A”: told as what came before the news."""
    told = scan.lows(max(mention.first - 3, 0), mention.first)
    return scan.low(0) == "before" and "had" in told and "already" in told


def _of_verb(scan: Scan, mention: Mention, trigger: Trigger) -> Reality:
    if _long_done(scan, mention):
        return Reality.BEFORE
    before = _before_adverbs(scan, mention.first)
    low = scan.low(before)
    if low == "and" and trigger.forms == {"base"}:
        before = _joined_to(scan, before)
    if scan.low(before) == "to" and trigger.forms & {"base"}:
        return _infinitive(scan, before)
    if "ing" in trigger.forms:
        return Reality.UNREAL if _is_subject(scan, mention) else _ing(scan, before, trigger)
    return _finite(scan, mention.first, trigger)


def _joined_to(scan: Scan, place: int) -> int:
    """The "to" that governs a second verb too, "managed to enter A and control B"; else the word itself."""
    for at in range(place - 1, max(place - _BACK, 0), -1):
        if scan.words[at].text in ",;:":
            break
        if scan.low(at) == "to" and not scan.words[at + 1].cap:
            return at
    return place


def _infinitive(scan: Scan, to: int) -> Reality:
    """“Failed to”, “managed to”, “tried to”, “in order to”."""
    for at in range(to - 1, max(to - 1 - _BACK, -1), -1):
        low = scan.low(at)
        if low in (".", ";", ":") or (low == "," and at < to - 1):
            break
        if low in _FAILED or low.endswith("n't"):
            return Reality.FAILED
        if low in _FEARED or low in _MODALS:
            return Reality.UNREAL
        if low in _TRIED:
            return Reality.TRIED
        if low in _MANAGED:
            return Reality.FAILED if _negated(scan, at) else Reality.DONE
        if low in ORDINALS and scan.low(at - 1) == "the":
            return Reality.UNREAL if scan.low(at - 2) == "be" else Reality.DONE  # "the third town to fall"
    return Reality.UNREAL


def _negated(scan: Scan, at: int) -> bool:
    near = [scan.low(i) for i in range(max(at - 4, 0), at)]
    return any(low in _NEGATIONS or low.endswith("n't") for low in near)


def _ing(scan: Scan, before: int, trigger: Trigger) -> Reality:
    low = scan.low(before)
    if low in ("is", "are", "was", "were", "'re", "be", "been"):
        return Reality.DONE if trigger.build in _GO_ON and low != "be" else Reality.TRIED
    if low in ("after", "by", "upon", "following", "since", "with", "while"):
        return Reality.DONE
    if low in _DENIALS:
        return Reality.DENIED
    if low == "," and _wished(scan, before):
        return Reality.UNREAL
    if low == "before" and _told(scan, before):
        return Reality.DONE
    if low == "in" and scan.low(before - 1) in _MANAGED:
        return Reality.FAILED if _negated(scan, before - 1) else Reality.DONE
    if (
        low
        in (
            "before",
            "without",
            "of",
            "from",
            "for",
            "at",
            "about",
            "toward",
            "towards",
            "in",
            "to",
            "on",
            "despite",
            "against",
        )
        or low in _FEARED
    ):
        return Reality.FAILED if low == "without" else Reality.UNREAL
    return Reality.DONE


def _told(scan: Scan, before: int) -> bool:
    """Whether "before" stands behind what has happened: "fought for hours before withdrawing"."""
    ahead = [scan.low(at) for at in range(max(before - _REACH, 0), before)]
    wished = _meant(scan, before)
    past = any((low.endswith("ed") and low not in known.ADJECTIVES) or low in _PASTS for low in ahead)
    return past and not wished


def _meant(scan: Scan, end: int) -> bool:
    """Whether what stands before a word is meant or wished: "would fight", "wants to"."""
    ahead = scan.lows(max(end - _REACH, 0), end)
    return any(low in _MODALS or low in _FEARED or low in _WISHES or low == "to" for low in ahead)


_PASTS = frozenset(["fought", "took", "held", "broke", "held", "came", "drove", "fell", "met", "struck"])
_REACH = 16


def _is_subject(scan: Scan, mention: Mention) -> bool:
    """“Taking Damascus was only a matter of time”: a verb in -ing that the sentence says something of."""
    if mention.first and scan.low(mention.first - 1) not in ("that", '"', "“", ":", "but", "and", ","):
        return False
    for at in range(mention.end, min(mention.end + 8, len(scan.words))):
        if scan.low(at) in _SAYS_OF_IT:
            return True
        if scan.words[at].text in ",;." or scan.kind_at(at) == EVENT:
            return False
    return False


_SAYS_OF_IT = frozenset(
    ["is", "was", "would", "will", "remains", "remained", "could", "may", "might", "means"]
)


def _wished(scan: Scan, comma: int) -> bool:
    """Whether the clause before a comma is wished for: "wants them to return to where they stood, giving"."""
    for at in range(comma - 1, max(comma - 20, -1), -1):
        if scan.words[at].text in ".;:":
            return False
        if scan.low(at) in _WISHES:
            return True
    return False


_WISHES = word_set("grammar", "doubt", "wishes")


def _finite(scan: Scan, first: int, trigger: Trigger) -> Reality:
    """Has, had, was, would, did not: what stands directly before the verb."""
    at = first - 1
    auxiliary = False
    while at >= 0 and first - at < 8:
        low = scan.low(at)
        if low in _NEGATIONS or low.endswith("n't"):
            return _not(scan, at, low)
        if low == "to":
            return _to(scan, at, auxiliary=auxiliary)
        if low in _MODALS or (low == "being" and scan.low(at - 1) in known.AUXILIARIES):
            return Reality.UNREAL
        if low == "yet":
            return Reality.NEGATED
        if low in known.AUXILIARIES or low in ("did", "does", "do"):
            auxiliary = True
        elif not known.is_adverb(low):
            break
        at -= 1
    bare = "base" in trigger.forms and not (trigger.forms & {"past", "participle"}) and not auxiliary
    return Reality.DONE if not bare or _has_subject(scan, first) else Reality.UNREAL


def _not(scan: Scan, at: int, low: str) -> Reality:
    could = low in ("couldn't", "cannot", "can't") or scan.low(at - 1) in ("could", "can")
    return Reality.FAILED if could else Reality.NEGATED


def _to(scan: Scan, to: int, *, auxiliary: bool) -> Reality:
    """“The first to be freed”, “claimed to have taken”, “is said to have been”; not “hoped to have”."""
    if scan.low(to - 1) in ("first", "last", "latest", "second", "next"):
        return Reality.DONE
    if not auxiliary:
        return Reality.UNREAL
    near = [scan.low(at) for at in range(max(to - 3, 0), to)]
    return Reality.UNREAL if any(low in _FEARED for low in near) else Reality.DONE


def _has_subject(scan: Scan, first: int) -> bool:
    """Whether somebody stands before a verb in the present: "Rebels seize", not "orders: seize"."""
    at = _before_adverbs(scan, first)
    return (
        scan.kind_at(at) == PARTY
        or scan.low(at) in ("they", "we", "who", "which")
        or (
            first > 0
            and scan.words[at].text[0].isalpha()
            and scan.low(at).endswith("s")
            and scan.low(at) not in known.AUXILIARIES
        )
    )


def _before_adverbs(scan: Scan, first: int) -> int:
    at = first - 1
    while at > 0 and (known.is_adverb(scan.low(at)) or scan.words[at].text in _QUOTES):
        at -= 1
    return at


_QUOTES = frozenset("\"“”'‘’«»")


def _of_noun(scan: Scan, mention: Mention) -> Reality:
    """“Resulted in the recapture of”, “after the fall of”, “the goal of the capture of”."""
    if any(scan.low(at) in _DENIALS and _governs(scan, at, mention.first) for at in range(mention.first)):
        return Reality.DENIED
    if _ahead(scan, mention.end):
        return Reality.UNREAL
    return Reality.DONE if _announced(scan, mention.end) else _led_to(scan, mention)


def _led_to(scan: Scan, mention: Mention) -> Reality:
    """What the words before a noun make of it: "resulted in", "after", "the goal of"."""
    if _not_so(scan, mention):
        return Reality.NEGATED
    for at in range(mention.first - 1, max(mention.first - 8, -1), -1):
        low = scan.low(at)
        if low in (";", ".", ":"):
            break
        if low in ("after", "following", "followed", "since", "amid"):
            return Reality.MENTIONED
        if low in _RESULT:
            return Reality.DONE
        if (
            low in _FAILED
            or low in _TRIED
            or (low in _FEARED and (low != "instead" or scan.low(at + 1) == "of"))
            or low in _CONDITIONS
            or low in _MODALS
            or low in ("for", "without", "toward", "against")
        ):
            return Reality.UNREAL
    return Reality.MENTIONED


def _ahead(scan: Scan, place: int) -> bool:
    """“The capture of Lozova was imminent”, “is only a matter of time”."""
    for at in range(place, min(place + _BACK, len(scan.words))):
        if scan.words[at].text in ",;" or scan.kind_at(at) == EVENT:
            return False
        if scan.low(at) in ("is", "was", "would", "will", "seems", "seemed", "looks"):
            return not _TO_COME.isdisjoint(scan.lows(at, at + 4))
    return False


_TO_COME = word_set("grammar", "lists", "to_come")


def _announced(scan: Scan, place: int) -> bool:
    """“The capture of Lozova was announced by the ministry”."""
    for at in range(place, min(place + _REACH, len(scan.words) - 1)):
        if scan.words[at].text == ";" or scan.kind_at(at) == EVENT:
            return False
        if scan.low(at) in ("was", "were") or (scan.low(at) == "been" and scan.low(at - 1) in ("has", "had")):
            said = at + 1 + (scan.low(at + 1) in known.ADVERBS)
            return scan.low(said) in (
                "announced",
                "confirmed",
                "reported",
                "claimed",
                "completed",
                "declared",
            )
    return False


def _not_so(scan: Scan, mention: Mention) -> bool:
    """“The withdrawal of the rebels from A is still not effective”, “… has yet to begin”."""
    for at in range(mention.end, min(mention.end + _TO_ITS_VERB, len(scan.words))):
        if scan.words[at].text in ".;" or scan.kind_at(at) in (EVENT, SAYING):
            return False
        if scan.low(at) in ("is", "was", "has", "had", "are", "were", "remains"):
            return not {"not", "yet", "never", "incomplete"}.isdisjoint(scan.lows(at + 1, at + 5))
    return False


_TO_ITS_VERB = 22


def _in_its_clause(scan: Scan, mention: Mention, found: Reality) -> Reality:
    """Look left along the sentence for what makes the whole clause a condition, a denial or a fear."""
    at = mention.first - 1
    commas = 0
    while at >= 0 and mention.first - at < 40:
        opening = _opening(scan, at)
        if opening is not None:
            at = opening - 1
            continue
        if scan.low(at) in (";", ":", "“", '"') and mention.first - at > 3:
            break
        commas += scan.low(at) == ","
        governed = _governed(scan, at, mention.first, found, commas=commas)
        if governed is not None:
            return governed
        at -= 1
    return found


def _governed(scan: Scan, at: int, first: int, found: Reality, *, commas: int) -> Reality | None:
    """What one word makes of the clause behind it that ends before word ``first``; None where nothing."""
    low = scan.low(at)
    if low in _DENIALS and not _could_not(scan, at):
        return Reality.DENIED if _governs(scan, at, first) else found
    if commas:
        return None
    background = _background(scan, at, first)
    if background:
        return background
    if low in _CONDITIONS and not _of_time(scan, at) and not _past_after(scan, at, first):
        return Reality.UNREAL
    if _no_sign(scan, at):
        return Reality.NEGATED
    noun = low in _REPORTS and scan.low(at + 1) in ("that", "of")  # "denied claims that"
    if noun and _no_word_of(scan, at):
        return Reality.UNREAL
    if scan.kind_at(at) in (SAYING, ACCORDING) and not noun and low not in _DENIALS:
        return Reality.UNREAL if _unsaid(scan, at) else _beyond(scan, at, found)
    return None


def _background(scan: Scan, at: int, first: int) -> Reality | None:
    """Whether a clause is told as known: "eight years after they left", "when we captured A"."""
    low = scan.low(at)
    if low in ("after", "before", "since") and scan.low(at - 1) in _LONG:
        return Reality.BEFORE
    if low == "since" and _begins_a_clause(scan, at, first):
        return Reality.MENTIONED  # "people have fled since the militants seized A"
    if low == "how" and scan.low(at - 1) in _TELLING:
        return Reality.MENTIONED  # "the film tells how the rebels captured A"
    some_day = low in _SOME_DAY and _one_day(scan, at) and first - at < _NEAR
    timed = "time" in (scan.kind_at(at - 1), scan.kind_at(at - 2))  # "on Wednesday, when the militia gave up"
    return Reality.MENTIONED if (low == "when" and not timed) or some_day else None


def _past_after(scan: Scan, at: int, first: int) -> bool:
    """“Before they took A”, “until it was taken”, “fought for hours before leaving A”."""
    if scan.low(at) == "until":  # not "would fight until they had taken it"
        return _took_place(scan, first) and not _meant(scan, at)
    told = scan.low(at) == "before" and "ing" in scan.at[first].value.forms and _told(scan, at)  # type: ignore[union-attr]
    return scan.low(at) == "before" and (told or _took_place(scan, first))


def _begins_a_clause(scan: Scan, at: int, first: int) -> bool:
    """Whether "since" leads to who did it, not only to a time, nor "has since taken", nor "since then,"."""
    alone = scan.low(at - 1) in known.AUXILIARIES or scan.low(at + 1) in (",", "then")
    return not alone and scan.kind_at(at) != "time" and 1 < first - at <= _CLAUSE


def _took_place(scan: Scan, first: int) -> bool:
    """Whether a verb is plainly past: "took", not "taking", "could take" or "is taken"."""
    event = scan.at[first]
    plain = event is not None and event.kind == EVENT and "past" in event.value.forms
    return plain and scan.low(_before_adverbs(scan, first)) not in known.AUXILIARIES - {"was", "were", "had"}


def _one_day(scan: Scan, at: int) -> bool:
    """“The day we lost it”, not “earlier in the day we lost it”."""
    return scan.low(at - 1) in ("the", "that") and scan.low(at - 2) not in ("in", "of", "during")


_SOME_DAY = frozenset(["day", "night", "morning", "moment", "time", "week", "year"])
_NEAR = 5
_TELLING = frozenset(
    ["tells", "told", "recounts", "recounted", "recalls", "recalled", "describes", "described", "remembers"]
)
_CLAUSE = 10


def _opening(scan: Scan, at: int) -> int | None:
    """Where the quotation opens that closes at a word, None where none does."""
    text = scan.words[at].text
    if text == "”":
        return next((i for i in range(at - 1, -1, -1) if scan.words[i].text == "“"), None)
    if text != '"':
        return None
    before = [i for i in range(at) if scan.words[i].text == '"']
    return before[-1] if len(before) % 2 else None


def _beyond(scan: Scan, at: int, found: Reality) -> Reality:
    """What governs a verb of saying: "denied saying that", "stopped short of confirming that"."""
    near = [scan.low(i) for i in range(max(at - 5, 0), at)]
    short = "short" in near and "of" in near
    return Reality.UNREAL if short else found


def _unsaid(scan: Scan, at: int) -> bool:
    """“Did not confirm that”, “could not confirm”, “declined to say”."""
    near = [scan.low(i) for i in range(max(at - 4, 0), at)]
    return any(
        low in ("not", "never", "declined", "refused", "unable") or low.endswith("n't") for low in near
    )


def _no_word_of(scan: Scan, at: int) -> bool:
    """“Has not commented on claims that”, “could not verify reports that”."""
    near = [scan.low(i) for i in range(max(at - 7, 0), at)]
    judged = any(low.startswith(("comment", "verif", "confirm", "respond")) for low in near)
    return judged and any(low in ("not", "declined", "unable", "yet", "no") for low in near)


def _could_not(scan: Scan, at: int) -> bool:
    return any(scan.low(i) in ("not", "never") for i in range(max(at - 3, 0), at))


def _governs(scan: Scan, denial: int, first: int) -> bool:
    """Whether nothing new is said between a denial and the event: "denied it, but said the army had left"."""
    return not any(
        scan.low(at) in ("but", "while", "although", "after", "when", "who", "which")
        or (scan.low(at) == "as" and at > denial + 1)
        or (scan.kind_at(at) == SAYING and scan.low(at) not in _REPORTS)
        for at in range(denial + 1, first)
    )


_REPORTS = frozenset(["reports", "claims", "report", "claim", "reported", "statements", "saying", "claiming"])


def _of_time(scan: Scan, at: int) -> bool:
    """“Before dawn”, “until Friday”: a time, not a condition."""
    return scan.kind_at(at) == "time" or (scan.low(at) in ("once", "how", "why") and at > 0)


def _no_sign(scan: Scan, at: int) -> bool:
    return scan.low(at) in ("sign", "signs", "evidence", "indication", "confirmation", "truth") and scan.low(
        at - 1
    ) in ("no", "without")


def _said_false(scan: Scan, mention: Mention) -> bool:
    """“Reports that its troops have fled are false”, “the claim that … is a lie”, “… are not true”."""
    if _FALSE_OR_TRUE.isdisjoint(scan.all_low):
        return False
    behind = [word.low for word in scan.words[mention.end : mention.end + 25]]
    for at, low in enumerate(behind):
        if low in (";", "but") or scan.kind_at(mention.end + at) == EVENT:
            return False
        is_said = any(word in ("is", "are", "was", "were", "as") for word in behind[max(at - 3, 0) : at])
        if is_said and (low in _FALSE or (low == "true" and "not" in behind[max(at - 2, 0) : at])):
            return True
    return False

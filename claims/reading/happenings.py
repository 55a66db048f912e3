"""What a sentence says happened: each event with its places, who gained, who lost, and how real it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from claims.claim import Event
from claims.reading import names as known
from claims.reading.lists import COUNTRIES, Listed, followed_by, places_after, places_before
from claims.reading.mentions import EVENT, PARTY, SAYING, TIME, Mention, Scan, Trigger, party_of
from claims.reading.names import Name, name_at
from claims.reading.parties import Called, Parties, Party
from claims.reading.reality import GOVERNORS, ORDINALS, Reality, reality
from claims.reading.subjects import Spoken, Subject, named_or, opponent_in, subject_of
from claims.reading.unnamed import unnamed_kind
from claims.reading.words import word_set

_PASSIVE = frozenset(["is", "are", "was", "were", "been", "be", "got", "get", "gets"])
_BEHIND = 9
_FAR_BEHIND = 14
_NOT_A_VERB = word_set("grammar", "lists", "not_a_verb")
_ELSEWHERE = word_set("grammar", "lists", "falls_elsewhere")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a sentence; words ``first`` to ``end`` say it.

    ``gains`` and ``loses`` are who holds it afterwards and before; for an event that moves nothing ``gains``
    is who acts. ``close`` says that no guess was needed to find who. ``said`` are the words that
    trigger it. ``kind`` is the kind of the places where they are not named.
    """

    trigger: Mention
    event: Event
    names: tuple[Name, ...]
    gains: Party | None
    loses: Party | None
    reality: Reality
    first: int
    end: int
    plural: bool = False
    inside: tuple[Name, ...] = ()
    close: bool = True
    said: str = ""
    kind: str = ""


@dataclass
class Context:
    """What one sentence is read with: who can be meant, what was spoken of, which words are common ones."""

    scan: Scan
    parties: Parties
    spoken: Spoken
    common: Collection[str] = ()
    used: set[int] = field(default_factory=set)
    earlier: Party | None = None
    unnamed: Party | None = None  # who took places in this sentence without their names


@dataclass(frozen=True, slots=True)
class _Found:
    """What one way of building a sentence gives."""

    listed: Listed
    gains: Party | None = None
    loses: Party | None = None
    close: bool = True
    end: int = 0


def happenings_of(context: Context) -> Iterator[Happening]:
    """Read the events of a sentence in order."""
    for mention in list(context.scan.of(EVENT)):
        if mention.first in context.used:
            continue
        adjective = _is_adjective(context.scan, mention)
        found = (_these_are if adjective else _BUILDS[mention.value.build])(context, mention)
        if found is None:
            continue
        happening = _made(context, mention, found)
        if context.unnamed and happening.event is Event.HOLDS and happening.gains == context.unnamed:
            happening = replace(
                happening, event=Event.CAPTURED
            )  # "controlled the villages of", which they are
        yield happening
        if happening.event is Event.CAPTURED and not happening.names:
            context.unnamed = happening.gains
        if happening.gains or happening.loses:
            trigger: Trigger = mention.value
            acted = happening.loses if trigger.build in ("loses", "leaves", "hands") else happening.gains
            context.earlier = acted or context.earlier


def _made(context: Context, mention: Mention, found: _Found) -> Happening:
    trigger: Trigger = mention.value
    real = (
        Reality.DONE
        if trigger.build in ("fails", "hits") and not trigger.noun
        else reality(context.scan, mention)
    )
    event = _event(context.scan, mention, real)
    if {"partly", "partially"} & set(_lows(context.scan, mention.first - 2, mention.first)):
        found.listed.names = [known.as_part(name) for name in found.listed.names]
    first = min([_with_governor(context.scan, mention, real), *(name.first for name in found.listed.names)])
    end = max([mention.end, found.end, *(name.end for name in found.listed.names)])
    return Happening(
        mention, event, tuple(found.listed.names), found.gains, found.loses, real, first, end,
        found.listed.plural, tuple(found.listed.inside), found.close,
        context.scan.written(mention.first, mention.end), "" if found.listed.names else found.listed.kind,
    )  # fmt: skip


def _with_governor(scan: Scan, mention: Mention, real: Reality) -> int:
    """The word that the event begins with: "failed to capture", not only "capture"."""
    if real in (Reality.FAILED, Reality.TRIED) and scan.low(mention.first - 1) == "to":
        for at in range(mention.first - 2, max(mention.first - 8, -1), -1):
            if scan.low(at) in GOVERNORS:
                return at
    return mention.first


def _event(scan: Scan, mention: Mention, real: Reality) -> Event:
    trigger: Trigger = mention.value
    control = trigger.event in (Event.CAPTURED, Event.RECAPTURED, Event.TRANSFERRED)
    if control and real is Reality.FAILED:
        return Event.ATTACK_FAILED
    if control and real is Reality.TRIED:
        return Event.ADVANCE
    return _of_holding(scan, mention) if trigger.event is Event.HOLDS else _of_taking(scan, mention)


def _of_taking(scan: Scan, mention: Mention) -> Event:
    """“Has occupied Crimea since 2014” takes nothing any more."""
    occupied = scan.low(mention.first).startswith("occup")
    event: Event = mention.value.event
    return Event.HOLDS if occupied and any(_long_since(scan)) else event


def _of_holding(scan: Scan, mention: Mention) -> Event:
    """Words for having a place that tell of getting it: "is now in the hands of", "managed to control"."""
    said = set(_lows(scan, mention.first - 2, mention.end))
    since = _long_since(scan)
    if mention.value.build == "goes":
        words = set(_lows(scan, mention.first, mention.end))
        then = "after" in _lows(scan, mention.end, mention.end + _BEHIND)  # "in control of A after they fled"
        whole = bool(_WHOLLY & words) or ("in" in words and then)
        came = scan.low(mention.first) == "control" and _came_to(scan, mention.first)
        return Event.CAPTURED if came or (whole and not since and not said & _STILL) else Event.HOLDS
    if "now" in said or (since and not any(since)):  # "have been controlled by them since yesterday"
        return Event.CAPTURED
    return Event.RECAPTURED if "back" in said else Event.HOLDS


_WHOLLY = frozenset(["full", "complete", "total", "now", "also", "already"])
_STILL = frozenset(["still", "remain", "remains", "retain", "retains", "maintain"])


def _came_to(scan: Scan, verb: int) -> bool:
    """“Were able to control”, “managed to enter the town and control its airport”."""
    to = [at for at in range(verb - 1, max(verb - _BEHIND, 0), -1) if scan.low(at) == "to"]
    joined = scan.low(verb - 1) in ("to", "and")
    return joined and bool(to) and scan.low(to[0] - 1) in ("able", "managed", "succeeded")


def _long_since(scan: Scan) -> list[bool]:
    """Whether each "since" of a sentence goes back more than a month."""
    windows = [time.value.window for time in scan.of(TIME) if scan.low(time.first) == "since"]
    return [window is None or (window.end - window.start).days > 30 for window in windows]


def _lows(scan: Scan, first: int, end: int) -> list[str]:
    return [scan.low(at) for at in range(max(first, 0), end)]


def _is_adjective(scan: Scan, mention: Mention) -> bool:
    """“The captured town”, “newly liberated villages”, and nouns that look like verbs: “the strike”."""
    trigger: Trigger = mention.value
    if trigger.noun or trigger.words > 1 or trigger.forms == {"past"}:
        return False
    before = scan.low(mention.first - 1)
    return before in _NOT_A_VERB and scan.low(mention.end) != "by" and "ing" not in trigger.forms


# Gains and losses


def _these_are(context: Context, mention: Mention) -> _Found | None:
    """“The liberated villages are A and B”: the list of what was told before."""
    scan, trigger = context.scan, mention.value
    if trigger.build != "gains" or not _several(scan, mention.end + 3):
        return None
    listed = _listed_behind(context, mention, mention.end)
    gains = context.spoken.gainer or context.spoken.speaker or context.spoken.own
    return _Found(listed, gains, None, False) if listed.names else None


def _gains(context: Context, mention: Mention) -> _Found | None:
    trigger: Trigger = mention.value
    behind = _lows(context.scan, mention.end, mention.end + _BEHIND)
    if any(low == "on" and film in _FILMS for low, film in pairwise(behind)):
        return None  # "captured it on video"
    if trigger.noun:
        return _of_noun(context, mention)
    if _is_passive(context.scan, mention):
        return _passive(context, mention)
    if context.scan.low(mention.first).startswith("secur") and trigger.words == 1:
        return None  # it may have been theirs before, while "the town was secured" was not
    there = behind[:1] and behind[0] in _THERE and context.scan.kind_at(mention.end) != TIME
    return (
        None if there and trigger.words == 1 else _gained(context, mention)
    )  # "men seized at Al-Jawf came home"


def _gained(context: Context, mention: Mention) -> _Found | None:
    """Somebody took what stands behind the verb."""
    listed = _after(context, mention.end)
    if context.scan.low(mention.end) == ":" and mention.end == len(context.scan.words) - 1:
        listed.plural = True  # "the factions captured:", and a list below
    if not listed.names and not listed.plural:
        found = _relative_object(context, mention) or _pronoun_object(context, mention)
        if found or not unnamed_kind(context.scan, mention.end, listed.kind):
            return found
    subject = _subject(context, mention)
    by, _ = _party_behind(context, listed.end, ("by",)) if mention.value.words > _SHORT_PHRASE else (None, 0)
    if by:  # "an officer announced the recapture of A by the army"
        return _Found(listed, by)
    if subject.other and subject.party is None and not context.scan.words[mention.first].cap:
        return None
    whom = min(mention.end, listed.end) if context.scan.low(mention.end) == "from" else listed.end
    loses, end = _party_behind(context, whom, ("from",))
    loses = loses or opponent_in(context.scan, mention, subject.party)
    return _Found(listed, subject.party, loses, subject.close, end)


_SHORT_PHRASE = 3
_FILMS = frozenset(["video", "camera", "film", "tape", "footage", "photographs", "pictures"])
_THERE = frozenset(["at", "on", "in", "near", "inside", "outside", "during"])


def _of_noun(context: Context, mention: Mention) -> _Found | None:
    listed = _after(context, mention.end)
    if not listed.names:
        return None
    owner = party_of(context.scan.ending_at(mention.first - 1))
    by, end = _party_behind(context, listed.end, ("by",))
    if by or owner:
        gains = by or (named_or(owner, context.parties, context.spoken) if owner else None)
        return _Found(listed, gains, opponent_in(context.scan, mention, gains), True, end)
    gains = (
        context.earlier
        or _nearest_party(context, mention.first)
        or party_after(context, listed.end)
        or _announcing(context, mention)
        or context.spoken.gainer
    )
    return _Found(listed, gains, opponent_in(context.scan, mention, gains), False, end)


def _announcing(context: Context, mention: Mention) -> Party | None:
    """Who announces the capture of a place speaks of its own; who confirms it may speak of the enemy's."""
    said = [one for one in context.scan.of(SAYING) if one.first < mention.first]
    own = bool(said) and said[-1].value in _OF_ITS_OWN
    return context.spoken.speaker if own else None


_OF_ITS_OWN = frozenset(
    ["announced", "announces", "announce", "claimed", "claims", "declared", "declares", "announcing"]
)


def _nearest_party(context: Context, place: int) -> Party | None:
    for at in range(place - 1, -1, -1):
        called = party_of(context.scan.ending_at(at))
        if called:
            return named_or(called, context.parties, context.spoken)
    return None


def _passive(context: Context, mention: Mention) -> _Found | None:
    """“A, B and C were taken by”, “the villages seized by the factions were A and B”."""
    scan = context.scan
    listed = places_before(scan, mention.first, context.common)
    by, end = _party_behind(context, mention.end, ("by",))
    if scan.low(end or mention.end) == ":" and _several(scan, mention.first):
        behind = places_after(scan, (end or mention.end) + 1, context.common)
        listed = behind if behind.names else listed
    if not listed.names:
        among = _among(context, mention.first - 1)
        listed = among or _listed_behind(context, mention, end or mention.end)
    listed.names = listed.names or _joined_before(context, mention)
    called = _called_so(context, end or mention.end) if listed.names and listed.names[-1].again else None
    listed = called or listed
    if not listed.names and not listed.plural:
        return None
    then = followed_by(scan, end or mention.end) if listed.names else 0
    if then:
        listed.names.extend(_after(context, then).names)
    listed.names.extend(_left_out(context, max(end, mention.end)))
    loses, last = _party_behind(context, end or mention.end, ("from",))
    freed = mention.value.event is Event.RECAPTURED or scan.low(mention.first).startswith(
        ("liberat", "freed")
    )
    speaking = _speaking(context, mention) or context.spoken.own if freed else None
    ours = (
        "control" in _lows(scan, mention.end, mention.end + 3) and not by
    )  # "have been taken under control"
    own = (context.spoken.speaker or context.spoken.own) if ours else None
    other = context.parties.other_than(loses) if loses else None
    gains = by or speaking or own or context.spoken.gainer or context.spoken.attacker or other
    gains = gains or (context.spoken.speaker if not loses else None)
    return _Found(listed, gains, loses, by is not None, max(end, last))


def _joined_before(context: Context, mention: Mention) -> list[Name]:
    """“Kafr Bani was bombed and then captured by”: what the verb before "and" is told of."""
    scan, at = context.scan, mention.first - 1
    while at > 0 and (scan.low(at) in known.AUXILIARIES or known.is_adverb(scan.low(at))):
        at -= 1
    names = _names_before(context, at) if scan.low(at) == "and" else []
    told = [one for one in names if scan.low(one.end) in known.AUXILIARIES]
    return [one for one in told[-1:] if not _only_says_where(scan, one)]


def _called_so(context: Context, place: int) -> Listed | None:
    """“The base that they captured is called A”."""
    lows = context.scan.lows(place, place + 4)
    at = next((at for at, low in enumerate(lows) if low in ("called", "named")), None)
    listed = _after(context, place + at + 1) if at is not None and {"is", "was"} & set(lows[:at]) else None
    return listed if listed and listed.names else None


def _several(scan: Scan, end: int) -> bool:
    """Whether "villages" or the like stand shortly before a word."""
    return any(low in known.KINDS and low.endswith("s") for low in _lows(scan, end - _BEHIND, end))


def _left_out(context: Context, place: int) -> Iterator[Name]:
    """“A was freed on Monday; B on Tuesday, and C on Friday”: names with a time and no verb behind them."""
    scan = context.scan
    at = _past_time(scan, place)
    while at > place and scan.low(at) in (",", ";", "and"):
        first = at
        while scan.low(first) in (",", ";", "and") or scan.low(first) in known.DETERMINERS:
            first += 1
        name = name_at(scan, first, context.common) if first < len(scan.words) else None
        if name is None or scan.kind_at(name.end) != TIME:
            return
        place, at = at, _past_time(scan, name.end)
        if scan.low(at) not in (",", ";", ".", "and", ""):
            return
        yield name


def _past_time(scan: Scan, place: int) -> int:
    time = scan.at[place] if place < len(scan.at) else None
    return time.end if time and time.kind == TIME else place


def _speaking(context: Context, mention: Mention) -> Party | None:
    """Who says that a place was "liberated" or "retaken" speaks of his own side."""
    for saying in context.scan.of(SAYING):
        if saying.first < mention.first:
            return _nearest_party(context, saying.first)
    return None


def _listed_behind(context: Context, mention: Mention, end: int) -> Listed:
    """The list behind "were": "among the villages seized by the factions were A, B and C"."""
    scan = context.scan
    before = _lows(scan, mention.first - 8, mention.end + 2)
    plural = any(low in known.KINDS and low.endswith("s") for low in before) or "following" in before
    for at in range(end, min(end + _FAR_BEHIND, len(scan.words))):
        if scan.low(at) in ("are", "were", "include", "included", "including", ":") and plural:
            found = places_after(scan, at + 1, context.common)
            return found if found.names else Listed(plural=plural, end=end)
    return Listed(plural=plural, end=end)


def _relative_object(context: Context, mention: Mention) -> _Found | None:
    """“Hama, which the rebels captured on Thursday”."""
    scan = context.scan
    subject = _subject(context, mention)
    at = mention.first - 1
    while at > 0 and (scan.low(at) in known.AUXILIARIES or scan.low(at) in known.ADVERBS):
        at -= 1
    party = scan.ending_at(at)
    if scan.low(at) in ("they", "it", "he", "we") and (
        scan.low(at - 1) in known.KINDS or scan.low(at - 1) in ("which", "that")
    ):
        listed = places_before(scan, at, context.common)
        return _Found(listed, subject.party) if listed.names and subject.party else None
    if not party or party.kind != PARTY or subject.party is None:
        return None
    at = party.first - 1
    while scan.low(at) in known.DETERMINERS and scan.low(at) != "that":
        at -= 1
    among = _among(context, at)
    if among:
        return _Found(among, subject.party)
    if scan.low(at) not in ("which", "that"):
        return None
    listed = places_before(scan, at + 1, context.common)
    return _Found(listed, subject.party) if listed.names else None


def _among(context: Context, place: int) -> Listed | None:
    """“A and B were among the villages” that somebody took: the places before "among"."""
    scan = context.scan
    at = next((at for at in range(place, max(place - _NEAR, 0), -1) if scan.low(at) == "among"), 0)
    several = any(low.endswith("s") for low in _lows(scan, at, place + 1))
    listed = places_before(scan, at, context.common) if at and several else Listed()
    return listed if listed.names else None


_NEAR = 6


def _pronoun_object(context: Context, mention: Mention) -> _Found | None:
    """“Quillon changed hands twice: the militia seized it”: the place named before in the sentence."""
    scan = context.scan
    it = mention.end
    while (
        scan.low(it) in ("all", "of", "the", "whole", "over", "control", "full", "entire")
        and it - mention.end < 4
    ):
        it += 1
    if scan.low(it) not in ("it", "them"):
        return None
    before = _names_before(context, mention.first)
    before = before or [Name("", mention.end, mention.end + 1, again=True)]
    subject = _subject(context, mention)
    # The words that count are "it"; the name is the one it stands for.
    there = [one for one in before if not _only_says_where(scan, one)]
    if subject.party is None or not (there or before[0].again):
        return None
    event = max((one.first for one in scan.of(EVENT) if one.end < mention.first), default=0)
    entered = [one for one in there if one.first > event > 0]  # "entered A and took it", not what lay before
    name = replace((entered or there or before)[0], first=mention.end, end=mention.end + 1)
    return _Found(Listed([name], end=mention.end + 1), subject.party, None, subject.close, mention.end + 1)


def _names_before(context: Context, end: int) -> list[Name]:
    """The places named before a word of the sentence; no person, and no owner of something else."""
    scan, at = context.scan, 0
    names: list[Name] = []
    while at < end:
        name = None if scan.at[at] else name_at(scan, at, context.common)
        if name and not (scan.words[name.end - 1].owns or known.is_person(scan, name)):
            names.append(name)
        at = name.end if name else at + 1
    return names


def _only_says_where(scan: Scan, name: Name) -> bool:
    """“In the southern countryside of Idlib”, “the crossing with Jordan”: no place that "it" stands for."""
    at = name.first - 1
    while at >= 0 and (scan.low(at) in known.ADJECTIVES or scan.low(at) in known.DETERMINERS):
        at -= 1
    told = scan.kind_at(at) == EVENT  # "withdrew from"
    if scan.low(at) == "of" and scan.low(at - 1) in known.LOCATIVE:
        return True  # "to the south of Daloa"
    return name.region or name.text.lower() in COUNTRIES or (not told and scan.low(at) in _LEADS_AWAY)


_LEADS_AWAY = known.LOCATIVE | {"with", "to", "for"}


def _loses(context: Context, mention: Mention) -> _Found | None:
    if _is_passive(context.scan, mention):
        found = _passive(context, mention)
        loses = found.gains if found and found.close else None
        return replace(found, gains=None, loses=loses) if found and found.listed.names else None
    listed = _after(context, mention.end)
    subject = _subject(context, mention)
    if subject.party is None or (subject.other and not subject.close):
        return None
    if not listed.names:
        relative = _relative_object(context, mention)
        return replace(relative, gains=None, loses=subject.party) if relative else None
    if {"help", "helped", "helping", "helps"} & set(_lows(context.scan, mention.first - 2, mention.first)):
        return None  # "helped to evacuate the village"
    gains, end = _party_behind(context, listed.end, ("to",))
    other = context.spoken.gainer
    if gains is None and other and other.id != subject.party.id and mention.value.event is Event.CAPTURED:
        return _Found(listed, other, subject.party, False, end)  # "lost A", after B's gains were told
    return _Found(listed, gains, subject.party, subject.close, end)


def _ours(context: Context, mention: Mention) -> _Found | None:
    """“Dvorichna – ours since yesterday”, in the words of those who fight."""
    scan = context.scan
    dash = scan.low(mention.first - 1) in ("–", "—", "-", "now")
    if not dash and scan.low(mention.first - 1) in ("is", "are", "was", "were"):
        dash = not any(word.text in '“”"' for word in scan.words[: mention.first])
    if not dash and scan.low(mention.end) != "since":
        return None
    at = mention.first - 1 if dash else mention.first
    listed = places_before(scan, at, context.common)
    last = context.spoken.last
    if scan.low(mention.first) == "theirs":
        acted = context.earlier or _nearest_party(context, mention.first) or last
        return _Found(listed, acted, None, False) if listed.names and acted else None
    gains = context.spoken.own or (context.parties.other_than(last) if last else None)
    named = listed.names and not any(name.again for name in listed.names)
    return _Found(listed, gains, None, False) if named else None


def _leaves(context: Context, mention: Mention) -> _Found | None:
    trigger: Trigger = mention.value
    listed = _after(context, mention.end)
    from_it = not listed.names and not trigger.noun and trigger.words > 1
    it = _pronoun_object(context, mention) if from_it else None
    if it:
        listed = it.listed
    if not listed.names and not trigger.noun:
        return None
    if trigger.noun:
        if context.scan.low(mention.end - 1) == "of" and context.scan.low(mention.first) in _DEPARTURES:
            return _departure(context, mention)
        owner = party_of(context.scan.ending_at(mention.first - 1))
        party = (
            named_or(owner, context.parties, context.spoken)
            if owner
            else _nearest_party(context, mention.first)
        )
        return _Found(listed, None, party, owner is not None) if listed.names else None
    subject = _subject(context, mention)
    if subject.party is None or subject.other or not _soldiers(context.scan, mention):
        return None
    if _somebody_else(context.scan, mention):
        return None
    return _Found(listed, None, subject.party, subject.close)


def _somebody_else(scan: Scan, mention: Mention) -> bool:
    """“Secretary-General Antonio Guterres left Benghazi”: a person's name stands directly before the verb."""
    at = mention.first - 1
    while at >= 0 and (scan.low(at) in known.AUXILIARIES or scan.low(at) in known.ADVERBS):
        at -= 1
    first = at
    while first >= 0 and scan.words[first].cap and not scan.at[first] and scan.words[first].text[0].isalpha():
        first -= 1
    run = [scan.low(i) for i in range(first + 1, at + 1)]
    return len(run) > 1 and not any(low in known.FORCE or low in known.SITES for low in run)


_DEPARTURES = frozenset(["withdrawal", "retreat", "pullout", "departure"])


def _departure(context: Context, mention: Mention) -> _Found | None:
    """“The withdrawal of its troops from Kherson”."""
    scan = context.scan
    start = next(
        (at for at in range(mention.end, min(mention.end + 8, len(scan.words))) if scan.low(at) == "from"), 0
    )
    listed = _after(context, start + 1) if start else Listed()
    if not listed.names:
        return None
    inside = [party_of(scan.at[at]) for at in range(mention.end, start) if scan.kind_at(at) == PARTY]
    named = named_or(inside[0], context.parties, context.spoken) if inside and inside[0] else None
    return _Found(listed, None, named or _nearest_party(context, mention.first), named is not None)


def _soldiers(scan: Scan, mention: Mention) -> bool:
    """Whether "left A" tells of leaving: "left three dead in A" does not."""
    behind = _lows(scan, mention.end, mention.end + 6)
    return not any(
        low in _LEFT_SO or (low == "as" and behind[at + 1] != "well") for at, low in enumerate(behind[:4])
    )


_LEFT_SO = word_set("grammar", "lists", "left_so")


def _hands(context: Context, mention: Mention) -> _Found | None:
    trigger: Trigger = mention.value
    listed = _after(context, mention.end)
    if not listed.names:
        return None
    gains, end = _party_behind(context, listed.end, ("to",))
    if trigger.noun:
        return _Found(listed, gains, None, gains is not None, end)
    if _is_passive(context.scan, mention):
        return None
    subject = _subject(context, mention)
    return _Found(listed, gains, subject.party, subject.close, end) if subject.party else None


def _passes(context: Context, mention: Mention) -> _Found | None:
    """“Came under the control of the Front”, “control of the port passed to the Front”."""
    scan = context.scan
    listed = places_before(scan, mention.first, context.common)
    if not listed.names:
        listed = _listed_behind(context, mention, mention.end)
    listed.names = listed.names or _joined_before(context, mention)
    if not listed.names:
        return None
    called, end = _called_behind(context, mention.end)
    adjective = None if called else _controlling(context, mention)
    if adjective:
        return _Found(listed, adjective, None, True, mention.end)
    theirs = {"their", "its", "our"} & set(_lows(scan, mention.first, mention.end))
    if theirs and "hands" in _lows(scan, mention.first, mention.end):  # "fell into their hands"
        acted = context.earlier or _nearest_party(context, mention.first) or context.spoken.last
        return _Found(listed, acted, None, False, mention.end) if acted else None
    controlled = "control" in _lows(scan, mention.first, mention.end) or scan.low(end) == "control"
    if not called and not controlled:
        return None
    party = named_or(called, context.parties, context.spoken) if called else None
    if "ceded" in _lows(scan, mention.first, mention.end) and scan.low(mention.end - 1) == "by":  # who had it
        to, last = _party_behind(context, end, ("to",))
        return _Found(listed, to, party, to is not None, max(end, last))
    return _Found(listed, party, None, party is not None, end)


def _flag(context: Context, mention: Mention) -> _Found | None:
    """“The Azerbaijani flag has been hoisted in Madagiz”: whose flag stands before it."""
    scan = context.scan
    called = party_of(scan.ending_at(mention.first - 1))
    gains = context.parties.adjective_at(scan.words, mention.first - 1) if mention.first else None
    if gains is None and called:
        gains = named_or(called, context.parties, context.spoken)
    if gains is None and scan.low(mention.first - 1) in ("our", "their", "its"):
        gains = context.earlier or context.spoken.speaker or context.spoken.last
    listed = _after(context, mention.end)
    return _Found(listed, gains, None, True) if listed.names and gains else None


def _headline(context: Context, mention: Mention) -> _Found | None:
    """“Homs in rebel hands”: a line of its own without a verb."""
    scan = context.scan
    party = _controlling(context, mention)
    if party is None or mention.end < len(scan.words) - 1 or any(m.kind == SAYING for m in scan.mentions):
        return None
    listed = places_before(scan, mention.first, context.common)
    whole = listed.names and listed.end == 0
    return _Found(listed, party, None, True, mention.end) if whole else None


def _controlling(context: Context, mention: Mention) -> Party | None:
    """Whose control it is: "under Ukrainian control"."""
    words = context.scan.words
    for at in range(mention.first, min(mention.end + 1, len(words) - 1)):
        if context.scan.low(at + 1) in ("control", "hands"):
            called = party_of(context.scan.at[at]) or context.parties.at(words, at)
            found = context.parties.adjective_at(words, at)
            if found or called:
                return found or named_or(called, context.parties, context.spoken)  # type: ignore[arg-type]
    return None


def _called_behind(context: Context, place: int) -> tuple[Called | None, int]:
    at = place
    while context.scan.low(at) in ("the", "full", "complete", "control", "of"):
        at += 1
    mention = context.scan.at[at] if at < len(context.scan.at) else None
    called = party_of(mention)
    return (called, mention.end) if mention and called else (None, place)


def _falls(context: Context, mention: Mention) -> _Found | None:
    scan, trigger = context.scan, mention.value
    if trigger.noun:
        found = _of_noun(context, mention)
        into = "hands" in _lows(scan, mention.end, found.listed.end + 5) if found else False
        leads = ("to", "of") if into else ("to",)  # "the fall of A into the hands of B"
        to, end = _party_behind(context, found.listed.end, leads) if found else (None, 0)
        if found is None:
            return None
        gains = to or context.spoken.gainer or context.spoken.attacker
        return _Found(found.listed, gains, None, to is not None, max(end, found.end))
    following = "" if scan.kind_at(mention.end) == TIME else scan.low(mention.end)
    if following in _ELSEWHERE or (following == "in" and scan.kind_at(mention.end) != TIME):
        return None
    listed = places_before(scan, _before_ordinal(scan, mention.first), context.common)
    gains, end = _party_behind(context, mention.end, ("to",))
    if following == "to" and scan.low(mention.end + 1) in ("its", "their", "our"):
        gains = gains or context.spoken.speaker or _nearest_party(context, listed.end)  # "fell to its troops"
    if not listed.names:
        listed = _listed_behind(context, mention, max(end, mention.end))  # "the towns that fell were A and B"
    named_before = listed.end < mention.first
    if not listed.names or (following == "to" and gains is None and named_before):
        return None
    listed.names.extend(_left_out(context, max(end, mention.end)))
    return _Found(listed, gains or context.spoken.gainer, None, gains is not None, end)


def _before_ordinal(scan: Scan, verb: int) -> int:
    """Before "became the third town to" of "Lashio became the third town to fall"; else the verb itself."""
    if scan.low(verb - 1) != "to":
        return verb
    for at in range(verb - 2, max(verb - _BEHIND, 0), -1):
        if scan.low(at) == "the" and scan.low(at + 1) in ORDINALS:
            return at - (scan.low(at - 1) in ("became", "becomes", "become"))
    return verb


def _follows(context: Context, mention: Mention) -> _Found | None:
    """“Bayhan followed three days later”, after a place was gained."""
    scan = context.scan
    ends = scan.low(mention.end) in (
        "",
        ".",
        ",",
        ";",
        ":",
        "and",
        "soon",
        "suit",
        "hours",
        "later",
        "shortly",
    )
    if context.spoken.gainer is None or not (ends or scan.kind_at(mention.end) == TIME):
        return None
    if "past" not in mention.value.forms or _is_passive(scan, mention):
        return None
    listed = places_before(scan, mention.first, context.common)
    return _Found(listed, context.spoken.gainer, None, False) if listed.names else None


def _expels(context: Context, mention: Mention) -> _Found | None:
    """“Drove the RSF out of Wad Madani”, “expelled the terrorists from Hayalin and Sheikh Hadid”."""
    scan = context.scan
    out = _out_of(scan, mention.end)
    if not out:
        return None
    driven = next(
        (party_of(scan.at[at]) for at in range(mention.end, out) if scan.kind_at(at) == PARTY), None
    )
    passive = _is_passive(scan, mention)
    if driven is None and not passive and "them" not in _lows(scan, mention.end, out):
        return None
    listed = _after(context, out)
    if not listed.names:
        return None
    if passive:
        gains, end = _party_behind(context, listed.end, ("by",))
        return _Found(listed, gains, _nearest_party(context, mention.first), gains is not None, end)
    subject = _subject(context, mention)
    loses = named_or(driven, context.parties, context.spoken) if driven else None
    return _Found(listed, subject.party, loses, subject.close)


def _out_of(scan: Scan, place: int) -> int:
    """Behind "out of" or "from" within a few words, unless a distance or "back" stands before it."""
    for at in range(place, min(place + 10, len(scan.words))):
        low = scan.low(at)
        if scan.kind_at(at) == PARTY:
            continue
        if low in _NO_EXPULSION:
            return 0
        if low == "out" and scan.low(at + 1) in ("of", "from"):
            return at + 2
        if low == "from":
            return at + 1
    return 0


_NO_EXPULSION = word_set("grammar", "lists", "no_expulsion")


def _its(context: Context, mention: Mention) -> _Found | None:
    """“Entered Tamboul and announced its recapture”: of the place named last before it."""
    names = _names_before(context, mention.first)
    gains = context.earlier or _nearest_party(context, mention.first)
    if not names or gains is None:
        return None
    name = replace(names[-1], first=mention.end - 1, end=mention.end)
    return _Found(Listed([name], end=mention.end), gains, None, False)


def _there(context: Context, mention: Mention) -> _Found | None:
    """“Swept into Tamboul and took control”: of the place named before, in the sentence or before it."""
    scan = context.scan
    ends = scan.low(mention.end) in ("", ".", ",", ";", "and", "there", "without", "after", '"', "”")
    subject = _subject(context, mention)
    if subject.party is None or not (ends or scan.kind_at(mention.end) == TIME):
        return None
    return _Found(Listed([_before(context, mention)], end=mention.end), subject.party, None, False)


def _before(context: Context, mention: Mention) -> Name:
    """The place of the event before it in the sentence, or the one spoken of last."""
    scan = context.scan
    events = [event for event in scan.of(EVENT) if event.end < mention.first]
    names = _after(context, events[-1].end, leads=True).names if events else []
    one = names[-1] if names and names[-1].end <= mention.first else Name("", 0, 0, again=True)
    return replace(one, first=mention.end - 1, end=mention.end)


def _clears(context: Context, mention: Mention) -> _Found | None:
    listed = _after(context, mention.end)
    if _is_passive(context.scan, mention):
        return _cleared(context, mention)
    it = None if listed.names else _pronoun_object(context, mention)
    if not listed.names and it is None:
        return None
    loses, end = _party_behind(context, max(listed.end, mention.end), ("of", "from"))
    subject = _subject(context, mention)
    found = it or _Found(listed, subject.party, None, subject.close)
    return replace(found, loses=loses, end=max(end, found.end)) if loses else None


def _cleared(context: Context, mention: Mention) -> _Found | None:
    """“Demoso has been cleared of regime forces”."""
    listed = places_before(context.scan, mention.first, context.common)
    loses, end = _party_behind(context, mention.end, ("of", "from"))
    by, last = _party_behind(context, mention.end, ("by",))
    gains = by or context.spoken.speaker or context.spoken.gainer or context.spoken.last
    return _Found(listed, gains, loses, by is not None, max(end, last)) if listed.names and loses else None


def _brings(context: Context, mention: Mention) -> _Found | None:
    """“Bringing all of Idlib province under their control”."""
    listed = _after(context, mention.end)
    lows = _lows(context.scan, listed.end, min(listed.end + 6, len(context.scan.words)))
    if (
        not listed.names
        or "under" not in lows[:2]
        or "control" not in lows
        or _is_passive(context.scan, mention)
    ):
        return None
    subject = _subject(context, mention)
    return _Found(listed, subject.party, None, subject.close, listed.end + lows.index("control") + 1)


# What moves nothing


def _goes(context: Context, mention: Mention) -> _Found | None:
    if _is_passive(context.scan, mention):
        by, end = _party_behind(context, mention.end, ("by",))
        listed = places_before(context.scan, mention.first, context.common)
        return _Found(listed, by, None, True, end) if by and listed.names else None
    listed = _after(context, mention.end)
    subject = _subject(context, mention)
    several = listed.plural and _came_to(context.scan, mention.first)  # "managed to control 18 villages"
    if not (listed.names or several) or subject.party is None or subject.other:
        return None
    return _Found(listed, subject.party, None, subject.close)


def _fails(context: Context, mention: Mention) -> _Found | None:
    """“Repelled an attack on A”, “an attempt to storm B was repulsed”: the place, and who held it."""
    passive = _is_passive(context.scan, mention)
    listed = _attacked_before(context, mention) if passive else _attacked_behind(context, mention)
    if not listed.names:
        return None
    if passive:
        by, end = _party_behind(context, mention.end, ("by",))
        return _Found(listed, None, by, by is not None, end)
    subject = _subject(context, mention)
    return _Found(listed, None, subject.party, subject.close)


def _attacked_behind(context: Context, mention: Mention) -> Listed:
    scan = context.scan
    for at in range(mention.end, min(mention.end + _BEHIND, len(scan.words))):
        if scan.low(at) in ("and", "but", "while"):
            break
        event = scan.at[at]
        if event and event.kind == EVENT:
            context.used.add(event.first)
            return _after(context, event.end, leads=True)
        if scan.low(at) in ("on", "against", "near", "at", "toward", "towards", "in"):
            return _after(context, at, leads=True)
        if scan.words[at].text in ",;.":
            break
    return Listed()


def _attacked_before(context: Context, mention: Mention) -> Listed:
    scan = context.scan
    for event in scan.of(EVENT):
        if mention.first - 12 < event.first < mention.first:
            context.used.add(event.first)
            return _after(context, event.end, leads=True)
    before = places_before(scan, mention.first, context.common)
    attacks = {
        "attack",
        "attacks",
        "assault",
        "assaults",
        "attempt",
        "attempts",
        "advance",
        "offensive",
        "raid",
    }
    if attacks & set(_lows(scan, mention.first - 14, mention.first)):
        return Listed(before.inside or before.names, end=before.end)
    return Listed()


def _hits(context: Context, mention: Mention) -> _Found | None:
    trigger: Trigger = mention.value
    if _is_passive(context.scan, mention):
        listed = places_before(context.scan, mention.first, context.common)
        by, end = _party_behind(context, mention.end, ("by",))
        return _Found(listed, by, None, True, end) if listed.names else None
    listed = _after(context, mention.end, leads=True) if not trigger.noun else _after(context, mention.end)
    if not listed.names and not trigger.noun:
        listed = _struck_in(context, mention.end)
    if not listed.names:
        return None
    gains = None if trigger.noun else _hitter(context, mention)
    return _Found(listed, gains, None, True)


def _hitter(context: Context, mention: Mention) -> Party | None:
    """Whose helicopters hit it; a shell that hit it is nobody's."""
    subject = _subject(context, mention)
    return subject.party if subject.close or not subject.other else None


def _struck_in(context: Context, place: int) -> Listed:
    """“Targeted militant positions in Maardes”: the place behind the target."""
    for at in range(place, min(place + 6, len(context.scan.words))):
        if context.scan.low(at) in ("in", "near", "around", "at"):
            return _after(context, at, leads=True)
        if context.scan.kind_at(at) == EVENT or context.scan.words[at].text in ",;.":
            break
    return Listed()


# What they share


def _after(context: Context, place: int, *, leads: bool = False) -> Listed:
    return places_after(context.scan, _past_whom(context.scan, place), context.common, leads=leads)


def _past_whom(scan: Scan, place: int) -> int:
    """Behind "from the rebels", where that stands between the verb and the places."""
    at = place + 1
    while scan.low(place) == "from" and scan.low(at) in known.DETERMINERS:
        at += 1
    whom = scan.at[at] if scan.low(place) == "from" and at < len(scan.at) else None
    return whom.end if whom and whom.kind == PARTY else place


def _subject(context: Context, mention: Mention) -> Subject:
    ing = "ing" in mention.value.forms or context.scan.low(0) == "having"
    leading = mention.first <= 2 and ing and not context.scan.words[0].owns
    after = party_after(context, mention.end) if leading and context.scan.kind_at(0) != PARTY else None
    if after:
        return Subject(after, close=True)
    return subject_of(context.scan, mention, context.parties, context.spoken, context.earlier)


def party_after(context: Context, place: int) -> Party | None:
    """Who acts in the main clause: "after capturing A, the rebels pushed on"."""
    scan, comma = context.scan, False
    for at in range(place, len(scan.words)):
        comma = comma or scan.low(at) == ","
        if scan.low(at) in ("it", "they", "he") and scan.low(at - 1) == ",":
            return context.spoken.last  # "having taken A, it pushed on"
        called = party_of(scan.at[at])
        aside = scan.low(at - 1) in ("which", "that", "whom", "the") and "which" in _lows(scan, at - 2, at)
        if called and comma and not aside:
            return named_or(called, context.parties, context.spoken)
    return None


def _is_passive(scan: Scan, mention: Mention) -> bool:
    """Whether the verb is done to what stands before it: "was taken", "has been retaken", "seized by"."""
    trigger: Trigger = mention.value
    if "participle" not in trigger.forms:
        return False
    at = mention.first - 1
    while at >= 0 and (
        known.is_adverb(scan.low(at))
        or scan.low(at) in ("not", "never", "by", "declared")
        or scan.kind_at(at) == TIME
    ):
        at -= 1
    passive = scan.low(at) in _PASSIVE and scan.kind_at(at) != PARTY  # "IS captured A" is none
    return passive or (scan.low(mention.end) == "by" and scan.kind_at(mention.end) != TIME)


def _plain(scan: Scan, at: int) -> bool:
    """Whether a word is one in small letters that leads nowhere else."""
    word = scan.words[at] if at < len(scan.words) else None
    plain = word is not None and word.low.isalpha() and not word.cap and not scan.at[at]
    return plain and scan.low(at) not in known.LOCATIVE | known.CONJUNCTIONS


def _party_behind(context: Context, place: int, leads: tuple[str, ...]) -> tuple[Party | None, int]:
    """The party that a preposition leads to within a few words, and the word behind it; (None, 0)."""
    scan = context.scan
    for at in range(place, min(place + _BEHIND, len(scan.words) - 1)):
        if scan.kind_at(at) == EVENT or scan.words[at].text in ".;":
            break
        if scan.low(at) in leads:
            lead = at + 1
            while scan.low(lead) in known.DETERMINERS or scan.low(lead) in known.ADJECTIVES:
                lead += 1
            lead += _plain(scan, lead) and scan.kind_at(lead + 1) == PARTY  # "to local fighters of"
            mention = scan.at[lead] if lead < len(scan.at) else None
            called = party_of(mention)
            if mention and called:
                return named_or(called, context.parties, context.spoken), mention.end
    return None, 0


_BUILDS: Mapping[str, Callable[[Context, Mention], _Found | None]] = {
    "gains": _gains,
    "loses": _loses,
    "lost": _leaves,
    "ours": _ours,
    "headline": _headline,
    "flag": _flag,
    "leaves": _leaves,
    "hands": _hands,
    "passes": _passes,
    "falls": _falls,
    "follows": _follows,
    "expels": _expels,
    "clears": _clears,
    "its": _its,
    "there": _there,
    "brings": _brings,
    "goes": _goes,
    "fails": _fails,
    "hits": _hits,
}

"""Who did it: the party that a verb belongs to, whether it is named, only called "they", or said before."""

from __future__ import annotations

from dataclasses import dataclass

from claims.reading import names as known
from claims.reading.mentions import EVENT, PARTY, SAYING, SOURCE, TIME, Mention, Scan, party_of
from claims.reading.parties import GOVERNMENT, US, Called, Parties, Party
from claims.reading.words import number_of, word_set

_FORCE = word_set("grammar", "force", "nouns") | {"heroes", "leader"}
_UNITS = frozenset(
    ["battalion", "battalions", "brigade", "regiment", "division", "corps", "commandos", "company"]
)
_THEIRS = frozenset(["its", "their", "his"])
_PRONOUNS = frozenset(["it", "they", "he", "we", "who", "which", "that"])
_AWAY = frozenset(
    [
        "by",
        "with",
        "against",
        "from",
        "alongside",
        "near",
        "between",
        "among",
        "to",
        "over",
        "on",
        "in",
        "than",
        "for",
        "at",
        "including",
        "backing",
        "toward",
        "towards",
    ]
)
_CIVILIANS = word_set("grammar", "lists", "civilians")
_REACH = 22


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a verb belongs to; ``party`` is None where nobody can be named.

    ``close`` says that the words leave no doubt: it stands directly before the verb. ``other`` says that
    somebody stands there who is no party: residents, a storm.
    """

    party: Party | None
    close: bool = False
    other: bool = False


@dataclass
class Spoken:
    """Who is in mind: who acted last, whose report it is, who speaks, who gained and who attacked last."""

    last: Party | None = None
    own: Party | None = None
    speaker: Party | None = None
    gainer: Party | None = None
    attacker: Party | None = None


def subject_of(
    scan: Scan, mention: Mention, parties: Parties, spoken: Spoken, earlier: Party | None
) -> Subject:
    """Find whose deed an active verb tells.

    ``earlier`` is who did the event before it in the same sentence: "entered A and took B".
    """
    at = _before_the_verb(scan, mention.first)
    at = at if "ing" in mention.value.forms else _before_aside(scan, at)
    if at < 0:
        return Subject(spoken.own or spoken.last)
    joined = scan.low(at) in ("and", ",", "then", "before", "after", "by", "but")
    if joined and earlier and (scan.low(at) != "," or "ing" in mention.value.forms):
        return Subject(earlier, close=True)
    if earlier and scan.low(at) in ("it", "they"):
        return Subject(earlier, close=True)
    if scan.low(at) == "," and "ing" in mention.value.forms:
        about = _about(scan, at)
        if about:
            return Subject(named_or(about, parties, spoken))
    if scan.low(at) in ("it", "they", "he", "she") and spoken.speaker and _says(scan, at):
        return Subject(spoken.speaker, close=True)
    if joined and scan.low(at) != "by":
        at -= 1  # "found its position untenable and pulled out": what stands before "and" is no subject
    return _leftwards(scan, at, parties, spoken, joined=joined)


def _before_aside(scan: Scan, at: int) -> int:
    """Before ", who had changed sides," or "-- accused of looting --" behind who acts; else ``at`` itself."""
    closes = scan.words[at].text if at >= 0 else ""
    if closes not in _ASIDE_MARKS:
        return at
    for opens in range(at - 2, max(at - _LONGEST_ASIDE, 0), -1):
        begins = closes != "," or scan.low(opens + 1) in _ASIDE_BEGINS
        if scan.words[opens].text == closes and begins:
            before = opens - 1 if scan.words[opens - 1].text != closes else opens - 2
            return before if party_of(scan.ending_at(before)) or _named_person(scan, before) else at
    return at


def _named_person(scan: Scan, at: int) -> bool:
    """Whether a name stands there that says whose men act: "rebels led by general Johnson Olony"."""
    return at >= 0 and scan.words[at].cap and not scan.at[at]


_ASIDE_MARKS = frozenset([",", "-", "–", "—"])
_ASIDE_BEGINS = frozenset(["who", "which", "whom", "whose", "led", "backed", "supported", "accused", "known"])
_LONGEST_ASIDE = 24


def _about(scan: Scan, end: int) -> Called | None:
    """Who a sentence is about: its first party that no preposition leads to."""
    for mention in scan.of(PARTY):
        if mention.end > end:
            break
        if mention.first == 0 or not _away(scan, mention.first):
            return party_of(mention)
    return None


def _says(scan: Scan, at: int) -> bool:
    """Whether "it" is who has just been said to say so: "…, the group said it had"."""
    return any(scan.kind_at(i) == SAYING for i in range(max(at - 3, 0), at))


def _before_the_verb(scan: Scan, first: int) -> int:
    """Before auxiliaries, adverbs and what says when."""
    at = first - 1
    while at >= 0:
        mention = scan.ending_at(at)
        low = scan.low(at)
        if mention and mention.kind == TIME:
            at = mention.first - 1
        elif mention and mention.kind == PARTY:
            break
        elif (
            low in known.AUXILIARIES
            or known.is_adverb(low)
            or low in ("to", "did", "do", "not", "could", "managed", "able", "failed", "unable", "tried")
        ):
            at -= 1
        elif low == ")" and _opens(scan, at) is not None:
            at = (_opens(scan, at) or 1) - 1
        elif low == "," and scan.kind_at(at - 1) == TIME:
            at -= 1
        else:
            break
    return at


def _opens(scan: Scan, at: int) -> int | None:
    for opening in range(at - 1, max(at - 8, -1), -1):
        if scan.words[opening].text == "(":
            return opening
    return None


def _leftwards(scan: Scan, at: int, parties: Parties, spoken: Spoken, *, joined: bool = False) -> Subject:
    """Walk left to the nearest party that is not merely fought, backed or left."""
    start, other = at, False
    while at >= 0 and start - at < _REACH:
        mention = scan.ending_at(at)
        called = party_of(mention)
        if mention and called:
            if called.part and scan.low(mention.first - 1) in _THEIRS:  # "its soldiers"
                theirs = _pronoun(scan, mention.first - 1, parties, spoken, other)
                return theirs if theirs.party else Subject(named_or(called, parties, spoken), close=True)
            first = _first_joined(scan, mention)
            called = party_of(first) or called
            if not _away(scan, first.first) or first.first == 0:
                beside = start - at <= 1  # "Syrian military helicopters"
                party = named_or(called, parties, spoken)
                return Subject(party, close=beside, other=other and not beside)
            at = _past_phrase(scan, first.first)
            continue
        speaking = _ministry(scan, mention, parties) if not joined else None
        if speaking:
            return Subject(speaking, close=start - at <= 1)
        if other and scan.low(at) == "that" and scan.kind_at(at - 1) == SAYING:
            return Subject(None, other=True)  # "reported that villagers fled"
        called_so = _unnamed(scan, at, parties, spoken, other)
        if called_so or scan.words[at].text in ";:":
            return called_so or (Subject(None, other=other) if other else Subject(spoken.last))
        other = other or (not joined and _stands_for_others(scan, at, start))
        at -= 1
    return Subject(None, other=other) if other else Subject(spoken.last)


def _ministry(scan: Scan, mention: Mention | None, parties: Parties) -> Party | None:
    """Whose spokesmen a source is that stands as a subject: "Russia's ministry announced the capture of"."""
    if mention is None or mention.kind != SOURCE or _away(scan, mention.first):
        return None
    return parties.speaking_as(str(mention.value))


def _first_joined(scan: Scan, mention: Mention) -> Mention:
    """“Malian soldiers and Russian mercenaries”: who is named first acts."""
    while scan.low(mention.first - 1) in ("and", "&"):
        before = scan.ending_at(mention.first - 2)
        if before is None or before.kind != PARTY or before.value.party is None:
            break
        mention = before
    return mention


def _unnamed(scan: Scan, at: int, parties: Parties, spoken: Spoken, other: bool) -> Subject | None:
    """Who a word stands for that names nobody: "they", "our men", "a handful of mercenaries"."""
    if scan.low(at) == "i":
        return Subject(None, other=True)
    if scan.low(at - 1) == "our" and not scan.at[at]:
        return Subject(spoken.speaker or spoken.own or spoken.last, close=True)
    if _ours(scan, at) and (scan.low(at - 1) == "of" or number_of(scan.low(at - 1)) is not None):
        # A few of them are not their side; a unit that no table knows is the speaker's.
        unit = spoken.speaker if scan.words[at].cap else None
        return Subject(unit or spoken.last, other=unit is None)
    if scan.low(at) in _PRONOUNS or _ours(scan, at):
        return _pronoun(scan, at, parties, spoken, other)
    return None


def _away(scan: Scan, first: int) -> bool:
    """Whether a preposition leads to this party: "backed by Russia", "fought with the army and police"."""
    at = first - 1
    while at > 0 and (scan.low(at) in _DESCRIBING or scan.words[at].owns):
        at -= 1
    if scan.low(at) == "as" and scan.low(at - 1) in ("known", "called"):
        return True
    if scan.low(at) in ("and", ",", "&"):
        at = _before_joined(scan, at)
    return scan.low(at) in _AWAY and scan.kind_at(at) != PARTY


def _before_joined(scan: Scan, at: int) -> int:
    """The word that leads to the first of those joined: "by" of "by Shiite militias and the police"."""
    before = at - 1 if scan.low(at - 1) != "," else at - 2
    if scan.kind_at(before) != PARTY and scan.low(before) not in _FORCE:
        return at
    for lead in range(before, max(before - _LONGEST_JOINED, -1), -1):
        if scan.kind_at(lead) in (EVENT, SAYING):
            return at
        if scan.low(lead) in _AWAY:
            return lead
    return at


_LONGEST_JOINED = 14
_DESCRIBING = known.DETERMINERS | known.ADJECTIVES | {"national"}


def _past_phrase(scan: Scan, first: int) -> int:
    at = first - 1
    while at >= 0 and scan.low(at) not in _AWAY:
        at -= 1
    return at - 1


def _stands_for_others(scan: Scan, at: int, start: int) -> bool:
    """Whether the word directly before a verb is somebody else: "residents fled"."""
    word = scan.words[at]
    return (
        at == start
        and not (scan.low(at - 1) == "and" and scan.kind_at(at - 2) == PARTY)  # "the army and police left"
        and (not scan.at[at] or scan.kind_at(at) == EVENT)
        and word.text[0].isalpha()
        and word.low not in _FORCE
        and word.low not in _DEEDS
        and (not word.cap or (at == 0 and word.low in _CIVILIANS))
    )


_DEEDS = frozenset(
    ["operation", "operations", "offensive", "counteroffensive", "push", "advance", "campaign"]
)
"""What is done by those spoken of: "offensive operations have liberated A"."""


def _ours(scan: Scan, at: int) -> bool:
    if scan.low(at) in _UNITS and any(scan.low(i) in _THEIRS for i in range(at - 3, at)):
        return True  # "its alpine battalion"
    return scan.low(at) in _FORCE and not scan.at[at]


def _pronoun(scan: Scan, at: int, parties: Parties, spoken: Spoken, other: bool) -> Subject:
    """“It”, “its troops”, “who”: the party spoken of last, in the sentence or before it."""
    if scan.low(at) in ("who", "which", "that"):
        found = _antecedent(scan, at, parties, spoken)
        if found:
            return found
    if scan.low(at) == "we":
        return Subject(spoken.speaker or spoken.own or spoken.last, close=True)
    before = [m for m in scan.mentions if m.end <= at and _may_be_meant(scan, m, parties)]
    chosen = next((m for m in reversed(before) if not _away(scan, m.first)), before[-1] if before else None)
    if chosen:
        called = party_of(chosen)
        party = named_or(called, parties, spoken) if called else parties.speaking_as(str(chosen.value))
        return Subject(party, close=not other)
    return Subject(spoken.last, close=not other)


def _may_be_meant(scan: Scan, mention: Mention, parties: Parties) -> bool:
    """Whether "it" or "they" can stand for a mention: a party that nothing was done by, or its spokesmen."""
    if mention.kind == SOURCE:
        return parties.speaking_as(str(mention.value)) is not None
    return mention.kind == PARTY and "by" not in (scan.low(mention.first - 1), scan.low(mention.first - 2))


def _antecedent(scan: Scan, at: int, parties: Parties, spoken: Spoken) -> Subject | None:
    """Who a relative pronoun stands for: "the Houthis, who", "residents who"."""
    before = at - 2 if scan.low(at - 1) == "," else at - 1
    if before < 0:
        return None
    called = party_of(scan.ending_at(before))
    if called:
        return Subject(named_or(called, parties, spoken), close=True)
    if scan.words[before].text[0].isalpha() and not scan.at[before] and not _ours(scan, before):
        return Subject(None, other=True)
    if scan.low(at) != "that":
        return _leftwards(scan, before, parties, spoken) if before > 0 else Subject(spoken.last)
    return None


def named_or(called: Called, parties: Parties, spoken: Spoken) -> Party | None:
    """The party that is called; "our forces" are whoever's report it is."""
    if called.part == US:
        return spoken.speaker or spoken.own or spoken.last
    if called.part == "them":
        return parties.other_than(spoken.own) if spoken.own else None
    if called.party is None:
        return (spoken.speaker or spoken.own or spoken.last) if called.part == GOVERNMENT else None
    return parties.unit_of(called.party, spoken.speaker)


def opponent_in(scan: Scan, mention: Mention, gains: Party | None) -> Party | None:
    """Somebody else whom the same sentence pushes back, fights, or sees leave."""
    for event in scan.of(EVENT):
        if event.value.build == "expels" and event is not mention:
            called = party_of(scan.at[event.end] if event.end < len(scan.at) else None)
            if called and called.party and (not gains or called.party.id != gains.id):
                return called.party
    return None

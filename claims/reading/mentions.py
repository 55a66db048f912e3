"""The words of a sentence become mentions: who, which event, when, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from claims.claim import Event
from claims.reading.parties import Called, Parties, may_go_on
from claims.reading.when import Said
from claims.reading.words import Phrases, Word, conjugated, table, word_set

PARTY, EVENT, TIME, SAYING, SOURCE, ACCORDING = "party", "event", "time", "saying", "source", "according"

SAYING_VERBS = word_set("voices", "saying", "verbs")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A way of saying that something happened: see tables/events.toml.

    ``form`` is that of the verb (base, third, past, participle, ing), or "noun".
    """

    event: Event
    build: str
    forms: frozenset[str]
    words: int

    @property
    def noun(self) -> bool:
        """Whether it is a noun: "the capture of"."""
        return "noun" in self.forms


@dataclass(frozen=True, slots=True)
class Mention:
    """Words ``first`` to ``end`` (half-open) of a sentence, and what they are."""

    kind: str
    first: int
    end: int
    value: Any


_PAST_THE_END = 8


class Scan:
    """The mentions of one sentence; ``at`` has the mention that covers each word, or None.

    ``all_low`` are all its words; ``named`` remembers the names that were looked for.
    """

    __slots__ = ("_lows", "_size", "all_low", "at", "mentions", "named", "text", "words")

    def __init__(self, words: list[Word], text: str) -> None:
        self.words, self.text = words, text
        # Beyond the end, and before the beginning at -1, -2 and so on, there are empty words.
        self._lows = [word.low for word in words] + [""] * _PAST_THE_END
        self._size = len(self._lows)
        self.all_low = frozenset(self._lows)
        self.named: dict[int, Any] = {}
        self.at: list[Mention | None] = [None] * len(words)
        self.mentions: list[Mention] = []

    def add(self, mention: Mention) -> None:
        """Take a mention in; its words are covered by no other."""
        self.mentions.append(mention)
        self.at[mention.first : mention.end] = [mention] * (mention.end - mention.first)

    def of(self, kind: str) -> Iterator[Mention]:
        """The mentions of one kind, in order."""
        return (mention for mention in self.mentions if mention.kind == kind)

    def kind_at(self, place: int) -> str:
        """The kind of the mention that covers a word, or nothing."""
        mention = self.at[place] if 0 <= place < len(self.at) else None
        return mention.kind if mention else ""

    def ending_at(self, place: int) -> Mention | None:
        """The mention whose last word is that one."""
        mention = self.at[place] if 0 <= place < len(self.at) else None
        return mention if mention and mention.end == place + 1 else None

    def written(self, first: int, end: int) -> str:
        """Words ``first`` to ``end`` as the report has them, on one line."""
        return " ".join(self.text[self.words[first].start : self.words[end - 1].end].split())

    def lows(self, first: int, end: int) -> list[str]:
        """The words of a stretch in small letters."""
        return self._lows[first:end]

    def low(self, place: int) -> str:
        """A word in small letters, or nothing beyond the ends of the sentence."""
        return self._lows[place] if -_PAST_THE_END <= place < self._size else ""


def scanned(words: list[Word], text: str, parties: Parties, times: Sequence[Said]) -> Scan:
    """Find the mentions of a sentence of ``text``, from left to right, the longest first."""
    scan = Scan(words, text)
    covered = _covered(words, times)
    telling = _telling(parties.firsts)
    place, last = 0, len(words) - 1
    for at, word in enumerate(words):
        # Most words begin no mention; they are passed over without a closer look.
        if at < place:
            continue
        plain = word.low not in telling and "-" not in word.text and at not in covered
        if plain and (not word.cap or at == last or not may_go_on(words[at + 1])):
            continue
        mention = covered.get(at) or _mention_at(scan, at, parties, covered)
        if mention:
            scan.add(mention)
            place = mention.end
            for inside in range(at + 1, mention.end):
                if inside in covered:
                    scan.add(covered[inside])
    return scan


def _covered(words: Sequence[Word], times: Sequence[Said]) -> dict[int, Mention]:
    """The words that say when, by the first of them."""
    found: dict[int, Mention] = {}
    place = 0
    for said in times:
        while place < len(words) and words[place].end <= said.start:
            place += 1
        first = place
        while place < len(words) and words[place].start < said.end:
            place += 1
        if place > first:
            found[first] = Mention(TIME, first, place, said)
    return found


def _mention_at(scan: Scan, place: int, parties: Parties, covered: Mapping[int, Mention]) -> Mention | None:
    words = scan.words
    low = words[place].low
    if not low[0].isalnum():
        return None
    called = parties.at(words, place)
    source = sources().at(words, place) if low in _source_firsts() else None
    if source and (not called or source[0] > called.end):
        return Mention(SOURCE, place, source[0], source[1])
    told = low in _event_firsts() and events().may_go_on(low, scan.lows(place + 1, place + _FARTHEST))
    event = _event_at(words, place, covered) if told and not _in_a_name(words, place) else None
    if called and not (event and event[0] > called.end):
        return Mention(PARTY, place, called.end, called)
    if event and not _is_noun(words, place, event[1]):
        return Mention(EVENT, place, event[0], event[1])
    if low in SAYING_VERBS:
        return Mention(SAYING, place, place + 1, low)
    according = _according().at(words, place) if low in _according_firsts() else None
    return Mention(ACCORDING, place, according[0], low) if according else None


def _in_a_name(words: Sequence[Word], place: int) -> bool:
    """“The Shwe Myat Won base”: a verb with a capital behind another, where it is no headline."""
    if not (words[place].cap and 1 < place < len(words) - 1 and words[place - 1].cap):
        return False
    small = sum(word.text[0].islower() for word in words)
    return small > sum(word.cap for word in words) and not words[place - 1].owns


def _event_at(words: list[Word], place: int, covered: Mapping[int, Mention]) -> tuple[int, Trigger] | None:
    """The event told from a word on; what says when or how may stand inside: "withdrew on Monday from"."""
    plain = events().at(words, place)
    if (plain and plain[1].words > 1) or not _has_asides(words, place + 1, covered):
        return plain
    behind = list(_without_asides(words, place + 1, covered))
    found = events().at([words[place], *(words[at] for at in behind)], 0)
    if not found or found[0] < 2 or (plain and found[1].words <= plain[1].words):
        return plain
    return behind[found[0] - 2] + 1, found[1]


def _has_asides(words: Sequence[Word], place: int, covered: Mapping[int, Mention]) -> bool:
    return any(
        word.low[-2:] == "ly" or word.text in _QUOTES for word in words[place : place + _LONGEST_PHRASE]
    ) or any(place <= first < place + _LONGEST_PHRASE for first in covered)


def _without_asides(words: Sequence[Word], place: int, covered: Mapping[int, Mention]) -> Iterator[int]:
    """The next few words, without those that say when, and without adverbs."""
    taken = 0
    while place < len(words) and taken < _LONGEST_PHRASE:
        if place in covered:
            place = covered[place].end
            continue
        if not words[place].low.endswith("ly") and words[place].text not in _QUOTES:
            yield place
            taken += 1
        place += 1


_LONGEST_PHRASE = 7
_FARTHEST = 20
"""Words within which a way of telling an event goes on, with what stands between."""
_QUOTES = frozenset("\"“”'‘’«»")


@cache
def telling_words() -> frozenset[str]:
    """Words of which one stands in every sentence that tells an event."""
    return (_event_firsts() - _COMMON_VERBS) | {"control", "hands", "under", "include", "including"}


def tells_an_event(words: Sequence[Word]) -> bool:
    """Whether words hold any way of saying that something happened."""
    firsts, phrases = _event_firsts(), events()
    return any(word.low in firsts and phrases.at(words, at) for at, word in enumerate(words))


_COMMON_VERBS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "been",
        "be",
        "being",
        "have",
        "has",
        "had",
        "having",
        "make",
        "made",
        "makes",
        "making",
        "still",
        "remain",
        "remained",
        "remains",
    ]
)


@lru_cache(maxsize=64)
def _telling(firsts_of_parties: frozenset[str]) -> frozenset[str]:
    return SAYING_VERBS | _source_firsts() | _event_firsts() | _according_firsts() | firsts_of_parties


def _is_noun(words: Sequence[Word], place: int, trigger: Trigger) -> bool:
    """Whether a word that can be a verb is a noun: "the same force", "a push", "Tuesday's strike"."""
    if trigger.words > 1 or not place or trigger.noun or trigger.forms & {"past", "participle", "ing"}:
        return False
    return words[place - 1].low in _BEFORE_NOUNS or words[place - 1].owns


_BEFORE_NOUNS = (
    word_set("grammar", "small", "determiners")
    | word_set("grammar", "small", "adjectives")
    | {"same", "of", "own", "air"}
)


def party_of(mention: Mention | None) -> Called | None:
    """The party that a mention is of, or None."""
    return mention.value if mention and mention.kind == PARTY else None


@cache
def events() -> Phrases[Trigger]:
    """The ways of saying that something happened, in every form of their verbs."""
    phrases: Phrases[Trigger] = Phrases(table("events")["fillers"]["words"])
    irregular: Mapping[str, str] = table("events")["irregular"]
    for row in table("events")["verbs"]:
        for words in row["words"]:
            base, *rest = words.split()
            for form, names in _forms(base, irregular).items():
                if form == "hands" and not rest:
                    continue  # "changed hands"
                meaning = Trigger(Event(row["event"]), row["build"], names, len(rest) + 1)
                phrases.add(" ".join([form, *rest]), meaning)
    for row in table("events")["nouns"]:
        for words in row["words"]:
            phrases.add(words, Trigger(Event(row["event"]), row["build"], frozenset({"noun"}), 2))
    return phrases


def _forms(base: str, irregular: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The spellings of a verb with what each can be; "forces" is taken for people, never for a verb."""
    forms: dict[str, set[str]] = {}
    if base == "be":
        return {
            **dict.fromkeys(("is", "are"), frozenset({"third"})),
            **dict.fromkeys(("was", "were", "been"), frozenset({"past"})),
            "being": frozenset({"ing"}),
        }
    for spelled, name in conjugated(base, irregular):
        forms.setdefault(spelled, set()).add(name)
    forms.pop("forces", None)

    if base == "follow":  # "following the fall of", "the following villages"
        forms.pop("following")
    if base == "free":
        forms = {"freed": {"past", "participle"}, "frees": {"third"}, "freeing": {"ing"}}
    return {spelled: frozenset(names) for spelled, names in forms.items()}


@cache
def sources() -> Phrases[str]:
    """The sources that the general table knows, by what reports call them."""
    phrases: Phrases[str] = Phrases()
    for own, names in table("voices")["sources"].items():
        for name in names:
            phrases.add(" ".join(part.removesuffix("'s") for part in name.removeprefix("the ").split()), own)
    return phrases


@cache
def _according() -> Phrases[str]:
    phrases: Phrases[str] = Phrases()
    for phrase in table("voices")["saying"]["according"]:
        phrases.add(phrase, phrase)
    return phrases


@cache
def _source_firsts() -> frozenset[str]:
    return sources().firsts


@cache
def _event_firsts() -> frozenset[str]:
    return events().firsts


@cache
def _according_firsts() -> frozenset[str]:
    return _according().firsts

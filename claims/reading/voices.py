"""Who says what a sentence says: the source named in it, or the one that still speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claims.reading import names as known
from claims.reading.mentions import ACCORDING, EVENT, PARTY, SAYING, SOURCE, TIME, Mention, Scan, party_of
from claims.reading.words import table, word_set

if TYPE_CHECKING:
    from claims.sources import Source

HEADS = word_set("voices", "saying", "heads")
BETWEEN = word_set("voices", "saying", "between")
_PRONOUNS = frozenset(["he", "she", "it", "they", "we", "who", "which"])
_NOT_IN_NAMES = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "that",
        "as",
        "but",
        "while",
        "also",
        "meanwhile",
        "however",
        "two",
        "both",
        "one",
    ]
)
_CONTINUES = frozenset(
    [
        "among",
        "later",
        "also",
        "they",
        "these",
        "it",
        "its",
        "he",
        "she",
        "however",
        "the",
        "in",
        "then",
        "another",
        "this",
        "there",
        "at",
    ]
)
_DATELINE = re.compile(
    r"(?P<place>[^\n(/–—-]{2,60}?)?\s*(?:\((?P<agency>AP|AFP|Reuters|REUTERS|dpa|DPA|EFE|Xinhua|UPI|AA|TASS|Interfax)\)|,?\s*(?P<sana>SANA|SUNA|WAM|KUNA|TASS|IRNA))\s?[-–—:]+\s*"
    r"|(?P<slash>[A-Z][\w .]{2,30}?)\s?/\s+"
    r"|(?P<town>[A-Z][\w'.-]+(?: (?:of |de |da |al |el )?[A-Z][\w'.-]*){0,4}"
    r"(?:,\s?[A-Z][\w. ]{2,30}(?:\d{1,2})?)?)\s[–—-]{1,2}\s+"
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says it; ``said_at`` are the words of time that belong to the saying, not to the deed."""

    claimant: str
    named: bool
    said_times: frozenset[int]
    speaker: Mention | None = None


class Voices:
    """The sources of one report, as the map calls them where it knows them."""

    def __init__(self, sources: Iterable[Source] = (), reporter: str = "") -> None:
        self._ids = _by_name(sources)
        self.reporter = reporter
        self._last = ""
        self._paragraph = -1
        self._speaking: Mention | None = None

    def of(self, scan: Scan, paragraph: int) -> Voice:
        """Who says this sentence. Remembers it for the sentences that follow."""
        times = said_times(scan)
        self._speaking = None
        claimant = self._named(scan)
        if claimant:
            self._last, self._paragraph = claimant, paragraph
            return Voice(claimant, True, times, self._speaking)
        goes_on = paragraph == self._paragraph or scan.low(0) in _CONTINUES
        if self._last and goes_on and paragraph - self._paragraph <= 2:
            self._paragraph = paragraph
            return Voice(self._last, False, times)
        self._last = ""
        return Voice(self.reporter, False, times)

    def known(self, own: str) -> str:
        """The map's id of a source, or what it is called where the map has none."""
        return self._ids.get(own.replace("-", " "), own)

    def _named(self, scan: Scan) -> str:
        for mention in scan.of(ACCORDING):
            found = self._source_at(scan, mention.end)
            if found:
                return found
        for mention in scan.of(SAYING):
            found = self._speaker(scan, mention)
            if found:
                return found
        return ""

    def _source_at(self, scan: Scan, place: int) -> str:
        at = place
        while scan.low(at) in known.DETERMINERS:
            at += 1
        mention = scan.at[at] if at < len(scan.at) else None
        if mention and mention.kind in (SOURCE, PARTY):
            return self._of_mention(mention)
        end = at
        while (
            end < len(scan.words)
            and scan.words[end].text[0].isalnum()
            and end - at < 5
            and scan.kind_at(end) not in (TIME, SAYING)
        ):
            end += 1
            if scan.low(end - 1) in HEADS:
                break
        return self._slug(scan, at, end)

    def _speaker(self, scan: Scan, saying: Mention) -> str:
        at = saying.first - 1
        while at >= 0 and (
            scan.low(at) in known.ADVERBS
            or scan.low(at) in known.AUXILIARIES
            or scan.kind_at(at) == TIME
            or scan.words[at].text in ",)"
        ):
            at -= 1
        if at < 0 or scan.words[at].text in "\"”“’'":
            return self._inverted(scan, saying)
        if scan.words[saying.first - 1].text == ",":
            at = _before_aside(scan, saying.first - 1, at)
        mention = scan.ending_at(at) or _whose_spokesman(scan, at)
        if mention and mention.kind in (SOURCE, PARTY):
            return self._of_mention(mention)
        if scan.low(at) in _PRONOUNS:
            return self._pronoun(scan, at)
        return self._phrase(scan, at)

    def _inverted(self, scan: Scan, saying: Mention) -> str:
        """“…,” said the commander."""
        return self._source_at(scan, saying.end) if scan.low(saying.end) not in ("that", "in", "on") else ""

    def _pronoun(self, scan: Scan, at: int) -> str:
        for mention in reversed(scan.mentions):
            if mention.end <= at and mention.kind in (SOURCE, PARTY):
                return self._of_mention(mention)
        return self._last

    def _of_mention(self, mention: Mention) -> str:
        self._speaking = mention
        called = party_of(mention)
        if called is None:
            return self.known(str(mention.value))
        return self.known(called.party.speaks_as) if called.party else self.reporter

    def _phrase(self, scan: Scan, at: int) -> str:
        """“Local officials”, “a security source”, “Naw Bu”: the words up to the verb."""
        first = at
        while first >= 0 and at - first < 6 and self._belongs(scan, first):
            first -= 1
        words = range(first + 1, at + 1)
        named = any(scan.low(i) in HEADS for i in words) or (len(words) > 0 and scan.words[at].cap)
        return self._slug(scan, first + 1, at + 1) if named else ""

    @staticmethod
    def _belongs(scan: Scan, at: int) -> bool:
        word = scan.words[at]
        return word.text[0].isalpha() and not scan.at[at] and word.low not in _NOT_IN_NAMES

    def _slug(self, scan: Scan, first: int, end: int) -> str:
        words = [scan.low(at) for at in range(first, end)]
        slug = re.sub(r"[^\w]+", "-", "-".join(words)).strip("-")
        return self.known(slug)


def _whose_spokesman(scan: Scan, at: int) -> Mention | None:
    """The party of ", Ann Bell," in "the army's spokeswoman, Ann Bell, said"."""
    first = at
    while first > 0 and scan.words[first].cap and not scan.at[first]:
        first -= 1
    mention = scan.ending_at(first - 1) if scan.low(first) == "," and first < at else None
    called = party_of(mention)
    return mention if called and called.speaker else None


def _before_aside(scan: Scan, comma: int, at: int) -> int:
    """The last word before ", which joined it in August," or ", an alliance of groups,"; else ``at``."""
    for opens in range(comma - 1, max(comma - _LONGEST_ASIDE, 0), -1):
        if scan.words[opens].text == "," and scan.low(opens + 1) in _ASIDES:
            return opens - 1
    return at


_ASIDES = frozenset(["which", "who", "an", "a", "the", "once", "now", "formerly", "one"])
_LONGEST_ASIDE = 20


def said_times(scan: Scan) -> frozenset[int]:
    """The words of time that say when something was said: "said in a statement late on Sunday that"."""
    found = set()
    for saying in scan.of(SAYING):
        at = saying.end
        inverted = scan.words[saying.first - 1].text in '”",’' and scan.low(at) != "that"
        while at < len(scan.words) and at - saying.end < (25 if inverted else 12):
            if scan.kind_at(at) == TIME:
                found.add(at)
                break
            if scan.low(at) not in BETWEEN and scan.kind_at(at) != SOURCE and not inverted:
                break
            if scan.kind_at(at) in (EVENT, SAYING):
                break
            at += 1
    return frozenset(found)


def _by_name(sources: Iterable[Source]) -> Mapping[str, str]:
    """The map's sources by every name that reports may have for them."""
    general = table("voices")["sources"]
    found: dict[str, str] = {}
    for source in sources:
        own = source.name.lower()
        for name in (source.id.replace("-", " "), own, re.split(r"[,(]", own)[0].strip()):
            found.setdefault(name, source.id)
    for general_id, names in general.items():
        for name in (general_id.replace("-", " "), *names):
            if name in found:
                found.setdefault(general_id.replace("-", " "), found[name])
    return found


def dateline(text: str, start: int, end: int) -> tuple[int, str]:
    """Where a first sentence begins behind its dateline, and the agency that it names, in small letters."""
    found = _DATELINE.match(text, start, min(end, start + 120))
    if not found:
        return start, ""
    named = found["agency"] or found["sana"] or found["slash"] or ""
    return found.end(), re.sub(r"\s+(?:news|agency)$", "", named.strip().lower())

"""The words that name a place, by the look of them: capitals, "Port of", "the presidential palace"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from claims.reading.mentions import SAYING_VERBS, Scan, party_of
from claims.reading.words import number_of, word_set

SETTLEMENTS = word_set("grammar", "kinds", "settlements")
SITES = word_set("grammar", "kinds", "sites")
REGIONS = word_set("grammar", "kinds", "regions")
PARTS = word_set("grammar", "kinds", "parts")
KINDS = SETTLEMENTS | SITES | {"capital"}
ADJECTIVES = word_set("grammar", "small", "adjectives")
DETERMINERS = word_set("grammar", "small", "determiners")
CONJUNCTIONS = word_set("grammar", "small", "conjunctions")
LOCATIVE = word_set("grammar", "small", "locative")
LISTING = word_set("grammar", "small", "listing")
ADVERBS = word_set("grammar", "small", "adverbs")
_NO_ADVERBS = frozenset(
    ["only", "family", "ally", "july", "italy", "supply", "assembly", "reply", "fly", "sally"]
)
AUXILIARIES = word_set("grammar", "small", "auxiliaries")
PERSONS = word_set("grammar", "force", "persons")
FORCE = word_set("grammar", "force", "nouns")

NOT_PLACES = {name.lower() for name in word_set("grammar", "force", "not_places")}
BASED = ("-based", "-held", "-controlled", "-run", "-backed", "-led", "-linked", "-majority")
_CIVILIANS = word_set("grammar", "lists", "civilians")
_PRONOUNS = word_set("grammar", "lists", "pronouns")
_INSIDE = word_set("grammar", "lists", "inside_names")
_MODIFIERS = word_set("grammar", "lists", "of_sites")
_OFFICES = word_set("grammar", "lists", "of_offices")
_COMPASS = frozenset(["north", "south", "east", "west"])
_ARTICLES = _INSIDE | word_set("grammar", "lists", "articles")
_HEADS_OF = word_set("grammar", "lists", "heads_of")
_STOPS = (
    DETERMINERS
    | CONJUNCTIONS
    | LOCATIVE
    | LISTING
    | ADVERBS
    | AUXILIARIES
    | SAYING_VERBS
    | PERSONS
    | NOT_PLACES
    | _PRONOUNS
    | word_set("grammar", "lists", "never_names")
) - word_set("grammar", "lists", "also_compass")
_PLURAL = ("s",)
_LONGEST = 6


def is_adverb(low: str) -> bool:
    """Whether a word may stand between a verb and its auxiliary: "then", "temporarily"."""
    return low in ADVERBS or (low.endswith("ly") and len(low) > _SHORT and low not in _NO_ADVERBS)


_SHORT = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A place named by words ``first`` to ``end``: ``text`` is the name without article or "village".

    ``kind`` is the kind of place said beside it, or empty; ``again`` says that it is only called "the town".
    ``site`` is what of it is meant where that has no name of its own: the airport of "the city's airport".
    ``part`` says that only a part of it, or ground near it, is meant; ``region`` that it is a province or a
    front rather than a place. ``sure`` is whether the words must be a place, not merely may be.
    """

    text: str
    first: int
    end: int
    kind: str = ""
    again: bool = False
    part: bool = False
    region: bool = False
    sure: bool = False
    site: str = ""


def name_at(scan: Scan, place: int, common: Collection[str] = ()) -> Name | None:
    """The place named from a word on, or None.

    ``common`` are words that the report also writes in small letters: at the beginning of a sentence these
    are no names.
    """
    word = scan.words[place] if place < len(scan.words) else None
    if word is None or not (word.cap or "-" in word.text or word.text[0].isdigit()):
        return None  # most words: no capital, no article with a capital behind it, no "46th"
    if place in scan.named:
        found: Name | None = scan.named[place]
        return found
    scan.named[place] = found = _named(scan, place, common)
    return found


def _named(scan: Scan, place: int, common: Collection[str]) -> Name | None:
    end = _run(scan, place, common)
    if not end or _within(scan, place) or _joined(scan, place, end):
        return None
    if scan.low(end - 1) in _OFFICES or _abbreviates(scan, place, end) or _says_no_name(scan, place, end):
        return None
    if scan.words[end - 1].owns:
        return Name(_text(scan, place, end), place, end)
    end, kind = _with_kind(scan, end)
    if kind in SETTLEMENTS and scan.low(place - 1) in ("a", "an", "another"):
        return None  # "a Red Sea town"
    region = scan.low(end) in REGIONS and not scan.kind_at(end)
    if region:
        kind, end = scan.low(end), end + 1
    elif end > place + 1 and scan.low(end - 1) in REGIONS and not kind:
        kind, region = scan.low(end - 1), True  # "Luhansk Oblast"
    name_end = end if kind in _NAMING_SITES or region else _bare(scan, place, end)
    found = Name(_text(scan, place, name_end), place, end, kind, region=region, sure=bool(kind))
    return found if _may_end_here(scan, found) else None


def _run(scan: Scan, place: int, common: Collection[str]) -> int:
    """Behind the last capital word of a name, or 0."""
    words = scan.words
    end = place + 1 if _is_article(scan, place) else place
    while end < len(words) and end - place < _LONGEST and _capital(scan, end):
        end += 1
        if (
            _is_article(scan, end)
            or (scan.low(end) in _INSIDE and _capital(scan, end + 1))
            or (scan.low(end) == "of" and scan.low(end - 1) in _HEADS_OF and _capital(scan, end + 1))
        ):
            end += 1
        if end < len(words) and words[end - 1].owns:
            return end
    if end == place:
        end = _numbered(scan, place) or end
    if (
        end > place
        and end < len(words)
        and words[end].text.isdigit()
        and len(words[end].text) < 5
        and (scan.low(end - 1) in KINDS or (words[end - 1].text.isupper() and len(words[end - 1].text) < 5))
    ):
        end += 1
    at_start = end == place + 1 and place == 0 and words[0].low in common
    return 0 if end == place or at_start else end


def _within(scan: Scan, place: int) -> bool:
    """Whether a word is the second one of a name, or of a person's: "General Thaung Tun"."""
    if not place:
        return False
    before = scan.words[place - 1]
    return (
        _ends_a_party(scan, place - 1)
        or scan.low(place - 1) in PERSONS
        or (_capital(scan, place - 1) and not before.owns and place > 1)
    )


def _says_no_name(scan: Scan, place: int, end: int) -> bool:
    """“Key Northwest Town”, “De-facto Capital”, as headlines write them."""
    lows = scan.lows(place, end)
    if not _OBJECTS.isdisjoint(lows):
        return True  # "Forces Seize Weapons, Arrest Two"
    plain = [low in ADJECTIVES or low in _HEADLINE for low in lows[:-1]]
    return lows[-1] in _UNNAMED and (all(plain) or plain[0])


_OBJECTS = word_set("grammar", "lists", "objects")
_UNNAMED = SETTLEMENTS | {"capital", "stronghold", "base", "bases", "areas", "airport"}
_HEADLINE = word_set("grammar", "lists", "headline")


def _ends_a_party(scan: Scan, place: int) -> bool:
    """“Council Leader Abdel Fattah al-Burhan”, of which the first words are taken for a party's man."""
    called = party_of(scan.ending_at(place))
    return called is not None and called.speaker and scan.words[place].cap and not scan.words[place].owns


def _abbreviates(scan: Scan, place: int, end: int) -> bool:
    """“The International Organization for Migration (IOM)”."""
    return scan.low(place - 1) == "(" and scan.low(end) == ")" and scan.written(place, end).isupper()


def _joined(scan: Scan, place: int, end: int) -> bool:
    """Whether a dash without spaces joins it to another name: "the Mandalay–Muse road"."""
    words = scan.words
    behind = end + 1 < len(words) and words[end].text in "–—-" and words[end].start == words[end - 1].end
    before = place > 1 and words[place - 1].text in "–—-" and words[place - 1].end == words[place].start
    return (behind and words[end + 1].start == words[end].end) or before


def _is_article(scan: Scan, place: int) -> bool:
    """“ez-Zor”, “al-Baghl”: the second half of a name, with its article in small letters."""
    if place >= len(scan.words) or scan.at[place]:
        return False
    article, _, rest = scan.words[place].text.partition("-")
    return article in _ARTICLES and rest[:1].isupper()


def _numbered(scan: Scan, place: int) -> int:
    """Behind “46th Brigade”, “7005th Armored Battalion”, or 0."""
    word = scan.low(place)
    if not (word[:1].isdigit() and word.endswith(("st", "nd", "rd", "th"))):
        return 0
    at = place + 1
    while at < min(place + 3, len(scan.words)) and scan.words[at].cap and scan.low(at) not in SITES:
        at += 1
    return at + 1 if scan.low(at) in SITES or (scan.low(at) == "unit" and scan.words[at].cap) else 0


def _capital(scan: Scan, place: int) -> bool:
    if place >= len(scan.words) or scan.at[place]:
        return False
    word = scan.words[place]
    following = scan.words[place + 1] if place + 1 < len(scan.words) else None
    if word.cap and word.low in _COMPASS and following and following.cap and not scan.at[place + 1]:
        return True  # "North Kordofan"
    if not word.cap or word.low in _STOPS or word.low in _CIVILIANS or number_of(word.low) is not None:
        return False
    if word.low.endswith(BASED):
        return False  # "Serb-held towns"
    if word.low in FORCE and word.low not in SITES:  # "Light Infantry Battalion 437", never "Russian Forces"
        behind = scan.low(place + 1)
        return (behind in SITES or behind in REGIONS) and scan.words[place + 1].cap
    return True


def _with_kind(scan: Scan, end: int) -> tuple[int, str]:
    """Take in the kind said behind a name: "Kafr'a village", "Albu Kamal border crossing"."""
    for ahead in (0, 1):
        low = scan.low(end + ahead)
        if (ahead and scan.low(end) not in _BETWEEN) or scan.kind_at(end + ahead):
            break
        if low in SETTLEMENTS or (low in SITES and not _plural(low)):
            last = end + ahead + 1
            if scan.low(last) in (
                "base",
                "headquarters",
                "crossing",
                "bridge",
                "airport",
            ) and not scan.kind_at(last):
                last += 1
            return last, scan.low(last - 1)
    if scan.low(end) in ("oil", "gas") and scan.low(end + 1) in ("field", "fields", "facility", "terminal"):
        return end + 2, scan.low(end + 1)
    if scan.low(end) in ("air", "military", "international") and scan.low(end + 1) in (
        "base",
        "airport",
        "airfield",
        "academy",
    ):
        return end + 2, scan.low(end + 1)
    return end, ""


def _bare(scan: Scan, place: int, end: int) -> int:
    """Without "village" or "city" at the end, in small letters."""
    last = end
    while last > place + 1 and not scan.words[last - 1].cap and scan.low(last - 1) in _BARE:
        last -= 1
    return last


_LOOSE = frozenset(["area", "centre", "center", "proper"])
"""Words behind a name that add nothing to it: "the Jebel Moya area"."""


_NAMING_SITES = SITES - _LOOSE
_BARE = SETTLEMENTS | ADJECTIVES | _LOOSE
_BETWEEN = ADJECTIVES | _MODIFIERS


def _plural(low: str) -> bool:
    return low.endswith("s") and low not in (
        "barracks",
        "headquarters",
        "heights",
        "crossroads",
        "pass",
        "fortress",
        "fields",
        "oilfields",
        "farms",
        "mines",
    )


def _text(scan: Scan, first: int, end: int) -> str:
    written = scan.written(first, end)
    return written[:-2] if scan.words[end - 1].owns else written


def _may_end_here(scan: Scan, name: Name) -> bool:
    """Whether what follows lets the words be a place: "Leopard tanks" and "Abrams crews" are none."""
    following = scan.low(name.end)
    if not following or not following[0].isalpha() or scan.kind_at(name.end) or scan.words[name.end].cap:
        return True
    if scan.words[name.end - 1].owns:
        return True
    called = scan.low(name.first - 1) == "of" and scan.low(name.first - 2) in SETTLEMENTS
    if (called or scan.low(name.first - 1) in ("in", "near")) and following not in FORCE:
        return True  # "found its position in Ostrey untenable"
    return following in _FOLLOWING or following.endswith(("ly", "ing", "ed"))


_FOLLOWING = (
    DETERMINERS
    | CONJUNCTIONS
    | LOCATIVE
    | LISTING
    | ADVERBS
    | AUXILIARIES
    | SAYING_VERBS
    | REGIONS
    | KINDS
    | PARTS
    | _PRONOUNS
    | word_set("grammar", "lists", "may_follow")
)


def site_at(scan: Scan, place: int, *, definite: bool) -> Name | None:
    """A place that is only described: "the presidential palace", "the police headquarters"."""
    if not definite or scan.low(place) in NEARBY:
        return None
    end = place
    while end < len(scan.words) and end - place < 4 and _plain(scan, end):
        end += 1
    for last in range(end, place + 1, -1):
        noun = scan.low(last - 1)
        if (noun in _DESCRIBED or noun in ("quarter", "district")) and _telling(scan, place, last):
            while last - place > 2 and scan.low(place) in ("last", "remaining"):
                place += 1
            found = _site_of(scan, place, last) or Name(
                _text(scan, place, last), place, last, noun, sure=True
            )
            return found if _may_end_here(scan, found) else None
    return None


def _site_of(scan: Scan, place: int, last: int) -> Name | None:
    """“The international airport of Tripoli”."""
    if scan.low(last) != "of" or scan.low(last - 1) not in (
        "airport",
        "airbase",
        "port",
        "prison",
        "refinery",
    ):
        return None
    end = _run(scan, last + 1, ())
    town = _text(scan, last + 1, end) if end else ""
    place += scan.low(place) == "former"
    text = f"{town} {_text(scan, place, last)}"
    return Name(text, place, end, scan.low(last - 1), sure=True) if town else None


_DESCRIBED = word_set("grammar", "lists", "described")


def _plain(scan: Scan, place: int) -> bool:
    word = scan.words[place]
    if word.text in "'’" and scan.low(place - 1).endswith("s"):
        return True  # "the ministries' quarter"
    return (
        not scan.at[place]
        and word.text[0].isalpha()
        and (not word.cap or word.owns)
        and word.low not in _STOPS
    )


def _telling(scan: Scan, place: int, last: int) -> bool:
    """Whether the words before the noun say which one: not only "the main base"."""
    return any(scan.low(at) not in _VAGUE for at in range(place, last - 1))


_VAGUE = (
    (ADJECTIVES - {"central", "military", "industrial", "port", "provincial", "regional", "border"})
    | word_set("grammar", "lists", "vague")
    | FORCE
)


def again_at(scan: Scan, place: int) -> Name | None:
    """“the town”, “the city”: a place named before."""
    if scan.low(place) == "its":
        return _its_site(scan, place)
    if scan.low(place) not in ("the", "that", "this"):
        return None
    at = place + 1
    while scan.low(at) in _SAME_ONE and scan.low(at + 1) in KINDS:
        at += 1
    noun = scan.low(at)
    if noun in _AGAIN and scan.low(at + 1) not in ("of", "in", "called", "named") and not scan.words[at].cap:
        return Name("", place, at + 1, noun, again=True) if not _names_itself(scan, at) else None
    return None


def _its_site(scan: Scan, place: int) -> Name | None:
    """“Entered the town and took its airport”."""
    at = place + 1
    while scan.low(at) in ADJECTIVES or scan.low(at) in ("international", "main", "old"):
        at += 1
    site = scan.low(at) if scan.low(at) in ("airport", "airbase", "airfield") and not scan.kind_at(at) else ""
    return Name("", place, at + 1, "", again=True, site=site) if site else None


NEARBY = frozenset(["neighbouring", "neighboring", "nearby", "adjacent"])
_OTHER_ONES = NEARBY | {"last", "remaining", "first", "second", "third"}
"""“The last district”, “the nearby town” are not the one spoken of."""

_SAME_ONE = ADJECTIVES - _OTHER_ONES
_AGAIN = word_set("grammar", "lists", "again")


def _names_itself(scan: Scan, at: int) -> bool:
    """“the city Homs”."""
    return at + 1 < len(scan.words) and _capital(scan, at + 1)


def is_person(scan: Scan, name: Name) -> bool:
    """Whether a name is somebody's: "Getachew Reda, spokesman for", "said Ali Omar", "by Ilse Brandt"."""
    end = name.end
    if name.kind in KINDS:
        return False  # "an elder in Halgan town, said"
    before = name.first - 2 if scan.low(name.first - 1) == "." else name.first - 1
    if scan.low(before) in PERSONS or scan.low(before) in SAYING_VERBS:
        return True
    if scan.low(end) in SAYING_VERBS:
        return True
    if scan.low(end) == "," and scan.low(end + 1) in SAYING_VERBS:
        return True
    if scan.low(end) == "," and scan.low(end + 1) in ("a", "an", "the"):  # "Ahmed Sabriye, an elder in"
        said = scan.lows(end + 2, end + 5)
        if any(low in _PEOPLE and "," not in said[:at] for at, low in enumerate(said)):
            return True
    ahead = range(end + 1, min(end + 6, len(scan.words)))
    return scan.low(end) == "," and any(
        scan.low(at) in PERSONS and "," not in [word.text for word in scan.words[end + 1 : at]]
        for at in ahead
    )


_PEOPLE = word_set("grammar", "lists", "people")


def as_part(name: Name) -> Name:
    """The same, but only a part of it is meant."""
    return replace(name, part=True)

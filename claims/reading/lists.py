"""A list of places in a sentence, behind what was done to them or before it, becomes names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from claims.reading import names as known
from claims.reading.mentions import EVENT, PARTY, SAYING, SOURCE, TIME, Scan
from claims.reading.names import Name, again_at, name_at, site_at
from claims.reading.words import number_of, word_set

COUNTRIES = word_set("grammar", "countries", "names")
_ROADS = word_set("grammar", "lists", "roads")
_OPENS = {"(": ")", "[": "]"}
_QUOTES = frozenset("\"“”'‘’«»*_…")
_PORTIONS = word_set("grammar", "lists", "portions")
_NOT_ALL = frozenset(["much", "some", "half"])
_CHIEF = word_set("grammar", "lists", "chief")
_CHIEFLY = frozenset(
    ["importantly", "notably", "prominently", "chiefly", "mainly", "recently", "them", "which"]
)
_IN_NAME = frozenset(
    ["facto", "de-facto", "political", "self-proclaimed", "self-declared", "provincial", "regional"]
)
_WHOSE = word_set("grammar", "force", "against")
_RELATIVES = frozenset(["that", "which", "they", "where", "who"])
_HOLD = frozenset(["base", "camp", "airbase", "barracks", "prison", "garrison", "refinery"])
_OF_BASES = frozenset(["naval", "air", "military"])
_WIDE = frozenset(["province", "governorate", "oblast", "region"])
_HIGHER = frozenset(["district", "township", "county", "municipality", "subdistrict"])
_SEATS = frozenset(["stronghold", "bastion", "hub"])
_SAYS_MORE = _SEATS | {"capital", "home", "gateway", "centre", "center"}
_BASES = frozenset(
    ["headquarters", "base", "barracks", "hq", "compound", "camp", "outpost", "post", "station"]
)
_LONGEST_ASIDE = 18
_MOST_LISTED = 400
_JOINS = {"as": ("well", "as"), "along": ("with",), "together": ("with",), "in": ("addition", "to")}
_CAPITALS_AS_PARTIES = word_set("grammar", "lists", "capitals_as_parties")


_PARTS_AND_REGIONS = known.PARTS | known.REGIONS
_ONLY_PARTS = known.PARTS - known.KINDS
_SMALL = known.DETERMINERS | known.ADJECTIVES
_SMALL_OR_OF = _SMALL | {"of"}
_NO_ADJECTIVES = known.LOCATIVE | known.CONJUNCTIONS | known.FORCE | {"of", "to", "for", "with"}
_WHERE = (
    _SMALL_OR_OF
    | known.LOCATIVE
    | known.PARTS
    | known.REGIONS
    | known.KINDS
    | {"kilometers", "kilometres", "km", "miles"}
)


_PLACES = {kind for kind in known.KINDS | known.PARTS if kind.endswith("s")}
_IN_LISTS = _WHERE | known.CONJUNCTIONS


@dataclass
class Listed:
    """The places of a list, up to word ``end``.

    ``inside`` are places that only say where the others lie. ``plural`` says that places were spoken of
    without being named: "18 villages". ``kind`` is the kind of place said last.
    """

    names: list[Name] = field(default_factory=list)
    inside: list[Name] = field(default_factory=list)
    plural: bool = False
    end: int = 0
    kind: str = ""


def places_after(scan: Scan, place: int, common: Collection[str] = (), *, leads: bool = False) -> Listed:
    """Read the list that begins at a word.

    ``leads`` lets a preposition lead to the first place, as in "clashes in Suran".
    """
    walk = _Walk(scan, place, common, leads=leads)
    while walk.place < len(scan.words) and len(walk.listed.names) < _MOST_LISTED and walk.step():
        pass
    colon = 0 if walk.listed.names or not walk.listed.plural else _colon(scan, walk.place)
    if colon:  # "liberated 12 settlements during the offensive: A, B"
        behind = places_after(scan, colon + 1, common)
        return behind if behind.names else walk.listed
    walk.listed.end = walk.kept
    walk.listed.kind = walk.said
    return walk.listed


def _colon(scan: Scan, place: int) -> int:
    """The colon that the clause from a word on ends with; 0 where it tells something else before."""
    for at in range(place, min(place + _LONGEST_ASIDE, len(scan.words) - 1)):
        if scan.words[at].text == ":":
            return at
        if scan.kind_at(at) in (EVENT, SAYING) or scan.words[at].text in ";.":
            return 0
    return 0


class _Walk:
    """One walk along a list, word by word; ``kept`` is behind the last word that belongs to it."""

    def __init__(self, scan: Scan, place: int, common: Collection[str], *, leads: bool) -> None:
        self.scan, self.place, self.kept, self.common, self.leads = scan, place, place, common, leads
        self.listed = Listed()
        self.kind = self.said = ""
        self.part = self.definite = self.aside = self.comma = self.between = False

    def step(self) -> bool:
        """Take the next word or mention; False where the list is over."""
        scan, place = self.scan, self.place
        kind = scan.kind_at(place)
        if kind == TIME:
            self.place = scan.at[place].end  # type: ignore[union-attr]
            return True
        if kind in (EVENT, SAYING, SOURCE):
            return kind == EVENT and self._kind_noun_event()
        return (
            self._mark()
            or self._name()
            or self._join()
            or self._kind_noun()
            or self._small_word()
            or self._where()
        )

    def _kind_noun_event(self) -> bool:
        return False

    def _go(self, place: int, *, keep: bool = False) -> bool:
        self.place = place
        if keep:
            self.kept = place
        return True

    # marks and joins

    def _mark(self) -> bool:
        text = self.scan.words[self.place].text
        if text in _QUOTES:
            closes = text == "”" or (text == '"' and self.scan.low(self.place - 1) == ",")
            return not (closes and self.listed.names) and self._go(self.place + 1)
        if text in _OPENS:
            return self._bracket(_OPENS[text])
        if text == ";" and self._list_behind():
            return self._go(self.place + 1)
        if text == ",":
            self.comma, self.definite, self.kind = True, False, ""
            self.part = self.part and name_at(self.scan, self.place + 1, self.common) is not None
            seat = self.scan.low(self.place - 1) in _SAYS_MORE  # "43 km from the capital, Monrovia"
            self.aside = self.aside and (seat or not self.listed.names)
            return self._go(self.place + 1)
        if text in (":", "-", "–", "—") and self.listed.plural:
            self.aside = False
            return self._go(self.place + 1)
        return False

    def _list_behind(self) -> bool:
        """Whether only places follow a semicolon: "A and B of Fuzuli province; C and D of Khojaly"."""
        scan = self.scan
        several = self.listed.plural or len(self.listed.names) > 1
        for at in range(self.place + 1, min(self.place + _LONGEST_ASIDE, len(scan.words))):
            word = scan.words[at]
            if word.text in ";.,":
                break
            if scan.kind_at(at) not in ("", TIME) or not (word.cap or word.low in _IN_LISTS):
                return False
        return several and name_at(scan, self._past_small(self.place + 1), self.common) is not None

    def _past_small(self, at: int) -> int:
        while self.scan.low(at) in _IN_LISTS and not self.scan.words[at].cap:
            at += 1
        return at

    def _bracket(self, closing: str) -> bool:
        for end in range(self.place + 1, min(self.place + _LONGEST_ASIDE, len(self.scan.words))):
            if self.scan.words[end].text == closing:
                return self._go(end + 1)
        return False

    def _join(self) -> bool:
        low = self.scan.low(self.place)
        if (
            low in _JOINS
            and tuple(self.scan.low(self.place + 1 + i) for i in range(len(_JOINS[low]))) == _JOINS[low]
        ):
            self.aside = False
            return self._go(self.place + 1 + len(_JOINS[low]))
        following = self.scan.low(self.place + 1)
        if low == "then" and self.listed.names:  # "master of Wend, then of Saltrey", "took A, then B"
            return self._go(self.place + 1 + (following in ("of", "the")))
        if low in known.CONJUNCTIONS:
            return self._aside_behind() or self._conjunction(following)
        if low in known.LISTING or (low == "such" and following == "as"):
            return self._listing(low)
        return self._of_them(low, following)

    def _conjunction(self, following: str) -> bool:
        if self.between:  # "on the road between A and the city of B"
            self.between = False
            return self._go(self.place + 1)
        if following == "of" and self.listed.names and name_at(self.scan, self.place + 2, self.common):
            self.aside = False
            return self._go(self.place + 2)  # "the capture of Lozova in the north and of Sontsivka"
        anew = following in ("the", "a") or following in known.KINDS or self._has_its_land()
        self.aside = self.aside and not (self.listed.names and anew)
        self.part = self.part and not anew
        return bool(self.listed.names or self.listed.plural or self.kind) and self._go(self.place + 1)

    def _has_its_land(self) -> bool:
        """“A in X, B in Y and C in Z”: the last one too says where it lies."""
        last = name_at(self.scan, self.place + 1, self.common) if self.aside else None
        return last is not None and self.scan.low(last.end) == "in" and len(self.listed.names) > 1

    def _of_them(self, low: str, following: str) -> bool:
        """“Among them”, “most importantly”, and “them” itself, for places spoken of before."""
        if low in ("most", "more", "chief", "chiefly", "mainly") and self.listed.plural:
            for at in range(self.place, self.place + 4):
                if self.scan.low(at) in _CHIEFLY:
                    self.aside = self.part = self.comma = False
                    return self._go(at + 1)
        if low in ("them", "these", "which") and not self.listed.names:
            self.listed.plural = True
            return self._go(self.place + 1)
        if low == "among" and following in ("them", "these", "which"):
            self.aside = False
            return self._go(self.place + 2)
        return False

    def _aside_behind(self) -> bool:
        """“And, some 40 kilometres to the south,”, “and, after it,”: the list goes on behind the aside."""
        if self.scan.low(self.place + 1) != "," or not self.listed.names:
            return False
        for at in range(self.place + 2, min(self.place + _LONGEST_ASIDE, len(self.scan.words))):
            if self.scan.words[at].text == ",":
                self.aside = False
                return self._go(at + 1)
            if self.scan.kind_at(at) in (EVENT, SAYING):
                return False
        return False

    def _listing(self, low: str) -> bool:
        """“Including”: what follows belongs to the places spoken of before."""
        if not (self.listed.plural or self.listed.names) or (low in ("are", "were") and self.listed.names):
            return False
        self.aside = self.part = self.comma = False
        return self._go(self.place + (2 if low == "such" else 1))

    # names

    def _name(self) -> bool:
        found = self._name_here()
        if not found or self._speaks(found):
            return False
        region = found.region and self.listed.plural and not self.listed.names
        of_plural = (found.again or region) and self._of_several()
        if found.again and self.comma and self.listed.names and not found.site:
            return self._go(found.end)  # "Myawaddy, the border town they won"
        if found.text.lower() in COUNTRIES or of_plural:
            self.listed.inside.append(found)
            return self._go(found.end)
        if self.scan.words[found.end - 1].owns:
            return self._owner(found)
        return self._taken(found)

    def _speaks(self, found: Name) -> bool:
        """“Took A and B in the north, Ali Omar, an elder, said”: who says it is no place of the list."""
        if self.scan.kind_at(found.end) == SAYING and (self.comma or not found.sure):
            return True
        first = not self.listed.names or self.listed.names[-1].again
        return self.comma and not first and not found.sure and known.is_person(self.scan, found)

    def _taken(self, found: Name) -> bool:
        scan, end = self.scan, found.end
        end = scan.at[end].end if scan.kind_at(end) == PARTY else end  # type: ignore[union-attr]
        if (scan.low(end) == "capital" or scan.low(end) in _SEATS) and scan.low(end + 1) == "of":
            self.listed.inside.append(found)
            return self._go(end + 2)  # "the Krajina Serb capital of Knin"
        land = self._land_behind(found)
        if land and found.kind and not land.region and self._describes(found):
            self.listed.inside.append(found)
            self.kind, self.listed.plural = found.kind, found.kind.endswith("s")
            return self._go(found.end + 1)  # "the Idlib town of Saraqib"
        self._take(found)
        self._go(found.end, keep=not self.aside)
        if land:  # "A and B villages of Fuzuli province"
            self.listed.inside.append(land)
            self.place = land.end
        return True

    def _land_behind(self, found: Name) -> Name | None:
        """The name behind "of" that a name is followed by."""
        at = found.end + 1
        while self.scan.low(at) in _SMALL and at < len(self.scan.words) and not self.scan.words[at].cap:
            at += 1
        return name_at(self.scan, at, self.common) if self.scan.low(found.end) == "of" else None

    def _describes(self, found: Name) -> bool:
        before = self.scan.low(found.first - 1)
        return (before in known.DETERMINERS or before in known.ADJECTIVES) and found.kind in known.SETTLEMENTS

    def _of_several(self) -> bool:
        """“Several towns of the Amhara region”: what follows says only where they lie."""
        at = self.place - 1
        while self.scan.low(at) in known.DETERMINERS or self.scan.low(at) in known.ADJECTIVES:
            at -= 1
        return self.scan.low(at) == "of" and self.listed.plural

    def _name_here(self) -> Name | None:
        scan, place = self.scan, self.place
        if scan.kind_at(place) == PARTY:
            capital = scan.low(place) in _CAPITALS_AS_PARTIES and scan.at[place].end == place + 1  # type: ignore[union-attr]
            site = party_site(scan, place)
            if site:
                return site
            free = scan.low(place + 1) not in known.DETERMINERS
            return Name(scan.words[place].text, place, place + 1) if capital and free else None
        found = name_at(scan, place, self.common)
        if found:
            return found
        own = scan.low(place - 1) in ("its", "their") and bool(self.listed.names)
        return again_at(scan, place) or (None if own else site_at(scan, place, definite=self.definite))

    def _owner(self, found: Name) -> bool:
        """“Aleppo's western districts”: the owner only says where, and what it owns is a part of it."""
        if found.again:  # "the city's main airport"
            site = self._site_of_again(found)
            if site:
                self._take(site)
            return self._go(site.end if site else found.end, keep=site is not None and not self.aside)
        at = found.end
        while self.scan.low(at) in known.ADJECTIVES or self.scan.low(at) in (
            "old",
            "new",
            "international",
            "main",
        ):
            at += 1
        if self.scan.low(at) in _PARTS_AND_REGIONS:
            self._take(replace(found, part=True))
            self.listed.plural = True
            return self._go(at + 1)
        if self.scan.low(at) in known.SITES and not self.scan.low(at).endswith("s") and not self.scan.at[at]:
            whole = self.scan.written(found.first, at + 1)  # "Tripoli's old airport"
            self._take(Name(whole, found.first, at + 1, self.scan.low(at), sure=True))
            return self._go(at + 1, keep=not self.aside)
        self.listed.inside.append(found)
        return self._go(found.end)

    def _site_of_again(self, found: Name) -> Name | None:
        """“The city's airport”: a site of the place named before."""
        at = found.end
        while self.scan.low(at) in known.ADJECTIVES or self.scan.low(at) in ("international", "main", "old"):
            at += 1
        low = self.scan.low(at)
        named = self.scan.low(at + 1) in ("at", "in", "of", "near") and at + 2 < len(self.scan.words)
        if low not in ("airport", "airbase", "airfield") or self.scan.kind_at(at) or named:
            return None
        return replace(found, end=at + 1, site=low)

    def _take(self, found: Name) -> None:
        last = self.listed.names[-1].kind if self.listed.names else ""
        wider = found.region or (last and found.kind in _HIGHER and last != found.kind)
        over_again = self.comma and wider and bool(self.listed.names)  # "Au Lan village, Mansi township"
        if self.aside or over_again:
            self.listed.inside.append(found)
            return
        part = found.part or self.part or (found.region and found.kind in _ROADS)
        named = replace(found, kind=found.kind or self.kind, part=part, sure=found.sure or bool(self.kind))
        self.listed.names.append(named)
        self.comma = self.definite = False

    # kinds

    def _kind_noun(self) -> bool:
        scan, place = self.scan, self.place
        low = scan.low(place)
        if scan.at[place] or scan.words[place].owns:
            return False
        if low in known.PARTS and scan.low(place - 1) != "district" and self._of_part(place):
            return True
        if low in _WIDE and not self.listed.names and scan.low(place + 1) == "of":
            return self._wide(place)
        if low not in known.KINDS and low not in known.PARTS:
            return False
        self.said = low
        if self._says_more(place):
            return self._apposition(place)
        if self.comma and self.listed.names and scan.low(place + 1) in _RELATIVES:
            return False  # "Sudzha, the biggest town that Kyiv had held"
        self.kind = low
        self.listed.plural = self.listed.plural or low.endswith("s")
        return self._led_by(place)

    def _wide(self, place: int) -> bool:
        """“The province of Hadramout”."""
        found = name_at(self.scan, place + 2, self.common)
        if found:
            self._take(replace(found, kind=self.scan.low(place), region=True))
        return found is not None and self._go(found.end, keep=not self.aside)

    def _says_more(self, place: int) -> bool:
        """“The capital of Gezira”, “Seiyun, the main city of Wadi”: but not "the stronghold of A"."""
        low, before = self.scan.low(place), self.scan.low(place - 1)
        chief = before in _CHIEF and self.scan.low(place + 1) in ("of", "in", "on")
        if self.comma and self.listed.names and chief and not low.endswith("s"):
            return True
        named = self.scan.low(place + 1) == "of" and not self.listed.names  # "the rebel stronghold of Douma"
        capital = low == "capital" and not _IN_NAME.isdisjoint(self.scan.lows(max(place - 2, 0), place))
        return low in _SAYS_MORE and before != "district" and not (named and (low in _SEATS or capital))

    def _led_by(self, place: int) -> bool:
        """Behind the kind of a place and what leads from it to the name: "village of", "town known as"."""
        low, led = self.scan.low(place), self.scan.low(place + 1)
        if led == "in" and low in _HOLD and (site := self._site_in(place)):
            self._take(site)
            return self._go(site.end, keep=True)
        if led == "known" and self.scan.low(place + 2) == "as":
            return self._go(place + 3)
        return self._go(place + 1 + (led in ("of", "called", "named", "at")))

    def _site_in(self, place: int) -> Name | None:
        """“A naval base in Maung Shwe Lay”: the base, not the whole town."""
        town = name_at(self.scan, place + 2, self.common)
        if self.listed.names or self.part or town is None or town.region or town.text.lower() in COUNTRIES:
            return None
        first = place
        first -= self.scan.low(first - 1) in ("naval", "air")
        text = self.scan.written(first, place + 2) + " " + town.text
        return Name(text, first, town.end, self.scan.low(place), sure=True)

    def _of_part(self, place: int) -> bool:
        """“Parts of”, “the outskirts of”, “positions near”: only a part of what follows is meant."""
        scan = self.scan
        led = scan.low(place + 1)
        plain = led in (
            "of",
            "in",
            "near",
            "around",
            "on",
            "along",
            "outside",
            "north",
            "south",
            "east",
            "west",
            "inside",
        )
        if not plain:
            return False
        self.listed.plural = True
        if self._named_kind_of(place):
            return False
        self.part = True
        at = place + 2
        while scan.low(at) in _SMALL_OR_OF and not scan.words[at].cap:
            at += 1
        return self._go(at)

    def _named_kind_of(self, place: int) -> bool:
        """“The areas of A and B” names places, “areas near A” and “parts of A” do not."""
        low = self.scan.low(place)
        named = low in known.KINDS and low not in (
            "outskirts",
            "suburbs",
            "centre",
            "center",
            "heights",
            "hills",
        )
        return named and self.scan.low(place + 1) == "of" and low not in ("position", "positions")

    def _apposition(self, place: int) -> bool:
        """“…, the capital of Gezira”: says more about the place before."""
        at = place + 1
        if self.scan.low(at) in ("of", "in", "on", "for"):
            at += 1
            while self.scan.low(at) in _SMALL and not self.scan.words[at].cap:
                at += 1
            found = name_at(self.scan, at)
            if found:
                self.listed.inside.append(found)
                at = found.end
            elif self.scan.kind_at(at) == PARTY:
                at = self.scan.at[at].end  # type: ignore[union-attr]
        return self._go(at)

    # small words and where

    def _small_word(self) -> bool:
        scan, place = self.scan, self.place
        low = scan.low(place)
        if low in ("a", "an") and self.comma and self.listed.names:
            return self._aside_to_comma()
        if low in known.DETERMINERS or low in known.ADJECTIVES or number_of(low) is not None:
            self.definite = (self.definite or low == "the") and low not in known.NEARBY
            return self._go(place + 1)
        if low in _MEASURES and number_of(scan.low(place - 1)) is not None and self.listed.names:
            self.aside = True  # "Kley Junction, 38 km west of Monrovia"
            return self._go(place + 1)
        if scan.kind_at(place) == PARTY:
            end = scan.at[place].end  # type: ignore[union-attr]
            at = end + (scan.low(end) in known.ADJECTIVES or scan.low(end) in _OF_BASES)
            whose = scan.words[end - 1].owns or (scan.low(at) in known.KINDS and not scan.at[at])
            return whose and self._go(end)  # "the junta's base", "an army naval base"
        if (low == "of" and scan.low(place - 1) in _PORTIONS) or (
            low == "of" and number_of(scan.low(place - 1)) is not None
        ):
            self.part = scan.low(place - 1) in _NOT_ALL
            return self._go(place + 1)
        return self._unknown_adjective(place)

    def _unknown_adjective(self, place: int) -> bool:
        """Any word before a kind of place may be an adjective: "the ghost town", "key mining hub"."""
        scan = self.scan
        if scan.low(place) in _WHOSE and name_at(scan, place + 1, self.common):
            return self._go(place + 1)  # "the rebel Krajina Serb capital of Knin"
        for at in range(place, min(place + 3, len(scan.words))):
            word = scan.words[at]
            if at > place and word.low in known.KINDS and not scan.at[at]:
                return self._go(at)
            if word.low in known.FORCE and scan.low(at + 1) in known.KINDS and not scan.at[at]:
                return self._go(at + 1)  # "the army base at"
            if at > place and word.low == "and" and scan.low(at + 1) in known.ADJECTIVES:
                return self._go(at + 1)  # "the economic and strategic town of"
            whose = _is_demonym(word.low) or word.low in known.NOT_PLACES or word.low.endswith(known.BASED)
            small = not word.cap or whose
            plain = not scan.at[at] and word.text[0].isalpha() and small
            if not plain or word.low in _NO_ADJECTIVES:
                return False
        return False

    def _aside_to_comma(self) -> bool:
        for at in range(self.place, min(self.place + _LONGEST_ASIDE, len(self.scan.words))):
            if self.scan.words[at].text == ",":
                return self._go(at)
            if self.scan.kind_at(at) in (EVENT, PARTY):
                return False
        return self._go(min(self.place + _LONGEST_ASIDE, len(self.scan.words)))

    def _where(self) -> bool:
        """“In the countryside of Hama”, “near Suran”, “12 km north of Homs”: where the places lie."""
        scan, place = self.scan, self.place
        low = scan.low(place)
        if low not in known.LOCATIVE and low not in ("just", "some"):
            return False
        if low in ("by", "from", "under") or (low == "at" and not self.leads):
            return False
        if not (self.listed.names or self.listed.plural or self.kind):
            return self._lead(low)
        self.aside, self.part, self.kind = True, False, ""
        at = place + 1
        if scan.low(at) in ("recent", "coming", "little", "less", "more"):  # "in recent days"
            self.aside = False
            while at < min(place + 8, len(scan.words)) and scan.words[at].text != "," and not scan.at[at]:
                at += 1
            return self._go(at)
        while at < len(scan.words) and not scan.at[at] and not scan.words[at].cap and self._goes_on(at):
            at += 1
        self.between = "between" in scan.lows(place, at)
        return self._go(self._past_lands(at))

    def _past_lands(self, place: int) -> int:
        """Behind "A, B and C districts", where several say where the places lie; else the word itself."""
        at, several = place, False
        while at < len(self.scan.words):
            name = name_at(self.scan, at, self.common)
            if name:
                if several and name.kind.endswith("s") and (name.region or name.kind in known.SETTLEMENTS):
                    return name.end
                at = name.end
            elif self.scan.low(at) in (",", "and", "&") and at > place:
                several, at = True, at + 1
            else:
                break
        return place

    def _goes_on(self, at: int) -> bool:
        low = self.scan.low(at)
        return low in _WHERE or number_of(low) is not None

    def _lead(self, low: str) -> bool:
        if not self.leads or low in ("between", "by", "from", "under"):
            return False
        self.leads = False
        self.part = low in ("near", "outside", "around", "toward", "towards")
        at = self.place + 1
        return self._go(at + 1 if self.scan.low(at) == "of" else at)


def party_site(scan: Scan, place: int) -> Name | None:
    """“The Tatmadaw Guard headquarters”: a site of what only looks like a party, and its command itself."""
    called = scan.at[place].value if scan.kind_at(place) == PARTY else None  # type: ignore[union-attr]
    if called is None or called.party is None or not called.party.by_form:
        return None
    end = scan.at[place].end  # type: ignore[union-attr]
    police = scan.low(end) not in _BASES and end < len(scan.words) and scan.words[end].cap
    site = end + police  # "Border Guard Police headquarters"
    if scan.low(site) in _BASES:
        return Name(scan.written(place, site + 1), place, site + 1, scan.low(site), sure=True)
    if _is_command(scan, place, end):
        return Name(scan.written(place, end), place, end, "headquarters", sure=True)
    return None


def _is_command(scan: Scan, first: int, end: int) -> bool:
    """“Took the Western Regional Military Command in Ann”: a headquarters, where it is what was taken."""
    return (
        end - first > 2
        and scan.low(end - 1) == "command"
        and scan.low(end) in ("in", "at", "base", "headquarters", ",", ".")
    )


def _is_demonym(low: str) -> bool:
    return low.endswith(("ian", "ish", "ese")) or low in (
        "azeri",
        "iraqi",
        "yemeni",
        "kurdish",
        "christian",
        "druze",
    )


def places_before(scan: Scan, place: int, common: Collection[str] = ()) -> Listed:
    """Read the list that ends before a word: "A, B and C" of "A, B and C have been taken"."""
    ending = {name.end: name for name in _all_names(scan, place, common)}
    listed = Listed(end=place)
    at = _past_the_verb(scan, place)
    if scan.low(at - 1) in ("–", "—", "-"):
        at -= 1  # "six villages – A, B and C – have been freed"
    relative = scan.low(at) in ("which", "that")
    at = _past_apposition(scan, at, ending)
    while at > 0 and len(listed.names) < _MOST_LISTED:
        name = ending.get(at)
        aside = 0 if name or listed.names else _before_country(scan, at) or _before_aside(scan, at, ending)
        if aside:
            at = aside
            continue
        if not name:
            break
        lead = _lead_of(scan, name)
        before = scan.low(lead - 1)
        all_of = before == "of" and scan.low(lead - 2) in ("whole", "all", "entirety")
        if _only_where(before) and not all_of and not (relative and not listed.names):
            listed.inside.append(name)
            at = _past_joins(scan, _before_where(scan, lead))
            continue
        listed.names.insert(0, _with_kind(scan, name, lead))
        listed.end = min(listed.end, lead)
        at = _past_joins(scan, lead)
        if at == lead:
            break
    return listed


def _before_country(scan: Scan, at: int) -> int:
    """Before "in eastern Ukraine" at the end of what stands before a verb; 0 where there is none."""
    if scan.low(at - 1) not in COUNTRIES:
        return 0
    lead = at - 2
    while scan.low(lead) in _SMALL:
        lead -= 1
    return lead if lead > 0 and scan.low(lead) in ("in", "of") else 0


def _before_aside(scan: Scan, at: int, ending: dict[int, Name]) -> int:
    """Before what is said of a place between commas, "Ain, on the border with Marib, was taken"; or 0."""
    for comma in range(at - 1, max(at - _LONGEST_ASIDE, 0), -1):
        if scan.kind_at(comma) in (EVENT, SAYING) or scan.words[comma].text in ";:":
            return 0
        if scan.low(comma) == "and" and comma in ending and not _PLACES.isdisjoint(scan.lows(comma, at)):
            return comma  # "A and the villages around it were taken"
        if comma + 1 in ending:
            return 0
        if scan.low(comma) == "," and comma in ending:
            opens = scan.low(comma + 1)
            return comma if opens in known.LOCATIVE or opens in ("a", "an", "the", "which", "home") else 0
    return 0


def _all_names(scan: Scan, end: int, common: Collection[str]) -> list[Name]:
    found: list[Name] = []
    at = 0
    while at < end:
        definite = scan.low(at - 1) == "the"
        mention = scan.at[at]
        if mention:
            if scan.low(at) in _CAPITALS_AS_PARTIES and mention.end == at + 1:
                found.append(Name(scan.words[at].text, at, at + 1))
            at = mention.end
            continue
        name = name_at(scan, at, common) or again_at(scan, at)
        if name is None and definite:
            name = site_at(scan, at, definite=True)
        person = name is not None and not name.sure and not name.again and _is_named(scan, name)
        if name and name.end <= end and name.text.lower() not in COUNTRIES and not person:
            found.append(name)
        at = max(name.end if name else 0, at + 1)
    return found


def _is_named(scan: Scan, name: Name) -> bool:
    """Whether a person is named at the beginning: "Khalid Asad, a lawmaker, says that"."""
    return (
        scan.low(name.end) == ","
        and scan.low(name.end + 1) in ("a", "an", "the")
        and known.is_person(scan, name)
    )


def _past_the_verb(scan: Scan, place: int) -> int:
    """Before the small words of a verb: "have since been", "which was", "on Monday", "the first to be"."""
    at = place
    if scan.low(at - 1) == "be" and scan.low(at - 2) == "to" and scan.low(at - 4) == "the":
        at -= 4
    while at > 0:
        mention = scan.ending_at(at - 1)
        low = scan.low(at - 1)
        if mention and mention.kind == TIME:
            at = mention.first
        elif low == ")":
            at = _before_bracket(scan, at)
        elif (
            low in known.AUXILIARIES
            or known.is_adverb(low)
            or low in ("which", "that", "also", "not", "both", "to", "said", "reported", "believed")
            or (low == "as" and scan.low(at) in ("being", "now"))
        ):
            at -= 1
        else:
            break
    return at


def _before_bracket(scan: Scan, at: int) -> int:
    for opening in range(at - 2, max(at - 9, -1), -1):
        if scan.low(opening) == "(":
            return opening
    return at - 1


def followed_by(scan: Scan, place: int) -> int:
    """Behind "followed by" within the clause that begins at a word, or "as well as" there; 0 for neither."""
    too = place + (scan.low(place) == ",")
    if scan.lows(too, too + 3) == ["as", "well", "as"] or scan.lows(too, too + 2) == ["along", "with"]:
        return too + (3 if scan.low(too) == "as" else 2)
    for at in range(place, min(place + _LONGEST_ASIDE, len(scan.words) - 1)):
        if scan.words[at].text in ";.":
            break
        if scan.low(at) == "followed" and scan.low(at + 1) == "by":
            return at + 2
    return 0


def _past_apposition(scan: Scan, at: int, ending: dict[int, Name]) -> int:
    """Before the words between two commas that only describe: "A, a town in the north, was taken"."""
    if scan.low(at - 1) != ",":
        return at
    if at - 1 in ending:
        return _whose(scan, at - 1, ending) or at - 1
    for comma in range(at - 2, max(at - 2 - _LONGEST_ASIDE, 0), -1):
        relative = scan.low(comma + 1) in ("which", "that", "who", "whose", "where")
        if scan.kind_at(comma) in (EVENT, SAYING) and not (
            _relative_before(scan, comma) or _had(scan, comma)
        ):
            return at
        if relative and comma not in ending:
            return at
        if scan.low(comma) == "," and comma in ending:
            return comma
    return at


def _whose(scan: Scan, end: int, ending: dict[int, Name]) -> int:
    """Before a clause that ends in a name: "Hama, which lies north of Homs, fell"; 0 where there is none."""
    for comma in range(end - 1, max(end - _LONGEST_ASIDE, 0), -1):
        if scan.kind_at(comma) in (EVENT, SAYING):
            return 0
        if comma in ending and scan.low(comma) == "," and scan.low(comma + 1) in ("which", "whose", "where"):
            return comma
    return 0


def _had(scan: Scan, at: int) -> bool:
    """Whether words only say who had a place: ", in opposition hands since 2013,"."""
    return scan.kind_at(at) == EVENT and scan.at[at].value.build == "headline"  # type: ignore[union-attr]


def _relative_before(scan: Scan, at: int) -> bool:
    """Whether a word lies in a clause such as ", which had been under siege,"."""
    before = [scan.low(i) for i in range(max(at - 6, 0), at)]
    return any(low in ("which", "who", "that") for low in before)


def _lead_of(scan: Scan, name: Name) -> int:
    """Before the article, the adjectives and the kind that lead to a name."""
    at = name.first
    while at > 0:
        low = scan.low(at - 1)
        kind = scan.low(at - 2)
        of_kind = low == "of" and kind != "capital" and (kind in known.KINDS or kind in ("control", "centre"))
        small = (
            low in known.DETERMINERS
            or (low in known.ADJECTIVES and not scan.words[at - 1].cap)
            or low in known.KINDS
        )
        if scan.at[at - 1] or not (of_kind or small or low in ("control", '"', "“")):
            break
        at -= 1
    return at


def _only_where(before: str) -> bool:
    return before in known.LOCATIVE or before in ("of", "to", "for", "with", "against")


_MEASURES = frozenset(["miles", "km", "kilometers", "kilometres", "about", "some", "roughly"])


def _before_where(scan: Scan, lead: int) -> int:
    at = lead - 1
    while at > 0 and (
        scan.low(at - 1) in known.LOCATIVE
        or scan.low(at - 1)
        in ("of", "countryside", "part", "just", "capital", "the", "a", "home", "centre", "stronghold")
        or scan.low(at - 1) in _MEASURES
        or (scan.low(at) in _MEASURES and number_of(scan.low(at - 1)) is not None)
    ):
        at -= 1
    return at


def _with_kind(scan: Scan, name: Name, lead: int) -> Name:
    kinds = [scan.low(at) for at in range(lead, name.first) if scan.low(at) in known.KINDS]
    parts = [scan.low(at) for at in range(lead, name.first) if scan.low(at) in _ONLY_PARTS]
    kind = name.kind or (kinds[-1] if kinds else "")
    road = name.region and name.kind in _ROADS
    return replace(name, kind=kind, sure=name.sure or bool(kinds), part=name.part or bool(parts) or road)


def _past_joins(scan: Scan, at: int) -> int:
    """Before "and", commas and what says when, between two names of a list."""
    while at > 0:
        mention = scan.ending_at(at - 1)
        if scan.low(at - 1) in (",", "and", "or", "&", "–", "—"):
            at -= 1
        elif mention and mention.kind == TIME:
            at = mention.first
        else:
            break
    return at

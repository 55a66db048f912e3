"""The words for those who fight become parties: by name, by their part in a war, or by their look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from claims.reading import introduced
from claims.reading.words import Phrases, Word, table, word_set, words_of

if TYPE_CHECKING:
    from claims.actors import Actor

GOVERNMENT, OPPOSITION, GROUP = "government", "opposition", "group"
US, THEM = "us", "them"

_NOUNS = word_set("grammar", "force", "nouns")
_OF = word_set("grammar", "force", "of_forces")
_LOYAL = word_set("grammar", "force", "loyal")
_PROPER_ENDS = word_set("grammar", "force", "proper_ends")
_ENDS = word_set("grammar", "force", "ends")
_PERSONS = word_set("grammar", "force", "persons")
_SMALL = word_set("grammar", "small", "determiners") | word_set("grammar", "small", "conjunctions")
_BACKED = re.compile(r"-(?:backed|supported|aligned|allied|funded|run)$")
_LED = re.compile(r"^(.+)-(?:led|affiliated|linked|dominated|aligned|allied|loyal|run)$")
_OFFICES = word_set("grammar", "lists", "offices")
_GOODS = word_set("grammar", "lists", "goods")
_OFFICES_AND_GOODS = _OFFICES | _GOODS
_OF_TOWNS = word_set("grammar", "kinds", "sites") | {
    "international",
    "city",
    "region",
    "province",
    "governorate",
    "oblast",
}
_OF_ARMIES = frozenset(
    [
        "region",
        "zone",
        "district",
        "academy",
        "hospital",
        "college",
        "base",
        "council",
        "school",
        "airport",
        "house",
    ]
)
_CAPITALS = word_set("grammar", "lists", "capitals_as_parties")
_NATIONS = word_set("grammar", "countries", "names")
_AGAINST = word_set("grammar", "force", "against")
_LONGEST_ABBREVIATION = 5
_NO_REBELS = frozenset(["government", "sdf", "islamic_state", "russia", "ukraine", "azerbaijan", "armenia"])
_STATES = frozenset(["", GOVERNMENT, "russia", "ukraine", "azerbaijan", "armenia", "israel"])
_LONGEST_NAME = 90
_HEADS_OF = frozenset(
    ["Army", "Brigades", "Brigade", "Front", "Movement", "Forces", "Legion", "Coalition", "Alliance"]
)
_OWN_ENDS = frozenset(["Movement", "Front", "Alliance", "Union", "Party", "Coalition"])
_BEFORE_TROOPS = frozenset(["and", "but", "while", "as", "that", "after", "when", "before", "said", "says"])
_MINISTRIES = frozenset(["defence", "defense", "interior", "foreign"])
_NO_PARTY = frozenset(["any", "no", "little", "much", "fierce", "stiff", "strong", "without"])
_ALLIED = frozenset(
    ["allied", "pro-government", "pro-regime", "government-allied", "government-backed", "loyalist"]
)
_FIRST_LINES = 300
_CALLED_SHORT = frozenset(["brigades", "front", "alliance", "legion"])
_REACH = 6


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the report speaks of it.

    ``id`` is that of the map's actor, of the general table, or made of the words where neither knows them.
    ``speaks_as`` is the source that its spokesmen are; ``by_form`` says that only the look of the words makes
    it a party.
    """

    id: str
    speaks_as: str
    by_form: bool = False


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase means: ``ids`` of parties, or the part that a party plays in its war."""

    ids: tuple[str, ...] = ()
    part: str = ""
    adjective: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A party found among words, up to ``end``; ``part`` is set where only its part is said.

    ``speaker`` says that one of its people or offices is meant: "RSF commander", "the army spokesman".
    """

    end: int
    party: Party | None
    part: str = ""
    speaker: bool = False


class Parties:
    """Who can be meant in one report.

    Parameters
    ----------
    counts
        How often each word, in small letters, stands in the report: tells which war it is about.
    actors
        The map's actors; where one is the party that the general table means, its id counts.
    text
        The report: the groups that it introduces itself are parties by the names that it gives them.
    """

    def __init__(self, counts: Mapping[str, int], actors: Iterable[Actor] = (), text: str = "") -> None:
        self._war, self._counts = _war(counts), counts
        self._actors = _ActorIds(actors)
        self._phrases = _with_actors(tuple(self._actors.names()))
        self.firsts = self._phrases.firsts | _OF | {GROUP, "troops"} | {head.lower() for head in _HEADS_OF}
        self._by_form: dict[str, Party] = {}
        self.ours: Party | None = None
        self._introduced: Phrases[Party] = Phrases()
        self._short: set[str] = set()
        self._parts: dict[str, Party] = {}  # who plays a part in a war that no table knows
        self._last_words: dict[str, Party] = {}
        self._recent: dict[str, Party] = {}
        self._introduce(text)

    def at(self, words: Sequence[Word], place: int) -> Called | None:
        """The party whose name begins at a word, the longest that does."""
        word = words[place]
        return (
            self._known_here(words, place)
            or (self._of_loyal(words, place) if word.low in _OF else None)
            or (self._named(words, place) if word.low in self.firsts else None)
            or (self._led(words, place) if "-" in word.text else None)
            or self._formed(words, place)
        )

    def _introduce(self, text: str) -> None:
        """Learn the groups that the report introduces, by their abbreviations and by "Selva rebels"."""
        for short, opens in introduced.abbreviations_in(text):
            known = self._phrases.at(words_of(short, 0, len(short)), 0)
            mine = [own for own in known[1].ids if own in self._war.get("parties", ())] if known else []
            party = self._in_full(text, opens, self._party(mine[0]) if mine else None)
            if party:
                self._learn(short, party)
                self._short.add(short.lower())
        groups = introduced.groups_in(text, _no_names())
        for name in groups:
            words = words_of(name, 0, len(name))
            if self._phrases.at(words, 0) is None and self._introduced.at(words, 0) is None:
                self._learn(name, self._called_so(name))
        self._last_words, self._recent = {}, {}
        state = _state_of(self._counts, text[:_FIRST_LINES].lower())
        if state and (not self._war or self._is_its_own(state)):
            self._parts[GOVERNMENT] = self._party(state)
        rebels = [self._introduced.at(words_of(name, 0, len(name)), 0) for name in groups]
        if rebels and rebels[0] and not self._war:
            self._parts[OPPOSITION] = rebels[0][1]

    def _is_its_own(self, state: str) -> bool:
        """Whether a war of several states is told of this one, not of the one that is meant otherwise."""
        usual = _single_words(str(self._war.get("default", {}).get(GOVERNMENT, "")))
        many = sum(self._counts.get(word, 0) for word in _states()[state])
        return state in self._war.get("states", ()) and many > sum(
            self._counts.get(word, 0) for word in usual
        )

    def _learn(self, name: str, party: Party) -> None:
        low = [word.low for word in words_of(name, 0, len(name))]
        self._introduced.add(" ".join(low), party)
        self.firsts |= {low[0]}

    def _called_so(self, name: str) -> Party:
        own = _slug(name)
        return Party(self._actors.of(own, {"names": [name.lower()]}), own.replace("_", "-"))

    def _in_full(self, text: str, opens: int, short: Party | None) -> Party | None:
        """The party whose name ends where the bracket with its abbreviation opens.

        A name that only its look makes a party's is one of ``short``, which the abbreviation means already.
        """
        words = words_of(text, max(opens - _LONGEST_NAME, text.rfind("\n", 0, opens) + 1), opens)
        for place in range(max(len(words) - _REACH - 1, 0), len(words)):
            called = self.at(words, place)
            if called and called.end == len(words) and called.party and not called.speaker:
                if short and called.party.by_form:
                    self._learn(text[words[place].start : words[-1].end], short)
                return short or called.party
        return None

    def _known_here(self, words: Sequence[Word], place: int) -> Called | None:
        """A group that the report introduced, or "the group" for the one that it spoke of last."""
        if words[place].low == "troops" and self._of_government(words, place):
            return self._extended(words, place + 1, self.of_part(GOVERNMENT))
        if words[place].low == GROUP:
            last = self._recent.get(GROUP)
            led = place > 0 and words[place - 1].low == "the"
            of = place + 1 < len(words) and words[place + 1].low == "of"
            return self._extended(words, place + 1, last) if last and led and not of else None
        whole = _army_of(words, place)
        if whole and not any(self._phrases.at(words, at) for at in range(place + 2, whole)):
            return self._extended(words, whole, self._new(words[place:whole]))
        found = self._introduced.at(words, place) if words[place].cap else None
        if not found or (words[place].low in self._short and not _written_large(words[place])):
            return None  # "Is it" where "Islamic State (IS)" fights
        self._recent[GROUP] = found[1]
        return self._extended(words, found[0], found[1])

    def _of_government(self, words: Sequence[Word], place: int) -> bool:
        """Whether "troops", and no more, are those of the only state at war."""
        rebels = _side(str(self._war.get("default", {}).get(OPPOSITION, "")))
        bare = place == 0 or (
            words[place - 1].low in _BEFORE_TROOPS or not words[place - 1].text[0].isalpha()
        )
        return bare and (not self._war or rebels not in _STATES)

    def unnamed(self) -> Party | None:
        """Of the two parties of a war the one that the report never names: "we", most likely."""
        ids = self._war.get("parties", ())
        named = {own: sum(self._counts.get(word, 0) for word in _single_words(own)) for own in ids}
        silent = [own for own in ids if not named[own]]
        ours = [own for word, own in self._war.get("ours", {}).items() if self._counts.get(word)]
        if ours and len(silent) == len(ids) and self._counts.get("enemy"):
            return self._party(ours[0])
        return self._party(silent[0]) if len(ids) == 2 and len(silent) == 1 else None

    def foreign(self) -> bool:
        """Whether the report is about a war of the table that has no party among the map's actors."""
        mine = {war["id"] for war in table("parties")["wars"] if self._actors.any_of(war["parties"])}
        return bool(self._war) and bool(mine) and self._war["id"] not in mine

    def of_part(self, part: str) -> Party | None:
        """Who plays a part in the report's war; a party of that name where no war is recognised."""
        if part not in (GOVERNMENT, OPPOSITION):
            return None
        own = self._war.get("default", {}).get(part)
        if own or part in self._parts:
            return self._parts.get(part) or self._party(own)
        if self._war and part == GOVERNMENT:
            return None  # of two states: "the army" is that of whoever speaks
        return Party(self._actors.only(part) or part, part)

    def other_than(self, party: Party) -> Party | None:
        """The only opponent that a party has in a war of two; None in any other."""
        ids = [self._party(one) for one in self._war.get("parties", ())]
        others = [one for one in ids if one.id != party.id]
        return others[0] if len(ids) == 2 and len(others) == 1 else None

    def named(self, general_id: str) -> Party:
        """A party of the general table."""
        return self._party(general_id)

    def _party(self, general_id: str) -> Party:
        row = _rows().get(general_id) or _state_row(general_id)
        return Party(
            self._actors.of(general_id, row), str(row.get("speaks_as", general_id.replace("_", "-")))
        )

    def _named(self, words: Sequence[Word], place: int) -> Called | None:
        found = self._phrases.at(words, place)
        if not found:
            return None
        end, meaning = found
        if meaning.adjective:
            return self._adjective(words, end, meaning)
        if meaning.part:
            part = _side_meant(words, place, meaning.part)
            return self._part(words, end, part, alone=end == place + 1) if part else None
        chosen = self._chosen(meaning.ids, words, place, end)
        if not chosen:
            return None
        last = words[end - 1].low
        if end - place > 1 and last in _CALLED_SHORT:
            self._last_words.setdefault(
                last, self._party(chosen)
            )  # "the brigades", once they have been named
            self.firsts |= {last}
        side = _side(chosen)
        if side not in _STATES:
            self._recent[GROUP] = self._party(chosen)
        if side not in _NO_REBELS and chosen in self._war.get("parties", ()):
            self._recent[OPPOSITION] = self._party(chosen)  # "the rebels", after their name
        # "The factions" after "factions of the Syrian National Army" are these.
        self._recent[side] = self._party(chosen)
        return self._extended(words, end, self._party(chosen))

    def _part(self, words: Sequence[Word], end: int, part: str, *, alone: bool = False) -> Called | None:
        """A party called by its part; one of that last word that the report has named counts first."""
        if words[end - 1].cap and end < len(words) and words[end].cap and words[end].low in _OF_ARMIES:
            return None  # "the First Military Region"
        before = self._last_words.get(words[end - 1].low)
        if before and alone:
            return self._extended(words, end, before)
        if end < len(words) and words[end].low in _OFFICES_AND_GOODS:
            return None  # "military trucks", "army positions", "government media"
        called = self._extended(words, end, None)
        if self.ours and words[end - 1].low in ("army", "military", "forces") and part == GOVERNMENT:
            return Called(called.end, self.ours, part, called.speaker)  # in a statement of its own
        last = self._recent.get(part) or (self._recent.get(OPPOSITION) if part == GROUP else None)
        part = OPPOSITION if part == GROUP else part
        return Called(called.end, last or self.of_part(part), part, called.speaker)

    def _chosen(self, ids: tuple[str, ...], words: Sequence[Word], place: int, end: int) -> str:
        """Of the parties with a name the one in this war; a short abbreviation means nothing elsewhere."""
        own = [one for one in ids if one in self._war.get("parties", ()) or one not in _rows()]
        if not any(word.cap for word in words[place:end]):
            return own[0] if own and self._war else ""  # "the ruling military", in its own war only
        if words[end - 1].cap and end < len(words) and words[end].cap and words[end].low in _OF_ARMIES:
            return ""  # "the First Military Region"
        if words[place].low in _CAPITALS and end == place + 1 < len(words) and words[end].low in _OF_TOWNS:
            return ""  # "Damascus International Airport"
        if end == place + 1 and len(words[place].low) <= _LONGEST_ABBREVIATION and len(words) > 1:
            foreign = not own and self._war and words[place].low not in _COUNTRIES
            if foreign or (words[place].low not in _COUNTRIES and not _written_large(words[place])):
                return ""
        return own[0] if own else ids[0]

    def _adjective(self, words: Sequence[Word], place: int, meaning: _Meaning) -> Called | None:
        """“Russian” before a word for people under arms, with at most three words between."""
        inner = self._named(words, place) if place < len(words) and words[place].cap else None
        if inner:
            return inner  # "Sudan's Rapid Support Forces"
        place = self._past_joined(words, place)
        for at in range(place, min(place + 4, len(words))):
            if words[at].low in _OFFICES:
                break
            if words[at].text in _OWN_ENDS and words[at - 1].cap and at > place:
                break  # "Sudan Liberation Movement" is no state's
            if words[at].low in _NOUNS or words[at].low in _PERSONS:
                if self._against(meaning, [word.low for word in words[place : at + 1]]):
                    return self._part(
                        words, at + 1, OPPOSITION
                    )  # "Yemeni separatists", "Sudanese paramilitaries"
                own = [one for one in meaning.ids if one in self._war.get("parties", ())]
                party = self._party((own or list(meaning.ids))[0])
                return self._extended(words, at, party)
            if not words[at].text[0].isalpha() or words[at].low in _SMALL:
                break
        return None

    def _past_joined(self, words: Sequence[Word], place: int) -> int:
        """Behind "and Zambian" of "Chadian and Zambian troops": who is named first acts."""
        if place + 1 >= len(words) or words[place].low != "and" or not words[place + 1].cap:
            return place
        found = self._phrases.at(words, place + 1)
        return found[0] if found and found[1].adjective else place

    def _against(self, meaning: _Meaning, said: Sequence[str]) -> bool:
        """Whether people called by a government's adjective are those who fight it."""
        sides = {_side(own) for own in meaning.ids}
        return sides == {GOVERNMENT} and not _AGAINST.isdisjoint(said)

    def _extended(self, words: Sequence[Word], end: int, party: Party | None) -> Called:
        """Take in what belongs to the name: force nouns, "and its allies", or a person's office and name."""
        while end < len(words) and words[end].low in _NOUNS and not words[end].cap:
            end += 1
        end = _past_allies(words, end)
        end = _past_brackets(words, end)
        speaker = False
        if end < len(words) and words[end].low in _PERSONS:
            speaker = True
            while end < len(words) and (
                words[end].low in _PERSONS or words[end].cap or words[end].low in ("al", "bin", "el")
            ):
                end += 1
        return Called(end, party, speaker=speaker)

    def _led(self, words: Sequence[Word], place: int) -> Called | None:
        """“HTS-led armed factions” are HTS; “Iran-backed fighters” are whoever else plays that part."""
        led = _LED.match(words[place].low)
        if led:
            meaning = self._phrases.at([Word(words[place].text[: len(led[1])], 0, 0, led[1])], 0)
            end = _head_after(words, place + 1)
            own = [one for one in meaning[1].ids if one in self._war.get("parties", ())] if meaning else []
            if meaning and end and (own or (meaning[1].ids and not _BACKED.search(words[place].low))):
                return self._extended(words, end, self._party((own or list(meaning[1].ids))[0]))
        if _BACKED.search(words[place].low) and place + 1 < len(words):
            return self._named(words, place + 1) or self._formed(words, place + 1)
        return None

    def _of_loyal(self, words: Sequence[Word], place: int) -> Called | None:
        """“Units of the army”, “forces loyal to Khalifa Haftar”, “militias allied with the government”."""
        at = place
        if words[at].low not in _OF or at + 2 >= len(words):
            return None
        at += 1
        loyal = words[at].low in _LOYAL
        at += loyal
        if at < len(words) and words[at].low == "from" and not loyal:
            at += words[at + 1].low == "the" if at + 1 < len(words) else 0
            return self._named(words, at + 1) if at + 1 < len(words) and words[at + 1].cap else None
        if at >= len(words) or words[at].low not in (("to", "with", "by") if loyal else ("of",)):
            return None
        for inner in range(at + 1, min(at + 1 + _REACH, len(words))):
            called = self._named(words, inner) or self._led(words, inner) or self._formed(words, inner)
            if called and not called.speaker:
                return called
            if not words[inner].text[0].isalnum():
                return None
        return None

    def _formed(self, words: Sequence[Word], place: int) -> Called | None:
        """A party by the look of its name: "Northern Front", "Free Coast militia", "Kassari army"."""
        if not words[place].cap or words[place].low in _SMALL or words[place].owns:
            return self._seen_again(words, place)
        if _BACKED.search(words[place].low) and self._war:
            return None
        last = _last_of_name(words, place)
        if last is None or last - place < 2 or last - place > _REACH or words[place].low in _PERSONS:
            return self._seen_again(words, place)
        for at in range(place + 1, last):
            meaning = self._phrases.at(words, at)
            if meaning and meaning[1].adjective:  # "Pro-government Yemeni forces"
                return self._adjective(words, meaning[0], meaning[1])
            if meaning and meaning[1].ids and meaning[0] == last:
                return self._named(words, at)  # "The Glorious Kassari Army"
        if words[place].low in _NATIONS and last - place == 2:
            return self._named(words, place + 1)  # "Syria rebels", in headlines
        return self._loyal_to(words, last) or self._extended(words, last, self._by_look(words, place, last))

    def _by_look(self, words: Sequence[Word], place: int, last: int) -> Party | None:
        """The party that a name looks like; "Deputy Defence Minister Ann Bell" speaks for the government."""
        minister = words[last - 1].low in _MINISTRIES and last < len(words) and words[last].low in _PERSONS
        if minister:
            return self.of_part(GOVERNMENT)
        site = (
            last < len(words) and words[last].low in _OFFICES_AND_GOODS
        )  # "the junta's Western Command base"
        return (None if site else self._owner_of(words, place)) or self._new(words[place:last])

    def _owner_of(self, words: Sequence[Word], place: int) -> Party | None:
        """Whose unit a name is: "the Russian military's Vostok group"."""
        for start in range(place - 1, max(place - 4, -1), -1) if place and words[place - 1].owns else ():
            found = self._phrases.at(words, start)
            if found and found[0] == place and found[1].ids:
                own = [one for one in found[1].ids if one in self._war.get("parties", ())]
                return self._party((own or list(found[1].ids))[0])
        return None

    def _loyal_to(self, words: Sequence[Word], end: int) -> Called | None:
        """“Southern Armed Forces affiliated with the STC” are the STC, in its own war."""
        if not self._war or end + 2 >= len(words) or words[end].low not in _LOYAL:
            return None
        at = end + 1 + (words[end + 1].low in ("to", "with", "by"))
        at += at < len(words) and words[at].low == "the"
        called = self._named(words, at) if at < len(words) and words[at].low in self.firsts else None
        known = called is not None and called.party is not None and not called.speaker
        return called if known else None

    def _seen_again(self, words: Sequence[Word], place: int) -> Called | None:
        """“The Front”, once a Northern Front has been named."""
        word = words[place]
        if (
            place
            and words[place - 1].low == "the"
            and word.low in self._last_words
            and word.text[0].isalpha()
        ):
            return self._extended(words, place + 1, self._last_words[word.low])
        return None

    def adjective_at(self, words: Sequence[Word], place: int) -> Party | None:
        """The party whose adjective a word is: "Ukrainian" of "Ukrainian control"."""
        found = self._phrases.at(words, place) if place < len(words) else None
        if not found or not found[1].ids:
            return self.of_part(found[1].part) if found and found[1].part else None
        own = [one for one in found[1].ids if one in self._war.get("parties", ())]
        return self._party((own or list(found[1].ids))[0])

    def speaking_as(self, source: str) -> Party | None:
        """The party whose spokesmen a source is."""
        own = _spoken_for().get(source)
        return self._party(own) if own else None

    def unit_of(self, party: Party, speaker: Party | None) -> Party:
        """A unit that no table knows, in a known war, is a unit of whoever speaks of it."""
        return speaker if party.by_form and self._war and speaker else party

    def _new(self, name: Sequence[Word]) -> Party:
        own = _slug(" ".join(word.low for word in name))
        party = self._by_form.setdefault(
            own, Party(self._actors.of(own, {}), own.replace("_", "-"), by_form=True)
        )
        self._last_words[name[-1].low] = party
        self.firsts |= {name[-1].low}
        return party


def _side_meant(words: Sequence[Word], place: int, part: str) -> str:
    """The part that words for one play: "allied militants" are no rebels, and "any opposition" is nobody."""
    before = [word.low for word in words[max(place - 3, 0) : place]]
    if (
        part == OPPOSITION
        and words[place].low in ("opposition", "resistance")
        and not _NO_PARTY.isdisjoint(before)
    ):
        return ""
    if part == GOVERNMENT and before and before[-1] in ("rebel", "opposition", "insurgent", "separatist"):
        return OPPOSITION  # "a rebel military spokesman"
    return GOVERNMENT if part in (OPPOSITION, GROUP) and not _ALLIED.isdisjoint(before) else part


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "_", name.lower()).strip("_")


def may_go_on(word: Word) -> bool:
    """Whether a word can be the second one of a party's name that no table has."""
    return word.cap or word.low in _ENDS


def _last_of_name(words: Sequence[Word], place: int) -> int | None:
    """Behind a run of capitals that ends like an armed body, or has "militia" or the like behind it."""
    end = place
    while end < len(words) and words[end].cap and words[end].text[0].isalpha():
        end += 1
    last = _proper_end(words, place, end)
    if last is None and end < len(words) and words[end].low in _ENDS and end - place <= _REACH:
        return end + 1
    return last


def _army_of(words: Sequence[Word], place: int) -> int | None:
    """Behind "Army of Redemption", "Movement for the Salvation of Selva"; None where no such name begins."""
    at = place + 1
    if words[place].text not in _HEADS_OF or at >= len(words) or words[at].low not in ("of", "for"):
        return None
    while (
        at < len(words) and at < place + _REACH and (words[at].cap or words[at].low in ("of", "for", "the"))
    ):
        at += 1
    return at if words[at - 1].cap and at > place + 2 else None


def _proper_end(words: Sequence[Word], place: int, end: int) -> int | None:
    """Behind the last word of a run that only ends the names of armed bodies: Army, Front, Brigades."""
    for last in range(min(end, place + _REACH), place + 1, -1):
        if words[last - 1].text in _PROPER_ENDS:
            return last
    return None


def _past_allies(words: Sequence[Word], end: int) -> int:
    """Behind "and its allies", "and affiliated groups", "and allied fighters"."""
    if (
        end + 1 < len(words)
        and words[end].low == "and"
        and words[end + 1].low in ("its", "their", "his", "allied", "affiliated", "other")
    ):
        for last in range(end + 1, min(end + 5, len(words))):
            if words[last].low in (
                "allies",
                "groups",
                "factions",
                "fighters",
                "forces",
                "militias",
                "affiliates",
            ):
                return last + 1
    return end


def _past_brackets(words: Sequence[Word], end: int) -> int:
    """Behind an abbreviation in brackets: "(RSF)"."""
    if end + 2 < len(words) and words[end].text == "(" and words[end + 2].text == ")" and words[end + 1].cap:
        return end + 3
    return end


def _head_after(words: Sequence[Word], place: int) -> int:
    for at in range(place, min(place + 4, len(words))):
        if words[at].low in _NOUNS:
            return at + 1
        if not words[at].text[0].isalpha():
            return 0
    return 0


class _ActorIds:
    """Which of the map's actors a party of the general table is."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self._actors = tuple(actors)
        self._ids = {actor.id for actor in self._actors}
        self._known: dict[str, str] = {}

    def of(self, general_id: str, row: Mapping[str, object]) -> str:
        """The actor with that id, of one of those names, or alone on that side; else the general id."""
        if general_id not in self._known:
            self._known[general_id] = self._found(general_id, row)
        return self._known[general_id]

    def _found(self, general_id: str, row: Mapping[str, object]) -> str:
        if not self._ids or general_id in self._ids:
            return general_id
        names = row.get("names", ())
        wanted = {str(name) for name in names} if isinstance(names, list) else set()
        for actor in self._actors:
            if wanted & {name.lower() for name in _names_of(actor)}:
                return actor.id
        return self.only(str(row.get("side", ""))) or general_id

    def any_of(self, general_ids: Iterable[str]) -> bool:
        """Whether one of these parties is an actor by its id or by one of its names."""
        names = {name.lower() for actor in self._actors for name in _names_of(actor)}
        rows = [(own, _rows().get(own, {}).get("names", ())) for own in general_ids]
        return any(own in self._ids or not names.isdisjoint(called) for own, called in rows)

    def only(self, side: str) -> str:
        """The only actor of a side, or nobody."""
        found = [actor.id for actor in self._actors if actor.side == side]
        return found[0] if len(found) == 1 else ""

    def names(self) -> Iterable[tuple[str, str]]:
        """Every name of every actor, in small letters, with the actor's id."""
        for actor in self._actors:
            for name in _names_of(actor):
                if name and actor.id != "unknown":
                    yield name.lower(), actor.id


def _names_of(actor: Actor) -> Iterable[str]:
    yield re.split(r"[,(]", actor.name)[0].strip()
    yield from getattr(actor, "aliases", ())


_COUNTRIES = word_set("grammar", "lists", "not_abbreviations")


def _written_large(word: Word) -> bool:
    letters = [letter for letter in word.text if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) * 2 > len(letters)


_FEWEST_CUES = 2


def _war(counts: Mapping[str, int]) -> Mapping[str, Any]:
    """The war whose cues stand most often in the report; nothing where hardly any does."""
    scored = [(sum(counts.get(cue, 0) for cue in war["cues"]), war) for war in table("parties")["wars"]]
    score, war = max(scored, key=lambda entry: entry[0])
    return war if score >= _FEWEST_CUES else {}


def _single_words(own: str) -> list[str]:
    row = _rows().get(own, {})
    return [word for word in (*row.get("names", ()), *row.get("adjectives", ())) if " " not in word]


@cache
def _spoken_for() -> Mapping[str, str]:
    own = {str(row["speaks_as"]): str(row["id"]) for row in table("parties")["party"] if "speaks_as" in row}
    return {
        **own,
        "syrian-mod": "syrian_government",
        "president-of-azerbaijan": "azerbaijan",
        "president-of-ukraine": "ukraine",
    }


def _state_of(counts: Mapping[str, int], begins: str) -> str:
    """The army of the state that a report names most often, or first; nothing where it hardly names one."""
    many = {
        army: sum(counts.get(word, 0) + 2 * begins.count(word) for word in called)
        for army, called in _states().items()
    }
    army = max(many, key=lambda one: many[one])
    return army if many[army] >= _FEWEST_CUES else ""


@cache
def _states() -> Mapping[str, tuple[str, ...]]:
    """The armies of the states that no war of the table has, with the words for the state."""
    return {
        f"{adjective}_army": (adjective.replace("_", " "), *countries)
        for adjective, countries in table("parties")["states"].items()
    }


def _state_row(army: str) -> Mapping[str, Any]:
    called = _states().get(army, ("",))[0]
    return (
        {"names": [f"{called} {noun}" for noun in ("army", "military", "armed forces", "government")]}
        if called
        else {}
    )


def _side(own: str) -> str:
    return GOVERNMENT if own in _states() else str(_rows().get(own, {}).get("side", ""))


@cache
def _no_names() -> frozenset[str]:
    """Words that describe an armed group and do not name it."""
    states = {word for called in _states().values() for name in called for word in name.split()}
    adjectives = {word for name, _ in _adjectives() for word in name.removesuffix("'s").split()}
    return word_set("grammar", "force", "describing") | states | adjectives | _NATIONS


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return {row["id"]: row for row in table("parties")["party"]}


@cache
def _with_actors(names: tuple[tuple[str, str], ...]) -> Phrases[_Meaning]:
    """The phrases of the general table, and the names of the map's own actors before them."""
    phrases: Phrases[_Meaning] = Phrases()
    for phrase, ids in _owners([*names, *_general_names()]).items():
        phrases.add(phrase, _Meaning(ids))
    for phrase, ids in _owners(_adjectives()).items():
        phrases.add(phrase, _Meaning(ids, adjective=True))
    for part, called in table("parties")["words"].items():
        for phrase in called:
            phrases.add(phrase.removeprefix("the "), _Meaning(part=part))
    return phrases


def _general_names() -> Iterator[tuple[str, str]]:
    for row in _rows().values():
        for name in row["names"]:
            yield name, row["id"]


def _adjectives() -> Iterator[tuple[str, str]]:
    for row in _rows().values():
        for word in row.get("adjectives", ()):
            yield word, row["id"]
    for army, called in _states().items():
        for word in called:
            yield word, army


def _owners(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Who is called by each phrase, the first first; possessives as words have them, without their ending."""
    owners: dict[str, tuple[str, ...]] = {}
    for name, own in named:
        phrase = " ".join(part.removesuffix("'s") for part in name.split())
        if own not in owners.get(phrase, ()):
            owners[phrase] = (*owners.get(phrase, ()), own)
    return owners

"""The text of a report becomes proposed claims, each tied to the words it came from; nothing here decides."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from claims.claim import Event, Precision, Window
from claims.reading import counts as counting
from claims.reading import distances as measuring
from claims.reading.happenings import Context, Happening, happenings_of
from claims.reading.lists import COUNTRIES, places_after
from claims.reading.located import WRITTEN_SO, Locator, Possible
from claims.reading.mentions import (
    EVENT,
    PARTY,
    SAYING,
    SOURCE,
    TIME,
    Mention,
    Scan,
    party_of,
    scanned,
    telling_words,
    tells_an_event,
)
from claims.reading.moments import Moment, moment_of, of_next_name
from claims.reading.names import ADVERBS, AUXILIARIES, KINDS, Name, is_person, name_at
from claims.reading.page import Page, page_of
from claims.reading.parties import Parties, Party
from claims.reading.reality import Reality
from claims.reading.sentences import Sentence, sentences_of
from claims.reading.subjects import Spoken
from claims.reading.unnamed import named_behind
from claims.reading.voices import Voice, Voices, dateline
from claims.reading.when import Clock, Said, tells_time, times_in
from claims.reading.words import number_of, without_scare_quotes, word_set, words_of

if TYPE_CHECKING:
    from claims.actors import Actor
    from claims.map_record import MapRecord
    from claims.sources import Source
    from gazetteer.index import Gazetteer
    from gazetteer.place import Place

CONTROL = frozenset({Event.CAPTURED, Event.RECAPTURED, Event.WITHDRAWN, Event.TRANSFERRED})
"""The events that change who holds a place."""

OLD_NEWS = timedelta(days=30)
"""A change of control that was over so long before the report is its background, not its news."""

_LOW = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_QUOTED = re.compile(r"[“\"][^”\"\n]{0,2000}[”\"]")
_OUR = re.compile(r"\b[Oo]ur\b")
_UNITS = word_set("grammar", "lists", "units")
_HEDGES = word_set("grammar", "lists", "hedges")
_MEDIA = frozenset(["media-outlets", "local-media", "media-reports", "outlets", "media"])
_GOES_ON = frozenset(
    ["among", "later", "they", "these", "also", "then", "meanwhile", "the", "elsewhere", "earlier"]
)
_SAYS_MORE = frozenset(["also", "added", "adds", "continued", "further"])
_NAMING = frozenset(["named", "names", "listed", "lists", "identified", "specified", "enumerated"])
_ANAPHORIC_SUBJECTS = frozenset(["they", "these", "the", "among"])


@dataclass(frozen=True, slots=True)
class Background:
    """What a map knows already: its actors, sources and places, and the place that its story is near."""

    actors: tuple[Actor, ...] = ()
    sources: tuple[Source, ...] = ()
    gazetteer: Gazetteer | None = None
    near: Place | None = None


NO_BACKGROUND = Background()


def background_of(record: MapRecord, gazetteer: Gazetteer | None = None) -> Background:
    """What a map brings to the reading of a report; its own places where no other gazetteer is given."""
    from gazetteer.index import Gazetteer

    return Background(
        tuple(record.actors.values()),
        tuple(record.sources.values()),
        gazetteer or Gazetteer(record.places),
        record.places.get(record.settings.city),
    )


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """One proposed claim.

    ``place`` is the name as the report writes it. ``actor`` is who holds it afterwards or, where nothing
    changes hands, who acts; ``loser`` who held it before; both are ids, empty where nobody is named.
    Characters ``start`` to ``end`` (half-open) of the report's text are the words that make it, ``sentence``
    the span around them. ``probability`` is how likely the whole is read rightly. ``why`` says how.
    ``admitted`` says that the claimant speaks for the side that loses by it, ``timed`` that the sentence
    gives the time of the deed itself.
    """

    place: str
    place_id: str | None
    kind: str
    event: Event
    actor: str
    loser: str
    window: Window
    claimant: str
    reporter: str
    denied: bool
    start: int
    end: int
    sentence: tuple[int, int]
    probability: float
    candidates: tuple[Possible, ...]
    why: tuple[str, ...]
    admitted: bool = False
    timed: bool = False


@dataclass(frozen=True, slots=True)
class ReadCount:
    """A number of places that changed hands, and those of them that the report names.

    ``named`` may hold one name that is possibly two places; ``named_places`` counts both.
    """

    value: float
    qualifier: str
    unit: str
    region: str
    event: Event
    actor: str
    loser: str
    window: Window
    claimant: str
    reporter: str
    named: tuple[str, ...]
    named_places: int
    start: int
    end: int
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadDistance:
    """A distance between somebody's forces and a place; see ``claims.reading.distances.Distance``."""

    km: float
    qualifier: str
    low_km: float | None
    high_km: float | None
    reference: str
    reference_id: str | None
    moved: bool
    edge: bool
    window: Window
    claimant: str
    reporter: str
    start: int
    end: int
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Words that speak of a change of control and were not taken for one, and why."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one report. Spans count characters of ``text``; ``sha256`` is over its bytes."""

    title: str
    text: str
    published: datetime
    published_day_only: bool
    reporter: str
    sha256: str
    claims: tuple[ReadClaim, ...]
    counts: tuple[ReadCount, ...]
    distances: tuple[ReadDistance, ...]
    passed_over: tuple[PassedOver, ...]


def read_report(
    raw: bytes,
    published: datetime,
    *,
    reporter: str = "",
    known: Background = NO_BACKGROUND,
    published_day_only: bool = False,
) -> Reading:
    """Read a report.

    Parameters
    ----------
    raw
        The report as retrieved: plain text or HTML.
    published
        When it was published, in the named zone (``zoneinfo``) that its days are days of. Where only the day
        is known: 23:59 of it, with ``published_day_only``.
    reporter
        The id of the source that carries it; otherwise the agency that its dateline names.
    known
        What the map knows; without it places are found by the look of their names only.

    Raises
    ------
    ValueError
        ``published`` is in no named zone, or the report is longer than 20 MB.
    """
    if not isinstance(published.tzinfo, ZoneInfo):
        raise ValueError(
            f"published ({published}) is in no named time zone; give it one such as Asia/Damascus"
        )
    page = page_of(raw)
    reader = _Reader(page, published, reporter, known)
    reader.read()
    return Reading(
        title=reader.title,
        text=page.text,
        published=published,
        published_day_only=published_day_only,
        reporter=reader.voices.reporter,
        sha256=hashlib.sha256(raw).hexdigest(),
        claims=tuple(_without_repeats(reader.placed(), reader.title_end, page.text[reader.title_end :])),
        counts=tuple(reader.tied_counts()),
        distances=tuple(reader.distances),
        passed_over=tuple(reader.passed_over),
    )


@dataclass
class _Pending:
    """An event whose places the next sentences list."""

    happening: Happening
    voice: Voice
    moment: Moment
    left: int = 5


@dataclass
class _Unnamed:
    """A change of hands of "a town"; ``found`` is the sentence behind it that names one, and the name."""

    happening: Happening
    voice: Voice
    moment: Moment
    title: bool
    left: int = 4
    found: tuple[Scan, Sentence, tuple[Name, ...]] | None = None


@dataclass
class _Reader:
    """One report, read sentence by sentence; what is spoken of goes on from one to the next."""

    page: Page
    published: datetime
    reporter: str
    known: Background
    title: str = ""
    claims: list[ReadClaim] = field(default_factory=list)
    counts: list[ReadCount] = field(default_factory=list)
    distances: list[ReadDistance] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = self.page.text
        counts = Counter(_LOW.findall(text))
        self.common = frozenset(word for word in counts if word[0].islower())
        self.speaks_itself = _OUR.search(_QUOTED.sub("", text)) is not None
        self.parties = Parties(_in_small_letters(counts), self.known.actors, text)
        self.voices = Voices(self.known.sources, self.reporter)
        self.locator = Locator(self.known.gazetteer, self.known.near)
        self.spoken = Spoken()
        self.of_kind: dict[str, str] = {}  # the place named last of each kind, and of any
        self.pending: _Pending | None = None
        self.unnamed: _Unnamed | None = None
        self.heads: list[tuple[int, int, bool]] = []
        self.story: Window | None = None
        self.paragraph = self.paragraph_now = -1
        self.next: Sentence | None = None
        self.hedged = False
        self.acted = False
        self.history: set[str] = set()  # places whose change of hands was told as long past
        self.section: Window | None = None
        self.lede: Window | None = None  # the day of a change of control whose place is named only later
        self.told = False  # whether this sentence has told an event of a place
        self.day_before: Window | None = None  # the one day that the sentence before named
        self.title_end = 0
        self.relevant = telling_words() | _UNITS

    def read(self) -> None:
        """Read every sentence in order."""
        first_body = True
        sentences = list(sentences_of(self.page.text))
        for sentence, self.next in zip_longest(sentences, sentences[1:]):
            if sentence.title:
                self.title_end = sentence.end
                self.title = self.page.text[sentence.start : sentence.end].strip()
            elif first_body or sentence.paragraph <= 2:
                sentence = self._without_dateline(sentence, first=first_body)
                first_body = False
            self._sentence(sentence)
        self._name_the_unnamed()

    def _name_the_unnamed(self) -> None:
        """Where a report names no place that was gained, the one it names behind "seized a town" is meant."""
        if self.unnamed is None or self.unnamed.found is None:
            return
        scan, sentence, names = self.unnamed.found
        gained = any(_family(one.event) == "gain" and one.start >= self.title_end for one in self.claims)
        here = [
            one for one in self.claims if one.sentence[0] == sentence.start and one.event is Event.ADVANCE
        ]
        entered = {one.place for one in here if self.page.text[one.start : one.end].startswith("enter")}
        one_of_them = not self.unnamed.happening.plural and entered & {name.text for name in names}
        if not gained or one_of_them:
            one = replace(self.unnamed.happening, close=False)
            for name in names:
                self._claim(scan, sentence, one, name, self.unnamed.moment, self.unnamed.voice, listed=True)

    def _without_dateline(self, sentence: Sentence, *, first: bool) -> Sentence:
        start, agency = dateline(self.page.text, sentence.start, sentence.end)
        if not agency and not first:
            return sentence
        if agency and not self.voices.reporter:
            self.voices.reporter = self.voices.known(agency.replace(" ", "-"))
        return replace(sentence, start=start)

    # One sentence

    def _sentence(self, sentence: Sentence) -> None:
        words = words_of(self.page.text, sentence.start, sentence.end)
        low = {word.low for word in words}
        brief = len(self.page.text) > _READ_WHOLE and not self.pending
        if not words or (brief and self.relevant.isdisjoint(low)):
            return
        words = without_scare_quotes(words)
        if brief and _UNITS.isdisjoint(low) and not tells_an_event(words):
            return
        self.paragraph_now = sentence.paragraph
        self.hedged = not _HEDGES.isdisjoint(low)
        clock = self._clock()
        scan = scanned(words, self.page.text, self.parties, self._times(sentence, low, clock))
        if sentence.paragraph <= 1:
            self._whose(scan, sentence)
        if self._dates_what_follows(scan, sentence):
            return
        self._date_what_went_before(scan, sentence)
        voice = self._voice(scan, sentence)
        self.heads.append((sentence.start, sentence.end, _goes_on(scan, sentence)))
        if self._listed(scan, sentence):
            return
        if sentence.bullet:
            self.spoken.gainer = None  # each item of a list tells of its own
        self._look_for_the_unnamed(scan, sentence)
        self._events(scan, sentence, clock, voice)
        if not _UNITS.isdisjoint(low) or "km" in self.page.text[sentence.start : sentence.end]:
            self._distances(scan, sentence, clock, voice)
        self._extend_back(scan, sentence, voice)
        self._remember(scan, sentence, voice)

    def _voice(self, scan: Scan, sentence: Sentence) -> Voice:
        """Who says a sentence; of a quotation that only the next one closes, who is named behind it there."""
        voice = self.voices.of(scan, sentence.paragraph)
        behind, ahead = self.page.text[sentence.start : sentence.end], self.next
        if voice.named or ahead is None or ahead.paragraph != sentence.paragraph or not _is_open(behind):
            return voice
        words = words_of(self.page.text, ahead.start, ahead.end)
        speaks = self.voices.of(scanned(words, self.page.text, self.parties, ()), sentence.paragraph)
        return replace(speaks, said_times=voice.said_times)

    def _dates_what_follows(self, scan: Scan, sentence: Sentence) -> bool:
        """Whether a line is only a date, as live blogs and diaries have them: “Saturday, 21:30 GMT”."""
        if len(scan.words) > _LONGEST_DATE or len(scan.mentions) > 2 or scan.kind_at(0) not in ("", TIME):
            return False
        times = [mention for mention in scan.of(TIME) if mention.value.window]
        rest = [
            at for at, word in enumerate(scan.words) if word.text[0].isalpha() and scan.kind_at(at) != TIME
        ]
        if sentence.title or not times or any(scan.low(at) not in _BESIDE_DATES for at in rest):
            return False
        self.section = next((one.value.window for one in times if not one.value.of_day), self.section)
        self.story = None
        return True

    def _date_what_went_before(self, scan: Scan, sentence: Sentence) -> None:
        """“That was in spring.”: the changes of the sentence before, where it gave no time itself."""
        if scan.low(0) != "that" or scan.low(1) not in ("was", "happened"):
            return
        time = next((one for one in scan.of(TIME) if one.first <= _FIRST_WORDS and one.value.window), None)
        last = self.claims[-1].sentence if self.claims else sentence
        for claim in [one for one in self.claims[-_MOST_TOGETHER:] if time and one.sentence == last]:
            if not any(why.startswith("time: “") for why in claim.why):
                self.claims.remove(claim)
                if time and time.value.window.end >= self.published - OLD_NEWS:
                    self.claims.append(replace(claim, window=time.value.window))

    def _clock(self) -> Clock:
        """“A day earlier” and “on that day” count from the day that the sentence before spoke of."""
        before = self.day_before or self.story
        return Clock(self.published, before.end.astimezone(self.published.tzinfo).date() if before else None)

    def _times(self, sentence: Sentence, low: set[str], clock: Clock) -> list[Said]:
        if not tells_time(low, self.page.text[sentence.start : sentence.end]):
            return []
        return times_in(self.page.text, sentence.start, sentence.end, clock)

    def _whose(self, scan: Scan, sentence: Sentence) -> None:
        """Whose report it is: the first party of its title, one it never names, or that of its first line."""
        if self.spoken.own is None and not sentence.title:
            self.spoken.own = self.parties.unnamed()
        if self.spoken.own is None:
            for mention in scan.mentions:
                called = party_of(mention)
                vague = called is not None and (
                    called.part in ("us", "them")
                    or (called.part and sentence.title and not self.speaks_itself)
                )
                named = called.party if called and not vague else None
                own = named or (
                    self.parties.speaking_as(str(mention.value)) if mention.kind == SOURCE else None
                )
                if own:
                    self.spoken.own = own
                    self.parties.ours = own if sentence.title and self.speaks_itself else None
                    break

    def _events(self, scan: Scan, sentence: Sentence, clock: Clock, voice: Voice) -> None:
        self.spoken.speaker = self._party_speaking(voice)
        context = Context(scan, self.parties, self.spoken, self.common)
        self.acted = self.told = False
        for happening in happenings_of(context):
            story = self._story(scan, sentence)
            moment = moment_of(scan, happening.trigger, clock, voice.said_times, story)
            self._happened(scan, sentence, happening, moment, voice)
            gained = happening.trigger.value.event in CONTROL and happening.reality is Reality.DONE
            if gained and happening.gains:
                self.spoken.gainer = happening.gains
            if happening.gains and happening.event is Event.ADVANCE:
                self.spoken.attacker = happening.gains
            acted = happening.gains or happening.loses
            if acted and happening.trigger.value.build not in ("hits", "passes", "falls"):
                self.spoken.last = context.earlier or acted
                self.acted = True

    def _party_speaking(self, voice: Voice) -> Party | None:
        """The party whose word a sentence is, where it is one's."""
        if voice.speaker is None:
            return self.parties.speaking_as(voice.claimant)
        called = party_of(voice.speaker)
        return called.party if called else self.parties.speaking_as(str(voice.speaker.value))

    def _story(self, scan: Scan, sentence: Sentence) -> Window | None:
        if self.story is None:
            return self.section or self.lede
        goes_on = scan.low(0) in _GOES_ON or not _SAYS_MORE.isdisjoint(scan.all_low)
        near = sentence.paragraph == self.paragraph or (goes_on and sentence.paragraph - self.paragraph <= 2)
        return self.story if near else self.section or self.lede

    def _happened(
        self, scan: Scan, sentence: Sentence, happening: Happening, moment: Moment, voice: Voice
    ) -> None:
        refused = self._refused(happening, moment) or self._told_with_old(scan, happening, moment)
        if refused:
            self._keep_history(happening, moment)
            self._pass_over(scan, happening, refused)
            self._recall_the_unnamed(scan, sentence, happening)
            return
        if happening.event in CONTROL | {Event.ADVANCE} and not sentence.title:
            earlier = moment.words.endswith(" after")  # "a day after it took A"
            if moment.words and moment.window and not earlier and not _before_that(scan, happening.trigger):
                self.story, self.paragraph = moment.window, sentence.paragraph
            elif self.story is not None and moment.window is self.story:
                self.paragraph = sentence.paragraph
        self.told = self.told or bool(happening.names)
        for name in happening.names:
            self._claim(scan, sentence, happening, name, moment, voice)
        if happening.event in CONTROL and happening.reality is Reality.DONE:
            self._count(scan, sentence, happening, moment, voice)
            self._expect_names(sentence, happening, moment, voice)

    def _expect_names(self, sentence: Sentence, happening: Happening, moment: Moment, voice: Voice) -> None:
        """Let the sentences behind name what changed hands without a name, or was only counted."""
        open_list = self.page.text[sentence.start : sentence.end].rstrip().endswith(":")
        if open_list or happening.plural:
            self.pending = _Pending(happening, voice, moment)
        first = self.unnamed is None or (self.unnamed.title and not self.unnamed.found)
        if happening.kind and _family(happening.event) == "gain" and first:
            self.unnamed = _Unnamed(happening, voice, moment, sentence.title)

    def _recall_the_unnamed(self, scan: Scan, sentence: Sentence, happening: Happening) -> None:
        """“The fall of A is a blow”, where only "a town" was said to have fallen."""
        mentioned = happening.reality is Reality.MENTIONED and _family(happening.event) == "gain"
        if mentioned and happening.names and self.unnamed and not self.unnamed.found:
            self.unnamed.found = scan, sentence, happening.names

    def _look_for_the_unnamed(self, scan: Scan, sentence: Sentence) -> None:
        """Keep the place that a sentence names, where one shortly before spoke of "a town"."""
        if self.unnamed is None or self.unnamed.found or not self.unnamed.left:
            return
        self.unnamed.left -= 1
        names = named_behind(scan, self.unnamed.happening.kind, self.common, listed=self.unnamed.title)
        self.unnamed.found = (scan, sentence, names) if names else None

    def _refused(self, happening: Happening, moment: Moment) -> str:
        """Why an event is no claim, or nothing."""
        if happening.reality is Reality.UNREAL or moment.window is None:
            return "it is meant, feared or expected, not said to have happened"
        if happening.reality is Reality.NEGATED:
            return "it is said not to have happened"
        if happening.event in CONTROL and happening.reality is Reality.MENTIONED and not moment.said:
            return "it is only mentioned as known before"
        trigger = happening.trigger.value
        if (
            trigger.noun
            and trigger.build != "leaves"
            and not moment.words
            and self._tells_none_yet(happening)
        ):
            return "it is only mentioned as known before"
        if happening.reality is Reality.BEFORE:
            return "it happened long before the report: its background"
        if happening.event in CONTROL and self._is_old(moment.window, named=trigger.noun):
            return "it happened long before the report: its background"
        return ""

    def _tells_none_yet(self, happening: Happening) -> bool:
        """Whether a report of something else comes to speak of it: "an advance led to the capture of A"."""
        news = self.paragraph_now <= _FIRST_PARAGRAPHS or any(claim.event in CONTROL for claim in self.claims)
        return happening.event in CONTROL and not news

    def _told_with_old(self, scan: Scan, happening: Happening, moment: Moment) -> str:
        """Of an event without a time, behind words that place the whole sentence long ago."""
        if happening.event in CONTROL and _is_a_vote(scan, happening.trigger):
            return "it was won in a vote or a game, not in the field"
        if moment.words or happening.event not in CONTROL:
            return ""
        aside = _has_since(scan, happening.trigger) or _in_a_clause_of_time(scan, happening.trigger)
        if _long_past(scan, happening.trigger) or (aside and self._tells_none_yet(happening)):
            return "it happened long before the report: its background"
        windows = [(time.first, time.value.window) for time in scan.of(TIME) if time.value.window]
        old = [first for first, window in windows if self._is_old(window)]
        first = happening.trigger.first
        said = any(min(old, default=first) < one.first < first for one in scan.of(SAYING))
        if old and not said and len(old) == len(windows) and min(old) < first:
            return "it happened long before the report: its background"
        return ""

    def _keep_history(self, happening: Happening, moment: Moment) -> None:
        if happening.event in CONTROL and moment.window and self._is_old(moment.window):
            self.history |= {name.text for name in happening.names}

    def _is_old(self, window: Window, *, named: bool = False) -> bool:
        """Whether it was over long ago; what is only named, "the fall of A last month", may be nearer."""
        vague = window.precision in (Precision.MONTH, Precision.YEAR)
        days = (0 if named else 5) if vague else OLD_NEWS.days
        return window.end < self.published - timedelta(days=days)

    def _pass_over(self, scan: Scan, happening: Happening, why: str) -> None:
        words = scan.words
        self.passed_over.append(PassedOver(words[happening.first].start, words[happening.end - 1].end, why))

    # Claims

    def _claim(
        self, scan: Scan, sentence: Sentence, happening: Happening, name: Name, moment: Moment, voice: Voice,
        listed: bool = False,
    ) -> None:  # fmt: skip
        named = self._called(scan, name)
        if named is None or moment.window is None:
            return
        moment = self._own_moment(scan, happening, name) or moment
        window = moment.window or _day(self.published)
        event = self._event(scan, happening, name)
        already = "already" in scan.lows(max(happening.trigger.first - 3, 0), happening.trigger.first)
        if event in CONTROL and not moment.words and already:
            window = _day(self.published)  # it may have been any day before
        if event in CONTROL and not moment.words:
            before = self._told_before(sentence, named)
            window = before.window if before else window
            happening = _by_whom_told(happening, name, before)
        if event in CONTROL and not moment.words and named in self.history:
            self._pass_over(scan, happening, "it happened long before the report: its background")
            return
        if event is None:
            self._pass_over(scan, happening, "only a part of the place, or ground near it, is meant")
            return
        first = name.first if listed else min(happening.trigger.first, name.first, _begins(happening))
        end = name.end if listed else max(happening.trigger.end, name.end)
        for part in self.locator.parts(named):
            located = self.locator.located(part)
            whole = self.locator.located(named)
            self.claims.append(
                ReadClaim(
                    place=named,
                    place_id=located.place_id,
                    kind=name.kind,
                    event=event,
                    actor=_id(happening.gains),
                    loser=_id(happening.loses),
                    window=window,
                    claimant=voice.claimant,
                    reporter=self.voices.reporter,
                    denied=happening.reality is Reality.DENIED,
                    start=scan.words[first].start,
                    end=scan.words[end - 1].end,
                    sentence=(sentence.start, sentence.end),
                    probability=self._probability(sentence, happening, name, located.probability),
                    candidates=located.possible
                    if part == named
                    else (*located.possible[:2], *whole.possible[:1]),
                    admitted=self._is_admitted(happening),
                    timed=moment.said,
                    why=tuple(self._why(happening, moment, located.why, part, named)),
                )
            )
        last = named.rpartition(" ")[0] if name.region else named
        self.of_kind[name.kind] = self.of_kind[""] = last

    def _told_before(self, sentence: Sentence, place: str) -> ReadClaim | None:
        """A change of the same place that a sentence shortly before told, at the same time most likely."""
        for claim in reversed(self.claims[-_MOST_TOGETHER:]):
            if claim.start < sentence.start - _SAID_BEFORE:
                break
            if claim.place == place and claim.event in CONTROL and claim.sentence[0] != sentence.start:
                return claim
        return None

    def _is_admitted(self, happening: Happening) -> bool:
        speaker = self.spoken.speaker
        return speaker is not None and happening.loses is not None and speaker.id == happening.loses.id

    @staticmethod
    def _own_moment(scan: Scan, happening: Happening, name: Name) -> Moment | None:
        """The time that a list gives one of its places: "captured A and on Tuesday B", "A on Monday, B …"."""
        time = scan.ending_at(name.first - 1)
        own = time is not None and time.kind == TIME and time.first >= happening.trigger.end
        if not own or time is None or not of_next_name(scan, time):
            time = _time_behind(scan, happening, name)
        if time is None or time.value.window is None:
            return None
        return Moment(time.value.window, True, scan.written(time.first, time.end))

    def _event(self, scan: Scan, happening: Happening, name: Name) -> Event | None:
        """What is claimed of this very name: taking a part of a place is an advance there."""
        if name.region and name.kind in _WIDE and happening.event in CONTROL:
            if {"full", "complete", "total"} & set(happening.said.lower().split()):
                return happening.event  # "regained full control of the province"
            whole = {"all", "whole", "entire"} & {scan.low(at) for at in range(name.first - 4, name.first)}
            return happening.event if whole else None
        if not name.part or happening.event not in CONTROL:
            return happening.event
        return Event.ADVANCE if happening.trigger.value.build in _PARTLY else None

    def _called(self, scan: Scan, name: Name) -> str | None:
        """The name itself or, for "the town", the name that it stands for."""
        if name.site:
            its = _named_before(scan, name.first, self.common) if scan.low(name.first) == "its" else None
            whole = self._called(scan, replace(name, site="")) if its is None else (its or [""])[-1]
            return f"{whole} {name.site}" if whole else None
        if not name.again:
            return name.text
        beside = "" if scan.low(name.end) in AUXILIARIES else _beside(scan, name.first, self.common)
        if beside:
            return beside
        if name.kind in _SITES_AGAIN:
            return self.of_kind.get(name.kind)  # "the base" is no other word for the town named before
        here = _named_before(scan, name.first, self.common)
        if here:
            return here[-1] if name.kind != "capital" else here[0]
        return self.of_kind.get(name.kind) or self.of_kind.get("") or None

    def _probability(self, sentence: Sentence, happening: Happening, name: Name, place: float) -> float:
        sure = _SURE
        if happening.event in CONTROL and not (happening.gains or happening.loses):
            sure *= 0.4
        if self.known.gazetteer is not None and place:
            sure *= max(place, 0.4)
        elif not name.sure:
            sure *= 0.95 if len(happening.names) > 1 else 0.88
        sure *= 1.0 if happening.close else 0.9
        sure *= 0.75 if name.again else 1.0
        sure *= 0.6 if happening.reality is Reality.MENTIONED else 1.0
        sure *= 0.75 if sentence.title else 1.0
        return round(sure * (0.75 if self.hedged else 1.0), 3)

    def _why(self, happening: Happening, moment: Moment, place: str, part: str, named: str) -> Iterator[str]:
        yield f"“{happening.said}”: {_BUILDS[happening.trigger.value.build]}"
        if happening.reality not in (Reality.DONE, Reality.MENTIONED):
            yield f"the words make it {happening.reality}"
        if moment.words:
            yield f"time: “{moment.words}”"
        else:
            yield "time: as in the sentences before, or the day it was said"
        if not happening.close:
            yield "who: the party spoken of nearest before"
        yield f"place: {place}" if part == named else f"place: possibly two, {named} read as {part}; {place}"

    # Lists, counts, distances

    def _listed(self, scan: Scan, sentence: Sentence) -> bool:
        """Whether a sentence only goes on with the list that the one before opened."""
        if self.pending is None:
            return False
        begins = 0 if sentence.bullet else _behind_are(scan)
        if begins < 0:
            self.pending.left -= 1
            if not self.pending.left or sentence.bullet or next(scan.of(EVENT), None):
                self.pending = None
            return False
        listed = places_after(scan, begins, self.common)
        if sentence.bullet and listed.end < len(scan.words) - 1:
            return False
        for name in listed.names:
            pending = self.pending
            self._claim(scan, sentence, pending.happening, name, pending.moment, pending.voice, listed=True)
        return bool(listed.names)

    def _count(
        self, scan: Scan, sentence: Sentence, happening: Happening, moment: Moment, voice: Voice
    ) -> None:
        if moment.window is None:
            return
        for count in counting.counts_in(scan):
            # A count belongs to the event it stands next to.
            if not happening.first - 12 <= count.first <= happening.end + 3:
                continue
            region = happening.inside[0].text if happening.inside else ""
            self.counts.append(
                ReadCount(
                    count.value, count.qualifier, count.unit, region, happening.event, _id(happening.gains),
                    _id(happening.loses), moment.window, voice.claimant, self.voices.reporter, (), 0,
                    scan.words[count.first].start, scan.words[count.end - 1].end,
                    (sentence.start, sentence.end),
                )
            )  # fmt: skip

    def placed(self) -> list[ReadClaim]:
        """The claims with the names that several places have decided by those beside them, or by none.

        Where the report tells of another war than the map's, or names hardly a place of its table, what is
        merely spelled alike is no place of it.
        """
        if self.known.gazetteer is None:
            return self.claims
        foreign, elsewhere = self.parties.foreign(), self.locator.elsewhere()
        if foreign or elsewhere:
            return [_unplaced(claim, all_of_them=foreign) for claim in self.claims]
        known = sorted((one.start, one.place_id) for one in self.claims if one.place_id)
        return [claim if claim.place_id else self._beside(claim, known) for claim in self.claims]

    def _beside(self, claim: ReadClaim, known: Sequence[tuple[int, str]]) -> ReadClaim:
        """Decide a claim's place by those named in its sentence or, where it names none, shortly before."""
        if self.locator.parts(claim.place) != (claim.place,):
            return claim
        start, end = claim.sentence
        here = known[bisect_left(known, (start, "")) : bisect_left(known, (end, ""))]
        near = here or known[bisect_left(known, (start - _SAID_BEFORE, "")) : bisect_left(known, (end, ""))]
        found = self.locator.beside(claim.place, tuple(own for _, own in near[:_MOST_TOGETHER]))
        why = claim.why
        if found.place_id:
            why = (*(one for one in claim.why if not one.startswith("place: ")), f"place: {found.why}")
        return replace(claim, place_id=found.place_id, candidates=found.possible, why=why)

    def tied_counts(self) -> Iterator[ReadCount]:
        """The counts with the places that the report names of them: same event, party and time."""
        self.claims.sort(key=lambda claim: claim.start)
        heads = {start: at for at, (start, _, _) in enumerate(self.heads)}
        starts = [claim.start for claim in self.claims]
        for count in self.counts:
            until = self._goes_on_to(heads[count.sentence[0]])
            near = self.claims[bisect_left(starts, count.sentence[0]) : bisect_left(starts, until)]
            mine = [
                claim
                for claim in near
                if (claim.event, claim.actor, claim.window) == (count.event, count.actor, count.window)
                and not claim.denied
            ]
            names = tuple(dict.fromkeys(claim.place for claim in mine))
            places = {(claim.place, claim.place_id) for claim in mine}
            yield replace(count, named=names, named_places=len(places))

    def _goes_on_to(self, at: int) -> int:
        """Where the list ends that a sentence with a count begins: "among the villages", bullets."""
        while at + 1 < len(self.heads) and self.heads[at + 1][2]:
            at += 1
        return self.heads[at][1]

    def _distances(self, scan: Scan, sentence: Sentence, clock: Clock, voice: Voice) -> None:
        for found in measuring.distances_in(scan, self.common):
            reference = found.reference
            text = reference.text if reference and not reference.again else self._city()
            trigger = next(iter(scan.of(EVENT)), None)
            near = _nearest_event(scan, found.first) or trigger
            moment = (
                moment_of(scan, near, clock, voice.said_times, self._story(scan, sentence)) if near else None
            )
            window = moment.window if moment else None
            self.distances.append(
                ReadDistance(
                    found.km, found.qualifier, found.low_km, found.high_km, text,
                    self.locator.located(text).place_id if text else None, found.moved, found.edge,
                    window or _day(self.published), voice.claimant, self.voices.reporter,
                    scan.words[found.first].start, scan.words[found.end - 1].end,
                    (sentence.start, sentence.end),
                )
            )  # fmt: skip

    def _city(self) -> str:
        """What "the city" is where nothing nearer says: the place named last, or the map's city."""
        if self.known.near is not None:
            return self.known.near.name
        return self.of_kind.get("", "")

    def _extend_back(self, scan: Scan, sentence: Sentence, voice: Voice) -> None:
        """“…, the army added”: what unnamed media carried just before was the army's word too."""
        if not voice.named or not any(scan.low(m.first) in ("added", "adds") for m in scan.of(SAYING)):
            return
        since = sentence.start - _SAID_BEFORE
        _say_before(self.claims, voice.claimant, since)
        _say_before(self.distances, voice.claimant, since)

    def _remember(self, scan: Scan, sentence: Sentence, voice: Voice) -> None:
        """Keep in mind what a sentence without events says of the day, and whose story it is."""
        self.day_before = _only_day(scan)
        if not sentence.title and not any(True for _ in scan.of(EVENT)):
            for mention in scan.of(TIME):
                window = mention.value.window
                other = mention.first in voice.said_times or scan.low(mention.end - 1) == "after"
                if not other and window and window.end - window.start < _A_DAY:
                    self.story, self.paragraph = window, sentence.paragraph
                    break
        if not sentence.title:
            self._begin_story(scan, voice)
        if not self.acted and not sentence.title:
            self._about(scan)
        if self.spoken.last is None:
            self.spoken.last = self.spoken.own

    def _begin_story(self, scan: Scan, voice: Voice) -> None:
        """Keep the day of a change of a place that only later sentences name: "retook a town on Thursday"."""
        first = next((event for event in scan.of(EVENT) if event.value.event in CONTROL), None)
        if first is None or self.told or self.lede or self.paragraph_now > _FIRST_PARAGRAPHS:
            return
        if not _some_place(scan, first) or _before_that(scan, first):
            return
        moment = moment_of(scan, first, self._clock(), voice.said_times, None)
        if moment.words and moment.window and not self._is_old(moment.window):
            self.lede = moment.window

    def _about(self, scan: Scan) -> None:
        """Keep in mind whom a sentence is about that tells no deed: "Then the army struck back"."""
        about = next(iter(scan.of(PARTY)), None)
        called = party_of(about)
        if about is None or called is None or called.party is None or called.speaker:
            return
        leads = [scan.low(at) for at in range(about.first) if scan.kind_at(at) != TIME]
        loses = any(event.value.build in ("leaves", "hands") for event in scan.of(EVENT))
        verb = scan.kind_at(about.end) in ("", EVENT, SAYING, TIME) and not scan.words[about.end - 1].owns
        if all(low in _LEADS or low in ADVERBS for low in leads) and verb and not loses:
            self.spoken.last = called.party


def _time_behind(scan: Scan, happening: Happening, name: Name) -> Mention | None:
    """Where several names of a list have each a time behind them, the first behind this one."""
    times = [
        (one.end, time)
        for one in happening.names
        if (time := scan.at[one.end] if one.end < len(scan.at) else None) and time.kind == TIME
    ]
    passive = (
        times and times[0][0] > happening.trigger.end and happening.names[0].first < happening.trigger.first
    )
    if len(times) < 2 - bool(passive):
        return None
    if passive and name.first < happening.trigger.first:
        return None  # "A was freed on Monday": the verb's own time
    return next((time for end, time in times if end >= name.end), None)


def _in_small_letters(counts: Counter[str]) -> Counter[str]:
    """How often each word stands there, whatever its capitals and without a possessive's ending."""
    found: Counter[str] = Counter()
    for word, many in counts.items():
        found[word.lower().replace("’s", "").replace("'s", "")] += many
    return found


def _has_since(scan: Scan, trigger: Mention) -> bool:
    """“Has since taken over A”, “have so far captured A”, “in the two years since, … has captured A”."""
    close = scan.lows(max(trigger.first - 4, 0), trigger.first)
    before = scan.lows(0, trigger.first)
    spans = any(low == "since" and then == "," for low, then in pairwise(before))
    return not {"has", "have"}.isdisjoint(close) and (spans or "since" in close or "far" in close)


def _in_a_clause_of_time(scan: Scan, trigger: Mention) -> bool:
    """“She fled after the rebels took A”, “after losing B”, “as soon as they captured C”."""
    for at in range(trigger.first - 1, max(trigger.first - _SHORTLY, -1), -1):
        if scan.words[at].text in ",;:" or scan.kind_at(at) in (EVENT, SAYING):
            return False
        if scan.low(at) in ("after", "soon", "once") and scan.kind_at(at) != TIME:
            return True
    return False


def _is_a_vote(scan: Scan, trigger: Mention) -> bool:
    """“The party captured A in Monday's election”."""
    behind = range(trigger.end, min(trigger.end + _LONGEST_DATE, len(scan.words)))
    contests = [at for at in behind if scan.low(at) in _CONTESTS]
    return any(not {"in", "at"}.isdisjoint(scan.lows(at - 3, at)) for at in contests)


_CONTESTS = frozenset(["election", "elections", "vote", "polls", "ballot", "referendum", "match", "league"])


def _long_past(scan: Scan, trigger: Mention) -> bool:
    """“Captured A early in the war”, “during the first year of the war”, “in the years before, …”."""
    for at, low in enumerate(scan.lows(0, len(scan.words))):
        near = abs(at - trigger.first) <= _NEAR_A_WAR
        if low in _WARS and near and _is_early(scan, at):
            return True
        if low in ("years", "decades") and scan.low(at + 1) == "before" and scan.low(at + 2) == ",":
            return True
    return False


def _is_early(scan: Scan, war: int) -> bool:
    """“In the opening days of the war”, not "opening a new front in its war"."""
    at = war - 1
    while scan.low(at) in _OF_A_WAR:
        at -= 1
    return scan.low(at) in _EARLY


_OF_A_WAR = word_set("grammar", "lists", "of_a_war")
_WARS = frozenset(["war", "conflict", "uprising", "revolution", "insurgency", "rebellion"])
_EARLY = frozenset(["early", "first", "start", "outbreak", "beginning", "opening", "initial", "height"])
_NEAR_A_WAR = 18


def _is_open(text: str) -> bool:
    """Whether a quotation is opened in a sentence and not closed."""
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1


def _by_whom_told(happening: Happening, name: Name, before: ReadClaim | None) -> Happening:
    """“The town had been taken”, just after it was told by whom."""
    passive = not happening.close and name.first < happening.trigger.first
    if before is None or not before.actor or not passive or happening.loses:
        return happening
    return replace(happening, gains=Party(before.actor, before.actor))


def _some_place(scan: Scan, event: Mention) -> bool:
    """Whether a place is spoken of behind an event that later sentences name: "a town", "two villages"."""
    behind = scan.lows(event.end, event.end + _SHORTLY)
    kind = next((at for at, low in enumerate(behind) if low in KINDS), 0)
    some = any(low in _SOME or number_of(low) is not None for low in behind[:kind])
    return some and _RELATIVE.isdisjoint(scan.lows(max(event.first - 3, 0), event.first))


_SOME = frozenset(["a", "an", "another", "several", "more", "some", "new"])
_RELATIVE = frozenset(["who", "which"])


def _only_day(scan: Scan) -> Window | None:
    """The day of a sentence that names only one day."""
    windows = [time.value.window for time in scan.of(TIME) if time.value.window and not time.value.of_day]
    days = [window for window in windows if window.end - window.start < _A_DAY]
    return days[0] if len(days) == 1 else None


def _before_that(scan: Scan, trigger: Mention) -> bool:
    """Whether it is told as what was before: "had on Saturday established"."""
    if any(saying.end <= trigger.first for saying in scan.of(SAYING)):
        return False  # "said on Tuesday that its troops had captured"
    return "had" in [scan.low(at) for at in range(max(trigger.first - 5, 0), trigger.first)]


_SITES_AGAIN = frozenset(["base", "airport"])
_WIDE = frozenset(["province", "region", "governorate", "oblast", "state"])
"""A whole province is no place on a map of places, and its towns changed hands one by one."""
_LEADS = frozenset(
    ["the", "then", "but", "and", "meanwhile", "later", "yet", ",", "various", "several", "all", "many"]
)
_PARTLY = frozenset(["gains", "expels", "clears", "passes", "brings"])
_READ_WHOLE = 60_000
"""Of a longer text, sentences without any event are passed over: who speaks in them is not kept in mind."""
_SURE = 0.84
"""How often the whole of a claim without any doubt is right in reports that no rule was made for."""
_A_DAY = timedelta(hours=25)
_FIRST_WORDS = 3
_FIRST_PARAGRAPHS = 2
_SHORTLY = 8
_MOST_TOGETHER = 20
_LONGEST_DATE = 12
_BESIDE_DATES = frozenset(
    [
        "gmt",
        "utc",
        "local",
        "time",
        "edt",
        "est",
        "cet",
        "eet",
        "et",
        "updated",
        "published",
        "posted",
        "last",
        "on",
    ]
)

_SAID_BEFORE = 600
_BUILDS = {
    "gains": "who stands before it takes the place behind it",
    "loses": "who stands before it gives up the place behind it",
    "ours": "who writes says that the place before it is his side's",
    "lost": "the place behind it was lost",
    "leaves": "who stands before it leaves the place behind it",
    "hands": "who stands before it hands over the place behind it",
    "passes": "the place before it goes to the party behind it",
    "falls": "the place before it changes hands",
    "headline": "a line of its own says whose hands the place is in",
    "flag": "the flag of the party before it flies over the place behind it",
    "follows": "the place before it is gained like the one before it",
    "expels": "who stands before it drives the other out of the place",
    "brings": "who stands before it gets the place behind it under control",
    "its": "the taking of the place named before it is announced",
    "there": "who stands before it takes the place spoken of before it",
    "clears": "who stands before it clears the place of the other",
    "goes": "who stands before it is there; nothing changes hands",
    "fails": "an attack there came to nothing",
    "hits": "the place is hit or fought over; nothing changes hands",
}


def _id(party: Party | None) -> str:
    return party.id if party else ""


def _day(published: datetime) -> Window:
    return Window(published.replace(hour=0, minute=0), published.replace(hour=23, minute=59), Precision.DAY)


def _nearest_event(scan: Scan, place: int) -> Any:  # noqa: ANN401 - a Mention or None
    before = [mention for mention in scan.of(EVENT) if mention.first <= place]
    return before[-1] if before else None


def _behind_are(scan: Scan) -> int:
    """Behind "they are", "the villages include" at the beginning of a sentence; -1 where it is none."""
    for at in range(0 if _NAMING.isdisjoint(scan.all_low) else min(_NAMED_WITHIN, len(scan.words) - 1)):
        kind = scan.low(at) in KINDS and scan.low(at).endswith("s")
        if kind and scan.low(at + 1) in (":", "as") and any(scan.low(i) in _NAMING for i in range(at)):
            return at + 2  # "he later named the villages:"
    if scan.low(0) not in _ANAPHORIC_SUBJECTS:
        return -1
    for at in range(1, min(8, len(scan.words))):
        if scan.low(at) in ("are", "were", "include", "included"):
            return at + 1
        if scan.at[at]:
            break
    return -1


_NAMED_WITHIN = 14


def _goes_on(scan: Scan, sentence: Sentence) -> bool:
    """Whether a sentence goes on naming what the one before counted."""
    return sentence.bullet or scan.low(0) == "among" or _behind_are(scan) > 0


def _begins(happening: Happening) -> int:
    """The word that the event itself begins with: "failed" of "failed to capture"."""
    governed = happening.reality in (Reality.FAILED, Reality.TRIED)
    return happening.first if governed else happening.trigger.first


def _beside(scan: Scan, first: int, common: Collection[str]) -> str:
    """The name that ", the border town," stands beside; nothing where none does."""
    if scan.low(first - 1) != ",":
        return ""
    names = (name_at(scan, at, common) for at in range(max(first - 6, 0), first - 1) if not scan.at[at])
    return next((name.text for name in names if name and name.end == first - 1), "")


def _named_before(scan: Scan, end: int, common: Collection[str]) -> list[str]:
    """The places that a sentence names before a word; those that only say where others lie come last."""
    there: list[str] = []
    where: list[str] = []
    at = 0
    while at < end:
        found = None if scan.at[at] else name_at(scan, at, common)
        seat = scan.kind_at(at - 2) == PARTY and scan.low(at - 2) in _SEATED  # "the government in Tripoli"
        if found and not (found.region or seat or is_person(scan, found) or found.text.lower() in COUNTRIES):
            before = scan.low(at - 1)
            if before == "of" and scan.low(at - 2) in (
                "direction",
                "outskirts",
                "north",
                "south",
                "east",
                "west",
            ):
                before = "to"
            theirs = scan.kind_at(found.end) == PARTY and before not in (
                "in",
                "at",
                "near",
            )  # "Gbagbo loyalists"
            if before not in _LEADS_AWAY and not (theirs or scan.words[found.end - 1].owns):
                (where if before in ("in", "of") else there).append(found.text)
        at = found.end if found else at + 1
    return there or where


_LEADS_AWAY = frozenset(["for", "to", "from", "toward", "towards", "with", "by", "via"])
_SEATED = frozenset(["government", "authorities", "administration", "ministry", "parliament", "regime"])


def _unplaced(claim: ReadClaim, *, all_of_them: bool) -> ReadClaim:
    """A claim of a report about another land: a place that is not written so is not meant."""
    alike = not claim.candidates or claim.candidates[0].score < WRITTEN_SO
    if claim.place_id is None or not (alike or all_of_them):
        return claim
    why = (*claim.why, "place: the report tells of another land than the map")
    return replace(claim, place_id=None, candidates=(), why=why)


def _say_before(read: list[Any], claimant: str, since: int) -> None:
    """Let a claimant stand for the unnamed media of the last few claims or distances."""
    for at in range(len(read) - 1, -1, -1):
        if read[at].start < since:
            break
        if read[at].claimant in _MEDIA:
            read[at] = replace(read[at], claimant=claimant)


# Repeats

_ONE_TELLING = timedelta(days=5)
"""Between two days further apart a place changed hands twice."""


def _without_repeats(claims: list[ReadClaim], title_end: int, named: str) -> Iterator[ReadClaim]:
    """One claim for each place, event and party; the title counts where the text, ``named``, tells no change.

    Or tells none of a place that it names.
    """
    body = [claim for claim in claims if claim.start >= title_end]
    if any(claim.event in CONTROL for claim in body):
        entered = {(_key(claim), claim.actor) for claim in body if claim.event is Event.ADVANCE}
        told = {_key(claim) for claim in body if claim.event in CONTROL}
        claims = [
            claim
            for claim in claims
            if claim.start >= title_end
            or (_key(claim), claim.actor) in entered
            or (_tells_itself(claim, named) and _key(claim) not in told)
        ]
    retaken: dict[str, ReadClaim] = {}
    for claim in body:
        if claim.event is Event.RECAPTURED and claim.actor:
            retaken.setdefault(_key(claim), claim)
    claims = [claim for claim in claims if not _was_before(claim, retaken.get(_key(claim)))]
    kept: dict[tuple[str, str, bool], list[ReadClaim]] = {}
    for claim in claims:
        same = kept.setdefault((_key(claim), _family(claim.event), claim.denied), [])
        at = next((i for i, other in enumerate(same) if _is_repeat(claim, other)), None)
        if at is None:
            same.append(claim)
        else:
            same[at] = _better(same[at], claim)
    found = (claim for same in kept.values() for claim in _in_accord(same))
    yield from sorted(found, key=lambda claim: (claim.start, claim.end, claim.place))


def _in_accord(same: list[ReadClaim]) -> Iterator[ReadClaim]:
    """Claims of one place's gain: a holder that was only guessed gives way to one that is said.

    What names nobody is the work of the only one named, and at his time where it has none of its own.
    """
    said = [claim for claim in same if claim.actor and not _is_guessed(claim)]
    holders = {claim.actor for claim in same if claim.actor}
    for claim in same:
        rivals = [one for one in said if one.actor != claim.actor and one.event is claim.event]
        if _is_guessed(claim) and any(_is_near(claim, one) for one in rivals):
            continue
        if not claim.actor and len(holders) == 1 and claim.event in CONTROL - {Event.WITHDRAWN}:
            told = next(one for one in same if one.actor)
            if _is_near(claim, told):
                window = claim.window if _is_dated(claim) else told.window
                claim = replace(claim, actor=told.actor, window=window)
        yield claim


def _is_guessed(claim: ReadClaim) -> bool:
    return any(why.startswith("who: ") for why in claim.why)


def _is_near(claim: ReadClaim, other: ReadClaim) -> bool:
    """Whether two tellings can be of one change, by their time."""
    apart = max(claim.window.start, other.window.start) - min(claim.window.end, other.window.end)
    return apart <= _ONE_TELLING or not (_is_dated(claim) and _is_dated(other))


def _was_before(claim: ReadClaim, retaken: ReadClaim | None) -> bool:
    """Whether a change told without a time is how a place was lost that the report told as retaken before."""
    if retaken is None or claim.event is not Event.CAPTURED or claim.denied or _is_dated(claim):
        return False
    return retaken.start < claim.start and retaken.actor != claim.actor


def _tells_itself(claim: ReadClaim, body: str) -> bool:
    """Whether a title's change of control counts beside others: the text names the place, and no province."""
    named = bool(claim.actor) and claim.event in CONTROL and claim.place in body
    return named and not any(f"{claim.place} {wide}" in body for wide in _WIDE)


def _key(claim: ReadClaim) -> str:
    return claim.place_id or re.sub(r"^(?:al|the|el)[ -]", "", claim.place.casefold())


def _family(event: Event) -> str:
    return "gain" if event in (Event.CAPTURED, Event.RECAPTURED, Event.TRANSFERRED) else event.value


def _is_repeat(claim: ReadClaim, other: ReadClaim) -> bool:
    agree = claim.actor == other.actor or not claim.actor or not other.actor
    if claim.admitted != other.admitted:
        return False  # what the losing side says itself weighs more: see docs/methods.md
    if not _is_near(claim, other):
        return False  # taken on Monday, and a week before that
    return agree and (claim.loser == other.loser or not claim.loser or not other.loser or bool(claim.actor))


def _better(one: ReadClaim, other: ReadClaim) -> ReadClaim:
    """Of two that say the same, the one that says more; the other fills its gaps."""
    first, second = (other, one) if _says(other) > _says(one) else (one, other)
    return replace(first, actor=first.actor or second.actor, loser=first.loser or second.loser)


def _says(claim: ReadClaim) -> tuple[bool, bool, bool, float]:
    return bool(claim.actor), claim.timed, _is_dated(claim), claim.probability


def _is_dated(claim: ReadClaim) -> bool:
    return any(why.startswith("time: “") for why in claim.why)


# As JSON


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading as one JSON object: see docs/reading.md."""
    zone = reading.published.tzinfo
    published = reading.published
    return {
        "title": reading.title,
        "published": published.date().isoformat()
        if reading.published_day_only
        else published.isoformat(timespec="minutes"),
        "claims": [_claim_json(claim, reading.text, zone) for claim in reading.claims],
        "counts": [_count_json(count, reading.text, zone) for count in reading.counts],
        "distances": [_distance_json(one, reading.text, zone) for one in reading.distances],
    }


def _claim_json(claim: ReadClaim, text: str, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - a tzinfo
    start, end = dates_of(claim.window, zone)
    return {
        "place": claim.place,
        "place_id": claim.place_id,
        "event": claim.event.value,
        "actor": claim.actor or None,
        "from": claim.loser or None,
        "date_start": start,
        "date_end": end,
        "claimant": claim.claimant,
        "reporter": claim.reporter,
        "denied": claim.denied,
        "quote": text[claim.start : claim.end],
        "start": claim.start,
        "end": claim.end,
        "probability": claim.probability,
        "candidates": [_possible_json(one) for one in claim.candidates],
    }


def _possible_json(one: Possible) -> dict[str, Any]:
    km = None if one.distance_km is None else round(one.distance_km, 1)
    return {
        "id": one.place_id,
        "name": one.name,
        "probability": one.probability,
        "score": one.score,
        "distance_km": km,
    }


def _count_json(count: ReadCount, text: str, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - a tzinfo
    start, end = dates_of(count.window, zone)
    value = int(count.value)
    return {
        "value": value,
        "qualifier": count.qualifier,
        "unit": count.unit,
        "region": count.region,
        "event": count.event.value,
        "actor": count.actor or None,
        "from": count.loser or None,
        "date_start": start,
        "date_end": end,
        "claimant": count.claimant,
        "reporter": count.reporter,
        "named": list(count.named),
        "unnamed_low": max(value - count.named_places, 0),
        "unnamed_high": max(value - len(count.named), 0),
        "quote": text[count.start : count.end],
        "start": count.start,
        "end": count.end,
    }


def _distance_json(one: ReadDistance, text: str, zone: Any) -> dict[str, Any]:  # noqa: ANN401 - a tzinfo
    start, end = dates_of(one.window, zone)
    return {
        "km": round(one.km, 2),
        "qualifier": one.qualifier,
        "low_km": None if one.low_km is None else round(one.low_km, 2),
        "high_km": None if one.high_km is None else round(one.high_km, 2),
        "reference": one.reference,
        "reference_id": one.reference_id,
        "from_edge": one.edge,
        "or_displacement": one.moved,
        "date_start": start,
        "date_end": end,
        "claimant": one.claimant,
        "reporter": one.reporter,
        "quote": text[one.start : one.end],
        "start": one.start,
        "end": one.end,
    }


def dates_of(window: Window, zone: Any) -> tuple[str, str]:  # noqa: ANN401 - a tzinfo
    """A window as a report's reader would write it: bare days, or clock times with their offset."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if window.day_precision:
        return start.date().isoformat(), end.date().isoformat()
    return start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes")


def published_at(text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Read when a report was published: ``2024-12-04`` or ``2024-12-04T18:00+03:00``.

    Returns
    -------
    The instant in ``zone``, a bare date at 23:59, and whether only the day is known.

    Raises
    ------
    ValueError
        It is no such date or time.
    """
    from claims.times import instant, is_bare_date

    at = instant(text, zone, closing=True, clock_zone=zone)
    return at.astimezone(zone), is_bare_date(text)


def stated_day(raw: bytes) -> date | None:
    """The day of publication that a page itself states, None where it states none."""
    return page_of(raw).published

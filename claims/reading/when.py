"""The words of a sentence that say when become intervals, seen from the day the report was published.

Nothing is more exact than the words: "on Tuesday" is that day, "overnight" the night, "since Sunday" the days
from Sunday on, "in May" the month.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from claims.claim import Precision, Window
from claims.reading.words import number_of, table

_TABLE = table("times")
_WEEKDAYS: dict[str, int] = {name: number for number, name in enumerate(_TABLE["weekdays"]["names"])}
_MONTHS: dict[str, int] = _TABLE["months"]
_PARTS: dict[str, tuple[int, int]] = {
    name: (opens, closes) for name, (opens, closes) in _TABLE["parts"].items()
}
_NIGHT_ENDS = 6
_EVENING = 18


@dataclass(frozen=True, slots=True)
class Clock:
    """From where "yesterday" is counted.

    ``published`` is an aware instant in the report's zone: the end of the day where only the day is known.
    ``anchor`` is the day that the sentences before speak of, None where they speak of none.
    """

    published: datetime
    anchor: date | None = None

    @property
    def today(self) -> date:
        """The day of publication, in the report's zone."""
        return self.published.date()

    @property
    def zone(self) -> ZoneInfo:
        """The report's zone."""
        zone = self.published.tzinfo
        if not isinstance(zone, ZoneInfo):
            raise TypeError(f"published ({self.published}) is not in a named zone")
        return zone


@dataclass(frozen=True, slots=True)
class Said:
    """One expression of time: characters ``start`` to ``end``, and what it means.

    ``window`` is None where it lies ahead ("tomorrow") or bounds a silence ("until Friday"). ``of_day`` says
    that the words give a time of day only, and the day is the one spoken of, or ``shift`` days after it.
    """

    start: int
    end: int
    window: Window | None
    of_day: bool = False
    shift: int = 0


_W = "|".join(_WEEKDAYS)
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FEW = "several|a few|few|a couple of"
_N = rf"\d{{1,3}}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|{_FEW}"
_PART = "morning|afternoon|evening|night|dawn|noon|midday|midnight"
_SPAN = re.compile(
    rf"""\b(?=\w)(?:
      (?P<mid>(?:after|past|at)\ midnight)\ (?:on\ |of\ |from\ |between\ )?(?P<mid1>{_W})(?:\s?[-–—/]\s?|\ (?:to|into|and)\ )(?P<mid2>{_W})
    | (?P<night>(?:the\ )?night\ (?:of|from|between)|overnight(?:\ from|\ on|\ between)?)\ (?P<n1>{_W})(?:\ night)?(?:\s?[-–—/]\s?|\ (?:to|into|and)\ )(?P<n2>{_W})
    | overnight\ (?:on|into|to)\ (?P<n3>{_W})
    | (?P<before>(?:during|in|over)\ (?:the\ (?:past\ )?)?night|the\ night\ before)(?!\ (?:of|from|between))\b
    | (?:in|over|during)\ (?:the\ )?recent\ (?P<recent>hours|days|weeks)
    | (?:on\ |late\ )?(?P<into>{_W})\ (?:night|evening)\ (?:in)?to\ (?P<into2>{_W})(?:\ morning)?
    | (?P<pre>since|from|starting|until|till|by|before|next|last|after|between|ahead\ of)?\s?
      (?P<pre2>early\ on|late\ on|on|early-?|late-?|mid-?|the\ end\ of|the\ start\ of|the\ beginning\ of|in|of|during|this)?\s?(?:the\ )?
      (?P<mn>(?:after\ )?midnight\ (?:on\ )?)?
      (?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<num>\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d)(?!\d|[./]\d)
      | (?P<d1>\d{{1,2}})(?:\s?(?:-|–|and|to)\s?(?P<d2>\d{{1,2}}))?(?:st|nd|rd|th)?(?:\ of)?\ (?P<dm>{_M})\b\.?(?:,?\ (?P<dy>\d{{4}})\b)?
      | (?P<mm>{_M})\b\.?\ (?P<m1>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:\s?(?:-|–|and|to)\s?(?P<m2>\d{{1,2}})(?![\d:]))?(?:,?\ (?P<my>\d{{4}})\b)?
      | (?P<wd>{_W})(?:\ (?:of\ )?(?P<lastweek>last\ week))?
      | (?P<month>{_M})\b\.?(?:\ (?P<monthy>\d{{4}})\b)?
      | (?P<year>(?:19|20)\d\d)\b
      | (?P<rel>the\ day\ before\ yesterday|yesterday|today|tonight|tomorrow|last\ night|overnight)
      )
      (?:,?\ (?:(?:at|in\ the|early|late)\ )*(?P<part>{_PART})\b|\ (?:to|and)\ (?P<wd2>{_W}))?
    | (?P<which>over\ the|at\ the|this|last|earlier\ this|later\ this|the\ past|past|previous|the\ last|late\ last|next)\ (?P<unit>morning|afternoon|evening|weekend|week|month|year|night|spring|summer|autumn|winter)\b
    | (?:in|since|during)\ (?:the\ )?(?P<season>spring|summer|autumn|winter)\b
    | (?P<ago>{_N})\ (?P<agou>minute|hour|day|night|week|fortnight|month|year)s?\ (?P<agow>ago|earlier|before|later|after)\b
    | (?:at|since|from|by|before|until)?\s?(?:the\ )?(?P<third>start|beginning|end|middle)\ of\ (?P<thirdwhich>the|this|last)\ (?P<thirdu>week|month|year)\b
    | (?:on\ )?(?P<feast>new\ year's\ (?:day|eve)|new\ year’s\ (?:day|eve)|christmas\ (?:day|eve))\b
    | (?:that|the\ same)\ (?P<that>same\ day|day|morning|afternoon|evening|night)\b
    | (?P<few>hours|days|weeks|months|years)\ (?P<feww>ago|earlier|later)\b
    | (?:in|over|during|within|for|throughout)\ (?:the\ )?(?:past|last|previous)\ (?:(?P<over>\d{{1,3}}|two|three|four|five|six|seven|ten)\ )?(?P<overu>hours?|days?|weeks?|months?)
    | (?:the|a)\ (?P<adj>previous\ (?:day|night|evening)|day\ before|day\ earlier|(?:next|following)\ (?:day|morning|afternoon|evening|night)|day\ later|day\ after)\b
    | (?:at|around|about|by|before|after|from)\ (?:about\ |around\ )?(?P<h>\d{{1,2}})(?::(?P<min>\d\d))?\s?(?P<ap>a\.?m\b\.?|p\.?m\b\.?)?(?=[\s,.;)]|$)
    | (?:at|before|after|in\ the|by|around|toward|towards|in\ the\ early|in\ the\ late)\ (?P<alone>{_PART})\b
    )""",  # noqa: E501 - one way of saying when a line
    re.VERBOSE,
)

_FIRST = re.compile(r"\b\w+")
_BEGIN = frozenset([*_WEEKDAYS, *_MONTHS, *_N.split("|"), *_PART.split("|"), *_TABLE["begin"]["words"]])
_LONGEST_LEAD = 40
_HINTS = frozenset([*_WEEKDAYS, *_MONTHS, *_PARTS, *_TABLE["hints"]["words"]])
_DIGIT = re.compile(r"\d")


def tells_time(low_words: frozenset[str] | set[str], text: str) -> bool:
    """Whether a sentence may say when at all."""
    return not _HINTS.isdisjoint(low_words) or _DIGIT.search(text) is not None


def times_in(text: str, start: int, end: int, clock: Clock) -> list[Said]:
    """The expressions of time in ``text[start:end]``, in order."""
    low = text[start:end].lower()
    if len(low) != end - start:
        return []  # a letter whose small form is longer; no such letter is part of a date
    found: list[Said] = []
    for match in _spans(low):
        owns = low[match.end() : match.end() + 2] in ("'s", "’s")  # "under Tuesday's agreement"
        if not owns and _really(match, text[start:end]):
            said = _meaning(match, clock, start)
            if said and not (found and _is_same(text, found[-1], said)):
                found.append(said)
    return _on_their_days(found, clock)


def _is_same(text: str, said: Said, behind: Said) -> bool:
    """Whether words of time only say more exactly what those before them do: "a year ago this month"."""
    years = text[said.start : said.end].lower().rstrip().endswith(("years ago", "year ago"))
    return years and behind.start - said.end <= 1


def _spans(low: str) -> Iterator[re.Match[str]]:
    """What the long pattern matches, looked for only at the words that can begin a time."""
    place = 0
    begin: list[int] = []
    for first in _FIRST.finditer(low):
        word = first[0]
        digit = word[0].isdigit()
        if digit or word in _BEGIN:
            begin.append(first.start())
        if not digit and word not in _HINTS:
            continue
        # Only words shortly before one that tells a time can begin it.
        for at in begin:
            if at < place or at < first.start() - _LONGEST_LEAD:
                continue
            match = _SPAN.match(low, at)
            if match:
                place = match.end()
                yield match
        begin = []


def _really(match: re.Match[str], text: str) -> bool:
    """Whether a month is one: "may" and "march" are words, and a bare month needs "in" or the like."""
    for name in ("dm", "mm", "month"):
        if match[name] and text[match.start(name)].islower():
            return False
    if match["month"] and not match["monthy"]:
        return bool(match["pre"] or match["pre2"])
    if match["year"]:  # not "of the 2011 uprising"
        return bool(match["pre"] or match["pre2"]) and "the" not in match[0].split()
    return not match["h"] or bool(match["min"] or match["ap"])


def _meaning(match: re.Match[str], clock: Clock, offset: int) -> Said | None:
    start, end = match.start() + offset, match.end() + offset
    while match.string[start - offset] == " ":
        start += 1
    for name, read in _READERS:
        if match[name]:
            try:
                return replace(read(match, clock), start=start, end=end)
            except (ValueError, OverflowError):
                return None  # 31 February, or years ago beyond the calendar
    return None


def _said(window: Window | None, *, of_day: bool = False) -> Said:
    return Said(0, 0, window, of_day)


# Days and parts of days


def day_window(day: date, zone: ZoneInfo) -> Window:
    """A whole day in a zone: from 00:00 to 23:59."""
    return span_window(day, day, zone, Precision.DAY)


def span_window(first: date, last: date, zone: ZoneInfo, precision: Precision) -> Window:
    """From the opening of a day to the closing of another."""
    opens = datetime.combine(first, time(0, 0), zone)
    return Window(opens, datetime.combine(last, time(23, 59), zone), precision)


def _hours(day: date, opens: int, closes: int, zone: ZoneInfo) -> Window:
    midnight = datetime.combine(day, time(0, 0), zone)
    last = timedelta(hours=closes) if closes % 24 else timedelta(hours=closes, minutes=-1)
    return Window(midnight + timedelta(hours=opens), midnight + last, Precision.HOURS)


def _weekday(name: str, clock: Clock, *, last: bool = False) -> date:
    back = (clock.today.weekday() - _WEEKDAYS[name]) % 7
    return clock.today - timedelta(days=back or (7 if last else 0))


def _night(first: date, second: date, zone: ZoneInfo) -> Window:
    opens = datetime.combine(first, time(_EVENING), zone)
    return Window(opens, datetime.combine(second, time(_NIGHT_ENDS), zone), Precision.HOURS)


def _after_midnight(match: re.Match[str], clock: Clock) -> Said:
    return _said(_hours(_weekday(match["mid2"], clock), 0, _NIGHT_ENDS, clock.zone))


def _night_between(match: re.Match[str], clock: Clock) -> Said:
    second = _weekday(match["n2"] or match["into2"] or match["n3"], clock)
    return _said(_night(second - timedelta(days=1), second, clock.zone))


def _night_before(_: re.Match[str], clock: Clock) -> Said:
    """“During the night”, “the night before”: the night to the day spoken of."""
    day = clock.anchor or clock.today
    return _said(_night(day - timedelta(days=1), day, clock.zone))


def _recent(match: re.Match[str], clock: Clock) -> Said:
    """“In recent days”: a few of them."""
    days = {"hours": 1, "days": 7, "weeks": 30}[match["recent"]]
    first = clock.today - timedelta(days=days)
    return _said(span_window(first, clock.today, clock.zone, _width(first, clock.today)))


def _dated(match: re.Match[str], clock: Clock) -> Said:
    """A day, a month or a year, with what stands before and behind it."""
    first, last, precision = _core(match, clock)
    before = match["pre"] or ""
    if before == "before" and match["mn"] and first == last <= clock.today:
        return _said(_hours(first, _EVENING, 24, clock.zone))  # "just before midnight on Monday"
    if before == "next" or first > clock.today or before in ("until", "till", "before", "ahead of"):
        return _said(None)
    if match["wd2"]:
        last = _weekday(match["wd2"], clock)
        first = min(first, last)
    if before in ("since", "starting") or (before == "from" and first == last and not match["part"]):
        return _said(span_window(first, clock.today, clock.zone, _width(first, clock.today)))
    if match["mn"] and first == last:
        return _said(_hours(first, 0, _NIGHT_ENDS, clock.zone))
    if match["part"] and first == last:
        return _said(_part_of(first, match["part"], clock.zone))
    return _said(span_window(first, min(last, clock.today), clock.zone, precision))


def _part_of(day: date, part: str, zone: ZoneInfo) -> Window:
    opens, closes = _PARTS[part]
    return _hours(day, opens, min(closes, 24), zone)


def _width(first: date, last: date) -> Precision:
    days = (last - first).days
    if days < 7:
        return Precision.DAY
    return Precision.WEEK if days < 31 else Precision.MONTH if days < 366 else Precision.YEAR


def _core(match: re.Match[str], clock: Clock) -> tuple[date, date, Precision]:
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
        return day, day, Precision.DAY
    if match["num"]:
        numbers = [int(one) for one in re.split("[./]", match["num"])]
        day = date(numbers[2], numbers[1], numbers[0])
        return day, day, Precision.DAY
    if match["wd"]:
        day = _weekday(match["wd"], clock, last=match["pre"] == "last")
        if match["lastweek"]:
            monday = clock.today - timedelta(days=clock.today.weekday() + 7)
            day = monday + timedelta(days=_WEEKDAYS[match["wd"]])
        return day, day, Precision.DAY
    if match["dm"] or match["mm"]:
        return _month_and_day(match, clock)
    if match["month"]:
        return _part_of_month(match, clock)
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31), Precision.YEAR


def _month_and_day(match: re.Match[str], clock: Clock) -> tuple[date, date, Precision]:
    month = _MONTHS[match["dm"] or match["mm"]]
    first = _in_year(month, int(match["d1"] or match["m1"]), match["dy"] or match["my"], clock)
    until = match["d2"] or match["m2"]
    last = first.replace(day=int(until)) if until else first
    return min(first, last), max(first, last), Precision.DAY


def _in_year(month: int, day: int, year: str | None, clock: Clock) -> date:
    if year:
        return date(int(year), month, day)
    this = date(clock.today.year, month, day)
    # "On 25 November" in a report of 20 November lies ahead; "on 28 December" in one of January does not.
    return this if (this - clock.today).days < 120 else this.replace(year=this.year - 1)


def _part_of_month(match: re.Match[str], clock: Clock) -> tuple[date, date, Precision]:
    """“Late September”, “the beginning of May”: a third of the month."""
    first, last, precision = _month(_MONTHS[match["month"]], match["monthy"], clock)
    said = (match["pre2"] or "").rstrip("-")
    if said in ("early", "the start of", "the beginning of"):
        return first, first.replace(day=10), Precision.WEEK
    if said == "mid":
        return first.replace(day=11), first.replace(day=20), Precision.WEEK
    if said in ("late", "the end of"):
        return first.replace(day=21), last, Precision.WEEK
    return first, last, precision


def _month(month: int, year: str | None, clock: Clock) -> tuple[date, date, Precision]:
    own = int(year) if year else clock.today.year - (month > clock.today.month)
    first = date(own, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), Precision.MONTH


def _relative(match: re.Match[str], clock: Clock) -> Said:
    word = match["rel"]
    if word == "tomorrow" or (match["pre"] or "") in ("until", "till", "before", "ahead of"):
        return _said(None)
    back = {"today": 0, "tonight": 0, "yesterday": 1, "the day before yesterday": 2}.get(word)
    if back is None:
        return _said(_night(clock.today - timedelta(days=1), clock.today, clock.zone))
    day = clock.today - timedelta(days=back)
    if match["pre"] in ("since", "from"):
        return _said(span_window(day, clock.today, clock.zone, Precision.DAY))
    if word == "tonight":
        return _said(_hours(day, _EVENING, 24, clock.zone))
    return _said(_part_of(day, match["part"], clock.zone) if match["part"] else day_window(day, clock.zone))


def _this_or_last(match: re.Match[str], clock: Clock) -> Said:
    which, unit = match["which"], match["unit"]
    if which == "next":
        return _said(None)
    if unit == "night":
        back = timedelta(days=0 if which == "this" else 1)
        return _said(
            _night(clock.today - timedelta(days=1), clock.today, clock.zone)
            if back
            else _hours(clock.today, 18, 24, clock.zone)
        )
    if unit in _PARTS:
        return _said(_part_of(clock.today, unit, clock.zone))
    if unit in _SEASONS:
        return _season(unit, clock, this="this" in which)
    first, last, precision = _calendar(unit, clock.today)
    if "this" not in which and which not in ("over the", "at the"):
        first, last, precision = _calendar(unit, first - timedelta(days=1))
    return _said(span_window(first, min(last, clock.today), clock.zone, precision))


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


def _season(name: str, clock: Clock, *, this: bool) -> Said:
    """“Last autumn”, “this summer”, by the months of the northern half: the latest that had begun."""
    first = date(clock.today.year, _SEASONS[name], 1)
    if first > clock.today:
        first = first.replace(year=first.year - 1)
    last = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    if not this and last >= clock.today:
        first, last = first.replace(year=first.year - 1), last.replace(year=last.year - 1)
    return _said(span_window(first, min(last, clock.today), clock.zone, Precision.MONTH))


def _calendar(unit: str, day: date) -> tuple[date, date, Precision]:
    monday = day - timedelta(days=day.weekday())
    if unit == "weekend":
        saturday = monday + timedelta(days=5) if day.weekday() >= 5 else monday - timedelta(days=2)
        return saturday, saturday + timedelta(days=1), Precision.DAY
    if unit == "week":
        return monday, monday + timedelta(days=6), Precision.WEEK
    if unit == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), Precision.MONTH
    return date(day.year, 1, 1), date(day.year, 12, 31), Precision.YEAR


def _ago(match: re.Match[str], clock: Clock) -> Said:
    unit, word = match["agou"], match["agow"]
    if word in ("after", "before"):
        return _counted_from(match, clock)
    many = number_of(match["ago"]) or (1.0 if match["ago"] in ("a", "an") else 0.0)
    base = clock.today if word == "ago" else (clock.anchor or clock.today)
    sign = 1 if word in ("later", "after") else -1
    if unit in ("minute", "hour"):
        return _said(day_window(base, clock.zone))
    if not many:
        return _some_time(base, _DAYS_OF[unit], clock)
    day = base + sign * timedelta(days=many * _DAYS_OF[unit])
    if day > clock.today and clock.anchor is None:
        raise ValueError("later than a day that nobody named")
    if day > clock.today:
        return _said(None)
    if unit in ("day", "night"):
        return _said(day_window(day, clock.zone))
    if unit == "year":
        return _said(span_window(day - _HALF_A_YEAR, day + _HALF_A_YEAR / 2, clock.zone, Precision.YEAR))
    unit = "week" if unit == "fortnight" else unit
    first, last, precision = _calendar(unit, day)
    return _said(span_window(first, min(last, clock.today), clock.zone, precision))


def _some_time(base: date, unit: int, clock: Clock) -> Said:
    """“A few days ago”, “several months ago”: some of them, and of longer ones at least one."""
    first, last = base - timedelta(days=max(14, 6 * unit)), base - timedelta(days=unit if unit > 1 else 0)
    return _said(span_window(first, last, clock.zone, _width(first, last)))


_HALF_A_YEAR = timedelta(days=183)
_DAYS_OF = {"day": 1, "night": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}


def _counted_from(match: re.Match[str], clock: Clock) -> Said:
    """“A day before, …”, “two days after the fall of”: counted back from the day spoken of."""
    alone = match.string[match.end() : match.end() + 1] in (",", ".")
    one = match["ago"] in ("a", "an") and (alone or match["agow"] == "after")
    exact = number_of(match["ago"]) or one
    days = int(exact or 0) * {"day": 1, "week": 7}.get(match["agou"], 0)
    if not days or (match["agow"] == "before" and not alone):
        raise ValueError("counts from something else: a year after it was lost")
    day = (clock.anchor or clock.today) - timedelta(days=days)
    return Said(0, 0, day_window(day, clock.zone), of_day=True, shift=-days)


def _that_day(match: re.Match[str], clock: Clock) -> Said:
    day = clock.anchor or clock.today
    part = match["that"]
    same = "same" in match[0]
    return _said(
        _part_of(day, part, clock.zone) if part in _PARTS else day_window(day, clock.zone), of_day=same
    )


def _third(match: re.Match[str], clock: Clock) -> Said:
    """“At the start of the month”, “since the end of last week”: a third of it."""
    first, last, precision = _calendar(match["thirdu"], clock.today)
    if match["thirdwhich"] == "last" or (match["third"] == "end" and last > clock.today):
        first, last, precision = _calendar(match["thirdu"], first - timedelta(days=1))
    third = timedelta(days=round(((last - first).days + 1) / 3) - 1)
    opens = {"end": last - third, "middle": first + third + timedelta(days=1)}.get(match["third"], first)
    closes = min(opens + third, clock.today)
    if match.string[match.start() :].lstrip().startswith(("since", "from")):
        closes = clock.today
    return _said(
        span_window(
            opens,
            max(opens, closes),
            clock.zone,
            _width(opens, closes) if precision is not Precision.YEAR else Precision.MONTH,
        )
    )


def _feast(match: re.Match[str], clock: Clock) -> Said:
    """“New Year's Day”: the last one."""
    month, day = (1, 1) if "new" in match["feast"] else (12, 25)
    that = date(clock.today.year, month, day)
    if "eve" in match["feast"]:
        that -= timedelta(days=1)
    while that > clock.today:
        that = date(that.year - 1, that.month, that.day)
    return _said(day_window(that, clock.zone))


def _few(match: re.Match[str], clock: Clock) -> Said:
    base = clock.today if match["feww"] == "ago" else (clock.anchor or clock.today)
    if match["few"] == "hours":
        return _said(day_window(base, clock.zone))
    if match["few"] != "days" and match["feww"] == "later":
        return _said(span_window(base, clock.today, clock.zone, _width(base, clock.today)))
    if match["few"] != "days":
        return _some_time(base, _DAYS_OF[match["few"].rstrip("s")], clock)
    first = base - timedelta(days=7) if match["feww"] != "later" else base
    last = base if match["feww"] != "later" else min(base + timedelta(days=7), clock.today)
    return _said(span_window(first, last, clock.zone, Precision.WEEK))


def _over(match: re.Match[str], clock: Clock) -> Said:
    many = number_of(match["over"]) if match["over"] else 1.0
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30}[match["overu"].rstrip("s")] * (many or 1)
    first = clock.today - timedelta(days=max(1, round(days)))
    return _said(span_window(first, clock.today, clock.zone, _width(first, clock.today)))


def _adjacent(match: re.Match[str], clock: Clock) -> Said:
    base = clock.anchor or clock.today
    after = match["adj"].startswith(("next", "following")) or match["adj"] in ("day later", "day after")
    day = base + timedelta(days=1 if after else -1)
    window = day_window(min(day, clock.today), clock.zone)
    return Said(0, 0, window, of_day=True, shift=1 if after else -1)


def _on_the_clock(match: re.Match[str], clock: Clock) -> Said:
    hour, minute = int(match["h"]), int(match["min"] or 0)
    half = (match["ap"] or "").replace(".", "")
    hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
    at = datetime.combine(clock.anchor or clock.today, time(hour, minute), clock.zone)
    return _said(Window(at, at, Precision.MINUTE), of_day=True)


def _part_alone(match: re.Match[str], clock: Clock) -> Said:
    day = clock.anchor or clock.today
    return _said(_part_of(day, match["alone"], clock.zone), of_day=True)


_READERS: tuple[tuple[str, Callable[[re.Match[str], Clock], Said]], ...] = (
    ("mid", _after_midnight),
    ("night", _night_between),
    ("into", _night_between),
    ("n3", _night_between),
    ("before", _night_before),
    ("recent", _recent),
    ("rel", _relative),
    ("iso", _dated),
    ("num", _dated),
    ("dm", _dated),
    ("mm", _dated),
    ("wd", _dated),
    ("month", _dated),
    ("year", _dated),
    ("which", _this_or_last),
    ("season", lambda match, clock: _season(match["season"], clock, this=True)),
    ("ago", _ago),
    ("third", _third),
    ("feast", _feast),
    ("that", _that_day),
    ("few", _few),
    ("overu", _over),
    ("adj", _adjacent),
    ("h", _on_the_clock),
    ("alone", _part_alone),
)


def _on_their_days(found: list[Said], clock: Clock) -> list[Said]:
    """Give each time of day the day named in the same sentence: "twice on Wednesday: at 06:00, at 15:30"."""
    days = [said.window.start.date() for said in found if said.window and not said.of_day and _one_day(said)]
    if not days or not any(said.of_day for said in found):
        return found
    return list(_moved(found, days[0], clock))


def _one_day(said: Said) -> bool:
    return said.window is not None and said.window.end - said.window.start < timedelta(hours=36)


def _moved(found: list[Said], day: date, clock: Clock) -> Iterator[Said]:
    for said in found:
        if said.window and not said.of_day and _one_day(said):
            day = said.window.start.date()
        if said.shift:
            said = replace(said, window=day_window(day + timedelta(days=said.shift), clock.zone))
        elif said.of_day and said.window:
            shift = day - (clock.anchor or clock.today)
            window = replace(said.window, start=said.window.start + shift, end=said.window.end + shift)
            said = replace(said, window=window)
        yield said

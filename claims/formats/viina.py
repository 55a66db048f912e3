"""The panel of VIINA's control tables becomes claims, one wherever the status of a place changed.

The table says for each place and day what several maps show. Each of those (``status_wiki``, ``status_dsm``,
…) speaks for itself; VIINA's own sum of them, ``status``, says nothing of its own and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from claims.claim import Claim, Event, Precision, Window
from claims.formats.columns import id_text
from claims.formats.days import Days
from claims.formats.reading import Reading, positions
from gazetteer.errors import shown
from gazetteer.rows import Source, read_records

PARTIES = {"UA": "Ukraine", "RU": "Russia"}
"""The parties by VIINA's codes; a code is looked for among the aliases of actors.csv before the name."""
CONTESTED = "CONTESTED"
NOT_SAID = frozenset(("", "NA", "NaN"))

NOT_ON_MAP = "of a place that the map does not have (places.csv: geonames_id)"
AS_BEFORE = "with every status as it was before"
NO_STATUS = "without any status"

_COLUMN = "status_"
_SPANS = ((1, Precision.DAY), (7, Precision.WEEK), (31, Precision.MONTH))


@dataclass
class _Seen:
    """What was last seen of one place: the day, its cells, and the last words of those that are blank."""

    day: str = ""
    cells: tuple[str, ...] = ()
    words: dict[int, tuple[str, str]] = field(default_factory=dict)


def read_claims(source: Source, reading: Reading) -> Iterator[Claim]:
    """Read a panel, whose rows must be in the order of their days for each place.

    Memory grows with the number of places, not of rows.
    """
    records = read_records(source, faults=reading.faults, name=reading.file)
    line, header = next(records, (0, []))
    if not line:
        return
    names = [name.strip().strip('"').lower() for name in header]
    key = "kod" if "kod" in names and "geonameid" not in names else "geonameid"
    found = positions(reading, line, header, (key, "date"))
    columns = {name: at for name, at in found.items() if name.startswith(_COLUMN)}
    if found and not columns:
        reading.fault(line, "", "has no status column, such as status_wiki, status_dsm or status_isw")
    if not columns:
        return
    rows = _Rows(reading, columns)
    at_place, at_day = found[key], found["date"]
    for line, cells in records:
        reading.tally.rows += 1
        yield from rows.claims(line, cells[at_place].strip(), cells[at_day].strip(), cells)


class _Rows:
    def __init__(self, reading: Reading, columns: Mapping[str, int]) -> None:
        self.reading, self.newcomers = reading, reading.newcomers
        self.days = Days(reading.known)
        self.columns = tuple(columns.values())
        self.names = tuple(name.removeprefix(_COLUMN) for name in columns)
        self.viina = reading.newcomers.source("VIINA", "https://github.com/zhukovyuri/VIINA")
        self._places: dict[str, str | None] = {}
        self._seen: dict[str, _Seen] = {}

    def claims(self, line: int, place: str, day: str, cells: Sequence[str]) -> Iterator[Claim]:
        """Claims of one row: one for each map whose status of the place is not what it was."""
        place_id = self._place_id(place)
        if place_id is None:
            self.reading.pass_over(NOT_ON_MAP)
            return
        seen = self._seen.setdefault(place, _Seen())
        said = tuple(cells[at] for at in self.columns)
        if said == seen.cells and day > seen.day:
            seen.day = day
            self.reading.pass_over(AS_BEFORE)
            return
        try:
            yield from self._changed(place, place_id, day, said, seen)
        except ValueError as refusal:
            self.reading.fault(line, "date", str(refusal))

    def _changed(
        self, place: str, place_id: str, day: str, said: tuple[str, ...], seen: _Seen
    ) -> Iterator[Claim]:
        today = self.days.window(day)
        if seen.day and day <= seen.day:
            raise ValueError(f"{shown(day)} is not after {seen.day}, the day of the row before of this place")
        made = []
        for number, cell in enumerate(said):
            word, before = _word(cell), self._before(number, seen)
            if word in NOT_SAID:
                if before:
                    seen.words[number] = before
            elif not before or before[1] != word:
                made.append(self._claim(place, place_id, day, number, word, self._window(before, today)))
        seen.day, seen.cells = day, said
        if not made:
            self.reading.pass_over(NO_STATUS if all(_word(cell) in NOT_SAID for cell in said) else AS_BEFORE)
        yield from made

    def _before(self, number: int, seen: _Seen) -> tuple[str, str] | None:
        """The last word of one map on a place, and its day."""
        if not seen.cells:
            return None
        word = _word(seen.cells[number])
        return (seen.day, word) if word not in NOT_SAID else seen.words.get(number)

    def _window(self, before: tuple[str, str] | None, today: Window) -> Window:
        """From the end of the day on which the map still showed the other status; the day alone at first."""
        if before is None:
            return today
        start = self.days.window(before[0]).end
        days = round((today.end - start).total_seconds() / 86_400)
        precision = next((name for most, name in _SPANS if days <= most), Precision.YEAR)
        return Window(start, today.end, precision)

    def _claim(self, place: str, place_id: str, day: str, number: int, word: str, happened: Window) -> Claim:
        if word not in PARTIES and word != CONTESTED:
            raise ValueError(f"{_COLUMN}{self.names[number]} is {shown(word)}; it is UA, RU or {CONTESTED}")
        contested = word == CONTESTED
        return Claim(
            id=id_text(f"viina-{place}-{day}-{self.names[number]}"),
            place_as_written=place,
            place_id=place_id,
            event=Event.CONTESTED if contested else Event.HOLDS,
            holder=self._party("RU" if contested else word),
            from_holder=self._party("UA") if contested else None,
            claimant=self.newcomers.source(f"VIINA {self.names[number]}"),
            reporter=self.viina,
            happened=happened,
            reported_at=happened.end,
            reported_day_precision=True,
            status="claimed",
            reliability="F",
            credibility=6,
        )

    def _party(self, code: str) -> str | None:
        return self.newcomers.actor(PARTIES[code], code)

    def _place_id(self, place: str) -> str | None:
        if place not in self._places:
            plain = place.removesuffix(".0")
            known = self.newcomers.place_of_geonames(int(plain)) if _is_number(plain) else None
            self._places[place] = known or self.newcomers.place_called(place)
        return self._places[place]


def _word(cell: str) -> str:
    return cell.strip().strip('"')


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12

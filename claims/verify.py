"""Whether every row of a ledger is as it was recorded; each that is not is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from claims.chain import BY_HAND, CHANGESET, CONTENT, GENESIS, entry_hash, hash_of
from claims.corrections import Action
from claims.database import Database
from claims.drawn_shapes import BadShapes, sha256_of
from claims.entries import KINDS, is_canonical, value_of
from claims.links import Chain, Fault, Link, links
from claims.raw_rows import RawDatabase, Unreadable, walk
from claims.schema import OLDER, VERSION, changeset_table, entry_table
from gazetteer.errors import shown

_ENTRIES = Chain(
    tuple(column.name for column in entry_table.columns),
    frozenset({"seq"}),
    (*CONTENT[1:], *BY_HAND),
    entry_hash,
)
_CHANGESETS = Chain(
    tuple(column.name for column in changeset_table.columns),
    frozenset({"number", "first_seq", "last_seq"}),
    (*CHANGESET[1:], "tool"),
    hash_of,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was recorded.

    ``where`` is ``entry``, ``changeset``, ``shape``, ``file`` or ``head``; ``first`` and ``last`` are the
    numbers of the rows, None for the file as a whole; map, kind and key are as far as they can still be
    read. ``what`` is a word for programs, ``said`` the sentence.
    """

    where: str
    what: str
    said: str
    first: int | None = None
    last: int | None = None
    map_id: str = ""
    kind: str = ""
    key: str = ""


@dataclass(frozen=True)
class Verification:
    """What a check found. ``head`` is the hash of the ledger's last entry, ``heads`` of each map's."""

    entries: int
    changesets: int
    head: str
    heads: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def well(self) -> bool:
        """Whether everything is as it was recorded."""
        return not self.problems


def verify(
    database: Database,
    map_id: str | None = None,
    head: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Read every row of a ledger as it stands in the database, and check it against all others.

    Parameters
    ----------
    map_id
        The map whose head ``head`` is; the whole ledger is checked in any case.
    head
        A head that somebody noted earlier, or that stands in something that was published: an entry with
        that hash must still be there.
    progress
        Called now and then with the number of entries read and of all.
    """
    of_log = [_of_file("log", said) for said in database.damage_of_log()]
    try:
        with _view(database) as raw:
            check = _Check(raw, progress or _silent)
            check.changesets()
            check.entries(map_id, head)
            check.shapes()
            check.guards()
            check.own_check()
    except Unreadable as problem:
        said = f"The ledger {database.address} cannot be read: {problem}"
        return Verification(0, 0, "", {}, (*of_log, Problem("file", "unreadable", said)))
    return Verification(check.count, len(check.writes), check.head, check.heads, (*of_log, *check.problems))


def _view(database: Database) -> AbstractContextManager[RawDatabase]:
    """A view of the rows as they stand; an older ledger is brought up to date first."""
    with database.raw() as raw:
        version = raw.version()
    if version in OLDER:
        with database.reading():
            pass
    elif version != VERSION:
        why = f"its tables are of version {shown(version)}" if version else "it has no table of entries"
        raise Unreadable(f"{why}; this program knows {VERSION}")
    return database.raw()


@dataclass(frozen=True, slots=True)
class _Write:
    """A change set that is as it was recorded."""

    number: int
    map_id: str
    first: int
    last: int
    head: str
    recorded_at: str


@dataclass
class _Check:
    """What is known so far while the rows go by."""

    raw: RawDatabase
    progress: Callable[[int, int], None]
    problems: list[Problem] = field(default_factory=list)
    writes: list[_Write] = field(default_factory=list)
    count: int = 0
    head: str = GENESIS
    heads: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    unclaimed: tuple[int, int] | None = None
    drawn: dict[str, Link] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the last entry that there should be."""
        return max((write.last for write in self.writes), default=0)

    def changesets(self) -> None:
        """Check the change sets, and keep those that entries can be held against."""
        for link in links(walk(self.raw, changeset_table, 0), _CHANGESETS, {}, 0):
            if link.faults:
                self.broken = True
                self.problems.append(_of_changeset(link))
            else:
                row = link.row
                names = ("number", "map_id", "first_seq", "last_seq", "head", "recorded_at")
                self.writes.append(_Write(*(row[name] for name in names)))
        for before, write in zip([None, *self.writes], self.writes, strict=False):
            follows = before is None or before.number + 1 != write.number or before.last + 1 == write.first
            if not follows or write.first > write.last:
                said = f"Change set {write.number} does not begin behind the last entry of the one before it"
                self.problems.append(Problem("changeset", "range", said, write.number, write.number))

    def entries(self, map_id: str | None, head: str | None) -> None:
        """Check the entries, and whether one of them has the hash that somebody noted."""
        noted = {write.last: write.head for write in self.writes}
        found = head is None
        of_write = iter(self.writes)
        write = next(of_write, None)
        for link in links(walk(self.raw, entry_table, self.last), _ENTRIES, noted, self.last):
            self.problems.extend(self._named(link))
            if link.hash is None:
                continue
            while write and write.last < link.first:
                write = next(of_write, None)
            self._place(link, write)
            found = found or (link.hash == head and map_id in (None, link.row["map_id"]))
            self._understand(link)
        if self.unclaimed and not self.broken:
            first, last = self.unclaimed
            said = f"No change set brought {_numbered(first, last).lower()}"
            self.problems.append(Problem("entry", "no_changeset", said, first, last))
        if map_id is not None and map_id not in self.heads:
            said = f"The ledger has no map {shown(map_id)}; it has {', '.join(self.heads) or 'none'}"
            self.problems.append(Problem("head", "unknown_map", said))
        elif not found:
            whose = f"of the map {shown(map_id)} " if map_id else ""
            said = (
                f"No entry {whose}has the hash {shown(head or '', 80)}: since that head was noted, "
                "entries were changed or cut off"
            )
            self.problems.append(Problem("head", "unknown_head", said))

    def _understand(self, link: Link) -> None:
        """Look at what an entry says, where it says what was recorded."""
        if link.faults:
            return
        self.problems.extend(_meaning(link, None if self.problems else self.raw))
        if link.row["kind"] == "observation":
            self._note_shapes(link)

    def _note_shapes(self, link: Link) -> None:
        """Remember the first entry that names some shapes, to look for them once."""
        with suppress(ValueError, TypeError, LookupError, AttributeError):
            self.drawn.setdefault(json.loads(link.row["body"])["sha256"], link)

    def shapes(self) -> None:
        """Check that the shapes of every observation are there, and are those that were recorded."""
        left = dict(self.drawn)
        with suppress(Unreadable):  # whatever could not be read is asked for by its hash below
            for own, content in self.raw.shapes():
                link = left.pop(own, None) if isinstance(own, str) else None
                if _is_of(own, content):
                    continue
                if link is not None:
                    self.problems.append(_of_entry(link, "shapes", "draws shapes that are not as recorded"))
                elif own not in self.drawn:
                    said = f"The shapes {shown(_readable(own), 80)} are not what their hash says"
                    self.problems.append(Problem("shape", "content", said))
        for own, link in left.items():
            self.problems.extend(self._shapes_apart(own, link))

    def _shapes_apart(self, own: str, link: Link) -> Iterator[Problem]:
        """Shapes that were not met on the way through their table."""
        try:
            content = self.raw.shape(own)
        except Unreadable as problem:
            yield _of_entry(link, "shapes", f"draws shapes that cannot be read ({problem})")
            return
        if content is None:
            yield _of_entry(link, "shapes", "draws shapes that are missing")
        elif not _is_of(own, content):
            yield _of_entry(link, "shapes", "draws shapes that are not as recorded")

    def _place(self, link: Link, write: _Write | None) -> None:
        """Count an entry, and hold it against the change set that brought it."""
        self.count += 1
        if self.count % 1_000 == 0:
            self.progress(self.count, self.last)
        self.head = str(link.hash)
        self.heads[str(link.row["map_id"])] = self.head
        if write is None or link.first < write.first:
            self.unclaimed = (self.unclaimed[0] if self.unclaimed else link.first, link.first)
            return
        if not link.faults and (link.row["map_id"], link.row["recorded_at"]) != (
            write.map_id,
            write.recorded_at,
        ):
            said = f"is of another map or time than change set {write.number}, which brought it"
            self.problems.append(_of_entry(link, "changeset", said))
        if link.first == write.last and not link.faults and link.hash != write.head:
            said = (
                f"{_numbered(write.first, write.last)} are not those that change set {write.number} "
                "recorded: some were changed, and the hashes made anew from there on"
            )
            self.problems.append(Problem("entry", "rewritten", said, write.first, write.last, write.map_id))

    def _named(self, link: Link) -> Iterator[Problem]:
        if not link.faults:
            return
        if Fault.NUMBER in link.faults:
            names = tuple(_readable(link.row[name]) for name in ("map_id", "kind", "key"))
            said = f"A row that calls itself entry {link.first} ({_identity(*names)}) is not one of the chain"
            yield Problem("entry", Fault.NUMBER, said, None, None, *names)
            return
        if link.row:
            yield _of_entry(link, link.faults[0], _said(link))
            return
        what, said = link.faults[0], _said(link)
        known: dict[int, tuple[str, str, str]] = {}
        with suppress(Unreadable):
            known = self.raw.named_by_index(link.first, link.last)
        for number, names in sorted(known.items()):
            yield Problem(
                "entry", what, f"Entry {number} ({_identity(*names)}) {said}", number, number, *names
            )
        for first, last in _between(link.first, link.last, known):
            many = said.replace("is missing", "are missing") if first < last else said
            yield Problem("entry", what, f"{_numbered(first, last)} {many}", first, last)

    def guards(self) -> None:
        """Check that the database would still refuse changes."""
        for name in self.raw.missing_guards():
            said = (
                f"The database no longer refuses changes of what was recorded: its trigger {name} is missing"
            )
            self.problems.append(Problem("file", "guard", said))

    def own_check(self) -> None:
        """Ask the database for what it finds wrong with its indexes and pages."""
        try:
            for said in self.raw.own_check():
                self.problems.append(_of_file("database", f"The database's own check says: {said}"))
        except Unreadable as problem:
            said = f"The database's own check cannot be made: {problem}"
            self.problems.append(_of_file("database", said))


def _silent(done: int, total: int) -> None:
    del done, total


def _of_file(what: str, said: str) -> Problem:
    return Problem("file", what, said)


def _of_entry(link: Link, what: str, said: str) -> Problem:
    names = tuple(_readable(link.row[name]) for name in ("map_id", "kind", "key"))
    number = link.first
    return Problem("entry", what, f"Entry {number} ({_identity(*names)}) {said}", number, number, *names)


def _of_changeset(link: Link) -> Problem:
    which = f"Change set {link.first}" if link.first == link.last else f"Change sets {link.first}–{link.last}"
    placed = Fault.NUMBER not in link.faults
    numbers = (link.first, link.last) if placed else (None, None)
    return Problem("changeset", link.faults[0], f"{which} {_said(link)}", *numbers)


def _readable(value: Any) -> str:  # noqa: ANN401 - whatever stands in a damaged row
    return value if isinstance(value, str) else "?"


def _identity(map_id: str, kind: str, key: str) -> str:
    return f"{_plain(map_id)}, {_plain(kind)} {_plain(key)}"


def _plain(text: str) -> str:
    return shown(text, 80).strip("'")


def _numbered(first: int, last: int) -> str:
    return f"Entry {first}" if first == last else f"Entries {first}–{last}"


def _between(first: int, last: int, known: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    """The spans of numbers that are not known."""
    for number in sorted(known):
        if first < number:
            yield first, number - 1
        first = number + 1
    if first <= last:
        yield first, last


_SAID = {
    Fault.TYPE: "holds something else than text where it should, or text that is not UTF-8",
    Fault.CONTENT: "does not say what was recorded",
    Fault.OWN_HASH: "has a damaged hash; what it says is as recorded",
    Fault.HASH_BEFORE: "has a damaged hash of the one before it; what it says is as recorded",
    Fault.NUMBER: "stands where no row of that number belongs",
    Fault.MISSING: "is missing",
    Fault.UNREADABLE: "cannot be read",
}


def _said(link: Link) -> str:
    if link.faults == (Fault.CONTENT, Fault.OWN_HASH):
        return "does not say what was recorded; its hash is damaged or was made anew"
    return _SAID[link.faults[0]] + (f" ({link.said})" if link.said else "")


def _meaning(link: Link, raw: RawDatabase | None) -> Iterator[Problem]:
    """What is wrong with an entry whose hash is right: it was written by something else than Frontline.

    Without ``raw``, since some of what it would find is damaged, nobody asks what an entry replaces.
    """
    row = link.row
    if row["kind"] not in KINDS or row["action"] not in ("", *Action):
        yield _of_entry(
            link, "kind", f"has the unknown kind {shown(row['kind'])} or action {shown(row['action'])}"
        )
        return
    if not _is_instant(row["recorded_at"]):
        yield _of_entry(
            link, "recorded_at", f"was recorded at {shown(row['recorded_at'])}, which is no instant"
        )
    if not is_canonical(row["body"]):
        yield _of_entry(link, "body", "is not written as canonical JSON")
    elif row["action"] in ("", Action.CORRECTED) and not _has_value(row["kind"], row["body"]):
        yield _of_entry(link, "body", f"cannot be understood as a {row['kind']}")
    same = (row["map_id"], row["kind"], row["key"], row["seq"])
    if raw and row["replaces"] and row["replaces"] not in raw.earlier_hashes(*same):
        yield _of_entry(link, "replaces", "names an older entry that is none of its own key")


def _is_of(own: Any, content: Any) -> bool:  # noqa: ANN401 - whatever stands in a damaged row
    """Whether a hash is that of packed shapes."""
    try:
        return isinstance(content, bytes) and sha256_of(content) == own
    except BadShapes:
        return False


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _has_value(kind: str, body: str) -> bool:
    try:
        value_of(kind, body)
    except (ValueError, TypeError, LookupError, AttributeError):
        return False
    return True

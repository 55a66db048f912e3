"""A ledger becomes one file that can be kept elsewhere, and that file becomes a ledger again."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from claims.database import Database
from claims.errors import BadBackup, LedgerUnavailable, NotEmpty
from claims.raw_rows import Unreadable
from claims.raw_sqlite import raw_sqlite
from claims.schema import OLDER, changeset_table, entry_table, shape_table
from claims.verify import Verification, verify
from gazetteer.errors import shown

_TABLES = {shape_table: 50, entry_table: 1_000, changeset_table: 1_000}
"""What is copied, and how many rows at once; what was only prepared is not."""
_MOST_TOLD = 10
_LONGEST_PATH = 400

Progress = Callable[[int, int], None]


def backup(database: Database, file: Path, progress: Progress | None = None) -> Verification:
    """Write everything a ledger has at this moment into one new file, while others read and write.

    The file is a SQLite ledger, whatever database it comes from. It is made beside its place, checked, and
    moved there whole; what was checked is given back.

    Raises
    ------
    FileExistsError
        There is something at that place already; a backup overwrites nothing.
    BadBackup
        The ledger itself is damaged: what was copied does not pass the check.
    LedgerUnavailable
        The ledger cannot be read, there is none, or the file cannot be written.
    """
    if os.path.lexists(file):
        raise FileExistsError(f"There is already {_at(file)}; name a new file: backups overwrite nothing")
    if not file.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {_at(file.parent)} to write {file.name} in")
    with _beside(file) as partial:
        made = Database(f"sqlite:///{partial}", keep_log=False)
        try:
            with database.reading() as source:
                if source is None:
                    raise LedgerUnavailable(f"There is nothing to back up: no ledger at {database.address}")
                with made.writing() as target:
                    _copy(source, target, progress)
            found = verify(made)
        finally:
            made.close()
        if not found.well:
            raise BadBackup(f"The ledger {database.address} is damaged; no backup was made. {_told(found)}")
        _move(partial, file)
    return found


def restore(file: Path, database: Database, progress: Progress | None = None) -> Verification:
    """Fill an empty ledger from a backup, all of it or nothing; then check the ledger.

    Raises
    ------
    BadBackup
        The file is no ledger, or is not as it was made. Nothing was written.
    NotEmpty
        The ledger has entries already.
    LedgerUnavailable
        The ledger cannot be written.
    """
    with _readable(file) as backed_up, backed_up.reading() as source, database.writing() as target:
        if source is None:
            raise BadBackup(f"There is no file {_at(file)}")
        if any(target.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)) for table in _TABLES):
            raise NotEmpty(
                f"The ledger {database.address} has entries already; restore into one that is not there yet"
            )
        _copy(source, target, progress)
    return verify(database)


def _copy(source: sa.Connection, target: sa.Connection, progress: Progress | None) -> None:
    """Copy every row as it is, from one view into one transaction."""
    total = source.scalar(sa.select(sa.func.max(entry_table.c.seq))) or 0
    for table, at_once in _TABLES.items():
        number = next(iter(table.columns))
        rows = source.execute(sa.select(table).order_by(number).execution_options(yield_per=at_once))
        done = 0
        for part in rows.partitions():
            target.execute(sa.insert(table), [dict(row._mapping) for row in part])
            done += len(part)
            if progress and table is entry_table:
                progress(done, total)


@contextmanager
def _readable(file: Path) -> Iterator[Database]:
    """The ledger in a backup's file, after it passed the check."""
    with _up_to_date(file) as current:
        backed_up = Database(f"sqlite:///{current}")
        try:
            found = verify(backed_up)
            if not found.well:
                raise BadBackup(f"{_at(file)} is no sound backup; nothing was restored. {_told(found)}")
            yield backed_up
        finally:
            backed_up.close()


@contextmanager
def _up_to_date(file: Path) -> Iterator[Path]:
    """The file, or, where an older Frontline made it, a copy that may be brought up to date."""
    try:
        with raw_sqlite(file) as raw:
            old = raw.version() in OLDER
    except Unreadable:
        old = False  # the check will say why
    if not old:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="frontline-restore-") as folder:
        yield Path(shutil.copyfile(file, Path(folder) / file.name))


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A place in the same folder for what is not ready; nothing is left there."""
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
        yield Path(folder) / file.name


def _move(made: Path, file: Path) -> None:
    """Put a file in its place once it is on the disk, unless something has come there meanwhile."""
    _on_disk(made)
    os.link(made, file)
    _on_disk(file.parent)


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _at(path: Path) -> str:
    return shown(str(path), _LONGEST_PATH)


def _told(found: Verification) -> str:
    first = " ".join(f"{problem.said}." for problem in found.problems[:_MOST_TOLD])
    more = len(found.problems) - _MOST_TOLD
    return f"{first} And {more} more" if more > 0 else first

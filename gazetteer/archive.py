"""A zip archive is looked at before anything is taken out of it; what would expand too far is refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from gazetteer.errors import shown

MOST_MEMBERS = 1_000
MOST_TIMES = 250
"""How many times its packed size a member may expand to, once it is over ``_FREE`` bytes."""
MOST_OF_TABLE = 8_000_000_000
"""The most bytes of a zipped table: it is read as a stream, and costs time only."""
MOST_OF_WORKBOOK = 500_000_000
"""The most bytes of a workbook, unpacked: parts of it stand in memory."""

_FREE = 1_000_000


class BadArchive(ValueError):  # noqa: N818 - a reporter reads "bad archive"
    """A zip archive cannot be read, or must not be unpacked."""


def check_zip(archive: ZipFile, most_bytes: int) -> list[ZipInfo]:
    """Give the members of an archive that may be unpacked.

    Only its central directory is read. It cannot lie: nothing more than the size that it states is ever taken
    out of a member.

    Raises
    ------
    BadArchive
        It has too many members, is encrypted, or would expand beyond the limits.
    """
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise BadArchive(f"has {len(members):,} files in it; the most is {MOST_MEMBERS:,}")
    total = sum(member.file_size for member in members)
    if total > most_bytes:
        raise BadArchive(f"would expand to {total:,} bytes; the most is {most_bytes:,}")
    for member in members:
        if member.flag_bits & 0x1:
            raise BadArchive(f"{shown(member.filename)} in it is encrypted")
        if member.file_size > max(_FREE, MOST_TIMES * member.compress_size):
            times = f"more than {MOST_TIMES} times its packed size"
            raise BadArchive(
                f"{shown(member.filename)} in it would expand to {member.file_size:,} bytes, {times}"
            )
    return members


@contextmanager
def table_in(path: Path) -> Iterator[IO[bytes]]:
    """Open the one CSV in a zip archive as a stream of bytes.

    Raises
    ------
    BadArchive
        It is no zip archive, may not be unpacked, or has not exactly one CSV in it.
    """
    with path.open("rb") as file, ExitStack() as opened:
        try:
            archive = opened.enter_context(ZipFile(file))
            tables = [m for m in check_zip(archive, MOST_OF_TABLE) if _is_table(m.filename)]
            if len(tables) != 1:
                raise BadArchive(f"has {len(tables)} CSV files in it; unpack it and load them one by one")
            stream = opened.enter_context(archive.open(tables[0]))
        except BadArchive:
            raise
        except Exception as problem:  # rotten bytes make zipfile raise anything at all
            raise BadArchive(_said(problem)) from None
        try:
            yield stream
        except (BadZipFile, EOFError, zlib.error) as problem:
            raise BadArchive(_said(problem)) from None


def _said(problem: Exception) -> str:
    return f"cannot be read as a zip archive ({shown(str(problem), 200)})"


def _is_table(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith("__MACOSX/")

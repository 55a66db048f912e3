"""What can go wrong with a map's folder or its ledger, said so that the next step is clear."""

from __future__ import annotations


class NotAMapFolder(FileNotFoundError):  # noqa: N818 - a reporter reads "not a map folder"
    """The folder to load has no map.toml."""

    def __str__(self) -> str:
        return str(self.args[0])


class FolderNotEmpty(FileExistsError):  # noqa: N818 - a reporter reads "folder not empty"
    """A new map was to be written where something is already."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownMap(LookupError):  # noqa: N818 - a reporter reads "unknown map"
    """The ledger has no such map, has none at all, or has several where one was meant."""


class NotALedger(ValueError):  # noqa: N818 - a reporter reads "not a ledger"
    """The address of a ledger names something that is no ledger, or that cannot be opened as one."""


class LedgerUnavailable(OSError):  # noqa: N818 - a reporter reads "ledger unavailable"
    """The ledger cannot be opened, read or written just now."""

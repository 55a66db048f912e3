"""What can go wrong with a map's folder or its ledger, said so that the next step is clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gazetteer.errors import shown

if TYPE_CHECKING:
    from claims.entries import StoredEntry
    from claims.report_draft import ReportDraft


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


class DamagedLedger(ValueError):  # noqa: N818 - a reporter reads "damaged ledger"
    """An entry is there and cannot be understood."""

    def __init__(self, kind: str, key: str, problem: object) -> None:
        why = shown(str(problem), 160)
        super().__init__(
            f"The {shown(kind)} {shown(key)} in the ledger cannot be understood ({why}); the ledger is "
            "damaged. 'frontline verify' says what of it; restore it from a backup"
        )


class LedgerUnavailable(OSError):  # noqa: N818 - a reporter reads "ledger unavailable"
    """The ledger cannot be opened, read or written just now."""


class UnknownHead(LookupError):  # noqa: N818 - a reporter reads "unknown head"
    """A map has no entry with that hash."""


class UnknownEntry(LookupError):  # noqa: N818 - a reporter reads "unknown entry"
    """The map has nothing of that kind and key, or no longer: it was retracted or merged."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"The map has no {kind} '{key}', or it was retracted or merged into another")


class StaleCorrection(ValueError):  # noqa: N818 - a reporter reads "stale correction"
    """Somebody else has changed the entry meanwhile; ``newest`` is the entry as it stands."""

    def __init__(self, newest: StoredEntry) -> None:
        self.newest = newest
        done = newest.action or "loaded again"
        who = f" by {newest.by}" if newest.by else ""
        why = f" ({newest.why})" if newest.why else ""
        super().__init__(
            f"The {newest.entry.kind} '{newest.entry.key}' was {done}{who} at "
            f"{newest.recorded_at:%Y-%m-%d %H:%M} UTC{why}, after you had opened it. Look at it again, then "
            "say what is still to be corrected"
        )


class UnknownRelease(LookupError):  # noqa: N818 - a reporter reads "unknown release"
    """The map has no release of that name."""


class BadBackup(ValueError):  # noqa: N818 - a reporter reads "bad backup"
    """What was to be kept, or taken back, is not as it was recorded."""


class NotEmpty(ValueError):  # noqa: N818 - a reporter reads "not empty"
    """A backup was to be restored into a ledger that has entries."""


class DraftDecided(ValueError):  # noqa: N818 - a reporter reads "draft decided"
    """A draft was accepted or rejected before."""

    def __init__(self, draft: ReportDraft) -> None:
        self.draft = draft
        who = f" by {draft.decided_by}" if draft.decided_by else ""
        why = f" ({draft.decided_why})" if draft.decided_why else ""
        super().__init__(f"The draft {draft.id} was {draft.state}{who} before{why}")


class DraftUnfinished(ValueError):  # noqa: N818 - a reporter reads "draft unfinished"
    """A draft cannot be accepted as it was read."""

    def __init__(self, own: str, problem: str) -> None:
        super().__init__(f"The draft {own} cannot be accepted yet: {problem}")

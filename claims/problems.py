"""What a database says of a failure becomes a named problem with a next step."""

from __future__ import annotations

from claims.errors import LedgerUnavailable, NotALedger


def named(problem: Exception, address: str) -> Exception:
    """The problem in our words; ``address`` is printed as the ledger's."""
    said = str(getattr(problem, "orig", None) or problem).strip()
    for sign, kind, sentence in _PROBLEMS:
        if sign in said.lower():
            return kind(sentence.format(address=address, said=said))
    return LedgerUnavailable(f"The ledger {address} cannot be used: {said}")


_PROBLEMS: tuple[tuple[str, type[Exception], str], ...] = (
    ("not a database", NotALedger, "{address} is not a ledger: the file is not a SQLite database"),
    (
        "malformed",
        NotALedger,
        "{address} is damaged ({said}). 'frontline verify' says what of it; restore it from a backup",
    ),
    (
        "could not decode",
        NotALedger,
        "{address} is damaged (a text in it is not UTF-8). 'frontline verify' says which; "
        "restore it from a backup",
    ),
    (
        "unable to open",
        LedgerUnavailable,
        "The ledger {address} cannot be opened; check that its folder exists and may be written",
    ),
    (
        "readonly database",
        LedgerUnavailable,
        "The ledger {address} may only be read; check the permissions of the file and of its folder",
    ),
    (
        "is full",
        LedgerUnavailable,
        "There is no room left on the disk for the ledger {address}; nothing was written. "
        "Make room, then try again",
    ),
    (
        "no space left",
        LedgerUnavailable,
        "There is no room left on the disk for the ledger {address}; nothing was written. "
        "Make room, then try again",
    ),
    (
        "disk i/o error",
        LedgerUnavailable,
        "The disk of the ledger {address} refuses ({said}); nothing was written. Look whether it is full, "
        "allowed so much, and sound",
    ),
    (
        "locked",
        LedgerUnavailable,
        "The ledger {address} is being written by somebody else; try again in a moment",
    ),
)
"""What a database says (in small letters), and what we say."""

"""Answers of geocoding services, kept in a folder: one small file for each question."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

MOST_BYTES = 2_000_000


class KeptAnswers:
    """A folder of answers; what cannot be read or written is as if it were not kept.

    Parameters
    ----------
    folder
        Made when the first answer is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> str | None:
        """Give what was kept under a key, or None."""
        with suppress(OSError, UnicodeDecodeError):
            path = self._path(key)
            if path.stat().st_size <= MOST_BYTES:
                question, _, answer = path.read_text(encoding="utf-8").partition("\n")
                return answer if question == key else None
        return None

    def put(self, key: str, value: str) -> None:
        """Keep a text under a key, all of it or nothing."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(f"{key}\n{value}")
            Path(temporary).replace(self._path(key))

    def _path(self, key: str) -> Path:
        return self.folder / f"{sha256(key.encode('utf-8', 'replace')).hexdigest()}.json"

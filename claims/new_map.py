"""An empty folder becomes the beginning of somebody's own map."""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path

from claims.errors import FolderNotEmpty
from gazetteer.errors import shown

_TEMPLATES = Path(__file__).with_name("new_map_files")
_TEMPLATE_ID = "my-map"


def write_new_map(directory: str | PathLike[str]) -> None:
    """Write a small invented map that loads and draws at once: two TOML files, six CSV files and a README.

    The map's id is made of the folder's name, so that two new maps in one ledger stay apart.

    Raises
    ------
    FolderNotEmpty
        Something is in the folder already, or it is a file; nothing is written.
    OSError
        The folder cannot be made or written.
    """
    folder = Path(directory)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{shown(str(folder))} is not an empty folder. Name one that is not there yet.")
    folder.mkdir(parents=True, exist_ok=True)
    for template in sorted(_TEMPLATES.iterdir()):
        text = template.read_text(encoding="utf-8")
        if template.name == "map.toml":
            text = text.replace(f'id = "{_TEMPLATE_ID}"', f'id = "{_id_of(folder)}"', 1)
        (folder / template.name).write_text(text, encoding="utf-8", newline="")


def _id_of(folder: Path) -> str:
    """An id out of the folder's name, which may be anything."""
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    return "-".join(words)[:60].strip("-") or _TEMPLATE_ID

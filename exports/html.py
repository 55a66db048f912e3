"""A map document becomes one HTML file that plays anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exports.light_page import light_page


def write_html(
    document: Mapping[str, Any],
    path: str | Path,
    *,
    at: int | None = None,
    lang: str = "en",
    theme: str = "auto",
    palette: str = "conventional",
    title: str | None = None,
    full_map_url: str | None = None,
    corrections_url: str | None = None,
) -> Path:
    """Write the light page (see ``exports.light_page.light_page``) as UTF-8 and return its path.

    The file is written beside its place and moved there whole: nobody reads half a page.
    """
    page = light_page(
        document,
        at=at,
        lang=lang,
        theme=theme,
        palette=palette,
        title=title,
        full_map_url=full_map_url,
        corrections_url=corrections_url,
    )
    target = Path(path)
    half = target.with_name(f".{target.name}.part")
    half.write_text(page, encoding="utf-8", newline="\n")
    half.replace(target)
    return target

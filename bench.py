"""Measure what a user waits for, and print one line for each figure: ``make bench``.

``python bench.py`` runs everything, ``python bench.py NAME…`` what is named: see ``QUESTIONS``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks import claims, names, overlay, pages, territory, war  # noqa: E402 - as tests use it


def _pages(folder: Path) -> None:
    url = f"sqlite:///{folder}/hama.db"
    claims.bench_example(url)
    document = pages.bench_drawing(url)
    pages.bench_light_page(document, folder)
    pages.bench_dashboard(url)


def _names(folder: Path) -> None:
    names.bench_gazetteer()
    names.bench_names()
    names.bench_world(folder)


def _claims(folder: Path) -> None:
    claims.bench_reading()
    claims.bench_history()
    claims.bench_import(folder)


def _territory(folder: Path) -> None:
    del folder  # it writes nothing
    territory.bench_territory()


QUESTIONS: dict[str, Callable[[Path], None]] = {
    "names": _names,
    "claims": _claims,
    "pages": _pages,
    "areas": war.bench_areas,
    "overlay": overlay.bench_overlay,
    "towns": war.bench_towns,
    "territory": _territory,
}
"""Each question with what measures it, in a folder that is thrown away, in the order of one run of all."""


def main(asked: list[str]) -> None:
    """Run the measurements that were asked for, or all of them."""
    unknown = [name for name in asked if name not in QUESTIONS]
    if unknown:
        sys.exit(f"Nothing is measured under '{unknown[0]}'; there is {', '.join(QUESTIONS)}")
    for name in asked or QUESTIONS:
        with tempfile.TemporaryDirectory() as folder:
            QUESTIONS[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])

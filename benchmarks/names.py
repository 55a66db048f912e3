"""Asking for a name: among a map's places, two countries', the world's."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from benchmarks.measuring import EXAMPLE, report, timed


def bench_gazetteer() -> None:
    """Asking for a name among the example's 430 places."""
    from gazetteer.index import Gazetteer
    from gazetteer.tables import read_places

    places = read_places(EXAMPLE / "places.csv")
    build_s, index = timed(lambda: Gazetteer(places))
    hama = index.locate("Hama")
    names = ["Maar Shahour", "Kafr'a", "Mount Zain Al-Abidin", "معر شحور", "Northern Sarha"]
    locate_s, _ = timed(lambda: [index.locate(name, near=hama) for name in names for _ in range(100)])
    report("gazetteer: build the index of 430 places", build_s, "s")
    report("gazetteer: locate one name", locate_s / 500 * 1000, "ms")


def bench_names() -> None:
    """How well real spellings are found among all places of two countries, and how fast."""
    import random

    from name_figures import (
        VARIANTS,
        chosen,
        foreign_names,
        gazetteer_of,
        given,
        neighbour,
        recall,
        right_when_sure,
    )

    from gazetteer.index import Context

    if not VARIANTS.exists():
        print("names: not measured, the real spellings (../shared/data/names) are not beside this checkout")
        return
    for country, script in (("SY", "latin"), ("SY", "arab"), ("UA", "cyrl"), ("UA", "latin")):
        gazetteer, rows = gazetteer_of(country), chosen(country, script, clear=True)
        took = [timed(lambda row=row, g=gazetteer: given(g, row)) for row in rows]
        answers = [answer for _, answer in took]
        label = f"names {country} {script}, {len(rows)} clear, no context:"
        report(f"{label} R@1", recall(answers, 1), "")
        report(f"{label} R@5", recall(answers, 5), "")
        report(f"{label} one name, median", statistics.median(s for s, _ in took) * 1000, "ms")
    for country in ("SY", "UA"):
        chance, gazetteer, pairs = random.Random(7), gazetteer_of(country), []
        for row in chosen(country, most=500):
            beside = neighbour(country, row, chance)
            if beside:
                pairs.append(given(gazetteer, row, Context(beside=(beside,))))
        alone = [given(gazetteer, row) for row in chosen(country, most=500)]
        label = f"names {country}, ambiguous ones too"
        report(f"{label}, no context: R@1", recall(alone, 1), "")
        report(f"{label}, a neighbour: R@1", recall(pairs, 1), "")
        share, how_many = right_when_sure(pairs + alone)
        report(f"names {country}: right of {how_many} answers with probability >= 0.9", share, "")
        pinned = sum(_is_pinned(gazetteer, name) for name in foreign_names())
        report(f"names {country}: pinned of 300 invented or foreign names", pinned / 300, "")


def _is_pinned(gazetteer: Any, name: str) -> bool:
    try:
        gazetteer.locate(name)
    except LookupError:
        return gazetteer.answer(name).settled is not None
    return True


def bench_world(folder: Path) -> None:
    """The index of all towns of the world: built once, opened at once, asked."""
    import random

    from gazetteer.cache import keep, kept
    from gazetteer.index import Gazetteer
    from gazetteer.world import world_places

    places, file = world_places((), 500), folder / "world.index"
    build_s, made = timed(lambda: Gazetteer(places))
    keep(made, file, "bench")
    open_s, index = timed(lambda: kept(file, "bench"))
    chance = random.Random(1)
    names = [chance.choice([p.name, *p.variants]) for p in chance.sample(places, 300)]
    asked = [timed(lambda name=name: index.answer(name))[0] for name in names]
    report(f"names: index of {len(places):,} places, built", build_s, "s")
    report("names: the same, its file", file.stat().st_size / 1e6, "MB")
    report("names: the same, opened", open_s * 1000, "ms")
    report("names: the same, one name, median", statistics.median(asked) * 1000, "ms")

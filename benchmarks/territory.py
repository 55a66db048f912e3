"""How much ground the methods of territory have right, and how long a map and a step of one take."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.measuring import SHARED, report


def bench_territory() -> None:
    """Two real years of drawn areas and 33,530 towns, where they are beside this checkout."""
    from layers.territory.evaluation import Asked, evaluated
    from layers.territory.trial import News
    from layers.territory.truth import read_towns, read_truth

    folders = [SHARED / "deepstate", SHARED / "deepstate-every10"]
    table = SHARED / "gazetteer" / "ukraine_places.csv"
    if not table.exists() or not all(folder.exists() for folder in folders):
        print("territory: not measured, the drawn areas (../shared/data) are not beside this checkout")
        return
    truth, towns = read_truth(folders), read_towns(table)
    asked = Asked(densities=("dense",), news=(News(0.3), News(every_status=True)), days=(300,), seeds=(1,))
    for row in evaluated(truth, towns, asked):
        known = "every status" if row.every_status else f"{row.reporting:.0%} reported"
        near, wide = row.bands[5.0].right, row.bands[10.0].right
        report(f"territory, 300 days, {known}, {row.method}: right within 5 km", near, "")
        report(f"territory, 300 days, {known}, {row.method}: right within 10 km", wide, "")
    _bench_play(truth, towns)


def _bench_play(truth: Any, towns: Any) -> None:
    from types import SimpleNamespace

    from layers.territory.ground import territory
    from layers.territory.trial import News, baseline_of, history_of, record_of, reports, trial
    from layers.territory.truth import towns_near

    held = trial(truth, towns_near(truth, towns, 0, 150.0), 0)
    asked = record_of(held), history_of(held, reports(held, 300, News(0.3), 1))
    for method in ("half-way", "line-shift"):
        began, steps = time.process_time(), []
        for _ in territory(*asked, SimpleNamespace(land=truth.land), baseline_of(held), method):
            steps.append(time.process_time() - began)
            began = time.process_time()
        label = f"territory, {len(held.towns):,} towns, {method}"
        report(f"{label}: first map and set-up, processor", steps[0], "s")
        report(
            f"{label}: each of {len(steps) - 1} later maps, median, processor",
            statistics.median(steps[1:]),
            "s",
        )

"""Every method is tried on the same news of the same truth, and held against what was drawn later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from claims.methods.registry import ground_method_named
from layers.snapshots import Snapshot
from layers.territory.ground import GROUND_METHODS, territory_at
from layers.territory.scores import BANDS_KM, Cells, Score, cells_of, scores
from layers.territory.trial import News, Trial, baseline_of, history_of, record_of, reports, trial
from layers.territory.truth import Town, Truth, thinned, towns_near

if TYPE_CHECKING:
    from layers.basemap import Basemap

OLD_MAP = "old-map"
"""The map of the first day as it was: what every method must beat."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """What is tried: which methods, how dense the towns, which news, how many days ahead, which seeds.

    ``start`` is the day of the map that the methods begin with; None for the first that was drawn. Towns
    count within ``near_km`` of the front of that day.
    """

    methods: tuple[str, ...] = (OLD_MAP, *GROUND_METHODS)
    densities: tuple[str, ...] = ("dense", "sparse")
    news: tuple[News, ...] = (News(0.1), News(0.3), News(1.0))
    days: tuple[int, ...] = (90, 300, 700)
    seeds: tuple[int, ...] = (1, 2, 3)
    start: date | None = None
    near_km: float = 150.0


@dataclass(frozen=True, slots=True)
class Row:
    """How one method did once."""

    method: str
    towns: str
    reporting: float
    every_status: bool
    days: int
    seed: int
    reports: int
    bands: Mapping[float, Score]


def evaluated(
    truth: Truth, towns: Sequence[Town], asked: Asked, progress: Progress | None = None
) -> Iterator[Row]:
    """Try everything that is asked, one row after the other; the same rows for the same seeds.

    Raises
    ------
    ValueError
        The truth does not reach as far as is asked, or no town lies near its front.
    """
    first = truth.nearest(asked.start) if asked.start else 0
    _check_reach(truth, first, asked.days)
    near = towns_near(truth, towns, first, asked.near_km)
    if not near:
        raise ValueError(
            f"No town of the table lies within {asked.near_km:g} km of the front of the first day"
        )
    cells = {days: cells_of(truth, _last(truth, first, days)) for days in asked.days}
    runs = [(news, days, seed) for news in asked.news for days in asked.days for seed in asked.seeds]
    for number, density in enumerate(asked.densities):
        chosen = near if density == "dense" else thinned(truth, near, first, asked.near_km)
        held = trial(truth, chosen, first)
        baseline, done = baseline_of(held), number * len(runs)
        for run, (news, days, seed) in enumerate(runs):
            if progress:
                progress(done + run, len(runs) * len(asked.densities))
            yield from _tried(held, baseline, density, asked.methods, news, days, seed, cells[days])


def _last(truth: Truth, first: int, days: int) -> int:
    return truth.nearest(truth.days[first] + timedelta(days))


def _check_reach(truth: Truth, first: int, days: Sequence[int]) -> None:
    reach = (truth.days[-1] - truth.days[first]).days
    if max(days) > reach or min(days) < 1:
        raise ValueError(
            f"The truth reaches {reach} days beyond {truth.days[first]}; ask for 1 to {reach} days, not "
            + ", ".join(str(one) for one in days)
        )


def _tried(
    held: Trial,
    baseline: Snapshot,
    density: str,
    methods: Sequence[str],
    news: News,
    days: int,
    seed: int,
    cells: Cells,
) -> Iterator[Row]:
    told = reports(held, days, news, seed)
    history, record = history_of(held, told), record_of(held)
    ground = cast("Basemap", SimpleNamespace(land=held.truth.land))
    for method in methods:
        made = (
            baseline
            if method == OLD_MAP
            else territory_at(record, history, ground, baseline, history.known_at, method)
        )
        bands = scores(made, cells)
        yield Row(method, density, news.reporting, news.every_status, days, seed, len(told), bands)


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The mean over days and seeds, by density, method and news; last the mean over all news."""
    found = []
    for towns in dict.fromkeys(row.towns for row in rows):
        for method in dict.fromkeys(row.method for row in rows):
            own = [row for row in rows if (row.towns, row.method) == (towns, method)]
            shares: list[float | None] = [*dict.fromkeys(row.reporting for row in own)]
            for share in [*shares, None] if len(shares) > 1 else shares:
                some = [row for row in own if share is None or row.reporting == share]
                found.append({"towns": towns, "method": method, "reporting": share, **_means(some)})
    return found


def _means(rows: Sequence[Row]) -> dict[str, Any]:
    every = bool(rows) and rows[0].every_status
    fields = ("right", "iou", "certain", "certain_right", "doubtful_right")
    return {
        "every_status": every,
        "runs": len(rows),
        **{
            name: {f"{band:g}": _mean([getattr(row.bands[band], name) for row in rows]) for band in BANDS_KM}
            for name in fields
        },
    }


def _mean(values: Sequence[float]) -> float | None:
    """The mean of those that there are; None where there is none."""
    known = [value for value in values if not np.isnan(value)]
    return round(float(np.mean(known)), 4) if known else None


def method_known(name: str) -> str:
    """The name itself.

    Raises
    ------
    claims.methods.registry.UnknownMethod
        No method to be measured has it.
    """
    return name if name == OLD_MAP else ground_method_named(name).name


def row_json(row: Row) -> dict[str, Any]:
    """A row as plain values; what there is none of is null."""
    bands = {f"{band:g}": _plain(score) for band, score in row.bands.items()}
    return {name: getattr(row, name) for name in Row.__slots__ if name != "bands"} | {"bands": bands}


def _plain(score: Score) -> dict[str, float | None]:
    values = {name: getattr(score, name) for name in Score.__slots__}
    return {name: None if np.isnan(value) else round(value, 6) for name, value in values.items()}


def table(means: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The means as lines of text."""
    bands = " / ".join(f"{band:g}" for band in BANDS_KM)
    yield f"Share of 1 km cells that are right within {bands} km of the true front (intersection over union);"
    yield "then, of the cells within 20 km, how many are called certain, and how many of those are right."
    for one in means:
        known = "every status" if one["every_status"] else "mean of these"
        known = f"{one['reporting']:.0%} reported" if one["reporting"] and not one["every_status"] else known
        certain, sure = one["certain"]["20"] or 0.0, one["certain_right"]["20"]
        yield (
            f"{one['towns']:6}  {known:14}  {one['method']:10}  {_shares(one['right'])}"
            f"  ({_shares(one['iou'])})  {certain:4.0%} certain, {_share(sure)} right"
        )


def _shares(of: Mapping[str, float | None]) -> str:
    return " / ".join(_share(value) for value in of.values())


def _share(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"

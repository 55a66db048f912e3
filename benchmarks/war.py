"""A war drawn every day, and one of towns, beside what others' tools take for the same days."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.measuring import SHARED, Ran, command, ran, report, zipped_kb
from benchmarks.rivals import RIVALS
from benchmarks.steps import bench_large_map, bench_steps

_SOURCES = (
    "id,name,affiliation,default_reliability,url,independent_of\ndrawer,Map makers,monitor,B,,red|blue\n"
)
_AREAS = '[areas]\nseries = "drawer"\nholder = "red"\nelsewhere = "blue"\n'


def bench_areas(folder: Path) -> None:
    """The 92 real days, where they are, and 769 invented ones: ours, then the rivals on the same files."""
    from war_story import drawn_days, write_days

    real = SHARED / "deepstate"
    if real.exists():
        _areas("92 real days", real, folder / "real", span=("2024-07-08", "2024-10-10"))
        bench_rivals("92 real days", real, folder)
    else:
        print("92 real days: not measured, ../shared/data/deepstate is not beside this checkout")
    write_days(folder / "days", drawn_days())
    _areas("769 days", folder / "days", folder / "war", span=("2022-03-01", "2024-04-08"))
    bench_rivals("769 days", folder / "days", folder)


def bench_towns(folder: Path) -> None:
    """33,530 places through 1,700 days and 50,000 changes."""
    label, out = "33,530 places, 50,000 changes", folder / "towns.html"
    _drawn(label, "towns", "", out)
    tell(f"{label}: geopandas dissolve per day", ran("rivals", "towns", "", "", allowed_s=60))


def bench_rivals(label: str, days: Path, folder: Path) -> None:
    """Each rival on the same files, within two minutes and three gigabytes."""
    for name, (_, ending) in RIVALS.items():
        out = folder / f"rival.{ending}"
        told = ran("rivals", name, str(days), str(out))
        tell(f"{label}: {name}", told)
        if isinstance(told, Ran) and ending == "html":
            report(f"{label}: {name}, page", out.stat().st_size / 1000, "KB")
            report(f"{label}: {name}, page", zipped_kb(out), "KB gz")
        out.unlink(missing_ok=True)
    _few_days_of_plotly(label, days, folder)


def _few_days_of_plotly(label: str, days: Path, folder: Path) -> None:
    """What px.choropleth_map makes of the first 30 days: each of its frames holds all polygons again."""
    some, out = folder / "some", folder / "some.html"
    some.mkdir()
    for path in sorted(days.glob("*.geojson"))[:30]:
        (some / path.name).write_bytes(path.read_bytes())
    told = ran("rivals", "px.choropleth_map(animation_frame)", str(some), str(out))
    tell(f"{label}, the first 30: px.choropleth_map", told)
    if isinstance(told, Ran):
        report(f"{label}, the first 30: px.choropleth_map, page", out.stat().st_size / 1000, "KB")
    out.unlink(missing_ok=True)
    shutil.rmtree(some)


def _areas(label: str, days: Path, home: Path, span: tuple[str, str]) -> None:
    """Files into a ledger by the command, then everything that is made of them."""
    url = f"sqlite:///{home}.db"
    write_drawn_map(home, span)
    command(home.parent, "load", str(home), "--ledger", url)
    read_s, cpu_s, mb = command(home.parent, "load", str(days), "--format", "areas", "--ledger", url)
    number = len(list(days.glob("*.geojson")))
    report(f"{label}: read into the ledger, for 100 files", 100 * read_s / number, "s")
    report(f"{label}: the same, processor time", 100 * cpu_s / number, "s")
    report(f"{label}: the same, most memory (RSS)", mb, "MB")
    _drawn(label, "areas", url, Path(f"{home}.html"))
    tell(label, ran("own", "append", url, "", allowed_s=300))


def _drawn(label: str, what: str, where: str, out: Path) -> None:
    """Everything that is made of a map, then steps through it in a browser."""
    told = ran("own", what, where, str(out), allowed_s=300)
    tell(label, told)
    if isinstance(told, Ran) and not told.unfinished:
        bench_steps(label, out, out.with_suffix(".geojson"))
        bench_large_map(label, out.with_suffix(".document.json"))


def write_drawn_map(home: Path, span: tuple[str, str]) -> None:
    """A map's folder for a series of drawn areas, without places or claims."""
    from war_story import ACTORS, ROLES, WINDOW

    home.mkdir()
    head = f'id = "war"\ntimezone = "UTC"\nspan = {list(span)}\nwindow = {list(WINDOW)}\ncity = ""\n'
    roles = "".join(f'{actor} = "{role}"\n' for actor, role in ROLES.items())
    text = f'{head}[title]\nen = "War"\nar = "حرب"\n[actors]\n{roles}{_AREAS}'
    (home / "map.toml").write_text(text.replace("'", '"'), encoding="utf-8")
    rows = "".join(f"{a.id},{a.name},{a.name_ar},{a.side}\n" for a in ACTORS.values())
    (home / "actors.csv").write_text("id,name,name_ar,side\n" + rows, encoding="utf-8")
    (home / "sources.csv").write_text(_SOURCES, encoding="utf-8")
    (home / "places.csv").write_text("id,name,lat,lon\n", encoding="utf-8")


def tell(label: str, told: Ran | str) -> None:
    """One line for each figure, or one that says why there is none."""
    if isinstance(told, str):
        print(f"{label:62s} {told}")
        return
    for what, value in told.said.items():
        name, _, unit = what.rpartition(", ") if ", " in what else (what, "", "")
        report(f"{label}: {name}", value, unit)
    if told.unfinished:
        print(f"{label + ': the rest':62s} {told.unfinished}")
        return
    report(f"{label}: most memory (RSS)", told.megabytes, "MB")

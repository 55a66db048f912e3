"""Measure what a user waits for, and print one line for each figure: ``make bench``."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
EXAMPLE = ROOT / "examples" / "hama-2024"
sys.path.insert(0, str(ROOT / "tests"))

SEEK_ALL = """async () => {
  const [first, last] = window.frontline.range().map((iso) => Date.parse(iso));
  const times = [];
  for (let i = 0; i < 40; i++) {
    const to = new Date(first + ((i * 37) % 40) / 40 * (last - first)).toISOString();
    const began = performance.now();
    await window.frontline.seek(to);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return {median: times[20], p95: times[37], steps: window.frontline.stats()};
}"""


def main() -> None:
    """Run every measurement, in the order in which a user would wait for it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hama.db"
        bench_gazetteer()
        bench_names()
        bench_world(Path(folder))
        bench_example(url)
        bench_reading()
        bench_history()
        bench_import(Path(folder))
        document = bench_drawing(url)
        bench_light_page(document, Path(folder))
        bench_dashboard(url)


def bench_example(url: str) -> None:
    """Reading, checking and keeping the example's 398 claims."""
    from claims.ledger import Ledger
    from claims.map_folder import read_map_folder

    read_s, record = timed(lambda: read_map_folder(EXAMPLE))
    book = Ledger(url)
    load_s, _ = timed(lambda: book.load(record, recorded_at=datetime.now(UTC)))
    again_s, _ = timed(lambda: book.read("hama-2024"))
    book.close()
    report("example: read and check the folder", read_s, "s")
    report("example: load into the ledger", load_s, "s")
    report("example: read back from the ledger", again_s, "s")


def bench_history() -> None:
    """Who held what, from many claims on a country of places made by chance."""
    from large_story import large_story

    from claims.history import control_history

    record = large_story(claims=50_000, places=33_000)
    for method in ("assessed-first", "latest-report"):
        seconds = [timed(lambda: control_history(record, method=method))[0] for _ in range(3)]  # noqa: B023
        what = "history of 50,000 claims on 33,000 places"
        report(f"{what}, {method}, median of 3", statistics.median(seconds), "s")


def bench_import(folder: Path) -> None:
    """A million invented rows in the shape of an ACLED export, from a file to the ledger, by the command."""
    from acled_rows import write_rows

    peaks = {}
    for rows in (100_000, 1_000_000):
        url, file = f"sqlite:///{folder}/import-{rows}.db", folder / f"acled-{rows}.csv"
        write_rows(file, rows)
        _run(folder, "new", str(folder / f"map-{rows}"))
        _run(folder, "load", str(folder / f"map-{rows}"), "--ledger", url)
        seconds, cpu_s, peaks[rows] = _run(folder, "load", str(file), "--ledger", url)
        report(f"import: {rows:,} ACLED rows", seconds, "s")
        report(f"import: {rows:,} ACLED rows, processor time", cpu_s, "s")
        report(f"import: {rows:,} ACLED rows, most memory (RSS)", peaks[rows], "MB")
        file.unlink()
    ratio = peaks[1_000_000] / peaks[100_000]
    report("import: memory of 1,000,000 rows to that of 100,000", ratio, "×")


_WATCHED = """
import atexit, re, runpy, sys
from pathlib import Path

def most_memory():
    found = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
    print("most memory", found[1], file=sys.stderr)

atexit.register(most_memory)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""The command, with its own most memory at the end: what wait4 tells begins with that of this process."""


def _run(folder: Path, *arguments: str) -> tuple[float, float, float]:
    """One run of the command: seconds, seconds of processor time, and the most memory it had, in MB."""
    import os

    command = [sys.executable, "-c", _WATCHED, str(ROOT / "frontline.py"), *arguments]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, (arguments, said)
    seconds = time.perf_counter() - began
    return seconds, used.ru_utime + used.ru_stime, int(said.split()[-1]) / 1000


def bench_reading() -> None:
    """Reading reports: a megabyte of the ones in tests/reports, without a map."""
    from zoneinfo import ZoneInfo

    from claims.report_text import read_report

    reports = sorted((ROOT / "tests" / "reports" / "development").glob("*.txt"))
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in reports)
    million = (text * (1_000_000 // len(text) + 1))[:1_000_000].encode()
    at = datetime(2024, 12, 4, 23, 59, tzinfo=ZoneInfo("Asia/Damascus"))
    read_report(million[:10_000], at)
    began = time.process_time()
    read_s, _ = timed(lambda: read_report(million, at))
    report("reports: read 1 MB of text", read_s, "s")
    report("reports: the same, seconds of one core", time.process_time() - began, "s")


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


def bench_drawing(url: str) -> dict[str, Any]:
    """From the ledger to the map document."""
    from claims.history import control_history
    from claims.ledger import Ledger
    from figures.drawing import draw
    from figures.map_document import document_bytes
    from layers.basemap import basemap
    from layers.composite import composite
    from layers.rounding import rounded

    book = Ledger(url)
    record = book.read()
    book.close()
    history_s, history = timed(lambda: control_history(record))
    ground_s, ground = timed(lambda: basemap(record.settings))
    composite_s, whole = timed(lambda: composite(record, history, ground))
    rounded_s, _ = timed(lambda: rounded(whole, record))
    draw_s, drawing = timed(lambda: draw(record))
    data = document_bytes(drawing.document)
    report("history of 398 claims", history_s, "s")
    report("basemap", ground_s, "s")
    report("composite", composite_s, "s")
    report("rounding", rounded_s, "s")
    report("whole drawing, second time", draw_s, "s")
    report("map document, raw", len(data) / 1000, "KB")
    report("map document, gzipped", len(gzip.compress(data, 9)) / 1000, "KB")
    return drawing.document


def bench_light_page(document: dict[str, Any], folder: Path) -> None:
    """The page that newsrooms publish."""
    from conftest import launched
    from playwright.sync_api import sync_playwright

    from exports.html import write_html

    page_file = folder / "hama.html"
    write_s, _ = timed(lambda: write_html(document, page_file))
    raw = page_file.read_bytes()
    report("light page: write", write_s, "s")
    report("light page: raw", len(raw) / 1000, "KB")
    report("light page: gzipped", len(gzip.compress(raw, 9)) / 1000, "KB")
    with sync_playwright() as driver, launched(driver) as browser:
        paints = [_first_paint(browser, page_file.as_uri()) for _ in range(5)]
        report("light page: first paint, median of 5", statistics.median(paints), "ms")
        page = browser.new_page(viewport={"width": 640, "height": 1000})
        page.goto(page_file.as_uri())
        _report_steps(page, "light page")


def _first_paint(browser: Any, address: str) -> float:
    page = browser.new_page(viewport={"width": 640, "height": 1000})
    page.goto(address)
    paint = None
    while paint is None:
        page.wait_for_timeout(20)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")
    page.close()
    return float(paint)


def bench_dashboard(url: str) -> None:
    """The analyst's page, from the command to a played story."""
    from conftest import SOFTWARE_WEBGL, launched
    from playwright.sync_api import sync_playwright

    with _served(url) as (address, start_s, process):
        report("frontline serve: from the command to the first answer", start_s, "s")
        with sync_playwright() as driver, launched(driver, *SOFTWARE_WEBGL) as browser:
            readies = [_page_ready(browser, address) for _ in range(3)]
            report("dashboard: page ready, median of 3 (software WebGL)", statistics.median(readies), "s")
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            _report_steps(page, "dashboard")
        _report_known(address, process, url)


def _report_known(address: str, process: int, url: str) -> None:
    """Changing known_at: what the page then asks for, one after the other, at each time that brought news."""
    from claims.known_steps import known_steps
    from claims.ledger import Ledger

    with Ledger(url) as book:
        steps = [step.strftime("%Y-%m-%dT%H:%M:%SZ") for step in known_steps(book.read())[:-1]]
    _known_map(address, "")
    _known_words(address, "")
    of_map, of_all, worked = [], [], []
    for known in steps:
        before = _processor_s(process)
        of_map.append(timed(lambda known=known: _known_map(address, known))[0] * 1000)
        of_all.append(of_map[-1] + timed(lambda known=known: _known_words(address, known))[0] * 1000)
        worked.append((_processor_s(process) - before) * 1000)
    what = "changing known_at on the Hama page"
    report(f"{what}: server time to the new map, median", statistics.median(of_map), "ms")
    report(f"{what}: and to its sentences and charts, median", statistics.median(of_all), "ms")
    report(f"{what}: processor time of all, median", statistics.median(worked), "ms")
    again = [timed(lambda known=known: _known_map(address, known))[0] * 1000 for known in steps[-4:]]
    report(f"{what}: the map asked for again, median", statistics.median(again), "ms")


def _processor_s(process: int) -> float:
    """Seconds that a process has kept processors busy: they do not count what else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _known_map(address: str, known: str) -> None:
    for part in ("document.json", "style.json", *(f"sources/{name}.json" for name in _STATED)):
        _known_part(address, known, part)


def _known_part(address: str, known: str, part: str) -> None:
    asked = urllib.request.Request(
        f"{address}/maps/hama-2024/{part}?known={known}&lang=en", headers={"Accept-Encoding": "br"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        answer.read()


def _known_words(address: str, known: str) -> None:
    _known_part(address, known, "page.json")
    query = f"known={known}&lang=en"
    value = {"search": f"?{query}", "theme": "light", "palette": "conventional", "width": 420}
    called = {
        "output": "..distance-figure.figure...area-figure.figure..",
        "outputs": [{"id": f"{name}-figure", "property": "figure"} for name in ("distance", "area")],
        "inputs": [{"id": "choice", "property": "data", "value": value}],
        "changedPropIds": ["choice.data"],
    }
    charts = urllib.request.Request(
        f"{address}/_dash-update-component",
        data=json.dumps(called).encode(),
        headers={"Content-Type": "application/json", "Accept-Encoding": "br"},
    )
    with urllib.request.urlopen(charts, timeout=30) as answer:
        answer.read()


_STATED = ("faces", "edges", "places")


def _page_ready(browser: Any, address: str) -> float:
    from conftest import wait_until_drawn

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address)
    wait_until_drawn(page)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def _report_steps(page: Any, label: str) -> None:
    from conftest import wait_until_drawn

    wait_until_drawn(page)
    measured = page.evaluate(SEEK_ALL)
    report(f"{label}: seek until drawn, median", measured["median"], "ms")
    report(f"{label}: seek until drawn, p95", measured["p95"], "ms")
    report(f"{label}: script per step, median", measured["steps"]["stepMs"]["median"], "ms")
    report(f"{label}: script per step, p95", measured["steps"]["stepMs"]["p95"], "ms")
    print(f"{label}: {json.dumps({k: v for k, v in measured['steps'].items() if k != 'stepMs'})}")


@contextmanager
def _served(url: str) -> Iterator[tuple[str, float, int]]:
    """A real server process; gives its address, the seconds until its first answer, and its number."""
    command = [sys.executable, str(ROOT / "frontline.py"), "serve", "--port", "0", "--ledger", url]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(address + "/", timeout=30) as answer:
            answer.read()
        yield address, time.perf_counter() - began, process.pid
    finally:
        process.terminate()
        process.wait()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run a piece of work; give the seconds it took, and its answer."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def report(what: str, value: float, unit: str) -> None:
    """Print one figure on a line of its own."""
    print(f"{what:62s} {value:10.3f} {unit}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["names"]:
        bench_names()
        with tempfile.TemporaryDirectory() as scratch:
            bench_world(Path(scratch))
    else:
        main()

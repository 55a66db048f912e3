"""The example's map, from the ledger to the document and to both pages."""

from __future__ import annotations

import gzip
import json
import statistics
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.measuring import first_paint, processor_s, report, report_steps, served, timed


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
        paints = [first_paint(browser, page_file.as_uri()) for _ in range(5)]
        report("light page: first paint, median of 5", statistics.median(paints), "ms")
        page = browser.new_page(viewport={"width": 640, "height": 1000})
        page.goto(page_file.as_uri())
        report_steps(page, "light page")


def bench_dashboard(url: str) -> None:
    """The analyst's page, from the command to a played story."""
    from conftest import SOFTWARE_WEBGL, launched
    from playwright.sync_api import sync_playwright

    with served(url) as (address, start_s, process):
        report("frontline serve: from the command to the first answer", start_s, "s")
        with sync_playwright() as driver, launched(driver, *SOFTWARE_WEBGL) as browser:
            readies = [_page_ready(browser, address) for _ in range(3)]
            report("dashboard: page ready, median of 3 (software WebGL)", statistics.median(readies), "s")
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            report_steps(page, "dashboard")
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
        before = processor_s(process)
        of_map.append(timed(lambda known=known: _known_map(address, known))[0] * 1000)
        of_all.append(of_map[-1] + timed(lambda known=known: _known_words(address, known))[0] * 1000)
        worked.append((processor_s(process) - before) * 1000)
    what = "changing known_at on the Hama page"
    report(f"{what}: server time to the new map, median", statistics.median(of_map), "ms")
    report(f"{what}: and to its sentences and charts, median", statistics.median(of_all), "ms")
    report(f"{what}: processor time of all, median", statistics.median(worked), "ms")
    again = [timed(lambda known=known: _known_map(address, known))[0] * 1000 for known in steps[-4:]]
    report(f"{what}: the map asked for again, median", statistics.median(again), "ms")


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

"""A step and a jump in a browser: our page, our large map, and Plotly.restyle on the same faces."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.measuring import first_paint, report, report_steps

RESTYLE = """async ([each, times]) => {
  const gd = document.getElementById("map"), n = gd.data[0].locations.length;
  const z = Array.from(gd.data[0].z), script = [], drawn = [];
  const frame = () => new Promise(requestAnimationFrame), map = gd._fullLayout.map._subplot.map;
  const idle = async () => { do await frame(); while (!map.loaded()); await frame(); };
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < each; i++) { const at = (k * 7919 + i * 104729) % n; z[at] = 1 - z[at]; }
    const began = performance.now();
    const done = Plotly.restyle(gd, {z: [z.slice()]}, [0]);
    script.push(performance.now() - began);
    await done; await idle();
    drawn.push(performance.now() - began);
  }
  return {script, drawn};
}"""
"""``each`` faces change at each of ``times`` steps: milliseconds of script, and until the map is drawn."""


DAY_STEPS = """async (days) => {
  const start = Date.parse(window.frontline.range()[0]);
  for (let day = 1; day <= days; day++) {
    await window.frontline.seek(new Date(start + day * 864e5).toISOString());
    await new Promise((later) => setTimeout(later, 60));
  }
  return window.frontline.stats().stepMs;
}"""
JUMPS = """async ([days, times]) => {
  const start = Date.parse(window.frontline.range()[0]), took = [];
  for (let k = 0; k < times; k++) {
    const began = performance.now();
    await window.frontline.seek(new Date(start + (k % 2 * days + k) * 864e5).toISOString());
    took.push(performance.now() - began);
  }
  return took;
}"""


DRAWN_STEPS = """async ([days, allowed]) => {
  const map = frontlineParts.nativeMap(document.querySelector(".map-figure .js-plotly-plot"));
  const start = Date.parse(window.frontline.range()[0]), until = performance.now() + allowed, script = [];
  let renders = 0, steps = 0;
  const count = () => renders++;
  map.on("render", count);
  for (let day = 1; day <= days && performance.now() < until; day++, steps++) {
    await window.frontline.seek(new Date(start + day * 864e5).toISOString());
    await new Promise((later) => setTimeout(later, 60));
  }
  map.off("render", count);
  return {steps, renders: renders / steps, script: window.frontline.stats().stepMs.median};
}"""
"""Steps of a day on the large map: MapLibre itself tells how often it drew; script is our step alone."""
DRAWN_JUMPS = """async ([days, times, allowed]) => {
  const map = frontlineParts.nativeMap(document.querySelector(".map-figure .js-plotly-plot"));
  const gl = map.getCanvas().getContext("webgl2"), pixel = new Uint8Array(4);
  const start = Date.parse(window.frontline.range()[0]), until = performance.now() + allowed;
  const took = {script: [], map: [], graphics: []};
  for (let k = 0; k < times && performance.now() < until; k++) {
    const began = performance.now();
    const drawn = window.frontline.seek(new Date(start + (k % 2 * days + k) * 864e5).toISOString());
    took.script.push(performance.now() - began);
    map.redraw();
    took.map.push(performance.now() - began);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    took.graphics.push(performance.now() - began);
    await drawn;
    await new Promise((later) => setTimeout(later, 100));
  }
  return took;
}"""
"""Milliseconds of a jump: our script; MapLibre's with it; and until the graphics have drawn."""


PLAYS = """async (times) => {
  const [first, last] = window.frontline.range().map((iso) => Date.parse(iso));
  for (let play = 0; play < times; play++) {
    for (let step = 0; step <= 200; step++) {
      const drawn = window.frontline.seek(new Date(first + (last - first) * step / 200).toISOString());
      if (step % 10 === 0) await drawn;
    }
  }
}"""


DRAWN_PLAYS = """async ([times, allowed]) => {
  const [first, last] = window.frontline.range().map((iso) => Date.parse(iso));
  const until = performance.now() + allowed, each = 60;
  let steps = 0;
  for (; steps < times * each && performance.now() < until; steps++) {
    await window.frontline.seek(new Date(first + (last - first) * (steps % each) / each).toISOString());
  }
  return steps / each;
}"""
"""Plays of the whole story in 60 steps, each drawn; gives how many the allowed milliseconds were for."""


def report_memory(page: Any, label: str) -> None:
    """What ten plays of the whole story, in 200 steps each, leave in memory."""
    session = page.context.new_cdp_session(page)

    def heap_mb() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    page.evaluate(PLAYS, 1)
    before = heap_mb()
    page.evaluate(PLAYS, 10)
    report(f"{label}: heap after one play", before, "MB")
    report(f"{label}: heap after ten more", heap_mb(), "MB")


def bench_large_map(label: str, document: Path) -> None:
    """The dashboard's map of a written document; what cannot be measured here is said."""
    from playwright.sync_api import Error

    try:
        _bench_large_map(f"{label}: large map", document)
    except (AssertionError, Error) as problem:
        why = str(problem).splitlines()[0][:120]
        print(f"{label + ': large map, the rest':62s} did not finish: {why}", flush=True)


def _bench_large_map(label: str, document: Path) -> None:
    """Days one after the other, jumps of 300 of them, then plays, within a minute each."""
    from conftest import SOFTWARE_WEBGL, launched, wait_until_drawn
    from dashboard_server import drawing_of, served
    from playwright.sync_api import sync_playwright

    from figures.read_document import read_document

    read = read_document(document.read_bytes())
    with (
        served(drawing_of(read)) as address,
        sync_playwright() as driver,
        launched(driver, *SOFTWARE_WEBGL) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address, timeout=120_000)
        wait_until_drawn(page, 120)
        report(f"{label}, drawn (software WebGL)", page.evaluate("performance.now()"), "ms")
        told = page.evaluate(DRAWN_STEPS, [60, _ALLOWED_MS])
        report(f"{label}, a day's step: script, median of {told['steps']}", told["script"], "ms")
        report(f"{label}, a day's step: drawings by MapLibre", told["renders"], "")
        took = page.evaluate(DRAWN_JUMPS, [300, 20, _ALLOWED_MS])
        for part, what in (("script", "script"), ("map", "MapLibre's too"), ("graphics", "graphics too")):
            median = statistics.median(took[part])
            report(f"{label}, a jump of 300 days: {what}, median of {len(took[part])}", median, "ms")
        _report_plays(page, label)


_ALLOWED_MS = 60_000


def _report_plays(page: Any, label: str) -> None:
    """The heap after a play of 60 drawn steps, and after as many more, ten at most, as a minute allows."""
    session = page.context.new_cdp_session(page)

    def heap_mb() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    page.evaluate(DRAWN_PLAYS, [1, _ALLOWED_MS])
    before = heap_mb()
    plays = page.evaluate(DRAWN_PLAYS, [10, _ALLOWED_MS])
    report(f"{label}: heap after one play", before, "MB")
    report(f"{label}: heap after {plays:.1f} more (of ten)", heap_mb(), "MB")


def report_play(browser: Any, page: Any, label: str) -> None:
    """Sixty days one after the other, then jumps of 300 days to and fro."""
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    steps = page.evaluate(DAY_STEPS, 60)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    repaints = sum(event["name"] == "Layerize" for event in events)
    report(f"{label}, a day's step: script, median", steps["median"], "ms")
    report(f"{label}, a day's step: repaints", repaints / 60, "")
    jumps = page.evaluate(JUMPS, [300, 20])
    report(f"{label}, a jump of 300 days, until drawn, median", statistics.median(jumps), "ms")


def bench_steps(label: str, page_file: Path, faces: Path) -> None:
    """The light page in ``page_file``, then plotly's map of the same faces (GeoJSON)."""
    from conftest import SOFTWARE_WEBGL, launched
    from playwright.sync_api import sync_playwright

    rival = faces.with_suffix(".plotly.html")
    write_plotly_page(faces, rival)
    with sync_playwright() as driver, launched(driver) as browser:
        paints = [first_paint(browser, page_file.as_uri()) for _ in range(3)]
        report(f"{label}: light page, first paint, median of 3", statistics.median(paints), "ms")
        page = browser.new_page(viewport={"width": 640, "height": 1000})
        page.goto(page_file.as_uri())
        page.evaluate("frontline.ready")
        report_play(browser, page, f"{label}: light page")
        report_steps(page, f"{label}: light page")
        report_memory(page, f"{label}: light page")
    with (
        sync_playwright() as driver,
        launched(driver, *SOFTWARE_WEBGL) as browser,
        _served(rival.parent) as address,
    ):
        page = browser.new_page(viewport={"width": 640, "height": 1000})
        page.goto(f"{address}/{rival.name}")
        page.wait_for_function("window.drawnAt > 0", timeout=60_000)
        report(f"{label}: plotly.js page, first map drawn", page.evaluate("window.drawnAt"), "ms")
        for what, each in (("a step of 10 faces", 10), ("a jump of 2,000 faces", 2_000)):
            took = page.evaluate(RESTYLE, [each, 8])
            report(f"{label}: Plotly.restyle, {what}, script", statistics.median(took["script"]), "ms")
            report(f"{label}: Plotly.restyle, {what}, drawn", statistics.median(took["drawn"]), "ms")


def write_plotly_page(faces: Path, page: Path) -> None:
    """A page with plotly.js and one choropleth map of the faces, and nothing else; it asks no other host."""
    from plotly.offline import get_plotlyjs

    layout = (
        '{map: {style: "white-bg", center: {lat: 48.5, lon: 36}, zoom: 5}, margin: {l: 0, r: 0, t: 0, b: 0}}'
    )
    trace = (
        '{type: "choroplethmap", geojson: faces, locations: ids, z: ids.map((i) => i % 2),'
        " showscale: false, marker: {line: {width: 0}}}"
    )
    page.write_text(
        f"<!doctype html><meta charset=utf-8><body style='margin:0'><div id=map style='height:100vh'></div>"
        f"<script>{get_plotlyjs()}</script><script>const faces = {faces.read_text(encoding='utf-8')};"
        f"const ids = faces.features.map((face) => face.id);"
        f'Plotly.newPlot("map", [{trace}], {layout}).then((gd) => {{'
        "const map = gd._fullLayout.map._subplot.map, look = () => {"
        "if (map.loaded()) window.drawnAt = performance.now(); else requestAnimationFrame(look); };"
        "requestAnimationFrame(look); });</script>",
        encoding="utf-8",
    )


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a folder: MapLibre's worker does not run in a page opened as a file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

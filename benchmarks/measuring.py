"""What every measurement needs: a clock, a line of print, the command, a server, a browser."""

from __future__ import annotations

import gzip
import json
import os
import re
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "hama-2024"
SHARED = ROOT.parent / "shared" / "data"


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


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run a piece of work; give the seconds it took, and its answer."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def report(what: str, value: float, unit: str) -> None:
    """Print one figure on a line of its own."""
    print(f"{what:62s} {value:10.3f} {unit}", flush=True)


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


def command(folder: Path, *arguments: str) -> tuple[float, float, float]:
    """One run of the command: seconds, seconds of processor time, and the most memory it had, in MB."""
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


def processor_s(process: int) -> float:
    """Seconds that a process has kept processors busy: they do not count what else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(url: str) -> Iterator[tuple[str, float, int]]:
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


def first_paint(browser: Any, address: str) -> float:
    """Milliseconds until something of a page is seen, on a phone's screen."""
    page = browser.new_page(viewport={"width": 640, "height": 1000})
    page.goto(address)
    paint = None
    while paint is None:
        page.wait_for_timeout(20)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")
    page.close()
    return float(paint)


def report_steps(page: Any, label: str) -> None:
    """Seek forty times to and fro in a page that plays a map, and print what a seek cost."""
    from conftest import wait_until_drawn

    wait_until_drawn(page)
    measured = page.evaluate(SEEK_ALL)
    report(f"{label}: seek until drawn, median", measured["median"], "ms")
    report(f"{label}: seek until drawn, p95", measured["p95"], "ms")
    report(f"{label}: script per step, median", measured["steps"]["stepMs"]["median"], "ms")
    report(f"{label}: script per step, p95", measured["steps"]["stepMs"]["p95"], "ms")
    print(f"{label}: {json.dumps({k: v for k, v in measured['steps'].items() if k != 'stepMs'})}")


@dataclass(frozen=True)
class Ran:
    """What a run of our own or of a rival took, and what it printed last, which is JSON.

    ``unfinished`` says why it did not come to its end; empty where it did.
    """

    seconds: float
    megabytes: float
    said: dict[str, Any]
    unfinished: str = ""


def ran(module: str, *arguments: str, allowed_s: float = 120, allowed_mb: float = 3000) -> Ran | str:
    """Run a module of this folder in a process of its own, within an allowance.

    Gives what it took, or a few words that say why it did not finish; where it printed figures until then,
    those with the words.
    """

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (int(allowed_mb * 1e6) + 2 * 10**9,) * 2)

    script = str(ROOT / "benchmarks" / f"{module}.py")
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _WATCHED, script, *arguments],
            capture_output=True, text=True, timeout=allowed_s, preexec_fn=limited, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests"), *_paths()])},
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        # What it had printed comes as bytes here, though text was asked for.
        printed = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        return _until_then(f"did not finish within {allowed_s:.0f} s", printed, allowed_s)
    seconds = time.perf_counter() - began
    if done.returncode:
        return _until_then(_why(done, allowed_mb), done.stdout, seconds)
    megabytes = int(done.stderr.split("most memory")[-1].split()[0]) / 1000
    return Ran(seconds, megabytes, json.loads(done.stdout.strip().splitlines()[-1]))


def _until_then(why: str, printed: str, seconds: float) -> Ran | str:
    """The figures that a run had printed before it broke off, if any."""
    told = [
        line for line in printed.splitlines(keepends=True) if line.startswith("{") and line.endswith("\n")
    ]
    return Ran(seconds, 0.0, json.loads(told[-1]), why) if told else why


def _why(done: subprocess.CompletedProcess[str], allowed_mb: float) -> str:
    if "MemoryError" in done.stderr or "bad_alloc" in done.stderr or done.returncode < 0:
        return f"did not finish within {allowed_mb:.0f} MB"
    missing = re.search(r"No module named '(\w+)'", done.stderr)
    last = (done.stderr.strip().splitlines() or ["killed"])[-2:][0]
    return f"not installed: {missing[1]} (pip install {missing[1]})" if missing else f"failed: {last}"


def _paths() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def zipped_kb(path: Path) -> float:
    """The size of a file in kilobytes when it is sent with gzip."""
    return len(gzip.compress(path.read_bytes(), 6)) / 1000

"""Reading, keeping and weighing what was said."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import EXAMPLE, ROOT, command, report, timed


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
        command(folder, "new", str(folder / f"map-{rows}"))
        command(folder, "load", str(folder / f"map-{rows}"), "--ledger", url)
        seconds, cpu_s, peaks[rows] = command(folder, "load", str(file), "--ledger", url)
        report(f"import: {rows:,} ACLED rows", seconds, "s")
        report(f"import: {rows:,} ACLED rows, processor time", cpu_s, "s")
        report(f"import: {rows:,} ACLED rows, most memory (RSS)", peaks[rows], "MB")
        file.unlink()
    ratio = peaks[1_000_000] / peaks[100_000]
    report("import: memory of 1,000,000 rows to that of 100,000", ratio, "×")

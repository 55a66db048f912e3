"""Take the pictures of the documentation from the real pages: ``make pictures``."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

EVENING = "t=2024-12-04T23:59"
SHOTS = [
    # file, path, width, height, whole page
    ("dashboard.png", f"/?{EVENING}", 1440, 900, False),
    ("dashboard-dark.png", f"/?{EVENING}&theme=dark", 1440, 900, False),
    ("dashboard-ar.png", f"/?{EVENING}&lang=ar", 1440, 900, False),
    ("dashboard-1024.png", f"/?{EVENING}", 1024, 768, False),
    ("dashboard-360.png", f"/?{EVENING}", 360, 740, False),
    ("embed.png", f"/embed/hama-2024?{EVENING}&theme=light", 640, 1000, True),
    ("embed-ar.png", f"/embed/hama-2024?{EVENING}&lang=ar&theme=light", 360, 740, True),
    ("embed-dark-safe.png", f"/embed/hama-2024?{EVENING}&theme=dark&palette=safe", 640, 1000, True),
]


def main() -> None:
    """Serve the example from a ledger of its own, and photograph it."""
    from conftest import EXAMPLE, SOFTWARE_WEBGL, launched, running
    from playwright.sync_api import sync_playwright

    from claims.ledger import Ledger
    from claims.map_folder import read_map_folder
    from frontline import build_server

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hama.db"
        with Ledger(url) as book:
            book.load(read_map_folder(EXAMPLE), recorded_at=datetime.now(UTC))
        server = build_server(url, public_url="https://maps.example.org")
        with (
            running(server) as address,
            sync_playwright() as driver,
            launched(driver, *SOFTWARE_WEBGL) as browser,
        ):
            for name, path, width, height, whole in SHOTS:
                take(browser, address + path, HERE / name, (width, height), whole)


def take(browser: Any, url: str, out: Path, size: tuple[int, int], whole: bool) -> None:
    """Photograph one page once it is drawn."""
    from conftest import wait_until_drawn

    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(url)
    wait_until_drawn(page)
    if "/embed/" not in url:  # charts come last
        page.locator(".js-plotly-plot .main-svg").nth(3).wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(4000)
    page.screenshot(path=out, full_page=whole)
    page.close()
    print(out.relative_to(ROOT))


if __name__ == "__main__":
    main()

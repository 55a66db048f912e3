"""What several tests share: the example map, a watched browser, a small web server."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn
from urllib.parse import urlsplit

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "hama-2024"
SHARED = ROOT.parent / "shared"

# How long an example takes says more about what else the machine does than about us.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

LONGEST = (
    "test_dashboard_browser.py",
    "test_command_line.py",
    "test_claims_faults.py",
    "test_leaks.py",
    "test_claims_verify.py",
    "test_exports_in_a_browser.py",
    "test_layers_composite.py",
    "test_assets_playback.py",
    "test_gazetteer_accuracy.py",
    "test_leaks_drawn.py",
    "test_dashboard_editing_browser.py",
    "test_dashboard_review.py",
)
"""The files that take longest: they begin, so that no core waits at the end while the other has one left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file, and among the others, all stays in its order."""
    turns = {name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path.name, len(turns)))


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
SOFTWARE_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--use-gl=swiftshader", "--disable-gpu", "--disable-3d-apis")


def _require_chromium() -> str:
    if not CHROMIUM:
        left_out("no Chromium here: 'apt-get install chromium' brings one; browser tests are left out")
    return CHROMIUM


def left_out(sentence: str) -> NoReturn:
    """Skip the test, saying why; on the build server, where nothing may be missing, it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def launched(playwright: Any, *arguments: str) -> Iterator[Any]:
    """A real Chromium that can reach this machine only."""
    browser = playwright.chromium.launch(
        executable_path=_require_chromium(), chromium_sandbox=False, args=[*QUIET, *arguments]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """The one driver of a test run; a process can hold no second one."""
    from playwright.sync_api import sync_playwright

    _require_chromium()
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Any]:
    """A real Chromium for SVG pages (it has no fast WebGL)."""
    with launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def chromium_gl(playwright: Any) -> Iterator[Any]:
    """A real Chromium that draws WebGL in software, for the MapLibre surface."""
    with launched(playwright, *SOFTWARE_WEBGL) as browser:
        yield browser


@pytest.fixture(scope="module")
def chromium_without_webgl(playwright: Any) -> Iterator[Any]:
    """A real Chromium that has no WebGL at all."""
    with launched(playwright, *NO_WEBGL) as browser:
        yield browser


def wait_until_drawn(page: Any, timeout_s: float = 60.0) -> None:
    """Wait for ``window.frontline`` and its first drawing.

    The page's policy forbids what Playwright's own waiting evaluates, so this asks again and again.
    """
    deadline = monotonic() + timeout_s
    while not page.evaluate("() => window.frontline !== undefined"):
        assert monotonic() < deadline, "window.frontline never came"
        page.wait_for_timeout(20)
    page.evaluate("() => window.frontline.ready.then(() => true)")


LOCAL_SCHEMES = ("data", "blob", "about", "file", "chrome-error")


class WatchedPage:
    """A page that remembers every outside request and console error; ``assert_clean`` fails on any."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._saw_request)
        page.on("console", lambda message: self._saw_console(message))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _saw_request(self, request: Any) -> None:
        self.asked.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.hostname not in ("localhost", "127.0.0.1"):
            self.outside.append(request.url)

    def _saw_console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def assert_clean(self) -> None:
        assert self.outside == [], f"asked outside: {self.outside}"
        assert self.errors == [], f"console errors: {self.errors}"


@pytest.fixture
def watched_page() -> Iterator[Any]:
    """Open ``watched_page(browser, **context_options)``; close it after the test, and check it was clean."""
    opened: list[tuple[Any, WatchedPage]] = []

    def open_page(browser: Any, **options: Any) -> WatchedPage:
        context = browser.new_context(**options)
        watched = WatchedPage(context.new_page())
        opened.append((context, watched))
        return watched

    yield open_page
    for context, _ in opened:
        context.close()
    for _, watched in opened:
        watched.assert_clean()


class _SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def served_folder(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address that serves it."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_SilentHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def running(server: Any) -> Iterator[str]:
    """Run a web application on a free port; gives its address."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    runner = uvicorn.Server(uvicorn.Config(server, log_level="error", ws="none"))
    thread = threading.Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    runner.should_exit = True
    thread.join()
    listener.close()


def shared(*parts: str) -> Path:
    """A test input that the project does not carry; the test is skipped, saying so, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"test input {'/'.join(parts)} is not beside this checkout")
    return path


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A real PostgreSQL, started when a test first asks for one."""
    from postgres_server import postgres_server, programs

    found = programs()
    if found is None:
        left_out(
            "no PostgreSQL on this machine: 'apt-get install postgresql' brings one; its tests are left out"
        )
    with postgres_server(found) as server:
        yield server


@contextmanager
def _fresh_ledger(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'ledger.db'}"
        return
    server = request.getfixturevalue("postgresql")
    url = server.fresh()
    yield url
    server.drop(url)


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty ledger, on every database that keeps one."""
    with _fresh_ledger(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=DATABASES)
def shared_ledger_url(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[str]:
    """The same for all tests of a file."""
    with _fresh_ledger(request, tmp_path_factory.mktemp("ledger")) as url:
        yield url


@pytest.fixture
def fresh_ledger_url(ledger_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give the addresses of further empty ledgers on the database of ``ledger_url``."""
    numbers = count(2)
    if ledger_url.startswith("sqlite"):
        return lambda: f"sqlite:///{tmp_path / f'ledger-{next(numbers)}.db'}"
    server = request.getfixturevalue("postgresql")
    return lambda: str(server.fresh())


@pytest.fixture(scope="session")
def hama_record() -> Any:
    """The example map, read from its folder."""
    from claims.map_folder import read_map_folder

    return read_map_folder(EXAMPLE)


@pytest.fixture(scope="session")
def hama_drawing(hama_record: Any) -> Any:
    """The example map, drawn."""
    from figures.drawing import draw

    return draw(hama_record)

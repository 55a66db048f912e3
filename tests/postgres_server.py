"""A PostgreSQL of the tests' own: its data in a temporary folder, on a free port of this machine only."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg

_PATIENCE_S = 60.0
_ROOT = 0
_DIES_WITH_US = 1  # PR_SET_PDEATHSIG
_SAFETY_OFF = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""No test pulls the plug of the machine; what a killed client loses does not depend on these."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them off the path, one folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4]))
    on_path = shutil.which("postgres")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


class PostgresServer:
    """A running server; ``fresh`` gives the address of an empty database."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = count(1)

    def fresh(self) -> str:
        """Make a database; give its URL as a reader of docs/ledger.md would write it."""
        name = f"ledger_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql://frontline@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._say(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @property
    def _address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=frontline dbname=postgres"


@contextmanager
def postgres_server(bin_folder: Path) -> Iterator[PostgresServer]:
    """Make a data folder, run a server on it, and leave neither behind."""
    with data_folder(bin_folder) as folder, running_on(bin_folder, folder) as server:
        yield server


@contextmanager
def data_folder(bin_folder: Path) -> Iterator[Path]:
    """A folder with the data of a new server in it."""
    folder = Path(tempfile.mkdtemp(prefix="frontline-postgresql-"))
    owner = _owner()
    try:
        if owner:
            os.chown(folder, owner["user"], owner["group"])
        _make_data(bin_folder, folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses root, so there it is the user that its package made."""
    if os.geteuid() != _ROOT:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise LookupError("there is no user to run PostgreSQL as; make one called postgres")


def _make_data(bin_folder: Path, folder: Path, owner: dict[str, Any]) -> None:
    options = "--username=frontline --auth=trust --encoding=UTF8 --locale=C --no-sync --no-instructions"
    made = subprocess.run(
        [bin_folder / "initdb", "--pgdata", folder / "data", *options.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **owner,
    )
    assert made.returncode == 0, f"initdb failed: {made.stderr}"
    (folder / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n", encoding="ascii")


@contextmanager
def running_on(bin_folder: Path, folder: Path) -> Iterator[PostgresServer]:
    """Run a server on a folder that ``data_folder`` gave."""
    process, server = _started(bin_folder, folder, _owner())
    try:
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # "fast": open transactions are rolled back, then it ends
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


def _started(bin_folder: Path, folder: Path, owner: dict[str, Any]) -> tuple[Any, PostgresServer]:
    for _ in range(5):  # somebody else may take the free port before PostgreSQL does
        port = _free_port()
        settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *_SAFETY_OFF)
        options = [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [bin_folder / "postgres", "-D", folder / "data", *options],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_us,
                **owner,
            )
        server = PostgresServer(port)
        if _answers(server, process):
            return process, server
    raise AssertionError(f"PostgreSQL did not start: {(folder / 'log').read_text(encoding='utf-8')}")


def _answers(server: PostgresServer, process: Any) -> bool:
    deadline = monotonic() + _PATIENCE_S
    while process.poll() is None and monotonic() < deadline:
        try:
            psycopg.connect(server._address, connect_timeout=5).close()
        except psycopg.OperationalError:
            sleep(0.05)
        else:
            return True
    process.kill()
    process.wait()
    return False


def _end_with_us() -> None:
    """Be stopped when the tests are killed: nobody is left then who could stop the server."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_US, signal.SIGINT)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

"""Whatever breaks: nothing acknowledged is lost, no write is there in part, a sentence says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from claims_story import at, claim, place, story
from conftest import ROOT
from test_claims_schema import ledger_of_version_1

from claims import engines
from claims.entries import entry
from claims.errors import LedgerUnavailable
from claims.ledger import Ledger
from claims.verify import verify

NOW = at(240)
RECORD = story((claim("c", "captured", "green", "agency", (1, 2)),), (place("a"),))
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def many(name: str, count: int) -> Any:
    return (
        entry("claim", f"{name}{i}", replace(RECORD.claims[0], id=f"{name}{i}", note="x" * 500))
        for i in range(count)
    )


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


# Killed


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_killed_writer_loses_nothing_it_had_acknowledged(tmp_path: Path, seed: int) -> None:
    urls = [f"sqlite:///{tmp_path / f'{i}.db'}" for i in range(5)]
    killed(seed, urls, 50)


def test_a_killed_client_of_a_server_loses_nothing_it_had_acknowledged(postgresql: Any) -> None:
    urls = [postgresql.fresh(), postgresql.fresh()]
    killed(5, urls, 20)
    for url in urls:
        postgresql.drop(url)


def killed(seed: int, urls: list[str], kills: int) -> None:
    said = run(sys.executable, "tests/killed_writer.py", str(seed), *urls)
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert (told["wrong"], told["kills"]) == ([], kills)
    assert told["acknowledged"] > kills / 2, "the kills came before anything was written"


# No room, no permission


FILLED = """
import json, sys
from pathlib import Path
from test_claims_faults import NOW, RECORD, many
from claims.backup import backup
from claims.ledger import Ledger
from claims.verify import verify

folder = Path(sys.argv[1])
url = f"sqlite:///{folder}/ledger.db"
said = {}

def tried(what, do):
    try:
        said[what] = repr(do())
    except Exception as problem:
        said[what] = f"{type(problem).__name__}: {problem}"

def fill():
    with (folder / "ballast").open("ab", 0) as file:
        while True:
            file.write(b"x" * 512)

with Ledger(url) as book:
    book.load(RECORD, NOW)
book = Ledger(url)
head = book.head()
tried("import", lambda: book.append("story", many("m", 8_000), NOW))
said["unchanged"] = book.head() == head
tried("fill", fill)
tried("backup", lambda: backup(book.database, folder / "backup.db"))
tried("reader", lambda: len(book.read().claims))
book.close()
tried("fill again", fill)
book = Ledger(url)
tried("new reader", lambda: len(book.read().claims))
tried("write", lambda: book.append("story", many("w", 100), NOW))
said["still unchanged"] = book.head() == head
(folder / "ballast").unlink()
tried("later write", lambda: book.append("story", many("l", 10), NOW).added)
said["problems"] = [problem.said for problem in verify(book.database).problems]
said["left"] = sorted(file.name for file in folder.iterdir() if not file.name.startswith("ledger.db"))
book.close()
print(json.dumps(said))
"""


def test_a_full_disk_is_said_to_be_full_and_nothing_is_lost(tmp_path: Path) -> None:
    said = json.loads(on_small_disk(tmp_path, FILLED))
    assert said["import"].startswith("LedgerUnavailable: There is no room left on the disk for the ledger")
    assert said["unchanged"]
    assert "No space left" in said["fill"]
    assert "LedgerUnavailable: There is no room left" in said["backup"] or "No space left" in said["backup"]
    assert (said["reader"], said["new reader"]) == ("1", "1")
    assert said["write"].startswith("LedgerUnavailable")
    assert said["still unchanged"]
    assert (said["later write"], said["problems"], said["left"]) == ("10", [], [])


def on_small_disk(folder: Path, code: str, *, then: str = "true") -> str:
    """Run a program on a disk of 2 MB that only it sees; skip, saying so, where none can be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=2m none "$1" || exit 77; "$2" -W error -c "$3" "$1" && eval "$4"'
    if shutil.which("unshare") is None:
        pytest.skip("no small disk can be mounted here (no unshare); the test with a limit takes its place")
    said = run("unshare", "--mount", "sh", "-c", script, "sh", disk, sys.executable, code, then)
    if said.returncode in (1, 77) and "Traceback" not in said.stderr:
        pytest.skip(f"no small disk can be mounted here ({said.stderr.strip()}); needs root")
    assert said.returncode == 0, said.stderr
    return said.stdout


LIMITED = """
import resource, signal, sys
from test_claims_faults import NOW, RECORD, many
from claims.ledger import Ledger
from claims.verify import verify

with Ledger(sys.argv[1]) as book:
    book.load(RECORD, NOW)
    head = book.head()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    try:
        book.append("story", many("m", 8_000), NOW)
    except OSError as problem:
        print(type(problem).__name__, problem)
    assert book.head() == head
    assert len(book.read().claims) == 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert book.append("story", many("l", 10), NOW).added == 10
    assert verify(book.database).well
"""


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path) -> None:
    said = run(sys.executable, "-W", "error", "-c", LIMITED, f"sqlite:///{tmp_path / 'ledger.db'}")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("LedgerUnavailable The disk of the ledger")
    assert "nothing was written" in said.stdout


READ_ONLY = """
import sys
from test_claims_faults import NOW, RECORD, many
from claims.ledger import Ledger
from claims.verify import verify

url = f"sqlite:///{sys.argv[1]}/ledger.db"
if len(sys.argv) == 2:
    with Ledger(url) as book:
        book.load(RECORD, NOW)
else:
    with Ledger(url) as book:
        assert len(book.read().claims) == 1
        assert verify(book.database).well
        try:
            book.append("story", many("w", 1), NOW)
        except OSError as problem:
            print(type(problem).__name__, problem)
"""


def test_a_disk_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    then = 'mount -o remount,ro "$1" && "$2" -W error -c "$3" "$1" again'
    said = on_small_disk(tmp_path, READ_ONLY, then=then)
    assert said.startswith("LedgerUnavailable")
    assert "may be written" in said or "may only be read" in said


@pytest.mark.parametrize("mode", [(0o444, 0o555), (0o444, 0o755), (0o644, 0o555)])
def test_a_ledger_without_permission_to_write_is_read(tmp_path: Path, mode: tuple[int, int]) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    with Ledger(f"sqlite:///{folder / 'ledger.db'}") as book:
        book.load(RECORD, NOW)
    (folder / "ledger.db").chmod(mode[0])
    folder.chmod(mode[1])
    said = without_privilege(sys.executable, "-W", "error", "-c", READ_ONLY, folder, "again")
    folder.chmod(0o755)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("LedgerUnavailable")
    assert "may be written" in said.stdout or "may only be read" in said.stdout


def without_privilege(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to which permissions apply: they do not to root, unless it gives that up."""
    if os.geteuid() != 0:
        return run(*command)
    if shutil.which("setpriv") is None:
        pytest.skip("root cannot give up its privileges here (no setpriv)")
    return run("setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command)


@pytest.mark.parametrize("words", [("area",), ("verify",), ("load", "examples/hama-2024")])
def test_a_ledger_that_may_not_even_be_read_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{file}") as book:
        book.load(RECORD, NOW)
    file.chmod(0)
    said = without_privilege(sys.executable, "frontline.py", *words, "--ledger", f"sqlite:///{file}")
    assert said.returncode == 1
    assert "ledger.db" in said.stderr + said.stdout
    assert "Traceback" not in said.stderr


def test_an_old_ledger_that_may_only_be_read_says_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    ledger_of_version_1(folder / "ledger.db", RECORD)
    (folder / "ledger.db").chmod(0o444)
    folder.chmod(0o555)
    url = f"sqlite:///{folder / 'ledger.db'}"
    said = without_privilege(sys.executable, "frontline.py", "area", "--ledger", url)
    folder.chmod(0o755)
    assert said.returncode == 1
    assert "of an earlier version and may only be read here. Copy it" in said.stderr
    assert "Traceback" not in said.stderr


# Somebody moves the file


def test_a_ledger_that_is_deleted_meanwhile_is_said_to_be_gone(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{file}") as book:
        book.load(RECORD, NOW)
        assert book.map_ids() == ("story",)
        file.rename(tmp_path / "aside.db")
        with pytest.raises(LedgerUnavailable, match=r"ledger\.db was there and is gone"):
            book.read()
        with pytest.raises(LedgerUnavailable, match="gone"):
            book.append("story", many("w", 1), NOW)
        assert not file.exists()
        (tmp_path / "aside.db").rename(file)
        assert book.append("story", many("w", 1), NOW).added == 1
        assert verify(book.database).well


def test_a_ledger_that_is_replaced_meanwhile_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with Ledger(f"sqlite:///{tmp_path / 'other.db'}") as other:
        other.load(RECORD, NOW)
        other.append("story", many("o", 3), NOW)
        head = other.head()
    with Ledger(f"sqlite:///{file}") as book:
        book.load(RECORD, NOW)
        book.close()
        (tmp_path / "other.db").rename(file)
        assert book.head() == head
        book.append("story", many("w", 1), NOW)
    with Ledger(f"sqlite:///{file}") as again:
        assert len(again.read().claims) == 5


# Two at once


def test_a_writer_waits_for_as_long_as_another_writes(
    ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_ASKS_AGAIN_S", 0.05)
    with Ledger(ledger_url) as book, Ledger(ledger_url) as other:
        book.load(RECORD, NOW)
        begun, order = threading.Event(), []

        def slowly() -> Any:
            for one in many("slow", 3):
                begun.set()
                time.sleep(0.4)
                yield one
            order.append("slow")

        slow = threading.Thread(target=lambda: book.append("story", slowly(), NOW))
        slow.start()
        begun.wait()
        assert other.read().head == other.head()  # readers do not wait
        assert order == []
        other.append("story", many("quick", 1), NOW)
        order.append("quick")
        slow.join()
    assert order == ["slow", "quick"]
    with Ledger(ledger_url) as book:
        assert {c.id for c in book.read().claims} == {"c", "slow0", "slow1", "slow2", "quick0"}
        assert verify(book.database).well


WRITER = """
import sys
from test_claims_faults import NOW, many
from claims.ledger import Ledger
for turn in range(8):
    with Ledger(sys.argv[1]) as book:
        book.append("story", many(f"{sys.argv[2]}-{turn}-", 1 + 600 * (turn % 4 == 0)), NOW)
        book.read()
"""


def test_several_processes_write_and_read_and_none_is_told_of_a_lock(ledger_url: str) -> None:
    with Ledger(ledger_url) as book:
        book.load(RECORD, NOW)
    command = [sys.executable, "-W", "error", "-c", WRITER, ledger_url]
    started = [
        subprocess.Popen([*command, name], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE)
        for name in "abcd"
    ]
    said = [process.communicate(timeout=300)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    with Ledger(ledger_url) as book:
        assert len(book.read().claims) == 1 + 4 * (8 + 2 * 600)
        assert len(list(book.changesets())) == 1 + 4 * 8
        assert verify(book.database).well

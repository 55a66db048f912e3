"""What is installed from the wheel works far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import EXAMPLE, ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The wheel, built and unpacked by pip into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder


def frontline(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed / "site"), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-m", "frontline", *words],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_house_and_no_more(installed):
    (wheel,) = installed.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {
        "gazetteer", "claims", "layers", "figures", "dashboard", "exports", "assets", "frontline.py"
    }  # fmt: skip
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_a_map_goes_from_its_folder_to_a_page(installed):
    url = f"sqlite:///{installed / 'hama.db'}"
    where = subprocess.run(
        [sys.executable, "-c", "import claims, frontline; print(claims.__file__, frontline.__file__)"],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed / "site"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT) not in where.stdout
    for words in (
        ["load", str(EXAMPLE), "--ledger", url],
        ["export", "html", "hama.html", "--ledger", url],
        ["export", "figure", "hama.json", "--ledger", url],
        ["new", "mine"],
    ):
        result = frontline(installed, *words)
        assert result.returncode == 0, result.stderr
    assert "Hama" in (installed / "hama.html").read_text(encoding="utf-8")


def test_the_server_is_made_from_the_wheel(installed):
    make = (
        "from frontline import build_server;"
        f"server = build_server('sqlite:///{installed / 'hama.db'}', public_url='http://localhost');"
        "print(sorted(getattr(route, 'path', '') for route in server.routes))"
    )
    result = subprocess.run(
        [sys.executable, "-c", make],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed / "site"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "/embed/{map_id}" in result.stdout

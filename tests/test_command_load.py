"""Loading a file from a terminal: what is said of it, what a dry run leaves, what a bad file changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acled_rows import ROW
from format_files import CLAIM, Desk, desk_in, dump, table
from test_claims_import_areas import at, collection, feature
from typer.testing import CliRunner

from claims.ledger import Ledger
from frontline import app


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


def load(desk: Desk, path: Path | str, *options: str) -> Any:
    return CliRunner().invoke(app, ["load", str(path), "--ledger", f"sqlite:///{desk.file}", *options])


def test_a_file_is_told_by_itself_and_its_map_by_the_ledger(desk: Desk) -> None:
    riot = {**ROW, "event_id_cnty": "I2", "event_type": "Riots", "sub_event_type": "Mob violence"}
    done = load(desk, desk.write("rows.csv", table([ROW, riot])), "--why", "weekly export")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "my-map: 2 rows read; 4 entries added, 0 corrected, 0 already there",
        "passed over: 1 'Mob violence' ('Riots')",
        "new sources: 'ACLED' (id acled), 'Inventia Gazette' (id inventia-gazette)",
        "new places: 1",
    ]
    last = list(desk.ledger.changesets("my-map"))[-1]
    assert (last.tool, last.why) == ("acled", "weekly export")


def test_a_dry_run_of_a_file_or_a_folder_writes_nothing(desk: Desk) -> None:
    before = dump(desk.file)
    file = desk.write("more.jsonl", json.dumps(CLAIM))
    said = load(desk, file, "--dry-run").stdout
    assert "1 entries added" in said and "Nothing was written: this was a dry run" in said
    (desk.folder / "my-map" / "CREDITS.md").write_text("new", encoding="utf-8")
    assert "1 corrected" in load(desk, desk.folder / "my-map", "--dry-run", "--map", "my-map").stdout
    assert dump(desk.file) == before


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("bad.csv", table([{**CLAIM, "event": "fell"}]), (), "bad.csv, line 2: event: 'fell' is not known"),
        ("bad.jsonl", "{", (), "bad.jsonl, line 1: cannot be read as JSON"),
        ("bad.csv", "x,y\n", (), "Cannot tell which format 'bad.csv' has"),
        ("bad.csv", table([CLAIM]), ("--map", "other"), "The ledger has no map 'other'"),
        ("bad.csv", table([CLAIM]), ("--tz", "Nowhere"), "'Nowhere' is not a time zone"),
        ("bad.csv", table([CLAIM]), ("--format", "folder"), "is a file. Name the folder"),
        ("bad.csv", table([CLAIM]), ("--format", "xlsx"), "bad.csv: cannot be read as an XLSX workbook"),
        ("bad.zip", "PK", (), "bad.zip: cannot be read as a zip archive"),
    ],
)
def test_a_bad_file_is_told_in_sentences_and_changes_nothing(
    desk: Desk, name: str, content: str, options: tuple[str, ...], said: str
) -> None:
    before = dump(desk.file)
    done = load(desk, desk.write(name, content), *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert dump(desk.file) == before


def test_what_is_not_there_is_said(desk: Desk) -> None:
    assert "There is no folder" in load(desk, desk.folder / "nowhere").stderr
    assert "There is no file" in load(desk, desk.folder / "nowhere.csv", "--format", "csv").stderr
    assert "not of other" in load(desk, desk.folder / "my-map", "--map", "other").stderr


def test_files_load_into_any_database(ledger_url: str, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(app, [*words, "--ledger", ledger_url])

    folder, rows, broken = tmp_path / "my-map", tmp_path / "rows.csv", tmp_path / "broken.csv"
    assert CliRunner().invoke(app, ["new", str(folder)]).exit_code == 0
    assert run("load", str(folder)).exit_code == 0
    other = {**ROW, "event_id_cnty": "I2"}
    rows.write_text(table([ROW, other]), encoding="utf-8")
    broken.write_text(table([{**ROW, "event_id_cnty": "I3"}, {**ROW, "latitude": "north"}]), encoding="utf-8")
    first = run("load", str(rows), "--map", "my-map")
    assert first.exit_code == 0 and "2 rows read" in first.stdout, first.output
    with Ledger(ledger_url) as ledger:
        head = ledger.head("my-map")
    assert "0 entries added, 0 corrected" in run("load", str(rows), "--map", "my-map").stdout
    refused = run("load", str(broken), "--map", "my-map")
    assert refused.exit_code == 1 and "'north'" in refused.output
    with Ledger(ledger_url) as ledger:
        assert ledger.head("my-map") == head
        claims = {claim.id for claim in ledger.read("my-map").claims}
    assert {"acled-I2", f"acled-{ROW['event_id_cnty']}"} <= claims
    assert run("verify").exit_code == 0


def test_drawn_areas_are_loaded_and_told_from_a_terminal(desk: Desk) -> None:
    days = desk.folder / "days"
    days.mkdir()
    content = collection(feature(at(0.0), holder="green"))
    (days / "2024-03-02.geojson").write_text(content.replace("50.", "64."), encoding="utf-8")
    before = dump(desk.file)
    bad = load(desk, days, "--format", "areas", "--series", "example-agency")
    assert (bad.exit_code, dump(desk.file)) == (1, before)
    assert "2024-03-02.geojson: lies wholly outside the map's window" in bad.output
    moved = content.replace("50.", "65.").replace("30.", "-18.").replace("-18.1", "-17.9")
    (days / "2024-03-02.geojson").write_text(moved, encoding="utf-8")
    done = load(desk, days, "--format", "areas", "--series", "example-agency", "--why", "daily")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "my-map: 1 files read; 1 entries added, 0 corrected, 0 already there",
        "drawn by example-agency: 1 maps, 2024-03-02",
    ]
    last = list(desk.ledger.changesets("my-map"))[-1]
    assert (last.tool, last.why) == ("areas", "daily")
    unsaid = load(desk, days, "--format", "areas")
    assert (unsaid.exit_code, "--series SOURCE_ID" in unsaid.output) == (1, True)
    assert load(desk, days, "--series", "example-agency").exit_code == 2

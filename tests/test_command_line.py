"""What somebody at a terminal sees: answers on stdout, sentences on stderr, and the exit code."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

import pytest
from conftest import EXAMPLE
from drawn_story import drawn_story
from typer.testing import CliRunner

from claims.ledger import Ledger
from frontline import app

PART = ("2024-12-03", "2024-12-05")


@pytest.fixture(scope="module")
def ledger(shared_ledger_url: str) -> str:
    loaded = run("load", EXAMPLE, "--ledger", shared_ledger_url)
    assert loaded.exit_code == 0, loaded.output
    return shared_ledger_url


@pytest.fixture
def fresh_ledger(ledger_url: str) -> str:
    """A ledger that a test may write to."""
    assert run("load", EXAMPLE, "--ledger", ledger_url).exit_code == 0
    return ledger_url


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def printed_json(*words):
    result = run(*words)
    return result.exit_code, json.loads(result.stdout)


def test_loading_again_adds_nothing(ledger):
    again = run("load", EXAMPLE, "--ledger", ledger)
    assert again.exit_code == 0
    assert "0 entries added, 0 corrected" in again.stdout


def test_a_faulty_file_is_told_line_by_line_and_changes_nothing(ledger, tmp_path):
    folder = tmp_path / "hama"
    shutil.copytree(EXAMPLE, folder)
    claims = folder / "claims.csv"
    lines = claims.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace("2024-11-27", "27.11.2024", 1)
    lines[4] = lines[4].replace("hts_led_opposition", "nobody_known", 1)
    claims.write_text("".join(lines), encoding="utf-8")
    before = run("load", EXAMPLE, "--ledger", ledger).stdout
    result = run("load", folder, "--ledger", ledger)
    assert result.exit_code == 1
    assert "line 3" in result.stderr
    assert "27.11.2024" in result.stderr
    assert "line 5" in result.stderr
    assert "nobody_known" in result.stderr
    assert "Traceback" not in result.output
    assert run("load", EXAMPLE, "--ledger", ledger).stdout == before


def test_verify_says_in_one_line_that_all_is_well(ledger):
    result = run("verify", "--ledger", ledger)
    assert result.exit_code == 0, result.output
    assert re.fullmatch(
        r"[\d,]+ entries in 1 change set, all as they were recorded. Head: [0-9a-f]{64}\n", result.stdout
    )
    code, found = printed_json("verify", "--map", "hama-2024", "--json", "--ledger", ledger)
    assert (code, found["well"], found["problems"]) == (0, True, [])
    assert run("verify", "--head", found["head"], "--ledger", ledger).exit_code == 0


def test_verify_holds_what_was_kept_of_drawn_maps_against_them(tmp_path):
    url = f"sqlite:///{tmp_path / 'drawn.db'}"
    with Ledger(url) as book:
        book.load(drawn_story([("green", 0.0)], [("green", 0.0), ("blue", 0.3)]), datetime.now(UTC))
    assert run("front", "--release", "internal", "--ledger", url).exit_code == 0
    assert run("verify", "--ledger", url).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "drawn.db")) as rows, rows:
        rows.execute("UPDATE prepared SET bytes = CAST(replace(bytes, '-1\"', '-9\"') AS BLOB)")
    result = run("verify", "--ledger", url)
    assert (result.exit_code, "the drawn maps of 'agency'" in result.output) == (1, True)


def test_verify_says_what_is_wrong_and_ends_with_1(ledger, tmp_path):
    for words in (("--head", "f" * 64), ("--map", "nope"), ("--ledger", f"sqlite:///{tmp_path / 'none.db'}")):
        result = run("verify", *(("--ledger", ledger) if words[0] != "--ledger" else ()), *words)
        assert result.exit_code == 1
        assert "1 problem found" in result.stdout
        assert "Traceback" not in result.output
    code, found = printed_json("verify", "--head", "f" * 64, "--json", "--ledger", ledger)
    assert (code, found["well"]) == (1, False)
    assert found["problems"][0]["what"] == "unknown_head"


def test_a_backup_is_made_and_restored(ledger, tmp_path):
    file, other = tmp_path / "backup.db", f"sqlite:///{tmp_path / 'other.db'}"
    made = run("backup", file, "--ledger", ledger)
    assert made.exit_code == 0, made.output
    assert "all as they were recorded" in made.stdout
    again = run("backup", file, "--ledger", ledger)
    assert (again.exit_code, "overwrite nothing" in again.stderr) == (1, True)
    restored = run("restore", file, "--ledger", other)
    assert restored.exit_code == 0, restored.output
    assert restored.stdout.splitlines()[-1].endswith(made.stdout.strip().rpartition(" ")[2])
    refused = run("restore", file, "--ledger", other)
    assert (refused.exit_code, "has entries already" in refused.stderr) == (1, True)


def test_a_claim_is_corrected_retracted_and_merged_and_the_log_tells_it(fresh_ledger, monkeypatch):
    monkeypatch.setenv("FRONTLINE_BY", "anna")
    at_ledger = ("--ledger", fresh_ledger)
    with Ledger(fresh_ledger) as book:
        seen = book.newest("hama-2024", "claim", "T151").hash
    changed = "end of the event changed from “3 Dec 2024” to “4 Dec 2024”"
    done = run("correct", "T151", "happened_to=2024-12-04", "--why", "misread", *at_ledger)
    assert done.exit_code == 0, done.output
    assert f"T151: N Hama front (SOHR): {changed}" in done.stdout
    assert "Reason: misread" in done.stdout
    stale = run("retract", "T151", "--why", "wrong", "--expect", seen, *at_ledger)
    assert stale.exit_code == 1
    assert "was corrected by anna" in stale.stderr
    assert changed in stale.stderr
    assert run("retract", "T152", "--why", "twice", "--by", "ben", *at_ledger).exit_code == 0
    assert run("merge", "T153", "T154", "--why", "the same", *at_ledger).exit_code == 0
    told = run("log", *at_ledger).stdout.splitlines()
    assert [line.rpartition(": ")[2] for line in told if not line.startswith(" ")] == [
        "loaded from files", "corrected by anna", "retracted by ben", "merged by anna",
    ]  # fmt: skip
    code, one = printed_json("log", "--claim", "T151", "--json", *at_ledger)
    assert (code, [write["tool"] for write in one["writes"]]) == (0, ["load", "correct"])
    assert "السبب: misread" in run("log", "--lang", "ar", *at_ledger).stdout
    assert "Nothing was written" in run("log", "--since", "2100-01-01", *at_ledger).stdout
    assert run("verify", *at_ledger).exit_code == 0


def test_everything_wrong_with_a_correction_is_told_at_once(ledger):
    result = run("correct", "T151", "holder=nobody_known", "credibility=9", "statsu=x", "--ledger", ledger)
    assert result.exit_code == 1
    for part in ("nobody_known", "'9'", "did you mean status?", "without a reason"):
        assert part in result.stderr, part
    for words in (
        ("correct", "T9999", "note=x"),
        ("retract", "T9999"),
        ("merge", "T9999", "T151"),
        ("log", "--claim", "T9999"),
    ):
        refused = run(*words, *(() if words[0] == "log" else ("--why", "y")), "--ledger", ledger)
        assert (refused.exit_code, "T9999" in refused.stderr, "Traceback" in refused.output) == (
            1,
            True,
            False,
        )


def test_a_new_map_loads_at_once(tmp_path):
    folder, url = tmp_path / "mine", f"sqlite:///{tmp_path / 'mine.db'}"
    assert run("new", folder).exit_code == 0
    loaded = run("load", folder, "--ledger", url)
    assert loaded.exit_code == 0, loaded.output
    assert run("export", "html", tmp_path / "mine.html", "--ledger", url).exit_code == 0
    assert run("distance", "--ledger", url).exit_code == 0


def test_a_new_map_never_overwrites(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = run("new", tmp_path)
    assert result.exit_code == 1
    assert "notes.txt" in result.stderr or "empty" in result.stderr


def test_locate_answers_one_place(ledger):
    code, answer = printed_json("locate", "Maar Shahour", "--near", "Hama", "--json", "--ledger", ledger)
    assert code == 0
    assert answer["id"] == "maar-shahour"
    known = {"id", "name", "name_ar", "lat", "lon", "kind", "precision_m", "score", "namesakes_beyond"}
    assert set(answer) == known and answer["namesakes_beyond"] == []


def test_locate_tells_of_namesakes_that_the_map_does_not_have(ledger, tmp_path):
    table = tmp_path / "more.csv"
    table.write_text(
        "pcode,name_en,latitude,longitude\n"
        "SY1,Al Mushayrifah,35.54,36.905\nSY2,Mushayrifa,35.9,37.1\nSY3,Mashta,35.1,36.5\n",
        encoding="utf-8",
    )
    folder = ("--folder", tmp_path / "places")
    added = run("gazetteer", "add", table, "--format", "ocha", "--licence", "CC BY-IGO", *folder)
    assert added.exit_code == 0, added.output
    asked = ("locate", "Al Mushayrifah", *folder, "--ledger", ledger)
    plain = run(*asked)
    assert plain.exit_code == 0 and "Ambiguous beyond this map's table" in plain.stderr
    assert printed_json(*asked, "--json")[1]["namesakes_beyond"] == ["ocha-SY2"]


def test_locate_says_what_an_unknown_name_could_mean(ledger):
    code, answer = printed_json("locate", "Bayoud", "--near", "Hama", "--json", "--ledger", ledger)
    assert code == 1
    assert answer["error"] == "unknown"
    assert isinstance(answer["candidates"], list)


def test_locate_finds_a_town_of_the_world_when_asked(ledger, tmp_path):
    assert run("locate", "Reykjavik", "--ledger", ledger).exit_code == 1
    code, answer = printed_json(
        "locate", "Reykjavik", "--world", "IS", "--folder", str(tmp_path), "--json", "--ledger", ledger
    )
    assert code == 0
    assert answer["lat"] == pytest.approx(64.14, abs=0.1)


def test_online_services_want_to_know_who_asks(ledger):
    result = run("locate", "Hama", "--online", "nominatim", "--ledger", ledger)
    assert result.exit_code == 2
    assert "--contact" in result.stderr


def test_an_online_service_that_does_not_answer_is_no_not_found(ledger):
    closed = "nominatim=http://127.0.0.1:9"
    result = run("locate", "Hama", "--online", closed, "--contact", "a@example.org", "--ledger", ledger)
    assert result.exit_code == 1
    assert "No place named" not in result.stderr
    assert "127.0.0.1" in result.stderr


def test_distance_is_one_json_value(ledger):
    code, table = printed_json("distance", "Hama", "--json", "--ledger", ledger)
    assert code == 0
    assert table["city"] == "hama"
    assert {"at", "centre_km", "edge_km", "nearest_reported_km", "nearest_reported_place"} <= set(
        table["series"][0]
    )
    assert table["series"][-1]["centre_km"] == 0
    said = {(claim["claimant"], claim["km"], claim["qualifier"]) for claim in table["claims"]}
    assert ("syrian-army", 20.0, "more_than") in said
    assert ("sohr", 10.0, "about") in said
    assert ("sohr", 6.0, "up_to") in said


def test_distance_under_another_method_is_another_distance(ledger):
    usual, told = (
        printed_json("distance", "--json", "--ledger", ledger, *more)[1]["series"]
        for more in ((), ("--method", "single-source:isw-ctp"))
    )
    assert usual[0] == told[0]
    assert usual != told
    assert told[-1]["centre_km"] is None or told[-1]["centre_km"] > 0


def test_area_is_one_json_value_and_adds_up(ledger):
    code, table = printed_json("area", "--json", "--ledger", ledger)
    assert code == 0
    for row in table["series"]:
        counted = sum(row["km2"].values()) + sum(row["claimed_km2"].values()) + row["contested_km2"]
        assert counted == pytest.approx(table["total_km2"], rel=0.001)


def test_gains_between_two_instants_are_the_difference_of_the_areas(ledger):
    table = printed_json("area", "--json", "--from", "2024-11-30", "--to", "2024-12-05", "--ledger", ledger)[
        1
    ]
    first, last = table["series"][0], table["series"][-1]
    net = {(row["kind"], row["actor"]): row["net_km2"] for row in table["gains"]["balance"]}
    for actor in ("syrian_government", "hts_led_opposition"):
        assert net["held", actor] == pytest.approx(last["km2"][actor] - first["km2"][actor], abs=0.02)
    assert net["contested", None] == pytest.approx(last["contested_km2"] - first["contested_km2"], abs=0.02)
    days = table["gains"]["days"]
    assert [day["day"] for day in days] == [
        f"2024-1{day}" for day in ("1-30", *(f"2-0{n}" for n in range(1, 6)))
    ]
    said = run("area", "--daily", "--from", "2024-11-30", "--to", "2024-11-30", "--ledger", ledger).stdout
    assert said.startswith(
        "2024-11-30 394.2 km² held by syrian_government became held by hts_led_opposition\n"
    )


def test_the_front_is_as_long_as_its_parts(ledger):
    rows = printed_json("front", "--json", "--ledger", ledger)[1]["series"]
    assert rows[0]["at"].startswith("2024-11-27T00:00") and rows[-1]["solid_km"] > 0
    for row in rows:
        parts = row["solid_km"] + row["dashed_km"] + row["dotted_km"]
        assert row["km"] == pytest.approx(parts, abs=0.01)
    short = run("front", "--from", "2024-12-05", "--to", "2024-12-05", "--ledger", ledger).stdout
    assert len(short.splitlines()) == 1 + 1 + sum(
        row["at"] > "2024-12-05T00:00" and row["at"] < "2024-12-06" for row in rows
    )


def test_measures_through_time_are_tables(ledger, tmp_path):
    for what, ends in (("areas", "km2"), ("gains", "km2"), ("front", "dotted_km")):
        path = tmp_path / f"{what}.csv"
        result = run("export", "data", path, "--what", what, "--ledger", ledger)
        assert result.exit_code == 0, result.output
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) > 20 and all(float(row[ends]) >= 0 for row in rows)
        assert {row["method"] for row in rows} == {"assessed-first"} and rows[0]["licence"]
    assert run("export", "data", tmp_path / "x.gpkg", "--what", "front", "--ledger", ledger).exit_code == 2


def test_measures_through_time_are_charts(ledger, tmp_path):
    for what in ("front", "areas", "gains"):
        path = tmp_path / f"{what}.json"
        assert (
            run("export", "figure", path, "--what", what, "--lang", "ar", "--ledger", ledger).exit_code == 0
        )
        chart = json.loads(path.read_text(encoding="utf-8"))
        assert chart["data"] and not any(trace["type"] == "choroplethmap" for trace in chart["data"])
    gained = [trace["y"] for trace in chart["data"]]
    assert sum(max(day, 0) for day in gained[0]) > 1_000, "the first actor by id is the one that gained"


def test_exports_of_every_kind(ledger, tmp_path):
    for name in ("map.html", "map.svg", "map.png"):
        kind = "html" if name.endswith("html") else "picture"
        result = run("export", kind, tmp_path / name, "--at", "2024-12-04", "--ledger", ledger)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    result = run("export", "figure", tmp_path / "map.json", "--ledger", ledger)
    assert result.exit_code == 0, result.output
    assert set(json.loads((tmp_path / "map.json").read_text(encoding="utf-8"))) >= {"data", "layout"}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["export", "picture", "map.gif"], 2, "neither .svg nor .png"),
        (["export", "html", "x.html", "--at", "yesterday"], 1, "yesterday"),
        (["export", "html", "x.html", "--lang", "tlh"], 2, ""),
        (["distance", "Atlantis"], 1, "Atlantis"),
        (["area", "--map", "nowhere"], 1, "nowhere"),
        (["area", "--method", "latest"], 1, "No method is named 'latest'; did you mean 'latest-report'?"),
        (["distance", "--method", "single-source:sohrr"], 1, "did you mean 'sohr'?"),
        (["export", "picture", "x.svg", "--method", "x"], 1, "No method is named 'x'"),
        (["frobnicate"], 2, ""),
        (["export", "html", "x.html", "--rings=-1"], 1, "-1 is not a distance from 0.1 to 2000 km"),
        (["export", "html", "x.html", "--rings", "nan"], 1, "'nan' is not a number"),
        (["export", "html", "x.html", "--rings", "inf"], 1, "inf is not a distance"),
        (["export", "html", "x.html", "--rings", "0.0000001"], 1, "1e-07 is not a distance"),
        (["export", "html", "x.html", "--rings", "1," * 9_999 + "1"], 1, "10,000 rings are too many"),
        (["export", "html", "x.html", "--rings", "10;20"], 1, "'10;20' is not a list of rings"),
        (["export", "html", "x.html", "--from", "2024-12-05", "--to", "2024-12-01"], 1, "cannot begin on"),
        (["export", "html", "x.html", "--from", "2025-12-05"], 1, "it runs from 2024-11-27T00:00+03:00"),
        (["export", "html", "nowhere/x.html"], 1, "There is no folder 'nowhere' to write x.html in"),
        (["export", "picture", "."], 2, "neither .svg nor .png"),
        (["export", "figure", "."], 1, "'.' is a folder"),
        (["locate", "Hama", "--near", "Atlantis"], 1, "No place named 'Atlantis'"),
        (["serve", "--host", "256.0.0.1", "--port", "0"], 1, "Cannot listen on 256.0.0.1, port 0"),
    ],
)
def test_wrong_use_and_named_problems(ledger, tmp_path, monkeypatch, words, code, sentence):
    monkeypatch.chdir(tmp_path)
    known = [] if words[0] == "frobnicate" else ["--ledger", ledger]
    result = run(*words, *known)
    assert result.exit_code == code, result.output
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_port_in_use_is_told(ledger):
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", port, "--ledger", ledger)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Cannot listen on 127.0.0.1, port {port}: Address already in use. Try another --host or --port.\n"
    )


def test_a_part_of_the_story_is_exported_alone(ledger, tmp_path):
    page = tmp_path / "part.html"
    told = ["--from", "2024-12-03", "--to", "2024-12-04", "--ledger", ledger]
    assert run("export", "html", page, *told).exit_code == 0
    text = page.read_text(encoding="utf-8")
    first, last = (int(datetime.fromisoformat(f"{day}T00:00+03:00").timestamp()) for day in PART)
    assert f'"span":[{first},{last}]' in text


def test_what_was_known_that_evening_is_measured_and_exported(ledger, tmp_path):
    evening = ("--known-at", "2024-12-04", "--ledger", ledger)
    (_, late), (_, early) = (
        printed_json("distance", "--json", *more) for more in (("--ledger", ledger), evening)
    )
    assert max(row["at"] for row in early["series"]) < "2024-12-05" < max(row["at"] for row in late["series"])
    _, ground = printed_json("area", "--json", *evening)
    assert all(row["at"] < "2024-12-05" for row in ground["series"])
    page, picture, figure = (tmp_path / name for name in ("hama.html", "hama.svg", "hama.json"))
    for kind, out in (("html", page), ("picture", picture), ("figure", figure)):
        assert run("export", kind, out, *evening).exit_code == 0
    assert "As known at</b> 4 December 2024, 23:59" in page.read_text()
    assert "As known at 4 December 2024, 23:59" in " ".join(re.findall(r">([^<]+)<", picture.read_text()))
    assert "Wednesday 4 December 2024, 23:59" in figure.read_text()


def test_a_known_time_to_come_is_refused(ledger):
    told = run("area", "--known-at", "2199-01-01", "--ledger", ledger)
    assert told.exit_code == 1 and "'2199-01-01' is yet to come" in told.stderr


def test_the_ledger_as_it_stood_is_exported_by_its_head(ledger):
    with Ledger(ledger) as book:
        head = book.head()
    now, then = (run("area", "--json", *more, "--ledger", ledger) for more in ((), ("--head", head)))
    assert now.stdout == then.stdout and now.exit_code == 0
    assert run("area", "--head", "0" * 64, "--ledger", ledger).exit_code == 1


def test_nothing_but_the_answer_is_printed(ledger):
    for words in (
        ["distance", "Homs"],
        ["area"],
        ["locate", "Al-Rayyan"],
        ["locate", "X", "--near", "Al-Rayyan"],
    ):
        result = run(*words, "--json", "--ledger", ledger)
        json.loads(result.stdout)
        assert result.stderr == ""


def test_an_empty_ledger_says_what_to_do(tmp_path):
    result = run("area", "--ledger", f"sqlite:///{tmp_path / 'empty.db'}")
    assert result.exit_code == 1
    assert "frontline load" in result.stderr


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    wrong = tmp_path / "notes.db"
    wrong.write_text("these are my notes\n" * 400, encoding="utf-8")
    result = run("area", "--ledger", f"sqlite:///{wrong}")
    assert result.exit_code == 1
    assert "notes.db" in result.stderr
    assert Path(wrong).read_text(encoding="utf-8").startswith("these are my notes")

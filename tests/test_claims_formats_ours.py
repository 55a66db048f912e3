"""Our CSV and JSON Lines: what is written in one is read from the other, and everything wrong is told."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from format_files import CLAIM, NOW, Desk, desk_in, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.claim import Event, Precision
from claims.entries import entry, value_of
from claims.formats.columns import OPTIONAL, QUALIFIERS, RELIABILITIES, REQUIRED, STATUSES, Known
from claims.formats.csv import read_claims as read_csv
from claims.formats.jsonl import read_claims as read_jsonl
from claims.formats.newcomers import Newcomers
from claims.formats.reading import Reading
from claims.map_folder import read_map_folder
from claims.map_record import MapRecord
from claims.new_map import write_new_map
from exports.data import write_data
from exports.data_rows import claims_table
from gazetteer.errors import BadFiles

WORDS = "The village fell at dawn."
FULL = {
    **CLAIM,
    "claim_id": "C2",
    "happened_to": "2024-03-08",
    "happened_precision": "week",
    "reported_at": "2024-03-09T10:00Z",
    "from_holder": "blue",
    "reporter": "green-command",
    "status": "confirmed",
    "reliability": "B",
    "credibility": "2",
    "value": "3",
    "qualifier": "about",
    "source_url": "https://example.org/1",
    "archived_url": "https://archive.example/1",
    "publisher": "Example Press",
    "published_at": "2024-03-09T09:00:30Z",
    "retrieved_at": "2024-03-10",
    "report_sha256": "AB" * 32,
    "report_language": "pt-BR",
    "report_licence": "CC BY 4.0",
    "quote_start": "10",
    "quote_end": "35",
    "quote": WORDS,
    "note": "seen twice",
    "analyst": "maya",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


def test_every_column_is_kept(desk: Desk) -> None:
    done = desk.load(desk.write("more.csv", table([CLAIM, FULL])))
    assert (done.format, done.tally.rows, done.result.added) == ("csv", 2, 2)
    claim = desk.claims()["C2"]
    assert claim.happened.precision is Precision.WEEK
    assert (claim.report.publisher, claim.report.sha256, claim.report.language) == (
        "Example Press",
        "ab" * 32,
        "pt-BR",
    )
    assert claim.report.published_at == datetime(2024, 3, 9, 9, 0, 30, tzinfo=UTC)
    assert claim.report.retrieved_at == datetime(2024, 3, 10, 23, 59, tzinfo=UTC)
    assert claim.quote is not None and claim.quote.text == WORDS
    assert claim.quote.sha256 == hashlib.sha256(WORDS.encode()).hexdigest()
    assert (claim.analyst, claim.reporter, claim.event) == ("maya", "green-command", Event.CAPTURED)


def test_a_unit_or_an_area_can_be_what_a_claim_is_about(desk: Desk) -> None:
    unit = {**CLAIM, "place_id": "", "admin_code": "IS-1"}
    desk.load(desk.write("more.csv", table([unit])))
    assert (desk.claims()["C1"].admin_code, desk.claims()["C1"].located) == ("IS-1", True)
    told = desk.told(desk.write("bad.csv", table([{**CLAIM, "claim_id": "C9", "admin_code": "IS-1"}])))
    assert told == [
        "bad.csv, line 2: admin_code: is given beside place_id; a claim is about a place, a unit or an area: "
        "leave one of them"
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"admin_code": "Hama", "place_id": ""}, "admin_code: 'Hama' is not the ISO 3166-2 code of a unit"),
        ({"area_id": "belt", "place_id": ""}, "area_id: 'belt' is not known"),
        ({"happened_precision": "hours"}, "happened_precision: 'hours' needs clock times"),
        ({"happened_precision": "roughly"}, "happened_precision: 'roughly' is not known"),
        ({"report_sha256": "12ab"}, "report_sha256: '12ab' is not a SHA-256"),
        ({"report_language": "English!"}, "report_language: 'English!' is not a language tag"),
        ({"published_at": "yesterday"}, "published_at: 'yesterday' is not a date or time"),
        ({"quote_start": "5", "quote_end": "9"}, "quote_sha256: is empty"),
        ({"quote_sha256": "0" * 64}, "quote_start: is empty"),
        (
            {"quote_start": "9", "quote_end": "5", "quote_sha256": "0" * 64},
            "quote_end: 5 is not behind quote_start (9)",
        ),
        (
            {"quote": WORDS, "quote_start": "0", "quote_end": "3", "report_licence": "CC0"},
            "quote_end: 0 to 3 are 3 characters, but quote has 25",
        ),
        (
            {
                "quote": WORDS,
                "quote_start": "0",
                "quote_end": "25",
                "quote_sha256": "0" * 64,
                "report_licence": "CC0",
            },
            "quote_sha256: is not that of quote, which is",
        ),
        (
            {"quote": WORDS, "quote_start": "0", "quote_end": "25"},
            "quote: without a report_licence nothing lets the words be kept; leave quote empty and write "
            "quote_sha256 " + hashlib.sha256(WORDS.encode()).hexdigest(),
        ),
        (
            {"quote": WORDS, "quote_start": "0", "quote_end": "25", "report_licence": "CC BY-ND 4.0"},
            "quote: the licence 'CC BY-ND 4.0' does not let the words be kept",
        ),
    ],
)
def test_what_is_wrong_in_a_new_column_is_told(desk: Desk, cells: dict[str, str], said: str) -> None:
    file = desk.write("bad.csv", table([CLAIM, {**CLAIM, "claim_id": "C9", **cells}]))
    (told,) = {line.split(": ", 1)[1] for line in desk.told(file) if said in line}
    assert said in told


def test_json_lines_say_the_same_flat_or_nested(desk: Desk) -> None:
    desk.load(desk.write("more.csv", table([FULL])))
    flat = json.dumps(FULL, ensure_ascii=False)
    report = {
        "url": "source_url",
        "archived_url": "archived_url",
        "publisher": "publisher",
        "published_at": "published_at",
        "retrieved_at": "retrieved_at",
        "sha256": "report_sha256",
        "language": "report_language",
        "licence": "report_licence",
    }
    kept = {name: text for name, text in FULL.items() if name not in report.values() and "quote" not in name}
    nested = {
        **kept,
        "value": 3.0,
        "report": {name: FULL[column] for name, column in report.items()},
        "quote": {"start": 10, "end": 35, "text": f"  {WORDS}\n", "sha256": None},
    }
    for number, line in enumerate((flat, json.dumps(nested))):
        done = desk.load(desk.write(f"more{number}.jsonl", f"\ufeff{line}\r\n\n"))
        assert (done.result.added, done.result.corrected, done.result.unchanged) == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "cannot be read as JSON"),
        ("[1]", "is not a JSON object"),
        ("17", "is not a JSON object"),
        ('{"claim_id": "a", "claim_id": "b"}', "'claim_id' is there twice"),
        ('{"claim_id": true}', "claim_id: is true or false; write a text or a number"),
        ('{"claim_id": ["a"]}', "claim_id: is a list; write a text or a number"),
        ('{"claim": "a"}', "'claim' is not known; did you mean 'claim_id'?"),
        ('{"report": {"addr": "x"}}', "'report.addr' is not known"),
        ('{"source_url": "x", "report": {"url": "y"}}', "source_url: is there twice"),
        ('{"note": "\\ud800"}', "note: contains half a character"),
        ('{"note": "a\\u0000b"}', "note: contains a NUL character"),
        ('{"value": NaN}', "NaN is no number"),
        ('{"value": 1e999}', "value: '1e999' is not a number"),
        ("[" * 5000, "cannot be read as JSON"),
        ('{"claim_id": "a"} {}', "more follows"),
        ('{"note": "' + "x" * 100_001 + '"}', "note: has 100,001 characters"),
    ],
)
def test_what_is_wrong_in_a_json_line_is_told_with_its_line(desk: Desk, line: str, said: str) -> None:
    told = desk.told(desk.write("bad.jsonl", json.dumps(CLAIM) + "\n" + line + "\n"))
    assert all(one.startswith("bad.jsonl, line 2: ") for one in told)
    assert any(said in one for one in told)


def test_all_faults_of_a_file_are_told_together_and_a_repeated_id_with_them(desk: Desk) -> None:
    rows = [CLAIM, {**CLAIM, "claim_id": "C3"}, CLAIM, {**CLAIM, "claim_id": "C3"}]
    assert desk.told(desk.write("bad.csv", table(rows))) == [
        "bad.csv, line 4: claim_id: 'C1' is already the id of a line above",
        "bad.csv, line 5: claim_id: 'C3' is already the id of a line above",
    ]
    rows[1] = {**CLAIM, "claim_id": "C3", "event": "captred", "holder": "gren"}
    lines = {(fault.line, fault.column) for fault in desk.faults(desk.write("bad.csv", table(rows)))}
    assert lines == {(3, "event"), (3, "holder")}


def test_ten_thousand_faults_end_the_reading(desk: Desk) -> None:
    rows = ({**CLAIM, "claim_id": f"C{i}", "event": "fell"} for i in range(10_050))
    faults = desk.faults(desk.write("bad.csv", table(rows, CLAIM)))
    assert len(faults) == 10_001
    assert faults[-1].message == "10,000 faults; the lines below were not read"


def test_loading_a_file_again_adds_nothing(desk: Desk) -> None:
    file = desk.write("more.csv", table([CLAIM, FULL]))
    assert desk.load(file).result.added == 2
    again = desk.load(file).result
    assert (again.added, again.corrected, again.unchanged) == (0, 0, 2)


def test_a_dry_run_counts_and_writes_nothing(desk: Desk) -> None:
    file = desk.write("more.csv", table([CLAIM, FULL]))
    assert desk.load(file, dry_run=True).result.added == 2
    assert desk.claims() == {"C001": desk.claims()["C001"]}
    assert desk.load(file).result.added == 2


def test_what_spreadsheets_would_run_is_written_with_a_quote_and_read_without(desk: Desk) -> None:
    rows = [
        {**CLAIM, "claim_id": f"C{i}", "note": note}
        for i, note in enumerate(("'=1+1", "''-x", "'plain", "'"))
    ]
    desk.load(desk.write("more.csv", table(rows)))
    assert [desk.claims()[f"C{i}"].note for i in range(4)] == ["=1+1", "'-x", "'plain", "'"]


# Nothing is lost between the ledger, CSV and JSON Lines.

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40).map(str.strip)
MOMENTS = st.integers(1_704_000_000, 1_717_000_000).map(lambda s: datetime.fromtimestamp(s, UTC).isoformat())


@st.composite
def rows_of_claims(draw: Any) -> dict[str, str]:
    start, end, reported = sorted(draw(st.lists(MOMENTS, min_size=3, max_size=3)))
    cells = {
        "claim_id": draw(st.from_regex(r"[A-Za-z0-9=@+-]{1,12}", fullmatch=True)),
        "happened_from": start,
        "happened_to": end,
        "reported_at": reported,
        "happened_precision": draw(st.sampled_from(["", *map(str, Precision)])),
        "place": draw(TEXT.filter(bool)),
        "place_id": draw(st.sampled_from(["", "north-village"])),
        "event": draw(st.sampled_from([str(e) for e in Event if e is not Event.DISTANCE])),
        "holder": draw(st.sampled_from(["", "green"])),
        "claimant": "example-agency",
        "status": draw(st.sampled_from(["", *STATUSES])),
        "reliability": draw(st.sampled_from(["", *RELIABILITIES])),
        "credibility": draw(st.sampled_from(["", "1", "6"])),
        "source_url": draw(TEXT),
        "publisher": draw(TEXT),
        "published_at": draw(st.sampled_from(["", start])),
        "note": draw(TEXT),
        "analyst": draw(TEXT),
    }
    if draw(st.booleans()):
        number = draw(st.floats(0, 1e9, allow_subnormal=False))
        cells |= {"value": repr(number), "qualifier": draw(st.sampled_from(["", *QUALIFIERS[:-1]]))}
    if draw(st.booleans()) and (words := draw(TEXT)):
        cells |= {
            "quote": words,
            "quote_start": "3",
            "quote_end": str(3 + len(words)),
            "report_licence": "CC0",
        }
    return cells


@pytest.fixture(scope="module")
def new_record(tmp_path_factory: Any) -> MapRecord:
    folder = tmp_path_factory.mktemp("round") / "my-map"
    write_new_map(folder)
    return read_map_folder(folder)


def reading(record: MapRecord, name: str) -> Reading:
    known = Known(record.settings.zone, record.actors, record.sources, record.places, latest=NOW)
    return Reading(name, known, Newcomers(record, "a file"))


def neutralised(text: str) -> str:
    """What an export makes of a cell that a spreadsheet would run."""
    return "'" + text if text.lstrip("'")[:1] in ("=", "+", "-", "@", "\t", "\r") and text else text


@given(rows_of_claims())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_on_the_way_round(
    tmp_path_factory: Any, new_record: MapRecord, cells: dict[str, str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*REQUIRED, *OPTIONAL])
        writer.writeheader()
        writer.writerow({name: neutralised(text) for name, text in cells.items()})
    of_csv = reading(new_record, "round.csv")
    (claim,) = read_csv(file, of_csv)
    assert of_csv.faults == []
    for ascii_only in (True, False):
        lines = file.with_suffix(".jsonl")
        lines.write_text(json.dumps(cells, ensure_ascii=ascii_only), encoding="utf-8")
        assert list(read_jsonl(lines, reading(new_record, "round.jsonl"))) == [claim]
    body = entry("claim", claim.id, claim).body
    assert value_of("claim", body) == claim
    assert body == json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert (claim.note, claim.place_as_written) == (cells["note"], cells["place"])


@pytest.mark.parametrize("ending", ["csv", "jsonl", "geojson"])
def test_what_is_exported_is_loaded_as_it_was(desk: Desk, tmp_path: Path, ending: str) -> None:
    odd = {
        **CLAIM,
        "claim_id": "=2+2",
        "place": "-Fell",
        "place_id": "",
        "note": "@home\r\n'quoted'",
        "value": "0.1",
    }
    desk.load(desk.write("more.csv", table([FULL, {name: neutralised(text) for name, text in odd.items()}])))
    out = tmp_path / f"claims.{ending}"
    write_data([claims_table(desk.record())], out)
    (tmp_path / "other").mkdir()
    with desk_in(tmp_path / "other") as other:
        assert other.load(out).result.added == 2
        assert other.claims() == desk.claims()
    assert desk.load(out).result.unchanged == 3


# Torture.

TORTURE = [
    b"",
    b"\n\n\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe\x00c\x00l",
    b'"',
    b"claim_id\n",
    b"a;b;c\n1;2;3\n",
    b"claim_id,claim_id\nx,y\n",
    ",".join(REQUIRED).encode() + b'\n"C1,2024-03-02,2024-03-02,x,clash,example-agency\n',
    ",".join(REQUIRED).encode() + b"\nC1,2024-03-02,2024-03-02,x\x00y,clash,example-agency\n",
    ",".join(REQUIRED).encode() + b'\nC1,2024-03-02,2024-03-02,"a""b\r\nc",clash,nobody"x\n',
    ",".join(REQUIRED).encode() + b"\nC1,2024-03-02,2024-03-02,\xff\xfe,clash,example-agency\n",
    ",".join(REQUIRED).encode() + b"\n" + b"x," * 200_000 + b"\n",
    ",".join(REQUIRED).encode() + b"\n" + b"x" * 3_000_000 + b"\n",
    b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>",
]


@pytest.mark.parametrize("form", ["csv", "jsonl", "acled", "ucdp", "viina", "timemap", "geojson", "xlsx"])
@pytest.mark.parametrize("number", range(len(TORTURE)))
def test_no_bytes_make_more_than_a_fault(desk: Desk, form: str, number: int) -> None:
    file = desk.write("torture", TORTURE[number])
    try:
        assert desk.load(file, form=form).result.added == 0
    except BadFiles as bad:
        assert str(bad)
        assert "/etc/passwd" not in "".join(desk.record().places)


@given(
    st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "acled", "timemap", "geojson", "xlsx", "auto"])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_make_no_more_either(desk: Desk, raw: bytes, form: str) -> None:
    for name in ("random.csv", "random.json", "random.zip"):
        file = desk.write(name, raw)
        try:
            assert desk.load(file, form=form).result.added == 0
        except ValueError as problem:  # BadFiles is one
            assert str(problem)

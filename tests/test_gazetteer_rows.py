"""Tables with faults: everything wrong in a file is told at once, with its line."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.errors import BadFiles, Fault, shown
from gazetteer.rows import (
    MOST_CELL,
    Row,
    number_between,
    one_of,
    read_cell,
    read_rows,
    required_cell,
    whole_number,
)


def read(data: bytes | str, optional=("note",)) -> tuple[list[Row], list[str]]:
    faults: list[Fault] = []
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    rows = list(read_rows(stream, ("id", "lat"), optional, faults=faults, name="places.csv"))
    return rows, [str(f) for f in faults]


def test_rows_carry_the_line_they_start_on():
    rows, faults = read('\ufeffid,lat,note\r\na,1,"two\r\nlines"\r\n\r\n b ,2,\r\n,,\r\n')
    assert faults == []
    assert [(r.line, r["id"], r["note"]) for r in rows] == [(2, "a", "two\r\nlines"), (5, "b", "")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_are_read(end):
    rows, faults = read(end.join(["id,lat,note", 'a,1,"two', 'lines"', "b,2,", ""]))
    assert faults == []
    assert [(r.line, r["id"], r["note"]) for r in rows] == [(2, "a", f"two{end}lines"), (4, "b", "")]
    as_text = io.StringIO(end.join(["id,lat", "a,1", ""]), newline="")
    assert [r["id"] for r in read_rows(as_text, ("id", "lat"), faults=faults)] == ["a"]


def test_ten_megabytes_in_one_line_of_an_old_mac_are_one_fault():
    rows, faults = read(b"id,lat,note\ra,1," + b"x" * 10_000_000 + b"\rb,2,\r")
    assert [r["id"] for r in rows] == ["b"]
    assert len(faults) == 1


def test_a_stream_is_not_closed():
    stream = io.BytesIO(b"id,lat\na,1\n")
    assert list(read_rows(stream, ("id", "lat"), faults=[]))
    assert not stream.closed


def test_utf_16_is_one_fault():
    assert len(read("id,lat\na,1\nb,2\n".encode("utf-16"))[1]) == 1


def test_every_fault_of_the_file_is_told_with_its_line():
    text = (
        b'id,latt,note,when\na,1,x,\nb,2\nc,\xff,x,\nd,3,"q"x,\ne,4,'
        + b"z" * (MOST_CELL + 1)
        + b",\nf,5,\0,\n"
    )
    rows, faults = read(text)
    assert [r["id"] for r in rows] == ["a"]
    assert faults == [
        "places.csv, line 1: column 'latt' is not known; did you mean 'lat'?",
        "places.csv, line 1: column 'when' is not known; known are id, lat, note",
        "places.csv, line 1: column 'lat' is missing",
        "places.csv, line 3: has 2 cells, the first line has 4",
        "places.csv, line 4: is not UTF-8 (byte 0xff at 3); save the file as CSV UTF-8",
        "places.csv, line 5: a quotation mark inside a cell must be doubled, the cell set in quotation marks",
        "places.csv, line 6: note: has 100,001 characters; the most is 100,000",
        "places.csv, line 7: note: contains a NUL character",
    ]


@pytest.mark.parametrize("cell", [b"x" * 10_000_000, b'"' + b"x" * 10_000_000 + b'"'])
def test_ten_megabytes_in_one_cell_are_one_fault_and_the_next_rows_are_read(cell):
    rows, faults = read(b"id,lat,note\na,1," + cell + b"\nb,2,\n")
    assert [r["id"] for r in rows] == ["b"]
    assert faults == ["places.csv, line 2: is over 1,000,000 bytes long; a cell may have 100,000 characters"]


def test_ten_megabytes_over_many_lines_of_one_cell_stop_the_reading():
    rows, faults = read(b'id,lat,note\na,1,"' + b"xxxxxxxxx\n" * 1_000_000 + b'"\nb,2,\n')
    assert rows == []
    assert len(faults) == 1
    assert faults[0].startswith("places.csv, line 2: a cell is longer than 100,000 characters")


def test_an_open_quotation_mark_is_told_where_it_was_opened():
    rows, faults = read('id,lat,note\na,1,\nb,2,"open\nc,3,\n')
    assert [r["id"] for r in rows] == ["a"]
    assert faults == [
        "places.csv, line 3: a quotation mark is opened and never closed; the lines below were not read"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "places.csv: is empty; its first line must name the columns id, lat"),
        (b"id;lat;note\na;1;\n", "places.csv, line 1: the columns are not separated by commas"),
        ("id,lat\na,1\n".encode("utf-16"), "places.csv, line 1: the file is UTF-16; save it as CSV UTF-8"),
        (b"id,lat,id\na,1,b\n", "places.csv, line 1: column 'id' is there twice"),
        (b"id,lat,\na,1,b\n", "places.csv, line 1: column 3 has no name"),
    ],
)
def test_a_file_that_is_no_such_table_says_what_to_do(data, said):
    assert read(data)[1][0].startswith(said)


def test_a_missing_column_does_not_make_a_fault_of_every_row():
    faults: list[Fault] = []
    for row in read_rows(io.StringIO("id\na\nb\n"), ("id", "lat"), faults=faults):
        assert required_cell(row, "lat", number_between(-90, 90), faults) is None
    assert [str(f) for f in faults] == ["the table, line 1: column 'lat' is missing"]


def test_cells_become_values_or_faults():
    row = Row("places.csv", 7, {"lat": "95", "kind": "vilage", "population": "1.5", "note": ""})
    faults: list[Fault] = []
    assert read_cell(row, "lat", number_between(-90, 90), faults) is None
    assert read_cell(row, "kind", one_of({"village", "town"}), faults) is None
    assert read_cell(row, "population", whole_number(), faults) is None
    assert required_cell(row, "note", str, faults) is None
    assert read_cell(row, "note", str, faults, empty="none") == "none"
    assert [str(f) for f in faults] == [
        "places.csv, line 7: lat: '95' is not between -90 and 90",
        "places.csv, line 7: kind: 'vilage' is not known; did you mean 'village'?",
        "places.csv, line 7: population: '1.5' is not a whole number",
        "places.csv, line 7: note: is empty",
    ]


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "１", "1e999", "0x1", "", "--1", "1,5"])
def test_only_plain_finite_numbers_are_numbers(text):
    with pytest.raises(ValueError, match="is not a number"):
        number_between(-90, 90)(text)


def test_a_path_is_named_by_its_last_part(tmp_path: Path):
    path = tmp_path / "places.csv"
    path.write_text("id,lat\na\n", encoding="utf-8")
    faults: list[Fault] = []
    assert list(read_rows(path, ("id", "lat"), faults=faults)) == []
    assert str(faults[0]) == "places.csv, line 2: has 1 cells, the first line has 2"


def test_a_text_stream_that_breaks_while_decoding_is_a_fault():
    stream = io.TextIOWrapper(io.BytesIO(b"id,lat\na,\xff\n"), encoding="utf-8")
    faults: list[Fault] = []
    list(read_rows(stream, ("id", "lat"), faults=faults))
    assert "not UTF-8" in str(faults[0])


def test_bad_files_prints_one_fault_per_line_by_file_and_line():
    error = BadFiles(
        [Fault("b.csv", 9, "", "nine"), Fault("a.csv", 1, "x", "one"), Fault("b.csv", 2, "", "two")]
    )
    assert str(error) == "b.csv, line 2: two\nb.csv, line 9: nine\na.csv, line 1: x: one"
    assert isinstance(error, ValueError)


def test_ten_thousand_faults_are_kept_and_a_thousand_printed():
    error = BadFiles(Fault("a.csv", n, "", "bad") for n in range(1, 10_001))
    assert len(error.faults) == 10_000
    assert str(error).endswith("\n… and 9,000 more")


def test_what_is_shown_of_a_hostile_value_cannot_turn_a_message_around():
    assert shown("a\u202eb\x1b[2J\nc\u2028") == "'a\\u202eb\\x1b[2J\\nc\\u2028'"
    assert len(shown("x" * 10_000)) == 62


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_faults_and_never_an_exception(data):
    rows, faults = read(b"id,lat,note\n" + data)
    assert all(len(row.cells) == 3 for row in rows)
    assert faults or len(rows) <= data.count(b"\n") + data.count(b"\r") + 1

"""An index in a file answers as the one in memory does; a stale or broken file is built anew."""

from __future__ import annotations

import pytest

from gazetteer.cache import keep, kept, opened
from gazetteer.index import Context, Gazetteer
from gazetteer.place import Place

PLACES = (
    Place(
        "tarbun", "Tarbun", 35.2, 37.0, "village", 500, "test", {"ar": "طربون"}, ("Tarboun",), "Hama", 1200, 7
    ),
    Place("wadiha", "Wadiha", 35.3, 37.1, "hill", 90, "test, CC BY 4.0"),
    Place("zelenivka", "Zelenivka", 48.1, 37.0, "village", 500, "test", {"uk": "Зеленівка"}),
)
NAMES = ["Tarboûn", "طربون", "Wadihah", "Зеленовка", "nowhere at all", "id:wadiha", ""]


def never():
    raise AssertionError("the index was built again")


def test_the_kept_index_answers_as_the_one_in_memory(tmp_path):
    made, path = Gazetteer(PLACES), tmp_path / "deep" / "names.idx"
    opened(path, "one", lambda: PLACES)
    again = opened(path, "one", never)
    for name in NAMES:
        assert again.answer(name, Context(near=PLACES[0])) == made.answer(name, Context(near=PLACES[0]))
    assert dict(again.places) == dict(made.places)
    assert again.places["tarbun"] == PLACES[0]
    assert "nowhere" not in again.places
    assert [p.name for p in tmp_path.rglob("*.part")] == []


def test_another_stamp_makes_it_stale(tmp_path):
    path = tmp_path / "names.idx"
    opened(path, "one", lambda: PLACES)
    assert kept(path, "two") is None
    assert len(opened(path, "two", lambda: PLACES[:1]).places) == 1
    assert kept(path, "one") is None


@pytest.mark.parametrize(
    "broken",
    [
        lambda whole: b"",
        lambda whole: b"hello",
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole + b"x",
        lambda whole: whole[:20] + b"\xff" + whole[21:],
        lambda whole: whole[:-40] + bytes(40),
        lambda whole: b"\x80\x04" + whole[2:],
    ],
    ids=["empty", "text", "one short", "half", "one long", "header", "tail", "pickle"],
)
def test_a_broken_file_is_built_anew(tmp_path, broken):
    path = tmp_path / "names.idx"
    keep(Gazetteer(PLACES), path, "one")
    path.write_bytes(broken(path.read_bytes()))
    assert kept(path, "one") is None
    assert opened(path, "one", lambda: PLACES).locate("Tarbun") == PLACES[0]
    assert kept(path, "one") is not None


def test_where_nothing_can_be_written_the_index_lives_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")
    found = opened(tmp_path / "file" / "names.idx", "one", lambda: PLACES)
    assert found.locate("Tarbun") == PLACES[0]


def test_an_empty_gazetteer_can_be_kept(tmp_path):
    opened(tmp_path / "names.idx", "one", list)
    assert len(opened(tmp_path / "names.idx", "one", never).places) == 0

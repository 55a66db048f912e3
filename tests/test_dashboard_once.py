from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from dashboard.once import once


def test_all_who_ask_at_the_same_time_wait_for_one_piece_of_work() -> None:
    asked, go = [], Event()

    @once(4)
    def slow(what: str) -> str:
        asked.append(what)
        go.wait(10)
        return what.upper()

    with ThreadPoolExecutor(8) as readers:
        answers = [readers.submit(slow, "faces") for _ in range(8)]
        go.set()
        assert {answer.result() for answer in answers} == {"FACES"}
    assert asked == ["faces"]


def test_only_the_latest_answers_are_kept_and_no_failure() -> None:
    asked = []

    @once(2)
    def half(number: int) -> float:
        asked.append(number)
        if number == 13:
            raise ValueError("unlucky")
        return number / 2

    assert [half(number) for number in (1, 2, 1, 3, 1, 2)] == [0.5, 1.0, 0.5, 1.5, 0.5, 1.0]
    assert asked == [1, 2, 3, 2]
    for _ in range(2):
        with pytest.raises(ValueError, match="unlucky"):
            half(13)
    assert asked.count(13) == 2

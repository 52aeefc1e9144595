"""Work that is done beside other work."""

from __future__ import annotations

import threading
import time

import pytest

from flows.executors import done_in_parallel


def test_every_piece_is_done_once():
    done: list[int] = []
    told = list(done_in_parallel(done.append, range(50)))

    assert sorted(done) == sorted(told) == list(range(50))


def test_pieces_are_done_beside_one_another():
    both_are_there = threading.Barrier(2, timeout=10)

    assert len(list(done_in_parallel(lambda _: both_are_there.wait(), [1, 2]))) == 2


def test_a_failure_is_told_and_ends_the_work():
    begun: list[int] = []

    def fails_at_first(piece: int) -> None:
        begun.append(piece)
        if piece == 0:
            raise ValueError("the first")
        time.sleep(0.01)

    with pytest.raises(ValueError, match="the first"):
        list(done_in_parallel(fails_at_first, range(1000)))
    assert len(begun) < 1000


def test_nothing_to_do_is_done_at_once():
    assert list(done_in_parallel(print, [])) == []

"""Work that is done ahead, beside other work."""

from __future__ import annotations

import threading
import time

import pytest

from flows.executors import Prefetcher


def test_every_piece_is_done_once():
    done: list[int] = []
    with Prefetcher(done.append, range(50)) as ahead:
        ahead.wait_for(range(50))

    assert sorted(done) == list(range(50))


def test_pieces_are_done_beside_one_another():
    both_are_there = threading.Barrier(2, timeout=10)
    with Prefetcher(lambda _: both_are_there.wait(), [1, 2]) as ahead:
        ahead.wait_for([1, 2])


def test_pieces_are_begun_in_their_order_and_nobody_waits_for_later_ones():
    goes_on = threading.Event()
    begun: list[int] = []

    def work(piece: int) -> None:
        begun.append(piece)
        if piece > 0:
            assert goes_on.wait(10)

    with Prefetcher(work, range(3)) as ahead:
        ahead.wait_for([0])
        goes_on.set()
        ahead.wait_for([1, 2])
    assert begun == [0, 1, 2]


def test_a_failure_reaches_whoever_waits_for_the_piece():
    def fails(piece: int) -> None:
        if piece == 1:
            raise ValueError("the second")

    with Prefetcher(fails, range(3)) as ahead:
        ahead.wait_for([0, 2])
        with pytest.raises(ValueError, match="the second"):
            ahead.wait_for([1])


def test_what_was_not_begun_at_the_end_is_left_undone():
    begun: list[int] = []

    def slow(piece: int) -> None:
        begun.append(piece)
        time.sleep(0.01)

    with Prefetcher(slow, range(1000)):
        pass
    assert len(begun) < 1000

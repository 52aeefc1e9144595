"""Several backfills at once, each repeated until it is done: one after the other they come to what one would."""

from __future__ import annotations

import re
import time
from pathlib import Path

import polars as pl
import pytest

from tests.flows.crashes.leftovers import assert_nothing_in_the_way
from tests.flows.crashes.processes import LIMIT_SECONDS, Started
from tests.flows.crashes.stage import Copy, Stage
from tests.flows.crashes.warehouse import Tables, all_contents, assert_records_agree

BUSY = 4
RANGES = (("2025-01", "2025-02"), ("2025-01", "2025-01"), ("2025-02", "2025-02"), ("2025-01", "2025-02"))
LOSER = re.compile(
    r"retier: the warehouse \S+ is held by backfill since \S+ \S+ UTC, process \d+ on \S+: wait for it to end, "
    r"or end it, and run this again\n"
)

ROUNDS = 4


def start(copy: Copy, number: int) -> Started:
    first, last = RANGES[number]
    return copy.start("backfill", "--from", first, "--to", last, "--reason", "at once")


def run_all(copy: Copy) -> list[str]:
    """Run all ranges at once until each has ended well, and return what those said that had to leave."""
    losers: list[str] = []
    running = {number: start(copy, number) for number in range(len(RANGES))}
    until = time.monotonic() + LIMIT_SECONDS
    while running:
        assert time.monotonic() < until, "somebody waits for ever"
        for number, started in list(running.items()):
            code = started.exit_code
            if code == BUSY:
                losers.append(started.stderr)
                running[number] = start(copy, number)
            elif code is not None:
                assert code == 0, started.stderr
                del running[number]
        time.sleep(0.05)
    return losers


def without_history(tables: Tables) -> object:
    """What is published, but for how often it was: February may go before January, and again after it."""
    bare = {name: frame.drop("revision", "change_id", strict=False) for name, frame in tables.items()}
    return all_contents(bare | {"restatements": pl.DataFrame({"month": []})})


@pytest.mark.torture
def test_four_backfills_at_once_come_to_what_one_does(stage: Stage, tmp_path: Path) -> None:
    with stage.copy("backfill-anew", tmp_path / "one") as copy:
        assert copy.start().wait() == 0
        expected = without_history(copy.tables())
    for number in range(ROUNDS):
        with stage.copy("backfill-anew", tmp_path / str(number)) as copy:
            losers = run_all(copy)
            tables = copy.tables()
            assert_records_agree(tables)
            assert without_history(tables) == expected
            assert_nothing_in_the_way(copy)
            assert bool(losers) == (copy.server is not None)
            assert [said for said in losers if not LOSER.fullmatch(said)] == []

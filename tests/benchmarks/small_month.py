"""Months of a few thousand accounts, one after another in one process: what a month costs besides its rows.

Run as a module with a folder and a number of months, it publishes them oldest first and prints a line of JSON for each.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from flows.demo_project import make_demo_project
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from tests.benchmarks.backfill import KNOWN_UNTIL, make_months
from tests.benchmarks.data import MONTH, Size
from transforms.month import Month

ACCOUNTS = 5_000
"""Beside those of the demo that have a story: its company has all sources, in files as a company exports them."""

LARGE = Size(usage_rows=1_000_000, accounts=100_000)
MONTHS = 6
_COLLECTING = ("collect", "sink_parquet", "sink_csv", "sink_ndjson", "sink_ipc", "sink_batches", "collect_batches")


@dataclass(slots=True)
class Cost:
    """What a month cost.

    Attributes:
        processor: Seconds of all processors together.
        wall: Seconds by the clock.
        collects: Executions of Polars queries, those of eager frames included, since they are queries underneath.
        fsyncs: Files and folders that Python put on disk at once; the database's own are not seen.
    """

    processor: float = 0.0
    wall: float = 0.0
    collects: int = 0
    fsyncs: int = 0


def of_demo(folder: Path) -> list[Cost]:
    """Publish the last months of a demo with some thousand accounts; return what each cost, oldest first."""
    make_demo_project(folder, Silent(), ACCOUNTS)
    return _measured(folder, MONTHS)


def of_many_accounts(folder: Path, months: int) -> list[Cost]:
    """Publish months of many accounts with three sources; return what each cost, oldest first."""
    make_months(folder, months, LARGE)
    return _measured(folder, months)


def _measured(folder: Path, months: int) -> list[Cost]:
    """Publish months in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.small_month", str(folder), str(months)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return [Cost(**json.loads(line)) for line in printed.splitlines()[-months:]]


def typical(costs: Sequence[Cost]) -> Cost:
    """Return the median of what several months cost, figure by figure."""
    rows = [asdict(cost) for cost in costs]
    return Cost(**{name: statistics.median_low([row[name] for row in rows]) for name in rows[0]})


def publish_months(folder: Path, months: int) -> Iterator[Cost]:
    """Publish months oldest first, each by a run of its own in this process."""
    project = load_project(folder, {})
    for month in Month.range(MONTH - (months - 1), MONTH):
        cost = Cost()
        with _counted(cost):
            wall, processor = time.perf_counter(), time.process_time()
            run_month(project, month, known_until=KNOWN_UNTIL, progress=Silent(), command="bench")
            cost.wall, cost.processor = time.perf_counter() - wall, time.process_time() - processor
        yield cost


@contextmanager
def _counted(cost: Cost) -> Iterator[None]:
    """Count queries and fsyncs; what is counted still happens."""

    def counting(work: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(work)
        def counted(*arguments: Any, **options: Any) -> Any:
            setattr(cost, name, getattr(cost, name) + 1)
            return work(*arguments, **options)

        return counted

    # Series and DataFrames look their queries up on the class, so patching it counts theirs as well.
    counted: list[tuple[Any, str, str]] = [(pl.LazyFrame, name, "collects") for name in _COLLECTING]
    counted += [(pl, "collect_all", "collects"), (os, "fsync", "fsyncs")]
    with ExitStack() as stack:
        for owner, name, figure in counted:
            stack.enter_context(patch.object(owner, name, counting(getattr(owner, name), figure)))
        yield


if __name__ == "__main__":
    # Importing Great Expectations takes seconds, once, however many months there are.
    import expectations.judge  # noqa: F401

    for one in publish_months(Path(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(asdict(one)), flush=True)

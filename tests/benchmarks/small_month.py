"""Months of a few thousand accounts, one after another in one process: what a month costs besides its rows.

Run as a module with a folder and a number of months, it publishes them oldest first and prints a line of JSON for each.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from polars.lazyframe.engine import _LocalEngine

from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from tests.benchmarks.backfill import KNOWN_UNTIL, make_months, start_anew
from tests.benchmarks.data import MONTH, Size
from tests.flows.options import options_of
from transforms.month import Month

SMALL = Size(usage_rows=300_000, accounts=5_000)
LARGE = Size(usage_rows=1_000_000, accounts=100_000)
_NO_FILE = 2**31 - 1
_TRACED = ["strace", "--follow-forks", "--trace=fsync,fdatasync", "--quiet=all", "--signal=none"]


@dataclass(slots=True)
class Cost:
    """What a month cost.

    Attributes:
        processor: Seconds of all processors together.
        wall: Seconds by the clock.
        collects: Executions of Polars queries, those of eager frames included, since they are queries underneath.
        fsyncs: How often a file or folder was put on disk at once, by Python or by the database.
    """

    processor: float = 0.0
    wall: float = 0.0
    collects: int = 0
    fsyncs: int = 0


def measured(folder: Path, months: int, size: Size) -> list[Cost]:
    """Publish months of one size in a process of its own, oldest first, and return what each of them cost.

    They are published twice, since a process whose calls of the system are traced is slow.
    """
    make_months(folder, months, size)
    command = [sys.executable, "-m", "tests.benchmarks.small_month", str(folder), str(months)]
    start_anew(folder)
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    costs = [Cost(**json.loads(line)) for line in printed.splitlines()[-months:]]
    if shutil.which(_TRACED[0]):
        start_anew(folder)
        trace = folder / "trace"
        subprocess.run([*_TRACED, f"--output={trace}", *command], check=True, capture_output=True)
        for cost, calls in zip(costs, _calls_by_month(trace.read_text(encoding="utf-8")), strict=True):
            cost.fsyncs = calls
    return costs


def typical(costs: Sequence[Cost]) -> Cost:
    """Return the median of what several months cost, figure by figure."""
    rows = [asdict(cost) for cost in costs]
    return Cost(**{name: statistics.median_low([row[name] for row in rows]) for name in rows[0]})


def publish_months(folder: Path, months: int) -> Iterator[Cost]:
    """Publish months oldest first, each by a run of its own in this process."""
    project = load_project(folder, {})
    for month in Month.range(MONTH - (months - 1), MONTH):
        cost = Cost()
        _mark()
        with _counted(cost):
            wall, processor = time.perf_counter(), time.process_time()
            run_month(project, options_of(month, known_until=KNOWN_UNTIL, is_notifying=True), Silent())
            cost.wall, cost.processor = time.perf_counter() - wall, time.process_time() - processor
        yield cost


def _mark() -> None:
    """Leave a call in the trace that fails, by which the months are told apart."""
    with suppress(OSError):
        os.fsync(_NO_FILE)


def _calls_by_month(trace: str) -> list[int]:
    months = trace.split(f"fsync({_NO_FILE})")[1:]
    return [sum("sync(" in line for line in month.splitlines()[1:]) for month in months]


@contextmanager
def _counted(cost: Cost) -> Iterator[None]:
    """Count queries and Python's fsyncs; what is counted still happens."""

    def counting(work: Callable[..., Any], figure: str) -> Callable[..., Any]:
        @wraps(work)
        def counted(*arguments: Any, **options: Any) -> Any:
            setattr(cost, figure, getattr(cost, figure) + 1)
            return work(*arguments, **options)

        return counted

    counted: list[tuple[Any, str, str]] = [
        (_LocalEngine, "collect", "collects"),
        (_LocalEngine, "collect_all", "collects"),
        (_LocalEngine, "collect_batches", "collects"),
        (os, "fsync", "fsyncs"),
    ]
    with ExitStack() as stack:
        for owner, name, figure in counted:
            stack.enter_context(patch.object(owner, name, counting(getattr(owner, name), figure)))
        yield


if __name__ == "__main__":
    # Importing Great Expectations takes seconds, once, however many months there are.
    import expectations.judge  # noqa: F401

    for one in publish_months(Path(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(asdict(one)), flush=True)

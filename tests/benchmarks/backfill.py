"""A backfill of many months: what it costs beside the facts of its months, and whether a month more costs a month.

Run as a module with a folder and a number of months, it backfills them and prints seconds of facts, seconds of all, and
the peak memory.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from flows.backfill.backfill import backfill
from flows.backfill.facts import facts_ahead
from flows.progress import Silent
from flows.session import Session
from flows.settings import load_project
from flows.writing import writing
from tests.benchmarks.data import MONTH, Size, make_project
from tests.benchmarks.measure import print_own_peak
from tests.flows.options import options_of
from transforms.month import Month

SIZE = Size(usage_rows=1_000_000, accounts=100_000)
_YEARS_BEFORE = 5
MONTHS = (6, 12, 24, 48)
KNOWN_UNTIL = datetime(2026, 11, 5, tzinfo=UTC)


def make_months(folder: Path, months: int, size: Size) -> None:
    """Write a project whose usage covers some months, a file each; in none of them do all accounts do the same."""
    make_project(folder, size)
    contracts = pl.read_parquet(folder / "data" / "subscriptions.parquet")
    # In the first of the months, too, all accounts have been customers for years.
    contracts.with_columns(pl.col("start_date") - pl.duration(days=_YEARS_BEFORE * 365)).write_parquet(
        folder / "data" / "subscriptions.parquet"
    )
    first = pl.read_parquet(folder / "data" / "usage.parquet")
    for number, month in enumerate(Month.range(MONTH - (months - 1), MONTH)):
        path = folder / "data" / f"usage-{month}.parquet"
        if not path.exists():
            shifted = first.with_columns(
                date=pl.lit(month.first_day) + pl.duration(days=pl.col("date").dt.day().cast(pl.Int64) % month.days),
                events=(pl.col("events") + pl.concat_str("account_id", "feature").hash(number) % 3).cast(pl.Int64),
            )
            unique = shifted.unique(["account_id", "date", "feature"], keep="first", maintain_order=True)
            unique.write_parquet(path, row_group_size=262_144)
    settings = (folder / "retier.yaml").read_text(encoding="utf-8")
    (folder / "retier.yaml").write_text(
        settings.replace("data/usage.parquet", "data/usage-*.parquet"), encoding="utf-8"
    )


def backfilled(folder: Path, months: int) -> tuple[float, float]:
    """Backfill months from nothing; give the seconds that their facts take, month by month, and those of all of it."""
    start_anew(folder)
    project = load_project(folder, {})
    first = MONTH - (months - 1)
    session = Session(project)
    session.open(Month.range(first, MONTH))
    started = time.perf_counter()
    for month in Month.range(first, MONTH):
        with facts_ahead(session, [month], KNOWN_UNTIL) as made:
            made.wait_for(month)
    facts = time.perf_counter() - started
    start_anew(folder)
    started = time.perf_counter()
    with writing(project, "bench") as writer:
        backfill(project, options_of(first, MONTH, known_until=KNOWN_UNTIL, reason="bench"), Silent(), writer)
    return facts, time.perf_counter() - started


def measured(folder: Path, months: int, size: Size) -> tuple[float, float, float]:
    """Measure a backfill in a process of its own: seconds of the facts, seconds of all of it, peak memory in MB."""
    make_months(folder, months, size)
    command = [sys.executable, "-m", "tests.benchmarks.backfill", str(folder), str(months)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    facts, whole, peak = map(float, told.strip().splitlines()[-3:])
    return facts, whole, peak


def start_anew(folder: Path) -> None:
    """Forget what was published and the facts it was made from."""
    shutil.rmtree(folder / "facts", ignore_errors=True)
    for name in ("retier.duckdb", "retier.duckdb.lock"):
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    # Importing Great Expectations takes seconds, once, however many months there are.
    import expectations.judge  # noqa: F401

    facts_seconds, all_seconds = backfilled(Path(sys.argv[1]), int(sys.argv[2]))
    print(facts_seconds)
    print(all_seconds)
    print_own_peak()

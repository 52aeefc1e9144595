"""Counts rows that are events: one row per account, day, feature and user, however many events a file has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from sql.atomic import remove
from sql.sources.raw import ROW
from transforms.contracts import Table

EVENTS = "events"
"""The column that says how many rows were counted."""

BUCKET_ROWS = 5_000_000
"""The most rows that are counted at a time: if all of them differ, their keys take about a gigabyte of memory."""


def counted_columns(mapped: Collection[str]) -> set[str]:
    """Return the columns that counted rows have: those by which rows are counted, and their number."""
    return {*mapped, EVENTS} - {"is_deleted"}


def count_events(path: Path, rows: int, table: Table, mapped: Collection[str]) -> list[Path]:
    """Replace a staged file of events by files in which equal ones are counted.

    Args:
        path: The file; it is removed.
        rows: How many rows it has.
        table: The contract of usage.
        mapped: Its columns that the source has.

    Returns:
        The new files, which have no key in common.
    """
    keys = [name for name in table.columns if name in counted_columns(mapped) - {EVENTS}]
    buckets = 1 + rows // BUCKET_ROWS
    events = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    paths = [path.with_name(f"{path.stem}-counted-{number}.parquet") for number in range(buckets)]
    for number, target in enumerate(paths):
        of_bucket = events if buckets == 1 else events.filter(pl.struct(keys).hash(seed=1) % buckets == number)
        found = of_bucket.group_by(keys).agg(pl.len().cast(pl.Int64).alias(EVENTS), pl.col(ROW).min())
        nothing = [
            pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in {*keys, EVENTS}
        ]
        found.with_columns(nothing).select(ROW, *table.columns).sink_parquet(target)
    remove(path)
    return paths


def added_up(frames: Sequence[pl.LazyFrame], table: Table) -> pl.LazyFrame:
    """Add up counted rows of several files: what two files have of a day is more of the same, and no correction."""
    keys = [name for name in table.columns if name != EVENTS]
    together = pl.concat(frames).group_by(keys).agg(pl.col(EVENTS).sum())
    return together.select(table.columns)

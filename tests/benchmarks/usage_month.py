"""The facts of a month of usage, against DuckDB's SQL for the same facts and a bare Parquet scan.

Run as a module with a folder, it makes the facts once and prints the peak memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from tests.benchmarks.data import MONTH
from tests.benchmarks.measure import print_own_peak
from transforms.contracts import SOURCES
from transforms.facts.usage import features_of, usage_facts

CONFIGURED = frozenset({"usage", "usage.active_users"})

_SAME_FACTS = """
    create or replace temp table facts as
    select account_id, sum(events), max(active_users), count(distinct date), count(distinct feature), max(date)
    from read_parquet(?)
    group by account_id
"""


def candidates(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what is compared, by name."""
    file = str(folder / "data" / "usage.parquet")
    return {
        "facts": lambda: facts(file),
        "duckdb": lambda: duckdb.execute(_SAME_FACTS, [file]),
        "scan": lambda: pl.scan_parquet(file).select(pl.all().max()).collect(engine="streaming"),
    }


def facts(file: str) -> pl.DataFrame:
    """Make the facts of the month, the list of features included."""
    rows = pl.scan_parquet(file)
    present = set(rows.collect_schema().names())
    missing = [
        pl.lit(None, dtype).alias(name) for name, dtype in SOURCES["usage"].schema.items() if name not in present
    ]
    rows = rows.with_columns(missing)
    features = features_of(rows).collect(engine="streaming")["feature"].to_list()
    return usage_facts(rows, MONTH, features, CONFIGURED).collect(engine="streaming")


if __name__ == "__main__":
    facts(str(Path(sys.argv[1]) / "data" / "usage.parquet"))
    print_own_peak()

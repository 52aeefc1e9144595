"""What stands in a project's warehouse, and what of it may change from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from transforms.contracts import PUBLISHED
from transforms.month import Month

Warehouse = dict[str, pl.DataFrame]

OF_RUNS = ("runs", "check_results", "quarantine")
"""Tables that tell of runs, and grow with each."""

OF_HISTORY = ("restatements", "notifications")
"""Tables that tell what was published before."""

_RUN_BOUND = ("run_id", "revision", "change_id", "is_correction")


def read_warehouse(project: Path) -> Warehouse:
    """Read every published table, rows in a fixed order; empty tables where nothing has run yet."""
    path = project / "retier.duckdb"
    if not path.exists():
        return {name: table.empty() for name, table in PUBLISHED.items()}
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'retier'").fetchall()
        found = {name: pl.DataFrame(connection.sql(f"from retier.retier.{name} order by all")) for (name,) in names}
    return {name: found[name] for name in sorted(found)}


def results(tables: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables but those that tell of runs."""
    return {name: frame.rows() for name, frame in tables.items() if name not in OF_RUNS}


def results_of(tables: Warehouse, month: Month) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is published of a month, without what names runs or tells of former publications."""
    found = {}
    for name, frame in tables.items():
        if name in (*OF_RUNS, *OF_HISTORY):
            continue
        rows = frame.filter(pl.col("month") == month.first_day) if "month" in frame.columns else frame
        bare = rows.drop(_RUN_BOUND, strict=False)
        found[name] = sorted(bare.rows(), key=repr)
    return found

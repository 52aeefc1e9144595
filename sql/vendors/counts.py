"""What a kit found of a vendor's tables, and what it leaves out and why: told by `retier check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sql.atomic import scratch_folder
from sql.render import render
from sql.sources.query import run_query
from sql.sources.templates import described
from sql.vendors.render import COUNT, REASON, KitQuery
from sql.vendors.settings import KitInUse
from sql.vendors.tables import FoundTable
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a kit did not make rows of.

    Attributes:
        reasons: How many items are left out, by the key of the reason; only those that there are.
        tables: The tables of the vendor as they were found.
    """

    reasons: Mapping[str, int]
    tables: tuple[FoundTable, ...]


def left_out(use: KitInUse, source: str, project: Path, scratch: Path, month: Month | None = None) -> LeftOut:
    """Count what a kit leaves out of the rows of a source.

    Args:
        use: The kit.
        source: The source.
        project: The project's folder.
        scratch: A folder for what is read.
        month: For a query by month, the month.

    Raises:
        RetierError: If a table is not there, or the database cannot be reached or refuses the query.
    """
    made = KitQuery(use, source, project)
    query = described(use, source)
    values = {} if month is None else {"month_start": month.first_day, "month_end": (month + 1).first_day}
    statement = render(made.left_out(), values, query.name)
    with scratch_folder(scratch) as folder:
        raw = run_query(statement, replace(query, also=made.files()), project, folder)
        counted = raw.scan().select(REASON, pl.col(COUNT).cast(pl.Int64)).sort(REASON).collect()
    return LeftOut(dict(counted.iter_rows()), tuple(made.tables))

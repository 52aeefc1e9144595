"""Facts that add up: rows of one grain from several batches, or of accounts that have become one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import polars.selectors as cs

from transforms.exact import exact_sum


def added_up(facts: pl.LazyFrame, grain: Sequence[str]) -> pl.LazyFrame:
    """Make one row per grain of rows that repeat it.

    Rows repeat a grain where the rows of a source were counted in batches, and after merged accounts were
    mapped onto the one that remains.

    Args:
        facts: Facts of tickets, invoices or touchpoints.
        grain: The columns that identify a row; a null is a value like any other.

    Returns:
        The same columns: numbers summed exactly, of dates the latest.
    """
    measures = cs.exclude(*grain)
    return (
        facts.group_by(*grain)
        .agg(
            (measures & cs.integer()).sum(),
            *_exact_sums(facts, grain),
            (measures & cs.date()).max(),
        )
        .select(facts.collect_schema().names())
    )


def _exact_sums(facts: pl.LazyFrame, grain: Sequence[str]) -> list[pl.Expr]:
    return [
        exact_sum(pl.col(name))
        for name, dtype in facts.collect_schema().items()
        if dtype.is_float() and name not in grain
    ]

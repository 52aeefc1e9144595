"""Adds up facts: rows of one grain from several batches, or of accounts that were merged."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import polars.selectors as cs

from transforms.exact import exact_sum


def added_up(facts: pl.LazyFrame, grain: Sequence[str]) -> pl.LazyFrame:
    """Add up rows that share a grain.

    Rows share a grain if a source was counted in batches, or if merged accounts were mapped to the one that
    remains.

    Args:
        facts: Facts of tickets, invoices or touchpoints.
        grain: The columns that identify a row; a null is a value like any other.

    Returns:
        One row per grain with the same columns: exact sums of numbers, the latest of dates.
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

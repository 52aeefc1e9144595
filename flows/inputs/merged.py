"""Facts of accounts that have become one since they were counted."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from transforms.accounts import mapped


def merged(facts: pl.LazyFrame, mapping: pl.DataFrame, combine: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.LazyFrame:
    """Return facts as of an account map: the rows of accounts that have become one are combined.

    Only their rows are, since they are few, and combining all would take longer than what is done with the result.

    Args:
        facts: Facts of any grain with ``account_id``, one row per grain; combining a row with no other keeps it.
        mapping: The account map.
        combine: Makes one row per grain of the rows of such accounts, with the same columns.

    Returns:
        The facts in the same columns, in any order.
    """
    if mapping.is_empty():
        return facts
    concerned = pl.concat([mapping["account_id"], mapping["into_account_id"]]).unique()
    is_concerned = pl.col("account_id").is_in(concerned.implode())
    combined = combine(mapped(facts.filter(is_concerned), mapping))
    return pl.concat([facts.filter(~is_concerned), combined.select(facts.collect_schema().names())])

"""Touchpoint facts: contacts with customers per account, month and kind."""

from __future__ import annotations

import polars as pl

from transforms.exact import exact_sum

VERSIONS = {1: "as in 0.1.0"}

GRAIN = ("account_id", "month", "kind")


def touchpoint_facts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Count contacts, with separate sums for those that the customer requested: only they may raise complexity.

    Args:
        rows: Touchpoint rows of any number of months.

    Returns:
        One row per account, month and kind, in any order: account_id; month; kind; touchpoints; recorded_minutes;
        unrecorded (contacts without minutes); customer_recorded_minutes and customer_unrecorded (the same of
        contacts that the customer requested); last_touchpoint_date.
    """
    minutes = pl.col("minutes")
    is_customers = pl.col("is_customer_initiated").fill_null(value=False)
    return rows.group_by("account_id", pl.col("date").dt.month_start().alias("month"), "kind").agg(
        pl.len().cast(pl.Int64).alias("touchpoints"),
        exact_sum(minutes).alias("recorded_minutes"),
        minutes.is_null().sum().cast(pl.Int64).alias("unrecorded"),
        exact_sum(pl.when(is_customers).then(minutes)).alias("customer_recorded_minutes"),
        (is_customers & minutes.is_null()).sum().cast(pl.Int64).alias("customer_unrecorded"),
        pl.col("date").max().alias("last_touchpoint_date"),
    )

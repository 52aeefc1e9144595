"""Usage by day and feature, to distinguish a quiet day or feature from one whose data did not arrive."""

from __future__ import annotations

import polars as pl

VERSIONS = {1: "as in 0.1.0"}

SCHEMA = {"date": pl.Date(), "feature": pl.String(), "rows": pl.Int64(), "events": pl.Float64()}


def usage_days(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Count the usage of a month by day and feature.

    Args:
        usage: Rows of usage of the month.

    Returns:
        One row per day and feature with a row: date, feature, rows (those with events), events (their sum, a float
        that cannot overflow; no tier depends on it).
    """
    return (
        usage.group_by("date", "feature")
        .agg(
            (pl.col("events") > 0).sum().cast(pl.Int64).alias("rows"),
            pl.col("events").cast(pl.Float64).sum().alias("events"),
        )
        .sort("date", "feature")
    )

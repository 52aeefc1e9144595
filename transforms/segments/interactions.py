"""Interactions: how recently and how often an account used the product or was in contact with us."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.pillars.inputs import YEAR_MONTHS, MonthInputs


def days_since(last: pl.Expr, day: date) -> pl.Expr:
    """Return the days from a date to a day: 0 on the day itself."""
    return (pl.lit(day) - last).dt.total_days()


def with_interactions(accounts: pl.LazyFrame, inputs: MonthInputs) -> pl.LazyFrame:
    """Add how recently and how often each account interacted.

    Args:
        accounts: The accounts in scope, with ``last_active_date`` (ever, up to M) and ``tenure_start_date``.
        inputs: The month's inputs; usage facts, ticket facts and touchpoint facts of 12 months count.

    Returns:
        The frame with ``interaction_recency_days`` (from the last usage, opened ticket or touchpoint to the last day
        of M; without any, from the start of tenure) and ``trailing_year_active_days`` (days with usage in M-11..M)
        added; both are null while usage is stale, because activity is unknown then.
    """
    if "usage" in inputs.stale or not inputs.usage:
        unknown = ("interaction_recency_days", "trailing_year_active_days")
        return accounts.with_columns(pl.lit(None, pl.Int64).alias(name) for name in unknown)
    last = pl.max_horizontal("last_active_date", "last_opened_date", "last_touchpoint_date")
    return (
        accounts.join(_latest(inputs.tickets, "last_opened_date"), on="account_id", how="left")
        .join(_latest(inputs.touchpoints, "last_touchpoint_date"), on="account_id", how="left")
        .join(_active_days(inputs), on="account_id", how="left")
        .with_columns(
            days_since(pl.coalesce(last, "tenure_start_date"), inputs.month.last_day).alias("interaction_recency_days"),
            pl.col("trailing_year_active_days").fill_null(0),
        )
        .drop("last_opened_date", "last_touchpoint_date")
    )


def _latest(facts: pl.LazyFrame, column: str) -> pl.LazyFrame:
    return facts.group_by("account_id").agg(pl.col(column).max())


def _active_days(inputs: MonthInputs) -> pl.LazyFrame:
    months = [facts.frame for month in inputs.month.trailing(YEAR_MONTHS) if (facts := inputs.usage.get(month))]
    days = pl.col("active_day_bits").bitwise_count_ones().cast(pl.Int64)
    counted = pl.concat([frame.select("account_id", trailing_year_active_days=days) for frame in months])
    return counted.group_by("account_id").agg(pl.col("trailing_year_active_days").sum())

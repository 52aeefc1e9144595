"""Interactions: how recently and how often an account used the product or was in contact with us."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.pillars.inputs import YEAR_MONTHS, MonthInputs
from transforms.pillars.known_window import whole_window


def days_since(last: pl.Expr, day: date) -> pl.Expr:
    """Return the days from a date to a day: 0 on the day itself."""
    return (pl.lit(day) - last).dt.total_days()


def with_interactions(accounts: pl.LazyFrame, inputs: MonthInputs, months_for_a_year: int) -> pl.LazyFrame:
    """Add how recently and how often each account interacted.

    Args:
        accounts: The accounts in scope, with ``last_active_date`` (ever, up to M) and ``tenure_start_date``.
        inputs: The month's inputs; usage facts, ticket facts and touchpoint facts of 12 months count.
        months_for_a_year: From how many known months of usage on a year's days are counted.

    Returns:
        The frame with ``interaction_recency_days`` (from the last usage, opened ticket or touchpoint to the last day
        of M; without any, from the start of tenure) and ``trailing_year_active_days`` (days with usage in M-11..M; of
        a year that is known in part, what its days come to in 12 months, null where too few months are known) added;
        both are null while usage is stale, because activity is unknown then.
    """
    if "usage" in inputs.stale or not inputs.usage:
        unknown = {"interaction_recency_days": pl.Int64, "trailing_year_active_days": pl.Float64}
        return accounts.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in unknown.items())
    known = inputs.known_months("usage", YEAR_MONTHS)
    last = pl.max_horizontal("last_active_date", "last_opened_date", "last_touchpoint_date")
    return (
        accounts.join(_latest(inputs.tickets, "last_opened_date"), on="account_id", how="left")
        .join(_latest(inputs.touchpoints, "last_touchpoint_date"), on="account_id", how="left")
        .join(_active_days(inputs, known), on="account_id", how="left")
        .with_columns(
            days_since(pl.coalesce(last, "tenure_start_date"), inputs.month.last_day).alias("interaction_recency_days"),
            whole_window(pl.col("active_days").fill_null(0), known, YEAR_MONTHS, months_for_a_year)
            .cast(pl.Float64)
            .alias("trailing_year_active_days"),
        )
        .drop("last_opened_date", "last_touchpoint_date", "active_days")
    )


def _latest(facts: pl.LazyFrame, column: str) -> pl.LazyFrame:
    return facts.group_by("account_id").agg(pl.col(column).max())


def _active_days(inputs: MonthInputs, known_months: int) -> pl.LazyFrame:
    """Count the days with usage in the known months of the year: account_id, active_days."""
    known = [facts.frame for month in inputs.month.trailing(known_months) if (facts := inputs.usage.get(month))]
    days = pl.col("active_day_bits").bitwise_count_ones().cast(pl.Int64)
    none = pl.LazyFrame(schema={"account_id": pl.String, "active_days": pl.Int64})
    counted = pl.concat([none, *(frame.select("account_id", active_days=days) for frame in known)])
    return counted.group_by("account_id").agg(pl.col("active_days").sum())

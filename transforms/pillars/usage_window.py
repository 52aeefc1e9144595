"""Usage facts of the trailing months side by side, one row per account: column ``events_2`` is events of M-2."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.pillars.inputs import MonthInputs, usage_months
from transforms.policy import Policy


def with_usage_window(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add events and monthly active users of each trailing month, active days of M, and the last active date.

    Args:
        accounts: One row per account in scope.
        inputs: The month's inputs.
        policy: The policy in force.

    Months before the beginning of usage are not known, whatever rows they have.

    Returns:
        The frame with added columns: ``events_N`` and ``users_N`` of M-N (0 for an account without rows, null
        for a month before the first row of usage), ``active_days`` (days of M) and ``last_active_date`` (null
        if there was never any use).
    """
    window = accounts
    for ago in range(usage_months(policy)):
        window = _with_month(window, inputs, inputs.month - ago, ago)
    history = inputs.usage_history.frame.select("account_id", "last_active_date")
    return window.join(history, on="account_id", how="left")


def events(ago: int) -> pl.Expr:
    """Return the events of the month that was the given number of months ago."""
    return pl.col(f"events_{ago}")


def users(ago: int) -> pl.Expr:
    """Return the monthly active users of the month that was the given number of months ago."""
    return pl.col(f"users_{ago}")


def _with_month(window: pl.LazyFrame, inputs: MonthInputs, month: Month, ago: int) -> pl.LazyFrame:
    measured = {f"events_{ago}": pl.col("events"), f"users_{ago}": pl.col("monthly_active_users")}
    if ago == 0:
        measured["active_days"] = pl.col("active_day_bits").bitwise_count_ones().cast(pl.Int64)
    facts = inputs.usage.get(month)
    if facts is None or month < inputs.known_since.get("usage", month):
        return window.with_columns(pl.lit(None, pl.Int64).alias(name) for name in measured)
    # An account without a row was silent; in a row without users, they were not counted.
    is_silent = events(ago).is_null()
    return window.join(facts.frame.select("account_id", **measured), on="account_id", how="left").with_columns(
        pl.when(is_silent).then(0).otherwise(pl.col(name)).alias(name) for name in measured
    )

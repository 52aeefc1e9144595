"""Ticket facts of the trailing months, one row per account: tickets opened, rated and left open, and their hours."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from transforms.economics import hours_by_priority
from transforms.exact import divided, exact_sum
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS, YEAR_MONTHS, MonthInputs, ticket_months
from transforms.policy import Policy

_CSAT_MONTH = "csat_month"


def with_support_window(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add what tickets show about each account as of a month.

    Args:
        accounts: One row per account in scope.
        inputs: The month's inputs; tickets that were closed after it count as open, those opened before tickets are
            known count nowhere.
        policy: The policy in force.

    Returns:
        The frame with ``tickets`` (opened in 3 months), ``escalations`` (12 months), ``has_open_escalation``,
        ``support_hours_N`` (hours for tickets opened in M-N; null before tickets are known), ``csat_mean`` (1 to 5,
        else null) and ``last_rating_date`` added. An account without tickets has 0, false and null.
    """
    month, known_months = inputs.month, inputs.known_months("tickets", ticket_months(policy))
    known = inputs.tickets.filter(
        pl.col("opened_month").is_between((month - (known_months - 1)).first_day, month.first_day)
    )
    return (
        accounts.join(_counts(known, month, policy), on="account_id", how="left")
        .join(_satisfaction(known, month, policy), on="account_id", how="left")
        .with_columns(
            pl.col("tickets", "escalations").fill_null(0),
            pl.col("has_open_escalation").fill_null(value=False),
            *(
                (support_hours(ago).fill_null(0.0) if ago < known_months else pl.lit(None, pl.Float64)).alias(
                    f"support_hours_{ago}"
                )
                for ago in _months(policy)
            ),
        )
    )


def support_hours(ago: int) -> pl.Expr:
    """Return the hours for tickets opened the given number of months ago."""
    return pl.col(f"support_hours_{ago}")


def _months(policy: Policy) -> range:
    return range(max(WINDOW_MONTHS, policy.economics.support_median_months))


def _counts(tickets: pl.LazyFrame, month: Month, policy: Policy) -> pl.LazyFrame:
    given = policy.economics.ticket_hours
    opened = pl.col("opened_month")
    is_open = pl.col("closed_month").is_null() | (pl.col("closed_month") > month.first_day)
    # Time recorded later than M is not known in M.
    was_closed_later = (pl.col("closed_month") > month.first_day).fill_null(value=False)
    hours = (
        pl.when(was_closed_later)
        .then(hours_by_priority("tickets", given))
        .otherwise(pl.col("handle_hours") + hours_by_priority("unrecorded", given))
    )
    young_from = month.last_day - timedelta(days=policy.movement.escalation_freeze_days)
    is_young_escalation = (pl.col("escalated") > 0) & (pl.col("last_escalated_date") > young_from)
    # The hours are a column first: otherwise each month's sum would repeat their whole expression.
    return (
        tickets.with_columns(hours.alias("_hours"))
        .group_by("account_id")
        .agg(
            _when(opened > (month - WINDOW_MONTHS).first_day, pl.col("tickets")).sum().alias("tickets"),
            _when(opened > (month - YEAR_MONTHS).first_day, pl.col("escalated")).sum().alias("escalations"),
            (is_open & is_young_escalation).any().alias("has_open_escalation"),
            *(
                exact_sum(_when(opened == (month - ago).first_day, pl.col("_hours"))).alias(f"support_hours_{ago}")
                for ago in _months(policy)
            ),
        )
    )


def _when(condition: pl.Expr, values: pl.Expr) -> pl.Expr:
    # Row by row before the grouping: many times faster than a filter in each group.
    return pl.when(condition).then(values)


def _satisfaction(tickets: pl.LazyFrame, month: Month, policy: Policy) -> pl.LazyFrame:
    """Return the mean of the last 3 months, else of the latest month before, and the date of the last rating.

    The mean is null once that rating has expired.
    """
    rated_month = pl.col("closed_month")
    first_of_window = (month - (WINDOW_MONTHS - 1)).first_day
    # The months of the window are one bucket, each month before it is a bucket of its own; the latest counts.
    bucket = pl.when(rated_month >= first_of_window).then(first_of_window).otherwise(rated_month)
    expired_on = month.last_day - timedelta(days=policy.metrics.csat_expires_days)
    rated = tickets.filter((pl.col("csat_count") > 0) & (rated_month <= month.first_day))
    return (
        rated.group_by("account_id", bucket.alias(_CSAT_MONTH))
        .agg(
            divided(exact_sum(pl.col("csat_sum")), pl.col("csat_count").sum()).alias("csat_mean"),
            pl.col("last_csat_date").max(),
        )
        .filter(pl.col(_CSAT_MONTH) == pl.col(_CSAT_MONTH).max().over("account_id"))
        .select(
            "account_id",
            pl.when(pl.col("last_csat_date") >= expired_on).then("csat_mean").alias("csat_mean"),
            pl.col("last_csat_date").alias("last_rating_date"),
        )
    )

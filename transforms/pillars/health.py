"""Metrics of health: whether the product is used broadly and recently, and whether there are problems with it."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.exact import divided, exact_sum
from transforms.facts.rhythm import SourceRhythm
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS, MonthInputs
from transforms.pillars.known_window import whole_window
from transforms.pillars.usage_rates import rate
from transforms.pillars.usage_window import events, users
from transforms.policy import Policy

VERSIONS = {
    1: "as in 0.1.0",
    2: "trend against expected events, recency by the source's own days, rates in variation",
    3: "invoices of before their beginning are unknown; recency in half days, where the usual gap has one",
}


def health_metrics(inputs: MonthInputs, rhythm: SourceRhythm, policy: Policy) -> list[pl.Expr]:
    """Return the metrics of health that are computed from the windows of usage and support, and usage variation.

    ``expected_events`` is already in the frame, too.

    ``feature_breadth_share``, ``csat_mean`` and ``days_late_mean`` are already in the frame.

    Returns:
        ``usage_trend_ratio``, ``events_variation``, ``licence_utilisation_share``, ``usage_recency_days`` and
        ``tickets_per_100_seats``, each null if unknown.
    """
    tickets = whole_window(pl.col("tickets"), inputs.known_months("tickets", WINDOW_MONTHS), WINDOW_MONTHS)
    return [
        _usage_trend(policy).alias("usage_trend_ratio"),
        _events_variation(policy).alias("events_variation"),
        users_per_seat().alias("licence_utilisation_share"),
        _usage_recency(rhythm, inputs.month).alias("usage_recency_days"),
        _per_seat(tickets * 100).alias("tickets_per_100_seats"),
    ]


def users_per_seat() -> pl.Expr:
    """Return monthly active users of M divided by seats; null without seats. It exceeds 1 if seats are shared."""
    return _per_seat(users(0))


def with_payment(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add ``days_late_mean``: mean days late of the invoices that were due in the last 3 months.

    Args:
        accounts: One row per account in scope.
        inputs: The month's inputs; an unpaid invoice is late up to the last day of M, and one that was issued before
            invoices are known counts nowhere.
        policy: The policy, with the number of days that a failed payment counts as.

    Returns:
        The frame with the column added; null if no invoice was due.
    """
    month, due = inputs.month, pl.col("due_month")
    since = inputs.known_since.get("invoices", Month(date.min)).first_day
    fell_due = inputs.invoices.filter(
        (due > (month - WINDOW_MONTHS).first_day) & (due <= month.first_day) & (pl.col("issued_month") >= since)
    )
    days_up_to_month_end = pl.col("invoices") * pl.lit(month.last_day).to_physical() - pl.col("due_day_sum")
    days = (
        pl.when(pl.col("paid_month") <= month.first_day)
        .then(pl.col("days_late_sum"))
        .when(pl.col("is_failed"))
        .then(pl.col("invoices") * policy.metrics.failed_payment_days_late)
        .otherwise(days_up_to_month_end)
    )
    means = fell_due.group_by("account_id").agg(
        divided(exact_sum(days), pl.col("invoices").sum()).alias("days_late_mean")
    )
    return accounts.join(means, on="account_id", how="left")


def _usage_trend(policy: Policy) -> pl.Expr:
    prior, expected = policy.metrics.trend_prior_events, pl.col("expected_events")
    # The difference first: dividing and then subtracting 1 would miss a ratio that the policy names by a hair.
    return divided(events(0) - expected, expected + prior)


def _events_variation(policy: Policy) -> pl.Expr:
    months = policy.lifecycle.variation_months
    window = [rate(ago) for ago in range(months)]
    is_known = pl.all_horizontal(column.is_not_null() for column in window)
    values = pl.concat_arr(window)
    return pl.when(is_known & (values.arr.sum() > 0)).then(divided(values.arr.std(ddof=0), values.arr.mean()))


def _usage_recency(rhythm: SourceRhythm, month: Month) -> pl.Expr:
    """Return the days without use beyond the usual gap, the last day of which is ordinary.

    They count up to the last day on which the source has rows, so that a feed that ends early makes nobody idle.
    """
    until = pl.lit(rhythm.last_date or month.last_day)
    idle = (until - pl.coalesce("last_active_date", "tenure_start_date")).dt.total_days()
    return (idle - (rhythm.usual_gap_days - 1)).clip(lower_bound=0).cast(pl.Float64)


def _per_seat(amount: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("seats") > 0).then(divided(amount, pl.col("seats")))

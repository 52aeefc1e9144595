"""Metrics of engagement complexity: how many hours and moving parts it takes to serve an account."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from transforms.economics import support_cost
from transforms.exact import divided, exact_sum
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS
from transforms.pillars.support_window import support_hours
from transforms.policy import Policy

VERSIONS = {1: "as in 0.1.0"}

_MINUTES_PER_HOUR = 60


def complexity_metrics(month: Month, policy: Policy) -> list[pl.Expr]:
    """Return the metrics of complexity that are computed from the windows; the others are already in the frame.

    Returns:
        ``tickets_per_month``, ``customer_hours_per_month``, ``support_hours`` and ``csm_hours`` (hours over 3
        months) and ``support_cost`` (currency per year).
    """
    return [
        divided(pl.col("tickets"), WINDOW_MONTHS).alias("tickets_per_month"),
        divided(pl.col("customer_hours"), WINDOW_MONTHS).alias("customer_hours_per_month"),
        reduce(add, (support_hours(ago) for ago in range(WINDOW_MONTHS))).alias("support_hours"),
        pl.col("csm_hours"),
        _support_cost(month, policy).alias("support_cost"),
    ]


def with_contact(accounts: pl.LazyFrame, touchpoints: pl.LazyFrame, month: Month, policy: Policy) -> pl.LazyFrame:
    """Add hours of contact over the last 3 months.

    Args:
        accounts: One row per account in scope.
        touchpoints: Touchpoint facts, one row per account, month and kind.
        month: The month M.
        policy: The policy, with the length of a contact whose minutes were not recorded.

    Returns:
        The frame with ``csm_hours`` (of all contacts) and ``customer_hours`` (of contacts that the customer
        requested) added; 0 without contact.
    """
    months = pl.col("month")
    window = touchpoints.filter((months > (month - WINDOW_MONTHS).first_day) & (months <= month.first_day))
    length = policy.metrics.touchpoint_minutes_where_unrecorded
    minutes = pl.col("recorded_minutes") + pl.col("unrecorded") * length
    customer_minutes = pl.col("customer_recorded_minutes") + pl.col("customer_unrecorded") * length
    hours = window.group_by("account_id").agg(
        divided(exact_sum(minutes), _MINUTES_PER_HOUR).alias("csm_hours"),
        divided(exact_sum(customer_minutes), _MINUTES_PER_HOUR).alias("customer_hours"),
    )
    return accounts.join(hours, on="account_id", how="left").with_columns(
        pl.col("csm_hours", "customer_hours").fill_null(0.0)
    )


def _support_cost(month: Month, policy: Policy) -> pl.Expr:
    months = policy.economics.support_median_months
    began = pl.col("tenure_start_date")
    index = month.first_day.year * 12 + month.first_day.month
    lived = index - (began.dt.year().cast(pl.Int64) * 12 + began.dt.month()) + 1
    return support_cost([support_hours(ago) for ago in range(months)], lived, policy.economics)

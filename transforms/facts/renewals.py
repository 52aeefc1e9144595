"""Renewals that are not signed yet, and the freeze on demotions that they cause."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from transforms.facts.service import in_force, lapsed_within
from transforms.policy import Policy


def pending_renewals(rows: pl.LazyFrame, day: date, policy: Policy) -> pl.LazyFrame:
    """Find each account's renewals that are not signed, up to ``renewal_grace_days`` after they were due.

    A renewal is signed once a later row of its subscription is the current one (in force on the day, or on its
    last day of service), or, if the subscription has lapsed, once a later one of the same account and product
    is paid for. Terms shorter than the policy's minimum do not count: a term runs to ``end_date``, else to
    ``renewal_date``. An end date is not a renewal date: without a renewal date there is nothing to sign.

    Args:
        rows: Paid subscription rows that started on or before the day.
        day: The month's last day.
        policy: The policy in force.

    Returns:
        One row per account with such a renewal: account_id; renewal_date (the earliest, possibly overdue);
        has_renewal_freeze (whether one is near or overdue).
    """
    freeze, grace_days = policy.movement.renewal_freeze, policy.metrics.renewal_grace_days
    current = in_force(rows, day)
    waiting = pl.concat([current, _lapsed_unsigned(rows, current, day, grace_days)])
    term_end = pl.coalesce(pl.col("end_date") + timedelta(days=1), "renewal_date")
    is_long = pl.col("start_date").dt.offset_by(f"{freeze.minimum_term_months}mo") <= term_end
    renewal = pl.col("renewal_date")
    # A row that was copied forward with the renewal date on which it began has nothing to renew.
    is_ahead = renewal > pl.col("start_date")
    is_awaited = renewal >= day - timedelta(days=grace_days)
    is_near = renewal <= day + timedelta(days=freeze.before_days)
    return (
        waiting.filter((pl.col("mrr") > 0) & is_long & is_ahead & is_awaited)
        .group_by("account_id")
        .agg(renewal.min(), is_near.any().alias("has_renewal_freeze"))
    )


def _lapsed_unsigned(rows: pl.LazyFrame, current: pl.LazyFrame, day: date, grace_days: int) -> pl.LazyFrame:
    """Return the last rows of subscriptions that lapsed within grace and that no other subscription follows."""
    product = ["account_id", "product"]
    newest = current.filter(pl.col("mrr") > 0).group_by(product).agg(newest_start=pl.col("start_date").max())
    last_end, last_start = (pl.col(name).max().over("subscription_id") for name in ("end_date", "start_date"))
    is_followed = (pl.col("newest_start") > pl.col("start_date")).fill_null(value=False)
    return (
        rows.join(current, on="subscription_id", how="anti")
        .filter(pl.col("end_date") == last_end)
        .filter(pl.col("start_date") == last_start)
        .filter(lapsed_within(day, grace_days))
        .join(newest, on=product, how="left")
        .filter(~is_followed)
        .drop("newest_start")
    )

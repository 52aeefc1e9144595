"""The subscriptions in service on a day: those in force or, in grace, those of the last day of service."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl


def paid(subscriptions: pl.LazyFrame) -> pl.LazyFrame:
    """Remove trials, which count for neither ARR nor tenure nor scope, and repeated rows.

    Subscriptions at 0 a month stay: they are products that an account owns, though they do not put it in scope.

    Args:
        subscriptions: Known rows of ``subscriptions``.

    Returns:
        Rows of the same columns.
    """
    return subscriptions.filter(~pl.col("is_trial").fill_null(value=False)).unique()


def in_force(rows: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Return the rows in force on a day: for each subscription, the row covering the day that starts latest.

    Args:
        rows: Paid subscription rows.
        day: The day.

    Returns:
        One row per subscription in force, in the same columns.
    """
    is_latest = pl.col("start_date") == pl.col("start_date").max().over("subscription_id")
    return rows.filter(_covers(pl.lit(day))).filter(is_latest)


def in_force_on_own_day(rows: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows in force on each account's own day.

    Args:
        rows: Paid subscription rows of all accounts: a subscription may have moved to another account.
        days: One row per account: account_id, day.

    Returns:
        One row per account and subscription in force on the account's day, in the columns of the rows.
    """
    asked = rows.join(days, on="account_id").filter(_covers(pl.col("day")))
    subscription = ["account_id", "subscription_id"]
    latest = (
        asked.select(*subscription, "day")
        .unique()
        .join(rows.select("subscription_id", "start_date", "end_date"), on="subscription_id")
        .filter(_covers(pl.col("day")))
        .group_by(subscription)
        .agg(pl.col("start_date").max())
    )
    return asked.join(latest, on=[*subscription, "start_date"], how="semi").drop("day")


def in_service(rows: pl.LazyFrame, day: date, grace_days: int) -> pl.LazyFrame:
    """Return the rows of each account's contract on a day.

    These are the rows in force. If an account no longer pays for any, and its last day of service was at most
    ``grace_days`` ago, they are the rows in force on that day. A subscription that continues at another price,
    even 0, or for another account, has not lapsed.

    Args:
        rows: Paid subscription rows.
        day: The day.
        grace_days: For how many days after the last day of service a contract still counts.

    Returns:
        Rows of the same columns, with ``is_in_grace``, which is equal for all rows of an account.
    """
    current = in_force(rows, day)
    lapsed = _last_days_of_service(rows, current, day, grace_days)
    last = in_force_on_own_day(rows, lapsed)
    return pl.concat(
        [
            current.join(lapsed, on="account_id", how="anti").with_columns(is_in_grace=pl.lit(value=False)),
            last.with_columns(is_in_grace=pl.lit(value=True)),
        ]
    )


def lapsed_within(day: date, grace_days: int) -> pl.Expr:
    """Return whether a row's last day of service is before a day, by at most the given number of days."""
    return (
        (pl.col("end_date") < day)
        & (pl.col("end_date") >= day - timedelta(days=grace_days))
        & (pl.col("end_date") >= pl.col("start_date"))
    )


def mrr_on(rows: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Return the monthly recurring revenue on a day, without grace.

    Args:
        rows: Paid subscription rows.
        day: The day.

    Returns:
        One row per subscription in force: account_id, product, currency, mrr (in the currency), seats.
    """
    return in_force(rows, day).select("account_id", "product", "currency", "mrr", "seats")


def _last_days_of_service(rows: pl.LazyFrame, current: pl.LazyFrame, day: date, grace_days: int) -> pl.LazyFrame:
    """Return the accounts in grace: account_id, and day (their last day of service)."""
    paying = current.filter(pl.col("mrr") > 0)
    return (
        rows.filter(lapsed_within(day, grace_days) & (pl.col("mrr") > 0))
        .join(current, on="subscription_id", how="anti")
        .join(paying, on="account_id", how="anti")
        .group_by("account_id")
        .agg(pl.col("end_date").max().alias("day"))
    )


def _covers(day: pl.Expr) -> pl.Expr:
    return (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day))

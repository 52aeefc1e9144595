"""What is in service on a day: the subscriptions in force, or in grace those of the last day of service."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl


def paid(subscriptions: pl.LazyFrame) -> pl.LazyFrame:
    """Leave out trials, which give neither ARR nor tenure nor scope; of equal rows one remains.

    Subscriptions at 0 a month stay: they are products that an account owns, though they bring no scope.

    Args:
        subscriptions: Known rows of ``subscriptions``.

    Returns:
        Rows of the same columns.
    """
    return subscriptions.filter(~pl.col("is_trial").fill_null(value=False)).unique()


def in_force(rows: pl.LazyFrame, day: date | pl.Expr) -> pl.LazyFrame:
    """Give the rows that count on a day: of those of a subscription that cover it, the one that starts latest.

    Args:
        rows: Paid subscription rows.
        day: The day, or a column that holds one for each row, alike for all rows of an account.

    Returns:
        One row per subscription in force, in the same columns.
    """
    is_covering = (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day))
    return rows.filter(is_covering).filter(pl.col("start_date") == pl.col("start_date").max().over("subscription_id"))


def in_service(rows: pl.LazyFrame, day: date, grace_days: int) -> pl.LazyFrame:
    """Give the rows that stand for each account's contract on a day.

    These are the rows in force. Where an account pays for none any more, and its last day of service lies at
    most ``grace_days`` back, they are the rows in force on that day. A subscription that goes on at another
    price, if it be 0, or for another account, has not lapsed.

    Args:
        rows: Paid subscription rows.
        day: The day.
        grace_days: For how many days after the last day of service a contract stands.

    Returns:
        Rows of the same columns, with ``is_in_grace``, alike for all rows of an account.
    """
    current = in_force(rows, day)
    lapsed = _last_days_of_service(rows, current, day, grace_days)
    last = in_force(rows.join(lapsed, on="account_id"), pl.col("last_service_date")).drop("last_service_date")
    return pl.concat(
        [
            current.join(lapsed, on="account_id", how="anti").with_columns(is_in_grace=pl.lit(value=False)),
            last.with_columns(is_in_grace=pl.lit(value=True)),
        ]
    )


def lapsed_within(day: date, grace_days: int) -> pl.Expr:
    """Tell the rows whose last day of service lies before a day, and at most so many days."""
    return (
        (pl.col("end_date") < day)
        & (pl.col("end_date") >= day - timedelta(days=grace_days))
        & (pl.col("end_date") >= pl.col("start_date"))
    )


def mrr_on(rows: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Give the monthly recurring revenue on a day, without grace.

    Args:
        rows: Paid subscription rows.
        day: The day.

    Returns:
        One row per subscription in force: account_id, product, currency, mrr (in the currency), seats.
    """
    return in_force(rows, day).select("account_id", "product", "currency", "mrr", "seats")


def _last_days_of_service(rows: pl.LazyFrame, current: pl.LazyFrame, day: date, grace_days: int) -> pl.LazyFrame:
    """Accounts in grace: account_id, last_service_date."""
    paying = current.filter(pl.col("mrr") > 0)
    return (
        rows.filter(lapsed_within(day, grace_days) & (pl.col("mrr") > 0))
        .join(current, on="subscription_id", how="anti")
        .join(paying, on="account_id", how="anti")
        .group_by("account_id")
        .agg(pl.col("end_date").max().alias("last_service_date"))
    )

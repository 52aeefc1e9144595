"""The days on which accounts were in service: covered by a subscription that is paid for, gaps between two left out."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from transforms.facts.service import paid
from transforms.month import Month

_LONGEST_MONTH_DAYS = 31

_DAYS_BEFORE = pl.Series([(1 << day) - 1 for day in range(_LONGEST_MONTH_DAYS + 1)], dtype=pl.UInt32)
"""By a number of days: the bits of the first days of a month, so many."""


def every_day(month: Month) -> int:
    """Return the bits of a month of which every day is in service."""
    return (1 << month.days) - 1


def service_days(subscriptions: pl.LazyFrame, month: Month, months: int) -> pl.LazyFrame:
    """Return the days on which accounts were in service in the trailing months.

    A day is in service where a subscription with an mrr above 0 is in force on it: neither a trial, nor grace, nor the
    gap between two contracts.

    Args:
        subscriptions: Known rows of ``subscriptions``, accounts mapped.
        month: The month M.
        months: How many trailing months, M included.

    Returns:
        One row per account with such a day up to M: account_id; service_day_bits (a list with an entry for each
        trailing month, M first: its days in service as bits, bit 0 is the 1st).
    """
    rows = paid(subscriptions).filter(pl.col("start_date") <= month.last_day).select(
        "account_id", "subscription_id", "mrr", "start_date", pl.col("end_date").fill_null(month.last_day)
    )  # fmt: skip
    spans = _spans(rows.filter(pl.col("start_date") <= pl.col("end_date")), month)
    trailing = [month - ago for ago in range(months)]
    bits = [_days_in(one).alias(str(ago)) for ago, one in enumerate(trailing)]
    names = [str(ago) for ago in range(months)]
    return (
        spans.select("account_id", *bits)
        .group_by("account_id")
        .agg(pl.col(names).bitwise_or())
        .select("account_id", pl.concat_list(names).alias("service_day_bits"))
    )


def _spans(rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Return the spans in which something is paid for: account_id, start_date, end_date, which may overlap."""
    columns = ["account_id", "start_date", "end_date"]
    # Where all rows of a subscription are paid by one account it does not matter which of them is in force.
    mixed = (
        rows.group_by("subscription_id")
        .agg(is_mixed=(pl.col("mrr").min() <= 0) | (pl.col("account_id").min() != pl.col("account_id").max()))
        .filter("is_mixed")
    )
    plain = rows.join(mixed, on="subscription_id", how="anti")
    others = rows.join(mixed, on="subscription_id", how="semi")
    return pl.concat([plain.select(columns), _in_force_spans(others, month).select(columns)])


def _in_force_spans(rows: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Return the spans between two days on which something begins or ends, each with what is paid for in it."""
    days = pl.concat(
        [rows.select("subscription_id", pl.col(name).alias("day") + timedelta(days=later))
         for name, later in (("start_date", 0), ("end_date", 1))]
    )  # fmt: skip
    last_day = pl.col("day").shift(-1).over("subscription_id", order_by="day") - timedelta(days=1)
    spans = days.unique().with_columns(last_day.fill_null(month.last_day).alias("last_day"))
    covers = (pl.col("start_date") <= pl.col("day")) & (pl.col("end_date") >= pl.col("day"))
    is_latest = pl.col("start_date") == pl.col("start_date").max().over("subscription_id", "day")
    return (
        spans.join(rows, on="subscription_id")
        .filter(covers)
        .filter(is_latest)
        .filter(pl.col("mrr") > 0)
        .select("account_id", start_date="day", end_date="last_day")
    )


def _days_in(month: Month) -> pl.Expr:
    """Return the days of a month from a row's start to its end, as bits."""
    first, after = (
        (day - pl.lit(month.first_day)).dt.total_days().clip(0, month.days)
        for day in (pl.col("start_date"), pl.col("end_date") + timedelta(days=1))
    )
    before = pl.lit(_DAYS_BEFORE)
    return before.gather(after) - before.gather(first)

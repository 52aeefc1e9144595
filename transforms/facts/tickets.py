"""Ticket facts: support tickets per account, by the month of opening and the month of closing."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.contracts import SOURCES
from transforms.exact import exact_sum

VERSIONS = {1: "as in 0.1.0"}

GRAIN = ("account_id", "opened_month", "closed_month")

PRIORITIES = SOURCES["tickets"].field("priority").column.allowed

_MINUTES_PER_HOUR = 60


def ticket_facts(rows: pl.LazyFrame, configured: Collection[str]) -> pl.LazyFrame:
    """Count tickets so that any later month end can be evaluated.

    Time and rating of a ticket are known once it is closed: at an earlier month end it is open, without time or
    rating. Because tickets are counted by month of closing, one set of facts serves all month ends.

    Args:
        rows: Ticket rows of any number of months.
        configured: Names of the mapped sources and columns.

    Returns:
        One row per account, month of opening and month of closing, in any order: account_id; opened_month;
        closed_month (null while open; the month of opening where closing is not mapped); tickets; escalated;
        tickets_<priority>; unrecorded_<priority> (closed without handle_minutes, or open); handle_hours (of
        the recorded ones, each rounded to 1/10000); csat_sum, csat_count, last_csat_date (of closing);
        last_escalated_date and last_opened_date (of opening).
    """
    is_dated = "tickets.closed_at" in configured
    closed = pl.col("closed_at") if is_dated else pl.col("opened_at")
    # Without a date of closing, the two columns are overwritten from month to month and cannot be replayed.
    is_closed = closed.is_not_null()
    minutes = pl.when(is_closed).then(pl.col("handle_minutes"))
    csat = pl.when(is_closed).then(pl.col("csat"))
    opened_date, closed_date = pl.col("opened_at").dt.date(), closed.dt.date()
    is_escalated = pl.col("is_escalated").fill_null(value=False)
    return rows.group_by(
        "account_id",
        opened_month=opened_date.dt.month_start(),
        closed_month=closed_date.dt.month_start(),
    ).agg(
        pl.len().cast(pl.Int64).alias("tickets"),
        _count(is_escalated).alias("escalated"),
        *(_count(pl.col("priority") == priority).alias(f"tickets_{priority}") for priority in PRIORITIES),
        *(
            _count((pl.col("priority") == priority) & minutes.is_null()).alias(f"unrecorded_{priority}")
            for priority in PRIORITIES
        ),
        exact_sum(minutes / _MINUTES_PER_HOUR).alias("handle_hours"),
        exact_sum(csat).alias("csat_sum"),
        _count(csat.is_not_null()).alias("csat_count"),
        pl.when(csat.is_not_null()).then(closed_date).max().alias("last_csat_date"),
        pl.when(is_escalated).then(opened_date).max().alias("last_escalated_date"),
        opened_date.max().alias("last_opened_date"),
    )


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)

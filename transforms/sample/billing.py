"""Invoices: one per account and billing period, as of the end of the demo."""

from __future__ import annotations

import polars as pl

from transforms.month import Month
from transforms.sample.activity import activity
from transforms.sample.chance import uniform
from transforms.sample.span import LAST_MONTH, number_of

_STREAM = pl.col("stream")
_DAYS_TO_PAY = 30
_FAILED = 0.008
_VOID = 0.004
_UNPAID_AT_THE_END = 0.25


def invoices_of(month: Month, accounts: int) -> pl.LazyFrame:
    """Draw the invoices that are issued in a month, paid or not by the end of the demo.

    Args:
        month: The month.
        accounts: The number of accounts besides the stories.

    Returns:
        One row per invoice: the columns of the source without known_at and is_deleted.
    """
    number = number_of(month)
    is_due = (number - pl.col("start_month")) % pl.col("billing_months") == 0
    late = (pl.col("days_late") * (0.8 + 0.4 * uniform("late", number, _STREAM))).round()
    early = -(12 * uniform("early paid", number, _STREAM)).floor()
    days = pl.when(pl.col("days_late") > 0).then(late).otherwise(early)
    return (
        activity(month, accounts)
        .lazy()
        .filter(is_due, pl.col("mrr_cents") > 0)
        .with_columns(issued_date=pl.lit(month.first_day) + pl.duration(days=_issue_day(number) - 1))
        .with_columns(due_date=pl.col("issued_date") + pl.duration(days=_DAYS_TO_PAY))
        .with_columns(paid_date=pl.col("due_date") + pl.duration(days=days))
        .with_columns(status=_status(number))
        .select(
            "account_id",
            pl.format(f"INV-{month}-{{}}", "account_id").alias("invoice_id"),
            "issued_date",
            (pl.col("mrr_cents") * pl.col("billing_months") / 100).round(2).alias("amount"),
            "status",
            "due_date",
            pl.when(pl.col("status") == "paid").then("paid_date"),
            "currency",
        )
    )


def _status(number: int) -> pl.Expr:
    """Return the status of an invoice with a `paid_date`; invoices of planted accounts never fail by chance."""
    draw = uniform("invoice fate", number, _STREAM) + pl.when("is_story").then(1).otherwise(0)
    goes_unpaid = (pl.col("leaving_month") - number <= 1) & (uniform("unpaid", _STREAM) < _UNPAID_AT_THE_END)
    return (
        pl.when(draw < _FAILED)
        .then(pl.lit("failed"))
        .when(draw < _FAILED + _VOID)
        .then(pl.lit("void"))
        .when(goes_unpaid | (pl.col("paid_date") > LAST_MONTH.last_day))
        .then(pl.lit("open"))
        .otherwise(pl.lit("paid"))
    )


def _issue_day(number: int) -> pl.Expr:
    """Return a day within the first days of the month, and not before the account is served."""
    return pl.max_horizontal("from_day", 1 + (uniform("issued", number, _STREAM) * 4).floor().cast(pl.Int64))

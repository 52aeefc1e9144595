"""Invoice facts: invoices per account, by the months in which they were issued, due and paid."""

from __future__ import annotations

import polars as pl

from transforms.exact import exact_sum

VERSIONS = {1: "as in 0.1.0"}

GRAIN = ("account_id", "issued_month", "due_month", "paid_month", "is_failed", "currency")


def invoice_facts(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Count invoices so that any later month end can be evaluated; void invoices are left out.

    At a month end before the month of payment an invoice is open: ``invoices`` times that day minus
    ``due_day_sum`` is the number of days late. A failed invoice that was paid after all counts as paid.

    Args:
        rows: Invoice rows of any number of months.

    Returns:
        One row per account, issued_month, due_month (by the due date, else the date of issue; null if lateness
        is unknown: paid on an unknown day, or nothing to pay), paid_month (null while unpaid), is_failed and
        currency (null is the run's), in any order: invoices; days_late_sum (of paid invoices; 0 if paid
        early); due_day_sum (days since 1970-01-01); amount_sum (in the currency).
    """
    due, paid = pl.coalesce("due_date", "issued_date"), pl.col("paid_date")
    is_paid_some_day = (pl.col("status") == "paid") & paid.is_null()
    is_judged = (pl.col("amount") > 0) & ~is_paid_some_day
    days_late = (paid - due).dt.total_days().clip(lower_bound=0)
    return (
        rows.filter(pl.col("status") != "void")
        .group_by(
            "account_id",
            pl.col("issued_date").dt.month_start().alias("issued_month"),
            pl.when(is_judged).then(due.dt.month_start()).alias("due_month"),
            paid.dt.month_start().alias("paid_month"),
            ((pl.col("status") == "failed") & paid.is_null()).alias("is_failed"),
            "currency",
        )
        .agg(
            pl.len().cast(pl.Int64).alias("invoices"),
            days_late.sum().alias("days_late_sum"),
            due.to_physical().cast(pl.Int64).sum().alias("due_day_sum"),
            exact_sum(pl.col("amount")).alias("amount_sum"),
        )
    )

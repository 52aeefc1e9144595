"""Revenue of a year: what was invoiced, or where invoices are not mapped what recurred."""

from __future__ import annotations

import polars as pl

from transforms.exact import exact_sum
from transforms.facts.rates import with_rate
from transforms.facts.service import paid
from transforms.month import Month
from transforms.pillars.inputs import YEAR_MONTHS


def invoiced_revenue(invoices: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month) -> pl.LazyFrame:
    """Sum what was invoiced in M-11..M, by the month of issue, at M's rates; void invoices are not in the facts.

    Args:
        invoices: Invoice facts.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency.
        month: The month M.

    Returns:
        One row per account with invoices: account_id, trailing_year_revenue (negative where credits outweigh).

    Raises:
        DataQualityError: If a currency has no rate in M.
    """
    issued = pl.col("issued_month")
    of_year = invoices.filter((issued > (month - YEAR_MONTHS).first_day) & (issued <= month.first_day))
    amount = exact_sum(pl.col("amount_sum") * pl.col("rate"))
    return (
        with_rate(of_year, rates, currency, month, "invoices")
        .group_by("account_id")
        .agg(amount.alias("trailing_year_revenue"))
    )


def recurring_revenue(
    subscriptions: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month
) -> pl.LazyFrame:
    """Sum the monthly recurring revenue of the month ends of M-11..M, without grace, at M's rates.

    Args:
        subscriptions: Known rows of ``subscriptions``, accounts mapped.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency.
        month: The month M.

    Returns:
        One row per account that paid at one of the month ends: account_id, trailing_year_revenue.

    Raises:
        DataQualityError: If a currency has no rate in M.
    """
    days = [one.last_day for one in month.trailing(YEAR_MONTHS)]
    start, end, day = pl.col("start_date"), pl.col("end_date"), pl.col("day")
    of_year = paid(subscriptions).filter((start <= days[-1]) & (end.is_null() | (end >= days[0])))
    is_latest = start == start.max().over("subscription_id", "day")
    return (
        with_rate(of_year, rates, currency, month, "subscriptions")
        .join(pl.LazyFrame({"day": days}), how="cross")
        .filter((start <= day) & (end.is_null() | (end >= day)))
        .filter(is_latest)
        .group_by("account_id")
        .agg(exact_sum(pl.col("mrr") * pl.col("rate")).alias("trailing_year_revenue"))
    )
